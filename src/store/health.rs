//! Whether the file is sound: its schema's version, and what SQLite finds wrong with it.
//! Must repair nothing, and must not look at a lead.

use crate::store::Store;
use crate::store::error::{Doing, Result};

impl Store {
    /// The version of the schema.
    pub fn schema_version(&self) -> Result<i64> {
        let doing = "Reading the schema's version";
        self.connection.pragma_query_value(None, "user_version", |row| row.get(0)).doing(doing)
    }

    /// What a quick check of the whole file finds wrong; nothing where it is sound.
    pub fn faults(&self) -> Result<Vec<String>> {
        let doing = "Checking the store";
        let mut found: Vec<String> = Vec::new();
        self.connection
            .pragma_query(None, "quick_check", |row| {
                found.push(row.get(0)?);
                Ok(())
            })
            .doing(doing)?;
        found.retain(|line| line != "ok");
        Ok(found)
    }
}
