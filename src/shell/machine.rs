//! This machine, as the inbox needs it: clipboard, editor, suspension, lead files in the usual places, work beside the
//! inbox. The real `Host`. Must not decide what any of it means.

use std::cmp::Reverse;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use directories::UserDirs;

use crate::app::msg::{Candidate, CopiedBy, Msg};
use crate::app::notices::NoticeSettings;
use crate::app::reaching::Started;
use crate::domain::lead::Moment;
use crate::domain::reaching::Reach;
use crate::domain::terms::Terms;
use crate::domain::views::View;
use crate::shell::clipboard::{Allowed, Clipboard, CopyOutcome, CopyRoute};
use crate::shell::clock::Clock;
use crate::shell::config_views;
use crate::shell::files::{shorten_home, whole_path};
use crate::shell::inbox::Happening;
use crate::shell::intake::{self, Preview};
use crate::shell::lane::Lane;
use crate::shell::notices;
use crate::shell::opening::{self, Address, Opener};
use crate::shell::outgoing::ExportSettings;
use crate::shell::perform::{Host, Work, do_work, find_paths};
use crate::shell::terminal::{TerminalGuard, run_editor, send_to_terminal};
use crate::store::Store;

/// Bytes of a file that are looked at to tell whether it is a lead export.
const HEAD: u64 = 64 * 1024;

/// The largest file whose rows are counted; those of larger ones are estimated.
const COUNTED: u64 = 8 * 1024 * 1024;

/// Bytes read for counting in all, as the inbox waits for it.
const MOST_COUNTED: u64 = 32 * 1024 * 1024;

/// How the names of lead files end.
const ENDINGS: [&str; 5] = ["csv", "tsv", "txt", "json", "jsonl"];

/// Files that are looked at, the newest of all.
const MOST_FILES: usize = 400;

/// This machine, as the config wants it used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tools {
    /// Which ways a copy may go.
    pub clipboard: Allowed,
    /// What opens mails and calls, as written; the system's own where it is empty.
    pub opener: Vec<String>,
    /// What exports need.
    pub exports: Arc<ExportSettings>,
}

/// The machine.
pub struct Machine {
    pub(super) guard: TerminalGuard,
    pub(super) clipboard: Clipboard,
    /// What opens mails and calls.
    pub(super) opener: Opener,
    pub(super) inbox: Sender<Happening>,
    pub(super) clock: Clock,
    /// The config file, which views are saved in.
    pub(super) config: PathBuf,
    /// Where a second connection finds the store, its clocks and the name of this start.
    pub(super) store: (PathBuf, Terms, String),
    /// What is done when a lead comes in.
    pub(super) notices: NoticeSettings,
    pub(super) exports: Arc<ExportSettings>,
    /// Where it is counted what an export would hold, and looked how its path could go on.
    pub(super) censuses: Lane<(Work, Moment)>,
    pub(super) paths: Lane<(String, PathBuf)>,
    /// Files being written, which are finished before the inbox ends.
    pub(super) exporting: Vec<JoinHandle<()>>,
}

impl Host for Machine {
    fn copy(&mut self, text: String) -> Option<Msg> {
        let inbox = self.inbox.clone();
        self.clipboard.copy(text, move |outcome| {
            // An inbox that is gone needs no answer.
            drop(inbox.send(Happening::Copied(outcome)));
        });
        None
    }

    fn open(&mut self, reach: Box<Reach>) -> Msg {
        let Address { uri, cut } = opening::address(&reach.means);
        let child = match self.opener.start(&uri) {
            Ok(child) => child,
            Err(why) => return Msg::Reached(reach, Err(why)),
        };
        let (inbox, failed) = (self.inbox.clone(), reach.clone());
        self.opener.watch(child, move |why| {
            // An inbox that is gone needs no answer.
            drop(inbox.send(Happening::Msg(Msg::Reached(failed, Err(why)))));
        });
        Msg::Reached(reach, Ok(Started { program: self.opener.program().to_owned(), cut }))
    }

    fn edit(&mut self, text: &str) -> Result<String, String> {
        run_editor(text, &mut self.guard).map_err(|error| error.to_string())
    }

