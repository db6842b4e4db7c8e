//! [`Session`]: a check of a source, going on between commands.

use lfsr_core::{
    check::SmallChecker,
    link::{CheckPlan, Counters},
};

use crate::source::Sources;

/// Bytes read from the source at once: boards with more RAM look less often whether the host has said something.
const CHUNK: usize = if cfg!(feature = "tables") { 256 } else { 32 };

/// A check and its counters, or the place for one: there is memory for a single checker.
#[derive(Debug)]
pub(super) struct Session {
    /// 0: none.
    number: u32,
    pub(super) source: u8,
    frozen: bool,
    checker: SmallChecker,
    /// Bytes of a word that is not full, from its low end.
    word: u64,
    held: u32,
}

impl Session {
    pub(super) const fn none() -> Self {
        Self { number: 0, source: 0, frozen: false, checker: SmallChecker::idle(), word: 0, held: 0 }
    }

    /// False, and no session, if the register has no sequence.
    pub(super) fn begin(&mut self, plan: &CheckPlan) -> bool {
        self.end();
        if !self.checker.restart(&plan.register, plan.settings()) {
            return false;
        }
        (self.number, self.source, self.frozen) = (plan.session, plan.source, false);
        (self.word, self.held) = (0, 0);
        true
    }

    /// Ends it; the checker is free for other use.
    pub(super) fn end(&mut self) -> &mut SmallChecker {
        self.number = 0;
        &mut self.checker
    }

    /// 0 if there is none.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Whether it takes bits.
    pub(super) fn is_running(&self) -> bool {
        self.number != 0 && !self.frozen
    }

    /// Reads what there is; false if nothing came.
    // Not inlined: what was read must be off the stack before more is done.
    #[inline(never)]
    pub(super) fn pump(&mut self, sources: &mut impl Sources) -> bool {
        let mut words = [0u64; CHUNK / 8];
        // First as much as fills up the word that was begun; then whole words, where they lie.
        let room = if self.held > 0 { 8 - self.held as usize } else { CHUNK };
        let bytes: &mut [u8] = bytemuck::must_cast_slice_mut(&mut words);
        let count = sources.read(self.source, bytes.get_mut(..room).unwrap_or(&mut []));
        let whole = if self.held > 0 { 0 } else { count / 8 };
        words.iter_mut().for_each(|word| *word = u64::from_le(*word));
        self.checker.push(words.get(..whole).unwrap_or(&[]));
        words.iter_mut().for_each(|word| *word = word.to_le());
        let bytes: &[u8] = bytemuck::must_cast_slice(&words);
        bytes.get(8 * whole..count).unwrap_or(&[]).iter().for_each(|byte| self.byte(*byte));
        count > 0
    }

    /// Bits are missing before those that come next.
    #[inline(never)]
    pub(super) fn overrun(&mut self) {
        self.flush();
        self.checker.overrun();
    }

    fn byte(&mut self, byte: u8) {
        self.word |= u64::from(byte) << (8 * self.held);
        self.held += 1;
        if self.held == 8 {
            self.checker.push(&[self.word]);
            (self.word, self.held) = (0, 0);
        }
    }

    /// Decides what is open, and counts no more.
    pub(super) fn freeze(&mut self) {
        if !self.frozen {
            self.flush();
            self.checker.finish();
            self.frozen = true;
        }
    }

    /// Counts from nothing on, under the same lock.
    pub(super) fn clear(&mut self) {
        self.checker.clear();
    }

    /// Checks the bytes of a word that is not full.
    fn flush(&mut self) {
        self.checker.push_last(self.word, 8 * self.held);
        (self.word, self.held) = (0, 0);
    }

    pub(super) fn counters(&self) -> Counters {
        Counters::new(self.number, self.checker.report())
    }
}
