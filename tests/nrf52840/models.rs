//! The peripherals of the nRF52840 that the firmware uses, by its product specification: [`Uarte`], [`Spim`], [`Pins`] with GPIOTE, and
//! the start of the crystal oscillator.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use armagnac::memory::{Env, MemoryInterface, MemoryReadResult, MemoryWriteResult, RamMemory};

use super::{generator::Generator, peripheral::Peripheral};

const RAM: u32 = 0x2000_0000;

/// The processor's clock, in Hz.
const CLOCK: u64 = 64_000_000;

/// The memory that EasyDMA reaches.
pub(crate) type Ram = Rc<RefCell<RamMemory>>;

/// A peripheral in the memory of the processor.
pub(crate) struct Mapped<P> {
    size: u32,
    pub(crate) inner: P,
}

impl<P: Peripheral> Mapped<P> {
    pub(crate) fn new(size: u32, inner: P) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self { size, inner }))
    }
}

impl<P: Peripheral> MemoryInterface for Mapped<P> {
    fn size(&self) -> u32 {
        self.size
    }

    fn read_u32le(&mut self, address: u32, _: &mut Env) -> MemoryReadResult<u32> {
        Ok(self.inner.read(address))
    }

    fn write_u32le(&mut self, address: u32, value: u32, _: &mut Env) -> MemoryWriteResult {
        self.inner.write(address, value);
        Ok(())
    }

    fn update(&mut self, env: &mut Env) {
        self.inner.tick(env.cycles);
    }
}

/// Registers that hold what is written.
#[derive(Debug)]
struct Words(Vec<u32>);

impl Words {
    fn new() -> Self {
        Self(vec![0; 0x400])
    }

    fn get(&self, offset: u32) -> u32 {
        self.0[offset as usize / 4]
    }

    fn set(&mut self, offset: u32, value: u32) {
        // INTENSET and INTENCLR show and change one set of bits.
        match offset {
            0x304 => self.0[0x304 / 4] |= value,
            0x308 => self.0[0x304 / 4] &= !value,
            _ => self.0[offset as usize / 4] = value,
        }
    }
}

/// CLOCK: the crystal oscillator is there as soon as it is asked for.
#[derive(Debug)]
pub(crate) struct Oscillator(Words);

impl Oscillator {
    pub(crate) fn new() -> Self {
        Self(Words::new())
    }

    pub(crate) fn is_started(&self) -> bool {
        self.0.get(0x000) == 1
    }
}

impl Peripheral for Oscillator {
    fn reset(&mut self) {}

    fn read(&mut self, offset: u32) -> u32 {
        self.0.get(offset)
    }

    fn write(&mut self, offset: u32, value: u32) {
        self.0.set(offset, value);
        if offset == 0x000 && value == 1 {
            self.0.set(0x100, 1);
        }
    }
}

/// A UART with EasyDMA: both directions go through memory.
pub(crate) struct Uarte {
    words: Words,
    ram: Ram,
    receives: bool,
    /// Bytes in the buffer being filled, where that is, and how long.
    filled: u32,
    buffer: (u32, u32),
    arrives: u64,
    sent: Option<u64>,
    now: u64,
    /// More than 1: harder for the firmware, and less to emulate.
    pub(crate) hurry: u64,
    pub(crate) incoming: VecDeque<u8>,
    pub(crate) outgoing: VecDeque<u8>,
    /// Sends for ever once `incoming` is empty.
    pub(crate) generator: Option<Generator>,
    /// Buffers filled while the one before was still to be taken.
    pub(crate) lost: u32,
}

// Tasks, events and registers.
const STARTRX: u32 = 0x000;
const STARTTX: u32 = 0x008;
const STOPTX: u32 = 0x00c;
const ENDRX: u32 = 0x110;
const ENDTX: u32 = 0x120;
const RXSTARTED: u32 = 0x14c;
const TXSTOPPED: u32 = 0x158;
const SHORTS: u32 = 0x200;
const INTEN: u32 = 0x304;
const ENABLE: u32 = 0x500;
const BAUDRATE: u32 = 0x524;
const RXD: u32 = 0x534;
const TXD: u32 = 0x544;
const UARTE_CONFIG: u32 = 0x56c;

