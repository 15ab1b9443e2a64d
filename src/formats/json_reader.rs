//! JSON text as a stream of events, checked against the grammar to the letter, with the place and the words for whatever is
//! wrong with it. Knows no depth that would be too deep: whoever builds something of it sets the limit.
//! Must not know what a key means, and must not repair anything.

use std::borrow::Cow;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct Fault {
    /// Line, from 1.
    pub line: u64,
    /// Character on it, from 1.
    pub column: u64,
    /// What is wrong, without a full stop.
    pub what: String,
}

/// A text between its quotes, its escapes known to be sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'t>(&'t str);

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'t> {
    /// An object begins.
    Object,
    /// A list begins.
    List,
    /// The innermost object or list ends.
    End,
    /// The name of the value that follows.
    Key(Raw<'t>),
    /// A text.
    Text(Raw<'t>),
    /// A number as it is written.
    Number(&'t str),
    /// True or false.
    Bool(bool),
    /// Null.
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
    Nothing,
}

/// Reads one value, event by event.
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Where the last token ended: a missing comma belongs there.
    last: usize,
    /// Where the last event began.
    begin: usize,
    want: Want,
    open: Vec<(u8, usize)>,
    key: Option<Raw<'t>>,
}

impl<'t> Reader<'t> {
    /// Begins with the value that stands at `at` of a text, blanks before it left out.
    pub fn new(text: &'t str, at: usize) -> Self {
        let mut reader = Self { text, at, last: at, begin: at, want: Want::Value, open: Vec::new(), key: None };
        reader.skip_blanks();
        reader
    }

    /// Where the next token begins.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many objects and lists are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next event; `None` once the value is whole.
    pub fn read(&mut self) -> Result<Option<Event<'t>>, Fault> {
        loop {
            self.skip_blanks();
            let Some(byte) = self.peek() else { return self.end_of_text() };
            self.begin = self.at;
            match (self.want, byte) {
                (Want::Nothing, _) => return Ok(None),
                (Want::CommaOrEnd, b',') => {
                    self.bump(1);
                    let in_object = self.open.last().is_some_and(|(kind, _)| *kind == b'{');
                    self.want = if in_object { Want::Key } else { Want::Value };
                }
                (Want::CommaOrEnd | Want::ValueOrEnd | Want::KeyOrEnd, b'}' | b']') => {
                    return self.close(byte).map(Some);
                }
                (Want::CommaOrEnd, _) => return Err(self.no_comma(byte)),
                (Want::Key | Want::KeyOrEnd, b'"') => return self.name().map(Some),
                (Want::Key | Want::KeyOrEnd, _) => return Err(self.no_name(byte)),
                (Want::Value | Want::ValueOrEnd, _) => return self.value(byte).map(Some),
            }
        }
    }

    /// The next event and the place where it begins.
    pub fn read_with_place(&mut self) -> Result<Option<(usize, Event<'t>)>, Fault> {
        let event = self.read()?;
        Ok(event.map(|event| (self.begin, event)))
    }

    /// A fault at a place of this text.
    pub fn fault(&self, at: usize, what: impl Into<String>) -> Fault {
        let (line, column) = place(self.text, at);
        Fault { line, column, what: what.into() }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn bump(&mut self, bytes: usize) {
        self.at += bytes;
        self.last = self.at;
    }

    fn skip_blanks(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    fn end_of_text(&self) -> Result<Option<Event<'t>>, Fault> {
        if self.want == Want::Nothing {
            return Ok(None);
        }
        Err(match self.open.last() {
            Some((kind, opened)) => {
                let (line, column) = place(self.text, *opened);
                let what = if *kind == b'{' { "object" } else { "list" };
                self.fault(
                    self.at,
                    format!("the text ends, but the {what} opened on line {line}, column {column} does not"),
                )
            }
            None => self.fault(self.at, "a value should stand here"),
        })
    }

    fn close(&mut self, byte: u8) -> Result<Event<'t>, Fault> {
        let Some((kind, opened)) = self.open.pop() else { return Err(self.fault(self.at, "nothing is open here")) };
        if (kind == b'{') != (byte == b'}') {
            let (line, column) = place(self.text, opened);
            let (kind, byte) = (char::from(kind), char::from(byte));
            return Err(
                self.fault(self.at, format!("the {kind} of line {line}, column {column} is closed by a {byte}"))
            );
        }
        self.bump(1);
        self.done();
        Ok(Event::End)
    }

    fn done(&mut self) {
        self.want = if self.open.is_empty() { Want::Nothing } else { Want::CommaOrEnd };
    }

    fn name(&mut self) -> Result<Event<'t>, Fault> {
        let name = self.string()?;
        self.key = Some(name);
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(self.fault(self.last, format!("a colon is missing after the name “{}”", shown(name))));
        }
        self.bump(1);
        self.want = Want::Value;
        Ok(Event::Key(name))
    }

    fn value(&mut self, byte: u8) -> Result<Event<'t>, Fault> {
        let event = match byte {
            b'{' | b'[' => {
                self.open.push((byte, self.at));
                self.bump(1);
                self.want = if byte == b'{' { Want::KeyOrEnd } else { Want::ValueOrEnd };
                return Ok(if byte == b'{' { Event::Object } else { Event::List });
            }
            b'"' => Event::Text(self.string()?),
            b'-' | b'0'..=b'9' => Event::Number(self.number()?),
            b'}' | b']' | b',' => return Err(self.no_value(byte)),
            _ => self.word()?,
        };
        self.done();
        Ok(event)
    }

    fn word(&mut self) -> Result<Event<'t>, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(20).collect();
        let event = match word.as_str() {
            "true" => Event::Bool(true),
            "false" => Event::Bool(false),
            "null" => Event::Null,
            "" => return Err(self.fault(self.at, unexpected(rest))),
            _ => {
                return Err(self.fault(self.at, format!("“{word}” is no value; a text stands between double quotes")));
            }
        };
        self.bump(word.len());
        Ok(event)
    }

    fn number(&mut self) -> Result<&'t str, Fault> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-._".contains(b)).count();
        let number = self.text.get(start..start + length).unwrap_or_default();
        if !is_number(number) {
            return Err(self.fault(start, "this is not written as a number; a text stands between double quotes"));
        }
        self.bump(length);
        Ok(number)
    }

    /// The text whose opening quote stands here.
    fn string(&mut self) -> Result<Raw<'t>, Fault> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            match bytes.get(at) {
                None => return Err(self.fault(start, "the text opened here is never closed")),
                Some(b'"') => break,
                Some(b'\\') => at += self.escape(at)?,
                Some(b'\n' | b'\r') => {
                    return Err(
                        self.fault(start, "the text opened here is not closed on its line (a line break in it is \\n)")
                    );
                }
                Some(0..=0x1f) => {
                    return Err(self.fault(at, "a control character in a text must be escaped (a tab is \\t)"));
                }
                Some(_) => at += 1,
            }
        }
        let raw = Raw(self.text.get(start + 1..at).unwrap_or_default());
        self.bump(at + 1 - start);
        Ok(raw)
    }

    /// The length of the escape at `at`.
    fn escape(&self, at: usize) -> Result<usize, Fault> {
        match self.text.as_bytes().get(at + 1..).unwrap_or_default() {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Ok(2),
            [b'u', digits @ ..] if digits.len() >= 4 && digits[..4].iter().all(u8::is_ascii_hexdigit) => Ok(6),
            _ => Err(self.fault(at, "a backslash must be written twice, or begin an escape such as \\n or \\u00e9")),
        }
    }

    fn no_comma(&self, byte: u8) -> Fault {
        if byte == b':' {
            return self.fault(self.at, "there is a colon where a comma should stand");
        }
        if byte == b'"' || byte == b'{' || byte == b'[' {
            let in_object = self.open.last().is_some_and(|(kind, _)| *kind == b'{');
            let behind = match self.key {
                Some(key) if in_object => format!("the value of “{}”", shown(key)),
                _ => "this item".to_owned(),
            };
            return self.fault(self.last, format!("a comma is missing after {behind}"));
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.fault(self.at, format!("{}, where a comma or an end should", unexpected(rest)))
    }

    fn no_name(&self, byte: u8) -> Fault {
        match byte {
            b'}' => self.fault(self.at, "the comma before this } has nothing after it"),
            _ => self.fault(self.at, "a name between double quotes should stand here"),
        }
    }

    fn no_value(&self, byte: u8) -> Fault {
        let in_object = self.open.last().is_some_and(|(kind, _)| *kind == b'{');
        match self.key {
            Some(key) if in_object => self.fault(self.at, format!("“{}” has no value", shown(key))),
            _ if byte == b']' && !self.open.is_empty() => {
                self.fault(self.at, "the comma before this ] has nothing after it")
            }
            _ => self.fault(self.at, "a value should stand here"),
        }
    }
}

