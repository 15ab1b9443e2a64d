//! The clipboard by the terminal: OSC 52, wrapped so that it comes through tmux or GNU screen where one of them lies between.
//! Nothing confirms it. Must not send more than terminals are sure to take, nor a part of a text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::shell::surroundings::Surroundings;

/// The most raw bytes that are sent; terminals and multiplexers cut longer ones without a word.
pub const MOST: usize = 740;

/// Screen cuts what it passes through: 256 bytes at a time go through every version, less what is put around them.
const SCREEN_MOST: usize = 252;

/// What stands between us and the terminal that has the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Nothing,
    Tmux,
    Screen,
}

/// The sequence for a text; `None` where it is too long.
pub fn sequence(text: &str, around: &Surroundings) -> Option<String> {
    (text.len() <= MOST).then(|| {
        let plain = plain(text);
        match between(around) {
            Between::Nothing => plain,
            Between::Tmux => format!("{plain}{}", through_tmux(&plain)),
            Between::Screen => format!("{plain}{}", through_screen(&plain)),
        }
    })
}

/// The sequence that tmux hands on to its own terminal, alone: for where tmux has the text already.
pub fn behind_tmux(text: &str) -> Option<String> {
    (text.len() <= MOST).then(|| through_tmux(&plain(text)))
}

fn plain(text: &str) -> String {
    format!("\u{1b}]52;c;{}\u{7}", STANDARD.encode(text))
}

/// `TERM` is what also an SSH session inside a multiplexer knows; the plain form comes first, for one that takes it itself.
fn between(around: &Surroundings) -> Between {
    // Older configs of tmux call it `screen`.
    let screen = around.term.starts_with("screen");
    if around.term.starts_with("tmux") || (screen && around.tmux && !around.screen) {
        Between::Tmux
    } else if screen || around.screen {
        Between::Screen
    } else {
        Between::Nothing
    }
}

fn through_tmux(sequence: &str) -> String {
    format!("\u{1b}Ptmux;{}\u{1b}\\", sequence.replace('\u{1b}', "\u{1b}\u{1b}"))
}

/// In pieces: each is a string of its own to screen, and one sequence to the terminal.
fn through_screen(sequence: &str) -> String {
    let mut wrapped = String::new();
    for (place, c) in sequence.chars().enumerate() {
        if place.is_multiple_of(SCREEN_MOST) {
            wrapped.push_str(if place == 0 { "\u{1b}P" } else { "\u{1b}\\\u{1b}P" });
        }
        wrapped.push(c);
    }
    wrapped + "\u{1b}\\"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(term: &str, tmux: bool, screen: bool) -> Surroundings {
        Surroundings { term: term.to_owned(), tmux, screen, ..Surroundings::default() }
    }

    #[test]
    fn it_is_whole_or_refused() {
        let bare = around("xterm-256color", false, false);
        assert_eq!(sequence("ana@x.example", &bare).unwrap(), "\u{1b}]52;c;YW5hQHguZXhhbXBsZQ==\u{7}");
        assert!(sequence(&"a".repeat(MOST), &bare).is_some());
        assert_eq!(sequence(&"é".repeat(371), &bare), None);
        assert_eq!(behind_tmux(&"é".repeat(371)), None);
    }

    #[test]
    fn what_lies_between_is_told_by_the_surroundings() {
        for (term, tmux, screen, lies) in [
            ("xterm-256color", false, false, Between::Nothing),
            ("tmux-256color", false, false, Between::Tmux),
            ("tmux-256color", true, true, Between::Tmux),
            ("xterm-256color", true, false, Between::Nothing),
            ("screen-256color", true, false, Between::Tmux),
            ("screen-256color", true, true, Between::Screen),
            ("screen", false, true, Between::Screen),
            ("xterm", false, true, Between::Screen),
            ("screen-256color", false, false, Between::Screen),
        ] {
            assert_eq!(between(&around(term, tmux, screen)), lies, "{term} {tmux} {screen}");
        }
    }

    #[test]
    fn wrapped_it_is_the_same_sequence_to_the_terminal_behind() {
        let text = "x".repeat(MOST);
        let plain = plain(&text);
        let wrapped = sequence(&text, &around("tmux-256color", true, false)).unwrap();
        let inner = wrapped.strip_prefix(&plain).unwrap();
        let inner = inner.strip_prefix("\u{1b}Ptmux;").unwrap().strip_suffix("\u{1b}\\").unwrap();
        assert_eq!(inner.replace("\u{1b}\u{1b}", "\u{1b}"), plain);
        let wrapped = sequence(&text, &around("screen", false, true)).unwrap();
        let pieces: Vec<&str> = wrapped.strip_prefix(&plain).unwrap().split_inclusive("\u{1b}\\").collect();
        assert!(pieces.len() > 3 && pieces.iter().all(|piece| piece.len() <= 256), "{pieces:?}");
        let piece = |piece: &&str| piece.strip_prefix("\u{1b}P").unwrap().strip_suffix("\u{1b}\\").unwrap().to_owned();
        assert_eq!(pieces.iter().map(piece).collect::<String>(), plain);
    }
}
