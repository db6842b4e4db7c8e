//! [`distances`]: how many wrong bits a CRC always finds, by the length of the codeword, message and checksum together.
//!
//! Wrong bits go unnoticed where they are a multiple of the generator. So what counts is, for each weight w, the least degree of a multiple with
//! w terms: codewords of up to so many bits have none. For w = 2 that is the order of x; for w up to 6 sums of powers of x are looked up.
//!
//! ```text
//!   at degree n:  x^n + 1 + (w - 2 of x^1 ... x^(n-1)) = 0 ?
//!   w = 3, 4      none or one more term, then a look-up among all x^i
//!   w = 5, 6      one or two more terms, then a look-up among all x^i + x^j
//! ```
//!
//! As P. Koopman's searches do ("32-bit cyclic redundancy codes for internet applications", DSN 2002), whose tables give lengths without the
//! checksum.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashSet;

use lfsr_core::crc::Algorithm;

/// Look-ups after which the search ends: about a second.
const MOST_LOOKUPS: u64 = 1 << 25;

/// The most powers, and pairs of powers, that are held.
const MOST_POWERS: usize = 1 << 20;
const MOST_PAIRS: usize = 1 << 20;

/// The weights that are looked for.
const MOST_WEIGHT: u32 = 6;

/// How far a Hamming distance reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Any fewer wrong bits are found.
    pub distance: u32,
    /// In codewords of up to so many bits, message and checksum together.
    pub bits: u64,
    /// Whether longer ones are known to have a lesser distance; else the search ended there.
    pub is_last: bool,
}

/// How far the distances from 7 (8 if the generator is even) down to 3 reach, the largest first, as far as the search comes: where the order of x is larger than that, the
/// reach of the last distance is missing. Nothing if the generator has no term 1: then the last bits of a message are not protected.
///
/// # Complexity
/// At most some 2^26 look-ups.
#[must_use]
pub fn distances(algorithm: &Algorithm) -> Vec<Reach> {
    if algorithm.poly() & 1 == 0 {
        return vec![];
    }
    let mut search = Search::new(algorithm);
    // The generator itself is a multiple.
    let mut distance = algorithm.poly().count_ones() + 1;
    let mut found = Vec::new();
    let is_even = search.is_even;
    let mut add = |distance: u32, bits: u64, is_last| {
        // Even generators have even distances.
        let distance = distance.min(MOST_WEIGHT + 1);
        let distance = if is_even { distance.next_multiple_of(2) } else { distance };
        // A search that ended has been taken further.
        found.pop_if(|before: &mut Reach| before.distance == distance);
        if distance > 2 && bits > algorithm.width().into() {
            found.push(Reach { distance, bits, is_last });
        }
    };
    loop {
        let bits = search.degree;
        match search.least_weight(distance) {
            Ok(Some(weight)) => {
                add(distance, bits, true);
                distance = weight;
                if distance <= 2 {
                    break;
                }
            }
            Ok(None) => {}
            // Less is looked for from here on.
            Err(Ended) => {
                add(distance.min(search.most_weight + 1), bits, false);
                search.most_weight -= 1;
                search.lookups = 0;
                if search.most_weight < 3 {
                    break;
                }
            }
        }
        search.next();
    }
    found
}

/// The look-ups, or what is held, are too many.
struct Ended;

/// Sums of powers of x modulo the generator.
type Sums = HashSet<u128, BuildHasherDefault<Spread>>;

