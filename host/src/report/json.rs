//! JSON: one object a line and register, schema `lfsr.analysis/1`.

use std::io::{self, Write};

use lfsr_core::algebra::BigUint;
use serde::Serialize;

use super::Analysis;
use crate::{analysis::map::CycleMap, input::Origin};

const SCHEMA: &str = "lfsr.analysis/1";

#[derive(Serialize)]
struct Object<'a> {
    schema: &'static str,
    source: SourceObject<'a>,
    degree: usize,
    form: String,
    xnor: bool,
    shift: String,
    characteristic: String,
    characteristic_hex: String,
    feedback: String,
    lags: Vec<usize>,
    factors: Vec<FactorObject>,
    order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_bounds: Option<BoundsObject>,
    irreducible: bool,
    primitive: Option<bool>,
    singular: bool,
    max_preperiod: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cycles: Option<Vec<CycleObject>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cycle_count: Option<String>,
    states: String,
    cyclic_states: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_period: Option<String>,
    engine: &'static str,
    verified: Option<bool>,
    complete: bool,
    partial: bool,
    maximal_length: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unanswered: Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    differences: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    enumeration: Option<EnumerationObject>,
}

/// What is proven of an order that is not known exactly.
#[derive(Serialize)]
struct BoundsObject {
    multiple_of: String,
    divides: String,
}

#[derive(Serialize)]
struct SourceObject<'a> {
    file: &'a str,
    line: Option<u64>,
}

#[derive(Serialize)]
struct FactorObject {
    poly: String,
    hex: String,
    degree: usize,
    multiplicity: u32,
    order: Option<String>,
}

#[derive(Serialize)]
struct CycleObject {
    period: String,
    count: String,
}

#[derive(Serialize)]
struct ListedObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    leader: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    representative: Option<String>,
    period: String,
}

#[derive(Serialize)]
struct EnumerationObject {
    schedule: &'static str,
    schedule_reason: String,
    workers: usize,
    batch_size: u64,
    kernel: &'static str,
    backend: &'static str,
    section_bits: Option<u32>,
    states_covered: String,
    states_visited: String,
    residue_states: String,
    elapsed_s: f64,
    states_per_s: f64,
    imbalance_states: f64,
    imbalance_busy: f64,
    scheduling_cost: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_bytes: Option<u64>,
    proof: Vec<String>,
    per_worker: Vec<WorkerObject>,
}

#[derive(Serialize)]
struct WorkerObject {
    worker: usize,
    batches: u64,
    steals: u64,
    states: String,
    busy_s: f64,
}

pub(super) fn write(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    let object = serde_json::to_string(&object(analysis))?;
    // The lists are streamed into the object, in front of its closing brace.
    out.write_all(object.strip_suffix('}').unwrap_or(&object).as_bytes())?;
    if analysis.leaders {
        out.write_all(b",\"leaders\":[")?;
        let mut comma: &[u8] = b"";
        analysis.for_each_cycle(&mut |listed| {
            out.write_all(comma)?;
            comma = b",";
            let hex = Some(format!("{:#x}", analysis.written(&listed.state)));
            let (leader, representative) = if listed.is_leader { (hex, None) } else { (None, hex) };
            serde_json::to_writer(
                &mut *out,
                &ListedObject { leader, representative, period: listed.period.to_string() },
            )?;
            Ok(())
        })?;
        out.write_all(b"]")?;
    }
    if analysis.sequences {
        out.write_all(b",\"sequences\":[")?;
        let mut comma = "";
        analysis.for_each_cycle(&mut |listed| {
            write!(out, "{comma}[")?;
            comma = ",";
            let mut comma = "";
            analysis.states(&listed, &mut |state| {
                write!(out, "{comma}\"{state:#x}\"")?;
                comma = ",";
                Ok(())
            })?;
            out.write_all(b"]")
        })?;
        out.write_all(b"]")?;
    }
    out.write_all(b"}\n")
}

pub(super) fn write_failure(source: &Origin, why: &str, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Failure<'a> {
        schema: &'static str,
        source: SourceObject<'a>,
        error: &'a str,
    }
    let source = SourceObject { file: &source.file, line: source.line };
    serde_json::to_writer(&mut *out, &Failure { schema: SCHEMA, source, error: why })?;
    out.write_all(b"\n")
}

