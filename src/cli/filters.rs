//! The filters of `list` and `export` as flags (PRODUCT.md 5): several values by comma, words in any case, with hyphen,
//! underscore or blank. Rows and order come from the catalog, the same as on the screen. Must not match leads itself.

use crate::domain::catalog::{Catalog, Order, Query};
use crate::domain::filter::{Dimension, Filter, TabChoice, ValueCode};
use crate::domain::lead::{LeadId, Moment};
use crate::domain::sort::{Sort, SortKey};
use crate::shell::desk::read_catalog;
use crate::store::{Store, StoreError};

/// Which leads, and in which order. Without any: every lead of both tabs, archived ones too, test leads not.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct FilterArgs {
    /// Marketplace, qualified, favorites, or all
    #[arg(long, value_parser = tab, help_heading = "Which leads")]
    tab: Option<TabChoice>,
    #[arg(long, help = "Call to action: contact_me, get_it_now, free_trial, test_drive, unknown", value_delimiter = ',', value_parser = cta, help_heading = "Which leads")]
    cta: Vec<ValueCode>,
    /// Country, by its two letters or its name, or unknown
    #[arg(long, value_delimiter = ',', value_parser = country, help_heading = "Which leads")]
    country: Vec<ValueCode>,
    /// Text that the company contains
    #[arg(long, value_delimiter = ',', help_heading = "Which leads")]
    customer: Vec<String>,
    #[arg(long, help = "Storefront: appsource, azure_marketplace, azure_portal, unknown", value_delimiter = ',', value_parser = source, help_heading = "Which leads")]
    source: Vec<ValueCode>,
    /// Lead type: offer, profile, unknown
    #[arg(long = "type", value_delimiter = ',', value_parser = lead_type, help_heading = "Which leads")]
    lead_type: Vec<ValueCode>,
    /// Lead quality: high, low, unknown
    #[arg(long, value_delimiter = ',', value_parser = quality, help_heading = "Which leads")]
    quality: Vec<ValueCode>,
    /// Status: received, accepted, archived
    #[arg(long, value_delimiter = ',', value_parser = status, help_heading = "Which leads")]
    status: Vec<ValueCode>,
    /// E-mail validity: valid, invalid, spam, unknown
    #[arg(long, value_delimiter = ',', value_parser = email_validity, help_heading = "Which leads")]
    email_validity: Vec<ValueCode>,
    /// Phone validity: valid, invalid, unknown
    #[arg(long, value_delimiter = ',', value_parser = phone_validity, help_heading = "Which leads")]
    phone_validity: Vec<ValueCode>,
    /// Text that company, names, e-mail, offer or tags contain
    #[arg(long, default_value = "", hide_default_value = true, help_heading = "Which leads")]
    text: String,
    /// Only favorites
    #[arg(long, help_heading = "Which leads")]
    favorite: bool,
    /// Order: urgency, created, expires, company, country, quality, status, offer; a leading - reverses
    #[arg(long, default_value = "urgency", value_parser = sort, allow_hyphen_values = true, help_heading = "Which leads")]
    sort: Sort,
}

impl FilterArgs {
    fn query(&self) -> Query {
        let mut filter = Filter::default();
        filter.customer.clone_from(&self.customer);
        filter.text.clone_from(&self.text);
        filter.favorite = self.favorite;
        let chosen = [
            (Dimension::CallToAction, &self.cta),
            (Dimension::Country, &self.country),
            (Dimension::Source, &self.source),
            (Dimension::Type, &self.lead_type),
            (Dimension::Quality, &self.quality),
            (Dimension::Status, &self.status),
            (Dimension::EmailValidity, &self.email_validity),
            (Dimension::PhoneValidity, &self.phone_validity),
        ];
        for (dimension, values) in chosen {
            for value in values {
                filter.choose(dimension, *value);
            }
        }
        Query { tab: self.tab.unwrap_or_default(), filter, sort: self.sort, archived_apart: false }
    }

    /// The leads that pass, in order, at `now`.
    pub fn select(&self, store: &Store, now: Moment) -> Result<Vec<LeadId>, StoreError> {
        let catalog = catalog(store)?;
        let order = Order::new(&catalog, self.sort, now.timestamp());
        Ok(catalog.select(&self.query(), &order, now.timestamp()).ids)
    }
}

/// Every lead of the store, in memory.
pub fn catalog(store: &Store) -> Result<Catalog, StoreError> {
    read_catalog(store, |_| true).map(|(catalog, _)| catalog)
}

macro_rules! words {
    ($($name:ident = $dimension:ident;)+) => {$(
        fn $name(word: &str) -> Result<ValueCode, String> {
            value(Dimension::$dimension, word)
        }
    )+};
}

words! {
    cta = CallToAction;
    country = Country;
    source = Source;
    lead_type = Type;
    quality = Quality;
    status = Status;
    email_validity = EmailValidity;
    phone_validity = PhoneValidity;
}

fn value(dimension: Dimension, word: &str) -> Result<ValueCode, String> {
    dimension.parse(word).ok_or_else(|| {
        let words: Vec<_> = dimension.values().into_iter().map(|value| dimension.value_word(value)).collect();
        if words.is_empty() {
            return "write a country by its two letters (PL) or its English name, or unknown".to_owned();
        }
        format!("one of {} is allowed", words.join(", "))
    })
}

fn tab(word: &str) -> Result<TabChoice, String> {
    TabChoice::from_word(word).ok_or_else(|| "one of marketplace, qualified, favorites, all is allowed".to_owned())
}

fn sort(word: &str) -> Result<Sort, String> {
    Sort::parse(word).ok_or_else(|| {
        let words: Vec<_> = SortKey::ALL.iter().map(|key| key.word()).collect();
        format!("one of {} is allowed, a leading - reverses", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        filters: FilterArgs,
    }

    fn parse(words: &[&str]) -> Result<Query, String> {
        let line = Line::try_parse_from([&["x"], words].concat());
        line.map(|line| line.filters.query()).map_err(|error| error.to_string())
    }

    #[test]
    fn words_are_taken_in_any_dress() {
        let query =
            parse(&["--cta", "Contact Me,get-it-now", "--country", "pl,Germany", "--sort", "-created"]).unwrap();
        assert_eq!(query.filter.words(), "cta:contact_me,get_it_now  country:de,pl");
        assert_eq!(query.sort, Sort { key: SortKey::Created, reversed: true });
        let query = parse(&["--email-validity=SPAM", "--tab", "Qualified", "--favorite", "--text", "a,b"]).unwrap();
        assert_eq!((query.tab, query.filter.text.as_str(), query.filter.favorite), (TabChoice::Qualified, "a,b", true));
        assert!(parse(&[]).unwrap().filter.is_empty());
    }

    #[test]
    fn a_wrong_word_is_answered_with_the_right_ones() {
        for words in [
            ["--cta", "contact_me,bogus"],
            ["--cta", ""],
            ["--country", "Atlantis"],
            ["--source", "bogus"],
            ["--type", "bogus"],
            ["--quality", "bogus"],
            ["--status", "bogus"],
            ["--email-validity", "bogus"],
            ["--phone-validity", "spam"],
            ["--tab", "bogus"],
            ["--sort", "bogus"],
        ] {
            assert!(parse(&words).is_err(), "{words:?}");
        }
        assert!(parse(&["--status", "bogus"]).unwrap_err().contains("one of received, accepted, archived is allowed"));
    }
}
