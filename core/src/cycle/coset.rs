//! The coset kernel: a register seen as many small maps over a smaller register.
//!
//! Let c = g h. The map s -> g(T) s takes the sequences of c onto those of h and commutes with stepping. The states that go to one state u
//! are a coset of the state space of g, 2^(deg g) of them; if u has period p, then p steps map that coset onto itself, by the affine map
//! w -> T_g^p w + b. Its cycles of length m are cycles of period p m of the register, and each cycle of the register is found just once,
//! over the one cycle of h that it goes to. So 2^n states are accounted for by as many steps as the register of h has cycles, times
//! 2^(deg g). (The decomposition of a module over GF(2)\[x\] by a submodule; B. Elspas, "The theory of autonomous linear sequential
//! networks", IRE Trans. Circuit Theory 6 (1959), for the periods.)
//!
//! ```text
//!      states of c      w0 w1 w2 ...  ->  .  .  .  ->  ...  ->  w0 w1 w2 ...     2^(deg g) over each u
//!                           |                 |                     |
//!      states of h          u     ->          u'   ->  ...  ->      u            p steps round the cycle
//!
//!      for each cycle of h, of period p, from its state u:
//!          map = one period of h, as w -> T_g^p w + b   (b: where p steps of c take state number 0 over u)
//!          for each cycle of map, of length m: a cycle of c, of period p m
//! ```
//!
//! Maps of the same A = T_g^p whose b differ by (A + 1) t are one map seen from another origin: w -> w + t takes the cycles of one to those of
//! the other. So only the b that are different modulo the image of A + 1 are walked ([`CosetMap::class`]), mostly very few.

use core::ops::ControlFlow;

use super::{AffineMap, Ladder, MONITOR_STEPS, Monitor};
use crate::{
    gf2,
    register::{Form, Register},
    sums::fill_sums,
};

/// The most bits of a coset, whose bitmap then has 16 MiB.
pub const MOST_COSET_BITS: u32 = 27;

/// Bits for one look-up.
const PIECE: u32 = 9;
const PIECES: usize = 3;

/// How the states of a register lie over those of a smaller one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotient {
    /// Of h.
    base: Register,
    /// Of g, without a constant.
    coset: Register,
}

impl Quotient {
    /// For a Fibonacci register that is not singular, and a divisor of its characteristic polynomial; `None` unless both the
    /// divisor and what it leaves have degree 1 at least.
    #[must_use]
    pub fn new(sequence: &Register, divisor: u128) -> Option<Self> {
        let (cofactor, rest) = gf2::divrem(sequence.characteristic(), divisor)?;
        if rest != 0 || sequence.is_singular() || sequence.form() != Form::Fibonacci {
            return None;
        }
        Some(Self {
            base: Register::from_characteristic(divisor).ok()?.with_xnor(sequence.xnor()),
            coset: Register::from_characteristic(cofactor).ok()?,
        })
    }

    /// The smaller register.
    #[must_use]
    pub const fn base(&self) -> &Register {
        &self.base
    }

    /// The register whose states are the differences of states over the same state; without XNOR.
    #[must_use]
    pub const fn coset(&self) -> &Register {
        &self.coset
    }

    /// The states over one state of the smaller register number 2 to this.
    #[must_use]
    pub const fn coset_bits(&self) -> u32 {
        self.coset.degree()
    }

    /// The state of the smaller register that `state` lies over.
    #[must_use]
    pub fn project(&self, state: u64) -> u64 {
        let mut image = 0;
        let mut rest = self.coset.characteristic();
        while rest != 0 {
            image ^= state >> rest.trailing_zeros().min(63);
            rest &= rest - 1;
        }
        image & self.base.state_mask()
    }

    /// The state over `base` that begins with the deg g bits of `number`; O(deg h).
    #[must_use]
    pub fn state(&self, base: u64, number: u64) -> u64 {
        let taps = self.coset.characteristic() as u64 & self.coset.state_mask();
        let mut state = number & self.coset.state_mask();
        for t in 0..self.base.degree() {
            let bit = base >> t ^ u64::from((state >> t & taps).count_ones());
            state |= (bit & 1) << (t + self.coset.degree());
        }
        state
    }

    /// [`Quotient::state`] as look-ups, for states that are asked for often.
    #[must_use]
    pub fn lift(&self) -> Lift {
        Lift {
            of_base: AffineMap::new(self.base.degree(), |base| self.state(base, 0)),
            of_number: AffineMap::new(self.coset_bits(), |number| self.state(0, number)),
        }
    }

    /// The number of `state` among those over the same state.
    #[must_use]
    pub const fn number(&self, state: u64) -> u64 {
        state & self.coset.state_mask()
    }
}

/// The states over those of the smaller register, by two look-up tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    of_base: AffineMap,
    of_number: AffineMap,
}

impl Lift {
    /// As [`Quotient::state`].
    #[must_use]
    pub fn state(&self, base: u64, number: u32) -> u64 {
        self.of_base.apply(base) ^ self.of_number.apply(number.into())
    }
}

