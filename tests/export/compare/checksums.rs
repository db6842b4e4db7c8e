//! Checksums in C and Rust: time and size.

use core::hint::black_box;
use std::{env, fs, path::Path, process::Command, time::Instant};

use crc::{Crc, NoTable, Table};

use crate::{export, run};

/// Turns each side takes.
const ROUNDS: usize = 5;

/// Bytes of the message.
const MESSAGE: usize = 1 << 20;

/// Times that it is gone through in a turn.
const TIMES: usize = 30;

/// Someone's checksum.
struct Side {
    name: String,
    /// Bytes of code and tables, if they can be told.
    size: Option<u64>,
    turn: Box<dyn Fn() -> Result<(f64, u64), String>>,
}

/// Ways of the crate `crc`, by name.
type Peers = Vec<(&'static str, Box<dyn Fn(&[u8]) -> u64>)>;

/// The crate's ways for an algorithm: no table, one, sixteen.
macro_rules! peers {
    ($word:ty, $algorithm:expr) => {{
        let none = Crc::<$word, NoTable>::new($algorithm);
        let one = Crc::<$word, Table<1>>::new($algorithm);
        let many = Crc::<$word, Table<16>>::new($algorithm);
        let peers: Peers = vec![
            ("crate crc, no table", Box::new(move |bytes| none.checksum(bytes).into())),
            ("crate crc, Table<1>", Box::new(move |bytes| one.checksum(bytes).into())),
            ("crate crc, Table<16>", Box::new(move |bytes| many.checksum(bytes).into())),
        ];
        peers
    }};
}

/// A table for each algorithm: ours in C and Rust, each beside its peer.
pub(crate) fn compare() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let pycrc = env::var("LFSR_PYCRC").ok();
    if pycrc.is_none() {
        println!("pycrc: left out: LFSR_PYCRC does not name it\n");
    }
    let with = |model| pycrc.as_deref().map(|path| (path, model));
    one(folder.path(), "CRC-32/ISO-HDLC", with("crc-32"), peers!(u32, &crc::CRC_32_ISO_HDLC))?;
    one(folder.path(), "CRC-16/XMODEM", with("xmodem"), peers!(u16, &crc::CRC_16_XMODEM))
}

fn one(folder: &Path, name: &str, pycrc: Option<(&str, &str)>, peers: Peers) -> Result<(), String> {
    let mut sides = vec![];
    for width in [1, 4, 8, 32, 64, 128] {
        sides.push(ours_in_c(folder, name, width)?);
    }
    if let Some((program, model)) = pycrc {
        for (title, options) in [
            ("no table", &["--algorithm", "bit-by-bit-fast"] as &[&str]),
            ("16 entries", &["--algorithm", "table-driven", "--table-idx-width", "4"]),
            ("256 entries", &["--algorithm", "table-driven"]),
            ("slice by 4", &["--algorithm", "table-driven", "--slice-by", "4"]),
            ("slice by 8", &["--algorithm", "table-driven", "--slice-by", "8"]),
            ("slice by 16", &["--algorithm", "table-driven", "--slice-by", "16"]),
        ] {
            // Slices are for reflected algorithms only, says pycrc.
            match pycrc_in_c(folder, program, model, title, options) {
                Ok(side) => sides.push(side),
                Err(reason) => println!("pycrc, {title}: left out: {}", reason.lines().last().unwrap_or_default()),
            }
        }
    }
    for width in [1, 4, 8, 32, 64, 128] {
        sides.push(ours_in_rust(folder, name, width)?);
    }
    for (title, checksum) in peers {
        let turn = move || {
            let message = message();
            let (start, mut sum) = (Instant::now(), 0);
            for _ in 0..TIMES {
                sum = checksum(black_box(&message));
            }
            Ok((start.elapsed().as_secs_f64(), black_box(sum)))
        };
        sides.push(Side { name: title.into(), size: None, turn: Box::new(turn) });
    }
    let mut times = vec![vec![]; sides.len()];
    let mut expected = None;
    for _ in 0..ROUNDS {
        for (side, times) in sides.iter().zip(&mut times) {
            let (time, sum) = (side.turn)()?;
            if *expected.get_or_insert(sum) != sum {
                return Err(format!("{name}, {}: {sum:#x}, others {expected:#x?}", side.name));
            }
            times.push(time);
        }
    }
    println!("{name}, medians of {ROUNDS} turns");
    for (side, mut times) in sides.iter().zip(times) {
        times.sort_by(f64::total_cmp);
        let each = times[ROUNDS / 2] / (MESSAGE * TIMES) as f64 * 1e9;
        let size = side.size.map_or(String::new(), |size| format!("{size} bytes"));
        println!("{:<28} {each:>8.3} ns/byte  {size:>12}", side.name);
    }
    println!();
    Ok(())
}

