//! [`wrong_tap`]: which single tap would make a register of the one that was expected.
//!
//! A generator with a tap that is missing, one too many, or one in the wrong place obeys the recurrence with that fault. All these
//! recurrences are tried on the bits, some hundreds of them for 31 cells.

use lfsr_core::register::Register;

use super::reading::Reading;

/// Of the sums that a recurrence makes, so many may be wrong, as a part of what the rarer of 0 and 1 among the bits would make: a sum of bits that have
/// nothing to do with each other is wrong at least that often. A wrong bit spoils one sum for each lag, and its own.
const MOST_WRONG: f64 = 0.4;

/// Bits that are needed, beyond the cells.
const FEWEST: u64 = 512;

/// A random sequence of so many cells obeys one of the recurrences with a lag elsewhere or one more, of which there are up to 4096, once in a thousand
/// times: from shorter ones nothing is concluded.
const FEWEST_CELLS: usize = 22;

/// One tap that is not as it should be; lags as in s(t) = s(t - lag) + ...
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongTap {
    /// This lag does not feed back.
    Missing(u32),
    /// A lag that does not belong to the register feeds back as well.
    Extra(u32),
    /// One lag feeds back in place of another.
    Moved {
        /// As it should be.
        from: u32,
        /// As it is.
        to: u32,
    },
}

impl core::fmt::Display for WrongTap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Missing(lag) => write!(f, "lag {lag} missing"),
            Self::Extra(lag) => write!(f, "lag {lag} too many"),
            Self::Moved { from, to } => write!(f, "lag {to} in place of {from}"),
        }
    }
}

/// The tap with which `bits` bits obey the recurrence of `expected`, in one of the readings; `None` if none explains them, or too many would.
/// `cells` is the length of the shortest register of the bits, if one is known.
///
/// At most 64 + 64 + 64 x 64 recurrences, each a few word operations for every 64 bits.
#[must_use]
pub fn wrong_tap(
    expected: &Register,
    words: &[u64],
    bits: u64,
    readings: &[Reading],
    cells: Option<usize>,
) -> Option<WrongTap> {
    let lags: Vec<u32> = expected.lags().collect();
    if bits < FEWEST + 64 {
        return None;
    }
    let is_long = cells.is_none_or(|cells| cells >= FEWEST_CELLS);
    let cells_of = |without: Option<u32>, with: Option<u32>| {
        lags.iter().copied().filter(|lag| Some(*lag) != without).chain(with).max().unwrap_or(0)
    };
    let strange = || (1..=64).filter(|k| is_long && !lags.contains(k));
    readings.iter().find_map(|reading| {
        let words = reading.in_time(words, bits);
        let most = MOST_WRONG * rarer(&words, bits);
        let is_fit = |sums: &[u64]| rarer(sums, bits) <= most;
        let all = lags.iter().fold(words.clone(), |sum, &lag| added(&sum, &words, lag));
        if is_fit(&all) {
            return None;
        }
        // Each with the cells of its register: what obeys a short recurrence obeys longer ones, too.
        let mut found: Vec<(u32, WrongTap)> = Vec::new();
        for &from in lags.iter().filter(|_| lags.len() > 1) {
            let rest = added(&all, &words, from);
            if is_fit(&rest) {
                found.push((cells_of(Some(from), None), WrongTap::Missing(from)));
            }
            let moved = strange().filter(|&to| is_fit(&added(&rest, &words, to)));
            found.extend(moved.map(|to| (cells_of(Some(from), Some(to)), WrongTap::Moved { from, to })));
        }
        let extra = strange().filter(|&lag| is_fit(&added(&all, &words, lag)));
        found.extend(extra.map(|lag| (cells_of(None, Some(lag)), WrongTap::Extra(lag))));
        found.into_iter().min_by_key(|(cells, _)| *cells).map(|(_, tap)| tap)
    })
}

/// Adds the bits `lag` later, 1 to 64.
fn added(sum: &[u64], words: &[u64], lag: u32) -> Vec<u64> {
    let mut before = 0;
    let shifted =
        words.iter().map(|&word| word << (lag - 1) << 1 | core::mem::replace(&mut before, word) >> (64 - lag));
    sum.iter().zip(shifted).map(|(sum, shifted)| sum ^ shifted).collect()
}

/// How often the rarer of 0 and 1 occurs. The first word is left out: as a sum it has no bits before it.
fn rarer(words: &[u64], bits: u64) -> f64 {
    let words = words.get(1..(bits / 64) as usize).unwrap_or(&[]);
    let ones: u64 = words.iter().map(|word| u64::from(word.count_ones())).sum();
    let ones = ones as f64 / (64 * words.len()).max(1) as f64;
    ones.min(1.0 - ones)
}

