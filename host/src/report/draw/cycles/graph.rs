//! [`Graph`]: every state and where it goes.
//!
//! Each cycle is a ring that goes clockwise. The states of a singular register that are on no cycle lead to one in trees, whose leaves are outside.

use core::{f64::consts::TAU, fmt::Write as _};

use lfsr_core::poly::Poly;

use super::super::svg::Svg;
use crate::bits::signal::Signal;

/// The most states of a picture: those of 12 cells.
pub const MOST_STATES: usize = 1 << 12;

/// Every state of a register, and its place in the picture.
#[derive(Debug, Clone)]
pub struct Graph {
    signal: Signal,
    /// Where each state goes.
    next: Vec<usize>,
    /// Whether it comes back.
    on_cycle: Vec<bool>,
    /// Largest first.
    components: Vec<Component>,
    /// For each state the number of its component.
    component: Vec<usize>,
    places: Vec<(f64, f64)>,
    width: f64,
    height: f64,
    /// How large letters are, 1 or more.
    letters: f64,
}

/// A cycle with what leads to it.
#[derive(Debug, Clone)]
struct Component {
    /// Its states in order.
    cycle: Vec<usize>,
    middle: (f64, f64),
    radius: f64,
    /// Of the ring.
    ring: f64,
}

/// The most states whose names stand beside them.
const MOST_NAMED: usize = 64;

/// How wide a picture may be before its letters grow with it.
const SIGHT: f64 = 1100.0;

impl Graph {
    /// Of a register of up to 12 cells; `None` for a larger one.
    #[must_use]
    pub fn new(signal: &Signal) -> Option<Self> {
        let register = signal.register.narrow()?;
        let states = 1usize.checked_shl(register.degree()).filter(|states| *states <= MOST_STATES)?;
        let next: Vec<usize> = (0..states).map(|state| register.step(state as u64) as usize).collect();
        let mut children = vec![vec![]; states];
        next.iter().enumerate().for_each(|(state, next)| children[*next].push(state));
        let on_cycle = on_cycles(&next);
        let mut graph = Self {
            signal: signal.clone(),
            next,
            on_cycle,
            components: vec![],
            component: vec![],
            places: vec![(0.0, 0.0); states],
            width: 0.0,
            height: 0.0,
            letters: 1.0,
        };
        // Trees are the children that are on no cycle.
        children.iter_mut().for_each(|children| children.retain(|&child| !graph.on_cycle[child]));
        let mut seen = vec![false; states];
        for first in 0..states {
            if seen[first] || !graph.on_cycle[first] {
                continue;
            }
            let cycle: Vec<usize> =
                core::iter::successors(Some(first), |state| Some(graph.next[*state]).filter(|next| *next != first))
                    .collect();
            cycle.iter().for_each(|&state| seen[state] = true);
            graph.place(cycle, &children);
        }
        graph.pack();
        Some(graph)
    }

    /// Whether the states' names stand beside them.
    fn has_names(&self) -> bool {
        self.next.len() <= MOST_NAMED
    }

    /// Between states of a ring, or of the outermost level around it; those of large rings are closer.
    fn apart(&self, states: usize) -> f64 {
        match states {
            _ if self.has_names() => 26.0,
            0..=32 => 14.0,
            _ => 9.0,
        }
    }

    /// Between a state and those that go to it.
    fn level(&self) -> f64 {
        if self.has_names() { 36.0 } else { 22.0 }
    }

