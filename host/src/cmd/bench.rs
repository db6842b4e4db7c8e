//! `lfsr bench`.

mod kernels;
mod measure;
mod registers;
mod schedules;
mod streams;
mod survey;

pub(super) use kernels::Kernels;
pub(super) use schedules::Schedules;
pub(super) use streams::Streams;
