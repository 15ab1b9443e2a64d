//! One record of a source as it arrives, whatever the format: what every reader of this room answers and every way in takes.
//! Must not read anything itself.

use crate::domain::lead::{Moment, Record};
use crate::domain::reconcile::OwnPart;

/// One row or item of a file.
#[derive(Clone, Debug)]
pub struct Row {
    /// Line it begins on, from 1.
    pub line: u64,
    /// What it says, or why it is rejected.
    pub read: Result<RowRead, String>,
}

/// What a row or item says.
#[derive(Clone, Debug)]
pub struct RowRead {
    /// Microsoft's record.
    pub record: Record,
    /// When it was last changed at its source, if it says so.
    pub updated_at: Option<Moment>,
    /// The seller's part, in an export of our own.
    pub own: Option<OwnPart>,
    /// A further key by which its source knows it (`reconcile::Arrival::alias`).
    pub alias: Option<String>,
    /// The source does not tell when the lead was created: only a known lead takes the record, and keeps its own date.
    pub undated: bool,
}
