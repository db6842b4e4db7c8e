//! The command loop.

mod self_test;
mod session;

use core::{convert::Infallible, ops::ControlFlow};

use embedded_io::{Read, ReadReady, Write};
use lfsr_core::{
    cycle::Monitor,
    link::{
        BITS_PER_CHUNK, BoardName, CapturePlan, CheckPlan, Command, CommandKind, CommandReceiver, CountersOf, Fault,
        Frame, FrameError, Info, MessageRef, Names, RECORDS_PER_CHUNK, RecvError, ReplyRef, RunUnit, SendError, Sender,
        Then, Totals, shorten,
    },
    record::Record,
    register::MAX_DEGREE,
};

use crate::{
    kernel::Kernel,
    log::{info, warning},
    source::Sources,
};
use session::Session;

/// The most reads of a source between two looks at the link.
const READS: u32 = 4;

/// Answers commands one at a time; a new one ends the one under way. A check goes on in between.
#[derive(Debug)]
pub struct Server<'a, R, W, K, S> {
    line: Line<R, W>,
    kernel: &'a mut K,
    sources: S,
    session: Session,
    board: &'a str,
}

impl<'a, R: Read + ReadReady, W: Write, K: Kernel, S: Sources> Server<'a, R, W, K, S> {
    /// A server on a board of this name (at most 16 bytes of it travel).
    pub const fn new(reader: R, writer: W, kernel: &'a mut K, sources: S, board: &'a str) -> Self {
        Self { line: Line::new(reader, writer), kernel, sources, session: Session::none(), board }
    }

    /// Announces itself and serves until a stream ends or fails.
    ///
    /// # Errors
    /// The end of the stream, or its error.
    pub fn run(&mut self) -> Result<Infallible, ServeError<R::Error, W::Error>> {
        let [major, minor, patch] = VERSION;
        info!("lfsr-firmware {=u8}.{=u8}.{=u8} on {=str}", major, minor, patch, self.board);
        // Request 0: it has just started.
        self.who(0)?;
        loop {
            self.next_command()?;
            self.answer()?;
        }
    }

    /// Waits for the next command; until it comes, the check goes on.
    #[inline(never)]
    fn next_command(&mut self) -> Result<(), ServeError<R::Error, W::Error>> {
        while self.session.is_running() {
            // First the bits: a host that asks without a pause must not keep them waiting.
            let has_more = (0..READS).all(|_| self.read());
            if self.line.poll()? {
                return Ok(());
            }
            if !has_more {
                self.sources.idle();
            }
        }
        self.line.wait()
    }

    /// Reads the source once; false if nothing came.
    fn read(&mut self) -> bool {
        let has_read = self.session.pump(&mut self.sources);
        if self.sources.overran(self.session.source) {
            self.session.overrun();
        }
        has_read
    }

    // None of these functions is inlined: the frame of one answer must be gone before the next, and before a check.
    #[inline(never)]
    fn answer(&mut self) -> Result<(), ServeError<R::Error, W::Error>> {
        // The self-test, which needs most, begins when the command is off the stack.
        match self.answer_others()? {
            Some(request) => self.self_test(request),
            None => Ok(()),
        }
    }

    /// Answers any command but [`Command::SelfTest`], whose number comes back.
    #[inline(never)]
    fn answer_others(&mut self) -> Result<Option<u32>, ServeError<R::Error, W::Error>> {
        let (request, command) = self.line.command();
        match &command {
            Some(Command::Info) => self.who(request),
            Some(Command::Sources) => self.line.send(request, 0, ReplyRef::Sources(Names(self.sources.names()))),
            Some(Command::StartCheck(plan)) => self.start_check(request, plan),
            Some(Command::Counters(of)) => self.counters(request, of),
            Some(Command::Capture(plan)) => self.capture(request, plan),
            Some(Command::SelfTest) => return Ok(Some(request)),
            Some(Command::RunUnit(run)) => self.run_unit(request, run),
            _ => self.line.send(request, 0, ReplyRef::Error(Fault::Unknown)),
        }?;
        Ok(None)
    }

    #[inline(never)]
    fn who(&mut self, request: u32) -> Result<(), ServeError<R::Error, W::Error>> {
        let info = self.info();
        let answer = if request == 0 { ReplyRef::Started(&info) } else { ReplyRef::Info(&info) };
        self.line.send(request, 0, answer)
    }

    #[inline(never)]
    fn self_test(&mut self, request: u32) -> Result<(), ServeError<R::Error, W::Error>> {
        let failed = self_test::run(self.kernel, self.session.end());
        info!("self-test: failed {=u32:b}", failed);
        self.line.send(request, 0, ReplyRef::SelfTest(failed))
    }

