//! The first page of the default view, from a store whose leads are not all in memory yet (HOUSE.md, Speed by design): for
//! each class of the order the ranges of stored columns in which its leads lie, and a page that judges what is read from
//! them. A range may hold other leads too, none of the class may be outside. Must not know SQL, nor read anything.

use std::cmp::Reverse;
use std::collections::HashSet;

use chrono::TimeDelta;

use crate::domain::catalog::Query;
use crate::domain::filter::TabChoice;
use crate::domain::lead::{LeadId, Moment, Owed, Record, Seller};
use crate::domain::moment::LAST;
use crate::domain::terms::Terms;
use crate::domain::vitals::{EXPIRING, UrgencyKey, Vitals};
use crate::domain::vocabulary::{Source, Tab, Urgency};

/// Rows that are judged at most for one page: where the leads lie so oddly that more were needed, the page is shorter.
const MOST_ROWS: usize = 30_000;

/// What the first page is the beginning of: the list as the inbox opens.
pub fn query() -> Query {
    Query { tab: TabChoice::Marketplace, archived_apart: true, ..Query::default() }
}

/// Leads that lie beside each other in the store, by one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strip {
    /// Received and to be answered, of one source, by creation.
    ToAnswer(Source),
    /// The same of any source by the expiry they state; those that state none are not among them.
    Stated,
    /// With an open entry in the outbox, by its deadline.
    Owed,
    /// Accepted, of one source, newest first.
    Accepted(Source),
    /// Put off, by the follow-up date.
    PutOff,
    /// Received and not to be answered, of one source, newest first.
    Informational(Source),
    /// Put away, newest first.
    PutAway,
    /// Every lead, newest first.
    Newest,
}

/// A part of a strip, with its ends: seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Which.
    pub strip: Strip,
    /// The first value of the column.
    pub from: i64,
    /// The last.
    pub to: i64,
    /// What to add to the column for the deadline; `None` where the leads have none and the newest comes first.
    adds: Option<i64>,
}

impl Range {
    /// By a column that is a deadline.
    const fn due(strip: Strip, from: i64, to: i64) -> Self {
        Self { strip, from, to, adds: Some(0) }
    }

    /// Of leads without a deadline.
    const fn newest(strip: Strip, from: i64) -> Self {
        Self { strip, from, to: i64::MAX, adds: None }
    }

    /// Before which no lead stands that lies here or further on, as far as this range answers for it.
    fn bound(&self, column: i64) -> (i64, Reverse<i64>) {
        match self.adds {
            Some(adds) => (column.saturating_add(adds).min(LAST.timestamp()), Reverse(i64::MAX)),
            None => (i64::MAX, Reverse(column)),
        }
    }
}

/// Where every lead of a class lies that is not a test lead and belongs to the Marketplace.
pub fn ranges(class: Urgency, terms: &Terms, now: Moment) -> Vec<Range> {
    let seconds = now.timestamp();
    let near = seconds.saturating_add(EXPIRING);
    let each = |range: &dyn Fn(Source) -> Range| Source::ALL.iter().map(|source| range(*source)).collect::<Vec<_>>();
    let ending = |from: i64, to: i64| {
        let by_creation = |source| {
            let answer = terms.of(source).answer.num_seconds();
            let (from, to) = (from.saturating_sub(answer), to.saturating_sub(answer));
            Range { strip: Strip::ToAnswer(source), from, to, adds: Some(answer) }
        };
        [each(&by_creation), vec![Range::due(Strip::Stated, from, to)]].concat()
    };
    let accepted = || each(&|source| Range::newest(Strip::Accepted(source), i64::MIN));
    let owed_later = || vec![Range::due(Strip::Owed, near, i64::MAX)];
    match class {
        Urgency::Hot => each(&|source| {
            let hot = terms.of(source).hot.num_seconds();
            let from = seconds.saturating_sub(hot);
            Range { strip: Strip::ToAnswer(source), from, to: i64::MAX, adds: Some(hot) }
        }),
        Urgency::Expiring => [ending(seconds, near), vec![Range::due(Strip::Owed, i64::MIN, near)]].concat(),
        Urgency::Due => [vec![Range::due(Strip::PutOff, i64::MIN, seconds)], owed_later(), accepted()].concat(),
        Urgency::Waiting | Urgency::Touched => ending(near, i64::MAX),
        Urgency::Calm => [ending(near, i64::MAX), owed_later(), accepted()].concat(),
        Urgency::Later => vec![Range::due(Strip::PutOff, seconds, i64::MAX)],
        Urgency::Informational => {
            let kept = |source| Range::newest(Strip::Informational(source), kept_since(terms, source, now));
            [each(&kept), accepted()].concat()
        }
        Urgency::Away => vec![Range::newest(Strip::PutAway, i64::MIN)],
        Urgency::Archived => vec![Range::newest(Strip::Newest, i64::MIN)],
    }
}

