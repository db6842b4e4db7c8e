//! What is compared with, and the program that does.

use lfsr_core::random::SplitMix64;

use super::{
    super::super::{
        CrcUnit, Design, Kind,
        model::{self, Bits, Inputs, Model},
        vectors::{self, alone, data_of_case, each_clock},
        words::word_bits,
    },
    Spelling, camel,
};

/// Rows of hexadecimal numbers: single cases, and a long run.
#[derive(Debug)]
pub(in super::super) struct Rows {
    pub(in super::super) cases: String,
    pub(in super::super) run: String,
    counts: [usize; 2],
    bits: usize,
}

/// The rows of a design, with at least so many bits in the run.
pub(in super::super) fn rows(design: &Design, bits: usize) -> Rows {
    match &design.kind {
        Kind::Crc(unit) => crc_rows(design, unit, bits),
        _ => stepper_rows(design, bits),
    }
}

/// Contents and data before a step; output and contents, or what a checker counts, after it.
fn stepper_rows(design: &Design, bits: usize) -> Rows {
    let (n, width, data) = (design.cells(), design.width, design.data());
    let clocks = bits.div_ceil(width);
    let (mut cases, mut run) = (String::new(), String::new());
    let output = match design.kind {
        Kind::Generator => "data",
        Kind::Scrambler(..) => "data_out",
        Kind::Counter(_) => "done",
        _ => "wrong",
    };
    let counted = |model: &Model<'_>| -> String {
        let value = |port: &str| hex(&model.output(port, &Inputs::default()));
        counted_ports(design).iter().map(|port| " ".to_owned() + &value(port)).collect()
    };
    let is_checker = matches!(design.kind, Kind::Checker(_));
    let mut model = Model::new(design);
    let rare = model::rare(design);
    let count = n + data + 1 + usize::from(rare.is_some());
    for case in 0..count {
        let seed: Bits = rare.clone().filter(|_| case + 1 == count).unwrap_or_else(|| alone(case, n));
        model.clock(&Inputs { load: true, seed: seed.clone(), ..Inputs::default() });
        let inputs = Inputs { enable: true, data: data_of_case(&model, case), ..Inputs::default() };
        let out = model.output(output, &inputs);
        model.clock(&inputs);
        let next = model.output("state", &Inputs::default());
        cases += &format!("{} {} {} {}\n", hex(&seed), hex(&inputs.data), hex(&out), hex(&next));
    }
    let mut model = Model::of_calls(design);
    if is_checker {
        for word in model::line(design, clocks * width).chunks(width) {
            let inputs = Inputs { enable: true, data: word.to_vec(), ..Inputs::default() };
            run += &format!("{} {}", hex(word), hex(&model.output("wrong", &inputs)));
            model.clock(&inputs);
            run += &(counted(&model) + "\n");
        }
    } else {
        each_clock(design, clocks, |data, output| run += &format!("{} {}\n", hex(data), hex(output)));
    }
    Rows { cases, run, counts: [count, clocks], bits: clocks * width }
}

/// What a checker is asked after each call.
fn counted_ports(design: &Design) -> &'static [&'static str] {
    match &design.kind {
        Kind::Checker(checker) if checker.slips > 0 => {
            &["locked", "inverted", "bits", "errors", "losses", "slips", "slip"]
        }
        _ => &["locked", "inverted", "bits", "errors", "losses"],
    }
}

/// The values of those, in C or Rust.
fn counted_values(design: &Design, of: impl Fn(&str) -> String) -> (usize, String) {
    let ports = counted_ports(design);
    (ports.len(), ports.iter().map(|port| of(port)).collect::<Vec<_>>().join(", "))
}

/// A length, the bytes, the checksum. Cases: each value of a byte at each place of a chunk. Run: random messages.
fn crc_rows(design: &Design, unit: &CrcUnit, bits: usize) -> Rows {
    let lanes = (design.width / 8).max(1);
    let row = |message: &[u8]| {
        let bytes: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
        let Some(mut crc) = lfsr_core::crc::Crc::<u128, 1>::new(unit.algorithm) else { return String::new() };
        for byte in message {
            let bits = if unit.algorithm.refin() { *byte } else { byte.reverse_bits() };
            crc.bits(bits.into(), 8);
        }
        let digits = unit.algorithm.width().div_ceil(4) as usize;
        format!("{:x} {} {:0digits$x}\n", message.len(), if bytes.is_empty() { "-" } else { &bytes }, crc.checksum())
    };
    let mut cases = vec![row(b""), row(b"123456789")];
    for lane in 0..lanes {
        for value in 0..=255u8 {
            let mut message = vec![0; lanes];
            message[lane] = value;
            cases.push(row(&message));
        }
    }
    let mut random = SplitMix64(1);
    let (mut run, mut done) = (vec![], 0);
    while done < bits {
        let length = random.next_word() as usize % 80;
        let message: Vec<u8> = (0..length).map(|_| random.next_word() as u8).collect();
        done += 8 * length;
        run.push(row(&message));
    }
    Rows { counts: [cases.len(), run.len()], cases: cases.concat(), run: run.concat(), bits: done }
}

