//! The pictures of the guide are what the program draws: `cargo xtask pictures` makes them anew, and this test says when one is old.

use std::{fs, path::Path};

use lfsr_core::{bit_order::BitOrder, random::SplitMix64};
use lfsr_host::bits::signal::Signal;

mod program;

use program::{finish, lfsr};

/// File and command. `capture.bin` is made below.
const PICTURES: [(&str, &[&str]); 3] = [
    ("schematic.svg", &["draw", "schematic", "x^16+x^14+x^13+x^11+1"]),
    ("states.svg", &["draw", "cycles", "char:x^8+x^6+x^3"]),
    ("errors.svg", &["draw", "errors", "PRBS23", "capture.bin"]),
];

/// PRBS23, MSB first: one bit in a thousand wrong; in two of five words of 66 bits, where twelve are a block, bit 21 of the block; and for 30,000 bits one in fifty.
fn capture() -> Vec<u8> {
    let mut words = vec![0; 62_500];
    "PRBS23".parse::<Signal>().unwrap().bits(BitOrder::Msb).fill(&mut words);
    let mut bytes: Vec<u8> = words.into_iter().flat_map(u64::to_le_bytes).collect();
    let mut random = SplitMix64(2026);
    let bits = 8 * bytes.len() as u64;
    let mut turn = |at: u64| bytes[at as usize / 8] ^= 0x80 >> (at % 8);
    (5000..bits).filter(|_| random.next_word().is_multiple_of(1000)).for_each(&mut turn);
    (8 * 66 + 21..bits).step_by(12 * 66).filter(|_| random.next_word() % 5 < 2).for_each(&mut turn);
    (3_000_000..3_030_000).filter(|_| random.next_word().is_multiple_of(50)).for_each(&mut turn);
    bytes
}

/// Four lanes of PRBS31, MSB first: one bit in twenty thousand wrong; in lane 2 one in a thousand; in lane 0 one in a hundred for a while.
fn lanes() -> Vec<u8> {
    let mut words = vec![0; 62_500];
    "PRBS31".parse::<Signal>().unwrap().bits(BitOrder::Msb).fill(&mut words);
    let mut bytes: Vec<u8> = words.into_iter().flat_map(u64::to_le_bytes).collect();
    let mut random = SplitMix64(31);
    for at in 5000..8 * bytes.len() {
        let one_in = match at % 4 {
            2 => 1000,
            0 if (1_600_000..1_900_000).contains(&at) => 100,
            _ => 20_000,
        };
        if random.next_word().is_multiple_of(one_in) {
            bytes[at / 8] ^= 0x80 >> (at % 8);
        }
    }
    bytes
}

/// The picture in the guide, once it is what was drawn.
fn compare(file: &str, drawn: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("guide").join("pictures").join(file);
    if std::env::var("LFSR_PICTURES").is_ok_and(|what| what == "write") {
        fs::write(&path, drawn).unwrap();
    }
    // Windows checks files out with other ends of lines.
    let kept = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(kept.as_bytes() == drawn, "{file} is not what the program draws: cargo xtask pictures makes it anew");
}

#[test]
fn the_picture_of_lanes_is_current() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lanes.bin"), lanes()).unwrap();
    let command = ["check", "PRBS31", "lanes.bin", "--lanes", "4", "--plot", "lanes.svg"];
    let said = finish(lfsr(&command).current_dir(folder.path()));
    assert_eq!(said.status.code(), Some(1), "{}", String::from_utf8_lossy(&said.stderr));
    let drawn = fs::read_to_string(folder.path().join("lanes.svg")).unwrap();
    // The errors that the text counts are those of the bars.
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    for lane in 0..4 {
        let row = text.lines().find(|line| line.trim_start().starts_with(&format!("{lane} "))).unwrap();
        let counted: u64 = row.split_whitespace().nth(4).unwrap().parse().unwrap();
        let bars = drawn.lines().filter_map(|mark| mark.split(&format!("<title>lane {lane}, bits ")).nth(1));
        let drawn =
            bars.map(|title| title.split(": ").nth(1).unwrap().split(' ').next().unwrap().parse::<u64>().unwrap());
        assert_eq!(drawn.sum::<u64>(), counted, "lane {lane}: {row}");
    }
    compare("lanes.svg", drawn.as_bytes());
}

#[test]
fn pictures_are_current() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("capture.bin"), capture()).unwrap();
    for (file, command) in PICTURES {
        let drawn = finish(lfsr(command).current_dir(folder.path()));
        assert!(drawn.status.success(), "{command:?}: {}", String::from_utf8_lossy(&drawn.stderr));
        compare(file, &drawn.stdout);
    }
}