    /// The same plan again goes on; another one takes its place.
    #[inline(never)]
    fn start_check(&mut self, request: u32, plan: &CheckPlan) -> Result<(), ServeError<R::Error, W::Error>> {
        match self.begin(plan) {
            Ok(()) => self.send_counters(request),
            Err(fault) => self.line.send(request, 0, ReplyRef::Error(fault)),
        }
    }

    #[inline(never)]
    fn begin(&mut self, plan: &CheckPlan) -> Result<(), Fault> {
        if usize::from(plan.source) >= self.sources.names().len() {
            return Err(Fault::BadSource);
        }
        if plan.session == 0 {
            return Err(Fault::NoSession);
        }
        if self.session.number() != plan.session {
            if !self.session.begin(plan) {
                return Err(Fault::Unsupported);
            }
            self.sources.flush(plan.source);
            info!("check {=u32} of source {=u8}, degree {=u32}", plan.session, plan.source, plan.register.degree());
        }
        Ok(())
    }

    #[inline(never)]
    fn counters(&mut self, request: u32, of: &CountersOf) -> Result<(), ServeError<R::Error, W::Error>> {
        if self.session.number() != of.session || of.session == 0 {
            return self.line.send(request, 0, ReplyRef::Error(Fault::NoSession));
        }
        match of.then {
            Then::GoOn => {}
            Then::Freeze => self.session.freeze(),
            Then::Clear => self.session.clear(),
        }
        self.send_counters(request)
    }

    #[inline(never)]
    fn send_counters(&mut self, request: u32) -> Result<(), ServeError<R::Error, W::Error>> {
        let counters = self.session.counters();
        self.line.send(request, 0, ReplyRef::Counters(&counters))
    }

    #[inline(never)]
    fn capture(&mut self, request: u32, plan: &CapturePlan) -> Result<(), ServeError<R::Error, W::Error>> {
        self.session.end();
        if usize::from(plan.source) >= self.sources.names().len() {
            return self.line.send(request, 0, ReplyRef::Error(Fault::BadSource));
        }
        self.sources.hold(plan.source);
        let mut totals = Totals::default();
        let mut part = 0u32;
        let mut left = plan.bytes as usize;
        while left > 0 {
            let mut chunk = [0; BITS_PER_CHUNK];
            let wanted = left.min(BITS_PER_CHUNK);
            let mut count = 0;
            while let Some(rest) = chunk.get_mut(count..wanted).filter(|rest| !rest.is_empty()) {
                if self.line.advanced(0).is_break() {
                    warning!("request {=u32}: capture given up", request);
                    return Ok(());
                }
                let read = self.sources.read(plan.source, rest);
                count += read;
                if count < left && self.sources.overran(plan.source) {
                    warning!("request {=u32}: overrun", request);
                    self.line.send(request, part, ReplyRef::Bits(chunk.get(..count).unwrap_or(&[])))?;
                    return self.line.send(request, part.wrapping_add(1), ReplyRef::Error(Fault::Overrun));
                }
                if read == 0 {
                    self.sources.idle();
                }
            }
            left -= wanted;
            totals.records += wanted as u64;
            self.line.send(request, part, ReplyRef::Bits(chunk.get(..wanted).unwrap_or(&[])))?;
            part = part.wrapping_add(1);
        }
        self.line.send(request, part, ReplyRef::Done(totals))
    }

    #[inline(never)]
    fn run_unit(&mut self, request: u32, run: &RunUnit) -> Result<(), ServeError<R::Error, W::Error>> {
        if let Err(fault) = accepted(run) {
            warning!("request {=u32}: refused, degree {=u32}, z = {=u32}", request, run.register.degree(), run.zeros);
            return self.line.send(request, 0, ReplyRef::Error(fault));
        }
        self.session.end();
        self.kernel.prepare(&run.register);
        let mut totals = Totals::default();
        let mut part = 0u32;
        let mut chunk = [Record { start: 0, end: 0, steps: 0 }; RECORDS_PER_CHUNK];
        let mut held = 0;
        for start in run.unit.starts() {
            // Also between short arcs the host must be heard.
            let stopped = self.line.advanced(0).is_break();
            let record = if stopped { None } else { self.kernel.arc(run.zeros, start, &mut self.line) };
            let Some(record) = record else {
                warning!("request {=u32}: given up after {=u64} records", request, totals.records);
                return Ok(());
            };
            totals.add(&record);
            if let Some(slot) = chunk.get_mut(held) {
                *slot = record;
            }
            held += 1;
            if held == RECORDS_PER_CHUNK {
                self.line.send(request, part, ReplyRef::Records(&chunk))?;
                (part, held) = (part.wrapping_add(1), 0);
            }
        }
        if held > 0 {
            self.line.send(request, part, ReplyRef::Records(chunk.get(..held).unwrap_or(&[])))?;
            part = part.wrapping_add(1);
        }
        self.line.send(request, part, ReplyRef::Done(totals))?;
        info!(
            "request {=u32}: degree {=u32}, z = {=u32}, {=u64} records, {=u64} steps",
            request,
            run.register.degree(),
            run.zeros,
            totals.records,
            totals.steps
        );
        Ok(())
    }