/// Remainders are spread well by themselves; a product brings their bits to where the set looks.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u128((*byte).into()));
    }

    fn write_u128(&mut self, value: u128) {
        // 2^64 over the golden ratio.
        self.0 = (self.0 ^ value as u64 ^ (value >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Everything below one degree.
struct Search {
    algorithm: Algorithm,
    /// n.
    degree: u64,
    /// x^n modulo the generator.
    power: u128,
    /// x^i for 0 < i < n.
    powers: Vec<u128>,
    singles: Sums,
    /// x^i + x^j for 0 < i < j < n, while they are needed.
    pairs: Sums,
    /// Of how many powers these are.
    paired: usize,
    /// A product of x + 1: no multiple has an odd number of terms.
    is_even: bool,
    /// The weights that are still looked for.
    most_weight: u32,
    lookups: u64,
}

impl Search {
    /// At the degree of the generator.
    fn new(algorithm: &Algorithm) -> Self {
        let mut search = Self {
            algorithm: *algorithm,
            degree: 0,
            power: 1,
            powers: vec![],
            singles: Sums::default(),
            pairs: Sums::default(),
            paired: 0,
            is_even: algorithm.poly().count_ones() % 2 == 1,
            most_weight: MOST_WEIGHT,
            lookups: 0,
        };
        while search.degree < algorithm.width().into() {
            search.next();
        }
        search
    }

    /// To the next degree.
    fn next(&mut self) {
        if self.degree > 0 {
            self.powers.push(self.power);
            self.singles.insert(self.power);
        }
        let (width, top) = (self.algorithm.width(), self.power >> (self.algorithm.width() - 1) & 1);
        let shifted = self.power << 1 & u128::MAX >> (128 - width);
        self.power = shifted ^ (self.algorithm.poly() & top.wrapping_neg());
        self.degree += 1;
    }

    /// The least weight below `distance` of a multiple of degree n, if there is one of a weight that is looked for.
    fn least_weight(&mut self, distance: u32) -> Result<Option<u32>, Ended> {
        let (target, most) = (self.power ^ 1, self.most_weight);
        for weight in (2..distance).take_while(|weight| *weight <= most) {
            if self.is_even && weight % 2 == 1 {
                continue;
            }
            if self.has(weight, target)? {
                return Ok(Some(weight));
            }
        }
        if self.powers.len() >= MOST_POWERS { Err(Ended) } else { Ok(None) }
    }

    /// Whether w - 2 of the powers sum to the target.
    fn has(&mut self, weight: u32, target: u128) -> Result<bool, Ended> {
        let count = self.powers.len() as u64;
        self.lookups += match weight {
            2 | 3 => 0,
            4 | 5 => count,
            _ => count * count / 2,
        };
        if self.lookups > MOST_LOOKUPS {
            return Err(Ended);
        }
        if weight >= 5 {
            self.hold_pairs()?;
        }
        let (singles, pairs) = (&self.singles, &self.pairs);
        Ok(match weight {
            2 => target == 0,
            3 => singles.contains(&target),
            4 => self.powers.iter().any(|power| singles.contains(&(target ^ power))),
            5 => self.powers.iter().any(|power| pairs.contains(&(target ^ power))),
            _ => pairs.iter().any(|pair| pairs.contains(&(target ^ pair))),
        })
    }

    /// All pairs of the powers; most are there already.
    fn hold_pairs(&mut self) -> Result<(), Ended> {
        let count = self.powers.len();
        if count * count / 2 > MOST_PAIRS {
            return Err(Ended);
        }
        for newer in self.paired..count {
            for older in 0..newer {
                self.pairs.insert(self.powers[older] ^ self.powers[newer]);
            }
        }
        self.paired = count;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::checksum::catalogue::find;

    /// (distance, longest message) as P. Koopman's tables have them ("Best CRC polynomials", users.ece.cmu.edu/~koopman/crc).
    const PUBLISHED: [(&str, &[(u32, u64)]); 5] = [
        ("CRC-8/SMBUS", &[(4, 119)]),
        ("CRC-16/XMODEM", &[(4, 32_751)]),
        ("CRC-15/CAN", &[(6, 112)]),
        ("CRC-32", &[(4, 91_607), (5, 2_974), (6, 268), (7, 171)]),
        ("CRC-32C", &[(6, 5_243)]),
    ];

    #[test]
    fn reaches_are_the_published_ones() {
        for (name, published) in PUBLISHED {
            let algorithm = find(name).unwrap().checksum.algorithm;
            let found = distances(&algorithm);
            for &(distance, message) in published {
                let reach =
                    found.iter().find(|reach| reach.distance == distance).unwrap_or_else(|| panic!("{name} {found:?}"));
                assert_eq!((reach.bits - u64::from(algorithm.width()), reach.is_last), (message, true), "{name}");
            }
        }
    }

    /// All codewords of a length, for all small generators.
    #[test]
    fn reaches_are_those_of_all_codewords() {
        for width in 2..=6u32 {
            for poly in (1..1u128 << width).step_by(2) {
                let generator = 1 << width | poly;
                let found = distances(&Algorithm::new(width, poly).unwrap());
                for bits in width + 1..=16 {
                    let product =
                        |factor: u128| (0..16).filter(|i| factor >> i & 1 == 1).fold(0, |sum, i| sum ^ generator << i);
                    let least = (1..1u128 << (bits - width)).map(|factor| product(factor).count_ones()).min().unwrap();
                    let said =
                        found.iter().find(|reach| reach.bits >= u64::from(bits)).map_or(2, |reach| reach.distance);
                    let most = if generator.count_ones() % 2 == 0 { 8 } else { 7 };
                    assert_eq!(said, least.min(most), "{generator:#x} {bits}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn a_search_that_ends_says_so() {
        let found = distances(&find("CRC-64/XZ").unwrap().checksum.algorithm);
        assert!(
            found.iter().all(|reach| !reach.is_last) && found.is_sorted_by(|a, b| a.distance > b.distance),
            "{found:?}"
        );
        assert_eq!(distances(&Algorithm::new(8, 0x40).unwrap()), []);
    }
}
