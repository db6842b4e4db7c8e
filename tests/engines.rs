//! Every engine, schedule, number of workers, backend and batch size against each other and against outside answers.
#![allow(clippy::print_stdout, reason = "a test run says what it exercised")]

use std::{collections::BTreeMap, sync::Arc};

use lfsr_core::{
    notation::parse_row,
    register::{Form, Register},
    vector::Backend,
};
use lfsr_crosscheck::ranges::is_long;
use lfsr_host::{
    analysis::{
        engine::enumerate,
        map::{Cycle, CycleMap},
        plan::{Engine, Kernel, Options, Workers},
        verify,
    },
    sched::{Pool, Schedule, control::Control},
};

fn run(register: &Register, options: &Options, pool: &Pool) -> CycleMap {
    // A kernel that is broken may never find what it looks for: it is stopped, and the map is then partial.
    let budget = u64::try_from(register.state_count() * 64).unwrap_or(u64::MAX).max(1 << 26);
    let map = enumerate(register, options, pool, &Arc::new(Control::with_budget(budget)))
        .unwrap_or_else(|error| panic!("{register:?} {options:?}: {error}"));
    assert!(map.is_complete() && !map.partial, "{register:?} {options:?}");
    map
}

/// Single steps and a table of visited states; shares only `Register::step` with the engines.
fn naive(register: &Register) -> Vec<Cycle> {
    let size = 1usize << register.degree();
    let mut cyclic = vec![true; size];
    for _ in 0..register.degree() {
        let mut image = vec![false; size];
        for state in (0..size).filter(|&s| cyclic[s]) {
            image[register.step(state as u64) as usize] = true;
        }
        cyclic = image;
    }
    let mut cycles = vec![];
    for leader in 0..size {
        let (mut state, mut period) = (leader, 0);
        while cyclic[state] {
            cyclic[state] = false;
            state = register.step(state as u64) as usize;
            period += 1;
        }
        if period > 0 {
            cycles.push(Cycle { leader: leader as u64, period });
        }
    }
    cycles
}

/// Every coefficient vector of degree 1 to 12, singular ones too.
#[test]
fn every_register_up_to_degree_12() {
    let pool = Pool::new();
    let mut combinations = 0u64;
    for c in 2..1u128 << 13 {
        let register = Register::from_characteristic(c).unwrap();
        let expected = naive(&register);
        let walk = Options { engine: Engine::Walk, leaders: true, ..Options::default() };
        assert_eq!(run(&register, &walk, &pool).leaders.as_ref(), Some(&expected), "{register:?} walk");
        for schedule in Schedule::ALL {
            // All of 1 to 8 workers come up for each schedule; which ones for this register depends on it.
            let workers = [1, 2, 3 + (c % 6) as usize];
            for workers in if schedule == Schedule::Sequential { &workers[..1] } else { &workers[..] } {
                let batch = [None, Some(1), Some(3), Some(100)][(c as usize / 8 + workers) % 4];
                let options = Options {
                    schedule: Some(schedule),
                    workers: Workers::Exactly(*workers),
                    batch,
                    leaders: true,
                    ..Options::default()
                };
                let map = run(&register, &options, &pool);
                assert_eq!(map.leaders.as_ref(), Some(&expected), "{register:?} {options:?}");
                combinations += 1;
            }
        }
    }
    println!("{combinations} maps of {} registers equal to the naive oracle", (1 << 13) - 2);
}

/// Every coefficient vector of degree 1 to 14, in one of the four kinds of register each: the bitmap against algebra.
#[test]
fn every_register_up_to_degree_14_against_algebra() {
    let pool = Pool::new();
    for c in 1u128 << 1..1 << 15 {
        let xnor = c.count_ones().is_multiple_of(3);
        let form = if c & 2 == 0 { Form::Fibonacci } else { Form::Galois };
        let register = Register::from_characteristic(c).unwrap().with_form(form).with_xnor(xnor);
        let walk = Options { engine: Engine::Walk, workers: Workers::Exactly(1), ..Options::default() };
        assert_eq!(verify::against_algebra(&run(&register, &walk, &pool)), Ok(vec![]), "{register:?}");
    }
}

