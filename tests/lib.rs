//! Cross-check helpers.
