//! Reading leads: whole ones by id, briefs of all for the list in memory, what changed since a mark, persons, and the age of
//! the data. Must change nothing.

use std::collections::HashMap;

use rusqlite::{Connection, named_params};

use crate::domain::catalog::Brief;
use crate::domain::lead::{Extra, Lead, LeadId, Moment, Owed};
use crate::domain::vocabulary::VerdictKind;
use crate::store::Store;
use crate::store::change::BatchKind;
use crate::store::error::{Doing, Result};
use crate::store::import::Road;
use crate::store::rows::{self, Stored, brief_columns, lead_columns};

/// How far a reader has followed the store: the newest step and the newest lead it knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub(super) step: i64,
    pub(super) lead: i64,
}

/// How old the leads are: the newest import, delivery or sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataAge {
    /// By which road they came.
    pub road: Road,
    /// What was imported.
    pub title: String,
    /// How fresh it is: a file's own time, else when it came in.
    pub at: Moment,
}

impl Store {
    /// One lead, whole; `None` if the store has no such lead.
    pub fn lead(&self, id: LeadId) -> Result<Option<Lead>> {
        lead(&self.connection, id)
    }

    /// Whole leads in the order asked for; ids the store does not have are left out.
    pub fn leads(&self, ids: &[LeadId]) -> Result<Vec<Lead>> {
        let _snapshot = self.snapshot()?;
        ids.iter().filter_map(|id| self.lead(*id).transpose()).collect()
    }

    /// Hands the unknown columns and odd values of these leads to `take`, a lead at a time by ascending id; leads without any
    /// are left out.
    pub fn extras(&self, ids: &[LeadId], mut take: impl FnMut(&[Extra])) -> Result<()> {
        let doing = "Looking for further columns";
        let _snapshot = self.snapshot()?;
        let sql = "SELECT extras FROM lead WHERE id = :id AND extras IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let mut ids = ids.to_vec();
        // In the order of the file, where neighbours stand on one page.
        ids.sort_unstable();
        for id in ids {
            let mut found = statement.query(named_params! { ":id": id.0 }).doing(doing)?;
            if let Some(row) = found.next().doing(doing)? {
                take(&rows::extras(row).doing(doing)?);
            }
        }
        Ok(())
    }

    /// How many leads there are, test leads included.
    pub fn count(&self) -> Result<usize> {
        let doing = "Counting the leads";
        let mut statement = self.connection.prepare_cached("SELECT count(*) FROM lead").doing(doing)?;
        statement.query_row([], |row| row.get::<_, i64>(0)).doing(doing).map(|count| count as usize)
    }

    /// The highest number of a lead: about how many there are, told without counting them.
    pub fn highest(&self) -> Result<usize> {
        let doing = "Reading the leads";
        let mut statement = self.connection.prepare_cached("SELECT coalesce(max(id), 0) FROM lead").doing(doing)?;
        statement
            .query_row([], |row| row.get::<_, i64>(0))
            .doing(doing)
            .map(|highest| usize::try_from(highest).unwrap_or(0))
    }

    /// Hands every lead's brief to `take`, by ascending id, in one consistent reading. Answers the mark it stands at.
    /// `take` answers false to stop early.
    pub fn briefs(&self, mut take: impl FnMut(Brief) -> bool) -> Result<Mark> {
        let doing = "Reading the leads";
        let transaction = self.connection.unchecked_transaction().doing(doing)?;
        let mark = mark(&transaction)?;
        let owed = open_owed(&transaction)?;
        let sql = concat!("SELECT ", brief_columns!(), " FROM lead ORDER BY id");
        let mut statement = transaction.prepare_cached(sql).doing(doing)?;
        let mut found = statement.query([]).doing(doing)?;
        while let Some(row) = found.next().doing(doing)? {
            let (id, record, seller) = rows::brief(row).doing(doing)?;
            let owed = owed.get(&id).map(Vec::as_slice).unwrap_or_default();
            if !take(Brief::of(id, &record, &seller, owed, &self.terms)) {
                break;
            }
        }
        Ok(mark)
    }

    /// The briefs of leads that came or changed after `mark`, and the mark it stands at now.
    pub fn changed_since(&self, since: Mark) -> Result<(Vec<Brief>, Mark)> {
        let doing = "Reading what changed";
        let transaction = self.connection.unchecked_transaction().doing(doing)?;
        let mark = mark(&transaction)?;
        let mut statement = transaction
            .prepare_cached(
                "SELECT id FROM lead WHERE id > :lead UNION SELECT lead FROM journal WHERE batch > :step ORDER BY 1",
            )
            .doing(doing)?;
        let ids = statement
            .query_map(named_params! { ":lead": since.lead, ":step": since.step }, |row| row.get(0).map(LeadId))
            .doing(doing)?;
        let mut briefs = Vec::new();
        for id in ids {
            if let Some(lead) = lead(&transaction, id.doing(doing)?)? {
                briefs.push(Brief::of_lead(&lead, &self.terms));
            }
        }
        Ok((briefs, mark))
    }

