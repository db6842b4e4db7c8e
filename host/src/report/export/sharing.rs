//! [`Shared`]: sums that several outputs need are made once.
//!
//! The greedy way of C. Paar, "Optimized arithmetic for Reed-Solomon encoders", ISIT 1997: the pair that most sums contain becomes a signal of its
//! own, again and again. Here a sum takes a pair only if it stays as shallow as the deepest sum without sharing, so that the clock can be as
//! fast.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::network::Network;

/// A network whose sums share signals. Signals are numbered: columns first, then pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shared {
    /// State and data bits.
    pub(super) columns: usize,
    /// Signal `columns + i` is the sum of these two, which come before it.
    pub(super) pairs: Vec<[usize; 2]>,
    /// The sums of the network: the signals to add, and whether 1 is added.
    pub(super) sums: Vec<(Vec<usize>, bool)>,
}

/// What the network costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    /// XOR gates with two inputs.
    pub(super) gates: usize,
    /// Gates one after the other, at most.
    pub(super) depth: u32,
    /// Look-up tables with six inputs, roughly: a synthesiser may find fewer.
    pub(super) luts: usize,
}

/// Pairs in all sums, at most; with more the network is left as it is, since sharing would take minutes.
const MOST_PAIRS: usize = 1 << 22;

impl Shared {
    /// Shares what can be shared.
    ///
    /// Takes time and memory in proportion to the pairs of terms in all sums; nothing is shared beyond some millions.
    #[must_use]
    pub(super) fn new(network: &Network) -> Self {
        let columns = network.columns();
        let rows: Vec<BTreeSet<usize>> = network.sums().map(|sum| sum.terms().collect()).collect();
        let pairs: usize = rows.iter().map(|row| row.len() * row.len().saturating_sub(1) / 2).sum();
        let most = rows.iter().map(|row| depth(row.iter().map(|_| 0))).max().unwrap_or(0);
        let mut sharing = Sharing { rows, depths: vec![0; columns], most, counts: BTreeMap::new(), pairs: vec![] };
        if pairs <= MOST_PAIRS {
            sharing.run();
        }
        let Sharing { rows, pairs, .. } = sharing;
        let sums =
            rows.into_iter().zip(network.sums()).map(|(row, sum)| (row.into_iter().collect(), sum.one)).collect();
        Self { columns, pairs, sums }
    }

    /// What it costs.
    #[must_use]
    pub(super) fn figures(&self, network: &Network) -> Figures {
        let mut depths = vec![0; self.columns];
        for [one, other] in &self.pairs {
            let deeper = depths[*one].max(depths[*other]);
            depths.push(deeper + 1);
        }
        let deepest = self.sums.iter().map(|(terms, _)| depth(terms.iter().map(|&term| depths[term]))).max();
        let extra = |count: usize| count.saturating_sub(1);
        let luts = |terms: usize| extra(terms).div_ceil(5);
        // Either a table for each shared pair, or everything flat.
        let shared = self.pairs.len() + self.sums.iter().map(|(terms, _)| luts(terms.len())).sum::<usize>();
        let flat = network.sums().map(|sum| luts(sum.terms().count())).sum::<usize>();
        Figures {
            gates: self.pairs.len() + self.sums.iter().map(|(terms, _)| extra(terms.len())).sum::<usize>(),
            depth: deepest.unwrap_or(0),
            luts: shared.min(flat),
        }
    }
}

/// The depth of the shallowest tree of gates over signals of these depths: the least d with the sum of 2^depth at most 2^d.
fn depth(depths: impl Iterator<Item = u32>) -> u32 {
    depths.map(|depth| 1u128 << depth.min(100)).sum::<u128>().max(1).next_power_of_two().trailing_zeros()
}

/// The work.
struct Sharing {
    rows: Vec<BTreeSet<usize>>,
    depths: Vec<u32>,
    /// The depth that no sum may exceed.
    most: u32,
    /// In how many rows a pair is.
    counts: BTreeMap<[usize; 2], usize>,
    pairs: Vec<[usize; 2]>,
}

impl Sharing {
    fn run(&mut self) {
        for row in &self.rows {
            for (i, &one) in row.iter().enumerate() {
                row.iter().skip(i + 1).for_each(|&other| *self.counts.entry([one, other]).or_default() += 1);
            }
        }
        // The first pair of those that most rows have: entries whose count has changed since are put back.
        let entry = |(&pair, &count): (&[usize; 2], &usize)| (count, core::cmp::Reverse(pair));
        let mut heap: BinaryHeap<_> = self.counts.iter().map(entry).filter(|(count, _)| *count > 1).collect();
        while let Some((count, core::cmp::Reverse(pair))) = heap.pop() {
            let now = self.counts.get(&pair).copied().unwrap_or(0);
            if now != count {
                if now > 1 {
                    heap.push((now, core::cmp::Reverse(pair)));
                }
                continue;
            }
            let Some(fresh) = self.share(pair) else { continue };
            heap.extend(fresh.into_iter().map(|pair| (self.counts[&pair], core::cmp::Reverse(pair))));
        }
    }

    /// Makes a signal of a pair, in the rows that stay shallow; `None` if fewer than two do. The pairs that the new signal is in.
    fn share(&mut self, pair: [usize; 2]) -> Option<BTreeSet<[usize; 2]>> {
        let [one, other] = pair;
        let deep = self.depths[one].max(self.depths[other]) + 1;
        let stays = |row: &BTreeSet<usize>| {
            let rest = row.iter().filter(|term| !pair.contains(term)).map(|&term| self.depths[term]);
            row.contains(&one) && row.contains(&other) && depth(rest.chain([deep])) <= self.most
        };
        let takers: Vec<usize> = (0..self.rows.len()).filter(|&row| stays(&self.rows[row])).collect();
        if takers.len() < 2 {
            return None;
        }
        let signal = self.depths.len();
        self.depths.push(deep);
        self.pairs.push(pair);
        let mut fresh = BTreeSet::new();
        for row in takers {
            self.rows[row].remove(&one);
            self.rows[row].remove(&other);
            let mut uncount = |one: usize, other: usize| {
                if let Some(count) = self.counts.get_mut(&[one.min(other), one.max(other)]) {
                    *count -= 1;
                }
            };
            uncount(one, other);
            for &term in &self.rows[row] {
                uncount(one, term);
                uncount(other, term);
            }
            for &term in &self.rows[row] {
                *self.counts.entry([term, signal]).or_default() += 1;
                fresh.insert([term, signal]);
            }
            self.rows[row].insert(signal);
        }
        Some(fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shallowest_tree() {
        assert_eq!(depth([0].into_iter()), 0);
        assert_eq!(depth([0, 0].into_iter()), 1);
        assert_eq!(depth([0, 0, 0].into_iter()), 2);
        assert_eq!(depth([1, 0, 0].into_iter()), 2);
        assert_eq!(depth([2, 0].into_iter()), 3);
        assert_eq!(depth([0; 5].into_iter()), 3);
    }
}
