//! The clipboard chain: native, else tmux, else OSC 52 by the terminal (PRODUCT.md 7), on a thread of its own so that a stalled
//! display server never stalls the inbox. What no way takes is given back, to be shown and selected by hand.
//!
//! Text never goes into an argument list, is never cut short, and the clipboard is never read.

pub mod holder;
mod native;
pub mod osc52;
pub mod tmux;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde::Deserialize;

use crate::domain::term_text::is_invisible;
use crate::shell::clipboard::native::Native;
use crate::shell::clipboard::tmux::Loaded;
use crate::shell::surroundings::Surroundings;

/// Which ways the config allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Allowed {
    /// The first that works.
    #[default]
    Auto,
    /// The desktop's clipboard alone.
    Native,
    /// tmux alone.
    Tmux,
    /// The terminal alone.
    Osc52,
    /// None: what is copied is shown, to be selected by hand.
    Off,
}

impl Way {
    /// Its word, as the config has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Native => Allowed::Native.word(),
            Self::Tmux => Allowed::Tmux.word(),
            Self::Terminal => Allowed::Osc52.word(),
        }
    }
}

impl Allowed {
    /// Its word in the config.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Native => "native",
            Self::Tmux => "tmux",
            Self::Osc52 => "osc52",
            Self::Off => "off",
        }
    }
}

/// A way of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The desktop's clipboard.
    Native,
    /// tmux.
    Tmux,
    /// A sequence for the terminal.
    Terminal,
}

/// The ways that are tried, in order. Over SSH without a display the desktop's clipboard is not: it would be the wrong one's.
pub fn ways(allowed: Allowed, around: &Surroundings) -> Vec<Way> {
    let known = [
        (Way::Native, Allowed::Native, around.display),
        (Way::Tmux, Allowed::Tmux, around.tmux),
        (Way::Terminal, Allowed::Osc52, around.takes_sequences()),
    ];
    let taken = |(way, alone, there): (Way, Allowed, bool)| {
        // What the config names alone is tried wherever it may work.
        let taken = (allowed == Allowed::Auto && there) || (allowed == alone && (there || way != Way::Native));
        taken.then_some(way)
    };
    known.into_iter().filter_map(taken).collect()
}

/// The way a copy would go now: the first that answers, if any.
pub fn way_now(allowed: Allowed, around: &Surroundings) -> Option<Way> {
    ways(allowed, around).into_iter().find(|way| match way {
        Way::Native => Native::answers(),
        Way::Tmux => tmux::option("buffer-limit").is_some(),
        Way::Terminal => true,
    })
}

/// Which way a copied value went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyRoute {
    /// The X11 or Wayland clipboard has it.
    Native,
    /// tmux has it; this, if anything, is to be written to the terminal besides, as that tmux does not hand it on.
    Tmux(Option<String>),
    /// Write this sequence to the terminal, then say "sent to the terminal": nothing confirms it.
    Terminal(String),
}

/// Why a value was not copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// No clipboard took it and it is too long for OSC 52.
    #[error("No clipboard took it, and {0} bytes are more than the {most} a terminal is sure to take.", most = osc52::MOST)]
    TooLong(usize),
    /// None of the ways that the config allows works here.
    #[error("No clipboard took it.")]
    NoWay,
    /// The config allows none.
    #[error("The config keeps the clipboard off.")]
    Off,
    /// The clipboard's thread is gone.
    #[error("The clipboard does not answer.")]
    Gone,
}

/// The answer to one `copy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyOutcome {
    /// The way it went, or why it did not.
    pub result: Result<CopyRoute, CopyError>,
    /// The text, given back.
    pub text: String,
}

type Answer = Box<dyn FnOnce(CopyOutcome) + Send>;

/// The clipboard for this session. Costs nothing until the first copy.
pub struct Clipboard {
    allowed: Allowed,
    around: Surroundings,
    requests: Option<Sender<(String, Answer)>>,
    /// What the native clipboard got from us last, until a later copy went another way.
    held: Arc<Mutex<Option<String>>>,
}

impl Clipboard {
    /// A clipboard without a thread; the first copy starts it.
    pub fn new(allowed: Allowed, around: Surroundings) -> Clipboard {
        Clipboard { allowed, around, requests: None, held: Arc::default() }
    }

    /// Copies `text` as it is (give it `one_line` first unless several lines were announced). Never blocks; `answer`
    /// is called once, on another thread.
    pub fn copy(&mut self, text: String, answer: impl FnOnce(CopyOutcome) + Send + 'static) {
        let answer: Answer = Box::new(answer);
        let (held, allowed, around) = (Arc::clone(&self.held), self.allowed, self.around.clone());
        let requests = self.requests.get_or_insert_with(|| {
            let (sender, receiver) = channel();
            let serve = move || serve(&receiver, &held, allowed, &around);
            // If no thread can start, the receiver is gone with the closure and the send below says so.
            let _ = thread::Builder::new().name("clipboard".into()).spawn(serve);
            sender
        });
        if let Err(unsent) = requests.send((text, answer)) {
            let (text, answer) = unsent.0;
            answer(CopyOutcome { result: Err(CopyError::Gone), text });
        }
    }

