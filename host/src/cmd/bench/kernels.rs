//! `lfsr bench kernels`: states per second of CPU time, by backend, number of terms, kind of cycles and degree; answers asserted.

use core::time::Duration;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use lfsr_core::{
    notation::Polynomial,
    register::{Form, Register},
    vector::Backend,
};

use super::{
    measure::{Line, as_text, check, machine, median, say, timed},
    registers::{self, Cycles},
    survey,
};
use crate::{
    analysis::plan::{Kernel, Options, Plan},
    cmd::{failure::Failure, options::Global, status::Status},
    report::TextOrJson,
    sched::Pool,
    terminal::output::Output,
};

/// Compares the backends of the kernels: states per second of CPU time, on one thread.
///
/// For each degree there are registers of 3, 5 and n/2 terms with long, mixed and short cycles, by the kernel that walks through all
/// states (block, word or leader; only block has backends, and leaders get 2^32 starts at most), and by cosets where that is what
/// `lfsr analyze` would do. Runs of the backends are interleaved; medians are shown. Every map is compared with the one algebra gives,
/// and the command fails if one differs.
#[derive(Debug, Args)]
pub(crate) struct Kernels {
    /// Degrees to measure: multiples of 4.
    #[arg(long, value_delimiter = ',', value_name = "N,...", default_value = "24,28",
          value_parser = clap::value_parser!(u32).range(8..=48))]
    degrees: Vec<u32>,
    /// Degrees 32, 36 and 40 too: half an hour more, most of it for mixed cycles of degree 36 (`--cycles long --long` takes a minute).
    #[arg(long)]
    long: bool,
    /// Kinds of cycles.
    #[arg(long, value_delimiter = ',', value_name = "KIND,...", default_value = "long,mixed,short")]
    cycles: Vec<Cycles>,
    /// Numbers of terms; 0 stands for n/2.
    #[arg(long, value_delimiter = ',', value_name = "N,...", default_value = "3,5,0")]
    terms: Vec<u32>,
    /// Counted runs of each combination up to 2^32 states; a third of that beyond.
    #[arg(long, value_name = "N", default_value = "7", value_parser = clap::value_parser!(u16).range(1..=1000))]
    runs: u16,
    /// Also the Galois form, XNOR gates and a singular register, beside the plain one.
    #[arg(long)]
    forms: bool,
    /// Instead: 200 registers of degree 32, and the slowest found by searching on from the slowest; a few seconds.
    #[arg(long)]
    survey: bool,
    /// With --survey: which registers are tried, and where the search goes.
    #[arg(long, value_name = "N", default_value = "32", requires = "survey")]
    seed: u64,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// What takes longer is run once.
const SLOW: Duration = Duration::from_secs(2);

/// Short cycles beyond this degree would take minutes each.
const MOST_SHORT: u32 = 32;

/// A line of the table.
#[derive(Debug, serde::Serialize)]
struct Row {
    degree: u32,
    terms: u32,
    cycles: String,
    register: String,
    #[serde(serialize_with = "as_text")]
    longest: u64,
    #[serde(serialize_with = "kernel_name")]
    kernel: Kernel,
    section_bits: Option<u32>,
    backends: Vec<Rate>,
}

/// What one backend does.
#[derive(Debug, serde::Serialize)]
struct Rate {
    backend: &'static str,
    /// 10^9 states per second of CPU time.
    gstates_per_cpu_s: f64,
}

fn kernel_name<S: serde::Serializer>(kernel: &Kernel, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kernel.name())
}

impl Kernels {
    /// Prints the tables.
    ///
    /// # Errors
    /// If an answer is wrong, a run fails or the output cannot be written.
    pub(crate) fn run(self, _: &Global) -> Result<Status, Failure> {
        let mut out = Output::new(None)?;
        let pool = Pool::new();
        let machine = machine();
        if self.format == TextOrJson::Text {
            say(&mut out, &machine)?;
        }
        if self.survey {
            survey::run(&pool, self.seed, self.format, &machine, &mut out)?;
            out.finish()?;
            return Ok(Status::Done);
        }
        let mut degrees = self.degrees.clone();
        if self.long {
            degrees.extend([32, 36, 40].into_iter().filter(|degree| !self.degrees.contains(degree)));
        }
        for degree in degrees {
            let mut rows = Vec::new();
            for &cycles in &self.cycles {
                for &terms in &self.terms {
                    let terms = if terms == 0 { degree / 2 } else { terms };
                    if cycles == Cycles::Short && degree > MOST_SHORT {
                        continue;
                    }
                    let Some(register) = registers::register(degree, terms, cycles) else { continue };
                    for (name, register) in forms(register, self.forms) {
                        let cycles = format!("{cycles}{name}");
                        let measure = |kernel| self.measure(&register, &cycles, kernel, &pool);
                        let planned = measure(None)?;
                        if let Kernel::Coset(_) = planned.kernel {
                            // And what walks through every state.
                            let kernel = Plan::walking(&register, &Options::default())?.kernel;
                            rows.push(measure(Some(kernel))?);
                        }
                        rows.push(planned);
                    }
                }
            }
            match self.format {
                TextOrJson::Text => say(&mut out, &table(degree, &rows))?,
                TextOrJson::Json => {
                    for row in &rows {
                        Line { schema: "lfsr.bench-kernels/1", machine: &machine, row }.say(&mut out)?;
                    }
                }
            }
        }
        out.finish()?;
        Ok(Status::Done)
    }

