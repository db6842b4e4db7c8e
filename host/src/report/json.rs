//! JSON: one object a line and register, schema `lfsr.analysis/1`.

use std::io::{self, Write};

use lfsr_core::notation::Polynomial;
use serde::Serialize;

use super::{Analysis, states};

#[derive(Serialize)]
struct Object<'a> {
    schema: &'static str,
    source: SourceObject<'a>,
    degree: u32,
    form: String,
    xnor: bool,
    characteristic: String,
    characteristic_hex: String,
    feedback: String,
    lags: Vec<u32>,
    factors: Vec<FactorObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    irreducible: bool,
    primitive: bool,
    singular: bool,
    max_preperiod: u32,
    cycles: Vec<CycleObject>,
    cycle_count: String,
    states: String,
    cyclic_states: String,
    max_period: String,
    engine: &'static str,
    verified: bool,
    complete: bool,
    partial: bool,
    maximal_length: bool,
    enumeration: EnumerationObject,
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
    degree: u32,
    multiplicity: u32,
    order: Option<String>,
}

#[derive(Serialize)]
struct CycleObject {
    period: String,
    count: String,
}

#[derive(Serialize)]
struct LeaderObject {
    leader: String,
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
    let cycles = analysis.map.leaders.iter().flatten();
    if analysis.map.leaders.is_some() {
        out.write_all(b",\"leaders\":[")?;
        for (i, cycle) in cycles.clone().enumerate() {
            out.write_all(if i == 0 { b"" } else { b"," })?;
            let leader = LeaderObject { leader: format!("{:#x}", cycle.leader), period: cycle.period.to_string() };
            serde_json::to_writer(&mut *out, &leader)?;
        }
        out.write_all(b"]")?;
    }
    if analysis.sequences {
        out.write_all(b",\"sequences\":[")?;
        for (i, cycle) in cycles.enumerate() {
            out.write_all(if i == 0 { b"[" } else { b",[" })?;
            let mut comma = "";
            states(analysis.register, cycle.leader, cycle.period, |state| {
                write!(out, "{comma}\"{state:#x}\"")?;
                comma = ",";
                Ok(())
            })?;
            out.write_all(b"]")?;
        }
        out.write_all(b"]")?;
    }
    out.write_all(b"}\n")
}

fn object<'a>(analysis: &'a Analysis<'_>) -> Object<'a> {
    let Analysis { source, register, facts, map, .. } = analysis;
    let hex = |poly: u128| format!("{poly:#x}");
    let factors = facts.factors.iter().map(|factor| FactorObject {
        poly: Polynomial(factor.poly).to_string(),
        hex: hex(factor.poly),
        degree: 127 - factor.poly.leading_zeros(),
        multiplicity: factor.multiplicity,
        order: factor.order.map(|order| order.to_string()),
    });
    let how = &map.how;
    let elapsed = how.stats.wall.as_secs_f64();
    let workers = how.stats.workers.iter().enumerate().map(|(worker, stats)| WorkerObject {
        worker,
        batches: stats.batches,
        steals: stats.steals,
        states: stats.states.to_string(),
        busy_s: stats.busy.as_secs_f64(),
    });
    Object {
        schema: "lfsr.analysis/1",
        source: SourceObject { file: &source.file, line: source.line },
        degree: register.degree(),
        form: register.form().to_string(),
        xnor: register.xnor(),
        characteristic: Polynomial(register.characteristic()).to_string(),
        characteristic_hex: hex(register.characteristic()),
        feedback: Polynomial(register.feedback()).to_string(),
        lags: register.lags().collect(),
        factors: factors.collect(),
        order: facts.order.map(|order| order.to_string()),
        irreducible: facts.irreducible,
        primitive: facts.primitive,
        singular: register.is_singular(),
        max_preperiod: register.singularity(),
        cycles: map
            .census
            .iter()
            .map(|(period, count)| CycleObject { period: period.to_string(), count: count.to_string() })
            .collect(),
        cycle_count: map.cycle_count().to_string(),
        states: register.state_count().to_string(),
        cyclic_states: register.cyclic_state_count().to_string(),
        max_period: map.max_period().to_string(),
        engine: how.engine,
        verified: !map.partial && map.is_complete(),
        complete: map.is_complete(),
        partial: map.partial,
        maximal_length: map.is_maximal_length(),
        enumeration: EnumerationObject {
            schedule: how.schedule,
            schedule_reason: how.why.clone(),
            workers: how.stats.workers.len(),
            batch_size: how.batch,
            kernel: how.kernel,
            backend: how.backend,
            section_bits: how.section_bits,
            states_covered: map.covered.to_string(),
            residue_states: how.residue.to_string(),
            elapsed_s: elapsed,
            states_per_s: if elapsed > 0.0 { map.covered as f64 / elapsed } else { 0.0 },
            imbalance_states: how.stats.imbalance_states(),
            imbalance_busy: how.stats.imbalance_busy(),
            scheduling_cost: how.stats.scheduling_cost(),
            peak_memory_bytes: crate::size::peak_memory(),
            proof: how.proof.clone(),
            per_worker: workers.collect(),
        },
    }
}
