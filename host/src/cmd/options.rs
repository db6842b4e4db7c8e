//! Options that several commands share.

mod capture;
mod encoding;
mod global;
mod joining;
mod number;
mod register;
mod run;
mod telling;

pub(super) use capture::CaptureArgs;
pub(super) use encoding::{Encoder, Encoding};
pub(super) use global::Global;
pub(super) use joining::JoiningOptions;
pub(super) use number::{Steps, parse_count, parse_steps};
pub(super) use register::{RegisterOptions, SignalArgs, StateOptions};
pub(crate) use run::{EngineName, RunOptions, parse_seconds};
#[cfg(feature = "device")]
pub(super) use telling::Telling;
pub(super) use telling::{TellingFormat, TellingOptions};
