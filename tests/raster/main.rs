//! Pictures as points, compared with those that somebody looked at: with a tolerance that one swapped tap does not pass.
//!
//! `LFSR_PICTURES=write` (`cargo xtask pictures`) draws the kept ones anew; look at them then. Letters are left out: machines have different ones.

#![allow(clippy::print_stdout, reason = "the log says what was compared")]

use std::{path::Path, process::Command};

use lfsr_crosscheck::{deadline::output, program::program};
use resvg::{tiny_skia, usvg};

/// The name of the kept picture, the command that draws it, and a command that draws something else: a tap beside, another state, a wrong bit more.
/// `ones.txt` and `noisy.bin` are made below.
const PICTURES: [(&str, &str, &str); 12] = [
    ("fibonacci", "schematic x^16+x^14+x^13+x^11+1", "schematic x^16+x^14+x^12+x^11+1"),
    ("galois", "schematic x^16+x^14+x^13+x^11+1 --form galois", "schematic x^16+x^14+x^13+x^10+1 --form galois"),
    ("left", "schematic x^9+x^4+1 --shift left", "schematic x^9+x^4+1"),
    ("xnor", "schematic x^12+x^6+x^4+x+1 --xnor", "schematic x^12+x^6+x^4+x+1"),
    ("folded", "schematic x^64+x^63+x^61+x^60+1", "schematic x^64+x^63+x^62+x^60+1"),
    (
        "folded-galois",
        "schematic x^40+x^38+x^21+x^19+1 --form galois --shift left",
        "schematic x^40+x^38+x^21+x^18+1 --form galois --shift left",
    ),
    ("states", "cycles char:x^8+x^6+x^3", "cycles char:x^8+x^7+x^3"),
    ("cycles", "cycles x^40+x^20+1", "cycles x^40+x^19+1"),
    ("complexity", "complexity ones.txt --input ascii", "complexity ones.txt --input ascii --bits 1900"),
    ("runs", "runs ones.txt --input ascii", "runs noisy.bin"),
    ("correlation", "correlation ones.txt --input ascii --bits 511", "correlation ones.txt --input ascii --bits 510"),
    ("errors", "errors PRBS23 noisy.bin", "errors PRBS23 noisy.bin --fold 65"),
];

/// Points in a million that may look different.
const TOLERANCE: usize = 100;

/// How different a point is, of 255, that looks different.
const SEEN: u8 = 48;

#[test]
fn pictures_look_as_they_did() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    inputs(folder);
    let is_writing = std::env::var("LFSR_PICTURES").is_ok_and(|what| what == "write");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("raster");
    let mut closest = usize::MAX;
    for (name, command, other) in PICTURES {
        let path = kept.join(format!("{name}.png"));
        let drawn = raster(&draw(folder, command));
        if is_writing {
            drawn.save_png(&path).expect("a file");
        }
        let old = tiny_skia::Pixmap::load_png(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (different, far) = (differences(&old, &drawn), differences(&old, &raster(&draw(folder, other))));
        assert!(
            different <= TOLERANCE,
            "{name}: {different} points in a million are not as they were; look at it: lfsr draw {command}; cargo xtask pictures keeps it"
        );
        assert!(far > TOLERANCE, "{name}: `{other}` differs in {far} points in a million only, and would pass");
        closest = closest.min(far);
    }
    println!(
        "{} pictures look as they did; the other ones differ in {closest} points in a million and more",
        PICTURES.len()
    );
}

/// A sequence as text, and one with wrong bits as bytes.
fn inputs(folder: &Path) {
    let make = |arguments: &str| {
        let made = output(Command::new(program()).args(arguments.split(' ')).current_dir(folder)).expect("lfsr runs");
        assert!(made.status.success(), "{arguments}: {}", String::from_utf8_lossy(&made.stderr));
    };
    make("generate PRBS9 --bits 2000 --encoding ascii -o ones.txt");
    make("generate PRBS23 --bits 200k --errors 1e-3 --error-seed 7 -q -o noisy.bin");
}

fn draw(folder: &Path, command: &str) -> String {
    let arguments = command.split(' ');
    let drawn = output(Command::new(program()).arg("draw").args(arguments).current_dir(folder)).expect("lfsr runs");
    assert!(drawn.status.success(), "{command}: {}", String::from_utf8_lossy(&drawn.stderr));
    String::from_utf8(drawn.stdout).expect("text")
}

/// In its own size, in light colours.
fn raster(svg: &str) -> tiny_skia::Pixmap {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).expect("a picture");
    let size = tree.size().to_int_size();
    let mut points = tiny_skia::Pixmap::new(size.width(), size.height()).expect("a size");
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut points.as_mut());
    points
}

/// Points in a million that look different; all of them if the sizes differ.
fn differences(old: &tiny_skia::Pixmap, new: &tiny_skia::Pixmap) -> usize {
    if (old.width(), old.height()) != (new.width(), new.height()) {
        return 1_000_000;
    }
    let points = old.data().len() / 4;
    let looks_different = |(one, other): (&[u8], &[u8])| one.iter().zip(other).any(|(a, b)| a.abs_diff(*b) > SEEN);
    let different = old.data().chunks(4).zip(new.data().chunks(4)).filter(|pair| looks_different(*pair)).count();
    (different * 1_000_000).div_ceil(points)
}
