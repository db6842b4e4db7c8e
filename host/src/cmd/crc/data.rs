//! The message: a file, bytes in hexadecimal, a text, or bits.

use clap::Args;

use crate::{
    bits::{
        capture::Format,
        checksum::{Checksum, Sum},
        reading::{Reading, Turner},
    },
    cmd::{failure::Failure, interrupt, options::CaptureArgs},
    report::checksum::Message,
};

/// Where the message is.
#[derive(Debug, Args)]
pub(super) struct Data {
    #[command(flatten)]
    capture: CaptureArgs,
    /// The message: bytes in hexadecimal; blanks, commas, colons and 0x do not matter.
    #[arg(long, value_name = "HEX", conflicts_with_all = ["text", "bits"])]
    hex: Option<String>,
    /// The message: the bytes of a text.
    #[arg(long, value_name = "TEXT", conflicts_with = "bits")]
    text: Option<String>,
    /// The message: zeros and ones in the order in which they are sent, whatever --refin says.
    #[arg(long, value_name = "BITS")]
    bits: Option<String>,
}

impl Data {
    /// Whether a file may be read: nothing else was given.
    pub(super) fn takes_file(&self) -> bool {
        self.hex.is_none() && self.text.is_none() && self.bits.is_none() && self.capture.is_stdin()
    }

    pub(super) fn set_file(&mut self, file: Option<String>) {
        if let Some(file) = file {
            self.capture.set_file(file);
        }
    }

    /// The checksum of all of it; `None` if it was interrupted.
    pub(super) fn sum(&self, checksum: &Checksum) -> Result<Option<Message>, Failure> {
        let mut sum = Sum::new(checksum);
        let bits = match (self.given()?, &self.bits) {
            (Some(bytes), _) => {
                sum.bytes(&bytes);
                8 * bytes.len() as u64
            }
            (None, Some(bits)) => {
                let bits = zeros_and_ones(bits)?;
                bits.iter().for_each(|bit| sum.bits((*bit).into(), 1));
                bits.len() as u64
            }
            (None, None) => match self.read(&mut sum)? {
                Some(bits) => bits,
                None => return Ok(None),
            },
        };
        let checksum = sum.finish().map_err(|error| {
            Failure::bad_input(format!(
                "{error}; this unit takes whole words: fill the message up, or name its algorithm, which takes bytes"
            ))
        })?;
        Ok(Some(Message { checksum, bits }))
    }

    /// The bytes that were given in the command line.
    fn given(&self) -> Result<Option<Vec<u8>>, Failure> {
        match (&self.hex, &self.text) {
            (Some(hex), _) => bytes("--hex", hex).map(Some),
            (None, Some(text)) => Ok(Some(text.clone().into_bytes())),
            (None, None) => Ok(None),
        }
    }

    /// Adds the bits of the file; how many there were.
    fn read(&self, sum: &mut Sum) -> Result<Option<u64>, Failure> {
        let mut capture = self.capture.open_as(Format::by_name("raw-msb"))?;
        let (reading, control) = (capture.readings[0], interrupt::control());
        let is_bytes = reading == Reading::MSB || reading == Reading::LSB;
        let (mut turner, mut piece, mut all) = (Turner::new(reading), Vec::new(), 0);
        loop {
            let count = capture.read(&mut piece)?;
            if count > 0 && is_bytes {
                let bytes: Vec<u8> = piece.iter().flat_map(|word| word.to_le_bytes()).collect();
                let (whole, rest) = ((count / 8) as usize, (count % 8) as u32);
                sum.bytes(&bytes[..whole]);
                if rest > 0 {
                    // Half a byte, its highest bit first as always in hexadecimal.
                    sum.bits(u64::from(bytes[whole].reverse_bits()), rest);
                }
            } else if !is_bytes {
                let (words, bits) = turner.piece(&piece, count);
                for (i, word) in words.into_iter().enumerate() {
                    sum.bits(word, (bits - 64 * i as u64).min(64) as u32);
                }
            }
            all += count;
            if control.is_stopped() {
                return Ok(None);
            }
            if count == 0 {
                return Ok(Some(all));
            }
        }
    }
}

/// Bytes in hexadecimal, from that argument.
pub(super) fn bytes(argument: &str, text: &str) -> Result<Vec<u8>, Failure> {
    let mut digits = Vec::new();
    for word in text.split([' ', ',', ':', '\t', '\n']) {
        let word = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
        for c in word.chars() {
            let digit = c
                .to_digit(16)
                .ok_or_else(|| Failure::bad_input(format!("{argument}: {c:?} is no hexadecimal digit")))?;
            digits.push(digit as u8);
        }
    }
    if !digits.len().is_multiple_of(2) {
        let other = if argument == "--hex" { " (--bits for messages of other lengths)" } else { "" };
        return Err(Failure::bad_input(format!("{argument}: an odd number of digits; a byte has two{other}")));
    }
    Ok(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn zeros_and_ones(text: &str) -> Result<Vec<bool>, Failure> {
    let bit = |c: char| match c {
        '0' => Ok(false),
        '1' => Ok(true),
        _ => Err(Failure::bad_input(format!("--bits: {c:?} is neither 0 nor 1"))),
    };
    text.chars().filter(|c| !c.is_whitespace() && *c != '_').map(bit).collect()
}
