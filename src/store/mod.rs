//! Leads in one SQLite file, and back: open and guard, read, change with its journal, undo, import (HOUSE.md, TRUST.md).
//! The only room with SQL; every statement is prepared, with named parameters. Must not decide anything about leads:
//! it asks `domain`.

mod change;
mod crm;
mod error;
mod fresh;
mod front;
mod health;
mod history;
mod hooks;
mod identity;
mod import;
mod import_note;
mod look;
mod lookup;
mod open;
mod page;
mod quarantine;
mod read;
mod receiver;
mod referral;
mod rows;
mod schema;
mod seen;
mod snapshot;
mod sweep;
mod sync;
mod upload;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::domain::terms::Terms;

pub use change::{Applied, Redone, Undone};
pub use crm::{Sending, Settled};
pub use error::{Result, StoreError};
pub use front::FrontPage;
pub use history::Step;
pub use hooks::Followed;
pub use import::{Import, ImportCounts, ImportLabel, Placed, Road};
pub use quarantine::Kept;
pub use read::{DataAge, Mark};
pub use snapshot::Snapshot;
pub use sync::Progress;

/// An open store.
pub struct Store {
    connection: Connection,
    path: Option<PathBuf>,
    terms: Terms,
    start: String,
}

impl Store {
    /// Opens the store at `path`, making it if there is none. `start` names this start of the program: an undo of a
    /// change from another start asks first. The folder must exist.
    pub fn open(path: &Path, terms: Terms, start: &str) -> Result<Self> {
        let connection = open::open(path)?;
        Ok(Self { connection, path: Some(path.to_owned()), terms, start: start.to_owned() })
    }

    /// A store that lives as long as this value: for tests.
    pub fn open_in_memory(terms: Terms, start: &str) -> Result<Self> {
        let connection = open::open_in_memory()?;
        Ok(Self { connection, path: None, terms, start: start.to_owned() })
    }

    /// A second connection to the same file; `None` for a store in memory.
    pub fn reopen(&self) -> Option<Result<Self>> {
        self.path.as_ref().map(|path| Self::open(path, self.terms.clone(), &self.start))
    }

    /// Where it stands; `None` for a store in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The clocks it computes by.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }
}
