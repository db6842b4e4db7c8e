//! [`Joined`]: other files take turns with the stream.

use super::{Packer, Step, each};
use crate::bits::{
    capture::{Capture, CaptureError, CaptureOptions},
    reading::Turner,
};

/// So many bits of the stream, then as many of each file; ends where one of them does.
pub(super) struct Joined {
    group: u32,
    own: Queue,
    others: Vec<Other>,
    is_done: bool,
}

/// A file that is put in.
struct Other {
    capture: Capture,
    turner: Turner,
    is_done: bool,
    queue: Queue,
}

impl Joined {
    pub(super) fn open(files: &[String], group: u32, options: &CaptureOptions) -> Result<Self, CaptureError> {
        let other = |file: &String| {
            let capture = Capture::open(&CaptureOptions { file: file.clone(), ..options.clone() })?;
            let turner = Turner::new(capture.readings[0]);
            Ok(Other { capture, turner, is_done: false, queue: Queue::default() })
        };
        let others = files.iter().map(other).collect::<Result<_, _>>()?;
        Ok(Self { group, own: Queue::default(), others, is_done: false })
    }

    /// All turns for which every stream has bits.
    fn turns(&mut self, out: &mut Packer) -> Result<(), CaptureError> {
        while !self.is_done && self.own.count >= self.group.into() {
            for other in &mut self.others {
                self.is_done |= !other.fill(self.group)?;
            }
            if !self.is_done {
                self.own.give(self.group, out);
                self.others.iter_mut().for_each(|other| other.queue.give(self.group, out));
            }
        }
        Ok(())
    }
}

impl Other {
    /// Reads until there are so many bits; false if there are not.
    fn fill(&mut self, wanted: u32) -> Result<bool, CaptureError> {
        let mut piece = Vec::new();
        while self.queue.count < wanted.into() && !self.is_done {
            let count = self.capture.read(&mut piece)?;
            let (words, count_in_time) = self.turner.piece(&piece, count);
            self.is_done = count == 0;
            each(&words, count_in_time, |word, count| self.queue.put(word, count));
        }
        Ok(self.queue.count >= wanted.into())
    }
}

impl Step for Joined {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        if self.is_done {
            return Ok(());
        }
        each(words, count, |word, count| self.own.put(word, count));
        self.turns(out)
    }
}

/// Bits that wait.
#[derive(Default)]
struct Queue {
    words: std::collections::VecDeque<u64>,
    /// Bits of the first word that are gone.
    begin: u32,
    /// Bits in all.
    count: u64,
}

impl Queue {
    fn put(&mut self, bits: u64, count: u32) {
        let end = (u64::from(self.begin) + self.count) % 64;
        match self.words.back_mut().filter(|_| end > 0) {
            None => self.words.push_back(bits),
            Some(last) => {
                *last |= bits << end;
                if end + u64::from(count) > 64 {
                    self.words.push_back(bits >> (64 - end));
                }
            }
        }
        self.count += u64::from(count);
    }

    /// Moves so many bits, of which there are as many, to `out`.
    fn give(&mut self, count: u32, out: &mut Packer) {
        let mut left = count;
        while left > 0 {
            let now = left.min(64 - self.begin);
            let word = self.words.front().copied().unwrap_or(0) >> self.begin;
            out.put(if now == 64 { word } else { word & ((1 << now) - 1) }, now);
            self.begin += now;
            if self.begin == 64 {
                self.begin = 0;
                self.words.pop_front();
            }
            left -= now;
        }
        self.count -= u64::from(count);
        if self.count == 0 {
            self.words.clear();
            self.begin = 0;
        }
    }
}
