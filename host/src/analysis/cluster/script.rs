//! The job scripts: engines that run many processes are there already, and each gets one file that it can be given.

use std::path::Path;

use super::job::Job;
use crate::terminal::shell::quoted;

/// The most tasks of an array: what Slurm allows without being asked to (`MaxArraySize` is 1001).
const MOST_TASKS: u32 = 1000;

/// What runs the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Slurm: an array of jobs, which are requeued when a node fails.
    Slurm,
    /// GNU parallel: one machine, or many by ssh.
    Parallel,
    /// `mpirun`: one process a rank; no MPI library is linked.
    Mpi,
}

impl Engine {
    /// The file that it is given, in the folder of the job.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Slurm => "job.sbatch",
            Self::Parallel => "parallel.sh",
            Self::Mpi => "mpi.sh",
        }
    }

    /// The command that runs it, without the file.
    #[must_use]
    pub const fn submit(self) -> &'static str {
        match self {
            Self::Slurm => "sbatch",
            Self::Parallel | Self::Mpi => "sh",
        }
    }

    /// The script for `job`. `folder` is its folder and `program` this program, as the machines of the cluster see them; `LFSR` in the environment
    /// is asked first.
    #[must_use]
    pub fn script(self, job: &Job, folder: &Path, program: &str) -> String {
        let folder = quoted(&folder.display().to_string());
        let head = format!("# Made by `lfsr cluster`: {} in {} units.\n", job.register, job.units);
        let program = format!("LFSR=${{LFSR:-{}}}\n", quoted(program));
        match self {
            Self::Slurm => slurm(job, &head, &program, &folder),
            Self::Parallel => format!(
                "#!/bin/sh\n{head}\
                 # More options of parallel as arguments, such as --sshloginfile nodes. Run it again to go on: the files say what is done.\n\
                 {program}\
                 seq 1 {units} | exec parallel --joblog {folder}/joblog --retries 5 \"$@\" \\\n\
                 \x20   \"$LFSR\" cluster work {folder} --first '{{}}' --step {units} --workers 1 --quiet\n",
                units = job.units,
            ),
            Self::Mpi => format!(
                "#!/bin/sh\n{head}\
                 # Options of mpirun as arguments, such as -n 64 --hostfile nodes. Run it again to go on.\n\
                 {program}\
                 exec mpirun \"$@\" \"$LFSR\" cluster work {folder} --workers 1 --quiet\n"
            ),
        }
    }
}

fn slurm(job: &Job, head: &str, program: &str, folder: &str) -> String {
    let tasks = job.units.min(MOST_TASKS);
    format!(
        "#!/bin/sh\n\
         #SBATCH --job-name=lfsr-{degree}\n\
         #SBATCH --array=1-{tasks}\n\
         #SBATCH --cpus-per-task=1\n\
         #SBATCH --requeue\n\
         #SBATCH --open-mode=append\n\
         #SBATCH --output={folder}/slurm-%a.txt\n\
         {head}\
         # A task that is requeued goes on from the file of its unit. Submit it again to do what failed.\n\
         {program}\
         for attempt in 1 2 3 4 5; do\n\
         \x20   \"$LFSR\" cluster work {folder} --first \"$SLURM_ARRAY_TASK_ID\" --step {tasks} \\\n\
         \x20       --workers \"${{SLURM_CPUS_PER_TASK:-1}}\" --quiet\n\
         \x20   status=$?\n\
         \x20   # Done, or asked to stop.\n\
         \x20   case $status in 0 | 130) break ;; esac\n\
         done\n\
         exit $status\n",
        degree = job.register.degree(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::plan::Options;

    #[test]
    fn scripts() {
        let folder = tempfile::tempdir().unwrap();
        let register = lfsr_core::notation::parse("x^38+x^6+x^5+x+1").unwrap();
        let job = Job::begin(&folder.path().join("it's one"), &register, 2000, &Options::default()).unwrap();
        let slurm = Engine::Slurm.script(&job, &job.folder, "/opt/lfsr");
        assert!(slurm.contains("#SBATCH --array=1-1000\n") && slurm.contains("--step 1000"), "{slurm}");
        for engine in [Engine::Slurm, Engine::Parallel, Engine::Mpi] {
            let script = engine.script(&job, &job.folder, "/opt/lfsr");
            assert!(script.starts_with("#!/bin/sh\n") && script.contains("it'\\''s one'"), "{script}");
            assert!(script.contains("LFSR=${LFSR:-/opt/lfsr}\n"), "{script}");
        }
    }
}
