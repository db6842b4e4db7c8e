//! [`Backend`]: which instructions the vector kernels run on; detected once, passed on as proof.

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use core::fmt;

use super::op::{Instructions, Op};
use crate::cpu;

/// The instructions that vector kernels run on, known to be there.
///
/// Values other than [`Backend::PORTABLE`] come from [`Backend::available`] or [`Backend::by_name`], which look first: having one proves
/// that its instructions exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Backend(Kind);

/// Writes the list of backends, narrowest first: a line for each, with the name and its [`Instructions`].
macro_rules! backends {
    ($($(#[$cfg:meta])* $name:literal: $kind:ident($instructions:ty),)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Kind {
            $($(#[$cfg])* $kind($instructions),)+
        }

        impl Backend {
            /// The names of all backends, compiled here or not.
            pub const NAMES: [&str; [$($name),+].len()] = [$($name),+];

            /// The backend of that name, or `None` if there is none, this CPU lacks its instructions, or they are hidden
            /// ([`cpu::hide`]).
            #[must_use]
            pub fn by_name(name: &str) -> Option<Self> {
                match name {
                    _ if cpu::is_hidden(name) => None,
                    $($(#[$cfg])* $name => <$instructions>::detect().map(Kind::$kind).map(Self),)+
                    _ => None,
                }
            }

            /// One of [`Self::NAMES`].
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self.0 {
                    $($(#[$cfg])* Kind::$kind(_) => $name,)+
                }
            }

            /// Runs `op` on the lanes of this backend.
            #[inline(always)]
            pub(crate) fn apply<O: Op>(self, op: O) -> O::Output {
                match self.0 {
                    $($(#[$cfg])* Kind::$kind(proof) => proof.apply(op),)+
                }
            }
        }
    };
}

backends! {
    "portable": Portable(portable::Any),
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    "neon": Neon(neon::Neon),
    #[cfg(target_arch = "x86_64")]
    "avx2": Avx2(x86::Avx2),
    #[cfg(target_arch = "x86_64")]
    "avx512": Avx512(x86::Avx512),
}

impl Backend {
    /// 64-bit words, any CPU.
    pub const PORTABLE: Self = Self(Kind::Portable(portable::Any));

    /// The widest backend that this CPU runs.
    #[must_use]
    pub fn detect() -> Self {
        Self::available().last().unwrap_or(Self::PORTABLE)
    }

    /// Every backend that this CPU runs, narrowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::NAMES.into_iter().filter_map(Self::by_name)
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
