//! Every engine and kernel against the walk, and stopped runs.

use lfsr_core::{
    register::{Form, Register},
    vector::Backend,
};

use super::*;
use crate::{
    analysis::{
        map::Cycle,
        plan::{Engine, Workers},
    },
    sched::Schedule,
};

fn options(engine: Engine, kernel: Option<Kernel>) -> Options {
    Options {
        engine,
        schedule: Some(Schedule::Sequential),
        workers: Workers::Exactly(1),
        backend: Backend::PORTABLE,
        leaders: true,
        max_memory: 1 << 30,
        kernel,
        ..Options::default()
    }
}

fn map(register: &Register, options: &Options) -> CycleMap {
    // A kernel that is broken may never find what it looks for: it is stopped, and the map is then partial.
    let budget = u64::try_from(register.state_count() * 64).unwrap_or(u64::MAX).max(1 << 26);
    enumerate(register, options, Pool::global(), &Arc::new(Control::with_budget(budget)))
        .unwrap_or_else(|error| panic!("{register:?} {options:?}: {error}"))
}

fn assert_same(register: &Register, expected: &CycleMap, found: &CycleMap, what: &str) {
    assert!(found.is_complete() && !found.partial, "{register:?} {what}");
    assert_eq!(found.census, expected.census, "{register:?} {what}");
    assert_eq!(found.leaders, expected.leaders, "{register:?} {what}");
}

fn forms(c: u128) -> impl Iterator<Item = Register> {
    [(Form::Fibonacci, false), (Form::Fibonacci, true), (Form::Galois, false), (Form::Galois, true)]
        .into_iter()
        .map(move |(form, xnor)| Register::from_characteristic(c).unwrap().with_form(form).with_xnor(xnor))
}

/// Single steps and a list of visited states: shares nothing with the engines but `Register::step`.
fn naive(register: &Register) -> Vec<Cycle> {
    let mut cyclic: Vec<u64> = (0..=register.state_mask()).collect();
    for _ in 0..register.degree() {
        cyclic = cyclic.into_iter().map(|s| register.step(s)).collect();
        cyclic.sort_unstable();
        cyclic.dedup();
    }
    let mut seen = std::collections::HashSet::new();
    let mut cycles = vec![];
    for leader in cyclic {
        let (mut state, mut period) = (leader, 0);
        while seen.insert(state) {
            state = register.step(state);
            period += 1;
        }
        if period > 0 {
            cycles.push(Cycle { leader, period });
        }
    }
    cycles
}

#[test]
fn every_register_of_degree_up_to_8_every_section() {
    for c in 2..1u128 << 9 {
        for register in forms(c) {
            let walked = map(&register, &options(Engine::Walk, None));
            assert_eq!(walked.leaders.as_ref(), Some(&naive(&register)), "{register:?} walk");
            let planned = map(&register, &options(Engine::FirstReturn, None));
            assert_same(&register, &walked, &planned, "as planned");
            for zeros in 0..=register.degree() {
                let sectioned = map(&register, &options(Engine::FirstReturn, Some(Kernel::Word(zeros))));
                assert_same(&register, &walked, &sectioned, &format!("section of {zeros} zeros"));
            }
            let by_leaders = map(&register, &options(Engine::FirstReturn, Some(Kernel::Leader)));
            assert_same(&register, &walked, &by_leaders, "by leaders");
        }
    }
}

#[test]
fn known_maps() {
    let census = |text: &str| {
        let register = lfsr_core::notation::parse(text).unwrap();
        map(&register, &Options { leaders: false, ..options(Engine::FirstReturn, None) })
            .census
            .into_iter()
            .collect::<Vec<_>>()
    };
    // CONTRACT section 1.
    assert_eq!(census("coeffs:1,0,0,1"), [(1, 1), (15, 1)]);
    assert_eq!(census("coeffs:0,1,1"), [(1, 1), (3, 1)]);
    assert_eq!(census("coeffs:1,1,0,1"), [(1, 2), (2, 1), (3, 2), (6, 1)]);
    // The NES noise register in both modes (nesdev.org, APU noise).
    assert_eq!(census("x^15+x^14+1"), [(1, 1), (32767, 1)]);
    assert_eq!(census("x^15+x^9+1"), [(1, 1), (31, 1), (93, 352)]);
    // needs.md 2 (i).
    assert_eq!(census("char:x^16+1"), [(1, 2), (2, 1), (4, 3), (8, 30), (16, 4080)]);
    assert_eq!(census("char:x^12+x^4+1"), [(1, 1), (7, 1), (14, 4), (28, 144)]);
    // The register whose map the predecessor got wrong: 30 false cycles.
    assert_eq!(census("x^20+x^3+1"), [(1, 1), ((1 << 20) - 1, 1)]);
}

#[test]
fn residue_and_leader_modes_agree_at_22_bits() {
    for c in ["char:x^22+x+1", "char:x^22+x^7+x^5+1", "char:x^22+1", "char:x^22+x^21+x+1", "char:x^22+x^2+1"] {
        for register in forms(lfsr_core::notation::parse(c).unwrap().characteristic()) {
            let walked = map(&register, &options(Engine::Walk, None));
            for kernel in
                [None, Some(Kernel::Word(8)), Some(Kernel::Word(16)), Some(Kernel::Block(16)), Some(Kernel::Leader)]
            {
                let found = map(&register, &options(Engine::FirstReturn, kernel));
                assert_same(&register, &walked, &found, &format!("{kernel:?}"));
            }
        }
    }
}

#[test]
fn a_stopped_run_is_partial() {
    let register = lfsr_core::notation::parse("x^40+x^38+x^21+x^19+1").unwrap();
    for kernel in [None, Some(Kernel::Word(24)), Some(Kernel::Leader)] {
        let control = Arc::new(Control::default());
        control.stop();
        let found = enumerate(&register, &options(Engine::FirstReturn, kernel), Pool::global(), &control).unwrap();
        assert!(found.partial && !found.is_complete());
    }
}

#[test]
fn too_much_memory_is_refused() {
    let register = lfsr_core::notation::parse("x^60+x^59+1").unwrap();
    let error = enumerate(&register, &options(Engine::Walk, None), Pool::global(), &Arc::default()).unwrap_err();
    assert!(error.to_string().contains("128.0 PiB"), "{error}");
}