    /// All backends in turn, several times over.
    fn measure(&self, register: &Register, cycles: &str, kernel: Option<Kernel>, pool: &Pool) -> Result<Row, Failure> {
        let degree = register.degree();
        let mut backends: Vec<(Backend, Vec<f64>)> = Backend::available().map(|backend| (backend, vec![])).collect();
        let mut last = None;
        let runs = if degree > 32 || cycles.starts_with("short") { self.runs.div_ceil(3) } else { self.runs };
        for round in 0..=runs {
            let mut slow = false;
            for (backend, rates) in &mut backends {
                let (map, time) = timed(register, *backend, kernel, pool)?;
                // The first run of each warms up, and is checked; that is enough of the long ones.
                if round == 0 {
                    check(register, &map)?;
                }
                slow |= time > SLOW;
                if round > 0 || slow {
                    rates.push(map.covered as f64 / time.as_secs_f64() / 1e9);
                }
                let has_backends = matches!(map.plan.kernel, Kernel::Block(_));
                last = Some(map);
                if !has_backends {
                    break;
                }
            }
            if slow {
                break;
            }
        }
        let map = last.ok_or_else(|| Failure::bad_input("nothing to measure"))?;
        backends.retain(|(_, rates)| !rates.is_empty());
        Ok(Row {
            degree,
            terms: register.characteristic().count_ones(),
            cycles: cycles.to_owned(),
            register: Polynomial(register.characteristic()).to_string(),
            longest: map.max_period(),
            kernel: map.plan.kernel,
            section_bits: map.plan.kernel.section_bits(),
            backends: rates(backends),
        })
    }
}

fn rates(backends: Vec<(Backend, Vec<f64>)>) -> Vec<Rate> {
    let rate = |(backend, rates): (Backend, _)| Rate { backend: backend.name(), gstates_per_cpu_s: median(rates) };
    backends.into_iter().map(rate).collect()
}

/// The register, and if asked for its other forms: the singular one forgets two bits and has the cycles of the plain one.
fn forms(plain: Register, all: bool) -> Vec<(&'static str, Register)> {
    let mut forms = vec![("", plain)];
    if all {
        forms.push((", Galois", plain.with_form(Form::Galois)));
        forms.push((", XNOR", plain.with_xnor(true)));
        if let Ok(singular) = Register::from_characteristic(plain.characteristic() << 2) {
            forms.push((", singular", singular));
        }
    }
    forms
}

fn table(degree: u32, rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    let names: Vec<&str> = rows
        .iter()
        .map(|row| &row.backends)
        .max_by_key(|b| b.len())
        .into_iter()
        .flatten()
        .map(|rate| rate.backend)
        .collect();
    let mut header = vec!["terms".to_owned(), "cycles".into(), "longest".into(), "kernel".into(), "z".into()];
    header.extend(names.iter().map(|name| (*name).to_owned()));
    table.set_header(header);
    for row in rows {
        let mut cells = vec![
            row.terms.to_string(),
            row.cycles.clone(),
            if row.longest == u64::MAX { "2^64".into() } else { format!("2^{:.1}", (row.longest as f64).log2()) },
            row.kernel.name().to_owned(),
            row.section_bits.map_or_else(String::new, |z| z.to_string()),
        ];
        for name in &names {
            let rate = row.backends.iter().find(|rate| rate.backend == *name);
            cells.push(rate.map_or_else(String::new, |rate| format!("{:.1}", rate.gstates_per_cpu_s)));
        }
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("\n{degree} bits, 10^9 states per second of CPU time\n{table}")
}
