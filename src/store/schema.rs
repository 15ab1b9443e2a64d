//! The schema's versions: an append-only list, each applied in one transaction. A file that is not ours, or newer than we
//! are, is refused before a byte of it changes. Must never ask anybody anything.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::error::{Doing, Result};

/// Marks the file as ours: "lead" in ASCII.
pub const APPLICATION_ID: i64 = 0x6c65_6164;

/// Every version, oldest first. The n-th brings the schema from n to n + 1.
const MIGRATIONS: &[&str] = &[
    include_str!("sql/0001_leads.sql"),
    include_str!("sql/0002_touches.sql"),
    include_str!("sql/0003_seen.sql"),
    include_str!("sql/0004_aliases.sql"),
    include_str!("sql/0005_receiver.sql"),
    include_str!("sql/0006_syncs.sql"),
    include_str!("sql/0007_uploads.sql"),
    include_str!("sql/0008_crm.sql"),
    include_str!("sql/0009_hooks.sql"),
    include_str!("sql/0010_identity.sql"),
    include_str!("sql/0011_theirs.sql"),
    include_str!("sql/0012_front.sql"),
];

/// The newest version this program knows.
pub const NEWEST: i64 = MIGRATIONS.len() as i64;

/// Brings a store of an older version, or an empty file, to the newest. Two processes may do so at once.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).doing("Opening the store")?;
    let version: i64 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0)).doing("Reading the schema's version")?;
    for sql in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(usize::MAX)) {
        transaction.execute_batch(sql).doing("Migrating the store")?;
    }
    if version < NEWEST {
        transaction.pragma_update(None, "application_id", APPLICATION_ID).doing("Marking the store")?;
        transaction.pragma_update(None, "user_version", NEWEST).doing("Marking the store")?;
    }
    transaction.commit().doing("Migrating the store")
}
