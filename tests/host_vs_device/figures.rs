//! The figures of the firmware, measured: flash, RAM, and instructions. The table in `firmware/README.md` must agree with them.
//!
//! Instructions are those of the emulated core, one by one in QEMU's log, from the entry of a function to its return; what interrupts do in
//! between is left out. `LFSR_FIGURES=write` (`cargo xtask figures`) writes the table anew.

use core::{fmt::Write, time::Duration};
use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead, BufReader},
    path::Path,
    sync::mpsc::channel,
    thread,
    time::Instant,
};

use lfsr_core::{
    bit_order::BitOrder,
    check::{LockState, Settings},
    link::{CheckPlan, RunUnit, Then},
    register::Register,
    unit::Unit,
};
use object::{Object, ObjectSegment, ObjectSymbol};

use super::{
    device::{self, Device, Setup, generator},
    memory, register,
};

/// Before and after the table.
const BEGIN: &str = "<!-- figures: written by `cargo xtask figures` -->\n";
const END: &str = "<!-- end of figures -->\n";

/// What a figure may differ from the table's: another compiler, another few instructions; an interrupt at the deepest point of the stack.
const TOLERANCE: f64 = 0.1;

/// The goals.
const MOST_PER_BIT: f64 = 40.0;
const MOST_PER_BIT_SPARSE: f64 = 1.0;

const BITS: u64 = 32_768;

/// What the firmware reads from a source at once, at most.
const READ_BITS: f64 = 256.0;
const RAM: u64 = 0x2000_0000;

/// What is measured: name, and c(x).
const REGISTERS: [(&str, u128); 6] = [
    ("7: PRBS7", 0x83),
    ("15: PRBS15", 0x8003),
    ("23: PRBS23", 0x80_0021),
    ("31: PRBS31", 0x8000_0009),
    ("32: CRC-32, 14 lags", 0x1_04C1_1DB7),
    ("32: 31 lags", 0x1_FFFF_FFFD),
];

/// The images and their variables: those of the emulated board, then one for each other.
fn images() -> Vec<(String, String)> {
    let emulated = [("`qemu`", "PLAIN"), ("`qemu,defmt`", "LOGS"), ("`qemu,tables`", "TABLES")];
    let boards = env::var("LFSR_FIRMWARE_BOARDS").unwrap_or_default();
    let others = boards.split(',').filter(|board| !board.is_empty() && *board != "qemu");
    let others = others.map(|board| (format!("`{board}`"), board.to_uppercase()));
    let emulated = emulated.map(|(name, variable)| (name.to_owned(), variable.to_owned()));
    emulated.into_iter().chain(others).map(|(name, variable)| (name, format!("LFSR_FIRMWARE_{variable}"))).collect()
}

/// Bytes of flash and of static RAM.
pub(super) fn sizes(image: &Path) -> (u64, u64) {
    let elf = fs::read(image).expect("the image is readable");
    let elf = object::File::parse(&*elf).expect("an ELF file");
    let in_ram = |address: u64| (RAM..2 * RAM).contains(&address);
    let flash = elf.segments().map(|segment| segment.file_range().1).sum();
    let ends = elf.segments().filter(|segment| in_ram(segment.address())).map(|s| s.address() + s.size() - RAM);
    (flash, ends.max().unwrap_or(0))
}

/// Where the functions are whose mangled names have these parts.
fn function(elf: &object::File<'_>, parts: &[&str]) -> u64 {
    let mut found =
        elf.symbols().filter(|symbol| parts.iter().all(|part| symbol.name().is_ok_and(|n| n.contains(part))));
    let address = found.next().unwrap_or_else(|| panic!("no function {parts:?}")).address() & !1;
    assert!(found.all(|symbol| symbol.address() & !1 == address), "two functions {parts:?}");
    address
}

/// Instructions spent in each call of the function at `entry`, by QEMU's log of every instruction: what it calls included, interrupts not.
fn instructions(log: &Path, entry: u64) -> Vec<u64> {
    let mut calls = vec![];
    let (mut inside, mut interrupted, mut last) = (None, false, 0);
    for line in BufReader::new(fs::File::open(log).expect("a log")).lines().map_while(Result::ok) {
        if line.starts_with("...taking pending") {
            interrupted = true;
        } else if line.starts_with("...successful exception return") {
            interrupted = false;
        } else if !interrupted && line.starts_with("Trace") {
            let pc = line.split('/').nth(1).and_then(|pc| u64::from_str_radix(pc, 16).ok()).expect("a place");
            match inside {
                // Behind the call, a branch of four bytes.
                None if pc == entry => {
                    inside = Some(last + 4);
                    calls.push(0);
                }
                Some(back) if pc == back => inside = None,
                _ => {}
            }
            if let (Some(count), true) = (calls.last_mut(), inside.is_some()) {
                *count += 1;
            }
            last = pc;
        }
    }
    calls
}

/// What one register costs.
struct Cost {
    /// Instructions until the checker is locked.
    lock: u64,
    /// For each bit from then on.
    per_bit: f64,
    /// For each step of a unit, if the register has arcs long enough.
    per_step: Option<f64>,
}

