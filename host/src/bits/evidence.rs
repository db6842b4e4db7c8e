//! [`Evidence`]: how unlikely it is that bits fit a register by chance.
//!
//! Of all streams of N bits, those that differ from some sequence of a given register of n cells in at most E places are fewer than
//! 2^n 2^(N H(E/N)), where H is the binary entropy (MacWilliams & Sloane, The Theory of Error-Correcting Codes, ch. 10 section 11). So a
//! random stream is one of them with a probability below 2^-(N - N H(E/N) - n), and with one of K registers tried below K times that.
//! A polynomial that was made from the bits themselves is one of 2^n.

use lfsr_core::check::Report;

/// The logarithm to base 2 of how unlikely chance is.
pub type Evidence = f64;

/// An answer with less is no answer: of random streams, whatever their length, at most one in a thousand gets one.
pub const LEAST: Evidence = 10.0;

/// With that much chance is not worth a word.
pub const SURE: Evidence = 24.0;

/// The evidence of `compared` bits of which `errors` are wrong, where `free` bits could be chosen at will, registers included.
#[must_use]
pub fn evidence(compared: u64, errors: u64, free: f64) -> Evidence {
    let (n, e) = (compared as f64, errors as f64);
    if errors * 2 >= compared {
        return 0.0;
    }
    n * (1.0 - entropy(e / n)) - free
}

/// The same of a checker's report: where it began and where bits were inserted or deleted was chosen, too.
#[must_use]
pub fn of_report(report: &Report, free: f64) -> Evidence {
    /// A slip of up to 64 bits either way.
    const SLIP: f64 = 7.0;
    let place = (report.bits.max(2) as f64).log2();
    let begins = report.details.first.is_some_and(|(at, _)| at > 0);
    let chosen = f64::from(u8::from(begins)) * place + (report.slips + report.flips) as f64 * (place + SLIP);
    evidence(report.compared, report.errors, free + chosen)
}

/// H(p) of a coin that falls on one side with probability p, in bits.
pub(super) fn entropy(p: f64) -> f64 {
    let term = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
    term(p) + term(1.0 - p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold() {
        assert!((evidence(100, 0, 20.0) - 80.0).abs() < 1e-9);
        assert!((entropy(0.5) - 1.0).abs() < 1e-12 && entropy(0.0) == 0.0);
        assert_eq!(evidence(10, 5, 0.0), 0.0);
        // The number of ways to choose at most E of N places, exactly.
        for (n, e) in [(20u64, 2u64), (100, 7), (64, 20)] {
            let mut ways = 0.0;
            let mut choose = 1.0;
            for i in 0..=e {
                ways += choose;
                choose *= (n - i) as f64 / (i + 1) as f64;
            }
            let exact = n as f64 - f64::log2(ways);
            let bound = evidence(n, e, 0.0);
            assert!(bound <= exact && exact < bound + 6.0, "{n} {e}: {bound} {exact}");
        }
    }
}
