//! The language of queries: generated filters and texts, and the laws of reading and writing them. That a query finds what
//! it says is a law of `laws`. Must not know how terms are read.

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use leadbox::domain::catalog::Vantage;
use leadbox::domain::filter::{
    Age, AgeUnit, Claim, Comparison, Condition, DateField, Dimension, Filter, Mark, TextField, Thing, When,
};
use leadbox::domain::lead::{Lead, LeadId, Moment};
use leadbox::domain::query;
use leadbox::domain::vocabulary::{Outcome, Urgency};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::reading::Reading;
use crate::samples::{self, law, now};

const ZONES: [Tz; 5] =
    [Tz::UTC, Tz::Europe__Warsaw, Tz::America__Sao_Paulo, Tz::Asia__Kathmandu, Tz::Pacific__Kiritimati];

/// A zone and a number above which leads are new; the moment is that of the samples.
pub fn vantage() -> BoxedStrategy<Vantage> {
    (select(&ZONES[..]), proptest::option::of((0..40i64).prop_map(LeadId)))
        .prop_map(|(zone, known)| Vantage { zone, known, ..Vantage::at(now()) })
        .boxed()
}

/// A claim about a date of this lead, or its age at `now`, on or right beside the edge where it turns.
pub fn at_an_edge(lead: &Lead, now: Moment) -> BoxedStrategy<(Claim, Vantage)> {
    let dates = vec![
        (DateField::Created, Some(lead.record.created_at)),
        (DateField::Expires, Reading { lead, now }.expires_at()),
        (DateField::Later, lead.seller.later_until),
    ];
    let age = (now - lead.record.created_at).num_seconds();
    (select(dates), comparison(), select(AgeUnit::ALL.to_vec()), vantage(), (-1..=1i64, 0..3u8))
        .prop_map(move |((field, date), comparison, unit, vantage, (off, kind))| {
            let vantage = Vantage { now: now.timestamp(), ..vantage };
            let count = age / Age { count: 1, unit }.seconds();
            let claim = match (date, u32::try_from(count + off)) {
                (Some(date), _) if kind == 0 => {
                    let day = date.with_timezone(&vantage.zone).date_naive() + TimeDelta::days(off);
                    Claim::Date(field, comparison, When::Day(day))
                }
                (Some(date), _) if kind == 1 => {
                    Claim::Date(field, comparison, When::At(date + TimeDelta::seconds(off)))
                }
                (_, count) => Claim::Age(comparison, Age { count: count.unwrap_or_default(), unit }),
            };
            (claim, vantage)
        })
        .boxed()
}

fn text() -> BoxedStrategy<String> {
    let words = [
        "north",
        "NORTHWIND",
        "田",
        "zoe",
        "e",
        "\u{301}",
        "example",
        "ana@northwind.example",
        "=1",
        "a b",
        "\u{1f}",
        " ",
        "ß",
        "backup",
        "sql-backup",
        "contoso.",
    ];
    prop_oneof![3 => select(words.to_vec()).prop_map(str::to_owned), 2 => samples::nasty()].boxed()
}

fn comparison() -> BoxedStrategy<Comparison> {
    use Comparison::{AtLeast, AtMost, Equal, Less, More};
    select(vec![Less, AtMost, Equal, AtLeast, More]).boxed()
}

fn when() -> BoxedStrategy<When> {
    let day = |day: &str| When::Day(day.parse::<NaiveDate>().unwrap());
    prop_oneof![
        4 => (samples::near(), select(&ZONES[..])).prop_map(|(near, zone)| When::Day(near.with_timezone(&zone).date_naive())),
        3 => prop_oneof![samples::near(), samples::created()].prop_map(When::At),
        1 => select(vec![day("0001-01-01"), day("9999-12-31"), day("2026-10-25"), day("2024-02-29")]),
    ]
    .boxed()
}

fn some<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> BoxedStrategy<Vec<T>> {
    vec(select(all), 1..3).boxed()
}

