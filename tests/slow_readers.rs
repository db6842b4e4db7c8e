//! Captures and notations against readers of our own: slow, short, written from the formats' descriptions, sharing nothing with the program.
//!
//! 10^5 files and texts are made at random and then damaged. Where both read one, they must read the same; where the slow reader of notations
//! says that a text is none, the program must refuse it.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "how many were read")]

use std::io::Cursor;

use lfsr_core::{notation::Notation, poly::Poly, random::SplitMix64};
use lfsr_host::bits::capture::{Capture, CaptureOptions, Format};

/// Files of each format; texts.
const FILES: usize = 40_000;
const TEXTS: usize = 100_000;

/// A number below `most`.
fn below(random: &mut SplitMix64, most: usize) -> usize {
    (random.next_word() % most as u64) as usize
}

fn pick<'a>(random: &mut SplitMix64, all: &[&'a str]) -> &'a str {
    all[below(random, all.len())]
}

/// Up to three damages: a piece left out, doubled, replaced by another, or by a sign.
fn damaged(random: &mut SplitMix64, text: &str, signs: &[&str]) -> String {
    let mut pieces: Vec<String> = text.split_inclusive([' ', '\n', ',', '+', '^']).map(str::to_owned).collect();
    for _ in 0..below(random, 4) {
        let at = below(random, pieces.len().max(1));
        if pieces.is_empty() {
            break;
        }
        match below(random, 5) {
            0 => drop(pieces.remove(at)),
            1 => pieces.insert(at, pieces[at].clone()),
            2 => {
                let other = below(random, pieces.len());
                pieces.swap(at, other);
            }
            3 => pieces[at] = pick(random, signs).to_owned(),
            _ => {
                let mut bytes = pieces[at].clone().into_bytes();
                let place = below(random, bytes.len());
                bytes[place] = pick(random, signs).as_bytes()[0];
                pieces[at] = String::from_utf8_lossy(&bytes).into_owned();
            }
        }
    }
    pieces.concat()
}

/// What the program reads.
fn fast(format: &str, text: &str, clock: Option<&str>) -> Option<Vec<bool>> {
    let options = CaptureOptions {
        file: "damaged".into(),
        format: Format::by_name(format),
        signal: Some("q".into()),
        clock: clock.map(str::to_owned),
        rate: None,
    };
    let mut capture = Capture::from_reader(Box::new(Cursor::new(text.as_bytes().to_vec())), &options).ok()?;
    let (words, count) = capture.read_all(1 << 20).ok()?;
    Some((0..count as usize).map(|t| words[t / 64] >> (t % 64) & 1 == 1).collect())
}

/// How often both read a file, and the same.
fn compared(name: &str, files: impl Iterator<Item = (String, Option<Vec<bool>>, Option<Vec<bool>>)>) {
    let (mut both, mut all) = (0, 0);
    for (text, slow, fast) in files {
        all += 1;
        if let (Some(slow), Some(fast)) = (slow, fast) {
            assert_eq!(fast, slow, "{name}:\n{text}");
            both += usize::from(!slow.is_empty());
        }
    }
    println!("{name}: {both} of {all} read by both, the same bits");
    assert!(both * 4 > all, "{name}: too few to say anything");
}

/// A dump of a few signals, among them `q` and `clk`, in a scope or two.
fn dump(random: &mut SplitMix64) -> String {
    let mut text = String::from("$date today $end\n$timescale 1 ns $end\n$scope module top $end\n");
    let mut names = ["q", "clk", "other", "reset"];
    for _ in 0..3 {
        let (a, b) = (below(random, 4), below(random, 4));
        names.swap(a, b);
    }
    for (i, name) in names.iter().enumerate() {
        text += &format!("$var wire 1 {} {name} $end\n", ["!", "\"", "#a", "x1"][i]);
        if i == 1 && below(random, 2) == 0 {
            text += "$upscope $end\n$scope module inner $end\n";
        }
    }
    text += "$upscope $end\n$comment a comment $end\n$enddefinitions $end\n";
    let mut time = 0;
    for _ in 0..below(random, 60) {
        time += below(random, 3);
        text += &format!("#{time}\n");
        for _ in 0..below(random, 4) {
            let value = pick(random, &["0", "1", "0", "1", "x", "z"]);
            text += &format!("{value}{}\n", pick(random, &["!", "\"", "#a", "x1"]));
        }
    }
    text
}