fn message() -> Vec<u8> {
    (0..MESSAGE as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// A program that prints its time and the checksum.
fn timed(program: &Path) -> Result<(f64, u64), String> {
    let said = run(&mut Command::new(program))?;
    let (time, sum) = said.trim().split_once(' ').ok_or("no answer")?;
    Ok((time.parse().map_err(|_| "no time")?, sum.parse().map_err(|_| "no checksum")?))
}

/// The C program around `checksum(message, count)`.
const C: &str = "#include <stdio.h>\n#include <stdlib.h>\n#include <time.h>\n#include <stdint.h>\n\
    uint64_t checksum(const uint8_t *message, size_t count);\n\
    int main(void) {\nuint8_t *m = malloc(MESSAGE); volatile uint64_t sum = 0;\n\
    for (uint32_t i = 0; i < MESSAGE; i++) m[i] = (uint8_t)(i * UINT32_C(2654435761) >> 13);\n\
    struct timespec a, b; clock_gettime(CLOCK_MONOTONIC, &a);\n\
    for (int k = 0; k < TIMES; k++) sum = checksum(m, MESSAGE);\nclock_gettime(CLOCK_MONOTONIC, &b);\n\
    printf(\"%.9f %llu\\n\", (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec), (unsigned long long)sum);\n\
    return 0;\n}\n";

/// Compiles a C file that has `checksum`, and what it needs, at -O2.
fn built(folder: &Path, name: &str, files: &[String], title: String) -> Result<Side, String> {
    let text = C.replace("MESSAGE", &MESSAGE.to_string()).replace("TIMES", &TIMES.to_string());
    fs::write(folder.join("main.c"), text).map_err(|error| error.to_string())?;
    let mut size = 0;
    let mut objects = vec![];
    for file in files {
        let object = format!("{file}.o");
        run(Command::new("cc").current_dir(folder).args(["-O2", "-c", file, "-o", &object]))?;
        let said = run(Command::new("size").current_dir(folder).arg(&object))?;
        let numbers: Vec<u64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        size += numbers.first().ok_or("size says nothing")? + numbers.get(1).ok_or("size says nothing")?;
        objects.push(object);
    }
    run(Command::new("cc").current_dir(folder).args(["-O2", "main.c"]).args(&objects).args(["-o", name]))?;
    let program = folder.join(name);
    Ok(Side { name: title, size: Some(size), turn: Box::new(move || timed(&program)) })
}

fn ours_in_c(folder: &Path, algorithm: &str, width: usize) -> Result<Side, String> {
    let name = format!("c{width}_{}", algorithm.len());
    let bits = width.to_string();
    export(folder, &format!("{name}.h"), &["c", algorithm, "--what", "crc", "--width", &bits, "--name", "ours"])?;
    let text = format!(
        "#include \"{name}.h\"\nuint64_t checksum(const uint8_t *m, size_t n);\n\
         uint64_t checksum(const uint8_t *m, size_t n) {{ return ours(m, n); }}\n"
    );
    fs::write(folder.join(format!("{name}.c")), text).map_err(|error| error.to_string())?;
    built(folder, &name, &[format!("{name}.c")], format!("C, --width {width}"))
}

fn pycrc_in_c(folder: &Path, program: &str, model: &str, title: &str, options: &[&str]) -> Result<Side, String> {
    let name = format!("p_{model}_{}", title.replace(' ', "_"));
    for (kind, file) in [("h", format!("{name}.h")), ("c", format!("{name}.c"))] {
        let mut command = Command::new(program);
        command.current_dir(folder).args(["--model", model, "--std", "C99", "--generate", kind, "-o", &file]);
        run(command.args(options))?;
    }
    let text = format!(
        "#include \"{name}.h\"\n#include <stdint.h>\nuint64_t checksum(const uint8_t *m, size_t n);\n\
         uint64_t checksum(const uint8_t *m, size_t n) {{ return crc_finalize(crc_update(crc_init(), m, n)); }}\n"
    );
    fs::write(folder.join(format!("{name}_call.c")), text).map_err(|error| error.to_string())?;
    built(folder, &format!("{name}_run"), &[format!("{name}.c"), format!("{name}_call.c")], format!("pycrc, {title}"))
}

fn ours_in_rust(folder: &Path, algorithm: &str, width: usize) -> Result<Side, String> {
    let name = format!("r{width}_{}", algorithm.len());
    let bits = width.to_string();
    export(folder, &format!("{name}.rs"), &["rust", algorithm, "--what", "crc", "--width", &bits, "--name", "ours"])?;
    let text = format!(
        "#[path = \"{name}.rs\"] mod ours;\nuse std::hint::black_box;\nfn main() {{\n\
         let m: Vec<u8> = (0..{MESSAGE}u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();\n\
         let start = std::time::Instant::now();\nlet mut sum = 0;\n\
         for _ in 0..{TIMES} {{ sum = ours::Ours::checksum(black_box(&m)); }}\n\
         println!(\"{{}} {{}}\", start.elapsed().as_secs_f64(), black_box(sum));\n}}\n"
    );
    let main = format!("{name}_main.rs");
    fs::write(folder.join(&main), text).map_err(|error| error.to_string())?;
    run(Command::new("rustc").current_dir(folder).args(["--edition=2024", "-Copt-level=3", &main, "-o", &name]))?;
    let program = folder.join(&name);
    Ok(Side { name: format!("Rust, --width {width}"), size: None, turn: Box::new(move || timed(&program)) })
}
