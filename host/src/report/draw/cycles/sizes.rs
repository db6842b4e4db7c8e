//! [`Sizes`]: cycles of any register by period and number, both on logarithmic axes.

use core::fmt::Write as _;

use lfsr_core::algebra::{BigUint, Cycles};

use super::super::{axes::Axes, svg::Svg};

/// Every period with the number of its cycles.
#[derive(Debug, Clone)]
pub struct Sizes {
    cycles: Vec<Cycles>,
}

impl Sizes {
    /// Of cycles as algebra or an enumeration has them.
    #[must_use]
    pub const fn new(cycles: Vec<Cycles>) -> Self {
        Self { cycles }
    }

    /// `period,count`.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "period,count\n".to_owned();
        for Cycles { period, count } in &self.cycles {
            let _ = writeln!(text, "{period},{count}");
        }
        text
    }

    /// The picture: a point for each period.
    #[must_use]
    pub fn svg(&self, name: &str) -> String {
        let total: BigUint = self.cycles.iter().map(|cycles| cycles.count.clone()).sum();
        let title = format!("Cycles of {name}");
        let periods = self.cycles.len();
        let told = format!(
            "{} {} of {periods} {}",
            short(&total),
            if total == BigUint::from(1u32) { "cycle" } else { "cycles" },
            if periods == 1 { "period" } else { "different periods" }
        );
        let mut svg = Svg::plot(&title, &told, 400);
        let axes = Axes { left: 64, right: 612, top: 78, bottom: 348 };
        let axis = |values: Vec<f64>| values.into_iter().fold(1.0, f64::max).ceil();
        let most_x = axis(self.cycles.iter().map(|cycles| log10(&cycles.period)).collect());
        let most_y = axis(self.cycles.iter().map(|cycles| log10(&cycles.count)).collect());
        let marks =
            |most: f64| powers(most).into_iter().map(move |power| (f64::from(power) / most, power_of_ten(power)));
        axes.across(&mut svg, marks(most_x));
        axes.up(&mut svg, marks(most_y));
        axes.named(&mut svg, "period", "number of cycles");
        for Cycles { period, count } in &self.cycles {
            svg.put(format_args!(
                "<circle class=\"point\" cx=\"{}\" cy=\"{}\" r=\"4\"><title>period {period}: {count}</title></circle>",
                axes.x(log10(period) / most_x),
                axes.y(log10(count) / most_y)
            ));
        }
        svg.finish(&told)
    }
}

/// The decimal logarithm, to about fifteen digits.
fn log10(value: &BigUint) -> f64 {
    let bits = value.bits();
    let shift = bits.saturating_sub(60);
    let head = (value >> shift).to_string().parse::<f64>().unwrap_or(1.0);
    head.max(1.0).log10() + shift as f64 * 2f64.log10()
}

/// Powers of ten up to that logarithm, ten at most.
fn powers(most: f64) -> Vec<u32> {
    let most = most as u32;
    let step = most.div_ceil(10).max(1);
    (0..=most / step).map(|i| i * step).collect()
}

fn power_of_ten(power: u32) -> String {
    match power {
        0 => "1".into(),
        1 => "10".into(),
        _ => format!("1e{power}"),
    }
}

/// All digits if they are few.
fn short(value: &BigUint) -> String {
    if value.bits() <= 40 { value.to_string() } else { format!("about 1e{:.1}", log10(value)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::signal::Signal;

    #[test]
    fn a_point_for_each_period() {
        let signal = "PRBS31".parse::<Signal>().expect("a name");
        let sizes = Sizes::new(signal.register.cycles().expect("factors are known"));
        assert_eq!(sizes.csv(), "period,count\n1,1\n2147483647,1\n");
        assert_eq!(sizes.svg("PRBS31").matches("r=\"4\"").count(), 2);
    }

    #[test]
    fn logarithms_of_large_numbers() {
        assert!((log10(&BigUint::from(1000u32)) - 3.0).abs() < 1e-12);
        assert!((log10(&(BigUint::from(1u32) << 1000)) - 301.029_995_663_981_2).abs() < 1e-9);
        assert_eq!(powers(301.0).len(), 10);
    }
}
