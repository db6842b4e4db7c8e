//! The commands: what the user writes in, calls of the library, a report out. Only this and `report` print.
//!
//! `cli` lists the commands; `options`, `failure`, `status`, `print` and `interrupt` are what they share.

mod analyze;
mod bench;
mod catalogue;
mod check;
mod cli;
mod completions;
mod device;
mod explain;
mod failure;
mod generate;
mod identify;
mod interrupt;
mod jump;
mod man;
mod merge;
mod options;
mod primitive;
mod print;
mod reporter;
mod status;
mod table_check;

pub use cli::Cli;
