//! Pictures, as SVG: a register's schematic, its cycles, the linear complexity of a stream.
//!
//! Each picture is first a list of marks with coordinates, which the tests read (a schematic's marks are simulated as a circuit), then text
//! (`svg`). The numbers in them come from the code that the text output uses.

pub mod complexity;
pub mod cycles;
pub mod schematic;
mod svg;
