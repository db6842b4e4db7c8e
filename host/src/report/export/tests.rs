//! The network against the model, without a simulator.

use lfsr_core::{
    catalogue::{ENTRIES, Kind as EntryKind},
    poly::Poly,
    random::SplitMix64,
    register::{AnyRegister, Form, Shift},
};

use super::{
    model::{Bits, Inputs, Model},
    network::{Network, Sum},
    sharing::Shared,
    *,
};
use crate::bits::{
    checksum::catalogue,
    scramble::{Mode, Way},
    signal::Signal,
};

const WIDTHS: [usize; 11] = [1, 2, 7, 8, 16, 32, 40, 64, 66, 128, 512];

fn design(signal: Signal, kind: Kind, width: usize) -> Design {
    Design { signal, kind, width, name: "m".into(), asynchronous: false, command: String::new() }
}

/// Every kind that a signal can be.
fn designs(signal: &Signal, width: usize) -> Vec<Design> {
    let mut kinds = vec![Kind::Generator, Kind::Scrambler(Mode::Additive, Way::Scramble)];
    if signal.register.degree() <= 64 {
        kinds.extend([Way::Scramble, Way::Descramble].map(|way| Kind::Scrambler(Mode::SelfSynchronising, way)));
    }
    if width == 1
        && let Ok(counter) = Counter::new(signal, None)
    {
        kinds.push(Kind::Counter(counter));
    }
    let mut designs: Vec<Design> = kinds.into_iter().map(|kind| design(signal.clone(), kind, width)).collect();
    if let Some(register) = checked(&signal.register) {
        let signal = Signal { register, ..signal.clone() };
        for slips in [0, 5] {
            designs.push(design(signal.clone(), Kind::Checker(Checker { lock_bits: 32, counter: 32, slips }), width));
        }
    }
    designs.retain(|design| design.check().is_ok());
    designs
}

/// The values of sums, of which some are shared.
fn values(shared: &Shared, inputs: &[bool]) -> Bits {
    let mut signals = inputs.to_vec();
    for [one, other] in &shared.pairs {
        signals.push(signals[*one] ^ signals[*other]);
    }
    shared.sums.iter().map(|(terms, one)| terms.iter().fold(*one, |sum, &term| sum ^ signals[term])).collect()
}

fn plain<'a>(sums: impl Iterator<Item = &'a Sum>, inputs: &[bool]) -> Bits {
    sums.map(|sum| sum.terms().fold(sum.one, |all, term| all ^ inputs[term])).collect()
}

/// The word of a CRC as it is moved: written here by time, one bit after the other.
fn moved(unit: &CrcUnit, width: usize, state: &[bool], data: &[bool], missing: usize) -> Bits {
    let n = state.len();
    let mut word = vec![false; n + width];
    for t in 0..width - 8 * missing {
        word[t + 8 * missing] ^= data[unit.place(t, width)];
    }
    for t in 0..n {
        word[t + 8 * missing] ^= state[unit.cell(t)];
    }
    word
}

