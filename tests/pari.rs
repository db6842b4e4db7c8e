//! PARI/GP as outside oracle: products, quotients, gcds, factors, irreducibility, orders of random polynomials.
//!
//! Needs the program `gp` (Debian package pari-gp). Without it the test is skipped, and says so, unless `CI` or
//! `LFSR_REQUIRE_ORACLES` is set: then it fails.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use lfsr_core::{
    algebra::{BigUint, is_primitive},
    poly::{Modulus, Poly},
    register::AnyRegister,
};
use lfsr_crosscheck::{deadline::PATIENCE, skip::skipped};
use process_control::{ChildExt, Control};

/// P: integer to polynomial (bit i = coefficient of x^i); N: the inverse.
const PRELUDE: &str = "default(parisizemax, \"1G\");\n\
    P(n) = Pol(binary(n)) * Mod(1, 2);\n\
    N(f) = subst(lift(f), x, 2);\n\
    Ord(p) = if(poldegree(p) == 1, 1, fforder(ffgen(p, 't)));\n";

/// Deterministic noise.
struct Noise(u64);

impl Noise {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 ^ self.0 >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Of exactly this degree.
    fn poly(&mut self, degree: usize) -> Poly {
        let words = (0..=degree / 64).map(|_| self.word()).collect();
        &Poly::from_words(words).low(degree) + &Poly::monomial(degree)
    }
}

/// The lines that `gp` prints, or `None` if the test is to be skipped.
fn gp(script: &str) -> Option<Vec<String>> {
    let child = Command::new("gp").args(["-q", "-f"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            skipped("pari", &format!("`gp` does not run ({error}); install the package pari-gp"));
            return None;
        }
    };
    let mut stdin = child.stdin.take().expect("piped");
    let script = format!("{PRELUDE}{script}\nquit\n");
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()).expect("gp reads its script"));
    let output = child.controlled_with_output().time_limit(PATIENCE).terminate_for_timeout().wait().expect("gp runs");
    let output = output.expect("gp ends in time");
    writer.join().expect("the whole script was written");
    assert!(output.status.success(), "gp failed");
    Some(String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect())
}

/// As an integer.
fn value(p: &Poly) -> BigUint {
    p.words().iter().rev().fold(BigUint::ZERO, |sum, word| (sum << 64) + *word)
}

/// One line of script a case, one line of answer each.
fn compare(cases: &[(String, String)]) {
    let script: Vec<&str> = cases.iter().map(|(question, _)| &**question).collect();
    let Some(answers) = gp(&script.join("\n")) else { return };
    assert_eq!(answers.len(), cases.len(), "gp answered every question; last: {:?}", answers.last());
    for ((question, expected), answer) in cases.iter().zip(&answers) {
        assert!(answer == expected, "{question}\nPARI: {answer}\nhere: {expected}");
    }
}

#[test]
fn arithmetic() {
    let mut noise = Noise(1);
    let mut cases = Vec::new();
    for (p, q) in [(5, 3), (64, 63), (127, 128), (700, 300), (2047, 2048), (5000, 4999), (9000, 2600), (20_000, 9_000)]
    {
        let (a, b) = (noise.poly(p), noise.poly(q));
        let (na, nb) = (value(&a), value(&b));
        cases.push((format!("print(N(P({na}) * P({nb})))"), value(&(&a * &b)).to_string()));
        let (quotient, rest) = a.divrem(&b).expect("not zero");
        cases.push((format!("print(N(P({na}) \\ P({nb})))"), value(&quotient).to_string()));
        cases.push((format!("print(N(P({na}) % P({nb})))"), value(&rest).to_string()));
        let common = noise.poly(q / 3);
        let (a, b) = (&a * &common, &b * &common);
        let (na, nb) = (value(&a), value(&b));
        cases.push((format!("print(N(gcd(P({na}), P({nb}))))"), value(&a.gcd(&b)).to_string()));
    }
    for degree in [7, 64, 200, 1000] {
        let (c, exponent) = (noise.poly(degree), value(&noise.poly(90)));
        let power = Modulus::new(&c).expect("not constant").pow_x(&exponent);
        cases.push((format!("print(N(lift(Mod(P(2), P({})) ^ {exponent})))", value(&c)), value(&power).to_string()));
    }
    compare(&cases);
}

#[test]
fn factors() {
    let mut noise = Noise(2);
    let mut polys: Vec<Poly> = [30, 64, 65, 100, 200, 300, 400, 600].map(|degree| noise.poly(degree)).into();
    polys.extend([Poly::from_exponents([255, 0]), Poly::from_exponents([256, 1]), Poly::from_exponents(0..=300)]);
    for _ in 0..20 {
        let mut product = Poly::monomial(2);
        for _ in 0..4 {
            let (degree, exponent) = (1 + noise.word() as usize % 50, 1 + noise.word() as u32 % 5);
            product = &product * &noise.poly(degree).pow(exponent);
        }
        polys.push(product);
    }
    // Two lists, in PARI's own order.
    let question = |p: &Poly| format!("F = factor(P({})); print([apply(N, F[, 1]~), F[, 2]~])", value(p));
    let script: Vec<String> = polys.iter().map(question).collect();
    let Some(answers) = gp(&script.join("\n")) else { return };
    assert_eq!(answers.len(), polys.len());
    for (p, answer) in polys.iter().zip(answers) {
        let numbers: Vec<BigUint> =
            answer.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        let (values, multiplicities) = numbers.split_at(numbers.len() / 2);
        let mut expected: Vec<_> = values.iter().cloned().zip(multiplicities.iter().cloned()).collect();
        expected.sort();
        let found: Vec<_> = p.factor().iter().map(|(p, e)| (value(p), BigUint::from(*e))).collect();
        assert!(found == expected, "{p}\nPARI: {answer}");
    }
}

#[test]
fn irreducibility_and_orders() {
    let mut noise = Noise(3);
    let mut cases = Vec::new();
    for degree in (2..100).chain([127, 128, 130]) {
        let mut c = &(&noise.poly(degree - 1) << 1) + &Poly::one();
        let number = value(&c);
        cases.push((format!("print(polisirreducible(P({number})))"), u8::from(c.is_irreducible()).to_string()));
        while !c.is_irreducible() {
            c = &(&noise.poly(degree - 1) << 1) + &Poly::one();
        }
        let structure = AnyRegister::from_characteristic(c.clone()).expect("not constant").structure();
        let order = structure.order().exact().expect("2^d - 1 is factored").to_string();
        cases.push((format!("print(Ord(P({})))", value(&c)), order));
        let primitive = is_primitive(&c).expect("2^d - 1 is factored");
        assert_eq!(structure.is_primitive(), Some(primitive));
        let full = (BigUint::from(1u32) << degree) - 1u32;
        cases.push((format!("print(Ord(P({})) == {full})", value(&c)), u8::from(primitive).to_string()));
    }
    compare(&cases);
}
