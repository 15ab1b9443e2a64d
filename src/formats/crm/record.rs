//! A lead as the fields of a CRM's web interface: names, limits and words are data, read from a TOML file, ours in
//! `assets/crm/*-api.toml` or one of the seller's. What a file for the same CRM calls its columns is another mapping, because a
//! web interface has other names. Contacts come from the one function that hands them out. Must not know a vendor.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::domain::contacts::contacts;
use crate::domain::crm::Crm;
use crate::domain::lead::Lead;
use crate::domain::numbers::leads;
use crate::domain::vocabulary::{Outcome, Status};
use crate::formats::crm::cell::{Most, clean, hides, is_address};
use crate::formats::crm::field::{LeadField, Subject};
use crate::formats::crm::mapping_file::{self, Fault, MappingError};

/// More fields than any of these CRMs has.
const MOST_FIELDS: usize = 500;

/// How leads become the fields of one CRM.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordMapping {
    fields: Vec<RecordField>,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
struct RecordField {
    name: String,
    from: From,
    most: Most,
    /// What is sent where the lead has nothing for it.
    blank: Option<String>,
}

/// What fills a field.
#[derive(Clone, Debug, PartialEq)]
enum From {
    /// The text of a lead's field.
    Field(LeadField),
    /// What the CRM calls the values of a lead's field that is one of few; nothing for a value without a word.
    Words(LeadField, BTreeMap<String, Value>),
    /// Several fields, a line each, every one but a description under its name.
    Lines(Vec<LeadField>),
    /// The same for every lead.
    Fixed(Value),
}

/// What was done to values that could not stand as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    filled: BTreeMap<String, usize>,
    cut: BTreeMap<String, usize>,
    dropped: BTreeMap<String, usize>,
    cleaned: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    field: Vec<FieldTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    name: Spanned<String>,
    from: Option<Spanned<String>>,
    lines: Option<Vec<Spanned<String>>>,
    value: Option<Spanned<toml::Value>>,
    words: Option<Spanned<BTreeMap<String, Spanned<toml::Value>>>>,
    most: Option<Spanned<i64>>,
    blank: Option<Spanned<String>>,
}

impl RecordMapping {
    /// The mapping that leadbox brings, as it is written.
    pub const fn own_text(crm: Crm) -> &'static str {
        match crm {
            Crm::Salesforce => include_str!("../../../assets/crm/salesforce-api.toml"),
            Crm::Dynamics => include_str!("../../../assets/crm/dynamics-api.toml"),
            Crm::Marketo => include_str!("../../../assets/crm/marketo-api.toml"),
            Crm::Hubspot => include_str!("../../../assets/crm/hubspot-api.toml"),
        }
    }

    /// The mapping that leadbox brings. A test reads each of them, so that none can be wrong in a build.
    pub fn own(crm: Crm) -> Result<Self, MappingError> {
        Self::parse(Self::own_text(crm))
    }

    /// Reads a mapping. `Err` names the line and says what is wrong there.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        mapping_file::read(text, File::check)
    }

    /// The fields of a lead that have a value, in the mapping's order. What was filled or cut is added to `mended`.
    pub fn record(&self, subject: Subject<'_>, mended: &mut Mended) -> Vec<(String, Value)> {
        let value = |field: &RecordField, mended: &mut Mended| field.value(subject, mended);
        let fields = self.fields.iter();
        fields.filter_map(|field| Some((field.name.clone(), value(field, mended)?))).collect()
    }
}

/// The e-mail of a lead where it may be handed out and can be one.
pub fn email(lead: &Lead, standing: (Status, Option<Outcome>)) -> Option<String> {
    let email = clean(contacts(lead, standing).email?, false).into_owned();
    is_address(&email).then_some(email)
}

impl File {
    fn check(self) -> Result<RecordMapping, Fault> {
        if self.field.is_empty() {
            return Err((0, "the mapping has no [[field]].".to_owned()));
        }
        if let Some(surplus) = self.field.get(MOST_FIELDS) {
            return Err((surplus.name.span().start, format!("at most {MOST_FIELDS} fields.")));
        }
        let mut fields: Vec<RecordField> = Vec::with_capacity(self.field.len());
        for table in &self.field {
            let field = table.check()?;
            if fields.iter().any(|other| other.name == field.name) {
                return Err((table.name.span().start, format!("two fields are called “{}”.", field.name)));
            }
            fields.push(field);
        }
        Ok(RecordMapping { fields })
    }
}

