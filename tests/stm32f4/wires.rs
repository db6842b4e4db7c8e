//! What generators are wired to: [`Spi`], [`Gpio`], [`Exti`].

use std::{cell::RefCell, rc::Rc};

use armagnac::memory::{Env, MemoryInterface, MemoryReadResult, MemoryWriteResult};

use super::{generator::Generator, peripheral::Peripheral};

/// What is wired to the pins.
#[derive(Debug)]
pub(crate) struct Wires {
    /// Clocked by PA8, read by PB5.
    pub(crate) driven: Generator,
    /// Its clock goes to PA1, its data to PB0.
    pub(crate) watched: Generator,
    /// Cycles of half a period of that clock; 0: it rests.
    pub(crate) half_period: u64,
    due: u64,
    clock: bool,
    /// A rising edge at PA1 that EXTI has not seen.
    edge: bool,
    /// Edges that came while the one before was still pending.
    pub(crate) missed: u64,
    /// EXTICR1 of SYSCFG: which port line 1 listens to, A being 0.
    exticr1: u32,
}

impl Wires {
    pub(crate) fn new() -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self {
            driven: Generator::new(),
            watched: Generator::new(),
            half_period: 0,
            due: 0,
            clock: false,
            edge: false,
            missed: 0,
            exticr1: 0,
        }))
    }

    fn tick(&mut self, cycle: u64) {
        if self.half_period == 0 || cycle < self.due {
            return;
        }
        self.due = cycle + self.half_period;
        self.clock = !self.clock;
        if self.clock {
            self.edge = true;
        } else {
            self.watched.step();
        }
    }
}

/// A port (RM0090 section 8.4): modes are kept for the test, the pins in use are wired.
pub(crate) struct Gpio {
    words: [u32; 0x100],
    wires: Rc<RefCell<Wires>>,
    /// Whether it is port A.
    first: bool,
}

impl Gpio {
    pub(crate) fn new(wires: &Rc<RefCell<Wires>>, first: bool) -> Self {
        Self { words: [0; 0x100], wires: Rc::clone(wires), first }
    }

    fn is_output(&self, pin: u32) -> bool {
        self.words[0] >> (2 * pin) & 0b11 == 0b01
    }
}

const IDR: u32 = 0x10;
const ODR: u32 = 0x14;
const BSRR: u32 = 0x18;

impl Peripheral for Gpio {
    fn reset(&mut self) {
        self.words = [0; 0x100];
    }

    fn read(&mut self, offset: u32) -> u32 {
        let wires = self.wires.borrow();
        match offset {
            IDR if self.first => u32::from(wires.clock) << 1,
            IDR => u32::from(wires.driven.bit()) << 5 | u32::from(wires.watched.bit()),
            _ => self.words[offset as usize / 4],
        }
    }

    fn write(&mut self, offset: u32, value: u32) {
        let before = self.words[ODR as usize / 4];
        match offset {
            // Setting wins (section 8.4.7).
            BSRR => self.words[ODR as usize / 4] = before & !(value >> 16) | value & 0xffff,
            _ => self.words[offset as usize / 4] = value,
        }
        let risen = self.words[ODR as usize / 4] & !before;
        if self.first && risen >> 8 & 1 == 1 && self.is_output(8) {
            self.wires.borrow_mut().driven.step();
        }
    }

    fn tick(&mut self, cycle: u64) {
        if self.first {
            self.wires.borrow_mut().tick(cycle);
        }
    }
}

/// SYSCFG, as far as EXTI listens to it (section 9.2.3).
pub(crate) struct Syscfg(pub(crate) Rc<RefCell<Wires>>);

impl Peripheral for Syscfg {
    fn reset(&mut self) {
        self.0.borrow_mut().exticr1 = 0;
    }

    fn read(&mut self, offset: u32) -> u32 {
        if offset == 0x08 { self.0.borrow().exticr1 } else { 0 }
    }

    fn write(&mut self, offset: u32, value: u32) {
        if offset == 0x08 {
            self.0.borrow_mut().exticr1 = value & 0xffff;
        }
    }
}

/// Line 1 of the external interrupts (section 12.3).
pub(crate) struct Exti {
    words: [u32; 5],
    pending: u32,
    wires: Rc<RefCell<Wires>>,
}

impl Exti {
    pub(crate) fn new(wires: &Rc<RefCell<Wires>>) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self { words: [0; 5], pending: 0, wires: Rc::clone(wires) }))
    }

    /// Whether it asks for its interrupt: pending, and not masked.
    pub(crate) fn interrupts(&self) -> bool {
        self.pending & self.words[0] & 0b10 != 0
    }
}

impl MemoryInterface for Exti {
    fn size(&self) -> u32 {
        0x400
    }

    fn read_u32le(&mut self, address: u32, _: &mut Env) -> MemoryReadResult<u32> {
        Ok(if address == 0x14 { self.pending } else { self.words[address as usize / 4] })
    }

    fn write_u32le(&mut self, address: u32, value: u32, _: &mut Env) -> MemoryWriteResult {
        // Pending bits are cleared by ones.
        if address == 0x14 {
            self.pending &= !value
        } else {
            self.words[address as usize / 4] = value
        }
        Ok(())
    }

    fn update(&mut self, _: &mut Env) {
        let mut wires = self.wires.borrow_mut();
        if core::mem::take(&mut wires.edge) && self.words[2] & 0b10 != 0 && wires.exticr1 >> 4 & 0xf == 0 {
            wires.missed += u64::from(self.pending & 0b10 != 0);
            self.pending |= 0b10;
        }
    }
}

/// An SPI peripheral as master, mode 0 (section 28.5), whose clock a generator follows; a byte takes no time.
#[derive(Debug)]
pub(crate) struct Spi {
    control: u32,
    others: [u32; 8],
    data: u32,
    received: bool,
    pub(crate) generator: Generator,
}

impl Spi {
    pub(crate) fn new() -> Self {
        Self { control: 0, others: [0; 8], data: 0, received: false, generator: Generator::new() }
    }
}

impl Peripheral for Spi {
    fn reset(&mut self) {
        (self.control, self.others, self.received) = (0, [0; 8], false);
    }

    fn read(&mut self, offset: u32) -> u32 {
        match offset {
            0x00 => self.control,
            // TXE and RXNE.
            0x08 => 0b10 | u32::from(self.received),
            0x0c => {
                self.received = false;
                self.data
            }
            _ => self.others[offset as usize / 4],
        }
    }

    fn write(&mut self, offset: u32, value: u32) {
        match offset {
            0x00 => self.control = value,
            // SPE and MSTR; neither CPOL nor CPHA nor LSBFIRST nor DFF.
            0x0c if self.control & 0x8c7 == 0x44 => {
                self.data = (0..8).fold(0, |byte, _| byte << 1 | u32::from(self.generator.next()));
                self.received = true;
            }
            _ => self.others[offset as usize / 4] = value,
        }
    }
}
