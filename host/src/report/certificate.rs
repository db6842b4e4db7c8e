//! The proof as JSON, schema `lfsr.primitive-certificate/1`. `tests/certificate` checks it with arithmetic of its own.

use lfsr_core::{
    algebra::{BigUint, Certificate, PrimeFactor, Proof},
    poly::Poly,
};
use serde::Serialize;

#[derive(Serialize)]
struct Object {
    schema: &'static str,
    degree: usize,
    characteristic: String,
    characteristic_hex: String,
    primitive: Option<bool>,
    /// Which claim is made; the fields below are what it rests on.
    proof: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_order_factors: Option<Vec<PrimeObject>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cofactor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    factors: Option<Vec<FactorObject>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prime: Option<String>,
}

/// A prime q of 2^n - 1, and x^((2^n - 1) / q) modulo c.
#[derive(Serialize)]
struct PrimeObject {
    prime: String,
    multiplicity: u32,
    residue_hex: String,
}

#[derive(Serialize)]
struct FactorObject {
    hex: String,
    degree: usize,
    multiplicity: u32,
}

/// One line.
#[must_use]
pub fn to_json(certificate: &Certificate) -> String {
    let c = &certificate.characteristic;
    let degree = c.degree().unwrap_or(0);
    let group_order = Some(((BigUint::from(1u32) << degree) - 1u32).to_string());
    let mut object = Object {
        schema: "lfsr.primitive-certificate/1",
        degree,
        characteristic: c.to_string(),
        characteristic_hex: format!("{c:#x}"),
        primitive: certificate.is_primitive(),
        proof: "",
        group_order: None,
        group_order_factors: None,
        cofactor: None,
        factors: None,
        prime: None,
    };
    match &certificate.proof {
        Proof::Primitive { primes } => {
            object.proof = "full-order";
            object.group_order = group_order;
            object.group_order_factors = Some(primes.iter().map(prime).collect());
        }
        Proof::Unknown { primes, cofactor } => {
            object.proof = "none";
            object.group_order = group_order;
            object.group_order_factors = Some(primes.iter().map(prime).collect());
            object.cofactor = Some(cofactor.to_string());
        }
        Proof::ShortPeriod { prime } => {
            object.proof = "short-period";
            object.group_order = group_order;
            object.prime = Some(prime.to_string());
        }
        Proof::Reducible { factors } => {
            object.proof = "reducible";
            object.factors = Some(factors.iter().map(factor).collect());
        }
        Proof::Singular => object.proof = "singular",
    }
    // Serialising strings and numbers does not fail.
    serde_json::to_string(&object).unwrap_or_default()
}

fn prime(factor: &PrimeFactor) -> PrimeObject {
    PrimeObject {
        prime: factor.prime.to_string(),
        multiplicity: factor.multiplicity,
        residue_hex: format!("{:#x}", factor.residue),
    }
}

fn factor((poly, multiplicity): &(Poly, u32)) -> FactorObject {
    FactorObject { hex: format!("{poly:#x}"), degree: poly.degree().unwrap_or(0), multiplicity: *multiplicity }
}
