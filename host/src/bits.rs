//! Bits from outside and bits made here: captures, sequences that are sent, errors, what a stream is.

pub mod bert;
pub mod capture;
pub mod checksum;
pub mod code;
pub mod convert;
pub mod evidence;
pub mod frames;
pub mod identify;
pub mod interval;
pub mod lanes;
pub mod noise;
pub mod packer;
mod pieces;
pub mod probe;
pub mod reading;
pub mod scramble;
pub mod signal;
pub mod state;
pub mod tap;
pub mod wrong;