impl<'t> Raw<'t> {
    /// What it says. Half of a surrogate pair, as a cut text may end with, becomes the replacement character.
    pub fn read(self) -> Cow<'t, str> {
        if !self.0.contains('\\') {
            return Cow::Borrowed(self.0);
        }
        let mut read = String::with_capacity(self.0.len());
        let mut units: Vec<u16> = Vec::new();
        let mut rest = self.0;
        while let Some(c) = rest.chars().next() {
            let (length, unit) = match (c, rest.as_bytes().get(1)) {
                ('\\', Some(b'u')) => (6, rest.get(2..6).and_then(|digits| u16::from_str_radix(digits, 16).ok())),
                ('\\', Some(_)) => (2, None),
                _ => (c.len_utf8(), None),
            };
            let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            rest = after;
            if let Some(unit) = unit {
                units.push(unit);
                continue;
            }
            read.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
            read.push_str(plain(token));
        }
        read.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Cow::Owned(read)
    }
}

/// What a short escape means; anything else is itself.
fn plain(token: &str) -> &str {
    match token {
        "\\\"" => "\"",
        "\\\\" => "\\",
        "\\/" => "/",
        "\\b" => "\u{8}",
        "\\f" => "\u{c}",
        "\\n" => "\n",
        "\\r" => "\r",
        "\\t" => "\t",
        other => other,
    }
}

