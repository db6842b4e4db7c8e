//! `lfsr device cross-check`: the same work on the device and here.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

use clap::Args;
use lfsr_core::{
    bit_order::BitOrder,
    check::{Settings, SmallChecker},
    cycle::WordArcs,
    leap::Leap,
    link::{CheckPlan, Counters, RunUnit, Then},
    record::Record,
    register::{Form, Register},
    stream::{Style, Words},
    unit::Unit,
};
use rand_pcg::{
    Pcg64,
    rand_core::{Rng, SeedableRng},
};
use serde_json::json;

use super::{Connected, FormatOption, Link};
use crate::{
    cmd::{failure::Failure, options::Global, print::print, status::Status},
    device::Feed,
    report::TextOrJson,
};

/// Words of each stream.
const WORDS: usize = 256;

/// How long a stream may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// `lfsr device cross-check`.
#[derive(Debug, Args)]
pub(crate) struct CrossCheck {
    #[command(flatten)]
    link: Link,
    /// How many random registers.
    #[arg(long, value_name = "N", default_value_t = 100)]
    registers: u32,
    /// With --qemu: how many random streams.
    #[arg(long, value_name = "N", default_value_t = 20)]
    streams: u32,
    /// Other registers and streams.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    format: FormatOption,
}

impl CrossCheck {
    pub(super) fn run(self, _: &Global) -> Result<Status, Failure> {
        let (line, feed) = channel();
        let mut device = self.link.connect(Some(relay(feed)))?;
        let mut random = Pcg64::seed_from_u64(self.seed);
        let mut differences = Vec::new();
        let mut records = 0;
        for _ in 0..self.registers {
            records += self.unit(&mut device, &mut random, &mut differences)?;
        }
        let streams = if self.link.qemu { self.streams } else { 0 };
        for session in 1..=streams {
            self.stream(&mut device, &line, session, &mut random, &mut differences)?;
        }
        let text = match self.format.format {
            TextOrJson::Json => json!({
                "schema": "lfsr.device-cross-check/1", "link": self.link.name(), "registers": self.registers,
                "records": records, "streams": streams, "retries": device.client.retries(), "differences": differences,
            })
            .to_string(),
            TextOrJson::Text => {
                let mut text = format!(
                    "{}: {} registers with {records} records and {streams} streams: {}",
                    self.link.name(),
                    self.registers,
                    if differences.is_empty() {
                        "all the same".to_owned()
                    } else {
                        format!("{} DIFFER", differences.len())
                    }
                );
                if !self.link.qemu {
                    text += "\n  no streams: only an emulated device's source is in our hands";
                }
                differences.iter().for_each(|difference| text += &format!("\n  {difference}"));
                text
            }
        };
        print(format!("{text}\n").as_bytes())?;
        Ok(if differences.is_empty() { Status::Done } else { Status::No })
    }

    /// One random register and a unit of it; returns how many records were compared.
    fn unit(&self, device: &mut Connected, random: &mut Pcg64, differences: &mut Vec<String>) -> Result<u64, Failure> {
        let register = random_register(random);
        let zeros = (random.next_u64() % 10).min(u64::from(register.degree()) - 1) as u32;
        let last = register.state_mask() >> zeros;
        let first = if last < 64 { 0 } else { random.next_u64() % (last - 32) };
        let run = RunUnit { register, zeros, unit: Unit { first, count: 12.min(last - first + 1) } };
        let leap = Leap::new(&register);
        let kernel = WordArcs::new(&leap, zeros);
        let mut expected = run.unit.starts();
        let patience = device.patience.clone();
        let record = |record: &Record| {
            patience.renew();
            let own = expected.next().and_then(|start| kernel.arc(start, &mut ()));
            if own != Some(*record) {
                differences.push(format!("{register:?} z = {zeros}: {record:?} there, {own:?} here"));
            }
        };
        Ok(device.ask(|client| client.run_unit(&run, record))?.records)
    }

    /// One random stream, with errors, slips or breaks in it.
    fn stream(
        &self,
        device: &mut Connected,
        line: &Sender<Vec<u8>>,
        session: u32,
        random: &mut Pcg64,
        differences: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let register = random_register(random);
        let settings = Settings { order: BitOrder::Lsb, ..Settings::new(&register) };
        let Some(mut checker) = SmallChecker::new(&register, settings) else { return Ok(()) };
        let words = random_stream(&register, random);
        device.ask(|client| client.start_check(&CheckPlan::new(session, 0, register, &settings)))?;
        // The emulator is gone if nobody takes it; the counters will say so.
        let _ = line.send(words.iter().flat_map(|word| word.to_le_bytes()).collect());
        let begun = Instant::now();
        let all = 64 * words.len() as u64;
        while device.ask(|client| client.counters(session, Then::GoOn))?.bits < all {
            if begun.elapsed() > PATIENCE {
                return Err(Failure::failed(format!("{}: {all} bits were sent, and not all came", self.link.name())));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let found = device.ask(|client| client.counters(session, Then::Freeze))?;
        checker.push(&words);
        checker.finish();
        let expected = Counters::new(session, checker.report());
        if found != expected {
            differences.push(format!("{register:?}: {found:?} there, {expected:?} here"));
        }
        Ok(())
    }
}

/// Sends what it is given.
fn relay(line: Receiver<Vec<u8>>) -> Feed {
    Box::new(move |bytes| bytes.extend(line.recv().unwrap_or_default()))
}

/// Of degree 2 to 64, not singular.
fn random_register(random: &mut Pcg64) -> Register {
    loop {
        let degree = 2 + (random.next_u64() % 63) as u32;
        let c = 1 << degree | u128::from(random.next_u64()) & ((1 << degree) - 1) | 1;
        let flags = random.next_u64();
        let form = if flags & 1 == 0 { Form::Fibonacci } else { Form::Galois };
        if let Ok(register) = Register::from_characteristic(c) {
            return register.with_form(form).with_xnor(flags & 2 == 0);
        }
    }
}

/// The sequence from somewhere, then some of: wrong bits, a bit dropped or doubled, the complement, a constant line.
fn random_stream(register: &Register, random: &mut Pcg64) -> Vec<u64> {
    let mut generator = Words::new(register, random.next_u64() & register.state_mask(), Style::PLAIN);
    let mut words: Vec<u64> = (0..WORDS).map(|_| generator.next_word()).collect();
    let at = 64 + (random.next_u64() % 128) as usize;
    let kind = random.next_u64();
    if kind & 1 == 1 {
        for _ in 0..random.next_u64() % 20 {
            words[(random.next_u64() % WORDS as u64) as usize] ^= 1 << (random.next_u64() % 64);
        }
    }
    match kind >> 1 & 7 {
        1 => words[at..].iter_mut().for_each(|word| *word = !*word),
        2 => words[at..].fill(0),
        3 => words[at..].fill(u64::MAX),
        // One bit doubled, or dropped.
        4 => (at..WORDS).rev().for_each(|i| words[i] = words[i] << 1 | words[i - 1] >> 63),
        5 => (at..WORDS - 1).for_each(|i| words[i] = words[i] >> 1 | words[i + 1] << 63),
        _ => {}
    }
    words
}
