//! Cross-check helpers.

pub mod certificate;
