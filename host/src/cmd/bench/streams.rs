//! `lfsr bench streams`: generating, checking, Berlekamp-Massey and logarithms, beside a copy of memory, answers asserted.

use core::{hint::black_box, time::Duration};
use std::{io::Write, time::Instant};

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use lfsr_core::{
    algebra::Direction,
    catalogue::Kind,
    check::{Checker, Reference, Settings},
    lane::Lane,
    massey::Massey,
    notation,
    poly::Poly,
    random::SplitMix64,
    register::{AnyRegister, Register},
    stream::{Blocks, Style, Words},
    vector::Backend,
};

use super::measure::{Line, machine, median};
use crate::{
    bits::{
        packer::Packer,
        scramble::{Mode, Scrambler, Way},
        signal::Signal,
    },
    cmd::{failure::Failure, options::Global, status::Status},
    input::InputError,
    report::TextOrJson,
    terminal::{output::Output, size::Bytes},
};

/// Measures the kernels of bit streams, on one core, beside a plain copy of memory in the same rounds.
///
/// Runs are interleaved, so that a change of the machine's speed hits all alike; medians are shown. Every answer is checked, and the command
/// fails if one is wrong.
#[derive(Debug, Args)]
pub(crate) struct Streams {
    /// Counted runs of each (after one that is not).
    #[arg(long, value_name = "N", default_value = "9", value_parser = clap::value_parser!(u16).range(1..=1000))]
    runs: u16,
    /// Words in the buffers, in KiB: 256 stays in the second-level cache.
    #[arg(long, value_name = "KIB", default_value = "256", value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    buffer: u32,
    /// How much goes through in one run, in 2^30 bits: many ticks of a clock of 4 ms.
    #[arg(long, value_name = "GIBIT", default_value = "8", value_parser = clap::value_parser!(u16).range(1..=4096))]
    work: u16,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// Registers measured: two, four and six lags, and a dense one.
const REGISTERS: [&str; 4] = ["x^31+x^28+1", "x^13+x^12+x^2+x+1", "GPS-G2", "crc-32"];

/// Scramblers measured: additive, self-synchronising with lags that are long and as short as can be, of more than 64 cells.
const SCRAMBLERS: [&str; 4] = ["PN9", "64B66B", "x^7+x+1", "x^1000+x^7+1"];

/// Numbers of lanes that a stream is dealt to.
const LANES: [u32; 4] = [2, 3, 4, 16];

/// Words of a stream that is checked as a whole: 64 MiB, beyond all caches.
const LONG_WORDS: usize = 1 << 23;

/// One thing that is measured: its name, and what it does once.
struct Work<'a> {
    what: String,
    /// Bits that one run goes through.
    bits: u64,
    run: Box<dyn FnMut() -> Result<(), String> + 'a>,
}

