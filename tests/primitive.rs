//! Certificates checked by the independent verifier, altered ones refused; published tables row by row.

use lfsr_core::{
    algebra::{Candidates, Certificate, is_primitive},
    poly::Poly,
};
use lfsr_crosscheck::certificate::verify;
use lfsr_host::report::certificate::to_json;

/// The rows of a table: what stands after the colon.
fn rows(table: &str) -> impl Iterator<Item = Vec<usize>> {
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    rows.map(|(_, taps)| {
        let taps = taps.trim_matches(['[', ']']).split(',');
        taps.map(|tap| tap.trim().parse().expect("a tap")).collect()
    })
}

fn poly(taps: &[usize]) -> Poly {
    Poly::from_exponents(taps.iter().copied().chain([0]))
}

/// The line that `lfsr primitive --certificate` writes for a polynomial; `None` for a constant.
fn certificate(c: &Poly) -> Option<String> {
    Certificate::new(c).map(|proof| to_json(&proof))
}

#[test]
fn every_polynomial_of_small_degree() {
    for bits in 2..1u128 << 9 {
        let c = Poly::from_u128(bits);
        assert_eq!(verify(&certificate(&c).expect("not constant")), Ok(is_primitive(&c)), "{c}");
    }
}

#[test]
fn published_tables() {
    let wrong: Vec<_> =
        rows(include_str!("data/xapp052.txt")).filter(|row| is_primitive(&poly(row)) != Some(true)).collect();
    assert_eq!(wrong, [[102, 101, 36, 35]]);
    let mut wrong = 0;
    let mut count = 0;
    for row in rows(include_str!("data/pylfsr.txt")) {
        let c = poly(&row);
        let primitive = is_primitive(&c);
        assert_eq!(verify(&certificate(&c).expect("not constant")), Ok(primitive), "{row:?}");
        wrong += usize::from(primitive != Some(true));
        count += 1;
    }
    assert_eq!((count, wrong), (273, 5));
}

#[test]
fn wide_ones() {
    for exponents in [&[168, 166, 153, 151][..], &[102, 101, 36, 35], &[521, 32], &[400, 5, 3, 2], &[361, 360, 1]] {
        let c = poly(exponents);
        assert_eq!(verify(&certificate(&c).expect("not constant")), Ok(is_primitive(&c)), "{c}");
    }
    // 2^1207 - 1 is not in the table of factors.
    let c = Candidates::of_weight(1207, 3).find(Poly::is_irreducible).expect("there is one");
    assert_eq!(verify(&certificate(&c).expect("not constant")), Ok(is_primitive(&c)), "{c}");
}

#[test]
fn altered_certificates_are_refused() {
    let primitive = certificate(&poly(&[16, 5, 3, 2])).expect("not constant");
    let short = certificate(&poly(&[8, 4, 3, 1])).expect("not constant");
    let reducible = certificate(&poly(&[102, 101, 36, 35])).expect("not constant");
    for (text, from, to) in [
        (&primitive, "\"primitive\":true", "\"primitive\":false"),
        (&primitive, "\"degree\":16", "\"degree\":15"),
        (&primitive, "x^16+x^5", "x^16+x^6"),
        (&primitive, "0x1002d", "0x1002b"),
        (&primitive, "65535", "65537"),
        (&primitive, "\"prime\":\"3\"", "\"prime\":\"15\""),
        (&primitive, "\"multiplicity\":1", "\"multiplicity\":2"),
        (&primitive, "{\"prime\":\"3\",\"multiplicity\":1,\"residue_hex\":\"0xacca\"},", ""),
        (&primitive, "0xacca", "0xaccb"),
        (&primitive, "certificate/1", "certificate/2"),
        (&short, "\"prime\":\"5\"", "\"prime\":\"17\""),
        (&short, "\"prime\":\"5\"", "\"prime\":\"7\""),
        (&short, "\"proof\":\"short-period\"", "\"proof\":\"singular\""),
        (&reducible, "\"multiplicity\":1", "\"multiplicity\":2"),
        (&reducible, "\"degree\":34", "\"degree\":35"),
        (&reducible, "\"primitive\":false", "\"primitive\":null"),
    ] {
        assert!(text.contains(from), "{text} has no {from}");
        assert!(verify(&text.replacen(from, to, 1)).is_err(), "{from} -> {to}");
    }
    assert!(verify("").is_err() && verify("{}").is_err() && verify("[1]").is_err());
}
