//! `lfsr convert`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    failure::Failure,
    interrupt,
    options::{CaptureArgs, Encoder, Encoding},
    status::Status,
};
use crate::{
    bits::{
        convert::{Chain, parse},
        packer::Packer,
        reading::Turner,
    },
    terminal::output::Output,
};

/// Writes bits in another encoding, with lanes, blocks or line codes changed on the way.
///
/// STEPS have commas between them and are done one after the other, on bits in the order of time:
///
///   decimate:M,K          bits K, K+M, K+2M, ...
///   deinterleave:N,W      N lanes of W bits at a time, a file each: -o a.bin writes a-0.bin, a-1.bin, ...
///   interleave:FILE,FILE  a bit of the stream, then of each file; interleave:W:FILE,... takes W bits
///   reverse:BITS          the last bit of each block first
///   swap:BYTES            the last byte of each word first
///   slice:A..B            bits A to B-1
///   invert, gray          complement; pairs into Gray code and back
///   nrzi, nrzi:bits       a 1 changes the level; and back
///   pam4, pam4:bits       pairs into levels 0 to 3 by Gray code, a byte each; and back
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_long_help = "Examples:\n  lfsr generate PRBS7 --bits 64 -q | lfsr convert --encoding hex\n  echo 01101 | lfsr convert --input ascii --do 'nrzi, invert' --encoding ascii"
)]
pub(super) struct Convert {
    #[command(flatten)]
    capture: CaptureArgs,
    /// What is done to the bits.
    #[arg(long = "do", value_name = "STEPS")]
    steps: Option<String>,
    /// How bits are written [default: as they are read].
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Convert {
    /// Writes the bits.
    ///
    /// # Errors
    /// If steps or bits cannot be read, or an output not be written.
    pub(super) fn run(self) -> Result<Status, Failure> {
        let steps = self.steps.as_deref().map_or(Ok(vec![]), parse);
        let steps = steps.map_err(|error| Failure::bad_input(format!("--do: {error}")))?;
        let mut chain = Chain::new(&steps, &self.capture.options())?;
        let count = chain.outputs().len();
        let mut capture = self.capture.open()?;
        let reading = capture.readings[0];
        let encoding = self.encoding.unwrap_or(Encoding::as_read(reading));
        let mut files = match (&self.output, count) {
            (path, 1) => vec![Written::new(path.as_deref(), encoding)?],
            (None, _) => return Err(Failure::bad_input(format!("{count} lanes need files: -o NAME"))),
            (Some(path), _) => {
                let file = |lane| Written::new(Some(&numbered(path, lane)), encoding);
                (0..count).map(file).collect::<Result<_, _>>()?
            }
        };
        let control = interrupt::control();
        let (mut turner, mut piece) = (Turner::new(reading), Vec::new());
        loop {
            let count = capture.read(&mut piece)?;
            let (words, bits) = turner.piece(&piece, count);
            chain.take(&words, bits)?;
            if count == 0 {
                chain.finish()?;
            }
            for (file, out) in files.iter_mut().zip(chain.outputs()) {
                file.write(out, count == 0)?;
            }
            if control.is_stopped() {
                return Ok(Status::Interrupted);
            }
            if count == 0 {
                break;
            }
        }
        files.into_iter().try_for_each(Written::finish)?;
        Ok(Status::Done)
    }
}

/// An output.
struct Written {
    out: Output,
    encoder: Encoder,
    encoding: Encoding,
}

impl Written {
    fn new(path: Option<&Path>, encoding: Encoding) -> Result<Self, Failure> {
        Ok(Self { out: Output::new(path)?, encoder: Encoder::new(encoding), encoding })
    }

    fn write(&mut self, from: &mut Packer, is_last: bool) -> Result<(), Failure> {
        let (mut words, count) = if is_last {
            from.finish()
        } else {
            let words = from.take();
            let count = 64 * words.len() as u64;
            (words, count)
        };
        words.iter_mut().for_each(|word| *word = self.encoding.order().word(*word));
        let written = self.encoder.write(&words, count, &mut self.out);
        Ok(written.map_err(|error| self.out.error(error))?)
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.encoder.finish(&mut self.out).map_err(|error| self.out.error(error))?;
        Ok(self.out.finish()?)
    }
}

/// `a-3.bin` for lane 3 of `a.bin`.
fn numbered(path: &Path, lane: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map_or(String::new(), |ending| format!(".{}", ending.to_string_lossy()));
    path.with_file_name(format!("{stem}-{lane}{ending}"))
}