/// What `period` steps of the smaller register do to the numbers of a coset.
#[derive(Debug, Clone)]
pub struct CosetMap {
    /// `pieces[i][v]`: what bits 9i to 9i+8, of value v, contribute.
    pieces: [[u32; 1 << PIECE]; PIECES],
    /// A basis of the image of A + 1, each vector with what it is the image of; the highest bit of each is in no later one.
    image: [(u32, u32); MOST_COSET_BITS as usize],
    rank: usize,
    /// b, as far as it matters, and where number 0 of the map with the full b lies.
    offset: u32,
    origin: u32,
    bits: u32,
    period: u64,
}

impl CosetMap {
    /// The linear part, for cosets over states of this period. `ladder` is that of the register of g.
    ///
    /// `None` if a coset has more than 2^[`MOST_COSET_BITS`] states, or the ladder is too short.
    #[must_use]
    pub fn new<T: AsRef<[AffineMap]>>(quotient: &Quotient, ladder: &Ladder<T>, period: u64) -> Option<Self> {
        let bits = quotient.coset_bits();
        if bits > MOST_COSET_BITS {
            return None;
        }
        let mut pieces = [[0; 1 << PIECE]; PIECES];
        let (mut image, mut rank) = ([(0, 0); MOST_COSET_BITS as usize], 0);
        let mut columns = [0; (PIECE as usize) * PIECES];
        for (j, column) in (0..bits).zip(&mut columns) {
            *column = u32::try_from(ladder.jump(1 << j, period)?).ok()?;
            let (vector, of) = reduced(&image[..rank], (*column ^ 1 << j, 1 << j));
            if vector != 0 {
                // By falling highest bits.
                let at = image[..rank].partition_point(|(other, _)| *other > vector);
                image.copy_within(at..rank, at + 1);
                image[at] = (vector, of);
                rank += 1;
            }
        }
        for (piece, columns) in pieces.iter_mut().zip(columns.as_chunks::<{ PIECE as usize }>().0) {
            fill_sums(piece, |bit| columns[bit as usize]);
        }
        Some(Self { pieces, image, rank, offset: 0, origin: 0, bits, period })
    }

    /// The steps of the register that this map stands for.
    #[must_use]
    pub const fn period(&self) -> u64 {
        self.period
    }

    /// For the coset in which state number 0 goes to state number `image`.
    #[must_use]
    pub fn with_offset(mut self, image: u64) -> Self {
        self.set_offset(image);
        self
    }

    /// As [`CosetMap::with_offset`].
    pub fn set_offset(&mut self, image: u64) {
        (self.offset, self.origin) = reduced(&self.image[..self.rank], (image as u32 & ((1 << self.bits) - 1), 0));
    }

    /// Maps with the same linear part and class have cycles of the same lengths; where these are more than 2, of the same numbers but for
    /// [`CosetMap::origin`].
    #[must_use]
    pub const fn class(&self) -> u32 {
        // All translations but that by 0 swap numbers in pairs.
        if self.rank == 0 && self.offset != 0 { 1 } else { self.offset }
    }

    /// What must be added to a number of the map whose offset is its class to make it one of this map.
    #[must_use]
    pub const fn origin(&self) -> u32 {
        self.origin
    }

    /// The number that `number` goes to, by the map whose offset is the class.
    #[inline(always)]
    fn apply(&self, number: u32) -> u32 {
        let piece = |i: usize| self.pieces[i][(number >> (PIECE * i as u32)) as usize & ((1 << PIECE) - 1)];
        piece(0) ^ piece(1) ^ piece(2) ^ self.offset
    }

    /// Words of the bitmap that [`CosetMap::cycles`] needs.
    #[must_use]
    pub const fn visited_words(&self) -> usize {
        (1usize << self.bits).div_ceil(64)
    }

    /// Calls `found(first, length, count)` for all cycles of the map whose offset is the class: `count` of them, of that length, of which one
    /// has `first` as its smallest number. Every number is on one of them, because the map is invertible.
    ///
    /// `visited` is overwritten. Breaks off if the monitor or `found` say so, or if `visited` is too short.
    ///
    /// # Complexity
    /// One application and one bit of `visited` for each number; constant if the map is a translation.
    pub fn cycles(
        &self,
        visited: &mut [u64],
        monitor: &mut impl Monitor,
        mut found: impl FnMut(u32, u64, u64) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if self.rank == 0 {
            // w -> w + b has no other cycles than single numbers, or pairs.
            let length = if self.offset == 0 { 1 } else { 2 };
            return found(0, length, (1 << self.bits) / length);
        }
        let Some(visited) = visited.get_mut(..self.visited_words()) else { return ControlFlow::Break(()) };
        visited.fill(0);
        let mut unreported = 0;
        for first in 0..1u32 << self.bits {
            if visited[first as usize / 64] >> (first % 64) & 1 == 1 {
                continue;
            }
            let (mut number, mut length) = (first, 0);
            loop {
                visited[number as usize / 64] |= 1 << (number % 64);
                number = self.apply(number);
                length += 1;
                // Not invertible, if ever, means a cycle without end.
                if number == first || length > 1 << self.bits {
                    break;
                }
            }
            found(first, length, 1)?;
            unreported += length;
            if unreported >= MONITOR_STEPS {
                monitor.advanced(0)?;
                unreported = 0;
            }
        }
        ControlFlow::Continue(())
    }
}

