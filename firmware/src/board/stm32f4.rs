//! Board `stm32f4`: STM32F407 or STM32F446 (Cortex-M4) on a Nucleo or Discovery board.
//!
//! USART2 carries the link: on a Nucleo it is the virtual COM port of the debugger. All of it runs at 84 MHz from the internal
//! oscillator, so no crystal matters. Section numbers are those of the reference manual RM0090; RM0390 describes the same registers.

#[path = "stm32f4/on_chip.rs"]
mod on_chip;

use core::{cell::RefCell, convert::Infallible};

use critical_section::Mutex;
use embedded_io::{ErrorType, Write};
use lfsr_firmware::source::{Dividing, Driven, Edge, Serial, Shifting, Source, Sources, Spi};
use stm32f4xx_hal::{
    gpio::{self, Input, Output, Pin},
    hal::spi::MODE_0,
    nb,
    pac::{self, SPI1, USART1, USART2, interrupt},
    prelude::*,
    rcc,
    serial::{self, Instance, Rx, Tx, config::Config},
    spi,
};

use super::{
    bits::Bits,
    received::{COMMANDS, LINE, Queue, Receiving, sleep},
    spin::Spin,
};
use on_chip::{CrcUnit, Noise};

/// As the host is told.
pub(crate) const NAME: &str = "stm32f4";

const MEGAHERTZ: u32 = 84;
const BAUD: u32 = 115_200;

/// Half a period of the clock that `driven` makes: 500 kHz at most.
const HALF_PERIOD_NS: u32 = 1000;

static LINK: Line<USART2, COMMANDS> = Line::new();
static BYTES: Line<USART1, LINE> = Line::new();
static BITS: Bits = Bits::new();

/// The link's two directions, and the sources. Call it once.
pub(crate) fn peripherals() -> (Reading, Sending, Inputs) {
    // The three `unwrap` cannot fail: this is called once, and the rate can be made of the clock.
    let chip = pac::Peripherals::take().unwrap();
    let mut rcc = chip.RCC.freeze(rcc::Config::hsi().sysclk(MEGAHERTZ.MHz()));
    let (a, b) = (chip.GPIOA.split(&mut rcc), chip.GPIOB.split(&mut rcc));
    let config = Config::default().baudrate(BAUD.bps()).wordlength_8();

    let (sending, receiver) = chip.USART2.serial((a.pa2, a.pa3), config, &mut rcc).unwrap().split();
    LINK.begin(receiver);
    BYTES.begin(chip.USART1.rx(a.pa10, config, &mut rcc).unwrap());
    let (mut system, mut edges) = (chip.SYSCFG.constrain(&mut rcc), chip.EXTI);
    let mut clock = a.pa1.into_input();
    clock.make_interrupt_source(&mut system);
    clock.trigger_on_edge(&mut edges, gpio::Edge::Rising);
    clock.enable_interrupt(&mut edges);
    let clocked = Clocked { clock, data: b.pb0.into_input() };
    critical_section::with(|cs| CLOCKED.borrow_ref_mut(cs).replace(clocked));
    for number in [pac::Interrupt::EXTI1, pac::Interrupt::USART1, pac::Interrupt::USART2] {
        // SAFETY: the handlers take everything they touch in critical sections; nothing here relies on their being masked.
        unsafe { cortex_m::peripheral::NVIC::unmask(number) };
    }

    // They are JTAG's after a reset; SWD, which the debugger uses, needs neither.
    let (clock, data) = (b.pb3.into_alternate(), b.pb4.into_alternate());
    let spi = chip.SPI1.spi((Some(clock), Some(data), SPI1::NoMosi), MODE_0, 1.MHz(), &mut rcc);
    let spin = Spin { megahertz: MEGAHERTZ };
    let inputs = Inputs {
        spi: Spi(spi),
        driven: Driven::new(b.pb5.into_input(), a.pa8.into_push_pull_output(), spin, HALF_PERIOD_NS, Edge::Rising),
        watched: Serial(Receiving(&BITS.queue)),
        serial: Serial(Receiving(&BYTES.queue)),
        noise: Shifting::new(on_chip::NOISE_CELLS, Noise::new(chip.DAC, a.pa4, &mut rcc)),
        crc: Dividing::new(on_chip::CRC_POLYNOMIAL, CrcUnit::new(chip.CRC, &mut rcc)),
    };
    (Receiving(&LINK.queue), Sending(sending), inputs)
}

