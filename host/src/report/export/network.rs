//! [`Network`]: what each output bit and each next state bit is the sum of.

use lfsr_core::{algebra::Direction, poly::Poly, register::Shift};

use super::{Design, Kind};
use crate::bits::{
    scramble::{Mode, Way},
    signal::Signal,
};

/// A sum over GF(2) of state bits, data bits, and 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sum {
    /// A bit for each column: the state bits, then the data bits.
    columns: Vec<u64>,
    /// Whether 1 is added.
    pub one: bool,
}

/// An affine network between registers: the next state and the outputs as sums of state and data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// State bits.
    pub cells: usize,
    /// Data bits that go in at a clock.
    pub data: usize,
    /// What each state bit becomes at the clock, as the register's contents are written.
    pub next: Vec<Sum>,
    /// The output bits, bit 0 first in time.
    pub output: Vec<Sum>,
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
    pub fn terms(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.columns.iter().enumerate();
        words.flat_map(|(i, &word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| 64 * i + bit))
    }
}

impl Network {
    /// That of a design, by stepping symbols: W steps.
    ///
    /// Takes time in proportion to W n (n + W) / 64 for n cells.
    #[must_use]
    pub fn new(design: &Design) -> Self {
        let Design { signal, kind, width, .. } = design;
        let cells = signal.register.degree();
        let data = design.data();
        let columns = cells + data;
        let mut state: Vec<Sum> = (0..cells).map(|cell| Sum::column(columns, cell)).collect();
        let input = |t: usize| Sum::column(columns, cells + t);
        let output: Vec<Sum> = match kind {
            Kind::Scrambler(Mode::SelfSynchronising, way) => {
                (0..*width).map(|t| through(signal, *way, &mut state, input(t))).collect()
            }
            Kind::Generator | Kind::Scrambler(Mode::Additive, _) => {
                let step = Step::of(signal);
                let mut bit = |t: usize| {
                    let mut bit = state[0].clone();
                    bit.one ^= signal.inverted;
                    if data > 0 {
                        bit.add(&input(t));
                    }
                    state = step.apply(&state);
                    bit
                };
                (0..*width).map(&mut bit).collect()
            }
        };
        Self { cells, data, next: state, output }.written(signal.shift)
    }

    /// The state numbered as it is written: a register that shifts left has the bit that leaves at n-1.
    fn written(self, shift: Shift) -> Self {
        if shift == Shift::Right {
            return self;
        }
        let (cells, columns) = (self.cells, self.cells + self.data);
        let turned = |sum: &Sum| {
            let mut other = Sum { one: sum.one, ..Sum::zero(columns) };
            for column in sum.terms() {
                let place = if column < cells { cells - 1 - column } else { column };
                other.columns[place / 64] |= 1 << (place % 64);
            }
            other
        };
        Self {
            next: self.next.iter().rev().map(turned).collect(),
            output: self.output.iter().map(turned).collect(),
            ..self
        }
    }

    /// Every sum: the outputs, then the next state.
    pub fn sums(&self) -> impl Iterator<Item = &Sum> {
        self.output.iter().chain(&self.next)
    }
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
fn through(signal: &Signal, way: Way, state: &mut Vec<Sum>, bit: Sum) -> Sum {
    let register = signal.register.sequence();
    let n = register.degree();
    let mut other = bit.clone();
    register.lags().for_each(|lag| other.add(&state[n - lag]));
    other.one ^= register.xnor();
    state.remove(0);
    state.push(if way == Way::Scramble { other.clone() } else { bit });
    other
}
