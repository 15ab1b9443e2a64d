//! What the inbox says in its message line, and what it waits to hear again: a second press of the same key.
//! Must not draw anything.

use crate::domain::lead::{LeadId, Moment};
use crate::domain::reaching::By;

/// What a second press of the same key confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Armed {
    /// Undo an old change: this one, made then.
    Undo(String, Moment),
    /// Look for the next lead to answer everywhere.
    Everywhere,
    /// Quit although a hot lead is nearly cold.
    Quit,
    /// Copy a contact of a lead that asked not to be contacted.
    Contact(LeadId, char),
    /// Mail or dial a lead that asked not to be contacted.
    Reach(LeadId, By),
    /// Dismiss a delivery that could not be read.
    Dismiss(i64),
    /// Copy a contact of marked leads, of which some asked not to be contacted.
    Contacts(char),
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is so.
    Plain,
    /// Something was done.
    Done,
    /// Something could not be done.
    Trouble,
}

/// The message line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it says.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// The key that takes it back is shown.
    pub undoable: bool,
}
