//! [`Network`]: what each output bit and each next state bit is the sum of.

use lfsr_core::{
    algebra::Direction,
    poly::Poly,
    register::{AnyRegister, Shift},
};

use super::{CrcUnit, Design, Kind, design::checked};
use crate::bits::{
    scramble::{Mode, Way},
    signal::Signal,
};

/// A sum over GF(2) of input bits, and 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Sum {
    /// A bit for each column: the bits of the first input, then those of the next.
    columns: Vec<u64>,
    /// Whether 1 is added.
    pub(super) one: bool,
}

/// A vector with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named<T> {
    /// What it is called in the module.
    pub(super) name: &'static str,
    /// Its bits.
    pub(super) bits: T,
}

/// An affine map with names: a matrix over GF(2) and a constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Network {
    /// What goes in, and how many bits it has.
    pub(super) inputs: Vec<Named<usize>>,
    /// What comes out.
    pub(super) outputs: Vec<Named<Vec<Sum>>>,
}

impl Sum {
    fn zero(columns: usize) -> Self {
        Self { columns: vec![0; columns.div_ceil(64)], one: false }
    }

    /// One column alone.
    fn column(columns: usize, column: usize) -> Self {
        let mut sum = Self::zero(columns);
        sum.columns[column / 64] |= 1 << (column % 64);
        sum
    }

    fn add(&mut self, other: &Self) {
        self.columns.iter_mut().zip(&other.columns).for_each(|(word, more)| *word ^= more);
        self.one ^= other.one;
    }

    /// The columns, ascending.
    pub(super) fn terms(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.columns.iter().enumerate();
        words.flat_map(|(i, &word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| 64 * i + bit))
    }
}

impl Network {
    /// That of a design, by stepping symbols: W steps.
    ///
    /// Takes time in proportion to W n (n + W) / 64 for n cells.
    pub(super) fn new(design: &Design) -> Self {
        let Design { signal, kind, width, .. } = design;
        let cells = signal.register.degree();
        match kind {
            Kind::Generator => Self::stepping(signal, *width, false, "data"),
            Kind::Scrambler(Mode::Additive, _) => Self::stepping(signal, *width, true, "data_out"),
            Kind::Scrambler(Mode::SelfSynchronising, way) => {
                let columns = cells + width;
                let mut state = unit(columns, 0..cells);
                let input = unit(columns, cells..columns);
                let output = input.into_iter().map(|bit| through(&signal.register, *way, &mut state, bit)).collect();
                let inputs = vec![named("state", cells), named("data_in", *width)];
                Self { inputs, outputs: vec![named("data_out", output), named("next_state", state)] }
                    .written(signal.shift)
            }
            Kind::Checker(checker) => {
                let register = checked(&signal.register).unwrap_or_else(|| signal.register.sequence());
                let mut registers = vec![("state", *width, ["predicted", "next_state"])];
                if checker.slips > 0 {
                    registers.push(("unslipped", *width, ["", "next_unslipped"]));
                    registers.push(("ahead", 1, ["", "next_ahead"]));
                    registers.push(("behind", 1, ["", "next_behind"]));
                }
                Self::going_on(&register, &registers)
            }
            Kind::Counter(_) => {
                let next = Step::of(signal).apply(&unit(cells, 0..cells));
                Self { inputs: vec![named("state", cells)], outputs: vec![named("next_state", next)] }
                    .written(signal.shift)
            }
            Kind::Crc(unit) => Self::crc(unit, *width),
        }
    }

