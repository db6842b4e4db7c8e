//! The certificate of a map of cycles, with the arithmetic of this file and no other: words of 128 bits, a bit at a time.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::fields::check;

/// Arcs of the largest section that is read: a bit and 16 bytes each.
const MOST_ARCS: u64 = 1 << 26;

/// States on cycles beside the section that are walked.
const MOST_WALKED: u64 = 1 << 34;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    schema: String,
    source: String,
    degree: u32,
    characteristic_hex: String,
    xnor: bool,
    section_zeros: u32,
    arcs: String,
    residue: String,
    cycles: Vec<Periods>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Periods {
    period: String,
    count: String,
}

/// Whether a line begins such a certificate.
pub fn is_map(line: &str) -> bool {
    line.contains("\"lfsr.map-certificate/")
}

/// What the certificate proves, in words; `header` is its first line, `lines` all others.
///
/// # Errors
/// With the first thing that is not true, or does not belong there.
pub fn verify_map(header: &str, mut lines: impl Iterator<Item = Result<String, String>>) -> Result<String, String> {
    let header: Header = serde_json::from_str(header).map_err(|error| error.to_string())?;
    check(header.schema == "lfsr.map-certificate/1", "the schema")?;
    let digits = header.characteristic_hex.strip_prefix("0x").ok_or("the polynomial is not hexadecimal")?;
    let c = u128::from_str_radix(digits, 16).map_err(|error| format!("the polynomial: {error}"))?;
    let n = header.degree;
    check((1..=64).contains(&n) && c >> n == 1 && c & 1 == 1, "the degree")?;
    check(header.section_zeros <= n, "the section")?;
    let section = 1u128 << (n - header.section_zeros);
    let count = number(&header.arcs)?;
    check(u128::from(count) == section && count <= MOST_ARCS, "how many arcs there are")?;
    let sequence = Sequence::new(c, n, header.xnor);
    let mut next = || lines.next().ok_or("it ends too early".to_owned())?.and_then(|line| two(&line));

    let mut arcs = Vec::new();
    for start in 0..count {
        let (end, steps) = next()?;
        check(steps > 0 && u128::from(end) < section, "that the arc ends in the section")?;
        check(sequence.after(start, steps) == end, &format!("the arc from {start}"))?;
        arcs.push((end, steps));
    }
    let mut census = join(&arcs)?;

    let (mut met, mut walked) = (HashSet::new(), 0u64);
    for _ in 0..number(&header.residue)? {
        let (state, period) = next()?;
        walked =
            walked.checked_add(period).filter(|&walked| walked <= MOST_WALKED).ok_or("too much beside the section")?;
        check(met.insert(sequence.smallest(state, period, section)?), "that no cycle is there twice")?;
        *census.entry(period.into()).or_insert(0) += 1;
    }
    check(lines.next().is_none(), "that it ends there")?;

    let claimed: Result<BTreeMap<u128, u64>, String> =
        header.cycles.iter().map(|cycles| Ok((number(&cycles.period)?.into(), number(&cycles.count)?))).collect();
    check(claimed? == census, "the claim, which is not what is proven")?;
    let states: u128 = census.iter().map(|(period, count)| period * u128::from(*count)).sum();
    check(states == 1 << n, "that the periods sum to all states")?;
    let cycles: u64 = census.values().sum();
    Ok(format!("{}: proves {cycles} cycles of {states} states in all", header.source))
}

/// period -> cycles, if the ends are a permutation.
fn join(arcs: &[(u64, u64)]) -> Result<BTreeMap<u128, u64>, String> {
    let mut seen = vec![false; arcs.len()];
    for &(end, _) in arcs {
        check(!std::mem::replace(&mut seen[end as usize], true), &format!("that one arc alone ends at {end}"))?;
    }
    let mut census = BTreeMap::new();
    for first in 0..arcs.len() {
        let (mut at, mut period) = (first, 0u128);
        while std::mem::replace(&mut seen[at], false) {
            period += u128::from(arcs[at].1);
            at = arcs[at].0 as usize;
        }
        if period > 0 {
            *census.entry(period).or_insert(0) += 1;
        }
    }
    Ok(census)
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|error| format!("{}: {error}", super::fields::shortened(text)))
}

fn two(line: &str) -> Result<(u64, u64), String> {
    let (first, second) = line.trim_end().split_once(' ').ok_or("a line without two numbers")?;
    Ok((number(first)?, number(second)?))
}

/// The register as a recurrence.
struct Sequence {
    c: u128,
    n: u32,
    xnor: bool,
    /// What its sequence obeys without a constant, and that polynomial's degree: (x + 1) c with XNOR, as two neighbouring bits added cancel the
    /// constant.
    plain: u128,
    degree: u32,
}

impl Sequence {
    fn new(c: u128, n: u32, xnor: bool) -> Self {
        let (plain, degree) = if xnor { (c << 1 ^ c, n + 1) } else { (c, n) };
        Self { c, n, xnor, plain, degree }
    }

    /// The bit that follows the n bits of a state: the definition of the register.
    fn next_bit(&self, state: u64) -> u64 {
        let taps = self.c & ((1 << self.n) - 1);
        u64::from((taps & u128::from(state)).count_ones() % 2 == 1) ^ u64::from(self.xnor)
    }

    fn step(&self, state: u64) -> u64 {
        state >> 1 | self.next_bit(state) << (self.n - 1)
    }

    /// The state so many steps on: bit j of it is a sum of the first bits of the sequence, those of x^(steps + j) modulo the polynomial.
    fn after(&self, state: u64, steps: u64) -> u64 {
        let mut bits = u128::from(state);
        if self.xnor {
            bits |= u128::from(self.next_bit(state)) << self.n;
        }
        let mut power = 1u128;
        for i in (0..64 - steps.leading_zeros()).rev() {
            power = self.times(power, power);
            if steps >> i & 1 == 1 {
                power = self.reduced(power << 1);
            }
        }
        let mut after = 0;
        for j in 0..self.n {
            after |= u64::from((power & bits).count_ones() % 2 == 1) << j;
            power = self.reduced(power << 1);
        }
        after
    }

    fn times(&self, a: u128, b: u128) -> u128 {
        let mut product = 0;
        for i in (0..self.degree).rev() {
            product = self.reduced(product << 1);
            if b >> i & 1 == 1 {
                product ^= a;
            }
        }
        product
    }

    /// Of a polynomial whose degree is at most that of the modulus.
    fn reduced(&self, a: u128) -> u128 {
        if a >> self.degree & 1 == 1 { a ^ self.plain } else { a }
    }

    /// The smallest state of the cycle of `state`, walked step by step: it has that period and misses the section.
    fn smallest(&self, state: u64, period: u64, section: u128) -> Result<u64, String> {
        check(self.n == 64 || state >> self.n == 0, "a state beside the section")?;
        let (mut now, mut smallest) = (state, state);
        for step in 1..=period {
            check(u128::from(now) >= section, &format!("that the cycle of {state} misses the section"))?;
            now = self.step(now);
            smallest = smallest.min(now);
            check((now == state) == (step == period), &format!("the period of {state}"))?;
        }
        Ok(smallest)
    }
}
