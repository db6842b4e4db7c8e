//! [`Reading`]: one way to take the bits of a capture; [`Turner`] puts them into the order of time.
//!
//! A file of bytes does not say which bit of a byte came first, and a bus of 16 lines has bytes that may be swapped. So a capture has
//! several readings: blocks of so many bits, whose bits are reversed, or whose bytes are.

use lfsr_core::bit_order::BitOrder;

/// One way to take the bits of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Bits in a block; 1 where they came one by one.
    width: u16,
    /// The last bit of a block is the first in time.
    is_reversed: bool,
    /// The last byte of a block is the first in time, its bits in their order.
    is_swapped: bool,
    /// Which bit of a byte, or of a sample of a bus, is the first; `None` where bits came one by one.
    pub order: Option<BitOrder>,
}

impl Reading {
    /// Bits one by one, in time.
    pub const IN_TIME: Self = Self { width: 1, is_reversed: false, is_swapped: false, order: None };
    /// Bytes, the highest bit first.
    pub const MSB: Self = Self { width: 8, is_reversed: true, is_swapped: false, order: Some(BitOrder::Msb) };
    /// Bytes, the lowest bit first.
    pub const LSB: Self = Self { width: 8, is_reversed: false, is_swapped: false, order: Some(BitOrder::Lsb) };

    /// Bits that are given out with the highest of each block of `width` first.
    #[must_use]
    pub const fn highest_first(width: u16) -> Self {
        Self { width, is_reversed: false, is_swapped: false, order: Some(BitOrder::Msb) }
    }

    /// The same blocks, the other way round.
    #[must_use]
    pub const fn reversed(self) -> Self {
        let order = match self.order {
            Some(BitOrder::Msb) => Some(BitOrder::Lsb),
            Some(BitOrder::Lsb) => Some(BitOrder::Msb),
            None => None,
        };
        Self { is_reversed: !self.is_reversed, order, ..self }
    }

    /// The same bytes, those of words of so many bits swapped.
    ///
    /// Reversed bits of bytes in swapped order are reversed bits of words, and the other way round.
    #[must_use]
    pub const fn swapped(self, width: u16) -> Self {
        let is_swapped = match self.width {
            8 => !self.is_reversed,
            _ => true,
        };
        Self { width, is_swapped, ..self }
    }

    /// The order for a checker that turns bytes itself; `None` if a [`Turner`] must do it.
    #[must_use]
    pub fn of_bytes(self) -> Option<BitOrder> {
        match self {
            Self { is_swapped: false, is_reversed: false, .. } => Some(BitOrder::Lsb),
            Self { is_swapped: false, is_reversed: true, width: 8, .. } => Some(BitOrder::Msb),
            _ => None,
        }
    }

    /// The first `count` bits of `words` in the order of time.
    #[must_use]
    pub fn in_time(self, words: &[u64], count: u64) -> Vec<u64> {
        let mut turner = Turner::new(self);
        turner.push(words, count);
        turner.finish().0
    }

    /// Bits of the words whose bytes are swapped, if they are.
    #[must_use]
    pub fn swapped_bits(self) -> Option<u16> {
        // Swapped bytes whose bits are reversed are one reversal.
        let is_swapped = self.is_swapped || self.is_reversed && self.width > 8 && self.order == Some(BitOrder::Msb);
        is_swapped.then_some(self.width)
    }

    /// Where bit `i` of a block goes.
    fn place(self, i: usize) -> usize {
        let width = usize::from(self.width);
        let i = if self.is_reversed { width - 1 - i } else { i };
        if self.is_swapped { (width / 8 - 1 - i / 8) * 8 + i % 8 } else { i }
    }
}

impl core::fmt::Display for Reading {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.order {
            None => f.write_str("as it came")?,
            Some(order) => write!(f, "{order}")?,
        }
        self.swapped_bits().map_or(Ok(()), |bits| write!(f, ", the bytes of each {bits}-bit word swapped"))
    }
}

/// Puts bits into the order of time, a piece at a time.
#[derive(Debug)]
pub struct Turner {
    reading: Reading,
    /// The beginning of a block.
    block: Vec<bool>,
    words: Vec<u64>,
    count: u64,
}

impl Turner {
    /// By that reading.
    #[must_use]
    pub fn new(reading: Reading) -> Self {
        Self { reading, block: Vec::new(), words: Vec::new(), count: 0 }
    }

