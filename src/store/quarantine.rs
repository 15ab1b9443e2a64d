//! Deliveries that could not be read: keeping them, listing them, settling them. A body is kept once however often it comes.
//! Must not say what can be read or how much is kept: the receiver and `domain::quarantine` do.

use rusqlite::{OptionalExtension, Transaction, named_params};
use sha2::{Digest, Sha256};

use crate::domain::lead::Moment;
use crate::domain::quarantine::{Quarantined, Room, Settlement, is_spent, waits_anew};
use crate::store::Store;
use crate::store::change::begin;
use crate::store::error::{Doing, Result};
use crate::store::rows::Stored;

/// What became of a body that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It waits under this number.
    Waits(i64),
    /// It was settled under this number, and no more is to be done about it.
    Settled(i64),
    /// There is no room for it: nothing was kept.
    NoRoom,
}

const KEEPING: &str = "Keeping a delivery";
const SETTLING: &str = "Settling a delivery";
const READING: &str = "Reading the quarantine";

impl Store {
    /// Keeps a body that could not be read, with the reason, where there is room.
    pub fn keep_in_quarantine(&mut self, body: &[u8], reason: &str, room: Room, now: Moment) -> Result<Kept> {
        let transaction = begin(&mut self.connection)?;
        forget_spent(&transaction, now)?;
        let digest: [u8; 32] = Sha256::digest(body).into();
        let kept = match came_before(&transaction, &digest, now)? {
            Some(kept) => kept,
            None if !has_room(&transaction, body, room)? => Kept::NoRoom,
            None => {
                let sql = "INSERT INTO quarantine (received_at, last_at, digest, body, reason) \
                           VALUES (:now, :now, :digest, :body, :reason)";
                let params = named_params! {
                    ":now": now.timestamp(), ":digest": digest, ":body": body, ":reason": reason,
                };
                transaction.prepare_cached(sql).and_then(|mut it| it.execute(params)).doing(KEEPING)?;
                Kept::Waits(transaction.last_insert_rowid())
            }
        };
        transaction.commit().doing(KEEPING)?;
        Ok(kept)
    }

    /// What waits, the oldest first.
    pub fn quarantine(&self) -> Result<Vec<Quarantined>> {
        let sql = "SELECT id, received_at, last_at, times, reason, length(body) FROM quarantine \
                   WHERE settled IS NULL ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        let rows = statement
            .query_map([], |row| {
                Ok(Quarantined {
                    id: row.get(0)?,
                    received_at: row.get::<_, Stored>(1)?.0,
                    last_at: row.get::<_, Stored>(2)?.0,
                    times: row.get::<_, i64>(3)? as u64,
                    reason: row.get(4)?,
                    bytes: row.get::<_, i64>(5)? as u64,
                })
            })
            .doing(READING)?;
        rows.collect::<rusqlite::Result<_>>().doing(READING)
    }

    /// How many wait.
    pub fn quarantine_count(&self) -> Result<usize> {
        let sql = "SELECT count(*) FROM quarantine WHERE settled IS NULL";
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        statement.query_row([], |row| row.get::<_, i64>(0)).doing(READING).map(|count| count as usize)
    }

    /// The body of one, also of a settled one while it is kept; `None` if there is none of this number.
    pub fn quarantined_body(&self, id: i64) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT body FROM quarantine WHERE id = :id";
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        statement.query_row(named_params! { ":id": id }, |row| row.get(0)).optional().doing(READING)
    }

    /// Ends the waiting of one; false if none of this number waits.
    pub fn settle(&mut self, id: i64, how: Settlement, now: Moment) -> Result<bool> {
        let transaction = begin(&mut self.connection)?;
        forget_spent(&transaction, now)?;
        let sql = "UPDATE quarantine SET settled = :how, settled_at = :now WHERE id = :id AND settled IS NULL";
        let params = named_params! { ":how": how.code(), ":now": now.timestamp(), ":id": id };
        let found = transaction.prepare_cached(sql).and_then(|mut it| it.execute(params)).doing(SETTLING)?;
        transaction.commit().doing(SETTLING)?;
        Ok(found > 0)
    }

    /// Takes a settling back; false if none of this number is settled.
    pub fn unsettle(&mut self, id: i64) -> Result<bool> {
        let transaction = begin(&mut self.connection)?;
        let sql = "UPDATE quarantine SET settled = NULL, settled_at = NULL WHERE id = :id AND settled IS NOT NULL";
        let found = transaction
            .prepare_cached(sql)
            .and_then(|mut it| it.execute(named_params! { ":id": id }))
            .doing(SETTLING)?;
        transaction.commit().doing(SETTLING)?;
        Ok(found > 0)
    }
}

/// Counts one more coming of a body that is known.
fn came_before(transaction: &Transaction<'_>, digest: &[u8], now: Moment) -> Result<Option<Kept>> {
    let sql = "SELECT id, settled_at FROM quarantine WHERE digest = :digest";
    let mut statement = transaction.prepare_cached(sql).doing(KEEPING)?;
    let found = statement
        .query_row(named_params! { ":digest": digest }, |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<Stored>>(1)?.map(|stored| stored.0)))
        })
        .optional()
        .doing(KEEPING)?;
    let Some((id, settled_at)) = found else { return Ok(None) };
    let waits = settled_at.is_none_or(|settled_at| waits_anew(settled_at, now));
    let sql = "UPDATE quarantine SET times = times + 1, last_at = :now, \
               settled = CASE WHEN :waits THEN NULL ELSE settled END, \
               settled_at = CASE WHEN :waits THEN NULL ELSE settled_at END WHERE id = :id";
    let params = named_params! { ":now": now.timestamp(), ":waits": waits, ":id": id };
    transaction.prepare_cached(sql).and_then(|mut it| it.execute(params)).doing(KEEPING)?;
    Ok(Some(if waits { Kept::Waits(id) } else { Kept::Settled(id) }))
}

