//! [`Unknowns`]: init and xorout of a CRC, key and constant of a digest: every frame says something of them.

use lfsr_core::gf2;

/// Linear equations for two of them, the one times something and the other added: bits 0 to w-1 of a row are coefficients of the one, bits w to 2w-1 of the other.
#[derive(Debug, Clone)]
pub(super) struct Unknowns {
    generator: u128,
    width: u32,
    /// Solved for their highest bits.
    rows: Vec<(u128, bool)>,
}

impl Unknowns {
    /// For a generator of at most 64 bits.
    pub(super) fn new(generator: u128) -> Self {
        Self { generator, width: gf2::degree(generator).unwrap_or(0), rows: vec![] }
    }

    /// How many bits of them are known.
    pub(super) fn known(&self) -> u32 {
        self.rows.len() as u32
    }

    /// factor times the one, plus the other, is that remainder. Returns false, and learns nothing, if that contradicts what is known.
    pub(super) fn learn(&mut self, factor: u128, remainder: u128) -> bool {
        let mut power = factor;
        let columns: Vec<u128> = (0..self.width)
            .map(|_| {
                let column = power;
                power = gf2::rem(power << 1, self.generator);
                column
            })
            .collect();
        let before = self.rows.len();
        for i in 0..self.width {
            let init = columns.iter().rev().fold(0, |row, column| row << 1 | column >> i & 1);
            if !self.equation(init | 1 << (self.width + i), remainder >> i & 1 == 1) {
                self.rows.truncate(before);
                return false;
            }
        }
        true
    }

    fn equation(&mut self, mut row: u128, mut value: bool) -> bool {
        for (other, is) in &self.rows {
            if row >> other.ilog2() & 1 == 1 {
                row ^= other;
                value ^= is;
            }
        }
        if row != 0 {
            self.rows.push((row, value));
        }
        row != 0 || !value
    }

    /// Whether they may have these values.
    pub(super) fn allow(&self, [init, added]: [u128; 2]) -> bool {
        let both = init | added << self.width;
        self.rows.iter().all(|(row, value)| ((row & both).count_ones() & 1 == 1) == *value)
    }

    /// Of the values that are possible the plainest: zeros or ones if they may be, else with zeros for what is not known.
    pub(super) fn plainest(&self) -> [u128; 2] {
        let ones = (1 << self.width) - 1;
        let plain = [0, ones].into_iter().flat_map(|init| [[init, 0], [init, ones]]);
        plain.into_iter().find(|&values| self.allow(values)).unwrap_or_else(|| {
            // init of zeros or ones, then whatever that makes of the other.
            let with_init = [0, ones].into_iter().find_map(|init| {
                let mut fixed = self.clone();
                (0..self.width).all(|i| fixed.equation(1 << i, init >> i & 1 == 1)).then(|| fixed.solved())
            });
            with_init.unwrap_or_else(|| self.solved())
        })
    }

    /// With zeros for the other if it may be so, else with zeros for whatever is not known.
    pub(super) fn without_other(&self) -> [u128; 2] {
        let mut fixed = self.clone();
        let is_possible = (self.width..2 * self.width).all(|i| fixed.equation(1 << i, false));
        if is_possible { fixed.solved() } else { self.solved() }
    }

    /// A solution, with zeros for what is not known.
    fn solved(&self) -> [u128; 2] {
        let mut both: u128 = 0;
        // Each row has bits below its highest, or above it that later rows are solved for.
        for (row, value) in self.rows.iter().rev() {
            let pivot = 1 << row.ilog2();
            if ((row & both & !pivot).count_ones() & 1 == 1) != *value {
                both |= pivot;
            }
        }
        [both & ((1 << self.width) - 1), both >> self.width]
    }
}
