//! The mark of what was written for Partner Center's bulk upload: put on the entries once their file stands, journaled, and no
//! step of the seller's to undo. Must not decide what may be marked: the domain does.

use rusqlite::named_params;

use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::undo::Page;
use crate::domain::upload;
use crate::domain::vocabulary::VerdictKind;
use crate::store::change::{BatchKind, begin, insert_batch, write_journal};
use crate::store::error::{Doing, Result};
use crate::store::page::{Closed, write_page};
use crate::store::{Store, read};

impl Store {
    /// Marks what a file of this name tells, each lead as it was written and which verdict of it, as uploaded and not yet
    /// confirmed; the file is known by its digest from then on. Answers the leads that have changed meanwhile, or are gone, and bear no mark.
    pub fn mark_uploaded(
        &mut self,
        written: &[(&Lead, VerdictKind)],
        (title, digest): (&str, [u8; 32]),
        now: Moment,
    ) -> Result<Vec<LeadId>> {
        let start = self.start.clone();
        let transaction = begin(&mut self.connection)?;
        let (mut batch, mut changed) = (None, Vec::new());
        for (lead, kind) in written {
            let before = read::lead(&transaction, lead.id)?;
            let after = before.as_ref().and_then(|before| upload::mark(before, lead, *kind, now));
            let (Some(before), Some(after)) = (before, after) else {
                changed.push(lead.id);
                continue;
            };
            let batch = match batch {
                Some(batch) => batch,
                None => *batch.insert(insert_batch(&transaction, BatchKind::Upload, now, &start, title, None)?),
            };
            write_journal(&transaction, batch, before.id, &Page::of(&before), &Page::of(&after))?;
            write_page(&transaction, batch, &before, after, Closed::Agreed, now)?;
        }
        let doing = "Marking what was uploaded";
        if let Some(batch) = batch {
            let sql = "UPDATE batch SET digest = :digest WHERE seq = :seq";
            let mut statement = transaction.prepare_cached(sql).doing(doing)?;
            statement.execute(named_params! { ":digest": digest, ":seq": batch }).doing(doing)?;
        }
        transaction.commit().doing(doing)?;
        Ok(changed)
    }

    /// True for the digest of a file that was written here for the bulk upload: what it says is our word, not Partner Center's.
    pub fn is_own_upload(&self, digest: [u8; 32]) -> Result<bool> {
        let doing = "Looking for a file of our own";
        let sql = "SELECT EXISTS (SELECT 1 FROM batch WHERE digest = :digest AND kind = :kind)";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let values = named_params! { ":digest": digest, ":kind": BatchKind::Upload as i64 };
        statement.query_row(values, |row| row.get(0)).doing(doing)
    }
}
