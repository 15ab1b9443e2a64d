//! An order of the whole catalog at one moment, kept until the clock or a change makes it untrue. A change of a few leads
//! moves only those. Must not filter: `select` walks an order and picks.

use std::cmp::Ordering;
use std::sync::OnceLock;

use crate::domain::catalog::Catalog;
use crate::domain::catalog::bits::WORDS;
use crate::domain::catalog::facets::TEST;
use crate::domain::catalog::segment::SEGMENT_ROWS;
use crate::domain::country::Country;
use crate::domain::filter::country_of;
use crate::domain::sort::{Sort, SortKey};
use crate::domain::vitals::UrgencyKey;
use crate::domain::vocabulary::Urgency;

/// Every row of a catalog in order, with what the header counts.
#[derive(Clone, Debug)]
pub struct Order {
    /// The order it is.
    pub sort: Sort,
    /// Rows, first to last.
    rows: Vec<u32>,
    /// Seconds since 1970 from which on it may be untrue, by the clock alone.
    valid_until: i64,
    /// The moment it was made for.
    made_at: i64,
    /// A bit a row: the clock alone has archived it by that moment.
    ended: Vec<u64>,
    /// How many leads are hot and expiring, once that was asked.
    urgent: OnceLock<(u32, u32)>,
    /// The code of every row's urgency, once that was asked.
    classes: OnceLock<Vec<u8>>,
}

impl Order {
    /// Orders every row of a catalog as of `now` (seconds since 1970).
    pub fn new(catalog: &Catalog, sort: Sort, now: i64) -> Self {
        let rows: Vec<u32> = (0..catalog.len() as u32).collect();
        let (valid_until, ended) = edges(catalog, now);
        let (urgent, classes) = (OnceLock::new(), OnceLock::new());
        let mut order = Self { sort, rows, valid_until, made_at: now, ended, urgent, classes };
        order.sort_all(catalog);
        order
    }

    /// The rows, first to last.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// How many leads are hot and how many are expiring, test leads apart. Only of the default order.
    pub fn hot_and_expiring(&self, catalog: &Catalog) -> (u32, u32) {
        *self.urgent.get_or_init(|| self.count_urgent(catalog))
    }

    /// The bits of a segment's rows that the clock alone has archived.
    pub(super) fn ended(&self, segment: usize) -> &[u64] {
        self.ended.get(segment * WORDS..).map(|rest| rest.get(..WORDS).unwrap_or(rest)).unwrap_or_default()
    }

    /// The urgency of a segment's rows, by code. Worked out once and kept up with every change.
    pub(super) fn classes(&self, catalog: &Catalog, segment: usize) -> &[u8] {
        let classes = self.classes.get_or_init(|| self.classify(catalog));
        let rest = classes.get(segment * SEGMENT_ROWS..).unwrap_or_default();
        rest.get(..SEGMENT_ROWS).unwrap_or(rest)
    }

    /// In the default order a class is a slice of the rows, found at its ends.
    fn classify(&self, catalog: &Catalog) -> Vec<u8> {
        let class = |row: u32| catalog.vitals(row).urgency(self.made_at);
        if self.sort != Sort::default() {
            return (0..catalog.len() as u32).map(|row| class(row).code()).collect();
        }
        let mut classes = vec![0; catalog.len()];
        let mut rest = self.rows.as_slice();
        while let Some(first) = rest.first() {
            let urgency = class(*first);
            let (slice, others) = rest.split_at(rest.partition_point(|row| class(*row) <= urgency));
            for row in slice {
                classes[*row as usize] = urgency.code();
            }
            rest = others;
        }
        classes
    }

    fn count_urgent(&self, catalog: &Catalog) -> (u32, u32) {
        let (mut hot, mut expiring) = (0, 0);
        for row in &self.rows {
            let urgency = catalog.vitals(*row).urgency(self.made_at);
            let (segment, place) = catalog.at(*row);
            let counts = u32::from(!segment.facets(place).has(TEST));
            match urgency {
                Urgency::Hot => hot += counts,
                Urgency::Expiring => expiring += counts,
                _ => break,
            }
        }
        (hot, expiring)
    }

    /// True while the clock has changed no lead's place since it was made.
    pub fn holds_at(&self, now: i64) -> bool {
        now >= self.made_at && now < self.valid_until
    }

    /// The next second at which a lead changes by the clock alone.
    pub fn valid_until(&self) -> i64 {
        self.valid_until
    }

    /// Moves the given rows to where they belong now; new rows join. The catalog is the one after the change.
    pub fn mend(&mut self, catalog: &Catalog, changed: &[u32], now: i64) {
        if changed.len() > 1000 || !self.holds_at(now) {
            *self = Self::new(catalog, self.sort, now);
            return;
        }
        self.place(catalog, changed.to_vec(), now);
    }

    /// Brings an order that the clock has made untrue up to `now`: only the leads that passed an edge move.
    pub fn advance(&mut self, catalog: &Catalog, now: i64) {
        let mut passed = Vec::new();
        let mut next = i64::MAX;
        for row in 0..catalog.len() as u32 {
            match catalog.vitals(row).next_edge(self.made_at) {
                Some(edge) if edge <= now => passed.push(row),
                edge => next = next.min(edge.unwrap_or(i64::MAX)),
            }
        }
        if now < self.made_at || passed.len() > 1000 || self.rows.len() != catalog.len() {
            *self = Self::new(catalog, self.sort, now);
            return;
        }
        self.valid_until = next;
        self.place(catalog, passed, now);
    }