/// Sage's answers, checked there by brute force and by PARI: all registers up to degree 28.
#[test]
fn golden_registers_up_to_degree_28() {
    let text = include_str!("data/golden_registers.json");
    let golden: serde_json::Value = serde_json::from_str(text).unwrap();
    let pool = Pool::new();
    let mut checked = 0;
    for entry in golden["entries"].as_array().unwrap() {
        if entry["degree"].as_u64().unwrap() > 28 {
            continue;
        }
        let register = parse_row(entry["coeffs"].as_str().unwrap()).unwrap();
        let expected: BTreeMap<u64, u64> = entry["cycles"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(period, count)| (period.parse().unwrap(), count.as_str().unwrap().parse().unwrap()))
            .collect();
        for workers in [1, 2].map(Workers::Exactly) {
            let options = Options { workers, ..Options::default() };
            assert_eq!(run(&register, &options, &pool).census, expected, "{}", entry["id"]);
        }
        checked += 1;
    }
    assert!(checked > 60, "only {checked} golden registers up to degree 28");
    println!("{checked} golden registers");
}

/// Registers of every kind at degrees where arcs are long: schedules, backends, kernels and forms agree, and algebra with them.
#[test]
fn large_registers_agree_in_every_way() {
    let pool = Pool::new();
    let polynomials = ["x^24+x^7+x^2+x+1", "x^25+x^3+x+1", "x^23+x^22+x^20+1", "char:x^26+x^24", "char:x^24+1"];
    let backends: Vec<_> = Backend::available().collect();
    println!("backends exercised: {backends:?}");
    for text in polynomials {
        let plain = lfsr_core::notation::parse(text).unwrap();
        for (form, xnor) in [(Form::Fibonacci, false), (Form::Galois, false), (Form::Fibonacci, true)] {
            let register = plain.with_form(form).with_xnor(xnor);
            let base = Options { workers: Workers::Exactly(2), ..Options::default() };
            let expected = run(&register, &Options { schedule: Some(Schedule::Sequential), ..base.clone() }, &pool);
            assert_eq!(verify::against_algebra(&expected), Ok(vec![]), "{register:?}");
            for schedule in Schedule::ALL {
                let map = run(
                    &register,
                    &Options { schedule: Some(schedule), workers: Workers::Exactly(3), ..base.clone() },
                    &pool,
                );
                assert_eq!(map.census, expected.census, "{register:?} {schedule}");
            }
            for &backend in &backends {
                for zeros in [15, 18] {
                    let kernel = Some(Kernel::Block(zeros));
                    let map = run(&register, &Options { backend, kernel, ..base.clone() }, &pool);
                    assert_eq!(map.census, expected.census, "{register:?} {backend} {zeros}");
                }
            }
        }
    }
}

/// The first-return map of every register of degree up to 9 (12 with LFSR_LONG=1, by sample beyond 9; 16 by a thinner one) in sections
/// of every size against the walk; the block kernel, from 14 zeros on, at degrees 14 to 16, with every backend.
#[test]
fn first_return_in_every_section() {
    let pool = Pool::new();
    let long = is_long();
    let walked = |register: &Register| {
        run(
            register,
            &Options { engine: Engine::Walk, leaders: true, workers: Workers::Exactly(1), ..Options::default() },
            &pool,
        )
    };
    let mut maps = BTreeMap::new();
    let mut compare = |register: &Register, kernel: Kernel, backend: Backend, expected: &CycleMap| {
        let options = Options {
            kernel: Some(kernel),
            backend,
            leaders: true,
            workers: Workers::Exactly(1),
            ..Options::default()
        };
        let map = run(register, &options, &pool);
        assert_eq!(map.leaders, expected.leaders, "{register:?} {kernel:?} {backend}");
        *maps.entry((map.plan.kernel.name(), map.plan.backend())).or_insert(0) += 1;
    };
    for degree in 1..=if long { 16 } else { 11 } {
        // All of them up to degree 9; beyond, a sample, to all of degree 12 in a long run.
        let step = match degree {
            ..=9 => 1,
            10..=12 if long => 1,
            10..=12 => 5,
            _ => 61,
        };
        for c in (1u128 << degree..2 << degree).step_by(step) {
            let register = Register::from_characteristic(c).unwrap();
            let expected = walked(&register);
            for zeros in 0..=degree {
                compare(&register, Kernel::Word(zeros), Backend::PORTABLE, &expected);
            }
        }
    }
    let mut random = 0x0dd5_u64;
    for degree in 14..=16 {
        for i in 0..if long { 1u32 << (degree - 1) } else { 60 } {
            random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let taps = if long { u128::from(i) << 1 | 1 } else { u128::from(random >> 40) & ((1 << degree) - 1) | 1 };
            let register = Register::from_characteristic(1 << degree | taps).unwrap().with_xnor(random >> 20 & 1 == 1);
            let expected = walked(&register);
            for zeros in 14..=degree {
                for backend in Backend::available() {
                    compare(&register, Kernel::Block(zeros), backend, &expected);
                }
            }
        }
    }
    println!("maps equal to the walk, by kernel and backend: {maps:?}");
    assert!(Backend::available().all(|backend| maps.contains_key(&("block", backend.name()))), "{maps:?}");
}

