//! The names of codes ([`Code`]), as signals: a code is generated, checked, used as a scrambler as any register is.

use lfsr_core::{
    catalogue::{Code, gps_ca, is_same_name, lora_whitening, lte_gold},
    poly::Poly,
    register::{AnyRegister, Shift},
};

use super::{signal::Signal, state::parse_state};

/// The notations, for help texts and messages.
pub const KNOWN: &str = "GPS-CA:PRN (1 to 32), LTE-Gold:CINIT (below 2^31; NR-Gold is the same), LoRa";

/// Those that are added to data, their sequences, and the bits of a period.
pub(super) const WHITENING: [(&str, Code, usize); 1] = [("LoRa", lora_whitening(), 8 * 255)];

/// A text that names a code, but none that there is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}: {what}; codes are {KNOWN}")]
pub struct CodeError {
    text: String,
    what: &'static str,
}

/// The code of that name and number; `None` if the text is no such name.
///
/// # Errors
/// If there is no code of that number.
pub fn named(text: &str) -> Option<Result<Signal, CodeError>> {
    if let Some((_, code, _)) = WHITENING.into_iter().find(|(name, ..)| is_same_name(text, name)) {
        return Some(Ok(signal(code)));
    }
    let (name, number) = text.split_once(':')?;
    let (code, what) = if is_same_name(name, "GPS-CA") {
        (number.trim().parse().ok().and_then(gps_ca), "no satellite of that number")
    } else if is_same_name(name, "LTE-Gold") || is_same_name(name, "NR-Gold") {
        let init = parse_state(number, 31).ok().and_then(|state| state.to_u128());
        (init.and_then(|init| lte_gold(init as u32)), "c_init is no number below 2^31")
    } else {
        return None;
    };
    Some(code.map(signal).ok_or_else(|| CodeError { text: text.to_owned(), what }))
}

fn signal(Code { register, state }: Code) -> Signal {
    Signal { held: Poly::from_u128(state.into()), ..Signal::plain(&AnyRegister::from(register), Shift::Right) }
}

#[cfg(test)]
mod tests {
    use lfsr_core::bit_order::BitOrder;

    use super::*;

    /// Core's tests have the codes; here it is that each name and number comes to its own.
    #[test]
    fn names_and_numbers() {
        let first = |text: &str| {
            let mut word = [0];
            named(text).unwrap().unwrap().bits(BitOrder::Lsb).fill(&mut word);
            word[0]
        };
        for satellite in 1..=32 {
            assert_eq!(
                first(&format!("gps ca:{satellite}")) & 0xf_ffff,
                gps_ca(satellite).unwrap().state,
                "PRN {satellite}"
            );
        }
        for init in [0, 1, 0x5dc, 0x7fff_ffff] {
            let state = lte_gold(init).unwrap().state;
            assert_eq!(first(&format!("LTE-Gold:{init}")) & ((1 << 62) - 1), state, "{init:#x}");
            assert_eq!(first(&format!("nr gold:{init:#x}")) & ((1 << 62) - 1), state, "{init:#x}");
        }
        assert_eq!(first("lora"), lora_whitening().state);
    }

    #[test]
    fn what_is_no_code() {
        for bad in ["GPS-CA:0", "GPS-CA:33", "GPS-CA:x", "LTE-Gold:0x80000000", "LTE-Gold:", "LTE-Gold:-1"] {
            assert!(named(bad).unwrap().unwrap_err().to_string().contains("codes are GPS-CA"), "{bad}");
        }
        assert!(named("taps:3,2").is_none() && named("PRBS31").is_none());
    }
}
