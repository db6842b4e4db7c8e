//! [`Machine`]: the board `stm32f4`: the core with models of the peripherals around it.

use std::{cell::RefCell, rc::Rc};

use super::{
    crc::{self, Crc},
    dac::{self, Dac},
    emulated::{Chip, Core},
    rcc::{self, BitBand, Clocks, Gate, Gated, Rcc},
    usart::Usart,
    wires::{Exti, Gpio, Spi, Syscfg, Wires},
};

// RM0090 table 1 and table 5.
const FLASH: u32 = 0x0800_0000;
const FLASH_SIZE: usize = 0x8_0000;
const RAM_SIZE: u32 = 0x2_0000;
const RCC: u32 = 0x4002_3800;

// Positions of interrupts (table 61).
const EXTI1: u16 = 7;
const USART1: u16 = 37;
const USART2: u16 = 38;

/// From APB1's clock to the processor's; the test of the clocks holds it against the registers.
pub(crate) const RATIO: u64 = 2;

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
    core: Core,
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
        // After a reset from flash it is also at 0 (section 2.4).
        let mut core = Core::new(image, FLASH, FLASH_SIZE, RAM_SIZE);
        let processor = &mut core.processor;
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
        Self { core, clocks, dac, crc, link, bytes, spi, gpio_a, wires, exti }
    }
}

impl Chip for Machine {
    fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    fn core_ref(&self) -> &Core {
        &self.core
    }

    fn interrupts(&self) -> Vec<(u16, bool)> {
        vec![
            (EXTI1, self.exti.borrow().interrupts()),
            (USART1, self.bytes.borrow().inner.interrupts()),
            (USART2, self.link.borrow().inner.interrupts()),
        ]
    }

    fn is_busy(&self) -> bool {
        let line = |usart: &Usart| !usart.incoming.is_empty() || usart.generator.is_some();
        line(&self.link.borrow().inner) || line(&self.bytes.borrow().inner) || self.wires.borrow().half_period > 0
    }

    fn take(&mut self) -> Option<u8> {
        self.link.borrow_mut().inner.outgoing.pop_front()
    }

    fn give(&mut self, bytes: &[u8]) {
        self.link.borrow_mut().inner.incoming.extend(bytes);
    }
}
