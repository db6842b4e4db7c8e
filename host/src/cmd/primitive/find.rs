//! The search: ascending, of one weight, or at random.

use std::{
    io::Write,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Args;
use lfsr_core::{
    algebra::{Candidates, Certificate, is_primitive, mersenne_factors, primitive_count, random_candidate},
    notation::MAX_POLY_DEGREE,
    poly::Poly,
};
use rand_pcg::{
    Pcg64,
    rand_core::{Rng, SeedableRng},
};
use serde::Serialize;

use super::{Primitives, line_out, to_json};
use crate::{
    cmd::{
        failure::{Failure, complain},
        status::Status,
    },
    report::certificate,
    sched::control::Control,
    terminal::output::Output,
};

/// Random candidates that are drawn for each polynomial asked for, times the degree, before the search gives up: one in about n/2 is
/// primitive (all weights), so that none is found with probability below e^-200 if there are as many as among random ones.
const PATIENCE: usize = 100;

/// What to look for.
#[derive(Debug, Args)]
pub(super) struct Search {
    /// Find polynomials of this degree: the first in ascending order, if nothing else is asked.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_POLY_DEGREE))]
    degree: Option<u64>,
    /// Only those with so many terms: 3 for trinomials, 5 for pentanomials; always odd.
    #[arg(long, value_name = "W", requires = "degree")]
    weight: Option<usize>,
    /// How many.
    #[arg(long, value_name = "K", requires = "degree", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    count: u64,
    /// All of them, ascending.
    #[arg(long, requires = "degree", conflicts_with_all = ["count", "random"])]
    all: bool,
    /// Drawn uniformly, instead of ascending.
    #[arg(long, requires = "degree")]
    random: bool,
    /// Of --random: the same seed gives the same polynomials [default: from the clock, and said].
    #[arg(long, value_name = "S", requires = "random")]
    seed: Option<u64>,
}

impl Search {
    pub(super) fn run(
        &self,
        json: bool,
        with_certificate: bool,
        quiet: bool,
        control: &Control,
        out: &mut Output,
    ) -> Result<Status, Failure> {
        let degree = self.degree.unwrap_or(1) as usize;
        if let Some(why) = self.weight.and_then(|weight| no_such_weight(degree, weight)) {
            complain(&why);
            return Ok(Status::No);
        }
        let known = mersenne_factors(degree);
        if !known.is_complete() {
            return Err(Failure::failed(format!(
                "which polynomials of degree {degree} are primitive is not known: 2^{degree}-1 has a cofactor of {} bits of unknown factors",
                known.cofactor.bits()
            )));
        }
        let wanted = if self.all { u64::MAX } else { self.count };
        let mut found = 0;
        let mut emit = |c: &Poly| -> Result<(), Failure> {
            found += 1;
            let line = match Certificate::new(c).filter(|_| with_certificate) {
                Some(proof) => certificate::to_json(&proof),
                None if json => json_line(c),
                None => text_line(c),
            };
            line_out(&line, out)?;
            // Someone may be waiting at the other end of a pipe.
            if degree > 32 {
                out.flush().map_err(|error| out.error(error))?;
            }
            Ok(())
        };
        if self.random {
            self.random(degree, quiet, control, &mut emit)?;
        } else {
            let candidates =
                self.weight.map_or_else(|| Candidates::new(degree), |weight| Candidates::of_weight(degree, weight));
            let candidates = candidates.take_while(|_| !control.is_stopped());
            let found = candidates.filter(|c| is_primitive(c) == Some(true));
            for c in found.take(usize::try_from(wanted).unwrap_or(usize::MAX)) {
                emit(&c)?;
            }
        }
        self.conclude(degree, found, quiet, control)
    }

    /// What there is to say of a search that ended with so many found.
    fn conclude(&self, degree: usize, found: u64, quiet: bool, control: &Control) -> Result<Status, Failure> {
        if control.is_stopped() {
            complain(&format!("interrupted after {found} polynomials"));
            return Ok(Status::Interrupted);
        }
        if self.all && self.weight.is_none() && primitive_count(degree).is_some_and(|count| count != found.into()) {
            return Err(Failure::failed(format!("found {found} of degree {degree}, but there must be phi(2^n-1)/n")));
        }
        if found == 0 {
            let terms = self.weight.map_or_else(String::new, |weight| format!(" with {weight} terms"));
            let swan = if self.weight == Some(3) && degree.is_multiple_of(8) {
                " (Swan 1962: no trinomial whose degree is divisible by 8 is irreducible)"
            } else {
                ""
            };
            complain(&format!("no primitive polynomial of degree {degree}{terms}{swan}"));
            return Ok(Status::No);
        }
        if !self.all && found < self.count && !quiet {
            complain(&format!("found only {found}"));
        }
        Ok(Status::Done)
    }

    fn random(
        &self,
        degree: usize,
        quiet: bool,
        control: &Control,
        emit: &mut impl FnMut(&Poly) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let seed = self.seed.unwrap_or_else(|| {
            let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
            if !quiet {
                complain(&format!("--seed {clock} gives these again"));
            }
            clock
        });
        let mut random = Pcg64::seed_from_u64(seed);
        for _ in 0..self.count {
            let draws = PATIENCE.saturating_mul(degree);
            let drawn = (0..draws).take_while(|_| !control.is_stopped()).find_map(|_| {
                random_candidate(degree, self.weight, || random.next_u64()).filter(|c| is_primitive(c) == Some(true))
            });
            let Some(c) = drawn else { break };
            emit(&c)?;
        }
        Ok(())
    }
}

/// Why no polynomial of this weight can be primitive.
fn no_such_weight(degree: usize, weight: usize) -> Option<String> {
    if degree == 1 && weight == 2 {
        None
    } else if weight.is_multiple_of(2) {
        Some(format!(
            "no primitive polynomial of degree {degree} has {weight} terms: x+1 divides what has an even number"
        ))
    } else if weight < 3 || weight > degree + 1 {
        Some(format!("no primitive polynomial of degree {degree} has {weight} terms: it takes 3 to {}", degree + 1))
    } else {
        None
    }
}

fn text_line(c: &Poly) -> String {
    let Primitives { characteristic, characteristic_hex, mut lags, .. } = Primitives::new(c);
    lags.reverse();
    let lags: Vec<_> = lags.iter().map(usize::to_string).collect();
    format!("char:{characteristic}  # taps:{} full:{characteristic_hex}", lags.join(","))
}

fn json_line(c: &Poly) -> String {
    #[derive(Serialize)]
    struct Object {
        schema: &'static str,
        #[serde(flatten)]
        found: Primitives,
        primitive: bool,
    }
    to_json(&Object { schema: "lfsr.primitive/1", found: Primitives::new(c), primitive: true })
}
