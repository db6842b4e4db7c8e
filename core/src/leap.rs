//! leap (to come).
