//! `lfsr cluster slurm`, `parallel`, `mpi`.

use std::{path::PathBuf, process::Command};

use clap::Args;

use crate::{
    analysis::{
        cluster::{Job, script::Engine},
        plan::Options,
    },
    cmd::{
        failure::{Failure, complain, too_wide},
        options::{Global, RegisterOptions},
        print::print,
        status::Status,
    },
    terminal::{output::Output, size::parse_bytes},
};

#[derive(Debug, Args)]
pub(in crate::cmd) struct Begin {
    /// The register.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    options: RegisterOptions,
    /// The most memory for the table of all arcs when they are merged, such as 2GiB [default: half of RAM].
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes)]
    max_memory: Option<u64>,
    /// How many units: many more than machines, so that all end together and little is lost with one.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=Job::MOST_UNITS as i64))]
    shards: u32,
    /// The folder for the files, which all machines see; made if it is not there.
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,
    /// Run it, too.
    #[arg(long)]
    submit: bool,
}

impl Begin {
    /// Writes the job and its script.
    ///
    /// # Errors
    /// If there is no such register or job, it cannot be written, or not be submitted.
    pub(super) fn run(self, engine: Engine, global: &Global) -> Result<Status, Failure> {
        let register = self.options.defaults().register(&self.options.notation(&self.register)?);
        let Some(register) = register.narrow() else {
            return Err(too_wide(register.degree()));
        };
        let folder = std::path::absolute(&self.dir)
            .map_err(|error| Failure::bad_input(format!("{}: {error}", self.dir.display())))?;
        let defaults = Options::default();
        let options = Options { max_memory: self.max_memory.unwrap_or(defaults.max_memory), ..defaults };
        let job = Job::begin(&self.dir, &register, self.shards, &options)?;
        let program = std::env::current_exe().map_or_else(|_| "lfsr".to_owned(), |path| path.display().to_string());
        let path = folder.join(engine.file());
        let mut out = Output::new(Some(&path))?;
        std::io::Write::write_all(&mut out, engine.script(&job, &folder, &program).as_bytes())
            .map_err(|error| out.error(error))?;
        out.finish()?;
        let command = format!("{} {}", engine.submit(), path.display());
        if !self.submit {
            let text = format!(
                "{}: {} units of {} start states in {}\n  run    {command}\n  watch  lfsr cluster status {folder}\n  join   lfsr merge {folder}\n",
                self.register,
                job.units,
                job.total.div_ceil(job.units.into()),
                self.dir.display(),
                folder = self.dir.display(),
            );
            return print(if global.quiet { b"" } else { text.as_bytes() });
        }
        submit(engine, &path.to_string_lossy(), &command)
    }
}

/// Runs the engine on its script.
fn submit(engine: Engine, script: &str, command: &str) -> Result<Status, Failure> {
    let program = engine.submit();
    match Command::new(program).arg(script).status() {
        Ok(status) if status.success() => Ok(Status::Done),
        Ok(status) => {
            complain(&format!("{command}: {status}; run it again to go on"));
            Ok(Status::Failed)
        }
        Err(error) => Err(Failure::failed(format!("cannot run {program}: {error}; run {script} yourself"))),
    }
}
