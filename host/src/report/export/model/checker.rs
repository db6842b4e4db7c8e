//! The checker in hardware, a bit at a time.

use std::collections::VecDeque;

use lfsr_core::{random::SplitMix64, register::AnyRegister};

use super::{
    super::{Checker, Design, Kind, design::Window},
    Bits, Inputs,
    slips::Slips,
};
use crate::bits::signal::Signal;

/// All that it holds.
#[derive(Debug, Clone)]
pub(super) struct State {
    register: AnyRegister,
    /// Of the signal, against the register's sequence.
    complemented: bool,
    counter: usize,
    width: usize,
    window: Window,
    /// The last bits, the oldest first.
    past: VecDeque<bool>,
    locked: bool,
    inverted: bool,
    /// Clocks that obey, while not locked; the first ones of all count as such.
    run: usize,
    /// Wrong bits of the complete blocks of the window, the oldest first, and of the block that is not complete.
    older: VecDeque<u64>,
    current: u64,
    /// Clocks of the block.
    clocks: usize,
    bits: u64,
    errors: u64,
    losses: u64,
    /// If they are looked for.
    slips: Option<Slips>,
}

/// What a word is under the contents.
struct Compared {
    /// The line, as the signal is named.
    line: Bits,
    /// Of the register's sequence.
    predicted: Bits,
    /// What would be predicted if all before had been the complement.
    opposite: Bits,
}

impl State {
    pub(super) fn new(signal: &Signal, checker: &Checker, width: usize) -> Self {
        let register = signal.register.sequence();
        let n = register.degree();
        Self {
            window: checker.window(n, width),
            register,
            complemented: signal.inverted,
            counter: checker.counter,
            width,
            past: vec![false; n].into(),
            locked: false,
            inverted: false,
            run: 0,
            older: VecDeque::new(),
            current: 0,
            clocks: 0,
            bits: 0,
            errors: 0,
            losses: 0,
            slips: (checker.slips > 0).then(|| Slips::new(n, checker)),
        }
    }

    /// A call of software has all the time that it wants: a slip is found in the call that locks.
    pub(super) fn at_once(mut self) -> Self {
        if let Some(slips) = &mut self.slips {
            slips.at_once = true;
        }
        self
    }

    pub(super) fn output(&self, port: &str, data: &[bool]) -> Bits {
        let number = |number: u64| (0..self.counter).map(|i| number >> i & 1 == 1).collect();
        match port {
            "locked" => vec![self.locked],
            "inverted" => vec![self.inverted],
            "stuck" => vec![!self.locked && self.is_flat()],
            "wrong" => self.wrong(&self.compared(data)),
            "bits" => number(self.bits),
            "errors" => number(self.errors),
            "losses" => number(self.losses),
            "slips" => number(self.slips.as_ref().map_or(0, |slips| slips.count)),
            "slip" => self.slips.as_ref().map_or(vec![], Slips::last),
            "unslipped" => self.slips.as_ref().map_or(vec![], Slips::reference),
            "saturated" => {
                let slips = self.slips.as_ref().map_or(0, |slips| slips.count);
                vec![[self.bits, self.errors, self.losses, slips].contains(&self.most())]
            }
            _ => self.past.iter().copied().collect(),
        }
    }

    pub(super) fn clock(&mut self, inputs: &Inputs) {
        if inputs.load {
            self.past = inputs.seed.iter().copied().collect();
            (self.locked, self.inverted, self.run) = (true, false, 0);
            self.forget();
            if let Some(slips) = &mut self.slips {
                slips.load(&self.past);
            }
        } else if inputs.enable {
            self.word(&inputs.data);
        }
        if inputs.clear {
            (self.bits, self.errors, self.losses) = (0, 0, 0);
            self.forget();
            if let Some(slips) = &mut self.slips {
                slips.clear();
            }
        }
    }

    /// The window begins anew.
    fn forget(&mut self) {
        self.older.clear();
        (self.current, self.clocks) = (0, 0);
    }

    fn most(&self) -> u64 {
        u64::MAX >> (64 - self.counter)
    }

    fn is_flat(&self) -> bool {
        self.past.iter().all(|&bit| bit) || self.past.iter().all(|&bit| !bit)
    }

    fn compared(&self, data: &[bool]) -> Compared {
        let line = (0..self.width).map(|t| data.get(t).copied().unwrap_or(false) ^ self.complemented).collect();
        let go_on = |complement: bool| -> Bits {
            let mut past: VecDeque<bool> = self.past.iter().map(|bit| bit ^ complement).collect();
            (0..self.width).map(|_| next(&self.register, &mut past)).collect()
        };
        Compared { line, predicted: go_on(false), opposite: go_on(true).into_iter().map(|bit| !bit).collect() }
    }

    fn wrong(&self, word: &Compared) -> Bits {
        let differs = |(line, predicted): (&bool, &bool)| self.locked && line ^ predicted ^ self.inverted;
        word.line.iter().zip(&word.predicted).map(differs).collect()
    }