/// Informational leads that are older have aged out. Months differ in length: a few days more are looked at.
fn kept_since(terms: &Terms, source: Source, now: Moment) -> i64 {
    let since = now.checked_sub_months(terms.of(source).keep);
    since.and_then(|since| since.checked_sub_signed(TimeDelta::days(4))).map_or(i64::MIN, |since| since.timestamp())
}

/// The first leads of the default view, filled class by class and range by range.
#[derive(Debug)]
pub struct Page {
    now: i64,
    most: usize,
    rows_left: usize,
    leads: Vec<(UrgencyKey, LeadId, Vitals)>,
    /// Those of the class that is read.
    class: Vec<(UrgencyKey, LeadId, Vitals)>,
    known: HashSet<LeadId>,
}

impl Page {
    /// An empty page for at most so many leads.
    pub fn new(most: usize, now: Moment) -> Self {
        Self {
            now: now.timestamp(),
            most,
            rows_left: MOST_ROWS,
            leads: Vec::new(),
            class: Vec::new(),
            known: HashSet::new(),
        }
    }

    /// True while a lead with this value of the range's column, or what lies behind it, may still be on the page.
    pub fn wants(&mut self, range: &Range, column: i64) -> bool {
        self.rows_left = self.rows_left.saturating_sub(1);
        let (bound, needed) = (range.bound(column), self.most - self.leads.len());
        let before = |lead: &&(UrgencyKey, LeadId, Vitals)| lead.0.place() < bound;
        self.rows_left > 0 && (self.class.len() < needed || self.class.iter().filter(before).count() < needed)
    }

    /// Takes a lead that was read for a class, if it is of it.
    pub fn take(&mut self, class: Urgency, id: LeadId, facts: (&Record, &Seller, &[Owed]), terms: &Terms) {
        let (record, seller, owed) = facts;
        if record.test || record.tab() != Tab::Marketplace {
            return;
        }
        let vitals = Vitals::from_parts(record, seller, owed, terms);
        let key = UrgencyKey::new(&vitals, id, self.now);
        if key.urgency == class && self.known.insert(id) {
            self.class.push((key, id, vitals));
        }
    }

    /// All ranges of a class were read; true if another class is needed.
    pub fn end_class(&mut self) -> bool {
        let mut class = std::mem::take(&mut self.class);
        if self.rows_left == 0 {
            return false;
        }
        class.sort_unstable_by_key(|lead| lead.0);
        class.truncate(self.most - self.leads.len());
        self.leads.extend(class);
        self.leads.len() < self.most
    }

    /// The leads, most urgent first.
    pub fn leads(self) -> Vec<(LeadId, Vitals)> {
        self.leads.into_iter().map(|(_, id, vitals)| (id, vitals)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::domain::record::{Field, RawRecord, read};

    fn record(created: &str) -> Record {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, created);
        raw.set(Field::CallToAction, "Contact me");
        read(&raw).unwrap()
    }

    #[test]
    fn a_class_that_is_too_much_to_read_is_left_out_rather_than_told_in_part() {
        let (terms, now) = (Terms::default(), parse("2026-11-20T12:00:00Z").unwrap());
        let fill = |rows: usize| {
            let mut page = Page { rows_left: rows, ..Page::new(10, now) };
            for (class, created) in [(Urgency::Hot, "2026-11-20T09:00:00Z"), (Urgency::Archived, "2020-01-01")] {
                for (range, id) in ranges(class, &terms, now).iter().zip(1..) {
                    let record = record(created);
                    let id = LeadId(if class == Urgency::Hot { id } else { 9 });
                    if page.wants(range, record.created_at.timestamp()) {
                        page.take(class, id, (&record, &Seller::default(), &[]), &terms);
                    }
                }
                if !page.end_class() {
                    break;
                }
            }
            page.leads().into_iter().map(|(id, _)| id.0).collect::<Vec<_>>()
        };
        assert_eq!(fill(100), [1, 2, 3, 4, 9]);
        assert_eq!(fill(5), [1, 2, 3, 4]);
        assert_eq!(fill(4), [0; 0]);
    }

    #[test]
    fn a_range_ends_once_what_follows_stands_behind_all_that_is_needed() {
        let (terms, now) = (Terms::default(), parse("2026-11-20T12:00:00Z").unwrap());
        let range = ranges(Urgency::Hot, &terms, now)[0];
        let mut page = Page::new(1, now);
        let second = record("2026-11-20T09:00:00Z");
        let created = second.created_at.timestamp();
        assert!(page.wants(&range, created));
        page.take(Urgency::Hot, LeadId(2), (&second, &Seller::default(), &[]), &terms);
        assert!(page.wants(&range, created), "one of the same second may have a lower number");
        assert!(!page.wants(&range, created + 1));
    }
}
