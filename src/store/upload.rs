//! The mark of what was written for Partner Center's bulk upload: put on the entries once their file stands, journaled, and no
//! step of the seller's to undo. Must not decide what may be marked: the domain does.

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
    /// confirmed. Answers the leads that have changed meanwhile, or are gone, and bear no mark.
    pub fn mark_uploaded(&mut self, written: &[(&Lead, VerdictKind)], title: &str, now: Moment) -> Result<Vec<LeadId>> {
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
        transaction.commit().doing("Marking what was uploaded")?;
        Ok(changed)
    }
}
