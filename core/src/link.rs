//! The link between a host and a device: framed messages over any byte stream.
//!
//! Both sides use this module. It allocates nothing, waits for nothing but the stream, and never panics on what it receives.
//!
//! # The frame
//!
//! ```text
//! 00 | COBS( version | request | part | message | CRC ) | 00
//!      u8        varint    varint  postcard  4 bytes, least significant first
//! ```
//!
//! * Bytes are stuffed by COBS, so 0x00 occurs only between frames. The leading 0x00 ends whatever noise came before; empty
//!   frames mean nothing. A frame holds at most [`MAX_FRAME`] bytes before stuffing, one with a command [`MAX_COMMAND`].
//! * `version` is [`VERSION`]. Its place, the CRC and its place are the same in every version, so that a mismatch is named.
//! * Integers are those of postcard: `u8` as it is, wider ones as LEB128 varints (7 bits a byte, least significant first); an enum
//!   is the varint of its variant, a sequence is led by its length. Variants and fields are only ever appended within a version.
//! * The CRC is CRC-32C (Castagnoli: polynomial 0x1EDC6F41, reflected, initial value and final XOR all ones; the check value of
//!   `123456789` is 0xE3069283) of all bytes before it.
//!
//! # The numbers
//!
//! * `request` is chosen by the host, larger by one for each command; 0 is not a command's number. A reply carries the number of
//!   its command; 0 marks what no command asked for: [`Reply::Started`] after a reset and [`Fault::Garbled`].
//! * `part` counts the replies to one command from 0; in a command it is 0.
//! * The device ignores a command numbered like the one before it (a repeated frame), but always answers [`Command::Info`], with
//!   which a host begins. A new command ends the one still running; a check goes on in between, until it is frozen or another begins.
//!
//! # What can go wrong
//!
//! | fault | who sees it, and how |
//! |---|---|
//! | garbled or truncated frame | the receiver: COBS, CRC, length or content; the frame is dropped and [`FrameError`] says so |
//! | lost reply | the host: a gap in `part`, or silence |
//! | lost command | the host: silence, or [`Fault::Garbled`] |
//! | repeated reply, reply to an old command | the host: `part` or `request` seen before; ignored |
//! | repeated command | the device: same `request`; ignored |
//! | reset of the device | the host: [`Reply::Started`] |
//! | anything missed by these | the host: starts out of order, [`Totals`] that do not match |
//!
//! [`Transfer`] is that list as code; [`Client`] asks again, from the first record that is missing.

mod check;
mod client;
mod codec;
mod device;
mod frame;
mod message;
mod port;
mod transfer;
mod whole;
mod wire;

pub use check::{CapturePlan, CheckPlan, Counters, CountersOf, Then};
pub use client::{Client, ClientError};
pub use codec::{Content, Payload};
pub use device::CommandKind;
pub use frame::{Decoder, Frame, FrameError, MAX_COMMAND, MAX_ENCODED, MAX_FRAME, encode};
pub use message::{
    BITS_PER_CHUNK, BoardName, Command, Fault, Info, Message, MessageRef, Names, RECORDS_PER_CHUNK, RecordChunk,
    ReplyRef,
};
pub use message::{Reply, RunUnit, SELF_TESTS, SOURCES, Totals, shorten};
pub use port::{CommandReceiver, Receiver, RecvError, SendError, Sender};
pub use transfer::{Event, Transfer, TransferError};

/// The version of the protocol, first byte of every frame.
pub const VERSION: u8 = 3;