/// A vector, and what it is the image of, without what the basis holds of it; O(length of the basis).
fn reduced(basis: &[(u32, u32)], (mut vector, mut of): (u32, u32)) -> (u32, u32) {
    for &(other, source) in basis {
        // The highest bit of `other` is set.
        if vector & 1 << other.ilog2() != 0 {
            vector ^= other;
            of ^= source;
        }
    }
    (vector, of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cycle::Budget;
    extern crate std;
    use std::{collections::BTreeMap, vec, vec::Vec};

    fn divisors(c: u128) -> impl Iterator<Item = u128> {
        (2..1u128 << 10).filter(move |&h| h < c && gf2::rem(c, h) == 0)
    }

    #[test]
    fn states_lie_over_states_and_step_with_them() {
        for c in (3..1u128 << 9).step_by(2) {
            for xnor in [false, true] {
                let register = Register::from_characteristic(c).unwrap().with_xnor(xnor);
                for h in divisors(c) {
                    let Some(quotient) = Quotient::new(&register, h) else { panic!("{c:#x} {h:#x}") };
                    let lift = quotient.lift();
                    for state in 0..=register.state_mask() {
                        let base = quotient.project(state);
                        assert_eq!(quotient.state(base, quotient.number(state)), state, "{c:#x} {h:#x}");
                        assert_eq!(lift.state(base, quotient.number(state) as u32), state);
                        assert_eq!(quotient.project(register.step(state)), quotient.base().step(base));
                    }
                }
            }
        }
    }

    #[test]
    fn no_divisor_no_quotient() {
        let register = Register::from_characteristic(0b1_0001_1011).unwrap();
        assert_eq!(Quotient::new(&register, 0b11), None);
        assert_eq!(Quotient::new(&register, 1), None);
        assert_eq!(Quotient::new(&register, register.characteristic()), None);
        assert_eq!(Quotient::new(&Register::from_characteristic(0b110).unwrap(), 0b11), None);
    }

    /// The cycles over all cycles of the smaller register are those of the register.
    #[test]
    fn cycles_of_every_register_by_every_divisor() {
        let (mut translations, mut conjugates) = (0, 0);
        for c in (3..1u128 << 11).step_by(2) {
            let register = Register::from_characteristic(c).unwrap().with_xnor(c % 3 == 0);
            let expected = census(&register);
            for h in divisors(c) {
                let quotient = Quotient::new(&register, h).unwrap();
                let ladder = Ladder::new(&register, vec![AffineMap::step_of(&register); 12]);
                let own = Ladder::new(&quotient.coset, vec![AffineMap::step_of(&quotient.coset); 12]);
                let mut found: BTreeMap<u64, u64> = BTreeMap::new();
                let mut visited = [u64::MAX; 16];
                for (base, period) in cycles(quotient.base()) {
                    let image = ladder.jump(quotient.state(base, 0), period).unwrap();
                    let map = CosetMap::new(&quotient, &own, period).unwrap().with_offset(quotient.number(image));
                    translations += u32::from(map.rank == 0 && map.offset != 0);
                    conjugates += u32::from(map.origin != 0);
                    let done = map.cycles(&mut visited, &mut Budget::new(), |first, length, count| {
                        let state = quotient.state(base, (first ^ map.origin()).into());
                        assert_eq!(ladder.jump(state, period * length), Some(state));
                        *found.entry(period * length).or_insert(0) += count;
                        ControlFlow::Continue(())
                    });
                    assert!(done.is_continue());
                }
                assert_eq!(found, expected, "{c:#x} {h:#x}");
            }
        }
        assert!(translations > 100 && conjugates > 100);
    }

    fn census(register: &Register) -> BTreeMap<u64, u64> {
        let mut census = BTreeMap::new();
        for (_, period) in cycles(register) {
            *census.entry(period).or_insert(0) += 1;
        }
        census
    }

    /// Leader and period, step by step.
    fn cycles(register: &Register) -> Vec<(u64, u64)> {
        let mut seen = vec![false; register.state_mask() as usize + 1];
        let mut cycles = vec![];
        for leader in 0..=register.state_mask() {
            let (mut state, mut period) = (leader, 0);
            while !core::mem::replace(&mut seen[state as usize], true) {
                state = register.step(state);
                period += 1;
            }
            if period > 0 {
                cycles.push((leader, period));
            }
        }
        cycles
    }
}
