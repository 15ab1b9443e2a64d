//! Lines as address books and calendars write them (RFC 6350 and RFC 5545): `NAME;PARAMETERS:value`, CRLF behind, folded at 75
//! octets and never inside a character, text escaped. What no such program can use is left out of a text: controls, direction
//! overrides and code points that are no characters. Must not know a property.

/// Octets of a line at most, its line break not counted.
const MOST_OCTETS: usize = 75;

/// Writes a line, folded. The value is written as it stands: a text is to be escaped before.
pub fn line(out: &mut Vec<u8>, name: &str, value: &str) {
    let mut used = 0;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if used + c.len_utf8() > MOST_OCTETS {
            out.extend_from_slice(b"\r\n ");
            used = 1;
        }
        used += c.len_utf8();
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

/// A text as a value: backslash, comma, semicolon and line breaks escaped.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A text on one line without what must not be in it, nor blanks round it; `None` where nothing is left.
pub fn clean(text: &str) -> Option<String> {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                if !clean.ends_with(' ') {
                    clean.push(' ');
                }
            }
            c if is_unwanted(c) => {}
            c => clean.push(c),
        }
    }
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// Controls, direction overrides and isolates, marks of byte order, tags, noncharacters. Joiners and direction marks stay:
/// scripts need them.
fn is_unwanted(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{e007f}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_cleaned_to_one_line() {
        assert_eq!(clean("  a\r\n\tb\u{1b}[31m\u{202e}\u{0}c\u{feff} ").as_deref(), Some("a b[31mc"));
        assert_eq!(clean("\u{200f}שלום👩\u{200d}👧").as_deref(), Some("\u{200f}שלום👩\u{200d}👧"));
        assert_eq!(clean("\u{202e}\u{0}\u{ffff} \n"), None);
    }

    #[test]
    fn what_separates_is_escaped() {
        assert_eq!(escape("a\\n,b;c\nd:e\"f"), "a\\\\n\\,b\\;c\\nd:e\"f");
    }

    /// The other way round, written from the RFC and not from the code above.
    fn unescape(value: &str) -> String {
        let mut text = String::new();
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next().expect("something is escaped") {
                    'n' | 'N' => text.push('\n'),
                    escaped => text.push(escaped),
                },
                c => text.push(c),
            }
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn unfolded_and_unescaped_a_line_is_what_was_written(text in "(\\PC|[\\\\,;:\n\" ]|é|👩\u{200d}👧|a{30,90}){0,120}") {
            let mut out = Vec::new();
            line(&mut out, "NOTE;X=1", &escape(&text));
            let written = String::from_utf8(out).expect("no character is torn");
            prop_assert!(written.ends_with("\r\n"));
            let body = written.strip_suffix("\r\n").expect("an end");
            for (place, part) in body.split("\r\n").enumerate() {
                prop_assert!(part.len() <= 75, "{} octets", part.len());
                prop_assert_eq!(part.starts_with(' '), place > 0, "{:?}", part);
                prop_assert!(part.len() > 1);
            }
            let unfolded = body.replace("\r\n ", "");
            prop_assert!(!unfolded.contains(['\r', '\n']));
            prop_assert_eq!(unescape(unfolded.strip_prefix("NOTE;X=1:").expect("the name")), text);
        }

        #[test]
        fn what_is_clean_stays_as_it_is(text in any::<String>()) {
            if let Some(once) = clean(&text) {
                prop_assert!(!once.chars().any(is_unwanted));
                prop_assert_eq!(clean(&once), Some(once.clone()));
            }
        }
    }
}
