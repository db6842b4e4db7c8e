//! [`Capture`]: a generator with a clock of its own, sampled by a state machine of the PIO.

use core::cell::RefCell;

use critical_section::Mutex;
use lfsr_firmware::source::{Serial, Source};
use pio::{Assembler, InSource, WaitSource};
use rp2040_hal::{
    gpio::{
        FunctionPio0, Pin, PullNone,
        bank0::{Gpio10, Gpio11},
    },
    pac::{self, PIO0, interrupt},
    pio::{Buffers, PIOBuilder, PIOExt, PioIRQ, Running, Rx, SM0, ShiftDirection, StateMachine},
};

use crate::board::received::{LINE, Queue, Receiving};

/// The data pin; the clock is the next one.
const DATA: u8 = 10;

/// Words that the state machine has taken, for the interrupt.
static WORDS: Mutex<RefCell<Option<Rx<(PIO0, SM0)>>>> = Mutex::new(RefCell::new(None));

/// Their bytes.
pub(super) static QUEUE: Queue<LINE> = Queue::new();

/// The data is taken after the rising edge of the clock; bit 0 of a byte is the first.
///
/// When nobody empties the queue bits are dropped, which the checker will report as deleted.
pub(super) struct Capture {
    machine: StateMachine<(PIO0, SM0), Running>,
    bytes: Serial<Receiving<LINE>>,
    _pins: Pins,
}

/// Data and clock.
pub(super) type Pins = (Pin<Gpio10, FunctionPio0, PullNone>, Pin<Gpio11, FunctionPio0, PullNone>);

impl Capture {
    pub(super) fn begin(pio: PIO0, pins: Pins, resets: &mut pac::RESETS) -> Self {
        let (mut pio, machine, _, _, _) = pio.split(resets);
        let mut program = Assembler::<{ pio::RP2040_MAX_PROGRAM_SIZE }>::new();
        for level in [0, 1] {
            program.wait(level, WaitSource::PIN, 1, false);
        }
        program.r#in(InSource::PINS, 1);
        // It cannot fail: three instructions fit.
        let program = pio.install(&program.assemble_program()).ok().unwrap();
        let (machine, words, _) = PIOBuilder::from_installed_program(program)
            .in_pin_base(DATA)
            .in_shift_direction(ShiftDirection::Right)
            .autopush(true)
            .push_threshold(32)
            .buffers(Buffers::OnlyRx)
            .build(machine);
        words.enable_rx_not_empty_interrupt(PioIRQ::Irq0);
        critical_section::with(|cs| WORDS.borrow_ref_mut(cs).replace(words));
        Self { machine: machine.start(), bytes: Serial(Receiving(&QUEUE)), _pins: pins }
    }

    /// Forgets what is held, and begins with the next clock.
    pub(super) fn restart(&mut self) {
        self.machine.clear_fifos();
        self.machine.restart();
        QUEUE.clear();
    }
}

impl Source for Capture {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        self.bytes.read(buffer)
    }
}

#[interrupt]
fn PIO0_IRQ_0() {
    critical_section::with(|cs| {
        let mut words = WORDS.borrow_ref_mut(cs);
        while let Some(word) = words.as_mut().and_then(Rx::read) {
            word.to_le_bytes().iter().for_each(|byte| QUEUE.push(cs, *byte));
        }
    });
}
