//! Gold codes: sums of two sequences, as the sequence of one register.
//!
//! The sum of the sequences of two registers is a sequence of the product of their polynomials. So a code is that register and the state that has
//! the first bits of the sum, and whatever takes a register and a state takes a code. (R. Gold, "Optimal binary sequences for spread spectrum multiplexing",
//! IEEE Trans. Information Theory 13 (1967).)

use super::{Code, Entry, find, gps_delay};
use crate::{gf2, register::Register};

/// Steps of LTE's registers before the first bit (3GPP TS 36.211 7.2: N_c).
const LTE_BEGINS: usize = 1600;

/// Chips of a period of GPS's C/A code.
const CHIPS: usize = 1023;

/// The C/A code of the GPS satellite of that number (PRN, 1 to 32): 1023 chips (IS-GPS-200, 3.3.2.3).
///
/// ```
/// let code = lfsr_core::catalogue::gps_ca(1).unwrap();
/// // The standard's first ten chips: octal 1440.
/// assert_eq!(code.state.reverse_bits() >> 54, 0o1440);
/// ```
#[must_use]
pub fn gps_ca(satellite: u8) -> Option<Code> {
    let delay = gps_delay(satellite)?;
    let (g1, g2) = (find("GPS-G1")?, find("GPS-G2")?);
    sum([(g1, g1.start(), 0), (g2, g2.start(), CHIPS - usize::from(delay))])
}

/// The sequence of LTE and NR (3GPP TS 36.211 7.2, TS 38.211 5.2.1) from `c_init`, below 2^31.
#[must_use]
pub fn lte_gold(c_init: u32) -> Option<Code> {
    let (x1, x2) = (find("LTE-x1")?, find("LTE-x2")?);
    let c_init = Some(c_init).filter(|init| init >> 31 == 0)?;
    sum([(x1, x1.start(), LTE_BEGINS), (x2, x2.state_of(c_init.into()), LTE_BEGINS)])
}

/// The sum of two sequences, each from a state and a number of steps behind it; `None` if it takes more than 64 cells.
fn sum(parts: [(&Entry, u64, usize); 2]) -> Option<Code> {
    let [one, two] = parts.map(|(entry, ..)| entry.characteristic);
    let register = Register::from_characteristic(gf2::mul(one, two)?).ok()?;
    let mut held = 0;
    for (entry, mut state, steps) in parts {
        let part = entry.register();
        for _ in 0..steps {
            state = part.step(state);
        }
        for t in 0..register.degree() {
            held ^= part.output(state) << t;
            state = part.step(state);
        }
    }
    Some(Code { register, state: held })
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::{vec, vec::Vec};

    use super::*;
    use crate::{
        catalogue::gps::tests::FIRST_CHIPS,
        stream::{Style, Words},
    };

    fn bits(code: Code, count: usize) -> Vec<bool> {
        let mut words = Words::new(&code.register, code.state, Style::PLAIN);
        let words: Vec<u64> = (0..count.div_ceil(64)).map(|_| words.next_word()).collect();
        (0..count).map(|t| words[t / 64] >> (t % 64) & 1 == 1).collect()
    }

    /// The first ten chips of all satellites, as IS-GPS-200, table 3-I prints them in octal; and the period.
    #[test]
    fn chips_of_gps() {
        for (satellite, printed) in (1..).zip(FIRST_CHIPS) {
            let chips = bits(gps_ca(satellite).unwrap(), 2046);
            assert_eq!(chips[..10].iter().fold(0, |all, chip| all << 1 | u16::from(*chip)), printed, "PRN {satellite}");
            assert_eq!(chips[..1023], chips[1023..], "PRN {satellite}");
        }
        assert_eq!([gps_ca(0), gps_ca(33)], [None, None]);
    }

    /// By the formulas of 3GPP TS 36.211, section 7.2, bit by bit.
    #[test]
    fn codes_of_lte() {
        for init in [0u32, 1, 0x5dc, 0x1234_5678, 0x7fff_ffff] {
            let n = 1600 + 5000;
            let (mut x1, mut x2) = (vec![false; n + 31], vec![false; n + 31]);
            x1[0] = true;
            (0..31).for_each(|i| x2[i] = init >> i & 1 == 1);
            for i in 0..n {
                x1[i + 31] = x1[i + 3] ^ x1[i];
                x2[i + 31] = x2[i + 3] ^ x2[i + 2] ^ x2[i + 1] ^ x2[i];
            }
            let expected: Vec<bool> = (0..5000).map(|i| x1[i + 1600] ^ x2[i + 1600]).collect();
            assert_eq!(bits(lte_gold(init).unwrap(), 5000), expected, "{init:#x}");
        }
        assert_eq!(lte_gold(1 << 31), None);
    }
}
