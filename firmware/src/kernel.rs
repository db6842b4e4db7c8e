//! [`Kernel`]: what runs a start; chosen by the board according to its RAM.

use lfsr_core::{
    cycle::{Monitor, WordArcs},
    leap::Leap,
    record::Record,
    register::Register,
    step::Stepper,
};

/// The most steps between two calls of a monitor.
const MONITOR_STEPS: u64 = 1 << 14;

/// Runs single starts of one register after the other.
pub trait Kernel {
    /// Makes ready for the sequence of `register`, which is not singular.
    fn prepare(&mut self, register: &Register);

    /// The arc from `start` to the next state of the section of `zeros` zeros; `None` if the monitor stopped it, or if nothing is
    /// prepared. States are those of [`Register::sequence`].
    fn arc(&self, zeros: u32, start: u64, monitor: &mut impl Monitor) -> Option<Record>;
}

/// The host's kernel, 64 steps at a time; keeps 16 KiB of tables.
#[derive(Debug, Default)]
pub struct Leaping {
    leap: Option<Leap>,
}

impl Leaping {
    /// With no tables yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { leap: None }
    }
}

impl Kernel for Leaping {
    fn prepare(&mut self, register: &Register) {
        if self.leap.as_ref().is_none_or(|leap| *leap.register() != register.sequence()) {
            self.leap = Some(Leap::new(register));
        }
    }

    fn arc(&self, zeros: u32, start: u64, monitor: &mut impl Monitor) -> Option<Record> {
        WordArcs::new(self.leap.as_ref()?, zeros).arc(start, monitor)
    }
}

/// Step by step, for boards with little RAM.
#[derive(Debug, Default)]
pub struct Stepping {
    /// With the largest state of the register.
    stepper: Option<(Stepper, u64)>,
}

impl Stepping {
    /// With no register yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { stepper: None }
    }
}

impl Kernel for Stepping {
    fn prepare(&mut self, register: &Register) {
        self.stepper = Some((Stepper::new(register), register.state_mask()));
    }

    fn arc(&self, zeros: u32, start: u64, monitor: &mut impl Monitor) -> Option<Record> {
        let (stepper, mask) = self.stepper?;
        let largest = mask.checked_shr(zeros).unwrap_or(0);
        let (mut end, mut steps) = (start, 0u64);
        loop {
            end = stepper.step(end);
            steps = steps.wrapping_add(1);
            if end <= largest {
                return Some(Record { start, end, steps });
            }
            if steps % MONITOR_STEPS == 0 && monitor.advanced(MONITOR_STEPS).is_break() {
                return None;
            }
        }
    }
}
