//! The image of the board `stm32f4`, unmodified, in an emulated core with models of the chip's registers: its link works, what it reads of the
//! noise generator and of the CRC unit passes the check, and each fault of them is caught.
//!
//! Models and firmware follow the same manual (RM0090), so this proves the access to the registers and that faults are found, not
//! that silicon is like the manual. The models know nothing of `lfsr_core`. Needs the image, `LFSR_FIRMWARE_STM32F4`, which
//! `cargo xtask test` sets.
#![forbid(unsafe_code)]

#[path = "stm32f4/crc.rs"]
mod crc;
#[path = "stm32f4/dac.rs"]
mod dac;
#[path = "emulated/core.rs"]
mod emulated;
#[path = "emulated/generator.rs"]
mod generator;
#[path = "stm32f4/machine.rs"]
mod machine;
#[path = "emulated/peripheral.rs"]
mod peripheral;
#[path = "stm32f4/rcc.rs"]
mod rcc;
#[path = "stm32f4/usart.rs"]
mod usart;
#[path = "stm32f4/wires.rs"]
mod wires;

use std::{cell::RefCell, env, fs, rc::Rc};

use emulated::Chip;
use generator::Generator;
use lfsr_core::{
    bit_order::BitOrder,
    catalogue,
    check::{LockState, Settings},
    link::{CheckPlan, Counters, RunUnit, Then},
    notation,
    register::Register,
    unit::Unit,
};
use lfsr_crosscheck::{random::Random, ranges::sample, skip::skipped};
use machine::{Faults, Machine};

/// Bits of each check: more than a period of the noise generator.
const BITS: u64 = 4500;

/// Instructions between two looks at the counters.
const PIECE: u64 = 100_000;

/// The image, or a loud remark.
fn image() -> Option<Vec<u8>> {
    let Some(path) = env::var_os("LFSR_FIRMWARE_STM32F4") else {
        skipped("stm32f4", "no LFSR_FIRMWARE_STM32F4 (cargo xtask test sets it)");
        return None;
    };
    Some(fs::read(path).expect("the image is readable"))
}

/// What the chip's registers were used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Accesses {
    triggers: u64,
    readings: u64,
    written: u64,
    read: u64,
}

impl Accesses {
    fn of(machine: &Machine) -> Self {
        let (dac, crc) = (machine.dac.borrow(), machine.crc.borrow());
        assert_eq!(crc.inner.nonzero, 0, "the CRC unit is fed zeros");
        Self {
            triggers: dac.inner.triggers,
            readings: dac.inner.reads,
            written: crc.inner.writes,
            read: crc.inner.reads,
        }
    }
}

/// What the firmware finds at a source of a chip with these faults, expecting `expected`.
fn check(image: &[u8], source: &str, expected: &Register, faults: Faults) -> (Counters, Accesses) {
    let (counters, machine) = check_wired(image, source, expected, BitOrder::Lsb, faults, |_| ());
    let accesses = Accesses::of(&machine.borrow());
    (counters, accesses)
}

/// The same of a chip that something was wired to before the check began.
fn check_wired(
    image: &[u8],
    source: &str,
    expected: &Register,
    order: BitOrder,
    faults: Faults,
    wire: impl FnOnce(&Machine),
) -> (Counters, Rc<RefCell<Machine>>) {
    let (mut client, machine) = emulated::connect(Machine::new(image, faults));
    client.info().expect("the chip answers");
    let sources = client.sources().expect("the chip answers");
    let number = sources.iter().position(|name| name == source).expect("the board has this source") as u8;
    assert_eq!(Accesses::of(&machine.borrow()), Accesses::default(), "nobody asked for bits yet");
    wire(&machine.borrow());
    let settings = Settings { order, ..Settings::new(expected) };
    let mut counters = client.start_check(&CheckPlan::new(7, number, *expected, &settings)).expect("it begins");
    for _ in 0..100 {
        if counters.bits >= BITS {
            break;
        }
        machine.borrow_mut().run(PIECE);
        counters = client.counters(7, Then::GoOn).expect("the chip answers");
    }
    let counters = client.counters(7, Then::Freeze).expect("the chip answers");
    assert!(counters.bits >= BITS, "{source} is slow or silent: {counters:?}");
    assert_eq!(client.retries(), 1, "the greeting is the only surprise");
    assert_eq!(machine.borrow().link.borrow().inner.overruns, 0);
    (counters, machine)
}

fn noise() -> Register {
    named("STM32-DAC")
}

fn ethernet() -> Register {
    named("STM32-CRC")
}

/// As a user names it to `lfsr device check`.
fn named(name: &str) -> Register {
    catalogue::find(name).expect("the catalogue has it").register()
}

/// No fault: locked from the beginning to the end, without an error.
fn assert_good(counters: &Counters, degree: u64) {
    assert_eq!(counters.status(), LockState::Locked, "{counters:?}");
    assert_eq!((counters.errors, counters.slips, counters.locks, counters.inverted), (0, 0, 1, false), "{counters:?}");
    assert!(counters.compared + 64 + degree >= counters.bits, "{counters:?}");
}

