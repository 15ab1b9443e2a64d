//! The further conditions of a filter, made ready once for a pass over every segment: which rows each is true of.
//! Must not count or list: `select` does.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::domain::catalog::Vantage;
use crate::domain::catalog::bits::Bits;
use crate::domain::catalog::facets::{
    DO_NOT_CONTACT, FAVORITE, HAS_DEAL, HAS_EMAIL, HAS_NOTE, HAS_PHONE, NEEDS_ANSWER, OWED, TEST,
};
use crate::domain::catalog::facts::Facts;
use crate::domain::catalog::rows::Rows;
use crate::domain::catalog::segment::BETWEEN;
use crate::domain::catalog::texts::{Within, hits};
use crate::domain::filter::{Claim, Comparison, DateField, Filter, Mark, TextField, Thing, When};
use crate::domain::fold::fold;
use crate::domain::vocabulary::{Outcome, Urgency};

/// Every condition of a filter.
pub(super) struct Conditions<'f> {
    vantage: Vantage,
    /// Negated ones with true.
    all: Vec<(Ready<'f>, bool)>,
}

/// A claim with what it takes to test it.
enum Ready<'f> {
    /// Any of these texts, in this part of a row.
    Texts(Vec<Finder<'static>>, Within),
    /// Any of these texts in the note.
    Note(Vec<Finder<'static>>),
    /// The date lies within these seconds.
    Date(DateField, Range<i64>),
    /// As it stands.
    Claim(&'f Claim),
}

impl<'f> Conditions<'f> {
    pub(super) fn new(filter: &'f Filter, vantage: &Vantage) -> Self {
        let ready = |claim| Ready::new(claim, vantage);
        let conditions = filter.conditions().iter();
        let all = conditions.map(|condition| (ready(&condition.claim), condition.negated)).collect();
        Self { vantage: *vantage, all }
    }

    /// Keeps the rows of a segment for which every condition holds. `classes` tells the urgency of its rows, by code.
    pub(super) fn keep<'c>(&self, rows: &Rows<'_>, classes: impl Fn() -> &'c [u8], base: &mut Bits) {
        for (ready, negated) in &self.all {
            let found = ready.rows(rows, &self.vantage, &classes, base);
            if *negated { base.and_not(&found) } else { base.and(&found) }
        }
    }
}

impl<'f> Ready<'f> {
    fn new(claim: &'f Claim, vantage: &Vantage) -> Self {
        let finders = |texts: &[String]| texts.iter().map(|text| finder(&fold(text))).collect();
        match claim {
            Claim::Text(text) => Self::Texts(vec![finder(&fold(text))], Within::Row(vantage.now)),
            Claim::Field(TextField::Customer, texts) => Self::Texts(finders(texts), Within::Company),
            Claim::Field(TextField::Name, texts) => Self::Texts(finders(texts), Within::Names),
            Claim::Field(TextField::Offer, texts) => Self::Texts(finders(texts), Within::Offer),
            Claim::Field(TextField::Note, texts) => Self::Note(finders(texts)),
            Claim::Field(TextField::Tag, tags) => {
                let whole = |tag: &String| finder(&format!("{BETWEEN}{}{BETWEEN}", fold(tag)));
                Self::Texts(tags.iter().map(whole).collect(), Within::Tags)
            }
            Claim::Age(comparison, age) => {
                let ages = span(*comparison, age.seconds()..age.seconds() + 1);
                // The older, the earlier: the ends change sides.
                let moment = |age: i64| vantage.now.saturating_sub(age).saturating_add(1);
                Self::Date(DateField::Created, moment(ages.end)..moment(ages.start))
            }
            Claim::Date(field, comparison, When::Day(day)) => Self::Date(*field, span(*comparison, vantage.day(*day))),
            Claim::Date(field, comparison, When::At(moment)) => {
                let second = moment.timestamp();
                Self::Date(*field, span(*comparison, second..second + 1))
            }
            other => Self::Claim(other),
        }
    }

    /// The rows of which it is true; rows outside `among` may be left out.
    fn rows<'c>(&self, rows: &Rows<'_>, vantage: &Vantage, classes: impl Fn() -> &'c [u8], among: &Bits) -> Bits {
        let segment = rows.segment;
        match self {
            Self::Texts(needles, within) => any(needles.iter().map(|needle| hits(segment, needle, *within, among))),
            Self::Note(needles) => {
                told(rows, |facts| needles.iter().any(|needle| needle.find(facts.note.as_bytes()).is_some()))
            }
            Self::Date(field, span) => dated(rows, *field, span),
            Self::Claim(Claim::Outcome(outcomes)) => any(outcomes.iter().map(|outcome| rows.outcome(*outcome))),
            Self::Claim(Claim::Urgency(wanted)) => of_classes(classes(), wanted),
            Self::Claim(Claim::Is(marks)) => any(marks.iter().map(|mark| marked(rows, *mark, vantage, &classes))),
            Self::Claim(Claim::Has(things)) => any(things.iter().map(|thing| having(rows, *thing))),
            Self::Claim(Claim::Value(comparison, figure)) => {
                told(rows, |facts| facts.value.is_some_and(|value| comparison.holds(&value, figure)))
            }
            Self::Claim(Claim::Touches(comparison, count)) => touched(rows, *comparison, *count),
            // These were made ready as one of the others.
            Self::Claim(Claim::Field(..) | Claim::Age(..) | Claim::Date(..) | Claim::Text(_)) => Bits::none(),
        }
    }
}