/// Registers of degree 17 to 30, with the kernel as planned and every backend, against algebra.
#[test]
fn random_registers_by_every_backend() {
    let pool = Pool::new();
    let long = is_long();
    let (count, degrees) = if long { (20_000, 17..=30) } else { (2000, 17..=30) };
    let mut next = noise(0xbac4);
    let mut kernels = BTreeMap::new();
    for i in 0..count {
        let n = degrees.start() + (next() % u64::from(degrees.end() - degrees.start() + 1)) as u32;
        let c = random_polynomial(n, i % 5, &mut next);
        let form = if next() & 1 == 0 { Form::Fibonacci } else { Form::Galois };
        let register = Register::from_characteristic(c).unwrap().with_form(form).with_xnor(next() & 1 == 0);
        let planned = run(&register, &Options::default(), &pool);
        assert_eq!(verify::against_algebra(&planned), Ok(vec![]), "{register:?}");
        *kernels.entry((planned.plan.kernel.name(), planned.plan.backend())).or_insert(0) += 1;
        // By blocks where cycles are long enough to meet the section.
        let zeros = (n - c.trailing_zeros()).saturating_sub(8).clamp(14, 22);
        if n - c.trailing_zeros() < 17 || planned.max_period() < 1 << (zeros + 5) {
            continue;
        }
        for backend in Backend::available() {
            let kernel = Some(Kernel::Block(zeros));
            let map = run(&register, &Options { backend, kernel, ..Options::default() }, &pool);
            assert_eq!(map.census, planned.census, "{register:?} {backend}");
            *kernels.entry((map.plan.kernel.name(), map.plan.backend())).or_insert(0) += 1;
        }
    }
    println!("kernels and backends exercised: {kernels:?}");
    assert!(Backend::available().all(|backend| kernels.contains_key(&("block", backend.name()))), "{kernels:?}");
}

/// The coset kernel over every divisor: the cycles of every register up to degree 10 and of a sample beyond, in each of the four kinds,
/// are those of the walk.
#[test]
fn cosets_over_every_divisor() {
    let pool = Pool::new();
    let mut next = noise(0xc05e);
    let mut maps = 0;
    for c in (4..1u128 << 11).chain((0..200).map(|i| random_polynomial(11 + i % 6, 2 + i % 3, &mut next))) {
        let form = if c.count_ones() & 2 == 0 { Form::Fibonacci } else { Form::Galois };
        let register = Register::from_characteristic(c).unwrap().with_form(form).with_xnor(c % 3 == 0);
        // What is left of a singular one.
        let odd = c >> c.trailing_zeros();
        let walk = Options { engine: Engine::Walk, workers: Workers::Exactly(1), ..Options::default() };
        let expected = run(&register, &walk, &pool).census;
        for divisor in (2..odd.min(1 << 10)).filter(|&h| lfsr_core::gf2::rem(odd, h) == 0) {
            let kernel = Some(Kernel::Coset(divisor as u32));
            let options = Options {
                kernel,
                workers: Workers::Exactly(1 + maps % 3),
                batch: Some(1 + maps as u64 % 4),
                ..Options::default()
            };
            let map = run(&register, &options, &pool);
            assert!(matches!(map.plan.kernel, Kernel::Coset(_)));
            assert_eq!(map.census, expected, "{register:?} over {divisor:#x}");
            assert_eq!(map.stats.states(), map.covered, "{register:?} over {divisor:#x}");
            maps += 1;
        }
    }
    println!("{maps} maps by cosets equal to the walk");
    assert!(maps > 4000, "{maps}");
}

