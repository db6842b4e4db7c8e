//! [`Job`]: the enumeration that a folder is for, in `job.json`.

use core::time::Duration;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use lfsr_core::register::{Form, Register};
use serde::{Deserialize, Serialize};

use super::unit::Unit;
use crate::{
    analysis::{
        checkpoint::{Head, Shard},
        error::Error,
        plan::{Options, Plan},
    },
    terminal::output::{Output, WriteError},
};

/// The name of its file.
const FILE: &str = "job.json";

const SCHEMA: &str = "lfsr.job/1";

/// One enumeration in a folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The folder.
    pub folder: PathBuf,
    /// The register.
    pub register: Register,
    /// z; `None` if cycles are found by their leaders.
    pub section_bits: Option<u32>,
    /// Start states in all.
    pub total: u64,
    /// How many units.
    pub units: u32,
}

/// Why there is no job.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The folder has none.
    #[error("{}: cannot read: {source}", path.display())]
    NotThere {
        /// The file that is looked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It says nothing that can be used.
    #[error("{}: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The folder has one of another register.
    #[error("{} has another job already: {register} in {units} units", folder.display())]
    Other {
        /// The folder.
        folder: PathBuf,
        /// Of which register.
        register: Register,
        /// In how many units.
        units: u32,
    },
    /// More units than start states.
    #[error("{register} has {total} start states, which cannot be shared out to {units} units")]
    TooMany {
        /// The register.
        register: Register,
        /// How many start states there are.
        total: u64,
        /// How many units were asked for.
        units: u32,
    },
    /// It cannot be planned.
    #[error(transparent)]
    Plan(#[from] Error),
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The folder cannot be made.
    #[error("{}: cannot make the folder: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

#[derive(Serialize, Deserialize)]
struct Written {
    schema: String,
    characteristic_hex: String,
    form: String,
    xnor: bool,
    section_bits: Option<u32>,
    /// As text: JSON numbers end at 2^53 for many readers.
    total: String,
    units: u32,
}

impl Job {
    /// The most units: their files lie in one folder.
    pub const MOST_UNITS: u32 = 1_000_000;

    /// The job of `register` in `folder`, in so many units: the one that is there, if it is the same.
    ///
    /// # Errors
    /// If there is another, it cannot be planned, has fewer start states than units, or cannot be written.
    pub fn begin(folder: &Path, register: &Register, units: u32, options: &Options) -> Result<Self, JobError> {
        let options = Options { kept: true, shards: units, ..options.clone() };
        let plan = Plan::new(register, &options)?;
        Self::can_be_cut(&plan, units)?;
        let total = plan.work.total;
        let section_bits = plan.kernel.section_bits();
        let job = Self { folder: folder.into(), register: *register, section_bits, total, units };
        let path = folder.join(FILE);
        if path.exists() {
            let there = Self::open(folder)?;
            return if there == job {
                Ok(job)
            } else {
                Err(JobError::Other { folder: folder.into(), register: there.register, units: there.units })
            };
        }
        let made = fs::create_dir_all(folder);
        made.map_err(|source| JobError::Folder { folder: folder.into(), source })?;
        job.write(&path)?;
        Ok(job)
    }

    /// Whether there is a start state for every unit.
    ///
    /// # Errors
    /// If there is none.
    pub fn can_be_cut(plan: &Plan, units: u32) -> Result<(), JobError> {
        let (register, total) = (plan.register, plan.work.total);
        let fits = units == 1 || u64::from(units) <= total && units <= Self::MOST_UNITS;
        if fits { Ok(()) } else { Err(JobError::TooMany { register, total, units }) }
    }

    /// The job of a folder.
    ///
    /// # Errors
    /// If there is none that can be read.
    pub fn open(folder: &Path) -> Result<Self, JobError> {
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path).map_err(|source| JobError::NotThere { path: path.clone(), source })?;
        Self::parse(folder, &text).map_err(|problem| JobError::Damaged { path, problem })
    }

    fn parse(folder: &Path, text: &str) -> Result<Self, String> {
        let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if written.schema != SCHEMA {
            return Err(format!("the schema is {}, not {SCHEMA}", written.schema));
        }
        let digits = written.characteristic_hex.strip_prefix("0x").unwrap_or_default();
        let c = u128::from_str_radix(digits, 16).map_err(|error| format!("characteristic_hex: {error}"))?;
        let register = Register::from_characteristic(c).map_err(|error| format!("characteristic_hex: {error}"))?;
        let form = [Form::Fibonacci, Form::Galois].into_iter().find(|form| form.to_string() == written.form);
        let register = register.with_form(form.ok_or("an unknown form")?).with_xnor(written.xnor);
        let total = written.total.parse().map_err(|error| format!("total: {error}"))?;
        if Head::total_of(&register, written.section_bits) != Some(total) {
            return Err("total: not the start states of that section".into());
        }
        if written.units == 0 || written.units > Self::MOST_UNITS || u64::from(written.units) > total {
            return Err("units: from 1 to the number of start states".into());
        }
        Ok(Self { folder: folder.into(), register, section_bits: written.section_bits, total, units: written.units })
    }

    fn write(&self, path: &Path) -> Result<(), WriteError> {
        let written = Written {
            schema: SCHEMA.into(),
            characteristic_hex: format!("{:#x}", self.register.characteristic()),
            form: self.register.form().to_string(),
            xnor: self.register.xnor(),
            section_bits: self.section_bits,
            total: self.total.to_string(),
            units: self.units,
        };
        let text = serde_json::to_string_pretty(&written).unwrap_or_default();
        let mut out = Output::new(Some(path))?;
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()
    }

    /// Unit number `number`, from 1.
    #[must_use]
    pub fn unit(&self, number: u32) -> Unit {
        let digits = self.units.to_string().len();
        Unit { number, path: self.folder.join(format!("unit-{number:0digits$}.lfsr")) }
    }

    /// All units.
    pub fn all(&self) -> impl Iterator<Item = Unit> + '_ {
        (1..=self.units).map(|number| self.unit(number))
    }

    /// What the file of a unit begins with.
    #[must_use]
    pub fn head(&self, unit: &Unit) -> Head {
        Head {
            register: self.register,
            section_bits: self.section_bits,
            total: self.total,
            shard: Shard { index: unit.number, count: self.units },
            elapsed: Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_job() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("run");
        let register = lfsr_core::notation::parse("x^38+x^6+x^5+x+1").unwrap();
        let options = Options::default();
        assert!(matches!(Job::open(&folder), Err(JobError::NotThere { .. })));
        let job = Job::begin(&folder, &register, 64, &options).unwrap();
        assert_eq!((job.units, job.total >= 64), (64, true));
        assert_eq!(Job::open(&folder).unwrap(), job);
        assert_eq!(Job::begin(&folder, &register, 64, &options).unwrap(), job, "the same again");
        let other = register.with_xnor(true);
        assert!(matches!(Job::begin(&folder, &other, 64, &options), Err(JobError::Other { .. })));
        assert!(matches!(Job::begin(&folder, &register, 65, &options), Err(JobError::Other { .. })));
        let few = lfsr_core::notation::parse("x^5+x^2+1").unwrap();
        let elsewhere = folder.join("few");
        assert!(matches!(Job::begin(&elsewhere, &few, 1000, &options), Err(JobError::TooMany { units: 1000, .. })));
        for (from, to) in [
            ("lfsr.job/1", "lfsr.job/2"),
            ("0x", ""),
            ("fibonacci", "x"),
            ("\"units\": 64", "\"units\": 0"),
            ("\"section_bits\": ", "\"section_bits\": 20"),
            ("\"total\": \"", "\"total\": \"1"),
        ] {
            let text = fs::read_to_string(folder.join(FILE)).unwrap();
            let altered = text.replace(from, to);
            assert_ne!(altered, text);
            assert!(Job::parse(&folder, &altered).is_err(), "{from} -> {to}");
        }
    }

    /// More units make a section of more starts.
    #[test]
    fn there_are_starts_for_every_unit() {
        for text in ["x^48+x^47+x^21+x^20+1", "x^38+x^6+x^5+x+1", "x^20+x^3+1"] {
            let register = lfsr_core::notation::parse(text).unwrap();
            for units in [1, 7, 64, 1000] {
                let folder = tempfile::tempdir().unwrap();
                let job = Job::begin(folder.path(), &register, units, &Options::default()).unwrap();
                assert!(job.total >= units.into(), "{text} {units}: {}", job.total);
            }
        }
    }
}
