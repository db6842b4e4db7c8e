//! Captures in every format. The first byte says which options are given.

use std::{fs, io::Cursor};

use lfsr_host::bits::capture::{Capture, CaptureError, CaptureOptions, Format};

pub(super) const CELLS: &[&str] =
    &["Time [s]", "time", ",", "\"", "\n", "0", "1", "1e-3", "x", "nan", "inf", "#", "1e308", "-1"];

pub(super) const COMMANDS: &[&str] = &[
    "$var wire 1 ! q $end\n",
    "$scope module m $end\n",
    "$upscope $end\n",
    "$enddefinitions $end\n",
    "$timescale 1 ns $end\n",
    "$comment ",
    "$end",
    "#",
    "0!",
    "1!",
    "b01 !",
    "r1.5 !",
    "$dumpvars",
    "18446744073709551615",
];

pub(super) const ARCHIVE: &[&str] =
    &["PK\u{3}\u{4}", "PK\u{1}\u{2}", "PK\u{5}\u{6}", "metadata", "logic-1-1", "unitsize=1\n", "probe1=D0\n"];

/// Bits that are read at most.
const MOST_BITS: u64 = 1 << 22;

fn read(capture: Result<Capture, CaptureError>) {
    let read = capture.and_then(|mut capture| capture.read_all(MOST_BITS));
    match read {
        Ok((words, bits)) => assert_eq!(words.len() as u64, bits.div_ceil(64)),
        Err(error) => {
            let said = error.to_string();
            assert!(!said.contains('\n') && said.len() < 3000, "{said}");
        }
    }
}

fn of(format: &str, bytes: &[u8]) {
    let (choice, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let options = options(format, *choice);
    read(Capture::from_reader(Box::new(Cursor::new(rest.to_vec())), &options));
}

fn options(format: &str, choice: u8) -> CaptureOptions {
    let name = |bits: u8| [None, Some("1"), Some("q"), Some("c:falling")][usize::from(bits & 3)].map(str::to_owned);
    CaptureOptions {
        file: "fuzz".into(),
        format: Format::by_name(format),
        signal: name(choice),
        clock: name(choice >> 2),
        rate: [None, Some(1.0), Some(9600.0), Some(1e12)][usize::from(choice >> 4 & 3)],
    }
}

pub(super) fn text(bytes: &[u8]) {
    // Texts have no signals.
    let plain = |format| read(Capture::from_reader(Box::new(Cursor::new(bytes.to_vec())), &options(format, 0)));
    plain("ascii");
    plain("hex");
}

pub(super) fn table(bytes: &[u8]) {
    of("csv", bytes);
    of("saleae", bytes);
}

pub(super) fn vcd(bytes: &[u8]) {
    of("vcd", bytes);
}

/// Raw bytes, and whatever format they may look like.
pub(super) fn raw(bytes: &[u8]) {
    let plain = |format| read(Capture::from_reader(Box::new(Cursor::new(bytes.to_vec())), &options(format, 0)));
    ["raw-msb", "raw-lsb", "no such format"].into_iter().for_each(plain);
}

/// An archive is read from its end, so that it must be a file.
pub(super) fn session(bytes: &[u8]) {
    let (choice, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fuzz.sr");
    fs::write(&path, rest).expect("a file");
    read(Capture::open(&CaptureOptions { file: path.display().to_string(), ..options("sr", *choice) }));
}
