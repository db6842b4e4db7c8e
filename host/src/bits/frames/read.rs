//! [`Frames`]: messages as text, one a line.

/// A message and its checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Where it stands, from 1 on.
    pub line: u64,
    /// The bits as they are written: of a byte the highest first.
    pub bits: Vec<bool>,
    /// Bits of the checksum, if a `;` says where it begins.
    pub check: Option<usize>,
}

impl Frame {
    /// The message, and a checksum of so many bits at the end; `None` if there is no message then.
    pub(super) fn split(&self, width: usize) -> Option<(&[bool], &[bool])> {
        let before = self.bits.len().checked_sub(width).filter(|before| *before > 0)?;
        Some(self.bits.split_at(before))
    }
}

/// All frames of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frames {
    /// In the order of the lines.
    pub all: Vec<Frame>,
    /// They were written in hexadecimal, and all are whole bytes.
    pub are_bytes: bool,
}

/// A line that is no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct FrameError {
    /// From 1 on.
    pub line: u64,
    /// What is wrong, and what should stand there.
    pub what: String,
}

/// The most bits of a frame: longer than those of any network.
pub(super) const MOST_BITS: usize = 1 << 17;

impl Frames {
    /// Reads lines of hexadecimal digits, or of bits if all are zeros and ones; `bits` says which it is. Blanks, commas, colons, underscores and
    /// 0x do not matter, what follows `#` is a remark, `;` stands before the checksum, and `{N}` before the digits means the first N bits.
    ///
    /// # Errors
    /// If a line is none of that, or longer than 2^17 bits.
    pub fn read(text: &str, bits: Option<bool>) -> Result<Self, FrameError> {
        let lines = || {
            let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
            (1..).zip(lines).filter(|(_, line)| !line.is_empty())
        };
        let only_bits = |line: &str| line.chars().all(|c| matches!(c, '0' | '1' | ';' | ' ' | '_' | '\t' | ','));
        let bits = bits.unwrap_or_else(|| lines().all(|(_, line)| only_bits(line)));
        let all: Vec<Frame> = lines().map(|(line, text)| frame(line, text, bits)).collect::<Result<_, _>>()?;
        let whole = |count: usize| count.is_multiple_of(8);
        let are_bytes = !bits && all.iter().all(|frame| whole(frame.bits.len()) && frame.check.is_none_or(whole));
        Ok(Self { all, are_bytes })
    }

    /// Bits of the checksum, if every frame says that it has so many.
    pub(super) fn check(&self) -> Option<usize> {
        self.all.iter().map(|frame| frame.check).reduce(|a, b| if a == b { a } else { None }).flatten()
    }
}

fn frame(line: u64, text: &str, is_bits: bool) -> Result<Frame, FrameError> {
    let error = |what: String| FrameError { line, what };
    let (count, text) = match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((count, rest)) => {
            let count = count.trim().parse::<usize>();
            (Some(count.map_err(|_| error("in {N} before the digits, N is a number of bits".into()))?), rest)
        }
        None => (None, text),
    };
    let (mut bits, mut begin) = (vec![], None);
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '_')) {
        let word = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
        for c in word.chars() {
            match (c, c.to_digit(if is_bits { 2 } else { 16 })) {
                (';', _) if begin.is_none() => begin = Some(bits.len()),
                (';', _) => return Err(error("a second `;`: one stands before the checksum".into())),
                (_, Some(digit)) if is_bits => bits.push(digit == 1),
                (_, Some(digit)) => bits.extend((0..4).rev().map(|i| digit >> i & 1 == 1)),
                (c, None) if is_bits => return Err(error(format!("{c:?} is neither 0 nor 1"))),
                (c, None) => {
                    return Err(error(format!("{c:?} is no hexadecimal digit (--input ascii takes lines of bits)")));
                }
            }
            if bits.len() > MOST_BITS {
                return Err(error(format!("more than {MOST_BITS} bits; a line is one frame")));
            }
        }
    }
    if let Some(count) = count {
        if count > bits.len() || bits.len() - count > 7 {
            return Err(error(format!("{{{count}}} stands before {} bits", bits.len())));
        }
        bits.truncate(count);
    }
    let check = begin.map(|begin| bits.len().saturating_sub(begin));
    Ok(Frame { line, bits, check })
}
