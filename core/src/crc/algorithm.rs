//! [`Algorithm`]: the six parameters of a CRC.

use core::fmt;

/// The parameters of a CRC, named as in the catalogue of CRC RevEng.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Algorithm {
    width: u32,
    poly: u128,
    init: u128,
    refin: bool,
    refout: bool,
    xorout: u128,
}

/// Parameters that do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlgorithmError {
    /// The width is not 1 to 128.
    Width(u32),
    /// A value has more bits than the width; which one.
    TooWide(&'static str),
    /// No term but the highest: the checksum would not depend on the message.
    NoPolynomial,
}

impl Algorithm {
    /// With init and xorout zero, nothing reflected. `poly` is the generator without its highest term x^width.
    ///
    /// # Errors
    /// If the width is not 1 to 128, or the polynomial is zero or does not fit.
    pub const fn new(width: u32, poly: u128) -> Result<Self, AlgorithmError> {
        if width == 0 || width > 128 {
            return Err(AlgorithmError::Width(width));
        }
        if poly == 0 {
            return Err(AlgorithmError::NoPolynomial);
        }
        if poly > u128::MAX >> (128 - width) {
            return Err(AlgorithmError::TooWide("poly"));
        }
        Ok(Self { width, poly, init: 0, refin: false, refout: false, xorout: 0 })
    }

    /// With other contents before the first bit of the message; bit width-1 is the first to be fed back, whatever is reflected.
    ///
    /// # Errors
    /// If the value has more bits than the width.
    pub const fn with_init(self, init: u128) -> Result<Self, AlgorithmError> {
        if init > self.mask() { Err(AlgorithmError::TooWide("init")) } else { Ok(Self { init, ..self }) }
    }

    /// With another value added to the result after it was reflected.
    ///
    /// # Errors
    /// If the value has more bits than the width.
    pub const fn with_xorout(self, xorout: u128) -> Result<Self, AlgorithmError> {
        if xorout > self.mask() { Err(AlgorithmError::TooWide("xorout")) } else { Ok(Self { xorout, ..self }) }
    }

    /// With bytes read least significant bit first (`refin`), the result reversed (`refout`).
    #[must_use]
    pub const fn with_reflection(self, refin: bool, refout: bool) -> Self {
        Self { refin, refout, ..self }
    }

    /// Bits of the checksum: 1 to 128.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// The generator polynomial without its highest term: bit i is the coefficient of x^i.
    #[must_use]
    pub const fn poly(&self) -> u128 {
        self.poly
    }

    /// The contents before the first bit.
    #[must_use]
    pub const fn init(&self) -> u128 {
        self.init
    }

    /// Whether bytes are read least significant bit first.
    #[must_use]
    pub const fn refin(&self) -> bool {
        self.refin
    }

    /// Whether the result is reversed.
    #[must_use]
    pub const fn refout(&self) -> bool {
        self.refout
    }

    /// What is added to the result at the end.
    #[must_use]
    pub const fn xorout(&self) -> u128 {
        self.xorout
    }

    /// The checksum of the text `123456789`, by which algorithms are told apart.
    #[must_use]
    pub fn check(&self) -> u128 {
        let bits = |byte: u8| if self.refin { byte } else { byte.reverse_bits() };
        let register = b"123456789".iter().fold(self.reflected(self.init), |register, byte| {
            (0..8).fold(register ^ u128::from(bits(*byte)), |register, _| super::step(self, register))
        });
        self.presented(register) ^ self.xorout
    }

    /// What is in the register after a good message and its checksum, reversed if bytes are, before xorout is added.
    #[must_use]
    pub const fn residue(&self) -> u128 {
        // A good message ends as if the register had held xorout and width zeros had followed.
        let start = if self.refout { self.xorout } else { self.reflected(self.xorout) };
        let (mut register, mut i) = (start, 0);
        while i < self.width {
            register = super::step(self, register);
            i += 1;
        }
        if self.refin { register } else { self.reflected(register) }
    }

    /// A register, bit 0 the next to leave, as the result shows it.
    pub(super) const fn presented(&self, register: u128) -> u128 {
        if self.refout { register } else { self.reflected(register) }
    }

    /// The bits of a value of this width in reverse order.
    #[must_use]
    pub const fn reflected(&self, value: u128) -> u128 {
        value.reverse_bits() >> (128 - self.width)
    }

    const fn mask(&self) -> u128 {
        u128::MAX >> (128 - self.width)
    }
}

impl fmt::Display for AlgorithmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Width(width) => write!(f, "width {width}: a checksum has 1 to 128 bits"),
            Self::TooWide(which) => write!(f, "{which} has more bits than the width"),
            Self::NoPolynomial => write!(f, "poly is 0: give the generator without its highest term, such as 0x1021"),
        }
    }
}

impl core::error::Error for AlgorithmError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_go_together_is_refused() {
        assert_eq!(Algorithm::new(0, 1), Err(AlgorithmError::Width(0)));
        assert_eq!(Algorithm::new(129, 1), Err(AlgorithmError::Width(129)));
        assert_eq!(Algorithm::new(8, 0), Err(AlgorithmError::NoPolynomial));
        assert_eq!(Algorithm::new(8, 0x107), Err(AlgorithmError::TooWide("poly")));
        let crc8 = Algorithm::new(8, 7).unwrap();
        assert_eq!(crc8.with_init(0x100), Err(AlgorithmError::TooWide("init")));
        assert_eq!(crc8.with_xorout(0x100), Err(AlgorithmError::TooWide("xorout")));
        assert!(Algorithm::new(128, u128::MAX).unwrap().with_init(u128::MAX).is_ok());
        assert_eq!(crc8.check(), 0xf4);
    }
}
