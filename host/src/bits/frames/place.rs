//! [`Place`]: where the checksum stands in a frame, and which bits it covers.

use core::{fmt, str::FromStr};

use super::{Frame, Frames};

/// Bits A to B-1 of a frame, counted from 0; below 0 from its end on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first bit.
    pub from: i64,
    /// The first bit after it; `None`: up to the end.
    pub to: Option<i64>,
}

/// Which bits a checksum covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// All others.
    Others,
    /// Those before it.
    Before,
    /// Those after it.
    After,
    /// All others but the first so many.
    From(usize),
}

/// Where a checksum stands, and what it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// `None`: at the end, of whichever width or as a `;` says.
    pub span: Option<Span>,
    /// What it covers.
    pub covers: Covers,
}

/// No span of bits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no span of bits: A..B, as in 8..16, or -16.. for the last 16")]
pub struct SpanError(String);

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let error = || SpanError(text.to_owned());
        let (from, to) = text.split_once("..").ok_or_else(error)?;
        let number = |text: &str| text.trim().parse::<i64>().map_err(|_| error());
        let from = if from.trim().is_empty() { 0 } else { number(from)? };
        let to = if to.trim().is_empty() { None } else { Some(number(to)?) };
        let is_empty = to.is_some_and(|to| (from < 0) == (to < 0) && to <= from);
        if is_empty { Err(error()) } else { Ok(Self { from, to }) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (from, Some(to)) => write!(f, "{from}..{to}"),
            (from, None) => write!(f, "{from}.."),
        }
    }
}

impl Span {
    /// The first bit and the first after it, in a frame of so many bits.
    fn of(&self, bits: usize) -> Option<(usize, usize)> {
        let count = |at: i64| match at {
            0.. => usize::try_from(at).ok(),
            _ => bits.checked_sub(usize::try_from(at.unsigned_abs()).ok()?),
        };
        let (from, to) = (count(self.from)?, self.to.map_or(Some(bits), count)?);
        (from < to && to <= bits).then_some((from, to))
    }
}

impl Place {
    /// The end of the frames.
    pub const END: Self = Self { span: None, covers: Covers::Others };

    fn frame(&self, frame: &Frame) -> Option<Frame> {
        let count = frame.bits.len();
        let (from, to) = match &self.span {
            Some(span) => span.of(count)?,
            None => (count - frame.check.unwrap_or(0), count),
        };
        let (before, after) = (&frame.bits[..from], &frame.bits[to..]);
        let covered = match self.covers {
            Covers::Others => [before, after],
            Covers::Before => [before, &[]],
            Covers::After => [&[], after],
            Covers::From(first) => [before.get(first..)?, after],
        };
        let message = covered.concat();
        let check = self.span.map(|_| to - from).or(frame.check);
        let is_some = !message.is_empty();
        is_some.then(|| Frame { line: frame.line, bits: [&message, &frame.bits[from..to]].concat(), check })
    }
}

impl Frames {
    /// The covered bits of each frame, and then its checksum; `None` if one of them is too short for that, or the checksums are not equally wide.
    pub(super) fn placed(&self, place: &Place) -> Option<Self> {
        let all = self.all.iter().map(|frame| place.frame(frame)).collect::<Option<Vec<_>>>()?;
        let is_equal = place.span.is_none() || all.windows(2).all(|pair| pair[0].check == pair[1].check);
        let whole = |count: usize| count.is_multiple_of(8);
        let is_whole = |frame: &Frame| whole(frame.bits.len()) && frame.check.is_none_or(whole);
        let are_bytes = self.are_bytes && all.iter().all(is_whole);
        is_equal.then_some(Self { all, are_bytes })
    }

    /// Where the checksum may be if it is at that place.
    pub(super) fn at(span: Span) -> Vec<Place> {
        [Covers::Others, Covers::Before, Covers::After].map(|covers| Place { span: Some(span), covers }).into()
    }