    fn suspend(&mut self) -> Option<Msg> {
        self.guard.suspend().err().map(|error| Msg::Failed(error.to_string()))
    }

    fn lead_files(&mut self) -> Vec<Candidate> {
        lead_files()
    }

    fn whole_path(&self, typed: &Path) -> PathBuf {
        whole_path(typed)
    }

    fn keep_view(&mut self, name: &str, query: Option<&str>) -> Result<Vec<View>, String> {
        config_views::keep(&self.config, name, query)
    }

    fn notify(&mut self, text: &str) {
        // A notice that does not come through is no trouble of the seller's: the message line has it.
        drop(send_to_terminal(&notices::sequence(self.notices, text)));
    }

    fn export_settings(&self) -> Arc<ExportSettings> {
        Arc::clone(&self.exports)
    }

    fn aside(&mut self, work: Work) -> Option<Work> {
        let (path, terms, start) = self.store.clone();
        let (inbox, now) = (self.inbox.clone(), self.clock.now());
        // An inbox that is gone needs no answer.
        let tell = move |msg: Option<Msg>| {
            if let Some(msg) = msg {
                drop(inbox.send(Happening::Msg(msg)));
            }
        };
        match work {
            Work::Census(..) => {
                let census = move |(work, now), newest: &dyn Fn() -> bool| {
                    tell(work_on(&path, terms.clone(), &start, work, now, newest));
                };
                self.censuses.ask((work, now), census);
                return None;
            }
            Work::Paths(typed, whole) => {
                let find = move |(typed, whole): (String, PathBuf), newest: &dyn Fn() -> bool| {
                    tell(find_paths(typed, &whole, newest));
                };
                self.paths.ask((typed, whole), find);
                return None;
            }
            _ => {}
        }
        let writes = matches!(work, Work::Export(..));
        let thread = std::thread::spawn(move || tell(work_on(&path, terms, &start, work, now, &|| true)));
        if writes {
            self.exporting.push(thread);
        }
        None
    }
}

/// Does work on a connection of its own; whatever becomes of it, the answer is the one that its kind waits for.
fn work_on(path: &Path, terms: Terms, start: &str, work: Work, now: Moment, go_on: &dyn Fn() -> bool) -> Option<Msg> {
    match Store::open(path, terms, start) {
        Ok(mut store) => do_work(work, &mut store, now, go_on),
        Err(error) => Some(work.failed(error.to_string())),
    }
}

/// The message that answers a copy; what goes by the terminal is written here, by whoever owns it.
pub(super) fn copied(outcome: CopyOutcome) -> Msg {
    let CopyOutcome { result, text } = outcome;
    match result {
        Ok(CopyRoute::Native) => Msg::Copied(Ok(CopiedBy::Native)),
        Ok(CopyRoute::Tmux(beside)) => {
            // The buffer has it, whatever becomes of the rest.
            drop(beside.map(|sequence| send_to_terminal(&sequence)));
            Msg::Copied(Ok(CopiedBy::Tmux))
        }
        Ok(CopyRoute::Terminal(sequence)) => match send_to_terminal(&sequence) {
            Ok(true) => Msg::Copied(Ok(CopiedBy::Terminal)),
            Ok(false) => Msg::Copied(Err("Nothing was copied: the terminal is not ours now.".to_owned())),
            Err(error) => Msg::Uncopied { text, why: format!("The terminal did not take it ({error}).") },
        },
        Err(error) => Msg::Uncopied { text, why: error.to_string() },
    }
}

/// Lead exports in Downloads and the current folder, newest first.
fn lead_files() -> Vec<Candidate> {
    let user = UserDirs::new();
    let home = user.as_ref().map(|user| user.home_dir().to_owned());
    let downloads = user.as_ref().and_then(|user| user.download_dir().map(Path::to_path_buf));
    let downloads = downloads.or_else(|| home.as_ref().map(|home| home.join("Downloads")));
    let mut folders: Vec<PathBuf> = downloads.into_iter().chain(std::env::current_dir().ok()).collect();
    folders.dedup();
    exports_in(&folders, home.as_deref())
}

