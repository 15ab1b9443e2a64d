//! The clipboard chain: native, else tmux, else OSC 52 by the terminal (PRODUCT.md 7), on a thread of its own so
//! that a stalled display server never stalls the inbox; and the holder that keeps a copied value alive after `q`.
//!
//! Text never goes into an argument list, is never cut short, and the clipboard is never read.

use crate::domain::term_text::is_invisible;
use crate::shell::clock::Deadline;
use arboard::SetExtLinux;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The hidden argument with which `main` calls `hold_from_stdin`.
pub const HOLD_ARGUMENT: &str = "__hold-clipboard";

/// The most raw bytes sent by OSC 52; terminals and multiplexers cut longer ones without a word.
pub const OSC52_MOST: usize = 740;

const NATIVE_PATIENCE: Duration = Duration::from_millis(1500);
const TMUX_PATIENCE: Duration = Duration::from_secs(1);
const HOLDER_PATIENCE: Duration = Duration::from_millis(300);
const HOLDER_LIFE: Duration = Duration::from_mins(10);
const HOLDER_MOST: u64 = 1024 * 1024;

/// Which way a copied value went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyRoute {
    /// The X11 or Wayland clipboard has it.
    Native,
    /// tmux has it, and its terminal if `set-clipboard` allows.
    Tmux,
    /// Write this sequence to the terminal, then say "sent to the terminal": nothing confirms it.
    Terminal(String),
}

/// Why a value was not copied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// No clipboard took it and it is too long for OSC 52.
    #[error(
        "Not copied: {0} bytes are more than the 740 a terminal is sure to take. Select it with the mouse instead."
    )]
    TooLong(usize),
    /// The clipboard's thread is gone.
    #[error("Not copied: the clipboard does not answer. Select the value with the mouse instead.")]
    Gone,
}

/// The answer to one `copy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyOutcome {
    /// The way it went, or why it did not.
    pub result: Result<CopyRoute, CopyError>,
}

type Answer = Box<dyn FnOnce(CopyOutcome) + Send>;

/// The clipboard for this session. Costs nothing until the first copy.
#[derive(Default)]
pub struct Clipboard {
    requests: Option<Sender<(String, Answer)>>,
    /// What the native clipboard got from us last, until a later copy went another way.
    held: Arc<Mutex<Option<String>>>,
}

impl Clipboard {
    /// A clipboard without a thread; the first copy starts it.
    pub fn new() -> Clipboard {
        Clipboard::default()
    }

    /// Copies `text` as it is (give it `one_line` first unless several lines were announced). Never blocks; `answer`
    /// is called once, on another thread.
    pub fn copy(&mut self, text: String, answer: impl FnOnce(CopyOutcome) + Send + 'static) {
        let answer: Answer = Box::new(answer);
        let held = Arc::clone(&self.held);
        let requests = self.requests.get_or_insert_with(|| {
            let (sender, receiver) = channel();
            // If no thread can start, the receiver is gone with the closure and the send below says so.
            let _ = thread::Builder::new().name("clipboard".into()).spawn(move || serve(&receiver, &held));
            sender
        });
        if let Err(unsent) = requests.send((text, answer)) {
            (unsent.0.1)(CopyOutcome { result: Err(CopyError::Gone) });
        }
    }

    /// Before the process ends: if the native clipboard holds our text, leaves a detached holder with it and waits
    /// (300 ms at most) until that has taken over. Returns whether the text survives.
    pub fn shutdown(self) -> bool {
        let text = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        text.is_some_and(|text| leave_holder(&text).is_ok_and(|ready| ready))
    }
}

/// One line without what `is_invisible` names (control, format and bidi characters, fillers): every line break is a
/// blank, the ends are trimmed.
pub fn one_line(text: &str) -> String {
    let joined = text.replace("\r\n", " ");
    let cleaned: String = joined
        .chars()
        .filter_map(|c| match c {
            '\r' | '\n' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if is_invisible(c) => None,
            c => Some(c),
        })
        .collect();
    cleaned.trim().to_owned()
}

/// The body of the hidden holder process: takes the text from stdin and the clipboard, says so with one byte on
/// stdout, stays until another program copies something or ten minutes have passed. Returns the exit status.
pub fn hold_from_stdin() -> i32 {
    // A handler that does nothing: the terminal may close, the text stays.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::new(AtomicBool::new(false)));
    let mut text = String::new();
    if io::stdin().take(HOLDER_MOST).read_to_string(&mut text).is_err() {
        return 1;
    }
    let (ended, waiting) = channel();
    let holding = thread::Builder::new().name("holder".into()).spawn(move || {
        let _ = ended.send(hold(&text).is_ok());
    });
    match holding.map(|_| waiting.recv_timeout(HOLDER_LIFE)) {
        Ok(Ok(false)) | Err(_) => 1,
        Ok(_) => 0,
    }
}

