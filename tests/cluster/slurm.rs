//! [`Slurm`]: a cluster of one node in a folder of its own, with its own keys and ports.

use core::time::Duration;
use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
};

use lfsr_crosscheck::deadline::{Deadline, output};

/// Its daemons, and where they live.
pub(crate) struct Slurm {
    daemons: Vec<Child>,
    folder: tempfile::TempDir,
    node: String,
}

impl Slurm {
    /// Starts the daemons; `None` if one of them is not installed.
    pub(crate) fn start() -> Option<Self> {
        let programs = ["munged", "slurmctld", "slurmd"].map(find);
        let [munged, slurmctld, slurmd] = programs.each_ref().map(Option::as_ref);
        let (munged, slurmctld, slurmd) = (munged?, slurmctld?, slurmd?);
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().to_owned();
        // The key's daemon wants a folder that others may look into, not write to.
        fs::set_permissions(&at, fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["state", "spool"] {
            fs::create_dir(at.join(name)).unwrap();
        }
        let key = at.join("key");
        fs::write(&key, [0x5a; 1024]).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o400)).unwrap();
        let node = said(Command::new("hostname").arg("-s"));
        let user = said(Command::new("id").arg("-un"));
        fs::write(at.join("slurm.conf"), configuration(&at, &node, &user)).unwrap();
        let mut slurm = Self { daemons: vec![], folder, node };
        let option = |name: &str, file: &str| format!("--{name}={}", at.join(file).display());
        let options = [option("key-file", "key"), option("socket", "socket"), option("pid-file", "munged.pid")];
        slurm.daemon(
            Command::new(munged)
                .args(["--foreground", "--force"])
                .args(options)
                .args([option("log-file", "munged.log"), option("seed-file", "seed")]),
        );
        slurm.wait("the socket of munged", |slurm| slurm.folder.path().join("socket").exists());
        for program in [slurmctld, slurmd] {
            let mut command = Command::new(program);
            slurm.daemon(command.arg("-D").env("SLURM_CONF", at.join("slurm.conf")));
        }
        slurm.wait("an idle node", |slurm| {
            said(slurm.command("sinfo").args(["--noheader", "--format", "%T"])).starts_with("idle")
        });
        Some(slurm)
    }

    /// One of its commands.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("SLURM_CONF", self.folder.path().join("slurm.conf"));
        command
    }

    /// Whether jobs wait or run.
    pub(crate) fn is_busy(&self) -> bool {
        !said(self.command("squeue").arg("--noheader")).is_empty()
    }

    /// Takes the node out of service, once its jobs have ended.
    pub(crate) fn drain(&self) {
        self.node_to("state=drain", &["reason=test"]);
    }

    /// Takes it back.
    pub(crate) fn resume(&self) {
        self.node_to("state=resume", &[]);
    }

    fn node_to(&self, state: &str, more: &[&str]) {
        let node = format!("nodename={}", self.node);
        let ended = output(self.command("scontrol").args(["update", &node, state]).args(more)).unwrap();
        println!("{state}: {}", ended.status);
    }

    fn daemon(&mut self, command: &mut Command) {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.daemons.push(child.unwrap_or_else(|error| panic!("{command:?}: {error}")));
    }

    fn wait(&self, what: &'static str, is_there: impl Fn(&Self) -> bool) {
        let deadline = Deadline::for_(what);
        while !is_there(self) {
            deadline.check();
            sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Slurm {
    fn drop(&mut self) {
        let _ = output(self.command("scancel").arg("--signal=KILL").arg("--state=RUNNING"));
        for daemon in self.daemons.iter_mut().rev() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

fn configuration(at: &Path, node: &str, user: &str) -> String {
    // Free now; nobody else takes them in the moment until they are used.
    let ports = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [control, daemon] = ports.each_ref().map(|port| port.local_addr().unwrap().port());
    let at = at.display();
    format!(
        "ClusterName=one\nSlurmctldHost={node}(127.0.0.1)\nSlurmUser={user}\nSlurmdUser={user}\n\
         AuthType=auth/munge\nAuthInfo=socket={at}/socket\nSlurmctldPort={control}\nSlurmdPort={daemon}\n\
         StateSaveLocation={at}/state\nSlurmdSpoolDir={at}/spool\nSlurmctldPidFile={at}/slurmctld.pid\n\
         SlurmdPidFile={at}/slurmd.pid\nSlurmctldLogFile={at}/slurmctld.log\nSlurmdLogFile={at}/slurmd.log\n\
         ProctrackType=proctrack/pgid\nTaskPlugin=task/none\nSelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\n\
         ReturnToService=2\nSchedulerParameters=sched_min_interval=100000,batch_sched_delay=0\nMpiDefault=none\n\
         NodeName={node} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN\nPartitionName=main Nodes={node} Default=YES State=UP\n"
    )
}

/// A program, also where only root looks for it.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn said(command: &mut Command) -> String {
    output(command).map_or_else(String::new, |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
