//! No transform: nothing here multiplies without carries.

use super::super::Multiplier;

/// No width.
#[derive(Debug, Clone, Copy)]
pub(super) enum Width {}

impl Width {
    pub(super) const fn of(_: Multiplier) -> Option<Self> {
        None
    }

    #[cfg(test)]
    pub(super) fn available() -> impl Iterator<Item = Self> {
        core::iter::empty()
    }

    pub(super) const fn cost(self) -> usize {
        match self {}
    }

    pub(super) const fn forward(self, _: &mut [u64], _: &[u64]) {
        match self {}
    }

    pub(super) const fn inverse(self, _: &mut [u64], _: &[u64]) {
        match self {}
    }

    pub(super) const fn pointwise(self, _: &mut [u64], _: &[u64]) {
        match self {}
    }
}
