//! [`Layout`]: where everything is.
//!
//! It is found for a register that shifts right, then mirrored for one that shifts left. A row that goes the other way is mirrored too: `ahead` is 1 in
//! rows that go right and -1 in the others, and "behind" a stage is where its bit goes.

use lfsr_core::register::{Form, Shift};

use super::{Gate, Mark, Point};
use crate::bits::signal::Signal;

/// Between the middles of stages in a row.
const PITCH: i32 = 64;

/// Between the middles of rows.
const ROW: i32 = 104;

/// From the middle of a stage to its edge.
const EDGE: i32 = 20;

/// From the middle of a stage to the place half way to the next.
const HALF: i32 = PITCH / 2;

/// From the middle of the last stage of a row to the wire that leads to the next row, and to the one that leads back.
const FOLD: i32 = 52;
const BACK: i32 = 66;

/// From the middle of a row to the line of gates below it, or to the line above it.
const TRACK: i32 = 44;

/// The marks, and how large the picture is.
pub(super) struct Layout {
    pub(super) marks: Vec<Mark>,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// The most stages of a row.
const ACROSS: usize = 16;

impl Layout {
    pub(super) fn new(signal: &Signal) -> Self {
        let n = signal.register.degree();
        let rows = n.div_ceil(ACROSS);
        let across = n.div_ceil(rows);
        let mut drawing = Drawing { marks: vec![], n, across, lags: signal.register.lags().collect() };
        drawing.stages();
        let (form, xnor) = (signal.register.form(), signal.register.xnor());
        if form == Form::Fibonacci {
            drawing.fibonacci(xnor)
        } else {
            drawing.galois(xnor)
        }
        drawing.output(signal.inverted);
        // What stands above needs its room too.
        let width = (2 * LEFT + (across as i32 - 1) * PITCH).max(620);
        // Texts above; below the last row its line of gates.
        let height = TOP + (rows as i32 - 1) * ROW + if form == Form::Fibonacci { TRACK + 28 } else { EDGE + 24 };
        let mut marks = drawing.marks;
        if signal.shift == Shift::Left {
            marks.iter_mut().for_each(|mark| mirror(mark, width));
        }
        Self { marks, width, height }
    }
}

/// The middle of the first stage.
const LEFT: i32 = 100;
const TOP: i32 = 112;

struct Drawing {
    marks: Vec<Mark>,
    n: usize,
    across: usize,
    lags: Vec<usize>,
}

impl Drawing {
    fn row(&self, stage: usize) -> usize {
        (stage - 1) / self.across
    }

    /// 1 if the stage's row goes right.
    fn ahead(&self, stage: usize) -> i32 {
        if self.row(stage).is_multiple_of(2) { 1 } else { -1 }
    }

    /// The middle of a stage.
    fn at(&self, stage: usize) -> Point {
        let place = (stage - 1) % self.across;
        let place = if self.ahead(stage) == 1 { place } else { self.across - 1 - place };
        Point { x: LEFT + place as i32 * PITCH, y: TOP + self.row(stage) as i32 * ROW }
    }

    /// So far behind the middle of a stage, and so far down.
    fn behind(&self, stage: usize, by: i32, down: i32) -> Point {
        let Point { x, y } = self.at(stage);
        Point { x: x + by * self.ahead(stage), y: y + down }
    }

    fn wire(&mut self, points: impl IntoIterator<Item = Point>) {
        self.lead(points, false);
    }

    /// The same with an arrow at its end.
    fn wire_to(&mut self, points: impl IntoIterator<Item = Point>) {
        self.lead(points, true);
    }

    fn lead(&mut self, points: impl IntoIterator<Item = Point>, has_arrow: bool) {
        let mut points: Vec<Point> = points.into_iter().collect();
        points.dedup();
        self.marks.push(Mark::Wire { points, has_arrow });
    }

    fn stages(&mut self) {
        for stage in 1..=self.n {
            self.marks.push(Mark::Cell { stage, at: self.at(stage), ahead: self.ahead(stage) });
        }
    }

    /// From one stage to the next; `until` is where it ends, so far before the middle of that one.
    fn chain(&self, stage: usize, until: i32) -> Vec<Point> {
        let next = stage + 1;
        let (from, to) = (self.behind(stage, EDGE, 0), self.behind(next, -until, 0));
        if self.row(stage) == self.row(next) {
            vec![from, to]
        } else {
            vec![from, self.behind(stage, FOLD, 0), self.behind(next, -FOLD, 0), to]
        }
    }

    /// Bits leave: the place where a branch may begin, and the way out.
    fn output(&mut self, inverted: bool) {
        let n = self.n;
        let (from, end) = (self.behind(n, EDGE, 0), self.behind(n, BACK + 20, 0));
        if inverted {
            let at = self.behind(n, FOLD - 2, 0);
            self.wire([from, at]);
            self.marks.push(Mark::Gate { kind: Gate::Not, at });
            self.wire_to([at, end]);
        } else {
            self.wire_to([from, end]);
        }
        self.marks.push(Mark::Output(end));
    }

