//! [`Signal`]: a register and how its sequence is sent: from which state, complemented or not.

use core::str::FromStr;

use lfsr_core::{
    bit_order::BitOrder,
    catalogue::Entry,
    notation::Notation,
    poly::Poly,
    register::AnyRegister,
    stream::{Blocks, LongWords, Style, force_ones},
    vector::Backend,
};

use crate::input::{Defaults, InputError, notation};

/// A REGISTER as something that sends bits.
#[derive(Debug, Clone)]
pub struct Signal {
    /// The register.
    pub register: AnyRegister,
    /// The catalogue's entry, if it was given by name.
    pub entry: Option<&'static Entry>,
    /// The state to start from.
    pub start: Poly,
    /// Sent complemented.
    pub inverted: bool,
    /// A 1 is forced before this many zeros; 0: never.
    pub zero_limit: u8,
}

impl Signal {
    /// What a text stands for: a name brings its seed and inversion, anything else starts from all ones (XNOR: zero).
    #[must_use]
    pub fn new(notation: &Notation, defaults: Defaults) -> Self {
        let register = defaults.register(notation);
        let entry = notation.entry;
        let same = |entry: &&Entry| (entry.form, entry.xnor) == (register.form(), register.xnor());
        let start = match entry.filter(same) {
            Some(entry) => Poly::from_u128(entry.start().into()),
            None if register.xnor() => Poly::zero(),
            None => register.ones(),
        };
        Self {
            entry,
            start,
            inverted: entry.is_some_and(Entry::is_inverted),
            zero_limit: entry.map_or(0, |entry| entry.zero_limit),
            register,
        }
    }

    /// The bits from [`Signal::start`] on, in this order; complemented too if the signal is.
    #[must_use]
    pub fn bits(&self, order: BitOrder) -> Bits {
        let style = Style { order, inverted: self.inverted };
        let source = match self.register.narrow() {
            Some(register) if self.zero_limit == 0 => {
                let state = self.start.to_u128().unwrap_or(0) as u64;
                return Bits(Kind::Fast(Box::new(Blocks::new(&register, state, style, Backend::detect()))));
            }
            Some(register) => {
                let state = self.start.to_u128().unwrap_or(0) as u64;
                Plain::Blocks(Box::new(Blocks::new(&register, state, Style::PLAIN, Backend::detect())))
            }
            None => Plain::Long(self.register.words(&self.start)),
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
#[derive(Debug)]
pub struct Bits(Kind);

#[derive(Debug)]
enum Kind {
    Fast(Box<Blocks>),
    Slow(Slow),
}

#[derive(Debug)]
enum Plain {
    Blocks(Box<Blocks>),
    Long(LongWords),
}

/// Whatever needs more than the recurrence of words.
#[derive(Debug)]
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
