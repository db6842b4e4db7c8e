//! [`Machine`]: the image of the board `stm32f4` in an emulated core, with models of the peripherals around it, and [`Wire`], the
//! host's end of its link.
//!
//! The emulator (armagnac) knows the instructions; what it lacks is done here: the interrupt controller's masks, writing PRIMASK, and
//! sleeping.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    rc::Rc,
};

use armagnac::{
    core::{Config, Emulator, Event, Irq, ItState, Processor},
    decoder::{BasicInstructionDecoder, InstructionDecode, InstructionDecodeError},
    instructions::{Instruction, InstructionSize},
    memory::RamMemory,
    registers::{Mode, RegisterIndex},
};
use embedded_io::{ErrorKind, ErrorType, Read, Write};
use lfsr_core::link::Client;

use super::{
    crc::{self, Crc},
    dac::{self, Dac},
    rcc::{self, BitBand, Clocks, Gate, Gated, Rcc},
    usart::Usart,
    wires::{Exti, Gpio, Spi, Syscfg, Wires},
};

// RM0090 table 1 and table 5.
const FLASH: u32 = 0x0800_0000;
const FLASH_SIZE: usize = 0x8_0000;
const RAM: u32 = 0x2000_0000;
const RAM_SIZE: u32 = 0x2_0000;
const RCC: u32 = 0x4002_3800;

// Positions of interrupts (table 61).
const EXTI1: u16 = 7;
const USART1: u16 = 37;
const USART2: u16 = 38;

/// From APB1's clock to the processor's; the test of the clocks holds it against the registers.
pub(crate) const RATIO: u64 = 2;

/// Instructions without an answer after which the host gives up: ten seconds of the chip.
const PATIENCE: u64 = 40_000_000;

/// Instructions until the firmware has certainly set the interrupts up.
const START: u64 = 100_000;

/// What is wrong with the chip.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    pub(crate) dac: Option<dac::Fault>,
    pub(crate) crc: Option<crc::Fault>,
    /// A peripheral without a clock.
    pub(crate) clock: Option<Gate>,
}

/// A running chip.
pub(crate) struct Machine {
    processor: Processor,
    steps: u64,
    /// Interrupts enabled, of the first 64.
    enabled: u64,
    sleeps: bool,
    pub(crate) clocks: Clocks,
    pub(crate) dac: Rc<RefCell<Gated<Dac>>>,
    pub(crate) crc: Rc<RefCell<Gated<Crc>>>,
    pub(crate) link: Rc<RefCell<Gated<Usart>>>,
    pub(crate) bytes: Rc<RefCell<Gated<Usart>>>,
    pub(crate) spi: Rc<RefCell<Gated<Spi>>>,
    pub(crate) gpio_a: Rc<RefCell<Gated<Gpio>>>,
    pub(crate) wires: Rc<RefCell<Wires>>,
    exti: Rc<RefCell<Exti>>,
}

impl Machine {
    /// The chip after a reset, with this image (an ELF file) in its flash.
    pub(crate) fn new(image: &[u8], faults: Faults) -> Self {
        let mut processor = Processor::new(Config::v7m().external_exceptions(96));
        processor.instruction_decoder = Box::new(Remembering::default());
        let flash = flash(image);
        hook(&mut processor, &flash);
        let word = |at: usize| u32::from_le_bytes(flash[at..at + 4].try_into().expect("four bytes"));
        processor.set_sp(word(0));
        processor.set_pc(word(4) & !1);
        let flash = Rc::new(RefCell::new(RamMemory::new_from_slice(&flash).read_only()));

        let clocks = Rcc::new();
        clocks.borrow_mut().broken = faults.clock;
        let dac = Gated::new(&clocks, rcc::DAC, Dac::new(faults.dac));
        let crc = Gated::new(&clocks, rcc::CRC, Crc::new(faults.crc));
        let link = Gated::new(&clocks, rcc::USART2, Usart::new(RATIO));
        let bytes = Gated::new(&clocks, rcc::USART1, Usart::new(1));
        let spi = Gated::new(&clocks, rcc::SPI1, Spi::new());
        let wires = Wires::new();
        let gpio_a = Gated::new(&clocks, rcc::GPIO_A, Gpio::new(&wires, true));
        let exti = Exti::new(&wires);
        {
            let mut map = |address, interface| processor.map_iface(address, interface).expect("no overlap");
            // After a reset from flash it is also at 0 (section 2.4), where the vectors are looked for.
            map(0, flash.clone());
            map(FLASH, flash);
            map(RCC, clocks.clone());
            map(BitBand::alias(RCC), Rc::new(RefCell::new(BitBand(Rc::clone(&clocks)))));
            map(0x4000_4400, link.clone());
            map(0x4000_7400, dac.clone());
            map(0x4002_3000, crc.clone());
            map(0x4002_0000, gpio_a.clone());
            map(0x4002_0400, Gated::new(&clocks, rcc::GPIO_B, Gpio::new(&wires, false)));
            map(0x4001_1000, bytes.clone());
            map(0x4001_3000, spi.clone());
            map(0x4001_3800, Gated::new(&clocks, rcc::SYSCFG, Syscfg(Rc::clone(&wires))));
            map(0x4001_3c00, exti.clone());
        }
        // The flash's own registers hold the wait states, which cost nothing here.
        processor.map_ram(0x4002_3c00, 0x400).expect("no overlap");
        processor.map_ram(RAM, RAM_SIZE).expect("no overlap");
        Self { processor, steps: 0, enabled: 0, sleeps: false, clocks, dac, crc, link, bytes, spi, gpio_a, wires, exti }
    }

