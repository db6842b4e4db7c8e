//! The fields of a certificate, each of which must be known and belong to its kind of proof.

use serde::Deserialize;

/// Digits that a number may have, in bits of the number: degrees up to a million.
const MOST_DIGITS: usize = 1_000_003;

/// A certificate as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    schema: String,
    pub(super) degree: usize,
    pub(super) characteristic: String,
    pub(super) characteristic_hex: String,
    pub(super) primitive: Option<bool>,
    pub(super) proof: String,
    group_order: Option<String>,
    group_order_factors: Option<Vec<PrimeFactor>>,
    cofactor: Option<String>,
    factors: Option<Vec<Factor>>,
    prime: Option<String>,
}

/// A prime of the group order, and x^(group order / prime).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrimeFactor {
    pub(super) prime: String,
    pub(super) multiplicity: u64,
    pub(super) residue_hex: String,
}

/// A factor of the polynomial.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Factor {
    pub(super) hex: String,
    pub(super) degree: usize,
    pub(super) multiplicity: u64,
}

impl Fields {
    /// # Errors
    /// If it is no certificate, or has fields that have no part in its kind of proof; what is missing is said where it is asked for.
    pub(super) fn read(certificate: &str) -> Result<Self, String> {
        let fields: Self = serde_json::from_str(certificate)
            .map_err(|error| error.to_string().chars().take(200).collect::<String>())?;
        check(fields.schema == "lfsr.primitive-certificate/1", "the schema")?;
        check(fields.degree < MOST_DIGITS, "the degree")?;
        let has = [
            ("group_order", fields.group_order.is_some()),
            ("group_order_factors", fields.group_order_factors.is_some()),
            ("cofactor", fields.cofactor.is_some()),
            ("factors", fields.factors.is_some()),
            ("prime", fields.prime.is_some()),
        ];
        let allowed: &[&str] = match fields.proof.as_str() {
            "full-order" => &["group_order", "group_order_factors"],
            "none" => &["group_order", "group_order_factors", "cofactor"],
            "short-period" => &["group_order", "prime"],
            "reducible" => &["factors"],
            "singular" => &[],
            other => return Err(format!("an unknown kind of proof: {}", shortened(other))),
        };
        for (name, there) in has {
            if there && !allowed.contains(&name) {
                return Err(format!("{name} has no part in this kind of proof"));
            }
        }
        Ok(fields)
    }

    pub(super) fn group_order(&self) -> Result<&str, String> {
        self.group_order.as_deref().ok_or_else(|| "no group_order".into())
    }

    pub(super) fn group_order_factors(&self) -> Result<&[PrimeFactor], String> {
        self.group_order_factors.as_deref().ok_or_else(|| "no group_order_factors".into())
    }

    pub(super) fn cofactor(&self) -> Result<&str, String> {
        self.cofactor.as_deref().ok_or_else(|| "no cofactor".into())
    }

    pub(super) fn factors(&self) -> Result<&[Factor], String> {
        self.factors.as_deref().ok_or_else(|| "no factors".into())
    }

    pub(super) fn prime(&self) -> Result<&str, String> {
        self.prime.as_deref().ok_or_else(|| "no prime".into())
    }
}

pub(super) fn check(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("not right: {what}")) }
}

/// The beginning of a text, for a message.
pub(super) fn shortened(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("{short:?}...") } else { format!("{short:?}") }
}
