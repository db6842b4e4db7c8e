//! From values over time to bits.

/// Bits in the order of time, taken out by the word.
#[derive(Debug, Default)]
pub(super) struct BitBuffer {
    words: Vec<u64>,
    bits: u64,
}

impl BitBuffer {
    pub(super) fn len(&self) -> u64 {
        self.bits
    }

    pub(super) fn push(&mut self, bit: bool) {
        let at = self.bits % 64;
        if at == 0 {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(bit) << at;
        }
        self.bits += 1;
    }

    /// The same bit `count` times.
    pub(super) fn push_run(&mut self, bit: bool, count: u64) {
        (0..count).for_each(|_| self.push(bit));
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

    /// Moves whole words out, at the end all of it.
    pub(super) fn take(&mut self, out: &mut Vec<u64>, end: bool) -> u64 {
        let bits = if end { self.bits } else { self.bits - self.bits % 64 };
        let rest = self.words.split_off((bits / 64 + u64::from(!bits.is_multiple_of(64))) as usize);
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

/// The most bits between two transitions: more is a wrong rate, not a signal.
const MOST_BITS: f64 = 1e7;

/// Takes bits out of values over time.
#[derive(Debug)]
pub(super) struct Sampler {
    sampling: Sampling,
    data: Option<bool>,
    clock: Option<bool>,
    /// The time of the last transition, in seconds.
    since: f64,
}

impl Sampler {
    pub(super) fn new(sampling: Sampling) -> Self {
        Self { sampling, data: None, clock: None, since: 0.0 }
    }

    /// The values from `time` on (`None`: as before, or unknown). The data of the moment before an edge counts.
    pub(super) fn step(
        &mut self,
        time: f64,
        data: Option<bool>,
        clock: Option<bool>,
        out: &mut BitBuffer,
    ) -> Result<(), String> {
        match self.sampling {
            Sampling::Each => {
                self.data = data.or(self.data);
                if let Some(bit) = self.data {
                    out.push(bit);
                }
            }
            Sampling::Edge { falling } => {
                let edge = clock.zip(self.clock).is_some_and(|(now, before)| now != before && before == falling);
                if edge && let Some(bit) = self.data {
                    out.push(bit);
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
    pub(super) fn end(&mut self, time: f64, out: &mut BitBuffer) -> Result<(), String> {
        if let Sampling::Rate(_) = self.sampling { self.run(time, out) } else { Ok(()) }
    }

    /// The bits since the last transition.
    fn run(&self, time: f64, out: &mut BitBuffer) -> Result<(), String> {
        let (Sampling::Rate(rate), Some(bit)) = (self.sampling, self.data) else { return Ok(()) };
        let bits = ((time - self.since) * rate).round();
        if bits > MOST_BITS {
            return Err(format!("{bits:.0} bits without a transition at {time} s; is --rate right?"));
        }
        out.push_run(bit, bits.max(0.0) as u64);
        Ok(())
    }
}

/// `NAME:falling` -> (NAME, true).
pub(super) fn clock(text: &str) -> Result<(&str, bool), String> {
    match text.rsplit_once(':') {
        Some((name, "falling")) => Ok((name, true)),
        Some((name, "rising")) => Ok((name, false)),
        _ => Ok((text, false)),
    }
}