    /// Puts some rows where they belong at `now`. No other lead may have moved since the order was made.
    fn place(&mut self, catalog: &Catalog, mut gone: Vec<u32>, now: i64) {
        gone.sort_unstable();
        gone.dedup();
        self.made_at = now;
        self.urgent = OnceLock::new();
        self.ended.resize(catalog.len().div_ceil(64), 0);
        if let Some(classes) = self.classes.get_mut() {
            classes.resize(catalog.len(), 0);
            for row in &gone {
                classes[*row as usize] = catalog.vitals(*row).urgency(now).code();
            }
        }
        for row in &gone {
            let (segment, place) = catalog.at(*row);
            let (word, bit) = (&mut self.ended[*row as usize / 64], 1 << (row % 64));
            *word = if segment.ended(place, now) { *word | bit } else { *word & !bit };
        }
        self.rows.retain(|row| gone.binary_search(row).is_err());
        for row in gone {
            let place = self.rows.partition_point(|other| self.compare(catalog, *other, row) == Ordering::Less);
            self.rows.insert(place, row);
            let edge = catalog.vitals(row).next_edge(self.made_at).unwrap_or(i64::MAX);
            self.valid_until = self.valid_until.min(edge);
        }
    }

    fn sort_all(&mut self, catalog: &Catalog) {
        let now = self.made_at;
        if self.sort.key == SortKey::Urgency {
            let mut keyed: Vec<(UrgencyKey, u32)> = self
                .rows
                .iter()
                .map(|row| (UrgencyKey::new(&catalog.vitals(*row), catalog.id(*row), now), *row))
                .collect();
            keyed.sort_unstable_by(|a, b| if self.sort.reversed { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
            self.rows = keyed.into_iter().map(|(_, row)| row).collect();
            return;
        }
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable_by(|a, b| self.compare(catalog, *a, *b));
        self.rows = rows;
    }

    fn compare(&self, catalog: &Catalog, one: u32, other: u32) -> Ordering {
        let by_key = self.by_key(catalog, one, other);
        let ordering = by_key.then_with(|| catalog.id(one).cmp(&catalog.id(other)));
        if self.sort.reversed { ordering.reverse() } else { ordering }
    }

    fn by_key(&self, catalog: &Catalog, one: u32, other: u32) -> Ordering {
        let now = self.made_at;
        let (a, b) = (catalog.vitals(one), catalog.vitals(other));
        let facets = |row| {
            let (segment, place) = catalog.at(row);
            segment.facets(place)
        };
        match self.sort.key {
            SortKey::Urgency => {
                UrgencyKey::new(&a, catalog.id(one), now).cmp(&UrgencyKey::new(&b, catalog.id(other), now))
            }
            SortKey::Created => a.created.cmp(&b.created),
            SortKey::Expires => {
                let expiry = |vitals: &crate::domain::vitals::Vitals| (!vitals.needs_answer, vitals.end);
                expiry(&a).cmp(&expiry(&b)).then(a.created.cmp(&b.created))
            }
            SortKey::Status => a.standing(now).0.cmp(&b.standing(now).0),
            SortKey::Quality => unknown_last(facets(one).quality()).cmp(&unknown_last(facets(other).quality())),
            SortKey::Country => {
                let code = |row| country_of(facets(row).country()).map(Country::bytes);
                missing_last(code(one).as_ref(), code(other).as_ref())
            }
            SortKey::Company => by_text(catalog, one, other, &[0]),
            SortKey::Offer => by_text(catalog, one, other, &[2, 3]),
        }
    }
}

fn unknown_last(code: u16) -> u16 {
    code.wrapping_sub(1)
}

fn missing_last<T: Ord>(one: Option<&T>, other: Option<&T>) -> Ordering {
    one.is_none().cmp(&other.is_none()).then_with(|| one.cmp(&other))
}

/// Compares the first filled one of some texts; rows without any come last.
fn by_text(catalog: &Catalog, one: u32, other: u32, parts: &[usize]) -> Ordering {
    let text = |row| {
        let (segment, place) = catalog.at(row);
        parts.iter().map(|part| segment.text(place, *part)).find(|text| !text.is_empty())
    };
    missing_last(text(one).as_ref(), text(other).as_ref())
}

/// The next second at which a lead changes by the clock alone, and the rows that it has archived by `now`.
fn edges(catalog: &Catalog, now: i64) -> (i64, Vec<u64>) {
    let (mut next, mut ended) = (i64::MAX, vec![0; catalog.len().div_ceil(64)]);
    for row in 0..catalog.len() as u32 {
        let (segment, place) = catalog.at(row);
        next = next.min(catalog.vitals(row).next_edge(now).unwrap_or(i64::MAX));
        ended[row as usize / 64] |= u64::from(segment.ended(place, now)) << (row % 64);
    }
    (next, ended)
}
