//! Which leads are shown: Partner Center's nine filters, text and favorites, as one value (PRODUCT.md 3).
//! Values of a dimension are OR, dimensions are AND. Screen, command line and list share it. Must not match leads itself:
//! `catalog` does, in one pass.

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

/// What is asked for. Equal filters show the same leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    chosen: [Vec<ValueCode>; 8],
    /// Texts of which the company must contain one; none means any.
    pub customer: Vec<String>,
    /// Text that company, names, e-mail, offer or tags must contain.
    pub text: String,
    /// Only favorites.
    pub favorite: bool,
}

impl Filter {
    /// The chosen values of a dimension, in ascending order; empty means any.
    pub fn chosen(&self, dimension: Dimension) -> &[ValueCode] {
        &self.chosen[dimension as usize]
    }

    /// Adds a value; once is enough.
    pub fn choose(&mut self, dimension: Dimension, value: ValueCode) {
        let chosen = &mut self.chosen[dimension as usize];
        if let Err(place) = chosen.binary_search(&value) {
            chosen.insert(place, value);
        }
    }

    /// Adds a value, or takes it away if it is chosen.
    pub fn toggle(&mut self, dimension: Dimension, value: ValueCode) {
        let chosen = &mut self.chosen[dimension as usize];
        match chosen.binary_search(&value) {
            Ok(place) => drop(chosen.remove(place)),
            Err(place) => chosen.insert(place, value),
        }
    }

    /// Takes every value of a dimension away.
    pub fn clear(&mut self, dimension: Dimension) {
        self.chosen[dimension as usize].clear();
    }

    /// True when every lead passes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The filter in words, as the second line of the screen shows it: `cta:contact_me country:pl,de "ana"`.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        for dimension in Dimension::ALL {
            let values: Vec<_> = self.chosen(*dimension).iter().map(|value| dimension.value_word(*value)).collect();
            if !values.is_empty() {
                words.push(format!("{}:{}", dimension.word(), values.join(",")));
            }
        }
        if !self.customer.is_empty() {
            words.push(format!("customer:{}", self.customer.join(",")));
        }
        if self.favorite {
            words.push("favorite".to_owned());
        }
        if !self.text.is_empty() {
            words.push(format!("“{}”", self.text));
        }
        words.join("  ")
    }
}

/// Whose tab is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TabChoice {
    /// Both tabs.
    #[default]
    All,
    /// Marketplace leads.
    Marketplace,
    /// Qualified leads.
    Qualified,
    /// The hearts of both tabs.
    Favorites,
}

impl TabChoice {
    /// The three tabs of the screen.
    pub const TABS: [Self; 3] = [Self::Marketplace, Self::Qualified, Self::Favorites];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::All => "All leads",
            Self::Marketplace => "Marketplace",
            Self::Qualified => "Qualified",
            Self::Favorites => "Favorites",
        }
    }

    /// The tab of a word of the command line, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::All, Self::Marketplace, Self::Qualified, Self::Favorites].into_iter().find(|tab| {
            tab.title().eq_ignore_ascii_case(word.trim()) || (*tab == Self::All && word.eq_ignore_ascii_case("all"))
        })
    }
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

    #[test]
    fn toggling_twice_changes_nothing() {
        let mut filter = Filter::default();
        filter.choose(Dimension::Status, 1);
        let before = filter.clone();
        filter.toggle(Dimension::Status, 2);
        filter.toggle(Dimension::Status, 2);
        assert_eq!(filter, before);
        assert_eq!(filter.words(), "status:accepted");
    }
}