fn finder(text: &str) -> Finder<'static> {
    Finder::new(text).into_owned()
}

fn any(all: impl Iterator<Item = Bits>) -> Bits {
    all.reduce(|mut found, more| {
        found.or(&more);
        found
    })
    .unwrap_or_else(Bits::none)
}

/// The seconds that stand so to a whole day, or to a single second.
fn span(comparison: Comparison, whole: Range<i64>) -> Range<i64> {
    match comparison {
        Comparison::Less => i64::MIN..whole.start,
        Comparison::AtMost => i64::MIN..whole.end,
        Comparison::Equal => whole,
        Comparison::AtLeast => whole.start..i64::MAX,
        Comparison::More => whole.end..i64::MAX,
    }
}

fn dated(rows: &Rows<'_>, field: DateField, span: &Range<i64>) -> Bits {
    let within = |seconds: i64| span.contains(&seconds);
    match field {
        DateField::Created => Bits::of_column(rows.segment.created(), within),
        DateField::Expires => {
            let mut found = Bits::of_column(rows.segment.ends(), within);
            found.and(&rows.flagged(NEEDS_ANSWER));
            found
        }
        DateField::Later => {
            let mut found = Bits::none();
            let dates = rows.segment.follow_ups().filter(|(_, seconds)| within(*seconds));
            dates.for_each(|(place, _)| found.set(place, true));
            found
        }
    }
}

/// The rows whose rare facts are wanted.
fn told(rows: &Rows<'_>, wanted: impl Fn(&Facts) -> bool) -> Bits {
    let mut found = Bits::none();
    rows.segment.facts().filter(|(_, facts)| wanted(facts)).for_each(|(place, _)| found.set(place, true));
    found
}

/// Rows without rare facts were never touched.
fn touched(rows: &Rows<'_>, comparison: Comparison, count: u32) -> Bits {
    let wanted = |touches: u32| comparison.holds(&touches, &count);
    let mut found = if wanted(0) { Bits::first(rows.segment.len()) } else { Bits::none() };
    rows.segment.facts().for_each(|(place, facts)| found.set(place, wanted(facts.touches)));
    found
}

fn of_classes(classes: &[u8], wanted: &[Urgency]) -> Bits {
    let mask = wanted.iter().fold(0_u16, |mask, urgency| mask | (1 << urgency.code()));
    Bits::of_column(classes, |class| mask >> class & 1 == 1)
}

fn marked<'c>(rows: &Rows<'_>, mark: Mark, vantage: &Vantage, classes: impl Fn() -> &'c [u8]) -> Bits {
    match mark {
        Mark::Urgency(urgency) => of_classes(classes(), &[urgency]),
        Mark::Expired => rows.outcome(Outcome::Expired),
        Mark::Favorite => rows.flagged(FAVORITE),
        Mark::DoNotContact => rows.flagged(DO_NOT_CONTACT),
        Mark::Test => rows.flagged(TEST),
        Mark::Owed => rows.flagged(OWED),
        Mark::New => {
            let mut new = Bits::first(rows.segment.len());
            if let Some(known) = vantage.known {
                new.and_not(&Bits::first(rows.segment.ids().partition_point(|id| *id <= known.0)));
            }
            new
        }
    }
}

/// Contacts that are withheld count as not there.
fn having(rows: &Rows<'_>, thing: Thing) -> Bits {
    let flag = match thing {
        Thing::Email => HAS_EMAIL,
        Thing::Phone => HAS_PHONE,
        Thing::Deal => HAS_DEAL,
        Thing::Note => HAS_NOTE,
    };
    let mut found = rows.flagged(flag);
    if matches!(thing, Thing::Email | Thing::Phone) {
        found.and_not(&rows.outcome(Outcome::Expired));
    }
    found
}
