//! The two ends of a frame on a device: commands in, replies out, by the wire table.

use super::{
    Command, MessageRef,
    codec::{Content, Fields, Payload, Stuffed},
    wire::{Put, Take},
};

impl Payload for MessageRef<'_> {
    fn write(&self, out: &mut Stuffed<'_>) {
        match self {
            Self::Command => out.byte(0),
            Self::Reply(reply) => {
                out.byte(1);
                reply.put(out);
            }
        }
    }
}

/// What a device reads: `None` for a reply, of which it knows no more.
impl Content for Option<Command> {
    #[inline(never)]
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(bytes);
        match fields.number(32) {
            0 => {
                let command = Command::take(&mut fields)?;
                (!fields.bad && fields.bytes.is_empty()).then_some(Some(command))
            }
            1 if !fields.bad => Some(None),
            _ => None,
        }
    }
}

/// What a device knows of a frame before it reads it: a sound one, which [`Command`] or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandKind {
    /// [`Command::Info`], which may come twice.
    Info,
    /// Another command.
    Command,
    /// A reply, for whomever.
    Reply,
}

/// By its first fields only; whether the others are right shows when it is read.
impl Content for CommandKind {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(bytes);
        let heard = match fields.number(32) {
            0 if fields.number(32) == 0 => Self::Info,
            0 => Self::Command,
            1 => Self::Reply,
            _ => return None,
        };
        (!fields.bad).then_some(heard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{link::Message, register::tests::splitmix};

    /// postcard is the definition.
    #[test]
    fn commands_are_read_as_postcard_reads_them() {
        let mut random = 41;
        let (mut sound, mut refused) = (0, 0);
        for round in 0..if cfg!(miri) { 1_000 } else { 2_000_000 } {
            let mut bytes = [0u8; 48];
            for byte in &mut bytes {
                let noise = splitmix(&mut random);
                // Small numbers, long varints, anything.
                *byte = match noise >> 8 & 7 {
                    0..=3 => noise as u8 & 1,
                    4 => noise as u8 & 0x0f,
                    5 => noise as u8 & 0x41,
                    6 => noise as u8 | 0x80,
                    _ => noise as u8,
                };
            }
            bytes[0] = u8::from(round % 100 == 0);
            bytes[1] = splitmix(&mut random) as u8 & 7;
            let length = splitmix(&mut random) as usize % 40;
            let bytes = &bytes[..length];
            let expected = match postcard::take_from_bytes::<Message>(bytes) {
                Ok((Message::Command(command), [])) => Some(Some(command)),
                _ => None,
            };
            let found = <Option<Command>>::read(bytes);
            if bytes.first() == Some(&1) {
                assert_eq!(found, Some(None));
            } else {
                assert_eq!(found, expected, "{bytes:?}");
                sound += u32::from(found.is_some());
                refused += u32::from(found.is_none());
            }
        }
        assert!(cfg!(miri) || sound > 10_000 && refused > 10_000, "{sound} {refused}");
    }
}
