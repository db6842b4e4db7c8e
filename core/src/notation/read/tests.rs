//! Every notation, read; errors and their places.

use super::*;

#[test]
fn contract_notations_agree() {
    let same = [
        "x^16+x^14+x^13+x^11+1",
        "x16 + x14 + x13 + x11 + 1",
        " 1+X^11+x^13 + x^14+x^16 ",
        "char:x^16+x^5+x^3+x^2+1",
        "CHAR : x^16 + x5 + x**3 + x^2 + 1",
        "taps:16,14,13,11",
        "[16,14,13,11,0]",
        "[ 11, 13, 14, 16 ]",
        "taps:[16,14,13,11]",
        "feedback:x^16+x^14+x^13+x^11+1",
        "coeffs:1,0,1,1,0,1,0,0,0,0,0,0,0,0,0,0",
        "normal:0x002d/16",
        "normal:2D/16",
        "normal:02D/16",
        "reversed:0xB400/16",
        "koopman:0x8016",
        "full:0x1002d",
        "full:0x000001002d",
    ];
    for text in same {
        assert_eq!(parse(text).map(|r| r.characteristic()), Ok(0x1002d), "{text}");
    }
    assert_eq!(parse("1+x^28+x^31").unwrap().feedback(), 1 << 31 | 1 << 28 | 1);
    for ccitt in ["normal:0x1021/16", "reversed:0x8408/16", "koopman:0x8810", "full:0x11021"] {
        assert_eq!(parse(ccitt).unwrap().characteristic(), 0x11021, "{ccitt}");
    }
    assert_eq!(parse_row(" 1, 0 ,0,1").unwrap().characteristic(), 0b1_1001);
    assert_eq!(parse("coeffs:0,1,1").unwrap().characteristic(), 0b1110);
    assert_eq!(parse("x").unwrap().characteristic(), 0b11);
    assert_eq!(parse("PRBS31").unwrap().feedback(), 1 << 31 | 1 << 28 | 1);
    assert_eq!(
        parse("crc-16/xmodem").map(|r| (r.characteristic(), r.form())),
        Ok((0x11021, crate::register::Form::Galois))
    );
    assert_eq!(parse("x^64+x^4+x^3+x+1").unwrap().degree(), 64);
    assert_eq!(parse("koopman:0x8000000000000000").unwrap().characteristic(), 1 << 64 | 1);
}

#[cfg(feature = "alloc")]
#[test]
fn long_and_short_registers_are_read_alike() {
    let parse_poly = |text: &str| Notation::read(text).map(|notation| notation.characteristic);
    for text in [
        "x^16+x^14+x^13+x^11+1",
        "char:x^5+x^2",
        "taps:16,14,13,11",
        "normal:0x1021/16",
        "koopman:0x8810",
        "x",
        "PRBS9",
    ] {
        assert_eq!(parse_poly(text).unwrap().to_u128(), Some(parse(text).unwrap().characteristic()), "{text}");
    }
    let row = parse_poly("taps:168,166,153,151").unwrap();
    assert_eq!(row, Poly::from_exponents([168, 17, 15, 2, 0]));
    assert_eq!(parse_poly("char:x^1048577"), Err(ParseError { at: 5, problem: Problem::TooLarge(1_048_577, 1 << 20) }));
    assert_eq!(parse_poly("1"), Err(ParseError { at: 0, problem: Problem::NoCells }));
    assert_eq!(parse_poly("x^100+x^100"), Err(ParseError { at: 6, problem: Problem::Repeated(100) }));
    assert_eq!(Notation::read_row("1,1,0").map(|n| n.characteristic), Ok(Poly::from_u128(0b1011)));
}

#[test]
fn errors_name_the_place() {
    use Problem::*;
    let cases = [
        ("", 0, Empty),
        ("   ", 3, Empty),
        ("x^16+", 5, Ends("a term such as x^5, x5, x or 1")),
        ("x^16 + y", 7, Found('y', "a term such as x^5, x5, x or 1")),
        ("x^16 x^3", 5, Found('x', "'+'")),
        ("x^4+x^4+1", 4, Repeated(4)),
        ("x^65+1", 0, TooLarge(65, 64)),
        ("x^99999999999999999999999+1", 0, TooLarge(u64::MAX, 64)),
        ("taps:4,3,4", 9, Repeated(4)),
        ("taps:4;3", 7, UnknownWord),
        ("taps:4/3", 6, Found('/', "','")),
        ("[4,3", 4, Ends("',' or ']'")),
        ("[4,3]]", 5, Found(']', "nothing more")),
        ("coeffs:1,2,0", 9, NotABit('2')),
        ("coeffs:1,,0", 9, NotABit(',')),
        ("coeffs:", 7, Ends("a coefficient 0 or 1")),
        ("normal:0x1021", 13, Ends("'/' and the width, as in 0x1021/16")),
        ("normal:0x11021/16", 9, WiderThan(16)),
        ("normal:0x1/0", 11, NoCells),
        ("normal:0x1/65", 11, TooLarge(65, 64)),
        ("full:0x1", 0, NoCells),
        ("full:0xg", 7, Found('g', "a hexadecimal value such as 0x1021")),
        ("crc:0x1", 0, UnknownNotation),
        (" PRBS8", 1, UnknownName),
        ("0x1021", 0, BareNumber),
        ("1", 0, NoCells),
        ("taps:0", 0, NoCells),
    ];
    for (text, at, problem) in cases {
        assert_eq!(parse(text), Err(ParseError { at, problem }), "{text:?}");
    }
}

