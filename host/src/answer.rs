//! [`Answer`]: everything found out about a register, by algebra, by enumeration, or both and compared.

use core::time::Duration;
use std::sync::{
    Arc,
    mpsc::{self, RecvTimeoutError},
};

use lfsr_core::algebra::{Analysis, BigUint, Cycles, Unanswered};

use crate::{
    control::Control,
    engine::enumerate,
    error::Error,
    map::CycleMap,
    plan::{Engine, Kernel, Options, Plan},
    sched::Pool,
    subject::Subject,
    verify,
};

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Algebra; and enumeration too where that is quick, or needed for leaders.
    Auto,
    /// Algebra alone.
    Algebra,
    /// Enumeration by this engine.
    Enumerate(Engine),
}

/// Registers up to this degree are enumerated without being asked, if arcs do it (2^32 states: a quarter of a second on one core).
const QUICK_DEGREE: usize = 32;

/// The same for the leader kernel, which is slower.
const QUICK_DEGREE_BY_LEADERS: usize = 22;

/// The same for the coset kernel, which takes very different times, but can tell.
const QUICK_SECONDS: f64 = 0.5;

/// Leaders up to this degree are enumerated without being asked; beyond, a representative has to do.
const LEADER_DEGREE: usize = 40;

/// What was found out.
#[derive(Debug)]
pub struct Answer {
    /// What the polynomial says.
    pub facts: Analysis,
    /// Cycles by algebra; `None` if it was not asked, or the reason why it has no exact answer.
    pub algebra: Option<Result<Vec<Cycles>, Unanswered>>,
    /// Cycles by enumeration, if it was done.
    pub map: Option<CycleMap>,
    /// Where the two differ, in words. Always empty, unless there is a bug.
    pub differences: Vec<String>,
}

impl Answer {
    /// Answers for `subject`.
    ///
    /// With `verify`, both ways are gone whatever the method.
    ///
    /// # Errors
    /// If enumeration was asked for and is impossible, or failed.
    pub fn new(
        subject: &Subject,
        method: Method,
        verify: bool,
        options: &Options,
        pool: &Pool,
        control: &Arc<Control>,
    ) -> Result<Self, Error> {
        let register = subject.register();
        let engine = match method {
            Method::Enumerate(engine) => Some(engine),
            Method::Algebra => verify.then_some(Engine::FirstReturn),
            Method::Auto if verify => Some(Engine::FirstReturn),
            Method::Auto => register
                .filter(|register| is_quick(&Plan::new(register, options), subject.degree(), options))
                .map(|_| Engine::FirstReturn),
        };
        let map = match (engine, register) {
            (None, _) => None,
            (Some(_), None) => return Err(Error::TooWide { degree: subject.degree() }),
            (Some(engine), Some(register)) => {
                Some(enumerate(&register, &Options { engine, ..options.clone() }, pool, control)?)
            }
        };
        let (facts, algebra) = algebra(subject, verify || !matches!(method, Method::Enumerate(_)), control)?;
        let differences = match (&map, &algebra) {
            (Some(map), Some(Ok(cycles))) if !map.partial => verify::differences(map, cycles),
            (Some(_), Some(Err(why))) if verify => vec![format!("algebra has no exact answer: {why}")],
            _ => vec![],
        };
        Ok(Self { facts, algebra, map, differences })
    }

    /// The cycles, from whichever way has them; `None` if algebra has no exact answer and nothing was enumerated.
    #[must_use]
    pub fn cycles(&self) -> Option<Vec<Cycles>> {
        if let Some(map) = &self.map {
            let cycles =
                map.census.iter().map(|(&period, &count)| Cycles { period: period.into(), count: count.into() });
            return Some(cycles.collect());
        }
        self.algebra.as_ref()?.as_ref().ok().cloned()
    }

    /// Whether all cyclic states are accounted for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.map.as_ref().map_or_else(|| matches!(self.algebra, Some(Ok(_))), CycleMap::is_complete)
    }

    /// Whether the enumeration was stopped.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.map.as_ref().is_some_and(|map| map.partial)
    }

    /// Whether the answer was checked by a way that does not share its arithmetic.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.map.as_ref().is_some_and(|map| !map.partial && map.is_complete()) && self.differences.is_empty()
    }

    /// Whether one cycle holds all states but one; `None` if the longest period is not known.
    #[must_use]
    pub fn is_maximal_length(&self) -> Option<bool> {
        if !self.is_complete() {
            return self.facts.is_primitive();
        }
        let longest = self.cycles()?.pop()?.period;
        Some(longest + BigUint::from(1u32) == self.facts.states())
    }
}

/// Degrees from which algebra may take so long that it must not delay Ctrl-C.
const LONG_ALGEBRA: usize = 2000;

/// Factors and orders; cycles if asked for.
type Algebra = (Analysis, Option<Result<Vec<Cycles>, Unanswered>>);

/// Asks algebra, in a thread of its own if that may take long.
fn algebra(subject: &Subject, cycles: bool, control: &Arc<Control>) -> Result<Algebra, Error> {
    let Subject { characteristic, form, xnor } = subject.clone();
    let work = move || {
        let facts = Analysis::new(&characteristic)?;
        let cycles = cycles.then(|| facts.cycles(form, xnor));
        Some((facts, cycles))
    };
    let constant = || Error::TooWide { degree: 0 };
    if subject.degree() < LONG_ALGEBRA {
        return work().ok_or_else(constant);
    }
    let (sender, receiver) = mpsc::channel();
    // After an interrupt nobody waits for the answer, and the thread ends with the process.
    std::thread::spawn(move || {
        let _ = sender.send(work());
    });
    loop {
        match receiver.recv_timeout(Duration::from_millis(50)) {
            Ok(answer) => return answer.ok_or_else(constant),
            Err(RecvTimeoutError::Timeout) if control.is_stopped() => return Err(Error::Interrupted),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Error::Proof("the algebra panicked".into())),
        }
    }
}

/// Whether enumeration comes as a quick check of what algebra says, or is the way to the leaders.
fn is_quick(plan: &Result<Plan, Error>, degree: usize, options: &Options) -> bool {
    let Ok(plan) = plan else { return false };
    let most = match plan.kernel {
        _ if options.leaders => LEADER_DEGREE,
        Kernel::Leader | Kernel::Bitmap => QUICK_DEGREE_BY_LEADERS,
        Kernel::Word(_) | Kernel::Block(_) => QUICK_DEGREE,
        Kernel::Coset(_) => return plan.seconds.is_some_and(|seconds| seconds < QUICK_SECONDS),
    };
    degree <= most
}
