//! [`Axes`]: a field with grid lines, round numbers at them, and names of what they count.

use super::svg::Svg;

/// A rectangle of a picture in which data are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axes {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
}

impl Axes {
    /// Where that share of the way to the right is, 0 to 1.
    pub(super) fn x(self, share: f64) -> i32 {
        self.left + (f64::from(self.right - self.left) * share.clamp(0.0, 1.0)).round() as i32
    }

    /// Where that share of the way up is, 0 to 1.
    pub(super) fn y(self, share: f64) -> i32 {
        self.bottom - (f64::from(self.bottom - self.top) * share.clamp(0.0, 1.0)).round() as i32
    }

    /// Lines across the way to the right, each with what is written below it.
    pub(super) fn across(self, svg: &mut Svg, marks: impl IntoIterator<Item = (f64, String)>) {
        for (share, text) in marks {
            let at = self.x(share);
            svg.put(format_args!("<path class=\"grid\" d=\"M{at} {}V{}\"/>", self.top, self.bottom));
            svg.text(at, self.bottom + 16, "middle small soft", &text);
        }
    }

    /// Lines across the way up, each with what is written beside it.
    pub(super) fn up(self, svg: &mut Svg, marks: impl IntoIterator<Item = (f64, String)>) {
        for (share, text) in marks {
            let at = self.y(share);
            svg.put(format_args!("<path class=\"grid\" d=\"M{} {at}H{}\"/>", self.left, self.right));
            svg.text(self.left - 6, at + 4, "end small soft", &text);
        }
    }

    /// What the axes count.
    pub(super) fn named(self, svg: &mut Svg, across: &str, up: &str) {
        svg.text((self.left + self.right) / 2, self.bottom + 34, "middle small ink", across);
        svg.text(self.left, self.top - 8, "small ink", up);
    }
}

/// Round numbers from 0 to `most` (at least 1), seven at most, as shares of it and in letters.
pub(super) fn round_marks(most: f64) -> Vec<(f64, String)> {
    let most = most.max(1.0);
    ticks(most as u64).into_iter().map(|tick| (tick as f64 / most, grouped(tick))).collect()
}

/// Round numbers from 0 on, seven at most.
fn ticks(most: u64) -> Vec<u64> {
    let mut step = 1;
    // 1, 2, 5, 10, 20, 50 and so on.
    while most / step > 6 {
        step = if step.to_string().starts_with('2') { step / 2 * 5 } else { step * 2 };
    }
    (0..=most / step).map(|i| i * step).collect()
}

/// All digits, or with a letter if they are many: `200 M`.
fn grouped(number: u64) -> String {
    let units = [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    let is_shorter = |unit: u64| number >= 10_000 && number >= unit && number.is_multiple_of(unit / 10);
    match units.into_iter().find(|(unit, _)| is_shorter(*unit)) {
        Some((unit, letter)) if number.is_multiple_of(unit) => format!("{} {letter}", number / unit),
        Some((unit, letter)) => format!("{:.1} {letter}", number as f64 / unit as f64),
        None => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        for most in 1..3000 {
            let ticks = ticks(most);
            assert!((1..=8).contains(&ticks.len()) && ticks.last() <= Some(&most), "{most}: {ticks:?}");
        }
        assert_eq!(ticks(400), [0, 100, 200, 300, 400]);
        assert_eq!([0, 9999, 10_000, 250_000_000, 12_500_000].map(grouped), ["0", "9999", "10 k", "250 M", "12.5 M"]);
    }
}
