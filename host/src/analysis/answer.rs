//! [`Answer`]: everything found out about a register, by algebra, by enumeration, or both and compared.

use core::time::Duration;
use std::sync::{
    Arc,
    mpsc::{self, RecvTimeoutError},
};

use lfsr_core::{
    algebra::{BigUint, Cycles, Structure, Unanswered},
    register::{AnyRegister, Register},
};

use super::{
    engine::Run,
    error::Error,
    map::CycleMap,
    plan::{Engine, Options, Plan},
    verify,
};
use crate::sched::{Pool, PoolError, control::Control};

/// What is asked of a register.
#[derive(Debug, Clone)]
pub struct Question {
    /// How cycles are found.
    pub method: Method,
    /// Whether both enumeration and algebra are to answer, whatever the method.
    pub verify: bool,
    /// How an enumeration runs.
    pub options: Options,
}

/// How cycles are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By algebra; and by enumeration too where that is quick, or needed for leaders.
    Auto,
    /// By algebra alone.
    Algebra,
    /// By enumeration, with this engine.
    Enumerate(Engine),
}

/// An enumeration whose time is estimated is done without being asked if it takes less than so many seconds.
const QUICK_SECONDS: f64 = 0.5;

/// Leaders up to this degree are enumerated without being asked; beyond, a representative has to do.
const LEADER_DEGREE: u32 = 40;

/// What was found out.
#[derive(Debug)]
pub struct Answer {
    /// What the polynomial says.
    pub structure: Structure,
    /// Cycles by algebra; `None` if it was not asked, or the reason why it has no exact answer.
    pub algebra: Option<Result<Vec<Cycles>, Unanswered>>,
    /// Cycles by enumeration, if it was done.
    pub map: Option<CycleMap>,
    /// How to find the leaders once more while they are written, if they were asked for and their list does not fit into memory.
    pub passing: Option<Plan>,
    /// Where the two differ, in words. Always empty, unless there is a bug.
    pub differences: Vec<String>,
}

impl Answer {
    /// Answers for `register`.
    ///
    /// # Errors
    /// If enumeration was asked for and is impossible, or failed.
    pub fn new(
        register: &AnyRegister,
        question: &Question,
        pool: &Pool,
        control: &Arc<Control>,
    ) -> Result<Self, Error> {
        let Planned { enumeration, passing } = question.plan(register)?;
        let map = enumeration.map(|plan| Run::new(&plan, pool, control).map()).transpose()?;
        let ask_algebra = question.verify || !matches!(question.method, Method::Enumerate(_));
        let answer = Self::compared(register, map, ask_algebra, question.verify, control)?;
        Ok(Self { passing, ..answer })
    }

    /// What `map` says, and with `verify` whether algebra agrees: for an enumeration that was run apart, such as one that is kept.
    ///
    /// # Errors
    /// If it was interrupted.
    pub fn of_map(map: CycleMap, verify: bool, control: &Arc<Control>) -> Result<Self, Error> {
        let register = AnyRegister::from(*map.register());
        Self::compared(&register, Some(map), verify, verify, control)
    }

