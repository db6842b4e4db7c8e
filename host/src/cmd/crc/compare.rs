//! `lfsr crc compare`.

use clap::Args;

use super::{data, named};
use crate::{
    bits::checksum::compare::compare,
    cmd::{
        failure::Failure,
        options::Global,
        print::{print, titled},
        status::Status,
    },
    report::{
        TextOrJson,
        checksum::compared::{self, Compared},
    },
};

/// The data of the example, where none is given.
const EXAMPLE: &[u8] = b"0123456789abcdef";

/// Says which parameters of two CRCs differ, and which changes of data and result turn the first into the second.
///
/// Exit status 1 if nothing does: their generators differ.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr crc compare stm32 zlib\n  lfsr crc compare modbus crc-16\n  lfsr crc compare 'width=16 poly=0x1021' x-25 --text 12345678"
)]
pub(super) struct Compare {
    /// The first: a name or parameters.
    #[arg(value_name = "A")]
    a: String,
    /// The second.
    #[arg(value_name = "B")]
    b: String,
    /// Data for the example, bytes in hexadecimal.
    #[arg(value_name = "DATA", conflicts_with = "text")]
    data: Option<String>,
    /// Data for the example, a text [default: 0123456789abcdef].
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

impl Compare {
    /// Prints what differs and what makes it up.
    ///
    /// # Errors
    /// If one of the two is not known, the data cannot be read, or the output not be written.
    pub(super) fn run(&self, global: &Global) -> Result<Status, Failure> {
        let (a, b) = (named::read(&self.a)?, named::read(&self.b)?);
        let data = match (&self.data, &self.text) {
            (Some(hex), _) => data::bytes("DATA", hex)?,
            (None, Some(text)) => text.clone().into_bytes(),
            (None, None) => EXAMPLE.to_vec(),
        };
        let translation = compare(&a.checksum, &b.checksum);
        let status = if translation.is_ok() { Status::Done } else { Status::No };
        let compared = Compared { a, b, translation, data };
        let text = match self.format {
            TextOrJson::Text => titled(&compared::text(&compared), global),
            TextOrJson::Json => compared::json(&compared) + "\n",
        };
        print(text.as_bytes())?;
        Ok(status)
    }
}
