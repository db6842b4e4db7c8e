//! Kernels on vectors: the arcs of a section and the bits of a sequence, written once over the trait `Lanes`.
//!
//! ```text
//! Ring, Extend   what is done, generic over the lanes          op::Op
//!                                      |
//! Backend        whose instructions: portable words, NEON, AVX2, AVX-512
//! ```
//!
//! A backend is one file of `backend/` and one line of the list in `backend.rs`.

mod backend;
#[cfg(feature = "alloc")]
pub(crate) mod clmul;
mod extend;
mod gaps;
mod lanes;
mod op;
mod recurrence;
mod ring;
#[cfg(feature = "alloc")]
mod sparse;
mod windows;

pub use backend::Backend;
pub(crate) use extend::Extend;
pub use gaps::Gaps;
pub(crate) use lanes::{Block, Lanes};
pub(crate) use op::Op;
pub use recurrence::Recurrence;
pub(crate) use recurrence::{GROUP, MOST_BLOCKS};
pub(crate) use ring::{Ring, SearchStart, Turns};
pub(crate) use windows::Windows;
