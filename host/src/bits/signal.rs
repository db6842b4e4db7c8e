//! [`Signal`]: a register and how its sequence is sent: from which state, complemented or not.

use core::str::FromStr;

use lfsr_core::{
    algebra::{BigUint, Direction},
    bit_order::BitOrder,
    catalogue::Entry,
    notation::Notation,
    poly::Poly,
    register::{AnyRegister, Shift},
    stream::{Blocks, LongWords, Style, force_ones},
    vector::Backend,
};

use super::state::{StateError, parse_state, show_state};
use crate::input::{Defaults, InputError, notation};

/// A REGISTER as something that sends bits.
#[derive(Debug, Clone)]
pub struct Signal {
    /// The register.
    pub register: AnyRegister,
    /// The catalogue's entry, if it was given by name.
    pub entry: Option<&'static Entry>,
    /// Which way it shifts: how its contents are written.
    pub shift: Shift,
    /// The state that it holds before the first bit, whichever way its contents are written.
    pub held: Poly,
    /// Steps by which the output is ahead of the bit that leaves.
    pub lead: u32,
    /// Sent complemented.
    pub inverted: bool,
    /// A 1 is forced before this many zeros; 0: never.
    pub zero_limit: u8,
}

/// What a register starts from if nobody says: all ones, with XNOR gates zero.
fn usual_start(register: &AnyRegister) -> Poly {
    if register.xnor() { Poly::zero() } else { register.ones() }
}

impl Signal {
    /// A register that starts from all ones (XNOR: zero), as it is.
    #[must_use]
    pub fn plain(register: &AnyRegister, shift: Shift) -> Self {
        let held = usual_start(register);
        Self { register: register.clone(), entry: None, shift, held, lead: 0, inverted: false, zero_limit: 0 }
    }

    /// What a text stands for: a name brings its seed, shift, output and inversion, anything else starts from all ones (XNOR: zero).
    ///
    /// With another form or other gates than its entry's, a name brings its polynomial and inversion only.
    #[must_use]
    pub fn new(notation: &Notation, defaults: Defaults) -> Self {
        let register = defaults.register(notation);
        let entry = notation.entry;
        let (same, shift) = (defaults.as_entry(notation), defaults.shift(notation));
        let held = match same.and_then(|entry| entry.seed.map(|seed| entry.shift.turn(seed, entry.register().degree())))
        {
            Some(seed) => Poly::from_u128(seed.into()),
            None => usual_start(&register),
        };
        let lead = same.map_or(0, Entry::lead);
        Self {
            entry,
            shift,
            held,
            lead,
            inverted: entry.is_some_and(Entry::is_inverted),
            zero_limit: entry.map_or(0, |entry| entry.zero_limit),
            register,
        }
    }

    /// The state whose output is the sequence from its first bit on.
    #[must_use]
    pub fn start(&self) -> Poly {
        match self.lead {
            0 => self.held.clone(),
            // Forward there is always a state.
            lead => self.register.jump(&self.held, &lead.into(), Direction::Forward).unwrap_or_default(),
        }
    }

    /// The signal backwards: from its first bit on the bits before. `None` if the register is singular, which forgets them, or forces
    /// ones.
    #[must_use]
    pub fn reversed(&self) -> Option<Self> {
        let sequence = self.register.sequence();
        if sequence.is_singular() || self.zero_limit > 0 {
            return None;
        }
        let n = sequence.degree();
        // The first bit and the n - 1 before it.
        let first = self.register.jump(&self.start(), &(n - 1).into(), Direction::Back)?;
        let window = Shift::Left.turn_poly(&self.register.output_from_state(&first), n);
        let register = AnyRegister::from_characteristic(sequence.characteristic().reciprocal()).ok()?;
        Some(self.sending(register.with_xnor(sequence.xnor()), window))
    }

    /// Every m-th bit of the signal, the first one included; `None` if it forces ones, or nothing but zeros are left.
    #[must_use]
    pub fn decimated(&self, m: &BigUint) -> Option<Self> {
        if self.zero_limit > 0 {
            return None;
        }
        let (register, state) = self.register.decimated(&self.start(), m)?;
        Some(self.sending(register, state))
    }

    /// Another register and state with the same polarity.
    fn sending(&self, register: AnyRegister, held: Poly) -> Self {
        Self { register, entry: None, shift: Shift::Right, held, lead: 0, inverted: self.inverted, zero_limit: 0 }
    }

    /// Reads a state, written the way that the register shifts.
    ///
    /// # Errors
    /// If it is no number, or wider than the register.
    pub fn read(&self, text: &str) -> Result<Poly, StateError> {
        let n = self.register.degree();
        Ok(self.shift.turn_poly(&parse_state(text, n)?, n))
    }

    /// A state in hexadecimal, written the way that the register shifts.
    #[must_use]
    pub fn written(&self, state: &Poly) -> String {
        let n = self.register.degree();
        show_state(&self.shift.turn_poly(state, n), n)
    }

    /// The bits from [`Signal::start`] on, in this order; complemented too if the signal is.
    #[must_use]
    pub fn bits(&self, order: BitOrder) -> Bits {
        let style = Style { order, inverted: self.inverted };
        let start = self.start();
        let source = match self.register.narrow() {
            Some(register) if self.zero_limit == 0 => {
                let state = start.to_u128().unwrap_or(0) as u64;
                return Bits(Kind::Fast(Box::new(Blocks::new(&register, state, style, Backend::detect()))));
            }
            Some(register) => {
                let state = start.to_u128().unwrap_or(0) as u64;
                Plain::Blocks(Box::new(Blocks::new(&register, state, Style::PLAIN, Backend::detect())))
            }
            None => Plain::Long(self.register.words(&start)),
        };
        let mut source = Slow { source, pending: 0, limit: self.zero_limit, style };
        source.pending = source.source.next_word();
        Bits(Kind::Slow(source))
    }
}

impl FromStr for Signal {
    type Err = InputError;

    /// Any notation; where it says nothing else, a Fibonacci register with XOR gates.
    fn from_str(text: &str) -> Result<Self, InputError> {
        Ok(Self::new(&notation(text)?, Defaults::default()))
    }
}

/// Bits without end.
#[derive(Debug, Clone)]
pub struct Bits(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Fast(Box<Blocks>),
    Slow(Slow),
}

#[derive(Debug, Clone)]
enum Plain {
    Blocks(Box<Blocks>),
    Long(LongWords),
}

/// Whatever needs more than the recurrence of words.
#[derive(Debug, Clone)]
struct Slow {
    source: Plain,
    /// The word after the last one given out.
    pending: u64,
    limit: u8,
    style: Style,
}

impl Bits {
    /// The next words.
    pub fn fill(&mut self, out: &mut [u64]) {
        match &mut self.0 {
            Kind::Fast(blocks) => blocks.fill(out),
            Kind::Slow(slow) => out.iter_mut().for_each(|word| *word = slow.next_word()),
        }
    }
}

impl Slow {
    fn next_word(&mut self) -> u64 {
        let next = self.source.next_word();
        let word = force_ones(self.pending, next, self.limit);
        self.pending = next;
        self.style.order.word(word) ^ if self.style.inverted { u64::MAX } else { 0 }
    }
}

impl Plain {
    fn next_word(&mut self) -> u64 {
        match self {
            Self::Blocks(blocks) => blocks.next_word(),
            Self::Long(words) => words.next_word(),
        }
    }
}