/// IEEE 1364-2005, 18.2, as far as wires of one bit go: words with blanks between them. The value just before a rising edge counts.
fn slow_dump(text: &str) -> Option<Vec<bool>> {
    let mut words = text.split_ascii_whitespace();
    let mut signals: Vec<(String, String)> = Vec::new();
    loop {
        let keyword = words.next()?;
        let inside: Vec<&str> = words.by_ref().take_while(|word| *word != "$end").collect();
        match (keyword, &inside[..]) {
            ("$enddefinitions", []) => break,
            ("$date" | "$comment", _) | ("$timescale", ["1", "ns"]) | ("$scope", ["module", _]) | ("$upscope", []) => {}
            ("$var", ["wire", "1", code, name]) => signals.push(((*name).to_owned(), (*code).to_owned())),
            _ => return None,
        }
    }
    let code = |wanted: &str| {
        let mut all = signals.iter().filter(|(name, _)| name == wanted).map(|(_, code)| code.as_str());
        let first = all.next()?;
        all.all(|other| other == first).then_some(first)
    };
    let (q, clk) = (code("q")?, code("clk")?);
    let (mut bits, mut now, mut before) = (vec![], [None, None], [None, None]);
    let moment = |now: &mut [Option<bool>; 2], before: &mut [Option<bool>; 2], bits: &mut Vec<bool>| {
        if let ([_, Some(true)], [Some(bit), Some(false)]) = (&now, &before) {
            bits.push(*bit);
        }
        // An unknown value changes nothing.
        *before = [now[0].or(before[0]), now[1].or(before[1])];
        *now = [None, None];
    };
    for word in words {
        if let Some(time) = word.strip_prefix('#') {
            time.parse::<u64>().ok()?;
            moment(&mut now, &mut before, &mut bits);
            continue;
        }
        let value = match word.as_bytes()[0] {
            b'0' => Some(false),
            b'1' => Some(true),
            b'x' | b'X' | b'z' | b'Z' => None,
            _ => return None,
        };
        let rest = word.get(1..).filter(|code| !code.is_empty())?;
        if rest == q {
            now[0] = value;
        }
        if rest == clk {
            now[1] = value;
        }
    }
    moment(&mut now, &mut before, &mut bits);
    Some(bits)
}

#[test]
fn dumps() {
    let mut random = SplitMix64(1);
    let signs = ["$end", "#", "0!", "1\"", "x#a", "q", "clk", "!", " ", "1", "$var", "z"];
    let files = (0..FILES).map(|_| {
        let whole = dump(&mut random);
        let text = damaged(&mut random, &whole, &signs);
        let (slow, fast) = (slow_dump(&text), fast("vcd", &text, Some("clk")));
        (text, slow, fast)
    });
    compared("VCD", files);
}

