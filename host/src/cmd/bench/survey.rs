//! 200 registers of degree 32, and what a search finds that is slower still.

use lfsr_core::{gf2, notation::Polynomial, register::Register, vector::Backend};

use super::{
    measure::{Line, check, median, say, timed},
    registers::Random,
};
use crate::{analysis::Kernel, cmd::failure::Failure, report::TextOrJson, sched::Pool, terminal::output::Output};

const DEGREE: u32 = 32;

/// Registers of the survey, then neighbours of the slowest that are tried.
const SURVEYED: usize = 200;
const SEARCHED: usize = 40;

/// A register, and how many seconds of CPU time it took.
struct Measured {
    c: u128,
    kind: &'static str,
    kernel: Kernel,
    seconds: f64,
}

/// A register in JSON, the slowest first.
#[derive(serde::Serialize)]
struct Row {
    register: String,
    kind: &'static str,
    kernel: &'static str,
    order: String,
    cpu_s: f64,
    times_median: f64,
}

/// Measures and reports; text says how far it is, too.
pub(super) fn run(pool: &Pool, seed: u64, format: TextOrJson, machine: &str, out: &mut Output) -> Result<(), Failure> {
    let is_text = format == TextOrJson::Text;
    let mut random = Random::new(seed);
    let mut all = Vec::new();
    for i in 0..SURVEYED {
        let (c, kind) = candidate(i, &mut random);
        all.push(measure(c, kind, pool)?);
        if is_text && (i + 1).is_multiple_of(20) {
            say(out, &format!("{} of {SURVEYED} registers", i + 1))?;
        }
    }
    let usual = median(all.iter().map(|measured| measured.seconds).collect());
    for _ in 0..SEARCHED {
        // From one of the five slowest of those not rich in short cycles: one coefficient changed, or two.
        let mut slow: Vec<&Measured> = all.iter().filter(|measured| measured.kernel != Kernel::Leader).collect();
        slow.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
        let Some(from) = slow.get((random.next() % 5) as usize) else { break };
        let flip = |random: &mut Random| 1u128 << (1 + random.next() % u64::from(DEGREE - 1));
        let c = from.c ^ flip(&mut random) ^ if random.next() & 1 == 0 { 0 } else { flip(&mut random) };
        all.push(measure(c, "found by search", pool)?);
    }
    all.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    if format == TextOrJson::Json {
        let schema = "lfsr.bench-survey/1";
        return all.iter().try_for_each(|measured| Line { schema, machine, row: measured.row(usual) }.say(out));
    }
    let headline = format!(
        "{} registers of degree {DEGREE}: median {:.1} ms of CPU time, {:.0} G states/s; {} take more than ten times that",
        all.len(),
        usual * 1e3,
        (1u64 << DEGREE) as f64 / usual / 1e9,
        all.iter().filter(|measured| measured.seconds > 10.0 * usual).count(),
    );
    say(out, &headline)?;
    for measured in all.iter().take(12) {
        let line = format!(
            "{:>8.1} ms, {:>5.1} times the median: {} kernel, {}, order {}: {}",
            measured.seconds * 1e3,
            measured.seconds / usual,
            measured.kernel.name(),
            measured.kind,
            gf2::order(measured.c).unwrap_or(0),
            Polynomial(measured.c),
        );
        say(out, &line)?;
    }
    Ok(())
}

impl Measured {
    fn row(&self, usual: f64) -> Row {
        Row {
            register: Polynomial(self.c).to_string(),
            kind: self.kind,
            kernel: self.kernel.name(),
            order: gf2::order(self.c).unwrap_or(0).to_string(),
            cpu_s: self.seconds,
            times_median: self.seconds / usual,
        }
    }
}

fn measure(c: u128, kind: &'static str, pool: &Pool) -> Result<Measured, Failure> {
    let register = Register::from_characteristic(c).map_err(|error| Failure::failed(error.to_string()))?;
    let (map, time) = timed(&register, Backend::detect(), None, pool)?;
    check(&register, &map)?;
    Ok(Measured { c, kind, kernel: map.plan.kernel, seconds: time.as_secs_f64() })
}

fn candidate(i: usize, random: &mut Random) -> (u128, &'static str) {
    match i % 5 {
        0 => (random.with_terms(DEGREE, 17), "random"),
        1 => (random.with_terms(DEGREE, 3 + (i as u32 / 5) % 4), "few terms"),
        2 => (product(random, 12), "product of factors"),
        3 => {
            // A power, filled up with x + 1.
            let degree = 2 + (random.next() % 10) as u32;
            let factor = random.with_terms(degree, 2 + degree / 2);
            let power = (0..DEGREE / degree).fold(1, |c, _| gf2::mul(c, factor).unwrap_or(c));
            ((0..DEGREE % degree).fold(power, |c, _| c ^ c << 1), "power")
        }
        _ => match i / 5 {
            0 => (1 << DEGREE | 1, "x^32 + 1"),
            1 => (1 << DEGREE | 1 << 16 | 1, "square of a square"),
            2 => ((1 << (DEGREE + 1)) - 1, "all terms"),
            k if k < 20 => (palindrome(random), "palindrome"),
            _ => (product(random, 4), "product of small factors"),
        },
    }
}

/// Factors of degree 1 to `most`.
fn product(random: &mut Random, most: u32) -> u128 {
    let mut c = 1u128;
    while c.ilog2() < DEGREE {
        let degree = (1 + (random.next() % u64::from(most)) as u32).min(DEGREE - c.ilog2());
        let terms = 2 + (random.next() % u64::from(degree)) as u32;
        c = gf2::mul(c, random.with_terms(degree, terms)).unwrap_or(1 << DEGREE | 1);
    }
    c
}

fn palindrome(random: &mut Random) -> u128 {
    (1..DEGREE / 2)
        .fold(1 << DEGREE | 1, |c, i| if random.next() & 1 == 1 { c | 1 << i | 1 << (DEGREE - i) } else { c })
}
