//! Spreadsheet formulas made harmless and back again: the reversible apostrophe of TRUST.md. A text that a spreadsheet
//! could run, or that begins with apostrophes before such a text, gets one more; reading takes exactly one away.

use std::borrow::Cow;

/// True where, after any apostrophes, quotes and blanks, the text begins with something a spreadsheet may run.
fn is_live(text: &str) -> bool {
    let begins = text.trim_start_matches(|c: char| matches!(c, '\'' | '"') || (c.is_whitespace() && !is_trigger(c)));
    begins.chars().next().is_some_and(is_trigger)
}

fn is_trigger(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

/// The text as a cell that no spreadsheet runs.
pub fn escape(text: &str) -> Cow<'_, str> {
    if is_live(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of such a cell.
pub fn unescape(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_live(text)).unwrap_or(cell)
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

    proptest! {
        #[test]
        fn escaping_is_reversible(text in "['\"=+@ \\t＝a-]{0,6}.{0,4}") {
            let cell = escape(&text);
            prop_assert_eq!(unescape(&cell), text.as_str());
        }

        #[test]
        fn nothing_escaped_can_run(text in any::<String>()) {
            let cell = escape(&text).into_owned();
            prop_assert!(!cell.starts_with(|c: char| is_trigger(c)));
        }
    }
}
