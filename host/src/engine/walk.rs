//! The walk engine: a bit for each state, single steps. The oracle of the others; nothing clever belongs here.

use bitvec::{bitvec, order::Lsb0, vec::BitVec};
use lfsr_core::register::Register;
use std::{collections::BTreeMap, time::Instant};

use crate::{
    control::Control,
    error::Error,
    map::{Cycle, CycleMap, How},
    plan::{Options, Plan},
    sched::{RunStats, WorkerStats},
};

/// How often the control is asked.
const INTERVAL: u64 = 1 << 20;

pub(super) fn enumerate(
    register: &Register,
    options: &Options,
    plan: &Plan,
    control: &Control,
) -> Result<CycleMap, Error> {
    let begun = Instant::now();
    // The plan has refused more than fits.
    let states = u64::try_from(register.state_count()).unwrap_or(u64::MAX);
    let mut fresh = filled(states)?;
    for _ in 0..register.singularity() {
        fresh = image(register, &fresh, states)?;
    }
    let (mut census, mut leaders, mut covered) = (BTreeMap::new(), Vec::new(), 0u64);
    let mut partial = false;
    'all: for leader in 0..states {
        if leader % INTERVAL == 0 && control.is_stopped() {
            partial = true;
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
                    partial = true;
                    break 'all;
                }
            }
        }
        *census.entry(period).or_insert(0) += 1;
        covered += period;
        if options.leaders {
            leaders.push(Cycle { leader, period });
        }
    }
    let wall = begun.elapsed();
    let map = CycleMap {
        register: *register,
        census,
        leaders: options.leaders.then_some(leaders),
        covered: covered.into(),
        partial,
        how: How {
            engine: "walk",
            kernel: plan.kernel.name(),
            backend: "portable",
            section_bits: None,
            batch: states,
            schedule: plan.work.schedule.name(),
            why: plan.why.clone(),
            stats: RunStats {
                workers: vec![WorkerStats { batches: 1, steals: 0, states: covered, busy: wall }],
                wall,
                stopped: partial,
            },
            residue: 0,
            proof: vec!["every cyclic state visited once, by single steps".into()],
        },
    };
    if !partial && !map.is_complete() {
        return Err(Error::Proof(format!("{covered} of {} cyclic states visited", register.cyclic_state_count())));
    }
    Ok(map)
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
