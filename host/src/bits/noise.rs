//! [`Noise`]: bit errors at a rate, at places that depend on a seed alone.

use lfsr_core::random::SplitMix64;

/// Independent bit errors; each bit is wrong with the same probability.
#[derive(Debug, Clone)]
pub struct Noise {
    random: SplitMix64,
    /// 1 / ln(1 - rate): negative; `None` if nothing is ever wrong.
    scale: Option<f64>,
    /// Bits from the last error to the next, exclusive.
    gap: u64,
}

impl Noise {
    /// Errors at `rate`, 0 to 1.
    #[must_use]
    pub fn new(rate: f64, seed: u64) -> Self {
        let scale = (rate > 0.0).then(|| 1.0 / (-rate).ln_1p());
        let mut noise = Self { random: SplitMix64(seed), scale, gap: 0 };
        noise.gap = noise.draw();
        noise
    }

    /// Calls `flip` with the number of each wrong bit among the next `bits`; returns how many there were.
    pub fn apply(&mut self, bits: u64, mut flip: impl FnMut(u64)) -> u64 {
        let (mut at, mut count) = (0, 0);
        while self.gap < bits - at {
            at += self.gap;
            flip(at);
            count += 1;
            at += 1;
            self.gap = self.draw();
        }
        self.gap -= bits - at;
        count
    }

    /// Geometrically distributed.
    fn draw(&mut self) -> u64 {
        let Some(scale) = self.scale else { return u64::MAX };
        // Uniform in (0, 1].
        let uniform = ((self.random.next_word() >> 11) + 1) as f64 / (1u64 << 53) as f64;
        (uniform.ln() * scale) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_repetition() {
        for (rate, low, high) in
            [(0.0, 0, 0), (1.0, 1_000_000, 1_000_000), (0.01, 9_500, 10_500), (0.5, 498_000, 502_000)]
        {
            let places = |pieces: u64| {
                let (mut noise, mut places) = (Noise::new(rate, 7), vec![]);
                for piece in 0..pieces {
                    noise.apply(1_000_000 / pieces, |at| places.push(piece * (1_000_000 / pieces) + at));
                }
                places
            };
            let all = places(1);
            assert!((low..=high).contains(&all.len()), "{rate}: {}", all.len());
            assert!(all.is_sorted() && all == places(1000), "{rate}");
        }
    }
}
