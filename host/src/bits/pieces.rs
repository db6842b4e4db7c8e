//! [`Pieces`]: the bits of a capture, piece by piece, and without waiting for ever where the capture is a stream.

use core::time::Duration;
use std::{
    io::{self, ErrorKind},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel},
    thread::Builder,
};

use super::capture::{Capture, CaptureError};

/// Words and how many bits of them count; 0 at the end.
pub(super) type Piece = Result<(Vec<u64>, u64), CaptureError>;

/// How often a stream that stalls is left to see whether to go on.
pub(super) const LOOK: Duration = Duration::from_millis(250);

/// Bits that are read while they are asked for.
#[derive(Debug)]
pub(super) enum Pieces {
    /// By another thread, so that a stream that stalls can be interrupted and reported.
    Thread(Receiver<Piece>),
    /// When they are wanted, where there are no threads: in a browser, whose files do not stall.
    Here(Capture),
}

impl Pieces {
    /// Begins to read.
    pub(super) fn new(capture: Capture) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(4);
        // The capture follows once there is a thread; without one it is still ours.
        let (hand_over, taken) = channel::<Capture>();
        let reading = move || taken.recv().map_or((), |capture| read(capture, &sender));
        match Builder::new().name("read".into()).spawn(reading) {
            Ok(_) => {
                // A thread that is gone is noticed by whoever waits for its pieces.
                let _ = hand_over.send(capture);
                Ok(Self::Thread(receiver))
            }
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Self::Here(capture)),
            Err(error) => Err(error),
        }
    }

    /// The next piece, or why there is none within that time.
    pub(super) fn next(&mut self, patience: Duration) -> Result<Piece, RecvTimeoutError> {
        match self {
            Self::Thread(pieces) => pieces.recv_timeout(patience),
            Self::Here(capture) => Ok(piece(capture)),
        }
    }

    /// At least `wanted` bits, if there are, in whole words unless they are all.
    pub(super) fn first_bits(&mut self, wanted: u64, stop: &dyn Fn() -> bool) -> Piece {
        let (mut head, mut count) = (Vec::new(), 0);
        while count < wanted && count.is_multiple_of(64) && !stop() {
            match self.next(LOOK) {
                Ok(Ok((_, 0))) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Ok((words, now))) => {
                    head.extend(words);
                    count += now;
                }
                Ok(Err(error)) => return Err(error),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        Ok((head, count))
    }
}

fn read(mut capture: Capture, sender: &SyncSender<Piece>) {
    loop {
        let piece = piece(&mut capture);
        let last = !matches!(piece, Ok((_, 1..)));
        // The other end is gone if the run was interrupted.
        if sender.send(piece).is_err() || last {
            break;
        }
    }
}

fn piece(capture: &mut Capture) -> Piece {
    let mut words = Vec::new();
    capture.read(&mut words).map(|count| (words, count))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::bits::capture::CaptureOptions;

    #[test]
    fn without_a_thread_the_bits_are_the_same() {
        let bytes: Vec<u8> = (0..300_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let options = CaptureOptions { file: "bits.bin".into(), ..CaptureOptions::default() };
        let open = || Capture::from_reader(Box::new(Cursor::new(bytes.clone())), &options).unwrap();
        let [threaded, here] = [Pieces::new(open()).unwrap(), Pieces::Here(open())].map(|mut pieces| {
            let (mut words, mut count) = pieces.first_bits(1 << 16, &|| false).unwrap();
            while let Ok(Ok((more, now @ 1..))) = pieces.next(LOOK) {
                words.extend(more);
                count += now;
            }
            (words, count)
        });
        assert_eq!(here.1, 2_400_000);
        assert!(threaded == here);
    }
}
