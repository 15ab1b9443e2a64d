//! Leads as CSV: the columns of `lead_columns` as RFC 4180 writes them, formulas held by the reversible apostrophe (PRODUCT.md
//! 7, TRUST.md). Must not choose which leads are written, nor what stands in a column.

use csv::WriterBuilder;

use crate::domain::lead::{Lead, Moment};
use crate::domain::terms::Terms;
use crate::formats::formula::escape;
use crate::formats::lead_columns::{Cell, LeadColumns};

/// Writes leads row by row.
pub struct LeadCsv<'a, W: std::io::Write> {
    writer: csv::Writer<W>,
    columns: LeadColumns<'a>,
    now: Moment,
}

impl<'a, W: std::io::Write> LeadCsv<'a, W> {
    /// Begins a file with its header. `extras` names the unknown columns that any lead to come has, as `extra_columns` of
    /// them all answers.
    pub fn new(out: W, terms: &'a Terms, now: Moment, extras: Vec<String>) -> csv::Result<Self> {
        Self::separated_by(b',', out, terms, now, extras)
    }

    /// The same with a character of choice between the cells, such as a tab.
    pub fn separated_by(
        separator: u8,
        out: W,
        terms: &'a Terms,
        now: Moment,
        extras: Vec<String>,
    ) -> csv::Result<Self> {
        let mut writer = WriterBuilder::new().delimiter(separator).terminator(csv::Terminator::CRLF).from_writer(out);
        let columns = LeadColumns::new(terms, extras);
        for name in columns.headers() {
            writer.write_field(escape(name).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
        Ok(Self { writer, columns, now })
    }

    /// Writes one lead.
    pub fn write(&mut self, lead: &Lead) -> csv::Result<()> {
        for cell in self.columns.cells(lead, self.now) {
            match cell {
                Cell::Text(text) => self.writer.write_field(escape(&text).as_bytes())?,
                ours => self.writer.write_field(ours.written().as_bytes())?,
            }
        }
        self.writer.write_record(None::<&[u8]>)
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}
