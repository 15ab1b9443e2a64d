//! Changing leads: each step one IMMEDIATE transaction that reads, asks the domain, and writes the leads, their journal
//! rows and what is owed (HOUSE.md). Undo and redo walk that journal (PRODUCT.md 4). Must not decide what a change means.

use std::collections::HashSet;

use chrono::TimeDelta;
use rusqlite::{Connection, Transaction, TransactionBehavior, named_params};

use crate::domain::change::{self, Change, Refusal};
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::numbers;
use crate::domain::undo::{self, Page};
use crate::store::Store;
use crate::store::error::{Doing, Result, StoreError};
use crate::store::page::{Closed, write_page};
use crate::store::read;
use crate::store::rows::{Stored, json_if};

/// What a step is. The codes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub(super) enum BatchKind {
    Change = 1,
    Import = 2,
    Undo = 3,
    Redo = 4,
    Delivery = 5,
    Sync = 6,
    Upload = 7,
    Push = 8,
}

/// A change that went through.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The leads after it.
    pub leads: Vec<Lead>,
    /// The leads that did not take it, and why.
    pub refused: Vec<(LeadId, Refusal)>,
    /// Ids the store does not have.
    pub unknown: Vec<LeadId>,
    /// A step was stored; false where every lead was as wished already.
    pub stored: bool,
}

/// What came of an undo.
#[derive(Clone, Debug, PartialEq)]
pub enum Undone {
    /// It was taken back: what it was, and the leads as they are now.
    Done {
        /// "decline of Fabrikam".
        title: String,
        /// The leads.
        leads: Vec<Lead>,
        /// What Partner Center was told and must be told otherwise, because of this undo.
        corrections: Vec<String>,
    },
    /// There is nothing to undo.
    Nothing,
    /// It is over an hour old or from an earlier start: ask first.
    Ask {
        /// What it was.
        title: String,
        /// When it was made.
        at: Moment,
    },
    /// A later import altered the same field.
    Contradicted {
        /// What it was.
        title: String,
    },
}

/// What came of a redo.
#[derive(Clone, Debug, PartialEq)]
pub enum Redone {
    /// It was made again.
    Done {
        /// What it was.
        title: String,
        /// The leads.
        leads: Vec<Lead>,
    },
    /// There is nothing to redo.
    Nothing,
    /// A later import altered the same field.
    Contradicted {
        /// What it was.
        title: String,
    },
}

/// A change this old is shown before it is undone.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// `batch.undone` of a step that a later import contradicts: neither undone nor redone any more.
const SETTLED: i64 = 3;

struct Batch {
    seq: i64,
    at: Moment,
    start: String,
    title: String,
}

struct JournalRow {
    lead: LeadId,
    before: Page,
    after: Page,
}

impl Store {
    /// Makes a change to some leads as one step; an id named twice counts once. Leads that do not take it are named and
    /// left; if none takes it, or all are as wished already, nothing is stored.
    pub fn apply(&mut self, ids: &[LeadId], change: &Change, now: Moment) -> Result<Applied> {
        let changes: Vec<_> = ids.iter().map(|id| (*id, change.clone())).collect();
        self.step(&changes, false, now)
    }

    /// Makes a change of its own to each lead as one step, each lead named once. If one does not take it, nothing is
    /// stored, and `leads` is empty.
    pub fn apply_all(&mut self, changes: &[(LeadId, Change)], now: Moment) -> Result<Applied> {
        self.step(changes, true, now)
    }

    fn step(&mut self, changes: &[(LeadId, Change)], all_or_none: bool, now: Moment) -> Result<Applied> {
        let doing = "Storing the change";
        let (terms, start) = (self.terms.clone(), self.start.clone());
        let transaction = begin(&mut self.connection)?;
        let mut applied = Applied { leads: Vec::new(), refused: Vec::new(), unknown: Vec::new(), stored: false };
        let mut steps = Vec::new();
        let mut asked = HashSet::with_capacity(changes.len());
        for (id, change) in changes.iter().filter(|(id, _)| asked.insert(*id)) {
            let Some(before) = read::lead(&transaction, *id)? else {
                applied.unknown.push(*id);
                continue;
            };
            match change::apply(&before, change, &terms, now) {
                Ok(after) => steps.push((before, after)),
                Err(refusal) => applied.refused.push((*id, refusal)),
            }
        }
        let complete = applied.refused.is_empty() && applied.unknown.is_empty();
        if all_or_none && !complete {
            return Ok(applied);
        }
        // A lead that is already as wished is no step to undo.
        let (same, steps): (Vec<_>, Vec<_>) = steps.into_iter().partition(|(before, after)| before == after);
        applied.leads.extend(same.into_iter().map(|(_, after)| after));
        let Some((_, change)) = changes.first().filter(|_| !steps.is_empty()) else { return Ok(applied) };
        forget_undone(&transaction)?;
        let title = title(change, &steps);
        let batch = insert_batch(&transaction, BatchKind::Change, now, &start, &title, None)?;
        for (before, after) in steps {
            let (page, next) = (Page::of(&before), Page::of(&after));
            write_journal(&transaction, batch, before.id, &page, &next)?;
            applied.leads.push(write_page(&transaction, batch, &before, after, closing(&page, &next), now)?);
        }
        transaction.commit().doing(doing)?;
        applied.stored = true;
        Ok(applied)
    }

