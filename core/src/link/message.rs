//! What travels in a frame.

use core::fmt;

use heapless::{String, Vec};
use serde::{Deserialize, Serialize};

use super::{
    CapturePlan, CheckPlan, Counters, CountersOf,
    codec::Stuffed,
    wire::{Put, commands, put_text, replies, travels},
};
use crate::{record::Record, register::Register, unit::Unit};

/// The most records in one [`Reply::Records`]: the device's buffers are this long.
pub const RECORDS_PER_CHUNK: usize = 4;

/// Some records, in the order of their starts.
pub type RecordChunk = Vec<Record, RECORDS_PER_CHUNK>;

/// The name of a board, as short as a label.
pub type BoardName = String<16>;

/// Either direction; the tag keeps an echoed command from being read as a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// Host to device.
    Command(Command),
    /// Device to host.
    Reply(Reply),
}

commands! {
    /// What the host asks for. New commands are appended.
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum Command {
        /// Who is there? Answered by [`Reply::Info`], even if repeated.
        0: Info,
        /// Run the first-return kernel on a unit. Answered by [`Reply::Records`] as often as needed and [`Reply::Done`].
        1: RunUnit(RunUnit),
        /// Which sources are there? Answered by [`Reply::Sources`].
        2: Sources,
        /// Check a source from now on, in place of any check before. Answered by [`Reply::Counters`].
        3: StartCheck(CheckPlan),
        /// How does the check stand? Answered by [`Reply::Counters`].
        4: Counters(CountersOf),
        /// Send bits of a source. Answered by [`Reply::Bits`] as often as needed and [`Reply::Done`]; ends a check.
        5: Capture(CapturePlan),
        /// Test yourself. Answered by [`Reply::SelfTest`].
        6: SelfTest,
    }
}

travels! { Take:
    /// A unit of a section of a register.
    ///
    /// States are windows of the sequence: those of [`Register::sequence`], whatever the form (see [`Register::state_from_output`]).
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RunUnit {
        /// The register.
        pub register: Register,
        /// z: the section is {s : s < 2^(n-z)}, z <= n.
        pub zeros: u32,
        /// The starts to run, all within the section.
        pub unit: Unit,
    }
}

impl RunUnit {
    /// Whether the section exists and holds every start.
    ///
    /// # Errors
    /// [`Fault::BadSection`] or [`Fault::BadUnit`].
    pub fn check(&self) -> Result<(), Fault> {
        let Some(bits) = self.register.degree().checked_sub(self.zeros) else {
            return Err(Fault::BadSection);
        };
        let size = 1u128 << bits;
        let end = u128::from(self.unit.first) + u128::from(self.unit.count);
        if end > size { Err(Fault::BadUnit) } else { Ok(()) }
    }

    /// Whether `state` lies in the section.
    #[must_use]
    pub fn in_section(&self, state: u64) -> bool {
        self.register.degree().checked_sub(self.zeros).is_some_and(|bits| u128::from(state) >> bits == 0)
    }
}

