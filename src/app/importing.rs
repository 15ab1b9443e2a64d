//! Importing from the inbox: pick a file that was found or type its path, look at what it would do, take it in
//! (PRODUCT.md 3 first run, 6). The first screen is the same list. Must not open files: that is an effect.

use std::path::PathBuf;

use crate::app::commands::Command;
use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::msg::{Effect, ImportSummary};
use crate::app::update::edit_of;
use crate::app::{App, Popup, Tone};
use crate::domain::numbers;
use crate::domain::row_counts::RowCounts;

/// Where an import stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Importing {
    /// A path being typed.
    pub path: Input,
    /// The marked file.
    pub cursor: usize,
    /// The chosen file is being tried; an answer that nobody waits for is dropped.
    pub trying: bool,
    /// What the chosen file would do, or why it is refused.
    pub preview: Option<(PathBuf, Result<ImportSummary, String>)>,
}

impl Importing {
    fn new() -> Self {
        Self { path: Input::new(Lines::One), cursor: 0, trying: false, preview: None }
    }
}

impl App {
    pub(super) fn open_import(&mut self) -> Vec<Effect> {
        self.popup = Some(Popup::Import(Importing::new()));
        vec![Effect::FindFiles, Effect::Quarantine]
    }

    /// Keys of the first screen, where no popup is open.
    pub(super) fn first_screen_key(&mut self, key: Key) -> Option<Vec<Effect>> {
        match key.code {
            Code::Enter if self.busy => Some(self.open_import()),
            Code::Enter => {
                let marked = self.candidates.as_ref().and_then(|found| found.get(self.marked));
                let preview = marked.map(|file| Effect::Preview(file.path.clone()));
                self.busy = preview.is_some();
                let cursor = self.deliveries.len() + self.marked;
                let importing = Importing { cursor, trying: self.busy, ..Importing::new() };
                self.popup = Some(Popup::Import(importing));
                Some(preview.into_iter().chain([Effect::FindFiles]).collect())
            }
            Code::Down => Some(self.mark_file(self.marked + 1)),
            Code::Up => Some(self.mark_file(self.marked.saturating_sub(1))),
            Code::Char('d') if !key.ctrl => Some(vec![Effect::Demo]),
            Code::Char('r') if !key.ctrl => {
                self.popup = Some(Popup::Receive);
                Some(Vec::new())
            }
            _ if self.settings.keymap.command(key) == Some(Command::Copy) => {
                let line = self.ssh_line()?;
                Some(vec![Effect::Copy(line)])
            }
            _ => None,
        }
    }

    fn mark_file(&mut self, place: usize) -> Vec<Effect> {
        let files = self.candidates.as_ref().map_or(0, Vec::len);
        self.marked = place.min(files.saturating_sub(1));
        Vec::new()
    }

    /// The line to run on the seller's own computer, over SSH.
    pub fn ssh_line(&self) -> Option<String> {
        self.settings.ssh.as_ref().map(|host| format!("ssh {host} leadbox import - < Leads.csv"))
    }

    pub(super) fn import_key(&mut self, mut importing: Importing, key: Key) -> Vec<Effect> {
        let armed = self.armed.take();
        let mut effects = Vec::new();
        match (key.code, &importing.preview) {
            // Nothing is typed while a file is being read.
            _ if self.busy && self.closes(key) => return Vec::new(),
            _ if self.busy => {}
            (_, Some(_)) if self.closes(key) => importing.preview = None,
            (Code::Esc, None) => return Vec::new(),
            (Code::Enter, Some((path, Ok(_)))) => {
                effects.push(Effect::Import(path.clone()));
                self.busy = true;
            }
            (Code::Enter, Some((_, Err(_)))) => importing.preview = None,
            (Code::Enter, None) => effects = self.open_marked(&mut importing),
            (_, Some(_)) => {}
            (Code::Down, None) => importing.cursor = (importing.cursor + 1).min(self.import_items().saturating_sub(1)),
            (Code::Up, None) => importing.cursor = importing.cursor.saturating_sub(1),
            (Code::Delete, None) if importing.path.text().is_empty() => {
                effects = self
                    .marked_delivery(&importing)
                    .map_or_else(Vec::new, |id| self.dismiss_delivery(id, armed.as_ref()));
            }
            (_, None) => match key.typed() {
                Some(c) => drop(importing.path.insert(c)),
                None => drop(edit_of(key).map(|edit| importing.path.edit(edit))),
            },
        }
        self.popup = Some(Popup::Import(importing));
        effects
    }

    /// Opens the marked delivery, or tries the marked or typed file.
    fn open_marked(&mut self, importing: &mut Importing) -> Vec<Effect> {
        if let Some(id) = self.marked_delivery(importing) {
            return vec![self.open_delivery(id)];
        }
        let effects: Vec<Effect> = self.chosen(importing).map(Effect::Preview).into_iter().collect();
        importing.trying = !effects.is_empty();
        self.busy = importing.trying;
        effects
    }