/// Zero, every basis state and data bit, and a mix: all that an affine map can do wrong.
fn agrees(design: &Design) {
    let (network, n) = (Network::new(design), design.cells());
    let shared = Shared::new(&network);
    let data = design.data();
    for case in 0..=n + data + 1 {
        let bit = |i: usize| if case > n + data { (i * i + i / 3) % 5 < 2 } else { i == case };
        let seed: Bits = (0..n).map(bit).collect();
        let mut model = Model::new(design);
        model.clock(&Inputs { load: true, seed: seed.clone(), ..Inputs::default() });
        let mut inputs = Inputs { enable: true, data: (n..n + data).map(bit).collect(), ..Inputs::default() };
        let mut columns = [&seed[..], &inputs.data].concat();
        match &design.kind {
            Kind::Checker(checker) => {
                // A line of zeros is wrong where ones are predicted; what is predicted keeps the lock.
                columns.truncate(n);
                if checker.slips > 0 {
                    columns = columns.repeat(4);
                }
                inputs.data = model.output("wrong", &Inputs { data: vec![false; data], ..inputs.clone() });
            }
            Kind::Crc(unit) if unit.keep => {
                inputs.missing = case % (design.width / 8 + 1);
                columns = moved(unit, design.width, &seed, &inputs.data, inputs.missing);
            }
            _ => {}
        }
        let mut expected: Bits = network
            .outputs
            .iter()
            .filter(|output| !output.name.starts_with("next_"))
            .flat_map(|output| match output.name {
                "predicted" => inputs.data.iter().map(|bit| bit ^ design.signal.inverted).collect(),
                name => model.output(name, &inputs),
            })
            .collect();
        model.clock(&inputs);
        let ends = matches!(&design.kind, Kind::Counter(counter) if !counter.closes);
        let next = if ends { vec![] } else { model.output("state", &Inputs::default()) };
        expected.extend(&next);
        if let Kind::Checker(Checker { slips: 1.., .. }) = &design.kind {
            // Three more registers with the same contents: one that goes on as far, two that take a step.
            let register = design.signal.register.sequence();
            let one = register.lags().fold(register.xnor(), |sum, lag| sum ^ seed[n - lag]);
            let step = [&seed[1..], &[one]].concat();
            expected.extend([next, step.clone(), step].concat());
        }
        let what = || format!("{:?} {:?} {}", design.signal.register, design.kind, design.width);
        assert!(values(&shared, &columns) == expected, "shared: {} case {case}", what());
        assert!(plain(network.sums(), &columns) == expected, "{} case {case}", what());
    }
    // Sharing makes nothing deeper, and nothing larger.
    let flat = Shared {
        columns: shared.columns,
        pairs: vec![],
        sums: network.sums().map(|sum| (sum.terms().collect(), sum.one)).collect(),
    };
    let (with, without) = (shared.figures(&network), flat.figures(&network));
    assert!(with.depth <= without.depth && with.gates <= without.gates && with.luts <= without.luts);
}

/// Whether everything is to be tried, and not a sample of it.
fn is_long() -> bool {
    std::env::var_os("LFSR_LONG").is_some()
}

#[test]
fn every_entry_of_the_catalogue() {
    for (i, entry) in ENTRIES.iter().enumerate() {
        let signal: Signal = entry.name.parse().unwrap();
        for (j, &width) in WIDTHS.iter().enumerate() {
            // A third of the widths of each entry without LFSR_LONG; of the widest, which take longest, an eighth in any case.
            if width < 512 && (is_long() || i % 3 == j % 3) || width == 512 && i % 8 == j % 8 {
                designs(&signal, width).iter().for_each(agrees);
            }
        }
        let is_refused = design(signal, Kind::Generator, 1).check().is_err();
        assert_eq!(is_refused, entry.zero_limit > 0, "{}", entry.name);
        assert!(entry.kind != EntryKind::Multiplicative || entry.register().degree() <= 64);
    }
}

#[test]
fn every_checksum_of_the_catalogue() {
    for (i, entry) in catalogue::all().enumerate() {
        let algorithm = entry.checksum.algorithm;
        let signal: Signal = format!("x^{}+1", algorithm.width()).parse().unwrap();
        for (j, &width) in WIDTHS.iter().enumerate().filter(|(_, width)| **width <= 128) {
            let keep = (i + j) % 2 == 0 && width >= 16 && width % 8 == 0;
            let high_first = (i + j) % 3 == 0;
            let unit = CrcUnit { algorithm, title: String::new(), keep, high_first };
            if width < 128 || i % 8 == j % 8 {
                agrees(&design(signal.clone(), Kind::Crc(unit), width));
            }
        }
    }
}

/// Any polynomial, form, gates, shift and polarity; singular ones too; degrees beyond a word.
#[test]
fn any_register() {
    let mut random = SplitMix64(22);
    let mut next = |below: u64| random.next_word() % below;
    for round in 0..200 {
        let n = if round % 10 == 0 { 60 + next(100) } else { 1 + next(40) } as usize;
        let exponents: Vec<usize> = (0..n).filter(|_| next(3) == 0).chain([n]).collect();
        let Ok(register) = AnyRegister::from_characteristic(Poly::from_exponents(exponents)) else { continue };
        let form = if next(2) == 0 { Form::Fibonacci } else { Form::Galois };
        let register = register.with_form(form).with_xnor(next(2) == 0);
        let shift = if next(2) == 0 { Shift::Right } else { Shift::Left };
        let held = Poly::from_exponents((0..n).filter(|_| next(2) == 0));
        let inverted = next(2) == 0;
        let signal = Signal { register, entry: None, shift, held, lead: 0, inverted, zero_limit: 0 };
        let width = if round % 4 == 0 { 1 } else { 1 + next(80) as usize };
        designs(&signal, width).iter().for_each(agrees);
    }
}

