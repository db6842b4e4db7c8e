//! [`AffineMap`] and [`Ladder`]: jumping ahead, to check what the kernels found by other arithmetic than theirs.

use crate::register::Register;

/// The map s -> M s + b on the states of a register.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AffineMap {
    /// `columns[j]`: what bit j of the state contributes.
    columns: [u64; 64],
    offset: u64,
    degree: u32,
}

impl core::fmt::Debug for AffineMap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AffineMap").field("degree", &self.degree).field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl AffineMap {
    /// One step of `register`, from [`Register::step`].
    #[must_use]
    pub fn step_of(register: &Register) -> Self {
        let offset = register.step(0);
        let mut columns = [0; 64];
        for (j, column) in columns.iter_mut().enumerate().take(register.degree() as usize) {
            *column = register.step(1 << j) ^ offset;
        }
        Self { columns, offset, degree: register.degree() }
    }

    /// The image of `state`. At most 64 XORs.
    #[must_use]
    #[inline]
    pub fn apply(&self, state: u64) -> u64 {
        let mut image = self.offset;
        // Branch-free: which bits are set is random.
        for (j, column) in self.columns.iter().enumerate().take(self.degree as usize) {
            image ^= column & (state >> j & 1).wrapping_neg();
        }
        image
    }

    /// This map done twice. O(n^2) bit operations in n words.
    #[must_use]
    pub fn squared(&self) -> Self {
        let offset = self.apply(self.offset);
        let mut columns = [0; 64];
        for (to, &from) in columns.iter_mut().zip(&self.columns).take(self.degree as usize) {
            *to = self.apply(from) ^ self.offset;
        }
        Self { columns, offset, degree: self.degree }
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