    /// So many instructions; fewer if the core sleeps and nothing wakes it.
    pub(crate) fn run(&mut self, steps: u64) {
        let end = self.steps + steps;
        while self.steps < end && !self.rests() {
            self.step();
        }
    }

    /// Asleep, and nothing is under way.
    fn rests(&self) -> bool {
        let lines = [&self.link, &self.bytes].into_iter().all(|usart| {
            let usart = &usart.borrow().inner;
            usart.incoming.is_empty() && usart.generator.is_none()
        });
        self.sleeps && lines && self.wires.borrow().half_period == 0 && self.interrupt().is_none()
    }

    /// The interrupt that is asked for, the first if there are several: all have the same priority.
    fn interrupt(&self) -> Option<u16> {
        [
            (EXTI1, self.exti.borrow().interrupts()),
            (USART1, self.bytes.borrow().inner.interrupts()),
            (USART2, self.link.borrow().inner.interrupts()),
        ]
        .into_iter()
        .find_map(|(number, asked)| (asked && self.enabled >> number & 1 == 1).then_some(number))
    }

    fn step(&mut self) {
        self.steps += 1;
        if self.steps < START {
            // The emulator keeps the last value written; writing ones enables, zeros change nothing (NVIC_ISER0, NVIC_ISER1).
            let mut set = |address| u64::from(self.processor.read_u32le_iface(address).expect("it has this register"));
            self.enabled |= set(0xe000_e100) | set(0xe000_e104) << 32;
        }
        if let Some(number) = self.interrupt() {
            self.sleeps = false;
            if self.processor.registers.mode == Mode::Thread && !self.processor.registers.primask.pm() {
                self.processor.request_interrupt(Irq::External(number));
            }
        }
        match self.processor.next_event() {
            Ok(Event::Hook { address }) => self.assist(address),
            Ok(_) => {}
            Err(error) => panic!("{error:?} at {:#010x}", self.processor.pc()),
        }
    }

    /// Does the instruction that the emulator cannot.
    fn assist(&mut self, address: u32) {
        let mut half = |at| self.processor.read_u16le_iface(at).expect("in flash");
        let (first, second) = (half(address), half(address + 2));
        let size = match Special::of(first, second) {
            Some(Special::Sleep) => {
                // It may end at any time (ARMv7-M, WFI); it does as soon as a byte is on the line.
                self.sleeps = true;
                2
            }
            Some(Special::Mask(register)) => {
                let value = self.processor.registers[RegisterIndex::new_main(register)];
                self.processor.registers.primask.set_pm(value & 1 == 1);
                4
            }
            None => unreachable!("hooked for one of these"),
        };
        self.processor.set_pc(address + size);
    }
}

/// Instructions done here.
enum Special {
    /// WFI.
    Sleep,
    /// MSR PRIMASK from this register.
    Mask(u32),
}