    /// Registers that go on with the same sequence: what each is called, how many bits it takes, and what these and its contents after them are
    /// called.
    fn going_on(register: &AnyRegister, registers: &[(&'static str, usize, [&'static str; 2])]) -> Self {
        let (cells, columns) = (register.degree(), register.degree() * registers.len());
        let (mut inputs, mut outputs) = (vec![], vec![]);
        for (i, &(name, width, [bits, next])) in registers.iter().enumerate() {
            inputs.push(named(name, cells));
            let mut state = unit(columns, i * cells..(i + 1) * cells);
            // Zeros scrambled are the sequence that goes on from the bits before.
            let zero = || Sum::zero(columns);
            let taken = (0..width).map(|_| through(register, Way::Scramble, &mut state, zero())).collect();
            if !bits.is_empty() {
                outputs.push(named(bits, taken));
            }
            outputs.push(named(next, state));
        }
        Self { inputs, outputs }
    }

    /// The sequence of a register, with data added or not.
    fn stepping(signal: &Signal, width: usize, has_data: bool, output: &'static str) -> Self {
        let cells = signal.register.degree();
        let columns = cells + if has_data { width } else { 0 };
        let mut state = unit(columns, 0..cells);
        let step = Step::of(signal);
        let mut bit = |t: usize| {
            let mut bit = state[0].clone();
            bit.one ^= signal.inverted;
            if has_data {
                bit.add(&Sum::column(columns, cells + t));
            }
            state = step.apply(&state);
            bit
        };
        let bits = (0..width).map(&mut bit).collect();
        let mut inputs = vec![named("state", cells)];
        if has_data {
            inputs.push(named("data_in", width));
        }
        Self { inputs, outputs: vec![named(output, bits), named("next_state", state)] }.written(signal.shift)
    }

    /// The contents after a word. With bytes that may be missing the word is moved to its end, and has the contents added to its first bits: then the
    /// same sums do for any number of bytes.
    fn crc(crc: &CrcUnit, width: usize) -> Self {
        let n = crc.algorithm.width() as usize;
        let columns = n + width;
        let mut register: Vec<Sum>;
        let (inputs, bits): (_, Vec<Sum>) = if crc.keep {
            register = vec![Sum::zero(columns); n];
            (vec![named("word", columns)], unit(columns, 0..width))
        } else {
            register = (0..n).map(|t| Sum::column(columns, crc.cell(t))).collect();
            let bit = |t| Sum::column(columns, n + crc.place(t, width));
            (vec![named("from", n), named("data_in", width)], (0..width).map(bit).collect())
        };
        for bit in bits {
            let mut feedback = register.remove(0);
            feedback.add(&bit);
            register.push(Sum::zero(columns));
            // Bit 0 of the register is the next to leave: it holds the coefficient of x^(n-1).
            for (cell, sum) in register.iter_mut().enumerate() {
                if crc.algorithm.poly() >> (n - 1 - cell) & 1 == 1 {
                    sum.add(&feedback);
                }
            }
        }
        if crc.keep {
            // What has not left when the word ends.
            register.iter_mut().enumerate().for_each(|(t, sum)| sum.add(&Sum::column(columns, width + t)));
        }
        let next = (0..n).map(|cell| register[crc.cell(cell)].clone()).collect();
        Self { inputs, outputs: vec![named("next_state", next)] }
    }

    /// The state numbered as it is written: a register that shifts left has the bit that leaves at n-1.
    fn written(mut self, shift: Shift) -> Self {
        if shift == Shift::Right {
            return self;
        }
        let (cells, columns) = (self.inputs[0].bits, self.columns());
        let turned = |sum: &Sum| {
            let mut other = Sum { one: sum.one, ..Sum::zero(columns) };
            for column in sum.terms() {
                let place = if column < cells { cells - 1 - column } else { column };
                other.columns[place / 64] |= 1 << (place % 64);
            }
            other
        };
        for output in &mut self.outputs {
            output.bits = output.bits.iter().map(turned).collect();
            if output.name == "next_state" {
                output.bits.reverse();
            }
        }
        self
    }

    /// The same network of flip-flops that hold the complement of the contents, called `inverse`.
    pub(super) fn of_inverse(mut self) -> Self {
        let cells = self.inputs[0].bits;
        self.inputs[0].name = "inverse";
        for output in &mut self.outputs {
            let is_next = output.name == "next_state";
            for sum in &mut output.bits {
                let of_contents = sum.terms().filter(|&column| column < cells).count();
                sum.one ^= (of_contents % 2 == 1) ^ is_next;
            }
            if is_next {
                output.name = "next_inverse";
            }
        }
        self
    }

    /// How many bits go in.
    pub(super) fn columns(&self) -> usize {
        self.inputs.iter().map(|input| input.bits).sum()
    }

    /// Every sum, in order.
    pub(super) fn sums(&self) -> impl Iterator<Item = &Sum> {
        self.outputs.iter().flat_map(|output| &output.bits)
    }

    /// A column's name, its bit, and how many bits the name has.
    pub(super) fn place(&self, mut column: usize) -> (&'static str, usize, usize) {
        for input in &self.inputs {
            if column < input.bits {
                return (input.name, column, input.bits);
            }
            column -= input.bits;
        }
        ("", column, 0)
    }
}

fn named<T>(name: &'static str, bits: T) -> Named<T> {
    Named { name, bits }
}

/// These columns, each alone.
fn unit(columns: usize, which: core::ops::Range<usize>) -> Vec<Sum> {
    which.map(|column| Sum::column(columns, column)).collect()
}

/// One step of a register: for each cell the cells whose sum it becomes, and whether 1 is added. Found by stepping zero and each basis
/// state, so that it holds for every form.
struct Step(Vec<(Vec<usize>, bool)>);

impl Step {
    fn of(signal: &Signal) -> Self {
        let (register, n) = (&signal.register, signal.register.degree());
        let next = |state: &Poly| register.jump(state, &1u32.into(), Direction::Forward).unwrap_or_default();
        let of_zero = next(&Poly::zero());
        let mut cells: Vec<_> = (0..n).map(|cell| (Vec::new(), of_zero.coefficient(cell))).collect();
        for basis in 0..n {
            let image = next(&Poly::monomial(basis));
            for (cell, (terms, one)) in cells.iter_mut().enumerate() {
                if image.coefficient(cell) != *one {
                    terms.push(basis);
                }
            }
        }
        Self(cells)
    }

    fn apply(&self, state: &[Sum]) -> Vec<Sum> {
        let columns = state[0].columns.len() * 64;
        let next = |(terms, one): &(Vec<usize>, bool)| {
            let mut sum = match terms[..] {
                [] => Sum::zero(columns),
                [first, ..] => state[first].clone(),
            };
            terms.iter().skip(1).for_each(|&term| sum.add(&state[term]));
            sum.one ^= one;
            sum
        };
        self.0.iter().map(next).collect()
    }
}

/// A bit through a self-synchronising scrambler whose cell n-k holds the scrambled bit of k steps ago.
fn through(register: &AnyRegister, way: Way, state: &mut Vec<Sum>, bit: Sum) -> Sum {
    let register = register.sequence();
    let n = register.degree();
    let mut other = bit.clone();
    register.lags().for_each(|lag| other.add(&state[n - lag]));
    other.one ^= register.xnor();
    state.remove(0);
    state.push(if way == Way::Scramble { other.clone() } else { bit });
    other
}
