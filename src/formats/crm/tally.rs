//! What was done to single cells of a CRM file, counted, and the sentences that tell it: the file is never silently other
//! than the leads. Must not name a customer.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::numbers::{self, leads};
use crate::formats::crm::mapping::{Column, Mapping};

/// What was done to the cells of one column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Done {
    filled: usize,
    cut: usize,
    too_long: usize,
    unfit: usize,
    cleaned: usize,
}

/// Something that is done to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Nothing was there; the filling was written.
    Filled,
    /// Its end was cut off.
    Cut,
    /// It was left out: it does not fit, and a part of it would be another value.
    TooLong,
    /// It was left out: the CRM refuses it.
    Unfit,
    /// Characters that nobody can see were left out of it.
    Cleaned,
}

/// The counts of one export.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    columns: Vec<Done>,
    /// Cells that begin with an apostrophe because a spreadsheet could run them.
    pub guarded: usize,
    /// Leads without the value by which the CRM finds a record again.
    unkeyed: usize,
    /// Leads that share that value with one before them.
    shared: usize,
    keys: HashSet<u64>,
}

impl Tally {
    pub(super) fn new(columns: usize) -> Self {
        Self { columns: vec![Done::default(); columns], ..Self::default() }
    }

    /// Counts what was done to a cell of the column at this place.
    pub(super) fn count(&mut self, column: usize, deed: Deed) {
        let Some(done) = self.columns.get_mut(column) else { return };
        match deed {
            Deed::Filled => done.filled += 1,
            Deed::Cut => done.cut += 1,
            Deed::TooLong => done.too_long += 1,
            Deed::Unfit => done.unfit += 1,
            Deed::Cleaned => done.cleaned += 1,
        }
    }

    /// Counts the value by which the CRM finds the record of a lead again.
    pub(super) fn key(&mut self, value: Option<&str>) {
        let Some(value) = value else {
            self.unkeyed += 1;
            return;
        };
        let mut hash = DefaultHasher::new();
        value.to_lowercase().hash(&mut hash);
        if !self.keys.insert(hash.finish()) {
            self.shared += 1;
        }
    }

    /// A sentence for each count that is not none.
    pub(super) fn sentences(&self, mapping: &Mapping) -> Vec<String> {
        let mut said = Vec::new();
        let each = || mapping.columns.iter().zip(&self.columns);
        said.extend(each().filter(|(_, done)| done.filled > 0).map(|(column, done)| {
            format!("{} had no {}: {} was written.", leads(done.filled), words(column), mapping.filling)
        }));
        for (column, done) in each() {
            if done.cut > 0 {
                said.push(format!("{} longer than {} and cut.", values(done.cut, column), limit(column)));
            }
            if done.too_long > 0 {
                let values = values(done.too_long, column);
                said.push(format!("{values} longer than {} and left out: a part would be another.", limit(column)));
            }
            if done.unfit > 0 {
                said.push(format!("{} no e-mail address and left out.", values(done.unfit, column)));
            }
            if done.cleaned > 0 {
                said.push(format!("{} freed of characters that nobody can see.", values(done.cleaned, column)));
            }
        }
        if self.guarded > 0 {
            let cells = numbers::many(self.guarded, "cell");
            let begin = if self.guarded == 1 { "begins" } else { "begin" };
            said.push(format!("{cells} that a spreadsheet could run {begin} with an apostrophe."));
        }
        said.extend(self.of_keys(mapping));
        said
    }

    fn of_keys(&self, mapping: &Mapping) -> Vec<String> {
        let Some(column) = mapping.lookup.and_then(|place| mapping.columns.get(place)) else { return Vec::new() };
        let (crm, key) = (&mapping.name, words(column));
        let mut said = Vec::new();
        if self.unkeyed > 0 {
            let have = if self.unkeyed == 1 { "has" } else { "have" };
            let leads = leads(self.unkeyed);
            said.push(format!(
                "{leads} {have} no {key}, by which {crm} knows a record again: each import makes a new one."
            ));
        }
        if self.shared > 0 {
            let have = if self.shared == 1 { "has" } else { "have" };
            let leads = leads(self.shared);
            said.push(format!("{leads} {have} the {key} of one before: {crm} makes one record of them."));
        }
        said
    }
}

fn values(count: usize, column: &Column) -> String {
    match count {
        1 => format!("1 value of {} was", column.header),
        _ => format!("{} values of {} were", numbers::count(count), column.header),
    }
}

fn words(column: &Column) -> &str {
    match column.field() {
        Some(field) => field.words(),
        None => &column.header,
    }
}

fn limit(column: &Column) -> String {
    let said = |count: Option<usize>, what| count.map(|count| format!("{} {what}", numbers::count(count)));
    let both = [said(column.most.characters, "characters"), said(column.most.bytes, "bytes")];
    both.into_iter().flatten().collect::<Vec<_>>().join(" or ")
}