/// Lead exports among the newest files with the right ending, newest first.
fn exports_in(folders: &[PathBuf], home: Option<&Path>) -> Vec<Candidate> {
    let entries = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    let lead_like = entries.map(|entry| entry.path()).filter(|path| {
        // Before anything else: a folder may hold thousands of other files.
        path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
    });
    let dated = |path: PathBuf| {
        let meta = path.metadata().ok().filter(Metadata::is_file)?;
        Some((Reverse(meta.modified().ok()), path, meta.len()))
    };
    let mut files: Vec<_> = lead_like.filter_map(dated).collect();
    files.sort();
    let mut left = MOST_COUNTED;
    files.into_iter().take(MOST_FILES).filter_map(|(_, path, size)| candidate(path, size, home, &mut left)).collect()
}

/// Reads a file of `size` bytes as far as it takes to count its rows, and no more than is `left` of the bytes to read.
fn candidate(path: PathBuf, size: u64, home: Option<&Path>, left: &mut u64) -> Option<Candidate> {
    let mut file = File::open(&path).ok()?;
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut bytes).ok()?;
    let mut preview = intake::header_preview(&bytes, size)?;
    if !preview.exact && size <= COUNTED.min(*left) {
        *left -= size;
        file.take(COUNTED).read_to_end(&mut bytes).ok()?;
        // One that is no export further down stays: its import says why.
        preview = intake::header_preview(&bytes, size).unwrap_or(preview);
    }
    let shown = home.map_or_else(|| path.display().to_string(), |home| shorten_home(&path, home));
    let Preview { kind, rows, exact } = preview;
    Some(Candidate { modified: intake::modified(&path), kind, rows, exact, shown, path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::files::{Overwrite, write_bytes};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn a_terminal_that_is_not_ours_takes_no_copy() {
        let route = CopyRoute::Terminal("\u{1b}]52;c;YQ==\u{7}".to_owned());
        let said = copied(CopyOutcome { result: Ok(route), text: "a".to_owned() });
        assert_eq!(said, Msg::Copied(Err("Nothing was copied: the terminal is not ours now.".to_owned())));
    }

    #[test]
    fn work_that_finds_no_store_answers_whoever_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let answer =
            |work| work_on(folder.path(), Terms::default(), "start", work, Moment::default(), &|| true).unwrap();
        let file = PathBuf::from("leads.csv");
        assert!(matches!(answer(Work::Preview(file.clone())), Msg::Previewed(path, Err(_)) if path == file));
        assert!(matches!(answer(Work::Import(file)), Msg::Imported(Err(_))));
    }

    #[test]
    fn exports_come_newest_first_and_their_rows_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str, age: u64| {
            let path = folder.path().join(name);
            write_bytes(&path, Overwrite::No, text.as_bytes()).unwrap();
            let time = UNIX_EPOCH + Duration::from_secs(2_000_000_000 - age);
            File::open(&path).unwrap().set_modified(time).unwrap();
        };
        let header = "LeadId,LeadCreationDateTime,CustomerName,Email,UpdatedDateTime\n";
        // The first rows are longer than the rest: an estimate from the beginning would be wrong.
        let long = format!("a,2026-11-20,{},a@x.example,\n", "A".repeat(900)).repeat(100);
        let short = "b,2026-11-20,B,b@x.example,\n".repeat(5000);
        put("old.csv", &format!("{header}{long}{short}"), 60);
        put("new.CSV", &format!("{header}b,2026-11-20,B,b@x.example,\n"), 0);
        put("other.csv", "name,mail\na,b\n", 0);
        put("new.pdf", header, 0);
        let found = exports_in(&[folder.path().to_owned()], Some(folder.path()));
        let told: Vec<_> = found.iter().map(|file| (file.shown.as_str(), file.rows, file.exact)).collect();
        assert_eq!(told, [("~/new.CSV", 1, true), ("~/old.csv", 5100, true)]);
        let old = folder.path().join("old.csv");
        let size = old.metadata().unwrap().len();
        let estimated = candidate(old, size, None, &mut 1000).unwrap();
        assert!(!estimated.exact && estimated.rows != 5100, "{estimated:?}");
    }
}
