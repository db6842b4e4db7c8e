//! [`Slips`]: how far a sequence that is found again is from where it was.

use std::collections::VecDeque;

use lfsr_core::register::AnyRegister;

use super::{super::Checker, Bits, checker::next};

/// What a checker that looks for slips holds besides.
#[derive(Debug, Clone)]
pub(super) struct Slips {
    most: usize,
    /// Bits of the size of one.
    width: usize,
    /// The sequence as it would go on without a slip.
    reference: VecDeque<bool>,
    /// Whether there was a lock before, which that comes from.
    follows: bool,
    search: Option<Search>,
    /// How many there were, and the last of them: bits too many, or below zero bits lost.
    pub(super) count: u64,
    last: i64,
    /// Whether the search is done in one call.
    pub(super) at_once: bool,
}

/// The two sequences at the lock, and each some steps later.
#[derive(Debug, Clone)]
struct Search {
    steps: usize,
    found: VecDeque<bool>,
    ahead: VecDeque<bool>,
    behind: VecDeque<bool>,
}

impl Slips {
    pub(super) fn new(n: usize, checker: &Checker) -> Self {
        let reference = vec![false; n].into();
        Self {
            most: checker.slips,
            width: checker.slip_bits(),
            reference,
            follows: false,
            search: None,
            count: 0,
            last: 0,
            at_once: false,
        }
    }

    pub(super) fn reference(&self) -> Bits {
        self.reference.iter().copied().collect()
    }

    /// The last slip, in two's complement.
    pub(super) fn last(&self) -> Bits {
        (0..self.width).map(|i| self.last >> i & 1 == 1).collect()
    }

    pub(super) fn load(&mut self, past: &VecDeque<bool>) {
        self.reference.clone_from(past);
        (self.follows, self.search) = (false, None);
    }

    pub(super) fn clear(&mut self) {
        (self.count, self.last) = (0, 0);
    }

    /// The lock is lost; the sequence as it was goes on from these bits.
    pub(super) fn lose(&mut self, past: &VecDeque<bool>) {
        self.load(past);
        self.follows = true;
    }

    /// As many bits without a lock.
    pub(super) fn go_on(&mut self, register: &AnyRegister, width: usize) {
        (0..width).for_each(|_| {
            next(register, &mut self.reference);
        });
    }

    /// There is a lock, with these bits last.
    pub(super) fn lock(&mut self, register: &AnyRegister, past: &VecDeque<bool>, most: u64) {
        if !self.follows {
            self.load(past);
            return;
        }
        self.follows = false;
        let (ahead, behind) = (self.reference.clone(), past.clone());
        self.search = Some(Search { steps: 0, found: past.clone(), ahead, behind });
        while self.at_once && self.search.is_some() {
            self.try_step(register, past, most);
        }
    }

    /// A word under a lock, after which these bits are last.
    pub(super) fn locked_word(&mut self, register: &AnyRegister, past: &VecDeque<bool>, width: usize, most: u64) {
        if self.search.is_some() {
            self.try_step(register, past, most);
        } else {
            self.go_on(register, width);
        }
    }

    fn try_step(&mut self, register: &AnyRegister, past: &VecDeque<bool>, most: u64) {
        let Some(mut search) = self.search.take() else { return };
        let (is_later, is_earlier) = (search.behind == self.reference, search.ahead == search.found);
        if is_later || is_earlier {
            if search.steps > 0 {
                self.count = (self.count + 1).min(most);
                let bits = search.steps as i64;
                self.last = if is_later { bits } else { -bits };
            }
        } else if search.steps < self.most {
            next(register, &mut search.ahead);
            next(register, &mut search.behind);
            search.steps += 1;
            self.search = Some(search);
            return;
        }
        self.reference.clone_from(past);
    }
}