impl FieldTable {
    fn check(&self) -> Result<RecordField, Fault> {
        let name = self.name.get_ref().trim().to_owned();
        let at = self.name.span().start;
        if name.is_empty() || name.len() > 200 || !name.chars().all(|c| c.is_ascii_graphic()) {
            return Err((at, "name is a field's name in the CRM: letters, digits and signs, no blanks.".to_owned()));
        }
        let most = match &self.most {
            Some(most) if *most.get_ref() < 1 => {
                return Err((
                    most.span().start,
                    format!("most is {}; it is a whole number from 1 on.", most.get_ref()),
                ));
            }
            most => most.as_ref().map(|most| usize::try_from(*most.get_ref()).unwrap_or(usize::MAX)),
        };
        let most = Most { characters: most, bytes: None };
        let blank =
            self.blank.as_ref().map(|blank| blank.get_ref().trim().to_owned()).filter(|blank| !blank.is_empty());
        if let Some(blank) = blank.as_ref().filter(|blank| !most.takes(blank)) {
            return Err((at, format!("“{name}” is too short for “{blank}”, which fills it.")));
        }
        Ok(RecordField { from: self.from(at)?, name, most, blank })
    }

    fn from(&self, at: usize) -> Result<From, Fault> {
        match (&self.from, &self.lines, &self.value) {
            (Some(from), None, None) => match (&self.words, field(from)?) {
                (None, field) => Ok(From::Field(field)),
                (Some(words), field) => words_of(field, words).map(|words| From::Words(field, words)),
            },
            (None, Some(lines), None) => lines.iter().map(field).collect::<Result<_, _>>().map(From::Lines),
            (None, None, Some(value)) => scalar(value).map(From::Fixed),
            _ => Err((at, format!("“{}” says one of from, lines and value.", self.name.get_ref()))),
        }
    }
}

fn field(name: &Spanned<String>) -> Result<LeadField, Fault> {
    let unknown = || {
        let all: Vec<_> = LeadField::ALL.iter().map(|field| field.name()).collect();
        (name.span().start, format!("a lead has no field “{}”; it has {}.", name.get_ref(), all.join(", ")))
    };
    LeadField::from_name(name.get_ref()).ok_or_else(unknown)
}

fn words_of(
    field: LeadField,
    words: &Spanned<BTreeMap<String, Spanned<toml::Value>>>,
) -> Result<BTreeMap<String, Value>, Fault> {
    let choices = field.choices();
    if choices.is_empty() {
        return Err((words.span().start, format!("{} is free text and has no words.", field.name())));
    }
    let mut known = BTreeMap::new();
    for (key, value) in words.get_ref() {
        if !choices.iter().any(|(word, _)| word == key) {
            let all: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            let sentence = format!("{} is never “{key}”; it is {}.", field.name(), all.join(", "));
            return Err((value.span().start, sentence));
        }
        known.insert(key.clone(), scalar(value)?);
    }
    Ok(known)
}

/// A value that stands in JSON as it is.
fn scalar(value: &Spanned<toml::Value>) -> Result<Value, Fault> {
    match value.get_ref() {
        toml::Value::String(text) => Ok(Value::from(text.as_str())),
        toml::Value::Integer(number) => Ok(Value::from(*number)),
        toml::Value::Boolean(is) => Ok(Value::from(*is)),
        _ => Err((value.span().start, "a value is a text, a whole number, true or false.".to_owned())),
    }
}

impl RecordField {
    fn value(&self, subject: Subject<'_>, mended: &mut Mended) -> Option<Value> {
        let count = |counts: &mut BTreeMap<String, usize>| *counts.entry(self.name.clone()).or_default() += 1;
        let (whole, text) = match &self.from {
            From::Fixed(value) => return Some(value.clone()),
            From::Words(field, words) => return words.get(field.choice(subject)?).cloned(),
            From::Field(field) => (field.is_whole(), text_of(*field, subject, false)),
            From::Lines(fields) => (false, joined(fields, subject)),
        };
        if self.from.fields().iter().any(|field| field.text(subject).is_some_and(|text| hides(&text))) {
            count(&mut mended.cleaned);
        }
        let Some(text) = text else {
            let blank = self.blank.as_ref()?;
            count(&mut mended.filled);
            return Some(Value::from(blank.as_str()));
        };
        if !self.most.takes(&text) && whole {
            count(&mut mended.dropped);
            return None;
        }
        let cut = self.most.cut(&text);
        if cut.len() < text.len() {
            count(&mut mended.cut);
        }
        Some(Value::from(cut))
    }
}

impl From {
    /// The fields whose text it holds.
    fn fields(&self) -> &[LeadField] {
        match self {
            Self::Field(field) => std::slice::from_ref(field),
            Self::Lines(fields) => fields,
            Self::Words(..) | Self::Fixed(_) => &[],
        }
    }
}

