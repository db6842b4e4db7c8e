//! [`Register`]: one validated, unambiguous description of a register of degree 1 to 64; [`AnyRegister`] the same of any degree.
//!
//! [`Register::step`] is the definition of both forms and of complemented feedback: everything else is tested against it.

#[cfg(feature = "alloc")]
mod any;
mod forms;
mod shift;
#[cfg(feature = "link")]
mod wire;

use core::fmt;

#[cfg(feature = "alloc")]
pub use any::AnyRegister;
pub use shift::Shift;

/// The largest degree whose states fit a word.
pub const MAX_DEGREE: u32 = 64;

/// Where the XOR gates sit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "link", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Form {
    /// External XOR: the sum of the taps enters at bit n-1.
    #[default]
    Fibonacci,
    /// Internal XOR: the bit shifted out is added to several cells at once.
    Galois,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fibonacci => "fibonacci",
            Self::Galois => "galois",
        })
    }
}

/// A polynomial does not describe a register of degree 1 to 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RegisterError {
    /// The polynomial is 0 or 1: there is no cell.
    NoCells,
    /// The degree is larger than [`MAX_DEGREE`].
    DegreeTooLarge(u32),
    /// Taps beyond the degree, which is this.
    TapsTooLarge(u32),
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCells => f.write_str("degree 0: a register needs at least one cell"),
            Self::DegreeTooLarge(degree) => {
                write!(f, "degree {degree} is larger than {MAX_DEGREE}, the largest whose states fit a word")
            }
            Self::TapsTooLarge(degree) => write!(f, "the taps have a bit beyond degree {degree}"),
        }
    }
}

impl core::error::Error for RegisterError {}

/// A linear (or, with XNOR, affine) feedback shift register of degree 1 to 64.
///
/// # The maps
///
/// * Fibonacci: `s' = (s >> 1) | f << (n-1)`, f = parity of `s & taps`, complemented for XNOR. Output: bit 0 before the step.
/// * Galois: `s' = (s >> 1) ^ (mask if bit 0 of s)`, bit k-1 of the mask set for each lag k. The output obeys the same recurrence.
///   XNOR replaces each XOR gate by an XNOR gate: `s' = !step(!s)`, so the lock-up state is all ones.
///
/// In the Fibonacci form XNOR has the all-one lock-up state only if the number of lags is even (c(1) = 1); else it has none.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "link",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "wire::Wire", try_from = "wire::Wire")
)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Register {
    /// c(x) without its leading term, bit i = coefficient of x^i.
    taps: u64,
    /// 1 to 64.
    degree: u8,
    form: Form,
    xnor: bool,
}

impl Register {
    /// The Fibonacci register with the characteristic polynomial whose coefficient of x^i is bit i.
    ///
    /// # Errors
    /// If the degree is 0 or larger than [`MAX_DEGREE`].
    pub const fn from_characteristic(characteristic: u128) -> Result<Self, RegisterError> {
        if characteristic < 2 {
            return Err(RegisterError::NoCells);
        }
        let degree = 127 - characteristic.leading_zeros();
        if degree > MAX_DEGREE {
            return Err(RegisterError::DegreeTooLarge(degree));
        }
        let taps = (characteristic ^ 1 << degree) as u64;
        Ok(Self { taps, degree: degree as u8, form: Form::Fibonacci, xnor: false })
    }

    /// The Fibonacci register with the characteristic polynomial x^degree + taps, bit i of `taps` the coefficient of x^i.
    ///
    /// # Errors
    /// If the degree is 0 or larger than [`MAX_DEGREE`], or `taps` has a bit at or beyond the degree.
    pub const fn from_taps(degree: u8, taps: u64) -> Result<Self, RegisterError> {
        let n = degree as u32;
        if n == 0 {
            return Err(RegisterError::NoCells);
        }
        if n > MAX_DEGREE {
            return Err(RegisterError::DegreeTooLarge(n));
        }
        if taps > u64::MAX >> (MAX_DEGREE - n) {
            return Err(RegisterError::TapsTooLarge(n));
        }
        Ok(Self { taps, degree, form: Form::Fibonacci, xnor: false })
    }

    /// c / x^k, where x^k is its largest power of x in it, in the same form; `None` if c = x^n.
    #[must_use]
    pub const fn without_singularity(self) -> Option<Self> {
        let k = self.singularity();
        if k == self.degree() {
            return None;
        }
        Some(Self { taps: self.taps >> k, degree: self.degree - k as u8, ..self })
    }

    /// The same polynomial in another form.
    #[must_use]
    pub const fn with_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The same polynomial with plain (`false`) or complemented (`true`) feedback.
    #[must_use]
    pub const fn with_xnor(self, xnor: bool) -> Self {
        Self { xnor, ..self }
    }

