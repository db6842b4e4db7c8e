//! [`Capture`]: a generator with a clock of its own, sampled by a state machine of the PIO, whose words the DMA controller writes to a ring.
//!
//! The core has no part in it: it reads the ring behind the controller. Two channels take turns, since each stops after its count; the ring is the
//! same, and each leaves off where it begins. Sections 2.5 and 3 of the RP2040 data sheet.

use core::sync::atomic::AtomicU32;

use lfsr_firmware::{ring, source::Source};
use pio::{Assembler, InSource, WaitSource};
use rp2040_hal::{
    dma::{CH1, CH2, Channel},
    gpio::{
        FunctionPio0, Pin, PullNone,
        bank0::{Gpio10, Gpio11},
    },
    pac::{self, DMA, PIO0},
    pio::{Buffers, PIOBuilder, PIOExt, Running, SM0, ShiftDirection, StateMachine},
};

/// The data pin; the clock is the next one.
const DATA: u8 = 10;

/// Words of the ring: 262,144 bits. An answer to the host may take 10 ms, in which nothing is read.
const WORDS: usize = 8192;

type Ring = ring::Ring<WORDS>;

/// Aligned to its size, so that the controller's address wraps at its end (section 2.5.1.2).
#[repr(align(32768))]
struct Memory([AtomicU32; WORDS]);

static MEMORY: Memory = Memory([const { AtomicU32::new(0) }; WORDS]);

/// log2 of the ring's bytes.
const RING_BITS: u8 = (4 * WORDS).ilog2() as u8;

/// The controller's request for a transfer: state machine 0 of the PIO has a word (section 2.5.3.1).
const PIO0_RX0: u8 = 4;

/// The channels that take turns.
const CHANNELS: [usize; 2] = [1, 2];

/// The data is taken after the rising edge of the clock; bit 0 of a byte is the first.
pub(super) struct Capture {
    machine: StateMachine<(PIO0, SM0), Running>,
    ring: Ring,
    _channels: (Channel<CH1>, Channel<CH2>),
    _pins: Pins,
}

/// Data and clock.
pub(super) type Pins = (Pin<Gpio10, FunctionPio0, PullNone>, Pin<Gpio11, FunctionPio0, PullNone>);

impl Capture {
    /// Takes nothing yet.
    pub(super) fn new(
        pio: PIO0,
        pins: Pins,
        channels: (Channel<CH1>, Channel<CH2>),
        resets: &mut pac::RESETS,
    ) -> Self {
        let (mut pio, machine, _, _, _) = pio.split(resets);
        let mut program = Assembler::<{ pio::RP2040_MAX_PROGRAM_SIZE }>::new();
        for level in [0, 1] {
            program.wait(level, WaitSource::PIN, 1, false);
        }
        program.r#in(InSource::PINS, 1);
        // It cannot fail: three instructions fit.
        let program = pio.install(&program.assemble_program()).ok().unwrap();
        let (machine, _, _) = PIOBuilder::from_installed_program(program)
            .in_pin_base(DATA)
            .in_shift_direction(ShiftDirection::Right)
            .autopush(true)
            .push_threshold(32)
            .buffers(Buffers::OnlyRx)
            .build(machine);
        Self { machine: machine.start(), ring: Ring::new(), _channels: channels, _pins: pins }
    }

    /// Forgets what is held, and takes bits from the next clock on, until [`stop`](Self::stop).
    pub(super) fn restart(&mut self) {
        self.begin(Ring::new(), CHANNELS);
    }

    /// The same, and stops when the ring is full.
    pub(super) fn restart_once(&mut self) {
        let [first, _] = CHANNELS;
        // A channel that is followed by itself is not followed (section 2.5.2.1).
        self.begin(Ring::once(), [first, first]);
    }

