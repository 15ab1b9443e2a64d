//! Writing the page of a lead: the seller's part, compared and swapped on its revision, and the outbox entries that a step
//! opens and closes. Must not decide what stands on it: the domain does.

use rusqlite::{Transaction, named_params};

use crate::domain::lead::{Lead, Moment, Owed};
use crate::store::error::{Doing, Result, StoreError};
use crate::store::rows::json_if;

/// How an entry of the outbox was closed. The codes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub(super) enum Closed {
    Withdrawn = 1,
    Agreed = 2,
    TickedOff = 3,
}

/// Writes the seller's part of a lead and what it owes; answers the lead with its new revision.
pub(super) fn write_page(
    transaction: &Transaction<'_>,
    batch: i64,
    before: &Lead,
    mut after: Lead,
    closed: Closed,
    now: Moment,
) -> Result<Lead> {
    write_seller(transaction, before, &after)?;
    write_owed(transaction, batch, before, &after, closed, now)?;
    after.rev = before.rev + 1;
    Ok(after)
}

fn write_seller(transaction: &Transaction<'_>, before: &Lead, after: &Lead) -> Result<()> {
    let doing = "Storing the lead";
    let sql = "UPDATE lead SET rev = rev + 1, favorite = :favorite, away = :away, tags = :tags, note = :note, \
               later_until = :later_until, touches = :touches, first_touch_at = :first_touch_at, \
               last_touch_at = :last_touch_at, last_touch = :last_touch, deal = :deal, verdict = :verdict WHERE id = :id AND rev = :rev";
    let mut statement = transaction.prepare_cached(sql).doing(doing)?;
    let seller = &after.seller;
    let changed = statement
        .execute(named_params! {
            ":favorite": seller.favorite,
            ":away": seller.away,
            ":tags": json_if(!seller.tags.is_empty(), &seller.tags).doing(doing)?,
            ":note": seller.note,
            ":later_until": seconds(seller.later_until),
            ":touches": seller.touches.count,
            ":first_touch_at": seconds(seller.touches.first_at),
            ":last_touch_at": seconds(seller.touches.last_at),
            ":last_touch": json_if(seller.touches.last.is_some(), &seller.touches.last).doing(doing)?,
            ":deal": json_if(seller.deal.is_some(), &seller.deal).doing(doing)?,
            ":verdict": json_if(seller.verdict.is_some(), &seller.verdict).doing(doing)?,
            ":id": before.id.0,
            ":rev": before.rev,
        })
        .doing(doing)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict(before.id.0)) }
}

fn seconds(moment: Option<Moment>) -> Option<i64> {
    moment.map(|moment| moment.timestamp())
}

/// Closes the entries that are gone and opens the new ones.
pub(super) fn write_owed(
    transaction: &Transaction<'_>,
    batch: i64,
    before: &Lead,
    after: &Lead,
    closed: Closed,
    now: Moment,
) -> Result<()> {
    let doing = "Storing what is owed";
    let close = "UPDATE owed SET closed_at = :now, closed_how = :how \
                 WHERE lead = :lead AND kind = :kind AND opened_at = :opened_at AND remark IS :remark \
                 AND closed_at IS NULL";
    let stands = |entry: &Owed, owed: &[Owed]| owed.iter().any(|other| other.is_same_entry(entry));
    for entry in before.owed.iter().filter(|entry| !stands(entry, &after.owed)) {
        let mut statement = transaction.prepare_cached(close).doing(doing)?;
        statement
            .execute(named_params! {
                ":now": now.timestamp(), ":how": closed as i64, ":lead": before.id.0,
                ":kind": entry.kind.code(), ":opened_at": entry.opened_at.timestamp(), ":remark": entry.remark,
            })
            .doing(doing)?;
    }
    let open = "INSERT INTO owed (lead, kind, opened_at, due, remark, uploaded_at, batch) \
                VALUES (:lead, :kind, :opened_at, :due, :remark, :uploaded_at, :batch)";
    for entry in after.owed.iter().filter(|entry| stands(entry, &before.owed) && !before.owed.contains(entry)) {
        let sql = "UPDATE owed SET due = :due, uploaded_at = :uploaded_at WHERE lead = :lead AND kind = :kind AND opened_at = :opened_at \
                   AND remark IS :remark AND closed_at IS NULL";
        let mut statement = transaction.prepare_cached(sql).doing(doing)?;
        statement
            .execute(named_params! {
                ":due": seconds(entry.due), ":uploaded_at": seconds(entry.uploaded_at), ":lead": before.id.0,
                ":kind": entry.kind.code(),
                ":opened_at": entry.opened_at.timestamp(), ":remark": entry.remark,
            })
            .doing(doing)?;
    }
    for entry in after.owed.iter().filter(|entry| !stands(entry, &before.owed)) {
        let mut statement = transaction.prepare_cached(open).doing(doing)?;
        statement
            .execute(named_params! {
                ":lead": before.id.0, ":kind": entry.kind.code(), ":opened_at": entry.opened_at.timestamp(),
                ":due": seconds(entry.due), ":remark": entry.remark, ":uploaded_at": seconds(entry.uploaded_at),
                ":batch": batch,
            })
            .doing(doing)?;
    }
    Ok(())
}
