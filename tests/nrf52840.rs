//! The image of the board `nrf52840`, unmodified, in an emulated core with models of the chip's peripherals: its link works, and every bit of
//! generators at SPI, at the second UARTE and at the pins arrives.
//!
//! Models and firmware follow the same product specification, so this proves the access to the registers, not that silicon is like the paper. Needs the
//! image, `LFSR_FIRMWARE_NRF52840`, which `cargo xtask test` sets.
#![forbid(unsafe_code)]

#[path = "emulated/core.rs"]
mod emulated;
#[path = "emulated/generator.rs"]
mod generator;
#[path = "nrf52840/models.rs"]
mod models;
#[path = "emulated/peripheral.rs"]
mod peripheral;

use std::{cell::RefCell, env, fs, rc::Rc};

use emulated::{Chip, Core, connect};
use generator::Generator;
use lfsr_core::{
    bit_order::BitOrder,
    catalogue,
    check::{LockState, Settings},
    link::{CheckPlan, Counters, RunUnit, Then},
    unit::Unit,
};
use lfsr_crosscheck::skip::skipped;
use models::{Edges, Mapped, Oscillator, Pins, Spim, Uarte, Wires};

/// Bits of each check.
const BITS: u64 = 4500;

/// Instructions between two looks at the counters.
const PIECE: u64 = 100_000;

// Interrupts: bits 17 to 12 of the peripheral's address.
const UARTE0: u16 = 2;
const GPIOTE: u16 = 6;
const UARTE1: u16 = 40;

/// The chip with its wires.
struct Machine {
    core: Core,
    clock: Rc<RefCell<Mapped<Oscillator>>>,
    link: Rc<RefCell<Mapped<Uarte>>>,
    bytes: Rc<RefCell<Mapped<Uarte>>>,
    spi: Rc<RefCell<Mapped<Spim>>>,
    edges: Rc<RefCell<Mapped<Edges>>>,
    wires: Rc<RefCell<Wires>>,
}

impl Machine {
    fn new(image: &[u8]) -> Self {
        let mut core = Core::new(image, 0, 0x10_0000, 0x4_0000);
        let wires = Wires::new();
        let clock = Mapped::new(0x1000, Oscillator::new());
        let link = Mapped::new(0x1000, Uarte::new(&core.ram));
        let bytes = Mapped::new(0x1000, Uarte::new(&core.ram));
        let spi = Mapped::new(0x1000, Spim::new(&core.ram));
        let edges = Mapped::new(0x1000, Edges::new(&wires));
        let mut map = |address, interface| core.processor.map_iface(address, interface).expect("no overlap");
        map(0x4000_0000, clock.clone());
        map(0x4000_2000, link.clone());
        map(0x4000_6000, edges.clone());
        map(0x4002_3000, spi.clone());
        map(0x4002_8000, bytes.clone());
        map(0x5000_0000, Mapped::new(0x1000, Pins::new(&wires)));
        Self { core, clock, link, bytes, spi, edges, wires }
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
            (UARTE0, self.link.borrow().inner.interrupts()),
            (GPIOTE, self.edges.borrow().inner.interrupts()),
            (UARTE1, self.bytes.borrow().inner.interrupts()),
        ]
    }

    fn is_busy(&self) -> bool {
        let line = |uarte: &Uarte| !uarte.incoming.is_empty() || uarte.generator.is_some();
        line(&self.link.borrow().inner) || line(&self.bytes.borrow().inner) || self.wires.borrow().half_period > 0
    }

    fn take(&mut self) -> Option<u8> {
        self.link.borrow_mut().inner.outgoing.pop_front()
    }

    fn give(&mut self, bytes: &[u8]) {
        self.link.borrow_mut().inner.incoming.extend(bytes);
    }
}

/// The image, or a loud remark.
fn image() -> Option<Vec<u8>> {
    let Some(path) = env::var_os("LFSR_FIRMWARE_NRF52840") else {
        skipped("nrf52840", "no LFSR_FIRMWARE_NRF52840 (cargo xtask test sets it)");
        return None;
    };
    Some(fs::read(path).expect("the image is readable"))
}

