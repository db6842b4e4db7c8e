//! [`svg`]: a register as hardware engineers draw it.
//!
//! Stage 1 is where bits enter, stage n where they leave; rows are folded like a snake. In the Fibonacci form the tapped stages go down to a line of
//! gates that leads back to stage 1; in the Galois form the bit that leaves runs back above the stages and into the gates between them.

mod layout;
#[cfg(test)]
mod tests;

use lfsr_core::register::Form;

use super::svg::Svg;
use crate::bits::signal::Signal;

/// The most cells that are drawn.
pub const MOST_CELLS: usize = 64;

/// Why there is no schematic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchematicError {
    /// Nobody could read it.
    #[error("{0} cells are more than {MOST_CELLS}, the most that are drawn")]
    TooWide(usize),
}

/// What is at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mark {
    /// A stage and its number.
    Cell { stage: usize, at: Point, ahead: i32 },
    /// What combines the wires that end at it.
    Gate { kind: Gate, at: Point },
    /// A wire from where it is driven to where it ends.
    Wire { points: Vec<Point>, has_arrow: bool },
    /// A place where wires begin that are driven by the wire through it.
    Dot(Point),
    /// A constant that a wire begins at.
    Constant { value: bool, at: Point },
    /// How many steps the bit of a gate has been on its way; only where it is not the number of a stage.
    Lag { lag: usize, at: Point },
    /// Where the output is.
    Output(Point),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Xor,
    Xnor,
    Not,
}

/// Units to the right, and down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    x: i32,
    y: i32,
}

/// The picture of a register with the contents it starts from.
///
/// # Errors
/// If it has more than [`MOST_CELLS`] cells.
pub fn svg(signal: &Signal, name: &str) -> Result<String, SchematicError> {
    let degree = signal.register.degree();
    if degree > MOST_CELLS {
        return Err(SchematicError::TooWide(degree));
    }
    let layout::Layout { marks, width, height } = layout::Layout::new(signal);
    let register = &signal.register;
    let gates = if register.xnor() { "XNOR" } else { "XOR" };
    let drawn = if register.xnor() { " (with a dot)" } else { "" };
    let notation = format!("char:{}", register.characteristic());
    let title = if name == notation || notation.len() > 100 { name.to_owned() } else { format!("{name}, {notation}") };
    let mut svg = Svg::new(&title, width, height);
    svg.text(16, 24, "title ink", &title);
    let inverted = if signal.inverted { ", output complemented" } else { "" };
    let form = if register.form() == Form::Fibonacci { "Fibonacci" } else { "Galois" };
    let shifts = signal.shift;
    let what = format!(
        "{form} form, {gates} gates{drawn}, shifts {shifts}{inverted}; the digit below a stage is what it starts from"
    );
    svg.text(16, 42, "small soft", &what);
    // Wires lie under what they lead to.
    let mut order: Vec<&Mark> = marks.iter().collect();
    order.sort_by_key(|mark| !matches!(mark, Mark::Wire { .. }));
    for mark in order {
        put(&mut svg, mark, signal);
    }
    let lags: Vec<String> = register.lags().map(|lag| lag.to_string()).collect();
    let fed_back = if lags.is_empty() { "Nothing is fed back".into() } else { format!("Lags: {}", lags.join(", ")) };
    let stages = if degree == 1 { "stage" } else { "stages" };
    let described = format!("{degree} {stages}, {form} form, {gates} gates, shifting {shifts}. {fed_back}.");
    Ok(svg.finish(&described))
}

fn put(svg: &mut Svg, mark: &Mark, signal: &Signal) {
    let n = signal.register.degree();
    match mark {
        Mark::Cell { stage, at: Point { x, y }, .. } => {
            let bit = u8::from(signal.held.coefficient(n - stage));
            svg.put(format_args!(
                "<rect class=\"box\" data-stage=\"{stage}\" x=\"{}\" y=\"{}\" width=\"40\" height=\"34\" rx=\"3\"/>",
                x - 20,
                y - 17
            ));
            svg.text(*x, y + 1, "middle ink", &stage.to_string());
            svg.text(*x, y + 13, "middle small soft", &bit.to_string());
        }
        Mark::Gate { kind, at: Point { x, y } } => {
            svg.put(format_args!("<circle class=\"gate\" cx=\"{x}\" cy=\"{y}\" r=\"9\"/>"));
            match kind {
                Gate::Xor => svg.put(format_args!("<path class=\"line\" d=\"M{} {y}h18M{x} {}v18\"/>", x - 9, y - 9)),
                Gate::Xnor => svg.put(format_args!("<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>")),
                Gate::Not => svg.text(*x, y + 4, "middle ink", "¬"),
            }
        }
        Mark::Wire { points, has_arrow } => {
            let path: Vec<String> = points.iter().map(|Point { x, y }| format!("{x} {y}")).collect();
            svg.put(format_args!("<path class=\"line\" d=\"M{}\"/>", path.join("L")));
            if let ([.., from, to], true) = (points.as_slice(), has_arrow) {
                arrow(svg, *from, *to);
            }
        }
        Mark::Dot(Point { x, y }) => svg.put(format_args!("<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"2.5\"/>")),
        Mark::Constant { value, at: Point { x, y } } => {
            svg.text(*x, y - 5, "middle ink", if *value { "1" } else { "0" });
        }
        Mark::Lag { lag, at: Point { x, y } } => svg.text(*x, *y, "small soft", &lag.to_string()),
        Mark::Output(Point { x, y }) => svg.text(*x, y - 7, "middle small soft", "out"),
    }
}

/// The head of an arrow that ends at `to`.
fn arrow(svg: &mut Svg, from: Point, to: Point) {
    let (dx, dy) = ((to.x - from.x).signum(), (to.y - from.y).signum());
    let (x, y) = (to.x - 6 * dx, to.y - 6 * dy);
    svg.put(format_args!(
        "<path class=\"dot\" d=\"M{} {}L{} {}L{} {}Z\"/>",
        to.x,
        to.y,
        x - 3 * dy,
        y - 3 * dx,
        x + 3 * dy,
        y + 3 * dx
    ));
}
