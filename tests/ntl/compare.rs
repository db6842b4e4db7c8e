//! Speed against NTL, in one interleaved run: `cargo run --release -p lfsr-crosscheck --bin ntl-compare`.
//!
//! Needs a C++ compiler and NTL (Debian packages g++ and libntl-dev); says so and exits 3 without. Both sides get the same
//! polynomials, take turns, and must give the same answer (exit 1 if not). Printed: the ratio of the median times, ours over
//! NTL's, so below 1 is faster.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is a table")]

use core::hint::black_box;
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio},
    time::Instant,
};

use lfsr_core::{
    poly::{Poly, multiplier},
    random::SplitMix64,
};

/// Turns each side takes.
const ROUNDS: usize = 5;

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Mul,
    Gcd,
    Irreducible,
    Factor,
    MinPoly,
}

struct Case {
    name: &'static str,
    operation: Operation,
    repetitions: u32,
    a: Poly,
    b: Poly,
}

struct Ntl {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

fn main() -> ExitCode {
    let mut ntl = match Ntl::start() {
        Ok(ntl) => ntl,
        Err(reason) => {
            eprintln!("no comparison: {reason} (Debian packages g++ and libntl-dev)");
            return ExitCode::from(3);
        }
    };
    println!("carry-less multiply here: {}; {ROUNDS} turns each, medians", multiplier());
    println!("{:<44} {:>12} {:>12} {:>7}", "", "here", "NTL", "ratio");
    let mut wrong = false;
    for case in cases() {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (time, answer) = here(&case);
            ours.push(time);
            let (time, expected) = match ntl.ask(&case) {
                Ok(reply) => reply,
                Err(reason) => {
                    eprintln!("{}: {reason}", case.name);
                    return ExitCode::from(3);
                }
            };
            theirs.push(time);
            if answer != expected {
                eprintln!("{}: the answers differ", case.name);
                wrong = true;
            }
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!("{:<44} {:>9.4} ms {:>9.4} ms {:>7.3}", case.name, 1e3 * ours, 1e3 * theirs, ours / theirs);
    }
    drop(ntl.input);
    let _ = ntl.child.wait();
    if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn cases() -> Vec<Case> {
    let mut noise = SplitMix64(0x9e37_79b9_7f4a_7c15);
    let sequences = [1000, 10_000, 100_000, 1_000_000].map(|bits| sequence(bits, &mut noise));
    let [bits3, bits4, bits5, bits6] = sequences;
    let mut random = |degree| poly(degree, &mut noise);
    let case = |name, operation, repetitions, a, b| Case { name, operation, repetitions, a, b };
    let trinomial = |n, k| Poly::from_exponents([n, k, 0]);
    // Sparse polynomials have a fast reduction in both; f(x+1) of an irreducible f is as irreducible, and dense.
    vec![
        case("product, 10^3 bits", Operation::Mul, 20_000, random(1000), random(1000)),
        case("product, 10^4 bits", Operation::Mul, 2000, random(10_000), random(10_000)),
        case("product, 10^5 bits", Operation::Mul, 100, random(100_000), random(100_000)),
        case("product, 10^6 bits", Operation::Mul, 5, random(1_000_000), random(1_000_000)),
        case("gcd, 10^3 bits", Operation::Gcd, 2000, random(1000), random(999)),
        case("gcd, 10^4 bits", Operation::Gcd, 100, random(10_000), random(9999)),
        case("gcd, 10^5 bits", Operation::Gcd, 2, random(100_000), random(99_999)),
        case("irreducible: x^1279+x^216+1", Operation::Irreducible, 5, trinomial(1279, 216), Poly::zero()),
        case(
            "irreducible: that at x+1 (dense)",
            Operation::Irreducible,
            5,
            shifted(&trinomial(1279, 216)),
            Poly::zero(),
        ),
        case("irreducible: x^9689+x^84+1", Operation::Irreducible, 1, trinomial(9689, 84), Poly::zero()),
        case(
            "irreducible: that at x+1 (dense)",
            Operation::Irreducible,
            1,
            shifted(&trinomial(9689, 84)),
            Poly::zero(),
        ),
        case("irreducible: x^44497+x^8575+1", Operation::Irreducible, 1, trinomial(44497, 8575), Poly::zero()),
        case("shortest register of 10^3 bits", Operation::MinPoly, 1000, bits3, Poly::zero()),
        case("shortest register of 10^4 bits", Operation::MinPoly, 50, bits4, Poly::zero()),
        case("shortest register of 10^5 bits", Operation::MinPoly, 2, bits5, Poly::zero()),
        case("shortest register of 10^6 bits", Operation::MinPoly, 1, bits6, Poly::zero()),
        case("factors, random of degree 1,000", Operation::Factor, 5, random(1000), Poly::zero()),
        case("factors, random of degree 4,000", Operation::Factor, 1, random(4000), Poly::zero()),
        case("factors, random of degree 16,000", Operation::Factor, 1, random(16_000), Poly::zero()),
    ]
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

fn here(case: &Case) -> (f64, String) {
    let start = Instant::now();
    let mut answer = String::new();
    for i in 0..case.repetitions {
        let last = i + 1 == case.repetitions;
        let (a, b) = (black_box(&case.a), black_box(&case.b));
        match case.operation {
            Operation::Mul | Operation::Gcd => {
                let result = black_box(if case.operation == Operation::Mul { a * b } else { a.gcd(b) });
                if last {
                    let time = start.elapsed();
                    return (time.as_secs_f64() / f64::from(case.repetitions), hex(&result));
                }
            }
            Operation::MinPoly => {
                let result = black_box(Poly::shortest_register(a.words(), a.degree().unwrap_or(0)));
                if last {
                    let time = start.elapsed();
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
    (start.elapsed().as_secs_f64() / f64::from(case.repetitions), answer)
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

impl Ntl {
    fn start() -> Result<Self, String> {
        let folder = env::temp_dir().join(format!("lfsrkit-ntl-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("no temporary folder: {error}"))?;
        let (source, program) = (folder.join("compare.cpp"), folder.join("compare"));
        fs::write(&source, include_str!("compare.cpp")).map_err(|error| error.to_string())?;
        let built = Command::new("g++")
            .args(["-O2", "-o"])
            .args([&program, &source])
            .args(["-lntl", "-lgmp", "-lpthread"])
            .stderr(Stdio::null())
            .status();
        let started = match built {
            Ok(status) if status.success() => {
                let child = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
                child.map_err(|error| format!("the NTL program does not start: {error}"))
            }
            Ok(_) => Err("NTL is not installed".to_owned()),
            Err(error) => Err(format!("no C++ compiler: {error}")),
        };
        // A running program keeps its file.
        let _ = fs::remove_dir_all(&folder);
        let mut child = started?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Self { child, input, output: BufReader::new(output) }),
            _ => Err("no pipe".to_owned()),
        }
    }

    fn ask(&mut self, case: &Case) -> Result<(f64, String), String> {
        let name = match case.operation {
            Operation::Mul => "mul",
            Operation::Gcd => "gcd",
            Operation::Irreducible => "irreducible",
            Operation::Factor => "factor",
            Operation::MinPoly => "minpoly",
        };
        let b = if matches!(case.operation, Operation::Mul | Operation::Gcd) { hex(&case.b) } else { String::new() };
        let line = format!("{name} {} {} {b}\n", case.repetitions, hex(&case.a));
        self.input.write_all(line.as_bytes()).map_err(|error| error.to_string())?;
        let mut reply = String::new();
        self.output.read_line(&mut reply).map_err(|error| error.to_string())?;
        let (time, answer) = reply.trim().split_once(' ').ok_or("no answer from NTL")?;
        let time = time.parse().map_err(|_| "no time from NTL")?;
        let answer = match case.operation {
            Operation::Factor => sorted(answer.split(',').map(str::to_owned).collect()),
            _ => answer.to_owned(),
        };
        Ok((time, answer))
    }
}
