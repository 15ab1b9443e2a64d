//! A first import into an empty store: its indices are taken off and built at the end, in order, which is far quicker than
//! growing them in no order. While every lead has come with an id of its own, only the id has to be looked up, and that is
//! remembered here. The whole happens inside the import's transaction. Must not read or write a lead.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use rusqlite::Connection;

use crate::store::error::{Doing, Result};

/// The indices of leads that hold many of them. The others are of what sellers do: few leads come with that, and building one
/// means looking at every lead again.
const LARGE: &str = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name IN \
                     ('lead_by_person', 'lead_by_content', 'lead_by_created', 'lead_front', 'lead_stated') ORDER BY rowid";

const DROP: &str = "DROP INDEX lead_by_person; DROP INDEX lead_by_content; DROP INDEX lead_by_created; \
                    DROP INDEX lead_front; DROP INDEX lead_stated";

/// What is known of a store that was empty when its import began.
#[derive(Default)]
pub struct Fresh {
    /// Hashes of the ids so far: one that is not among them is surely new.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// The statements that make the indices again.
    indices: Vec<String>,
}

impl Fresh {
    /// Takes the indices off if the store has no lead; `None` if it has.
    pub fn begin(connection: &Connection) -> Result<Option<Self>> {
        let doing = "Beginning the import";
        let empty: bool =
            connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM lead)", [], |row| row.get(0)).doing(doing)?;
        if !empty {
            return Ok(None);
        }
        let mut statement = connection.prepare(LARGE).doing(doing)?;
        let indices = statement.query_map([], |row| row.get(0)).doing(doing)?;
        let indices = indices.collect::<rusqlite::Result<_>>().doing(doing)?;
        connection.execute_batch(DROP).doing(doing)?;
        Ok(Some(Self { indices, ..Self::default() }))
    }

    /// Remembers an id; answers true if no lead so far has it, false if one may.
    pub fn is_new(&mut self, external: &str) -> bool {
        self.seen.insert(self.hasher.hash_one(external))
    }

    /// Builds the indices of what was loaded.
    pub fn end(self, connection: &Connection) -> Result<()> {
        self.indices.iter().try_for_each(|sql| connection.execute_batch(sql).doing("Storing the import"))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::moment;
    use crate::domain::reconcile::Arrival;
    use crate::domain::record::{self, Field, RawRecord};
    use crate::domain::terms::Terms;
    use crate::domain::vocabulary::ReceivedVia;
    use crate::store::{ImportLabel, Placed, Road, Store};

    fn arrival(id: &str, email: &str) -> Arrival {
        let mut raw = RawRecord::default();
        raw.set(Field::Id, id);
        raw.set(Field::Created, "2026-11-20T09:00:00Z");
        raw.set(Field::Email, email);
        let as_of = moment::parse("2026-11-20T10:00:00Z").unwrap();
        Arrival {
            record: record::read(&raw).unwrap(),
            via: ReceivedVia::PartnerCenterExport,
            as_of,
            own: None,
            alias: None,
        }
    }

    fn store() -> Store {
        Store::open_in_memory(Terms::default(), "test").unwrap()
    }

    fn put(store: &mut Store, arrivals: &[Arrival], keep: bool) -> Vec<Placed> {
        let label = ImportLabel { title: "a.csv".into(), file_time: None, road: Road::File };
        let mut import = store.import(&label, moment::parse("2026-11-20T12:00:00Z").unwrap()).unwrap();
        let placed = arrivals.iter().map(|arrival| import.put(arrival).unwrap()).collect();
        if keep {
            import.commit().unwrap();
        }
        placed
    }

    fn schema(store: &Store) -> Vec<(String, Option<String>)> {
        let mut statement = store.connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn the_indices_stand_again_whatever_became_of_the_import() {
        let untouched = schema(&store());
        for keep in [true, false] {
            for arrivals in [vec![], vec![arrival("a", "a@x.example")], vec![arrival("", "b@x.example")]] {
                let mut store = store();
                put(&mut store, &arrivals, keep);
                assert_eq!(schema(&store), untouched);
            }
        }
    }

    #[test]
    fn a_fresh_store_places_records_as_any_other() {
        let arrivals = [
            arrival("a", "a@x.example"),
            arrival("a", "a@x.example"),
            arrival("", "b@x.example"),
            arrival("", "a@x.example"),
            arrival("", "b@x.example"),
            arrival("b", "b@x.example"),
        ];
        let fresh = put(&mut store(), &arrivals, true);
        let mut used = store();
        put(&mut used, &[arrival("other", "other@x.example")], true);
        let shifted = |placed: &Placed| match placed {
            Placed::Added(id) => (0, id.0),
            Placed::Updated(id) => (1, id.0),
            Placed::Unchanged(id) => (2, id.0),
        };
        let expected: Vec<_> =
            put(&mut used, &arrivals, true).iter().map(shifted).map(|(how, id)| (how, id - 1)).collect();
        assert_eq!(fresh.iter().map(shifted).collect::<Vec<_>>(), expected);
        assert_eq!(expected, [(0, 1), (2, 1), (0, 2), (2, 1), (2, 2), (1, 2)]);
    }
}