fn object<'a>(analysis: &'a Analysis<'_>) -> Object<'a> {
    let Analysis { source, answer, .. } = analysis;
    let register = answer.structure.register();
    let structure = &answer.structure;
    let factors = structure.factors().iter().map(|factor| FactorObject {
        poly: factor.poly.to_string(),
        hex: format!("{:#x}", factor.poly),
        degree: factor.poly.degree().unwrap_or(0),
        multiplicity: factor.multiplicity,
        order: factor.order.as_ref().and_then(|order| order.exact()).map(BigUint::to_string),
    });
    let order = structure.order();
    let bounds = BoundsObject { multiple_of: order.multiple_of().to_string(), divides: order.divides().to_string() };
    let cycles = answer.cycles();
    let count =
        |cycles: &Vec<_>| cycles.iter().map(|c: &lfsr_core::algebra::Cycles| &c.count).sum::<BigUint>().to_string();
    Object {
        schema: SCHEMA,
        source: SourceObject { file: &source.file, line: source.line },
        degree: register.degree(),
        form: register.form().to_string(),
        xnor: register.xnor(),
        shift: analysis.shift.to_string(),
        characteristic: register.characteristic().to_string(),
        characteristic_hex: format!("{:#x}", register.characteristic()),
        feedback: register.feedback().to_string(),
        lags: register.lags().collect(),
        factors: factors.collect(),
        order: order.exact().map(BigUint::to_string),
        order_bounds: order.exact().is_none().then_some(bounds),
        irreducible: structure.is_irreducible(),
        primitive: structure.is_primitive(),
        singular: register.singularity() > 0,
        max_preperiod: structure.max_preperiod(),
        cycle_count: cycles.as_ref().map(count),
        max_period: cycles.as_ref().and_then(|cycles| cycles.last()).map(|last| last.period.to_string()),
        cycles: cycles.map(|cycles| {
            let object = |c: lfsr_core::algebra::Cycles| CycleObject {
                period: c.period.to_string(),
                count: c.count.to_string(),
            };
            cycles.into_iter().map(object).collect()
        }),
        states: structure.states().to_string(),
        cyclic_states: structure.cyclic_states().to_string(),
        engine: answer.map.as_ref().map_or("algebra", |map| map.plan.options.engine.name()),
        verified: answer.is_verified(),
        complete: answer.is_complete(),
        partial: answer.is_partial(),
        maximal_length: answer.is_maximal_length(),
        unanswered: answer.algebra.as_ref().and_then(|cycles| cycles.as_ref().err()).map(ToString::to_string),
        differences: &answer.differences,
        enumeration: answer.map.as_ref().map(enumeration),
    }
}

fn enumeration(map: &CycleMap) -> EnumerationObject {
    let plan = &map.plan;
    let elapsed = map.stats.wall.as_secs_f64();
    let workers = map.stats.workers.iter().enumerate().map(|(worker, stats)| WorkerObject {
        worker,
        batches: stats.batches,
        steals: stats.steals,
        states: stats.states.to_string(),
        busy_s: stats.busy.as_secs_f64(),
    });
    EnumerationObject {
        schedule: plan.work.schedule.name(),
        schedule_reason: plan.why.clone(),
        workers: map.stats.workers.len(),
        batch_size: map.batch,
        kernel: plan.kernel.name(),
        backend: plan.backend(),
        section_bits: plan.kernel.section_bits(),
        states_covered: map.covered.to_string(),
        states_visited: map.visited.to_string(),
        residue_states: map.residue.to_string(),
        elapsed_s: elapsed,
        states_per_s: if elapsed > 0.0 { map.covered as f64 / elapsed } else { 0.0 },
        imbalance_states: map.stats.imbalance_states(),
        imbalance_busy: map.stats.imbalance_busy(),
        scheduling_cost: map.stats.scheduling_cost(),
        peak_memory_bytes: crate::terminal::size::peak_memory(),
        proof: map.proof.clone(),
        per_worker: workers.collect(),
    }
}
