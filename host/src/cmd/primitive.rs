//! `lfsr primitive`: finds primitive polynomials, or tests given ones.

mod find;

use std::path::PathBuf;

use clap::Args;
use lfsr_core::{
    algebra::{BigUint, Certificate, Order, Proof, order_of_irreducible},
    poly::Poly,
};
use serde::Serialize;

use super::{
    failure::{Failure, complain, explained},
    interrupt,
};
use crate::{
    cmd::{options::Global, status::Status},
    input,
    report::{TextOrJson, certificate},
    terminal::output::Output,
};

/// Finds primitive polynomials, or tests given ones; with the proof on request.
///
/// A register with a primitive polynomial runs through all states but one (all but 0 with XOR, all but all-ones with XNOR gates).
/// Primitives polynomials are written one a line, in a form that `lfsr analyze -` reads. Exit status 1 if there is none, or if a given one
/// is not primitive.
#[derive(Debug, Args)]
#[command(override_usage = "lfsr primitive --degree N [OPTIONS]\n       lfsr primitive REGISTER... [OPTIONS]")]
#[command(
    after_long_help = "Examples:\n  lfsr primitive --degree 64 --weight 5\n  lfsr primitive x^521+x^32+1 --certificate"
)]
pub(super) struct Primitive {
    /// Polynomials to test, in any notation.
    #[arg(value_name = "REGISTER", required_unless_present = "degree", conflicts_with = "degree")]
    registers: Vec<String>,
    #[command(flatten)]
    search: find::Search,
    /// Print the proof as JSON: the factors of 2^N - 1 with a residue for each, or what disproves it.
    #[arg(long)]
    certificate: bool,
    /// How results are written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Primitive {
    /// Searches or tests.
    ///
    /// # Errors
    /// If the request makes no sense, its answer is not known, or the output cannot be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let control = interrupt::control();
        let json = self.certificate || self.format == TextOrJson::Json;
        let mut out = Output::new(self.output.as_deref())?;
        let status = if self.registers.is_empty() {
            self.search.run(json, self.certificate, global.quiet, &control, &mut out)?
        } else {
            self.test(&mut out)?
        };
        // Without an answer an old file stays.
        if !out.is_empty_file() {
            out.finish()?;
        }
        Ok(status)
    }

    fn test(&self, out: &mut Output) -> Result<Status, Failure> {
        let mut status = Status::Done;
        for text in &self.registers {
            let notation = match input::notation(text) {
                Ok(notation) => notation,
                Err(error) => {
                    complain(&format!("{text}: {}", explained(&error)));
                    status = status.max(Status::BadInput);
                    continue;
                }
            };
            let verdict = Verdict::new(&notation.characteristic);
            status = status.max(match verdict.certificate.is_primitive() {
                Some(true) => Status::Done,
                Some(false) => Status::No,
                None => Status::Failed,
            });
            let line = if self.certificate {
                certificate::to_json(&verdict.certificate)
            } else if self.format == TextOrJson::Json {
                verdict.json()
            } else {
                format!("{text}: {}", verdict.text())
            };
            line_out(&line, out)?;
        }
        Ok(status)
    }
}

/// What is known about whether a polynomial is primitive, and the order of x.
pub(super) struct Verdict {
    /// With the proof.
    pub(super) certificate: Certificate,
    /// Of x; `None` where x is no unit or the polynomial is reducible.
    pub(super) order: Option<Order>,
}

impl Verdict {
    /// For a polynomial of degree at least 1.
    pub(super) fn new(c: &Poly) -> Self {
        // A constant is refused by the parser of registers.
        let certificate = Certificate::new(c)
            .unwrap_or_else(|| Certificate { characteristic: c.clone(), proof: Proof::Reducible { factors: vec![] } });
        let order = match certificate.proof {
            Proof::ShortPeriod { .. } | Proof::Unknown { .. } => order_of_irreducible(c),
            _ => None,
        };
        Self { certificate, order }
    }

    /// One line, without the polynomial.
    pub(super) fn text(&self) -> String {
        let n = self.certificate.characteristic.degree().unwrap_or(0);
        match &self.certificate.proof {
            Proof::Primitive { .. } => "primitive".into(),
            Proof::Singular => "not primitive: it is x, whose register forgets its state".into(),
            Proof::Reducible { factors } => format!("not primitive: reducible, {}", product(factors)),
            Proof::ShortPeriod { prime } => {
                let order = self.order.as_ref().map_or_else(String::new, |order| format!(", order {order}"));
                format!("not primitive: irreducible{order}, x^((2^{n}-1)/{prime}) = 1")
            }
            Proof::Unknown { cofactor, .. } => format!(
                "irreducible; not known whether it is primitive, as the factors of 2^{n}-1 are not all known (a cofactor of {} bits is left)",
                cofactor.bits()
            ),
        }
    }

    fn json(&self) -> String {
        #[derive(Serialize)]
        struct Object {
            schema: &'static str,
            #[serde(flatten)]
            found: Primitives,
            primitive: Option<bool>,
            irreducible: bool,
            factors: Option<Vec<String>>,
            order: Option<String>,
        }
        let proof = &self.certificate.proof;
        let factors = match proof {
            Proof::Reducible { factors } => Some(factors.iter().map(|(p, m)| power(p, *m)).collect()),
            _ => None,
        };
        let c = &self.certificate.characteristic;
        let full = || ((BigUint::from(1u32) << c.degree().unwrap_or(0)) - 1u32).to_string();
        let order = match proof {
            Proof::Primitive { .. } => Some(full()),
            _ => self.order.as_ref().and_then(Order::exact).map(BigUint::to_string),
        };
        to_json(&Object {
            schema: "lfsr.primitive/1",
            found: Primitives::new(c),
            primitive: self.certificate.is_primitive(),
            irreducible: !matches!(proof, Proof::Reducible { .. }),
            factors,
            order,
        })
    }
}

/// The fields that name a polynomial.
#[derive(Serialize)]
struct Primitives {
    degree: usize,
    characteristic: String,
    characteristic_hex: String,
    lags: Vec<usize>,
    weight: usize,
}

impl Primitives {
    fn new(c: &Poly) -> Self {
        Self {
            degree: c.degree().unwrap_or(0),
            characteristic: c.to_string(),
            characteristic_hex: format!("{c:#x}"),
            lags: c.reciprocal().exponents().filter(|k| *k > 0).collect(),
            weight: c.weight(),
        }
    }
}

/// (x+1)^2 (x^2+x+1): long ones by their degrees, because nobody reads a thousand terms.
fn product(factors: &[(Poly, u32)]) -> String {
    let degrees = factors.iter().map(|(p, m)| format!("{}{}", p.degree().unwrap_or(0), multiplicity(*m)));
    let degrees = format!("factors of degree {}", degrees.collect::<Vec<_>>().join(" + "));
    let whole = factors.iter().map(|(p, m)| power(p, *m)).collect::<Vec<_>>().join(" ");
    if whole.len() <= 200 { format!("{degrees}: {whole}") } else { degrees }
}

fn power(p: &Poly, m: u32) -> String {
    format!("({p}){}", multiplicity(m))
}

fn multiplicity(m: u32) -> String {
    if m == 1 { String::new() } else { format!("^{m}") }
}

/// Serialising strings and numbers does not fail.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn line_out(line: &str, out: &mut Output) -> Result<(), Failure> {
    use std::io::Write;
    writeln!(out, "{line}").map_err(|error| out.error(error).into())
}
