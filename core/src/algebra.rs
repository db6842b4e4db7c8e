//! Algebra.
