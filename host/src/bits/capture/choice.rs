//! [`Chooser`]: which signals of a recording are taken, and when.
//!
//! A recording tells its signals one after another; what is kept of them does not grow with their number.

use super::{
    error::{Problem, quoted},
    format::CaptureOptions,
    sampler::Sampling,
};

/// Names that a message lists at most.
const LISTED: usize = 20;

/// What a name fits by; the first kind that fits any signal decides.
const KINDS: usize = 4;

/// What to take bits from, and when.
#[derive(Debug)]
pub(super) struct Choice<Id> {
    pub(super) data: Id,
    pub(super) clock: Option<Id>,
    pub(super) sampling: Sampling,
}

/// Looks for the signals that are wanted among those that a recording has.
#[derive(Debug)]
pub(super) struct Chooser<Id> {
    /// Column, channel or signal.
    what: &'static str,
    data: Option<Search<Id>>,
    clock: Option<(Search<Id>, bool)>,
    rate: Option<f64>,
    /// The first three different ones: enough to see whether one is left beside the clock.
    first: Vec<Id>,
    names: Vec<String>,
    count: u64,
}

/// A signal that is wanted.
#[derive(Debug)]
struct Search<Id> {
    wanted: String,
    /// The one that fits, by each kind of fitting, and whether there are others.
    hits: [Option<(Id, bool)>; KINDS],
}

impl<Id: Copy + PartialEq> Chooser<Id> {
    /// What `options` ask for among the `what`s (columns, channels, signals) of a recording.
    pub(super) fn new(what: &'static str, options: &CaptureOptions) -> Self {
        let search = |wanted: &str| Search { wanted: wanted.to_owned(), hits: [None; KINDS] };
        let clock = options.clock.as_deref().map(|text| match text.rsplit_once(':') {
            Some((name, "falling")) => (search(name), true),
            Some((name, "rising")) => (search(name), false),
            _ => (search(text), false),
        });
        let data = options.signal.as_deref().map(search);
        Self { what, data, clock, rate: options.rate, first: Vec::new(), names: Vec::new(), count: 0 }
    }

    /// There is a signal of that name; a column or channel can be asked for by its number, too.
    pub(super) fn add(&mut self, name: &str, number: Option<usize>, id: Id) {
        self.add_named(name, number, id);
        if self.first.len() < 3 && !self.first.contains(&id) {
            self.first.push(id);
        }
    }

    /// A signal that is only taken if it is asked for: the time of a table.
    pub(super) fn add_named(&mut self, name: &str, number: Option<usize>, id: Id) {
        for search in self.data.iter_mut().chain(self.clock.as_mut().map(|(search, _)| search)) {
            search.see(name, number, id);
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
        let clock_id = clock.map(|(id, _)| id);
        let data = match &self.data {
            Some(search) => self.found(search)?,
            None => {
                let mut free = self.first.iter().filter(|id| Some(**id) != clock_id);
                match (free.next(), free.next()) {
                    (Some(only), None) => *only,
                    (None, _) => return Err(Problem::Empty(self.what)),
                    _ => return Err(Problem::NoChoice { what: self.what, known: self.known() }),
                }
            }
        };
        let sampling = match (clock, self.rate) {
            (Some((_, falling)), _) => Sampling::Edge { falling },
            (None, Some(rate)) => Sampling::Rate(rate),
            (None, None) => otherwise?,
        };
        Ok(Choice { data, clock: clock_id, sampling })
    }

    fn found(&self, search: &Search<Id>) -> Result<Id, Problem> {
        let (what, wanted) = (self.what, quoted(&search.wanted));
        match search.hits.iter().flatten().next() {
            Some((id, false)) => Ok(*id),
            Some((_, true)) => Err(Problem::Ambiguous { what, wanted, known: self.known() }),
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
    fn see(&mut self, name: &str, number: Option<usize>, id: Id) {
        let wanted = self.wanted.as_str();
        let fits = [
            name == wanted,
            // The last names of a path: `q` or `dut.q` of `top.dut.q`.
            name.strip_suffix(wanted).is_some_and(|path| path.ends_with('.')),
            name.eq_ignore_ascii_case(wanted),
            number.is_some() && wanted.parse().ok() == number,
        ];
        for (hit, _) in self.hits.iter_mut().zip(fits).filter(|(_, fits)| *fits) {
            match hit {
                Some((first, more)) => *more |= *first != id,
                None => *hit = Some((id, false)),
            }
        }
    }
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
            chooser.add(name, Some(i + 1), i);
        }
        let choice = chooser.finish(Ok(Sampling::Each)).map_err(|problem| problem.to_string())?;
        Ok((choice.data, choice.clock))
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
        let many: Vec<String> = (0..1000).map(|i| format!("{i:a>100}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let error = choose(Some("zz"), None, &many).unwrap_err();
        assert!(error.contains("and 980 more") && error.len() < 1200, "{error}");
    }
}
