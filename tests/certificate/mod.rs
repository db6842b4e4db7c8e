//! A verifier of `lfsr primitive --certificate` that shares no arithmetic with lfsrkit: schoolbook integers, shift-and-add polynomials,
//! nothing but words and the JSON reader.

mod integer;
mod polynomial;

use integer::Integer;
use polynomial::Polynomial;
use serde_json::Value;

/// What a certificate proves of its polynomial: `Some` whether it is primitive, `None` if it says itself that it is not known.
///
/// The primality of the factors is checked by Miller-Rabin with twelve bases, which proves it below 2^64 (Sorenson and Webster, 2015) and
/// makes it practically sure above.
///
/// # Errors
/// With the first thing in it that is not true.
pub fn verify(certificate: &str) -> Result<Option<bool>, String> {
    let object: Value = serde_json::from_str(certificate).map_err(|error| error.to_string())?;
    check(object["schema"] == "lfsr.primitive-certificate/1", "the schema")?;
    let c = hex(&object["characteristic_hex"])?;
    let n = object["degree"].as_u64().ok_or("no degree")? as usize;
    check(n > 0 && c.degree() == Some(n), "the degree")?;
    check(text(&object["characteristic"])? == c.to_text(), "the two ways the polynomial is written")?;
    let claim = object["primitive"].as_bool();
    let proven = match text(&object["proof"])? {
        "full-order" => {
            full_order(&object, &c, n, &Integer::one())?;
            Some(true)
        }
        "none" => {
            let cofactor = Integer::from_decimal(text(&object["cofactor"])?)?;
            check(!cofactor.is_one(), "the cofactor")?;
            full_order(&object, &c, n, &cofactor)?;
            None
        }
        "short-period" => {
            group_order(&object, n)?;
            let prime = Integer::from_decimal(text(&object["prime"])?)?;
            check(!prime.is_one(), "the prime")?;
            let (exponent, rest) = Integer::mersenne(n).divided(&prime);
            check(rest.is_zero(), "that the prime divides the group order")?;
            check(c.power_of_x(&exponent).is_one(), "that the power of x is 1")?;
            Some(false)
        }
        "reducible" => {
            let factors = object["factors"].as_array().ok_or("no factors")?;
            let mut product = Polynomial::one();
            let mut count = 0;
            for factor in factors {
                let p = hex(&factor["hex"])?;
                check(p.degree().map(|d| d as u64) == factor["degree"].as_u64() && p.degree() > Some(0), "a factor")?;
                for _ in 0..factor["multiplicity"].as_u64().ok_or("no multiplicity")? {
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
        other => return Err(format!("an unknown kind of proof: {other}")),
    };
    check(claim == proven, "the claim, which is not what is proven")?;
    Ok(proven)
}

/// The factors are primes and multiply to 2^n - 1 with the cofactor; every residue is right and not 1; x^(2^n - 1) = 1.
fn full_order(object: &Value, c: &Polynomial, n: usize, cofactor: &Integer) -> Result<(), String> {
    group_order(object, n)?;
    let full = Integer::mersenne(n);
    let mut product = cofactor.clone();
    let mut last = Integer::one();
    for factor in object["group_order_factors"].as_array().ok_or("no factors of the group order")? {
        let prime = Integer::from_decimal(text(&factor["prime"])?)?;
        check(last < prime && prime.is_probable_prime(), "that a factor of the group order is prime")?;
        for _ in 0..factor["multiplicity"].as_u64().ok_or("no multiplicity")? {
            product = product.times(&prime);
            check(product <= full, "the product of the factors of the group order")?;
        }
        let residue = c.power_of_x(&full.divided(&prime).0);
        check(!residue.is_one(), "that a residue is not 1")?;
        check(residue == hex(&factor["residue_hex"])?, "a residue")?;
        last = prime;
    }
    check(product == full, "the product of the factors of the group order")?;
    check(c.power_of_x(&full).is_one(), "that x^(2^n-1) is 1")
}

fn group_order(object: &Value, n: usize) -> Result<(), String> {
    check(Integer::from_decimal(text(&object["group_order"])?)? == Integer::mersenne(n), "the group order")
}

fn check(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("not right: {what}")) }
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{value} where a text should be"))
}

fn hex(value: &Value) -> Result<Polynomial, String> {
    Polynomial::from_hex(text(value)?)
}
