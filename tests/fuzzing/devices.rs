//! Frames from a device, and to one.

use core::convert::Infallible;

use embedded_io::{ErrorType, Read, Write};
use lfsr_core::{
    check::Settings,
    link::{CapturePlan, CheckPlan, Client, CommandReceiver, Receiver, RecvError, RunUnit},
    notation::parse,
    unit::Unit,
};

/// Bytes, and then the end.
struct Bytes<'a>(&'a [u8]);

impl ErrorType for Bytes<'_> {
    type Error = Infallible;
}

impl Read for Bytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let count = self.0.len().min(buffer.len());
        let (now, later) = self.0.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

/// Where commands go.
struct Nowhere;

impl ErrorType for Nowhere {
    type Error = Infallible;
}

impl Write for Nowhere {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Both ends take any bytes for frames or errors, up to their end.
pub(super) fn frames(bytes: &[u8]) {
    let mut host: Receiver<_> = Receiver::new(Bytes(bytes));
    while !matches!(host.receive(), Err(RecvError::Closed)) {}
    let mut device: CommandReceiver<_> = Receiver::of(Bytes(bytes));
    while !matches!(device.receive(), Err(RecvError::Closed)) {}
}

/// Whatever the device answers, each command ends.
pub(super) fn client(bytes: &[u8]) {
    let new = || Client::new(Bytes(bytes), Nowhere, 5);
    let register = parse("x^16+x^5+x^3+x^2+1").expect("a register");
    let _ = new().info();
    let _ = new().sources();
    let _ = new().self_test();
    let _ = new().start_check(&CheckPlan::new(1, 0, register, &Settings::new(&register)));
    let mut held = 0;
    let _ = new().capture(&CapturePlan { source: 0, bytes: 100 }, |bytes| held += bytes.len(), || ());
    assert!(held <= 5 * 100, "{held} bytes of 100, five times at most");
    let mut records = 0;
    let run = RunUnit { register, zeros: 4, unit: Unit { first: 0, count: 12 } };
    let _ = new().run_unit(&run, |_| records += 1);
    assert!(records <= 12, "{records} records of 12");
}