/// The text of a field, or the title of one that is one of few; nothing for what is not known.
fn text_of(field: LeadField, subject: Subject<'_>, lines: bool) -> Option<String> {
    if field == LeadField::Email {
        return email(subject.lead, subject.standing);
    }
    let text = match field.choice(subject) {
        Some("unknown" | "no") => return None,
        Some(word) => field.choices().into_iter().find(|(known, _)| *known == word)?.1.to_owned(),
        None => clean(&field.text(subject)?, lines).into_owned(),
    };
    (!text.is_empty()).then_some(text)
}

fn joined(fields: &[LeadField], subject: Subject<'_>) -> Option<String> {
    let line = |field: &LeadField| {
        let text = text_of(*field, subject, true)?;
        Some(match field {
            LeadField::Description => format!("{text}\n"),
            field => format!("{}: {text}", capital(field.words())),
        })
    };
    let lines: Vec<String> = fields.iter().filter_map(line).collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl Mended {
    /// Adds what was done to others.
    pub fn add(&mut self, other: Self) {
        for (all, more) in [
            (&mut self.filled, other.filled),
            (&mut self.cut, other.cut),
            (&mut self.dropped, other.dropped),
            (&mut self.cleaned, other.cleaned),
        ] {
            for (name, count) in more {
                *all.entry(name).or_default() += count;
            }
        }
    }

    /// What was done, a sentence each.
    pub fn sentences(&self, mapping: &RecordMapping) -> Vec<String> {
        let blank = |name: &String| {
            let field = mapping.fields.iter().find(|field| field.name == *name);
            field.and_then(|field| field.blank.clone()).unwrap_or_default()
        };
        let filled = self
            .filled
            .iter()
            .map(|(name, count)| format!("{} had nothing for {name}: {} stands there.", leads(*count), blank(name)));
        let cut = self
            .cut
            .iter()
            .map(|(name, count)| format!("{} had a {name} that was too long and was cut.", leads(*count)));
        let dropped = self.dropped.iter();
        let dropped =
            dropped.map(|(name, count)| format!("{} had a {name} that was too long and was left out.", leads(*count)));
        let cleaned = self.cleaned.iter().map(|(name, count)| {
            format!("{} had a {name} with characters that nobody can see; they were left out.", leads(*count))
        });
        filled.chain(cut).chain(dropped).chain(cleaned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::{LeadId, Receipt, Seller};
    use crate::domain::lead_key::LeadKeys;
    use crate::domain::moment::parse;
    use crate::domain::record::{Field, RawRecord, read};
    use crate::domain::vocabulary::ReceivedVia;
    use serde_json::json;
    use std::collections::HashSet;

    const OPEN: (Status, Option<Outcome>) = (Status::Received, None);
    const EXPIRED: (Status, Option<Outcome>) = (Status::Archived, Some(Outcome::Expired));

    fn keys() -> LeadKeys {
        LeadKeys::new([0; 8], HashSet::new())
    }

    fn lead(fields: &[(Field, &str)]) -> Lead {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-20T09:00:00Z");
        for (field, text) in fields {
            raw.set(*field, text);
        }
        let at = parse("2026-11-20T12:00:00Z").unwrap();
        Lead {
            id: LeadId(1),
            rev: 1,
            record: read(&raw).unwrap(),
            seller: Seller::default(),
            owed: Vec::new(),
            receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at, as_of: at },
        }
    }

    fn map(text: &str, lead: &Lead, standing: (Status, Option<Outcome>)) -> (Value, Vec<String>) {
        let mapping = RecordMapping::parse(text).unwrap();
        let mut mended = Mended::default();
        let record: serde_json::Map<_, _> =
            mapping.record(Subject { lead, standing, keys: &keys() }, &mut mended).into_iter().collect();
        (record.into(), mended.sentences(&mapping))
    }

    #[test]
    fn fields_words_lines_and_fixed_values_fill_a_record() {
        let text = "[[field]]\nname = \"lastname\"\nfrom = \"last_name\"\nmost = 14\nblank = \"[not provided]\"\n\
                    [[field]]\nname = \"leadsourcecode\"\nvalue = 8\n\
                    [[field]]\nname = \"donotemail\"\nfrom = \"do_not_contact\"\nwords = { yes = true }\n\
                    [[field]]\nname = \"description\"\nlines = [\"description\", \"offer_id\", \"call_to_action\", \"quality\"]\n\
                    [[field]]\nname = \"email\"\nfrom = \"email\"\n";
        let known = lead(&[
            (Field::LastName, " Souza\u{200b} "),
            (Field::Description, "Move a\r\nwarehouse"),
            (Field::Email, "ana@northwind.example"),
            (Field::CallToAction, "Contact me"),
            (Field::OfferId, "contoso.sql-backup"),
        ]);
        let (record, told) = map(text, &known, OPEN);
        assert_eq!(
            record,
            json!({ "lastname": "Souza", "leadsourcecode": 8, "email": "ana@northwind.example",
                    "description": "Move a\nwarehouse\n\nOffer id: contoso.sql-backup\nCall to action: Contact me" })
        );
        assert_eq!(told, ["1 lead had a lastname with characters that nobody can see; they were left out."]);
        let mut refuses = known.clone();
        refuses.record.do_not_contact = true;
        assert_eq!(map(text, &refuses, OPEN).0["donotemail"], json!(true));
        assert_eq!(map(text, &known, EXPIRED).0.get("email"), None, "contacts of an expired lead stay here");
        let (record, told) = map(text, &lead(&[(Field::Email, "nobody")]), OPEN);
        assert_eq!((&record["lastname"], record.get("email")), (&json!("[not provided]"), None));
        assert_eq!(told, ["1 lead had nothing for lastname: [not provided] stands there."]);
    }

    #[test]
    fn what_is_too_long_is_cut_or_left_out_and_counted() {
        let text = "[[field]]\nname = \"n\"\nfrom = \"last_name\"\nmost = 3\n[[field]]\nname = \"e\"\nfrom = \"email\"\nmost = 5\n";
        let (record, told) = map(text, &lead(&[(Field::LastName, "Wójcik"), (Field::Email, "a@b.example")]), OPEN);
        assert_eq!(record, json!({ "n": "Wój" }));
        assert_eq!(
            told,
            ["1 lead had a n that was too long and was cut.", "1 lead had a e that was too long and was left out."]
        );
    }

    #[test]
    fn what_nobody_can_see_is_left_out_and_counted() {
        let text = "[[field]]\nname = \"n\"\nfrom = \"last_name\"\nblank = \"none\"\n\
                    [[field]]\nname = \"d\"\nlines = [\"description\", \"company\"]\n";
        let hiding = [(Field::LastName, "\u{200b}"), (Field::Description, "a\r\nb"), (Field::Company, "C\u{1b}[1m")];
        let (record, told) = map(text, &lead(&hiding), OPEN);
        assert_eq!(record, json!({ "n": "none", "d": "a\nb\n\nCompany: C[1m" }));
        assert_eq!(
            told,
            [
                "1 lead had nothing for n: none stands there.",
                "1 lead had a d with characters that nobody can see; they were left out.",
                "1 lead had a n with characters that nobody can see; they were left out.",
            ]
        );
    }

    #[test]
    fn every_mapping_that_leadbox_brings_is_in_order() {
        let known = lead(&[(Field::LastName, "Souza"), (Field::Company, "Northwind"), (Field::Email, "ana@x.example")]);
        for crm in Crm::ALL {
            let mapping = RecordMapping::own(crm).unwrap_or_else(|error| panic!("{}: {error}", crm.word()));
            let record =
                mapping.record(Subject { lead: &known, standing: OPEN, keys: &keys() }, &mut Mended::default());
            for text in ["Souza", "Northwind", "ana@x.example"] {
                assert!(record.iter().any(|(_, value)| value == text), "{}: {text}", crm.word());
            }
            let has_email = record.iter().any(|(name, _)| name == "email");
            assert!(!crm.keeps_people() || has_email, "{} knows people by email", crm.word());
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let of = |lines: &str| format!("[[field]]\nname = \"a\"\n{lines}\n");
        for (text, line, words) in [
            ("", 1, "has no [[field]]"),
            ("speed = 3\n", 1, "unknown field `speed`"),
            ("[[field]]\nname = \"a b\"\nfrom = \"note\"\n", 2, "no blanks"),
            (&of(""), 2, "says one of from, lines and value"),
            (&of("from = \"note\"\nvalue = 1"), 2, "says one of from"),
            (&of("from = \"zebra\""), 3, "no field “zebra”"),
            (&of("lines = [\"zebra\"]"), 3, "no field “zebra”"),
            (&of("from = \"note\"\nmost = 0"), 4, "most is 0"),
            (&of("from = \"note\"\nmost = 1\nblank = \"none\""), 2, "too short for “none”"),
            (&of("from = \"note\"\nwords = { a = 1 }"), 4, "free text"),
            (&of("from = \"quality\"\nwords = { hot = 1 }"), 4, "never “hot”"),
            (&of("value = 1.5"), 3, "true or false"),
            (&of("value = 1\n[[field]]\nname = \"a\"\nvalue = 1"), 5, "two fields"),
        ] {
            let error = RecordMapping::parse(text).unwrap_err();
            assert!(error.line == line && error.sentence.contains(words), "{text}: {error}");
        }
    }
}
