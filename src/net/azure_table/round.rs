//! One round of a sync: every page of what is new since the last, taken into the store page by page. The rows of a page and how
//! far the round has come are one transaction, so a round that is cut off anywhere goes on where it was, and the little that is
//! read twice changes nothing. The table is asked by the time it stored an entity, but its pages are not in that order: how far
//! everything is taken moves only when a round is through. Must not wait for the network inside a transaction.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::domain::lead::Moment;
use crate::domain::moment::parse;
use crate::domain::reconcile::Arrival;
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::arriving::RowRead;
use crate::formats::json_value::Json;
use crate::formats::table_entity;
use crate::net::azure_table::page::{Mark, Page, Table};
use crate::net::client::Client;
use crate::net::wire_error::{WireError, WireKind};
use crate::store::{Import, ImportLabel, Road, Store, StoreError};

/// A round begins so much before the point to which everything is taken: what was stored while the last one read, and what
/// the service's machines date differently, is read again.
const OVERLAP: TimeDelta = TimeDelta::minutes(15);

/// Where a round begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Where the last one was cut off, else with what is new.
    Onward,
    /// With the first entity.
    First,
}

/// Whether what a round takes stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It stays.
    Yes,
    /// Everything is read and counted, and nothing stays.
    No,
}

/// An entity that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// Its partition.
    pub partition_key: String,
    /// Its row.
    pub row_key: String,
    /// Why.
    pub reason: String,
}

/// What a round has taken so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// It went on with a round that had been cut off.
    pub resumed: bool,
    /// Only what was stored since then was asked for; `None`: everything.
    pub since: Option<Moment>,
    /// Pages.
    pub pages: u64,
    /// Entities; `rows = added + updated + unchanged + rejected`.
    pub rows: u64,
    /// New leads.
    pub added: u64,
    /// Known leads that learned something.
    pub updated: u64,
    /// Known leads with nothing new.
    pub unchanged: u64,
    /// Entities that were not taken.
    pub rejected: u64,
    /// Which, and why.
    pub rejects: Vec<Reject>,
}

/// Why a round was not finished.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// The service.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far a sync has come, as it stands in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// All that the table stored until then is taken.
    taken_to: Option<Moment>,
    /// The round that is under way.
    run: Option<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    since: Option<Moment>,
    /// The service's time when the first page was answered.
    begun: Option<Moment>,
    /// The newest time of an entity that was read.
    newest: Option<Moment>,
    next: Option<Mark>,
}

/// A round.
pub struct Round<'a> {
    /// The table.
    pub table: &'a Table,
    /// Asks it.
    pub client: &'a Client<'a>,
    /// Where to begin.
    pub begin: Begin,
    /// Whether it stays.
    pub keep: Keep,
}

impl Round<'_> {
    /// Takes page after page until the last; `taken` says at any time, also after an error, what was taken. `told` hears of
    /// every page.
    pub fn run(&self, store: &mut Store, taken: &mut Taken, told: &mut dyn FnMut(&Taken)) -> Result<(), RoundError> {
        let mut state = self.state(store)?;
        let mut run = match (state.run.take(), self.begin) {
            (Some(run), Begin::Onward) => run,
            (_, begin) => {
                let since = state.taken_to.filter(|_| begin == Begin::Onward).map(|to| to - OVERLAP);
                Run { since, begun: None, newest: None, next: None }
            }
        };
        taken.resumed = run.next.is_some();
        taken.since = run.since;
        loop {
            let page = match self.table.page(self.client, run.since, run.next.as_ref()) {
                // A mark that the service does not take any more: its round begins again.
                Err(refused) if refused.kind == WireKind::Refused && taken.pages == 0 && taken.resumed => {
                    run = Run { begun: None, newest: None, next: None, ..run };
                    taken.resumed = false;
                    continue;
                }
                answer => answer?,
            };
            run.begun = run.begun.or(page.date).or_else(|| Some(self.client.pace().wire_now()));
            run.next.clone_from(&page.next);
            let last = page.next.is_none();
            self.take(store, &mut state, &mut run, &page, taken)?;
            told(taken);
            if last {
                return Ok(());
            }
            if self.client.pace().stopping() {
                return Err(WireError::stopped().into());
            }
        }
    }

    fn state(&self, store: &Store) -> Result<State, StoreError> {
        let known = store.progress(&self.table.source())?;
        // What cannot be read begins anew: reading everything again does no harm.
        Ok(known.and_then(|known| serde_json::from_str(&known.state).ok()).unwrap_or_default())
    }

    /// One page, and how far the round has come with it, in one transaction.
    fn take(
        &self,
        store: &mut Store,
        state: &mut State,
        run: &mut Run,
        page: &Page,
        taken: &mut Taken,
    ) -> Result<(), StoreError> {
        let last = page.next.is_none();
        if page.entities.is_empty() && !last {
            taken.pages += 1;
            return Ok(());
        }
        let now = self.client.pace().now();
        let title = format!("sync of Azure Table {}", self.table.name());
        let mut import = store.import(&ImportLabel { title, file_time: None, road: Road::Sync }, now)?;
        let rows = page.entities.len() as u64;
        let mut rejects = Vec::new();
        for entity in &page.entities {
            run.newest = run.newest.max(entity.get("Timestamp").and_then(Json::text).and_then(parse));
            match table_entity::read(entity) {
                Ok(read) => put(&mut import, read, now)?,
                Err(reason) => rejects.push(reject(entity, reason)),
            }
        }
        let next = if last { state.ended(run) } else { State { run: Some(run.clone()), ..state.clone() } };
        let counts = import.counts();
        if self.keep == Keep::Yes {
            // A state of ours is always written.
            let text = serde_json::to_string(&next).unwrap_or_default();
            import.note_progress(&self.table.source(), &text)?;
            import.commit()?;
        }
        *state = next;
        taken.pages += 1;
        taken.rows += rows;
        taken.added += counts.added;
        taken.updated += counts.updated;
        taken.unchanged += counts.unchanged;
        taken.rejected += rejects.len() as u64;
        taken.rejects.append(&mut rejects);
        Ok(())
    }
}

impl State {
    /// The state after the last page. What was stored after the round began may stand on a page that had been read by then, so
    /// everything is taken only to that point; and never further than the newest entity, as the clocks may differ.
    fn ended(&self, run: &Run) -> Self {
        let to = run.newest.map(|newest| run.begun.map_or(newest, |begun| begun.min(newest)));
        Self { taken_to: self.taken_to.max(to), run: None }
    }
}

fn put(import: &mut Import<'_>, read: RowRead, now: Moment) -> Result<(), StoreError> {
    let as_of = read.updated_at.unwrap_or(now);
    let via = ReceivedVia::AzureTable;
    import.put(&Arrival { record: read.record, via, as_of, own: read.own, alias: read.alias }).map(|_| ())
}

fn reject(entity: &Json, reason: String) -> Reject {
    let key = |name| entity.get(name).and_then(Json::text).unwrap_or_default().to_owned();
    Reject { partition_key: key("PartitionKey"), row_key: key("RowKey"), reason }
}
