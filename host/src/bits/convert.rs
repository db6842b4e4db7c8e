//! [`Chain`]: bits into other bits, a step after the other: lanes taken out or put together, blocks reversed, line codes.
//!
//! ```
//! use lfsr_host::bits::{capture::CaptureOptions, convert::{Chain, parse}};
//!
//! let steps = parse("decimate:2, invert").unwrap();
//! let mut chain = Chain::new(&steps, &CaptureOptions::default()).unwrap();
//! // 1 0 1 1 0 0: every second bit is 1 1 0.
//! chain.take(&[0b001101], 6).unwrap();
//! chain.finish().unwrap();
//! assert_eq!(chain.outputs()[0].finish(), (vec![0b100], 3));
//! ```

mod blocks;
mod codes;
mod joined;
mod text;

use lfsr_core::lane::Lane;

pub use text::{StepError, StepText, parse};

use super::{
    capture::{CaptureError, CaptureOptions},
    packer::{Packer, each},
};

/// One thing that is done to bits in time.
trait Step {
    /// The next `count` bits, a multiple of 64 but for the last.
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError>;

    /// What is left once there are no more.
    fn end(&mut self, _out: &mut Packer) {}
}

/// Steps one after the other.
pub struct Chain {
    /// Each with what came out of it.
    steps: Vec<(Box<dyn Step>, Packer)>,
    /// What the last bits are dealt to; none if there is one output.
    lanes: Vec<Lane>,
    outputs: Vec<Packer>,
}

impl core::fmt::Debug for Chain {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Chain").field("steps", &self.steps.len()).field("lanes", &self.lanes).finish_non_exhaustive()
    }
}

impl Chain {
    /// These steps; files that are put in are read as `options` say.
    ///
    /// # Errors
    /// If such a file cannot be read.
    pub fn new(steps: &[StepText], options: &CaptureOptions) -> Result<Self, CaptureError> {
        let (mut all, mut lanes): (Vec<(Box<dyn Step>, Packer)>, _) = (Vec::new(), Vec::new());
        for step in steps {
            let step: Box<dyn Step> = match step {
                StepText::Decimate(lane) => Box::new(codes::Taken(lane.clone())),
                StepText::Deinterleave(dealt) => {
                    lanes.clone_from(dealt);
                    continue;
                }
                StepText::Interleave { group, files } => Box::new(joined::Joined::open(files, *group, options)?),
                StepText::Reverse(width) => Box::new(blocks::Blocks::reversed(*width)),
                StepText::Swap(bytes) => Box::new(blocks::Blocks::swapped(*bytes)),
                StepText::Invert => Box::new(codes::Invert),
                StepText::Gray => Box::new(codes::Gray),
                StepText::Levels => Box::new(codes::Levels),
                StepText::Pairs => Box::new(blocks::Blocks::last_two()),
                StepText::Nrzi => Box::new(codes::Nrzi::default()),
                StepText::FromNrzi => Box::new(codes::FromNrzi::default()),
                StepText::Slice { from, to } => Box::new(codes::Slice { at: 0, from: *from, to: *to }),
            };
            all.push((step, Packer::default()));
        }
        let outputs = vec![Packer::default(); lanes.len().max(1)];
        Ok(Self { steps: all, lanes, outputs })
    }

    /// The next `count` bits, bit 0 of the first word first; a multiple of 64 but for the last.
    ///
    /// # Errors
    /// If a file that is put in cannot be read on.
    pub fn take(&mut self, words: &[u64], count: u64) -> Result<(), CaptureError> {
        self.run(0, words, count)
    }

    fn run(&mut self, from: usize, words: &[u64], count: u64) -> Result<(), CaptureError> {
        let (mut words, mut count) = (words.to_vec(), count);
        for (step, out) in self.steps.iter_mut().skip(from) {
            step.take(&words, count, out)?;
            words = out.take();
            count = 64 * words.len() as u64;
        }
        self.deal(&words, count);
        Ok(())
    }

    fn deal(&mut self, words: &[u64], count: u64) {
        match &mut self.lanes[..] {
            [] => each(words, count, |word, count| self.outputs[0].put(word, count)),
            lanes => lanes.iter_mut().zip(&mut self.outputs).for_each(|(lane, out)| out.put_lane(lane, words, count)),
        }
    }

    /// There are no more bits.
    ///
    /// # Errors
    /// As [`Chain::take`].
    pub fn finish(&mut self) -> Result<(), CaptureError> {
        for i in 0..self.steps.len() {
            let (step, out) = &mut self.steps[i];
            step.end(out);
            let (words, count) = out.finish();
            self.run(i + 1, &words, count)?;
        }
        Ok(())
    }

    /// What came out: one stream, or one for each lane.
    pub fn outputs(&mut self) -> &mut [Packer] {
        &mut self.outputs
    }
}

#[cfg(test)]
mod tests;
