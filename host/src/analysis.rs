//! From a register to all its cycles: plan, engines, the two ways compared, work that outlives the process.
//!
//! ```text
//! Register -> Plan -> Run -> engine -> Found -> finish -> CycleMap
//!                                      algebra -> Structure   -> Answer: both, compared
//! ```

pub mod answer;
mod census;
pub mod checkpoint;
pub mod cluster;
pub mod engine;
pub mod error;
pub mod map;
pub mod plan;
pub mod verify;

pub use answer::{Answer, Method, Question};
pub use census::Census;
pub use engine::{Run, enumerate};
pub use error::Error;
pub use map::{Cycle, CycleMap};
pub use plan::{Engine, Kernel, Options, Plan, Workers};
