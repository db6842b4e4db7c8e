//! Steps that need no more than the last bit: a lane taken out, complement, Gray code, NRZI, a part.

use lfsr_core::lane::Lane;

use super::{Packer, Step, each};
use crate::bits::{capture::CaptureError, lanes::Pairs};

/// Every so many-th bit.
pub(super) struct Taken(pub(super) Box<Lane>);

impl Step for Taken {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        out.put_lane(&mut self.0, words, count);
        Ok(())
    }
}

/// The complement.
pub(super) struct Invert;

impl Step for Invert {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        each(words, count, |word, count| out.put(!word & low(count), count));
        Ok(())
    }
}

/// Pairs of bits into Gray code, or back: the second becomes the sum of both.
pub(super) struct Gray;

impl Step for Gray {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        // Half a pair stays.
        each(words, count, |word, count| {
            let pairs = count & !1;
            let bits = Pairs::GRAY.word(word) & low(pairs) | word & !low(pairs);
            out.put(bits, count);
        });
        Ok(())
    }
}

/// Pairs of bits into levels of PAM4, a byte each: 0 to 3 by Gray code, the highest bit of the byte first.
pub(super) struct Levels;

impl Step for Levels {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        each(words, count, |word, count| {
            let gray = Pairs::GRAY.word(word);
            (0..count / 2).for_each(|i| out.put((gray >> (2 * i) & 3) << 6, 8));
        });
        Ok(())
    }
}

/// NRZI: a 1 changes the level, a 0 keeps it; the level before is 0.
#[derive(Default)]
pub(super) struct Nrzi {
    level: u64,
}

impl Step for Nrzi {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        each(words, count, |word, count| {
            let mut levels = word ^ self.level;
            for shift in [1, 2, 4, 8, 16, 32] {
                levels ^= levels << shift;
            }
            self.level = levels >> (count - 1) & 1;
            out.put(levels & low(count), count);
        });
        Ok(())
    }
}

/// NRZI read: 1 where the level changes.
#[derive(Default)]
pub(super) struct FromNrzi {
    level: u64,
}

impl Step for FromNrzi {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        each(words, count, |word, count| {
            let bits = word ^ (word << 1 | self.level);
            self.level = word >> (count - 1) & 1;
            out.put(bits & low(count), count);
        });
        Ok(())
    }
}

/// Bits `from` to `to` - 1.
pub(super) struct Slice {
    pub(super) at: u64,
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Step for Slice {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        each(words, count, |word, count| {
            let begin = self.from.saturating_sub(self.at).min(count.into()) as u32;
            let end = self.to.saturating_sub(self.at).min(count.into()) as u32;
            self.at += u64::from(count);
            if begin < end {
                out.put(word >> begin & low(end - begin), end - begin);
            }
        });
        Ok(())
    }
}

/// So many ones from bit 0 on; 64 at most.
const fn low(count: u32) -> u64 {
    if count >= u64::BITS { u64::MAX } else { (1 << count) - 1 }
}
