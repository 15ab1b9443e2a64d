//! Who this store is: the identity it was given when it was made, and the keys of its leads that are made of it.
//! Must not make a key: the domain does.

use std::collections::HashSet;

use crate::domain::lead::LeadId;
use crate::domain::lead_key::LeadKeys;
use crate::store::Store;
use crate::store::error::{Doing, Result};

impl Store {
    /// The keys by which a CRM knows the leads of this store again.
    pub fn lead_keys(&self) -> Result<LeadKeys> {
        let doing = "Reading the store's identity";
        let sql = "SELECT store FROM identity WHERE one = 1";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let store = statement.query_row([], |row| row.get::<_, [u8; 8]>(0)).doing(doing)?;
        let mut statement = self.connection.prepare_cached("SELECT lead FROM early_key").doing(doing)?;
        let early = statement.query_map([], |row| row.get(0).map(LeadId)).doing(doing)?;
        let early = early.collect::<rusqlite::Result<HashSet<LeadId>>>().doing(doing)?;
        Ok(LeadKeys::new(store, early))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::terms::Terms;

    fn keys(store: &Store) -> LeadKeys {
        store.lead_keys().unwrap()
    }

    #[test]
    fn no_two_stores_are_the_same_and_a_copy_is_the_store_it_was_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str| Store::open(&folder.path().join(name), Terms::default(), "test").unwrap();
        let one = keys(&open("one.db"));
        assert_ne!(one, keys(&open("other.db")));
        assert_ne!(one, keys(&Store::open_in_memory(Terms::default(), "test").unwrap()));
        assert_eq!(one, keys(&open("one.db")), "opened again");
        std::fs::copy(folder.path().join("one.db"), folder.path().join("copy.db")).unwrap();
        assert_eq!(one, keys(&open("copy.db")));
    }
}
