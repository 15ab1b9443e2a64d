//! Leads written out: JSON, JSON lines, CSV, TSV, ids, to a stream or a private file (PRODUCT.md 5 and 7). Whole leads are read a
//! few at a time, so that a large store streams. Shared by the screen and the command line. Must not choose leads.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::domain::lead::{Lead, LeadId, Moment};
use crate::formats::json_text::json;
use crate::formats::lead_columns;
use crate::formats::lead_csv::LeadCsv;
use crate::formats::lead_json::LeadJson;
use crate::shell::files::{self, FileError, Overwrite};
use crate::store::{Store, StoreError};

/// Whole leads held at once.
const AT_ONCE: usize = 500;

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

/// Why leads were not written.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stream could not be written.
    #[error("The leads could not be written: {0}.")]
    Stream(#[from] io::Error),
    /// The file could not be written; an old one is untouched.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Writes the leads of these ids, in this order, as they are at `now`.
pub fn write(
    store: &Store,
    ids: &[LeadId],
    format: RowFormat,
    now: Moment,
    out: &mut dyn Write,
) -> Result<(), OutgoingError> {
    match format {
        RowFormat::Ids => Ok(ids.iter().try_for_each(|id| writeln!(out, "{id}"))?),
        RowFormat::Json => array(store, ids, now, out),
        RowFormat::JsonLines => each_json(store, ids, now, |line| writeln!(out, "{line}")),
        RowFormat::Csv => sheet(store, ids, b',', now, out),
        RowFormat::Tsv => sheet(store, ids, b'\t', now, out),
    }
}

/// Writes them to a private file, beside its place and then renamed. An old file is untouched unless all went well.
pub fn write_file(
    store: &Store,
    ids: &[LeadId],
    format: RowFormat,
    now: Moment,
    path: &Path,
    overwrite: Overwrite,
) -> Result<(), OutgoingError> {
    let mut failed = None;
    let written = files::write_atomic(path, overwrite, |out| {
        let mut out = BufWriter::new(out);
        write(store, ids, format, now, &mut out).map_err(|error| match error {
            OutgoingError::Stream(error) => error,
            other => {
                failed = Some(other);
                io::Error::other("the leads could not be read")
            }
        })?;
        out.flush()
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(written?),
    }
}

/// Hands the whole leads of these ids to `take`, in this order.
pub fn each<E: From<StoreError>>(
    store: &Store,
    ids: &[LeadId],
    mut take: impl FnMut(&Lead) -> Result<(), E>,
) -> Result<(), E> {
    for some in ids.chunks(AT_ONCE) {
        store.leads(some)?.iter().try_for_each(&mut take)?;
    }
    Ok(())
}

fn array(store: &Store, ids: &[LeadId], now: Moment, out: &mut dyn Write) -> Result<(), OutgoingError> {
    let mut before = "[";
    each_json(store, ids, now, |object| {
        write!(out, "{before}\n{object}")?;
        before = ",";
        Ok(())
    })?;
    Ok(out.write_all(if before == "[" { b"[]\n" } else { b"\n]\n" })?)
}

fn each_json(
    store: &Store,
    ids: &[LeadId],
    now: Moment,
    mut take: impl FnMut(&str) -> io::Result<()>,
) -> Result<(), OutgoingError> {
    let persons = store.persons()?;
    each(store, ids, |lead| {
        let person_leads = if lead.record.test { store.person_leads(lead)? } else { person_leads(&persons, lead) };
        let object = LeadJson::of(lead, store.terms(), now, person_leads);
        Ok(take(&json(&object)?)?)
    })
}

fn person_leads(persons: &HashMap<String, u32>, lead: &Lead) -> u32 {
    lead.record.person_key.as_ref().and_then(|key| persons.get(key)).copied().unwrap_or(1)
}

fn sheet(store: &Store, ids: &[LeadId], separator: u8, now: Moment, out: &mut dyn Write) -> Result<(), OutgoingError> {
    let extras = extra_columns(store, ids)?;
    let mut sheet = LeadCsv::separated_by(separator, out, store.terms(), now, extras).map_err(of_csv)?;
    each(store, ids, |lead| sheet.write(lead).map_err(|error| OutgoingError::Stream(of_csv(error))))?;
    Ok(sheet.finish()?)
}

/// The unknown columns of all these leads, by name.
fn extra_columns(store: &Store, ids: &[LeadId]) -> Result<Vec<String>, StoreError> {
    let mut names = BTreeSet::new();
    each(store, &store.with_extras(ids)?, |lead| {
        let new: Vec<_> = lead_columns::extra_columns(&lead.record)
            .filter(|name| !names.contains(*name))
            .map(str::to_owned)
            .collect();
        names.extend(new);
        Ok::<(), StoreError>(())
    })?;
    Ok(names.into_iter().collect())
}

/// What the writer beneath said, so that a closed pipe is still known as one.
fn of_csv(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
