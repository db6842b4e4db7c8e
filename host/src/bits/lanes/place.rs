//! [`Places`]: how lanes lie to each other: skew, and which bits of one stream each carries.
//!
//! A lane that has the sequence of the first lane d bits ahead comes d bits earlier; d is the index of its state from that of the first one. Where N
//! lanes are dealt from one stream s, lane j has the bits s\[Nt + e\], so that N d = e - e_0 modulo the period: small numbers, which lie in N different
//! classes modulo N. The class says which bit of each turn the lane carries, the rest by how much it is skewed.

use lfsr_core::{
    algebra::{BigUint, Direction},
    poly::Poly,
    register::AnyRegister,
};

use super::Lane;
use crate::bits::wrong::Detailed;

/// So many times less is far less.
const FAR_LESS: u128 = 8;

/// How a lane lies to the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Bits of the lane by which it comes later than it should, beside the first lane that was found: below 0 earlier.
    pub skew: i128,
    /// It carries bit k of each turn of one stream.
    pub carries: Option<u32>,
}

/// How lanes lie to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Each lane; `None` if it was never locked, or is another sequence than the first.
    pub lanes: Vec<Option<Placed>>,
    /// The lane that the others are compared with.
    pub first: Option<usize>,
}

impl Places {
    /// Lanes that carry others' bits, if any do: lane and what it carries.
    #[must_use]
    pub fn swapped(&self) -> Vec<(usize, u32)> {
        let carries = self.lanes.iter().enumerate().filter_map(|(i, lane)| Some((i, lane.as_ref()?.carries?)));
        carries.filter(|(i, carries)| *i as u32 != *carries).collect()
    }
}

/// How the lanes lie, as far as they are the same sequence. `may_be_dealt`: they may be the bits of one stream in turns.
pub(super) fn find<D: Detailed>(lanes: &[Lane<D>], may_be_dealt: bool) -> Places {
    let starts: Vec<Option<(AnyRegister, Poly)>> = lanes.iter().map(start).collect();
    let first = starts.iter().position(Option::is_some);
    let Some((register, begin)) = first.and_then(|first| starts[first].clone()) else {
        return Places { lanes: vec![None; lanes.len()], first: None };
    };
    let ahead = |start: &Option<(AnyRegister, Poly)>| {
        let (other, state) = start.as_ref()?;
        let index = (*other == register).then(|| register.index(&begin, state))?.ok()??;
        Some((index.steps, index.period?))
    };
    let ahead: Vec<Option<(BigUint, BigUint)>> = starts.iter().map(ahead).collect();
    let plain = |ahead: &Option<(BigUint, BigUint)>| {
        let (steps, period) = ahead.as_ref()?;
        Some(Placed { skew: -signed(steps, period)?, carries: None })
    };
    let plain: Vec<Option<Placed>> = ahead.iter().map(plain).collect();
    // Of a short period any skew may be explained by lanes of one stream, too; by a far smaller one only if they are.
    let sum = |lanes: &[Option<Placed>]| {
        lanes.iter().flatten().fold(0u128, |sum, placed| sum.saturating_add(placed.skew.unsigned_abs()))
    };
    let dealt = if may_be_dealt { dealt(&ahead) } else { None };
    let dealt = dealt.filter(|dealt| sum(dealt).saturating_mul(FAR_LESS) < sum(&plain));
    Places { lanes: dealt.unwrap_or(plain), first }
}

/// The register of the sequence of a lane, and its state when the first bit came.
fn start<D: Detailed>(lane: &Lane<D>) -> Option<(AnyRegister, Poly)> {
    let (at, state) = lane.detailed().details.usual().first?;
    let register = AnyRegister::from(*lane.checker.sequence());
    let state = register.jump(&Poly::from_u128(state.into()), &at.into(), Direction::Back)?;
    Some((register, state))
}

/// Lanes of one stream: all of them, each with another bit of a turn.
fn dealt(ahead: &[Option<(BigUint, BigUint)>]) -> Option<Vec<Option<Placed>>> {
    let lanes = i128::try_from(ahead.len()).ok().filter(|lanes| *lanes > 1)?;
    let ahead_in_stream = |ahead: &Option<(BigUint, BigUint)>| {
        let (steps, period) = ahead.as_ref()?;
        signed(&(steps * BigUint::from(lanes as u128) % period), period)
    };
    let all: Vec<i128> = ahead.iter().map(ahead_in_stream).collect::<Option<_>>()?;
    let mut classes: Vec<i128> = all.iter().map(|e| e.rem_euclid(lanes)).collect();
    classes.sort_unstable();
    classes.dedup();
    if classes.len() != ahead.len() {
        return None;
    }
    // Which bit of the stream the first lane begins with is not known: that which leaves the fewest lanes skewed, then the fewest in another place.
    let base = |first: i128| {
        let skew = |e: &i128| (e + first).div_euclid(lanes);
        let mut skews: Vec<i128> = all.iter().map(skew).collect();
        skews.sort_unstable();
        let middle = skews[skews.len() / 2];
        let skewed = skews.iter().filter(|skew| **skew != middle).count();
        let moved = (0..).zip(&all).filter(|(i, e)| (*e + first).rem_euclid(lanes) != *i).count();
        let sum = skews.iter().fold(0u128, |sum, skew| sum.saturating_add(skew.abs_diff(middle)));
        ((skewed, moved, sum), first - middle * lanes)
    };
    let (_, first) = (0..lanes).map(base).min_by_key(|(odd, _)| *odd)?;
    let placed = all.iter().map(|e| {
        let carries = u32::try_from((e + first).rem_euclid(lanes)).ok();
        Some(Placed { skew: -(e + first).div_euclid(lanes), carries })
    });
    Some(placed.collect())
}

/// A number of steps on a cycle as the nearest number, below 0 back.
fn signed(steps: &BigUint, period: &BigUint) -> Option<i128> {
    let back = period - steps;
    if *steps <= back { i128::try_from(steps).ok() } else { i128::try_from(&back).ok().map(|back| -back) }
}