/// The bench.
pub(in super::super) fn bench(design: &Design, rows: &Rows, spelling: Spelling) -> String {
    let name = &design.name;
    let (n, width, bits) = (design.cells(), design.width, word_bits(design));
    let (cells, data) = (n.div_ceil(bits), width.div_ceil(bits));
    let (prefix, decides) = match &design.kind {
        Kind::Crc(_) => ("messages", "they go through every entry of the tables"),
        _ => ("cases", "which decides all states and data"),
    };
    let template = match (spelling, &design.kind) {
        (Spelling::C, Kind::Crc(_)) => C_CRC,
        (Spelling::C, _) => C_STEPS,
        (Spelling::Rust, Kind::Crc(_)) => RUST_CRC,
        (Spelling::Rust, _) => RUST_STEPS,
    };
    let is_checker = matches!(design.kind, Kind::Checker(_));
    let (set, get, call, counted) = match spelling {
        Spelling::C => {
            let load = match (is_checker, cells) {
                (true, 1) => format!("{name}_load(&unit, (WORD)seed[0]);"),
                (true, _) => format!("{name}_load(&unit, seed);"),
                (false, 1) => "unit.state = (WORD)seed[0];".into(),
                (false, _) => "memcpy(unit.state, seed, sizeof unit.state);".into(),
            };
            let get = if cells == 1 {
                "next[0] = unit.state;".into()
            } else {
                "memcpy(next, unit.state, sizeof unit.state);".to_owned()
            };
            let call = match (&design.kind, data) {
                (Kind::Counter(_), _) => format!("out[0] = (uint64_t){name}_step(&unit);"),
                (Kind::Checker(_), _) => format!("out[0] = {name}_check(&unit, (WORD)data[0]);"),
                (Kind::Generator, 1) => format!("out[0] = {name}_step(&unit);"),
                (Kind::Generator, _) => format!("{name}_step(&unit, out);"),
                (_, 1) => format!("out[0] = {name}_step(&unit, (WORD)data[0]);"),
                (_, _) => format!("{name}_step(&unit, data, out);"),
            };
            let values = counted_values(design, |port| match port {
                "locked" | "inverted" => format!("(uint64_t)unit.{port}"),
                "slip" => format!("(uint64_t)unit.slip & {}", slip_mask(design)),
                _ => format!("unit.{port}"),
            });
            let counted = C_COUNTED.replace("COUNT", &values.0.to_string()).replace("VALUES", &values.1);
            let counted = if is_checker { counted } else { String::new() };
            (load, get, call, counted)
        }
        Spelling::Rust => {
            let load = match (is_checker, cells) {
                (true, 1) => "unit.load(seed[0] as WORD);".to_owned(),
                (true, _) => format!("unit.load(seed[..{cells}].try_into().unwrap());"),
                (false, 1) => "unit.state = seed[0] as WORD;".into(),
                (false, _) => format!("unit.state = seed[..{cells}].try_into().unwrap();"),
            };
            let get = if cells == 1 { "vec![u64::from(unit.state)]".into() } else { "unit.state.to_vec()".to_owned() };
            let call = match (&design.kind, data) {
                (Kind::Counter(_), _) => "vec![u64::from(unit.step())]".to_owned(),
                (Kind::Checker(_), _) => "vec![u64::from(unit.check(data[0] as WORD))]".into(),
                (Kind::Generator, 1) => "vec![u64::from(unit.step())]".into(),
                (Kind::Generator, _) => "unit.step().to_vec()".into(),
                (_, 1) => "vec![u64::from(unit.step(data[0] as WORD))]".into(),
                (_, _) => format!("unit.step(data[..{data}].try_into().unwrap()).to_vec()"),
            };
            let values = counted_values(design, |port| match port {
                "locked" | "inverted" => format!("u64::from(unit.{port})"),
                "slip" => format!("unit.slip as u64 & {}", slip_mask(design)),
                _ => format!("unit.{port}"),
            });
            let counted = RUST_COUNTED.replace("VALUES", &values.1);
            let counted = if is_checker { counted } else { String::new() };
            (load, get, call, counted)
        }
    };
    let word = match spelling {
        Spelling::C => format!("uint{bits}_t"),
        Spelling::Rust => format!("u{bits}"),
    };
    template
        .replace("LOAD", &set)
        .replace("STATE", &get)
        .replace("CALL", &call)
        .replace("COUNTED", &counted)
        .replace("WORDS", &n.max(width).div_ceil(64).max(1).to_string())
        .replace("WORD", &word)
        .replace("TYPE", &camel(name))
        .replace("NAME", name)
        .replace("DECIDES", &format!("{prefix} agree, {decides}"))
        .replace("CASES", &rows.counts[0].to_string())
        .replace("CLOCKS", &rows.counts[1].to_string())
        .replace("BITS", &rows.bits.to_string())
}