    fn word(&mut self, data: &[bool]) {
        let word = self.compared(data);
        if self.locked {
            let count = self.wrong(&word).iter().filter(|&&bit| bit).count() as u64;
            let before = self.older.iter().sum::<u64>() + self.current;
            let block = self.window.block(self.width) as u64;
            let kept = self.older.len() as u64 * block + (self.clocks * self.width) as u64;
            self.push(&word.predicted);
            if before + count > self.window.limit as u64 {
                // What came with the loss counts for nothing.
                let back = |counter: u64, by: u64| if counter == self.most() { counter } else { counter - by };
                (self.bits, self.errors) = (back(self.bits, kept), back(self.errors, before));
                self.losses = self.more(self.losses, 1);
                (self.locked, self.run) = (false, 0);
                self.forget();
                if let Some(slips) = &mut self.slips {
                    slips.lose(&self.past);
                }
                return;
            }
            let most = self.most();
            if let Some(slips) = &mut self.slips {
                slips.locked_word(&self.register, &self.past, self.width, most);
            }
            (self.bits, self.errors) = (self.more(self.bits, self.width as u64), self.more(self.errors, count));
            self.current += count;
            self.clocks += 1;
            if self.clocks == self.window.group {
                self.older.push_back(self.current);
                (self.current, self.clocks) = (0, 0);
                if self.older.len() == self.window.blocks {
                    self.older.pop_front();
                }
            }
            return;
        }
        if let Some(slips) = &mut self.slips {
            slips.go_on(&self.register, self.width);
        }
        let obeys = word.line == word.predicted;
        let opposes = word.line == word.opposite && word.opposite != word.predicted;
        self.push(&word.line);
        self.run = if self.run < self.window.fill {
            // Not yet all received.
            self.run + 1
        } else if obeys && !self.inverted || opposes && self.inverted {
            self.run + 1
        } else if obeys || opposes {
            self.inverted = opposes;
            self.window.fill + 1
        } else {
            self.window.fill
        };
        if self.run >= self.window.lock {
            self.run = self.window.lock;
            if !self.is_flat() {
                self.locked = true;
                self.run = 0;
                let (inverted, most) = (self.inverted, self.most());
                self.past.iter_mut().for_each(|bit| *bit ^= inverted);
                if let Some(slips) = &mut self.slips {
                    slips.lock(&self.register, &self.past, most);
                }
            }
        }
    }

    fn push(&mut self, bits: &[bool]) {
        let n = self.past.len();
        self.past.extend(bits);
        self.past.drain(..self.past.len() - n);
    }

    fn more(&self, counter: u64, by: u64) -> u64 {
        counter.saturating_add(by).min(self.most())
    }
}

/// The next bit of a sequence, behind those before it, of which the oldest goes.
pub(super) fn next(register: &AnyRegister, past: &mut VecDeque<bool>) -> bool {
    let n = past.len();
    let bit = register.lags().fold(register.xnor(), |sum, lag| sum ^ past[n - lag]);
    past.pop_front();
    past.push_back(bit);
    bit
}

/// What a bench receives: the sequence with what happens on lines. Each eighth of it begins anew; of 64 bits and more there is a wrong bit, two wrong
/// bits in a row, a bit lost, a bit too many, the complement, a line that is stuck, noise. If slips are looked for, there are as many as fit where
/// else is one: of 1 bit, of the most, and of sizes between them.
pub(in super::super) fn line(design: &Design, bits: usize) -> Bits {
    let mut sent = design.outputs(&design.start(), &vec![false; bits + 1]);
    let part = (bits / 8).max(1);
    let mut random = SplitMix64(3);
    let at = |sent: &mut Bits, bit: usize| {
        if let Some(bit) = sent.get_mut(bit) {
            *bit ^= true;
        }
    };
    at(&mut sent, part);
    at(&mut sent, part + part / 2);
    at(&mut sent, part + part / 2 + 1);
    let middle = |eighth: usize| eighth * part + part / 2;
    if bits > 64 {
        slip(design, &mut sent, [middle(2), middle(3)], part);
        sent[middle(4)..middle(5)].iter_mut().for_each(|bit| *bit ^= true);
        sent[middle(5)..6 * part].fill(false);
        sent[middle(6)..7 * part].iter_mut().for_each(|bit| *bit = random.next_word() >> 63 == 1);
    }
    sent.truncate(bits);
    sent
}

/// Bits lost from the one place on, bits too many from the other: of a checker that looks for slips in a whole part each.
fn slip(design: &Design, sent: &mut Bits, [lost, more]: [usize; 2], part: usize) {
    let Kind::Checker(checker) = &design.kind else { return };
    let most = checker.slips;
    // Until the lock is lost, there again, and the slip looked for.
    let window = checker.window(design.cells(), design.width);
    let apart = 2 * window.span(design.width) + (2 * window.lock + most + 2) * design.width;
    let count = if most == 0 { 1 } else { (part / 2 / apart).clamp(1, 64) };
    let sizes = [1, most.max(1), most.div_ceil(2).max(1), most.clamp(1, 2)];
    for i in 0..count {
        let size = sizes[i % sizes.len()].min(part / 4).max(1);
        sent.drain(lost + i * apart..lost + i * apart + size);
        // What is behind them comes later by as much: the middle of the other part is still there.
        let at = more + i * apart;
        let again = sent[at..at + size].to_vec();
        sent.splice(at..at, again);
    }
}
