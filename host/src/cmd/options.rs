//! Options that several commands share.

mod capture;
mod count;
mod global;
mod register;
mod run;

pub(super) use capture::CaptureArgs;
pub(super) use count::parse_count;
pub(super) use global::Global;
pub(super) use register::RegisterOptions;
pub(crate) use run::RunOptions;