/// The beginning of a name, for a sentence.
fn shown(name: Raw<'_>) -> String {
    name.read().chars().take(40).collect()
}

fn unexpected(rest: &str) -> String {
    match rest.chars().next() {
        Some('\'' | '“' | '”' | '„' | '‘' | '’' | '«') => {
            "texts stand between straight double quotes (\")".to_owned()
        }
        Some(c) => format!("there is a “{c}”"),
        None => "the text ends".to_owned(),
    }
}

/// True for a number as JSON writes it: no plus sign, no leading zero, a digit on both sides of the point.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

/// Line and column of a place, both from 1; lines end with LF, CR LF or CR.
pub fn place(text: &str, at: usize) -> (u64, u64) {
    let bytes = text.as_bytes();
    let before = bytes.get(..at).unwrap_or(bytes);
    let (mut line, mut start) = (1, 0);
    for (place, byte) in before.iter().enumerate() {
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(place + 1) != Some(&b'\n')) {
            line += 1;
            start = place + 1;
        }
    }
    let column = text.get(start..before.len()).map_or(0, |head| head.chars().count());
    (line, column as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a whole text: one value and nothing behind it.
    fn read(text: &str) -> Result<usize, Fault> {
        let mut reader = Reader::new(text, 0);
        let mut events = 0;
        while reader.read()?.is_some() {
            events += 1;
        }
        if reader.at() < text.len() {
            return Err(reader.fault(reader.at(), "more"));
        }
        Ok(events)
    }

    fn fault(text: &str) -> String {
        read(text).expect_err("a fault").to_string()
    }

    #[test]
    fn a_fault_is_named_by_its_place_and_in_words() {
        for (text, says) in [
            ("{\"a\":1\n \"b\":2}", "line 1, column 7: a comma is missing after the value of “a”"),
            ("[1\r\n,2\r3]", "line 3, column 1: there is a “3”, where a comma or an end should"),
            ("[{}\n{}]", "line 1, column 4: a comma is missing after this item"),
            ("{\"é\" 1}", "line 1, column 5: a colon is missing after the name “é”"),
            ("{\"a\":}", "line 1, column 6: “a” has no value"),
            ("{\"a\":1,}", "line 1, column 8: the comma before this } has nothing after it"),
            ("[1,]", "line 1, column 4: the comma before this ] has nothing after it"),
            ("{\"a\":\n[1}", "line 2, column 3: the [ of line 2, column 1 is closed by a }"),
            ("{\"a\":[1,{", "line 1, column 10: the text ends, but the object opened on line 1, column 9 does not"),
            (
                "{\"a\":\"x\n\"}",
                "line 1, column 6: the text opened here is not closed on its line (a line break in it is \\n)",
            ),
            ("{\"a\":\"x", "line 1, column 6: the text opened here is never closed"),
            (
                "{\"a\":\"C:\\dir\"}",
                "line 1, column 9: a backslash must be written twice, or begin an escape such as \\n or \\u00e9",
            ),
            ("{'a':1}", "line 1, column 2: a name between double quotes should stand here"),
            ("{\"a\":“x”}", "line 1, column 6: texts stand between straight double quotes (\")"),
            ("{\"a\":None}", "line 1, column 6: “None” is no value; a text stands between double quotes"),
            ("[0049]", "line 1, column 2: this is not written as a number; a text stands between double quotes"),
            ("", "line 1, column 1: a value should stand here"),
        ] {
            assert_eq!(fault(text), says, "{text}");
        }
    }

    #[test]
    fn escapes_say_what_they_mean() {
        let text = |raw| Raw(raw).read().into_owned();
        assert_eq!(text("a\\\"\\\\\\/\\b\\f\\n\\r\\t"), "a\"\\/\u{8}\u{c}\n\r\t");
        assert_eq!(text("\\u00e9\\ud83d\\udd25é"), "é🔥é");
        assert_eq!(text("cut\\ud83d"), "cut\u{fffd}", "half a pair, as a cut text ends with");
        assert_eq!(text("\\ud83dx\\udd25"), "\u{fffd}x\u{fffd}");
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                proptest::collection::hash_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_serde_json_writes_is_read(value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            prop_assert!(read(&text.unwrap()).is_ok());
        }

        #[test]
        fn what_is_refused_is_what_serde_json_refuses(text in "[\\[\\]{}\":,a10.eE+\\-\\\\u \n\tnulltrue]{0,14}") {
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text);
            let ours = read(&text);
            prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?}: {:?} {:?}", text, ours, theirs);
        }
    }
}
