//! [`Core`]: an image in an emulated core; [`Chip`], what is around it; and [`Wire`], the host's end of a chip's link.
//!
//! The emulator (armagnac) knows the instructions; what it lacks is done here: the interrupt controller's masks, writing PRIMASK, and
//! sleeping.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    rc::Rc,
};

use armagnac::{
    core::{ArmVersion, Config, Emulator, Event, Irq, ItState, Processor},
    decoder::{BasicInstructionDecoder, InstructionDecode, InstructionDecodeError},
    instructions::{Instruction, InstructionSize},
    memory::RamMemory,
    registers::{Mode, RegisterIndex},
};
use embedded_io::{ErrorKind, ErrorType, Read, Write};
use lfsr_core::link::Client;

const RAM: u32 = 0x2000_0000;

/// Instructions without an answer after which the host gives up: about a second of the chip.
const PATIENCE: u64 = 40_000_000;

/// Instructions until the firmware has certainly set the interrupts up.
const START: u64 = 100_000;

/// A Cortex-M with its memories.
pub(crate) struct Core {
    pub(crate) processor: Processor,
    /// For peripherals that access memory themselves.
    #[allow(dead_code, reason = "not every chip's are modelled so")]
    pub(crate) ram: Rc<RefCell<RamMemory>>,
    steps: u64,
    /// Interrupts enabled, of the first 64.
    enabled: u64,
    sleeps: bool,
}

impl Core {
    /// After a reset, with this image (an ELF file) in its flash, which begins at `origin`, and is at 0 too.
    pub(crate) fn new(image: &[u8], origin: u32, flash_size: usize, ram_size: u32) -> Self {
        let mut processor = Processor::new(Config::v7m().external_exceptions(96));
        processor.instruction_decoder = Box::new(Remembering::default());
        let flash = flash(image, origin, flash_size);
        hook(&mut processor, &flash, origin);
        let word = |at: usize| u32::from_le_bytes(flash[at..at + 4].try_into().expect("four bytes"));
        processor.set_sp(word(0));
        processor.set_pc(word(4) & !1);
        let flash = Rc::new(RefCell::new(RamMemory::new_from_slice(&flash).read_only()));
        // The vectors are looked for at 0.
        processor.map_iface(0, flash.clone()).expect("no overlap");
        if origin != 0 {
            processor.map_iface(origin, flash).expect("no overlap");
        }
        let ram = processor.map_ram(RAM, ram_size).expect("no overlap");
        Self { processor, ram, steps: 0, enabled: 0, sleeps: false }
    }

    /// The first of the interrupts asked for that is enabled: all have the same priority.
    fn pick(&self, asked: &[(u16, bool)]) -> Option<u16> {
        asked.iter().find_map(|(number, asked)| (*asked && self.enabled >> number & 1 == 1).then_some(*number))
    }

    fn step(&mut self, asked: &[(u16, bool)]) {
        self.steps += 1;
        if self.steps < START {
            // The emulator keeps the last value written; writing ones enables, zeros change nothing (NVIC_ISER0, NVIC_ISER1).
            let mut set = |address| u64::from(self.processor.read_u32le_iface(address).expect("it has this register"));
            self.enabled |= set(0xe000_e100) | set(0xe000_e104) << 32;
        }
        if let Some(number) = self.pick(asked) {
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
fn hook(processor: &mut Processor, flash: &[u8], origin: u32) {
    let (halves, _) = flash.as_chunks::<2>();
    for (i, pair) in halves.windows(2).enumerate() {
        let [first, second] = [pair[0], pair[1]].map(u16::from_le_bytes);
        if Special::of(first, second).is_some() {
            let address = origin as usize + 2 * i;
            processor.hook_code(address..address + 1);
        }
    }
}

/// The content of the flash, by the program headers of a little-endian 32-bit ELF file.
fn flash(image: &[u8], origin: u32, size: usize) -> Vec<u8> {
    let word = |at: usize| u32::from_le_bytes(image[at..at + 4].try_into().expect("four bytes")) as usize;
    let half = |at: usize| usize::from(u16::from_le_bytes(image[at..at + 2].try_into().expect("two bytes")));
    assert_eq!(&image[..6], b"\x7fELF\x01\x01", "no image");
    // Erased flash reads as ones.
    let mut flash = vec![0xff; size];
    for header in (0..half(44)).map(|i| word(28) + i * half(42)).filter(|header| word(*header) == 1) {
        let (offset, address, length) = (word(header + 4), word(header + 12), word(header + 16));
        if length > 0 {
            let at = address - origin as usize;
            flash[at..at + length].copy_from_slice(&image[offset..offset + length]);
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
        Self { inner: BasicInstructionDecoder::new(ArmVersion::V7M), known: RefCell::default() }
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

/// A core and what is around it.
pub(crate) trait Chip {
    fn core(&mut self) -> &mut Core;
    fn core_ref(&self) -> &Core;
    /// The interrupts, the most important first, and whether each is asked for.
    fn interrupts(&self) -> Vec<(u16, bool)>;
    /// Whether something outside goes on that may interrupt.
    fn is_busy(&self) -> bool;
    /// Takes a byte that came from the firmware.
    fn take(&mut self) -> Option<u8>;
    /// Sends bytes to the firmware.
    fn give(&mut self, bytes: &[u8]);

    /// So many instructions; fewer if the core sleeps and nothing wakes it.
    fn run(&mut self, steps: u64) {
        let end = self.core_ref().steps + steps;
        while self.core_ref().steps < end && !self.rests() {
            let asked = self.interrupts();
            self.core().step(&asked);
        }
    }

    /// Asleep, and nothing is under way.
    fn rests(&self) -> bool {
        self.core_ref().sleeps && !self.is_busy() && self.core_ref().pick(&self.interrupts()).is_none()
    }
}

/// The host's end of the link: the chip runs while it waits.
pub(crate) struct Wire<C> {
    chip: Rc<RefCell<C>>,
    held: VecDeque<u8>,
}

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

impl<C> ErrorType for Wire<C> {
    type Error = Silence;
}

impl<C: Chip> Read for Wire<C> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Silence> {
        let mut chip = self.chip.borrow_mut();
        let end = chip.core().steps + PATIENCE;
        loop {
            while let Some(byte) = chip.take() {
                self.held.push_back(byte);
            }
            if !self.held.is_empty() {
                break;
            }
            if chip.core().steps > end || chip.rests() {
                return Err(Silence);
            }
            chip.run(100);
        }
        let count = buffer.len().min(self.held.len());
        buffer.iter_mut().zip(self.held.drain(..count)).for_each(|(slot, byte)| *slot = byte);
        Ok(count)
    }
}

impl<C: Chip> Write for Wire<C> {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Silence> {
        self.chip.borrow_mut().give(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Silence> {
        Ok(())
    }
}

/// A client at one end, the chip at the other.
pub(crate) type Emulated<C> = Client<Wire<C>, Wire<C>>;

/// The host at one end, the chip at the other.
pub(crate) fn connect<C: Chip>(chip: C) -> (Emulated<C>, Rc<RefCell<C>>) {
    let chip = Rc::new(RefCell::new(chip));
    let wire = || Wire { chip: Rc::clone(&chip), held: VecDeque::new() };
    (Client::new(wire(), wire(), 3), Rc::clone(&chip))
}
