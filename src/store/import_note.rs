//! What the journal keeps of an import that changed a lead: the fields and sentences for its timeline.
//! Must not decide what changed: `domain::reconcile` says so.

use rusqlite::{Transaction, named_params};

use crate::domain::lead::LeadId;
use crate::domain::reconcile::FieldChange;
use crate::store::error::{Doing, Result, StoreError};
use crate::store::rows::json_if;

/// The note of one lead.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct ImportNote {
    pub(super) changes: Vec<FieldChange>,
    pub(super) remarks: Vec<String>,
}

impl ImportNote {
    /// Writes it. `again`: the import has noted something of this lead before, which it joins. `decides`: the import moved
    /// Partner Center's status.
    pub(super) fn write(
        mut self,
        transaction: &Transaction<'_>,
        batch: i64,
        lead: LeadId,
        again: bool,
        decides: bool,
    ) -> Result<()> {
        if let Some(mut first) = if again { Self::read(transaction, batch, lead)? } else { None } {
            first.changes.append(&mut self.changes);
            first.remarks.append(&mut self.remarks);
            self = first;
        }
        let doing = "Writing the journal";
        let sql = "INSERT INTO journal (batch, lead, after, decides) VALUES (:batch, :lead, :after, :decides) \
                   ON CONFLICT (batch, lead) DO UPDATE SET after = excluded.after, decides = max(decides, excluded.decides)";
        let mut statement = transaction.prepare_cached(sql).doing(doing)?;
        statement
            .execute(named_params! {
                ":batch": batch, ":lead": lead.0, ":after": json_if(true, &self).doing(doing)?, ":decides": decides,
            })
            .doing(doing)
            .map(|_| ())
    }

    fn read(transaction: &Transaction<'_>, batch: i64, lead: LeadId) -> Result<Option<Self>> {
        let doing = "Reading the journal";
        let sql = "SELECT after FROM journal WHERE batch = :batch AND lead = :lead";
        let mut statement = transaction.prepare_cached(sql).doing(doing)?;
        let mut found = statement.query(named_params! { ":batch": batch, ":lead": lead.0 }).doing(doing)?;
        let Some(row) = found.next().doing(doing)? else { return Ok(None) };
        let text: String = row.get(0).doing(doing)?;
        let damaged = |_| StoreError::Damaged { lead: lead.0, what: "its journal cannot be read" };
        serde_json::from_str(&text).map(Some).map_err(damaged)
    }
}
