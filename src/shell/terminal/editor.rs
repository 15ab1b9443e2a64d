//! Longer text goes through the person's own editor (PRODUCT.md 4: `n`, ^O): a private file, `$VISUAL` or `$EDITOR`,
//! the terminal lent and taken back, the file removed.
//!
//! Must not go through a shell, and must not lose a text: on any error the caller still has the old one, and a saved text
//! that could not be taken over keeps its file.

use crate::shell::files::{self, FileError, Overwrite};
use crate::shell::terminal::{TerminalGuard, lock, visible};
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Mutex;

/// The longest text taken back from an editor, in bytes.
const LONGEST: u64 = 1024 * 1024;

static DRAFT: Mutex<Option<PathBuf>> = Mutex::new(None);
static CHILD: Mutex<Option<Pid>> = Mutex::new(None);

/// Why there is no new text. The old one still stands in every case.
#[derive(Debug, thiserror::Error)]
pub enum EditorError {
    /// The program could not be started.
    #[error("The editor {program} could not be started: {source}. The text is unchanged. Set VISUAL or EDITOR.")]
    Start {
        /// The first word of the command.
        program: String,
        /// The system's word.
        source: io::Error,
    },
    /// The program ended with an error, as `:cq` in vi does on purpose.
    #[error("The editor {program} ended with {status}. The text is unchanged.")]
    Failed {
        /// The first word of the command.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// The file came back in another encoding.
    #[error("The edited text is not UTF-8. The text here is unchanged; what was saved is kept in {kept}.")]
    NotText {
        /// The file, fit for display.
        kept: String,
    },
    /// The saved text is too long, or its file cannot be read.
    #[error(
        "The edited text cannot be taken over. {why} The text here is unchanged; what was saved is kept in {kept}."
    )]
    NotRead {
        /// The file, fit for display.
        kept: String,
        /// Why it was not read.
        why: FileError,
    },
    /// The terminal could not be taken back.
    #[error("The terminal could not be taken back from the editor: {source}. What was saved is kept in {kept}.")]
    NotTakenBack {
        /// The file, fit for display.
        kept: String,
        /// The system's word.
        source: io::Error,
    },
    /// The private file could not be made.
    #[error(transparent)]
    Draft(#[from] FileError),
    /// The private folder could not be made, or the terminal not be handed over.
    #[error("The editor could not be given the text: {0}. The text is unchanged.")]
    Io(#[from] io::Error),
}

impl EditorError {
    /// True where a saved text exists only in its file.
    fn keeps_file(&self) -> bool {
        matches!(self, Self::NotText { .. } | Self::NotRead { .. } | Self::NotTakenBack { .. })
    }
}

/// Who has the terminal that an editor needs.
trait Lender {
    fn lend(&mut self) -> io::Result<()>;
    fn take_back(&mut self) -> io::Result<()>;
}

impl Lender for TerminalGuard {
    fn lend(&mut self) -> io::Result<()> {
        TerminalGuard::lend(self)
    }

    fn take_back(&mut self) -> io::Result<()> {
        TerminalGuard::take_back(self)
    }
}

/// Lets the person edit `text`; returns what was saved, without the final line break that editors add.
/// Blocks until the editor ends. `TerminalEvent::Resumed` follows: redraw.
pub fn run_editor(text: &str, guard: &mut TerminalGuard) -> Result<String, EditorError> {
    let words = command_words(std::env::var_os("VISUAL").as_deref(), std::env::var_os("EDITOR").as_deref());
    edit(text, &words, guard)
}

fn edit(text: &str, words: &[String], terminal: &mut impl Lender) -> Result<String, EditorError> {
    let folder = tempfile::Builder::new().prefix("leadbox-").permissions(Permissions::from_mode(0o700)).tempdir()?;
    *lock(&DRAFT) = Some(folder.path().to_path_buf());
    let edited = edit_in(folder.path(), text, words, terminal);
    // On a signal `remove_draft` does the same.
    match &edited {
        Err(error) if error.keeps_file() => drop(folder.keep()),
        _ => drop(folder),
    }
    *lock(&DRAFT) = None;
    edited
}

/// Asks a running editor to end, so that the main loop comes back to its queue.
pub(super) fn end_child() {
    if let Some(child) = *lock(&CHILD) {
        // It may have ended by itself.
        let _ = kill_process(child, Signal::TERM);
    }
}

/// Removes the private folder when the process is ended from under `run_editor`.
pub(super) fn remove_draft() {
    if let Some(folder) = lock(&DRAFT).take() {
        let _ = fs::remove_dir_all(folder);
    }
}

fn edit_in(folder: &Path, text: &str, words: &[String], terminal: &mut impl Lender) -> Result<String, EditorError> {
    let path = folder.join("note.txt");
    let kept = || visible(&path.to_string_lossy());
    files::write_bytes(&path, Overwrite::No, text.as_bytes())?;
    let ended = terminal.lend().map_err(EditorError::from).and_then(|()| run(words, &path));
    // Read before anything else can fail: from here on the text may stand nowhere else.
    let saved = ended.and_then(|()| {
        let bytes = files::read_capped(&path, LONGEST).map_err(|why| EditorError::NotRead { kept: kept(), why })?;
        String::from_utf8(bytes).map_err(|_| EditorError::NotText { kept: kept() })
    });
    match (terminal.take_back(), saved) {
        (Err(source), Ok(_)) => Err(EditorError::NotTakenBack { kept: kept(), source }),
        (_, saved) => saved.map(|saved| without_added_break(text, saved)),
    }
}

fn run(words: &[String], path: &Path) -> Result<(), EditorError> {
    let program = words.first().map_or("vi", String::as_str);
    let shown = visible(program);
    let mut child = Command::new(program)
        .args(words.iter().skip(1))
        .arg(path)
        .spawn()
        .map_err(|source| EditorError::Start { program: shown.clone(), source })?;
    *lock(&CHILD) = Pid::from_raw(child.id().cast_signed());
    let ended = child.wait();
    *lock(&CHILD) = None;
    let status = ended?;
    if status.success() { Ok(()) } else { Err(EditorError::Failed { program: shown, status }) }
}

/// `$VISUAL`, else `$EDITOR`, else `vi`, split on blanks; one that is unset or blank does not count.
fn command_words(visual: Option<&OsStr>, editor: Option<&OsStr>) -> Vec<String> {
    [visual, editor]
        .into_iter()
        .flatten()
        .map(|value| value.to_string_lossy().split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .find(|words| !words.is_empty())
        .unwrap_or_else(|| vec!["vi".to_owned()])
}

fn without_added_break(before: &str, mut after: String) -> String {
    if !before.ends_with('\n') && after.ends_with('\n') {
        after.pop();
        if after.ends_with('\r') {
            after.pop();
        }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal that comes back, or does not.
    struct Pretended {
        comes_back: bool,
    }

    impl Lender for Pretended {
        fn lend(&mut self) -> io::Result<()> {
            Ok(())
        }

        fn take_back(&mut self) -> io::Result<()> {
            if self.comes_back { Ok(()) } else { Err(io::ErrorKind::NotConnected.into()) }
        }
    }

    /// What comes of an editor that does this with its file, `$0`.
    fn edited(script: &str, comes_back: bool) -> Result<String, EditorError> {
        let words = ["sh", "-c", script].map(str::to_owned);
        edit("before", &words, &mut Pretended { comes_back })
    }

    /// The text of the file that an error names, which goes with its folder.
    fn take_kept(error: &EditorError) -> Vec<u8> {
        let sentence = error.to_string();
        let kept = sentence.split_once("kept in ").expect("the sentence names the file").1.trim_end_matches('.');
        let bytes = fs::read(kept).unwrap();
        assert_eq!(fs::metadata(kept).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(Path::new(kept).parent().unwrap()).unwrap();
        bytes
    }

    #[test]
    fn a_text_that_was_saved_comes_back_and_its_file_goes() {
        let told = tempfile::NamedTempFile::new().unwrap();
        let script = format!("echo after > \"$0\"; echo \"$0\" > {}", told.path().display());
        assert_eq!(edited(&script, true).unwrap(), "after");
        let path = fs::read_to_string(told.path()).unwrap();
        assert!(path.contains("leadbox-") && !Path::new(path.trim_end()).parent().unwrap().exists());
    }

    #[test]
    fn a_text_that_cannot_be_taken_over_keeps_its_file() {
        let odd = edited("printf 'caf\\351' > \"$0\"", true).unwrap_err();
        assert!(matches!(odd, EditorError::NotText { .. }), "{odd}");
        assert_eq!(take_kept(&odd), b"caf\xe9");
        let long = edited("head -c 1048577 /dev/zero | tr '\\0' x > \"$0\"", true).unwrap_err();
        assert!(matches!(long, EditorError::NotRead { .. }), "{long}");
        assert_eq!(take_kept(&long).len(), 1_048_577);
        let away = edited("echo after > \"$0\"", false).unwrap_err();
        assert!(matches!(away, EditorError::NotTakenBack { .. }), "{away}");
        assert_eq!(take_kept(&away), b"after\n");
    }

    #[test]
    fn an_editor_that_gives_up_leaves_nothing_behind() {
        let told = tempfile::NamedTempFile::new().unwrap();
        let script = format!("echo after > \"$0\"; echo \"$0\" > {}; exit 1", told.path().display());
        for comes_back in [true, false] {
            assert!(matches!(edited(&script, comes_back), Err(EditorError::Failed { .. })));
            let path = fs::read_to_string(told.path()).unwrap();
            assert!(!Path::new(path.trim_end()).parent().unwrap().exists());
        }
    }

    #[test]
    fn the_command_is_the_first_that_says_something() {
        let words = |visual: Option<&str>, editor: Option<&str>| {
            command_words(visual.map(OsStr::new), editor.map(OsStr::new)).join("|")
        };
        assert_eq!(words(Some("code --wait"), Some("vim")), "code|--wait");
        assert_eq!(words(Some("  "), Some("emacs -nw")), "emacs|-nw");
        assert_eq!(words(None, None), "vi");
    }

    #[test]
    fn only_the_break_an_editor_added_is_removed() {
        assert_eq!(without_added_break("a", "b\n".into()), "b");
        assert_eq!(without_added_break("a", "b\n\n".into()), "b\n");
        assert_eq!(without_added_break("a", "b\r\n".into()), "b");
        assert_eq!(without_added_break("a\n", "b\n".into()), "b\n");
        assert_eq!(without_added_break("", String::new()), "");
    }
}
