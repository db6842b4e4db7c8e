//! Confidence intervals of an error rate.

/// The interval that holds the true rate with 95 % confidence, from `errors` wrong of `bits`.
///
/// Clopper and Pearson's exact interval up to 100,000 errors (C. J. Clopper, E. S. Pearson, Biometrika 26, 1934), Wilson's above, where
/// they agree to five digits. With no bits it is 0 to 1.
#[must_use]
pub fn interval(errors: u64, bits: u64) -> (f64, f64) {
    const TAIL: f64 = 0.025;
    if bits == 0 {
        return (0.0, 1.0);
    }
    let (k, n) = (errors as f64, bits as f64);
    if errors > 100_000 && bits - errors > 100_000 {
        let z = 1.959_963_985;
        let (rate, scale) = (k / n, 1.0 + z * z / n);
        let half = z * (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt();
        return ((rate + z * z / (2.0 * n) - half) / scale, (rate + z * z / (2.0 * n) + half) / scale);
    }
    let low = if errors == 0 { 0.0 } else { quantile(TAIL, k, n - k + 1.0) };
    let high = if errors == bits { 1.0 } else { quantile(1.0 - TAIL, k + 1.0, n - k) };
    (low, high)
}

/// The x at which the regularised incomplete beta function is `p`, by bisection on a logarithmic scale.
fn quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (-60.0f64, 0.0f64);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if incomplete_beta(middle.exp(), a, b) < p { low = middle } else { high = middle }
    }
    (0.5 * (low + high)).exp()
}

/// I_x(a, b) by its continued fraction, evaluated after Lentz; DLMF 8.17.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = (a * x.ln() + b * (-x).ln_1p() - ln_beta(a, b)).exp() / a;
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for m in 1..100_000 {
        let m = f64::from(m);
        for term in [
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        ] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            fraction *= d * c;
        }
        if (d * c - 1.0).abs() < 1e-12 {
            break;
        }
    }
    front * fraction
}

/// ln B(a, b), without the difference of two huge logarithms that would leave three digits at 10^12 bits.
fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = (a.min(b), a.max(b));
    if large < 10.0 {
        return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    }
    let sum = small + large;
    let ratio = (large - 0.5) * (small / large).ln_1p() + small * sum.ln() - small + tail(sum) - tail(large);
    ln_gamma(small) - ratio
}

/// Stirling's series, after shifting the argument above 10.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * core::f64::consts::PI).ln() + tail(x) - shift
}

/// What Stirling's formula leaves, from 10 up.
fn tail(x: f64) -> f64 {
    let inverse = 1.0 / (x * x);
    (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 2e-4 * expected.abs(), "{found} for {expected}");
    }

    #[test]
    fn published_and_exact_values() {
        // No errors in n bits: the upper end is 1 - 0.025^(1/n), about 3.689 / n.
        let (low, high) = interval(0, 1_000_000_000_000);
        assert_eq!(low, 0.0);
        near(high, 3.688_88e-12);
        // Poisson tables: 10 events, 4.795 to 18.39.
        let (low, high) = interval(10, 10_000_000_000);
        near(low, 4.7954e-10);
        near(high, 18.3904e-10);
        // Binomial: 5 of 20 (R: binom.test).
        let (low, high) = interval(5, 20);
        near(low, 0.086_571);
        near(high, 0.491_046);
        assert_eq!(interval(0, 0), (0.0, 1.0));
        assert_eq!(interval(7, 7).1, 1.0);
        // Both methods where they meet.
        let (exact, wilson) = (interval(100_000, 1_000_000_000), interval(100_001, 1_000_000_000));
        near(exact.0, wilson.0);
        near(exact.1, wilson.1);
    }
}
