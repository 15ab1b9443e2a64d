//! A JSON value as a tree that loses nothing: numbers stay as they are written (a phone may be one), names keep their case and
//! order and may stand twice. Names are found in any case. Must not know what a value means.

use crate::formats::json_reader::{Event, Fault, Reader};
use crate::formats::json_text::json;

/// How deep a value may be nested.
pub const MOST_DEPTH: usize = 32;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// Null.
    Null,
    /// True or false.
    Bool(bool),
    /// A number as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object: names and values in their order; a name may stand twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a text that holds one value and nothing else, such as the body of a request or an answer.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (value, end) = Self::parse_at(text, 0)?;
        let rest = text.get(end..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        if blank < rest.len() {
            return Err(Reader::new(text, 0).fault(end + blank, "there is more behind the end of the value"));
        }
        Ok(value)
    }

    /// Reads the value at a place of a text; also answers where it ends.
    pub fn parse_at(text: &str, at: usize) -> Result<(Self, usize), Fault> {
        let mut reader = Reader::new(text, at);
        let first = reader.read()?;
        let Some(first) = first else { return Err(reader.fault(at, "a value should stand here")) };
        let value = Self::build(&mut reader, first)?;
        Ok((value, reader.at()))
    }

    fn build(reader: &mut Reader<'_>, event: Event<'_>) -> Result<Self, Fault> {
        if reader.depth() > MOST_DEPTH {
            return Err(reader.fault(reader.at(), format!("values are nested more than {MOST_DEPTH} deep here")));
        }
        Ok(match event {
            Event::Null | Event::End | Event::Key(_) => Self::Null,
            Event::Bool(yes) => Self::Bool(yes),
            Event::Number(number) => Self::Number(number.to_owned()),
            Event::Text(text) => Self::Text(text.read().into_owned()),
            Event::List => {
                let mut items = Vec::new();
                while let Some(event) = reader.read()?.filter(|event| *event != Event::End) {
                    items.push(Self::build(reader, event)?);
                }
                Self::List(items)
            }
            Event::Object => {
                let mut members = Vec::new();
                while let Some(Event::Key(name)) = reader.read()? {
                    let Some(event) = reader.read()? else { break };
                    members.push((name.read().into_owned(), Self::build(reader, event)?));
                }
                Self::Object(members)
            }
        })
    }

    /// The value as JSON on one line, its numbers as they were written.
    pub fn line(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    out.push_str(if place > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (place, (name, value)) in members.iter().enumerate() {
                    out.push_str(if place > 0 { "," } else { "" });
                    out.push_str(&quoted(name));
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// The value of a name, in any case; the first if it stands twice. `None` also for null.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        let found = members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).filter(|value| **value != Self::Null)
    }

    /// The value at the end of a path of names.
    pub fn find(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// What a text or a number says, trimmed; `None` for a blank one and for anything else.
    pub fn text(&self) -> Option<&str> {
        let text = match self {
            Self::Text(text) | Self::Number(text) => text.trim(),
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Null | Self::List(_) | Self::Object(_) => "",
        };
        (!text.is_empty()).then_some(text)
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

/// A text between its quotes, invisible characters escaped.
pub fn quoted(text: &str) -> String {
    json(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tree() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?".prop_map(Json::Number),
            any::<String>().prop_map(Json::Text),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::List),
                proptest::collection::vec((any::<String>(), inner), 0..4).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_line_reads_back_as_it_was(value in tree()) {
            let line = value.line();
            let broken = line.contains(['\n', '\r', '\u{1b}']);
            prop_assert!(!broken, "{}", line);
            prop_assert_eq!(Json::parse(&line), Ok(value));
        }
    }

    #[test]
    fn nothing_is_lost() {
        let value = Json::parse("\u{feff} {\"Phone\": 004.50e3, \"a\": [1, null, true], \"PHONE\": \"x\"}\n ");
        assert!(value.is_err(), "a number does not begin with two zeros");
        let value =
            Json::parse("\u{feff} {\"Phone\": 16175555555, \"a\": [1.50, null, true], \"PHONE\": \"x\"}\n ").unwrap();
        assert_eq!(value.get("phone").and_then(Json::text), Some("16175555555"));
        let Json::Object(members) = &value else { panic!("{value:?}") };
        assert_eq!(members.len(), 3, "a name that stands twice stays");
        let items = value.get("A").unwrap().items();
        assert_eq!(items.iter().filter_map(Json::text).collect::<Vec<_>>(), ["1.50", "true"]);
        assert_eq!(
            Json::parse("{} {}").unwrap_err().to_string(),
            "line 1, column 4: there is more behind the end of the value"
        );
    }

    #[test]
    fn the_depth_has_an_end() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Json::parse(&nested(MOST_DEPTH)).is_ok());
        let fault = Json::parse(&nested(MOST_DEPTH + 1)).unwrap_err();
        assert!(fault.what.contains("32 deep"), "{fault}");
        assert!(Json::parse(&"[".repeat(1_000_000)).is_err());
    }
}