    /// Taps go down to a line of gates, which leads back to stage 1.
    fn fibonacci(&mut self, xnor: bool) {
        for stage in 1..self.n {
            let points = self.chain(stage, EDGE);
            self.wire_to(points);
        }
        let entry = self.behind(1, -EDGE, 0);
        let Some((&nearest, &furthest)) = self.lags.first().zip(self.lags.last()) else {
            let from = self.behind(1, -FOLD, 0);
            self.marks.push(Mark::Constant { value: xnor, at: from });
            return self.wire_to([from, entry]);
        };
        // The sum so far, which is on its way along these points.
        let mut way: Vec<Point> = vec![];
        for lag in self.lags.clone().into_iter().rev() {
            let (tap, gate) = (self.behind(lag, HALF, 0), self.behind(lag, HALF, TRACK));
            self.marks.push(Mark::Dot(tap));
            if lag == furthest {
                way = vec![tap, gate];
                if self.lags.len() == 1 && xnor {
                    self.wire(core::mem::take(&mut way));
                    self.marks.push(Mark::Gate { kind: Gate::Not, at: gate });
                    way = vec![gate];
                }
            } else {
                self.rows_back(&mut way, lag, TRACK);
                way.push(gate);
                self.wire(core::mem::take(&mut way));
                self.wire([tap, gate]);
                let kind = if xnor && lag == nearest { Gate::Xnor } else { Gate::Xor };
                self.marks.push(Mark::Gate { kind, at: gate });
                way = vec![gate];
            }
        }
        self.rows_back(&mut way, 1, TRACK);
        way.extend([self.behind(1, -BACK, TRACK), self.behind(1, -BACK, 0), entry]);
        self.wire_to(way);
    }

    /// The line below (or above) the rows, from the row where it is to that of `stage`.
    fn rows_back(&self, way: &mut Vec<Point>, stage: usize, track: i32) {
        let Some(last) = way.last().copied() else { return };
        let from = ((last.y - track - TOP) / ROW) as usize;
        for row in (self.row(stage) + 1..=from).rev() {
            let first = row * self.across + 1;
            way.extend([self.behind(first, -BACK, track), self.behind(first - 1, BACK, track)]);
        }
    }

    /// The bit that leaves runs back above the stages, into gates in front of them.
    fn galois(&mut self, xnor: bool) {
        let n = self.n;
        let kind = if xnor { Gate::Xnor } else { Gate::Xor };
        let has_gate = |stage: usize| self.lags.contains(&(n - stage + 1));
        let gates: Vec<usize> = (2..=n).filter(|&stage| has_gate(stage)).collect();
        let enters = has_gate(1);
        for stage in 1..n {
            if gates.contains(&(stage + 1)) {
                let (at, entry) = (self.behind(stage + 1, -HALF, 0), self.behind(stage + 1, -EDGE, 0));
                let points = self.chain(stage, HALF);
                self.wire(points);
                self.marks.push(Mark::Gate { kind, at });
                self.wire([at, entry]);
            } else {
                let points = self.chain(stage, EDGE);
                self.wire_to(points);
            }
        }
        let (start, entry) = (self.behind(1, -FOLD, 0), self.behind(1, -EDGE, 0));
        if !enters {
            self.marks.push(Mark::Constant { value: xnor, at: start });
            self.wire_to([start, entry]);
        }
        // The line above ends at the last that it leads to; what comes before branches off.
        let Some(end) = enters.then_some(1).or(gates.first().copied()) else { return };
        let tap = self.behind(n, HALF, 0);
        self.marks.push(Mark::Dot(tap));
        let mut way = vec![tap, self.behind(n, HALF, -TRACK)];
        let before = if end == 1 { FOLD } else { HALF };
        self.rows_back(&mut way, end, -TRACK);
        way.push(self.behind(end, -before, -TRACK));
        if end == 1 {
            way.extend([start, entry]);
            self.wire_to(way);
        } else {
            way.push(self.behind(end, -HALF, 0));
            self.wire(way);
        }
        for stage in gates.iter().copied().chain(enters.then_some(1)) {
            let Point { x, y } = self.behind(stage, if stage == 1 { -FOLD } else { -HALF }, -TRACK / 2);
            self.marks.push(Mark::Lag { lag: n - stage + 1, at: Point { x: x + 4, y } });
        }
        for stage in gates.into_iter().filter(|&stage| stage != end) {
            let branch = self.behind(stage, -HALF, -TRACK);
            self.marks.push(Mark::Dot(branch));
            self.wire([branch, self.behind(stage, -HALF, 0)]);
        }
    }
}

/// Right and left change places.
fn mirror(mark: &mut Mark, width: i32) {
    let turn = |point: &mut Point| point.x = width - point.x;
    match mark {
        Mark::Cell { at, ahead, .. } => {
            turn(at);
            *ahead = -*ahead;
        }
        Mark::Gate { at, .. } | Mark::Dot(at) | Mark::Constant { at, .. } | Mark::Output(at) => turn(at),
        Mark::Lag { at, .. } => {
            // Letters stand to the right of a wire in any case.
            turn(at);
            at.x += 8;
        }
        Mark::Wire { points, .. } => points.iter_mut().for_each(turn),
    }
}
