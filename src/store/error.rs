//! What can go wrong in the store, as sentences: what failed, what still holds, what to do.
//! Must not name a lead's data: an error may end up in a log.

use std::path::PathBuf;

/// An error of the store. Nothing was changed where one is answered.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not a leadbox store.
    #[error("{0} is not a leadbox store. It was left untouched; name another file with --db.")]
    Foreign(PathBuf),
    /// The file was made by a newer leadbox.
    #[error(
        "{path} was made by a newer leadbox (schema {found}, this one knows {known}). It was left untouched; update leadbox."
    )]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
    /// The path is a symbolic link.
    #[error("{0} is a symbolic link. leadbox keeps leads only in a file of its own; name the real file with --db.")]
    Symlink(PathBuf),
    /// The file cannot be opened or made.
    #[error("The store {path} cannot be opened: {cause}. Nothing was changed.")]
    Open {
        /// The store.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// Another process holds the store for longer than anybody waits.
    #[error("Another leadbox is writing to the store and does not finish. Nothing was changed; try again in a moment.")]
    Busy,
    /// The disk is full.
    #[error("The disk is full. Nothing was changed and what was stored is safe; free some space and try again.")]
    Full,
    /// The store or its folder may not be written.
    #[error(
        "{doing} failed: the store or its folder may not be written ({cause}). Nothing was changed; check their owner and mode."
    )]
    Denied {
        /// The act.
        doing: &'static str,
        /// What SQLite says.
        cause: rusqlite::Error,
    },
    /// The disk does not answer, or the file cannot be opened.
    #[error("{doing} failed: {cause}. Nothing was changed; check the disk, and that the store's path names a file.")]
    Disk {
        /// The act.
        doing: &'static str,
        /// What SQLite says.
        cause: rusqlite::Error,
    },
    /// The bundled SQLite is one with the WAL-reset fault.
    #[error(
        "This build carries SQLite {0}, which can lose committed data; leadbox needs 3.51.3 or later. Build it with its lock file."
    )]
    OldSqlite(&'static str),
    /// A stored value that no version of leadbox writes.
    #[error("Lead {lead} is damaged in the store ({what}). It was left as it is.")]
    Damaged {
        /// Which lead.
        lead: i64,
        /// Which part.
        what: &'static str,
    },
    /// A lead changed between reading and writing it.
    #[error("Lead {0} was changed by another leadbox at the same moment. Nothing was changed; try again.")]
    Conflict(i64),
    /// The same, met where no lead is known yet.
    #[error(
        "{doing} failed: a stored value is damaged ({cause}). It was left as it is and nothing was changed; go back to a backup."
    )]
    Unreadable {
        /// The act.
        doing: &'static str,
        /// What SQLite says.
        cause: rusqlite::Error,
    },
    /// Anything else SQLite says.
    #[error("{doing} failed: {cause}. Nothing was changed.")]
    Sqlite {
        /// The act.
        doing: &'static str,
        /// What SQLite says.
        cause: rusqlite::Error,
    },
}

impl StoreError {
    /// What failed, without what that means for a change: for a reading, which changes nothing.
    pub fn cause(&self) -> String {
        match self {
            Self::Busy => "another leadbox is writing to it".to_owned(),
            Self::Full => "the disk is full".to_owned(),
            Self::Denied { doing, cause } | Self::Disk { doing, cause } | Self::Sqlite { doing, cause } => {
                format!("{doing} failed: {cause}")
            }
            Self::Unreadable { doing, cause } => format!("{doing} failed: a stored value is damaged ({cause})"),
            other => other.to_string(),
        }
    }
}

/// The answer of every act of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Names the act for whatever SQLite says against it.
pub(super) trait Doing<T> {
    /// Turns SQLite's error into ours.
    fn doing(self, doing: &'static str) -> Result<T>;
}

/// True where the value of a column was not what its kind can be.
fn is_conversion(cause: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    matches!(cause, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..))
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|cause| match cause.sqlite_error_code() {
            None if is_conversion(&cause) => StoreError::Unreadable { doing, cause },
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(rusqlite::ErrorCode::DiskFull) => StoreError::Full,
            Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::PermissionDenied) => {
                StoreError::Denied { doing, cause }
            }
            Some(rusqlite::ErrorCode::SystemIoFailure | rusqlite::ErrorCode::CannotOpen) => {
                StoreError::Disk { doing, cause }
            }
            _ => StoreError::Sqlite { doing, cause },
        })
    }
}
