//! One pass that answers a query: the rows in order, the count every facet value would give, and the totals
//! (HOUSE.md; PRODUCT.md 3, filter pane). A row that fails one dimension only still counts for that dimension's values.
//! Must not sort: an `Order` is handed in.

use std::sync::Arc;

use memchr::memmem::Finder;

use crate::domain::catalog::bits::Bits;
use crate::domain::catalog::segment::{FAVORITE, OWED, QUALIFIED, Segment, Span, TEST};
use crate::domain::catalog::{Catalog, Order};
use crate::domain::filter::{COUNTRY_NUMBERS, Dimension, Filter, TabChoice, ValueCode};
use crate::domain::fold::fold;
use crate::domain::lead::LeadId;
use crate::domain::sort::Sort;
use crate::domain::vocabulary::Status;

/// What a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Whose tab.
    pub tab: TabChoice,
    /// Which leads of it.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Archived leads below all others, whatever the order (the screen's rule).
    pub archived_apart: bool,
}

/// The count of every facet value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    small: [[u32; 8]; 8],
    country: Vec<u32>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { small: [[0; 8]; 8], country: vec![0; COUNTRY_NUMBERS] }
    }
}

impl Counts {
    /// How many rows the list would have if only this value of the dimension were chosen.
    pub fn of(&self, dimension: Dimension, value: ValueCode) -> u32 {
        let values: &[u32] = match dimension {
            Dimension::Country => &self.country,
            _ => &self.small[dimension as usize],
        };
        values.get(usize::from(value)).copied().unwrap_or_default()
    }

    /// The countries that occur, most frequent first, then by code.
    pub fn countries(&self) -> Vec<(ValueCode, u32)> {
        let occurring = self.country.iter().enumerate().filter(|(_, count)| **count > 0);
        let mut countries: Vec<_> = occurring.map(|(value, count)| (value as ValueCode, *count)).collect();
        countries.sort_by_key(|(value, count)| (std::cmp::Reverse(*count), *value));
        countries
    }

    /// Counts the values of a dimension among some rows.
    fn add(&mut self, dimension: Dimension, rows: &Rows<'_>, among: &Bits) {
        if dimension == Dimension::Country {
            for (value, places) in rows.segment.maps().countries() {
                if let Some(count) = self.country.get_mut(usize::from(value)) {
                    *count += places.count_with(among);
                }
            }
            return;
        }
        for (value, count) in self.small[dimension as usize].iter_mut().enumerate() {
            *count += rows.value(dimension, value as u16).map_or(0, |map| map.count_with(among));
        }
    }
}

/// The answer to a query. Test leads are in none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The leads, in order; with `archived_from` set, the archived ones stand at the end.
    pub ids: Vec<LeadId>,
    /// Where the archived leads begin.
    pub archived_from: usize,
    /// The count of every facet value.
    pub counts: Counts,
    /// How many leads each tab holds, unfiltered: Marketplace, Qualified, Favorites.
    pub tabs: [u32; 3],
    /// How many leads of each tab pass the filter.
    pub hits: [u32; 3],
    /// How many leads owe Partner Center something.
    pub owed: u32,
}

impl Catalog {
    /// Answers a query at `now` (seconds since 1970). The order must be one of this catalog that holds at `now`.
    pub fn select(&self, query: &Query, order: &Order, now: i64) -> Listing {
        let wanted = Wanted::new(&query.filter);
        let mut listing = Listing::default();
        let mut matched = Matched::default();
        let found = [wanted.text(&self.segments, now), wanted.customer(&self.segments)];
        for (number, segment) in self.segments.iter().enumerate() {
            let rows = Rows::new(segment, order.ended(number));
            let mut base = rows.live.clone();
            for here in found.iter().flatten().filter_map(|found| found.get(number)) {
                base.and(here);
            }
            wanted.pick(&rows, base, query.tab, &mut listing, &mut matched);
        }
        listing.list(self, order, &matched, query.archived_apart);
        listing
    }
}