/// The bits of a slip, as the model has them.
fn slip_mask(design: &Design) -> String {
    let Kind::Checker(checker) = &design.kind else { return String::new() };
    format!("{:#x}", (1u64 << checker.slip_bits()) - 1)
}

/// A number that stands alone: no bits are 0.
fn hex(bits: &[bool]) -> String {
    if bits.is_empty() { "0".into() } else { vectors::hex(bits) }
}

const C_STEPS: &str = r#"// Bench of NAME. In this folder:
//   cc -std=c99 -o NAME_bench NAME_tb.c && ./NAME_bench
// The rows that it compares with are by lfsr's stepping of the register, not by the operations of NAME.h.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "NAME.h"

// A number of up to WORDS words, the highest digit first.
static int number(FILE *from, uint64_t words[WORDS])
{
    static char digits[16 * WORDS + 2];
    char format[16];
    snprintf(format, sizeof format, "%%%us", (unsigned)sizeof digits - 1);
    if (fscanf(from, format, digits) != 1) {
        return 0;
    }
    memset(words, 0, sizeof(uint64_t) * WORDS);
    size_t count = strlen(digits);
    for (size_t i = 0; i < count; i++) {
        const char digit = digits[count - 1 - i];
        const uint64_t value = (uint64_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        words[i / 16] |= value << (i % 16 * 4);
    }
    return 1;
}

static FILE *opened(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(2);
    }
    return file;
}

int main(void)
{
    static uint64_t seed[WORDS], data[WORDS], out[WORDS], next[WORDS], expected[WORDS], after[WORDS];
    static NAME unit;
    unsigned long rows = 0, wrong_cases = 0, wrong_bits = 0;
    FILE *file = opened("NAME_cases.txt");
    NAME_reset(&unit);
    while (number(file, seed) && number(file, data) && number(file, expected) && number(file, after)) {
        memset(out, 0, sizeof out);
        memset(next, 0, sizeof next);
        LOAD
        CALL
        STATE
        wrong_cases += memcmp(out, expected, sizeof out) != 0 || memcmp(next, after, sizeof next) != 0;
        rows++;
    }
    fclose(file);
    printf("%lu of CASES DECIDES\n", rows - wrong_cases);
    rows = 0;
    file = opened("NAME_run.txt");
    NAME_reset(&unit);
    while (number(file, data) && number(file, expected)) {
        memset(out, 0, sizeof out);
        CALL
        for (size_t i = 0; i < WORDS; i++) {
            for (uint64_t rest = out[i] ^ expected[i]; rest != 0; rest &= rest - 1) {
                wrong_bits++;
            }
        }
        COUNTED
        rows++;
    }
    fclose(file);
    if (rows != CLOCKS) {
        printf("%lu rows of CLOCKS\n", rows);
        return 1;
    }
    printf("%lu errors in BITS bits\n", wrong_bits);
    return wrong_cases != 0 || wrong_bits != 0;
}
"#;

const C_COUNTED: &str = r"const uint64_t counts[COUNT] = {VALUES};
        for (size_t i = 0; i < COUNT; i++) {
            wrong_bits += !number(file, expected) || expected[0] != counts[i];
        }";

const C_CRC: &str = r#"// Bench of NAME. In this folder:
//   cc -std=c99 -o NAME_bench NAME_tb.c && ./NAME_bench
// The checksums that it compares with are by lfsr's, a bit at a time, not by the tables of NAME.h.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "NAME.h"

static unsigned long rows;

// Messages whose checksum is another.
static unsigned long wrong_in(const char *path)
{
    static uint8_t message[256];
    static char digits[513];
    unsigned count;
    uint64_t checksum;
    unsigned long wrong = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(2);
    }
    rows = 0;
    while (fscanf(file, "%x %512s %" SCNx64, &count, digits, &checksum) == 3 && count <= sizeof message) {
        for (unsigned i = 0; i < count; i++) {
            unsigned byte = 0;
            sscanf(digits + 2 * i, "%2x", &byte);
            message[i] = (uint8_t)byte;
        }
        wrong += NAME(message, count) != checksum;
        rows++;
    }
    fclose(file);
    return wrong;
}

