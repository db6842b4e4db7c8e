//! Gold codes: sums of two sequences, as signals of one register.
//!
//! The sum of the sequences of two registers is a sequence of the product of their polynomials. So a code is that register and the state that has
//! the first bits of the sum, and whatever takes a signal takes a code: it is generated, checked, used as a scrambler. (R. Gold, "Optimal binary sequences
//! for spread spectrum multiplexing", IEEE Trans. Information Theory 13 (1967).)

use lfsr_core::{
    catalogue::{Entry, find, gps_delay, is_same_name},
    poly::Poly,
    register::{AnyRegister, Shift},
};

use super::{signal::Signal, state::parse_state};

/// The notations, for help texts and messages.
pub const KNOWN: &str = "GPS-CA:PRN (1 to 32), LTE-Gold:CINIT (below 2^31; NR-Gold is the same)";

/// Steps of LTE's registers before the first bit (3GPP TS 36.211 7.2: N_c).
const LTE_BEGINS: usize = 1600;

/// Chips of a period of GPS's C/A code.
const CHIPS: usize = 1023;

/// A text that names a code, but none that there is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}: {what}; Gold codes are {KNOWN}")]
pub struct GoldError {
    text: String,
    what: &'static str,
}

/// The code of that name and number; `None` if the text is no such name.
///
/// # Errors
/// If there is no code of that number.
pub fn named(text: &str) -> Option<Result<Signal, GoldError>> {
    let (name, number) = text.split_once(':')?;
    let error = |what| Err(GoldError { text: text.to_owned(), what });
    if is_same_name(name, "GPS-CA") {
        let Some(delay) = number.trim().parse().ok().and_then(gps_delay) else {
            return Some(error("no satellite of that number"));
        };
        let (g1, g2) = (find("GPS-G1")?, find("GPS-G2")?);
        return Some(Ok(sum([(g1, g1.start(), 0), (g2, g2.start(), CHIPS - usize::from(delay))])));
    }
    if is_same_name(name, "LTE-Gold") || is_same_name(name, "NR-Gold") {
        let init = parse_state(number, 31).ok().and_then(|state| state.to_u128());
        let Some(init) = init else { return Some(error("c_init is no number below 2^31")) };
        let (x1, x2) = (find("LTE-x1")?, find("LTE-x2")?);
        return Some(Ok(sum([(x1, x1.start(), LTE_BEGINS), (x2, x2.state_of(init as u64), LTE_BEGINS)])));
    }
    None
}

/// The sum of two sequences, each from a state and a number of steps behind it.
fn sum(parts: [(&Entry, u64, usize); 2]) -> Signal {
    let [(one, ..), (two, ..)] = parts;
    let product = &Poly::from_u128(one.characteristic) * &Poly::from_u128(two.characteristic);
    let degree = product.degree().unwrap_or(0);
    let bits = |(entry, state, steps): (&Entry, u64, usize)| {
        let register = entry.register();
        let states = core::iter::successors(Some(state), move |state| Some(register.step(*state)));
        states.skip(steps).take(degree).map(move |state| register.output(state)).collect::<Vec<_>>()
    };
    let [one, two] = parts.map(bits);
    let held = Poly::from_exponents((0..degree).filter(|t| one[*t] != two[*t]));
    let register = AnyRegister::from_characteristic(product).expect("a product of two registers has cells");
    Signal { register, entry: None, shift: Shift::Right, held, lead: 0, inverted: false, zero_limit: 0 }
}

#[cfg(test)]
mod tests {
    use lfsr_core::bit_order::BitOrder;

    use super::*;

    fn bits(text: &str, count: usize) -> Vec<bool> {
        let mut words = vec![0; count.div_ceil(64)];
        named(text).unwrap().unwrap().bits(BitOrder::Lsb).fill(&mut words);
        (0..count).map(|t| words[t / 64] >> (t % 64) & 1 == 1).collect()
    }

    /// The first ten chips of all satellites, as IS-GPS-200, table 3-I prints them in octal; and the period.
    #[test]
    fn chips_of_gps() {
        let printed = [
            0o1440, 0o1620, 0o1710, 0o1744, 0o1133, 0o1455, 0o1131, 0o1454, 0o1626, 0o1504, 0o1642, 0o1750, 0o1764,
            0o1772, 0o1775, 0o1776, 0o1156, 0o1467, 0o1633, 0o1715, 0o1746, 0o1763, 0o1063, 0o1706, 0o1743, 0o1761,
            0o1770, 0o1774, 0o1127, 0o1453, 0o1625, 0o1712,
        ];
        for (i, printed) in printed.into_iter().enumerate() {
            let chips = bits(&format!("gps ca:{}", i + 1), 2046);
            assert_eq!(chips[..10].iter().fold(0, |all, chip| all << 1 | u32::from(*chip)), printed, "PRN {}", i + 1);
            assert_eq!(chips[..1023], chips[1023..], "PRN {}", i + 1);
        }
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
            assert_eq!(bits(&format!("LTE-Gold:{init}"), 5000), expected, "{init:#x}");
            assert_eq!(bits(&format!("nr gold:{init:#x}"), 64), expected[..64], "{init:#x}");
        }
    }

    #[test]
    fn what_is_no_code() {
        for bad in ["GPS-CA:0", "GPS-CA:33", "GPS-CA:x", "LTE-Gold:0x80000000", "LTE-Gold:", "LTE-Gold:-1"] {
            assert!(named(bad).unwrap().unwrap_err().to_string().contains("Gold codes are GPS-CA"), "{bad}");
        }
        assert!(named("taps:3,2").is_none() && named("PRBS31").is_none());
    }
}
