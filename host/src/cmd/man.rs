//! `lfsr man`: the manual pages.

use std::{fs, path::PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use super::{failure::Failure, print::print, status::Status};

/// Prints the manual page of the program or of a command, or writes them all.
#[derive(Debug, Args)]
pub(super) struct Manual {
    /// Whose page: a command such as `analyze` or `device check` [default: the program].
    #[arg(value_name = "COMMAND", conflicts_with = "all")]
    command: Vec<String>,
    /// Write the page of the program and those of all commands into this folder, as lfsr.1, lfsr-analyze.1, ...
    #[arg(long, value_name = "FOLDER")]
    all: Option<PathBuf>,
}

/// What the program looks at besides its arguments.
const ENVIRONMENT: &str = "\
.SH ENVIRONMENT
.TP
NO_COLOR
If it is set and not empty, nothing is bold (see \\-\\-color).
.SH FILES
A file of results is written under another name and takes its place when it is whole; \\-o of an older file keeps that until then.
";

impl Manual {
    /// Prints a page in roff, or writes all.
    ///
    /// # Errors
    /// If there is no such command or a page cannot be written.
    pub(super) fn run<C: CommandFactory>(self) -> Result<Status, Failure> {
        let mut program = C::command().disable_help_subcommand(true);
        program.build();
        if let Some(folder) = &self.all {
            let failed =
                |path: &std::path::Path, error| Failure::failed(format!("{}: cannot write: {error}", path.display()));
            fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
            for command in family(&program) {
                let path = folder.join(format!("{}.1", name(&command)));
                fs::write(&path, page(&command)?).map_err(|error| failed(&path, error))?;
            }
            return Ok(Status::Done);
        }
        let mut command = &program;
        for word in self.command.iter().flat_map(|word| word.split_whitespace()) {
            command = command
                .find_subcommand(word)
                .ok_or_else(|| Failure::bad_input(format!("{word}: no such command; `lfsr help` lists them")))?;
        }
        print(page(command)?.as_bytes())
    }
}

/// A command and all below it.
fn family(command: &Command) -> Vec<Command> {
    let below = command.get_subcommands().flat_map(family);
    core::iter::once(command.clone()).chain(below).collect()
}

/// lfsr-device-check
fn name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

/// The page in roff.
fn page(command: &Command) -> Result<String, Failure> {
    let is_program = name(command) == command.get_name();
    let command = command.clone().name(name(command));
    let mut bytes = Vec::new();
    Man::new(command)
        .render(&mut bytes)
        .map_err(|error| Failure::failed(format!("cannot make the manual page: {error}")))?;
    let mut page = unfilled(&String::from_utf8_lossy(&bytes)).replace(".SH EXTRA\nExamples:\n", ".SH EXAMPLES\n");
    if is_program {
        page += ENVIRONMENT;
    } else {
        page += ".SH \"SEE ALSO\"\nlfsr(1)\n";
    }
    Ok(page)
}

/// Tables and examples, which are the lines that begin with blanks, keep their lines.
fn unfilled(page: &str) -> String {
    let mut out = String::new();
    let mut is_table = false;
    for line in page.lines() {
        if line.starts_with("  ") != is_table {
            is_table = !is_table;
            out += if is_table { ".nf\n" } else { ".fi\n" };
        }
        out += line;
        out.push('\n');
    }
    if is_table {
        out += ".fi\n";
    }
    out
}
