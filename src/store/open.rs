//! Opening a store safely: a file of our own, private, no link, not newer than we are, on a SQLite without the WAL-reset
//! fault, with the settings TRUST.md promises. Must not change a byte of a file it refuses.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::store::error::{Doing, Result, StoreError};
use crate::store::schema;

/// SQLite 3.51.3 is the first without the WAL-reset fault (TRUST.md).
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long a write waits for another process's.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before trying again what SQLite does not wait for itself.
const PAUSE: Duration = Duration::from_millis(20);

/// Opens the file at `path`, or makes it with mode 0600.
pub fn open(path: &Path) -> Result<Connection> {
    check_sqlite()?;
    check_file(path)?;
    let connection = Connection::open(path).doing("Opening the store")?;
    connection.busy_timeout(PATIENCE).doing("Opening the store")?;
    // Closing a refused file must not carry its write-ahead log into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).doing("Opening the store")?;
    check_mark(&connection, path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).doing("Opening the store")?;
    make_private(path).map_err(|cause| StoreError::Open { path: path.to_owned(), cause })?;
    prepare(connection)
}

/// Opens the file at `path` for a look: only to be read, and only where it is a store of this version. `None` where it is
/// not, or where somebody is busy with it.
pub fn look(path: &Path) -> Option<Connection> {
    check_sqlite().ok()?;
    let head = head(path).ok()?;
    if (head.version, head.mark) != (Some(schema::NEWEST), Some(schema::APPLICATION_ID)) {
        return None;
    }
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        Path::new(&name).metadata().is_ok_and(|meta| meta.len() > 0)
    };
    // A write-ahead log is read together with its index. Where there is none the file is all, and reading it as one that
    // does not change keeps SQLite from making either.
    let at_rest = !beside("-wal");
    if !at_rest && !beside("-shm") {
        return None;
    }
    let name = percent_encoding::percent_encode(path.as_os_str().as_bytes(), URI);
    let uri = format!("file:{name}?mode=ro{}", if at_rest { "&immutable=1" } else { "" });
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags).ok()?;
    connection.busy_timeout(PAUSE).ok()?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).ok()?;
    Some(connection)
}

/// What is written as it is in the name of a file in a URI.
const URI: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// Opens a store in memory.
pub fn open_in_memory() -> Result<Connection> {
    check_sqlite()?;
    prepare(Connection::open_in_memory().doing("Opening the store")?)
}

fn check_sqlite() -> Result<()> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::OldSqlite(rusqlite::version()));
    }
    Ok(())
}

/// Looks at the file's first bytes, where SQLite keeps its mark, our mark and the schema's version.
fn check_file(path: &Path) -> Result<()> {
    let cause = |cause| StoreError::Open { path: path.to_owned(), cause };
    match path.symlink_metadata() {
        Ok(meta) if meta.is_symlink() => return Err(StoreError::Symlink(path.to_owned())),
        Ok(meta) if !meta.is_file() => return Err(StoreError::Foreign(path.to_owned())),
        Ok(_) => {}
        Err(missing) if missing.kind() == ErrorKind::NotFound => return create(path),
        Err(other) => return Err(cause(other)),
    }
    let head = head(path).map_err(cause)?;
    if head.empty {
        return Ok(());
    }
    match (head.version, head.mark) {
        (Some(found), Some(schema::APPLICATION_ID)) if found > schema::NEWEST => {
            Err(StoreError::Newer { path: path.to_owned(), found, known: schema::NEWEST })
        }
        // A first start that was cut off has its mark in the write-ahead log only: `check_mark` decides.
        (Some(_), Some(schema::APPLICATION_ID | 0)) => Ok(()),
        _ => Err(StoreError::Foreign(path.to_owned())),
    }
}

/// What a file says of itself in its first bytes.
struct Head {
    empty: bool,
    /// The schema's version; `None` where it is no file of SQLite's.
    version: Option<i64>,
    mark: Option<i64>,
}

