//! `lfsr bench`.

mod kernels;
mod registers;
mod schedules;
mod streams;
mod survey;

pub use kernels::Kernels;
pub use schedules::Schedules;
pub use streams::Streams;
