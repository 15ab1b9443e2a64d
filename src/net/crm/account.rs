//! What came of a run: each lead that was sent, those that were not, and why it ended.
//! Must not decide any of it.

use serde::Serialize;

use crate::domain::crm::PushResult;
use crate::domain::lead::LeadId;
use crate::domain::push::Left;

/// What came of one lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The lead.
    pub lead: i64,
    /// What came of it.
    pub result: PushResult,
    /// Its id there.
    pub remote: Option<String>,
    /// The same as a sentence.
    pub sentence: String,
}

/// What came of a run so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The leads that were sent.
    pub told: Vec<Told>,
    /// Leads that the CRM has as they are here.
    pub unchanged: usize,
    /// Leads that were not sent, and why.
    pub left: Vec<(LeadId, Left)>,
    /// Leads that were not looked at, because as many went as were wanted.
    pub beyond: usize,
    /// Leads that the run did not come to.
    pub waiting: usize,
    /// What was filled in or cut.
    pub notes: Vec<String>,
    /// Why it ended early, where nothing is wrong with the wire.
    pub ended: Option<String>,
}

impl Account {
    /// How many leads came to this.
    pub fn count(&self, result: PushResult) -> usize {
        self.told.iter().filter(|told| told.result == result).count()
    }
}