#[cfg(test)]
mod tests {
    use lfsr_core::{random::SplitMix64, register::Form};

    use super::*;

    /// Bits by the definition, with a share of wrong ones, in 64 to a word.
    fn sequence(lags: &[u32], count: usize, random: &mut SplitMix64, one_in: u64, inverted: bool) -> Vec<u64> {
        let n = lags.iter().copied().max().unwrap() as usize;
        let mut bits: Vec<bool> = (0..n).map(|_| random.next_word() & 1 == 1).collect();
        bits[0] = true;
        while bits.len() < count {
            let bit = lags.iter().fold(false, |sum, &lag| sum ^ bits[bits.len() - lag as usize]);
            bits.push(bit);
        }
        let is_wrong = |random: &mut SplitMix64| one_in > 0 && random.next_word().is_multiple_of(one_in);
        let sent: Vec<bool> = bits.iter().map(|&bit| bit ^ inverted ^ is_wrong(random)).collect();
        sent.chunks(64).map(|bits| bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit))).collect()
    }

    #[test]
    fn every_single_fault_of_a_register_is_named() {
        let mut random = SplitMix64(31);
        let readings = [Reading::MSB, Reading::LSB];
        for lags in [&[18, 23][..], &[28, 31], &[20, 25, 27, 32], &[39, 58], &[63, 64]] {
            let c = lags.iter().fold(1u128, |c, lag| c | 1 << (lags[lags.len() - 1] - lag)) | 1 << lags[lags.len() - 1];
            for form in [Form::Fibonacci, Form::Galois] {
                let expected = Register::from_characteristic(c).unwrap().with_form(form);
                assert!(expected.lags().eq(lags.iter().copied()));
                for (round, &lag) in lags.iter().cycle().take(8).enumerate() {
                    let other = 1 + (random.next_word() % 64) as u32;
                    if lags.contains(&other) {
                        continue;
                    }
                    let rest: Vec<u32> = lags.iter().copied().filter(|k| *k != lag).collect();
                    let with = |more: u32, lags: &[u32]| lags.iter().copied().chain([more]).collect::<Vec<_>>();
                    for (faulty, tap) in [
                        (rest.clone(), WrongTap::Missing(lag)),
                        (with(other, lags), WrongTap::Extra(other)),
                        (with(other, &rest), WrongTap::Moved { from: lag, to: other }),
                    ] {
                        let words = sequence(&faulty, 4096, &mut random, [0, 100][round % 2], round % 3 == 0);
                        let found = wrong_tap(&expected, &words, 4096, &readings, None);
                        // A shorter register may explain the bits as well; a complement makes one of an even number of lags.
                        let cells = |tap: WrongTap| match tap {
                            WrongTap::Missing(lag) => lags.iter().copied().filter(|k| *k != lag).max(),
                            WrongTap::Extra(lag) => lags.iter().copied().chain([lag]).max(),
                            WrongTap::Moved { from, to } => {
                                lags.iter().copied().filter(|k| *k != from).chain([to]).max()
                            }
                        };
                        let is_right = found == Some(tap) || found.is_some_and(|found| cells(found) <= cells(tap));
                        assert!(is_right, "{faulty:?} is {tap}, not {found:?}");
                    }
                }
                let words = sequence(lags, 4096, &mut random, 100, true);
                assert_eq!(wrong_tap(&expected, &words, 4096, &readings, None), None, "nothing is wrong");
            }
        }
    }

    #[test]
    fn a_tap_is_missed_in_a_ring_with_a_single_one_as_well() {
        let prbs23 = Register::from_characteristic(1 << 23 | 1 << 5 | 1).unwrap();
        let bits: Vec<bool> = (0..4096).map(|t| t % 23 == 7).collect();
        let words: Vec<u64> =
            bits.chunks(64).map(|bits| bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit))).collect();
        let found = wrong_tap(&prbs23, &words, 4096, &[Reading::LSB], Some(22));
        assert_eq!(found, Some(WrongTap::Missing(18)));
    }

    #[test]
    fn other_sequences_and_noise_have_no_wrong_tap() {
        let mut random = SplitMix64(32);
        let expected = Register::from_characteristic(1 << 31 | 1 << 3 | 1).unwrap();
        for _ in 0..200 {
            let noise: Vec<u64> = (0..64).map(|_| random.next_word()).collect();
            assert_eq!(wrong_tap(&expected, &noise, 4096, &[Reading::LSB, Reading::MSB], None), None);
        }
        for lags in [&[6, 7][..], &[5, 9], &[14, 15], &[3, 20]] {
            let words = sequence(lags, 4096, &mut random, 0, false);
            let cells = lags[1] as usize;
            assert_eq!(wrong_tap(&expected, &words, 4096, &[Reading::LSB], Some(cells)), None, "{lags:?}");
        }
    }
}
