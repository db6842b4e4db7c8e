//! `lfsr crc`.

mod compare;
mod data;
mod named;

use clap::{Args, Subcommand};
pub(super) use named::read as crc_named;

use super::{
    failure::{Failure, complain},
    options::Global,
    print::{print, titled},
    status::Status,
};
use crate::report::{TextOrJson, checksum};

/// Computes a CRC; lists, explains and compares them.
///
/// An ALGORITHM is a name (`lfsr crc --list`), which may be changed by the options of parameters, or parameters as CRC RevEng writes them, such as
/// "width=16 poly=0x8005 init=0xffff refin=true refout=true". Without an ALGORITHM --poly says the generator.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_long_help = "Examples:\n  lfsr crc crc-32 --text 123456789\n  lfsr crc modbus --hex '01 03 00 00 00 0a'\n  printf 123456789 | lfsr crc --width 16 --poly 0x1021 --init 0xffff\n  lfsr crc crc-16 --explain\n  lfsr crc compare stm32 zlib"
)]
pub(super) struct CrcCommand {
    #[command(subcommand)]
    command: Option<CrcSubcommand>,
    /// A name or parameters; with --poly the FILE may stand here.
    #[arg(value_name = "ALGORITHM")]
    algorithm: Option<String>,
    #[command(flatten)]
    parameters: named::Parameters,
    #[command(flatten)]
    data: data::Data,
    /// Every known algorithm, and the CRC units of chips.
    #[arg(long, conflicts_with_all = ["algorithm", "explain"])]
    list: bool,
    /// What is known of the algorithm: generator, factors, which errors it finds, the cycles of its register.
    #[arg(long)]
    explain: bool,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Debug, Subcommand)]
enum CrcSubcommand {
    Compare(compare::Compare),
}

impl CrcCommand {
    /// Prints the checksum, or what was asked.
    ///
    /// # Errors
    /// If the algorithm is not known or its parameters do not go together, the data cannot be read, or the output not be written.
    pub(super) fn run(mut self, global: &Global) -> Result<Status, Failure> {
        if let Some(CrcSubcommand::Compare(compare)) = self.command {
            return compare.run(global);
        }
        if self.list {
            return print(checksum::list(self.format).as_bytes());
        }
        if self.parameters.has_poly() && self.algorithm.is_some() && self.data.takes_file() {
            self.data.set_file(self.algorithm.take());
        }
        let named = self.parameters.named(self.algorithm.as_deref())?;
        if named.checksum.algorithm.poly() & 1 == 0 && !global.quiet {
            complain(&named::doubt(&named));
        }
        if self.explain {
            let text = match self.format {
                TextOrJson::Text => titled(&checksum::text(&named), global),
                TextOrJson::Json => checksum::json(&named) + "\n",
            };
            return print(text.as_bytes());
        }
        let Some(message) = self.data.sum(&named.checksum)? else { return Ok(Status::Interrupted) };
        let line = match self.format {
            TextOrJson::Text => checksum::hex(message.checksum, &named.checksum),
            TextOrJson::Json => checksum::sum_json(&named, &message),
        };
        print(format!("{line}\n").as_bytes())
    }
}