fn cost(image: &Path, name: &str, register: Register) -> Cost {
    let elf = fs::read(image).expect("the image is readable");
    let elf = object::File::parse(&*elf).expect("an ELF file");
    let (push, unit) = (function(&elf, &["Checker", "push"]), function(&elf, &["Server", "run_unit"]));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = folder.path().join("trace");
    let traced = || {
        let log = log.to_str().expect("a plain name");
        ["-singlestep", "-d", "exec,nochain,int", "-D", log].map(str::to_owned).to_vec()
    };

    let (begin, begun) = channel();
    // All bits at once: were the board to wait for some, it would work in smaller pieces.
    let (mut bits, mut all) = (generator(register, 0, 0), vec![]);
    while all.len() < BITS as usize / 8 {
        bits(&mut all);
    }
    let mut all = Some(all);
    let feed = Box::new(move |bytes: &mut Vec<u8>| {
        if let Some(all) = all.take() {
            let _ = begun.recv();
            *bytes = all;
        }
    });
    let setup = Setup { image: Some(image.to_owned()), feed: Some(feed), arguments: traced(), ..Setup::default() };
    let mut device = Device::with("figures", setup).expect("there is an image");
    let settings = Settings { order: BitOrder::Lsb, ..Settings::new(&register) };
    device.client.start_check(&CheckPlan::new(1, 0, register, &settings)).expect("the check begins");
    begin.send(()).expect("the feed waits");
    let since = Instant::now();
    let counters = loop {
        thread::sleep(Duration::from_millis(100));
        let counters = device.client.counters(1, Then::GoOn).expect("the device answers");
        if counters.bits >= BITS {
            break counters;
        }
        assert!(since.elapsed() < Duration::from_secs(100), "{counters:?}");
    };
    assert!(counters.status() == LockState::Locked && counters.errors == 0, "{name}: {counters:?}");
    device.stop();
    let calls = instructions(&log, push);
    // The call that locks takes longest by far; few bits come before it.
    let longest = calls.iter().enumerate().max_by_key(|(_, count)| **count).map_or(0, |(i, _)| i);
    let lock = calls[..=longest].iter().sum();
    // Those of a whole read take longest, but for the few that settle what was open.
    let often = |count: &&u64| calls.iter().filter(|other| other == count).count() >= 8;
    let per_bit = calls.iter().filter(often).max().map_or(f64::NAN, |count| *count as f64 / READ_BITS);

    // One record of many steps, if the register has one.
    let start = |record: &lfsr_core::record::Record| ((10_000..40_000).contains(&record.steps)).then_some(record.start);
    let leap = lfsr_core::leap::Leap::new(&register);
    let zeros = register.degree().saturating_sub(2).min(14);
    let kernel = lfsr_core::cycle::WordArcs::new(&leap, zeros);
    let long = (1..=register.state_mask() >> zeros).take(5000).find_map(|s| start(&kernel.arc(s, &mut ())?));
    let per_step = long.map(|first| {
        let run = RunUnit { register, zeros, unit: Unit { first, count: 1 } };
        let setup = Setup { image: Some(image.to_owned()), arguments: traced(), ..Setup::default() };
        let mut device = Device::with("figures", setup).expect("there is an image");
        let totals = device.client.run_unit(&run, |_| ()).expect("a record comes");
        device.stop();
        instructions(&log, unit).iter().sum::<u64>() as f64 / totals.steps as f64
    });
    let _ = fs::remove_file(&log);
    Cost { lock, per_bit, per_step }
}

/// The table of today.
fn table() -> Option<String> {
    let named = images();
    let found = named.iter().map(|(name, variable)| Some((name.as_str(), device::image("figures", variable)?)));
    let images: HashMap<&str, _> = found.collect::<Option<_>>()?;
    let mut text = String::from("\n| image | flash, bytes | static RAM, bytes | stack, bytes |\n|---|---|---|---|\n");
    for (name, _) in &named {
        let (flash, ram) = sizes(&images[name.as_str()]);
        // What is reached depends on when interrupts come: the limit is asserted where it is measured.
        let stack = if name == "`qemu`" {
            let stack = memory::stack(&images[name.as_str()]);
            assert!(stack < memory::MOST_STACK, "{name}: {stack} bytes of stack");
            format!("below {}", memory::MOST_STACK)
        } else {
            "not measured".into()
        };
        writeln!(text, "| {name} | {flash} | {ram} | {stack} |").expect("memory");
    }
    text += "\n| degree | instructions until locked | per bit from then on | per step of a unit |\n|---|---|---|---|\n";
    for (name, characteristic) in REGISTERS {
        let Cost { lock, per_bit, per_step } = cost(&images["`qemu`"], name, register(characteristic));
        let per_step = per_step.map_or("arcs too short".into(), |steps| format!("{steps:.1}"));
        writeln!(text, "| {name} | {lock} | {per_bit:.2} | {per_step} |").expect("memory");
        let most = if characteristic.count_ones() == 3 { MOST_PER_BIT_SPARSE } else { MOST_PER_BIT };
        // The lock's share in a million bits.
        let all = per_bit + lock as f64 / 1e6;
        assert!(all <= most, "{name}: {all} instructions for each bit, {most} are the goal");
    }
    Some(text + "\n")
}

/// Words that are equal, or numbers that are nearly.
fn agree(one: &str, other: &str) -> bool {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split_whitespace().collect(), other.split_whitespace().collect());
    one.len() == other.len()
        && one.iter().zip(&other).all(|(a, b)| match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => (a - b).abs() <= TOLERANCE * a.max(b),
            _ => a == b,
        })
}

#[test]
fn the_table_of_figures_is_true() {
    let Some(measured) = table() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../firmware/README.md");
    let text = fs::read_to_string(&path).expect("the firmware's README");
    let (before, rest) = text.split_once(BEGIN).expect("the beginning of the table");
    let (written, after) = rest.split_once(END).expect("the end of the table");
    if env::var_os("LFSR_FIGURES").is_some_and(|value| value == "write") {
        fs::write(&path, format!("{before}{BEGIN}{measured}{END}{after}")).expect("the README is written");
        println!("{measured}");
    } else {
        assert!(agree(written, &measured), "`cargo xtask figures` writes the table anew:\n{measured}");
    }
}
