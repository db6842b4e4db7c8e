//! [`Client`]: the host's end, asking again where that can help.

use core::fmt;

use embedded_io::{Read, Write};
use heapless::Vec;

use super::{
    BoardName, CapturePlan, CheckPlan, Command, Counters, CountersOf, Event, Info, Message, Receiver, RecvError,
};
use super::{Reply, RunUnit, SOURCES, SendError, Sender, Then, Totals, Transfer, TransferError};
use crate::{record::Record, unit::Unit};

/// The host's end of the link.
///
/// The stream must time out (with an error) if nothing comes: a lost command shows itself by silence only.
#[derive(Debug)]
pub struct Client<R, W> {
    receiver: Receiver<R>,
    sender: Sender<W>,
    last_request: u32,
    attempts: u32,
    retries: u32,
}

impl<R: Read, W: Write> Client<R, W> {
    /// A client that asks at most `attempts` times without progress; begin with [`info`](Self::info).
    pub const fn new(reader: R, writer: W, attempts: u32) -> Self {
        Self { receiver: Receiver::new(reader), sender: Sender::new(writer), last_request: 0, attempts, retries: 0 }
    }

    /// How often it had to ask again so far.
    #[must_use]
    pub const fn retries(&self) -> u32 {
        self.retries
    }

    /// Asks who is there.
    ///
    /// # Errors
    /// If no valid answer came within the attempts.
    pub fn info(&mut self) -> Result<Info, ClientError<R::Error, W::Error>> {
        self.exchange(&Command::Info, |reply| if let Reply::Info(info) = reply { Some(info.clone()) } else { None })
    }

    /// The names of the device's sources.
    ///
    /// # Errors
    /// As [`info`](Self::info).
    pub fn sources(&mut self) -> Result<Vec<BoardName, SOURCES>, ClientError<R::Error, W::Error>> {
        self.exchange(
            &Command::Sources,
            |reply| if let Reply::Sources(names) = reply { Some(names.clone()) } else { None },
        )
    }

    /// Begins a check. Asking twice does no harm: the number of the session tells.
    ///
    /// # Errors
    /// If the device refuses, or no valid answer came within the attempts.
    pub fn start_check(&mut self, plan: &CheckPlan) -> Result<Counters, ClientError<R::Error, W::Error>> {
        self.exchange(&Command::StartCheck(*plan), |reply| counters(reply, plan.session))
    }

    /// Reads the counters of a check, and ends it if so wished.
    ///
    /// # Errors
    /// As [`start_check`](Self::start_check); [`Fault::NoSession`](super::Fault::NoSession) after a reset of the device.
    pub fn counters(&mut self, session: u32, then: Then) -> Result<Counters, ClientError<R::Error, W::Error>> {
        let command = Command::Counters(CountersOf { session, then });
        self.exchange(&command, |reply| counters(reply, session))
    }

    /// What of itself the device found wrong: bit i is test i of [`SELF_TESTS`](super::SELF_TESTS).
    ///
    /// # Errors
    /// As [`info`](Self::info).
    pub fn self_test(&mut self) -> Result<u32, ClientError<R::Error, W::Error>> {
        self.exchange(
            &Command::SelfTest,
            |reply| if let Reply::SelfTest(failed) = reply { Some(*failed) } else { None },
        )
    }

    /// Bits as they come from a source. They do not come twice: if some were lost on the way, `restart` is called and all begins anew.
    ///
    /// # Errors
    /// If the device refuses, or the bytes did not come without a gap within the attempts.
    pub fn capture(
        &mut self,
        plan: &CapturePlan,
        mut sink: impl FnMut(&[u8]),
        mut restart: impl FnMut(),
    ) -> Result<(), ClientError<R::Error, W::Error>> {
        let mut tried = 0;
        loop {
            let request = self.ask(Command::Capture(*plan))?;
            let outcome = self.follow(Transfer::bits(request, plan.bytes), |event| {
                if let Event::Bits(bytes) = event {
                    sink(bytes);
                }
            });
            match outcome {
                Ok(_) => return Ok(()),
                Err((error, _)) => self.try_again(error, &mut tried)?,
            }
            restart();
        }
    }

