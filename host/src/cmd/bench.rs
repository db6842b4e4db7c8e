//! `lfsr bench`.

mod schedules;
mod streams;

pub use schedules::Schedules;
pub use streams::Streams;
