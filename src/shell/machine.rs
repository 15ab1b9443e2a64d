//! This machine, as the inbox needs it: clipboard, editor, suspension, lead files in the usual places, work beside the
//! inbox. The real `Host`. Must not decide what any of it means.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use directories::UserDirs;

use crate::app::msg::{Candidate, CopiedBy, Msg};
use crate::domain::terms::Terms;
use crate::shell::clipboard::{Clipboard, CopyOutcome, CopyRoute, one_line};
use crate::shell::clock::Clock;
use crate::shell::files::{expand_tilde, shorten_home};
use crate::shell::inbox::Happening;
use crate::shell::intake;
use crate::shell::perform::{Host, Work, do_work};
use crate::shell::terminal::{TerminalGuard, run_editor, send_to_terminal};
use crate::store::Store;

/// Bytes of a file that are looked at to tell whether it is a lead export.
const HEAD: u64 = 64 * 1024;

/// Files a folder is searched for.
const MOST_FILES: usize = 400;

/// The machine.
pub struct Machine {
    pub(super) guard: TerminalGuard,
    pub(super) clipboard: Clipboard,
    pub(super) inbox: Sender<Happening>,
    pub(super) clock: Clock,
    /// Where a second connection finds the store, its clocks and the name of this start.
    pub(super) store: (PathBuf, Terms, String),
}

impl Host for Machine {
    fn copy(&mut self, text: String) -> Option<Msg> {
        let inbox = self.inbox.clone();
        self.clipboard.copy(one_line(&text), move |outcome| {
            // An inbox that is gone needs no answer.
            drop(inbox.send(Happening::Copied(outcome)));
        });
        None
    }

    fn edit(&mut self, text: &str) -> Msg {
        Msg::Edited(run_editor(text, &mut self.guard).map_err(|error| error.to_string()))
    }

    fn suspend(&mut self) -> Option<Msg> {
        self.guard.suspend().err().map(|error| Msg::Failed(error.to_string()))
    }

    fn lead_files(&mut self) -> Vec<Candidate> {
        lead_files()
    }

    fn whole_path(&self, typed: &Path) -> PathBuf {
        match (UserDirs::new(), typed.to_str()) {
            (Some(user), Some(text)) => expand_tilde(text, user.home_dir()),
            _ => typed.to_owned(),
        }
    }

    fn aside(&mut self, work: Work) -> Option<Work> {
        let (path, terms, start) = self.store.clone();
        let (inbox, now) = (self.inbox.clone(), self.clock.now());
        std::thread::spawn(move || {
            let msg = match Store::open(&path, terms, &start) {
                Ok(mut store) => do_work(work, &mut store, now),
                Err(error) => Msg::Failed(error.to_string()),
            };
            drop(inbox.send(Happening::Msg(msg)));
        });
        None
    }
}

/// The message that answers a copy; what goes by the terminal is written here, by whoever owns it.
pub(super) fn copied(outcome: CopyOutcome) -> Msg {
    Msg::Copied(match outcome.result {
        Ok(CopyRoute::Native) => Ok(CopiedBy::Native),
        Ok(CopyRoute::Tmux) => Ok(CopiedBy::Tmux),
        Ok(CopyRoute::Terminal(sequence)) => match send_to_terminal(&sequence) {
            Ok(true) => Ok(CopiedBy::Terminal),
            Ok(false) => Err("Nothing was copied: the terminal is not ours now.".to_owned()),
            Err(error) => Err(format!("Nothing was copied: the terminal did not take it ({error}).")),
        },
        Err(error) => Err(error.to_string()),
    })
}

/// Lead exports in Downloads and the current folder, newest first.
fn lead_files() -> Vec<Candidate> {
    let user = UserDirs::new();
    let home = user.as_ref().map(|user| user.home_dir().to_owned());
    let downloads = user.as_ref().and_then(|user| user.download_dir().map(Path::to_path_buf));
    let downloads = downloads.or_else(|| home.as_ref().map(|home| home.join("Downloads")));
    let mut folders: Vec<PathBuf> = downloads.into_iter().chain(std::env::current_dir().ok()).collect();
    folders.dedup();
    let mut found: Vec<Candidate> = Vec::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let paths = entries.flatten().take(MOST_FILES).map(|entry| entry.path());
        let csv = paths.filter(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")));
        found.extend(csv.filter_map(|path| candidate(path, home.as_deref())));
    }
    found.sort_by(|a, b| b.modified.cmp(&a.modified).then_with(|| a.path.cmp(&b.path)));
    found
}

fn candidate(path: PathBuf, home: Option<&Path>) -> Option<Candidate> {
    let meta = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut head = Vec::new();
    File::open(&path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    let preview = intake::header_preview(&head, meta.len())?;
    let shown = home.map_or_else(|| path.display().to_string(), |home| shorten_home(&path, home));
    Some(Candidate { modified: intake::modified(&path), rows: preview.rows, shown, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_is_not_ours_takes_no_copy() {
        let said = copied(CopyOutcome { result: Ok(CopyRoute::Terminal("\u{1b}]52;c;YQ==\u{7}".to_owned())) });
        assert_eq!(said, Msg::Copied(Err("Nothing was copied: the terminal is not ours now.".to_owned())));
    }
}