impl Uarte {
    pub(crate) fn new(ram: &Ram) -> Self {
        Self {
            words: Words::new(),
            ram: Rc::clone(ram),
            receives: false,
            filled: 0,
            buffer: (0, 0),
            arrives: 0,
            sent: None,
            now: 0,
            hurry: 8,
            incoming: VecDeque::new(),
            outgoing: VecDeque::new(),
            generator: None,
            lost: 0,
        }
    }

    /// PSEL.TXD and PSEL.RXD: bits 4 to 0 the pin, bit 5 the port, bit 31 set if there is none.
    pub(crate) fn pins(&self) -> (u32, u32) {
        (self.words.get(0x50c), self.words.get(0x514))
    }

    /// Enabled, no parity, no flow control, and bits a second as BAUDRATE says: 2^32 of it would be 16 MHz.
    pub(crate) fn rate(&self) -> Option<f64> {
        (self.words.get(ENABLE) == 8 && self.words.get(UARTE_CONFIG) == 0)
            .then(|| f64::from(self.words.get(BAUDRATE)) * 16e6 / 4_294_967_296.0)
    }

    pub(crate) fn interrupts(&self) -> bool {
        self.words.get(ENDRX) != 0 && self.words.get(INTEN) & 1 << 4 != 0
    }

    fn byte_cycles(&self) -> u64 {
        10 * CLOCK / 115_200 / self.hurry
    }

    /// The buffer is looked up now; the registers may change at once.
    fn start_receiving(&mut self) {
        self.receives = true;
        self.filled = 0;
        self.buffer = (self.words.get(RXD), self.words.get(RXD + 4));
        self.words.set(RXSTARTED, 1);
    }

    fn receive(&mut self, byte: u8) {
        let at = self.buffer.0 + self.filled - RAM;
        self.ram.borrow_mut().data[at as usize] = byte;
        self.filled += 1;
        if self.filled == self.buffer.1 {
            self.lost += u32::from(self.words.get(ENDRX) != 0);
            self.words.set(ENDRX, 1);
            self.words.set(RXD + 8, self.filled);
            self.receives = false;
            if self.words.get(SHORTS) & 1 << 5 != 0 {
                self.start_receiving();
            }
        }
    }
}

impl Peripheral for Uarte {
    fn reset(&mut self) {}

    fn read(&mut self, offset: u32) -> u32 {
        self.words.get(offset)
    }

    fn write(&mut self, offset: u32, value: u32) {
        match offset {
            STARTRX if value == 1 && self.words.get(ENABLE) == 8 => self.start_receiving(),
            STARTTX if value == 1 && self.words.get(ENABLE) == 8 => {
                let (from, count) = (self.words.get(TXD) - RAM, self.words.get(TXD + 4));
                let ram = self.ram.borrow();
                self.outgoing.extend(&ram.data[from as usize..(from + count) as usize]);
                self.sent = Some(self.now + u64::from(count) * self.byte_cycles());
            }
            STOPTX if value == 1 => self.words.set(TXSTOPPED, 1),
            _ => self.words.set(offset, value),
        }
    }

    fn tick(&mut self, cycle: u64) {
        self.now = cycle;
        if self.sent.is_some_and(|sent| cycle >= sent) {
            self.sent = None;
            self.words.set(ENDTX, 1);
        }
        if cycle < self.arrives || !self.receives {
            return;
        }
        let generated = self.generator.as_mut().map(|line| (0..8).fold(0, |byte, i| byte | u8::from(line.next()) << i));
        if let Some(byte) = self.incoming.pop_front().or(generated) {
            self.receive(byte);
            self.arrives = cycle + self.byte_cycles();
        }
    }
}

/// An SPI master with EasyDMA, whose clock a generator follows; a transaction takes no time.
pub(crate) struct Spim {
    words: Words,
    ram: Ram,
    pub(crate) generator: Generator,
}

impl Spim {
    pub(crate) fn new(ram: &Ram) -> Self {
        Self { words: Words::new(), ram: Rc::clone(ram), generator: Generator::new() }
    }

    /// PSEL.SCK and PSEL.MISO.
    pub(crate) fn pins(&self) -> (u32, u32) {
        (self.words.get(0x508), self.words.get(0x510))
    }
}

impl Peripheral for Spim {
    fn reset(&mut self) {}

    fn read(&mut self, offset: u32) -> u32 {
        self.words.get(offset)
    }

