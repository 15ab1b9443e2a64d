//! One reading of the store that other processes do not change meanwhile: what is read in it belongs together, and no lock is
//! taken and given back for every lead. Must not be held while waiting for anybody: what others write waits in the log.

use rusqlite::Transaction;

use crate::store::Store;
use crate::store::error::{Doing, Result};

/// Pages that a long reading may hold in memory, in KiB: leads are read in the order of a query, which is not that of the file.
const CACHE_KIB: i64 = 64 * 1024;

/// A reading under way; it ends when it is dropped. One within another is part of it.
pub struct Snapshot<'a>(#[expect(dead_code, reason = "it is what holds the reading")] Option<Transaction<'a>>);

impl Store {
    /// Begins a reading.
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        let outermost = self.connection.is_autocommit();
        let begin = || self.connection.unchecked_transaction().doing("Beginning a reading");
        outermost.then(begin).transpose().map(Snapshot)
    }

    /// Begins a reading of many leads.
    pub fn long_snapshot(&self) -> Result<Snapshot<'_>> {
        self.connection.pragma_update(None, "cache_size", -CACHE_KIB).doing("Beginning a reading")?;
        self.snapshot()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::domain::terms::Terms;
    use crate::store::{ImportLabel, Road};

    #[test]
    fn what_others_write_meanwhile_is_not_seen_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leads.db");
        let ours = Store::open(&path, Terms::default(), "ours").unwrap();
        let mut theirs = Store::open(&path, Terms::default(), "theirs").unwrap();
        let outer = ours.long_snapshot().unwrap();
        let inner = ours.snapshot().unwrap();
        assert_eq!(ours.last_delivery().unwrap(), None);
        let label = ImportLabel { title: "delivery".into(), file_time: None, road: Road::Delivery };
        let at = parse("2026-11-20T12:00:00Z").unwrap();
        theirs.import(&label, at).unwrap().commit().unwrap();
        drop(inner);
        assert_eq!(ours.last_delivery().unwrap(), None);
        drop(outer);
        assert_eq!(ours.last_delivery().unwrap(), Some(at));
    }
}
