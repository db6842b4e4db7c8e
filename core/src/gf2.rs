//! gf2 (to come).
