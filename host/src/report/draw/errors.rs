//! [`Errors`]: where the wrong bits of a stream lie: along it, within words or frames, and how far from each other.

use core::{fmt::Write as _, ops::Range};

use lfsr_core::check::Report;

use super::{
    axes::{Axes, round_marks},
    svg::Svg,
};
use crate::bits::{
    interval::interval,
    wrong::{Fold, Parts, Wrong},
};

/// The wrong bits of a stream that was checked.
#[derive(Debug)]
pub struct Errors {
    report: Report<Wrong>,
    parts: Parts,
}

/// Places of a fold that are drawn side by side.
const MOST_BARS: usize = 256;

impl Errors {
    /// Of a finished check.
    #[must_use]
    pub fn new(mut report: Report<Wrong>) -> Self {
        let bits = report.bits;
        let parts = report.details.along(bits);
        Self { report, parts }
    }

    /// What the picture shows, in a line.
    #[must_use]
    pub fn verdict(&self) -> String {
        let Report { errors, compared, bursts, .. } = self.report;
        if errors == 0 {
            return format!("no wrong bit among {compared} compared");
        }
        let fold = match self.report.details.clearest() {
            Some((fold, true)) => {
                let (place, count) = fold.most();
                format!("uneven in words of {} bits: {count} at bit {place}", fold.bits)
            }
            _ => "as even in all words and frames as chance makes them".to_owned(),
        };
        format!("{errors} of {compared} compared bits wrong, in {bursts} bursts; {fold}")
    }

