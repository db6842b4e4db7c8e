//! Inputs made of known ones: a little changed, put together, or drawn at random.

use lfsr_core::random::SplitMix64;

/// Bytes of the longest input.
const LONGEST: usize = 1 << 16;

/// A number below `most`, at least 1.
fn below(random: &mut SplitMix64, most: usize) -> usize {
    (random.next_word() % most.max(1) as u64) as usize
}

/// The next input: one of `corpus`, or nothing, changed in a few places, with `words` in it.
#[must_use]
pub fn next(random: &mut SplitMix64, corpus: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let pick = |random: &mut SplitMix64| {
        corpus.get(below(random, corpus.len() + corpus.len() / 8 + 1)).cloned().unwrap_or_default()
    };
    let mut input = pick(random);
    for _ in 0..below(random, 8) {
        let at = below(random, input.len() + 1);
        let end = (at + 1 + below(random, 16)).min(input.len());
        match below(random, 9) {
            0 if at < input.len() => input[at] ^= 1 << below(random, 8),
            1 if at < input.len() => input[at] = random.next_word() as u8,
            2 => drop(input.drain(at.min(end)..end)),
            3 => input.insert(at, random.next_word() as u8),
            4 => {
                let part = input[at.min(end)..end].to_vec();
                for _ in 0..1 << below(random, 8) {
                    input.splice(at..at, part.iter().copied());
                }
            }
            5 => input.truncate(at),
            6 => {
                let other = pick(random);
                input.splice(at..at, other[below(random, other.len() + 1)..].iter().copied());
            }
            7 if at + 8 <= input.len() => {
                let number = [0, 1, u64::MAX, 1 << 63, random.next_word(), random.next_word() >> below(random, 64)]
                    [below(random, 6)];
                input[at..at + 8].copy_from_slice(&number.to_le_bytes());
            }
            _ if !words.is_empty() => {
                input.splice(at..at, words[below(random, words.len())].bytes());
            }
            _ => input.extend((0..below(random, 64)).map(|_| random.next_word() as u8)),
        }
        input.truncate(LONGEST);
    }
    input
}