    /// n, the number of cells: 1 to 64.
    #[must_use]
    pub const fn degree(&self) -> u32 {
        self.degree as u32
    }

    /// c(x), bit i = coefficient of x^i, leading term included.
    #[must_use]
    pub const fn characteristic(&self) -> u128 {
        1 << self.degree | self.taps as u128
    }

    /// The reciprocal of c(x): bit k set for each lag k, and bit 0.
    #[must_use]
    pub const fn feedback(&self) -> u128 {
        self.characteristic().reverse_bits() >> (127 - self.degree())
    }

    /// Where the XOR gates sit.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Whether the feedback is complemented.
    #[must_use]
    pub const fn xnor(&self) -> bool {
        self.xnor
    }

    /// The lags k in ascending order: y\[t\] = XOR of y\[t-k\].
    pub const fn lags(&self) -> Lags {
        Lags(self.galois_mask())
    }

    /// A mask of n ones: every state is at most this.
    #[must_use]
    pub const fn state_mask(&self) -> u64 {
        u64::MAX >> (MAX_DEGREE.wrapping_sub(self.degree()) & 63)
    }

    /// Fibonacci taps: bit j set if s\[t+j\] feeds back (c_j = 1, j < n).
    #[must_use]
    pub const fn taps(&self) -> u64 {
        self.taps
    }

    /// Galois mask: bit k-1 set for each lag k.
    #[must_use]
    pub const fn galois_mask(&self) -> u64 {
        self.taps().reverse_bits() >> (MAX_DEGREE - self.degree())
    }

    /// k, where c = x^k g with g(0) = 1: 0 if the map is a permutation, else the longest preperiod.
    #[must_use]
    pub const fn singularity(&self) -> u32 {
        if self.taps == 0 { self.degree() } else { self.taps.trailing_zeros() }
    }

    /// Whether some states have no predecessor (c_0 = 0).
    #[must_use]
    pub const fn is_singular(&self) -> bool {
        self.singularity() > 0
    }

    /// 2^n, the number of states.
    #[must_use]
    pub const fn state_count(&self) -> u128 {
        1 << self.degree()
    }

    /// 2^(n-k), the number of states that lie on a cycle.
    #[must_use]
    pub const fn cyclic_state_count(&self) -> u128 {
        1 << (self.degree() - self.singularity())
    }

    /// The state after one step: the definition everything else is tested against. O(1).
    #[must_use]
    #[inline]
    pub const fn step(&self, state: u64) -> u64 {
        match self.form {
            Form::Fibonacci => {
                let feedback = (state & self.taps()).count_ones() as u64 & 1 ^ self.xnor as u64;
                state >> 1 | feedback << (self.degree() - 1)
            }
            Form::Galois => {
                let flip = if self.xnor { self.state_mask() } else { 0 };
                let state = state ^ flip;
                (state >> 1) ^ (self.galois_mask() & (state & 1).wrapping_neg()) ^ flip
            }
        }
    }

    /// The state before `state`, or `None` if the register is singular (there are then two such states or none).
    #[must_use]
    pub const fn step_back(&self, state: u64) -> Option<u64> {
        if self.is_singular() {
            return None;
        }
        let top = self.degree() - 1;
        Some(match self.form {
            Form::Fibonacci => {
                // All taps but bit 0 are now one place lower.
                let rest = ((state & (self.taps() >> 1)).count_ones() as u64 ^ state >> top ^ self.xnor as u64) & 1;
                (state << 1 & self.state_mask()) | rest
            }
            Form::Galois => {
                let flip = if self.xnor { self.state_mask() } else { 0 };
                let state = state ^ flip;
                let out = state >> top;
                let unmixed = state ^ (self.galois_mask() & out.wrapping_neg());
                (unmixed << 1 & self.state_mask() | out) ^ flip
            }
        })
    }

    /// The bit that leaves the register at the next step: bit 0 of the state.
    #[must_use]
    pub const fn output(&self, state: u64) -> u64 {
        state & 1
    }
}

/// The lags of a recurrence in ascending order: [`Register::lags`].
#[derive(Debug, Clone, Copy)]
pub struct Lags(u64);

impl Iterator for Lags {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let lag = self.0.trailing_zeros() + 1;
        let rest = self.0.checked_sub(1)?;
        self.0 &= rest;
        Some(lag)
    }
}

/// `char:x^16+x^5+x^3+x^2+1; galois xnor`: what [`crate::notation`] reads back.
impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "char:{}", crate::notation::Polynomial(self.characteristic()))?;
        show_words(self.form, self.xnor, f)
    }
}

