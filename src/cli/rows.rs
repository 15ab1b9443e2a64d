//! Leads in the formats of scripts: JSON, JSON lines, CSV, TSV, ids. Shared by `list`, `show` and `export`; whole leads are read
//! a few at a time, so that a large store streams. Must not choose leads.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use crate::cli::output;
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::formats::lead_csv::{self, LeadCsv};
use crate::formats::lead_json::LeadJson;
use crate::store::{Store, StoreError};

/// Whole leads held at once.
const AT_ONCE: usize = 500;

/// A format for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RowFormat {
    /// One array of objects.
    Json,
    /// One object a line.
    Jsonl,
    /// The columns of the Partner Center export, then ours.
    Csv,
    /// The same with tabs.
    Tsv,
    /// One number a line.
    Ids,
}

/// Writes the leads of these ids, in this order, as they are at `now`.
pub fn write(store: &Store, ids: &[LeadId], format: RowFormat, now: Moment, out: &mut dyn Write) -> anyhow::Result<()> {
    match format {
        RowFormat::Ids => ids.iter().try_for_each(|id| writeln!(out, "{id}"))?,
        RowFormat::Json => array(store, ids, now, out)?,
        RowFormat::Jsonl => each_json(store, ids, now, |line| writeln!(out, "{line}"))?,
        RowFormat::Csv => sheet(store, ids, b',', now, out)?,
        RowFormat::Tsv => sheet(store, ids, b'\t', now, out)?,
    }
    Ok(())
}

/// Hands the whole leads of these ids to `take`, in this order.
pub fn each(store: &Store, ids: &[LeadId], mut take: impl FnMut(&Lead) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for some in ids.chunks(AT_ONCE) {
        store.leads(some)?.iter().try_for_each(&mut take)?;
    }
    Ok(())
}

fn array(store: &Store, ids: &[LeadId], now: Moment, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut before = "[";
    each_json(store, ids, now, |object| {
        write!(out, "{before}\n{object}")?;
        before = ",";
        Ok(())
    })?;
    out.write_all(if before == "[" { b"[]\n" } else { b"\n]\n" })?;
    Ok(())
}

fn each_json(
    store: &Store,
    ids: &[LeadId],
    now: Moment,
    mut take: impl FnMut(&str) -> io::Result<()>,
) -> anyhow::Result<()> {
    let persons = store.persons()?;
    each(store, ids, |lead| {
        let object = LeadJson::of(lead, store.terms(), now, person_leads(&persons, lead));
        Ok(take(&output::json(&object)?)?)
    })
}

fn person_leads(persons: &HashMap<String, u32>, lead: &Lead) -> u32 {
    lead.record.person_key.as_ref().and_then(|key| persons.get(key)).copied().unwrap_or(1)
}

fn sheet(store: &Store, ids: &[LeadId], separator: u8, now: Moment, out: &mut dyn Write) -> anyhow::Result<()> {
    let extras = extra_columns(store, ids)?;
    let mut sheet = LeadCsv::separated_by(separator, out, store.terms(), now, extras).map_err(of_csv)?;
    each(store, ids, |lead| Ok(sheet.write(lead).map_err(of_csv)?))?;
    Ok(sheet.finish()?)
}

/// The unknown columns of all these leads, by name.
fn extra_columns(store: &Store, ids: &[LeadId]) -> Result<Vec<String>, StoreError> {
    let mut names = BTreeSet::new();
    for some in ids.chunks(AT_ONCE) {
        for lead in store.leads(&store.with_extras(some)?)? {
            for name in lead_csv::extra_columns(&lead.record).filter(|name| !names.contains(*name)).collect::<Vec<_>>()
            {
                names.insert(name.to_owned());
            }
        }
    }
    Ok(names.into_iter().collect())
}

/// What the writer beneath said, so that a closed pipe is still known as one.
fn of_csv(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
