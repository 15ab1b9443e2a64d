//! Passes over many leads at once, each in one consistent reading: all of them whole, those that may still ask for
//! something, those that somebody decided. The last two answer more than is wanted rather than less: the domain says which
//! of them are. Must change nothing.

use std::collections::HashMap;

use rusqlite::{ToSql, named_params};

use crate::domain::lead::{Lead, LeadId, Moment, Owed};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Status;
use crate::store::Store;
use crate::store::error::{Doing, Result};
use crate::store::read::open_owed;
use crate::store::rows::{self, brief_columns, lead_columns};

const DOING: &str = "Reading the leads";

impl Store {
    /// Hands every lead, whole, to `take`.
    pub fn each_lead(&self, take: impl FnMut(Lead)) -> Result<()> {
        self.each_whole(concat!("SELECT ", lead_columns!(), " FROM lead ORDER BY id"), &[], take)
    }

    /// Hands every lead that was ever decided, here or in Partner Center, whole, to `take`; test leads left out.
    pub fn each_decided(&self, take: impl FnMut(Lead)) -> Result<()> {
        let sql = concat!(
            "SELECT ",
            lead_columns!(),
            " FROM lead WHERE test = 0 AND (status > :received OR verdict IS NOT NULL) ORDER BY id"
        );
        self.each_whole(sql, named_params! { ":received": Status::Received.code() }, take)
    }

    /// Hands the vital facts and open entries of every lead that may ask for the seller at `now` to `take`: what can be
    /// answered, what is accepted, what was put off, what is owed. Test leads are left out.
    pub fn each_open(&self, now: Moment, mut take: impl FnMut(&Vitals, &[Owed])) -> Result<()> {
        let sql = concat!(
            "SELECT ",
            brief_columns!(),
            " FROM lead WHERE test = 0 AND (created_at > :since OR stated_expiry > :now OR status = :accepted ",
            "OR verdict IS NOT NULL OR later_until IS NOT NULL OR id IN (SELECT lead FROM owed WHERE closed_at IS NULL))"
        );
        let transaction = self.connection.unchecked_transaction().doing(DOING)?;
        let owed = open_owed(&transaction)?;
        let mut statement = transaction.prepare_cached(sql).doing(DOING)?;
        let bounds = named_params! {
            ":since": self.terms.answerable_since(now).timestamp(),
            ":now": now.timestamp(),
            ":accepted": Status::Accepted.code(),
        };
        let mut found = statement.query(bounds).doing(DOING)?;
        while let Some(row) = found.next().doing(DOING)? {
            let (id, record, seller) = rows::brief(row).doing(DOING)?;
            let owed = owed_by(&owed, id);
            take(&Vitals::from_parts(&record, &seller, owed, &self.terms), owed);
        }
        Ok(())
    }

    fn each_whole(&self, sql: &str, params: &[(&str, &dyn ToSql)], mut take: impl FnMut(Lead)) -> Result<()> {
        let transaction = self.connection.unchecked_transaction().doing(DOING)?;
        let owed = open_owed(&transaction)?;
        let mut statement = transaction.prepare_cached(sql).doing(DOING)?;
        let mut found = statement.query(params).doing(DOING)?;
        while let Some(row) = found.next().doing(DOING)? {
            let mut lead = rows::lead(row).doing(DOING)?;
            lead.owed = owed_by(&owed, lead.id).to_vec();
            take(lead);
        }
        Ok(())
    }
}

fn owed_by(owed: &HashMap<LeadId, Vec<Owed>>, id: LeadId) -> &[Owed] {
    owed.get(&id).map(Vec::as_slice).unwrap_or_default()
}
