//! Algorithms as text, a line of the catalogue of CRC RevEng: `width=8 poly=0x07 init=0x00 refin=false refout=false xorout=0x00`.

use core::{fmt, str::FromStr};

use super::{Algorithm, AlgorithmError};

/// Why a text is no algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextError {
    /// Not a parameter: where in the text, in bytes.
    Unknown(usize),
    /// A parameter without a value that it can have; which one.
    Value(&'static str),
    /// A parameter given twice.
    Twice(&'static str),
    /// Neither width nor poly can be guessed.
    Missing(&'static str),
    /// The parameters do not go together.
    Algorithm(AlgorithmError),
    /// The text says what the check, or the residue, is, and it is another.
    Differs(&'static str, u128),
}

/// In the order in which they are written.
const NAMES: [&str; 8] = ["width", "poly", "init", "refin", "refout", "xorout", "check", "residue"];

impl FromStr for Algorithm {
    type Err = TextError;

    /// Parameters in any order, with blanks or commas between them. What is missing is 0 or false; a check and a residue, if there are, must be
    /// right; a name may follow.
    fn from_str(text: &str) -> Result<Self, TextError> {
        let mut values = [None; NAMES.len()];
        for word in text.split([' ', '\t', ',']).filter(|word| !word.is_empty()) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            if name == "name" {
                break;
            }
            let Some(number) = NAMES.iter().position(|known| *known == name) else {
                // The word is a part of the text.
                return Err(TextError::Unknown(word.as_ptr() as usize - text.as_ptr() as usize));
            };
            let value = if name.starts_with("ref") { truth(value) } else { number_of(value) };
            let value = value.ok_or(TextError::Value(NAMES[number]))?;
            if values[number].replace(value).is_some() {
                return Err(TextError::Twice(NAMES[number]));
            }
        }
        let [width, poly, init, refin, refout, xorout, check, residue] = values;
        let width = width.ok_or(TextError::Missing("width"))?;
        let width = u32::try_from(width).map_err(|_| TextError::Value("width"))?;
        let algorithm = Self::new(width, poly.ok_or(TextError::Missing("poly"))?)
            .and_then(|algorithm| algorithm.with_init(init.unwrap_or(0)))
            .and_then(|algorithm| algorithm.with_xorout(xorout.unwrap_or(0)))
            .map_err(TextError::Algorithm)?
            .with_reflection(refin == Some(1), refout == Some(1));
        for (name, said, is) in [("check", check, algorithm.check()), ("residue", residue, algorithm.residue())] {
            if said.is_some_and(|said| said != is) {
                return Err(TextError::Differs(name, is));
            }
        }
        Ok(algorithm)
    }
}

fn truth(value: &str) -> Option<u128> {
    match value {
        "true" | "1" => Some(1),
        "false" | "0" => Some(0),
        _ => None,
    }
}

/// A value in hexadecimal (0x...) or decimal.
fn number_of(value: &str) -> Option<u128> {
    // A sign is no digit.
    if value.starts_with('+') || value.starts_with("0x+") {
        return None;
    }
    match value.strip_prefix("0x").or_else(|| value.strip_prefix("0X")) {
        Some(digits) => u128::from_str_radix(digits, 16).ok(),
        None => value.parse().ok(),
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.width().div_ceil(4) as usize;
        write!(
            f,
            "width={} poly=0x{:0digits$x} init=0x{:0digits$x} refin={} refout={} xorout=0x{:0digits$x}",
            self.width(),
            self.poly(),
            self.init(),
            self.refin(),
            self.refout(),
            self.xorout()
        )
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(at) => write!(f, "column {}: no parameter of a CRC; they are {}", at + 1, Names),
            Self::Value(name @ ("refin" | "refout")) => write!(f, "{name}= is true or false"),
            Self::Value(name) => write!(f, "{name}= needs a number of at most 128 bits, such as 0x1021"),
            Self::Twice(name) => write!(f, "{name} is given twice"),
            Self::Missing(name) => write!(f, "{name}= is missing"),
            Self::Algorithm(error) => error.fmt(f),
            Self::Differs(name, is) => write!(f, "the {name} of these parameters is {is:#x}, not what is written"),
        }
    }
}

impl core::error::Error for TextError {}

/// The names of the parameters.
struct Names;

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in NAMES.iter().enumerate() {
            write!(f, "{}{name}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::*;

    #[test]
    fn a_line_of_the_catalogue() {
        let line = "width=16 poly=0x8005 init=0x0000 refin=true refout=true xorout=0x0000 check=0xbb3d residue=0x0000 name=\"CRC-16/ARC\"";
        let algorithm: Algorithm = line.parse().unwrap();
        assert_eq!((algorithm.width(), algorithm.poly(), algorithm.refin()), (16, 0x8005, true));
        assert!(line.starts_with(&algorithm.to_string()));
        assert_eq!("poly=0x07,width=8".parse(), Algorithm::new(8, 7).map_err(TextError::Algorithm));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text: &str| text.parse::<Algorithm>().unwrap_err();
        assert_eq!(wrong(""), TextError::Missing("width"));
        assert_eq!(wrong("width=8"), TextError::Missing("poly"));
        assert_eq!(wrong("width=8 pole=7"), TextError::Unknown(8));
        assert_eq!(wrong("width=8 poly=0xg"), TextError::Value("poly"));
        assert_eq!(wrong("width=8 poly=0x+7"), TextError::Value("poly"));
        assert_eq!(wrong("width=8 poly="), TextError::Value("poly"));
        assert_eq!(wrong("width=8 poly=7 refin=maybe"), TextError::Value("refin"));
        assert_eq!(wrong("width=8 poly=7 width=8"), TextError::Twice("width"));
        assert_eq!(wrong("width=99999999999 poly=7"), TextError::Value("width"));
        assert_eq!(wrong("width=8 poly=0x107"), TextError::Algorithm(AlgorithmError::TooWide("poly")));
        assert_eq!(wrong("width=8 poly=7 check=0xf5"), TextError::Differs("check", 0xf4));
        for text in ["", "width=8 pole=7", "width=8 poly=7 refin=maybe", "width=8 poly=7 check=1"] {
            assert!(!wrong(text).to_string().is_empty());
        }
    }
}