    /// Takes nothing any more.
    pub(super) fn stop(&mut self) {
        let dma = registers();
        // Neither is to start the other while it ends.
        // SAFETY (of the registers written as bits, here and below): the registers and bits are those of the channels that are ours.
        CHANNELS.iter().for_each(|channel| unsafe {
            dma.ch(*channel).ch_al1_ctrl().write(|w| w.bits(0));
        });
        // SAFETY: as above.
        unsafe { dma.chan_abort().write(|w| w.bits(CHANNELS.iter().map(|channel| 1u32 << channel).sum())) };
        while dma.chan_abort().read().bits() != 0 {}
    }

    fn begin(&mut self, ring: Ring, turns: [usize; 2]) {
        self.stop();
        self.ring = ring;
        let [first, second] = turns;
        for (channel, next) in [(second, first), (first, second)] {
            let registers = registers().ch(channel);
            // SAFETY: the source is a FIFO that may be read at any time; the target is memory that lives for ever and is only accessed as atomics, and the ring's
            // size keeps the address in it, whatever the count.
            unsafe {
                registers.ch_read_addr().write(|w| w.bits((*PIO0::ptr()).rxf(0).as_ptr() as u32));
                registers.ch_write_addr().write(|w| w.bits(MEMORY.0.as_ptr() as u32));
                registers.ch_trans_count().write(|w| w.bits(self.ring.count()));
            }
            // Not started yet.
            // SAFETY: as above.
            registers.ch_al1_ctrl().write(|w| unsafe { w.bits(control(next)) });
        }
        // Restarted first: a machine that waits for room in the FIFO would fill it with old bits. Its first new word is 32 clocks away; nothing may come in
        // between, or the FIFO is full before its words are fetched.
        critical_section::with(|_| {
            self.machine.restart();
            self.machine.clear_fifos();
            self.stalled();
            // SAFETY: as above.
            unsafe { registers().multi_chan_trigger().write(|w| w.bits(1 << first)) };
        });
    }

    pub(super) fn overran(&mut self) -> bool {
        let overran = self.ring.overran();
        // When the ring is full the machine waits, and nothing is missing in it.
        overran || !self.ring.stops() && self.stalled()
    }

    /// Whether the machine had to wait for room in the FIFO since the last call, and missed clocks meanwhile.
    fn stalled(&mut self) -> bool {
        // SAFETY: the register is shared by the state machines, but nobody else looks at it, and a 1 clears a bit.
        let pio = unsafe { &*PIO0::ptr() };
        let stalled = pio.fdebug().read().rxstall().bits() & 1 == 1;
        if stalled {
            // SAFETY: as above.
            pio.fdebug().write(|w| unsafe { w.rxstall().bits(1) });
        }
        stalled
    }
}

/// Words from the FIFO to the ring when the PIO has one; then `next`.
fn control(next: usize) -> u32 {
    const ENABLED: u32 = 1;
    const WORD: u32 = 2 << 2;
    const TO_THE_NEXT_ADDRESS: u32 = 1 << 5;
    const RING_OF_TARGET: u32 = 1 << 10;
    const NO_INTERRUPT: u32 = 1 << 21;
    let ring = u32::from(RING_BITS) << 6;
    let (next, request) = ((next as u32) << 11, u32::from(PIO0_RX0) << 15);
    ENABLED | WORD | TO_THE_NEXT_ADDRESS | ring | RING_OF_TARGET | next | request | NO_INTERRUPT
}

/// Words written by now, modulo a round: what the channel at work has still to do is missing. The count of the other one means nothing.
fn written(count: u32) -> u32 {
    // While one hands over to the other neither is busy for a moment.
    let at_work = || CHANNELS.iter().map(|channel| registers().ch(*channel)).find(|ch| ch.ch_ctrl_trig().read().busy().bit());
    let left = (0..4).find_map(|_| at_work()).map_or(0, |channel| channel.ch_trans_count().read().bits());
    count.wrapping_sub(left) & (Ring::ROUND - 1)
}

fn registers() -> &'static pac::dma::RegisterBlock {
    // SAFETY: of the registers of the controller only those of the channels that are ours are written, and the ones that write single bits of them.
    unsafe { &*DMA::ptr() }
}

impl Source for Capture {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let count = self.ring.count();
        self.ring.read(&MEMORY.0, || written(count), buffer)
    }
}
