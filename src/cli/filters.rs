//! The filters of `list` and `export` as flags (PRODUCT.md 5): several values by comma, words in any case, with hyphen,
//! underscore or blank. Rows and order come from the catalog, the same as on the screen. Must not match leads itself.

use crate::cli::context::Context;
use crate::cli::exit::Fault;
use crate::cli::query::QueryArgs;
use crate::domain::catalog::{Catalog, Order, Query, Vantage};
use crate::domain::filter::{Claim, Dimension, Filter, Mark, TabChoice, ValueCode};
use crate::domain::lead::LeadId;
use crate::domain::query;
use crate::domain::sort::{Sort, SortKey};
use crate::domain::views::{self, View};
use crate::shell::desk::read_catalog;
use crate::store::{Store, StoreError};

/// Which leads, and in which order. Without any: every lead of both tabs, archived ones too, test leads not.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct FilterArgs {
    #[command(flatten)]
    query: QueryArgs,
    /// The leads of a view, by its name, such as hot or "follow up"; `leadbox views` prints them
    #[arg(long, value_name = "NAME", help_heading = "Which leads")]
    view: Option<String>,
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
    /// What the flags ask for, the query and the view with them. To be read before a store is made.
    pub fn query(&self, known: &[View]) -> Result<Query, Fault> {
        let view = self.view.as_deref().map(|name| named(known, name)).transpose()?;
        let mut filter = self.of_flags().and(&self.query.filter()?);
        if let Some(view) = view {
            filter = filter.and(&view.filter);
        }
        Ok(Query { tab: self.tab.unwrap_or_default(), filter, sort: self.sort, archived_apart: false })
    }

    fn of_flags(&self) -> Filter {
        let mut filter = Filter::default();
        filter.set_customer(self.customer.iter().cloned());
        filter.want(Claim::text(&self.text));
        filter.want(self.favorite.then(|| Claim::Is(vec![Mark::Favorite])));
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
        filter
    }
}

fn named<'v>(known: &'v [View], name: &str) -> Result<&'v View, Fault> {
    views::find(known, name).ok_or_else(|| {
        let words: Vec<_> = known.iter().map(View::word).collect();
        let near = query::nearest(name, words.iter().map(String::as_str));
        let near = near.map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
        Fault::usage(format!("--view: there is no view {name}.{near} The views are {}.", words.join(", ")))
    })
}

/// The leads that a query shows, in order.
pub fn select(store: &Store, query: &Query, context: &Context) -> Result<Vec<LeadId>, StoreError> {
    let catalog = catalog(store)?;
    let vantage = vantage(store, context)?;
    let order = Order::new(&catalog, query.sort, vantage.now);
    Ok(catalog.select(query, &order, &vantage).ids)
}

/// From where this run looks at the leads.
pub fn vantage(store: &Store, context: &Context) -> Result<Vantage, StoreError> {
    // A fixed clock knows nothing of what was seen before (PRODUCT.md 2).
    let known = if context.clock.is_fixed() { None } else { store.seen()?.map(|seen| seen.lead) };
    Ok(Vantage { now: context.now.timestamp(), zone: context.clock.zone(), known })
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
    use crate::cli::query::shield_words;
    use clap::{CommandFactory, Parser};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        filters: FilterArgs,
    }

    fn parse(words: &[&str]) -> Result<Query, String> {
        let line = [&["x"], words].concat().into_iter().map(Into::into);
        let line = Line::try_parse_from(shield_words(&Line::command(), line));
        let query = line.map_err(|error| error.to_string())?.filters.query(&views::all(&[]).unwrap());
        query.map_err(|fault| fault.to_string())
    }

    fn written(words: &[&str]) -> String {
        query::write(&parse(words).unwrap_or_else(|error| panic!("{words:?}: {error}")).filter)
    }

    #[test]
    fn words_are_taken_in_any_dress() {
        let query =
            parse(&["--cta", "Contact Me,get-it-now", "--country", "pl,Germany", "--sort", "-created"]).unwrap();
        assert_eq!(query::write(&query.filter), "cta:contact_me,get_it_now country:de,pl");
        assert_eq!(query.sort, Sort { key: SortKey::Created, reversed: true });
        let query = parse(&["--email-validity=SPAM", "--tab", "Qualified", "--favorite", "--text", "a, b"]).unwrap();
        assert_eq!(query.tab, TabChoice::Qualified);
        assert_eq!(query::write(&query.filter), "email:spam is:favorite \"a, b\"");
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

    #[test]
    fn words_are_a_query_and_flags_stay_flags() {
        for (words, filter) in [
            (&["country:br", "is:hot"][..], "country:br is:hot"),
            (&["country:br is:hot"], "country:br is:hot"),
            (&["-quality:low"], "-quality:low"),
            (&["country:br", "-quality:low", "--favorite", "-is:dnc"], "country:br -quality:low is:favorite -is:dnc"),
            (&["-is:dnc", "--sort", "-created", "age<72h", "--text", "a b"], "-is:dnc age<72h \"a b\""),
            (&["-has:phone", "-offer:x", "-Value>5", "-email:valid"], "-email:valid -has:phone -offer:x -value>5"),
            (&["--", "-northwind", "-offer:x"], "-offer:x -northwind"),
            (&["-northwind"], "-northwind"),
            (&["note:\"move a warehouse\""], "note:\"move a warehouse\""),
            (&["--country", "br,pl", "country:pl,de"], "country:pl"),
            (&["--country", "br", "country:pl"], "country:br -country:br"),
            (&["--customer", "a", "customer:b"], "customer:a customer:b"),
        ] {
            assert_eq!(written(words), filter, "{words:?}");
        }
    }

    #[test]
    fn a_view_stands_beside_flags_and_query() {
        assert_eq!(written(&["--view", "hot", "--country", "br", "quality:high"]), "country:br quality:high is:hot");
        let said = parse(&["--view", "hott"]).unwrap_err();
        assert!(said.contains("there is no view hott. Did you mean Hot? The views are Follow_up, Hot,"), "{said}");
    }

    #[test]
    fn a_wrong_query_is_shown_with_its_wrong_part() {
        let said = parse(&["country:br", "is:hott"]).unwrap_err();
        let lines: Vec<_> = said.lines().collect();
        assert_eq!(lines[1..3], ["  country:br is:hott", "                ^^^^"], "{said}");
        assert!(lines[3].contains("Did you mean hot?"), "{said}");
        assert!(parse(&["--bogus"]).is_err() && parse(&["-x"]).is_err() && parse(&["-xy"]).is_ok());
    }
}
