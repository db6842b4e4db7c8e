//! The walk engine: a bit for each state, single steps. The oracle of the others; nothing clever belongs here.

use std::time::Instant;

use bitvec::{order::Lsb0, vec::BitVec};
use lfsr_core::register::Register;

use super::{found::Found, run::Run};
use crate::{
    analysis::{error::Error, map::Cycle},
    sched::{RunStats, WorkerStats},
};

type Bits = BitVec<usize, Lsb0>;

/// How often the control is asked.
const INTERVAL: u64 = 1 << 20;

pub(super) fn find(run: &Run<'_>) -> Result<Found, Error> {
    let (register, control) = (&run.plan.register, run.control);
    let begun = Instant::now();
    // The plan has refused more than fits.
    let states = u64::try_from(register.state_count()).unwrap_or(u64::MAX);
    let mut fresh = bits(states, true)?;
    for _ in 0..register.singularity() {
        fresh = image(register, &fresh, states)?;
    }
    let mut found = Found { leaders: Found::room(run.plan)?, ..Found::default() };
    let mut stopped = false;
    'all: for leader in 0..states {
        if leader % INTERVAL == 0 && control.is_stopped() {
            stopped = true;
            break;
        }
        if !fresh[leader as usize] {
            continue;
        }
        let (mut state, mut period) = (leader, 0u64);
        loop {
            fresh.set(state as usize, false);
            state = register.step(state);
            period += 1;
            if state == leader {
                break;
            }
            if !fresh[state as usize] {
                return Err(Error::Proof(format!("the cycle of {leader:#x} runs into another at {state:#x}")));
            }
            if period % INTERVAL == 0 {
                control.add(INTERVAL);
                if control.is_stopped() {
                    stopped = true;
                    break 'all;
                }
            }
        }
        found.add(period, 1);
        if run.plan.options.leaders {
            found.leaders.push(Cycle { leader, period });
        }
    }
    let wall = begun.elapsed();
    let worker = WorkerStats { batches: 1, steals: 0, states: found.states() as u64, busy: wall };
    found.stats = RunStats { workers: vec![worker], wall, stopped, ..RunStats::default() };
    found.batch = Some(states);
    found.proof.push(
        if stopped {
            "every state visited once, by single steps"
        } else {
            "every cyclic state visited once, by single steps"
        }
        .into(),
    );
    Ok(found)
}

/// The states that one step reaches from `from`.
fn image(register: &Register, from: &Bits, states: u64) -> Result<Bits, Error> {
    let mut image = bits(states, false)?;
    for state in from.iter_ones() {
        image.set(register.step(state as u64) as usize, true);
    }
    Ok(image)
}

/// A bit for each state.
///
/// # Errors
/// When that is more than there is memory for, or than a vector of bits can hold: 2^29 on machines of 32 bits.
fn bits(states: u64, value: bool) -> Result<Bits, Error> {
    let refused = || Error::Allocation { bytes: states.div_ceil(8) };
    let count = usize::try_from(states).map_err(|_| refused())?;
    let (mut words, len) = (Vec::new(), count.div_ceil(usize::BITS as usize));
    words.try_reserve_exact(len).map_err(|_| refused())?;
    words.resize(len, if value { usize::MAX } else { 0 });
    let mut bits = Bits::try_from_vec(words).map_err(|_| refused())?;
    bits.truncate(count);
    Ok(bits)
}
