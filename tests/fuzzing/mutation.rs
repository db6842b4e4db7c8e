//! Inputs made of known ones: a little changed, put together, or drawn at random.

/// Bytes of the longest input.
const LONGEST: usize = 1 << 16;

/// A stream of random numbers (SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The same numbers for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next one.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// The next one, below `most`, at least 1.
    pub fn below(&mut self, most: usize) -> usize {
        (self.draw() % most.max(1) as u64) as usize
    }
}

/// The next input: one of `corpus`, or nothing, changed in a few places, with `words` in it.
#[must_use]
pub fn next(random: &mut Random, corpus: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let pick = |random: &mut Random| {
        corpus.get(random.below(corpus.len() + corpus.len() / 8 + 1)).cloned().unwrap_or_default()
    };
    let mut input = pick(random);
    for _ in 0..random.below(8) {
        let at = random.below(input.len() + 1);
        let end = (at + 1 + random.below(16)).min(input.len());
        match random.below(9) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.draw() as u8,
            2 => drop(input.drain(at.min(end)..end)),
            3 => input.insert(at, random.draw() as u8),
            4 => {
                let part = input[at.min(end)..end].to_vec();
                for _ in 0..1 << random.below(8) {
                    input.splice(at..at, part.iter().copied());
                }
            }
            5 => input.truncate(at),
            6 => {
                let other = pick(random);
                input.splice(at..at, other[random.below(other.len() + 1)..].iter().copied());
            }
            7 if at + 8 <= input.len() => {
                let number =
                    [0, 1, u64::MAX, 1 << 63, random.draw(), random.draw() >> random.below(64)][random.below(6)];
                input[at..at + 8].copy_from_slice(&number.to_le_bytes());
            }
            _ if !words.is_empty() => {
                input.splice(at..at, words[random.below(words.len())].bytes());
            }
            _ => input.extend((0..random.below(64)).map(|_| random.draw() as u8)),
        }
        input.truncate(LONGEST);
    }
    input
}
