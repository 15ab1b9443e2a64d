//! JSON as text: a value on one line, with every invisible and control character written as an escape.
//! Must not know what the value is.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter};

use crate::domain::term_text::is_invisible;

/// A value as JSON on one line. Invisible and control characters are written as escapes, which mean the same, so that a
/// pager or a terminal that shows the text cannot be led astray.
pub fn json(value: &impl Serialize) -> io::Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Escaping))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if !fragment.chars().any(is_invisible) {
            return CompactFormatter.write_string_fragment(out, fragment);
        }
        for c in fragment.chars() {
            if is_invisible(c) {
                c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))?;
            } else {
                write!(out, "{c}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_and_shows_nothing_invisible() {
        let text = "a\u{1b}]0;x\u{7}\u{9b}2J\u{7f}\u{202e}é \u{e0041}\"\n👩\u{200d}🚒";
        let written = json(&text).unwrap();
        assert!(!written.chars().any(is_invisible), "{written}");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
