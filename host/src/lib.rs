//! The host side of lfsrkit: engines over schedulers, and what the command line is made of.
//!
//! The way of the data: text -> [`lfsr_core::register::Register`] -> [`plan::Plan`] -> batches of start states, shared out by
//! [`sched`] -> kernels of `lfsr-core` -> [`map::CycleMap`].
#![forbid(unsafe_code)]

pub mod answer;
pub mod capture;
pub mod checkpoint;
pub mod cli;
pub mod cmd;
pub mod control;
pub mod engine;
pub mod error;
pub mod identify;
pub mod input;
pub mod interval;
pub mod map;
pub mod noise;
pub mod output;
pub mod plan;
pub mod probe;
pub mod progress;
pub mod report;
pub mod sched;
pub mod signal;
pub mod size;
pub mod subject;
pub mod verify;
