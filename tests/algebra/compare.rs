//! The algebra beside its peers, in one interleaved run: `cargo run --release -p lfsr-crosscheck --bin algebra-compare`.
//!
//! Needs a C++ compiler and NTL (Debian packages g++ and libntl-dev); says so and exits 3 without. Peers built for this machine are compared with as well
//! if variables name where they are:
//!
//! - `LFSR_NTL`: the prefix that NTL was installed to (`NATIVE=on`, a gf2x of its own).
//! - `LFSR_GF2X`: the prefix that gf2x was installed to (`CFLAGS="-O3 -march=native"`, static).
//! - `LFSR_BITPOLYMUL2`: the folder with its sources.
//!
//! All sides get the same polynomials, take turns, and must give the same answer (exit 1 if not). Printed: medians of CPU time, and the ratio of ours to that of
//! the best peer, so below 1 is faster. `--only WORDS` takes the rows that contain those words.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is a table")]

mod peer;

use core::hint::black_box;
use std::{env, process::ExitCode};

use lfsr_core::{
    poly::{Poly, multiplier},
    random::SplitMix64,
};
use lfsr_host::sched::clock::thread_cpu_time;
use peer::Peer;

/// Turns each side takes.
const ROUNDS: usize = 7;

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Mul,
    Square,
    Rem,
    Gcd,
    Irreducible,
    Factor,
    MinPoly,
}

impl Operation {
    /// What peers call it.
    const fn name(self) -> &'static str {
        match self {
            Self::Mul => "mul",
            Self::Square => "square",
            Self::Rem => "rem",
            Self::Gcd => "gcd",
            Self::Irreducible => "irreducible",
            Self::Factor => "factor",
            Self::MinPoly => "minpoly",
        }
    }
}

struct Case {
    name: String,
    operation: Operation,
    repetitions: u32,
    a: Poly,
    b: Poly,
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let only = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => String::new(),
        (Some("--only"), Some(words)) => words,
        _ => {
            eprintln!("usage: algebra-compare [--only WORDS]");
            return ExitCode::from(2);
        }
    };
    let mut peers = match Peer::all() {
        Ok(peers) => peers,
        Err(reason) => {
            eprintln!("no comparison: {reason}");
            return ExitCode::from(3);
        }
    };
    println!("here: carry-less multiply {}", multiplier());
    peers.iter().for_each(|peer| println!("{}", peer.described()));
    println!("{ROUNDS} turns each, medians of CPU time in microseconds\n");
    let titles: String = peers.iter().map(|peer| format!(" {:>16}", peer.title)).collect();
    println!("{:<36} {:>12}{titles} {:>8}", "", "here", "ratio");
    let mut wrong = false;
    for case in &cases(&only) {
        let (mut ours, mut theirs) = (vec![], vec![vec![]; peers.len()]);
        for _ in 0..ROUNDS {
            let (time, answer) = here(case);
            ours.push(time);
            for (peer, times) in peers.iter_mut().zip(&mut theirs) {
                match peer.ask(case) {
                    Ok(Some((time, expected))) => {
                        times.push(time);
                        if answer != expected {
                            eprintln!("{}: {} answers something else", case.name, peer.title);
                            wrong = true;
                        }
                    }
                    Ok(None) => {}
                    Err(reason) => {
                        eprintln!("{}: {}: {reason}", case.name, peer.title);
                        return ExitCode::from(3);
                    }
                }
            }
        }
        let (ours, theirs) = (median(ours), theirs.into_iter().map(median).collect::<Vec<_>>());
        let best = theirs.iter().copied().fold(f64::NAN, f64::min);
        let shown = |time: &f64| if time.is_nan() { format!(" {:>16}", "-") } else { format!(" {:>16.3}", 1e6 * time) };
        let columns: String = theirs.iter().map(shown).collect();
        println!("{:<36} {:>12.3}{columns} {:>8.2}", case.name, 1e6 * ours, ours / best);
    }
    if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Small ones are what most people's registers are: repeated until the clock can tell them apart.
