//! One pass that answers a query: the rows in order, the count every facet value would give, and the totals
//! (HOUSE.md; PRODUCT.md 3, filter pane). A row that fails one dimension only still counts for that dimension's values.
//! Must not sort: an `Order` is handed in.

use memchr::memmem::Finder;

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

    fn add(&mut self, dimension: Dimension, value: u16) {
        let values: &mut [u32] = match dimension {
            Dimension::Country => &mut self.country,
            _ => &mut self.small[dimension as usize],
        };
        if let Some(count) = values.get_mut(usize::from(value)) {
            *count += 1;
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
        let mut matched: Vec<Row> = Vec::with_capacity(self.len());
        for segment in &self.segments {
            let text = wanted.text.as_ref().map(|needle| hits(segment, std::slice::from_ref(needle), Within::Row(now)));
            let customer = (!wanted.customer.is_empty()).then(|| hits(segment, &wanted.customer, Within::Company));
            for place in 0..segment.len() {
                let passes = |bits: &Option<Vec<bool>>| bits.as_ref().is_none_or(|bits| bits[place]);
                let text_passes = passes(&text) && passes(&customer);
                matched.push(wanted.judge(segment, place, now, text_passes, query.tab, &mut listing));
            }
        }
        listing.pick(self, order, &matched, query.archived_apart);
        listing
    }
}

/// How a row fared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Out,
    Active,
    Archived,
}

impl Listing {
    fn pick(&mut self, catalog: &Catalog, order: &Order, matched: &[Row], archived_apart: bool) {
        let with = |wanted: Row| {
            let rows = order.rows().iter().filter(move |row| matched[**row as usize] == wanted);
            rows.map(|row| catalog.id(*row))
        };
        if !archived_apart {
            let rows = order.rows().iter().filter(|row| matched[**row as usize] != Row::Out);
            self.ids = rows.map(|row| catalog.id(*row)).collect();
            self.archived_from = self.ids.len();
            return;
        }
        self.ids = with(Row::Active).collect();
        self.archived_from = self.ids.len();
        self.ids.extend(with(Row::Archived));
    }
}

/// A filter made ready for a pass: a bit mask a dimension, folded needles.
struct Wanted {
    masks: [u64; 8],
    countries: Option<Vec<bool>>,
    text: Option<Finder<'static>>,
    customer: Vec<Finder<'static>>,
    favorite: bool,
}

impl Wanted {
    fn new(filter: &Filter) -> Self {
        let mut masks = [u64::MAX; 8];
        for dimension in Dimension::ALL.iter().filter(|dimension| **dimension != Dimension::Country) {
            let chosen = filter.chosen(*dimension);
            if !chosen.is_empty() {
                masks[*dimension as usize] = chosen.iter().fold(0, |mask, value| mask | (1 << value));
            }
        }
        let countries = filter.chosen(Dimension::Country);
        let countries = (!countries.is_empty()).then(|| {
            let mut wanted = vec![false; COUNTRY_NUMBERS];
            for value in countries {
                wanted[usize::from(*value)] = true;
            }
            wanted
        });
        let needle = |text: &String| Some(fold(text)).filter(|text| !text.is_empty()).map(|text| finder(&text));
        Self {
            masks,
            countries,
            text: needle(&filter.text),
            customer: filter.customer.iter().filter_map(needle).collect(),
            favorite: filter.favorite,
        }
    }

    /// Counts one row and tells whether it is in the list.
    fn judge(
        &self,
        segment: &Segment,
        place: usize,
        now: i64,
        text: bool,
        tab: TabChoice,
        listing: &mut Listing,
    ) -> Row {
        let facets = segment.facets(place);
        if facets.has(TEST) {
            return Row::Out;
        }
        let (qualified, favorite) = (facets.has(QUALIFIED), facets.has(FAVORITE));
        let tabs = [!qualified, qualified, favorite];
        for (count, inside) in listing.tabs.iter_mut().zip(tabs) {
            *count += u32::from(inside);
        }
        listing.owed += u32::from(facets.has(OWED));
        if !text || (self.favorite && !favorite) {
            return Row::Out;
        }
        let status = segment.status(place, now);
        let values = [
            (Dimension::CallToAction, facets.call_to_action()),
            (Dimension::Country, facets.country()),
            (Dimension::Source, facets.source()),
            (Dimension::Type, facets.lead_type()),
            (Dimension::Quality, facets.quality()),
            (Dimension::Status, status),
            (Dimension::EmailValidity, facets.email_validity()),
            (Dimension::PhoneValidity, facets.phone_validity()),
        ];
        let mut failed = values.iter().filter(|(dimension, value)| !self.allows(*dimension, *value));
        let (first, second) = (failed.next(), failed.next());
        if first.is_none() {
            for (count, inside) in listing.hits.iter_mut().zip(tabs) {
                *count += u32::from(inside);
            }
        }
        if second.is_some() || !in_tab(tab, tabs) {
            return Row::Out;
        }
        if let Some((dimension, value)) = first {
            listing.counts.add(*dimension, *value);
            return Row::Out;
        }
        for (dimension, value) in values {
            listing.counts.add(dimension, value);
        }
        if status == u16::from(Status::Archived.code()) { Row::Archived } else { Row::Active }
    }

    fn allows(&self, dimension: Dimension, value: u16) -> bool {
        match dimension {
            Dimension::Country => self.countries.as_ref().is_none_or(|wanted| wanted[usize::from(value)]),
            _ => self.masks[dimension as usize] & (1 << value) != 0,
        }
    }
}

fn in_tab(tab: TabChoice, [marketplace, qualified, favorite]: [bool; 3]) -> bool {
    match tab {
        TabChoice::All => true,
        TabChoice::Marketplace => marketplace,
        TabChoice::Qualified => qualified,
        TabChoice::Favorites => favorite,
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

/// The rows of a segment that hold one of the needles.
fn hits(segment: &Segment, needles: &[Finder<'static>], within: Within) -> Vec<bool> {
    let (arena, spans) = segment.texts();
    let mut found = vec![false; spans.len()];
    for needle in needles {
        let (mut place, mut from) = (0, 0);
        while let Some(at) = arena.as_bytes().get(from..).and_then(|rest| needle.find(rest)) {
            let hit = (from + at) as u32;
            while spans[place].end <= hit {
                place += 1;
            }
            let counts = hit_counts(segment, place, spans[place], hit, within);
            found[place] |= counts;
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
