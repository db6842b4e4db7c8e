//! Certificates checked by the independent verifier, altered ones refused; published tables row by row.

use lfsr_core::{
    algebra::{BigUint, Candidates, Certificate, is_primitive},
    poly::{Modulus, Poly},
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

/// A certificate that 2^d - 1 is prime, wherever d is and it is not: d = 683, though 1367 divides it, and every other prime d up to 700.
#[test]
fn no_composite_group_order_passes_for_a_prime() {
    let is_prime = |d: usize| (2..d).all(|q| !d.is_multiple_of(q));
    let mersenne = [2, 3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607];
    let mut forged = 0;
    for d in (11..=700).filter(|d| is_prime(*d) && !mersenne.contains(d)) {
        let candidates = (3..).step_by(2).flat_map(|weight| Candidates::of_weight(d, weight).take(4 * d));
        let c = candidates.into_iter().find(Poly::is_irreducible).expect("there is one");
        let order = (BigUint::from(1u32) << d) - 1u32;
        let certificate = format!(
            "{{\"schema\":\"lfsr.primitive-certificate/1\",\"degree\":{d},\"characteristic\":\"{c}\",\"characteristic_hex\":\"{c:#x}\",\
             \"primitive\":true,\"proof\":\"full-order\",\"group_order\":\"{order}\",\
             \"group_order_factors\":[{{\"prime\":\"{order}\",\"multiplicity\":1,\"residue_hex\":\"0x2\"}}]}}"
        );
        let error = verify(&certificate).expect_err("2^d-1 is no prime");
        assert!(error.contains("is prime"), "{d}: {error}");
        forged += 1;
    }
    assert_eq!(forged, 111);
    // Two primes of a true one made to one: all the rest is right.
    for exponents in [&[32, 7, 5, 3, 2, 1][..], &[67, 5, 2, 1], &[101, 7, 6, 1], &[257, 12], &[400, 5, 3, 2]] {
        let c = poly(exponents);
        let text = certificate(&c).expect("not constant");
        let object: serde_json::Value = serde_json::from_str(&text).expect("an object");
        let primes = object["group_order_factors"].as_array().expect("primes");
        let number =
            |i: usize| -> BigUint { primes[i]["prime"].as_str().and_then(|text| text.parse().ok()).expect("a prime") };
        for i in 1..primes.len() {
            let product = number(i - 1) * number(i);
            let residue = Modulus::new(&c)
                .expect("not constant")
                .pow_x(&(((BigUint::from(1u32) << c.degree().unwrap_or(0)) - 1u32) / &product));
            let mut forged = object.clone();
            let list = forged["group_order_factors"].as_array_mut().expect("primes");
            list.drain(i - 1..=i);
            list.push(serde_json::json!({"prime": product.to_string(), "multiplicity": 1, "residue_hex": format!("{residue:#x}")}));
            let value = |entry: &serde_json::Value| -> BigUint {
                entry["prime"].as_str().and_then(|text| text.parse().ok()).expect("a prime")
            };
            list.sort_by_key(value);
            assert!(verify(&forged.to_string()).is_err(), "{c}: {product}");
        }
    }
}

/// Every field of every kind of proof, at every size: gone, another, of another type, or one too many.
#[test]
fn every_field_counts() {
    let kinds =
        [&[16, 5, 3, 2][..], &[8, 4, 3, 1], &[102, 101, 36, 35], &[60, 1], &[128, 7, 2, 1], &[521, 32], &[9, 1]];
    let unknown = Candidates::of_weight(1207, 3).find(Poly::is_irreducible).expect("there is one");
    let polynomials = kinds.map(poly).into_iter().chain([Poly::x(), unknown]);
    let mut altered = 0;
    for c in polynomials {
        let text = certificate(&c).expect("not constant");
        let object: serde_json::Value = serde_json::from_str(&text).expect("an object");
        assert!(verify(&object.to_string()).is_ok(), "{c}");
        let refused =
            |what: &str, forged: &serde_json::Value| assert!(verify(&forged.to_string()).is_err(), "{c}: {what}");
        for (name, value) in object.as_object().expect("an object") {
            for other in others(value) {
                let mut forged = object.clone();
                forged[name] = other;
                refused(name, &forged);
                altered += 1;
            }
            let mut forged = object.clone();
            forged.as_object_mut().expect("an object").remove(name);
            if !(name == "primitive" && value.is_null()) {
                refused(name, &forged);
            }
            let twice = text.replacen('{', &format!("{{\"{name}\":{value},"), 1);
            assert!(verify(&twice).is_err(), "{c}: {name} twice");
            for (i, entry) in value.as_array().into_iter().flatten().enumerate() {
                for (inner, value) in entry.as_object().expect("an object") {
                    for other in others(value) {
                        let mut forged = object.clone();
                        forged[name][i][inner] = other;
                        refused(inner, &forged);
                        altered += 1;
                    }
                }
                let mut forged = object.clone();
                forged[name][i]["more"] = 1.into();
                refused("a field too many", &forged);
            }
        }
        let mut forged = object.clone();
        forged["more"] = 1.into();
        refused("a field too many", &forged);
    }
    assert!(altered > 300, "{altered}");
}

/// What a value could be changed to; never to one that means the same.
fn others(value: &serde_json::Value) -> Vec<serde_json::Value> {
    use serde_json::{Value, json};
    match value {
        Value::String(text) => {
            let mut texts = vec![json!(""), json!(format!("{text}0")), json!(1), json!([text]), Value::Null];
            if text.len() > 1 {
                texts.push(json!(text[1..]));
            }
            texts
        }
        Value::Number(number) => {
            let number = number.as_u64().unwrap_or(0);
            vec![json!(0), json!(number + 1), json!(u64::MAX), json!(-1), json!(number.to_string()), Value::Null]
        }
        Value::Bool(is) => vec![json!(!is), json!("true"), Value::Null],
        Value::Null => vec![json!(true), json!(false)],
        Value::Array(list) => vec![json!([]), json!(list[1..]), json!({}), Value::Null],
        Value::Object(_) => vec![json!({})],
    }
}