fn claim() -> BoxedStrategy<Option<Claim>> {
    let fields = vec![TextField::Customer, TextField::Name, TextField::Offer, TextField::Tag, TextField::Note];
    let ages = (prop_oneof![0..400u32, any::<u32>()], select(AgeUnit::ALL.to_vec()));
    let dates = select(vec![DateField::Created, DateField::Expires, DateField::Later]);
    let values = select(vec!["0", "5", "18000.5", "18000.50", "20000", "9999999999999999999999.9999"]);
    let lists = prop_oneof![
        2 => some(Outcome::ALL.to_vec()).prop_map(Claim::Outcome),
        2 => some(Urgency::ALL.to_vec()).prop_map(Claim::Urgency),
        4 => some(Mark::all().collect()).prop_map(Claim::Is),
        3 => some(Thing::ALL.to_vec()).prop_map(Claim::Has),
    ];
    let figures = prop_oneof![
        3 => (comparison(), ages).prop_map(|(comparison, (count, unit))| Claim::Age(comparison, Age { count, unit })),
        4 => (dates, comparison(), when()).prop_map(|(field, comparison, when)| Claim::Date(field, comparison, when)),
        2 => (comparison(), values).prop_map(|(comparison, value)| Claim::Value(comparison, value.parse().unwrap())),
        2 => (comparison(), 0..10u32).prop_map(|(comparison, count)| Claim::Touches(comparison, count)),
    ];
    prop_oneof![
        2 => lists.prop_map(Some),
        2 => figures.prop_map(Some),
        1 => (select(fields), vec(text(), 1..3)).prop_map(|(field, texts)| Claim::field(field, texts)),
        1 => text().prop_map(|text| Claim::text(&text)),
    ]
    .boxed()
}

/// A filter: often of one condition, so that something is found.
pub fn filter() -> BoxedStrategy<Filter> {
    let values = vec((select(Dimension::ALL), any::<prop::sample::Index>(), any::<bool>()), 0..3);
    let conditions = vec((claim(), proptest::bool::weighted(0.3)), 0..3);
    (values, conditions)
        .prop_map(|(values, conditions)| {
            let mut filter = Filter::default();
            for (dimension, index, wanted) in values {
                let mut known = dimension.values();
                known.extend(["unknown", "de", "br", "us"].iter().filter_map(|word| dimension.parse(word)));
                let add = if wanted { Filter::choose } else { Filter::refuse };
                add(&mut filter, dimension, *index.get(&known));
            }
            for (claim, negated) in conditions {
                if let Some(claim) = claim {
                    filter.add(Condition { claim, negated });
                }
            }
            filter
        })
        .boxed()
}

/// A text that looks like a query, or not at all.
fn typed() -> BoxedStrategy<String> {
    let terms = [
        "country:br,pl",
        "country:",
        "cta:Contact-Me",
        "-quality:low",
        "-",
        "is:hot",
        "is:hott,",
        "age<72h",
        "age<=",
        "created>=2026-11-01",
        "value>10k",
        "note:\"move a \\\"big\\\" warehouse\"",
        "\"open",
        "12:30",
        "a\"b",
        "northwind",
        "-customer:a,\"b, c\"",
        "=1",
        "x=1",
        "touches>0",
        "\"\"",
        ",",
        "\\",
        "tag:\"\\",
    ];
    let term =
        prop_oneof![6 => select(terms.to_vec()).prop_map(str::to_owned), 1 => samples::nasty(), 1 => any::<String>()];
    (vec(term, 0..5), select(vec![" ", "  ", "\u{3000}", ""])).prop_map(|(terms, blank)| terms.join(blank)).boxed()
}

proptest! {
    #![proptest_config(law(2000))]

    #[test]
    fn a_written_filter_reads_as_itself(filter in filter()) {
        let text = query::write(&filter);
        match query::parse(&text) {
            Ok(read) => {
                prop_assert_eq!(&read, &filter, "{}", text);
                prop_assert_eq!(query::write(&read), text);
            }
            Err(errors) => return Err(TestCaseError::fail(query::explain(&text, &errors))),
        }
        prop_assert_eq!(filter.of_pane().and(&filter.beyond_pane()), filter);
    }

    #[test]
    fn whatever_is_typed_is_read_and_written_in_one_way(text in typed()) {
        let reading = query::read(&text);
        for error in &reading.errors {
            let wrong = text.get(error.range.clone());
            prop_assert!(wrong.is_some_and(|wrong| !wrong.is_empty()), "{:?} of {:?}", error, text);
            prop_assert!(error.sentence.ends_with('.') || error.sentence.contains(". "), "{}", error.sentence);
        }
        let starts: Vec<_> = reading.errors.iter().map(|error| error.range.start).collect();
        prop_assert!(starts.is_sorted(), "{:?}", reading.errors);
        let written = query::write(&reading.filter);
        prop_assert_eq!(query::parse(&written).map(|filter| query::write(&filter)), Ok(written));
        prop_assert!(query::explain(&text, &reading.errors).lines().count() >= 2);
    }

    #[test]
    fn a_suggestion_in_the_place_of_a_wrong_part_mends_it(text in typed()) {
        let Some(error) = query::read(&text).errors.into_iter().find(|error| error.suggestion.is_some()) else { return Ok(()) };
        let mut mended = text.clone();
        mended.replace_range(error.range.clone(), error.suggestion.as_deref().unwrap());
        let still = query::read(&mended).errors.contains(&error);
        prop_assert!(!still, "{:?} is still wrong in {:?}", error, mended);
    }
}
