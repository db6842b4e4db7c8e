//! Brent's cycle detection: one state's period without memory.

use super::Orbit;

/// The preperiod and period of `start` under `step`.
///
/// R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20 (1980), section 3.
///
/// # Complexity
/// At most 3 max(mu, lambda) + mu + lambda steps, O(1) memory; it does not end on a map without a cycle (none exists on a finite set).
pub fn brent(step: impl Fn(u64) -> u64, start: u64) -> Orbit {
    let (mut power, mut period) = (1u64, 1u64);
    let mut tortoise = start;
    let mut hare = step(start);
    while tortoise != hare {
        if power == period {
            tortoise = hare;
            power = power.wrapping_mul(2);
            period = 0;
        }
        hare = step(hare);
        period += 1;
    }
    let (mut tortoise, mut hare) = (start, start);
    for _ in 0..period {
        hare = step(hare);
    }
    let mut preperiod = 0;
    while tortoise != hare {
        tortoise = step(tortoise);
        hare = step(hare);
        preperiod += 1;
    }
    Orbit { preperiod, period }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cycle::naive_orbit, register::Register};

    #[test]
    fn every_state_of_small_registers() {
        for c in 2..1u128 << 9 {
            for xnor in [false, true] {
                let register = Register::from_characteristic(c).unwrap().with_xnor(xnor);
                for start in 0..=register.state_mask() {
                    let expected = naive_orbit(&register, start);
                    assert_eq!(brent(|s| register.step(s), start), expected, "{register:?} {start:#x}");
                }
            }
        }
    }
}
