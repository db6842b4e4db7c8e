//! Joining the arcs of a [`Table`]: several chains are followed at once, because each step waits for memory.

use std::collections::HashMap;

use bitvec::{bitvec, order::Lsb0, vec::BitVec};

use super::{Joined, Table};
use crate::analysis::error::Error;

/// As many as a core can have misses of its caches under way.
const CHAINS: usize = 12;

/// The cycles by their smallest states.
///
/// A chain begins at the smallest state that no chain has met, and ends where any chain has been. In a permutation that is the start of
/// a chain: of itself (a whole cycle), or of another, whose part of the cycle then follows. The smallest state of a cycle always begins
/// a chain, so the smallest start is the smallest state.
pub(super) fn cycles(table: &Table, partial: bool) -> Result<Vec<Joined>, Error> {
    let mut seen = bitvec![usize, Lsb0; 0; table.entries.len()];
    let mut fresh = 0;
    let mut chains: Vec<Chain> = (0..CHAINS).map_while(|_| Chain::begin(&mut seen, &mut fresh)).collect();
    let mut whole = vec![];
    let mut parts: HashMap<u64, Chain> = HashMap::new();
    while !chains.is_empty() {
        let mut number = 0;
        while let Some(chain) = chains.get_mut(number) {
            match chain.step(table, &mut seen, partial)? {
                Step::On => {
                    number += 1;
                    continue;
                }
                Step::Met if chain.at == chain.first => {
                    whole.push(Joined { first: chain.first, period: chain.steps });
                }
                Step::Met => drop(parts.insert(chain.first, *chain)),
                Step::Missing => {}
            }
            match Chain::begin(&mut seen, &mut fresh) {
                Some(next) => chains[number] = next,
                None => drop(chains.swap_remove(number)),
            }
        }
    }
    close(parts, partial, &mut whole)?;
    whole.sort_unstable();
    Ok(whole)
}

/// Puts the parts of cycles together.
fn close(mut parts: HashMap<u64, Chain>, partial: bool, whole: &mut Vec<Joined>) -> Result<(), Error> {
    let mut starts: Vec<u64> = parts.keys().copied().collect();
    starts.sort_unstable();
    for first in starts {
        let Some(Chain { mut at, mut steps, .. }) = parts.remove(&first) else { continue };
        while at != first {
            match parts.remove(&at) {
                Some(next) => {
                    steps = steps.checked_add(next.steps).ok_or_else(|| too_long(first))?;
                    at = next.at;
                }
                None if partial => break,
                None => return Err(Error::Proof(format!("two arcs end at {at:#x}"))),
            }
        }
        if at == first {
            whole.push(Joined { first, period: steps });
        }
    }
    Ok(())
}

/// Arcs that follow each other.
#[derive(Debug, Clone, Copy)]
struct Chain {
    first: u64,
    /// Where the next arc begins.
    at: u64,
    /// The return times so far.
    steps: u64,
}

enum Step {
    On,
    /// A state where a chain has been.
    Met,
    /// The arc is missing.
    Missing,
}

impl Chain {
    /// From the smallest state not seen, `fresh` or later.
    fn begin(seen: &mut BitVec<usize, Lsb0>, fresh: &mut usize) -> Option<Self> {
        *fresh += seen.get(*fresh..)?.first_zero()?;
        seen.set(*fresh, true);
        Some(Self { first: *fresh as u64, at: *fresh as u64, steps: 0 })
    }

    #[inline]
    fn step(&mut self, table: &Table, seen: &mut BitVec<usize, Lsb0>, partial: bool) -> Result<Step, Error> {
        let Some((end, steps)) = table.get(self.at) else {
            return Err(Error::Proof(format!("an arc ends outside the section, at {:#x}", self.at)));
        };
        if steps == 0 {
            if partial {
                return Ok(Step::Missing);
            }
            return Err(Error::Proof(format!("no arc starts at {:#x}", self.at)));
        }
        self.steps = self.steps.checked_add(steps).ok_or_else(|| too_long(self.first))?;
        self.at = end;
        // An end outside the section is named in the next step.
        let met = end < seen.len() as u64 && seen.replace(end as usize, true);
        Ok(if met { Step::Met } else { Step::On })
    }
}

fn too_long(first: u64) -> Error {
    Error::Proof(format!("the cycle of {first:#x} is longer than 2^64 - 1"))
}
