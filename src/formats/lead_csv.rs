//! Leads as CSV: the columns of `lead_columns` as RFC 4180 writes them, formulas held by the reversible apostrophe (PRODUCT.md
//! 7, TRUST.md). Must not choose which leads are written, nor what stands in a column.

use crate::domain::lead::Lead;
use crate::domain::terms::Terms;
use crate::formats::csv_row::write_row;
use crate::formats::formula::escape;
use crate::formats::lead_columns::{Cell, LeadColumns};
use crate::formats::leaving::{About, Leaving, LeavingError};

/// Leads as rows.
pub struct LeadCsv<'a> {
    separator: u8,
    columns: LeadColumns<'a>,
}

impl<'a> LeadCsv<'a> {
    /// Rows whose cells stand apart by `separator`. `extras` names the unknown columns that any lead to come has, as
    /// `lead_columns::extra_columns` of them all answers.
    pub fn new(separator: u8, terms: &'a Terms, extras: Vec<String>) -> Self {
        Self { separator, columns: LeadColumns::new(terms, extras) }
    }
}

impl Leaving for LeadCsv<'_> {
    fn head(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        write_row(out, self.separator, self.columns.headers().map(|name| escape(name).into_owned()))
    }

    fn lead(&mut self, lead: &Lead, about: &About, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        let cells = self.columns.cells(lead, about.now).into_iter().map(|cell| match cell {
            Cell::Text(text) => escape(&text).into_owned(),
            ours => ours.written().into_owned(),
        });
        write_row(out, self.separator, cells)
    }

    fn tail(&mut self, _out: &mut Vec<u8>) -> Result<(), LeavingError> {
        Ok(())
    }
}