    /// Before the process ends: if the native clipboard holds our text, leaves a detached holder with it and waits
    /// (300 ms at most) until that has taken over. Returns whether the text survives.
    pub fn shutdown(self) -> bool {
        let text = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        text.is_some_and(|text| holder::leave(&text).is_ok_and(|ready| ready))
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

/// Several lines without what `is_invisible` names: the breaks stay, as LF.
pub fn many_lines(text: &str) -> String {
    let joined = text.replace("\r\n", "\n");
    let cleaned = joined.chars().filter_map(|c| match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' | '\u{b}' | '\u{c}' => Some(' '),
        c if is_invisible(c) => None,
        c => Some(c),
    });
    cleaned.collect::<String>().trim_end().to_owned()
}

fn serve(requests: &Receiver<(String, Answer)>, held: &Mutex<Option<String>>, allowed: Allowed, around: &Surroundings) {
    let mut native = Native::default();
    let ways = ways(allowed, around);
    for (text, answer) in requests {
        let result = copy_by(&ways, &mut native, &text, around);
        let result = if allowed == Allowed::Off { Err(CopyError::Off) } else { result };
        let native = matches!(result, Ok(CopyRoute::Native));
        *held.lock().unwrap_or_else(PoisonError::into_inner) = native.then(|| text.clone());
        answer(CopyOutcome { result, text });
    }
}

/// Tries one way after the other.
fn copy_by(ways: &[Way], native: &mut Native, text: &str, around: &Surroundings) -> Result<CopyRoute, CopyError> {
    let mut why = CopyError::NoWay;
    for way in ways {
        match way {
            Way::Native if native.set(text) => return Ok(CopyRoute::Native),
            Way::Native => {}
            Way::Tmux => match tmux::load(text) {
                Loaded::Handed => return Ok(CopyRoute::Tmux(None)),
                Loaded::Kept => return Ok(CopyRoute::Tmux(osc52::behind_tmux(text))),
                Loaded::No => {}
            },
            Way::Terminal => match osc52::sequence(text, around) {
                Some(sequence) => return Ok(CopyRoute::Terminal(sequence)),
                None => why = CopyError::TooLong(text.len()),
            },
        }
    }
    Err(why)
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
    fn several_lines_keep_their_breaks_and_nothing_else() {
        assert_eq!(many_lines("  a\r\nb\u{85}\tc\u{1b}[31m\u{202e}\n\n"), "  a\nb\n c[31m");
    }

    #[test]
    fn ways_follow_the_config_and_what_is_around() {
        let around = |display, tmux, term: &str| Surroundings {
            display,
            tmux,
            term: term.to_owned(),
            ..Surroundings::default()
        };
        let all = around(true, true, "tmux-256color");
        let bare = around(false, false, "xterm");
        let console = around(false, false, "linux");
        for (allowed, around, wanted) in [
            (Allowed::Auto, &all, vec![Way::Native, Way::Tmux, Way::Terminal]),
            (Allowed::Auto, &bare, vec![Way::Terminal]),
            (Allowed::Auto, &console, vec![]),
            (Allowed::Native, &all, vec![Way::Native]),
            (Allowed::Native, &bare, vec![]),
            (Allowed::Tmux, &bare, vec![Way::Tmux]),
            (Allowed::Osc52, &all, vec![Way::Terminal]),
            (Allowed::Osc52, &console, vec![Way::Terminal]),
            (Allowed::Off, &all, vec![]),
        ] {
            assert_eq!(ways(allowed, around), wanted, "{allowed:?}");
        }
    }

    #[test]
    fn what_no_way_takes_is_given_back_with_the_reason() {
        let copied = |allowed, term: &str, text: &str| {
            let around = Surroundings { term: term.to_owned(), ..Surroundings::default() };
            let (answer, answered) = channel();
            let mut clipboard = Clipboard::new(allowed, around);
            clipboard.copy(text.to_owned(), move |outcome| answer.send(outcome).unwrap());
            let outcome = answered.recv().unwrap();
            assert_eq!(outcome.text, text);
            assert!(!clipboard.shutdown());
            outcome.result
        };
        let long = "é".repeat(371);
        assert_eq!(copied(Allowed::Auto, "xterm", &long), Err(CopyError::TooLong(742)));
        assert_eq!(copied(Allowed::Auto, "dumb", "a"), Err(CopyError::NoWay));
        assert_eq!(copied(Allowed::Off, "xterm", "a"), Err(CopyError::Off));
        assert_eq!(copied(Allowed::Native, "xterm", "a"), Err(CopyError::NoWay));
        assert_eq!(copied(Allowed::Auto, "xterm", "a"), Ok(CopyRoute::Terminal("\u{1b}]52;c;YQ==\u{7}".to_owned())));
    }
}
