//! Board `rp2040`: Raspberry Pi Pico (RP2040, Cortex-M0+).
//!
//! The USB socket carries the link, or UART0: whichever the host spoke on last. Section numbers are those of the RP2040 data sheet.

#[path = "rp2040/capture.rs"]
mod capture;
#[path = "rp2040/sniffer.rs"]
mod sniffer;
#[path = "rp2040/usb.rs"]
mod usb;

use core::{cell::RefCell, convert::Infallible};

use critical_section::Mutex;
use embedded_io::{ErrorType, Write};
use lfsr_firmware::source::{Dividing, Driven, Edge, Serial, Source, Sources, Spi};
use rp2040_hal::{
    Clock, Sio, Watchdog,
    clocks::init_clocks_and_plls,
    dma::DMAExt,
    fugit::RateExtU32,
    gpio::{
        FunctionSio, FunctionSpi, FunctionUart, Pin, Pins, PullNone, PullUp, SioInput, SioOutput,
        bank0::{Gpio0, Gpio1, Gpio4, Gpio5, Gpio14, Gpio15, Gpio16, Gpio18, Gpio19},
    },
    pac::{self, SPI0, UART0, UART1, interrupt},
    spi,
    uart::{DataBits, ReadErrorType, Reader, StopBits, UartConfig, UartDevice, UartPeripheral, ValidUartPinout, Writer},
};

use super::{
    received::{COMMANDS, LINE, Queue, Receiving, sleep},
    spin::Spin,
};
use capture::Capture;
use sniffer::Sniffer;

/// As the host is told.
pub(crate) const NAME: &str = "rp2040";

const CRYSTAL_HERTZ: u32 = 12_000_000;
const MEGAHERTZ: u32 = 125;
const BAUD: u32 = 115_200;

/// Half a period of the clock that `driven` makes: 500 kHz at most.
const HALF_PERIOD_NS: u32 = 1000;

/// The second stage of the boot loader, for the flash of the Pico (section 2.8.1).
#[unsafe(link_section = ".boot2")]
#[unsafe(no_mangle)]
#[used]
static BOOT2_FIRMWARE: [u8; 256] = rp2040_boot2::BOOT_LOADER_W25Q080;

// A receiver that nothing is connected to must not hear noise.
type Uart<I, J> = (Pin<I, FunctionUart, PullNone>, Pin<J, FunctionUart, PullUp>);
type SpiPins =
    (Pin<Gpio19, FunctionSpi, PullNone>, Pin<Gpio16, FunctionSpi, PullNone>, Pin<Gpio18, FunctionSpi, PullNone>);
type InputPin<I> = Pin<I, FunctionSio<SioInput>, PullNone>;
type OutputPin<I> = Pin<I, FunctionSio<SioOutput>, PullNone>;

static LINK: Line<UART0, Uart<Gpio0, Gpio1>, COMMANDS> = Line::new();
static BYTES: Line<UART1, Uart<Gpio4, Gpio5>, LINE> = Line::new();

/// The link's two directions, and the sources. Call it once.
pub(crate) fn peripherals() -> (Reading, Sending, Inputs) {
    // The four `unwrap` cannot fail: this is called once, the crystal gives these clocks, and they give the rate.
    let mut chip = pac::Peripherals::take().unwrap();
    let mut watchdog = Watchdog::new(chip.WATCHDOG);
    let resets = &mut chip.RESETS;
    let clocks =
        init_clocks_and_plls(CRYSTAL_HERTZ, chip.XOSC, chip.CLOCKS, chip.PLL_SYS, chip.PLL_USB, resets, &mut watchdog)
            .ok()
            .unwrap();
    let clock = clocks.peripheral_clock.freq();
    let sio = Sio::new(chip.SIO);
    let pins = Pins::new(chip.IO_BANK0, chip.PADS_BANK0, sio.gpio_bank0, resets);
    let config = || UartConfig::new(BAUD.Hz(), DataBits::Eight, None, StopBits::One);

    let uart = (pins.gpio0.reconfigure(), pins.gpio1.reconfigure());
    let link = UartPeripheral::new(chip.UART0, uart, resets).enable(config(), clock).unwrap();
    let (receiver, sender) = link.split();
    LINK.begin(receiver);
    let parts = usb::Parts { registers: chip.USBCTRL_REGS, memory: chip.USBCTRL_DPRAM, clock: clocks.usb_clock };
    usb::begin(parts, resets, &LINK.queue);
    let uart = (pins.gpio4.reconfigure(), pins.gpio5.reconfigure());
    let bits = UartPeripheral::new(chip.UART1, uart, resets).enable(config(), clock).unwrap();
    BYTES.begin(bits.split().0);
    for number in [pac::Interrupt::USBCTRL_IRQ, pac::Interrupt::UART0_IRQ, pac::Interrupt::UART1_IRQ] {
        // SAFETY: the handlers take everything they touch in critical sections; nothing here relies on their being masked.
        unsafe { cortex_m::peripheral::NVIC::unmask(number) };
    }

    let spi: SpiPins = (pins.gpio19.reconfigure(), pins.gpio16.reconfigure(), pins.gpio18.reconfigure());
    let spi = spi::Spi::<_, _, _, 8>::new(chip.SPI0, spi).init(resets, clock, 1.MHz(), embedded_hal::spi::MODE_0);
    let capture = (pins.gpio10.reconfigure(), pins.gpio11.reconfigure());
    let spin = Spin { megahertz: MEGAHERTZ };
    let channels = chip.DMA.split(resets);
    let inputs = Inputs {
        spi: Spi(spi),
        driven: Driven::new(pins.gpio15.reconfigure(), pins.gpio14.reconfigure(), spin, HALF_PERIOD_NS, Edge::Rising),
        serial: Serial(Receiving(&BYTES.queue)),
        capture: Capture::new(chip.PIO0, capture, (channels.ch1, channels.ch2), resets),
        crc: Dividing::new(sniffer::POLYNOMIAL, Sniffer::new(channels.ch0)),
        sleepless: false,
    };
    (Receiving(&LINK.queue), Sending(sender), inputs)
}

