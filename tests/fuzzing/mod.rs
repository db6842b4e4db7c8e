//! What is done with bytes that mean no good: the bodies of the fuzz targets, shared by `fuzz.rs` (seeded, in every test run) and `fuzz/`
//! (cargo-fuzz, for who has the nightly compiler).
//!
//! A body returns if all is well, whatever it was given, and panics if not.

mod captures;
mod devices;
mod engines;
mod files;
pub mod mutation;
mod texts;

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, also of its folder in `corpus/`.
    pub name: &'static str,
    /// What is done with the bytes.
    pub body: fn(&[u8]),
    /// Words that its inputs are made of.
    pub words: &'static [&'static str],
}

/// All of them.
pub const TARGETS: [Target; 13] = [
    Target { name: "notation", body: texts::notation, words: texts::WORDS },
    Target { name: "rows", body: texts::rows, words: texts::WORDS },
    Target { name: "certificate", body: texts::certificate, words: texts::FIELDS },
    Target { name: "text", body: captures::text, words: &["0x", "#", "\n", "01"] },
    Target { name: "table", body: captures::table, words: captures::CELLS },
    Target { name: "vcd", body: captures::vcd, words: captures::COMMANDS },
    Target { name: "session", body: captures::session, words: captures::ARCHIVE },
    Target { name: "raw", body: captures::raw, words: &[] },
    Target { name: "checkpoint", body: files::checkpoint, words: &["\"section_bits\":", "\"shard\":[1,1]", "null"] },
    Target { name: "frames", body: devices::frames, words: &["\0"] },
    Target { name: "client", body: devices::client, words: &["\0"] },
    Target { name: "engines", body: engines::two_engines, words: &[] },
    Target { name: "resume", body: engines::stopped_and_resumed, words: &[] },
];

/// What the target of that name does.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn body(name: &str) -> fn(&[u8]) {
    TARGETS.iter().find(|target| target.name == name).expect("a target").body
}

/// Numbers out of bytes; zeros when they are used up.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn below(&mut self, most: u64) -> u64 {
        (0..8).fold(0, |number, _| number << 8 | u64::from(self.byte())) % most
    }
}
