//! The file: one line of text that says of what it is, then numbers, then a checksum; written whole or not at all.
//!
//! ```text
//! lfsr.checkpoint/1 {"characteristic_hex":"0x11","form":"fibonacci","xnor":false,"section_bits":31,"total":512,"shard":[1,1],...}
//! u64 groups of arcs, each: u64 first start, u64 count, count x (u64 end, u64 steps)
//! u64 ranges done by leaders, each: u64 start, u64 end
//! u64 periods, each: u64 period, u64 number of cycles
//! u32 CRC-32C (iSCSI) of everything before
//! ```
//! All numbers are little-endian.

use core::time::Duration;
use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
};

use lfsr_core::register::{Form, Register};
use serde::{Deserialize, Serialize};

use super::{
    Arcs, Checkpoint, Done, Head, Ranges, Shard, Tally,
    error::{Problem, ReadError},
    sealed::{CRC, Sealed},
};
use crate::terminal::output::{Output, WriteError};

const SCHEMA: &str = "lfsr.checkpoint/1 ";

/// Bytes of the longest file: more than any section that is ever planned has.
const LONGEST: u64 = 1 << 30;

/// Bytes of the longest header.
const LONGEST_HEADER: usize = 4096;

#[derive(Serialize, Deserialize)]
struct Header {
    characteristic_hex: String,
    form: String,
    xnor: bool,
    section_bits: Option<u32>,
    total: u64,
    shard: [u32; 2],
    elapsed_s: f64,
}

impl Checkpoint {
    /// Writes it beside `path` and then in its place.
    ///
    /// # Errors
    /// If it cannot be written; an older file is then untouched.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        let mut out = Output::new(Some(path))?;
        out.write_all(&self.encoded()).map_err(|error| out.error(error))?;
        out.finish()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it is not a checkpoint, of another version, truncated, altered, or cannot be read.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let decoded = File::open(path).map_err(Problem::Open).and_then(Self::from_reader);
        decoded.map_err(|problem| ReadError { file: path.display().to_string(), problem })
    }

    fn encoded(&self) -> Vec<u8> {
        let Head { register, section_bits, total, shard, elapsed } = &self.head;
        let header = Header {
            characteristic_hex: format!("{:#x}", register.characteristic()),
            form: register.form().to_string(),
            xnor: register.xnor(),
            section_bits: *section_bits,
            total: *total,
            shard: [shard.index, shard.count],
            elapsed_s: elapsed.as_secs_f64(),
        };
        let mut bytes = SCHEMA.as_bytes().to_vec();
        bytes.extend(serde_json::to_vec(&header).unwrap_or_default());
        bytes.push(b'\n');
        let mut put = |number: u64| bytes.extend(number.to_le_bytes());
        put(self.done.arcs.len() as u64);
        for arcs in &self.done.arcs {
            put(arcs.first);
            put(arcs.records.len() as u64);
            arcs.records.iter().flatten().for_each(|number| put(*number));
        }
        put(self.done.leaders.done.iter().count() as u64);
        self.done.leaders.done.iter().flat_map(|range| [range.start, range.end]).for_each(&mut put);
        put(self.done.leaders.census.len() as u64);
        self.done.leaders.census.iter().flat_map(|(&period, &count)| [period, count]).for_each(&mut put);
        bytes.extend(CRC.checksum(&bytes).to_le_bytes());
        bytes
    }

    /// Reads what [`Checkpoint::write`] has written, from anywhere. Nothing is held that is not there.
    ///
    /// # Errors
    /// As [`Checkpoint::read`].
    pub fn from_reader(bytes: impl Read) -> Result<Self, Problem> {
        let mut bytes = Sealed::new(bytes, LONGEST);
        let mut schema = [0; SCHEMA.len()];
        // What is shorter is as foreign.
        let _ = bytes.exactly(&mut schema);
        if schema != SCHEMA.as_bytes() {
            return Err(if schema.starts_with(b"lfsr.checkpoint/") { Problem::OtherVersion } else { Problem::Foreign });
        }
        let content = Self::content(&mut bytes);
        // Damage explains whatever else may be wrong.
        bytes.verify().and(content)
    }

    /// What follows the schema. Nothing is held that the file does not have.
    fn content(bytes: &mut Sealed<impl Read>) -> Result<Self, Problem> {
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            if line.len() == LONGEST_HEADER {
                return Err("its header has no end".into());
            }
            line.push(0);
            bytes.exactly(line.last_chunk_mut::<1>().map_or(&mut [][..], |last| &mut last[..]))?;
        }
        let header: Header =
            serde_json::from_slice(&line).map_err(|error| Problem::Contradiction(format!("its header: {error}")))?;
        let head = header.head()?;
        let mut next = || -> Result<u64, Problem> {
            let mut number = [0; 8];
            bytes.exactly(&mut number)?;
            Ok(u64::from_le_bytes(number))
        };
        let mut arcs: Vec<Arcs> = Vec::new();
        let mut least = 0;
        for _ in 0..next()? {
            let (first, count) = (next()?, next()?);
            if first < least || count > head.total || first > head.total - count {
                return Err("its arcs are not in order".into());
            }
            least = first + count;
            let records: Result<_, Problem> = (0..count).map(|_| Ok([next()?, next()?])).collect();
            arcs.push(Arcs { first, records: records? });
        }
        let mut done = Ranges::default();
        for _ in 0..next()? {
            done.insert(next()?..next()?);
        }
        let mut leaders = Tally { done, ..Tally::default() };
        for _ in 0..next()? {
            leaders.census.insert(next()?, next()?);
        }
        if bytes.has_more()? {
            return Err("it has more than its counts say".into());
        }
        Ok(Self { head, done: Done { arcs, leaders } })
    }
}