/// The rows of the whole catalog that are in the list, 64 a word, and those of all rows that are archived.
#[derive(Default)]
struct Matched {
    inside: Vec<u64>,
    archived: Vec<u64>,
}

impl Listing {
    /// Lists the matched rows in order. Every row writes somewhere, those outside behind the end: that spares the guess
    /// whether the next one is in.
    fn list(&mut self, catalog: &Catalog, order: &Order, matched: &Matched, archived_apart: bool) {
        let pairs = matched.inside.iter().zip(&matched.archived);
        let (all, old) = pairs.fold((0, 0), |(all, old), (inside, archived)| {
            (all + inside.count_ones() as usize, old + (inside & archived).count_ones() as usize)
        });
        self.archived_from = if archived_apart { all - old } else { all };
        let mut ids = vec![LeadId(0); all + 1];
        let (mut next, from) = ([0, self.archived_from], catalog.ids_from());
        for row in order.rows() {
            let bit = |words: &[u64]| (words[*row as usize / 64] >> (row % 64) & 1) as usize;
            let inside = bit(&matched.inside);
            let part = if archived_apart { bit(&matched.archived) } else { 0 };
            let place = if inside == 1 { next[part] } else { all };
            next[part] += inside;
            ids[place] = match from {
                Some(first) => LeadId(first + i64::from(*row)),
                None if inside == 1 => catalog.id(*row),
                None => LeadId(0),
            };
        }
        ids.pop();
        self.ids = ids;
    }
}

/// The rows of one segment by facet, with the statuses as the clock has them.
struct Rows<'a> {
    segment: &'a Segment,
    /// By code.
    status: [Bits; Status::ALL.len()],
    live: Bits,
}

impl<'a> Rows<'a> {
    fn new(segment: &'a Segment, ended: &[u64]) -> Self {
        let ended = Bits::from_words(ended);
        let status = std::array::from_fn(|code| {
            let mut rows = segment.maps().value(Dimension::Status, code as u16).cloned().unwrap_or_else(Bits::none);
            match Status::from_code(code as u8) {
                Some(Status::Received) => rows.and_not(&ended),
                Some(Status::Archived) => rows.or(&ended),
                _ => {}
            }
            rows
        });
        let mut live = Bits::first(segment.len());
        if let Some(test) = segment.maps().flag(TEST) {
            live.and_not(test);
        }
        Self { segment, status, live }
    }

    fn value(&self, dimension: Dimension, value: u16) -> Option<&Bits> {
        match dimension {
            Dimension::Status => self.status.get(usize::from(value)),
            _ => self.segment.maps().value(dimension, value),
        }
    }

    /// The rows of some values of a dimension.
    fn any_of(&self, dimension: Dimension, values: &[ValueCode]) -> Bits {
        let mut rows = Bits::none();
        for value in values {
            match dimension {
                Dimension::Country => {
                    if let Some(places) = self.segment.maps().country(*value) {
                        places.join(&mut rows);
                    }
                }
                _ => self.value(dimension, *value).into_iter().for_each(|map| rows.or(map)),
            }
        }
        rows
    }

    fn flagged(&self, flag: u16) -> Bits {
        let mut rows = self.live.clone();
        match self.segment.maps().flag(flag) {
            Some(map) => rows.and(map),
            None => rows = Bits::none(),
        }
        rows
    }

    /// The three tabs: Marketplace, Qualified, Favorites.
    fn tabs(&self) -> [Bits; 3] {
        let (qualified, favorite) = (self.flagged(QUALIFIED), self.flagged(FAVORITE));
        let mut marketplace = self.live.clone();
        marketplace.and_not(&qualified);
        [marketplace, qualified, favorite]
    }
}

/// A filter made ready for a pass.
struct Wanted<'f> {
    filter: &'f Filter,
    text: Option<Finder<'static>>,
    customer: Vec<Finder<'static>>,
}

impl<'f> Wanted<'f> {
    fn new(filter: &'f Filter) -> Self {
        let needle = |text: &String| Some(fold(text)).filter(|text| !text.is_empty()).map(|text| finder(&text));
        Self { filter, text: needle(&filter.text), customer: filter.customer.iter().filter_map(needle).collect() }
    }

