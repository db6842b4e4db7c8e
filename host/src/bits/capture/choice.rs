//! [`Chooser`]: which signals of a recording are taken, and when.
//!
//! A recording tells its signals one after another; what is kept of them does not grow with their number.

use super::{
    error::{Problem, quoted},
    format::CaptureOptions,
    lines::{Declared, Lines, split},
    sampler::Sampling,
};

/// Names that a message lists at most.
const LISTED: usize = 20;

/// What a name fits by; the first kind that fits any signal decides.
const KINDS: usize = 7;

/// What to take bits from, and when.
#[derive(Debug)]
pub(super) struct Choice<Id> {
    pub(super) data: Picked<Id>,
    pub(super) clock: Option<Picked<Id>>,
    pub(super) sampling: Sampling,
}

/// A signal, and which of its lines.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picked<Id> {
    pub(super) id: Id,
    pub(super) lines: Lines,
}

/// Looks for the signals that are wanted among those that a recording has.
#[derive(Debug)]
pub(super) struct Chooser<Id> {
    /// Column, channel or signal.
    what: &'static str,
    data: Option<Search<Id>>,
    clock: Option<(Search<Id>, bool)>,
    rate: Option<f64>,
    /// The first three different wires: enough to see whether one is left beside the clock. And the first buses.
    wires: Vec<Picked<Id>>,
    buses: Vec<Picked<Id>>,
    names: Vec<String>,
    count: u64,
}

/// A signal that is wanted.
#[derive(Debug)]
struct Search<Id> {
    wanted: String,
    /// The one that fits, by each kind of fitting, and whether there are others.
    hits: [Option<(Picked<Id>, bool)>; KINDS],
    /// One that fits has more lines than are read.
    is_too_wide: bool,
}

impl<Id: Copy + PartialEq> Chooser<Id> {
    /// What `options` ask for among the `what`s (columns, channels, signals) of a recording.
    pub(super) fn new(what: &'static str, options: &CaptureOptions) -> Self {
        let search =
            |wanted: &str| Search { wanted: wanted.to_owned(), hits: [const { None }; KINDS], is_too_wide: false };
        let clock = options.clock.as_deref().map(|text| match text.rsplit_once(':') {
            Some((name, "falling")) => (search(name), true),
            Some((name, "rising")) => (search(name), false),
            _ => (search(text), false),
        });
        let data = options.signal.as_deref().map(search);
        Self { what, data, clock, rate: options.rate, wires: vec![], buses: vec![], names: Vec::new(), count: 0 }
    }

    /// There is a signal of that name; a column or channel can be asked for by its number, too. The name of a bus ends in its indices.
    pub(super) fn add(&mut self, name: &str, number: Option<usize>, declared: Declared, id: Id) {
        self.add_named(name, number, declared, id);
        let Some(lines) = Lines::new(declared, None) else { return };
        let kind = if lines.count() == 1 { &mut self.wires } else { &mut self.buses };
        if kind.len() < 3 && kind.iter().all(|picked| picked.id != id) {
            kind.push(Picked { id, lines });
        }
    }

    /// A signal that is only taken if it is asked for: the time of a table.
    pub(super) fn add_named(&mut self, name: &str, number: Option<usize>, declared: Declared, id: Id) {
        for search in self.data.iter_mut().chain(self.clock.as_mut().map(|(search, _)| search)) {
            search.see(name, number, declared, id);
        }
        self.count += 1;
        if self.names.len() < LISTED {
            self.names.push(quoted(name).trim_matches('"').to_owned());
        }
    }

    /// The choice; `otherwise` is when bits are taken if neither clock nor rate say it.
    pub(super) fn finish(self, otherwise: Result<Sampling, Problem>) -> Result<Choice<Id>, Problem> {
        let clock = match &self.clock {
            Some((search, falling)) => Some((self.found(search)?, *falling)),
            None => None,
        };
        if let Some((picked, _)) = clock.as_ref().filter(|(picked, _)| picked.lines.count() > 1) {
            return Err(Problem::WideClock(picked.lines.count()));
        }
        let data = match &self.data {
            Some(search) => self.found(search)?,
            None => {
                let is_free = |picked: &&Picked<Id>| clock.as_ref().is_none_or(|(clock, _)| clock.id != picked.id);
                let free = |all: &[Picked<Id>]| all.iter().filter(is_free).cloned().collect::<Vec<_>>();
                match (&free(&self.wires)[..], &free(&self.buses)[..]) {
                    ([only], _) | ([], [only]) => only.clone(),
                    ([], []) => return Err(Problem::Empty(self.what)),
                    _ => return Err(Problem::NoChoice { what: self.what, known: self.known() }),
                }
            }
        };
        let edge = clock.as_ref().map(|(_, falling)| *falling);
        let sampling = match (edge, self.rate) {
            (Some(falling), _) => Sampling::Edge { falling },
            (None, Some(_)) if data.lines.count() > 1 => {
                return Err(Problem::NoSampling("the lines of a bus change together"));
            }
            (None, Some(rate)) => Sampling::Rate(rate),
            (None, None) => otherwise?,
        };
        Ok(Choice { data, clock: clock.map(|(picked, _)| picked), sampling })
    }

