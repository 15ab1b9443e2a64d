//! The query language (PRODUCT.md 3): `country:br -quality:low age<72h is:hot note:"move a warehouse"`. Text becomes a
//! `Filter`, and a filter becomes text; there and back changes nothing. Screen, command line and views read and write here.
//! Must not match leads: the catalog does.

mod fields;
mod read;
mod scan;
mod suggest;
mod write;

use std::ops::Range;

use crate::domain::filter::Filter;
use crate::domain::term_text::{TermText, cells};

pub use fields::{FIELDS, Field, FieldSpec};
pub use scan::{Piece, Term, TermBody, term_at};
pub use suggest::nearest;
pub use write::{value, write};

/// A part of a query that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// The part, in bytes of the text.
    pub range: Range<usize>,
    /// Why, as a sentence.
    pub sentence: String,
    /// What was probably meant, in place of that part.
    pub suggestion: Option<String>,
    /// What would do, as a sentence; empty where the first says it.
    pub remedy: String,
}

impl QueryError {
    /// All of it in one line: what is wrong, what was probably meant, and what would do.
    pub fn advice(&self) -> String {
        let mut advice = self.sentence.clone();
        if let Some(meant) = self.suggestion.as_ref().filter(|meant| !advice.ends_with(&format!("{meant}."))) {
            advice.extend([" Did you mean ", meant, "?"]);
        }
        if !self.remedy.is_empty() {
            advice.extend([" ", &self.remedy]);
        }
        advice
    }
}

/// What a text asks for as far as it can be read, and the parts that cannot, from left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryReading {
    /// What the readable terms ask for.
    pub filter: Filter,
    /// The others.
    pub errors: Vec<QueryError>,
}

/// Reads a text as far as it can be read.
pub fn read(text: &str) -> QueryReading {
    let mut reading = QueryReading::default();
    for term in scan::terms(text) {
        match read::term(text, &term) {
            Ok(meaning) => meaning.add_to(&mut reading.filter),
            Err(error) => reading.errors.push(error),
        }
    }
    reading
}

/// Reads a text that must be readable as a whole.
pub fn parse(text: &str) -> Result<Filter, Vec<QueryError>> {
    let reading = read(text);
    if reading.errors.is_empty() { Ok(reading.filter) } else { Err(reading.errors) }
}

/// A text with the wrong parts marked below it by `^^^^`, and a sentence each. Several lines, safe for a terminal.
pub fn explain(text: &str, errors: &[QueryError]) -> String {
    let shown = |range: Range<usize>| TermText::line(text.get(range).unwrap_or_default());
    let mut marks = String::new();
    for error in errors {
        let begins = shown(0..error.range.start).width();
        let width = shown(error.range.clone()).width().max(1);
        let blanks = begins.saturating_sub(cells(&marks));
        marks.extend(std::iter::repeat_n(' ', blanks).chain(std::iter::repeat_n('^', width)));
    }
    let mut lines = vec![format!("  {}", TermText::line(text)), format!("  {marks}")];
    lines.extend(errors.iter().map(QueryError::advice));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        write(&parse(text).unwrap_or_else(|errors| panic!("{}", explain(text, &errors))))
    }

    #[test]
    fn queries_are_written_in_one_way() {
        for (typed, written) in [
            ("", ""),
            ("Northwind", "Northwind"),
            ("-quality:LOW  country:br,\"united states\" cta:Contact-Me", "cta:contact_me country:br,us -quality:low"),
            ("country:pl country:de country:pl", "country:de,pl"),
            ("status:received,accepted -status:accepted", "status:received,accepted -status:accepted"),
            ("company:\"a, b\",c", "customer:\"a, b\",c"),
            ("IS:Put-Away is:expired,hot", "is:hot,expired is:away"),
            ("b a", "a b"),
            ("\"two words\" -\"x\" \"12:30\"", "\"12:30\" \"two words\" -x"),
            ("age<72h age:3d", "age<72h age=3d"),
            (
                "created<=2026-11-20 created>2026-11-20T10:00:00+02:00",
                "created<=2026-11-20 created>2026-11-20T08:00:00Z",
            ),
            ("value>10k touches=0 -later>2026-12-01", "-later>2026-12-01 value>10000 touches=0"),
            ("outcome:won outcome:aged-out", "outcome:won,aged_out"),
            ("note:\"say \\\"yes\\\" \\\\\"", "note:\"say \\\"yes\\\" \\\\\""),
            ("has:phone -has:note urgency:hot tag:vip", "urgency:hot has:phone -has:note tag:vip"),
            ("jo@contoso.example +49 a,b", "+49 \"a,b\" jo@contoso.example"),
        ] {
            assert_eq!(canonical(typed), written, "{typed}");
            assert_eq!(canonical(written), written, "{typed}");
        }
    }

    #[test]
    fn wrong_parts_are_named_with_a_sentence_and_a_suggestion() {
        for (typed, wrong, says, meant) in [
            ("contry:br", "contry", "contry is no field. Did you mean country? As a text", Some("country")),
            ("see 12:30", "12:30", "in quotes: \"12:30\"", Some("\"12:30\"")),
            (":x", ":x", "in quotes", Some("\":x\"")),
            ("country:br,polnd", "polnd", "country does not know polnd.", Some("poland")),
            ("is:hott", "hott", "is does not know hott. Did you mean hot? It takes hot, expiring,", Some("hot")),
            ("is:red", "red", "It takes hot, expiring,", None),
            ("status:recieved", "recieved", "status does not know recieved.", Some("received")),
            ("phone:spam", "spam", "It takes valid, invalid, unknown", None),
            ("age<72", "72", "72 is no age.", Some("72h")),
            ("age<", "age<", "age lacks a value, such as age<72h.", None),
            ("country:", "country:", "country lacks a value, such as country:br,pl.", None),
            ("country:br,", ",", "country lacks a value", None),
            ("note:\"\"", "\"\"", "note lacks a value", None),
            ("created>yesterday", "yesterday", "yesterday is no date. Write 2026-11-20", None),
            ("created=2026-02-30", "2026-02-30", "is no date", None),
            ("value>lots", "lots", "lots is no value.", None),
            ("value>18.000", "18.000", "reads two ways", None),
            ("touches>1.5", "1.5", "1.5 is no count.", None),
            ("country<br", "country<", "country cannot be compared. Did you mean country:?", Some("country:")),
            ("note:\"move", "\"move", "not closed", Some("\"move\"")),
            ("\"move", "\"move", "not closed", Some("\"move\"")),
            ("\"a\"b", "b", "after the quote", None),
            ("-", "-", "what follows it", None),
        ] {
            let reading = read(typed);
            let [error] = reading.errors.as_slice() else { panic!("{typed}: {:?}", reading.errors) };
            assert_eq!(typed.get(error.range.clone()), Some(wrong), "{typed}");
            assert!(error.advice().contains(says), "{typed}: {}", error.advice());
            assert_eq!(error.suggestion.as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn what_can_be_read_counts_beside_what_cannot() {
        let reading = read("country:br contry:pl northwind is:hot,bogus age<1w");
        assert_eq!(write(&reading.filter), "country:br age<1w northwind");
        let wrong: Vec<_> = reading.errors.iter().map(|error| error.range.clone()).collect();
        assert_eq!(wrong, [11..17, 38..43]);
        assert_eq!(
            explain("é is:x country:br is:y", &read("é is:x country:br is:y").errors)
                .lines()
                .take(2)
                .collect::<Vec<_>>(),
            ["  é is:x country:br is:y", "       ^               ^"]
        );
    }
}