    /// Takes the newest change of the seller's back. Asks first (`Ask`) unless `confirmed`, where the change is old.
    pub fn undo(&mut self, confirmed: bool, now: Moment) -> Result<Undone> {
        let (terms, start) = (self.terms.clone(), self.start.clone());
        let transaction = begin(&mut self.connection)?;
        let sql = "SELECT seq, at, start, title FROM batch WHERE kind = 1 AND undone = 0 ORDER BY seq DESC LIMIT 1";
        let Some(batch) = find_batch(&transaction, sql)? else { return Ok(Undone::Nothing) };
        if !confirmed && (batch.start != start || now - batch.at > FRESH) {
            return Ok(Undone::Ask { title: batch.title, at: batch.at });
        }
        let rows = journal_rows(&transaction, batch.seq)?;
        if contradicted(&transaction, batch.seq, &rows)? {
            // The step is settled, so that the next undo reaches the one before it.
            set_undone(&transaction, batch.seq, SETTLED)?;
            transaction.commit().doing("Settling the step")?;
            return Ok(Undone::Contradicted { title: batch.title });
        }
        let step = insert_batch(&transaction, BatchKind::Undo, now, &start, &batch.title, Some(batch.seq))?;
        let revert = |lead: &Lead, row: &JournalRow| undo::revert(lead, &row.before, &row.after, &terms, now);
        let (leads, corrections) = each(&transaction, step, &rows, now, revert)?;
        set_undone(&transaction, batch.seq, 1)?;
        transaction.commit().doing("Storing the undo")?;
        Ok(Undone::Done { title: batch.title, leads, corrections })
    }

    /// Makes the change that was undone last again. A new change of the seller's leaves nothing to redo.
    pub fn redo(&mut self, now: Moment) -> Result<Redone> {
        let (terms, start) = (self.terms.clone(), self.start.clone());
        let transaction = begin(&mut self.connection)?;
        let sql = "SELECT seq, at, start, title FROM batch WHERE kind = 1 AND undone = 1 ORDER BY seq LIMIT 1";
        let Some(batch) = find_batch(&transaction, sql)? else { return Ok(Redone::Nothing) };
        let rows = journal_rows(&transaction, undo_of(&transaction, batch.seq)?)?;
        if contradicted(&transaction, batch.seq, &rows)? {
            set_undone(&transaction, batch.seq, SETTLED)?;
            transaction.commit().doing("Settling the step")?;
            return Ok(Redone::Contradicted { title: batch.title });
        }
        let step = insert_batch(&transaction, BatchKind::Redo, now, &start, &batch.title, Some(batch.seq))?;
        let repeat = |lead: &Lead, row: &JournalRow| undo::repeat(lead, &row.before, &row.after, &terms);
        let (leads, _) = each(&transaction, step, &rows, now, repeat)?;
        set_undone(&transaction, batch.seq, 0)?;
        transaction.commit().doing("Storing the redo")?;
        Ok(Redone::Done { title: batch.title, leads })
    }
}

/// "decline of Fabrikam", "decline of 6 leads".
fn title(change: &Change, steps: &[(Lead, Lead)]) -> String {
    let act = change.act().noun();
    match steps {
        [(lead, _)] => format!("{act} of {}", lead.record.person.title()),
        many => format!("{act} of {}", numbers::leads(many.len())),
    }
}

/// Begins a transaction that may write: IMMEDIATE, so that it never fails half way for another's sake (TRUST.md).
pub(super) fn begin(connection: &mut Connection) -> Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).doing("Beginning a change")
}

pub(super) fn insert_batch(
    transaction: &Transaction<'_>,
    kind: BatchKind,
    now: Moment,
    start: &str,
    title: &str,
    target: Option<i64>,
) -> Result<i64> {
    let doing = "Writing the journal";
    let sql = "INSERT INTO batch (kind, at, start, title, target) VALUES (:kind, :at, :start, :title, :target)";
    let mut statement = transaction.prepare_cached(sql).doing(doing)?;
    statement
        .insert(named_params! {
            ":kind": kind as i64, ":at": now.timestamp(), ":start": start, ":title": title, ":target": target,
        })
        .doing(doing)
}

/// A new change of the seller's leaves nothing to redo.
fn forget_undone(transaction: &Transaction<'_>) -> Result<()> {
    let doing = "Writing the journal";
    let mut statement = transaction.prepare_cached("UPDATE batch SET undone = 2 WHERE undone = 1").doing(doing)?;
    statement.execute([]).doing(doing).map(|_| ())
}

fn set_undone(transaction: &Transaction<'_>, seq: i64, undone: i64) -> Result<()> {
    let doing = "Writing the journal";
    let mut statement =
        transaction.prepare_cached("UPDATE batch SET undone = :undone WHERE seq = :seq").doing(doing)?;
    statement.execute(named_params! { ":undone": undone, ":seq": seq }).doing(doing).map(|_| ())
}

