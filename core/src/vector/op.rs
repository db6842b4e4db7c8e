//! [`Op`]: work that is written once over [`Lanes`]; [`Instructions`]: what a backend brings to run it.

use super::lanes::Lanes;

/// Work over lanes, with all that it needs. [`super::Backend::apply`] runs it on the lanes of a backend.
pub(crate) trait Op {
    type Output;

    /// Does the work. Implementations are `#[inline(always)]`, so that they take on the instructions of the entry they end up in.
    fn on<L: Lanes>(self) -> Self::Output;
}

/// The instructions of one backend. A value proves that this CPU has them.
pub(super) trait Instructions: Copy {
    /// The proof, if this CPU (and its operating system) has them.
    fn detect() -> Option<Self>;

    /// Runs `op` with these instructions enabled.
    fn apply<O: Op>(self, op: O) -> O::Output;
}
