//! [`Svg`]: marks as text, in two colour schemes.

use core::fmt::Write as _;

use crate::report::html;

/// A picture that grows by marks.
#[derive(Debug)]
pub(super) struct Svg {
    title: String,
    width: i32,
    height: i32,
    /// How large letters are; 1 unless it was said.
    letters: f64,
    marks: String,
}

/// Colours and letters. A picture in a page follows the page's reader: light or dark.
const STYLE: &str = "\
.ground{fill:#fff}.line{stroke:#1f2933;fill:none;stroke-width:1.5;stroke-linejoin:round}.box{stroke:#1f2933;fill:#eef3f8;stroke-width:1.5}\
.gate{stroke:#1f2933;fill:#fff;stroke-width:1.5}.dot{fill:#1f2933}.ink{fill:#1f2933}.soft{fill:#62707d}.grid{stroke:#d3dbe2;fill:none;stroke-width:1}\
.data{stroke:#1769aa;fill:none;stroke-width:1.5;stroke-linejoin:round}.point,.bar{fill:#1769aa}.other{stroke:#b4560b;fill:none;stroke-width:1.5}.mark{fill:#b4560b}\
text{font:12px ui-sans-serif,system-ui,'Segoe UI',Roboto,'Helvetica Neue',sans-serif}.title{font-size:14px;font-weight:600}.small{font-size:10px}\
.middle{text-anchor:middle}.end{text-anchor:end}\
@media (prefers-color-scheme:dark){.ground{fill:#14191e}.line,.box,.gate{stroke:#dde5ec}.box{fill:#232d37}.gate{fill:#14191e}.dot,.ink{fill:#dde5ec}\
.soft{fill:#93a1ad}.grid{stroke:#33404b}.data{stroke:#63b3f0}.point,.bar{fill:#63b3f0}.other{stroke:#f0a35c}.mark{fill:#f0a35c}}";

impl Svg {
    /// An empty picture of so many units.
    pub(super) fn new(title: &str, width: i32, height: i32) -> Self {
        Self { title: title.to_owned(), width, height, letters: 1.0, marks: String::new() }
    }

    /// A picture of the usual width with its title and what it says in a line.
    pub(super) fn plot(title: &str, told: &str, height: i32) -> Self {
        let mut svg = Self::new(title, 640, height);
        svg.text(16, 24, "title ink", title);
        svg.text(16, 42, "small soft", told);
        svg
    }

    /// Makes all letters so many times as large, and the picture as much smaller when it is shown.
    pub(super) fn enlarge(&mut self, letters: f64) {
        self.letters = letters;
    }

    /// A mark, as it is written.
    pub(super) fn put(&mut self, mark: core::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.marks, "{mark}");
    }

    /// Letters; `class` says where they are anchored and how they look.
    pub(super) fn text(&mut self, x: i32, y: i32, class: &str, text: &str) {
        let size = match class {
            _ if class.contains("title") => 14.0,
            _ if class.contains("small") => 10.0,
            _ => 12.0,
        };
        let larger = match self.letters {
            letters if letters > 1.0 => format!(" style=\"font-size:{:.1}px\"", size * letters),
            _ => String::new(),
        };
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\"{larger}>{}</text>", escaped(text)));
    }

    /// The picture, with what it shows in words for those who do not see it.
    pub(super) fn finish(self, described: &str) -> String {
        let Self { title, width, height, letters, marks } = self;
        let shown = |size: i32| (f64::from(size) / letters) as i32;
        let (title, described) = (escaped(&title), escaped(described));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{}\" height=\"{}\" role=\"img\" \
             aria-labelledby=\"title described\">\n<title id=\"title\">{title}</title>\n<desc id=\"described\">{described}</desc>\n\
             <style>{STYLE}</style>\n<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n{marks}</svg>\n",
            shown(width),
            shown(height)
        )
    }
}

/// Text of one line as it stands between tags and in quotes.
fn escaped(text: &str) -> String {
    html::escaped(&text.replace(char::is_control, " "))
}
