//! The walk engine: a bit for each state, single steps. The oracle of the others; nothing clever belongs here.

use std::time::Instant;

use bitvec::{bitvec, order::Lsb0, vec::BitVec};
use lfsr_core::register::Register;

use super::{found::Found, run::Run};
use crate::{
    analysis::{error::Error, map::Cycle},
    sched::{RunStats, WorkerStats},
};

/// How often the control is asked.
const INTERVAL: u64 = 1 << 20;

pub(super) fn find(run: &Run<'_>) -> Result<Found, Error> {
    let (register, control) = (&run.plan.register, run.control);
    let begun = Instant::now();
    // The plan has refused more than fits.
    let states = u64::try_from(register.state_count()).unwrap_or(u64::MAX);
    let mut fresh = filled(states)?;
    for _ in 0..register.singularity() {
        fresh = image(register, &fresh, states)?;
    }
    let mut found = Found::default();
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
    found.stats = RunStats { workers: vec![worker], wall, stopped };
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

fn filled(states: u64) -> Result<BitVec<u64, Lsb0>, Error> {
    let mut words = empty_words(states)?;
    words.resize(words.capacity(), u64::MAX);
    let mut bits = BitVec::from_vec(words);
    bits.truncate(states as usize);
    Ok(bits)
}

/// The states that one step reaches from `from`.
fn image(register: &Register, from: &BitVec<u64, Lsb0>, states: u64) -> Result<BitVec<u64, Lsb0>, Error> {
    drop(empty_words(states)?);
    let mut image = bitvec![u64, Lsb0; 0; states as usize];
    for state in from.iter_ones() {
        image.set(register.step(state as u64) as usize, true);
    }
    Ok(image)
}

fn empty_words(states: u64) -> Result<Vec<u64>, Error> {
    let mut words = Vec::new();
    let count = states.div_ceil(64);
    words.try_reserve_exact(count as usize).map_err(|_| Error::Allocation { bytes: count * 8 })?;
    Ok(words)
}
