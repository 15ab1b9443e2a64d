//! The rows of one segment by facet, with statuses and outcomes as the clock has them.
//! Must not know what is asked for: `conditions` and `select` combine.

use crate::domain::catalog::bits::Bits;
use crate::domain::catalog::facets::{FAVORITE, NEEDS_ANSWER, QUALIFIED, TEST};
use crate::domain::catalog::segment::Segment;
use crate::domain::filter::{Dimension, ValueCode};
use crate::domain::vocabulary::{Outcome, Status};

/// The rows of one segment by facet, with the statuses as the clock has them.
pub(super) struct Rows<'a> {
    pub(super) segment: &'a Segment,
    /// By code.
    status: [Bits; Status::ALL.len()],
    /// The rows that lists are made of: all but test leads.
    pub(super) live: Bits,
    ended: Bits,
}

impl<'a> Rows<'a> {
    /// The rows of a segment, of which the clock alone has archived these.
    pub(super) fn new(segment: &'a Segment, ended: &[u64]) -> Self {
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
        Self { segment, status, live, ended }
    }

    /// The rows with a value of a dimension other than the country.
    pub(super) fn value(&self, dimension: Dimension, value: u16) -> Option<&Bits> {
        match dimension {
            Dimension::Status => self.status.get(usize::from(value)),
            _ => self.segment.maps().value(dimension, value),
        }
    }

    /// The rows of some values of a dimension.
    pub(super) fn any_of(&self, dimension: Dimension, values: &[ValueCode]) -> Bits {
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

    /// The rows with a flag.
    pub(super) fn flagged(&self, flag: u16) -> Bits {
        self.segment.maps().flag(flag).cloned().unwrap_or_else(Bits::none)
    }

    /// The rows that ended so.
    pub(super) fn outcome(&self, outcome: Outcome) -> Bits {
        let mut rows = self.segment.maps().outcome(outcome).cloned().unwrap_or_else(Bits::none);
        rows.and_not(&self.ended);
        let mut by_clock = self.ended.clone();
        let needs_answer = self.flagged(NEEDS_ANSWER);
        match outcome {
            Outcome::Expired => by_clock.and(&needs_answer),
            Outcome::AgedOut => by_clock.and_not(&needs_answer),
            Outcome::Won | Outcome::Lost | Outcome::Declined => return rows,
        }
        rows.or(&by_clock);
        rows
    }

    /// Archived rows.
    pub(super) fn archived(&self) -> &Bits {
        &self.status[usize::from(Status::Archived.code())]
    }

    /// The three tabs, test leads included: Marketplace, Qualified, Favorites.
    pub(super) fn tabs(&self) -> [Bits; 3] {
        let (qualified, favorite) = (self.flagged(QUALIFIED), self.flagged(FAVORITE));
        let mut marketplace = Bits::first(self.segment.len());
        marketplace.and_not(&qualified);
        [marketplace, qualified, favorite]
    }
}
