//! Which satellite a delay of the code G2 belongs to.
//!
//! The C/A code of a GPS satellite is G1 added to G2, delayed by a number of chips of its own (IS-GPS-200, table 3-I).

/// The delay of each satellite, PRN 1 first, in chips.
const DELAYS: [u16; 32] = [
    5, 6, 7, 8, 17, 18, 139, 140, 141, 251, 252, 254, 255, 256, 257, 258, 469, 470, 471, 472, 473, 474, 509, 512, 513,
    514, 515, 516, 859, 860, 861, 862,
];

/// The number (PRN, 1 to 32) of the satellite whose G2 is delayed by so many chips.
///
/// ```
/// assert_eq!(lfsr_core::catalogue::gps_satellite(5), Some(1));
/// assert_eq!(lfsr_core::catalogue::gps_satellite(0), None);
/// ```
#[must_use]
pub fn gps_satellite(delay: u16) -> Option<u8> {
    DELAYS.iter().position(|known| *known == delay).map(|at| at as u8 + 1)
}

/// The delay of G2, in chips, of the satellite of that number (PRN, 1 to 32).
#[must_use]
pub fn gps_delay(satellite: u8) -> Option<u16> {
    DELAYS.get(usize::from(satellite).checked_sub(1)?).copied()
}

#[cfg(test)]
pub(super) mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;
    use crate::catalogue::find;

    /// The two stages of G2 that each satellite adds, of the same table; and the first ten chips of its code in octal.
    const STAGES: [(u32, u32); 32] = [
        (2, 6),
        (3, 7),
        (4, 8),
        (5, 9),
        (1, 9),
        (2, 10),
        (1, 8),
        (2, 9),
        (3, 10),
        (2, 3),
        (3, 4),
        (5, 6),
        (6, 7),
        (7, 8),
        (8, 9),
        (9, 10),
        (1, 4),
        (2, 5),
        (3, 6),
        (4, 7),
        (5, 8),
        (6, 9),
        (1, 3),
        (4, 6),
        (5, 7),
        (6, 8),
        (7, 9),
        (8, 10),
        (1, 6),
        (2, 7),
        (3, 8),
        (4, 9),
    ];
    pub(crate) const FIRST_CHIPS: [u16; 32] = [
        0o1440, 0o1620, 0o1710, 0o1744, 0o1133, 0o1455, 0o1131, 0o1454, 0o1626, 0o1504, 0o1642, 0o1750, 0o1764, 0o1772,
        0o1775, 0o1776, 0o1156, 0o1467, 0o1633, 0o1715, 0o1746, 0o1763, 0o1063, 0o1706, 0o1743, 0o1761, 0o1770, 0o1774,
        0o1127, 0o1453, 0o1625, 0o1712,
    ];

    /// The three columns of the table say the same.
    #[test]
    fn delays_stages_and_chips_agree() {
        let sequence = |name: &str| {
            let entry = find(name).unwrap();
            let step = |state: &u64| Some(entry.register().step(*state));
            core::iter::successors(Some(entry.start()), step).take(1023).collect::<Vec<_>>()
        };
        let (g1, g2) = (sequence("GPS G1"), sequence("GPS G2"));
        for (prn, &(a, b)) in STAGES.iter().enumerate() {
            let stage = |state: u64, k: u32| state >> (10 - k) & 1;
            let by_stages: Vec<u64> = g2.iter().map(|&state| stage(state, a) ^ stage(state, b)).collect();
            let delay = usize::from(DELAYS[prn]);
            let delayed: Vec<u64> = (0..1023).map(|t| g2[(t + 1023 - delay) % 1023] & 1).collect();
            assert_eq!(by_stages, delayed, "PRN {}", prn + 1);
            let chips = (0..10).fold(0, |chips, t| chips << 1 | (g1[t] & 1 ^ delayed[t]) as u16);
            assert_eq!(chips, FIRST_CHIPS[prn], "PRN {}", prn + 1);
            assert_eq!(gps_satellite(DELAYS[prn]), Some(prn as u8 + 1));
            assert_eq!(gps_delay(prn as u8 + 1), Some(DELAYS[prn]));
        }
    }
}
