//! [`CyclicPart`]: what remains of a register after its transient states have died out, and the way back from it.

use crate::register::{Form, Register};

/// The part of a register's state space on which its map is a permutation.
///
/// With c = x^k g, g(0) = 1, every state is there after k steps, and the output sequences are those of g. So the cycles of any register,
/// singular or not, of either form, complemented or not, are the cycles of a non-singular Fibonacci register of degree n - k.
#[derive(Debug, Clone, Copy)]
pub struct CyclicPart {
    register: Register,
    /// g with the form and feedback of the register; `None` if c = x^n.
    own: Option<Register>,
}

impl CyclicPart {
    /// The cyclic part of `register`.
    #[must_use]
    pub fn new(register: &Register) -> Self {
        Self { register: *register, own: register.without_singularity() }
    }

    /// The non-singular Fibonacci register with the same cycles, or `None` if a single fixed state is all there is.
    #[must_use]
    pub fn sequence(&self) -> Option<Register> {
        self.own.map(|own| own.sequence())
    }

    /// The state on which everything ends if there is no [`CyclicPart::sequence`].
    #[must_use]
    pub const fn fixed_state(&self) -> u64 {
        if self.register.xnor() { self.register.state_mask() } else { 0 }
    }

    /// The state of the register that goes with the state `window` of [`CyclicPart::sequence`].
    ///
    /// Galois: the state that puts out `window` next. Fibonacci: the state whose n-k *newest* bits are `window`; the order of states
    /// is then that of windows, so the smallest window gives the leader.
    #[must_use]
    pub fn state(&self, window: u64) -> u64 {
        let Some(own) = self.own else { return self.fixed_state() };
        match own.form() {
            Form::Fibonacci => widened(&own, window, self.register.singularity()),
            Form::Galois => {
                let shifted_in = if own.xnor() { self.register.state_mask() ^ own.state_mask() } else { 0 };
                own.state_from_output(window) | shifted_in
            }
        }
    }

    /// Whether the leader of a cycle can be read off the section states of its sequence: then it is the smallest
    /// [`CyclicPart::state_after_run`] of them (Galois), or the [`CyclicPart::state`] of the smallest of them (Fibonacci).
    ///
    /// Not so for Galois registers with XNOR gates, where leading zeros are no run of zeros in the output.
    #[must_use]
    pub const fn leaders_lie_in_sections(&self) -> bool {
        !(matches!(self.register.form(), Form::Galois) && self.register.xnor())
    }

    /// For the Galois form: the state after the n-k bits of `window` have left, whose leading zeros are the zeros that left last.
    ///
    /// `following` are the n-k bits that come after `window`.
    #[must_use]
    pub fn state_after_run(&self, following: u64) -> u64 {
        self.state(following)
    }
}

/// The window of n + `by` bits (at most 64) whose newest n bits are the state `window` of a non-singular Fibonacci register.
///
/// Of all windows of that width on a cycle the smallest is the one that belongs to the smallest state: newest bits count most.
#[must_use]
pub fn widened(register: &Register, window: u64, by: u32) -> u64 {
    let (mut state, mut older) = (window, window);
    for _ in 0..by {
        // Never singular, so there always is a step back.
        older = register.step_back(older).unwrap_or(0);
        state = state << 1 | (older & 1);
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leap::Leap;
    extern crate std;
    use std::collections::BTreeSet;

    fn registers() -> impl Iterator<Item = Register> {
        (2..1u128 << 9).flat_map(|c| {
            [(Form::Fibonacci, false), (Form::Fibonacci, true), (Form::Galois, false), (Form::Galois, true)]
                .map(|(form, xnor)| Register::from_characteristic(c).unwrap().with_form(form).with_xnor(xnor))
        })
    }

    #[test]
    fn states_are_the_cyclic_ones_and_step_alike() {
        for register in registers() {
            let part = CyclicPart::new(&register);
            let mut cyclic: BTreeSet<u64> = (0..=register.state_mask()).collect();
            for _ in 0..register.singularity() {
                cyclic = cyclic.into_iter().map(|s| register.step(s)).collect();
            }
            let Some(sequence) = part.sequence() else {
                assert_eq!(cyclic.into_iter().collect::<std::vec::Vec<_>>(), [part.fixed_state()], "{register:?}");
                continue;
            };
            let mut states = BTreeSet::new();
            for window in 0..=sequence.state_mask() {
                let state = part.state(window);
                assert_eq!(register.step(state), part.state(sequence.step(window)), "{register:?} {window:#x}");
                states.insert(state);
            }
            assert_eq!(states, cyclic, "{register:?}");
        }
    }

    #[test]
    fn section_states_hold_the_galois_leaders() {
        for register in registers().filter(|r| r.form() == Form::Galois) {
            let part = CyclicPart::new(&register);
            let Some(sequence) = part.sequence().filter(|_| part.leaders_lie_in_sections()) else { continue };
            let leap = Leap::new(&sequence);
            for zeros in 0..=sequence.degree() {
                let section = 0..(sequence.state_mask() + 1) >> zeros;
                let images: BTreeSet<u64> =
                    section.clone().map(|s| part.state_after_run(leap.ahead(s) & sequence.state_mask())).collect();
                assert!(images.iter().copied().eq(section), "{register:?} z = {zeros}");
            }
        }
    }
}