    /// A component around (0, 0).
    fn place(&mut self, cycle: Vec<usize>, children: &[Vec<usize>]) {
        let levels = depth(cycle[0], children);
        // States of the outermost level, which need the most room; every tree is alike.
        let outermost = cycle.len() * leaves(cycle[0], children);
        let apart = self.apart(outermost);
        let needed = outermost as f64 * apart / TAU - levels as f64 * self.level();
        let ring = (cycle.len() as f64 * apart / TAU).max(needed).max(if cycle.len() == 1 { 0.0 } else { 10.0 });
        let sector = TAU / cycle.len() as f64;
        for (i, &root) in cycle.iter().enumerate() {
            // From the top on, clockwise.
            let middle = sector * i as f64 - TAU / 4.0;
            self.place_tree(root, children, (middle - sector / 2.0, sector), ring);
        }
        if cycle.len() == 1 {
            // A ring of one state is its middle.
            self.places[cycle[0]] = (0.0, 0.0);
        }
        let margin = if self.has_names() { 32.0 } else { 14.0 };
        let radius = ring + levels as f64 * self.level() + margin;
        self.components.push(Component { cycle, middle: (0.0, 0.0), radius, ring });
    }

    fn place_tree(&mut self, state: usize, children: &[Vec<usize>], (start, width): (f64, f64), radius: f64) {
        let angle = start + width / 2.0;
        self.places[state] = (radius * angle.cos(), radius * angle.sin());
        let own = &children[state];
        let each = width / own.len().max(1) as f64;
        for (i, &child) in own.iter().enumerate() {
            self.place_tree(child, children, (start + each * i as f64, each), radius + self.level());
        }
    }

    /// Components side by side in rows, the largest first.
    fn pack(&mut self) {
        self.components.sort_by(|a, b| b.radius.total_cmp(&a.radius).then(a.cycle[0].cmp(&b.cycle[0])));
        let area: f64 = self.components.iter().map(|component| 4.0 * component.radius * component.radius).sum();
        let widest = self.components.first().map_or(0.0, |component| 2.0 * component.radius);
        let room = (1.5 * area.sqrt()).max(widest).max(360.0);
        self.component = self.component_of_each();
        let (mut x, mut y, mut tallest) = (0.0, 0.0, 0.0f64);
        for component in &mut self.components {
            let size = 2.0 * component.radius;
            if x > 0.0 && x + size > room {
                (x, y, tallest) = (0.0, y + tallest, 0.0);
            }
            component.middle = (x + component.radius + 12.0, y + component.radius);
            (x, tallest) = (x + size, tallest.max(size));
            self.width = self.width.max(x + 24.0);
        }
        // Letters above, which are larger where the whole is.
        self.letters = (self.width / SIGHT).max(1.0);
        let head = 56.0 * self.letters;
        self.components.iter_mut().for_each(|component| component.middle.1 += head);
        self.height = y + tallest + head + 16.0;
        for (place, component) in self.places.iter_mut().zip(&self.component) {
            let (dx, dy) = self.components[*component].middle;
            *place = (place.0 + dx, place.1 + dy);
        }
    }

    /// For each state the component whose cycle it comes to.
    fn component_of_each(&self) -> Vec<usize> {
        let mut of = vec![usize::MAX; self.next.len()];
        for (i, component) in self.components.iter().enumerate() {
            component.cycle.iter().for_each(|&state| of[state] = i);
        }
        for first in 0..self.next.len() {
            let mut way = vec![];
            let mut state = first;
            while of[state] == usize::MAX {
                way.push(state);
                state = self.next[state];
            }
            way.into_iter().for_each(|passed| of[passed] = of[state]);
        }
        of
    }