    /// The rows of each segment that hold the text; `None` where none is asked for.
    fn text(&self, segments: &[Arc<Segment>], now: i64) -> Option<Vec<Bits>> {
        self.text.as_ref().map(|needle| everywhere(segments, std::slice::from_ref(needle), Within::Row(now)))
    }

    /// The rows of each segment whose company holds one of the customers; `None` where none is asked for.
    fn customer(&self, segments: &[Arc<Segment>]) -> Option<Vec<Bits>> {
        (!self.customer.is_empty()).then(|| everywhere(segments, &self.customer, Within::Company))
    }

    /// Counts the rows of a segment, of which those of `base` hold the texts, and appends which of them are in the list.
    fn pick(&self, rows: &Rows<'_>, mut base: Bits, tab: TabChoice, listing: &mut Listing, matched: &mut Matched) {
        let tabs = rows.tabs();
        for (count, inside) in listing.tabs.iter_mut().zip(&tabs) {
            *count += inside.count_with(&rows.live);
        }
        listing.owed += rows.segment.maps().flag(OWED).map_or(0, |owed| owed.count_with(&rows.live));
        if self.filter.favorite {
            base.and(&tabs[2]);
        }
        let chosen = Dimension::ALL.iter().filter(|dimension| !self.filter.chosen(**dimension).is_empty());
        let masks: Vec<(Dimension, Bits)> =
            chosen.map(|dimension| (*dimension, rows.any_of(*dimension, self.filter.chosen(*dimension)))).collect();
        let mut passing = base.clone();
        for (_, mask) in &masks {
            passing.and(mask);
        }
        for (count, inside) in listing.hits.iter_mut().zip(&tabs) {
            *count += inside.count_with(&passing);
        }
        if let Some(inside) = TabChoice::TABS.iter().position(|known| *known == tab).map(|number| &tabs[number]) {
            base.and(inside);
            passing.and(inside);
        }
        for dimension in Dimension::ALL {
            if self.filter.chosen(*dimension).is_empty() {
                listing.counts.add(*dimension, rows, &passing);
            } else {
                let mut others = base.clone();
                masks.iter().filter(|(other, _)| other != dimension).for_each(|(_, mask)| others.and(mask));
                listing.counts.add(*dimension, rows, &others);
            }
        }
        matched.inside.extend_from_slice(passing.words());
        matched.archived.extend_from_slice(rows.status[usize::from(Status::Archived.code())].words());
    }
}

fn finder(text: &str) -> Finder<'static> {
    Finder::new(text).into_owned()
}

/// Which part of a row counts as a hit.
#[derive(Clone, Copy)]
enum Within {
    Company,
    /// All texts; the e-mail only where it is not withheld at this moment.
    Row(i64),
}

/// The rows of each segment that hold one of the needles.
fn everywhere(segments: &[Arc<Segment>], needles: &[Finder<'static>], within: Within) -> Vec<Bits> {
    segments.iter().map(|segment| hits(segment, needles, within)).collect()
}

/// The rows of a segment that hold one of the needles.
fn hits(segment: &Segment, needles: &[Finder<'static>], within: Within) -> Bits {
    let (arena, spans) = segment.texts();
    let mut found = Bits::none();
    for needle in needles {
        let (mut place, mut from) = (0, 0);
        while let Some(at) = arena.as_bytes().get(from..).and_then(|rest| needle.find(rest)) {
            let hit = (from + at) as u32;
            while spans[place].end <= hit {
                place += 1;
            }
            let counts = hit_counts(segment, place, spans[place], hit, within);
            if counts {
                found.set(place, true);
            }
            let skip_row = counts || !matches!(within, Within::Row(_));
            from = if skip_row { spans[place].end as usize } else { hit as usize + 1 };
        }
    }
    found
}

fn hit_counts(segment: &Segment, place: usize, span: Span, hit: u32, within: Within) -> bool {
    match within {
        Within::Company => hit < span.company_end,
        Within::Row(now) => hit < span.email_start || !segment.hidden(place, now),
    }
}
