//! Board `nrf52840`: the nRF52840 (Cortex-M4) on Nordic's development kit.
//!
//! UARTE0 carries the link, through the kit's debugger. Sections are those of the nRF52840 product specification. The chip's own
//! registers give no source: the stream that whitens its radio's packets cannot be read by the core.

use core::{
    convert::Infallible,
    sync::atomic::{AtomicU8, Ordering},
};

use embedded_io::{ErrorType, Write};
use lfsr_firmware::source::{Driven, Edge, Serial, Source, Sources, Spi};
use nrf52840_hal::{
    Clocks,
    gpio::{Floating, Input, Level, Output, Pin, PushPull, p0, p1},
    gpiote::Gpiote,
    pac::{self, SPIM2, UARTE0, UARTE1, interrupt},
    spim::{self, Frequency, Spim},
    uarte::{self, Baudrate, Parity, Uarte},
};

use super::{
    bits::Bits,
    received::{COMMANDS, LINE, Queue, Receiving, sleep},
    spin::Spin,
};

/// As the host is told.
pub(crate) const NAME: &str = "nrf52840";

const MEGAHERTZ: u32 = 64;

/// Half a period of the clock that `driven` makes: 500 kHz at most.
const HALF_PERIOD_NS: u32 = 1000;

/// Bit of P1 that is the data of `watched`.
const WATCHED_DATA: u32 = 4;

static LINK: Line<COMMANDS> = Line::new();
static BYTES: Line<LINE> = Line::new();
static BITS: Bits = Bits::new();

/// The link's two directions, and the sources. Call it once.
pub(crate) fn peripherals() -> (Reading, Sending, Inputs) {
    // It cannot fail: this is called once.
    let chip = pac::Peripherals::take().unwrap();
    // The crystal: the internal oscillator is too far off for a UART.
    let _ = Clocks::new(chip.CLOCK).enable_ext_hfosc();
    let (a, b) = (p0::Parts::new(chip.P0), p1::Parts::new(chip.P1));
    let input = |pin: Pin<_>| -> Pin<Input<Floating>> { pin.into_floating_input() };
    let output = |pin: Pin<_>| -> Pin<Output<PushPull>> { pin.into_push_pull_output(Level::Low) };

    let pins = |rxd, txd| uarte::Pins { rxd: input(rxd), txd: output(txd), cts: None, rts: None };
    let link =
        Uarte::new(chip.UARTE0, pins(a.p0_08.degrade(), a.p0_06.degrade()), Parity::EXCLUDED, Baudrate::BAUD115200);
    // Its sending half is not used, but needs a pin.
    let bits =
        Uarte::new(chip.UARTE1, pins(b.p1_01.degrade(), b.p1_02.degrade()), Parity::EXCLUDED, Baudrate::BAUD115200);
    // What is set up stays so.
    core::mem::forget(bits);
    // SAFETY: from here on the receiving halves belong to `Line`, which nothing else of this program touches; the drivers above
    // only send.
    let (first, second) = unsafe { (&*UARTE0::ptr(), &*UARTE1::ptr()) };
    LINK.begin(first);
    BYTES.begin(second);
    let gpiote = Gpiote::new(chip.GPIOTE);
    let (clock, data) = (input(b.p1_03.degrade()), input(b.p1_04.degrade()));
    gpiote.channel0().input_pin(&clock).lo_to_hi().enable_interrupt();
    for number in [pac::Interrupt::GPIOTE, pac::Interrupt::UARTE0_UART0, pac::Interrupt::UARTE1] {
        // SAFETY: the handlers take what they share in critical sections; nothing here relies on their being masked.
        unsafe { cortex_m::peripheral::NVIC::unmask(number) };
    }

    let pins = spim::Pins { sck: Some(output(b.p1_15.degrade())), mosi: None, miso: Some(input(b.p1_14.degrade())) };
    let spin = Spin { megahertz: MEGAHERTZ };
    let inputs = Inputs {
        spi: Spi(Spim::new(chip.SPIM2, pins, Frequency::M1, spim::MODE_0, 0)),
        driven: Driven::new(input(b.p1_11.degrade()), output(b.p1_10.degrade()), spin, HALF_PERIOD_NS, Edge::Rising),
        watched: Serial(Receiving(&BITS.queue)),
        serial: Serial(Receiving(&BYTES.queue)),
        _watched: (clock, data),
    };
    (Receiving(&LINK.queue), Sending(link), inputs)
}

const NAMES: [&str; 4] = ["spim2", "driven", "watched", "uarte1"];

// Their places in NAMES.
const SPI: u8 = 0;
const DRIVEN: u8 = 1;
const WATCHED: u8 = 2;
const SERIAL: u8 = 3;