/// A counter goes through as many states as it says, and no more.
#[test]
fn counters() {
    let signal: Signal = "PRBS7".parse().unwrap();
    for count in [2u64, 3, 100, 126, 127] {
        let design = design(signal.clone(), Kind::Counter(Counter::new(&signal, Some(count)).unwrap()), 1);
        let mut model = Model::new(&design);
        let enabled = Inputs { enable: true, ..Inputs::default() };
        let mut states = std::collections::BTreeSet::new();
        for clock in 0..3 * count {
            assert_eq!(model.output("done", &enabled), [clock % count == count - 1], "{count} {clock}");
            states.insert(model.output("state", &enabled));
            model.clock(&enabled);
        }
        assert_eq!(states.len() as u64, count);
    }
    assert!(Counter::new(&signal, Some(128)).is_err() && Counter::new(&signal, Some(1)).is_err());
    let transient: Signal = "char:x^5+x^3+x".parse().unwrap();
    assert_eq!(Counter::new(&transient, None), Err(CounterError::Transient));
}

/// A sum that several outputs need is made once: W bits of a sequence of three terms take little more than W gates.
#[test]
fn sharing_pays() {
    let signal: Signal = "PRBS7".parse().unwrap();
    let network = Network::new(&design(signal, Kind::Generator, 64));
    let flat: usize = network.sums().map(|sum| sum.terms().count() - 1).sum();
    let figures = Shared::new(&network).figures(&network);
    assert!(2 * figures.gates < flat, "{} of {flat}", figures.gates);
    assert_eq!(figures.depth, 3);
}

/// The model of the checker against core's: on a line that is clean at first, whose slips and losses have no wrong bits near them, both count the same
/// errors, and lose the lock as often.
#[test]
fn checkers_count_as_core_does() {
    use lfsr_core::{
        check::{Checker as Core, Details, Settings},
        stream::Blocks,
    };
    for (name, width) in
        [("PRBS7", 8), ("PRBS7", 1), ("PRBS9", 64), ("PRBS15", 5), ("PRBS31", 40), ("PRBS23", 128), ("PRBS31", 512)]
    {
        let signal: Signal = name.parse().unwrap();
        let register = checked(&signal.register).unwrap();
        let narrow = register.narrow().unwrap();
        let lock_bits = register.degree().max(32);
        let signal = Signal { register, lead: 0, ..signal };
        let design = design(signal, Kind::Checker(Checker { lock_bits, counter: 48, slips: 40 }), width);
        let bits = 40 * 1024;
        let mut line = design.outputs(&design.start(), &vec![false; bits + 64]);
        let mut expected = 0;
        let mut wrong = |line: &mut Bits, at: usize| {
            line[at] ^= true;
            expected += 1;
        };
        (3000..9000).step_by(611).for_each(|at| wrong(&mut line, at));
        (9000..9060).for_each(|at| wrong(&mut line, at));
        line.remove(12_000);
        let again = line[16_000];
        line.insert(16_000, again);
        (20_000..22_000).step_by(97).for_each(|at| wrong(&mut line, at));
        line[24_000..].iter_mut().for_each(|bit| *bit ^= true);
        (28_000..30_000).step_by(211).for_each(|at| wrong(&mut line, at));
        line[32_000..35_000].fill(true);
        (38_000..40_000).step_by(401).for_each(|at| wrong(&mut line, at));
        line.truncate(bits);
        let mut core = Core::<Blocks, Details>::new(&narrow, Settings::new(&narrow)).unwrap();
        for word in line.chunks(64) {
            core.push(&[word.iter().enumerate().map(|(i, &bit)| u64::from(bit) << i).sum()]);
        }
        core.finish();
        let mut model = Model::new(&design);
        for word in line.chunks(width) {
            model.clock(&Inputs { enable: true, data: word.to_vec(), ..Inputs::default() });
        }
        let count = |port: &str| {
            let bits = model.output(port, &Inputs::default());
            bits.iter().enumerate().map(|(i, &bit)| u64::from(bit) << i).sum::<u64>()
        };
        let report = core.report();
        // Of the bits that are equal by chance when the line gets stuck core counts some, with what is wrong between them.
        assert!((expected..expected + 4).contains(&report.errors), "{name} {width}: {expected} {report:?}");
        assert_eq!(count("errors"), expected, "{name} {width}");
        assert_eq!(count("losses"), report.losses + report.slips + report.flips, "{name} {width}: {report:?}");
        assert_eq!((count("slips"), report.slips), (2, 2), "{name} {width}");
        // The last one was a bit too many: above zero, in core's reports as well.
        assert_eq!(count("slip"), 1, "{name} {width}");
        assert_eq!(count("locked"), 1);
        let left_out = report.compared - count("bits");
        assert!(left_out < 5 * (1024 + 3 * width as u64 + 2 * report.losses), "{name} {width}: {left_out}");
    }
}