    /// Where the checksum may be if it is not at the end of all others, the likely places first.
    pub(super) fn elsewhere(&self) -> Vec<Place> {
        let lengths = || self.all.iter().map(|frame| frame.bits.len());
        let (shortest, longest) = (lengths().min().unwrap_or(0), lengths().max().unwrap_or(0));
        let (unit, widths): (usize, &[usize]) = if self.are_bytes { (8, &[8, 16, 32]) } else { (1, &[8, 16, 4]) };
        let said = self.check();
        let mut all = Vec::new();
        // The first bits are a preamble, an address or a length that is not covered.
        let first = if self.are_bytes { [8, 16, 24, 32] } else { [1, 4, 8, 16] };
        all.extend(first.map(|first| Place { span: None, covers: Covers::From(first) }));
        if said.is_some() {
            return all;
        }
        let near = shortest.min(NEAR);
        for &width in widths {
            let width_i = width as i64;
            // Bits that follow the checksum, then those before it.
            let from_end = (1..).map(|units| units * unit).take_while(|after| after + width < near);
            let from_end = from_end.map(|after| (after as i64, true));
            let from_start = (0..).map(|units| units * unit).take_while(|before| before + width < near);
            let from_start = from_start.map(|before| (before as i64, false));
            for (at, is_from_end) in from_end.chain(from_start) {
                // In frames of one length both are the same.
                if is_from_end && shortest == longest && shortest <= NEAR {
                    continue;
                }
                let (from, to) = if is_from_end { (-at - width_i, -at) } else { (at, at + width_i) };
                let span = Some(Span { from, to: Some(to) });
                for covers in [Covers::Others, Covers::Before, Covers::After] {
                    let is_empty = covers == Covers::Before && from == 0;
                    if !is_empty {
                        all.push(Place { span, covers });
                    }
                }
            }
        }
        all
    }
}

/// A checksum is looked for so near to either end of a frame, in bits.
const NEAR: usize = 320;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        let span = |text: &str| text.parse::<Span>();
        assert_eq!(span("8..16").unwrap().of(24), Some((8, 16)));
        assert_eq!(span("-16..").unwrap().of(24), Some((8, 24)));
        assert_eq!(span("..4").unwrap().of(4), Some((0, 4)));
        assert_eq!(span("8..-8").unwrap().of(24), Some((8, 16)));
        assert_eq!(span("8..16").unwrap().of(15), None);
        assert_eq!(span("-16..").unwrap().of(15), None);
        assert_eq!(span(&i64::MIN.to_string().chars().chain("..".chars()).collect::<String>()).unwrap().of(15), None);
        for bad in ["", "8", "16..8", "8..8", "-8..-16", "a..b", "1..2..3"] {
            assert!(span(bad).is_err(), "{bad}");
        }
        assert_eq!(span(" -16 .. ").unwrap().to_string(), "-16..");
    }

    #[test]
    fn what_a_checksum_covers() {
        let frames = Frames::read("00112233445566", None).unwrap();
        let bits = |covers, span: &str| {
            let placed = frames.placed(&Place { span: span.parse().ok(), covers })?;
            let bits = &placed.all[0].bits;
            Some(
                bits.chunks(8)
                    .map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit)))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(bits(Covers::Others, "16..24"), Some(vec![0, 0x11, 0x33, 0x44, 0x55, 0x66, 0x22]));
        assert_eq!(bits(Covers::Before, "16..24"), Some(vec![0, 0x11, 0x22]));
        assert_eq!(bits(Covers::After, "0..16"), Some(vec![0x22, 0x33, 0x44, 0x55, 0x66, 0, 0x11]));
        assert_eq!(bits(Covers::From(8), "-8.."), Some(vec![0x11, 0x22, 0x33, 0x44, 0x55, 0x66]));
        assert_eq!(bits(Covers::Before, "0..8"), None);
    }
}
