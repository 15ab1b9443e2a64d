//! What every form of export has in common: a beginning, a piece a lead, an end, and how much one file holds; so that a large
//! store streams and a file is split where the next tool asks for it. Must not choose leads: `domain::leaving` does.

use crate::domain::lead::{Lead, Moment};

/// A form in which leads leave, piece by piece.
pub trait Leaving {
    /// What a file begins with. Asked again for every further file of an export that is split.
    fn head(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError>;

    /// One lead. Leaves `out` as it is where the form keeps the lead for the end, or has nothing to say of it.
    fn lead(&mut self, lead: &Lead, about: &About, out: &mut Vec<u8>) -> Result<(), LeavingError>;

    /// What a file ends with.
    fn tail(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError>;

    /// How much one file holds.
    fn limits(&self) -> Limits {
        Limits::NONE
    }

    /// What was filled in or shortened in single cells so far, a sentence each.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What of a lead is not in the lead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct About {
    /// The moment as of which it is written.
    pub now: Moment,
    /// How many leads its person has.
    pub person_leads: u32,
}

/// How much one file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Leads, the header not counted.
    pub rows: Option<usize>,
    /// Bytes of the whole file.
    pub bytes: Option<u64>,
}

impl Limits {
    /// As much as there is.
    pub const NONE: Self = Self { rows: None, bytes: None };

    /// True where a file may turn out to be too small.
    pub fn any(self) -> bool {
        self != Self::NONE
    }
}

/// Why a form cannot be written, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LeavingError(pub String);
