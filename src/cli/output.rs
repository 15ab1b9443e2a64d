//! The one place that prints: data on stdout, everything else on stderr (PRODUCT.md 5). Nothing that a terminal could act on
//! passes, whether it came from a lead, a file name or a flag; only colours of our own do. Must not decide what is printed.

use std::io::{self, BufWriter, IsTerminal, Write};

use crate::domain::term_text::{TermText, is_invisible};

/// When colour is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the outside of this run is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// stdout is a terminal.
    pub terminal: bool,
    /// Colour may be used on stdout.
    pub color: bool,
    /// The locale is not UTF-8.
    pub ascii: bool,
    quiet: bool,
}

impl Output {
    /// The output of this process.
    pub fn of_process(color: Color, quiet: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_some_and(|term| term != "dumb"),
        };
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find(|name| set(name)).and_then(|name| std::env::var(name).ok());
        let utf8 = |locale: String| ["utf-8", "utf8"].iter().any(|name| locale.to_lowercase().ends_with(name));
        Self { terminal, color, ascii: !locale.is_some_and(utf8), quiet }
    }

    /// Where data goes. Call `finish` at the end.
    pub fn data(self) -> Data {
        Data { out: BufWriter::with_capacity(64 * 1024, io::stdout()), held: self.terminal.then(Vec::new) }
    }

    /// How wide a table may be: the terminal's columns; `None` where nobody looks.
    pub fn columns(self) -> Option<usize> {
        let size = self.terminal.then(crossterm::terminal::size)?;
        size.ok().map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0)
    }

    /// True where nothing but data and complaints is wanted.
    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Tells the person something, unless `--quiet`.
    pub fn say(self, text: &str) {
        if !self.quiet {
            Self::complain(text);
        }
    }

    /// Tells the person something that `--quiet` does not silence.
    pub fn complain(text: &str) {
        // Where stderr is closed there is nobody left to tell.
        let _ = writeln!(io::stderr(), "{}", TermText::lines(text));
    }
}

/// stdout, buffered. On a terminal every control and invisible character but the line break shows as U+FFFD.
pub struct Data {
    out: BufWriter<io::Stdout>,
    /// Bytes of a line that is not complete; `None` where nothing is filtered.
    held: Option<Vec<u8>>,
}

impl Data {
    /// Writes a text and a line break.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.write_all(text.as_bytes())?;
        self.write_all(b"\n")
    }

    /// Writes a line with colours of our own in it, past the filter. The text must be of `TermText`s and our own words.
    pub fn painted(&mut self, text: &str) -> io::Result<()> {
        self.release()?;
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")
    }

    /// Writes cells with tabs between them, which the cells themselves do not hold, and a line break.
    pub fn tabbed(&mut self, cells: &[String]) -> io::Result<()> {
        match self.held {
            Some(_) => self.painted(&cells.iter().map(|cell| harmless(cell)).collect::<Vec<_>>().join("\t")),
            None => self.line(&cells.join("\t")),
        }
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> io::Result<()> {
        self.release()?;
        self.out.flush()
    }

    fn release(&mut self) -> io::Result<()> {
        let held = self.held.as_mut().map(std::mem::take).unwrap_or_default();
        self.out.write_all(harmless(&String::from_utf8_lossy(&held)).as_bytes())
    }
}

impl Write for Data {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(held) = &mut self.held else { return self.out.write(bytes) };
        held.extend_from_slice(bytes);
        if let Some(end) = held.iter().rposition(|byte| *byte == b'\n') {
            let rest = held.split_off(end + 1);
            self.release()?;
            self.held = Some(rest);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn harmless(text: &str) -> String {
    text.replace("\r\n", "\n").chars().map(|c| if c != '\n' && is_invisible(c) { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_controls() {
        assert_eq!(harmless("a,\u{1b}[2Jb\r\nc\rd\u{202e}\n"), "a,\u{FFFD}[2Jb\nc\u{FFFD}d\u{FFFD}\n");
    }
}
