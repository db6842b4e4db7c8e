//! `lfsr bench`.

mod schedules;

pub use schedules::Schedules;