fn hold(text: &str) -> Result<(), arboard::Error> {
    let mut clipboard = arboard::Clipboard::new()?;
    clipboard.set().exclude_from_history().text(text)?;
    // The parent may have stopped waiting.
    let _ = io::stdout().write_all(b"1").and_then(|()| io::stdout().flush());
    // Waits for another owner; `wait_until` would return at once on Wayland.
    clipboard.set().exclude_from_history().wait().text(text)
}

fn leave_holder(text: &str) -> io::Result<bool> {
    let mut holder = Command::new(std::env::current_exe()?)
        .arg(HOLD_ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .current_dir("/")
        .spawn()?;
    let (stdin, stdout) = (holder.stdin.take(), holder.stdout.take());
    let text = text.to_owned();
    let (ready, waiting) = channel();
    thread::Builder::new().name("holder-ready".into()).spawn(move || {
        // Dropping stdin ends the text.
        let written = stdin.is_some_and(|mut pipe| pipe.write_all(text.as_bytes()).is_ok());
        let said = stdout.is_some_and(|mut pipe| pipe.read_exact(&mut [0]).is_ok());
        let _ = ready.send(written && said);
    })?;
    Ok(waiting.recv_timeout(HOLDER_PATIENCE).unwrap_or(false))
}

fn serve(requests: &Receiver<(String, Answer)>, held: &Mutex<Option<String>>) {
    let mut native = Native::default();
    for (text, answer) in requests {
        let result = copy_by(&mut native, &text);
        *held.lock().unwrap_or_else(PoisonError::into_inner) = matches!(result, Ok(CopyRoute::Native)).then_some(text);
        answer(CopyOutcome { result });
    }
}

fn copy_by(native: &mut Native, text: &str) -> Result<CopyRoute, CopyError> {
    if native.set(text) {
        return Ok(CopyRoute::Native);
    }
    if std::env::var_os("TMUX").is_some() && load_tmux(text).unwrap_or(false) {
        return Ok(CopyRoute::Tmux);
    }
    osc52(text).map(CopyRoute::Terminal)
}

/// The display server behind a thread that may stall for good; then it is not asked again.
#[derive(Default)]
struct Native {
    asked: Option<Sender<(String, Sender<bool>)>>,
    given_up: bool,
}

impl Native {
    fn set(&mut self, text: &str) -> bool {
        let has_display = ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
        if self.given_up || !has_display {
            return false;
        }
        let asked = self.asked.get_or_insert_with(|| {
            let (sender, receiver) = channel();
            let _ = thread::Builder::new().name("display".into()).spawn(move || own_selection(&receiver));
            sender
        });
        let (answer, waiting) = channel();
        if asked.send((text.to_owned(), answer)).is_err() {
            self.given_up = true;
            return false;
        }
        waiting.recv_timeout(NATIVE_PATIENCE).unwrap_or_else(|_| {
            self.given_up = true;
            false
        })
    }
}

fn own_selection(requests: &Receiver<(String, Sender<bool>)>) {
    let Ok(mut clipboard) = arboard::Clipboard::new() else { return };
    for (text, answer) in requests {
        let _ = answer.send(clipboard.set().exclude_from_history().text(text).is_ok());
    }
}

fn load_tmux(text: &str) -> io::Result<bool> {
    let mut tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let pipe = tmux.stdin.take();
    let text = text.to_owned();
    thread::Builder::new().name("tmux".into()).spawn(move || {
        // If tmux does not read, its status says so.
        let _ = pipe.map(|mut pipe| pipe.write_all(text.as_bytes()));
    })?;
    let deadline = Deadline::after(TMUX_PATIENCE);
    loop {
        if let Some(status) = tmux.try_wait()? {
            return Ok(status.success());
        }
        if deadline.has_passed() {
            tmux.kill()?;
            tmux.wait()?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn osc52(text: &str) -> Result<String, CopyError> {
    if text.len() > OSC52_MOST {
        return Err(CopyError::TooLong(text.len()));
    }
    Ok(format!("\u{1b}]52;c;{}\u{7}", STANDARD.encode(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_has_no_controls_and_stays_as_it_is(text in any::<String>()) {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(is_invisible));
            prop_assert_eq!(line.trim(), &line);
            prop_assert_eq!(one_line(&line), line);
        }

        #[test]
        fn plain_text_is_untouched(text in "[a-z0-9@.é]{1,20}( [a-z+]{1,9}){0,3}") {
            prop_assert_eq!(one_line(&text), text);
        }
    }

    #[test]
    fn a_break_is_one_blank_and_a_paste_end_is_dead() {
        assert_eq!(one_line("a\r\nb\nc\rd\u{85}e\u{2028}f"), "a b c d e f");
        assert_eq!(one_line("rm\u{1b}[201~\n\u{202e}x\u{200b}\u{3164}"), "rm[201~ x");
    }

    #[test]
    fn osc52_is_whole_or_refused() {
        assert_eq!(osc52("ana@x.example").unwrap(), "\u{1b}]52;c;YW5hQHguZXhhbXBsZQ==\u{7}");
        assert!(osc52(&"a".repeat(OSC52_MOST)).is_ok());
        assert_eq!(osc52(&"é".repeat(371)), Err(CopyError::TooLong(742)));
    }
}
