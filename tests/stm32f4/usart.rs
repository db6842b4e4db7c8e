//! [`Usart`]: a USART (RM0090 section 30) whose line the test holds.

use std::collections::VecDeque;

use super::{generator::Generator, peripheral::Peripheral};

const SR: u32 = 0x00;
const DR: u32 = 0x04;
const BRR: u32 = 0x08;
const CR1: u32 = 0x0c;

// SR (section 30.6.1).
const ORE: u32 = 1 << 3;
const RXNE: u32 = 1 << 5;
const TC: u32 = 1 << 6;
const TXE: u32 = 1 << 7;

// CR1 (section 30.6.4).
const RE: u32 = 1 << 2;
const TE: u32 = 1 << 3;
const RXNEIE: u32 = 1 << 5;
const M: u32 = 1 << 12;
const PCE: u32 = 1 << 10;
const UE: u32 = 1 << 13;
const OVER8: u32 = 1 << 15;

/// Bytes come without a pause, at [`Usart::hurry`] times the rate.
#[derive(Debug)]
pub(crate) struct Usart {
    status: u32,
    data: u32,
    others: [u32; 8],
    /// Cycles of the processor for each clock of the bus.
    ratio: u64,
    /// More than 1: harder for the firmware, and less to emulate.
    pub(crate) hurry: u64,
    /// When the next byte comes, and when the one being sent is gone.
    arrives: u64,
    gone: u64,
    now: u64,
    /// Sends for ever once `incoming` is empty.
    pub(crate) generator: Option<Generator>,
    /// What the test sends and has not arrived yet.
    pub(crate) incoming: VecDeque<u8>,
    /// What the firmware sent.
    pub(crate) outgoing: VecDeque<u8>,
    /// Bytes lost because the one before was not read.
    pub(crate) overruns: u32,
}

impl Usart {
    /// On a bus that runs at a `ratio`th of the processor's clock.
    pub(crate) fn new(ratio: u64) -> Self {
        Self {
            status: TC | TXE,
            data: 0,
            others: [0; 8],
            ratio,
            hurry: 8,
            arrives: 0,
            gone: 0,
            now: 0,
            generator: None,
            incoming: VecDeque::new(),
            outgoing: VecDeque::new(),
            overruns: 0,
        }
    }

    fn control(&self) -> u32 {
        self.others[CR1 as usize / 4]
    }

    /// Clocks of the bus for each bit, by BRR and OVER8 (section 30.3.4): 16 or 8 samples, times USARTDIV in sixteenths or eighths.
    pub(crate) fn bit_clocks(&self) -> u64 {
        let divider = u64::from(self.others[BRR as usize / 4]);
        if self.control() & OVER8 == 0 { divider } else { (divider >> 4) * 8 + (divider & 7) }
    }

    /// Cycles of the processor for a byte, of ten bits.
    fn byte_cycles(&self) -> u64 {
        10 * self.bit_clocks() * self.ratio / self.hurry
    }

    /// Eight bits and no parity, both directions on.
    pub(crate) fn is_8n1(&self) -> bool {
        self.control() & (UE | RE | TE | M | PCE) == UE | RE | TE
    }

    /// Whether it asks for its interrupt.
    pub(crate) fn interrupts(&self) -> bool {
        self.control() & RXNEIE != 0 && self.status & (RXNE | ORE) != 0
    }
}

impl Peripheral for Usart {
    fn reset(&mut self) {
        (self.status, self.data, self.others) = (TC | TXE, 0, [0; 8]);
    }

    fn read(&mut self, offset: u32) -> u32 {
        match offset {
            SR => self.status,
            DR => {
                // Reading SR and then DR clears both.
                self.status &= !(RXNE | ORE);
                self.data
            }
            _ => self.others[offset as usize / 4],
        }
    }

    fn write(&mut self, offset: u32, value: u32) {
        match offset {
            // Bits that software may clear.
            SR => self.status &= value | !(RXNE | TC),
            DR => {
                // What is written too early is lost.
                if self.control() & (UE | TE) == UE | TE && self.status & TXE != 0 {
                    self.outgoing.push_back(value as u8);
                    self.status &= !(TXE | TC);
                    self.gone = self.now + self.byte_cycles();
                }
            }
            _ => self.others[offset as usize / 4] = value,
        }
    }

    fn tick(&mut self, cycle: u64) {
        self.now = cycle;
        if cycle >= self.gone {
            self.status |= TC | TXE;
        }
        if cycle < self.arrives || self.control() & (UE | RE) != UE | RE {
            return;
        }
        let generated = self.generator.as_mut().map(|line| (0..8).fold(0, |byte, i| byte | u8::from(line.next()) << i));
        let Some(byte) = self.incoming.pop_front().or(generated) else { return };
        if self.status & RXNE != 0 {
            self.status |= ORE;
            self.overruns += 1;
        } else {
            self.data = byte.into();
            self.status |= RXNE;
        }
        self.arrives = cycle + self.byte_cycles();
    }
}