    /// Each cycle's period and a state on it, longest first.
    pub fn cycles(&self) -> impl Iterator<Item = (usize, String)> + '_ {
        self.components.iter().map(|component| (component.cycle.len(), self.written(component.cycle[0])))
    }

    /// Lengths and how often, the longest first.
    fn periods(&self) -> String {
        let mut counts: Vec<(usize, usize)> = vec![];
        for (period, _) in self.cycles() {
            match counts.iter_mut().find(|(known, _)| *known == period) {
                Some((_, count)) => *count += 1,
                None => counts.push((period, 1)),
            }
        }
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let said = counts.iter().map(|(period, count)| match count {
            1 => period.to_string(),
            _ => format!("{period} ({count} times)"),
        });
        let more = if counts.len() > 8 { ", ..." } else { "" };
        format!("periods {}{more}", said.take(8).collect::<Vec<_>>().join(", "))
    }

    fn written(&self, state: usize) -> String {
        self.signal.written(&Poly::from_u128(state as u128))
    }

    /// In the language of Graphviz.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut text = "digraph states {\n  node [shape=circle];\n".to_owned();
        for (state, next) in self.next.iter().enumerate() {
            let _ = writeln!(text, "  \"{}\" -> \"{}\";", self.written(state), self.written(*next));
        }
        text + "}\n"
    }

    /// `state,next,cycle,on_cycle`: a row for each state, its cycle by the number of the picture from 1 on.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "state,next,cycle,on_cycle\n".to_owned();
        for (state, next) in self.next.iter().enumerate() {
            let _ = writeln!(
                text,
                "{},{},{},{}",
                self.written(state),
                self.written(*next),
                self.component[state] + 1,
                self.on_cycle[state]
            );
        }
        text
    }

    /// The picture.
    #[must_use]
    pub fn svg(&self, name: &str) -> String {
        let (states, cycles) = (self.next.len(), self.components.len());
        let title = format!("{name}: {states} states, {cycles} {}", if cycles == 1 { "cycle" } else { "cycles" });
        let mut svg = Svg::new(&title, self.width.max(620.0).ceil() as i32, self.height.ceil() as i32);
        svg.enlarge(self.letters);
        let left = (16.0 * self.letters) as i32;
        svg.text(left, (24.0 * self.letters) as i32, "title ink", &title);
        let trees = self.on_cycle.iter().filter(|is_on| !**is_on).count();
        let told = match trees {
            0 => format!("{}; each step goes clockwise", self.periods()),
            _ => format!(
                "{}; each step goes clockwise; {trees} states lead inwards to a cycle and never come back",
                self.periods()
            ),
        };
        svg.text(left, (42.0 * self.letters) as i32, "small soft", &told);
        for (state, &next) in self.next.iter().enumerate() {
            let ((x, y), (to_x, to_y)) = (self.places[state], self.places[next]);
            if next == state {
                svg.put(format_args!("<circle class=\"line\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"5\"/>", y + 5.0));
            } else {
                svg.put(format_args!("<path class=\"line\" d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\"/>"));
            }
        }
        for (state, (x, y)) in self.places.iter().enumerate() {
            let class = if self.on_cycle[state] { "point" } else { "mark" };
            svg.put(format_args!(
                "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"><title>{}</title></circle>",
                self.written(state)
            ));
        }
        let names = if self.has_names() { self.next.len() } else { 0 };
        let mut is_passed = vec![false; self.next.len()];
        self.next
            .iter()
            .zip(&self.on_cycle)
            .filter(|(_, is_on)| !**is_on)
            .for_each(|(&next, _)| is_passed[next] = true);
        for (state, &(x, y)) in self.places.iter().enumerate().take(names) {
            let (middle_x, middle_y) = self.components[self.component[state]].middle;
            // Outwards from the middle; beside it, where a wire goes outwards.
            let (dx, dy) = (x - middle_x, y - middle_y);
            let far = dx.hypot(dy);
            let (dx, dy) = if far < 1.0 { (0.0, -1.0) } else { (dx / far, dy / far) };
            let (dx, dy) = if is_passed[state] { (-dy, dx) } else { (dx, dy) };
            svg.text((x + 18.0 * dx) as i32, (y + 12.0 * dy) as i32 + 4, "middle small soft", &self.written(state));
        }
        for component in &self.components {
            let (x, y) = component.middle;
            if component.ring > 34.0 * self.letters {
                svg.text(x as i32, y as i32, "middle ink", &format!("period {}", component.cycle.len()));
                svg.text(
                    x as i32,
                    (y + 14.0 * self.letters) as i32,
                    "middle small soft",
                    &self.written(component.cycle[0]),
                );
            }
        }
        let lengths: Vec<String> =
            self.cycles().map(|(period, state)| format!("{period} from {state}")).take(40).collect();
        svg.finish(&format!("{told}. Periods: {}.", lengths.join(", ")))
    }
}