/// Every line that is written is known as one: of each checksum in every width that a language takes, and of registers.
#[test]
fn lines_of_every_design_are_known() {
    for language in Language::ALL {
        let shapes = shape::Shapes::new(language);
        let known = |design: &Design| {
            if language.check(design).is_ok() {
                let stranger = shapes.stranger("m", &language.module(design));
                assert_eq!(stranger, None, "{language:?} {:?} {}", design.kind, design.width);
            }
        };
        for (i, entry) in catalogue::all().enumerate() {
            let algorithm = entry.checksum.algorithm;
            let signal: Signal = format!("x^{}+1", algorithm.width()).parse().unwrap();
            // A third of them without LFSR_LONG, other ones in each language.
            let widths = [1, 4, 8, 16, 24, 32, 64, 128].into_iter().enumerate();
            for (j, width) in widths.filter(|(j, _)| is_long() || (i + j + language as usize).is_multiple_of(3)) {
                let keep = language.is_hardware() && width >= 16 && (i + j) % 2 == 0;
                let unit = CrcUnit { algorithm, title: String::new(), keep, high_first: keep && j % 2 == 0 };
                known(&design(signal.clone(), Kind::Crc(unit), width));
            }
        }
        for (i, entry) in ENTRIES.iter().enumerate() {
            let signal: Signal = entry.name.parse().unwrap();
            for width in WIDTHS.iter().take(10).skip(i % 5).step_by(5) {
                designs(&signal, *width).iter().for_each(known);
            }
        }
        // Registers of no catalogue.
        let mut random = SplitMix64(language as u64 + 1);
        for degree in (2..=66).step_by(if language.is_hardware() { 7 } else { 2 }) {
            let c = u128::from(random.next_word()) << 64 | u128::from(random.next_word());
            let c = c & u128::from(random.next_word()) & ((1 << degree) - 1) | 1 << degree | 1;
            let signal: Signal = format!("full:{c:#x}").parse().unwrap();
            let width = WIDTHS[random.next_word() as usize % 10];
            designs(&signal, width).iter().for_each(known);
            designs(&signal, 8).iter().for_each(known);
        }
    }
}

/// What is changed in a module is seen, unless it is a number.
#[test]
fn lines_of_another_kind_are_seen() {
    use shape::Shapes;
    for language in Language::ALL {
        let shapes = Shapes::new(language);
        for (text, kind, width) in [
            ("PRBS31", Kind::Generator, 40),
            ("G3RUH", Kind::Scrambler(Mode::SelfSynchronising, Way::Descramble), 9),
            ("PRBS15", Kind::Checker(Checker { lock_bits: 32, counter: 48, slips: 0 }), 20),
        ] {
            let signal: Signal = text.parse().unwrap();
            let design = Design { name: "some_module_7".into(), ..design(signal, kind, width) };
            let module = language.module(&design);
            assert_eq!(shapes.stranger(&design.name, &module), None, "{language:?}");
            let (and, or, xor) =
                if language == Language::Vhdl { (" and ", " or ", " xor ") } else { (" & ", " | ", " ^ ") };
            for other in [and, or] {
                let changed = module.replacen(xor, other, 1);
                assert!(shapes.stranger(&design.name, &changed).is_some(), "{language:?} {other}");
            }
            for line in ["initial state = 1;", "assign data = state & seed;", "and (y, a, b);", "x <= a when b else c;"]
            {
                assert!(shapes.stranger(&design.name, &format!("{module}{line}\n")).is_some(), "{line}");
            }
        }
    }
}