impl Header {
    fn head(&self) -> Result<Head, Problem> {
        let wrong = |what: String| Problem::Contradiction(what);
        let digits = self.characteristic_hex.strip_prefix("0x").unwrap_or_default();
        let c = u128::from_str_radix(digits, 16).map_err(|error| wrong(format!("its polynomial: {error}")))?;
        let register = Register::from_characteristic(c).map_err(|error| wrong(format!("its polynomial: {error}")))?;
        let form = [Form::Fibonacci, Form::Galois].into_iter().find(|form| form.to_string() == self.form);
        let register = register.with_form(form.ok_or("an unknown form")?).with_xnor(self.xnor);
        let total = Head::total_of(&register, self.section_bits);
        let [index, count] = self.shard;
        if total != Some(self.total) || index == 0 || index > count {
            return Err("its header contradicts itself".into());
        }
        let elapsed = Duration::try_from_secs_f64(self.elapsed_s).map_err(|error| wrong(error.to_string()))?;
        Ok(Head {
            register,
            section_bits: self.section_bits,
            total: self.total,
            shard: Shard { index, count },
            elapsed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(section_bits: Option<u32>) -> Checkpoint {
        let register = lfsr_core::notation::parse("x^16+x^14+x^13+x^11+1").unwrap().with_form(Form::Galois);
        let total = section_bits.map_or(1 << 15, |z| 1 << (16 - z));
        let shard = Shard { index: 2, count: 3 };
        let head = Head { register, section_bits, total, shard, elapsed: Duration::from_millis(1500) };
        let mut checkpoint = Checkpoint::new(head);
        if section_bits.is_some() {
            checkpoint.done.arcs = vec![
                Arcs { first: 3, records: vec![[9, 8], [7, 6]] },
                Arcs { first: 10, records: vec![[1, u64::MAX]] },
            ];
        }
        checkpoint.done.leaders.done.insert(5..9);
        checkpoint.done.leaders.done.insert(20..21);
        checkpoint.done.leaders.census.insert(15, 2);
        checkpoint
    }

    #[test]
    fn what_is_written_is_read() {
        for section_bits in [Some(6), None] {
            let checkpoint = example(section_bits);
            assert_eq!(Checkpoint::from_reader(&checkpoint.encoded()[..]).unwrap(), checkpoint);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        example(Some(6)).write(&path).unwrap();
        assert_eq!(Checkpoint::read(&path).unwrap(), example(Some(6)));
        assert!(Checkpoint::read(folder.path()).is_err());
        assert!(Checkpoint::read(&folder.path().join("none")).unwrap_err().to_string().contains("none: cannot open"));
    }

    #[test]
    fn anything_else_is_refused() {
        let bytes = example(Some(6)).encoded();
        for length in 0..bytes.len() {
            assert!(Checkpoint::from_reader(&bytes[..length]).is_err(), "{length}");
        }
        for i in 0..bytes.len() {
            for bit in 0..8 {
                let mut altered = bytes.clone();
                altered[i] ^= 1 << bit;
                assert!(Checkpoint::from_reader(&altered[..]).is_err(), "byte {i} bit {bit}");
            }
        }
        assert!(matches!(Checkpoint::from_reader(&b"1,0,0,1\n"[..]), Err(Problem::Foreign)));
        assert!(matches!(Checkpoint::from_reader(std::io::repeat(0)), Err(Problem::Foreign)));
        assert!(matches!(Checkpoint::from_reader(&b"lfsr.checkpoint/2 {}\n"[..]), Err(Problem::OtherVersion)));
    }

    /// Files with a right checksum and wrong content, as a buggy or hostile writer would make them.
    #[test]
    fn contradictions_are_refused() {
        let sealed = |mut bytes: Vec<u8>| {
            bytes.truncate(bytes.len() - 4);
            bytes.extend(CRC.checksum(&bytes).to_le_bytes());
            Checkpoint::from_reader(&bytes[..])
        };
        let bytes = example(Some(6)).encoded();
        let body = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for (at, value) in [(0, u64::MAX), (1, 2000), (2, u64::MAX), (2, 3), (7, 4), (11, 70)] {
            let mut altered = bytes.clone();
            altered[body + 8 * at..][..8].copy_from_slice(&u64::to_le_bytes(value));
            assert!(sealed(altered).is_err(), "number {at} = {value}");
        }
        let text = String::from_utf8_lossy(&bytes[..body]).into_owned();
        for (from, to) in
            [("1024", "1023"), ("[2,3]", "[4,3]"), ("galois", "gaulois"), ("0x1002d", "0x1"), (":6,", ":60,")]
        {
            let mut altered = text.replace(from, to).into_bytes();
            assert_ne!(altered, text.as_bytes(), "{from}");
            altered.extend(&bytes[body..]);
            assert!(sealed(altered).is_err(), "{from} -> {to}");
        }
    }
}
