//! [`Bar`]: a line on standard error that is redrawn in place.

#[cfg(feature = "shell")]
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Steps of a bar.
#[cfg(feature = "shell")]
const SCALE: u64 = 10_000;

/// A line that is redrawn in place. Without the feature `shell` there is no terminal to draw on, and nothing is drawn.
#[derive(Debug)]
pub(crate) struct Bar {
    #[cfg(feature = "shell")]
    bar: ProgressBar,
}

#[cfg(feature = "shell")]
impl Bar {
    /// A message only.
    pub(crate) fn message() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        Self { bar: bar.with_style(style) }
    }

    /// A message, a bar and a label behind it. On a narrow terminal the bar goes first; what moves stays.
    pub(crate) fn labelled(label: String) -> Self {
        let bar = ProgressBar::with_draw_target(Some(SCALE), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg} {wide_bar} {prefix}");
        Self { bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_prefix(label) }
    }

    /// Draws that share of the bar, 0 to 1, and the message.
    pub(crate) fn draw(&self, share: f64, message: String) {
        self.bar.set_position((share * SCALE as f64) as u64);
        self.bar.set_message(message);
    }

    /// Draws the message.
    pub(crate) fn say(&self, message: String) {
        self.bar.set_message(message);
        self.bar.tick();
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(not(feature = "shell"))]
impl Bar {
    pub(crate) fn message() -> Self {
        Self {}
    }

    pub(crate) fn labelled(_: String) -> Self {
        Self {}
    }

    pub(crate) fn draw(&self, _: f64, _: String) {}

    pub(crate) fn say(&self, _: String) {}

    pub(crate) fn clear(&self) {}
}