int main(void)
{
    const unsigned long wrong_cases = wrong_in("NAME_cases.txt");
    printf("%lu of CASES DECIDES\n", rows - wrong_cases);
    const unsigned long wrong = wrong_in("NAME_run.txt");
    if (rows != CLOCKS) {
        printf("%lu rows of CLOCKS\n", rows);
        return 1;
    }
    printf("%lu errors in BITS bits\n", wrong);
    return wrong_cases != 0 || wrong != 0;
}
"#;

const RUST_STEPS: &str = r#"// Bench of NAME. In this folder:
//   rustc -o NAME_bench NAME_tb.rs && ./NAME_bench
// The rows that it compares with are by lfsr's stepping of the register, not by the operations of NAME.rs.
#[path = "NAME.rs"]
mod unit;

/// A number in words, the highest digit first.
fn number(digits: &str) -> Vec<u64> {
    let bytes: Vec<u8> = digits.bytes().rev().collect();
    let mut words: Vec<u64> = bytes
        .chunks(16)
        .map(|chunk| chunk.iter().rev().fold(0, |word, &digit| word << 4 | u64::from((digit as char).to_digit(16).unwrap())))
        .collect();
    words.resize(WORDS, 0);
    words
}

fn trimmed(mut words: Vec<u64>) -> Vec<u64> {
    words.resize(WORDS, 0);
    words
}

fn main() {
    let mut unit = unit::TYPE::new();
    let cases = std::fs::read_to_string("NAME_cases.txt").expect("NAME_cases.txt");
    let mut right = 0;
    for row in cases.lines() {
        let fields: Vec<Vec<u64>> = row.split(' ').map(number).collect();
        let [seed, data, expected, after] = &fields[..] else { panic!("a row of four numbers") };
        let _ = data;
        LOAD
        let out = trimmed(CALL);
        let next = trimmed(STATE);
        right += usize::from(out == *expected && next == *after);
    }
    println!("{right} of CASES DECIDES");
    let run = std::fs::read_to_string("NAME_run.txt").expect("NAME_run.txt");
    let mut unit = unit::TYPE::new();
    let (mut wrong, mut rows) = (0u32, 0);
    for row in run.lines() {
        let fields: Vec<Vec<u64>> = row.split(' ').map(number).collect();
        let [data, expected, counts @ ..] = &fields[..] else { panic!("a row of two numbers or more") };
        let (_, _) = (data, counts);
        let out = trimmed(CALL);
        wrong += out.iter().zip(expected).map(|(out, expected)| (out ^ expected).count_ones()).sum::<u32>();
        COUNTED
        rows += 1;
    }
    assert_eq!(rows, CLOCKS);
    println!("{wrong} errors in BITS bits");
    std::process::exit(i32::from(wrong > 0 || right != CASES));
}
"#;

const RUST_COUNTED: &str = r"let now = [VALUES];
        wrong += now.iter().zip(counts).map(|(now, then)| u32::from(*now != then[0])).sum::<u32>();";

const RUST_CRC: &str = r#"// Bench of NAME. In this folder:
//   rustc -o NAME_bench NAME_tb.rs && ./NAME_bench
// The checksums that it compares with are by lfsr's, a bit at a time, not by the tables of NAME.rs.
#[path = "NAME.rs"]
mod unit;

/// Messages, and those whose checksum is another.
fn compared(path: &str) -> (usize, usize) {
    let text = std::fs::read_to_string(path).expect("rows");
    let is_wrong = |row: &str| {
        let fields: Vec<&str> = row.split(' ').collect();
        let byte = |i: usize| u8::from_str_radix(&fields[1][2 * i..2 * i + 2], 16).unwrap();
        let count = usize::from_str_radix(fields[0], 16).unwrap();
        let message: Vec<u8> = (0..count).map(byte).collect();
        u64::from(unit::TYPE::checksum(&message)) != u64::from_str_radix(fields[2], 16).unwrap()
    };
    (text.lines().count(), text.lines().filter(|row| is_wrong(row)).count())
}

fn main() {
    let (cases, wrong_cases) = compared("NAME_cases.txt");
    println!("{} of CASES DECIDES", cases - wrong_cases);
    let (rows, wrong) = compared("NAME_run.txt");
    assert_eq!(rows, CLOCKS);
    println!("{wrong} errors in BITS bits");
    std::process::exit(i32::from(wrong > 0 || wrong_cases > 0));
}
"#;
