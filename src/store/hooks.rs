//! What happened in this start of the program that a seller's own program may be told of: read from the journal, so that there
//! is one place where a verdict or a new lead is known of, whichever way it came about. Must not decide what fires.

use std::collections::BTreeSet;

use rusqlite::named_params;

use crate::domain::hooks::{Event, Happened};
use crate::domain::lead::{LeadId, Moment};
use crate::domain::undo::Page;
use crate::domain::vitals::{Vitals, created_when_cooling};
use crate::store::Store;
use crate::store::change::{BatchKind, begin};
use crate::store::error::{Doing, Result};
use crate::store::read::{Mark, lead, mark};

const READING: &str = "Reading what happened";

/// How far the hooks have followed the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    mark: Mark,
    /// Steps that were undone before anybody was told: a redo makes them count.
    withheld: BTreeSet<i64>,
}

/// A change of the seller's.
struct Step {
    seq: i64,
    /// It is undone now.
    undone: bool,
    /// It was made before, and a redo made it again.
    repeats: bool,
}

/// Leads that this start of the program brought in.
macro_rules! received_sql {
    () => {
        "id > :lead AND test = 0 AND received_batch IN \
         (SELECT seq FROM batch WHERE seq > :step AND start = :start AND kind IN (:import, :delivery, :sync))"
    };
}

impl Store {
    /// Where the journal ends now: what comes is told from here on.
    pub fn follow(&self) -> Result<Followed> {
        Ok(Followed { mark: mark(&self.connection)?, withheld: BTreeSet::new() })
    }

    /// What of these events happened in this start of the program since it was asked last: first what came in, then the verdicts
    /// in their order. Of all that came in, and of each verdict's step, at most so many leads, of new ones the newest; test
    /// leads left out. What is undone now, and what other processes did, is not told.
    pub fn happened(&self, followed: &mut Followed, asked: &[Event], most: usize) -> Result<Vec<Happened>> {
        let snapshot = self.connection.unchecked_transaction().doing(READING)?;
        let mut next = Followed { mark: mark(&snapshot)?, withheld: followed.withheld.clone() };
        let mut happened = Vec::new();
        if asked.contains(&Event::Receive) {
            happened.extend(self.received(followed.mark, most)?);
        }
        let verdicts_asked = asked.iter().any(|event| event.is_verdict());
        for Step { seq, undone, repeats } in self.changes_after(followed.mark.step)? {
            if repeats && !next.withheld.contains(&seq) {
                continue;
            }
            if undone {
                next.withheld.insert(seq);
                continue;
            }
            next.withheld.remove(&seq);
            if verdicts_asked {
                happened.extend(self.verdicts(seq, most)?);
            }
        }
        happened.retain(|happened| asked.contains(&happened.event));
        *followed = next;
        Ok(happened)
    }

    /// Takes the hot leads that nobody touched and that are nearly cold at `now` for told; `None` where all of them were told
    /// before. Each lead is taken once, whichever process asks.
    pub fn claim_cooling(&mut self, most: usize, now: Moment) -> Result<Option<Happened>> {
        let cooling = self.cooling(now)?;
        if cooling.is_empty() {
            return Ok(None);
        }
        let doing = "Noting whose flame goes out";
        let transaction = begin(&mut self.connection)?;
        let mut claimed = Vec::new();
        {
            let sql = "INSERT OR IGNORE INTO cooling_told (lead, at) VALUES (:lead, :at)";
            let mut statement = transaction.prepare_cached(sql).doing(doing)?;
            for id in cooling {
                let params = named_params! { ":lead": id.0, ":at": now.timestamp() };
                if statement.execute(params).doing(doing)? > 0 {
                    claimed.push(id);
                }
            }
        }
        transaction.commit().doing(doing)?;
        if claimed.is_empty() {
            return Ok(None);
        }
        let beyond = claimed.len().saturating_sub(most) as u64;
        claimed.truncate(most);
        Ok(Some(Happened { event: Event::Cooling, leads: claimed, beyond }))
    }

