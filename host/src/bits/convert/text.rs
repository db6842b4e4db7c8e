//! Steps as text: `decimate:4,1, invert, slice:100..200`.

use lfsr_core::lane::{self, Lane};

/// A step that was read.
#[derive(Debug, Clone)]
pub enum StepText {
    /// `decimate:M,K`: bits K, K + M, K + 2 M, ...
    Decimate(Box<Lane>),
    /// `deinterleave:N` or `deinterleave:N,W`: an output for each lane of W bits at a time.
    Deinterleave(Vec<Lane>),
    /// `interleave:FILE,FILE` or `interleave:W:FILE,FILE`: W bits of the stream, then of each file.
    Interleave {
        /// Bits of each at a time.
        group: u32,
        /// The files.
        files: Vec<String>,
    },
    /// `reverse:W`: blocks of so many bits, the last first.
    Reverse(u32),
    /// `swap:BYTES`: words of so many bytes, the last first.
    Swap(u32),
    /// `invert`
    Invert,
    /// `gray`: pairs into Gray code, or back.
    Gray,
    /// `pam4`: pairs into levels 0 to 3, a byte each.
    Levels,
    /// The first step of `pam4:bits`: of each byte the last two bits.
    Pairs,
    /// `nrzi`
    Nrzi,
    /// `nrzi:bits`
    FromNrzi,
    /// `slice:A..B`
    Slice {
        /// The first bit.
        from: u64,
        /// The first bit after it.
        to: u64,
    },
}

/// A text that is no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StepError(String);

/// All steps, for messages.
const KNOWN: &str =
    "decimate:M,K; interleave:FILES; deinterleave:N; reverse:BITS; swap:BYTES; invert; gray; pam4; nrzi; slice:A..B";

/// Bits of the widest block, and of a lane at a time.
const WIDEST: u32 = 1 << 16;

/// Reads steps with commas between them.
///
/// # Errors
/// With the step that is none, and those there are.
pub fn parse(text: &str) -> Result<Vec<StepText>, StepError> {
    let mut steps: Vec<String> = Vec::new();
    for part in text.split(',').map(str::trim) {
        // A comma also stands inside a step: what begins with no name goes on with the one before.
        let is_name = NAMES.contains(&part.split(':').next().unwrap_or_default().trim().to_ascii_lowercase().as_str());
        let has_more = |last: &&mut String| COMMAS.iter().any(|name| last.to_ascii_lowercase().starts_with(name));
        match steps.last_mut().filter(|_| !is_name).filter(has_more) {
            Some(last) => {
                last.push(',');
                last.push_str(part);
            }
            None => steps.push(part.to_owned()),
        }
    }
    let mut all = Vec::new();
    for (i, text) in steps.iter().enumerate() {
        let is_last = i + 1 == steps.len();
        all.extend(step(text, is_last)?);
    }
    Ok(all)
}

/// Those with commas inside.
const COMMAS: [&str; 3] = ["decimate:", "interleave:", "deinterleave:"];

const NAMES: [&str; 10] =
    ["decimate", "interleave", "deinterleave", "reverse", "swap", "invert", "gray", "pam4", "nrzi", "slice"];

fn step(text: &str, is_last: bool) -> Result<Vec<StepText>, StepError> {
    let (name, argument) = text.split_once(':').map_or((text, None), |(name, argument)| (name, Some(argument.trim())));
    let error = |what: &str| StepError(format!("step {text:?}: {what}"));
    let number = |text: &str, least: u32, most: u32| {
        let number = text.trim().parse::<u32>().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| error(&format!("{text:?} is no number from {least} to {most}")))
    };
    let needed = |what: &str| argument.filter(|text| !text.is_empty()).ok_or_else(|| error(what));
    let plain = |step: StepText| match argument {
        None => Ok(vec![step]),
        Some(_) => Err(error("it takes nothing after a colon")),
    };
    let name = name.trim().to_ascii_lowercase();
    Ok(vec![match (name.as_str(), argument) {
        ("decimate", _) => {
            let argument = needed("which bits? M or M,K")?;
            let (m, k) = argument.split_once(',').unwrap_or((argument, "0"));
            let m = number(m, 1, lane::MOST)?;
            let k = number(k, 0, m - 1)?;
            StepText::Decimate(Box::new(Lane::new(m, 1, k).ok_or_else(|| error("too many bits"))?))
        }
        ("deinterleave", _) => {
            if !is_last {
                return Err(error("it makes several streams, so it is the last step"));
            }
            let argument = needed("how many lanes? N or N,W")?;
            let (n, group) = argument.split_once(',').unwrap_or((argument, "1"));
            let (n, group) = (number(n, 1, 1024)?, number(group, 1, WIDEST)?);
            let lanes = (0..n).map(|lane| Lane::new(n, group, lane)).collect::<Option<_>>();
            StepText::Deinterleave(lanes.ok_or_else(|| error("too many bits"))?)
        }
        ("interleave", _) => {
            let argument = needed("with which files?")?;
            let (group, files) = match argument.split_once(':') {
                Some((group, files)) if group.trim().chars().all(|c| c.is_ascii_digit()) => {
                    (number(group, 1, WIDEST)?, files)
                }
                _ => (1, argument),
            };
            let files: Vec<String> = files.split(',').map(|file| file.trim().to_owned()).collect();
            if files.iter().any(String::is_empty) {
                return Err(error("a file without a name"));
            }
            StepText::Interleave { group, files }
        }
        ("reverse", _) => StepText::Reverse(number(needed("blocks of how many bits?")?, 1, WIDEST)?),
        ("swap", _) => StepText::Swap(number(needed("words of how many bytes?")?, 1, WIDEST / 8)?),
        ("slice", _) => {
            let (from, to) = needed("which bits? A..B")?.split_once("..").ok_or_else(|| error("A..B is needed"))?;
            let at = |text: &str, otherwise: u64| match text.trim() {
                "" => Ok(otherwise),
                text => text.parse::<u64>().map_err(|_| error(&format!("{text:?} is no number"))),
            };
            let (from, to) = (at(from, 0)?, at(to, u64::MAX)?);
            if from >= to {
                return Err(error("no bits"));
            }
            StepText::Slice { from, to }
        }
        ("pam4", Some("bits")) => return Ok(vec![StepText::Pairs, StepText::Gray]),
        ("nrzi", Some("bits")) => StepText::FromNrzi,
        ("invert", _) => return plain(StepText::Invert),
        ("gray", _) => return plain(StepText::Gray),
        ("pam4", None) => StepText::Levels,
        ("nrzi", None) => StepText::Nrzi,
        ("pam4" | "nrzi", Some(_)) => return Err(error("after a colon only `bits`: back to bits")),
        _ => return Err(StepError(format!("{text:?} is no step; there are {KNOWN}"))),
    }])
}