/// Registers that the coset kernel takes over a smaller one too large for single steps, and others with structure, against algebra.
#[test]
fn cosets_over_large_registers() {
    let pool = Pool::new();
    for (text, base) in [
        ("char:x^32+1", 18),
        ("char:x^32+x^14+1", 16),
        ("char:x^32+x^24+x^16+1", 18),
        ("char:x^36+x^18+1", 18),
        ("char:x^40+1", 23),
        ("char:x^44+x^22+1", 22),
        ("char:x^32+x^30+x^25+x^24+x^23+x^22+x^21+x^11+x^10+x^9+x^8+x^7+x^2+1", 26),
        ("char:x^32+x^28+x^27+x^25+x^22+x^20+x^19+x^13+x^12+x^10+x^7+x^5+x^4+1", 30),
    ] {
        for xnor in [false, true] {
            let register = lfsr_core::notation::parse(text).unwrap().with_xnor(xnor);
            let map = run(&register, &Options::default(), &pool);
            assert_eq!(verify::against_algebra(&map), Ok(vec![]), "{register:?}");
            let proof = &map.proof[0];
            assert!(
                xnor || proof.contains(&format!("cycles of x^{base}+")),
                "{text} by {}: {proof}",
                map.plan.kernel.name()
            );
        }
    }
    // The largest cosets: 2^27 states over each of the two cycles of x^3+x+1.
    let c = lfsr_core::gf2::mul(0b1011, 1 << 27 | 0b100111).unwrap();
    let register = Register::from_characteristic(c).unwrap();
    let map = run(&register, &Options { kernel: Some(Kernel::Coset(0b1011)), ..Options::default() }, &pool);
    assert_eq!(verify::against_algebra(&map), Ok(vec![]), "{register:?}");
}

/// One call after another on one pool, from several threads at once, as a library caller may.
#[test]
fn a_pool_serves_many_callers() {
    let pool = Pool::new();
    let register = lfsr_core::notation::parse("x^22+x^21+1").unwrap();
    let options = Options { schedule: Some(Schedule::Stealing), workers: Workers::Exactly(3), ..Options::default() };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let map = run(&register, &options, &pool);
                    assert_eq!(map.census, BTreeMap::from([(1, 1), ((1 << 22) - 1, 1)]));
                }
            });
        }
    });
    assert_eq!(pool.len(), 2);
}

/// Random registers of every structure against algebra: dense, sparse, products of small factors, powers, singular; all forms.
#[test]
fn random_registers_against_algebra() {
    let pool = Pool::new();
    let long = is_long();
    let (count, degrees) = if long { (10_000, 15..=24) } else { (600, 15..=22) };
    let mut next = noise(0x5eed);
    let mut kernels = BTreeMap::new();
    for i in 0..count {
        let n = degrees.start() + (next() % u64::from(degrees.end() - degrees.start() + 1)) as u32;
        let c = random_polynomial(n, i % 5, &mut next);
        let form = if next() & 1 == 0 { Form::Fibonacci } else { Form::Galois };
        let register = Register::from_characteristic(c).unwrap().with_form(form).with_xnor(next() & 1 == 0);
        let leaders = next() & 3 == 0;
        let map = run(&register, &Options { leaders, ..Options::default() }, &pool);
        assert_eq!(verify::against_algebra(&map), Ok(vec![]), "{register:?}");
        for cycle in map.leaders.iter().flatten().take(1000) {
            let mut state = cycle.leader;
            for _ in 0..cycle.period.min(1 << 16) {
                assert!(state >= cycle.leader, "{register:?}: {:#x} is no leader", cycle.leader);
                state = register.step(state);
            }
            assert!(cycle.period > 1 << 16 || state == cycle.leader, "{register:?}");
        }
        *kernels.entry(if map.residue > 0 { "with residue" } else { map.plan.kernel.name() }).or_insert(0) += 1;
    }
    println!("{count} registers agree with algebra: {kernels:?}");
    assert!(["word", "leader", "with residue"].iter().all(|kernel| kernels.contains_key(kernel)), "{kernels:?}");
}

/// Deterministic noise (xorshift, G. Marsaglia 2003).
fn noise(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// A polynomial of degree n of one of five kinds.
fn random_polynomial(n: u32, kind: u32, next: &mut impl FnMut() -> u64) -> u128 {
    let low = |n: u32, bits: u64| u128::from(bits) & ((1 << n) - 1);
    match kind {
        0 => 1 << n | low(n, next()) | 1,
        1 => 1 << n | 1 << (next() % u64::from(n)) | 1 << (next() % u64::from(n)) | 1,
        2 => 1 << n | low(n, next()) & low(n, next()) & !0b111,
        // Products of small polynomials, then powers of one: filled up with x + 1 to the degree.
        _ => {
            let mut product = 1u128;
            let mut factor = 0;
            while product.ilog2() < n {
                let left = n - product.ilog2();
                if kind == 3 || factor == 0 {
                    let degree = 1 + (next() % 6) as u32;
                    factor = 1 << degree | low(degree, next()) | 1;
                }
                let fits = if u128::ilog2(factor) <= left { factor } else { 0b11 };
                product = lfsr_core::gf2::mul(product, fits).unwrap();
            }
            product
        }
    }
}
