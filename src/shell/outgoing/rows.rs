//! Leads on a stream for scripts (PRODUCT.md 5, `list --format`).
//! Must not choose leads.

use std::io::Write;

use crate::domain::lead::{LeadId, Moment};
use crate::domain::leaving::{Choice, ExportFormat};
use crate::shell::outgoing::parts::Stream;
use crate::shell::outgoing::{ExportSettings, Order, OutgoingError, forms, pour, to_stream};
use crate::store::Store;

/// Writes the leads of these ids, in this order, as they are at `now`, as an export of this form.
pub fn write(
    store: &Store,
    ids: &[LeadId],
    format: ExportFormat,
    now: Moment,
    out: &mut dyn Write,
) -> Result<(), OutgoingError> {
    let settings = ExportSettings::default();
    to_stream(store, &Order { ids, format, choice: Choice::default(), now, settings: &settings }, out)?;
    Ok(())
}

/// The columns of the Partner Center export, then ours, with tabs between them.
pub fn write_tsv(store: &Store, ids: &[LeadId], now: Moment, out: &mut dyn Write) -> Result<(), OutgoingError> {
    let settings = ExportSettings::default();
    let order = Order { ids, format: ExportFormat::Csv, choice: Choice::default(), now, settings: &settings };
    let mut sheet = forms::sheet(store, ids, b'\t')?;
    pour(store, &order, &mut sheet, &mut Stream(out))?;
    Ok(())
}