    /// `what,from,to,errors`: parts of the stream (`part`), places in each word (`fold 8`), distances (`gap`); to is not included.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "what,from,to,errors\n".to_owned();
        for (i, count) in self.parts.counts.iter().enumerate() {
            let range = self.parts.range(i);
            let _ = writeln!(text, "part,{},{},{count}", range.start, range.end);
        }
        for Fold { bits, counts } in self.report.details.folds() {
            for (place, count) in counts.iter().enumerate() {
                let _ = writeln!(text, "fold {bits},{place},{},{count}", place + 1);
            }
        }
        for (power, count) in self.report.details.details.gaps.iter().enumerate().filter(|(_, count)| **count > 0) {
            let _ = writeln!(text, "gap,{},{},{count}", 1u64 << power, 1u128 << (power + 1));
        }
        text
    }

    /// The picture.
    #[must_use]
    pub fn svg(&self, name: &str) -> String {
        let title = format!("Wrong bits of {name}");
        let told = self.verdict();
        let mut svg = Svg::plot(&title, &told, 720);
        self.along(&mut svg, Axes { left: 64, right: 616, top: 84, bottom: 244 });
        self.folded(&mut svg, Axes { left: 64, right: 616, top: 320, bottom: 460 });
        self.apart(&mut svg, Axes { left: 64, right: 616, top: 536, bottom: 676 });
        svg.finish(&told)
    }

    /// The rate in each part of the stream, with the interval that holds it with 95 % confidence.
    fn along(&self, svg: &mut Svg, axes: Axes) {
        let bits = self.report.bits.max(1);
        let rates: Vec<(f64, f64, (f64, f64))> = self
            .parts
            .counts
            .iter()
            .enumerate()
            .map(|(i, &errors)| {
                let Range { start: from, end: to } = self.parts.range(i);
                let middle = (from + to) as f64 / 2.0 / bits as f64;
                (middle, errors as f64 / (to - from) as f64, interval(errors, to - from))
            })
            .collect();
        // A short last part has a wide interval, which would make all others small.
        let most =
            rates.iter().enumerate().filter(|(i, _)| self.parts.is_whole(*i)).map(|(_, (_, _, (_, high)))| *high);
        let most = most.fold(1.0 / bits as f64, f64::max);
        axes.across(svg, round_marks(bits as f64));
        axes.up(
            svg,
            (0..=4).map(|i| {
                (f64::from(i) / 4.0, if i == 0 { "0".into() } else { format!("{:.1e}", most * f64::from(i) / 4.0) })
            }),
        );
        axes.named(
            svg,
            "bits received",
            &format!("wrong bits per bit, each {} bits, and the 95 % interval", self.parts.part_bits),
        );
        let mut bars = String::new();
        for &(middle, _, (low, high)) in &rates {
            let _ = write!(bars, "M{} {}V{}", axes.x(middle), axes.y(low / most), axes.y(high / most));
        }
        svg.put(format_args!("<path class=\"grid\" d=\"{bars}\"/>"));
        for (i, (middle, rate, _)) in rates.into_iter().enumerate() {
            let Range { start: from, end: to } = self.parts.range(i);
            svg.put(format_args!(
                "<circle class=\"point\" cx=\"{}\" cy=\"{}\" r=\"2\"><title>bits {from} to {}: {} wrong</title></circle>",
                axes.x(middle),
                axes.y(rate / most),
                to - 1,
                self.parts.counts[i]
            ));
        }
    }

    /// Wrong bits at each place of a word, in the length that shows most.
    fn folded(&self, svg: &mut Svg, axes: Axes) {
        let Some((fold, _)) = self.report.details.clearest() else { return };
        let places = fold.counts.len();
        let group = places.div_ceil(MOST_BARS);
        let bars: Vec<u64> = fold.counts.chunks(group).map(|counts| counts.iter().sum()).collect();
        let most = bars.iter().copied().max().unwrap_or(0).max(1);
        axes.up(svg, round_marks(most as f64));
        let named = if group == 1 { "bit of a word".to_owned() } else { format!("bit of a word, {group} bits a bar") };
        axes.named(svg, &named, &format!("wrong bits, folded by {} bits", fold.bits));
        let marks = round_marks(places as f64 - 1.0);
        axes.across(
            svg,
            marks.into_iter().map(|(share, text)| ((share * (places - 1) as f64 + 0.5) / places as f64, text)),
        );
        bars_of(svg, axes, &bars, most, |i| {
            let from = i * group;
            let to = (from + group).min(places) - 1;
            if from == to { format!("bit {from}") } else { format!("bits {from} to {to}") }
        });
        // What independent errors have.
        let even = self.report.errors as f64 * group as f64 / places as f64 / most as f64;
        svg.put(format_args!(
            "<path class=\"other\" stroke-dasharray=\"5 4\" d=\"M{} {}H{}\"/>",
            axes.left,
            axes.y(even),
            axes.right
        ));
    }

    /// From one wrong bit to the next, with what independent errors of that rate have.
    fn apart(&self, svg: &mut Svg, axes: Axes) {
        let gaps = &self.report.details.details.gaps;
        let last = gaps.iter().rposition(|count| *count > 0).map_or(8, |last| last + 1).max(8);
        let total: u64 = gaps.iter().sum();
        let rate = self.report.rate();
        // The share of distances from 2^i to 2^(i+1) - 1 of a geometric distribution.
        let longer = |bits: f64| ((bits - 1.0) * (-rate).ln_1p()).exp();
        let chance: Vec<f64> =
            (0..last).map(|i| total as f64 * (longer(2f64.powi(i as i32)) - longer(2f64.powi(i as i32 + 1)))).collect();
        let highest = chance.iter().copied().fold(0.0, f64::max) as u64;
        let most = gaps.iter().copied().max().unwrap_or(0).max(highest).max(1);
        axes.up(svg, round_marks(most as f64));
        let step = last.div_ceil(8);
        axes.across(svg, (0..last).step_by(step).map(|i| (i as f64 / last as f64, power_of_two(i))));
        axes.named(svg, "bits from one wrong bit to the next", "wrong bits");
        bars_of(svg, axes, &gaps[..last], most, |i| format!("{} to {} bits", 1u64 << i, (1u128 << (i + 1)) - 1));
        if rate > 0.0 {
            let points: Vec<String> = chance
                .iter()
                .enumerate()
                .map(|(i, count)| format!("{} {}", axes.x((i as f64 + 0.5) / last as f64), axes.y(count / most as f64)))
                .collect();
            svg.put(format_args!("<path class=\"other\" stroke-dasharray=\"5 4\" d=\"M{}\"/>", points.join("L")));
            svg.text(axes.right, axes.top - 8, "end small mark", "dashed: independent errors");
        }
    }
}

