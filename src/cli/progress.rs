//! How far a long piece of work is, on a terminal only: a bar on stderr that is gone when the work is done. Must not slow the
//! work, and must not write where nobody looks.

use std::cell::OnceCell;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::output::Output;
use crate::domain::term_text::TermText;

/// How often a second it is drawn at most.
const DRAWN: u8 = 10;

/// A bar for one piece of work.
pub struct Progress {
    what: String,
    shown: bool,
    /// Made when there is something to show: a short piece of work leaves no trace on the terminal.
    bar: OnceCell<ProgressBar>,
}

impl Progress {
    /// A bar that says what is done. Shows nothing where stderr is no terminal, or a dumb one, or with `--quiet`.
    pub fn new(output: Output, what: &str) -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        let shown = !output.is_quiet() && !dumb && std::io::stderr().is_terminal();
        Self { what: TermText::line(what).fit(40).trim_end().to_owned(), shown, bar: OnceCell::new() }
    }

    /// So much of so much is done.
    pub fn set(&self, part: u64, whole: u64) {
        if self.shown {
            let bar = self.bar.get_or_init(|| bar(&self.what, whole));
            bar.set_position(part);
        }
    }
}

fn bar(what: &str, whole: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(whole), ProgressDrawTarget::stderr_with_hz(DRAWN));
    let style = ProgressStyle::with_template("{msg} [{bar:24}] {percent:>3} %");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    bar.set_message(what.to_owned());
    bar
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
