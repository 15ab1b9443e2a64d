//! What is asked about deliveries beyond the leads they bring: when the last one came, and whether the store can take one.
//! Must change nothing.

use rusqlite::{OptionalExtension, named_params};

use crate::domain::lead::Moment;
use crate::store::Store;
use crate::store::change::{BatchKind, begin};
use crate::store::error::{Doing, Result};
use crate::store::rows::Stored;

impl Store {
    /// When the receiver took a delivery last; `None` if it never did.
    pub fn last_delivery(&self) -> Result<Option<Moment>> {
        let doing = "Reading when the last delivery came";
        let sql = "SELECT at FROM batch WHERE kind = :kind ORDER BY seq DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let kind = named_params! { ":kind": BatchKind::Delivery as i64 };
        statement.query_row(kind, |row| row.get::<_, Stored>(0)).optional().doing(doing).map(|at| at.map(|at| at.0))
    }

    /// Begins a change and drops it: `Err` says why the store would not take one now.
    pub fn can_be_written(&mut self) -> Result<()> {
        begin(&mut self.connection).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::moment::parse;
    use crate::domain::terms::Terms;
    use crate::store::{ImportLabel, Road, Store};

    #[test]
    fn the_newest_delivery_is_told_apart_from_imports() {
        let mut store = Store::open_in_memory(Terms::default(), "test").unwrap();
        assert_eq!(store.last_delivery().unwrap(), None);
        let times = [(Road::Delivery, "2026-11-20T12:00:00Z"), (Road::File, "2026-11-20T13:00:00Z")];
        for (road, at) in times {
            let label = ImportLabel { title: "delivery".into(), file_time: None, road };
            store.import(&label, parse(at).unwrap()).unwrap().commit().unwrap();
        }
        assert_eq!(store.last_delivery().unwrap(), parse(times[0].1));
        store.can_be_written().unwrap();
    }
}
