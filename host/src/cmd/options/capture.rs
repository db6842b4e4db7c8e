//! Options that say where received bits are and how they are written.

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use crate::{
    bits::capture::{Capture, CaptureOptions, FORMATS, Format},
    cmd::failure::{Failure, note_terminal},
};

/// Where received bits are and how they are written.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct CaptureArgs {
    /// The file; `-` or nothing is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    file: String,
    /// How the bits are written [default: by name and content; unknown bytes are raw, in whichever order fits].
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = formats())]
    input: Choice,
    /// Which signal of a VCD, .sr or CSV file: a name, or the number of a column or channel from 1 on; of a bus all its lines, or those in
    /// brackets in the order of time, as in l[7:0] or l[0:7] [default: the only one].
    #[arg(long, value_name = "NAME")]
    signal: Option<String>,
    /// Take a bit at each edge of this signal: NAME, NAME:rising (the default) or NAME:falling.
    #[arg(long, value_name = "NAME[:EDGE]", conflicts_with = "rate")]
    clock: Option<String>,
    /// Bits per second: bits are counted from transition to transition.
    #[arg(long, value_name = "HZ", value_parser = parse_rate)]
    rate: Option<f64>,
}

impl CaptureArgs {
    /// A file, whatever is in it.
    pub(crate) fn file(name: &str) -> Self {
        Self { file: name.to_owned(), input: Choice(None), signal: None, clock: None, rate: None }
    }

    /// Whether no file was named.
    pub(crate) fn is_stdin(&self) -> bool {
        self.file == "-"
    }

    /// What the file is called.
    pub(crate) fn name(&self) -> String {
        if self.is_stdin() { "standard input".into() } else { self.file.clone() }
    }

    /// Takes another file.
    pub(crate) fn set_file(&mut self, file: String) {
        self.file = file;
    }

    /// The format that was said.
    pub(crate) fn format_name(&self) -> Option<&'static str> {
        self.input.0.map(|format| format.name)
    }

    /// Opens it; a terminal is told what is waited for.
    pub(crate) fn open(&self) -> Result<Capture, Failure> {
        self.open_as(None)
    }

    /// The same, where a format is taken that was not said, whatever the bytes look like.
    pub(crate) fn open_as(&self, otherwise: Option<&'static Format>) -> Result<Capture, Failure> {
        if self.file == "-" {
            note_terminal("bits");
        }
        let options = self.options();
        Ok(Capture::open(&CaptureOptions { format: options.format.or(otherwise), ..options })?)
    }

    /// As the library takes them.
    pub(crate) fn options(&self) -> CaptureOptions {
        CaptureOptions {
            file: self.file.clone(),
            format: self.input.0,
            signal: self.signal.clone(),
            clock: self.clock.clone(),
            rate: self.rate,
        }
    }
}

/// A format; `None` is by name and content.
#[derive(Debug, Clone, Copy)]
struct Choice(Option<&'static Format>);

/// `auto` and the formats that the library has.
fn formats() -> impl TypedValueParser<Value = Choice> {
    let known = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.help));
    let auto = PossibleValue::new("auto").help("Told from name and content");
    PossibleValuesParser::new(core::iter::once(auto).chain(known)).map(|name| Choice(Format::by_name(&name)))
}

fn parse_rate(text: &str) -> Result<f64, String> {
    let (digits, factor) = match text.trim().char_indices().last() {
        Some((at, 'k' | 'K')) => (&text.trim()[..at], 1e3),
        Some((at, 'M')) => (&text.trim()[..at], 1e6),
        Some((at, 'G')) => (&text.trim()[..at], 1e9),
        _ => (text.trim(), 1.0),
    };
    match digits.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate * factor),
        _ => Err("a number of bits per second such as 9600, 1M or 2.5e9".into()),
    }
}