    fn compared(
        register: &AnyRegister,
        map: Option<CycleMap>,
        ask_algebra: bool,
        verify: bool,
        control: &Arc<Control>,
    ) -> Result<Self, Error> {
        let (structure, algebra) = algebra(register, ask_algebra, control)?;
        let differences = match (&map, &algebra) {
            (Some(map), Some(Ok(cycles))) if !map.partial => verify::differences(map, cycles),
            (Some(_), Some(Err(why))) if verify => vec![format!("algebra has no exact answer: {why}")],
            _ => vec![],
        };
        Ok(Self { structure, algebra, map, passing: None, differences })
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

    /// Why the cycles are not known, in a few words.
    #[must_use]
    pub fn why_unknown(&self) -> Option<String> {
        match (&self.map, self.algebra.as_ref()?.as_ref().err()?) {
            (Some(_), _) => None,
            (None, Unanswered::OrderNotProven { factor, .. }) => {
                let d = factor.degree().unwrap_or(0);
                Some(format!(
                    "the order of a factor of degree {d} is not proven, as the factors of 2^{d}-1 are not all known"
                ))
            }
            (None, other) => Some(other.to_string()),
        }
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

    /// Whether enumeration and algebra, which share no arithmetic, give the same cycles; `None` unless both answered for the whole register.
    #[must_use]
    pub fn is_verified(&self) -> Option<bool> {
        let complete = self.map.as_ref().is_some_and(|map| !map.partial && map.is_complete());
        (complete && matches!(self.algebra, Some(Ok(_)))).then_some(self.differences.is_empty())
    }

    /// Whether one cycle holds all states but one, and every state has a predecessor; `None` if the longest period is not known.
    #[must_use]
    pub fn is_maximal_length(&self) -> Option<bool> {
        if !self.is_complete() {
            return self.structure.is_primitive();
        }
        if self.structure.register().is_singular() {
            return Some(false);
        }
        let longest = self.cycles()?.pop()?.period;
        Some(longest + BigUint::from(1u32) == self.structure.states())
    }
}

/// Degrees from which algebra may take so long that it must not delay Ctrl-C.
const LONG_ALGEBRA: usize = 2000;

/// Factors and orders; cycles if asked for.
type Algebra = (Structure, Option<Result<Vec<Cycles>, Unanswered>>);

/// Asks algebra, in a thread of its own if that may take long.
fn algebra(register: &AnyRegister, cycles: bool, control: &Arc<Control>) -> Result<Algebra, Error> {
    let of = register.clone();
    let work = move || {
        let structure = of.structure();
        let cycles = cycles.then(|| structure.cycles());
        (structure, cycles)
    };
    if register.degree() < LONG_ALGEBRA {
        return Ok(work());
    }
    let (sender, receiver) = mpsc::channel();
    // After an interrupt nobody waits for the answer, and the thread ends with the process.
    let spawned = std::thread::Builder::new().name("algebra".into()).spawn(move || {
        let _ = sender.send(work());
    });
    spawned.map_err(|source| PoolError::Spawn { worker: 0, source })?;
    loop {
        match receiver.recv_timeout(Duration::from_millis(50)) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Timeout) if control.is_stopped() => return Err(Error::Interrupted),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Error::Proof("the algebra panicked".into())),
        }
    }
}

/// Whether enumeration is a quick check of what algebra says, or the way to the leaders.
fn is_quick(plan: &Plan) -> bool {
    let degree = plan.register.degree();
    match plan.kernel.quick_degree() {
        _ if plan.options.leaders => degree <= LEADER_DEGREE,
        Some(most) => degree <= most,
        None => plan.seconds.is_some_and(|seconds| seconds < QUICK_SECONDS),
    }
}

impl Question {
    /// The plans of what is to be enumerated.
    fn plan(&self, register: &AnyRegister) -> Result<Planned, Error> {
        let engine = match self.method {
            Method::Enumerate(engine) => Some(engine),
            Method::Algebra | Method::Auto if self.verify => Some(Engine::FirstReturn),
            Method::Algebra => return Ok(Planned::default()),
            Method::Auto => None,
        };
        match (engine, register.narrow()) {
            (Some(engine), Some(register)) => Planned::new(&register, &Options { engine, ..self.options.clone() }),
            (Some(_), None) => Err(Error::TooWide { degree: register.degree() }),
            // Too much memory is no reason not to answer by algebra.
            (None, narrow) => {
                let planned = narrow.and_then(|narrow| Planned::new(&narrow, &self.options).ok());
                let quick = |planned: &Planned| planned.enumeration.as_ref().is_some_and(is_quick);
                Ok(planned.filter(quick).unwrap_or_default())
            }
        }
    }
}

/// The plans of what is to be enumerated.
#[derive(Debug, Default)]
struct Planned {
    enumeration: Option<Plan>,
    /// As in [`Answer`].
    passing: Option<Plan>,
}

impl Planned {
    fn new(register: &Register, options: &Options) -> Result<Self, Error> {
        match Plan::new(register, options) {
            Err(Error::Memory { leaders: true, .. })
                if options.engine == Engine::FirstReturn && register.degree() <= LEADER_DEGREE =>
            {
                let unlisted = Options { leaders: false, ..options.clone() };
                let enumeration = Some(Plan::new(register, &unlisted)?);
                Ok(Self { enumeration, passing: Some(Plan::passing(register, options)?) })
            }
            plan => Ok(Self { enumeration: Some(plan?), passing: None }),
        }
    }
}
