//! `lfsr completions`.

use clap::{Command, CommandFactory, builder::PossibleValuesParser};
use lfsr_core::catalogue::ENTRIES;

use super::{failure::Failure, print::print, status::Status};

/// Arguments that take a REGISTER or a name of the catalogue.
const REGISTERS: [&str; 4] = ["register", "registers", "names", "inputs"];

/// Prints the completion script for `shell` and the command line `C`; the names of the catalogue are offered where a REGISTER goes.
///
/// # Errors
/// If standard output cannot be written.
pub(super) fn run<C: CommandFactory>(shell: clap_complete::Shell) -> Result<Status, Failure> {
    let mut command = with_names(C::command());
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "lfsr", &mut script);
    print(&script)
}

/// The command with the names as possible values: only for the script, since a REGISTER may be much else.
fn with_names(command: Command) -> Command {
    let takes: Vec<&str> =
        REGISTERS.into_iter().filter(|id| command.get_arguments().any(|arg| arg.get_id() == id)).collect();
    let command = takes.into_iter().fold(command, |command, id| {
        let names = PossibleValuesParser::new(ENTRIES.iter().map(|entry| entry.name));
        command.mut_arg(id, |arg| arg.value_parser(names))
    });
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    below.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_names))
}
