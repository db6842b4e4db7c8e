//! [`Frame`]: which bits of a stream are scrambled, and where it starts afresh.

/// What is done with bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// They are scrambled, or descrambled.
    Scrambled,
    /// They pass, and the register stands still.
    Held,
    /// They pass, and the register steps.
    Stepped,
    /// They are complemented, and the register stands still.
    Complemented,
}

/// How a stream is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Frame {
    /// Not at all.
    #[default]
    Endless,
    /// Afresh after so many bits; 0: never.
    Bits(u64),
    /// Eight transport packets of DVB: afresh after the first sync byte, which is complemented; the other sync bytes pass while the register steps
    /// (ETSI EN 300 421, 4.4.1).
    Dvb,
    /// A frame of STS-N, N below 2^32 / 6480: 810 N bytes, of which the first 3 N (A1, A2, J0 and Z0) pass; afresh after them. STM-M is STS-3M (ITU-T G.707, 6.5).
    Sts(u32),
    /// Blocks of so many bits, of which the first pass while the register stands still; never afresh: 64B/66B (IEEE 802.3, 49.2.6), 128b/130b.
    Headed {
        /// Bits that pass.
        header: u32,
        /// Bits of a block, the header included.
        block: u32,
    },
}

/// Bits of a transport packet, and how many of them are in a frame.
const PACKET: u64 = 8 * 188;
const PACKETS: u64 = 8;

/// Of STS-1, in bits.
const STS: u64 = 8 * 810;
const STS_HEAD: u64 = 8 * 3;

impl Frame {
    /// 64B/66B.
    pub const B66: Self = Self::Headed { header: 2, block: 66 };
    /// 128b/130b.
    pub const B130: Self = Self::Headed { header: 2, block: 130 };

    /// Bits after which the scrambler starts afresh; `None`: never.
    #[must_use]
    pub const fn restarts_after(self) -> Option<u64> {
        match self {
            Self::Bits(bits) if bits > 0 => Some(bits),
            Self::Dvb => Some(PACKETS * PACKET),
            Self::Sts(n) => Some(STS * n as u64),
            Self::Endless | Self::Bits(_) | Self::Headed { .. } => None,
        }
    }

    /// What is done with bit `at` of a frame, and for how many bits from there on; 0 bits if the frame has ended.
    pub(super) fn part(self, at: u64) -> (Part, u64) {
        let head = |part, bits: u64, all: u64| {
            if at < bits { (part, bits - at) } else { (Part::Scrambled, all.saturating_sub(at)) }
        };
        match self {
            Self::Endless | Self::Bits(0) => (Part::Scrambled, u64::MAX - at),
            Self::Bits(bits) => (Part::Scrambled, bits.saturating_sub(at)),
            Self::Headed { header, block } => head(Part::Held, header.min(block).into(), block.into()),
            Self::Sts(n) => head(Part::Held, STS_HEAD * u64::from(n), STS * u64::from(n)),
            Self::Dvb if at >= PACKETS * PACKET => (Part::Scrambled, 0),
            Self::Dvb => match at % PACKET {
                first @ 0..8 if at < 8 => (Part::Complemented, 8 - first),
                first @ 0..8 => (Part::Stepped, 8 - first),
                later => (Part::Scrambled, PACKET - later),
            },
        }
    }
}

impl From<Option<u64>> for Frame {
    fn from(bits: Option<u64>) -> Self {
        bits.map_or(Self::Endless, Self::Bits)
    }
}