    fn found(&self, search: &Search<Id>) -> Result<Picked<Id>, Problem> {
        let (what, wanted) = (self.what, quoted(&search.wanted));
        match search.hits.iter().flatten().next() {
            Some((picked, false)) => Ok(picked.clone()),
            Some((_, true)) => Err(Problem::Ambiguous { what, wanted, known: self.known() }),
            None if search.is_too_wide => Err(Problem::TooWide { what, wanted }),
            None => Err(Problem::NoSuchSignal { what, wanted, known: self.known() }),
        }
    }

    fn known(&self) -> String {
        let listed = self.names.join(", ");
        match self.count - self.names.len() as u64 {
            0 if self.count == 0 => "none".into(),
            0 => listed,
            more => format!("{listed} and {more} more"),
        }
    }
}

impl<Id: Copy + PartialEq> Search<Id> {
    fn see(&mut self, name: &str, number: Option<usize>, declared: Declared, id: Id) {
        let (base, asked) = split(&self.wanted);
        // The whole name; its number; the name without the indices of a bus.
        let whole = fits(name, &self.wanted);
        let part = fits(split(name).0, base);
        let by_number = number.is_some() && self.wanted.parse().ok() == number;
        let kinds = whole.into_iter().chain([by_number]).map(|fits| (fits, None));
        let kinds = kinds.chain(part.into_iter().map(|fits| (fits, asked)));
        for (hit, (_, asked)) in self.hits.iter_mut().zip(kinds).filter(|(_, (fits, _))| *fits) {
            self.is_too_wide |= declared.is_too_wide();
            match hit {
                Some((first, more)) => *more |= first.id != id,
                None => *hit = Lines::new(declared, asked).map(|lines| (Picked { id, lines }, false)),
            }
        }
    }
}

/// Whether a name is the one that is wanted: exactly; as the last names of a path (`q` or `dut.q` of `top.dut.q`); but for capitals.
fn fits(name: &str, wanted: &str) -> [bool; 3] {
    let blank = |c: char| c.is_whitespace();
    let (name, wanted) = (&name.replace(blank, ""), &wanted.replace(blank, ""));
    let is_path = name.strip_suffix(wanted.as_str()).is_some_and(|path| path.ends_with(['.', '/']));
    [name == wanted, is_path, name.eq_ignore_ascii_case(wanted)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(signal: Option<&str>, clock: Option<&str>, names: &[&str]) -> Result<(usize, Option<usize>), String> {
        let options = CaptureOptions {
            signal: signal.map(Into::into),
            clock: clock.map(Into::into),
            ..CaptureOptions::default()
        };
        let mut chooser = Chooser::new("column", &options);
        for (i, name) in names.iter().enumerate() {
            let declared = Declared::of_column(name);
            chooser.add(name, Some(i + 1), declared, i);
        }
        let choice = chooser.finish(Ok(Sampling::Each)).map_err(|problem| problem.to_string())?;
        Ok((choice.data.id, choice.clock.map(|clock| clock.id)))
    }

    #[test]
    fn the_best_fit_decides() {
        assert_eq!(choose(Some("q"), None, &["top.q", "q", "Q"]), Ok((1, None)));
        assert_eq!(choose(Some("q"), None, &["a.b.q", "Q"]), Ok((0, None)));
        assert_eq!(choose(Some("data"), Some("CLK:falling"), &["clk", "DATA"]), Ok((1, Some(0))));
        assert_eq!(choose(Some("1"), None, &["2", "1"]), Ok((1, None)));
        assert_eq!(choose(Some("2"), None, &["a", "b"]), Ok((1, None)));
        assert_eq!(choose(None, Some("c"), &["c", "d"]), Ok((1, Some(0))));
        assert!(choose(Some("q"), None, &["a.q", "b.q"]).unwrap_err().contains("several columns \"q\""));
        assert!(choose(None, None, &["a", "b"]).unwrap_err().contains("several columns: a, b"));
        assert!(choose(None, None, &[]).unwrap_err().contains("no column"));
        let buses = ["a.l[7:0]", "m [3:0]", "clk", "en"];
        assert_eq!(choose(Some("l"), Some("clk"), &buses), Ok((0, Some(2))));
        assert_eq!(choose(Some("l[3:0]"), None, &buses), Ok((0, None)));
        assert_eq!(choose(Some("M[3:0]"), None, &buses), Ok((1, None)));
        assert!(choose(Some("m[4]"), None, &buses).unwrap_err().contains("no column"));
        assert!(choose(Some("en"), Some("l"), &buses).unwrap_err().contains("8 lines"));
        // One wire beside the clock is taken before any bus.
        assert_eq!(choose(None, Some("clk"), &buses), Ok((3, Some(2))));
        assert_eq!(choose(None, Some("clk"), &["clk", "l[7:0]"]), Ok((1, Some(0))));
        let many: Vec<String> = (0..1000).map(|i| format!("{i:a>100}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let error = choose(Some("zz"), None, &many).unwrap_err();
        assert!(error.contains("and 980 more") && error.len() < 1200, "{error}");
    }
}
