//! `lfsr cluster`.

mod begin;
mod status;
mod work;

use clap::Subcommand;

use super::{failure::Failure, options::Global, status::Status};
use crate::analysis::cluster::script::Engine;

#[derive(Debug, Subcommand)]
pub(super) enum Cluster {
    /// Writes an array of jobs for Slurm.
    #[command(after_long_help = "Example:\n  lfsr cluster slurm x^48+x^47+x^21+x^20+1 --shards 16 --dir run48")]
    Slurm(begin::Begin),
    /// Writes a script for GNU parallel: one machine, or many by ssh.
    #[command(after_long_help = "Example:\n  lfsr cluster parallel x^38+x^6+x^5+x+1 --shards 64 --dir run38")]
    Parallel(begin::Begin),
    /// Writes a script for mpirun: one process a rank, and no MPI library is needed.
    #[command(after_long_help = "Example:\n  lfsr cluster mpi x^38+x^6+x^5+x+1 --shards 64 --dir run38")]
    Mpi(begin::Begin),
    Work(work::Work),
    Status(status::StatusCommand),
}

impl Cluster {
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        match self {
            Self::Slurm(command) => command.run(Engine::Slurm, global),
            Self::Parallel(command) => command.run(Engine::Parallel, global),
            Self::Mpi(command) => command.run(Engine::Mpi, global),
            Self::Work(command) => command.run(global),
            Self::Status(command) => command.run(),
        }
    }
}
