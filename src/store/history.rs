//! What happened: the timeline of a lead, and the seller's steps that undo and redo walk. Must change nothing.
//! Pages come back as the domain's values. Must not decide what may be undone: `change` does.

use rusqlite::{Connection, named_params};

use crate::domain::lead::{LeadId, Moment};
use crate::domain::timeline::{Event, EventKind};
use crate::domain::undo::Page;
use crate::store::Store;
use crate::store::error::{Doing, Result};
use crate::store::import_note::ImportNote;
use crate::store::rows::Stored;

/// One step of the seller's, for `undo --list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Moment,
    /// "decline of Fabrikam".
    pub title: String,
    /// It is undone and may be redone.
    pub undone: bool,
}

impl Store {
    /// Everything that happened to a lead, newest first.
    pub fn timeline(&self, lead: LeadId) -> Result<Vec<Event>> {
        let mut events = journaled(&self.connection, lead)?;
        events.extend(self.receipt(lead)?);
        Ok(events)
    }

    /// The seller's newest steps, newest first, at most `most`.
    pub fn steps(&self, most: usize) -> Result<Vec<Step>> {
        let doing = "Reading the journal";
        let sql = "SELECT at, title, undone FROM batch WHERE kind = 1 AND undone < 2 ORDER BY seq DESC LIMIT :most";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let steps = statement
            .query_map(named_params! { ":most": most as i64 }, |row| {
                Ok(Step { at: row.get::<_, Stored>(0)?.0, title: row.get(1)?, undone: row.get::<_, i64>(2)? == 1 })
            })
            .doing(doing)?;
        steps.collect::<rusqlite::Result<_>>().doing(doing)
    }

    fn receipt(&self, lead: LeadId) -> Result<Option<Event>> {
        let doing = "Reading the timeline";
        let sql = "SELECT lead.received_at, batch.title FROM lead JOIN batch ON batch.seq = lead.received_batch \
                   WHERE lead.id = :lead";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let mut found = statement.query(named_params! { ":lead": lead.0 }).doing(doing)?;
        let row = found.next().doing(doing)?;
        row.map(|row| Ok(Event { at: row.get::<_, Stored>(0)?.0, kind: EventKind::Received { title: row.get(1)? } }))
            .transpose()
            .doing(doing)
    }
}

/// What the journal tells of a lead, newest first.
pub(super) fn journaled(connection: &Connection, lead: LeadId) -> Result<Vec<Event>> {
    let doing = "Reading the timeline";
    let sql = "SELECT batch.kind, batch.at, batch.title, journal.before, journal.after FROM journal \
               JOIN batch ON batch.seq = journal.batch WHERE journal.lead = :lead ORDER BY batch.seq DESC";
    let mut statement = connection.prepare_cached(sql).doing(doing)?;
    let rows = statement
        .query_map(named_params! { ":lead": lead.0 }, |row| {
            let texts: (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
            Ok((row.get::<_, i64>(0)?, row.get::<_, Stored>(1)?.0, row.get::<_, String>(2)?, texts))
        })
        .doing(doing)?;
    let mut events = Vec::new();
    for row in rows {
        let (kind, at, title, texts) = row.doing(doing)?;
        events.extend(event(kind, title, &texts).map(|kind| Event { at, kind }));
    }
    Ok(events)
}

/// An event from a journal row; a row that cannot be read is left out rather than guessed.
fn event(kind: i64, title: String, (before, after): &(Option<String>, Option<String>)) -> Option<EventKind> {
    let page = |text: &Option<String>| text.as_ref().and_then(|text| serde_json::from_str::<Page>(text).ok());
    match kind {
        1 => Some(EventKind::Changed { title, pages: Box::new((page(before)?, page(after)?)) }),
        // 2 a file, 5 a delivery, 6 a sync.
        2 | 5 | 6 => {
            let note: ImportNote = serde_json::from_str(after.as_ref()?).ok()?;
            Some(EventKind::Imported { title, changes: note.changes, remarks: note.remarks })
        }
        3 => Some(EventKind::Undone { title }),
        4 => Some(EventKind::Redone { title }),
        7 => Some(EventKind::Uploaded { title, pages: Box::new((page(before)?, page(after)?)) }),
        8 => Some(EventKind::Pushed(serde_json::from_str(after.as_ref()?).ok()?)),
        _ => None,
    }
}