/// Checks PRBS15 at a source, with something wired to the chip before, and finds no fault.
fn good(image: &[u8], source: &str, order: BitOrder, wire: impl FnOnce(&Machine)) -> (Counters, Rc<RefCell<Machine>>) {
    let (mut client, machine) = connect(Machine::new(image));
    client.info().expect("the chip answers");
    let sources = client.sources().expect("the chip answers");
    let number = sources.iter().position(|name| name == source).expect("the board has this source") as u8;
    wire(&machine.borrow());
    let expected = catalogue::find("PRBS15").expect("the catalogue has it").register();
    let settings = Settings { order, ..Settings::new(&expected) };
    let mut counters = client.start_check(&CheckPlan::new(7, number, expected, &settings)).expect("it begins");
    for _ in 0..100 {
        if counters.bits >= BITS {
            break;
        }
        machine.borrow_mut().run(PIECE);
        counters = client.counters(7, Then::GoOn).expect("the chip answers");
    }
    let counters = client.counters(7, Then::Freeze).expect("the chip answers");
    assert!(counters.bits >= BITS, "{source} is slow or silent: {counters:?}");
    assert_eq!(counters.status(), LockState::Locked, "{source}: {counters:?}");
    let faults = (counters.errors, counters.slips, counters.locks, counters.inverted);
    assert_eq!(faults, (0, 0, 1, false), "{source}: {counters:?}");
    assert!(counters.compared + 64 + 15 >= counters.bits, "{source}: {counters:?}");
    assert_eq!(
        (client.retries(), machine.borrow().link.borrow().inner.lost),
        (1, 0),
        "the greeting is the only surprise"
    );
    (counters, machine)
}

#[test]
fn the_chip_is_set_up_as_the_board_says() {
    let Some(image) = image() else { return };
    let (mut client, machine) = connect(Machine::new(&image));
    assert_eq!(client.info().expect("the chip answers").board, "nrf52840");
    let names = client.sources().expect("the chip answers");
    assert_eq!(names, ["spim2", "driven", "watched", "uarte1"]);
    assert_eq!(client.self_test(), Ok(0));
    let machine = machine.borrow();
    assert!(machine.clock.borrow().inner.is_started(), "the internal oscillator is too far off for a UART");
    let pin = |port: u32, pin: u32| port << 5 | pin;
    assert_eq!(machine.link.borrow().inner.pins(), (pin(0, 6), pin(0, 8)));
    assert_eq!(machine.bytes.borrow().inner.pins(), (pin(1, 2), pin(1, 1)));
    assert_eq!(machine.spi.borrow().inner.pins(), (pin(1, 15), pin(1, 14)));
    for uarte in [&machine.link, &machine.bytes] {
        let rate = uarte.borrow().inner.rate().expect("8N1");
        assert!((rate / 115_200.0 - 1.0).abs() < 0.01, "{rate} baud");
    }
}

#[test]
fn it_runs_units_while_interrupted() {
    let Some(image) = image() else { return };
    let (mut client, _machine) = connect(Machine::new(&image));
    client.info().expect("the chip answers");
    let register = catalogue::find("PRBS15").expect("the catalogue has it").register();
    let run = RunUnit { register, zeros: 7, unit: Unit { first: 3, count: 20 } };
    let mut due = run.unit.starts();
    let done = client.run_unit(&run, |record| {
        let start = due.next().expect("no more than asked for");
        let (mut end, mut steps) = (register.step(start), 1);
        while end >> 8 != 0 {
            (end, steps) = (register.step(end), steps + 1);
        }
        assert_eq!((record.start, record.end, record.steps), (start, end, steps));
    });
    assert_eq!(done.expect("it runs").records, 20);
}

#[test]
fn generators_at_the_pins_pass() {
    let Some(image) = image() else { return };
    let (counters, machine) = good(&image, "spim2", BitOrder::Msb, |_| ());
    let steps = machine.borrow().spi.borrow().inner.generator.steps;
    assert!((counters.bits..counters.bits + 1024).contains(&steps), "{steps} clocks for {} bits", counters.bits);

    let (counters, machine) = good(&image, "driven", BitOrder::Lsb, |_| ());
    let steps = machine.borrow().wires.borrow().driven.steps;
    assert!((counters.bits..counters.bits + 1024).contains(&steps), "{steps} clocks for {} bits", counters.bits);

    // These do not wait for the firmware, so the host's line is as slow as it is: a reply takes some milliseconds.
    let (_, machine) = good(&image, "uarte1", BitOrder::Lsb, |machine| {
        machine.link.borrow_mut().inner.hurry = 1;
        let mut bytes = machine.bytes.borrow_mut();
        (bytes.inner.hurry, bytes.inner.generator) = (1, Some(Generator::new()));
    });
    assert_eq!(machine.borrow().bytes.borrow().inner.lost, 0);

    let (_, machine) = good(&image, "watched", BitOrder::Lsb, |machine| {
        machine.link.borrow_mut().inner.hurry = 1;
        // 50 kHz.
        machine.wires.borrow_mut().half_period = 640;
    });
    assert_eq!(machine.borrow().wires.borrow().missed, 0);
}