/// What was settled is kept a while, and keeps nothing out.
fn has_room(transaction: &Transaction<'_>, body: &[u8], room: Room) -> Result<bool> {
    let sql = "SELECT count(*), coalesce(sum(length(body)), 0) FROM quarantine WHERE settled IS NULL";
    let (bodies, bytes) = transaction
        .prepare_cached(sql)
        .and_then(|mut it| it.query_row([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))))
        .doing(KEEPING)?;
    Ok(bodies < room.bodies && bytes.saturating_add(body.len() as u64) <= room.bytes)
}

/// Deletes what was settled long ago.
fn forget_spent(transaction: &Transaction<'_>, now: Moment) -> Result<()> {
    let sql = "SELECT id, settled_at FROM quarantine WHERE settled_at IS NOT NULL";
    let mut statement = transaction.prepare_cached(sql).doing(KEEPING)?;
    let settled = statement
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Stored>(1)?.0)))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
        .doing(KEEPING)?;
    for (id, _) in settled.into_iter().filter(|(_, at)| is_spent(*at, now)) {
        let sql = "DELETE FROM quarantine WHERE id = :id";
        let params = named_params! { ":id": id };
        transaction.prepare_cached(sql).and_then(|mut it| it.execute(params)).doing(KEEPING)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::domain::terms::Terms;

    fn at(text: &str) -> Moment {
        parse(text).unwrap()
    }

    fn store() -> Store {
        Store::open_in_memory(Terms::default(), "test").unwrap()
    }

    #[test]
    fn a_body_is_kept_once_and_counted() {
        let mut store = store();
        let (first, later) = (at("2026-11-20T12:00:00Z"), at("2026-11-20T13:00:00Z"));
        let keep = |store: &mut Store, body: &[u8], now| {
            store.keep_in_quarantine(body, "It is no JSON.", Room::default(), now).unwrap()
        };
        assert_eq!(keep(&mut store, b"{", first), Kept::Waits(1));
        assert_eq!(keep(&mut store, b"{", later), Kept::Waits(1));
        assert_eq!(keep(&mut store, b"{{", later), Kept::Waits(2));
        let reason = "It is no JSON.".to_owned();
        let one = Quarantined { id: 1, received_at: first, last_at: later, times: 2, reason: reason.clone(), bytes: 1 };
        let other = Quarantined { id: 2, received_at: later, last_at: later, times: 1, reason, bytes: 2 };
        assert_eq!(store.quarantine().unwrap(), [one, other]);
        assert_eq!(store.quarantine_count().unwrap(), 2);
        assert_eq!(store.quarantined_body(2).unwrap().unwrap(), b"{{");
        assert_eq!(store.quarantined_body(3).unwrap(), None);
    }

    #[test]
    fn what_was_settled_stays_so_for_a_redelivery_and_can_be_taken_back() {
        let mut store = store();
        let keep = |store: &mut Store, now| store.keep_in_quarantine(b"{", "why", Room::default(), at(now)).unwrap();
        keep(&mut store, "2026-11-20T12:00:00Z");
        assert!(store.settle(1, Settlement::Imported, at("2026-11-20T12:30:00Z")).unwrap());
        assert!(!store.settle(1, Settlement::Dismissed, at("2026-11-20T12:30:00Z")).unwrap());
        assert_eq!(store.quarantine_count().unwrap(), 0);
        assert_eq!(keep(&mut store, "2026-11-21T12:00:00Z"), Kept::Settled(1));
        assert!(store.unsettle(1).unwrap());
        assert!(!store.unsettle(1).unwrap());
        assert_eq!(store.quarantine().unwrap()[0].times, 2);
        assert!(store.settle(1, Settlement::Dismissed, at("2026-11-21T12:30:00Z")).unwrap());
        assert_eq!(keep(&mut store, "2026-11-25T12:00:00Z"), Kept::Waits(1), "after 72 hours it is a new delivery");
    }

    #[test]
    fn there_is_so_much_room_and_no_more() {
        let mut store = store();
        let now = at("2026-11-20T12:00:00Z");
        let room = Room { bodies: 2, bytes: 10 };
        assert_eq!(store.keep_in_quarantine(b"123456", "why", room, now).unwrap(), Kept::Waits(1));
        assert_eq!(store.keep_in_quarantine(b"12345", "why", room, now).unwrap(), Kept::NoRoom);
        assert_eq!(store.keep_in_quarantine(b"1234", "why", room, now).unwrap(), Kept::Waits(2));
        assert_eq!(store.keep_in_quarantine(b"", "why", room, now).unwrap(), Kept::NoRoom);
        assert_eq!(store.keep_in_quarantine(b"1234", "why", room, now).unwrap(), Kept::Waits(2), "known already");
        store.settle(1, Settlement::Dismissed, now).unwrap();
        let later = at("2027-01-20T12:00:00Z");
        assert_eq!(
            store.keep_in_quarantine(b"12345", "why", room, later).unwrap(),
            Kept::Waits(3),
            "the first is gone"
        );
        assert_eq!(store.quarantined_body(1).unwrap(), None);
    }
}
