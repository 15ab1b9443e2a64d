//! One cell of a CRM file: cleaned of what no CRM takes, held where a spreadsheet could run it, and kept to its limit.
//! A phone in its plain form keeps its plus: an apostrophe would make another number of it (domain.md 7.2).
//! Must not know which field it is for beyond what a column says.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::domain::contact_check::{self, Concern};
use crate::domain::term_text::is_invisible;
use crate::formats::formula;

/// How much a cell holds. Characters are UTF-16 units, which is what the vendors count; no other count is larger for a text
/// that fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Most {
    /// Characters.
    pub characters: Option<usize>,
    /// Bytes of UTF-8.
    pub bytes: Option<usize>,
}

impl Most {
    /// True where the text fits.
    pub fn takes(self, text: &str) -> bool {
        self.bytes.is_none_or(|most| text.len() <= most)
            && self.characters.is_none_or(|most| text.len() <= most || text.encode_utf16().count() <= most)
    }

    /// As much of the text as fits, whole characters as people see them; where not even one fits, whole code points.
    pub fn cut(self, text: &str) -> &str {
        if self.takes(text) {
            return text;
        }
        let whole = self.end(text.graphemes(true).map(|part| (part.encode_utf16().count(), part.len())));
        let end = if whole > 0 { whole } else { self.end(text.chars().map(|c| (c.len_utf16(), c.len_utf8()))) };
        text.get(..end).unwrap_or_default()
    }

    /// The bytes of the first parts that fit together, each given by its characters and bytes.
    fn end(self, parts: impl Iterator<Item = (usize, usize)>) -> usize {
        let (mut characters, mut end) = (0, 0);
        for (units, bytes) in parts {
            characters += units;
            if self.characters.is_some_and(|most| characters > most)
                || self.bytes.is_some_and(|most| end + bytes > most)
            {
                break;
            }
            end += bytes;
        }
        end
    }
}

/// True where the text, cleaned, is an address that an import takes: Salesforce documents (article 000001145) that the part before
/// the @ is of letters, digits and signs, so one in quotes would have its row refused; of the others nothing is known.
pub fn is_address(text: &str) -> bool {
    !text.is_empty() && !text.contains('"') && contact_check::email(Some(text)) != Some(Concern::NoAddress)
}

/// The text without what cannot be seen, without blanks round it, on one line unless several are kept.
pub fn clean(text: &str, lines: bool) -> Cow<'_, str> {
    if text.chars().all(is_fine) {
        return Cow::Borrowed(text.trim());
    }
    let mut out = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.chars() {
        let breaks = is_break(c);
        match c {
            // The second half of one line break.
            '\n' if after_return => {}
            _ if breaks && lines => out.push('\n'),
            '\t' => out.push(' '),
            _ if breaks && out.ends_with(' ') => {}
            _ if breaks => out.push(' '),
            c if is_fine(c) => out.push(c),
            _ => {}
        }
        after_return = c == '\r';
    }
    Cow::Owned(out.trim().to_owned())
}

/// True where cleaning the text takes characters away that stand for no blank and no line break: nobody saw them.
pub fn hides(text: &str) -> bool {
    text.chars().any(|c| !is_fine(c) && !is_break(c) && c != '\t')
}

fn is_fine(c: char) -> bool {
    !is_invisible(c) || keeps_its_place(c)
}

const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}')
}

/// Joiners and selectors that emoji and several scripts are written with.
const fn keeps_its_place(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// True for a phone as it is dialled from anywhere: `^\+[0-9 ()./-]+$`.
pub fn is_plain_phone(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or_default();
    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || " ()./-".contains(c))
}

/// The text as no spreadsheet runs it: by an apostrophe in front, unless it is a plain phone in the column for one.
pub fn guard(text: &str, phone: bool) -> Cow<'_, str> {
    if phone && is_plain_phone(text) { Cow::Borrowed(text) } else { formula::escape(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn most(characters: usize) -> Most {
        Most { characters: Some(characters), bytes: None }
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(most(3).cut("Zoë Wójcik"), "Zoë");
        assert_eq!(most(3).cut("ae\u{301}e\u{301}"), "ae\u{301}", "a letter keeps its accent");
        assert_eq!(most(5).cut("ab👩\u{200d}👩\u{200d}👧"), "ab", "a family is not torn apart");
        assert_eq!(most(1).cut("e\u{301}"), "e", "where not even one fits");
        assert_eq!(most(1).cut("👧"), "", "an emoji counts two");
        let bytes = Most { characters: None, bytes: Some(4) };
        assert_eq!((bytes.cut("田中"), bytes.cut("abcd")), ("田", "abcd"));
    }

    #[test]
    fn only_a_plain_phone_keeps_its_plus() {
        for phone in ["+551155500100", "+55 11 5550-0100", "+1 (425) 555.0100", "+49 30/5550100"] {
            assert!(is_plain_phone(phone));
            assert_eq!(guard(phone, true), phone);
            assert_eq!(guard(phone, false), format!("'{phone}"), "in any other column it is held");
        }
        for live in ["+", "+1+1", "=1", "+49 30 x12", "-1", "+1;2", "++1", "+１"] {
            assert_eq!(guard(live, true), format!("'{live}"), "{live}");
        }
        assert_eq!(guard("030 5550100", true), "030 5550100");
    }

    #[test]
    fn lines_are_kept_only_where_a_column_has_several() {
        assert_eq!(clean(" two\r\nlines\t", false), "two lines");
        assert_eq!(clean("two\r\nlines\u{2028}and\rthree\u{85}four", true), "two\nlines\nand\nthree\nfour");
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{feff}\0", true), "a[31mbc");
        assert_eq!(clean("👩\u{200d}👧", false), "👩\u{200d}👧");
    }

    #[test]
    fn what_nobody_saw_is_noticed_when_it_goes() {
        for plain in ["", " two\r\nlines\t", "a\u{2028}b", "👩\u{200d}👧", "שלום"] {
            assert!(!hides(plain), "{plain:?}");
        }
        for hiding in ["a\u{1b}[31m", "\0", "a\u{200b}b", "\u{202e}", "\u{feff}a", "a\u{7}"] {
            assert!(hides(hiding), "{hiding:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_is_a_beginning_that_fits(text in any::<String>(), characters in 1..20usize, bytes in 1..20usize) {
            let most = Most { characters: Some(characters), bytes: Some(bytes) };
            let cut = most.cut(&text);
            prop_assert!(most.takes(cut) && text.starts_with(cut));
            prop_assert!(cut.encode_utf16().count() <= characters && cut.len() <= bytes);
            prop_assert!(cut.len() == text.len() || !most.takes(&text));
        }

        #[test]
        fn what_hides_nothing_loses_nothing_but_blanks(text in "[a-zé\u{200b}\u{1b}\0\u{202e}\u{200d} \t\r\n\u{2028}]{0,12}") {
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !is_break(*c)).collect::<String>();
            let kept = visible(&clean(&text, true)) == visible(&text);
            prop_assert_eq!(kept, !hides(&text));
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in any::<String>(), lines in any::<bool>()) {
            let once = clean(&text, lines).into_owned();
            let twice = clean(&once, lines).into_owned();
            prop_assert_eq!(&twice, &once);
            let seen = |c: char| lines && c == '\n' || !c.is_control();
            prop_assert!(once.chars().all(seen));
        }
    }
}
