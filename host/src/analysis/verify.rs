//! A map found by enumeration against the cycle structure that algebra gives: two ways that share no arithmetic.

use std::collections::BTreeMap;

use lfsr_core::{
    algebra::{BigUint, Cycles},
    register::AnyRegister,
};

use super::map::CycleMap;

/// Each period on which they differ, in words; empty if they agree.
#[must_use]
pub fn differences(map: &CycleMap, by_algebra: &[Cycles]) -> Vec<String> {
    let mut both: BTreeMap<BigUint, (BigUint, BigUint)> = BTreeMap::new();
    for (&period, &count) in &map.census {
        both.entry(period.into()).or_default().0 = count.into();
    }
    for cycle in by_algebra {
        both.entry(cycle.period.clone()).or_default().1 = cycle.count.clone();
    }
    let differing = both.into_iter().filter(|(_, (found, expected))| found != expected);
    differing
        .map(|(period, (found, expected))| format!("period {period}: {found} cycles found, {expected} by algebra"))
        .collect()
}

/// The same, asking algebra here.
///
/// # Errors
/// If algebra has no exact answer.
pub fn against_algebra(map: &CycleMap) -> Result<Vec<String>, String> {
    let register = AnyRegister::from(*map.register());
    let cycles = register.cycles().map_err(|error| error.to_string())?;
    Ok(differences(map, &cycles))
}

/// Whether the map is complete and what algebra finds.
///
/// # Errors
/// What is wrong with it, or that algebra has no exact answer.
pub fn check(map: &CycleMap) -> Result<(), String> {
    let differences = against_algebra(map)?;
    if map.is_complete() && differences.is_empty() {
        return Ok(());
    }
    Err(format!("wrong answer: {}", differences.join("; ")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lfsr_core::register::{Form, Register};

    use super::*;
    use crate::{
        analysis::{engine::enumerate, plan::Options},
        sched::{Control, Pool},
    };

    /// Every register of degree up to 10, all forms, enumeration against algebra.
    #[test]
    fn all_small_registers() {
        let options = Options::default();
        for c in 2..1u128 << 11 {
            for (form, xnor) in
                [(Form::Fibonacci, false), (Form::Fibonacci, true), (Form::Galois, false), (Form::Galois, true)]
            {
                let register = Register::from_characteristic(c).unwrap().with_form(form).with_xnor(xnor);
                let budget = Arc::new(Control::with_budget(1 << 22));
                let map = enumerate(&register, &options, Pool::global(), &budget).unwrap();
                assert_eq!(against_algebra(&map), Ok(vec![]), "{register:?}");
            }
        }
    }

    #[test]
    fn a_wrong_map_is_seen() {
        let register = Register::from_characteristic(0b1_1001).unwrap();
        let mut map = enumerate(&register, &Options::default(), Pool::global(), &Arc::default()).unwrap();
        map.census.insert(5, 3);
        map.census.remove(&15);
        let expected = ["period 5: 3 cycles found, 0 by algebra", "period 15: 0 cycles found, 1 by algebra"];
        assert_eq!(against_algebra(&map).unwrap(), expected);
    }
}
