//! A checksum from a name, from parameters, or from both.

use clap::Args;
use lfsr_core::{
    algebra::Direction,
    crc::{Algorithm, AlgorithmError},
    notation::Notation,
};

use crate::{
    bits::checksum::{Checksum, catalogue},
    cmd::{failure::Failure, options::parse_steps},
    input::{did_you_mean, similar_of},
    report::checksum::Named,
};

/// The parameters of a CRC.
#[derive(Debug, Args)]
#[command(next_help_heading = "Parameters")]
pub(super) struct Parameters {
    /// Bits of the checksum, 1 to 128 [default: those of the name or of --poly].
    #[arg(long, value_name = "BITS")]
    width: Option<u32>,
    /// The generator without its highest term, such as 0x1021; or in any notation, such as x^16+x^12+x^5+1 or koopman:0x8810.
    #[arg(long, value_name = "POLY")]
    poly: Option<String>,
    /// The contents before the first bit [default: 0].
    #[arg(long, value_name = "N")]
    init: Option<String>,
    /// Whether bytes are read least significant bit first [default: false].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    refin: Option<bool>,
    /// Whether the result is reversed [default: false].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    refout: Option<bool>,
    /// What is added to the result [default: 0].
    #[arg(long, value_name = "N")]
    xorout: Option<String>,
}

impl Parameters {
    /// Whether the generator was given.
    pub(super) const fn has_poly(&self) -> bool {
        self.poly.is_some()
    }

    /// The checksum of that name, changed; or one of these parameters alone.
    pub(super) fn named(&self, name: Option<&str>) -> Result<Named, Failure> {
        let from = match (name, &self.poly) {
            (Some(name), _) => Some(read(name)?),
            (None, Some(_)) => None,
            (None, None) => {
                return Err(Failure::bad_input(
                    "which CRC? give a name (`lfsr crc --list` shows them) or --width and --poly",
                ));
            }
        };
        if self.is_empty()
            && let Some(named) = from
        {
            return Ok(named);
        }
        let before = from.as_ref().map(|named| &named.checksum);
        let algorithm = self.algorithm(before.map(|checksum| &checksum.algorithm)).map_err(Failure::bad_input)?;
        let checksum = before.map_or(Checksum::of(algorithm), |checksum| Checksum { algorithm, ..*checksum });
        Ok(Named::unnamed(checksum))
    }

    const fn is_empty(&self) -> bool {
        let Self { width, poly, init, refin, refout, xorout } = self;
        width.is_none() && poly.is_none() && init.is_none() && refin.is_none() && refout.is_none() && xorout.is_none()
    }

    /// These parameters; those of `before` where nothing was said.
    fn algorithm(&self, before: Option<&Algorithm>) -> Result<Algorithm, String> {
        let (own, poly) = match &self.poly {
            Some(text) => generator(text)?,
            None => (None, before.map_or(0, Algorithm::poly)),
        };
        let width = self.width.or(own).or(before.map(Algorithm::width));
        let width = width.ok_or("--width BITS is missing: a number alone does not say how wide the checksum is")?;
        let value = |name: &str, said: &Option<String>, kept: fn(&Algorithm) -> u128| match said {
            Some(text) => {
                number(text).ok_or_else(|| format!("--{name} {text}: no number of at most 128 bits, such as 0xffff"))
            }
            None => Ok(before.map_or(0, kept)),
        };
        let flag = |said: Option<bool>, kept: fn(&Algorithm) -> bool| said.unwrap_or(before.is_some_and(kept));
        let wrong = |error: AlgorithmError| match error {
            AlgorithmError::Width(_) => format!("--{error}"),
            _ => format!("{error} ({width} bits)"),
        };
        let init = value("init", &self.init, Algorithm::init)?;
        let xorout = value("xorout", &self.xorout, Algorithm::xorout)?;
        Ok(Algorithm::new(width, poly)
            .and_then(|algorithm| algorithm.with_init(init))
            .and_then(|algorithm| algorithm.with_xorout(xorout))
            .map_err(wrong)?
            .with_reflection(flag(self.refin, Algorithm::refin), flag(self.refout, Algorithm::refout)))
    }
}

/// A name of the catalogue, or parameters.
pub(in crate::cmd) fn read(text: &str) -> Result<Named, Failure> {
    let parts = catalogue::with_part(text);
    let only = if let [only] = parts[..] { Some(only) } else { None };
    if let Some(entry) = catalogue::find(text).or(only) {
        return Ok(Named::of(entry));
    }
    if text.contains('=') {
        let algorithm = text.parse().map_err(|error| Failure::bad_input(format!("{text}: {error}")))?;
        return Ok(Named::unnamed(Checksum::of(algorithm)));
    }
    let names: Vec<&str> = catalogue::all().flat_map(catalogue::Entry::names).collect();
    let similar =
        if parts.is_empty() { similar_of(&names, text) } else { parts.iter().map(|entry| entry.name).collect() };
    let similar = did_you_mean(&similar);
    Err(Failure::bad_input(format!(
        "{text}: no CRC of that name{similar} (`lfsr crc --list` lists them; parameters are written width=16 poly=0x1021 ...)"
    )))
}

/// A generator: the width, if the text says it, and the polynomial without its highest term.
fn generator(text: &str) -> Result<(Option<u32>, u128), String> {
    if let Some(poly) = number(text) {
        return Ok((None, poly));
    }
    // A generator is a characteristic polynomial: its exponents are powers.
    let is_bare = text.contains(['x', 'X']) && !text.contains(':');
    let full = if is_bare { format!("char:{text}") } else { text.to_owned() };
    let notation = Notation::read(&full).map_err(|error| format!("--poly {text}: {}", error.problem))?;
    let degree = notation.characteristic.degree().unwrap_or(0);
    let poly = (degree <= 128).then(|| notation.characteristic.low(degree).to_u128()).flatten();
    let poly = poly.ok_or_else(|| format!("--poly {text}: degree {degree}; a checksum has at most 128 bits"))?;
    Ok((Some(degree as u32), poly))
}

fn number(text: &str) -> Option<u128> {
    let steps = parse_steps(text).ok().filter(|steps| steps.direction == Direction::Forward)?;
    steps.count.try_into().ok()
}

/// What to say of a generator without a term 1.
pub(super) fn doubt(named: &Named) -> String {
    let algorithm = &named.checksum.algorithm;
    let digits = algorithm.width().div_ceil(4) as usize;
    format!(
        "note: poly {:#x} has no term 1, so that errors at the end of a message are missed; if it is written in reverse, it is {:#02$x}",
        algorithm.poly(),
        algorithm.reflected(algorithm.poly()),
        digits + 2
    )
}