/// Bars side by side over the whole width.
fn bars_of(svg: &mut Svg, axes: Axes, counts: &[u64], most: u64, name: impl Fn(usize) -> String) {
    let count = counts.len().max(1) as f64;
    for (i, &value) in counts.iter().enumerate().filter(|(_, value)| **value > 0) {
        let (left, right) = (axes.x(i as f64 / count), axes.x((i + 1) as f64 / count));
        let top = axes.y(value as f64 / most as f64);
        // A gap between bars, unless they are as narrow as that.
        let width = if right - left > 3 { right - left - 1 } else { (right - left).max(1) };
        svg.put(format_args!(
            "<rect class=\"bar\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{}\"><title>{}: {value}</title></rect>",
            (axes.bottom - top).max(1),
            name(i)
        ));
    }
}

/// `1 k` for 2^10.
fn power_of_two(power: usize) -> String {
    match power {
        0..10 => (1u64 << power).to_string(),
        10..20 => format!("{} k", 1u64 << (power - 10)),
        20..30 => format!("{} M", 1u64 << (power - 20)),
        _ => format!("2^{power}"),
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::{bit_order::BitOrder, check::Settings, random::SplitMix64};

    use super::*;
    use crate::bits::{
        probe::{AnyChecker, Bits},
        signal::Signal,
    };

    /// The errors of PRBS15 with these bits wrong.
    fn errors(wrong: &[u64], words: usize) -> Errors {
        let signal = "PRBS15".parse::<Signal>().expect("a name");
        let mut bits = vec![0; words];
        signal.bits(BitOrder::Lsb).fill(&mut bits);
        wrong.iter().for_each(|&at| bits[at as usize / 64] ^= 1 << (at % 64));
        let register = signal.register.narrow().expect("15 cells");
        let settings = Settings { order: BitOrder::Lsb, ..Settings::new(&register) };
        let mut checker = AnyChecker::keeping(Wrong::default(), &register, settings, true).expect("a sequence");
        checker.push(Bits { words: &bits, count: 64 * words as u64 });
        checker.finish();
        Errors::new(checker.report().clone())
    }

    #[test]
    fn the_table_has_every_error_where_it_was_made() {
        let mut random = SplitMix64(3);
        let mut wrong: Vec<u64> = (0..500).map(|_| 1000 + random.next_word() % 600_000).collect();
        wrong.sort_unstable();
        wrong.dedup();
        let errors = errors(&wrong, 10_000);
        let csv = errors.csv();
        let rows = csv.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        for row in rows {
            let [what, from, to, count] = row[..] else { panic!("{row:?}") };
            let (from, to): (u64, u128) = (from.parse().unwrap(), to.parse().unwrap());
            let within = |at: u64| at >= from && u128::from(at) < to;
            let expected = match what.strip_prefix("fold ") {
                Some(bits) => wrong.iter().filter(|at| within(**at % bits.parse::<u64>().unwrap())).count(),
                None if what == "part" => wrong.iter().filter(|at| within(**at)).count(),
                None => wrong.windows(2).filter(|pair| within(pair[1] - pair[0])).count(),
            };
            assert_eq!(count, expected.to_string(), "{what} {from} {to}");
        }
        // A point for each part, and bars for what is not zero.
        let svg = errors.svg("here");
        assert_eq!(svg.matches("<circle").count(), csv.lines().filter(|line| line.starts_with("part,")).count());
        assert!(svg.contains(&format!("{} of 640000 compared bits wrong", wrong.len())));
    }

    #[test]
    fn a_bad_bit_of_each_word_is_named() {
        let wrong: Vec<u64> = (100..700).map(|i| i * 66 * 8 + 17).collect();
        let verdict = errors(&wrong, 10_000).verdict();
        assert!(verdict.contains("600 of 640000") && verdict.contains("at bit 17"), "{verdict}");
        assert!(errors(&[], 1000).verdict().starts_with("no wrong bit"));
        assert!(!errors(&[], 1000).svg("here").contains("NaN"));
    }
}
