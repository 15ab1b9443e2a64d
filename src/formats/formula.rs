//! Texts that a spreadsheet would not leave alone, held and let go again: the reversible apostrophe of TRUST.md. A text that
//! could run gets one in every table; in a table for spreadsheets so does one that they would read as a number or a date
//! (`0049305550100` would lose its zeros, `3-4` become a day in March). Reading takes exactly one away, whoever it was for.

use std::borrow::Cow;

/// Who opens a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// A program that reads text: nothing is changed but what could run.
    #[default]
    Scripts,
    /// Excel and its like, which read a text as what it looks like.
    Spreadsheets,
}

/// True where, after any apostrophes, quotes and blanks, the text begins with something a spreadsheet may run.
fn is_live(text: &str) -> bool {
    let begins = text.trim_start_matches(|c: char| matches!(c, '\'' | '"') || (c.is_whitespace() && !is_trigger(c)));
    begins.chars().next().is_some_and(is_trigger)
}

fn is_trigger(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

/// Texts that are no text in a spreadsheet although no digit is in them.
const VALUES: &[&str] = &["true", "false", "#n/a", "#ref!", "#div/0!", "#value!", "#name?", "#null!", "#num!"];

/// Letters that may stand in a number, a time or a date.
const IN_NUMBERS: &[&str] = &["e", "t", "z", "a", "p", "am", "pm", "utc", "gmt"];

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// True where a spreadsheet would read a number, a date, a time, a truth or an error of its own.
fn is_value(text: &str) -> bool {
    let text = text.trim();
    if VALUES.iter().any(|value| value.eq_ignore_ascii_case(text)) {
        return true;
    }
    let sign = |c: char| c.is_whitespace() || ".,:;/()+-%−$¢£¤¥€₹₽₩₺₫₪＋，－．／％：（）".contains(c);
    let all_known = text.chars().all(|c| c.is_numeric() || c.is_ascii_alphabetic() || sign(c));
    if !all_known || !text.contains(char::is_numeric) {
        return false;
    }
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let first_is_month = words.clone().next().is_some_and(is_month);
    let begins_with_word = text.starts_with(|c: char| c.is_ascii_alphabetic());
    (first_is_month || !begins_with_word)
        && words.all(|word| is_month(word) || IN_NUMBERS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// A month's English name, whole or its first three letters (`sept` too).
fn is_month(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word == "sept" || MONTHS.iter().any(|month| *month == word || month.get(..3) == Some(word.as_str()))
}

/// True where the text is one of those that an apostrophe holds, once any of its own apostrophes are left out.
fn may_be_held(text: &str) -> bool {
    is_live(text) || is_value(text.trim_start_matches('\''))
}

/// The text as a cell that no spreadsheet runs.
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_for(Audience::Scripts, text)
}

/// The text as a cell that no spreadsheet runs, nor takes for another where the table is for one.
pub fn escape_for(audience: Audience, text: &str) -> Cow<'_, str> {
    // What looks like a held text is held once more for everybody, so that it comes back with its apostrophe.
    let asked = audience == Audience::Spreadsheets || text.starts_with('\'') || is_live(text);
    if asked && may_be_held(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of such a cell.
pub fn unescape(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| may_be_held(text)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_could_run_is_held() {
        for live in ["=1+2", "+49 30 5550100", "-1+1", "@SUM(A1)", "\t=1", " =1", "＝1", "\"=1", "'=1", "\0"] {
            assert_eq!(escape(live), format!("'{live}"), "{live:?}");
        }
        for harmless in ["Northwind", "", "O'Brien", "'s-Hertogenbosch", "3-4", "'"] {
            assert_eq!(escape(harmless), harmless);
        }
    }

    #[test]
    fn a_spreadsheet_takes_no_text_for_a_number() {
        let values = [
            "0049305550100",
            "030 5550100",
            "(030) 5550-100",
            "3-4",
            "1/2",
            "12.5.2026",
            "2026-11-20",
            "2026-11-20T09:12:00Z",
            "1e5",
            "1E+5",
            "12:30",
            "9:30 PM",
            "5 %",
            "$5.00",
            "€ 5",
            "May 5",
            "5 mar 2026",
            "SEPT2",
            " 007 ",
            "true",
            "#N/A",
            "１２３",
            "٤٢",
            "\u{2212}5",
        ];
        for value in values {
            assert_eq!(escape_for(Audience::Spreadsheets, value), format!("'{value}"), "{value:?}");
            assert_eq!(escape(value), value, "a script reads it as it is");
            assert_eq!(unescape(&escape(&format!("'{value}"))), format!("'{value}"));
        }
        for text in [
            "Azure 365",
            "12 servers",
            "e5",
            "a1",
            "Maybe 5",
            "5 marks",
            "",
            "-",
            "May",
            "'",
            "8d116ece-0000-4000",
            "№ 5",
        ] {
            let held = escape_for(Audience::Spreadsheets, text);
            assert_eq!(held.starts_with('\'') && held != text, text == "-", "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn escaping_is_reversible(
            text in "['\"=+@ \\t＝a0-]{0,6}(.{0,4}|[0-9'./: -]{0,6}|(may|Dec|e|T)[ 0-9]{0,3})",
            for_spreadsheets in any::<bool>(),
        ) {
            let audience = if for_spreadsheets { Audience::Spreadsheets } else { Audience::Scripts };
            let cell = escape_for(audience, &text);
            prop_assert_eq!(unescape(&cell), text.as_str());
        }

        #[test]
        fn nothing_escaped_can_run(text in any::<String>()) {
            let cell = escape(&text).into_owned();
            prop_assert!(!cell.starts_with(|c: char| is_trigger(c)));
        }
    }
}
