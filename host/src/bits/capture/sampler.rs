//! From values over time to bits.

use std::collections::VecDeque;

use super::{
    error::Problem,
    lines::{self, Levels, Lines},
};

/// Bits that a reader may have ready before it waits until some are taken.
const ENOUGH: u64 = 1 << 20;

/// Bits given out at a time, at most.
const MOST_TAKEN: u64 = 1 << 20;

/// Bits in the order of time, taken out by the word. Long runs of one level stay counts until they are taken.
#[derive(Debug, Default)]
pub(super) struct BitBuffer {
    /// Come first; a whole number of words, and the bits after them.
    words: Vec<u64>,
    bits: u64,
    /// Come after them.
    runs: VecDeque<(bool, u64)>,
}

impl BitBuffer {
    /// Whether there is at least a word to give out.
    pub(super) fn has_word(&self) -> bool {
        self.bits + self.runs.iter().map(|(_, count)| count).sum::<u64>() >= 64
    }

    /// Whether a reader should wait until some bits are taken.
    pub(super) fn is_full(&self) -> bool {
        self.bits >= ENOUGH || !self.runs.is_empty()
    }

    pub(super) fn push(&mut self, bit: bool) {
        if self.runs.is_empty() { self.push_ready(bit) } else { self.push_run(bit, 1) }
    }

    /// The same bit `count` times.
    pub(super) fn push_run(&mut self, bit: bool, count: u64) {
        if self.runs.is_empty() && count <= 64 {
            (0..count).for_each(|_| self.push_ready(bit));
            return;
        }
        match self.runs.back_mut() {
            Some((last, length)) if *last == bit => *length += count,
            _ => self.runs.push_back((bit, count)),
        }
    }

    fn push_ready(&mut self, bit: bool) {
        let at = self.bits % 64;
        if at == 0 {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(bit) << at;
        }
        self.bits += 1;
    }

    /// Makes words of runs, up to `most` bits in all.
    fn unroll(&mut self, most: u64) {
        while let Some((bit, length)) = self.runs.front_mut()
            && self.bits < most
        {
            let (bit, now) = (*bit, (*length).min(most - self.bits));
            *length -= now;
            if *length == 0 {
                self.runs.pop_front();
            }
            let mut left = now;
            while left > 0 {
                if self.bits.is_multiple_of(64) && left >= 64 {
                    self.words.push(if bit { u64::MAX } else { 0 });
                    self.bits += 64;
                    left -= 64;
                } else {
                    self.push_ready(bit);
                    left -= 1;
                }
            }
        }
    }

    /// Whole bytes, kept in their order: only for a buffer that holds nothing else.
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        // Up to a whole word first.
        while !self.bits.is_multiple_of(64)
            && let [first, more @ ..] = rest
        {
            if let Some(word) = self.words.last_mut() {
                *word |= u64::from(*first) << (self.bits % 64);
            }
            self.bits += 8;
            rest = more;
        }
        let (whole, tail) = rest.as_chunks::<8>();
        self.words.extend(whole.iter().map(|bytes| u64::from_le_bytes(*bytes)));
        self.bits += 64 * whole.len() as u64;
        for byte in tail {
            if self.bits.is_multiple_of(64) {
                self.words.push(0);
            }
            if let Some(word) = self.words.last_mut() {
                *word |= u64::from(*byte) << (self.bits % 64);
            }
            self.bits += 8;
        }
    }

    /// Moves words out, whole ones unless the `end` is reached; returns the number of bits.
    pub(super) fn take(&mut self, out: &mut Vec<u64>, end: bool) -> u64 {
        self.unroll(MOST_TAKEN);
        let all = end && self.runs.is_empty();
        let bits = if all { self.bits } else { self.bits - self.bits % 64 };
        let rest = self.words.split_off(bits.div_ceil(64) as usize);
        core::mem::swap(out, &mut self.words);
        self.words = rest;
        self.bits -= bits;
        bits
    }
}

/// When a bit is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampling {
    /// Each row or sample is a bit.
    Each,
    /// At the edges of a clock.
    Edge {
        /// At the falling ones.
        falling: bool,
    },
    /// So many bits a second, counted afresh from each transition.
    Rate(f64),
}

/// The most bits between two transitions, far more than a second of silence of most lines: more is a wrong rate, not a signal.
const MOST_BITS: f64 = 1e7;

/// Takes bits out of values over time.
#[derive(Debug)]
pub(super) struct Sampler {
    sampling: Sampling,
    /// Bits of a sample.
    width: usize,
    data: Option<Levels>,
    clock: Option<bool>,
    /// The time of the last transition, in seconds.
    since: f64,
}

impl Sampler {
    pub(super) fn new(sampling: Sampling, lines: &Lines) -> Self {
        Self { sampling, width: lines.count(), data: None, clock: None, since: 0.0 }
    }

    /// The values from `time` on (`None`: as before, or unknown), the data as [`Lines::of`] gives them. The data of the moment before an
    /// edge counts.
    pub(super) fn step(
        &mut self,
        time: f64,
        data: Option<Levels>,
        clock: Option<bool>,
        out: &mut BitBuffer,
    ) -> Result<(), Problem> {
        match self.sampling {
            Sampling::Each => {
                self.data = data.or(self.data);
                if let Some(levels) = &self.data {
                    lines::push(levels, self.width, out);
                }
            }
            Sampling::Edge { falling } => {
                let edge = clock.zip(self.clock).is_some_and(|(now, before)| now != before && before == falling);
                if edge && let Some(levels) = &self.data {
                    lines::push(levels, self.width, out);
                }
                self.clock = clock.or(self.clock);
                self.data = data.or(self.data);
            }
            Sampling::Rate(_) => {
                let Some(new) = data else { return Ok(()) };
                if self.data != Some(new) {
                    self.run(time, out)?;
                    (self.data, self.since) = (Some(new), time);
                }
            }
        }
        Ok(())
    }

    /// The end of the recording.
    pub(super) fn end(&mut self, time: f64, out: &mut BitBuffer) -> Result<(), Problem> {
        if let Sampling::Rate(_) = self.sampling { self.run(time, out) } else { Ok(()) }
    }

    /// The bits since the last transition.
    fn run(&self, time: f64, out: &mut BitBuffer) -> Result<(), Problem> {
        let (Sampling::Rate(rate), Some(levels)) = (self.sampling, &self.data) else { return Ok(()) };
        let bits = ((time - self.since) * rate).round();
        if bits > MOST_BITS {
            return Err(Problem::Silence { bits, time });
        }
        out.push_run(levels[0], bits.max(0.0) as u64);
        Ok(())
    }
}
