//! Floyd's cycle detection: the tortoise and the hare.

use super::Orbit;

/// The preperiod and period of `start` under `step`.
///
/// R. W. Floyd's method as given by D. E. Knuth, The Art of Computer Programming vol. 2, exercise 3.1-6.
///
/// # Complexity
/// At most 3 (mu + lambda) + mu + lambda steps, O(1) memory.
pub fn floyd(step: impl Fn(u64) -> u64, start: u64) -> Orbit {
    let mut tortoise = step(start);
    let mut hare = step(tortoise);
    while tortoise != hare {
        tortoise = step(tortoise);
        hare = step(step(hare));
    }
    let mut preperiod = 0;
    tortoise = start;
    while tortoise != hare {
        tortoise = step(tortoise);
        hare = step(hare);
        preperiod += 1;
    }
    let mut period = 1;
    hare = step(tortoise);
    while tortoise != hare {
        hare = step(hare);
        period += 1;
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
                    assert_eq!(floyd(|s| register.step(s), start), expected, "{register:?} {start:#x}");
                }
            }
        }
    }
}
