//! Leads as CSV: the columns of `lead_columns` as RFC 4180 writes them, formulas held by the reversible apostrophe (PRODUCT.md
//! 7, TRUST.md). For spreadsheets it begins with the mark of UTF-8, without which Excel reads another encoding, and holds what
//! they would take for a number too. Must not choose which leads are written, nor what stands in a column.

use crate::domain::lead::Lead;
use crate::domain::terms::Terms;
use crate::formats::csv_row::write_row;
use crate::formats::formula::{Audience, escape_for};
use crate::formats::lead_columns::{Cell, LeadColumns};
use crate::formats::leaving::{About, Leaving, LeavingError};

/// What a file for spreadsheets begins with: the mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Leads as rows.
pub struct LeadCsv<'a> {
    separator: u8,
    audience: Audience,
    columns: LeadColumns<'a>,
}

impl<'a> LeadCsv<'a> {
    /// Rows whose cells stand apart by `separator`. `extras` names the unknown columns that any lead to come has, as
    /// `lead_columns::extra_columns` of them all answers.
    pub fn new(separator: u8, terms: &'a Terms, extras: Vec<String>) -> Self {
        Self { separator, audience: Audience::Scripts, columns: LeadColumns::new(terms, extras) }
    }

    /// The same rows for those who open them.
    #[must_use]
    pub fn read_by(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }
}

impl Leaving for LeadCsv<'_> {
    fn head(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        if self.audience == Audience::Spreadsheets {
            out.extend_from_slice(MARK);
        }
        let names = self.columns.headers().map(|name| escape_for(self.audience, name));
        write_row(out, self.separator, names)
    }

    fn lead(&mut self, lead: &Lead, about: &About, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        let cells = self.columns.cells(lead, about.now);
        let written = cells.iter().map(|cell| match cell {
            Cell::Text(text) => escape_for(self.audience, text),
            ours => ours.written(),
        });
        write_row(out, self.separator, written)
    }

    fn tail(&mut self, _out: &mut Vec<u8>) -> Result<(), LeavingError> {
        Ok(())
    }
}
