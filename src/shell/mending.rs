//! The mended text of a delivery that could not be read, imported whole as it was delivered. The inbox's way and the command
//! line's. Must not read a file, nor take in a part of it.

use std::path::Path;

use crate::app::msg::ImportSummary;
use crate::domain::lead::Moment;
use crate::domain::quarantine::Settlement;
use crate::shell::intake::{self, IntakeError, Mode};
use crate::shell::perform::summary;
use crate::store::{Store, StoreError};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// No delivery has this number.
    #[error("There is no delivery {0}.")]
    Unknown(i64),
    /// It was imported or dismissed.
    #[error("Delivery {0} was settled before.")]
    Settled(i64),
    /// A part of it cannot be read, or there is no lead in it.
    #[error("Nothing was imported: {0}.")]
    Refused(String),
    /// It cannot be read at all.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The store cannot take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Imports the text and settles the delivery.
pub fn mend(store: &mut Store, id: i64, text: &str, now: Moment) -> Result<ImportSummary, MendError> {
    let waiting = store.quarantine()?.into_iter().find(|delivery| delivery.id == id);
    let Some(delivery) = waiting else {
        let known = store.quarantined_body(id)?.is_some();
        return Err(if known { MendError::Settled(id) } else { MendError::Unknown(id) });
    };
    let name = format!("delivery {id}, mended");
    let mut import = |mode| intake::import_bytes(store, &name, text.as_bytes(), Some(delivery.received_at), now, mode);
    let tried = import(Mode::DryRun)?;
    if let Some(reject) = tried.rejects.first() {
        return Err(MendError::Refused(format!("line {}, {}", reject.line, reject.reason)));
    }
    if tried.rows == 0 {
        return Err(MendError::Refused("there is no lead in it".to_owned()));
    }
    let report = import(Mode::Keep)?;
    // Imported it is; where it cannot be settled it is offered once more, and importing it again does no harm.
    drop(store.settle(id, Settlement::Imported, now));
    Ok(summary(Path::new(&name), &report))
}
