//! What the cross-checks share.

pub mod certificate;
pub mod deadline;
pub mod fuzzing;
pub mod program;
pub mod random;
pub mod ranges;
pub mod serial;
pub mod skip;