replies! {
    /// What the device answers. New replies are appended.
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum Reply,
    /// A [`Reply`], borrowed: the same on the line. At most [`RECORDS_PER_CHUNK`] records, [`BITS_PER_CHUNK`] bytes of bits.
    #[derive(Debug, Clone, Copy)]
    pub enum ReplyRef<'a> {
        /// To [`Command::Info`].
        0: Info(Info, &'a Info),
        /// The next records of a unit.
        1: Records(RecordChunk, &'a [Record]),
        /// The unit is finished.
        2: Done(Totals, Totals),
        /// The command was refused or given up; nothing more follows.
        3: Error(Fault, Fault),
        /// The device has just started, whatever it was doing before. Request number 0.
        4: Started(Info, &'a Info),
        /// The names of the sources, in the order of their numbers.
        5: Sources(Vec<BoardName, SOURCES>, Names<'a>),
        /// Of the check asked for.
        6: Counters(Counters, &'a Counters),
        /// The next bytes of a capture.
        7: Bits(Vec<u8, BITS_PER_CHUNK>, &'a [u8]),
        /// Bit i is 1 if test i of [`SELF_TESTS`] failed.
        8: SelfTest(u32, u32),
    }
}

/// What a device sends: a [`Message`] on the line, from what lies anywhere in its memory.
#[derive(Debug, Clone, Copy)]
pub enum MessageRef<'a> {
    /// Not for a device: keeps the place of [`Message::Command`].
    Command,
    /// As [`Message::Reply`].
    Reply(ReplyRef<'a>),
}

/// The names of sources; the first [`SOURCES`] of them travel, of each as much as a [`BoardName`] holds.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a>(pub &'a [&'static str]);

impl Put for Names<'_> {
    fn put(&self, out: &mut Stuffed<'_>) {
        out.byte(self.0.len().min(SOURCES) as u8);
        self.0.iter().take(SOURCES).for_each(|name| put_text(shorten(name), out));
    }
}

/// As much of a name as travels: 16 bytes, whole letters.
#[must_use]
pub fn shorten(name: &str) -> &str {
    let end = (0..=16).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
    name.get(..end.min(name.len())).unwrap_or(name)
}

/// The most sources a device has.
pub const SOURCES: usize = 8;

/// The most bytes in one [`Reply::Bits`].
pub const BITS_PER_CHUNK: usize = 128;

/// What a device tests of itself, by known answers.
pub const SELF_TESTS: [&str; 4] = [
    "single steps, both forms",
    "first return",
    "checker: a clean sequence",
    "checker: one wrong bit, one bit too many",
];

travels! { Put:
    /// Who the device is.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Info {
        /// Version of the firmware: major, minor, patch.
        pub firmware: [u8; 3],
        /// The board.
        pub board: BoardName,
        /// The largest degree it takes.
        pub max_degree: u32,
        /// Bytes of RAM that the firmware keeps for good, kernel included; 0 if it does not know.
        pub static_ram: u32,
        /// Frames it had to drop since it started.
        pub bad_frames: u32,
    }
}

travels! { Put:
    /// What a finished unit amounts to.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    #[cfg_attr(feature = "defmt", derive(defmt::Format))]
    pub struct Totals {
        /// How many records were sent.
        pub records: u64,
        /// The sum of their steps modulo 2^64.
        pub steps: u64,
    }
}

impl Totals {
    /// Counts one more record.
    pub fn add(&mut self, record: &Record) {
        self.records = self.records.wrapping_add(1);
        self.steps = self.steps.wrapping_add(record.steps);
    }
}

/// Why the device does not do what it was asked. New reasons are appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Fault {
    /// A frame came that failed its check. Request number 0, since the frame's own cannot be trusted.
    Garbled,
    /// The frame is of another version of the protocol; this is the device's. Request number 0.
    Version(u8),
    /// The frame is sound but its content is not known here, or is not a valid command.
    Unknown,
    /// More zeros than the register has cells.
    BadSection,
    /// A start outside the section.
    BadUnit,
    /// The register has no first-return map (it is singular), or the kernel does not take it.
    Unsupported,
    /// No such source.
    BadSource,
    /// No check of that number: the device was reset, or another one was begun.
    NoSession,
    /// The bits of a capture came faster than they could be sent, and some are missing from here on.
    Overrun,
}

/// By number, which is its place in the declaration.
impl Put for Fault {
    fn put(&self, out: &mut Stuffed<'_>) {
        out.byte(match self {
            Self::Garbled => 0,
            Self::Version(_) => 1,
            Self::Unknown => 2,
            Self::BadSection => 3,
            Self::BadUnit => 4,
            Self::Unsupported => 5,
            Self::BadSource => 6,
            Self::NoSession => 7,
            Self::Overrun => 8,
        });
        if let Self::Version(version) = self {
            out.byte(*version);
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Garbled => f.write_str("a frame arrived garbled"),
            Self::Version(version) => write!(f, "the device speaks version {version} of the link"),
            Self::Unknown => f.write_str("the device does not know this command"),
            Self::BadSection => f.write_str("the section has more zeros than the register has cells"),
            Self::BadUnit => f.write_str("the unit reaches beyond the section"),
            Self::BadSource => f.write_str("the device has no such source"),
            Self::NoSession => {
                f.write_str("the device knows nothing of this check: it was reset, or serves another host")
            }
            Self::Overrun => {
                f.write_str("the source is faster than the link: fewer bytes at a time fit into the device")
            }
            Self::Unsupported => f.write_str("the device's kernel does not take this register"),
        }
    }
}

impl core::error::Error for Fault {}