/// What the link receives.
pub(crate) type Reading = Receiving<COMMANDS>;

/// The sources of this board.
pub(crate) struct Inputs {
    spi: Spi<Spim<SPIM2>>,
    driven: Driven<Pin<Input<Floating>>, Pin<Output<PushPull>>, Spin>,
    watched: Serial<Receiving<LINE>>,
    serial: Serial<Receiving<LINE>>,
    /// Clock and data, which the interrupt looks at.
    _watched: (Pin<Input<Floating>>, Pin<Input<Floating>>),
}

impl Sources for Inputs {
    fn names(&self) -> &[&'static str] {
        &NAMES
    }

    fn read(&mut self, source: u8, buffer: &mut [u8]) -> usize {
        match source {
            SPI => self.spi.read(buffer),
            DRIVEN => self.driven.read(buffer),
            WATCHED => self.watched.read(buffer),
            SERIAL => self.serial.read(buffer),
            _ => 0,
        }
    }

    fn flush(&mut self, source: u8) {
        match source {
            WATCHED => BITS.clear(),
            SERIAL => BYTES.queue.clear(),
            _ => {}
        }
    }

    fn overran(&mut self, source: u8) -> bool {
        match source {
            WATCHED => BITS.queue.overran(),
            SERIAL => BYTES.queue.overran(),
            _ => false,
        }
    }

    fn idle(&mut self) {
        sleep(|cs| LINK.queue.is_empty(cs) && BYTES.queue.is_empty(cs) && BITS.queue.is_empty(cs));
    }
}

/// The receiving half of a UARTE. It can only write to memory, and says so at the end of a buffer: the buffer is one byte, and
/// the interrupt takes it before the next one is whole. A byte that is not taken in time is lost, and nothing else.
struct Line<const N: usize> {
    byte: AtomicU8,
    queue: Queue<N>,
}

impl<const N: usize> Line<N> {
    const fn new() -> Self {
        Self { byte: AtomicU8::new(0), queue: Queue::new() }
    }

    fn begin(&'static self, uarte: &pac::uarte0::RegisterBlock) {
        // SAFETY (of the registers written as bits): the pointer is to a byte in RAM that lives for ever and is only accessed as an atomic, the count
        // is its length, and 1 starts the task.
        uarte.rxd.ptr.write(|w| unsafe { w.ptr().bits(self.byte.as_ptr() as u32) });
        // SAFETY: as above.
        uarte.rxd.maxcnt.write(|w| unsafe { w.maxcnt().bits(1) });
        uarte.shorts.write(|w| w.endrx_startrx().enabled());
        uarte.intenset.write(|w| w.endrx().set());
        // SAFETY: as above.
        uarte.tasks_startrx.write(|w| unsafe { w.bits(1) });
    }

    fn collect(&self, uarte: &pac::uarte0::RegisterBlock) {
        if uarte.events_endrx.read().bits() != 0 {
            uarte.events_endrx.reset();
            // Read back, so that the event is gone before the interrupt ends.
            let _ = uarte.events_endrx.read().bits();
            let byte = self.byte.load(Ordering::Acquire);
            critical_section::with(|cs| self.queue.push(cs, byte));
        }
    }
}

/// A rising edge of the clock of `watched`.
#[interrupt]
fn GPIOTE() {
    // SAFETY: of the one, only the event of channel 0 is touched, which nothing else of this program does; the other is only read.
    let (gpiote, port) = unsafe { (&*pac::GPIOTE::ptr(), &*pac::P1::ptr()) };
    let bit = port.in_.read().bits() >> WATCHED_DATA & 1 == 1;
    if let Some(event) = gpiote.events_in.first() {
        event.reset();
        // Read back, so that the event is gone before the interrupt ends.
        let _ = event.read().bits();
    }
    BITS.push(bit);
}

#[interrupt]
fn UARTE0_UART0() {
    // SAFETY: only the receiving half is touched, as in `peripherals`.
    LINK.collect(unsafe { &*UARTE0::ptr() });
}

#[interrupt]
fn UARTE1() {
    // SAFETY: as above.
    BYTES.collect(unsafe { &*UARTE1::ptr() });
}

/// What the link sends.
pub(crate) struct Sending(Uarte<UARTE0>);

impl ErrorType for Sending {
    type Error = Infallible;
}

impl Write for Sending {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        // By way of the stack, since what is sent must be in RAM.
        let mut piece = [0; 64];
        let count = buffer.len().min(piece.len());
        for (slot, byte) in piece.iter_mut().zip(buffer) {
            *slot = *byte;
        }
        // It fails only for an empty buffer or one that is not in RAM.
        let _ = self.0.write(piece.get(..count).unwrap_or(&piece));
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        // Writing has waited for the end.
        Ok(())
    }
}