    /// A number that changes whenever another process has changed the store.
    pub fn data_version(&self) -> Result<i64> {
        self.connection.pragma_query_value(None, "data_version", |row| row.get(0)).doing("Looking for changes")
    }

    /// The ids of the leads of this lead's person, newest first, at most so many. Test leads stand among them only where the
    /// lead itself is one. A lead whose person is not known stands alone.
    pub fn leads_of_person(&self, lead: &Lead, most: usize) -> Result<Vec<LeadId>> {
        let Some(key) = &lead.record.person_key else { return Ok(vec![lead.id]) };
        let doing = "Reading a person's leads";
        let sql = "SELECT id FROM lead WHERE person_key = :key AND test <= :test \
                   ORDER BY created_at DESC, id LIMIT :most";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let values = named_params! { ":key": key, ":test": lead.record.test, ":most": most };
        let ids = statement.query_map(values, |row| row.get(0).map(LeadId)).doing(doing)?;
        ids.collect::<rusqlite::Result<_>>().doing(doing)
    }

    /// Which leads are of one person: a number a person, of this reading only. Leads whose person is not known are left out.
    pub fn same_persons(&self) -> Result<HashMap<LeadId, u32>> {
        let doing = "Telling the persons apart";
        let sql = "SELECT id, dense_rank() OVER (ORDER BY person_key) FROM lead WHERE person_key IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let numbers = statement.query_map([], |row| Ok((LeadId(row.get(0)?), row.get(1)?))).doing(doing)?;
        numbers.collect::<rusqlite::Result<_>>().doing(doing)
    }

    /// How many leads every person has, by person key, test leads left out; persons with one lead are not listed.
    pub fn persons(&self) -> Result<HashMap<String, u32>> {
        let doing = "Counting each person's leads";
        let sql = "SELECT person_key, count(*) FROM lead WHERE person_key IS NOT NULL AND test = 0 GROUP BY person_key \
                   HAVING count(*) > 1";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let counts = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).doing(doing)?;
        counts.collect::<rusqlite::Result<_>>().doing(doing)
    }

    /// How many leads this lead's person has, itself included; 1 where the person is not known. Test leads count only where
    /// the lead itself is one.
    pub fn person_leads(&self, lead: &Lead) -> Result<u32> {
        let Some(key) = &lead.record.person_key else { return Ok(1) };
        let doing = "Counting a person's leads";
        let sql = "SELECT count(*) FROM lead WHERE person_key = :key AND test <= :test";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let values = named_params! { ":key": key, ":test": lead.record.test };
        let count: u32 = statement.query_row(values, |row| row.get(0)).doing(doing)?;
        Ok(count.max(1))
    }

    /// Every tag there is, the most used first.
    pub fn tags(&self) -> Result<Vec<String>> {
        let doing = "Reading the tags";
        let sql = "SELECT tags, count(*) FROM lead WHERE tags IS NOT NULL GROUP BY tags";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).doing(doing)?;
        let mut counts: HashMap<String, i64> = HashMap::new();
        for row in rows {
            let (text, count) = row.doing(doing)?;
            // What cannot be read is not offered; the lead itself says so.
            for tag in serde_json::from_str::<Vec<String>>(&text).unwrap_or_default() {
                *counts.entry(tag).or_default() += count;
            }
        }
        let mut tags: Vec<(String, i64)> = counts.into_iter().collect();
        tags.sort_by(|(a, many), (b, few)| few.cmp(many).then_with(|| a.cmp(b)));
        Ok(tags.into_iter().map(|(tag, _)| tag).collect())
    }

    /// The freshest of what came in by any road; `None` before the first.
    pub fn data_age(&self) -> Result<Option<DataAge>> {
        let doing = "Reading the age of the data";
        let sql = "SELECT title, at, file_time FROM batch WHERE kind = :kind ORDER BY seq DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let mut freshest: Option<DataAge> = None;
        for road in [Road::File, Road::Delivery, Road::Sync] {
            let mut found = statement.query(named_params! { ":kind": BatchKind::from(road) as i64 }).doing(doing)?;
            let Some(row) = found.next().doing(doing)? else { continue };
            let file_time = row.get::<_, Option<Stored>>(2).doing(doing)?;
            let at = file_time.map_or_else(|| row.get::<_, Stored>(1), Ok).doing(doing)?.0;
            if freshest.as_ref().is_none_or(|age| age.at <= at) {
                freshest = Some(DataAge { road, title: row.get(0).doing(doing)?, at });
            }
        }
        Ok(freshest)
    }

    /// The leads that owe Partner Center something, with what they owe, by id; test leads left out.
    pub fn owing(&self) -> Result<Vec<Lead>> {
        let doing = "Reading what is owed";
        let transaction = self.connection.unchecked_transaction().doing(doing)?;
        let mut owed = open_owed(&transaction)?;
        let sql = concat!(
            "SELECT ",
            lead_columns!(),
            " FROM lead WHERE test = 0 AND id IN (SELECT lead FROM owed WHERE closed_at IS NULL) ORDER BY id"
        );
        let mut statement = transaction.prepare_cached(sql).doing(doing)?;
        let found = statement.query_map([], rows::lead).doing(doing)?;
        let mut leads = Vec::new();
        for lead in found {
            let mut lead = lead.doing(doing)?;
            lead.owed = owed.remove(&lead.id).unwrap_or_default();
            leads.push(lead);
        }
        Ok(leads)
    }

    /// How many entries of the outbox are open, test leads left out.
    pub fn count_owed(&self) -> Result<u32> {
        let doing = "Counting what is owed";
        let sql = "SELECT count(*) FROM owed JOIN lead ON lead.id = owed.lead \
                   WHERE owed.closed_at IS NULL AND lead.test = 0";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        statement.query_row([], |row| row.get(0)).doing(doing)
    }

    /// The first deadline of all that is owed, test leads left out.
    pub fn first_owed_due(&self) -> Result<Option<Moment>> {
        let doing = "Reading what is owed";
        let sql = "SELECT min(owed.due) FROM owed JOIN lead ON lead.id = owed.lead \
                   WHERE owed.closed_at IS NULL AND lead.test = 0";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let due: Option<Stored> = statement.query_row([], |row| row.get(0)).doing(doing)?;
        Ok(due.map(|due| due.0))
    }
}

