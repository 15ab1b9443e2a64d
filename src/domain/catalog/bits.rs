//! One bit a row of a segment, and for every value of every facet the rows that have it: counting is then a matter of ANDs.
//! Countries few rows have are lists of rows. Must not know filters: `select` combines.

use std::collections::BTreeMap;

use crate::domain::catalog::facets::{
    DO_NOT_CONTACT, FAVORITE, Facets, HAS_DEAL, HAS_EMAIL, HAS_NOTE, HAS_PHONE, NEEDS_ANSWER, OWED, QUALIFIED, TEST,
};
use crate::domain::catalog::segment::SEGMENT_ROWS;
use crate::domain::filter::Dimension;
use crate::domain::vocabulary::Outcome;

/// Words of one segment's bits.
pub const WORDS: usize = SEGMENT_ROWS / 64;

/// Rows up to which a country is kept as a list.
const FEW: usize = 1024;

/// A set of rows of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits(Box<[u64; WORDS]>);

impl Bits {
    /// No row.
    pub fn none() -> Self {
        Self(Box::new([0; WORDS]))
    }

    /// The first so many rows.
    pub fn first(rows: usize) -> Self {
        let mut bits = Self::none();
        for (number, word) in bits.0.iter_mut().enumerate() {
            *word = match rows.saturating_sub(number * 64) {
                0 => 0,
                rest @ 1..64 => (1 << rest) - 1,
                _ => u64::MAX,
            };
        }
        bits
    }

    /// Puts a row in or takes it out.
    pub fn set(&mut self, place: usize, on: bool) {
        let (word, bit) = (&mut self.0[place / 64], 1 << (place % 64));
        if on { *word |= bit } else { *word &= !bit }
    }

    /// True when a row is in.
    pub fn has(&self, place: usize) -> bool {
        self.0[place / 64] >> (place % 64) & 1 == 1
    }

    /// Keeps the rows that are in the other too.
    pub fn and(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(word, other)| *word &= other);
    }

    /// Takes the rows of the other out.
    pub fn and_not(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(word, other)| *word &= !other);
    }

    /// Puts the rows of the other in.
    pub fn or(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(word, other)| *word |= other);
    }

    /// How many rows are in.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// The rows that are in, ascending.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(number, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(number * 64 + bit)
            })
        })
    }

    /// The rows of a column whose value is wanted.
    pub fn of_column<T: Copy>(column: &[T], wanted: impl Fn(T) -> bool) -> Self {
        let mut bits = Self::none();
        for (word, values) in bits.0.iter_mut().zip(column.chunks(64)) {
            *word = values.iter().enumerate().fold(0, |all, (bit, value)| all | (u64::from(wanted(*value)) << bit));
        }
        bits
    }

    /// How many rows both have.
    pub fn count_with(&self, other: &Self) -> u32 {
        self.0.iter().zip(other.0.iter()).map(|(word, other)| (word & other).count_ones()).sum()
    }

    /// The words, 64 rows each.
    pub fn words(&self) -> &[u64] {
        self.0.as_slice()
    }

    /// Bits from the words of one segment.
    pub fn from_words(words: &[u64]) -> Self {
        let mut bits = Self::none();
        bits.0.iter_mut().zip(words).for_each(|(word, given)| *word = *given);
        bits
    }
}

/// The rows of one country.
#[derive(Clone, Debug)]
pub enum Places {
    /// Ascending.
    Few(Vec<u16>),
    /// As bits.
    Many(Bits),
}

impl Places {
    fn set(&mut self, place: usize, on: bool) {
        match self {
            Self::Many(bits) => bits.set(place, on),
            Self::Few(places) => match (places.binary_search(&(place as u16)), on) {
                (Ok(at), false) => drop(places.remove(at)),
                (Err(at), true) if places.len() < FEW => places.insert(at, place as u16),
                (Err(_), true) => {
                    let mut bits = Bits::none();
                    for place in places.iter() {
                        bits.set(usize::from(*place), true);
                    }
                    bits.set(place, true);
                    *self = Self::Many(bits);
                }
                _ => {}
            },
        }
    }