impl Streams {
    /// Prints the table.
    ///
    /// # Errors
    /// If an answer is wrong or the output cannot be written.
    pub(crate) fn run(self, _: &Global) -> Result<Status, Failure> {
        let mut out = Output::new(None)?;
        let words = self.buffer as usize * 128;
        let rounds = ((u64::from(self.work) << 30) / (64 * words as u64)).max(1);
        let long = u64::from(self.work).max(1);
        let mut works = vec![copy(words, rounds), copy(LONG_WORDS, long)];
        for text in REGISTERS {
            let register = notation::parse(text).map_err(|error| Failure::failed(error.to_string()))?;
            for backend in Backend::available() {
                works.push(generate(text, register, backend, words, rounds));
            }
        }
        let register = notation::parse(REGISTERS[0]).map_err(|error| Failure::failed(error.to_string()))?;
        for backend in Backend::available() {
            works.push(compare(REGISTERS[0], register, backend, words, rounds));
        }
        works.push(check::<Blocks>(REGISTERS[0], "blocks", register, LONG_WORDS, long, 0));
        works.push(check::<Words>(REGISTERS[0], "words", register, LONG_WORDS, long, 0));
        works.push(check::<Blocks>(REGISTERS[0], "blocks, 1e-4 wrong", register, LONG_WORDS, long, 10_000));
        for text in SCRAMBLERS {
            works.push(scramble(text, words, rounds)?);
        }
        for lanes in LANES {
            works.push(deal(lanes, words, rounds));
        }
        works.push(massey_short());
        for bits in [100_000, 1_000_000] {
            works.push(massey_long(bits));
        }
        for c in ["x^64+x^4+x^3+x+1", "char:x^61+x^5+x^2+x+1"] {
            works.push(logarithm(c)?);
        }
        let mut times: Vec<Vec<f64>> = works.iter().map(|_| Vec::new()).collect();
        for round in 0..=self.runs {
            for (work, times) in works.iter_mut().zip(&mut times) {
                // What takes long is measured less often.
                if round > 2 && times.iter().any(|time| *time > 1.0) {
                    continue;
                }
                let begun = Clock::start();
                (work.run)().map_err(|error| Failure::failed(format!("{}: wrong answer: {error}", work.what)))?;
                if round > 0 {
                    times.push(begun.seconds());
                }
            }
        }
        let rows = rows(&works, &times);
        match self.format {
            TextOrJson::Text => {
                writeln!(out, "{}\n{}", machine(), table(&rows)).map_err(|error| out.error(error))?;
            }
            TextOrJson::Json => {
                let (schema, machine) = ("lfsr.bench-streams/1", &machine());
                rows.iter().try_for_each(|row| Line { schema, machine, row }.say(&mut out))?;
            }
        }
        out.finish()?;
        Ok(Status::Done)
    }
}

/// Time on the processor, where the system tells; else on the wall.
struct Clock {
    wall: Instant,
    busy: Option<u64>,
}

impl Clock {
    fn start() -> Self {
        Self { busy: Self::busy(), wall: Instant::now() }
    }

    /// Nanoseconds this thread has run.
    fn busy() -> Option<u64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split_whitespace().next()?.parse().ok()
    }

    fn seconds(&self) -> f64 {
        let wall = self.wall.elapsed();
        let busy = self.busy.zip(Self::busy()).map(|(from, to)| Duration::from_nanos(to.saturating_sub(from)));
        // The system may count in ticks: nothing is no time.
        busy.filter(|busy| !busy.is_zero()).unwrap_or(wall).as_secs_f64()
    }
}

/// A plain copy of memory.
fn copy<'a>(words: usize, rounds: u64) -> Work<'a> {
    let (from, mut to) = (vec![0x5555u64; words], vec![0u64; words]);
    Work {
        what: format!("copy of {} of memory", Bytes(words as u64 * 8)),
        bits: rounds * 64 * words as u64,
        run: Box::new(move || {
            for _ in 0..rounds {
                black_box(&mut to).copy_from_slice(black_box(&from));
            }
            if to == from { Ok(()) } else { Err("a copy differs".into()) }
        }),
    }
}

/// Fills the buffer again and again.
fn generate<'a>(text: &str, register: Register, backend: Backend, words: usize, rounds: u64) -> Work<'a> {
    let mut buffer = vec![0u64; words];
    Work {
        what: format!("generate {text}, {backend}"),
        bits: rounds * 64 * words as u64,
        run: Box::new(move || {
            let mut blocks = Blocks::new(&register, 1, Style::PLAIN, backend);
            for _ in 0..rounds {
                blocks.fill(black_box(&mut buffer));
            }
            // The last bits, by jumping there.
            let steps = rounds * 64 * words as u64 - u64::from(register.degree());
            let far = AnyRegister::from(register).jump(&Poly::one(), &steps.into(), Direction::Forward);
            let state = far.and_then(|state| state.to_u128()).unwrap_or(0) as u64;
            let last = buffer.last().copied().unwrap_or(0) >> (64 - register.degree());
            if register.output_from_state(state) == last { Ok(()) } else { Err("the last bits".into()) }
        }),
    }
}