const NAMES: [&str; 5] = ["spi0", "driven", "uart1", "pio", "crc"];

// Their places in NAMES.
const SPI: u8 = 0;
const DRIVEN: u8 = 1;
const SERIAL: u8 = 2;
const PIO: u8 = 3;
const CRC: u8 = 4;

/// What the link receives.
pub(crate) type Reading = Receiving<COMMANDS>;

/// The sources of this board.
pub(crate) struct Inputs {
    spi: Spi<spi::Spi<spi::Enabled, SPI0, SpiPins, 8>>,
    driven: Driven<InputPin<Gpio15>, OutputPin<Gpio14>, Spin>,
    serial: Serial<Receiving<LINE>>,
    capture: Capture,
    crc: Dividing<Sniffer>,
    /// The source in use comes without interrupts.
    sleepless: bool,
}

impl Sources for Inputs {
    fn names(&self) -> &[&'static str] {
        &NAMES
    }

    fn read(&mut self, source: u8, buffer: &mut [u8]) -> usize {
        match source {
            SPI => self.spi.read(buffer),
            DRIVEN => self.driven.read(buffer),
            SERIAL => self.serial.read(buffer),
            PIO => self.capture.read(buffer),
            CRC => self.crc.read(buffer),
            _ => 0,
        }
    }

    fn flush(&mut self, source: u8) {
        self.capture.stop();
        self.sleepless = source == PIO;
        match source {
            SERIAL => BYTES.queue.clear(),
            PIO => self.capture.restart(),
            CRC => self.crc.restart(Sniffer::restart),
            _ => {}
        }
    }

    fn hold(&mut self, source: u8) {
        self.flush(source);
        if source == PIO {
            self.capture.restart_once();
        }
    }

    fn overran(&mut self, source: u8) -> bool {
        match source {
            SERIAL => BYTES.queue.overran(),
            PIO => self.capture.overran(),
            _ => false,
        }
    }

    fn idle(&mut self) {
        if !self.sleepless {
            sleep(|cs| LINK.queue.is_empty(cs) && BYTES.queue.is_empty(cs));
        }
    }
}

/// The receiving half of a UART, emptied by its interrupt.
struct Line<U: UartDevice, P: ValidUartPinout<U>, const N: usize> {
    reader: Mutex<RefCell<Option<Reader<U, P>>>>,
    queue: Queue<N>,
}

impl<U: UartDevice, P: ValidUartPinout<U>, const N: usize> Line<U, P, N> {
    const fn new() -> Self {
        Self { reader: Mutex::new(RefCell::new(None)), queue: Queue::new() }
    }

    fn begin(&self, mut reader: Reader<U, P>) {
        reader.enable_rx_interrupt();
        critical_section::with(|cs| self.reader.borrow_ref_mut(cs).replace(reader));
    }

    fn collect(&self) {
        critical_section::with(|cs| {
            let reader = self.reader.borrow_ref(cs);
            let Some(reader) = reader.as_ref() else { return };
            let mut buffer = [0; 32];
            loop {
                // What came before an error counts; the check sum of the frame, or the checker, will tell of the rest.
                let count = match reader.read_raw(&mut buffer) {
                    Ok(count) => count,
                    Err(nb::Error::Other(error)) => {
                        if matches!(error.err_type, ReadErrorType::Overrun) {
                            self.queue.overrun(cs);
                        }
                        error.discarded.len()
                    }
                    Err(nb::Error::WouldBlock) => return,
                };
                buffer.iter().take(count).for_each(|byte| self.queue.push(cs, *byte));
            }
        });
    }
}

#[interrupt]
fn UART0_IRQ() {
    LINK.collect();
    critical_section::with(usb::leave);
}

#[interrupt]
fn UART1_IRQ() {
    BYTES.collect();
}

/// What the link sends. The driver's own stream is of another version of embedded-io.
pub(crate) struct Sending(Writer<UART0, Uart<Gpio0, Gpio1>>);

impl ErrorType for Sending {
    type Error = Infallible;
}

impl Write for Sending {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        if usb::is_in_use() {
            return Ok(usb::send(buffer));
        }
        self.0.write_full_blocking(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        // The FIFO empties itself.
        Ok(())
    }
}