    fn write(&mut self, offset: u32, value: u32) {
        // START, of an enabled SPIM in mode 0 with bit 7 first.
        if offset == 0x010 && value == 1 && self.words.get(ENABLE) == 7 && self.words.get(0x554) == 0 {
            let (to, count) = (self.words.get(RXD) - RAM, self.words.get(RXD + 4));
            for at in to..to + count {
                let byte = (0..8).fold(0, |byte, _| byte << 1 | u8::from(self.generator.next()));
                self.ram.borrow_mut().data[at as usize] = byte;
            }
            self.words.set(RXD + 8, count);
            self.words.set(TXD + 8, self.words.get(TXD + 4));
            self.words.set(0x118, 1);
        } else {
            self.words.set(offset, value);
        }
    }
}

/// What is wired to port 1.
pub(crate) struct Wires {
    /// Clocked by P1.10, read by P1.11.
    pub(crate) driven: Generator,
    /// Its clock goes to P1.03, its data to P1.04.
    pub(crate) watched: Generator,
    /// Cycles of half a period of that clock; 0: it rests.
    pub(crate) half_period: u64,
    due: u64,
    clock: bool,
    /// A rising edge that GPIOTE has not seen.
    edge: bool,
    /// Edges that came while the event of the one before was still set.
    pub(crate) missed: u64,
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
        }))
    }
}

/// Both ports: P1 is 0x300 behind P0.
pub(crate) struct Pins {
    words: Words,
    wires: Rc<RefCell<Wires>>,
}

const P1: u32 = 0x300;
const OUT: u32 = P1 + 0x504;
const OUTSET: u32 = P1 + 0x508;
const OUTCLR: u32 = P1 + 0x50c;
const IN: u32 = P1 + 0x510;
/// PIN_CNF of P1.10: bit 0 makes it an output.
const CONFIG_10: u32 = P1 + 0x700 + 4 * 10;

impl Pins {
    pub(crate) fn new(wires: &Rc<RefCell<Wires>>) -> Self {
        Self { words: Words::new(), wires: Rc::clone(wires) }
    }
}

impl Peripheral for Pins {
    fn reset(&mut self) {}

    fn read(&mut self, offset: u32) -> u32 {
        let wires = self.wires.borrow();
        match offset {
            IN => {
                u32::from(wires.clock) << 3 | u32::from(wires.watched.bit()) << 4 | u32::from(wires.driven.bit()) << 11
            }
            _ => self.words.get(offset),
        }
    }

    fn write(&mut self, offset: u32, value: u32) {
        let before = self.words.get(OUT);
        let after = match offset {
            OUT => value,
            OUTSET => before | value,
            OUTCLR => before & !value,
            _ => {
                self.words.set(offset, value);
                return;
            }
        };
        self.words.set(OUT, after);
        if (after & !before) >> 10 & 1 == 1 && self.words.get(CONFIG_10) & 1 == 1 {
            self.wires.borrow_mut().driven.step();
        }
    }

    fn tick(&mut self, cycle: u64) {
        let mut wires = self.wires.borrow_mut();
        if wires.half_period == 0 || cycle < wires.due {
            return;
        }
        wires.due = cycle + wires.half_period;
        wires.clock = !wires.clock;
        if wires.clock {
            wires.edge = true;
        } else {
            wires.watched.step();
        }
    }
}

/// GPIOTE: channel 0.
pub(crate) struct Edges {
    words: Words,
    wires: Rc<RefCell<Wires>>,
}

impl Edges {
    pub(crate) fn new(wires: &Rc<RefCell<Wires>>) -> Self {
        Self { words: Words::new(), wires: Rc::clone(wires) }
    }

    pub(crate) fn interrupts(&self) -> bool {
        self.words.get(0x100) != 0 && self.words.get(INTEN) & 1 != 0
    }
}

impl Peripheral for Edges {
    fn reset(&mut self) {}

    fn read(&mut self, offset: u32) -> u32 {
        self.words.get(offset)
    }

    fn write(&mut self, offset: u32, value: u32) {
        self.words.set(offset, value);
    }

    fn tick(&mut self, _: u64) {
        let mut wires = self.wires.borrow_mut();
        // CONFIG[0]: an event (1) at rising edges (1 in bits 17 and 16) of P1.03 (port in bit 13, pin in bits 12 to 8).
        let listens = self.words.get(0x510) & 0x3_3f03 == 0x1_2301;
        if core::mem::take(&mut wires.edge) && listens {
            wires.missed += u64::from(self.words.get(0x100) != 0);
            self.words.set(0x100, 1);
        }
    }
}
