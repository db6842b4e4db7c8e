//! Parser and arithmetic on random input against definitions written down bit by bit.

use lfsr_core::{
    gf2,
    notation::{Notation, ParseError, parse, parse_row},
    poly::{Modulus, Poly},
};
use lfsr_crosscheck::ranges::is_long;
use proptest::{collection::vec, prelude::*};

/// Coefficients, from x^0 up.
type Bits = Vec<bool>;

fn bits(p: &Poly) -> Bits {
    p.degree().map_or(vec![], |n| (0..=n).map(|i| p.coefficient(i)).collect())
}

fn poly(bits: &Bits) -> Poly {
    Poly::from_exponents((0..bits.len()).filter(|i| bits[*i]))
}

fn trimmed(mut bits: Bits) -> Bits {
    while bits.last() == Some(&false) {
        bits.pop();
    }
    bits
}

/// The definition of a product.
fn product(a: &Bits, b: &Bits) -> Bits {
    let mut sum = vec![false; a.len() + b.len()];
    for i in 0..a.len() {
        for j in 0..b.len() {
            sum[i + j] ^= a[i] & b[j];
        }
    }
    trimmed(sum)
}

/// The definition of a remainder: subtract shifted divisors.
fn remainder(a: &Bits, divisor: &Bits) -> Bits {
    let mut rest = trimmed(a.clone());
    while rest.len() >= divisor.len() {
        let shift = rest.len() - divisor.len();
        for (i, bit) in divisor.iter().enumerate() {
            rest[i + shift] ^= bit;
        }
        rest = trimmed(rest);
    }
    rest
}

fn any_poly(longest: usize) -> impl Strategy<Value = Bits> {
    prop_oneof![vec(any::<bool>(), 0..longest), vec(prop::bool::weighted(0.03), 0..longest)].prop_map(trimmed)
}

fn parse_poly(text: &str) -> Result<Poly, ParseError> {
    Notation::read(text).map(|read| read.characteristic)
}

/// Text that is nearly a register.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,4}",
        "x\\^[0-9]{1,4}",
        "(char|taps|coeffs|normal|reversed|koopman|full):",
        "0x[0-9a-f]{1,9}",
        "[0-9]{1,25}",
        "[+,/;:\\[\\]]",
        any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if is_long() { 1_000_000 } else { 20_000 }, ..ProptestConfig::default() })]

    #[test]
    fn the_parser_takes_anything(text in nearly()) {
        let short = parse(&text);
        let long = parse_poly(&text);
        // What both accept is the same; what is refused is refused at a place in the text.
        if let (Ok(register), Ok(poly)) = (&short, &long) {
            prop_assert_eq!(poly.to_u128(), Some(register.characteristic()));
        }
        prop_assert!(short.is_err() || long.is_ok());
        for error in short.err().into_iter().chain(long.err()) {
            prop_assert!(error.at <= text.len() && text.is_char_boundary(error.at), "{}: {}", text, error);
        }
        prop_assert_eq!(parse_row(&text).is_ok() && Notation::read_row(&text).is_err(), false);
    }

    #[test]
    fn what_is_printed_is_read(p in any_poly(400)) {
        let n = p.len().max(1);
        let c = &poly(&p) + &Poly::monomial(n);
        let p = bits(&c);
        prop_assert_eq!(&parse_poly(&format!("char:{c}")), &Ok(c.clone()));
        prop_assert_eq!(&parse_poly(&format!(" CHAR : {} ", c.to_string().to_uppercase())), &Ok(c.clone()));
        prop_assert_eq!(&parse_poly(&format!("full:{c:#x}")), &Ok(c.clone()));
        prop_assert_eq!(&parse_poly(&format!("normal:{:#x}/{n}", c.low(n))), &Ok(c.clone()));
        let list: Vec<&str> = p[..n].iter().map(|bit| if *bit { "1" } else { "0" }).collect();
        prop_assert_eq!(&Notation::read_row(&list.join(",")).map(|read| read.characteristic), &Ok(c.clone()));
        if p[0] {
            prop_assert_eq!(&parse_poly(&c.reciprocal().to_string()), &Ok(c));
        }
    }

    #[test]
    fn arithmetic_is_what_it_is_defined_to_be(a in any_poly(700), b in any_poly(300), c in any_poly(200)) {
        let (p, q) = (poly(&a), poly(&b));
        prop_assert_eq!(bits(&p), a.clone());
        prop_assert_eq!(bits(&(&p * &q)), product(&a, &b));
        prop_assert_eq!(bits(&p.square()), product(&a, &a));
        if let Some((quotient, rest)) = p.divrem(&q) {
            prop_assert_eq!(bits(&rest), remainder(&a, &b));
            prop_assert_eq!(&(&quotient * &q) + &rest, p.clone());
        } else {
            prop_assert!(b.is_empty());
        }
        let m = poly(&c);
        if let Some(modulus) = Modulus::new(&m) {
            prop_assert_eq!(bits(&modulus.mul(&p, &q)), remainder(&product(&a, &b), &c));
            let mut power = bits(&modulus.reduce(&Poly::one()));
            for _ in 0..a.len() {
                power = remainder(&product(&power, &vec![false, true]), &c);
            }
            prop_assert_eq!(bits(&modulus.pow_x(&a.len().into())), power);
        }
        // The gcd divides both, and is a multiple of every common divisor that is put in.
        let gcd = (&p * &m).gcd(&(&q * &m));
        if !gcd.is_zero() {
            prop_assert!((&p * &m).rem(&gcd).is_some_and(|rest| rest.is_zero()));
            prop_assert!((&q * &m).rem(&gcd).is_some_and(|rest| rest.is_zero()));
            prop_assert!(m.is_zero() || gcd.rem(&m).is_some_and(|rest| rest.is_zero()));
        }
    }

    #[test]
    fn factors_are_irreducible_and_multiply_back(a in any_poly(90)) {
        let p = &poly(&a) + &Poly::monomial(a.len());
        let product = p.factor().iter().fold(Poly::one(), |product, (factor, m)| &product * &factor.pow(*m));
        prop_assert_eq!(&product, &p);
        for (factor, _) in p.factor() {
            prop_assert!(factor.is_irreducible());
            // By trial division, where that is quick.
            if let Some(word) = factor.to_u128().filter(|word| word.ilog2() <= 16) {
                prop_assert!((2..1u128 << (word.ilog2() / 2 + 1)).all(|d| d.ilog2() == word.ilog2() || gf2::rem(word, d) != 0 || d == word));
            }
        }
    }
}