fn find_batch(transaction: &Transaction<'_>, sql: &'static str) -> Result<Option<Batch>> {
    let doing = "Reading the journal";
    let mut statement = transaction.prepare_cached(sql).doing(doing)?;
    let mut found = statement.query([]).doing(doing)?;
    let Some(row) = found.next().doing(doing)? else { return Ok(None) };
    Ok(Some(Batch {
        seq: row.get(0).doing(doing)?,
        at: row.get::<_, Stored>(1).doing(doing)?.0,
        start: row.get(2).doing(doing)?,
        title: row.get(3).doing(doing)?,
    }))
}

/// The undo that took a step back last.
fn undo_of(transaction: &Transaction<'_>, seq: i64) -> Result<i64> {
    let doing = "Reading the journal";
    let sql = "SELECT max(seq) FROM batch WHERE kind = :kind AND target = :seq";
    let mut statement = transaction.prepare_cached(sql).doing(doing)?;
    statement.query_row(named_params! { ":kind": BatchKind::Undo as i64, ":seq": seq }, |row| row.get(0)).doing(doing)
}

pub(super) fn write_journal(
    transaction: &Transaction<'_>,
    batch: i64,
    lead: LeadId,
    before: &Page,
    after: &Page,
) -> Result<()> {
    let doing = "Writing the journal";
    let sql = "INSERT INTO journal (batch, lead, before, after) VALUES (:batch, :lead, :before, :after)";
    let mut statement = transaction.prepare_cached(sql).doing(doing)?;
    let (before, after) = (json_if(true, before).doing(doing)?, json_if(true, after).doing(doing)?);
    statement
        .execute(named_params! { ":batch": batch, ":lead": lead.0, ":before": before, ":after": after })
        .doing(doing)
        .map(|_| ())
}

fn journal_rows(transaction: &Transaction<'_>, batch: i64) -> Result<Vec<JournalRow>> {
    let doing = "Reading the journal";
    let sql = "SELECT lead, before, after FROM journal WHERE batch = :batch";
    let mut statement = transaction.prepare_cached(sql).doing(doing)?;
    let found = statement
        .query_map(named_params! { ":batch": batch }, |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })
        .doing(doing)?;
    let mut rows = Vec::new();
    for row in found {
        let (lead, before, after) = row.doing(doing)?;
        let page = |text: &str| {
            serde_json::from_str(text).map_err(|_| StoreError::Damaged { lead, what: "its journal cannot be read" })
        };
        rows.push(JournalRow { lead: LeadId(lead), before: page(&before)?, after: page(&after)? });
    }
    Ok(rows)
}

/// How the entries close that a step from one page to the next has no more.
fn closing(before: &Page, after: &Page) -> Closed {
    if before.is_ticked_off_by(after) { Closed::TickedOff } else { Closed::Withdrawn }
}

/// True when an import after the step moved the status of a lead whose verdict the step gave or took, or whose entries it
/// ticked off; or when another verdict, settled since, stands on the step's.
fn contradicted(transaction: &Transaction<'_>, batch: i64, rows: &[JournalRow]) -> Result<bool> {
    let doing = "Reading the journal";
    let sql = "SELECT EXISTS (SELECT 1 FROM journal WHERE lead = :lead AND batch > :batch AND decides = 1)";
    let mut statement = transaction.prepare_cached(sql).doing(doing)?;
    for row in rows.iter().filter(|row| row.before.tells_against(&row.after)) {
        let params = named_params! { ":lead": row.lead.0, ":batch": batch };
        let moved: bool = statement.query_row(params, |row| row.get(0)).doing(doing)?;
        let lead = if row.before.decides_against(&row.after) { read::lead(transaction, row.lead)? } else { None };
        if moved || lead.is_some_and(|lead| lead.seller.verdict != row.after.seller.verdict) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes and writes the next state of every lead of a step; journals it too. Answers the leads, and what each new
/// correction says.
fn each(
    transaction: &Transaction<'_>,
    step: i64,
    rows: &[JournalRow],
    now: Moment,
    next: impl Fn(&Lead, &JournalRow) -> Lead,
) -> Result<(Vec<Lead>, Vec<String>)> {
    let (mut leads, mut corrections) = (Vec::new(), Vec::new());
    for row in rows {
        let before = read::lead(transaction, row.lead)?.ok_or(StoreError::Damaged {
            lead: row.lead.0,
            what: "the journal names it, the store does not have it",
        })?;
        let after = next(&before, row);
        let (page, turned) = (Page::of(&before), Page::of(&after));
        write_journal(transaction, step, row.lead, &page, &turned)?;
        let new = after.owed.iter().filter(|owed| !before.owed.contains(owed)).filter_map(|owed| owed.remark.clone());
        corrections.extend(new);
        leads.push(write_page(transaction, step, &before, after, closing(&page, &turned), now)?);
    }
    corrections.sort();
    corrections.dedup();
    Ok((leads, corrections))
}