/// A table of a few columns, among them `q`, with or without a clock.
fn table(random: &mut SplitMix64) -> String {
    let mut names = ["q", "clk", "other"];
    names.swap(0, below(random, 3));
    let mut text = names.join(pick(random, &[",", ", "])) + "\n";
    for _ in 0..below(random, 80) {
        let cells: Vec<&str> = (0..3).map(|_| pick(random, &["0", "1", "0", "1", "", "x"])).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

/// RFC 4180 without quotes: lines with commas between their cells. Blanks around cells do not matter, nor do empty lines and those that begin
/// with #; an empty cell, x or z is as before.
fn slow_table(text: &str, clock: Option<&str>) -> Option<Vec<bool>> {
    if text.contains('"') || text.contains('\r') {
        return None;
    }
    let mut rows = text.split('\n').filter(|line| !line.is_empty() && !line.starts_with('#'));
    let heading: Vec<&str> = rows.next()?.split(',').map(str::trim).collect();
    // A first row of numbers is none, one that begins with the time is read otherwise.
    if heading.iter().all(|cell| cell.parse::<f64>().is_ok()) || heading[0].to_lowercase().starts_with("time") {
        return None;
    }
    let column = |wanted: &str| {
        let mut all = heading.iter().enumerate().filter(|(_, name)| **name == wanted).map(|(i, _)| i);
        let first = all.next()?;
        all.next().is_none().then_some(first)
    };
    let (q, clk) = (column("q")?, clock.map(column));
    if clk == Some(None) {
        return None;
    }
    let (mut bits, mut last, mut level) = (vec![], None, None);
    for row in rows {
        let cells: Vec<&str> = row.split(',').map(str::trim).collect();
        let value = |at: usize| match *cells.get(at)? {
            "0" => Some(Some(false)),
            "1" => Some(Some(true)),
            "" | "x" | "X" | "z" | "Z" => Some(None),
            _ => None,
        };
        let now = value(q)?;
        match clk.flatten() {
            None => {
                last = now.or(last);
                bits.extend(last);
            }
            Some(at) => {
                let clock = value(at)?;
                if (clock, level) == (Some(true), Some(false)) {
                    bits.extend(last);
                }
                level = clock.or(level);
                last = now.or(last);
            }
        }
    }
    Some(bits)
}

#[test]
fn tables() {
    let mut random = SplitMix64(2);
    let signs = ["0", "1", "q", ",", "\n", "x", " ", "#", "2", "clk", "1.0", ";"];
    let files = (0..FILES).map(|i| {
        let clock = [None, Some("clk")][i % 2];
        let whole = table(&mut random);
        let text = damaged(&mut random, &whole, &signs);
        let (slow, fast) = (slow_table(&text, clock), fast("csv", &text, clock));
        (text, slow, fast)
    });
    compared("CSV", files);
}

/// Polynomials and lists of taps.
fn notation(random: &mut SplitMix64) -> String {
    let number = |random: &mut SplitMix64| 1 + below(random, 40);
    let mut numbers: Vec<usize> = (0..1 + below(random, 4)).map(|_| number(random)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.reverse();
    let between = pick(random, &["+", " + ", "+"]);
    let polynomial = |one: &str| {
        let terms: Vec<String> = numbers.iter().map(|n| if *n == 1 { "x".into() } else { format!("x^{n}") }).collect();
        terms.join(between) + one
    };
    let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    match below(random, 4) {
        0 => polynomial("+1"),
        1 => "char:".to_owned() + &polynomial(pick(random, &["+1", ""])),
        2 => "taps:".to_owned() + &list.join(pick(random, &[",", ", "])),
        _ => format!("[{}]", list.join(",")),
    }
}

/// The characteristic polynomial, as the exponents of its terms; `None` if the text is no polynomial and no list of taps.
fn slow_notation(text: &str) -> Option<Vec<usize>> {
    let lower = text.to_lowercase();
    let text = lower.trim();
    let number = |text: &str| -> Option<usize> {
        let text = text.trim();
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten().filter(|n| *n <= 1_000_000)
    };
    let mut exponents: Vec<usize> = Vec::new();
    let prefixed = |prefix: &str| text.strip_prefix(prefix)?.trim_start().strip_prefix(':');
    let is_bare = text.bytes().all(|b| b.is_ascii_digit() || b == b',' || b.is_ascii_whitespace());
    let is_characteristic = prefixed("char").is_some();
    if let Some(list) = prefixed("taps").or_else(|| (is_bare || text.starts_with('[')).then_some(text)) {
        let inside = list.trim();
        let inside = inside.strip_prefix('[').map_or(Some(inside), |inside| inside.strip_suffix(']'))?;
        // Commas, or blanks, between two taps.
        for part in inside.split(',') {
            let taps: Vec<&str> = part.split_whitespace().collect();
            if taps.is_empty() {
                return None;
            }
            for tap in taps {
                exponents.push(number(tap)?);
            }
        }
        // Numbers without a comma may be anything, and zeros and ones may be coefficients.
        if is_bare && (!text.contains(',') || exponents.iter().all(|tap| *tap < 2)) {
            return None;
        }
    } else {
        for term in prefixed("char").unwrap_or(text).split('+') {
            let term = term.trim();
            exponents.push(match term {
                "1" => 0,
                "x" => 1,
                _ => {
                    let power = term.strip_prefix('x')?.trim_start();
                    number(power.strip_prefix('^').unwrap_or(power))?
                }
            });
        }
    }
    let mut sorted = exponents.clone();
    sorted.sort_unstable();
    sorted.dedup();
    let n = *sorted.last()?;
    if sorted.len() != exponents.len() || n == 0 {
        return None;
    }
    if is_characteristic {
        return Some(sorted);
    }
    // A feedback polynomial has the term 1, written or not: lag k is x^(n-k).
    if !sorted.contains(&0) {
        sorted.insert(0, 0);
    }
    let mut own: Vec<usize> = sorted.iter().map(|k| n - k).collect();
    own.sort_unstable();
    Some(own)
}

#[test]
fn notations() {
    let mut random = SplitMix64(3);
    let signs = ["x^", "+", "1", "0", ",", " ", "7", "x", "[", "]", "12", "char:", "taps:", "^", "-"];
    let mut read = 0;
    for _ in 0..TEXTS {
        let whole = notation(&mut random);
        let text = damaged(&mut random, &whole, &signs);
        let fast = Notation::read(&text).ok().map(|notation| notation.characteristic);
        let slow = slow_notation(&text).map(Poly::from_exponents);
        if slow.is_some() {
            read += 1;
        }
        assert_eq!(fast, slow, "{text:?}");
    }
    println!("notations: {read} of {TEXTS} are registers, the same ones");
    assert!(read * 4 > TEXTS && read < TEXTS * 9 / 10);
}
