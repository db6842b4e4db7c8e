//! kernel (to come).