/// What stands behind the polynomial: nothing for the Fibonacci form with XOR gates.
fn show_words(form: Form, xnor: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(match (form, xnor) {
        (Form::Fibonacci, false) => "",
        (Form::Fibonacci, true) => "; xnor",
        (Form::Galois, false) => "; galois",
        (Form::Galois, true) => "; galois xnor",
    })
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Register({:#x}, {}", self.characteristic(), self.form)?;
        f.write_str(if self.xnor { ", xnor)" } else { ")" })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The next word of a generator whose state is a number.
    pub(crate) fn splitmix(state: &mut u64) -> u64 {
        let mut random = crate::random::SplitMix64(*state);
        let word = random.next_word();
        *state = random.0;
        word
    }

    /// Sparse, dense, singular, complemented: several registers of every degree and form.
    pub(crate) fn registers_of_every_degree() -> impl Iterator<Item = Register> {
        let mut random = 7;
        (1..=64u32).flat_map(move |n| {
            let low = splitmix(&mut random) as u128 & ((1 << n) - 1);
            let few = 1 | 1u128 << (splitmix(&mut random) % u64::from(n));
            [low | 1, low & !1, few, (1 << n) - 1, 0].into_iter().flat_map(move |low| {
                let plain = Register::from_characteristic(1 << n | low).unwrap();
                [Form::Fibonacci, Form::Galois]
                    .into_iter()
                    .flat_map(move |form| [false, true].map(|xnor| plain.with_form(form).with_xnor(xnor)))
            })
        })
    }

    fn all_small() -> impl Iterator<Item = Register> {
        (2..1u128 << 8).flat_map(|c| {
            [Form::Fibonacci, Form::Galois].into_iter().flat_map(move |form| {
                [false, true].map(|xnor| Register::from_characteristic(c).unwrap().with_form(form).with_xnor(xnor))
            })
        })
    }

    #[test]
    fn contract_examples() {
        // CONTRACT section 1: x^16+x^14+x^13+x^11+1 has the Galois mask 0xB400.
        let register = Register::from_characteristic(0x1002d).unwrap();
        assert_eq!(register.galois_mask(), 0xB400);
        assert_eq!(register.feedback(), 1 << 16 | 1 << 14 | 1 << 13 | 1 << 11 | 1);
        let mut state = 0xACE1;
        let galois = register.with_form(Form::Galois);
        state = galois.step(state);
        assert_eq!(state, 0xACE1 >> 1 ^ 0xB400);
    }

    #[test]
    fn step_back_undoes_step() {
        for register in all_small().filter(|r| !r.is_singular()) {
            for state in 0..=register.state_mask() {
                let next = register.step(state);
                assert!(next <= register.state_mask());
                assert_eq!(register.step_back(next), Some(state), "{register:?} {state:#x}");
            }
        }
    }

    #[test]
    fn both_forms_obey_the_recurrence() {
        for register in all_small().filter(|r| !r.xnor()) {
            let n = register.degree() as usize;
            for seed in 0..=register.state_mask() {
                let mut state = seed;
                let mut bits = [0u64; 40];
                for bit in &mut bits {
                    *bit = register.output(state);
                    state = register.step(state);
                }
                for t in n..bits.len() {
                    let sum = register.lags().fold(0, |sum, k| sum ^ bits[t - k as usize]);
                    assert_eq!(bits[t], sum, "{register:?} seed {seed:#x} bit {t}");
                }
            }
        }
    }

    #[test]
    fn degrees_1_and_64() {
        assert_eq!(Register::from_characteristic(1), Err(RegisterError::NoCells));
        assert_eq!(Register::from_characteristic(1 << 65), Err(RegisterError::DegreeTooLarge(65)));
        assert_eq!(Register::from_taps(8, 0xff).map(|r| r.characteristic()), Ok(0x1ff));
        assert_eq!(Register::from_taps(8, 0x1ff), Err(RegisterError::TapsTooLarge(8)));
        assert_eq!(Register::from_taps(65, 1), Err(RegisterError::DegreeTooLarge(65)));
        let one = Register::from_characteristic(0b11).unwrap();
        assert_eq!((one.degree(), one.state_mask(), one.step(1), one.step(0)), (1, 1, 1, 0));
        let wide = Register::from_characteristic(1 << 64 | 0x1b).unwrap();
        for form in [Form::Fibonacci, Form::Galois] {
            let wide = wide.with_form(form);
            let state = 0x8000_0000_dead_beef;
            assert_eq!(wide.step_back(wide.step(state)), Some(state));
        }
    }
}
