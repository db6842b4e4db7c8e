//! One register on many machines: a folder that all of them see, a file for each unit of the work, and no other way to talk.
//!
//! ```text
//! Job -> job.json                 which register, which section, how many units: decided once, for all machines
//! Worker     -> unit-0007.lfsr    a checkpoint, replaced whole at every write; done as soon as it has every start state of its shard
//! merge <- all of them            every start state once, every arc checked again by jumping
//! ```
//!
//! A unit can be done by anybody, any number of times: the file says what is left, a lock says who is at it. No second pass is needed
//! against a machine that computes wrongly, because each arc is checked by other arithmetic before it is written, and again when it is read.

mod job;
pub mod script;
mod unit;
mod work;

pub use job::{Job, JobError};
pub use unit::{Unit, UnitState};
pub use work::{Outcome, WorkError, Worker};
