//! Leads as the rows of one CRM's import file, as its mapping says. Every cell is cleaned, held where a spreadsheet could run it,
//! and kept to its limit; what was done to a cell is counted and told. Contacts come from the one function that hands them out.
//! Must not choose which leads are written, nor where a file ends.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

use crate::domain::lead::{Lead, Moment};
use crate::domain::lead_key::LeadKeys;
use crate::domain::terms::Terms;
use crate::formats::crm::cell::{clean, guard, hides, is_address};
use crate::formats::crm::field::{LeadField, Subject, standing};
use crate::formats::crm::mapping::{Column, Fill, Mapping};
use crate::formats::crm::tally::{Deed, Tally};
use crate::formats::leaving::{About, Leaving, LeavingError, Limits};

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes the import file of one CRM.
#[derive(Clone, Debug)]
pub struct CrmSheet {
    mapping: Mapping,
    terms: Terms,
    keys: LeadKeys,
    tally: Tally,
}

impl CrmSheet {
    /// A file as the mapping says; `terms` tell what has expired, `keys` by what the leads are known again.
    pub fn new(mapping: Mapping, terms: &Terms, keys: LeadKeys) -> Self {
        let tally = Tally::new(mapping.columns.len());
        Self { mapping, terms: terms.clone(), keys, tally }
    }

    /// The cells of a lead, one a column.
    fn cells(&mut self, lead: &Lead, now: Moment) -> Vec<String> {
        let subject = Subject { lead, standing: standing(lead, &self.terms, now), keys: &self.keys };
        let mut cells = Vec::with_capacity(self.mapping.columns.len());
        for (place, column) in self.mapping.columns.iter().enumerate() {
            let cell = cell(column, place, subject, &mut self.tally);
            if self.mapping.lookup == Some(place) {
                self.tally.key(cell.as_deref());
            }
            cells.push(match cell {
                Some(cell) => cell.into_owned(),
                None if column.required => {
                    self.tally.count(place, Deed::Filled);
                    self.mapping.filling.clone()
                }
                None => String::new(),
            });
        }
        let blank = |place: &usize| cells.get(*place).is_none_or(String::is_empty);
        if let Some(first) = self.mapping.one_of.first().filter(|_| self.mapping.one_of.iter().all(blank)) {
            self.tally.count(*first, Deed::Filled);
            if let Some(cell) = cells.get_mut(*first) {
                cell.clone_from(&self.mapping.filling);
            }
        }
        cells
    }

    fn write<'c>(&self, cells: impl Iterator<Item = &'c str>, out: &mut Vec<u8>) {
        let terminator = if self.mapping.crlf { Terminator::CRLF } else { Terminator::Any(b'\n') };
        let mut builder = WriterBuilder::new();
        builder.delimiter(self.mapping.separator).terminator(terminator).buffer_capacity(1024);
        let mut writer = builder.from_writer(out);
        writer.write_record(cells).and_then(|()| Ok(writer.flush()?)).expect("a buffer in memory takes every row");
    }
}

impl Leaving for CrmSheet {
    fn head(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        if self.mapping.mark {
            out.extend_from_slice(UTF8_MARK);
        }
        self.write(self.mapping.columns.iter().map(|column| column.header.as_str()), out);
        Ok(())
    }

    fn lead(&mut self, lead: &Lead, about: &About, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        let cells = self.cells(lead, about.now);
        self.write(cells.iter().map(String::as_str), out);
        Ok(())
    }

    fn tail(&mut self, _: &mut Vec<u8>) -> Result<(), LeavingError> {
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits { rows: self.mapping.rows, bytes: self.mapping.bytes }
    }

    fn notes(&self) -> Vec<String> {
        self.tally.sentences(&self.mapping)
    }
}

/// The cell of a column; `None` where it is blank.
fn cell<'l>(column: &'l Column, place: usize, subject: Subject<'l>, tally: &mut Tally) -> Option<Cow<'l, str>> {
    let filled = |text: &'l str| Some(Cow::Borrowed(text)).filter(|text| !text.is_empty());
    let (field, text) = match &column.fill {
        Fill::Fixed(text) => return filled(text),
        Fill::Choice(field, words) => return filled(words.get(field.choice(subject)?)?),
        Fill::Field(field) => (*field, field.text(subject)?),
    };
    if hides(&text) {
        tally.count(place, Deed::Cleaned);
    }
    let text = clean(&text, column.lines).into_owned();
    if text.is_empty() {
        return None;
    }
    if field == LeadField::Email && !is_address(&text) {
        tally.count(place, Deed::Unfit);
        return None;
    }
    let held = guard(&text, field == LeadField::Phone);
    if !column.most.takes(&held) && field.is_whole() {
        tally.count(place, Deed::TooLong);
        return None;
    }
    let cut = column.most.cut(&held).trim_end();
    if cut.len() < held.len() {
        tally.count(place, Deed::Cut);
    }
    if held.len() > text.len() {
        tally.guarded += 1;
    }
    (!cut.is_empty()).then(|| Cow::Owned(cut.to_owned()))
}