impl Special {
    fn of(first: u16, second: u16) -> Option<Self> {
        match (first, second) {
            (0xbf30, _) => Some(Self::Sleep),
            (0xf380..=0xf38f, 0x8810) => Some(Self::Mask(u32::from(first) & 15)),
            _ => None,
        }
    }
}

/// Stops before each special instruction. What only looks like one, in a constant or across two instructions, is never at the
/// program counter.
fn hook(processor: &mut Processor, flash: &[u8]) {
    let (halves, _) = flash.as_chunks::<2>();
    for (i, pair) in halves.windows(2).enumerate() {
        let [first, second] = [pair[0], pair[1]].map(u16::from_le_bytes);
        if Special::of(first, second).is_some() {
            let address = FLASH as usize + 2 * i;
            processor.hook_code(address..address + 1);
        }
    }
}

/// The content of the flash, by the program headers of a little-endian 32-bit ELF file.
fn flash(image: &[u8]) -> Vec<u8> {
    let word = |at: usize| u32::from_le_bytes(image[at..at + 4].try_into().expect("four bytes")) as usize;
    let half = |at: usize| usize::from(u16::from_le_bytes(image[at..at + 2].try_into().expect("two bytes")));
    assert_eq!(&image[..6], b"\x7fELF\x01\x01", "no image");
    // Erased flash reads as ones.
    let mut flash = vec![0xff; FLASH_SIZE];
    for header in (0..half(44)).map(|i| word(28) + i * half(42)).filter(|header| word(*header) == 1) {
        let (offset, address, size) = (word(header + 4), word(header + 12), word(header + 16));
        if size > 0 {
            let at = address - FLASH as usize;
            flash[at..at + size].copy_from_slice(&image[offset..offset + size]);
        }
    }
    flash
}

/// Decodes each instruction once. In an IT block the same code may mean something else, so those are decoded each time.
struct Remembering {
    inner: BasicInstructionDecoder,
    known: RefCell<HashMap<u32, Rc<dyn Instruction>>>,
}

impl Default for Remembering {
    fn default() -> Self {
        Self { inner: BasicInstructionDecoder::new(armagnac::core::ArmVersion::V7M), known: RefCell::default() }
    }
}

impl InstructionDecode for Remembering {
    fn try_decode(
        &self,
        code: u32,
        size: InstructionSize,
        state: ItState,
    ) -> Result<Rc<dyn Instruction>, InstructionDecodeError> {
        if state.in_it_block() {
            return self.inner.try_decode(code, size, state);
        }
        if let Some(known) = self.known.borrow().get(&code) {
            return Ok(Rc::clone(known));
        }
        let found = self.inner.try_decode(code, size, state)?;
        self.known.borrow_mut().insert(code, Rc::clone(&found));
        Ok(found)
    }
}

/// The host's end of the link: the chip runs while it waits.
#[derive(Clone)]
pub(crate) struct Wire(pub(crate) Rc<RefCell<Machine>>);

/// Nothing came from the chip, and nothing will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Silence;

impl embedded_io::Error for Silence {
    fn kind(&self) -> ErrorKind {
        ErrorKind::TimedOut
    }
}

impl core::fmt::Display for Silence {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the chip is silent")
    }
}

impl core::error::Error for Silence {}

impl ErrorType for Wire {
    type Error = Silence;
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Silence> {
        let mut machine = self.0.borrow_mut();
        let end = machine.steps + PATIENCE;
        while machine.link.borrow().inner.outgoing.is_empty() {
            if machine.steps > end || machine.rests() {
                return Err(Silence);
            }
            machine.run(100);
        }
        let outgoing: &mut VecDeque<u8> = &mut machine.link.borrow_mut().inner.outgoing;
        let count = buffer.len().min(outgoing.len());
        buffer.iter_mut().zip(outgoing.drain(..count)).for_each(|(slot, byte)| *slot = byte);
        Ok(count)
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Silence> {
        self.0.borrow().link.borrow_mut().inner.incoming.extend(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Silence> {
        Ok(())
    }
}

/// The host at one end, the chip at the other.
pub(crate) fn connect(image: &[u8], faults: Faults) -> (Client<Wire, Wire>, Rc<RefCell<Machine>>) {
    let machine = Rc::new(RefCell::new(Machine::new(image, faults)));
    let wire = Wire(Rc::clone(&machine));
    (Client::new(wire.clone(), wire, 3), machine)
}
