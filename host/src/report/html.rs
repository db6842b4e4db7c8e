//! [`Page`]: one HTML file with all in it: texts, pictures, and the commands that made them. It needs no script and no other file.

use core::fmt::Write as _;

/// A page that grows by parts.
#[derive(Debug)]
pub struct Page {
    title: String,
    parts: String,
    pictures: usize,
}

/// Light or dark as the reader has it, and for paper without what is only for screens.
const STYLE: &str = "\
:root{color-scheme:light dark}body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.45 ui-monospace,monospace}\
code{font:13px ui-monospace,monospace;opacity:.8}figure{margin:1rem 0}svg{max-width:100%;height:auto}\
.said{border-left:4px solid #1769aa;padding-left:.75rem;font-weight:600}@media print{body{margin:0;max-width:none}figure,pre{break-inside:avoid}}";

impl Page {
    /// A page with this heading, and what it says in a sentence.
    #[must_use]
    pub fn new(title: &str, said: &str) -> Self {
        let parts = format!("<h1>{}</h1>\n<p class=\"said\">{}</p>\n", escaped(title), escaped(said));
        Self { title: title.to_owned(), parts, pictures: 0 }
    }

    /// The heading of a part.
    pub fn heading(&mut self, text: &str) {
        let _ = writeln!(self.parts, "<h2>{}</h2>", escaped(text));
    }

    /// Lines as they are, and the command that prints them.
    pub fn text(&mut self, text: &str, command: &str) {
        let _ = writeln!(self.parts, "<pre>{}</pre>", escaped(text.trim_end()));
        self.command(command);
    }

    /// A picture, and the command that draws it.
    pub fn picture(&mut self, svg: &str, command: &str) {
        self.pictures += 1;
        // Each picture is described by parts of its own.
        let (title, described) = (format!("title{}", self.pictures), format!("described{}", self.pictures));
        let own = svg
            .replacen("aria-labelledby=\"title described\"", &format!("aria-labelledby=\"{title} {described}\""), 1)
            .replacen("<title id=\"title\">", &format!("<title id=\"{title}\">"), 1)
            .replacen("<desc id=\"described\">", &format!("<desc id=\"{described}\">"), 1);
        let _ = writeln!(self.parts, "<figure>\n{own}</figure>");
        self.command(command);
    }

    fn command(&mut self, command: &str) {
        let _ = writeln!(self.parts, "<p><code>{}</code></p>", escaped(command));
    }

    /// The whole file.
    #[must_use]
    pub fn finish(self) -> String {
        let Self { title, parts, .. } = self;
        let (title, version) = (escaped(&title), env!("CARGO_PKG_VERSION"));
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{parts}<footer><p><small>Made by lfsr {version}.</small></p></footer>\n</body>\n</html>\n"
        )
    }
}

/// Text as it stands between tags and in quotes, of HTML and SVG.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text_and_names_of_parts_differ() {
        let svg = "<svg aria-labelledby=\"title described\"><title id=\"title\">a</title><desc id=\"described\">b</desc></svg>\n";
        let mut page = Page::new("<b>", "a & b");
        page.text("x < y\n", "lfsr explain '<script>'");
        page.picture(svg, "one");
        page.picture(svg, "two");
        let html = page.finish();
        assert!(html.contains("<title>&lt;b&gt;</title>") && html.contains("a &amp; b") && html.contains("x &lt; y"));
        assert!(!html.contains("<script"));
        for id in ["title1", "title2", "described1", "described2"] {
            assert_eq!(html.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
        assert!(html.contains("aria-labelledby=\"title2 described2\""));
    }
}
