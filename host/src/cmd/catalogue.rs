//! `lfsr catalogue`.

use clap::Args;
use lfsr_core::catalogue::{ENTRIES, Entry, find};

use super::{
    failure::Failure,
    options::Global,
    print::{print, titled},
    status::Status,
};
use crate::{
    input::{did_you_mean, similar},
    report::{TextOrJson, catalogue},
};

/// Lists the standard sequences whose names stand for a REGISTER, or shows some in full.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  lfsr catalogue\n  lfsr catalogue 802.11 --format json")]
pub(super) struct Catalogue {
    /// A name; case and the signs - _ / do not matter.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// How the result is written: for people, or an object for each entry.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

impl Catalogue {
    /// Prints the list or the entries.
    ///
    /// # Errors
    /// If there is no such entry or the output cannot be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let named: Result<Vec<&Entry>, Failure> =
            self.names.iter().map(|name| find(name).ok_or_else(|| none(name))).collect();
        let named = named?;
        let text = match self.format {
            TextOrJson::Text if named.is_empty() => catalogue::list(),
            TextOrJson::Text => named.into_iter().map(|entry| titled(&catalogue::text(entry), global)).collect(),
            TextOrJson::Json => {
                let entries = if named.is_empty() { ENTRIES.iter().collect() } else { named };
                entries.into_iter().map(|entry| catalogue::json(entry) + "\n").collect()
            }
        };
        print(text.as_bytes())
    }
}

fn none(name: &str) -> Failure {
    let similar = did_you_mean(&similar(name));
    Failure::bad_input(format!("{name}: not in the catalogue{similar} (`lfsr catalogue` lists what is)"))
}
