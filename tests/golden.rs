//! 148 registers of degree 2 to 400 analysed by Sage and PARI, brute force where it reaches: `data/golden_registers.json`.

use lfsr_core::{
    algebra::BigUint,
    notation,
    poly::Poly,
    register::{AnyRegister, Form},
};
use serde_json::Value;

/// `0x...`, any length.
fn poly(hex: &Value) -> Poly {
    let digits = hex.as_str().and_then(|hex| hex.strip_prefix("0x")).expect("a number in hexadecimal");
    let bits = digits.bytes().rev().map(|digit| (digit as char).to_digit(16).expect("a digit"));
    let set =
        bits.enumerate().flat_map(|(i, digit)| (0..4).filter(move |b| digit >> b & 1 == 1).map(move |b| 4 * i + b));
    Poly::from_exponents(set)
}

fn number(text: &Value) -> BigUint {
    text.as_str().and_then(|text| text.parse().ok()).expect("a number as a string")
}

/// Sequences, states and conversions of the Python package galois (MIT): `data/galois_vectors.json`.
#[test]
fn sequences_of_galois() {
    let file: Value = serde_json::from_str(include_str!("data/galois_vectors.json")).expect("JSON");
    let vectors = file["vectors"].as_array().expect("a list");
    assert_eq!(vectors.len(), 40);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().expect("text");
        // There as here the last of the list is put out first.
        let state = |name: &str| u64::from_str_radix(text(name), 2).expect("a state");
        let fibonacci = notation::parse(text("feedback")).expect("a feedback polynomial");
        assert_eq!(notation::Polynomial(fibonacci.characteristic()).to_string(), text("characteristic"));
        let galois = fibonacci.with_form(Form::Galois);
        for (register, bits, end) in [(fibonacci, "fibonacci", "fibonacci_end"), (galois, "galois", "galois_end")] {
            let mut now = state("state");
            let found: String = (0..100)
                .map(|_| {
                    let bit = register.output(now);
                    now = register.step(now);
                    char::from(b'0' + bit as u8)
                })
                .collect();
            assert_eq!(found, text(bits), "{register:?}");
            assert_eq!(now, state(end), "{register:?}");
        }
        // The Galois state with the same output.
        assert_eq!(
            fibonacci.state_in(Form::Galois, state("state")),
            Some(state("galois_of_fibonacci")),
            "{fibonacci:?}"
        );
    }
}

#[test]
fn every_entry() {
    let file: Value = serde_json::from_str(include_str!("data/golden_registers.json")).expect("JSON");
    let entries = file["entries"].as_array().expect("a list");
    assert_eq!(entries.len(), 148);
    for entry in entries {
        let id = entry["id"].as_str().expect("an id");
        let c = poly(&entry["charpoly_hex"]);
        let register = AnyRegister::from_characteristic(c.clone()).expect("not constant");
        let structure = register.structure();
        assert_eq!(register.degree() as u64, entry["degree"].as_u64().expect("degree"), "{id}");
        assert_eq!(c.to_string(), entry["charpoly"].as_str().expect("text").replace(' ', ""), "{id}");

        let factors: Vec<_> = entry["factors"].as_array().expect("a list").iter().collect();
        let expected = factors.iter().map(|factor| {
            let order = (!factor["order"].is_null()).then(|| number(&factor["order"]));
            (poly(&factor["hex"]), factor["mult"].as_u64().expect("mult") as u32, order)
        });
        let mut expected: Vec<_> = expected.collect();
        expected.sort();
        let found = structure.factors().iter().map(|factor| {
            let order = factor.order.as_ref().map(|order| order.exact().expect("every order here is provable").clone());
            (factor.poly.clone(), factor.multiplicity, order)
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{id}");

        assert_eq!(structure.order().exact(), Some(&number(&entry["order"])), "{id}");
        assert_eq!(Some(structure.is_irreducible()), entry["irreducible"].as_bool(), "{id}");
        assert_eq!(structure.is_primitive(), entry["primitive"].as_bool(), "{id}");
        assert_eq!(structure.max_preperiod() as u64, entry["max_transient"].as_u64().expect("max_transient"), "{id}");
        assert_eq!(structure.cyclic_states(), number(&entry["periodic_states"]), "{id}");

        let cycles = structure.cycles().expect("every order is known");
        let expected = entry["cycles"].as_object().expect("a map");
        let mut expected: Vec<(BigUint, BigUint)> =
            expected.iter().map(|(period, count)| (period.parse().expect("a number"), number(count))).collect();
        expected.sort();
        let found: Vec<_> = cycles.iter().map(|cycles| (cycles.period.clone(), cycles.count.clone())).collect();
        assert_eq!(found, expected, "{id}");
        assert_eq!(cycles.iter().map(|cycles| &cycles.count).sum::<BigUint>(), number(&entry["num_cycles"]), "{id}");
        assert_eq!(cycles.last().map(|cycles| cycles.period.clone()), Some(number(&entry["max_period"])), "{id}");
    }
}
