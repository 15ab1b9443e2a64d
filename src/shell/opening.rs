//! Opening a mail or a call with the program of this machine that does: by its arguments, never by a shell, and nothing but the
//! schemes mailto, tel and https. The program is not waited for, and gets neither our terminal nor our signals.
//! Must not hold a rule about leads.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::domain::reaching::Means;
use crate::formats::{mailto, tel};
use crate::shell::clock::Deadline;
use crate::shell::programs::{is_program, not_started, wait_while};
use crate::shell::surroundings::Surroundings;

/// The schemes that are opened.
const SCHEMES: [&str; 3] = ["mailto:", "tel:", "https://"];

/// The system's own.
const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// A program that fails so soon has not opened anything; what ends later may have been the mail program itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// What opens things here: a program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opener {
    words: Vec<String>,
    /// Somebody chose it, and knows that it works without a display.
    chosen: bool,
    around: Surroundings,
}

/// What was handed to a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The URI.
    pub uri: String,
    /// A draft was too long, and its end is left out.
    pub cut: bool,
}

/// The address of a mail or a call.
pub fn address(means: &Means) -> Address {
    match means {
        Means::Mail(draft) => {
            let mailto::Mailto { uri, cut } = mailto::uri(draft);
            Address { uri, cut }
        }
        Means::Call(number) => Address { uri: tel::uri(number), cut: false },
    }
}

impl Opener {
    /// The config's program, else the system's.
    pub fn new(config: &[String], around: Surroundings) -> Self {
        let words = if config.is_empty() { vec![OPENER.to_owned()] } else { config.to_vec() };
        Self { words, chosen: !config.is_empty(), around }
    }

    /// The program's name.
    pub fn program(&self) -> &str {
        self.words.first().map_or(OPENER, String::as_str)
    }

    /// True where the program can be found: by its path, or in one of the folders of `PATH`.
    pub fn is_installed(&self) -> bool {
        is_program(Path::new(self.program()))
    }

    /// Why nothing can be opened here, as a sentence; `None` where it may be tried.
    pub fn hindrance(&self) -> Option<String> {
        if self.around.ssh {
            return Some("Over SSH nothing is opened on this machine.".to_owned());
        }
        let needs_display = !self.chosen && !cfg!(target_os = "macos");
        (needs_display && !self.around.display).then(|| "There is no display here to open anything on.".to_owned())
    }

    /// Starts the program; `Err` is a sentence.
    pub fn start(&self, uri: &str) -> Result<Child, String> {
        if let Some(why) = self.hindrance() {
            return Err(why);
        }
        if !opens(uri) {
            return Err("Only mailto:, tel: and https:// are opened.".to_owned());
        }
        let program = self.program();
        Command::new(program)
            .args(self.words.iter().skip(1))
            .arg(uri)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| not_started(program, &error))
    }

    /// Waits on another thread for a program that was started; `failed` hears the sentence if it fails at once.
    pub fn watch(&self, mut child: Child, failed: impl FnOnce(String) + Send + 'static) {
        let program = self.program().to_owned();
        let deadline = Deadline::after(PATIENCE);
        // Where no thread starts, the program runs on and nobody hears how it ends.
        let _ = thread::Builder::new().name("opener".into()).spawn(move || {
            if let Ok(status) = child.wait()
                && !status.success()
                && !deadline.has_passed()
            {
                failed(sentence(&program, status.code()));
            }
        });
    }

    /// Waits a moment for a program that was started: `Err` is the sentence if it has failed by then.
    pub fn wait(&self, mut child: Child, patience: Duration) -> Result<(), String> {
        let deadline = Deadline::after(patience);
        match wait_while(&mut child, || !deadline.has_passed()) {
            Ok(Some(status)) if !status.success() => Err(sentence(self.program(), status.code())),
            Ok(_) => Ok(()),
            Err(error) => Err(format!("{} was lost: {error}.", self.program())),
        }
    }
}

fn sentence(program: &str, code: Option<i32>) -> String {
    let how = code.map_or_else(|| "was stopped".to_owned(), |code| format!("ended with {code}"));
    format!("{program} {how}: no program here takes it.")
}

/// True for what may be handed to a program: one of the three schemes, and nothing that is no part of a URI.
fn opens(uri: &str) -> bool {
    SCHEMES.iter().any(|scheme| uri.starts_with(scheme)) && uri.chars().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    fn opener(words: &[&str], around: Surroundings) -> Opener {
        Opener::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), around)
    }

    #[test]
    fn three_schemes_are_opened_and_nothing_else() {
        for uri in ["mailto:a@x.example?subject=&body=", "tel:+1234", "https://partner.microsoft.com/"] {
            assert!(opens(uri), "{uri}");
        }
        for uri in ["file:///etc/passwd", "http://x", "-x", "", "javascript:1", "tel:1 2", "mailto:a\nb", "tel:é"] {
            assert!(!opens(uri), "{uri}");
            assert!(opener(&["true"], Surroundings::default()).start(uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn where_nobody_would_see_it_nothing_is_opened() {
        let (ssh, display) = (Surroundings { ssh: true, display: true, ..Surroundings::default() }, true);
        assert!(opener(&[], ssh.clone()).hindrance().unwrap().contains("SSH"));
        assert!(opener(&["true"], ssh).hindrance().is_some());
        let bare = opener(&[], Surroundings::default());
        assert_eq!(bare.hindrance().is_some(), !cfg!(target_os = "macos"));
        assert_eq!(opener(&["wslview"], Surroundings::default()).hindrance(), None);
        assert_eq!(opener(&[], Surroundings { display, ..Surroundings::default() }).hindrance(), None);
    }

    #[test]
    fn a_program_that_is_not_there_or_fails_is_a_sentence() {
        let around = Surroundings::default();
        let missing = opener(&["no-such-program-of-leadbox"], around.clone());
        assert!(!missing.is_installed() && !opener(&["/"], around.clone()).is_installed());
        assert!(opener(&["sh"], around.clone()).is_installed() && opener(&["/bin/sh"], around.clone()).is_installed());
        assert_eq!(missing.start("tel:+1234").unwrap_err(), "no-such-program-of-leadbox is not installed.");
        let failing = opener(&["sh", "-c", "exit 3"], around.clone());
        let child = failing.start("tel:+1234").unwrap();
        let (said, heard) = channel();
        failing.watch(child, move |why| said.send(why).unwrap());
        assert_eq!(heard.recv().unwrap(), "sh ended with 3: no program here takes it.");
        let child = failing.start("tel:+1234").unwrap();
        assert!(failing.wait(child, Duration::from_mins(1)).is_err());
        let fine = opener(&["true"], around);
        let child = fine.start("tel:+1234").unwrap();
        assert_eq!(fine.wait(child, Duration::from_mins(1)), Ok(()));
    }
}
