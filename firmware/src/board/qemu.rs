//! Board `qemu`: the LM3S6965 (Cortex-M3) of QEMU's machine `lm3s6965evb`.
//!
//! UART0, a PL011, carries the link; UART1, pins and SSI0 the bits to be checked. Received bytes go through interrupts into queues, and the
//! core sleeps while there are none. Logs leave by semihosting.

#[path = "qemu/pins.rs"]
mod pins;
#[path = "qemu/port.rs"]
mod port;
#[path = "qemu/ssi.rs"]
mod ssi;

use core::convert::Infallible;

use cortex_m_rt::exception;
use critical_section::CriticalSection;
use embedded_hal::delay::DelayNs;
use embedded_io::{ErrorType, Read, ReadReady, Write};
use lfsr_firmware::{
    queue::Queue,
    source::{Driven, Edge, Serial, Source, Sources, Spi},
};
use pins::{BITS, Pin};
use port::Port;
use ssi::Ssi;

#[cfg(feature = "defmt")]
use defmt_semihosting as _;

/// As the host is told.
pub(crate) const NAME: &str = "lm3s6965evb";

/// The link's two directions, and the sources. Call it once.
pub(crate) fn peripherals() -> (Reading, Sending, Inputs) {
    CLOCK_UART.set(1 << 4 | 0b11);
    CLOCK_GPIO.set(0b1011);
    // UART0 on PA0 and PA1, SSI0 on PA2 to PA5, UART1 on PD2 and PD3.
    for (port, pins) in [(PORT_A, 0b11_1111), (PORT_D, 0b1100)] {
        for offset in [FUNCTION, DIGITAL] {
            Port(port + offset).set(pins);
        }
    }
    for uart in [&UART0, &UART1] {
        uart.begin();
    }
    pins::begin();
    INTERRUPT_ENABLE.write(1 << PORT_B_INTERRUPT);
    let inputs = Inputs {
        serial: Serial(Reading(&UART1)),
        driven: Driven::new(pins::DATA, pins::CLOCK, Spin, 1000, Edge::Rising),
        ssi: Spi(Ssi::begin()),
    };
    (Reading(&UART0), Sending(&UART0), inputs)
}

/// What a UART receives.
pub(crate) struct Reading(&'static Uart);

/// What a UART sends.
pub(crate) struct Sending(&'static Uart);

/// The sources of this board.
pub(crate) struct Inputs {
    serial: Serial<Reading>,
    driven: Driven<Pin, Pin, Spin>,
    ssi: Spi<Ssi>,
}

const NAMES: [&str; 4] = ["uart1", "watched", "driven", "ssi0"];

// Their places in NAMES.
const SERIAL: u8 = 0;
const WATCHED: u8 = 1;
const DRIVEN: u8 = 2;

impl Sources for Inputs {
    fn names(&self) -> &[&'static str] {
        &NAMES
    }

    fn read(&mut self, source: u8, buffer: &mut [u8]) -> usize {
        match source {
            SERIAL => self.serial.read(buffer),
            WATCHED => BITS.read(buffer),
            DRIVEN => self.driven.read(buffer),
            _ => self.ssi.read(buffer),
        }
    }

    fn flush(&mut self, _: u8) {
        // The FIFO and the queue; a source that never pauses is not waited for. QEMU 7.2 garbles a byte that came before the FIFO was
        // switched on, and a chip that was left alone has overrun.
        for _ in 0..4 {
            critical_section::with(|cs| {
                UART1.collect(cs);
                UART1.queue.clear();
                BITS.clear();
            });
        }
    }

    fn overran(&mut self, source: u8) -> bool {
        // A UART that is not read holds back the emulator's stream.
        source == WATCHED && critical_section::with(|_| BITS.overran())
    }

    fn idle(&mut self) {
        critical_section::with(|cs| {
            // With interrupts held back a pending one still wakes the core: none can slip in before it sleeps.
            if [&UART0, &UART1].into_iter().all(|uart| uart.collect(cs) == 0) && BITS.queue.is_empty() {
                cortex_m::asm::wfi();
            }
        });
    }
}

/// A UART, and the bytes received and not read yet.
struct Uart {
    base: usize,
    interrupt: u32,
    queue: Queue<QUEUE>,
}

/// At 115200 baud 4 ms with the 16 bytes of the FIFO, which together hold all but the longest commands.
const QUEUE: usize = 32;

static UART0: Uart = Uart { base: 0x4000_C000, interrupt: 5, queue: Queue::new() };
static UART1: Uart = Uart { base: 0x4000_D000, interrupt: 6, queue: Queue::new() };

impl Uart {
    fn port(&self, offset: usize) -> Port {
        Port(self.base + offset)
    }

    fn begin(&self) {
        // 115200 baud of the 12 MHz after reset: 12e6 / (16 * 115200) = 6 + 33/64.
        self.port(CONTROL).write(0);
        self.port(BAUD_WHOLE).write(6);
        self.port(BAUD_FRACTION).write(33);
        self.port(LINE).write(EIGHT_BITS | FIFOS);
        self.port(CONTROL).write(ENABLE);
        self.port(INTERRUPT_MASK).write(RECEIVED);
        INTERRUPT_ENABLE.write(1 << self.interrupt);
    }

    /// Takes what the UART has, as far as there is room, and returns how many bytes wait.
    fn collect(&self, _: CriticalSection<'_>) -> usize {
        let queue = &self.queue;
        // Cleared before the FIFO is emptied: a byte that comes meanwhile interrupts anew.
        self.port(INTERRUPT_CLEAR).write(RECEIVED);
        while self.port(FLAGS).read() & RECEIVE_EMPTY == 0 {
            if queue.is_full() {
                // Leave the rest in the UART and be quiet until someone reads.
                self.port(INTERRUPT_MASK).write(0);
                return queue.len();
            }
            // The upper bits tell of errors of the line; the check sum of the frame, or the checker, will too.
            let _ = queue.push(self.port(DATA).read() as u8);
        }
        self.port(INTERRUPT_MASK).write(RECEIVED);
        queue.len()
    }
}

impl ErrorType for Reading {
    type Error = Infallible;
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            critical_section::with(|cs| {
                if self.0.collect(cs) == 0 {
                    // As in `idle`; the other UART may wake us in vain.
                    cortex_m::asm::wfi();
                }
            });
            let mut count = 0;
            while let Some(slot) = buffer.get_mut(count)
                && let Some(byte) = self.0.queue.pop()
            {
                *slot = byte;
                count += 1;
            }
            if count > 0 {
                return Ok(count);
            }
        }
    }
}

