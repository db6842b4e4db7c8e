//! `lfsr completions`.

use clap::{Command, CommandFactory, builder::PossibleValuesParser};
use lfsr_core::catalogue::ENTRIES;

use super::{failure::Failure, print::print, status::Status};
use crate::bits::checksum;

/// Arguments that take a REGISTER or a name of the catalogue.
const REGISTERS: [&str; 4] = ["register", "registers", "names", "inputs"];

/// Arguments that take an ALGORITHM of a CRC.
const ALGORITHMS: [&str; 3] = ["algorithm", "a", "b"];

/// Prints the completion script for `shell` and the command line `C`; the names of the
/// catalogues are offered where a REGISTER or an ALGORITHM goes.
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
    let registers: Vec<&str> = ENTRIES.iter().map(|entry| entry.name).collect();
    let algorithms: Vec<&str> = checksum::catalogue::all().map(|entry| entry.name).collect();
    let kinds = REGISTERS.map(|id| (id, &registers)).into_iter().chain(ALGORITHMS.map(|id| (id, &algorithms)));
    let takes: Vec<_> = kinds.filter(|(id, _)| command.get_arguments().any(|arg| arg.get_id() == id)).collect();
    let command = takes.into_iter().fold(command, |command, (id, names)| {
        let names = PossibleValuesParser::new(names.iter().copied());
        command.mut_arg(id, |arg| arg.value_parser(names))
    });
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    below.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_names))
}