    /// The changes that were made after a step, and those of before that were made again.
    fn changes_after(&self, step: i64) -> Result<Vec<Step>> {
        let sql = "SELECT change.seq, change.undone != 0, batch.kind = :redo \
                   FROM batch JOIN batch AS change ON change.seq = iif(batch.kind = :redo, batch.target, batch.seq) \
                   WHERE batch.seq > :step AND batch.start = :start AND batch.kind IN (:change, :redo) ORDER BY batch.seq";
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        let params = named_params! {
            ":step": step, ":start": self.start, ":change": BatchKind::Change as i64, ":redo": BatchKind::Redo as i64,
        };
        let read = |row: &rusqlite::Row<'_>| Ok(Step { seq: row.get(0)?, undone: row.get(1)?, repeats: row.get(2)? });
        let steps = statement.query_map(params, read).doing(READING)?;
        steps.collect::<rusqlite::Result<_>>().doing(READING)
    }

    fn verdicts(&self, step: i64, most: usize) -> Result<Option<Happened>> {
        let sql = "SELECT journal.lead, before, after FROM journal JOIN lead ON lead.id = journal.lead \
                   WHERE batch = :step AND test = 0 ORDER BY journal.lead";
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        let mut rows = statement.query(named_params! { ":step": step }).doing(READING)?;
        let mut happened: Option<Happened> = None;
        while let Some(row) = rows.next().doing(READING)? {
            let id = LeadId(row.get(0).doing(READING)?);
            let page = |column: usize| -> Result<Option<Page>> {
                let text: Option<String> = row.get(column).doing(READING)?;
                // A page that cannot be read gives no verdict; undo says what is wrong with it.
                Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
            };
            let (before, after) = (page(1)?, page(2)?);
            let verdict = |page: &Option<Page>| page.as_ref().and_then(|page| page.seller.verdict.clone());
            let Some(event) = Event::of_verdict(verdict(&before).as_ref(), verdict(&after).as_ref()) else { continue };
            // The changes of one step are of one kind.
            let told = happened.get_or_insert_with(|| Happened { event, leads: Vec::new(), beyond: 0 });
            if told.leads.len() < most {
                told.leads.push(id);
            } else {
                told.beyond += 1;
            }
        }
        Ok(happened)
    }

    /// The leads that came in after a mark, by whatever road and in however many steps.
    fn received(&self, since: Mark, most: usize) -> Result<Option<Happened>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let params = named_params! {
            ":lead": since.lead, ":step": since.step, ":start": self.start, ":import": BatchKind::Import as i64,
            ":delivery": BatchKind::Delivery as i64, ":sync": BatchKind::Sync as i64,
        };
        let sql = concat!("SELECT count(*) FROM lead WHERE ", received_sql!());
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        let all: i64 = statement.query_row(params, |row| row.get(0)).doing(READING)?;
        let sql =
            concat!("SELECT id FROM lead WHERE ", received_sql!(), " ORDER BY created_at DESC, id DESC LIMIT :most");
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        let params = [params, named_params! { ":most": most }].concat();
        let found = statement.query_map(params.as_slice(), |row| row.get(0).map(LeadId)).doing(READING)?;
        let leads = found.collect::<rusqlite::Result<Vec<_>>>().doing(READING)?;
        let beyond = all.unsigned_abs().saturating_sub(leads.len() as u64);
        Ok((all > 0).then_some(Happened { event: Event::Receive, leads, beyond }))
    }

    fn cooling(&self, now: Moment) -> Result<Vec<LeadId>> {
        let sql = "SELECT id FROM lead WHERE created_at BETWEEN :first AND :last AND test = 0 \
                   AND NOT EXISTS (SELECT 1 FROM cooling_told WHERE lead = lead.id) ORDER BY created_at";
        let (first, last) = created_when_cooling(&self.terms, now);
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        let params = named_params! { ":first": first.timestamp(), ":last": last.timestamp() };
        let found = statement.query_map(params, |row| row.get(0).map(LeadId)).doing(READING)?;
        let ids = found.collect::<rusqlite::Result<Vec<_>>>().doing(READING)?;
        let mut cooling = Vec::new();
        for id in ids {
            let is_cooling = |lead| Vitals::of(&lead, &self.terms).is_cooling(now.timestamp());
            // One that cannot be read must not stand in the way of the others; whoever opens it is told.
            if lead(&self.connection, id).ok().flatten().is_some_and(is_cooling) {
                cooling.push(id);
            }
        }
        Ok(cooling)
    }
}
