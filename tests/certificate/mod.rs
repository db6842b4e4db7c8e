//! A verifier of `lfsr primitive --certificate` that shares no arithmetic with lfsrkit: integers and polynomials as on paper, nothing but words
//! and the JSON reader.

mod fields;
mod integer;
mod map;
mod polynomial;
mod primality;

pub use map::{is_map, verify_map};

use fields::{Fields, check};
use integer::Integer;
use polynomial::Polynomial;
use primality::is_prime;

/// What a certificate proves of its polynomial: `Some` whether it is primitive, `None` if it says itself that it is not known.
///
/// Every number that must be prime is tested: Mersenne numbers by the test of Lucas and Lehmer, which is a proof; others by that of Baillie,
/// Pomerance, Selfridge and Wagstaff, a proof below 2^64, of which no counterexample of any size is known.
///
/// # Errors
/// With the first thing in it that is not true, or does not belong there.
pub fn verify(certificate: &str) -> Result<Option<bool>, String> {
    let fields = Fields::read(certificate)?;
    let (c, n) = (Polynomial::from_hex(&fields.characteristic_hex)?, fields.degree);
    check(n > 0 && c.degree() == Some(n), "the degree")?;
    check(fields.characteristic == c.to_text(), "the two ways the polynomial is written")?;
    let proven = match fields.proof.as_str() {
        "full-order" => {
            full_order(&fields, &c, n, &Integer::one())?;
            Some(true)
        }
        "none" => {
            let cofactor = Integer::from_decimal(fields.cofactor()?)?;
            check(!cofactor.is_one(), "the cofactor")?;
            full_order(&fields, &c, n, &cofactor)?;
            None
        }
        "short-period" => {
            group_order(&fields, n)?;
            let prime = Integer::from_decimal(fields.prime()?)?;
            check(is_prime(&prime), "that the prime is prime")?;
            let (exponent, rest) = Integer::mersenne(n).divided(&prime);
            check(rest.is_zero(), "that the prime divides the group order")?;
            check(c.power_of_x(&exponent).is_one(), "that the power of x is 1")?;
            Some(false)
        }
        "reducible" => {
            let mut product = Polynomial::one();
            let mut count = 0;
            for factor in fields.factors()? {
                let p = Polynomial::from_hex(&factor.hex)?;
                check(p.degree() == Some(factor.degree) && factor.degree > 0, "a factor")?;
                check(factor.multiplicity > 0, "a multiplicity")?;
                for _ in 0..factor.multiplicity {
                    product = product.times(&p);
                    count += 1;
                    check(product.degree() <= Some(n), "the product of the factors")?;
                }
            }
            check(count >= 2 && product == c, "the product of the factors")?;
            Some(false)
        }
        "singular" => {
            check(c.to_text() == "x", "that it is x")?;
            Some(false)
        }
        other => return Err(format!("an unknown kind of proof: {}", fields::shortened(other))),
    };
    check(fields.primitive == proven, "the claim, which is not what is proven")?;
    Ok(proven)
}

/// The factors are primes and multiply to 2^n - 1 with the cofactor; every residue is right and not 1; x^(2^n - 1) = 1.
fn full_order(fields: &Fields, c: &Polynomial, n: usize, cofactor: &Integer) -> Result<(), String> {
    group_order(fields, n)?;
    let full = Integer::mersenne(n);
    let mut product = cofactor.clone();
    let mut last = Integer::one();
    for factor in fields.group_order_factors()? {
        let prime = Integer::from_decimal(&factor.prime)?;
        check(last < prime, "the order of the factors of the group order")?;
        check(factor.multiplicity > 0, "a multiplicity")?;
        for _ in 0..factor.multiplicity {
            product = product.times(&prime);
            check(product <= full, "the product of the factors of the group order")?;
        }
        check(is_prime(&prime), "that a factor of the group order is prime")?;
        let residue = c.power_of_x(&full.divided(&prime).0);
        check(!residue.is_one(), "that a residue is not 1")?;
        check(residue == Polynomial::from_hex(&factor.residue_hex)?, "a residue")?;
        last = prime;
    }
    check(product == full, "the product of the factors of the group order")?;
    check(c.power_of_x(&full).is_one(), "that x^(2^n-1) is 1")
}

fn group_order(fields: &Fields, n: usize) -> Result<(), String> {
    check(Integer::from_decimal(fields.group_order()?)? == Integer::mersenne(n), "the group order")
}