/// There and back again.
fn scramble<'a>(text: &str, words: usize, rounds: u64) -> Result<Work<'a>, Failure> {
    let signal: Signal = text.parse().map_err(|error: InputError| Failure::failed(error.to_string()))?;
    let mode = match signal.entry.map(|entry| entry.kind) {
        Some(Kind::Additive) => Mode::Additive,
        _ => Mode::SelfSynchronising,
    };
    let data: Vec<u64> = core::iter::repeat_with({
        let mut random = SplitMix64(5);
        move || random.next_word()
    })
    .take(words)
    .collect();
    Ok(Work {
        what: format!("scramble and descramble {text}, {mode}"),
        bits: 2 * rounds * 64 * words as u64,
        run: Box::new(move || {
            let [mut on, mut off] =
                [Way::Scramble, Way::Descramble].map(|way| Scrambler::new(&signal, mode, way, None));
            let mut buffer = data.clone();
            for _ in 0..rounds {
                on.apply(black_box(&mut buffer), 64 * words as u64);
                off.apply(black_box(&mut buffer), 64 * words as u64);
            }
            if buffer == data { Ok(()) } else { Err("the data".into()) }
        }),
    })
}

/// A stream taken apart into lanes.
fn deal<'a>(lanes: u32, words: usize, rounds: u64) -> Work<'a> {
    let mut random = SplitMix64(6);
    let stream: Vec<u64> = (0..words).map(|_| random.next_word()).collect();
    Work {
        what: format!("deal to {lanes} lanes"),
        bits: rounds * 64 * words as u64,
        run: Box::new(move || {
            let mut takers: Vec<Lane> = (0..lanes).filter_map(|lane| Lane::new(lanes, 1, lane)).collect();
            for round in 0..rounds {
                // Where the lanes do not divide the stream they go on with another bit.
                let from = round * 64 * words as u64 % u64::from(lanes);
                for (lane, taker) in takers.iter_mut().enumerate() {
                    let mut packer = Packer::default();
                    packer.put_lane(taker, black_box(&stream), 64 * words as u64);
                    let dealt = packer.take();
                    let first = (lane as u64 + u64::from(lanes) - from) % u64::from(lanes);
                    let (last, at) = (dealt.len() - 1, first + 64 * (dealt.len() as u64 - 1) * u64::from(lanes));
                    let bit = |t: u64| stream[(t / 64) as usize] >> (t % 64) & 1;
                    let expected = (0..64).fold(0, |word, i| word | bit(at + i * u64::from(lanes)) << i);
                    // The packer begins anew each round, and so do its words.
                    if dealt[last] != expected {
                        return Err(format!("lane {lane}"));
                    }
                }
            }
            Ok(())
        }),
    }
}

/// The comparison alone: what `check` does while nothing is wrong.
fn compare<'a>(text: &str, register: Register, backend: Backend, words: usize, rounds: u64) -> Work<'a> {
    let mut received = vec![0u64; words];
    Work {
        what: format!("compare {text}, {backend}"),
        bits: rounds * 64 * words as u64,
        run: Box::new(move || {
            // A period of 2^31 - 1 words does not fit: the same stretch is compared each round.
            let mut blocks = Blocks::new(&register, 1, Style::PLAIN, backend);
            blocks.fill(&mut received);
            let fresh = Blocks::new(&register, 1, Style::PLAIN, backend);
            for _ in 0..rounds {
                let equal = fresh.clone().skip_equal(black_box(&received));
                if equal != words {
                    return Err(format!("{equal} of {words} words"));
                }
            }
            Ok(())
        }),
    }
}

/// The whole checker on a stream that is clean or has one wrong bit in `every`.
fn check<'a, R: Reference>(
    text: &str,
    name: &str,
    register: Register,
    words: usize,
    rounds: u64,
    every: usize,
) -> Work<'a> {
    let mut received = vec![0u64; words];
    let mut wrong = 0u64;
    Blocks::new(&register, 1, Style::PLAIN, Backend::detect()).fill(&mut received);
    for at in (1000..words * 64).step_by(every.max(1)).filter(|_| every > 0) {
        received[at / 64] ^= 1 << (at % 64);
        wrong += 1;
    }
    Work {
        what: format!("check {text}, {name}, {}", Bytes(words as u64 * 8)),
        bits: rounds * 64 * words as u64,
        run: Box::new(move || {
            for _ in 0..rounds {
                let checker = Checker::<R>::new(&register, Settings::new(&register));
                let mut checker = checker.ok_or("no sequence")?;
                checker.push(black_box(&received));
                checker.finish();
                let report = checker.report();
                if report.errors != wrong || report.compared != 64 * words as u64 {
                    return Err(format!("{} errors for {wrong}, {} bits", report.errors, report.compared));
                }
            }
            Ok(())
        }),
    }
}

