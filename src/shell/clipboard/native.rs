//! The clipboard of the desktop, X11 or Wayland, asked on a thread of its own: a display server that stalls is given up, and
//! never stalls the inbox. Must not read the clipboard.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use arboard::SetExtLinux;

const PATIENCE: Duration = Duration::from_millis(1500);

/// The display server behind a thread that may stall for good; then it is not asked again.
#[derive(Default)]
pub struct Native {
    asked: Option<Sender<(String, Sender<bool>)>>,
    given_up: bool,
}

impl Native {
    /// Whether a display server answers, without putting anything on its clipboard.
    pub fn answers() -> bool {
        let (answer, waiting) = channel();
        let asked = thread::Builder::new().name("display".into()).spawn(move || {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(arboard::Clipboard::new().is_ok());
        });
        asked.is_ok() && waiting.recv_timeout(PATIENCE).unwrap_or(false)
    }

    /// Puts a text on it; false where there is none or it does not answer.
    pub fn set(&mut self, text: &str) -> bool {
        if self.given_up {
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
        waiting.recv_timeout(PATIENCE).unwrap_or_else(|_| {
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
