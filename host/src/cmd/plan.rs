//! `lfsr plan`.

use clap::Args;

use super::{
    failure::{Failure, too_wide},
    options::{Global, RegisterOptions, RunOptions},
    print::{print, titled},
    status::Status,
};
use crate::{
    analysis::{Plan, cluster::Job, engine, plan::Options},
    report::{TextOrJson, plan::Forecast},
};

/// Says what an enumeration would take, before anything runs: kernel, section, memory, CPU time, files.
///
/// The rate is measured on this machine for a fifth of a second, on one core.
#[derive(Debug, Args)]
#[command(
    name = "plan",
    after_long_help = "Examples:\n  lfsr plan x^48+x^47+x^21+x^20+1\n  lfsr plan x^56+x^7+x^4+x^2+1 --shards 1000 --format json"
)]
pub(super) struct PlanCommand {
    /// The register.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    options: RegisterOptions,
    #[command(flatten)]
    run: RunOptions,
    /// Into how many parts the work is to be cut, as for --shard I/N and for `lfsr cluster`.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=Job::MOST_UNITS as i64))]
    shards: u32,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

impl PlanCommand {
    /// Plans, measures, prints.
    ///
    /// # Errors
    /// If the text is no register, it is too wide, cannot be planned, or has fewer start states than parts.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let register = self.options.defaults().register(&self.options.notation(&self.register)?);
        let Some(register) = register.narrow() else {
            return Err(too_wide(register.degree()));
        };
        let options = self.run.options(false);
        let plan = Plan::new(&register, &Options { shards: self.shards, kept: self.shards > 1, ..options })?;
        Job::can_be_cut(&plan, self.shards)?;
        let forecast = Forecast { source: &self.register, plan: &plan, rate: engine::rate(&plan), units: self.shards };
        match self.format {
            TextOrJson::Json => print(format!("{}\n", forecast.json()).as_bytes()),
            TextOrJson::Text => print(titled(&forecast.text(), global).as_bytes()),
        }
    }
}
