//! The nine filters of Partner Center but the customer: each with a fixed set of values, known by number, word and title.
//! Pane, flags and queries use the same words. Must not hold what is chosen: `Filter` does.

use crate::domain::country::Country;
use crate::domain::vocabulary::{CallToAction, LeadType, Quality, Source, Status, Validity};

/// The filters of Partner Center with a fixed set of values, in the order of the pane. Customer is text and stands apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Dimension {
    /// Call to action.
    CallToAction,
    /// Country.
    Country,
    /// Lead source.
    Source,
    /// Lead type.
    Type,
    /// Lead quality.
    Quality,
    /// Status.
    Status,
    /// E-mail validity.
    EmailValidity,
    /// Phone validity.
    PhoneValidity,
}

/// A value of a dimension: the number its vocabulary gives it; for countries see `country_number`.
pub type ValueCode = u16;

/// How many numbers a country can have: 26 x 26 letters and none.
pub const COUNTRY_NUMBERS: usize = 26 * 26 + 1;

impl Dimension {
    /// Every dimension, in the order of the pane.
    pub const ALL: &'static [Self] = &[
        Self::CallToAction,
        Self::Country,
        Self::Status,
        Self::EmailValidity,
        Self::PhoneValidity,
        Self::Quality,
        Self::Source,
        Self::Type,
    ];

    /// Its name on the screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::CallToAction => "Call to action",
            Self::Country => "Country",
            Self::Source => "Source",
            Self::Type => "Type",
            Self::Quality => "Quality",
            Self::Status => "Status",
            Self::EmailValidity => "E-mail",
            Self::PhoneValidity => "Phone",
        }
    }

    /// Its name in queries and flags.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CallToAction => "cta",
            Self::Country => "country",
            Self::Source => "source",
            Self::Type => "type",
            Self::Quality => "quality",
            Self::Status => "status",
            Self::EmailValidity => "email",
            Self::PhoneValidity => "phone",
        }
    }

    /// The values people choose from, in the order they are shown. Empty for countries: those that occur are shown.
    pub fn values(self) -> Vec<ValueCode> {
        fn codes<T: Copy>(all: &[T], code: fn(T) -> u8) -> Vec<ValueCode> {
            all.iter().map(|value| ValueCode::from(code(*value))).collect()
        }
        match self {
            Self::CallToAction => codes(CallToAction::ALL, CallToAction::code),
            Self::Country => Vec::new(),
            Self::Source => codes(Source::ALL, Source::code),
            Self::Type => codes(LeadType::ALL, LeadType::code),
            Self::Quality => codes(Quality::ALL, Quality::code),
            Self::Status => codes(Status::ALL, Status::code),
            Self::EmailValidity => codes(Validity::ALL, Validity::code),
            Self::PhoneValidity => codes(&[Validity::Valid, Validity::Invalid, Validity::Unknown], Validity::code),
        }
    }

    /// The value of a word from a person: any case, with hyphen, underscore or blank; countries by code or name.
    pub fn parse(self, word: &str) -> Option<ValueCode> {
        let code = match self {
            Self::CallToAction => CallToAction::from_word(word)?.code(),
            Self::Source => Source::from_word(word)?.code(),
            Self::Type => LeadType::from_word(word)?.code(),
            Self::Quality => Quality::from_word(word)?.code(),
            Self::Status => Status::from_word(word)?.code(),
            Self::EmailValidity => Validity::from_word(word)?.code(),
            Self::PhoneValidity => Validity::from_word(word).filter(|validity| *validity != Validity::Spam)?.code(),
            Self::Country if word.trim().eq_ignore_ascii_case("unknown") => return Some(0),
            Self::Country => return Country::parse(word).map(|country| country_number(Some(country))),
        };
        Some(ValueCode::from(code))
    }

    /// The word of a value, as queries and flags write it.
    pub fn value_word(self, value: ValueCode) -> String {
        match self {
            Self::Country => {
                country_of(value).map_or_else(|| "unknown".to_owned(), |country| country.code().to_lowercase())
            }
            _ => self.vocabulary(value).0.to_owned(),
        }
    }

    /// What people read for a value: `Contact me`, `PL Poland`.
    pub fn value_title(self, value: ValueCode) -> String {
        match self {
            Self::Country => country_of(value)
                .map_or_else(|| "Unknown".to_owned(), |country| format!("{} {}", country.code(), country.name())),
            _ => self.vocabulary(value).1.to_owned(),
        }
    }

    fn vocabulary(self, value: ValueCode) -> (&'static str, &'static str) {
        let code = u8::try_from(value).unwrap_or_default();
        macro_rules! words {
            ($kind:ident) => {
                $kind::from_code(code).map(|value| (value.word(), value.title()))
            };
        }
        let words = match self {
            Self::CallToAction => words!(CallToAction),
            Self::Source => words!(Source),
            Self::Type => words!(LeadType),
            Self::Quality => words!(Quality),
            Self::Status => words!(Status),
            Self::EmailValidity | Self::PhoneValidity => words!(Validity),
            Self::Country => None,
        };
        words.unwrap_or(("unknown", "Unknown"))
    }
}

/// The number of a country in a facet word: 0 for none, else from its two letters.
pub fn country_number(country: Option<Country>) -> ValueCode {
    country.map_or(0, |country| {
        let [a, b] = country.bytes();
        u16::from(a - b'A') * 26 + u16::from(b - b'A') + 1
    })
}

/// The country of a number.
pub fn country_of(number: ValueCode) -> Option<Country> {
    let letters = number.checked_sub(1)?;
    let letter = |n: u16| b'A' + n as u8;
    Country::from_code_bytes([letter(letters / 26), letter(letters % 26)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_from_its_word() {
        for dimension in Dimension::ALL {
            for value in dimension.values() {
                assert_eq!(dimension.parse(&dimension.value_word(value)), Some(value), "{dimension:?}");
                assert_eq!(dimension.parse(&dimension.value_title(value)), Some(value), "{dimension:?}");
            }
        }
        for country in Country::all() {
            let number = country_number(Some(country));
            assert!(usize::from(number) < COUNTRY_NUMBERS);
            assert_eq!(country_of(number), Some(country));
            assert_eq!(Dimension::Country.parse(&Dimension::Country.value_word(number)), Some(number));
        }
        assert_eq!(Dimension::Country.parse("unknown"), Some(0));
        assert_eq!(Dimension::PhoneValidity.parse("spam"), None);
    }
}
