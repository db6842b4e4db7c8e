//! [`Model`]: what a module does at each clock, by stepping numbers as core defines it, never by the network.

mod checker;
mod crc;
mod slips;

use lfsr_core::{algebra::Direction, bit_order::BitOrder, poly::Poly};

use super::{Design, Kind};
use crate::bits::{
    scramble::{Mode, Scrambler, Way},
    signal::Signal,
};

/// Bits, the first in time or the lowest first.
pub(super) type Bits = Vec<bool>;

pub(super) use checker::line;

/// What goes in at a clock.
#[derive(Debug, Clone, Default)]
pub(super) struct Inputs {
    pub(super) rst: bool,
    pub(super) load: bool,
    pub(super) enable: bool,
    /// As it is written at the port.
    pub(super) seed: Bits,
    pub(super) clear: bool,
    pub(super) first: bool,
    /// As it stands at the port; empty is zero.
    pub(super) data: Bits,
    /// Bytes that do not count.
    pub(super) missing: usize,
}

/// A module after some clocks.
#[derive(Debug, Clone)]
pub(super) struct Model<'a> {
    design: &'a Design,
    contents: Contents,
}

#[derive(Debug, Clone)]
enum Contents {
    /// Of a register, bit 0 leaving first.
    Cells(Poly),
    Checker(Box<checker::State>),
    /// As they are written.
    Crc(u128),
}

impl<'a> Model<'a> {
    /// After a reset.
    pub(super) fn new(design: &'a Design) -> Self {
        let contents = match &design.kind {
            Kind::Checker(checker) => {
                Contents::Checker(Box::new(checker::State::new(&design.signal, checker, design.width)))
            }
            Kind::Crc(unit) => Contents::Crc(unit.start()),
            _ => Contents::Cells(design.start()),
        };
        Self { design, contents }
    }

    /// Of software, whose calls have all the time that they want.
    pub(super) fn of_calls(design: &'a Design) -> Self {
        let mut model = Self::new(design);
        if let Contents::Checker(state) = &mut model.contents {
            **state = state.as_ref().clone().at_once();
        }
        model
    }

    /// Of what.
    pub(super) fn design(&self) -> &Design {
        self.design
    }

    /// The value of an output before the clock.
    pub(super) fn output(&self, port: &str, inputs: &Inputs) -> Bits {
        let design = self.design;
        match (&self.contents, &design.kind) {
            (Contents::Checker(state), _) => state.output(port, &inputs.data),
            (Contents::Crc(contents), Kind::Crc(unit)) => crc::output(unit, *contents, port),
            (Contents::Cells(state), _) if port == "state" => design.bits_of(state),
            (Contents::Cells(state), Kind::Counter(counter)) => vec![*state == counter.last],
            (Contents::Cells(state), _) => design.outputs(state, &design.data_of(inputs)),
            (Contents::Crc(_), _) => vec![],
        }
    }

    /// The clock.
    pub(super) fn clock(&mut self, inputs: &Inputs) {
        let design = self.design;
        if inputs.rst {
            *self = Self::new(design);
            return;
        }
        match (&mut self.contents, &design.kind) {
            (Contents::Checker(state), _) => state.clock(inputs),
            (Contents::Crc(contents), _) if inputs.load => *contents = crc::number(&inputs.seed),
            (Contents::Crc(contents), Kind::Crc(unit)) if inputs.enable => {
                let from = if inputs.first { unit.start() } else { *contents };
                *contents = crc::next(unit, from, design.width, &inputs.data, inputs.missing);
            }
            (Contents::Cells(state), _) if inputs.load => *state = design.state_of(&inputs.seed),
            (Contents::Cells(state), Kind::Counter(counter)) if inputs.enable => {
                let next = || design.signal.register.jump(state, &1u32.into(), Direction::Forward).unwrap_or_default();
                *state = if *state == counter.last { design.start() } else { next() };
            }
            (Contents::Cells(state), _) if inputs.enable => {
                let data = design.data_of(inputs);
                let output = design.outputs(state, &data);
                *state = design.after(state, &data, &output);
            }
            _ => {}
        }
    }
}

/// Contents, as they are written, that an output says something of: the last state of a counter, those of a CRC after a good message.
pub(super) fn rare(design: &Design) -> Option<Bits> {
    match &design.kind {
        Kind::Counter(counter) => Some(design.bits_of(&counter.last)),
        Kind::Crc(unit) if unit.has_residue() => Some(crc::bits(unit.algorithm.residue(), unit.algorithm.width())),
        _ => None,
    }
}

impl Design {
    /// The contents after a reset, bit 0 leaving first.
    pub(super) fn start(&self) -> Poly {
        match self.kind {
            Kind::Scrambler(Mode::SelfSynchronising, _) => self.signal.held.clone(),
            _ => self.signal.start(),
        }
    }

    /// What the flip-flops hold after a reset.
    pub(super) fn held(&self) -> Poly {
        let start = self.start();
        if self.holds_inverse() { &start + &Poly::from_exponents(0..self.cells()) } else { start }
    }

    /// A state as it is written.
    fn bits_of(&self, state: &Poly) -> Bits {
        let written = self.signal.shift.turn_poly(state, self.cells());
        (0..self.cells()).map(|i| written.coefficient(i)).collect()
    }

    fn state_of(&self, written: &[bool]) -> Poly {
        let written = Poly::from_exponents((0..written.len()).filter(|&i| written[i]));
        self.signal.shift.turn_poly(&written, self.cells())
    }

    /// As many bits as there are at a clock.
    fn data_of(&self, inputs: &Inputs) -> Bits {
        let mut data = inputs.data.clone();
        data.resize(self.width, false);
        data
    }

    /// Output for those data (as many bits as are wanted; a generator does not look at them), from a state on.
    pub(super) fn outputs(&self, state: &Poly, data: &[bool]) -> Bits {
        // `held` is before the lead.
        let signal = Signal { held: state.clone(), lead: 0, ..self.signal.clone() };
        let mut words: Vec<u64> =
            data.chunks(64).map(|chunk| chunk.iter().enumerate().map(|(i, &bit)| u64::from(bit) << i).sum()).collect();
        if let Kind::Scrambler(mode, way) = self.kind {
            Scrambler::new(&signal, mode, way, None).apply(&mut words, data.len() as u64);
        } else {
            words.fill(0);
            signal.bits(BitOrder::Lsb).fill(&mut words);
        }
        (0..data.len()).map(|i| words[i / 64] >> (i % 64) & 1 == 1).collect()
    }

    /// The state after as many bits.
    fn after(&self, state: &Poly, data: &[bool], output: &[bool]) -> Poly {
        let n = self.cells();
        let Kind::Scrambler(Mode::SelfSynchronising, way) = self.kind else {
            let steps = data.len().into();
            return self.signal.register.jump(state, &steps, Direction::Forward).unwrap_or_default();
        };
        // The scrambled bits, of which the last n stay.
        let scrambled = if way == Way::Scramble { output } else { data };
        let mut bits: Bits = (0..n).map(|i| state.coefficient(i)).collect();
        bits.extend(scrambled);
        Poly::from_exponents((0..n).filter(|i| bits[bits.len() - n + i]))
    }
}
