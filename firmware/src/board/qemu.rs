//! Board `qemu`: the LM3S6965 (Cortex-M3) of QEMU's machine `lm3s6965evb`.
//!
//! UART0, a PL011, carries the link: received bytes go through an interrupt into a queue, and the core sleeps while there are none.
//! Logs leave by semihosting.

use core::{cell::RefCell, convert::Infallible};

use cortex_m_rt::exception;
use critical_section::Mutex;
use embedded_io::{ErrorType, Read, ReadReady, Write};
use heapless::Deque;

#[cfg(feature = "defmt")]
use defmt_semihosting as _;

/// As the host is told.
pub(crate) const NAME: &str = "lm3s6965evb";

/// The link's two directions. Call it once.
pub(crate) fn link() -> (Receiving, Sending) {
    CLOCK_UART.write(CLOCK_UART.read() | 1);
    CLOCK_GPIO.write(CLOCK_GPIO.read() | 1);
    PINS_FUNCTION.write(PINS_FUNCTION.read() | 0b11);
    PINS_DIGITAL.write(PINS_DIGITAL.read() | 0b11);
    // 115200 baud of the 12 MHz after reset: 12e6 / (16 * 115200) = 6 + 33/64.
    CONTROL.write(0);
    BAUD_WHOLE.write(6);
    BAUD_FRACTION.write(33);
    LINE.write(EIGHT_BITS | FIFOS);
    CONTROL.write(ENABLE);
    INTERRUPT_MASK.write(RECEIVED);
    INTERRUPT_ENABLE.write(1 << UART0_NUMBER);
    (Receiving, Sending)
}

/// What UART0 receives.
pub(crate) struct Receiving;

/// What UART0 sends.
pub(crate) struct Sending;

/// Bytes received and not read yet.
static QUEUE: Mutex<RefCell<Deque<u8, 64>>> = Mutex::new(RefCell::new(Deque::new()));

impl ErrorType for Receiving {
    type Error = Infallible;
}

impl Read for Receiving {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let count = critical_section::with(|cs| {
                let mut queue = QUEUE.borrow_ref_mut(cs);
                collect(&mut queue);
                let mut count = 0;
                for slot in buffer.iter_mut() {
                    let Some(byte) = queue.pop_front() else { break };
                    *slot = byte;
                    count += 1;
                }
                if count == 0 {
                    // The UART is empty, and with interrupts held back a pending one still wakes the core: none can slip in
                    // before it sleeps.
                    cortex_m::asm::wfi();
                }
                count
            });
            if count > 0 {
                return Ok(count);
            }
        }
    }
}

impl ReadReady for Receiving {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(critical_section::with(|cs| {
            let mut queue = QUEUE.borrow_ref_mut(cs);
            collect(&mut queue);
            !queue.is_empty()
        }))
    }
}

impl ErrorType for Sending {
    type Error = Infallible;
}

impl Write for Sending {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        for &byte in buffer {
            while FLAGS.read() & SEND_FULL != 0 {}
            DATA.write(u32::from(byte));
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while FLAGS.read() & BUSY != 0 {}
        Ok(())
    }
}

/// UART0's interrupt, the only one enabled.
#[exception]
unsafe fn DefaultHandler(_number: i16) {
    critical_section::with(|cs| collect(&mut QUEUE.borrow_ref_mut(cs)));
}

/// Takes what the UART has, as far as there is room.
fn collect(queue: &mut Deque<u8, 64>) {
    // Cleared before the FIFO is emptied: a byte that comes meanwhile interrupts anew.
    INTERRUPT_CLEAR.write(RECEIVED);
    while FLAGS.read() & RECEIVE_EMPTY == 0 {
        if queue.is_full() {
            // Leave the rest in the UART and be quiet until someone reads.
            INTERRUPT_MASK.write(0);
            return;
        }
        // The upper bits tell of errors of the line; the check sum of the frame will too.
        let _ = queue.push_back(DATA.read() as u8);
    }
    INTERRUPT_MASK.write(RECEIVED);
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    #[cfg(feature = "defmt")]
    match info.location() {
        Some(place) => defmt::error!("panic at {=str}:{=u32}", place.file(), place.line()),
        None => defmt::error!("panic"),
    }
    let _ = info;
    semihosting::process::exit(101)
}

/// A register of the chip.
#[derive(Clone, Copy)]
struct Port(usize);

impl Port {
    fn read(self) -> u32 {
        // SAFETY: only the constants below are ports: aligned addresses of registers that the LM3S6965 has.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    fn write(self, value: u32) {
        // SAFETY: as for reading; none of these registers makes the chip touch memory.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }
}

// LM3S6965 data sheet: system control RCGC1 and RCGC2; GPIO port A AFSEL and DEN; UART0; NVIC EN0. QEMU's model has no clock
// gates and no pin multiplexer, the chip does.
const CLOCK_UART: Port = Port(0x400F_E104);
const CLOCK_GPIO: Port = Port(0x400F_E108);
const PINS_FUNCTION: Port = Port(0x4000_4420);
const PINS_DIGITAL: Port = Port(0x4000_451C);
const DATA: Port = Port(0x4000_C000);
const FLAGS: Port = Port(0x4000_C018);
const BAUD_WHOLE: Port = Port(0x4000_C024);
const BAUD_FRACTION: Port = Port(0x4000_C028);
const LINE: Port = Port(0x4000_C02C);
const CONTROL: Port = Port(0x4000_C030);
const INTERRUPT_MASK: Port = Port(0x4000_C038);
const INTERRUPT_CLEAR: Port = Port(0x4000_C044);
const INTERRUPT_ENABLE: Port = Port(0xE000_E100);

const UART0_NUMBER: u32 = 5;
const BUSY: u32 = 1 << 3;
const RECEIVE_EMPTY: u32 = 1 << 4;
const SEND_FULL: u32 = 1 << 5;
const EIGHT_BITS: u32 = 0b11 << 5;
const FIFOS: u32 = 1 << 4;
const ENABLE: u32 = 1 << 9 | 1 << 8 | 1;
/// The FIFO has reached its level, or holds bytes and the line has been quiet.
const RECEIVED: u32 = 1 << 4 | 1 << 6;