#[test]
fn the_chip_is_set_up_as_the_board_says() {
    let Some(image) = image() else { return };
    let (mut client, machine) = emulated::connect(Machine::new(&image, Faults::default()));
    let info = client.info().expect("the chip answers");
    assert_eq!(info.board, "stm32f4");
    let names = client.sources().expect("the chip answers");
    assert_eq!(names, ["spi1", "driven", "watched", "usart1", "dac", "crc"]);
    assert_eq!(client.self_test(), Ok(0));

    let machine = machine.borrow();
    let clocks = machine.clocks.borrow();
    assert_eq!((clocks.ahb(), clocks.apb1(), clocks.apb2()), (84_000_000, 42_000_000, 84_000_000));
    assert_eq!(clocks.ahb() / clocks.apb1(), machine::RATIO);
    let link = machine.link.borrow();
    assert!(link.inner.is_8n1());
    // A receiver stands some percent; dividing the clock costs a part of one.
    let rate = clocks.apb1() as f64 / link.inner.bit_clocks() as f64;
    assert!((rate / 115_200.0 - 1.0).abs() < 0.002, "{rate} baud");
    // PA2 and PA3 are USART2's (alternate function 7), PA4 is analogue (RM0090 sections 8.4.1 and 8.4.9).
    let mut pins = machine.gpio_a.borrow_mut();
    let modes = peripheral::Peripheral::read(&mut pins.inner, 0x00);
    assert_eq!(modes >> 4 & 0b11_11_11, 0b11_10_10, "{modes:#x}");
    assert_eq!(peripheral::Peripheral::read(&mut pins.inner, 0x20) >> 8 & 0xff, 0x77);
}

#[test]
fn it_runs_units_while_interrupted() {
    let Some(image) = image() else { return };
    let (mut client, _machine) = emulated::connect(Machine::new(&image, Faults::default()));
    client.info().expect("the chip answers");
    let register = notation::parse("taps:15,14").expect("taps");
    let run = RunUnit { register, zeros: 7, unit: Unit { first: 3, count: 20 } };
    let mut due = run.unit.starts();
    let done = client.run_unit(&run, |record| {
        let start = due.next().expect("no more than asked for");
        // By the definition: the next state below 2^8.
        let (mut end, mut steps) = (register.step(start), 1);
        while end >> 8 != 0 {
            (end, steps) = (register.step(end), steps + 1);
        }
        assert_eq!((record.start, record.end, record.steps), (start, end, steps));
    });
    assert_eq!(done.expect("it runs").records, 20);
}

#[test]
fn good_registers_pass_and_were_read() {
    let Some(image) = image() else { return };
    let (counters, used) = check(&image, "dac", &noise(), Faults::default());
    assert_good(&counters, 12);
    // A trigger and a reading for each bit, and no more than one buffer ahead.
    assert_eq!(used.readings, used.triggers);
    assert!((counters.bits..counters.bits + 1024).contains(&used.triggers), "{used:?} for {} bits", counters.bits);
    assert_eq!((used.written, used.read), (0, 0));

    let (counters, used) = check(&image, "crc", &ethernet(), Faults::default());
    assert_good(&counters, 32);
    assert_eq!(used.written, used.read);
    let bits = 32 * used.written;
    assert!((counters.bits..counters.bits + 1024).contains(&bits), "{used:?} for {} bits", counters.bits);
    assert_eq!((used.triggers, used.readings), (0, 0));
}

/// Every bit of a generator at SPI, at the USART, and at the pins arrives in order, whoever clocks it, also while the firmware answers the host.
#[test]
fn generators_at_the_pins_pass() {
    let Some(image) = image() else { return };
    let prbs15 = named("PRBS15");
    let good = |source, order, wire: fn(&Machine)| {
        let (counters, machine) = check_wired(&image, source, &prbs15, order, Faults::default(), wire);
        assert_good(&counters, 15);
        (counters, machine)
    };

    let (counters, machine) = good("spi1", BitOrder::Msb, |_| ());
    let steps = machine.borrow().spi.borrow().inner.generator.steps;
    assert!((counters.bits..counters.bits + 1024).contains(&steps), "{steps} clocks for {} bits", counters.bits);

    let (counters, machine) = good("driven", BitOrder::Lsb, |_| ());
    let steps = machine.borrow().wires.borrow().driven.steps;
    assert!((counters.bits..counters.bits + 1024).contains(&steps), "{steps} clocks for {} bits", counters.bits);

    // These do not wait for the firmware, so the host's line is as slow as it is: a reply takes some milliseconds.
    let (_, machine) = good("usart1", BitOrder::Lsb, |machine| {
        machine.link.borrow_mut().inner.hurry = 1;
        let mut bytes = machine.bytes.borrow_mut();
        (bytes.inner.hurry, bytes.inner.generator) = (1, Some(Generator::new()));
    });
    let machine = machine.borrow();
    let bytes = machine.bytes.borrow();
    assert!(bytes.inner.is_8n1() && bytes.inner.overruns == 0);
    let rate = machine.clocks.borrow().apb2() as f64 / bytes.inner.bit_clocks() as f64;
    assert!((rate / 115_200.0 - 1.0).abs() < 0.002, "{rate} baud");

    let (_, machine) = good("watched", BitOrder::Lsb, |machine| {
        machine.link.borrow_mut().inner.hurry = 1;
        // 50 kHz.
        machine.wires.borrow_mut().half_period = 840;
    });
    assert_eq!(machine.borrow().wires.borrow().missed, 0);
}

