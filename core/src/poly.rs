//! Polynomials over GF(2) of any degree.