const NAMES: [&str; 6] = ["spi1", "driven", "watched", "usart1", "dac", "crc"];

// Their places in NAMES.
const SPI: u8 = 0;
const DRIVEN: u8 = 1;
const WATCHED: u8 = 2;
const SERIAL: u8 = 3;
const DAC: u8 = 4;
const CRC: u8 = 5;

/// What the link receives.
pub(crate) type Reading = Receiving<COMMANDS>;

/// The sources of this board.
pub(crate) struct Inputs {
    spi: Spi<spi::Spi<SPI1>>,
    driven: Driven<Pin<'B', 5, Input>, Pin<'A', 8, Output>, Spin>,
    watched: Serial<Receiving<LINE>>,
    serial: Serial<Receiving<LINE>>,
    noise: Shifting<Noise>,
    crc: Dividing<CrcUnit>,
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
            DAC => self.noise.read(buffer),
            CRC => self.crc.read(buffer),
            _ => 0,
        }
    }

    fn flush(&mut self, source: u8) {
        match source {
            WATCHED => BITS.clear(),
            SERIAL => BYTES.queue.clear(),
            DAC => self.noise.restart(Noise::restart),
            CRC => self.crc.restart(CrcUnit::restart),
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

/// The receiving half of a USART, emptied by its interrupt, since it holds one byte only.
struct Line<U: Instance, const N: usize> {
    receiver: Mutex<RefCell<Option<Rx<U>>>>,
    queue: Queue<N>,
}

impl<U: Instance, const N: usize> Line<U, N> {
    const fn new() -> Self {
        Self { receiver: Mutex::new(RefCell::new(None)), queue: Queue::new() }
    }

    fn begin(&self, mut receiver: Rx<U>) {
        receiver.listen();
        critical_section::with(|cs| self.receiver.borrow_ref_mut(cs).replace(receiver));
    }

    fn collect(&self) {
        critical_section::with(|cs| {
            let mut receiver = self.receiver.borrow_ref_mut(cs);
            let Some(receiver) = receiver.as_mut() else { return };
            loop {
                match receiver.read() {
                    Ok(byte) => self.queue.push(cs, byte),
                    Err(nb::Error::Other(serial::Error::Overrun)) => self.queue.overrun(cs),
                    // Cleared by reading on; the check sum of the frame, or the checker, will tell.
                    Err(nb::Error::Other(_)) => {}
                    Err(nb::Error::WouldBlock) => return,
                }
            }
        });
    }
}

/// A generator with a clock of its own: each rising edge interrupts, and the data is taken.
struct Clocked {
    clock: Pin<'A', 1, Input>,
    data: Pin<'B', 0, Input>,
}

static CLOCKED: Mutex<RefCell<Option<Clocked>>> = Mutex::new(RefCell::new(None));

#[interrupt]
fn EXTI1() {
    critical_section::with(|cs| {
        if let Some(clocked) = CLOCKED.borrow_ref_mut(cs).as_mut() {
            let bit = clocked.data.is_high();
            clocked.clock.clear_interrupt_pending_bit();
            BITS.push(bit);
        }
    });
}

#[interrupt]
fn USART1() {
    BYTES.collect();
}

#[interrupt]
fn USART2() {
    LINK.collect();
}

/// What the link sends. The driver's own stream is of another version of embedded-io, and returns 0 where it should wait.
pub(crate) struct Sending(Tx<USART2>);

impl ErrorType for Sending {
    type Error = Infallible;
}

impl Write for Sending {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        for &byte in buffer {
            // Sending knows no other error than that it is busy.
            while self.0.write(byte).is_err() {}
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while self.0.flush().is_err() {}
        Ok(())
    }
}
