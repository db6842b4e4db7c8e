//! `lfsr draw complexity`, `runs`, `correlation` and `errors`: pictures of received bits.

use clap::Args;

use super::{OutputArgs, PlotFormat};
use crate::{
    bits::{
        bert::{Begun, Bert, Thresholds},
        capture::Capture,
        reading::Turner,
        wrong::Wrong,
    },
    cmd::{
        failure::Failure,
        interrupt,
        options::{CaptureArgs, RegisterOptions, parse_count},
        status::Status,
    },
    report::draw::{
        complexity::{self, Profile},
        correlation::{self, Correlation},
        errors::Errors,
        runs::Runs,
    },
};

/// Draws how the shortest register for the first bits of a stream grows (its linear complexity profile), with the line that random bits follow.
///
/// Where nothing says which bit of a byte is first, it is the one with the shorter register.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  lfsr generate PRBS15 --bits 1k --encoding ascii | lfsr draw complexity --input ascii"
)]
pub(in crate::cmd) struct ComplexityCommand {
    #[command(flatten)]
    capture: CaptureArgs,
    /// How many bits, at most 65534.
    #[arg(long, value_name = "N", default_value = "4k", value_parser = |text: &str| parse_bits(text, complexity::MOST_BITS))]
    bits: u64,
    #[command(flatten)]
    plot: PlotArgs,
}

/// Draws how often each length of a run of equal bits comes, with what random bits have.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  lfsr generate PRBS11 --periods 1 --encoding ascii | lfsr draw runs --input ascii"
)]
pub(in crate::cmd) struct RunsCommand {
    #[command(flatten)]
    capture: CaptureArgs,
    #[command(flatten)]
    plot: PlotArgs,
}

/// Draws how alike a stream is to itself at every shift, or to a second one: its bits are taken as a period that comes again and again.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr generate PRBS9 --periods 1 --encoding ascii | lfsr draw correlation --input ascii\n  lfsr generate GPS-CA:1 --bits 1023 | lfsr draw correlation --bits 1023 --format csv"
)]
pub(in crate::cmd) struct CorrelationCommand {
    #[command(flatten)]
    capture: CaptureArgs,
    /// The second stream, written as the first.
    #[arg(long, value_name = "FILE")]
    with: Option<String>,
    /// How many bits, at most 131072 [default: all there are, or as many as that].
    #[arg(long, value_name = "N", value_parser = |text: &str| parse_bits(text, correlation::MOST_BITS))]
    bits: Option<u64>,
    #[command(flatten)]
    plot: PlotArgs,
}

/// Draws where the wrong bits of a received sequence lie: along the stream with the rate's interval, within words or frames, and how far apart.
///
/// Wrong bits are those that `lfsr check` counts. They are folded by many lengths of words and frames; drawn is the one in which they are most uneven.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr generate PRBS23 --bits 1M --errors 1e-3 -q | lfsr draw errors auto\n  lfsr generate PRBS9 --bits 100k --errors 1e-2 -q | lfsr draw errors PRBS9 --fold 40 --format csv"
)]
pub(in crate::cmd) struct ErrorsCommand {
    /// The register in any notation, a name, or `auto`: whichever sequence of the catalogue it is.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    capture: CaptureArgs,
    #[command(flatten)]
    options: RegisterOptions,
    /// Fold the stream by this number of bits only: a word, a frame, a period.
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    fold: Option<u32>,
    #[command(flatten)]
    plot: PlotArgs,
}

/// How a plot is written.
#[derive(Debug, Args)]
struct PlotArgs {
    /// What is written: a picture or a table.
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: PlotFormat,
    #[command(flatten)]
    output: OutputArgs,
}

impl ComplexityCommand {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let mut capture = self.capture.open()?;
        let (words, bits) = some(&self.capture, &mut capture, self.bits)?;
        let profile = Profile::simplest(capture.worth_trying(), &words, bits);
        self.plot.write(|| profile.svg(&self.capture.name()), || profile.csv())
    }
}

