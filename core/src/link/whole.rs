//! [`Message`]s, either direction, as postcard writes and reads them: what hosts and tests use.

use postcard::ser_flavors::Flavor;

use super::{
    Message,
    codec::{Content, Payload, Stuffed},
};

/// Either direction.
impl Content for Message {
    fn read(bytes: &[u8]) -> Option<Self> {
        match postcard::take_from_bytes(bytes) {
            Ok((message, [])) => Some(message),
            _ => None,
        }
    }
}

impl Payload for Message {
    fn write(&self, out: &mut Stuffed<'_>) {
        // It fails only where the buffer is full, which the end of the frame will tell too.
        if postcard::serialize_with_flavor(self, Through(out)).is_err() {
            out.overflow();
        }
    }
}

/// For postcard.
struct Through<'a, 'b>(&'a mut Stuffed<'b>);

impl Flavor for Through<'_, '_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.byte(byte);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
