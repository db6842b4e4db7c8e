//! Codes over data: sequences of a short period, not of a register that the bits at one place of a byte give away. Every phase is tried.

use lfsr_core::stream::{Style, Words};

use super::{
    BYTE, Plain, Scrambled, added,
    sums::{SumBits, clear_beyond, word_from},
};
use crate::bits::{code::WHITENING, evidence::Evidence};

/// Bits that choose the phase.
const FIRST_LOOK: usize = 1 << 12;

/// The code with the most evidence.
pub(super) fn find(plain: &Plain, tries: f64) -> Option<Scrambled> {
    let found = WHITENING.iter().filter_map(|(name, code, period)| {
        let mut words = Words::new(&code.register, code.state, Style::PLAIN);
        let (received, count) = plain.words_of(FIRST_LOOK);
        let sequence: Vec<u64> = (0..=period.div_ceil(64) + received.len()).map(|_| words.next_word()).collect();
        let unevenness = |phase: usize| -> Evidence {
            let mut data: Vec<u64> =
                received.iter().enumerate().map(|(i, word)| word ^ word_from(&sequence, phase + 64 * i)).collect();
            clear_beyond(&mut data, count);
            SumBits { words: data, from: 0, count }.unevenness(BYTE)
        };
        let (phase, _) = (0..*period).map(|phase| (phase, unevenness(phase))).max_by(|a, b| a.1.total_cmp(&b.1))?;
        // As many phases as that were tried.
        let tries = tries + (*period as f64).log2();
        let found = added(plain, &code.register, BYTE, Some(word_from(&sequence, phase)), tries)?;
        Some(Scrambled { code: Some((*name, phase as u64)), ..found })
    });
    found.reduce(Scrambled::or_better)
}
