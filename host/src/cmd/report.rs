//! `lfsr report`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;

use super::{
    failure::{Failure, with_remedy},
    interrupt,
    options::{CaptureArgs, EngineName, Global, RegisterOptions, RunOptions, StateOptions},
    print::{short, write},
    reporter::{judged, progress},
    status::Status,
};
use crate::{
    analysis::{Answer, Options, Question},
    bits::{
        bert::{Begun, Bert, Thresholds},
        identify::identify,
        signal::Signal,
        wrong::{Wrong, usual},
    },
    input::Origin,
    report::{
        self, Analysis, Format, Style, check,
        draw::{
            complexity::{Profile, USUAL_BITS},
            cycles,
            errors::Errors,
            runs::Runs,
            schematic,
            workers::{MOST_WORKERS, Timelines},
        },
        explain::{self, Explained},
        html::Page,
        identify::{self as identified, Seen},
    },
    sched::{Control, Pool},
    terminal::shell::quoted,
};

/// Writes all that is known of a register or a capture into one HTML file: texts, pictures, and the commands that make them.
///
/// A register: its cycles, schematic, notations. A file of bits: which sequence it is and how many bits are wrong, where they lie, which register makes
/// them, linear complexity, runs. With --engine first-return a register is enumerated, and the run is part of the page: its proof, and who worked when.
/// The file needs no other, and no script; a printer makes a document of it.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr report x^16+x^14+x^13+x^11+1\n  lfsr report PRBS31 --form galois\n  lfsr report x^34+x^8+x^4+x^3+1 --engine first-return --schedule stealing"
)]
pub(super) struct ReportCommand {
    /// A register in any notation, a name, or a file of bits.
    #[arg(value_name = "INPUT")]
    input: String,
    #[command(flatten)]
    register: RegisterOptions,
    #[command(flatten)]
    states: StateOptions,
    #[command(flatten)]
    run: RunOptions,
    /// How the cycles of a register are found.
    #[arg(long, value_name = "ENGINE", default_value = "auto")]
    engine: EngineName,
    /// Of a file: the register its bits should come from [default: whichever sequence of the catalogue it is].
    #[arg(long, value_name = "REGISTER", default_value = "auto")]
    against: String,
    /// Writes to this file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Bits that are looked at to find the register of a file.
const IDENTIFIED: u64 = 1_000_000;

impl ReportCommand {
    /// Writes the page.
    ///
    /// # Errors
    /// If the input is neither a register nor a file that can be read, or the page cannot be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        if self.input == "-" {
            return Err(Failure::bad_input("the bits are read several times: write them into a file first"));
        }
        let control = interrupt::control();
        let is_file = Path::new(&self.input).is_file();
        if is_file && (self.engine != EngineName::Auto || !self.run.is_default()) {
            return Err(Failure::bad_input(format!(
                "{}: --engine and the options of a run are of registers, and this is a file of bits",
                self.input
            )));
        }
        let (page, status) =
            if is_file { (self.of_bits(&control)?, Status::Done) } else { self.of_register(global, &control)? };
        if control.is_stopped() {
            return Ok(Status::Interrupted);
        }
        write(self.output.as_deref(), page.finish().as_bytes())?;
        Ok(status)
    }

    fn of_register(&self, global: &Global, control: &Arc<Control>) -> Result<(Page, Status), Failure> {
        let notation = self.register.notation(&self.input);
        let notation = notation.map_err(|failure| failure.noting("; there is no file of that name either"))?;
        let signal = Signal::new(&notation, self.states.defaults(&self.register));
        let (name, typed) = (short(&self.input), self.typed());
        let source = Origin { file: self.input.clone(), line: None };
        let is_run = self.engine == EngineName::FirstReturn;
        let options = Options { traced: is_run, ..self.run.options(false) };
        let pool = Pool::new();
        if is_run {
            // Threads that have to be made first would be seen as idle.
            pool.warm_up(options.workers.most())?;
        }
        let question = Question { method: self.engine.method(), verify: is_run, options };
        let states = signal.register.narrow().map_or(0, |register| register.cyclic_state_count());
        let shown = progress(global, &source, states, control);
        let answer = Answer::new(&signal.register, &question, &pool, control);
        drop(shown);
        let answer = answer.map_err(|error| Failure::bad_input(format!("{}: {}", self.input, with_remedy(&error))))?;
        let verbosity = is_run.into();
        let style = Style { format: Format::Text, color: false, verbosity, how_to_enumerate: "", how_in_detail: "" };
        let analysis = Analysis {
            source: &source,
            answer: &answer,
            shift: signal.shift,
            leaders: false,
            sequences: false,
            control,
        };
        let mut analysed = vec![];
        report::write(&analysis, style, &mut analysed).map_err(|error| Failure::failed(error.to_string()))?;
        let analysed = String::from_utf8_lossy(&analysed).into_owned();
        // The last sentences say what it comes to.
        let said = analysed.lines().rev().find(|line| line.starts_with("  ") && line.ends_with('.')).unwrap_or("");
        let mut page =
            Page::new(&name, if said.is_empty() { analysed.lines().next().unwrap_or("") } else { said.trim() });
        page.heading("Cycles");
        let run =
            answer.map.as_ref().filter(|_| is_run).map(|map| {
                (map, format!("--schedule {} --workers {}", map.plan.work.schedule, map.stats.workers.len()))
            });
        let mut command = vec![format!("lfsr analyze {typed}")];
        command.extend(self.engine.typed());
        command.extend(run.as_ref().map(|(_, how)| format!("--verify -v {how}")));
        page.text(&analysed, &command.join(" "));
        // Of a run by rayon no batches were recorded.
        if let Some((map, how)) = run
            && !map.stats.spans.is_empty()
            && map.stats.workers.len() <= MOST_WORKERS
        {
            let timeline = Timelines::new(vec![(map.plan.work.schedule, map.stats.clone())]);
            page.heading("Who worked when");
            page.picture(&timeline.svg(&name), &format!("lfsr draw workers {typed} {how}"));
        }
        if let Ok(svg) = schematic::svg(&signal, &name) {
            page.heading("Schematic");
            page.picture(&svg, &format!("lfsr draw schematic {typed}"));
        }
        if let Some(svg) = cycles::svg(&signal, || answer.cycles(), &name) {
            page.heading("States");
            page.picture(&svg, &format!("lfsr draw cycles {typed}"));
        }
        let explained =
            Explained { given: &self.input, title: &name, notation: &notation, signal: &signal, state: None };
        let mut text = vec![];
        explain::text(&explained, &mut text).map_err(|error| Failure::failed(error.to_string()))?;
        page.heading("Notations, and what the polynomial says");
        page.text(&String::from_utf8_lossy(&text), &format!("lfsr explain {typed}"));
        Ok((page, judged(&source, &answer)))
    }

    fn of_bits(&self, control: &Control) -> Result<Page, Failure> {
        let capture = CaptureArgs::file(&self.input);
        let (file, name) = (quoted(&self.input), short(&self.input));
        let expected = self.register.expected(&self.against)?;
        let begun = Bert::keeping(Wrong::default(), capture.open()?, expected, Thresholds::default(), &|| {
            control.is_stopped()
        })?;
        let (checked, errors) = match begun {
            Begun::Running(mut test) => {
                let report = test.to_end(&|| control.is_stopped())?.clone();
                (check::text(test.tested(), &usual(&report), false), Some(Errors::new(report)))
            }
            Begun::Unknown(silent) => (check::silent_text(&silent), None),
            Begun::Stopped => return Ok(Page::new(&name, "interrupted")),
        };
        let mut opened = capture.open()?;
        let (words, bits) = opened.read_all(IDENTIFIED)?;
        let finding = identify(&words, bits, &opened.readings);
        let seen = Seen { file: opened.name(), bits, said: opened.is_said.then_some(opened.readings[0]) };
        let mut page = Page::new(&name, checked.lines().next().unwrap_or(""));
        page.heading("Errors");
        page.text(&checked, &format!("lfsr check {} {file}", quoted(&self.against)));
        if let Some(errors) = errors {
            page.picture(&errors.svg(&name), &format!("lfsr draw errors {} {file}", quoted(&self.against)));
        }
        page.heading("Which register makes these bits");
        page.text(&identified::text(&seen, &finding), &format!("lfsr identify {file}"));
        let profile = Profile::simplest(opened.worth_trying(), &words, bits.min(USUAL_BITS));
        page.picture(&profile.svg(&name), &format!("lfsr draw complexity {file}"));
        let mut runs = Runs::default();
        runs.push(&opened.readings[0].in_time(&words, bits), bits);
        runs.finish();
        page.heading(if bits == IDENTIFIED { "Runs of the first million bits" } else { "Runs" });
        page.picture(&runs.svg(&name), &format!("lfsr draw runs {file}"));
        Ok(page)
    }

    /// The register as it was typed, with its options, for a shell.
    fn typed(&self) -> String {
        let mut words = vec![quoted(&self.input)];
        words.extend(self.register.typed());
        words.extend(self.states.typed());
        words.join(" ")
    }
}
