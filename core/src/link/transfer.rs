//! [`Transfer`]: which replies count as an answer.

use core::fmt;

use super::{Fault, Frame, Message, Reply, RunUnit, Totals};
use crate::record::Record;

/// The host's view of one command under way: lets every record through once, in order, and nothing else.
#[derive(Debug, Clone)]
pub struct Transfer {
    request: u32,
    next_part: u32,
    awaited: Awaited,
    totals: Totals,
}

/// What answers the command.
#[derive(Debug, Clone, Copy)]
enum Awaited {
    /// One reply.
    ReplyRef,
    /// The records of a unit.
    Unit(RunUnit),
    /// So many bytes.
    Bits(u32),
}

/// What a frame means to a [`Transfer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// Nothing: it was repeated, or answers an older command.
    Stale,
    /// The command is answered by this.
    ReplyRef(&'a Reply),
    /// The next records.
    Records(&'a [Record]),
    /// The next bytes of a capture.
    Bits(&'a [u8]),
    /// All records or bytes came; the command is answered.
    Done(Totals),
}

impl Transfer {
    /// Waits for the one reply to a command sent under this number.
    #[must_use]
    pub const fn answer(request: u32) -> Self {
        Self::new(request, Awaited::ReplyRef)
    }

    /// Waits for the bytes of a capture asked for under this number.
    #[must_use]
    pub const fn bits(request: u32, bytes: u32) -> Self {
        Self::new(request, Awaited::Bits(bytes))
    }

    const fn new(request: u32, awaited: Awaited) -> Self {
        Self { request, next_part: 0, awaited, totals: Totals { records: 0, steps: 0 } }
    }

    /// Waits for the records of a unit asked for under this number.
    #[must_use]
    pub const fn unit(request: u32, unit: RunUnit) -> Self {
        Self::new(request, Awaited::Unit(unit))
    }

    /// What came so far.
    #[must_use]
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// Takes the next sound frame.
    ///
    /// # Errors
    /// If the answer cannot become complete any more: ask again. The records let through before remain valid.
    pub fn accept<'a>(&mut self, frame: &'a Frame) -> Result<Event<'a>, TransferError> {
        let Message::Reply(reply) = &frame.message else {
            return Err(TransferError::Unexpected);
        };
        if frame.request == 0 {
            return Err(match reply {
                Reply::Started(_) => TransferError::Restarted,
                Reply::Error(fault) => TransferError::Device(*fault),
                _ => TransferError::Unexpected,
            });
        }
        if frame.request != self.request || frame.part < self.next_part {
            return Ok(Event::Stale);
        }
        if frame.part > self.next_part {
            return Err(TransferError::Lost { expected: self.next_part, found: frame.part });
        }
        let event = match (reply, &self.awaited) {
            (Reply::Error(fault), _) => return Err(TransferError::Device(*fault)),
            (Reply::Records(_) | Reply::Bits(_) | Reply::Done(_) | Reply::Started(_), Awaited::ReplyRef) => {
                return Err(TransferError::Unexpected);
            }
            (reply, Awaited::ReplyRef) => Event::ReplyRef(reply),
            (Reply::Bits(bytes), Awaited::Bits(wanted)) => {
                let records = self.totals.records.saturating_add(bytes.len() as u64);
                if records > u64::from(*wanted) {
                    return Err(TransferError::Inconsistent);
                }
                self.totals.records = records;
                Event::Bits(bytes)
            }
            (Reply::Done(totals), Awaited::Bits(wanted)) => {
                if *totals != self.totals || totals.records != u64::from(*wanted) {
                    return Err(TransferError::Inconsistent);
                }
                Event::Done(*totals)
            }
            (Reply::Records(records), Awaited::Unit(unit)) => {
                // Judged as a whole before any of it counts.
                let mut totals = self.totals;
                for record in records {
                    let due = unit.unit.first.wrapping_add(totals.records);
                    let surplus = totals.records >= unit.unit.count;
                    if surplus || record.start != due || !unit.in_section(record.end) {
                        return Err(TransferError::Inconsistent);
                    }
                    totals.add(record);
                }
                self.totals = totals;
                Event::Records(records)
            }
            (Reply::Done(totals), Awaited::Unit(unit)) => {
                if *totals != self.totals || totals.records != unit.unit.count {
                    return Err(TransferError::Inconsistent);
                }
                Event::Done(*totals)
            }
            _ => return Err(TransferError::Unexpected),
        };
        self.next_part = self.next_part.wrapping_add(1);
        Ok(event)
    }
}

/// Why an answer cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferError {
    /// A reply is missing.
    Lost {
        /// The part that should have come.
        expected: u32,
        /// The part that came.
        found: u32,
    },
    /// The device started anew.
    Restarted,
    /// The device refused or gave up.
    Device(Fault),
    /// A sound frame that is no answer to the command.
    Unexpected,
    /// Sound frames that contradict the command or each other.
    Inconsistent,
}

impl TransferError {
    /// Whether asking again can help: not if the device understood and refused.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Restarted | Self::Unexpected | Self::Device(Fault::Garbled))
    }
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { expected, found } => write!(f, "reply {expected} is missing, {found} came"),
            Self::Restarted => f.write_str("the device started anew"),
            Self::Device(fault) => write!(f, "the device reports: {fault}"),
            Self::Unexpected => f.write_str("a frame that answers nothing"),
            Self::Inconsistent => f.write_str("the device's answer contradicts itself"),
        }
    }
}

impl core::error::Error for TransferError {}