#[test]
fn words_behind_the_semicolon() {
    let galois = parse("x^4+x+1; Galois  XNOR").unwrap();
    assert_eq!((galois.form(), galois.xnor()), (crate::register::Form::Galois, true));
    assert_eq!(parse("CRC-32; fibonacci").unwrap().form(), crate::register::Form::Fibonacci);
    assert_eq!(parse("x^4+x+1;").unwrap(), parse("x^4+x+1").unwrap());
    assert_eq!(parse_row("1,0,0,1 ; galois").unwrap().form(), crate::register::Form::Galois);
    assert_eq!(parse("x^4+x+1; galois none"), Err(ParseError { at: 16, problem: Problem::UnknownWord }));
    assert_eq!(parse("; galois"), Err(ParseError { at: 0, problem: Problem::Empty }));
}

#[test]
fn a_blank_between_digits_separates_or_is_an_error() {
    assert_eq!(parse("taps:7 6"), parse("taps:7,6"));
    assert_eq!(parse("[7 6 0]"), parse("taps:7,6"));
    assert_eq!(parse("taps:1 5,14"), parse("taps:1,5,14"));
    assert_eq!(parse("[1 0 0 1 1]"), Err(ParseError { at: 5, problem: Problem::Repeated(0) }));
    for text in ["x^1 6+x+1", "normal:0x10 21/16", "normal:0x1021/1 6", "full:0x1 1021", "coeffs:1 0,1"] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_row_is_coefficients_unless_it_begins_as_another_notation() {
    assert_eq!(parse_row("1,0,0,1,").unwrap().characteristic(), 0b1_1001);
    assert_eq!(parse_row("x^4+x+1").unwrap().feedback(), 0b1_0011);
    assert_eq!(parse_row("[4,1]").unwrap().feedback(), 0b1_0011);
    assert_eq!(parse_row("PRBS7").unwrap(), parse("PRBS7").unwrap());
    assert_eq!(parse_row("PRBS99"), Err(ParseError { at: 0, problem: Problem::UnknownName }));
    assert_eq!(parse_row("1,2,1"), Err(ParseError { at: 2, problem: Problem::NotABit('2') }));
}

/// Masks, Verilog's numbers, braces and raised digits, bare lists: each beside the notation it means.
#[cfg(feature = "alloc")]
#[test]
fn notations_of_other_tools() {
    for (text, means) in [
        ("mask:0x14", "taps:5,3"),
        ("mask:0b1_0100", "taps:5,3"),
        ("MASK: B400", "taps:16,14,13,11"),
        ("mask:0xB400/16", "taps:16,14,13,11"),
        ("16'hB400", "taps:16,14,13,11"),
        ("16'b1011_0100_0000_0000", "taps:16,14,13,11"),
        ("mask:16'o132000", "taps:16,14,13,11"),
        ("31'h4800_0000", "x^31+x^28+1"),
        // Wider than its taps: the oldest cells feed nothing back.
        ("mask:0x12/6", "char:x^6+x^4+x"),
        ("8'h00b8", "taps:8,6,5,4"),
        // GNU Radio: scrambler(mask, seed, length).
        ("gr:0x21/16", "char:x^17+x^5+1"),
        ("x^{16}+x^{5}+1", "x^16+x^5+1"),
        ("x\u{b9}\u{2076}+x\u{2075}+x+1", "x^16+x^5+x+1"),
        ("1+x\u{b2}+x\u{b3}", "x^3+x^2+1"),
        ("5,3,0", "taps:5,3"),
        ("102, 101, 36, 35", "taps:102,101,36,35"),
        ("16,14,13,11; galois", "taps:16,14,13,11; galois"),
    ] {
        let read = |text: &str| Notation::read(text).unwrap_or_else(|error| panic!("{text}: {error}")).register();
        assert_eq!(read(text), read(means), "{text}");
    }
    for (text, problem) in [
        ("gr:0x8A/6", Problem::WiderThan(7)),
        ("mask:0x14/4", Problem::WiderThan(4)),
        ("4'h14", Problem::WiderThan(4)),
        ("mask:0", Problem::NoCells),
        ("1,0,0,1", Problem::BareList),
        ("1,1", Problem::BareList),
        ("x^{5+1", Problem::Found('+', "'}'")),
        ("16'd46080", Problem::Found('d', "h, b or o, as in 16'hB400")),
        ("gr:0x21", Problem::Ends("'/' and the register length, as in 0x21/16")),
        ("mask:0x", Problem::Ends("the digits of a mask such as 0x14")),
        ("mask:0xfg", Problem::Found('g', "nothing more")),
    ] {
        assert_eq!(Notation::read(text).map(|_| ()).unwrap_err().problem, problem, "{text}");
    }
}
