//! How far a long piece of work is, on a terminal only: a bar on stderr that is gone when the work is done. Must not slow the
//! work, and must not write where nobody looks.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::output::Output;
use crate::domain::term_text::TermText;

/// How often a second it is drawn at most.
const DRAWN: u8 = 10;

/// A bar for one piece of work.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar that says what is done. Shows nothing where stderr is no terminal, or with `--quiet`.
    pub fn new(output: Output, what: &str) -> Self {
        let shown = !output.is_quiet() && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr_with_hz(DRAWN) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        // Its own words and marks only; a name passes through the filter of all texts.
        let style = ProgressStyle::with_template("{msg} [{bar:24}] {percent:>3}%");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        bar.set_message(TermText::line(what).fit(40));
        Self(bar)
    }

    /// So much of so much is done.
    pub fn set(&self, part: u64, whole: u64) {
        self.0.set_length(whole);
        self.0.set_position(part);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
