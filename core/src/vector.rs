//! Kernels on vectors: the arcs of a section and the bits of a sequence, written once over [`lanes::Lanes`].
//!
//! ```text
//! Ring, Extend   what is done, generic over the lanes          op::Op
//!                                      |
//! Backend        whose instructions: portable words, NEON, AVX2, AVX-512
//! ```
//!
//! A backend is one file and one line in `backend.rs`.

mod backend;
#[cfg(feature = "alloc")]
pub(crate) mod clmul;
mod extend;
mod lanes;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
mod op;
mod portable;
mod recurrence;
mod ring;
#[cfg(feature = "alloc")]
mod sparse;
mod windows;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use backend::Backend;
pub(crate) use extend::Extend;
pub(crate) use lanes::Block;
pub use recurrence::Recurrence;
pub(crate) use recurrence::{GROUP, MOST_BLOCKS};
pub(crate) use ring::{Ring, SearchStart, Turns};
pub(crate) use windows::Windows;