/// A thousand random bits, in bounded memory.
fn massey_short<'a>() -> Work<'a> {
    let bits = noise(1000);
    Work {
        what: "100 x shortest register of 1000 random bits, bounded memory".into(),
        bits: 100 * 1000,
        run: Box::new(move || {
            for _ in 0..100 {
                let mut massey = Massey::<9>::new();
                let fits = (0..1000).all(|t| massey.push(bits[t / 64] >> (t % 64) & 1 == 1));
                if !fits || massey.complexity().abs_diff(500) > 20 {
                    return Err(format!("{} cells", massey.complexity()));
                }
                black_box(&massey);
            }
            Ok(())
        }),
    }
}

/// Random bits, by the half-gcd.
fn massey_long<'a>(count: usize) -> Work<'a> {
    let bits = noise(count);
    Work {
        what: format!("shortest register of {count} random bits"),
        bits: count as u64,
        run: Box::new(move || {
            let cells = Poly::shortest_register(&bits, count).degree().unwrap_or(0);
            if cells.abs_diff(count / 2) > 30 { Err(format!("{cells} cells")) } else { Ok(()) }
        }),
    }
}

/// The index of a jump.
fn logarithm<'a>(text: &str) -> Result<Work<'a>, Failure> {
    let register = notation::parse(text).map_err(|error| Failure::failed(error.to_string()))?;
    let register = AnyRegister::from(register);
    let far = register.jump(&Poly::one(), &0x0123_4567_89ab_cdefu64.into(), Direction::Forward);
    let far = far.ok_or_else(|| Failure::failed("no jump"))?;
    Ok(Work {
        what: format!("index, {text}"),
        bits: 0,
        run: Box::new(move || {
            let found = register.index(&Poly::one(), &far).map_err(|error| error.to_string())?;
            let steps = found.map(|found| found.steps);
            if steps == Some(0x0123_4567_89ab_cdefu64.into()) { Ok(()) } else { Err(format!("{steps:?}")) }
        }),
    })
}

/// Random bits.
fn noise(count: usize) -> Vec<u64> {
    let mut random = SplitMix64(7);
    (0..count.div_ceil(64)).map(|_| random.next_word()).collect()
}

/// What was measured of one thing; a rate of streams only.
#[derive(serde::Serialize)]
struct Row<'a> {
    what: &'a str,
    median_s: f64,
    gbit_per_s: Option<f64>,
    of_a_copy: Option<f64>,
}

fn rows<'a>(works: &'a [Work<'_>], times: &[Vec<f64>]) -> Vec<Row<'a>> {
    let medians: Vec<f64> = times.iter().map(|times| median(times.clone())).collect();
    let copy = works.first().zip(medians.first()).map_or(0.0, |(work, time)| work.bits as f64 / time);
    let row = |(work, &median_s): (&'a Work<'_>, &f64)| {
        let rate = Some(work.bits as f64 / median_s).filter(|_| work.bits > 10_000_000);
        Row {
            what: &work.what,
            median_s,
            gbit_per_s: rate.map(|rate| rate / 1e9),
            of_a_copy: rate.map(|rate| rate / copy),
        }
    };
    works.iter().zip(&medians).map(row).collect()
}

fn table(rows: &[Row<'_>]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["what", "median", "Gbit/s", "of a copy"]);
    for row in rows {
        table.add_row([
            row.what.to_owned(),
            format!("{:.3} ms", row.median_s * 1e3),
            row.gbit_per_s.map_or_else(String::new, |rate| format!("{rate:.0}")),
            row.of_a_copy.map_or_else(String::new, |share| format!("{share:.2}")),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}