#[test]
fn another_register_is_not_what_comes() {
    let Some(image) = image() else { return };
    for (source, wrong) in [("dac", "taps:12,11,10,4"), ("crc", "taps:32,31,30,10"), ("crc", "taps:12,11,8,6")] {
        let (counters, _) = check(&image, source, &notation::parse(wrong).expect("taps"), Faults::default());
        assert_eq!((counters.locks, counters.status()), (0, LockState::Searching), "{source} {wrong}: {counters:?}");
    }
}

#[test]
fn each_fault_of_the_noise_generator_is_caught() {
    use dac::Fault;
    let Some(image) = image() else { return };
    let mut random = Random::new("each_fault_of_the_noise_generator_is_caught");
    let found = |fault| check(&image, "dac", &noise(), Faults { dac: Some(fault), ..Faults::default() }).0;
    for tap in dac::TAPS {
        let cut = found(Fault::CutTap(tap));
        assert_ne!(cut.status(), LockState::Locked, "tap {tap}: {cut:?}");
        assert!(cut.locks == 0 || cut.errors > 0 || cut.losses > 0, "tap {tap}: {cut:?}");
    }
    for value in [0, 1] {
        for bit in sample((0..12).collect(), 4, &mut random) {
            for fault in [Fault::StuckCell(bit, value), Fault::StuckLine(bit, value)] {
                let stuck = found(fault);
                assert_ne!(stuck.status(), LockState::Locked, "{fault:?}: {stuck:?}");
            }
        }
    }
    // Bits that never are one of the twelve.
    assert_ne!(found(Fault::StuckLine(12, 1)).status(), LockState::Locked);
    assert_ne!(found(Fault::StuckLine(31, 1)).status(), LockState::Locked);
    // One wrong bit in one word of some thousands, wherever it is: 24 or 25 bits are held low.
    for bit in sample((0..12).collect(), 4, &mut random) {
        let once = found(Fault::Glitch(3000, bit));
        assert_eq!(once.status(), LockState::LockedWithErrors, "bit {bit}: {once:?}");
        assert!((4..=25).contains(&once.errors) && once.slips == 0, "bit {bit}: {once:?}");
    }
    let lazy = found(Fault::Lazy(3000));
    assert_eq!(lazy.status(), LockState::LockedWithErrors, "{lazy:?}");
}

#[test]
fn each_fault_of_the_crc_unit_is_caught() {
    use crc::{ETHERNET, Fault};
    let Some(image) = image() else { return };
    let mut random = Random::new("each_fault_of_the_crc_unit_is_caught");
    let found = |fault| check(&image, "crc", &ethernet(), Faults { crc: Some(fault), ..Faults::default() }).0;
    // CRC-32C; and the right one with one gate missing or one too many.
    let mut wrong = vec![0x1edc_6f41];
    wrong.extend(sample((0..32).collect(), 3, &mut random).into_iter().map(|bit: u32| ETHERNET ^ 1 << bit));
    for polynomial in wrong {
        let other = found(Fault::Polynomial(polynomial));
        assert_eq!((other.status(), other.locks), (LockState::Searching, 0), "{polynomial:#010x}: {other:?}");
    }
    for bit in sample((0..32).collect(), 4, &mut random) {
        for value in [0, 1] {
            let stuck = found(Fault::StuckCell(bit, value));
            assert_eq!((stuck.status(), stuck.locks), (LockState::Searching, 0), "bit {bit} at {value}: {stuck:?}");
        }
    }
    for bit in [0, 13, 31] {
        let once = found(Fault::Glitch(100, bit));
        assert_eq!(once.status(), LockState::LockedWithErrors, "bit {bit}: {once:?}");
        assert!((1..=32).contains(&once.errors) && once.slips == 0, "bit {bit}: {once:?}");
    }
    assert_ne!(found(Fault::Lazy(100)).status(), LockState::Locked);
}

#[test]
fn a_peripheral_without_a_clock_is_dead() {
    let Some(image) = image() else { return };
    for (source, expected, gate) in [("dac", noise(), rcc::DAC), ("crc", ethernet(), rcc::CRC)] {
        let (counters, used) = check(&image, source, &expected, Faults { clock: Some(gate), ..Faults::default() });
        assert_eq!((counters.locks, used), (0, Accesses::default()), "{source}: {counters:?}");
        assert!(counters.stuck_low > BITS * 9 / 10, "{source}: {counters:?}");
    }
}
