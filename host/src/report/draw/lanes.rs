//! [`LaneErrors`]: where the wrong bits of several lanes lie: a row for each, on one scale.

use core::ops::Range;

use super::{
    axes::{Axes, round_marks},
    svg::Svg,
};
use crate::{
    bits::{
        lanes::{Lane, LanesTest},
        wrong::{Parts, Wrong},
    },
    report::counted,
};

/// The wrong bits of lanes that were checked.
#[derive(Debug)]
pub struct LaneErrors {
    lanes: Vec<Row>,
}

/// A lane.
#[derive(Debug)]
struct Row {
    sequence: String,
    compared: u64,
    errors: u64,
    is_locked: bool,
    parts: Parts,
}

/// Where the rows are: labels stand to the left and right of them.
const LEFT: i32 = 64;
const RIGHT: i32 = 500;
const TOP: i32 = 84;

/// All rows together, and one of them, from the least to the most.
const ALL_HIGH: i32 = 720;
const ROW_HIGH: (i32, i32) = (4, 40);

/// What a label needs.
const LABEL_HIGH: i32 = 12;

impl LaneErrors {
    /// Of a finished check.
    #[must_use]
    pub fn of(test: &LanesTest<Wrong>) -> Self {
        let row = |lane: &Lane<Wrong>| {
            let report = lane.detailed();
            Row {
                sequence: lane.tested().name.clone(),
                compared: report.compared,
                errors: report.errors,
                is_locked: report.locks > 0,
                parts: report.details.clone().along(report.bits),
            }
        };
        Self { lanes: test.lanes().iter().map(row).collect() }
    }

    /// What the picture shows, in a line.
    #[must_use]
    pub fn verdict(&self) -> String {
        let sum = |of: fn(&Row) -> u64| self.lanes.iter().map(of).sum::<u64>();
        let (errors, compared) = (sum(|row| row.errors), sum(|row| row.compared));
        let silent = self.lanes.iter().filter(|row| !row.is_locked).count();
        let silent = if silent > 0 { format!("; {} without lock", counted(silent, "lane")) } else { String::new() };
        if errors == 0 {
            return format!("no wrong bit among {compared} compared{silent}");
        }
        let most = self.lanes.iter().enumerate().max_by_key(|(i, row)| (row.errors, core::cmp::Reverse(*i)));
        let (i, most) = most.map_or((0, 0), |(i, row)| (i, row.errors));
        format!("{errors} of {compared} compared bits wrong, {most} of them in lane {i}{silent}")
    }

    /// The picture.
    #[must_use]
    pub fn svg(&self, name: &str) -> String {
        let count = self.lanes.len().max(1) as i32;
        let high = (ALL_HIGH / count).clamp(ROW_HIGH.0, ROW_HIGH.1);
        let bottom = TOP + high * count;
        let told = self.verdict();
        let title = format!("Wrong bits of {} of {name}", counted(self.lanes.len(), "lane"));
        let mut svg = Svg::plot(&title, &told, bottom + 48);
        let bits = self.lanes.iter().map(|row| row.parts.bits).max().unwrap_or(0).max(1);
        let most = self.lanes.iter().filter_map(Row::most).fold(1.0 / bits as f64, f64::max);
        let axes = Axes { left: LEFT, right: RIGHT, top: TOP, bottom };
        axes.across(&mut svg, round_marks(bits as f64));
        axes.named(&mut svg, "bits of a lane", &format!("wrong bits per bit; a full row is {most:.1e}"));
        let every = (LABEL_HIGH as usize).div_ceil(high as usize);
        for (i, row) in self.lanes.iter().enumerate() {
            let top = TOP + high * i as i32;
            let own = Axes { top: top + 1, bottom: top + high - 1, ..axes };
            row.draw(&mut svg, own, i, bits, most);
            if i % every == 0 {
                let middle = top + high / 2 + 4;
                svg.text(LEFT - 6, middle, "end small ink", &format!("lane {i}"));
                svg.text(RIGHT + 6, middle, "small soft", &row.told());
            }
        }
        svg.finish(&told)
    }
}

impl Row {
    /// The highest rate of a part.
    fn most(&self) -> Option<f64> {
        let whole = (0..self.parts.counts.len()).filter(|i| self.parts.is_whole(*i));
        whole.map(|i| self.rate(i)).reduce(f64::max)
    }

    fn rate(&self, part: usize) -> f64 {
        let range = self.parts.range(part);
        self.parts.counts[part] as f64 / (range.end - range.start) as f64
    }

    fn told(&self) -> String {
        if self.is_locked { format!("{} wrong, {}", self.errors, self.sequence) } else { "no lock".into() }
    }

    /// A line to stand on, and a bar for each part with wrong bits.
    fn draw(&self, svg: &mut Svg, axes: Axes, lane: usize, bits: u64, most: f64) {
        svg.put(format_args!("<path class=\"grid\" d=\"M{} {}H{}\"/>", axes.left, axes.bottom, axes.right));
        for (i, &errors) in self.parts.counts.iter().enumerate().filter(|(_, errors)| **errors > 0) {
            let Range { start, end } = self.parts.range(i);
            let [left, right] = [start, end].map(|at| axes.x(at as f64 / bits as f64));
            let top = axes.y(self.rate(i) / most).min(axes.bottom - 1);
            svg.put(format_args!(
                "<rect class=\"bar\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\"><title>lane {lane}, bits {start} to {}: {errors} wrong</title></rect>",
                (right - left).max(1),
                axes.bottom - top,
                end - 1
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bits: u64, parts: &[u64], part_bits: u64) -> Row {
        let errors = parts.iter().sum();
        Row {
            sequence: "PRBS15".into(),
            compared: bits,
            errors,
            is_locked: true,
            parts: Parts { bits, part_bits, counts: parts.to_vec() },
        }
    }

    #[test]
    fn a_bar_for_each_part_with_wrong_bits_on_one_scale() {
        let mut lanes: Vec<Row> =
            vec![row(1000, &[0, 1, 0, 2], 256), row(1000, &[0; 4], 256), row(900, &[64, 0, 8, 0], 256)];
        lanes.push(Row { is_locked: false, ..row(1000, &[0; 4], 256) });
        let errors = LaneErrors { lanes };
        assert_eq!(errors.verdict(), "75 of 3900 compared bits wrong, 72 of them in lane 2; 1 lane without lock");
        let svg = errors.svg("here");
        assert_eq!((svg.matches("class=\"bar\"").count(), svg.matches("no lock").count()), (4, 1), "{svg}");
        // A quarter of the bits wrong is the whole row of 40 less the space between rows; an eighth of that is an eighth of it.
        let high = |title: &str| {
            let mark = svg.lines().find(|line| line.contains(title)).unwrap();
            mark.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse::<u32>().unwrap()
        };
        assert_eq!((high("lane 2, bits 0 to 255: 64 wrong"), high("lane 2, bits 512 to 767: 8 wrong")), (38, 5));
        assert!(svg.contains("a full row is 2.5e-1") && svg.contains("lane 0, bits 768 to 999: 2 wrong"));
    }

    #[test]
    fn no_lane_no_bit_and_a_thousand_lanes() {
        for lanes in [vec![], vec![row(0, &[], 1)], (0..1024).map(|i| row(10, &[i % 2], 16)).collect()] {
            let errors = LaneErrors { lanes };
            let svg = errors.svg("here");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert!(errors.lanes.len() < 1024 || svg.matches(">lane ").count() < 1024);
        }
    }
}
