//! Texts that the seller writes about a lead: the note, of as many lines as it needs, and the line of a contact.
//! Must not decide where they are kept.

use crate::domain::entry::EntryError;

/// Bytes of a note at most.
const NOTE_BYTES: usize = 64 * 1024;

/// Characters of the line of a contact at most.
const LINE_CHARS: usize = 500;

/// A note as it is kept: line breaks as `\n`, no other control characters but tabs, no blanks at its end. `None` where
/// nothing is left.
pub fn note(text: &str) -> Result<Option<String>, EntryError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let kept = kept.trim_end();
    if kept.len() > NOTE_BYTES {
        let size = kept.len().div_ceil(1024);
        return Err(EntryError(format!("A note holds at most 64 KiB; this one has {size}. Keep the rest elsewhere.")));
    }
    Ok((!kept.trim().is_empty()).then(|| kept.to_owned()))
}

/// What came of a contact, as one line; `None` where nothing was typed.
pub fn touch_text(text: &str) -> Result<Option<String>, EntryError> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    if line.chars().count() > LINE_CHARS {
        return Err(EntryError(format!("The text has at most {LINE_CHARS} characters. A note takes more.")));
    }
    Ok((!line.is_empty()).then_some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_keeps_its_lines_and_tabs() {
        assert_eq!(note("a\r\nb\rc\td\u{1b}[0m\u{7f}\u{0}\n\n"), Ok(Some("a\nb\nc\td[0m".into())));
        assert_eq!(note("\n  indented"), Ok(Some("\n  indented".into())));
        for blank in ["", " \n\t\n", "\u{0}"] {
            assert_eq!(note(blank), Ok(None));
        }
        assert!(note(&"x".repeat(NOTE_BYTES)).is_ok());
        let why = note(&"x".repeat(NOTE_BYTES + 1)).map_err(|error| error.0);
        assert_eq!(why, Err("A note holds at most 64 KiB; this one has 65. Keep the rest elsewhere.".into()));
    }

    #[test]
    fn the_text_of_a_contact_is_one_line() {
        assert_eq!(touch_text("  left a\nmessage \u{1b} with Jo "), Ok(Some("left a message with Jo".into())));
        assert_eq!(touch_text("\r\n"), Ok(None));
        assert!(touch_text(&"é".repeat(500)).is_ok() && touch_text(&"é".repeat(501)).is_err());
    }
}