    /// What is imported: the typed path if there is one, else the marked file.
    fn chosen(&self, importing: &Importing) -> Option<PathBuf> {
        let typed = importing.path.text().trim();
        if typed.is_empty() {
            let place = importing.cursor.checked_sub(self.deliveries.len())?;
            self.candidates.as_ref()?.get(place).map(|file| file.path.clone())
        } else {
            Some(PathBuf::from(typed))
        }
    }

    /// Lines of the import window that can be marked: deliveries that could not be read, then files.
    pub(super) fn import_items(&self) -> usize {
        self.deliveries.len() + self.candidates.as_ref().map_or(0, Vec::len)
    }

    /// A file dropped on the window arrives as a pasted path.
    pub(super) fn import_paste(&mut self, mut importing: Importing, text: &str) -> Vec<Effect> {
        importing.path.set(&dropped_path(text));
        importing.preview = None;
        self.popup = Some(Popup::Import(importing));
        Vec::new()
    }

    pub(super) fn previewed(&mut self, path: PathBuf, result: Result<ImportSummary, String>) {
        self.busy = false;
        if let Some(Popup::Import(importing)) = &mut self.popup
            && importing.trying
        {
            importing.trying = false;
            importing.preview = Some((path, result));
        }
    }

    /// After an import: what it did, and what now waits for an answer (PRODUCT.md 6).
    pub(super) fn tell_imported(&mut self) {
        let Some(sentence) = self.imported.take() else { return };
        let (hot, expiring) = (self.found.hot, self.found.expiring);
        let starts = match self.key_of(Command::Next) {
            key if hot + expiring > 0 && !key.is_empty() => format!(" {key} starts."),
            _ => String::new(),
        };
        self.say(format!("{sentence} {}{starts}", waiting(hot, expiring)), Tone::Done);
    }

    pub(super) fn imported(&mut self, result: Result<ImportSummary, String>) -> Vec<Effect> {
        self.busy = false;
        match result {
            Err(why) => {
                self.say(why, Tone::Trouble);
                Vec::new()
            }
            Ok(summary) => {
                // Only its own window closes: a form may have been opened meanwhile.
                if matches!(self.popup, Some(Popup::Import(_))) {
                    self.popup = None;
                }
                self.forget_rows();
                self.imported = Some(sentence(&summary));
                vec![self.search(), Effect::Since]
            }
        }
    }
}

/// The path of a dropped file: without the quotes, escapes or `file://` that terminals put round it.
fn dropped_path(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix("file://").unwrap_or(text);
    let unquoted = ['\'', '"'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    unquoted.map_or_else(|| text.replace("\\ ", " "), str::to_owned)
}

/// "44 rows: 31 new, 12 unchanged, 1 rejected (line 7: …)."; the screen and the command line say it alike.
pub fn sentence(summary: &ImportSummary) -> String {
    RowCounts {
        rows: summary.rows,
        added: summary.added,
        updated: summary.updated,
        unchanged: summary.unchanged,
        rejected: summary.rejects.len() as u64,
        first_reject: summary.rejects.first().map(|(line, reason)| format!("line {line}: {reason}")),
    }
    .sentence()
}

/// "3 hot, 2 expire soon.": what waits in the whole store.
pub fn waiting(hot: u32, expiring: u32) -> String {
    let verb = if expiring == 1 { "expires" } else { "expire" };
    format!("{} hot, {} {verb} soon.", numbers::count(hot as usize), numbers::count(expiring as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_file_gives_its_path() {
        for (pasted, path) in [
            ("'/home/me/My Leads.csv' ", "/home/me/My Leads.csv"),
            ("/home/me/My\\ Leads.csv", "/home/me/My Leads.csv"),
            ("file:///tmp/leads.csv\n", "/tmp/leads.csv"),
            ("~/leads.csv", "~/leads.csv"),
        ] {
            assert_eq!(dropped_path(pasted), path);
        }
    }

    #[test]
    fn what_waits_is_counted() {
        assert_eq!(waiting(3, 1), "3 hot, 1 expires soon.");
        assert_eq!(waiting(2666, 1109), "2,666 hot, 1,109 expire soon.");
    }

    #[test]
    fn the_summary_says_what_happened() {
        let summary = ImportSummary {
            rows: 44,
            added: 31,
            unchanged: 12,
            rejects: vec![(7, "there is no creation date".to_owned())],
            ..ImportSummary::default()
        };
        assert_eq!(
            sentence(&summary),
            "44 rows: 31 new, 12 unchanged, 1 rejected (line 7: there is no creation date)."
        );
    }
}
