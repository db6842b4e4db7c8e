//! [`Serial`]: a register in Verilog, one bit at a clock, as textbooks draw it. The oracle for everything that is hardware.
//!
//! It is written from the lags alone and has nothing in common with what lfsr exports.

use lfsr_core::{
    catalogue::Shift,
    register::{AnyRegister, Form},
};

/// A register as hardware: stage 1 is where bits enter, stage n where they leave.
#[derive(Debug, Clone)]
pub struct Serial {
    /// How many stages.
    pub degree: usize,
    /// The stages that are fed back.
    pub lags: Vec<usize>,
    /// Where the gates sit.
    pub form: Form,
    /// Which way the contents move.
    pub shift: Shift,
    /// XNOR gates.
    pub xnor: bool,
}

impl Serial {
    /// The drawing of a register that shifts that way.
    #[must_use]
    pub fn new(register: &AnyRegister, shift: Shift) -> Self {
        let lags = register.lags().collect();
        Self { degree: register.degree(), lags, form: register.form(), shift, xnor: register.xnor() }
    }

    /// A stage's place in the vector: stage k is bit k - 1 if it shifts left, bit n - k if right.
    #[must_use]
    pub fn stage(&self, k: usize) -> String {
        let place = if self.shift == Shift::Left { k - 1 } else { self.degree - k };
        format!("r[{place}]")
    }

    /// The stage that leaves.
    #[must_use]
    pub fn leaving(&self) -> String {
        self.stage(self.degree)
    }

    /// The sum of the tapped stages.
    #[must_use]
    pub fn sum(&self) -> String {
        let gate = if self.xnor { "~" } else { "" };
        let taps: Vec<String> = self.lags.iter().map(|&k| self.stage(k)).collect();
        format!("{gate}({})", taps.join(" ^ "))
    }

    /// The contents with every bit moved on by a stage and `bit` in stage 1.
    #[must_use]
    pub fn moved(&self, bit: &str) -> String {
        let stages: Vec<String> = (1..self.degree).map(|k| self.stage(k)).collect();
        self.vector(core::iter::once(bit.to_owned()).chain(stages).collect())
    }

    /// What the register becomes at the clock.
    #[must_use]
    pub fn next(&self) -> String {
        if self.form == Form::Fibonacci {
            return self.moved(&self.sum());
        }
        // The bit that leaves is added behind stage k for every lag n - k, and enters stage 1 for lag n.
        let (n, out) = (self.degree, self.leaving());
        let gate = if self.xnor { "~" } else { "" };
        let value = |k: usize| match (k, self.lags.contains(&(n - k + 1))) {
            (1, true) => out.clone(),
            (1, false) => format!("1'b{}", u8::from(self.xnor)),
            (_, true) => format!("{gate}({} ^ {out})", self.stage(k - 1)),
            (_, false) => self.stage(k - 1),
        };
        self.vector((1..=n).map(value).collect())
    }

    /// The stages, the first one first, as a vector.
    fn vector(&self, mut stages: Vec<String>) -> String {
        // The first of a concatenation is the highest bit.
        if self.shift == Shift::Left {
            stages.reverse();
        }
        format!("{{{}}}", stages.join(", "))
    }
}
