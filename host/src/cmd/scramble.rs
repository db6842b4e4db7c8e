//! `lfsr scramble` and `lfsr descramble`.

use std::path::PathBuf;

use clap::Args;
use lfsr_core::{bit_order::BitOrder, catalogue::is_same_name};

use super::{
    failure::Failure,
    interrupt,
    options::{CaptureArgs, Encoder, Encoding, Global, JoiningOptions, RegisterOptions, StateOptions, parse_count},
    status::Status,
};
use crate::{
    bits::{
        capture::Format,
        reading::Turner,
        scramble::{Frame, Mode, Scrambler, Way},
    },
    terminal::output::Output,
};

/// Scrambles data with a register: adds its sequence, or sends them through it.
///
/// Data are raw bytes if --input says nothing else, in the bit order of the name, else bit 7 first.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  printf 'hello, world' | lfsr scramble 802.11 --seed 93 | lfsr descramble 802.11 --seed 93\n  printf 'hello, world' | lfsr scramble G3RUH --encoding hex"
)]
pub(super) struct Scramble {
    #[command(flatten)]
    options: Options,
}

/// Takes a scrambler off data.
///
/// A self-synchronising scrambler is off from bit n on whatever the seed. Data are raw bytes if --input says nothing else, in the bit order
/// of the name, else bit 7 first.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  printf 'hello, world' | lfsr scramble PN9 | lfsr descramble PN9\n  echo 0110110000011001 | lfsr descramble 802.11 --seed 93 --input ascii --encoding ascii"
)]
pub(super) struct Descramble {
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Args)]
struct Options {
    /// The register in any notation, or a name, which brings its mode, seed and bit order with it; or IESS-308.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    capture: CaptureArgs,
    #[command(flatten)]
    options: RegisterOptions,
    #[command(flatten)]
    states: StateOptions,
    #[command(flatten)]
    joining: JoiningOptions,
    /// Start afresh after so many bits; or as a standard has it.
    ///
    /// dvb: packets of 188 bytes, afresh every eighth, whose sync byte is complemented; the others pass. sts-N, stm-N: SONET's and SDH's frames, without their
    /// first bytes. 64b66b, 128b130b: blocks whose first two bits pass, never afresh.
    #[arg(long, value_name = "BITS|NAME", default_value = "none", hide_default_value = true, value_parser = parse_frame)]
    frame: Frame,
    /// How bits are written [default: as they are read].
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Scramble {
    /// Writes the scrambled data.
    ///
    /// # Errors
    /// If register or data cannot be read, or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        self.options.run(Way::Scramble, global)
    }
}

impl Descramble {
    /// Writes the data.
    ///
    /// # Errors
    /// If register or data cannot be read, or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        self.options.run(Way::Descramble, global)
    }
}

/// The one that no register alone is.
const IESS308: &str = "IESS-308";

impl Options {
    /// The scrambler, and how bits are read if nothing else is said.
    fn scrambler(&self, way: Way, global: &Global) -> Result<(Scrambler, &'static str), Failure> {
        if is_same_name(&self.register, IESS308) {
            let is_plain = self.options.is_default() && self.states.shift().is_none();
            if !is_plain || self.joining.has_mode() || self.joining.has_seed() || self.is_afresh() {
                return Err(Failure::bad_input(format!(
                    "{IESS308}: a register of 20 cells with a counter, from zeros: --form, --xnor, --shift, --mode, --seed, and the frames dvb, sts-N and stm-N, are not of it"
                )));
            }
            return Ok((Scrambler::iess308(way, self.frame), "raw-msb"));
        }
        let mut signal = self.options.signal_shifting(&self.register, &self.states)?;
        let mode = self.joining.mode(&self.register, &signal)?;
        self.joining.seed(&mut signal, mode, global)?;
        if mode == Mode::SelfSynchronising && self.is_afresh() {
            return Err(Failure::bad_input("--frame dvb, sts-N and stm-N are of additive scramblers"));
        }
        let raw = match signal.entry.and_then(|entry| entry.order) {
            Some(BitOrder::Lsb) => "raw-lsb",
            Some(BitOrder::Msb) | None => "raw-msb",
        };
        Ok((Scrambler::new(&signal, mode, way, self.frame), raw))
    }

    /// Whether the frame is one of additive scramblers.
    fn is_afresh(&self) -> bool {
        matches!(self.frame, Frame::Dvb | Frame::Sts(_))
    }

    fn run(self, way: Way, global: &Global) -> Result<Status, Failure> {
        let (mut scrambler, raw) = self.scrambler(way, global)?;
        let mut capture = self.capture.open_as(Format::by_name(raw))?;
        let reading = capture.readings[0];
        let encoding = self.encoding.unwrap_or(Encoding::as_read(reading));
        let mut out = Output::new(self.output.as_deref())?;
        let mut encoder = Encoder::new(encoding);
        let control = interrupt::control();
        let (mut turner, mut piece) = (Turner::new(reading), Vec::new());
        loop {
            let count = capture.read(&mut piece)?;
            let (mut words, bits) = turner.piece(&piece, count);
            scrambler.apply(&mut words, bits);
            words.iter_mut().for_each(|word| *word = encoding.order().word(*word));
            encoder.write(&words, bits, &mut out).map_err(|error| out.error(error))?;
            if control.is_stopped() {
                return Ok(Status::Interrupted);
            }
            if count == 0 {
                break;
            }
        }
        encoder.finish(&mut out).map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(Status::Done)
    }
}

/// The most STS-1 in a frame: STM-256.
const MOST_STS: u32 = 768;

/// A frame: bits, or a name.
fn parse_frame(text: &str) -> Result<Frame, String> {
    let lower = text.to_ascii_lowercase();
    let of = |name: &str, most: u32| {
        let number: u32 = lower.strip_prefix(name)?.trim_start_matches('-').parse().ok()?;
        (1..=most).contains(&number).then_some(number)
    };
    Ok(match &lower[..] {
        "none" => Frame::Endless,
        "dvb" => Frame::Dvb,
        "64b66b" | "64b/66b" => Frame::B66,
        "128b130b" | "128b/130b" => Frame::B130,
        _ => match (of("sts", MOST_STS), of("stm", MOST_STS / 3), parse_count(text)) {
            (Some(n), ..) => Frame::Sts(n),
            (_, Some(m), _) => Frame::Sts(3 * m),
            (.., Ok(bits @ 1..)) => Frame::Bits(bits),
            _ => {
                return Err(
                    "neither a number of bits from 1 on, nor dvb, sts-N (to 768), stm-N (to 256), 64b66b, 128b130b"
                        .into(),
                );
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_by_number_and_name() {
        for (text, frame) in [
            ("none", Frame::Endless),
            ("12k", Frame::Bits(12_000)),
            ("DVB", Frame::Dvb),
            ("STS-48", Frame::Sts(48)),
            ("stm16", Frame::Sts(48)),
            ("stm-256", Frame::Sts(768)),
            ("64B66B", Frame::B66),
            ("128b/130b", Frame::B130),
        ] {
            assert_eq!(parse_frame(text), Ok(frame), "{text}");
        }
        for bad in ["", "0", "-3", "sts-0", "sts-769", "stm-257", "sts", "dvb2", "64b"] {
            assert!(parse_frame(bad).is_err(), "{bad}");
        }
    }
}
