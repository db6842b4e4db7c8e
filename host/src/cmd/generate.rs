//! `lfsr generate`.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use lfsr_core::bit_order::BitOrder;

use super::{
    failure::{Failure, complain},
    options::RegisterOptions,
};
use crate::{
    bits::{noise::Noise, signal::Signal, state::parse_state},
    cmd::{
        options::{Global, parse_count},
        status::Status,
    },
    terminal::output::Output,
};

/// Writes the sequence of a register: as many bits as asked for, else without end until the reader closes the pipe.
///
/// A name brings its form, seed and inversion with it; other registers start from all ones (XNOR: zero).
#[derive(Debug, Args)]
pub(super) struct Generate {
    /// The register, in any notation, or a name (`lfsr catalogue`).
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    options: RegisterOptions,
    /// The state to start from: 0x..., 0b... or decimal, in the register's own form.
    #[arg(long, value_name = "S")]
    seed: Option<String>,
    /// How many bits: a number, k, M, G, T allowed [default: no end; 1024 on a terminal].
    #[arg(long, value_name = "N", value_parser = parse_count)]
    bits: Option<u64>,
    /// How bits are written [default: raw-msb; ascii on a terminal].
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,
    /// Complement (a name that is sent complemented is then sent plain).
    #[arg(long)]
    invert: bool,
    /// The probability of each bit to be wrong, such as 1e-6.
    #[arg(long, value_name = "RATE", value_parser = parse_rate)]
    errors: Option<f64>,
    /// The seed of the errors: the same gives the same errors.
    #[arg(long, value_name = "SEED", default_value = "1")]
    error_seed: u64,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How bits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Encoding {
    /// Eight bits a byte, the first in bit 7; the last byte is filled up with zeros.
    RawMsb,
    /// Eight bits a byte, the first in bit 0.
    RawLsb,
    /// 0 and 1, 64 on a line.
    Ascii,
    /// Hexadecimal digits, the first bit the highest of a digit, 64 on a line.
    Hex,
}

/// Words made at a time: 64 KiB, well inside the second-level cache.
const CHUNK: usize = 1 << 13;

/// Bits on a terminal, unless more are asked for.
const ON_TERMINAL: u64 = 1024;

impl Generate {
    /// Writes the bits.
    ///
    /// # Errors
    /// If the register or seed cannot be read or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let mut signal = self.options.signal(&self.register)?;
        if let Some(seed) = &self.seed {
            signal.start = parse_state(seed, signal.register.degree())
                .map_err(|message| Failure::bad_input(format!("--seed: {message}")))?;
        }
        signal.inverted ^= self.invert;
        let to_terminal = self.output.is_none() && std::io::stdout().is_terminal();
        let encoding = self.encoding.unwrap_or(if to_terminal { Encoding::Ascii } else { Encoding::RawMsb });
        let bits = match self.bits {
            Some(bits) => bits,
            None if to_terminal => ON_TERMINAL,
            None if self.output.as_ref().is_some_and(|path| !path.exists() || path.is_file()) => {
                return Err(Failure::bad_input("--output FILE needs --bits N: the sequence has no end"));
            }
            None => u64::MAX,
        };
        let fixed = signal.register.narrow().zip(signal.start.to_u128()).filter(|(register, state)| {
            let state = *state as u64;
            register.step(state) == state
        });
        if fixed.is_some() && !global.quiet {
            complain("note: this seed is a lock-up state: every bit will be the same");
        }
        let mut out = Output::new(self.output.as_deref())?;
        let mut noise = self.errors.map(|rate| Noise::new(rate, self.error_seed));
        let injected = write(&signal, encoding, bits, noise.as_mut(), &mut out).map_err(|error| out.error(error))?;
        out.finish()?;
        if self.errors.is_some() && !global.quiet {
            complain(&format!("note: {injected} of {bits} bits are wrong on purpose"));
        }
        Ok(Status::Done)
    }
}

fn write(
    signal: &Signal,
    encoding: Encoding,
    bits: u64,
    mut noise: Option<&mut Noise>,
    out: &mut Output,
) -> std::io::Result<u64> {
    let order = if encoding == Encoding::RawLsb { BitOrder::Lsb } else { BitOrder::Msb };
    let mut sequence = signal.bits(order);
    let mut words = vec![0u64; CHUNK];
    let mut bytes = vec![0u8; CHUNK * 8];
    let mut text = Vec::new();
    let (mut left, mut injected) = (bits, 0);
    while left > 0 {
        let now = left.min(CHUNK as u64 * 64);
        let words = &mut words[..now.div_ceil(64) as usize];
        sequence.fill(words);
        if let Some(noise) = &mut noise {
            injected += noise.apply(now, |at| words[(at / 64) as usize] ^= order.word(1 << (at % 64)));
        }
        if now % 64 > 0
            && let Some(last) = words.last_mut()
        {
            *last &= order.word((1 << (now % 64)) - 1);
        }
        for (to, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words.iter()) {
            *to = word.to_le_bytes();
        }
        let bytes = &bytes[..now.div_ceil(8) as usize];
        match encoding {
            Encoding::RawMsb | Encoding::RawLsb => out.write_all(bytes)?,
            Encoding::Ascii => {
                text.clear();
                for at in 0..now as usize {
                    text.push(b'0' + (bytes[at / 8] >> (7 - at % 8) & 1));
                    if at % 64 == 63 || at + 1 == now as usize {
                        text.push(b'\n');
                    }
                }
                out.write_all(&text)?;
            }
            Encoding::Hex => {
                text.clear();
                let digits = now.div_ceil(4) as usize;
                for at in 0..digits {
                    let digit = bytes[at / 2] >> (4 - at % 2 * 4) & 15;
                    text.push(b"0123456789abcdef"[digit as usize]);
                    if at % 64 == 63 || at + 1 == digits {
                        text.push(b'\n');
                    }
                }
                out.write_all(&text)?;
            }
        }
        if bits != u64::MAX {
            left -= now;
        }
    }
    Ok(injected)
}

fn parse_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.0..=1.0).contains(&rate) => Ok(rate),
        _ => Err("a probability from 0 to 1, such as 1e-6".into()),
    }
}