impl RunsCommand {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let mut capture = self.capture.open()?;
        let control = interrupt::control();
        let (mut turner, mut piece) = (Turner::new(capture.readings[0]), vec![]);
        let mut runs = Runs::default();
        loop {
            let count = capture.read(&mut piece)?;
            let (words, bits) = turner.piece(&piece, count);
            runs.push(&words, bits);
            if count == 0 || control.is_stopped() {
                break;
            }
        }
        runs.finish();
        if runs.total() == 0 {
            return Err(no_bits(&self.capture));
        }
        self.plot.write(|| runs.svg(&self.capture.name()), || runs.csv())?;
        Ok(if control.is_stopped() { Status::Interrupted } else { Status::Done })
    }
}

impl CorrelationCommand {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let most = self.bits.unwrap_or(correlation::MOST_BITS);
        let read = |arguments: &CaptureArgs| -> Result<(Vec<u64>, u64), Failure> {
            let mut capture = arguments.open()?;
            let (words, bits) = some(arguments, &mut capture, most)?;
            Ok((capture.readings[0].in_time(&words, bits), bits))
        };
        let (words, bits) = read(&self.capture)?;
        let Some(file) = self.with else {
            let own = Correlation::new(&words, None, bits);
            return self.plot.write(|| own.svg(&self.capture.name()), || own.csv());
        };
        let mut other = self.capture.clone();
        other.set_file(file);
        let (others, count) = read(&other)?;
        let both = Correlation::new(&words, Some(&others), bits.min(count));
        self.plot.write(|| both.svg(&format!("{} and {}", self.capture.name(), other.name())), || both.csv())
    }
}

impl ErrorsCommand {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let expected = self.options.expected(&self.register)?;
        let capture = self.capture.open()?;
        let control = interrupt::control();
        let wrong = self.fold.map_or_else(Wrong::default, |bits| Wrong::folded_by(&[bits]));
        let begun = Bert::keeping(wrong, capture, expected, Thresholds::default(), &|| control.is_stopped());
        let mut test = match begun? {
            Begun::Running(test) => test,
            Begun::Unknown(silent) => {
                let file = self.capture.name();
                return Err(Failure::bad_input(format!(
                    "{file}: {} bits of no sequence of the catalogue; name a register",
                    silent.bits
                )));
            }
            Begun::Stopped => return Ok(Status::Interrupted),
        };
        let report = test.to_end(&|| control.is_stopped())?.clone();
        let (file, register) = (self.capture.name(), &test.tested().name);
        if report.compared == 0 {
            return Err(Failure::bad_input(format!(
                "{file}: {register} was found nowhere in {} bits, so there is no wrong bit to draw; see `lfsr identify`",
                report.bits
            )));
        }
        let (errors, name) = (Errors::new(report), format!("{file}, {register}"));
        self.plot.write(|| errors.svg(&name), || errors.csv())?;
        Ok(if control.is_stopped() { Status::Interrupted } else { Status::Done })
    }
}

impl PlotArgs {
    fn write(&self, svg: impl FnOnce() -> String, csv: impl FnOnce() -> String) -> Result<Status, Failure> {
        self.output.write(&match self.format {
            PlotFormat::Svg => svg(),
            PlotFormat::Csv => csv(),
        })
    }
}

/// Up to `most` bits as they came, if there are any.
fn some(arguments: &CaptureArgs, capture: &mut Capture, most: u64) -> Result<(Vec<u64>, u64), Failure> {
    let (words, bits) = capture.read_all(most)?;
    if bits == 0 { Err(no_bits(arguments)) } else { Ok((words, bits)) }
}

fn no_bits(arguments: &CaptureArgs) -> Failure {
    Failure::bad_input(format!("{}: there are no bits", arguments.name()))
}

fn parse_bits(text: &str, most: u64) -> Result<u64, String> {
    let bits = parse_count(text)?;
    if (1..=most).contains(&bits) { Ok(bits) } else { Err(format!("not a number from 1 to {most}")) }
}
