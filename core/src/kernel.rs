//! [`Backend`]: which implementation of the stream kernel this CPU can run; detected once, passed on as proof.

#[cfg(feature = "alloc")]
pub(crate) mod clmul;
mod lanes;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use core::{cell::Cell, fmt};

pub(crate) use lanes::{BLOCK_BITS, Block, Chunk, Extend};

/// An implementation of the stream kernel that this CPU is known to run.
///
/// Values other than [`Backend::PORTABLE`] come from [`Backend::available`] or [`Backend::by_name`], which look first: having one proves
/// that its instructions exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Backend(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(x86::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(x86::Avx512),
}

impl Backend {
    /// 64-bit words, any CPU.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// The names of all backends, known here or not.
    pub const NAMES: [&str; 3] = ["portable", "avx2", "avx512"];

    /// The widest backend that this CPU runs.
    #[must_use]
    pub fn detect() -> Self {
        Self::available().last().unwrap_or(Self::PORTABLE)
    }

    /// Every backend that this CPU runs, narrowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::NAMES.into_iter().filter_map(Self::by_name)
    }

    /// The backend of that name, or `None` if there is none or this CPU lacks its instructions.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "portable" => Some(Self::PORTABLE),
            #[cfg(target_arch = "x86_64")]
            "avx2" => x86::Avx2::detect().map(Kind::Avx2).map(Self),
            #[cfg(target_arch = "x86_64")]
            "avx512" => x86::Avx512::detect().map(Kind::Avx512).map(Self),
            _ => None,
        }
    }

    /// `portable`, `avx2` or `avx512`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "avx512",
        }
    }

    /// Runs one chunk of the stream kernel: see [`Chunk::run`].
    pub(crate) fn run(self, chunk: &Chunk<'_>, blocks: &[Cell<Block>]) -> Option<usize> {
        match self.0 {
            Kind::Portable => chunk.run::<portable::Words>(blocks),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(proof) => proof.run(chunk, blocks),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) => proof.run(chunk, blocks),
        }
    }

    /// Extends a sequence by blocks: see [`Extend::run`].
    pub(crate) fn extend(self, extend: &Extend<'_>, blocks: &[Cell<Block>]) {
        match self.0 {
            Kind::Portable => extend.run::<portable::Words>(blocks),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(proof) => proof.extend(extend, blocks),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) => proof.extend(extend, blocks),
        }
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