    fn info(&self) -> Info {
        Info {
            firmware: VERSION,
            board: BoardName::try_from(shorten(self.board)).unwrap_or_default(),
            max_degree: MAX_DEGREE,
            static_ram: size_of::<K>().saturating_add(size_of::<Self>()).try_into().unwrap_or(u32::MAX),
            bad_frames: self.line.bad_frames,
        }
    }
}

/// Whether the kernels can run this unit.
fn accepted(run: &RunUnit) -> Result<(), Fault> {
    if run.register.is_singular() {
        return Err(Fault::Unsupported);
    }
    run.check()
}

/// The version of this package.
const VERSION: [u8; 3] = [
    number(env!("CARGO_PKG_VERSION_MAJOR")),
    number(env!("CARGO_PKG_VERSION_MINOR")),
    number(env!("CARGO_PKG_VERSION_PATCH")),
];

const fn number(text: &str) -> u8 {
    match u8::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}

/// The link, less the frames that call for no work.
#[derive(Debug)]
struct Line<R, W> {
    receiver: CommandReceiver<R>,
    sender: Sender<W>,
    last_request: u32,
    bad_frames: u32,
    /// The number of a command still in the receiver; 0 if there is none. Nothing is received while one waits.
    waiting: u32,
}

impl<R: Read + ReadReady, W: Write> Line<R, W> {
    const fn new(reader: R, writer: W) -> Self {
        Self {
            receiver: CommandReceiver::of(reader),
            sender: Sender::new(writer),
            last_request: 0,
            bad_frames: 0,
            waiting: 0,
        }
    }

    // Once in the image, not once for each kind of answer.
    #[inline(never)]
    fn send(&mut self, request: u32, part: u32, answer: ReplyRef<'_>) -> Result<(), ServeError<R::Error, W::Error>> {
        self.sender.send(request, part, &MessageRef::Reply(answer)).map_err(ServeError::Send)
    }

    /// Whether the next command is there already.
    #[inline(never)]
    fn poll(&mut self) -> Result<bool, ServeError<R::Error, W::Error>> {
        while self.waiting == 0 {
            match self.receiver.poll() {
                Ok(None) => return Ok(false),
                Ok(Some(frame)) => self.sift(&frame),
                Err(RecvError::Frame(error)) => self.complain(error)?,
                Err(error) => return Err(ServeError::Receive(error)),
            }
        }
        Ok(true)
    }

    #[inline(never)]
    fn wait(&mut self) -> Result<(), ServeError<R::Error, W::Error>> {
        while self.waiting == 0 {
            match self.receiver.receive() {
                Ok(frame) => self.sift(&frame),
                Err(RecvError::Frame(error)) => self.complain(error)?,
                Err(error) => return Err(ServeError::Receive(error)),
            }
        }
        Ok(())
    }

    /// The command that waits, and its number; nothing may have been received since it came.
    fn command(&mut self) -> (u32, Option<Command>) {
        (core::mem::take(&mut self.waiting), self.receiver.reread().flatten())
    }

    /// A command waits, unless it is a repeated one.
    fn sift(&mut self, frame: &Frame<CommandKind>) {
        let again = frame.request == self.last_request && frame.message != CommandKind::Info;
        if frame.message != CommandKind::Reply && frame.request != 0 && !again {
            self.last_request = frame.request;
            self.waiting = frame.request;
        }
    }

    /// Tells the host of a frame that was dropped, so that it need not wait in vain.
    fn complain(&mut self, error: FrameError) -> Result<(), ServeError<R::Error, W::Error>> {
        self.bad_frames = self.bad_frames.saturating_add(1);
        #[cfg(feature = "defmt")]
        warning!("dropped a frame: {}", error);
        let (request, fault) = match error {
            FrameError::Version(_) => (0, Fault::Version(lfsr_core::link::VERSION)),
            FrameError::Content(request) => (request, Fault::Unknown),
            _ => (0, Fault::Garbled),
        };
        self.send(request, 0, ReplyRef::Error(fault))
    }
}

/// Stops a kernel when a new command has come, or when the stream has failed (which the next send or wait will show).
impl<R: Read + ReadReady, W: Write> Monitor for Line<R, W> {
    #[inline(never)]
    fn advanced(&mut self, _: u64) -> ControlFlow<()> {
        match self.poll() {
            // The end of the input does not spoil the output: finish the unit.
            Ok(false) | Err(ServeError::Receive(RecvError::Closed)) => ControlFlow::Continue(()),
            Ok(true) | Err(_) => ControlFlow::Break(()),
        }
    }
}

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServeError<R, W> {
    /// Nothing more can be received.
    Receive(RecvError<R>),
    /// Nothing can be sent.
    Send(SendError<W>),
}

#[cfg(test)]
mod tests;
