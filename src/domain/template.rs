//! Texts with placeholders, such as `Hello {first_name},`, filled in from one lead. What a lead says goes in as plain words on one
//! line. A placeholder may bring its own words for where nothing is known: `{offer|our offer}`.
//! Must not hold a contact: those are handed out by `contacts` alone.

use std::fmt;

use crate::domain::lead::Record;
use crate::domain::term_text::is_invisible;

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    FirstName,
    LastName,
    Name,
    JobTitle,
    Company,
    Offer,
}

/// The placeholders, as they are written.
const FIELDS: [(&str, Field); 6] = [
    ("first_name", Field::FirstName),
    ("last_name", Field::LastName),
    ("name", Field::Name),
    ("job_title", Field::JobTitle),
    ("company", Field::Company),
    ("offer", Field::Offer),
];

impl Field {
    fn of(self, record: &Record) -> Option<String> {
        let person = &record.person;
        let value = match self {
            Self::FirstName => person.first_name.clone(),
            Self::LastName => person.last_name.clone(),
            Self::Name => person.full_name(),
            Self::JobTitle => person.job_title.clone(),
            Self::Company => person.company.clone(),
            // A customer knows the title, not the id.
            Self::Offer => record.offer_title.clone().or_else(|| record.offer.clone()),
        };
        value.map(|value| plain(&value)).filter(|value| !value.is_empty())
    }
}

/// One line without invisible characters, and without blanks at its ends.
pub fn plain(text: &str) -> String {
    let seen = text.chars().filter(|c| c.is_whitespace() || !is_invisible(*c)).collect::<String>();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A field, and the words where it is not known.
    Field(Field, String),
}

/// A text with placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    written: String,
    parts: Vec<Part>,
}

impl Template {
    /// Reads a text; `Err` says in a sentence which placeholder nobody knows.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut parts, mut words) = (Vec::new(), String::new());
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '{' | '}' if rest.peek() == Some(&c) => {
                    rest.next();
                    words.push(c);
                }
                '{' => {
                    let mut closed = false;
                    let inner: String = rest
                        .by_ref()
                        .take_while(|c| {
                            closed = *c == '}';
                            !closed
                        })
                        .collect();
                    if !closed {
                        return Err("a { without its }; write {{ for a brace.".to_owned());
                    }
                    parts.push(Part::Text(std::mem::take(&mut words)));
                    parts.push(placeholder(&inner)?);
                }
                '}' => return Err("a } without its {; write }} for a brace.".to_owned()),
                c => words.push(c),
            }
        }
        parts.push(Part::Text(words));
        Ok(Self { written: text.to_owned(), parts })
    }

    /// The text for one lead. A placeholder of which nothing is known takes the blank before it along: `Hello {first_name},`
    /// is `Hello,` for a lead without a first name.
    pub fn fill(&self, record: &Record) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(words) => text.push_str(words),
                Part::Field(field, otherwise) => {
                    let value = field.of(record).unwrap_or_else(|| otherwise.clone());
                    if value.is_empty() && text.ends_with(' ') {
                        text.pop();
                    }
                    text.push_str(&value);
                }
            }
        }
        text
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn placeholder(inner: &str) -> Result<Part, String> {
    let (name, otherwise) = inner.split_once('|').unwrap_or((inner, ""));
    let known = FIELDS.iter().find(|(known, _)| *known == name.trim());
    known.map(|(_, field)| Part::Field(*field, otherwise.to_owned())).ok_or_else(|| {
        let names: Vec<_> = FIELDS.iter().map(|(name, _)| format!("{{{name}}}")).collect();
        let shown: String = plain(inner).chars().take(40).collect();
        format!("{{{shown}}} is no placeholder; there are {}, and {{{{ for a brace.", names.join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{Field as Column, RawRecord, read};

    fn record(fields: &[(Column, &str)]) -> Record {
        let mut raw = RawRecord::default();
        raw.set(Column::Created, "2026-11-20T09:00:00Z");
        for (field, text) in fields {
            raw.set(*field, text);
        }
        read(&raw).unwrap()
    }

    fn filled(text: &str, fields: &[(Column, &str)]) -> String {
        Template::parse(text).unwrap().fill(&record(fields))
    }

    #[test]
    fn what_is_known_goes_in() {
        let ana = [
            (Column::FirstName, "Ana"),
            (Column::LastName, "Souza"),
            (Column::JobTitle, "CTO"),
            (Column::Company, "Northwind"),
            (Column::OfferId, "contoso.sql-backup"),
        ];
        let text = "{first_name} {last_name}|{name}|{ job_title }|{company}|{offer} {{x}}";
        assert_eq!(filled(text, &ana), "Ana Souza|Ana Souza|CTO|Northwind|sql-backup {x}");
        let titled =
            [(Column::LeadSource, "AzurePortal-Create | SQL Backup Pro"), (Column::OfferId, "contoso.sql-backup")];
        assert_eq!(filled("{offer}", &titled), "SQL Backup Pro");
    }

    #[test]
    fn what_is_not_known_leaves_no_hole() {
        let text = "Hello {first_name},\n{offer|our offer} for {company|you}{job_title}.";
        assert_eq!(filled(text, &[]), "Hello,\nour offer for you.");
        assert_eq!(filled("Dear {first_name} {last_name},", &[(Column::LastName, "Souza")]), "Dear Souza,");
    }

    #[test]
    fn what_a_lead_says_is_plain_words_on_one_line() {
        let hostile =
            [(Column::FirstName, "A\r\nBcc: x@y.example\u{1b}[2J\u{202e}\u{2028}b {company}"), (Column::Company, " ")];
        assert_eq!(filled("{first_name}", &hostile), "A Bcc: x@y.example[2J b {company}");
        assert_eq!(filled("{company|nobody}", &hostile), "nobody");
    }

    #[test]
    fn a_slip_is_a_sentence() {
        for (text, says) in [
            ("{frist_name}", "{frist_name} is no placeholder; there are {first_name} "),
            ("{email}", "is no placeholder"),
            ("{}", "{} is no placeholder"),
            ("a } b", "without its {"),
            ("{first_name", "without its }"),
        ] {
            let why = Template::parse(text).unwrap_err();
            assert!(why.contains(says), "{text}: {why}");
        }
    }
}
