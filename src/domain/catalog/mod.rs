//! The list as a value in memory: what filtering, counting and ordering need of every lead, a column each, in immutable
//! segments that a change replaces one at a time (HOUSE.md, Speed by design). Whole leads stay in the store.
//! Must not do I/O: the shell feeds it and asks it.

mod bits;
mod conditions;
mod facets;
mod facts;
mod order;
mod rows;
mod segment;
mod select;
mod survey;
mod tally;
mod texts;
mod vantage;

use std::sync::Arc;

use crate::domain::lead::{Lead, LeadId};
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Source, Urgency};

pub use order::Order;
pub use segment::Brief;
use segment::{SEGMENT_ROWS, Segment};
pub use select::{Counts, Listing, Query};
pub use survey::{Survey, count_refusals, refusal_words};
pub use tally::Tally;
pub use vantage::Vantage;

/// Every lead's vital facts, facets and short texts. Cheap to clone: the segments are shared.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    terms: Arc<Terms>,
    segments: Vec<Arc<Segment>>,
}

impl Catalog {
    /// An empty catalog under these clocks.
    pub fn new(terms: Terms) -> Self {
        Self { terms: Arc::new(terms), segments: Vec::new() }
    }

    /// The clocks it counts by.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// How many leads it holds, test leads included.
    pub fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.len()).sum()
    }

    /// True when it holds none.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Adds or replaces leads, in any order; each touched segment is rebuilt once. Answers the rows that changed. A lead
    /// that is new must have an id above every id before, as the store gives them: rows keep their numbers.
    pub fn put(&mut self, mut briefs: Vec<Brief>) -> Vec<u32> {
        briefs.sort_by_key(|brief| brief.id);
        briefs.dedup_by(|later, earlier| {
            let same = later.id == earlier.id;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        let mut rows = Vec::with_capacity(briefs.len());
        let mut new = Vec::new();
        let mut changed: Vec<(u32, Brief)> = Vec::new();
        for brief in briefs {
            match self.row(brief.id) {
                Some(row) => changed.push((row, brief)),
                None => new.push(brief),
            }
        }
        rows.extend(changed.iter().map(|(row, _)| *row));
        self.replace(changed);
        for brief in new {
            rows.push(self.push(&brief));
        }
        rows
    }

    /// Appends one lead whose id is above every id before; answers its row.
    pub fn push(&mut self, brief: &Brief) -> u32 {
        if self.segments.last().is_none_or(|segment| segment.len() == SEGMENT_ROWS) {
            self.segments.push(Arc::new(Segment::default()));
        }
        let number = self.segments.len() - 1;
        let segment = Arc::make_mut(&mut self.segments[number]);
        segment.push(brief);
        (number * SEGMENT_ROWS + segment.len() - 1) as u32
    }

    /// The row of a lead.
    pub fn row(&self, id: LeadId) -> Option<u32> {
        let number = self.segments.partition_point(|segment| segment.last_id() < Some(id.0));
        let place = self.segments.get(number)?.place(id.0)?;
        Some((number * SEGMENT_ROWS + place) as u32)
    }

    /// The lead of a row. The row must be one that this catalog answered.
    pub fn id(&self, row: u32) -> LeadId {
        let (segment, place) = self.at(row);
        segment.id(place)
    }

    /// The vital facts of a row.
    pub fn vitals(&self, row: u32) -> Vitals {
        let (segment, place) = self.at(row);
        segment.vitals(place, &self.terms)
    }

    /// The hot leads from this row on, with where each came from: rows are in the order in which leads came in.
    pub fn hot_from(&self, row: usize, now: i64) -> Vec<(LeadId, Source)> {
        let rows = (row..self.len()).map(|row| row as u32);
        let hot = rows.filter(|row| self.vitals(*row).urgency(now) == Urgency::Hot);
        hot.map(|row| {
            let (segment, place) = self.at(row);
            let source = Source::from_code(segment.facets(place).source() as u8);
            (segment.id(place), source.unwrap_or(Source::Unknown))
        })
        .collect()
    }

    /// The id of row 0 if every row's id is that and its number: so it is while no id was left out.
    fn ids_from(&self) -> Option<i64> {
        let first = self.segments.first()?.id(0).0;
        let last = self.segments.last()?.last_id()?;
        (last - first + 1 == self.len() as i64).then_some(first)
    }

    fn at(&self, row: u32) -> (&Segment, usize) {
        let row = row as usize;
        (&self.segments[row / SEGMENT_ROWS], row % SEGMENT_ROWS)
    }

    fn replace(&mut self, mut changed: Vec<(u32, Brief)>) {
        changed.sort_by_key(|(row, _)| *row);
        let mut by_segment: Vec<(usize, Vec<(usize, Brief)>)> = Vec::new();
        for (row, brief) in changed {
            let (number, place) = (row as usize / SEGMENT_ROWS, row as usize % SEGMENT_ROWS);
            match by_segment.last_mut().filter(|(last, _)| *last == number) {
                Some((_, here)) => here.push((place, brief)),
                None => by_segment.push((number, vec![(place, brief)])),
            }
        }
        for (number, here) in by_segment {
            self.segments[number] = Arc::new(self.segments[number].with(&here));
        }
    }
}

impl Brief {
    /// What to keep of a whole lead.
    pub fn of_lead(lead: &Lead, terms: &Terms) -> Self {
        Self::of(lead.id, &lead.record, &lead.seller, &lead.owed, terms)
    }
}
