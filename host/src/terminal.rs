//! What the program writes to, besides results: files that are whole or not there, progress, sizes, words for a shell.

pub(crate) mod bar;
pub mod output;
pub mod progress;
pub mod shell;
pub mod size;
pub mod unfinished;
