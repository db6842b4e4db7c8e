//! Pictures, as SVG: a register's schematic, its cycles, who worked when on them; of a stream its linear complexity, wrong bits, runs, correlation.
//!
//! Each picture is first a list of marks with coordinates, which the tests read (a schematic's marks are simulated as a circuit), then text
//! (`svg`). The numbers in them come from the code that the text output uses.

mod axes;
pub mod complexity;
pub mod correlation;
pub mod cycles;
pub mod errors;
pub mod lanes;
pub mod runs;
pub mod schematic;
mod svg;
pub mod workers;
