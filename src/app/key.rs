//! A key press as a value, and its name as people and the config write it: `a`, `L`, `^R`, `Enter`, `Shift-Tab`.
//! The terminal translates into it. Must not know what a key does.

use std::fmt;

use crate::domain::term_text::is_invisible;

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character; a capital stands for itself.
    Char(char),
    /// Enter.
    Enter,
    /// Esc.
    Esc,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Left.
    Left,
    /// Right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key.
    F(u8),
}

/// A key with what was held down. Shift is part of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
}

const NAMED: [(Code, &str); 16] = [
    (Code::Char(' '), "Space"),
    (Code::Enter, "Enter"),
    (Code::Esc, "Esc"),
    (Code::Tab, "Tab"),
    (Code::BackTab, "Shift-Tab"),
    (Code::Backspace, "Backspace"),
    (Code::Delete, "Delete"),
    (Code::Left, "Left"),
    (Code::Right, "Right"),
    (Code::Up, "Up"),
    (Code::Down, "Down"),
    (Code::Home, "Home"),
    (Code::End, "End"),
    (Code::PageUp, "PgUp"),
    (Code::PageDown, "PgDn"),
    (Code::Char('\u{7f}'), "Rubout"),
];

impl Key {
    /// A key with nothing held.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// A character with control held.
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, alt: false }
    }

    /// Reads a key's name, in any case where the case does not matter.
    pub fn parse(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        for (prefix, held) in [("^", 'c'), ("ctrl-", 'c'), ("ctrl+", 'c'), ("c-", 'c'), ("alt-", 'a'), ("alt+", 'a')] {
            let Some(rest) = lower.strip_prefix(prefix).filter(|rest| !rest.is_empty()) else { continue };
            let key = Self::parse(rest)?;
            return Some(if held == 'c' { Self { ctrl: true, ..key } } else { Self { alt: true, ..key } });
        }
        let mut chars = name.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return (!is_invisible(c)).then(|| Self::plain(Code::Char(c)));
        }
        if let Some((code, _)) = NAMED.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)) {
            return Some(Self::plain(*code));
        }
        let number = lower.strip_prefix('f')?.parse().ok()?;
        (1..=24).contains(&number).then(|| Self::plain(Code::F(number)))
    }

    /// The character it types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self {
            Self { code: Code::Char(c), ctrl: false, alt: false } => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        if self.alt {
            text.push_str("Alt-");
        }
        if self.ctrl {
            text.push('^');
        }
        let named = NAMED.iter().find(|(code, _)| *code == self.code);
        match (named, self.code) {
            (Some((_, name)), _) => text.push_str(name),
            (None, Code::Char(c)) if self.ctrl => text.extend(c.to_uppercase()),
            (None, Code::Char(c)) => text.push(c),
            (None, Code::F(n)) => text.extend(["F".to_owned(), n.to_string()]),
            (None, _) => text.push('?'),
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for name in ["a", "L", "^R", "Enter", "Shift-Tab", "Space", "PgDn", "F5", "[", "Alt-x", "*"] {
            let key = Key::parse(name).expect("a key");
            assert_eq!(key.to_string(), name);
            assert_eq!(Key::parse(&key.to_string()), Some(key));
        }
        assert_eq!(Key::parse("ctrl-r"), Some(Key::ctrl('r')));
        assert_eq!(Key::parse("^"), Some(Key::plain(Code::Char('^'))));
        for none in ["nonsense", "\u{1b}", "\u{202e}", "Alt-\u{200b}"] {
            assert_eq!(Key::parse(none), None, "{none:?}");
        }
    }
}
