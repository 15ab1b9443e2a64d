//! One pass that answers a query: the rows in order, the count every facet value would give, and the totals
//! (HOUSE.md; PRODUCT.md 3, filter pane). A row that fails one dimension only still counts for that dimension's values.
//! Must not sort: an `Order` is handed in.

use std::sync::Arc;

use crate::domain::catalog::bits::Bits;
use crate::domain::catalog::conditions::Conditions;
use crate::domain::catalog::facets::OWED;
use crate::domain::catalog::rows::Rows;
use crate::domain::catalog::segment::Segment;
use crate::domain::catalog::{Catalog, Order, Vantage};
use crate::domain::filter::{COUNTRY_NUMBERS, Claim, Dimension, Filter, TabChoice, ValueCode};
use crate::domain::lead::LeadId;
use crate::domain::sort::Sort;

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

/// The answer to a query. Test leads are in none of it, unless the filter asks for them.
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
    /// Answers a query. The order must be one of this catalog that holds at the vantage's moment.
    pub fn select(&self, query: &Query, order: &Order, vantage: &Vantage) -> Listing {
        let (mut listing, matched) = self.pick(query, order, vantage);
        listing.list(self, order, &matched, query.archived_apart);
        listing
    }

    /// The counts of a query without its list, and a bit for every row of the catalog that would be in it.
    pub(super) fn matched(&self, query: &Query, order: &Order, vantage: &Vantage) -> (Listing, Vec<u64>) {
        let (listing, matched) = self.pick(query, order, vantage);
        (listing, matched.inside)
    }

    fn pick(&self, query: &Query, order: &Order, vantage: &Vantage) -> (Listing, Matched) {
        let wanted = Wanted::new(&query.filter, vantage);
        let mut listing = Listing::default();
        let mut matched = Matched::default();
        for (number, segment) in self.segments.iter().enumerate() {
            let rows = Rows::new(segment, order.ended(number));
            let base = wanted.base(self, order, number, &rows);
            wanted.pick(&rows, base, query.tab, &mut listing, &mut matched);
        }
        (listing, matched)
    }

    /// The next second after `now` at which a lead's age alone makes it pass a filter or no longer pass; `None` where ages
    /// do not matter. All other changes by the clock are those of the order.
    pub fn next_age_edge(&self, filter: &Filter, now: i64) -> Option<i64> {
        let ages = filter.conditions().iter().filter_map(|condition| match &condition.claim {
            // Age is exact to the second: it is reached in one and passed in the next.
            Claim::Age(_, age) => Some([age.seconds(), age.seconds() + 1]),
            _ => None,
        });
        let created = || self.segments.iter().flat_map(|segment| segment.created());
        let edges = ages.flatten().flat_map(|age| created().map(move |created| created.saturating_add(age)));
        edges.filter(|edge| *edge > now).min()
    }

    /// How many leads of all tabs pass a filter: quicker than `select`, for counts beside many filters.
    pub fn count(&self, filter: &Filter, order: &Order, vantage: &Vantage) -> u32 {
        let wanted = Wanted::new(filter, vantage);
        let of_segment = |(number, segment): (usize, &Arc<Segment>)| {
            let rows = Rows::new(segment, order.ended(number));
            let mut passing = wanted.base(self, order, number, &rows);
            wanted.masks(&rows).iter().for_each(|(_, mask)| passing.and(mask));
            passing.count()
        };
        self.segments.iter().enumerate().map(of_segment).sum()
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

/// A filter made ready for a pass.
struct Wanted<'f> {
    filter: &'f Filter,
    conditions: Conditions<'f>,
}

impl<'f> Wanted<'f> {
    fn new(filter: &'f Filter, vantage: &Vantage) -> Self {
        Self { filter, conditions: Conditions::new(filter, vantage) }
    }

    /// The rows of a segment for which every condition holds, dimensions apart.
    fn base(&self, catalog: &Catalog, order: &Order, number: usize, rows: &Rows<'_>) -> Bits {
        let mut base = if self.filter.shows_tests() { Bits::first(rows.segment.len()) } else { rows.live.clone() };
        let classes = || order.classes(catalog, number);
        self.conditions.keep(rows, classes, &mut base);
        base
    }

    /// For every dimension that asks for anything, the rows that it lets through.
    fn masks(&self, rows: &Rows<'_>) -> Vec<(Dimension, Bits)> {
        let mut masks = Vec::new();
        for dimension in Dimension::ALL {
            let (wanted, unwanted) = (self.filter.chosen(*dimension), self.filter.unwanted(*dimension));
            if wanted.is_empty() && unwanted.is_empty() {
                continue;
            }
            let all = || Bits::first(rows.segment.len());
            let mut mask = if wanted.is_empty() { all() } else { rows.any_of(*dimension, wanted) };
            if !unwanted.is_empty() {
                mask.and_not(&rows.any_of(*dimension, unwanted));
            }
            masks.push((*dimension, mask));
        }
        masks
    }

    /// Counts the rows of a segment, of which those of `base` meet the conditions, and appends which are in the list.
    fn pick(&self, rows: &Rows<'_>, mut base: Bits, tab: TabChoice, listing: &mut Listing, matched: &mut Matched) {
        let tabs = rows.tabs();
        for (count, inside) in listing.tabs.iter_mut().zip(&tabs) {
            *count += inside.count_with(&rows.live);
        }
        listing.owed += rows.segment.maps().flag(OWED).map_or(0, |owed| owed.count_with(&rows.live));
        let masks = self.masks(rows);
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
            if masks.iter().all(|(other, _)| other != dimension) {
                listing.counts.add(*dimension, rows, &passing);
            } else {
                let mut others = base.clone();
                masks.iter().filter(|(other, _)| other != dimension).for_each(|(_, mask)| others.and(mask));
                listing.counts.add(*dimension, rows, &others);
            }
        }
        matched.inside.extend_from_slice(passing.words());
        matched.archived.extend_from_slice(rows.archived().words());
    }
}
