//! `lfsr bench`.

mod kernels;
mod registers;
mod schedules;
mod survey;

pub use kernels::Kernels;
pub use schedules::Schedules;