fn head(path: &Path) -> std::io::Result<Head> {
    let mut head = Vec::new();
    if !path.symlink_metadata()?.is_file() {
        return Ok(Head { empty: false, version: None, mark: None });
    }
    File::open(path).and_then(|file| file.take(100).read_to_end(&mut head))?;
    let number = |at: usize| head.get(at..at + 4).map(|b| i64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]])));
    let version = number(60).filter(|_| head.starts_with(b"SQLite format 3\0"));
    Ok(Head { empty: head.is_empty(), version, mark: number(68) })
}

/// What `check_file` looked at, as SQLite sees it with its write-ahead log. One reading: another process may be making the
/// store at this moment, and half of what it writes would look like somebody else's file.
fn check_mark(connection: &Connection, path: &Path) -> Result<()> {
    let doing = "Reading the store's mark";
    // One snapshot: another start may be making the store at this moment.
    let snapshot = connection.unchecked_transaction().doing(doing)?;
    let number = |pragma| snapshot.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).doing(doing);
    let (mark, found) = (number("application_id")?, number("user_version")?);
    let tables: i64 = snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).doing(doing)?;
    match mark {
        schema::APPLICATION_ID if found > schema::NEWEST => {
            Err(StoreError::Newer { path: path.to_owned(), found, known: schema::NEWEST })
        }
        schema::APPLICATION_ID => Ok(()),
        0 if tables == 0 && found == 0 => Ok(()),
        _ => Err(StoreError::Foreign(path.to_owned())),
    }
}

fn make_private(path: &Path) -> std::io::Result<()> {
    let mode = path.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

fn create(path: &Path) -> Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Ok(_) => Ok(()),
        Err(exists) if exists.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(StoreError::Open { path: path.to_owned(), cause }),
    }
}

fn prepare(mut connection: Connection) -> Result<Connection> {
    let doing = "Opening the store";
    connection.busy_timeout(PATIENCE).doing(doing)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).doing(doing)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).doing(doing)?;
    // SQLite would plan what reads a lead's debts anew for every lead, which cost as much as reading the lead.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).doing(doing)?;
    write_ahead(&connection)?;
    for (pragma, value) in
        [("synchronous", "FULL"), ("foreign_keys", "ON"), ("cell_size_check", "ON"), ("secure_delete", "ON")]
    {
        connection.pragma_update_and_check(None, pragma, value, |_| Ok(())).or_else(no_answer).doing(doing)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Switches the file to a write-ahead log. SQLite answers "busy" at once, without waiting, where another process switches a
/// new file at the same moment; so the waiting is done here.
fn write_ahead(connection: &Connection) -> Result<()> {
    let switch =
        || connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).doing("Opening the store");
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        match switch() {
            Err(StoreError::Busy) => std::thread::sleep(PAUSE),
            answer => return answer,
        }
    }
    switch()
}

/// Some pragmas answer with a row and some with none; both are fine.
fn no_answer(error: rusqlite::Error) -> rusqlite::Result<()> {
    match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        other => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::{StatementStatus, named_params};
    use std::sync::Barrier;

    #[test]
    fn a_new_store_may_be_opened_by_many_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for round in 0..25 {
            let path = folder.path().join(format!("{round}.db"));
            let start = Barrier::new(6);
            let opened = || {
                start.wait();
                open(&path).map(drop).map_err(|error| error.to_string())
            };
            let answers: Vec<std::result::Result<(), String>> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..6).map(|_| scope.spawn(opened)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(answers.iter().all(std::result::Result::is_ok), "round {round}: {answers:?}");
        }
    }
    #[test]
    fn a_statement_is_planned_once_whatever_is_bound_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open(&folder.path().join("leads.db")).unwrap();
        let sql = "SELECT kind FROM owed WHERE lead = :it AND closed_at IS NULL ORDER BY rowid";
        let mut statement = connection.prepare(sql).unwrap();
        for it in 1..5 {
            assert!(!statement.exists(named_params! { ":it": it }).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
