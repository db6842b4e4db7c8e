//! `lfsr generate`.

use std::{io::IsTerminal, path::PathBuf};

use clap::Args;
use lfsr_core::{
    algebra::{BigUint, Direction},
    bit_order::BitOrder,
    catalogue::{Entry, Kind},
};

use super::{
    failure::{Failure, complain},
    options::{RegisterOptions, StateOptions},
};
use crate::{
    bits::{noise::Noise, signal::Signal},
    cmd::{
        options::{Encoder, Encoding, Global, Steps, parse_count, parse_steps},
        status::Status,
    },
    terminal::output::Output,
};

/// Writes the sequence of a register: as many bits as asked for, else without end until the reader closes the pipe.
///
/// A name brings its form, seed and inversion with it; other registers start from all ones (XNOR: zero).
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr generate PRBS31 --bits 1M | lfsr check auto\n  lfsr generate 802.11 --seed 93 --bits 64 --encoding ascii\n  lfsr generate PRBS7 --periods 1 --encoding hex\n  lfsr generate PRBS31 --bits 64 --decimate 2^40 --encoding hex"
)]
pub(super) struct Generate {
    /// The register, in any notation, or a name (`lfsr catalogue`).
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    options: RegisterOptions,
    #[command(flatten)]
    states: StateOptions,
    /// The contents to start from: 0x..., 0b... or decimal; of a name as its source writes them (`lfsr catalogue NAME`).
    #[arg(long, value_name = "S")]
    seed: Option<String>,
    /// How many bits: a number, k, M, G, T allowed [default: no end; 1024 on a terminal].
    #[arg(long, value_name = "N", value_parser = parse_count)]
    bits: Option<u64>,
    /// As many bits as so many whole periods have, instead of --bits.
    #[arg(long, value_name = "N", value_parser = parse_count, conflicts_with_all = ["bits", "errors"])]
    periods: Option<u64>,
    /// Every M-th bit only, M of any size: the first, then each M-th after it.
    #[arg(long, value_name = "M", value_parser = parse_steps)]
    decimate: Option<Steps>,
    /// Backwards: the first bit, then those before it.
    #[arg(long)]
    reverse: bool,
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
        let mut signal = self.options.signal_shifting(&self.register, &self.states)?;
        if let Some(seed) = &self.seed {
            signal.held = signal.read(seed).map_err(|message| Failure::bad_input(format!("--seed: {message}")))?;
        }
        signal.inverted ^= self.invert;
        let fixed = is_lock_up(&signal);
        let entry = signal.entry;
        let signal = self.taken(signal)?;
        let to_terminal = self.output.is_none() && std::io::stdout().is_terminal();
        let encoding = self.encoding.unwrap_or(if to_terminal { Encoding::Ascii } else { Encoding::RawMsb });
        let bits = match self.periods.map_or(Ok(self.bits), |periods| self.length(&signal, periods).map(Some))? {
            Some(bits) => bits,
            None if to_terminal => ON_TERMINAL,
            None if self.output.as_ref().is_some_and(|path| !path.exists() || path.is_file()) => {
                return Err(Failure::bad_input("--output FILE needs --bits N: the sequence has no end"));
            }
            None => u64::MAX,
        };
        if !global.quiet {
            if fixed {
                complain("note: this seed is a lock-up state: every bit will be the same");
            }
            self.notes(entry, encoding);
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

impl Generate {
    /// The signal that is asked for: backwards, or every M-th bit.
    fn taken(&self, mut signal: Signal) -> Result<Signal, Failure> {
        let name = &self.register;
        if self.reverse {
            signal = signal.reversed().ok_or_else(|| {
                Failure::bad_input(format!(
                    "{name}: --reverse needs a register that is not singular, and forces no ones"
                ))
            })?;
        }
        if let Some(Steps { direction, count }) = &self.decimate {
            if *direction == Direction::Back || *count == BigUint::ZERO {
                return Err(Failure::bad_input("--decimate M: M is at least 1; --reverse goes backwards"));
            }
            signal = signal.decimated(count).ok_or_else(|| {
                Failure::bad_input(format!("{name}: --decimate leaves nothing but zeros, or the register forces ones"))
            })?;
        }
        Ok(signal)
    }

    /// Bits in so many periods.
    fn length(&self, signal: &Signal, periods: u64) -> Result<u64, Failure> {
        let (name, start) = (&self.register, signal.start());
        let found = signal.register.index(&start, &start);
        let found = found.map_err(|error| Failure::bad_input(format!("{name}: --periods: {error}")))?;
        let Some(period) = found.and_then(|found| found.period) else {
            return Err(Failure::bad_input(format!("{name}: --periods: the state it starts from never comes again")));
        };
        let all = &period * periods;
        all.try_into()
            .map_err(|_| Failure::bad_input(format!("{name}: --periods {periods}: a period has {period} bits")))
    }

    /// What a name leaves open, or says otherwise.
    fn notes(&self, entry: Option<&Entry>, encoding: Encoding) {
        let Some(entry) = entry else { return };
        if self.seed.is_none() && entry.seed.is_none() && entry.kind == Kind::Additive {
            complain(&format!("note: {} has no fixed seed: all ones were taken; --seed S says another", entry.name));
        }
        let (other, words) = match encoding {
            Encoding::RawMsb | Encoding::Hex => (BitOrder::Lsb, "raw-lsb or hex-lsb"),
            Encoding::RawLsb | Encoding::HexLsb => (BitOrder::Msb, "raw-msb or hex"),
            Encoding::Ascii => return,
        };
        if self.encoding.is_some() && entry.order == Some(other) {
            complain(&format!(
                "note: the source of {} has bytes {other}; --encoding {words} writes them so",
                entry.name
            ));
        }
    }
}

/// Whether every bit will be the same.
fn is_lock_up(signal: &Signal) -> bool {
    let narrow = signal.register.narrow().zip(signal.held.to_u128());
    narrow.is_some_and(|(register, state)| register.step(state as u64) == state as u64)
}

fn write(
    signal: &Signal,
    encoding: Encoding,
    bits: u64,
    mut noise: Option<&mut Noise>,
    out: &mut Output,
) -> std::io::Result<u64> {
    let order = encoding.order();
    let mut encoder = Encoder::new(encoding);
    let mut sequence = signal.bits(order);
    let mut words = vec![0u64; CHUNK];
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
        encoder.write(words, now, out)?;
        if bits != u64::MAX {
            left -= now;
        }
    }
    encoder.finish(out)?;
    Ok(injected)
}

fn parse_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.0..=1.0).contains(&rate) => Ok(rate),
        _ => Err("a probability from 0 to 1, such as 1e-6".into()),
    }
}
