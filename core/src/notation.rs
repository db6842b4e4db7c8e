//! notation (to come).
