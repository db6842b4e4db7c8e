//! `lfsr export --prove`: simulates every test bench of a folder.

mod simulator;

use std::path::{Path, PathBuf};

use crate::{
    cmd::{
        failure::{Failure, complain},
        interrupt,
        print::print,
        status::Status,
    },
    report::export::{Language, shape::Shapes},
};

/// Simulates each NAME_tb of `folder` and prints what it says.
pub(super) fn folder(folder: &Path) -> Result<Status, Failure> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Failure::bad_input(format!("--prove {}: {error}", folder.display())))?;
    let mut benches: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| bench_of(path).is_some()).collect();
    benches.sort();
    if benches.is_empty() {
        return Err(Failure::bad_input(format!(
            "--prove {}: no test bench in it; write one with: lfsr export verilog REGISTER --what generator -o {}",
            folder.display(),
            folder.display()
        )));
    }
    let mut status = Status::Done;
    let mut shapes: Vec<(Language, Shapes)> = vec![];
    for bench in benches {
        let Some((name, language)) = bench_of(&bench) else { continue };
        let module = folder.join(format!("{name}.{}", language.extension()));
        let text = std::fs::read_to_string(&module)
            .map_err(|error| Failure::bad_input(format!("{}: {error}", module.display())))?;
        let said = simulator::simulate(folder, &name, language)?;
        if !shapes.iter().any(|(known, _)| *known == language) {
            shapes.push((language, Shapes::new(language)));
        }
        let known = shapes.iter().find(|(known, _)| *known == language);
        let stranger = known.and_then(|(_, shapes)| shapes.stranger(&name, &text));
        let proven = is_proven(&said) && stranger.is_none();
        for line in said.lines().filter(|line| !line.trim().is_empty()) {
            print(format!("{name}: {line}\n").as_bytes())?;
        }
        match stranger {
            None => {
                print(format!("{name}: only sums, and lines that lfsr writes, so that the cases decide\n").as_bytes())?
            }
            Some(line) => print(format!("{name}: neither a sum nor a line that lfsr writes: {line}\n").as_bytes())?,
        };
        if !proven {
            complain(&format!("{name}: not proven"));
            status = Status::No;
        }
        if interrupt::control().is_stopped() {
            return Ok(Status::Interrupted);
        }
    }
    Ok(status)
}

/// The name of the module that a file is the bench of, and its language.
fn bench_of(path: &Path) -> Option<(String, Language)> {
    let name = path.file_stem()?.to_str()?.strip_suffix("_tb")?;
    let extension = path.extension()?.to_str()?;
    let language = Language::ALL.into_iter().find(|language| language.bench_extension() == extension)?;
    Some((name.to_owned(), language))
}

/// All cases and all bits agree.
fn is_proven(said: &str) -> bool {
    let cases = said.lines().any(|line| {
        let mut words = line.split(' ');
        let (agree, all) = (words.next(), words.nth(1));
        line.contains(" agree, ") && agree == all && agree.is_some()
    });
    cases && said.lines().any(|line| line.starts_with("0 errors in "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_bench_says_is_read() {
        let good = "16 of 16 clocks agree, which decides all states and data\n0 errors in 1000 bits\n";
        assert!(is_proven(good));
        for bad in [
            "15 of 16 clocks agree, which decides all states and data\n0 errors in 1000 bits\n",
            "16 of 16 clocks agree, which decides all states and data\n1 errors in 1000 bits\n",
            "16 of 16 clocks agree, which decides all states and data\n",
            "0 errors in 1000 bits\n",
            "",
        ] {
            assert!(!is_proven(bad), "{bad}");
        }
    }
}