pub(super) fn mark(connection: &Connection) -> Result<Mark> {
    let doing = "Reading what changed";
    let sql = "SELECT (SELECT coalesce(max(seq), 0) FROM batch), (SELECT coalesce(max(id), 0) FROM lead)";
    let mut statement = connection.prepare_cached(sql).doing(doing)?;
    statement.query_row([], |row| Ok(Mark { step: row.get(0)?, lead: row.get(1)? })).doing(doing)
}

/// One lead with what it owes.
pub(super) fn lead(connection: &Connection, id: LeadId) -> Result<Option<Lead>> {
    let doing = "Reading a lead";
    let sql = concat!("SELECT ", lead_columns!(), " FROM lead WHERE id = :id");
    let mut statement = connection.prepare_cached(sql).doing(doing)?;
    let mut found = statement.query(named_params! { ":id": id.0 }).doing(doing)?;
    let Some(row) = found.next().doing(doing)? else { return Ok(None) };
    let mut lead = rows::lead(row).doing(doing)?;
    lead.owed = owed_by(connection, id)?;
    Ok(Some(lead))
}

/// What one lead owes.
pub(super) fn owed_by(connection: &Connection, id: LeadId) -> Result<Vec<Owed>> {
    let doing = "Reading what is owed";
    let sql = "SELECT kind, opened_at, due, remark, uploaded_at FROM owed WHERE lead = :id AND closed_at IS NULL ORDER BY rowid";
    let mut statement = connection.prepare_cached(sql).doing(doing)?;
    let owed = statement.query_map(named_params! { ":id": id.0 }, |row| owed_entry(row, 0)).doing(doing)?;
    owed.collect::<rusqlite::Result<_>>().doing(doing)
}

/// What every lead owes, by lead.
pub(super) fn open_owed(connection: &Connection) -> Result<HashMap<LeadId, Vec<Owed>>> {
    let doing = "Reading what is owed";
    let sql = "SELECT lead, kind, opened_at, due, remark, uploaded_at FROM owed WHERE closed_at IS NULL ORDER BY rowid";
    let mut statement = connection.prepare_cached(sql).doing(doing)?;
    let entries = statement.query_map([], |row| Ok((LeadId(row.get(0)?), owed_entry(row, 1)?))).doing(doing)?;
    let mut owed: HashMap<LeadId, Vec<Owed>> = HashMap::new();
    for entry in entries {
        let (lead, entry) = entry.doing(doing)?;
        owed.entry(lead).or_default().push(entry);
    }
    Ok(owed)
}

fn owed_entry(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Owed> {
    Ok(Owed {
        kind: VerdictKind::from_code(row.get(first)?).unwrap_or(VerdictKind::Accepted),
        opened_at: row.get::<_, Stored>(first + 1)?.0,
        due: row.get::<_, Option<Stored>>(first + 2)?.map(|due| due.0),
        remark: row.get(first + 3)?,
        uploaded_at: row.get::<_, Option<Stored>>(first + 4)?.map(|at| at.0),
    })
}
