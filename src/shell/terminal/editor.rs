//! Longer text goes through the person's own editor (PRODUCT.md 4: `n`, ^O): a private file, `$VISUAL` or `$EDITOR`,
//! the terminal lent and taken back, the file removed.
//!
//! Must not go through a shell, and must not lose the caller's text: on any error the caller still has the old one.

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
    #[error("The edited text is not UTF-8. The text is unchanged. Save it as UTF-8.")]
    NotText,
    /// The private file could not be made or read.
    #[error(transparent)]
    Draft(#[from] FileError),
    /// The private folder could not be made, or the terminal not be handed over.
    #[error("The editor could not be given the text: {0}. The text is unchanged.")]
    Io(#[from] io::Error),
}

/// Lets the person edit `text`; returns what was saved, without the final line break that editors add.
/// Blocks until the editor ends. `TerminalEvent::Resumed` follows: redraw.
pub fn run_editor(text: &str, guard: &mut TerminalGuard) -> Result<String, EditorError> {
    let words = command_words(std::env::var_os("VISUAL").as_deref(), std::env::var_os("EDITOR").as_deref());
    let folder = tempfile::Builder::new().prefix("leadbox-").permissions(Permissions::from_mode(0o700)).tempdir()?;
    *lock(&DRAFT) = Some(folder.path().to_path_buf());
    let edited = edit_in(folder.path(), text, &words, guard);
    // On a signal `remove_draft` does the same.
    drop(folder);
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

fn edit_in(folder: &Path, text: &str, words: &[String], guard: &mut TerminalGuard) -> Result<String, EditorError> {
    let path = folder.join("note.txt");
    files::write_bytes(&path, Overwrite::No, text.as_bytes())?;
    let lent = guard.lend();
    let ended = lent.map_err(EditorError::from).and_then(|()| run(words, &path));
    let taken = guard.take_back();
    ended?;
    taken?;
    let edited = String::from_utf8(files::read_capped(&path, LONGEST)?).map_err(|_| EditorError::NotText)?;
    Ok(without_added_break(text, edited))
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
