//! How far each sync has come: a text of the client's own, kept together with the rows that it tells of, so that a sync
//! that was killed goes on where it was. Must not know what the text says.

use rusqlite::{OptionalExtension, named_params};

use crate::domain::lead::Moment;
use crate::store::Store;
use crate::store::error::{Doing, Result};
use crate::store::import::Import;
use crate::store::rows::Stored;

/// What a sync has noted of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The client's own text.
    pub state: String,
    /// When it was noted.
    pub at: Moment,
}

impl Store {
    /// How far the sync of a source has come; `None` if there was none.
    pub fn progress(&self, source: &str) -> Result<Option<Progress>> {
        let doing = "Reading how far the sync has come";
        let sql = "SELECT state, at FROM sync WHERE source = :source";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let read = |row: &rusqlite::Row<'_>| Ok(Progress { state: row.get(0)?, at: row.get::<_, Stored>(1)?.0 });
        statement.query_row(named_params! { ":source": source }, read).optional().doing(doing)
    }
}

impl Import<'_> {
    /// Notes how far the sync of a source has come. It stays if the import does, and only then.
    pub fn note_progress(&mut self, source: &str, state: &str) -> Result<()> {
        let doing = "Noting how far the sync has come";
        let sql = "INSERT INTO sync (source, state, at) VALUES (:source, :state, :at) \
                   ON CONFLICT (source) DO UPDATE SET state = excluded.state, at = excluded.at";
        let mut statement = self.transaction.prepare_cached(sql).doing(doing)?;
        let params = named_params! { ":source": source, ":state": state, ":at": self.now.timestamp() };
        statement.execute(params).doing(doing).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::domain::terms::Terms;
    use crate::store::{ImportLabel, Road};

    #[test]
    fn what_is_noted_stays_with_its_import_and_only_then() {
        let mut store = Store::open_in_memory(Terms::default(), "test").unwrap();
        let label = ImportLabel { title: "sync".into(), file_time: None, road: Road::Sync };
        let at = parse("2026-11-20T12:00:00Z").unwrap();
        let note = |store: &mut Store, state: &str, keep| {
            let mut import = store.import(&label, at).unwrap();
            import.note_progress("table", state).unwrap();
            if keep {
                import.commit().unwrap();
            }
        };
        note(&mut store, "1", false);
        assert_eq!(store.progress("table").unwrap(), None);
        note(&mut store, "2", true);
        note(&mut store, "3", true);
        note(&mut store, "4", false);
        assert_eq!(store.progress("table").unwrap(), Some(Progress { state: "3".into(), at }));
        assert_eq!(store.progress("other").unwrap(), None);
    }
}