    /// One command, one reply; `pick` says whether it is the right one.
    fn exchange<T>(
        &mut self,
        command: &Command,
        pick: impl Fn(&Reply) -> Option<T>,
    ) -> Result<T, ClientError<R::Error, W::Error>> {
        let mut tried = 0;
        loop {
            let request = self.ask(command.clone())?;
            let mut answer = None;
            let outcome = self.follow(Transfer::answer(request), |event| {
                if let Event::ReplyRef(reply) = event {
                    answer = pick(reply);
                }
            });
            let error = match (outcome, answer) {
                (Ok(_), Some(answer)) => return Ok(answer),
                (Ok(_), None) => ClientError::Transfer(TransferError::Unexpected),
                (Err((error, _)), _) => error,
            };
            self.try_again(error, &mut tried)?;
        }
    }

    /// Runs a unit on the device; `sink` gets every record once, in order. After a failure it goes on with the first missing one.
    ///
    /// # Errors
    /// If the device refuses, or makes no progress within the attempts. What `sink` got until then is valid.
    pub fn run_unit(
        &mut self,
        run: &RunUnit,
        mut sink: impl FnMut(&Record),
    ) -> Result<Totals, ClientError<R::Error, W::Error>> {
        let mut done = Totals::default();
        let mut tried = 0;
        loop {
            let unit = Unit {
                first: run.unit.first.wrapping_add(done.records),
                count: run.unit.count.saturating_sub(done.records),
            };
            let rest = RunUnit { unit, ..*run };
            let request = self.ask(Command::RunUnit(rest))?;
            let outcome = self.follow(Transfer::unit(request, rest), |event| {
                if let Event::Records(records) = event {
                    records.iter().for_each(&mut sink);
                }
            });
            let (Ok(part) | Err((_, part))) = outcome;
            done.records = done.records.wrapping_add(part.records);
            done.steps = done.steps.wrapping_add(part.steps);
            match outcome {
                Ok(_) => return Ok(done),
                Err((error, _)) => {
                    if part.records > 0 {
                        tried = 0;
                    }
                    self.try_again(error, &mut tried)?;
                }
            }
        }
    }

    fn ask(&mut self, command: Command) -> Result<u32, ClientError<R::Error, W::Error>> {
        self.last_request = self.last_request.checked_add(1).unwrap_or(1);
        self.sender.send(self.last_request, 0, &Message::Command(command)).map_err(ClientError::Send)?;
        Ok(self.last_request)
    }

    /// Takes frames until the transfer is over; what it let through is returned either way.
    fn follow(&mut self, mut transfer: Transfer, mut on: impl FnMut(&Event<'_>)) -> Outcome<R::Error, W::Error> {
        loop {
            let frame = match self.receiver.receive() {
                Ok(frame) => frame,
                // A gap in the numbers, or silence, will tell what it was.
                Err(RecvError::Frame(_)) => continue,
                Err(error) => return Err((ClientError::Receive(error), transfer.totals())),
            };
            match transfer.accept(&frame) {
                Ok(event) => {
                    on(&event);
                    if matches!(event, Event::ReplyRef(_) | Event::Done(_)) {
                        return Ok(transfer.totals());
                    }
                }
                Err(error) => return Err((ClientError::Transfer(error), transfer.totals())),
            }
        }
    }

    fn try_again(
        &mut self,
        error: ClientError<R::Error, W::Error>,
        tried: &mut u32,
    ) -> Result<(), ClientError<R::Error, W::Error>> {
        *tried += 1;
        let hopeless = match &error {
            ClientError::Transfer(error) => !error.is_transient(),
            ClientError::Receive(error) => matches!(error, RecvError::Closed),
            ClientError::Send(_) => true,
        };
        if hopeless || *tried >= self.attempts {
            return Err(error);
        }
        self.retries = self.retries.saturating_add(1);
        Ok(())
    }
}

fn counters(reply: &Reply, session: u32) -> Option<Counters> {
    match reply {
        Reply::Counters(counters) if counters.session == session => Some(*counters),
        _ => None,
    }
}

/// What came whole, and why it ended if not by the end of the answer.
type Outcome<R, W> = Result<Totals, (ClientError<R, W>, Totals)>;

/// Why a command came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientError<R, W> {
    /// Nothing could be sent.
    Send(SendError<W>),
    /// Nothing came.
    Receive(RecvError<R>),
    /// What came was no answer.
    Transfer(TransferError),
}

impl<R: fmt::Debug, W: fmt::Debug> fmt::Display for ClientError<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(error) => error.fmt(f),
            Self::Receive(error) => error.fmt(f),
            Self::Transfer(error) => error.fmt(f),
        }
    }
}

impl<R: fmt::Debug, W: fmt::Debug> core::error::Error for ClientError<R, W> {}

#[cfg(test)]
mod tests;
