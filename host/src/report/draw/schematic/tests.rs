//! The drawing is read as a circuit, from where its marks are, and must have the sequence of the register.

use std::collections::HashMap;

use lfsr_core::{
    algebra::Direction,
    notation::Notation,
    random::SplitMix64,
    register::{Form, Shift},
};

use super::{Gate, Mark, Point, layout::Layout};
use crate::{bits::signal::Signal, input::Defaults};

/// What drives a wire.
#[derive(Debug, Clone, Copy)]
enum Source {
    Stage(usize),
    Gate(usize),
    Wire(usize),
    Constant(bool),
}

/// What is between the marks.
struct Circuit {
    /// For each stage the wire that ends at it.
    entries: HashMap<usize, usize>,
    sources: Vec<Source>,
    gates: Vec<(Gate, Vec<usize>)>,
    output: usize,
}

impl Circuit {
    fn read(marks: &[Mark]) -> Self {
        let wires: Vec<&Vec<Point>> = marks
            .iter()
            .filter_map(|mark| if let Mark::Wire { points, .. } = mark { Some(points) } else { None })
            .collect();
        let gates: Vec<(Gate, Point)> = marks
            .iter()
            .filter_map(|mark| if let Mark::Gate { kind, at } = mark { Some((*kind, *at)) } else { None })
            .collect();
        let cell = |point: Point, side: i32| {
            marks.iter().find_map(|mark| match mark {
                Mark::Cell { stage, at, ahead } if point == (Point { x: at.x + side * ahead * 20, y: at.y }) => {
                    Some(*stage)
                }
                _ => None,
            })
        };
        let dots: Vec<Point> =
            marks.iter().filter_map(|mark| if let Mark::Dot(at) = mark { Some(*at) } else { None }).collect();
        let passes = |wire: &[Point], at: Point| {
            wire.windows(2).any(|ends| {
                let (a, b) = (ends[0], ends[1]);
                let within = |value: i32, one: i32, other: i32| (one.min(other)..=one.max(other)).contains(&value);
                (a.x == b.x || a.y == b.y) && within(at.x, a.x, b.x) && within(at.y, a.y, b.y)
            })
        };
        for wire in &wires {
            assert!(wire.windows(2).all(|ends| ends[0].x == ends[1].x || ends[0].y == ends[1].y), "{wire:?}");
        }
        let source = |i: usize| {
            let from = wires[i][0];
            if let Some(stage) = cell(from, 1) {
                return Source::Stage(stage);
            }
            if let Some(gate) = gates.iter().position(|(_, at)| *at == from) {
                return Source::Gate(gate);
            }
            if let Some(value) = marks.iter().find_map(|mark| match mark {
                Mark::Constant { value, at } if *at == from => Some(*value),
                _ => None,
            }) {
                return Source::Constant(value);
            }
            assert!(dots.contains(&from), "a wire begins at nothing: {from:?}");
            // Two that run through a dot are one net; either will do unless it begins here as well.
            let through = (0..wires.len()).find(|&j| wires[j][0] != from && passes(wires[j], from));
            Source::Wire(through.unwrap_or_else(|| panic!("a dot on no wire: {from:?}")))
        };
        let ends_at = |point: Point| (0..wires.len()).filter(|&i| wires[i].last() == Some(&point)).collect::<Vec<_>>();
        let entries = (0..wires.len()).filter_map(|i| Some((cell(*wires[i].last()?, -1)?, i))).collect();
        let output = marks.iter().find_map(|mark| if let Mark::Output(at) = mark { Some(*at) } else { None });
        Self {
            entries,
            sources: (0..wires.len()).map(source).collect(),
            gates: gates.iter().map(|(kind, at)| (*kind, ends_at(*at))).collect(),
            output: ends_at(output.expect("an output"))[0],
        }
    }

    fn value(&self, wire: usize, stages: &[bool]) -> bool {
        match self.sources[wire] {
            Source::Stage(stage) => stages[stage - 1],
            Source::Constant(value) => value,
            Source::Wire(other) => self.value(other, stages),
            Source::Gate(gate) => {
                let (kind, inputs) = &self.gates[gate];
                assert_eq!(inputs.len(), if *kind == Gate::Not { 1 } else { 2 });
                inputs.iter().fold(*kind != Gate::Xor, |sum, &input| sum ^ self.value(input, stages))
            }
        }
    }
}

fn agree(signal: &Signal, what: &str) {
    let n = signal.register.degree();
    let Layout { marks, width, height } = Layout::new(signal);
    let circuit = Circuit::read(&marks);
    assert_eq!(circuit.entries.len(), n, "{what}");
    for mark in &marks {
        let points = match mark {
            Mark::Wire { points, .. } => points.clone(),
            Mark::Cell { at, .. }
            | Mark::Gate { at, .. }
            | Mark::Dot(at)
            | Mark::Constant { at, .. }
            | Mark::Lag { at, .. }
            | Mark::Output(at) => vec![*at],
        };
        for Point { x, y } in points {
            assert!(
                (5..width - 5).contains(&x) && (48..height - 5).contains(&y),
                "{what}: {x}, {y} is not in {width} x {height}"
            );
        }
    }
    let mut state = signal.held.clone();
    let mut stages: Vec<bool> = (1..=n).map(|stage| state.coefficient(n - stage)).collect();
    for step in 0..2 * n + 20 {
        assert_eq!(circuit.value(circuit.output, &stages), stages[n - 1] != signal.inverted, "{what}");
        stages = (1..=n).map(|stage| circuit.value(circuit.entries[&stage], &stages)).collect();
        state = signal.register.jump(&state, &1u32.into(), Direction::Forward).expect("forward");
        let expected: Vec<bool> = (1..=n).map(|stage| state.coefficient(n - stage)).collect();
        assert_eq!(stages, expected, "{what}, step {step}");
    }
}

/// Every form, shift and gate, every number of cells, random taps, singular ones too.
#[test]
fn the_drawing_is_the_register() {
    let mut random = SplitMix64(23);
    for degree in 1..=64u32 {
        for case in 0..24 {
            let noise = random.next_word();
            let taps = match case % 4 {
                0 => 1 | noise >> (64 - degree),
                1 => noise >> (64 - degree) & random.next_word(),
                2 => 1,
                _ => noise >> (64 - degree),
            };
            // Bit i of c(x).
            let c = u128::from(taps) | 1 << degree;
            let terms: Vec<String> = (0..=degree).rev().filter(|i| c >> i & 1 == 1).map(|i| format!("x^{i}")).collect();
            let text = format!("char:{}", terms.join("+"));
            let Ok(notation) = Notation::read(&text) else { continue };
            let form = if case & 4 == 0 { Form::Fibonacci } else { Form::Galois };
            let shift = if case & 8 == 0 { Shift::Right } else { Shift::Left };
            let defaults = Defaults { form: Some(form), xnor: case >= 16, shift: Some(shift) };
            let mut signal = Signal::new(&notation, defaults);
            signal.inverted = noise & 1 == 1;
            signal.held = lfsr_core::poly::Poly::from_u128(u128::from(random.next_word() >> (64 - degree)));
            agree(&signal, &format!("{text}, {form}, {shift}, xnor {}", case >= 16));
        }
    }
}

#[test]
fn every_name_of_the_catalogue() {
    for entry in lfsr_core::catalogue::ENTRIES {
        let signal = entry.name.parse::<Signal>().expect("a name");
        agree(&signal, entry.name);
        let svg = super::svg(&signal, entry.name).expect("not too wide");
        assert_eq!(svg.matches("data-stage=").count(), signal.register.degree(), "{}", entry.name);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
}