impl ReadReady for Reading {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(critical_section::with(|cs| self.0.collect(cs) > 0))
    }
}

impl ErrorType for Sending {
    type Error = Infallible;
}

impl Write for Sending {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        for &byte in buffer {
            while self.0.port(FLAGS).read() & SEND_FULL != 0 {}
            self.0.port(DATA).write(u32::from(byte));
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while self.0.port(FLAGS).read() & BUSY != 0 {}
        Ok(())
    }
}

/// The interrupts of the two UARTs and of port B, the only ones enabled.
#[exception]
unsafe fn DefaultHandler(_: i16) {
    critical_section::with(|cs| {
        for uart in [&UART0, &UART1] {
            uart.collect(cs);
        }
        BITS.collect();
    });
}

/// Waits by counting cycles of the 12 MHz after reset.
struct Spin;

impl DelayNs for Spin {
    fn delay_ns(&mut self, ns: u32) {
        cortex_m::asm::delay(ns.div_ceil(1000).saturating_mul(12));
    }
}

unsafe extern "C" {
    fn DefaultHandler();
}

/// The vectors of the interrupts up to that of UART1: 28 bytes, where the table for any chip has 960.
// SAFETY: cortex-m-rt puts the section behind the 16 vectors of the core, and the handler is the one above.
#[unsafe(link_section = ".vector_table.interrupts")]
#[unsafe(no_mangle)]
static __INTERRUPTS: [unsafe extern "C" fn(); 7] = [DefaultHandler; 7];

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    #[cfg(feature = "defmt")]
    match info.location() {
        Some(place) => defmt::error!("panic at {=str}:{=u32}", place.file(), place.line()),
        None => defmt::error!("panic"),
    }
    let _ = info;
    #[cfg(feature = "defmt")]
    semihosting::process::exit(101);
    #[cfg(not(feature = "defmt"))]
    loop {
        cortex_m::asm::udf();
    }
}

// LM3S6965 data sheet: system control RCGC1 and RCGC2; GPIO AFSEL and DEN; UART; NVIC EN0. QEMU's model has no clock gates and no pin
// multiplexer, the chip does.
const CLOCK_UART: Port = Port(0x400F_E104);
const CLOCK_GPIO: Port = Port(0x400F_E108);
const INTERRUPT_ENABLE: Port = Port(0xE000_E100);
const PORT_B_INTERRUPT: u32 = 1;
const PORT_A: usize = 0x4000_4000;
const PORT_D: usize = 0x4000_7000;
const FUNCTION: usize = 0x420;
const DIGITAL: usize = 0x51C;
const DATA: usize = 0;
const FLAGS: usize = 0x18;
const BAUD_WHOLE: usize = 0x24;
const BAUD_FRACTION: usize = 0x28;
const LINE: usize = 0x2C;
const CONTROL: usize = 0x30;
const INTERRUPT_MASK: usize = 0x38;
const INTERRUPT_CLEAR: usize = 0x44;

const BUSY: u32 = 1 << 3;
const RECEIVE_EMPTY: u32 = 1 << 4;
const SEND_FULL: u32 = 1 << 5;
const EIGHT_BITS: u32 = 0b11 << 5;
const FIFOS: u32 = 1 << 4;
const ENABLE: u32 = 1 << 9 | 1 << 8 | 1;
/// The FIFO has reached its level, or holds bytes and the line has been quiet.
const RECEIVED: u32 = 1 << 4 | 1 << 6;