    /// How many of its rows are among `rows`.
    pub fn count_with(&self, rows: &Bits) -> u32 {
        match self {
            Self::Many(bits) => bits.count_with(rows),
            Self::Few(places) => places.iter().map(|place| u32::from(rows.has(usize::from(*place)))).sum(),
        }
    }

    /// Puts its rows into `rows`.
    pub fn join(&self, rows: &mut Bits) {
        match self {
            Self::Many(bits) => rows.or(bits),
            Self::Few(places) => places.iter().for_each(|place| rows.set(usize::from(*place), true)),
        }
    }
}

/// Which rows of a segment have which facet. Statuses are those before the clock.
#[derive(Clone, Debug, Default)]
pub struct FacetMaps {
    small: [[Option<Bits>; 8]; 8],
    flags: [Option<Bits>; 10],
    outcomes: [Option<Bits>; Outcome::ALL.len() + 1],
    countries: BTreeMap<u16, Places>,
}

/// The flags that select rows, in the order they are kept.
const FLAGS: [u16; 10] =
    [QUALIFIED, FAVORITE, TEST, OWED, NEEDS_ANSWER, DO_NOT_CONTACT, HAS_EMAIL, HAS_PHONE, HAS_DEAL, HAS_NOTE];

impl FacetMaps {
    /// Puts a row in or takes it out, everywhere its facets say.
    pub fn set(&mut self, place: usize, facets: Facets, on: bool) {
        for (dimension, value) in facets.small() {
            if let Some(map) = self.small[dimension as usize].get_mut(usize::from(value)) {
                map.get_or_insert_with(Bits::none).set(place, on);
            }
        }
        for (map, flag) in self.flags.iter_mut().zip(FLAGS) {
            if facets.has(flag) {
                map.get_or_insert_with(Bits::none).set(place, on);
            }
        }
        if let Some(map) = self.outcomes.get_mut(usize::from(facets.outcome())).filter(|_| facets.outcome() != 0) {
            map.get_or_insert_with(Bits::none).set(place, on);
        }
        self.countries.entry(facets.country()).or_insert_with(|| Places::Few(Vec::new())).set(place, on);
    }

    /// The rows with a value of a dimension other than the country.
    pub fn value(&self, dimension: Dimension, value: u16) -> Option<&Bits> {
        self.small[dimension as usize].get(usize::from(value)).and_then(Option::as_ref)
    }

    /// The rows with a flag of `FLAGS`.
    pub fn flag(&self, flag: u16) -> Option<&Bits> {
        FLAGS.iter().position(|known| *known == flag).and_then(|at| self.flags[at].as_ref())
    }

    /// The rows with an outcome, before the clock.
    pub fn outcome(&self, outcome: Outcome) -> Option<&Bits> {
        self.outcomes.get(usize::from(outcome.code())).and_then(Option::as_ref)
    }

    /// The countries that occur, and their rows.
    pub fn countries(&self) -> impl Iterator<Item = (u16, &Places)> {
        self.countries.iter().map(|(value, places)| (*value, places))
    }

    /// The rows of a country.
    pub fn country(&self, value: u16) -> Option<&Places> {
        self.countries.get(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_rows_becomes_bits_and_counts_the_same() {
        let mut places = Places::Few(Vec::new());
        let mut rows = Bits::none();
        for place in (0..SEGMENT_ROWS).step_by(37) {
            places.set(place, true);
            rows.set(place, place % 2 == 0);
        }
        assert!(matches!(places, Places::Many(_)));
        assert_eq!(places.count_with(&rows), places.count_with(&Bits::first(SEGMENT_ROWS)).div_ceil(2));
        places.set(37, false);
        assert_eq!(places.count_with(&Bits::first(38)), 1);
        let column: Vec<usize> = (0..1000).collect();
        let odd = Bits::of_column(&column, |value| value % 2 == 1 && value > 60);
        assert_eq!(odd.places().take(3).collect::<Vec<_>>(), [61, 63, 65]);
        assert_eq!(odd.count(), 470);
        assert_eq!((Bits::first(70).has(69), Bits::first(70).has(70), Bits::first(64).has(64)), (true, false, false));
    }
}
