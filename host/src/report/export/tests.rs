//! The network against the definition, without a simulator.

use lfsr_core::{
    catalogue::{ENTRIES, Kind as EntryKind},
    poly::Poly,
    random::SplitMix64,
    register::{AnyRegister, Form, Shift},
};

use super::{
    bench::Bits,
    network::{Network, Sum},
    sharing::Shared,
    *,
};
use crate::bits::signal::Signal;

const WIDTHS: [usize; 11] = [1, 2, 7, 8, 16, 32, 40, 64, 66, 128, 512];

fn design(signal: Signal, kind: Kind, width: usize) -> Design {
    Design { signal, kind, width, name: "m".into(), asynchronous: false, command: String::new() }
}

fn kinds(signal: &Signal) -> Vec<Kind> {
    let mut kinds = vec![Kind::Generator, Kind::Scrambler(Mode::Additive, Way::Scramble)];
    if signal.register.degree() <= 64 {
        kinds.extend([Way::Scramble, Way::Descramble].map(|way| Kind::Scrambler(Mode::SelfSynchronising, way)));
    }
    kinds
}

/// The values of sums, of which some are shared.
fn values(shared: &Shared, inputs: &[bool]) -> Bits {
    let mut signals = inputs.to_vec();
    for [one, other] in &shared.pairs {
        signals.push(signals[*one] ^ signals[*other]);
    }
    shared.sums.iter().map(|(terms, one)| terms.iter().fold(*one, |sum, &term| sum ^ signals[term])).collect()
}

fn plain(sums: &[Sum], inputs: &[bool]) -> Bits {
    sums.iter().map(|sum| sum.terms().fold(sum.one, |all, term| all ^ inputs[term])).collect()
}

/// Zero, every basis state and data bit, and both of a mix: all that an affine map can do wrong.
fn agrees(design: &Design) {
    let (network, n) = (Network::new(design), design.signal.register.degree());
    let shared = Shared::new(&network);
    let data = network.data;
    let turned = |state: &Poly| design.signal.shift.turn_poly(state, n);
    for case in 0..=n + data + 1 {
        let bit = |i: usize| if case > n + data { (i * i + i / 3) % 5 < 2 } else { i == case };
        let state = Poly::from_exponents((0..n).filter(|&i| bit(i)));
        let input: Bits = (0..design.width).map(|t| t < data && bit(n + t)).collect();
        let output = design.outputs(&state, &input);
        let next = turned(&design.after(&state, &input, &output));
        let written = turned(&state);
        let inputs: Bits = (0..n).map(|i| written.coefficient(i)).chain(input[..data].iter().copied()).collect();
        let expected: Bits = output.into_iter().chain((0..n).map(|i| next.coefficient(i))).collect();
        let what = || format!("{:?} {:?} {}", design.signal.register, design.kind, design.width);
        assert!(values(&shared, &inputs) == expected, "shared: {} case {case}", what());
        assert!([plain(&network.output, &inputs), plain(&network.next, &inputs)].concat() == expected, "{}", what());
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

#[test]
fn every_entry_of_the_catalogue() {
    for (i, entry) in ENTRIES.iter().enumerate() {
        let signal: Signal = entry.name.parse().unwrap();
        for (j, &width) in WIDTHS.iter().enumerate() {
            for kind in kinds(&signal) {
                let design = design(signal.clone(), kind, width);
                // The widest take longest: one entry in eight.
                if design.check().is_ok() && (width < 512 || i % 8 == j % 8) {
                    agrees(&design);
                }
            }
        }
        assert_eq!(design(signal, Kind::Generator, 1).check().is_err(), entry.zero_limit > 0, "{}", entry.name);
        assert!(entry.kind != EntryKind::Multiplicative || entry.register().degree() <= 64);
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
        for kind in kinds(&signal) {
            agrees(&design(signal.clone(), kind, 1 + next(80) as usize));
        }
    }
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