fn cases(only: &str) -> Vec<Case> {
    let mut noise = SplitMix64(0x9e37_79b9_7f4a_7c15);
    let mut all = vec![];
    // Operands that nobody asks for are not made.
    let mut add = |name: String, operation, repetitions, operands: &mut dyn FnMut() -> (Poly, Poly)| {
        if name.contains(only) {
            let (a, b) = operands();
            all.push(Case { name, operation, repetitions, a, b });
        }
    };
    for bits in [
        64usize,
        128,
        256,
        512,
        1000,
        2048,
        4096,
        10_000,
        1 << 15,
        1 << 16,
        100_000,
        1 << 17,
        1_000_000,
        1 << 20,
        10_000_000,
        1 << 24,
    ] {
        let repetitions = (20_000_000 / (bits * usize::max(bits.ilog2() as usize, 8) / 8)).clamp(1, 40_000) as u32;
        add(format!("product, {bits} bits"), Operation::Mul, repetitions, &mut || {
            (poly(bits - 1, &mut noise), poly(bits - 1, &mut noise))
        });
    }
    for bits in [64, 128, 256, 512, 1000, 4096, 10_000, 100_000, 1_000_000, 10_000_000] {
        let mut random = |bits: usize| poly(bits - 1, &mut noise);
        let (quick, slow) = ((20_000_000 / bits).clamp(1, 40_000) as u32, (2_000_000 / bits).clamp(1, 20_000) as u32);
        add(format!("square, {bits} bits"), Operation::Square, quick, &mut || (random(bits), Poly::zero()));
        add(format!("remainder, {} by {bits} bits", 2 * bits), Operation::Rem, slow, &mut || {
            (random(2 * bits), random(bits))
        });
        if bits <= 1_000_000 {
            add(format!("gcd, {bits} bits"), Operation::Gcd, slow / 10 + 1, &mut || (random(bits), random(bits - 1)));
        }
    }
    // Sparse polynomials have a fast reduction everywhere; f(x+1) of an irreducible f is as irreducible, and dense.
    for (n, k, repetitions) in [(127, 1, 200), (521, 32, 20), (1279, 216, 5), (9689, 84, 1), (44_497, 8575, 1)] {
        let f = Poly::from_exponents([n, k, 0]);
        let (name, zero) = (format!("irreducible: x^{n}+x^{k}+1"), Poly::zero);
        add(name.clone(), Operation::Irreducible, repetitions, &mut || (f.clone(), zero()));
        if n < 10_000 {
            add(name + " at x+1", Operation::Irreducible, repetitions, &mut || (shifted(&f), zero()));
        }
    }
    for (bits, repetitions) in [(1000, 1000), (10_000, 50), (100_000, 2), (1_000_000, 1)] {
        add(format!("shortest register of {bits} bits"), Operation::MinPoly, repetitions, &mut || {
            (sequence(bits, &mut noise), Poly::zero())
        });
    }
    for (degree, repetitions) in [(64, 500), (128, 100), (256, 50), (1000, 5), (4000, 1), (16_000, 1)] {
        add(format!("factors, random of degree {degree}"), Operation::Factor, repetitions, &mut || {
            (poly(degree, &mut noise), Poly::zero())
        });
    }
    all
}

/// Bits of a random register of half as many cells, as coefficients from the constant one up, and a 1 above them.
fn sequence(bits: usize, noise: &mut SplitMix64) -> Poly {
    let (c, numerator) = (poly(bits / 2, noise), poly(bits / 2 - 1, noise));
    // s[t] is the coefficient of x^(-t-1) in the quotient.
    let series = (&numerator << bits).divrem(&c).map_or_else(Poly::zero, |(quotient, _)| quotient);
    let first = Poly::from_exponents(series.exponents().map(|i| bits - 1 - i));
    &first + &Poly::monomial(bits)
}

/// Of exactly this degree, with constant term 1.
fn poly(degree: usize, noise: &mut SplitMix64) -> Poly {
    // A linear generator would give polynomials of low linear complexity.
    let words = (0..=degree / 64).map(|_| noise.next_word());
    let low = Poly::from_words(words.collect()).low(degree);
    let constant = Poly::from_u128(u128::from(!low.coefficient(0)));
    &(&low + &constant) + &Poly::monomial(degree)
}

/// f(x + 1), by splitting at powers of two: (x + 1)^(2^k) = x^(2^k) + 1.
fn shifted(f: &Poly) -> Poly {
    let Some(degree) = f.degree().filter(|degree| *degree > 0) else { return f.clone() };
    let k = 1 << degree.ilog2();
    let (low, high) = (shifted(&f.low(k)), shifted(&(f >> k)));
    &(&low + &high) + &(&high << k)
}

/// Ours: seconds of one of them, and the answer.
fn here(case: &Case) -> (f64, String) {
    // As the peers do, a product is made in memory that is there.
    let mut product = Poly::zero();
    let start = thread_cpu_time();
    let mut answer = String::new();
    for i in 0..case.repetitions {
        let last = i + 1 == case.repetitions;
        let (a, b) = (black_box(&case.a), black_box(&case.b));
        match case.operation {
            Operation::Mul => {
                product.assign_product(a, b);
                black_box(&product);
                if last {
                    let time = thread_cpu_time() - start;
                    return (time.as_secs_f64() / f64::from(case.repetitions), hex(&product));
                }
            }
            Operation::Square | Operation::Rem | Operation::Gcd => {
                let result = black_box(match case.operation {
                    Operation::Square => a.square(),
                    Operation::Rem => a.rem(b).unwrap_or_else(Poly::zero),
                    _ => a.gcd(b),
                });
                if last {
                    let time = thread_cpu_time() - start;
                    return (time.as_secs_f64() / f64::from(case.repetitions), hex(&result));
                }
            }
            Operation::MinPoly => {
                let result = black_box(Poly::shortest_register(a.words(), a.degree().unwrap_or(0)));
                if last {
                    let time = thread_cpu_time() - start;
                    return (time.as_secs_f64() / f64::from(case.repetitions), hex(&result));
                }
            }
            Operation::Irreducible => answer = u8::from(a.is_irreducible()).to_string(),
            Operation::Factor => {
                let factors = black_box(a.factor());
                answer = sorted(factors.iter().map(|(p, e)| format!("{}:{e}", hex(p))).collect());
            }
        }
    }
    ((thread_cpu_time() - start).as_secs_f64() / f64::from(case.repetitions), answer)
}

fn sorted(mut factors: Vec<String>) -> String {
    factors.sort_unstable();
    factors.join(",")
}

/// Bytes, least significant first, without zeros at the end.
fn hex(p: &Poly) -> String {
    let len = p.degree().map_or(0, |degree| degree / 8 + 1);
    p.words().iter().flat_map(|word| word.to_le_bytes()).take(len).map(|byte| format!("{byte:02x}")).collect()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
