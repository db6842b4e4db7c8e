//! [`Backend`]: which implementation of the stream kernel this CPU can run; detected once, passed on as proof.

#[cfg(feature = "alloc")]
pub(crate) mod clmul;
mod extend;
mod lanes;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
mod portable;
mod recurrence;
mod ring;
#[cfg(feature = "alloc")]
mod sparse;
mod windows;
#[cfg(target_arch = "x86_64")]
mod x86;

use core::{
    cell::Cell,
    fmt,
    ops::Range,
    sync::atomic::{AtomicU8, Ordering},
};

pub(crate) use extend::Extend;
pub(crate) use lanes::Block;
pub use recurrence::Recurrence;
pub(crate) use recurrence::{GROUP, MOST_BLOCKS};
pub(crate) use ring::{Hit, Ring};
pub(crate) use windows::Windows;

/// Bit i: the backend of name i is hidden.
static HIDDEN: AtomicU8 = AtomicU8::new(0);

/// An implementation of the stream kernel that this CPU is known to run.
///
/// Values other than [`Backend::PORTABLE`] come from [`Backend::available`] or [`Backend::by_name`], which look first: having one proves
/// that its instructions exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Backend(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    Neon,
    #[cfg(target_arch = "x86_64")]
    Avx2(x86::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(x86::Avx512),
}

impl Backend {
    /// 64-bit words, any CPU.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// The names of all backends, known here or not.
    pub const NAMES: [&str; 4] = ["portable", "neon", "avx2", "avx512"];

    /// The widest backend that this CPU runs.
    #[must_use]
    pub fn detect() -> Self {
        Self::available().last().unwrap_or(Self::PORTABLE)
    }

    /// Every backend that this CPU runs, narrowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::NAMES.into_iter().filter_map(Self::by_name)
    }

    /// From now on, everywhere in this process, acts as if the CPU had not got what the backend of that name needs: how a test sees
    /// what another machine would do. The portable one cannot be hidden; false if there is no other of that name.
    pub fn hide(name: &str) -> bool {
        match Self::NAMES.iter().position(|&other| other == name) {
            None | Some(0) => false,
            Some(at) => {
                // No read-modify-write: the smallest devices have none, and only start-up code calls this.
                HIDDEN.store(HIDDEN.load(Ordering::Relaxed) | 1 << at, Ordering::Relaxed);
                true
            }
        }
    }

    fn is_hidden(name: &str) -> bool {
        let hidden = HIDDEN.load(Ordering::Relaxed);
        Self::NAMES.iter().enumerate().any(|(i, &other)| other == name && hidden >> i & 1 == 1)
    }

    /// The backend of that name, or `None` if there is none or this CPU lacks its instructions.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            _ if Self::is_hidden(name) => None,
            "portable" => Some(Self::PORTABLE),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            "neon" => Some(Self(Kind::Neon)),
            #[cfg(target_arch = "x86_64")]
            "avx2" => x86::Avx2::detect().map(Kind::Avx2).map(Self),
            #[cfg(target_arch = "x86_64")]
            "avx512" => x86::Avx512::detect().map(Kind::Avx512).map(Self),
            _ => None,
        }
    }

    /// One of [`Self::NAMES`].
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Kind::Neon => "neon",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "avx512",
        }
    }

    /// Goes round a ring of blocks: see [`Ring::run`].
    pub(crate) fn run(self, ring: &Ring<'_>, blocks: &[Cell<Block>], first: usize, turns: usize) -> Option<Hit> {
        match self.0 {
            Kind::Portable => ring.run::<portable::Words>(blocks, first, turns),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Kind::Neon => ring.run::<neon::Quads>(blocks, first, turns),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(proof) => proof.run(ring, blocks, first, turns),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) => proof.run(ring, blocks, first, turns),
        }
    }

    /// Looks at the first blocks: see [`Ring::search_start`].
    pub(crate) fn search_start(self, ring: &Ring<'_>, blocks: &[Cell<Block>], end: usize, allowed: i64) -> Option<i64> {
        match self.0 {
            Kind::Portable => ring.search_start::<portable::Words>(blocks, end, allowed),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Kind::Neon => ring.search_start::<neon::Quads>(blocks, end, allowed),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(proof) => proof.search_start(ring, blocks, end, allowed),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) => proof.search_start(ring, blocks, end, allowed),
        }
    }

    /// Computes the first blocks: see [`Ring::extend`].
    pub(crate) fn extend(self, blocks: &[Cell<Block>], fresh: Range<usize>, by: &Recurrence) -> Option<()> {
        match self.0 {
            Kind::Portable => Ring::extend::<portable::Words>(blocks, fresh, by),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Kind::Neon => Ring::extend::<neon::Quads>(blocks, fresh, by),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(proof) => proof.extend(blocks, fresh, by),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) => proof.extend(blocks, fresh, by),
        }
    }

    /// Goes on with a sequence: see [`Extend::run`].
    pub(crate) fn generate(self, extend: &Extend<'_>, blocks: &[Cell<Block>]) {
        match self.0 {
            Kind::Portable => extend.run::<portable::Words>(blocks),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Kind::Neon => extend.run::<neon::Quads>(blocks),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(proof) => proof.generate(extend, blocks),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) => proof.generate(extend, blocks),
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
