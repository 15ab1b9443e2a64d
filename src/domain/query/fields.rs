//! The fields of queries: their words, what they take and what they find. README, completion and errors are made of this
//! table. Must not read a text.

use crate::domain::filter::{DateField, Dimension, Mark, TextField, Thing};
use crate::domain::vocabulary::{Outcome, Urgency, same_word};

/// What a term of a query can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A dimension of Partner Center's.
    Of(Dimension),
    /// How a lead ended.
    Outcome,
    /// Its urgency.
    Urgency,
    /// Marks.
    Is,
    /// Things it has.
    Has,
    /// A text of it.
    Text(TextField),
    /// Time since its creation.
    Age,
    /// A date of it.
    Date(DateField),
    /// The deal's value.
    Value,
    /// How often the customer was contacted.
    Touches,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// The field.
    pub field: Field,
    /// Its word, then others that are understood.
    pub words: &'static [&'static str],
    /// What stands behind it, for people.
    pub takes: &'static str,
    /// Which leads it finds.
    pub finds: &'static str,
    /// A term with it.
    pub example: &'static str,
}

const fn row(
    field: Field,
    words: &'static [&'static str],
    takes: &'static str,
    finds: &'static str,
    example: &'static str,
) -> FieldSpec {
    FieldSpec { field, words, takes, finds, example }
}

const DAY: &str = "a date or a moment";

/// Every field, in the order of the help.
pub const FIELDS: &[FieldSpec] = &[
    row(Field::Of(Dimension::CallToAction), &["cta", "call_to_action"], "words", "call to action", "cta:contact_me"),
    row(Field::Of(Dimension::Country), &["country"], "codes or names", "country", "country:br,pl"),
    row(Field::Of(Dimension::Source), &["source"], "words", "storefront", "source:appsource"),
    row(Field::Of(Dimension::Type), &["type", "lead_type"], "words", "lead type", "type:offer"),
    row(Field::Of(Dimension::Quality), &["quality"], "words", "Microsoft's quality", "-quality:low"),
    row(Field::Of(Dimension::Status), &["status"], "words", "status as it is now", "status:received"),
    row(Field::Of(Dimension::EmailValidity), &["email", "email_validity"], "words", "e-mail validity", "email:valid"),
    row(Field::Of(Dimension::PhoneValidity), &["phone", "phone_validity"], "words", "phone validity", "phone:valid"),
    row(Field::Is, &["is"], "words", "a mark; test leads are shown by `is:test` only", "is:hot"),
    row(Field::Has, &["has"], "words", "what the lead has; hidden contacts do not count", "has:phone"),
    row(Field::Outcome, &["outcome"], "words", "how an archived lead ended", "outcome:won,lost"),
    row(Field::Urgency, &["urgency"], "words", "urgency class", "urgency:due"),
    row(
        Field::Text(TextField::Customer),
        &["customer", "company"],
        "texts",
        "company contains it",
        "customer:northwind",
    ),
    row(Field::Text(TextField::Name), &["name"], "texts", "first and last name contain it", "name:souza"),
    row(Field::Text(TextField::Offer), &["offer"], "texts", "offer id or title contains it", "offer:sql-backup"),
    row(Field::Text(TextField::Tag), &["tag"], "texts", "has exactly this tag", "tag:vip"),
    row(Field::Text(TextField::Note), &["note"], "texts", "the seller's note contains it", "note:\"move a warehouse\""),
    row(Field::Age, &["age"], "a number and `m`, `h`, `d` or `w`", "time since it was created", "age<72h"),
    row(Field::Date(DateField::Created), &["created"], DAY, "when it was created", "created>=2026-11-01"),
    row(
        Field::Date(DateField::Expires),
        &["expires"],
        DAY,
        "when it expires, if it needs an answer",
        "expires<2026-12-04",
    ),
    row(Field::Date(DateField::Later), &["later"], DAY, "follow-up date", "later<=2026-11-30"),
    row(Field::Value, &["value"], "a number", "the deal's value", "value>10000"),
    row(Field::Touches, &["touches"], "a whole number", "how often the customer was contacted", "touches=0"),
];

impl Field {
    /// The field of a word, in any dress.
    pub fn find(word: &str) -> Option<Self> {
        let is = |spec: &&FieldSpec| spec.words.iter().any(|known| same_word(known, word));
        FIELDS.iter().find(is).map(|spec| spec.field)
    }

    /// Its row of the table.
    ///
    /// # Panics
    ///
    /// Never: every field has a row.
    pub fn spec(self) -> &'static FieldSpec {
        FIELDS.iter().find(|spec| spec.field == self).expect("every field has a row: a test walks them")
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        self.spec().words[0]
    }

    /// True for figures and dates, which are compared.
    pub const fn is_compared(self) -> bool {
        matches!(self, Self::Age | Self::Date(_) | Self::Value | Self::Touches)
    }

    /// The words it takes, where they can be counted up; countries are too many to be told.
    pub fn values(self) -> Vec<String> {
        fn words<T: Copy>(all: impl IntoIterator<Item = T>, word: fn(T) -> &'static str) -> Vec<String> {
            all.into_iter().map(|value| word(value).to_owned()).collect()
        }
        match self {
            Self::Of(dimension) => dimension.values().into_iter().map(|value| dimension.value_word(value)).collect(),
            Self::Outcome => words(Outcome::ALL.iter().copied(), Outcome::word),
            Self::Urgency => words(Urgency::ALL.iter().copied(), Urgency::word),
            Self::Is => words(Mark::all(), Mark::word),
            Self::Has => words(Thing::ALL, Thing::word),
            Self::Text(_) | Self::Age | Self::Date(_) | Self::Value | Self::Touches => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::parse;

    #[test]
    fn every_row_is_found_by_its_words_and_its_example_can_be_read() {
        for spec in FIELDS {
            assert_eq!(spec.field.spec().example, spec.example);
            for word in spec.words {
                assert_eq!(Field::find(&word.to_uppercase()), Some(spec.field), "{word}");
            }
            assert!(!parse(spec.example).unwrap().is_empty(), "{}", spec.example);
            for value in spec.field.values() {
                assert!(parse(&format!("{}:{value}", spec.field.word())).is_ok(), "{value}");
            }
        }
    }
}
