//! `cargo xtask`: the repository's own commands. See [`USAGE`].
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]
#![forbid(unsafe_code)]

#[path = "../xtask/child.rs"]
mod child;
#[path = "../xtask/elf.rs"]
mod elf;
#[path = "../xtask/firmware.rs"]
mod firmware;
#[path = "../xtask/images.rs"]
mod images;
#[path = "../xtask/log.rs"]
mod log;
#[path = "../xtask/page.rs"]
mod page;
#[path = "../xtask/programs.rs"]
mod programs;
#[path = "../xtask/renew.rs"]
mod renew;
#[path = "../xtask/serve.rs"]
mod serve;
#[path = "../xtask/step.rs"]
mod step;
#[path = "../xtask/steps.rs"]
mod steps;
#[path = "../xtask/suite.rs"]
mod suite;
#[path = "../xtask/tools.rs"]
mod tools;
#[path = "../xtask/uf2.rs"]
mod uf2;
#[path = "../xtask/versions.rs"]
mod versions;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use suite::Request;

const USAGE: &str = "\
usage: cargo xtask <command>

  test [--only STEP]... [--list] [--long] [--lanes N]
                  everything: format, lints, tests, features, documentation, firmware in an emulator.
                  Installs the Debian packages it needs if it may, else says how.
                  --only STEP   only the steps whose names begin so, and what they need; may be given again
                  --list        says which steps there are, and after how many minutes each is killed
                  --lanes N     so many steps run beside each other, each shown when it has ended (default: by the processors,
                                2 to 4); 1: one after the other, shown at once
                  --long        sets LFSR_LONG=1: the tests take their larger ranges
  firmware [--board NAME] [--defmt]
                  builds the image of a board (default: qemu, the emulated one; all: every board) and says where it is and how
                  large; --defmt: with logs
  page [--serve]  builds the page for browsers and says where it is; --serve: shows it at an address of this machine
  pictures        draws the pictures of the guide anew
  figures         measures the firmware (flash, RAM, instructions) and writes the table in firmware/README.md
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["test", options @ ..] => match request(options) {
            Some(request) => steps::test(&root(), &request),
            None => usage(),
        },
        ["firmware"] => report(firmware::command(&root(), "qemu", false)),
        ["firmware", "--defmt"] => report(firmware::command(&root(), "qemu", true)),
        ["firmware", "--board", name] => report(firmware::command(&root(), name, false)),
        ["firmware", "--board", name, "--defmt"] => report(firmware::command(&root(), name, true)),
        ["page"] => report(page::command(&root()).map(drop)),
        ["page", "--serve"] => report(page::command(&root()).and_then(|folder| serve::serve(&folder))),
        ["pictures"] => report(renew::pictures(&root())),
        ["figures"] => report(renew::figures(&root())),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprint!("{USAGE}");
    ExitCode::from(2)
}

/// The options of `test`.
fn request(options: &[&str]) -> Option<Request> {
    let mut request = Request::default();
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--only" => request.only.push((*options.next()?).to_owned()),
            "--list" => request.list = true,
            "--long" => request.long = true,
            "--lanes" => request.lanes = Some(options.next()?.parse().ok().filter(|&lanes| lanes > 0)?),
            _ => return None,
        }
    }
    Some(request)
}

fn report(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the repository.
fn root() -> PathBuf {
    let here =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}
