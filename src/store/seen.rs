//! What the seller saw last: when the inbox was closed, and the newest lead there was then (PRODUCT.md 3, "Since …").
//! Must not be asked where `LEADBOX_NOW` is the time: the shell keeps that rule.

use rusqlite::named_params;

use crate::domain::lead::{LeadId, Moment};
use crate::domain::moment::from_seconds;
use crate::domain::since::Seen;
use crate::store::Store;
use crate::store::error::{Doing, Result};

impl Store {
    /// What was seen last; `None` where the inbox was never closed.
    pub fn seen(&self) -> Result<Option<Seen>> {
        let doing = "Reading what was seen last";
        let mut statement = self.connection.prepare_cached("SELECT at, lead FROM seen WHERE id = 1").doing(doing)?;
        let mut found = statement.query([]).doing(doing)?;
        let Some(row) = found.next().doing(doing)? else { return Ok(None) };
        let (at, lead): (i64, i64) = (row.get(0).doing(doing)?, row.get(1).doing(doing)?);
        Ok(from_seconds(at).map(|at| Seen { at, lead: LeadId(lead) }))
    }

    /// Keeps that everything in the store was seen at a moment.
    pub fn see(&self, at: Moment) -> Result<()> {
        let doing = "Keeping what was seen";
        let sql = "INSERT INTO seen (id, at, lead) VALUES (1, :at, (SELECT coalesce(max(id), 0) FROM lead)) \
                   ON CONFLICT (id) DO UPDATE SET at = excluded.at, lead = excluded.lead";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        statement.execute(named_params! { ":at": at.timestamp() }).doing(doing).map(|_| ())
    }
}
