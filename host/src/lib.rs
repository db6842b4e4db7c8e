//! The host side of lfsrkit: engines over schedulers, and what the command line is made of.
//!
//! The way of the data:
//!
//! ```text
//! text -> input -> register -> analysis -> report
//! file, device -> bits ----------^           ^
//!                             sched: who does which start states, when
//! ```
//!
//! ```
//! use lfsr_host::{
//!     analysis::{Answer, Method, Options, Question},
//!     sched::{Control, Pool},
//! };
//!
//! let register = "x^16+x^14+x^13+x^11+1".parse().unwrap();
//! let question = Question { method: Method::Auto, verify: true, options: Options::default() };
//! let answer = Answer::new(&register, &question, &Pool::new(), &Control::default().into()).unwrap();
//! assert_eq!(answer.is_maximal_length(), Some(true));
//! assert_eq!(answer.is_verified(), Some(true));
//! ```
#![forbid(unsafe_code)]

pub mod analysis;
pub mod bits;
pub mod cmd;
#[cfg(feature = "device")]
pub mod device;
pub mod input;
pub mod report;
pub mod sched;
pub mod terminal;