/// Whether each state comes back: what is left when states that nothing goes to are taken away, again and again.
fn on_cycles(next: &[usize]) -> Vec<bool> {
    let mut arriving = vec![0; next.len()];
    next.iter().for_each(|&state| arriving[state] += 1);
    let mut gone: Vec<usize> = (0..next.len()).filter(|&state| arriving[state] == 0).collect();
    let mut is_on = vec![true; next.len()];
    while let Some(state) = gone.pop() {
        is_on[state] = false;
        arriving[next[state]] -= 1;
        if arriving[next[state]] == 0 {
            gone.push(next[state]);
        }
    }
    is_on
}

/// Levels of a tree below its root.
fn depth(root: usize, children: &[Vec<usize>]) -> usize {
    children[root].iter().map(|&child| 1 + depth(child, children)).max().unwrap_or(0)
}

/// How many states have nothing that goes to them.
fn leaves(root: usize, children: &[Vec<usize>]) -> usize {
    if children[root].is_empty() { 1 } else { children[root].iter().map(|&child| leaves(child, children)).sum() }
}

#[cfg(test)]
mod tests {
    use lfsr_core::{notation::Notation, register::Form};

    use super::*;
    use crate::input::Defaults;

    /// Every register up to 7 cells, in all forms: the graph has the cycles that algebra has, and no state lies on another.
    #[test]
    fn graphs_have_the_cycles_of_algebra() {
        for degree in 1..=7u32 {
            for taps in 0..1u32 << degree {
                let terms: Vec<String> =
                    (0..=degree).filter(|i| (taps | 1 << degree) >> i & 1 == 1).map(|i| format!("x^{i}")).collect();
                let Ok(notation) = Notation::read(&format!("char:{}", terms.join("+"))) else { continue };
                for (form, xnor) in
                    [(Form::Fibonacci, false), (Form::Galois, false), (Form::Galois, true), (Form::Fibonacci, true)]
                {
                    let signal = Signal::new(&notation, Defaults { form: Some(form), xnor, shift: None });
                    let graph = Graph::new(&signal).expect("small");
                    let mut drawn: Vec<usize> = graph.cycles().map(|(period, _)| period).collect();
                    drawn.sort_unstable();
                    let mut expected = vec![];
                    for cycles in signal.register.cycles().expect("small") {
                        let (period, count): (usize, usize) = (
                            cycles.period.to_string().parse().expect("small"),
                            cycles.count.to_string().parse().expect("small"),
                        );
                        expected.extend(vec![period; count]);
                    }
                    expected.sort_unstable();
                    assert_eq!(drawn, expected, "{terms:?} {form} {xnor}");
                    for (i, (x, y)) in graph.places.iter().enumerate() {
                        assert!(
                            (4.0..graph.width - 4.0).contains(x) && (46.0..graph.height - 4.0).contains(y),
                            "{terms:?}: {x} {y}"
                        );
                        for (other_x, other_y) in &graph.places[..i] {
                            let distance = ((x - other_x).powi(2) + (y - other_y).powi(2)).sqrt();
                            assert!(distance > 8.0, "{terms:?} {form}: states {distance} apart");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn marks_are_counted() {
        let signal = Signal::new(&Notation::read("char:x^10+x^7+1").expect("a polynomial"), Defaults::default());
        let graph = Graph::new(&signal).expect("small");
        let svg = graph.svg("some");
        assert_eq!(svg.matches("r=\"3.5\"").count(), 1024);
        assert_eq!(svg.matches("period 1023").count(), 1);
        assert_eq!(graph.dot().matches(" -> ").count(), 1024);
        assert_eq!(graph.csv().lines().count(), 1025);
        assert!(Graph::new(&"PRBS13".parse::<Signal>().expect("a name")).is_none());
    }
}
