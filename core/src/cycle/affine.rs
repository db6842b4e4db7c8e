//! [`AffineMap`] and [`Ladder`]: jumping ahead, to check what the kernels found by other arithmetic than theirs.

use crate::{register::Register, sums::fill_sums};

/// The map s -> M s + b on the states of a register, as one look-up for each four bits of the state; 2 KiB.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AffineMap {
    /// `nibbles[i][v]`: what bits 4i to 4i+3, of value v, contribute. The offset b sits in `nibbles[0]`.
    nibbles: [[u64; 16]; 16],
    degree: u32,
}

impl core::fmt::Debug for AffineMap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AffineMap").field("degree", &self.degree).finish_non_exhaustive()
    }
}

impl AffineMap {
    /// One step of `register`, from [`Register::step`].
    #[must_use]
    pub fn step_of(register: &Register) -> Self {
        Self::new(register.degree(), |state| register.step(state))
    }

    /// From its values on zero and on the states with one bit set.
    pub(super) fn new(degree: u32, image: impl Fn(u64) -> u64) -> Self {
        let offset = image(0);
        let mut nibbles = [[0; 16]; 16];
        nibbles[0][0] = offset;
        for (i, table) in nibbles.iter_mut().enumerate() {
            fill_sums(table, |bit| {
                let j = 4 * i as u32 + bit;
                if j < degree { image(1 << j) ^ offset } else { 0 }
            });
        }
        Self { nibbles, degree }
    }

    /// The image of `state`. One look-up for each four bits.
    #[must_use]
    #[inline]
    pub fn apply(&self, state: u64) -> u64 {
        let mut image = 0;
        let mut rest = state;
        for table in &self.nibbles[..(self.degree as usize).div_ceil(4).min(16)] {
            image ^= table[rest as usize & 15];
            rest >>= 4;
        }
        image
    }

    /// This map done twice. n + 1 applications.
    #[must_use]
    pub fn squared(&self) -> Self {
        Self::new(self.degree, |state| self.apply(self.apply(state)))
    }
}

/// Any number of steps, by the maps of 1, 2, 4, ... steps.
#[derive(Debug, Clone)]
pub struct Ladder<T> {
    maps: T,
}

impl<T: AsRef<[AffineMap]>> Ladder<T> {
    /// How many maps `states` = 2^n steps need: n + 1, at most 64.
    #[must_use]
    pub const fn rungs(register: &Register) -> usize {
        let rungs = register.degree() as usize + 1;
        if rungs > 64 { 64 } else { rungs }
    }

    /// A ladder over memory of the caller; every map of `maps` is overwritten, map i with 2^i steps of `register`.
    #[must_use]
    pub fn new(register: &Register, mut maps: T) -> Self
    where
        T: AsMut<[AffineMap]>,
    {
        let mut map = AffineMap::step_of(register);
        for to in maps.as_mut() {
            *to = map;
            map = map.squared();
        }
        Self { maps }
    }

    /// The state `steps` steps after `state`, or `None` if the ladder is too short for that.
    #[must_use]
    pub fn jump(&self, state: u64, steps: u64) -> Option<u64> {
        let maps = self.maps.as_ref();
        if 64 - steps.leading_zeros() as usize > maps.len() {
            return None;
        }
        let (mut state, mut steps) = (state, steps);
        while steps != 0 {
            state = maps.get(steps.trailing_zeros() as usize)?.apply(state);
            steps &= steps - 1;
        }
        Some(state)
    }

    /// That many steps as one map, for jumps that are made often; `None` if the ladder is too short. n + 1 jumps.
    #[must_use]
    pub fn map(&self, steps: u64) -> Option<AffineMap> {
        self.jump(0, steps)?;
        let degree = self.maps.as_ref().first()?.degree;
        Some(AffineMap::new(degree, |state| self.jump(state, steps).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn jumps_equal_steps() {
        let mut random = 4;
        for register in registers_of_every_degree() {
            let ladder = Ladder::new(&register, [AffineMap::step_of(&register); 12]);
            let start = splitmix(&mut random) & register.state_mask();
            let mut state = start;
            for steps in 0..300 {
                assert_eq!(ladder.jump(start, steps), Some(state), "{register:?}");
                state = register.step(state);
            }
            assert_eq!(ladder.jump(start, 1 << 12), None);
        }
    }
}
