//! Leads on a stream for scripts (PRODUCT.md 5, `list --format`).
//! Must not choose leads.

use std::io::Write;

use crate::domain::lead::{LeadId, Moment};
use crate::domain::leaving::{Choice, ExportFormat};
use crate::shell::outgoing::parts::Stream;
use crate::shell::outgoing::{ExportSettings, Order, OutgoingError, forms, pour, to_stream};
use crate::store::Store;

/// A format for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// One array of objects.
    Json,
    /// One object a line.
    JsonLines,
    /// The columns of the Partner Center export, then ours.
    Csv,
    /// The same with tabs.
    Tsv,
    /// One number a line.
    Ids,
}

/// Writes the leads of these ids, in this order, as they are at `now`.
pub fn write(
    store: &Store,
    ids: &[LeadId],
    format: RowFormat,
    now: Moment,
    out: &mut dyn Write,
) -> Result<(), OutgoingError> {
    let settings = ExportSettings::default();
    let order = |format| Order { ids, format, choice: Choice::default(), now, settings: &settings };
    match format {
        RowFormat::Ids => ids.iter().try_for_each(|id| writeln!(out, "{id}"))?,
        RowFormat::Json => drop(to_stream(store, &order(ExportFormat::Json), out)?),
        RowFormat::JsonLines => drop(to_stream(store, &order(ExportFormat::Jsonl), out)?),
        RowFormat::Csv => drop(to_stream(store, &order(ExportFormat::Csv), out)?),
        RowFormat::Tsv => {
            let mut sheet = forms::sheet(store, ids, b'\t')?;
            pour(store, &order(ExportFormat::Csv), &mut sheet, &mut Stream(out))?;
        }
    }
    Ok(())
}