    /// The next `count` bits.
    pub fn push(&mut self, words: &[u64], count: u64) {
        // Bytes are turned a word at a time.
        if let Some(order) = self.reading.of_bytes()
            && self.count.is_multiple_of(64)
            && self.block.is_empty()
        {
            let words = &words[..count.div_ceil(64) as usize];
            match order {
                BitOrder::Lsb => self.words.extend_from_slice(words),
                BitOrder::Msb => self.words.extend(words.iter().map(|&word| BitOrder::Msb.word(word))),
            }
            self.count += count;
            return;
        }
        let width = usize::from(self.reading.width);
        for t in 0..count as usize {
            self.block.push(words[t / 64] >> (t % 64) & 1 == 1);
            if self.block.len() == width {
                (0..width).for_each(|i| self.put(self.block[self.reading.place(i)]));
                self.block.clear();
            }
        }
    }

    fn put(&mut self, bit: bool) {
        if self.count.is_multiple_of(64) {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(bit) << (self.count % 64);
        }
        self.count += 1;
    }

    /// The whole words that are ready.
    pub fn take(&mut self) -> Vec<u64> {
        let rest = self.words.split_off((self.count / 64) as usize);
        self.count %= 64;
        core::mem::replace(&mut self.words, rest)
    }

    /// The next piece of a stream, in time, and how many bits that is; a piece of no bits ends it.
    pub fn piece(&mut self, words: &[u64], count: u64) -> (Vec<u64>, u64) {
        if count == 0 {
            return self.finish();
        }
        self.push(words, count);
        let words = self.take();
        let bits = 64 * words.len() as u64;
        (words, bits)
    }

    /// What is left, and how many bits; a block that is not whole comes as it is.
    pub fn finish(&mut self) -> (Vec<u64>, u64) {
        let block = core::mem::take(&mut self.block);
        block.into_iter().for_each(|bit| self.put(bit));
        (core::mem::take(&mut self.words), core::mem::take(&mut self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes as text, by a reading.
    fn read(reading: Reading, bytes: &[u8]) -> String {
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().next_multiple_of(8), 0);
        let words: Vec<u64> = padded.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        let count = 8 * bytes.len();
        let words = reading.in_time(&words, count as u64);
        (0..count).map(|t| if words[t / 64] >> (t % 64) & 1 == 1 { '1' } else { '0' }).collect()
    }

    #[test]
    fn bytes_and_swapped_words() {
        let bytes = [0x12, 0x34, 0x56, 0x78];
        let msb = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:08b}")).collect::<String>();
        let lsb = |bytes: &[u8]| bytes.iter().map(|byte| format!("{:08b}", byte.reverse_bits())).collect::<String>();
        let swapped = [0x34, 0x12, 0x78, 0x56];
        for (reading, expected, label) in [
            (Reading::MSB, msb(&bytes), "MSB first"),
            (Reading::LSB, lsb(&bytes), "LSB first"),
            (Reading::MSB.swapped(16), msb(&swapped), "MSB first, the bytes of each 16-bit word swapped"),
            (Reading::LSB.swapped(16), lsb(&swapped), "LSB first, the bytes of each 16-bit word swapped"),
            (
                Reading::MSB.swapped(32),
                msb(&[0x78, 0x56, 0x34, 0x12]),
                "MSB first, the bytes of each 32-bit word swapped",
            ),
        ] {
            assert_eq!((read(reading, &bytes), reading.to_string()), (expected, label.into()));
        }
    }

    #[test]
    fn samples_of_a_bus_in_pieces() {
        // Ten lines, the highest first: the blocks do not fit words.
        let bits: Vec<bool> = (0..1000u32).map(|t| t * t % 7 < 3).collect();
        let reading = Reading::highest_first(10).reversed();
        assert_eq!(reading.to_string(), "LSB first");
        let mut turner = Turner::new(reading);
        let mut words = Vec::new();
        for piece in bits.chunks(64 * 3) {
            let mut packed = vec![0u64; piece.len().div_ceil(64)];
            piece.iter().enumerate().for_each(|(t, bit)| packed[t / 64] |= u64::from(*bit) << (t % 64));
            turner.push(&packed, piece.len() as u64);
            words.extend(turner.take());
        }
        let (rest, count) = turner.finish();
        assert_eq!(64 * words.len() as u64 + count, 1000);
        words.extend(rest);
        let expected = bits.chunks(10).flat_map(|block| block.iter().rev());
        assert!((0..1000).map(|t| words[t / 64] >> (t % 64) & 1 == 1).eq(expected.copied()));
    }
}
