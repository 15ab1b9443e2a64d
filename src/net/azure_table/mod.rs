//! Leads from an Azure Table: the account and what unlocks it, a page of a table, and a round that takes all pages into the
//! store and can be cut off anywhere. The columns are not documented (domain.md 4.2); `formats::table_entity` reads them.
//! Must not decide what a lead is.

mod connection;
mod page;
mod refusal;
mod round;
mod signing;

pub use connection::{Connection, Lock};
pub use page::{Table, check_name};
pub use round::{Begin, Keep, Reject, Round, RoundError, Taken};

/// The table that the marketplace makes (seen in reports; its documentation names none).
pub const DEFAULT_TABLE: &str = "marketplaceleads";

/// Tables and how patiently to ask for them, as the config says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureTableSettings {
    /// The table, if it is not what the address says or the default.
    pub table: Option<String>,
    /// How long a round keeps trying where the service does not answer, in seconds.
    pub retry_seconds: u32,
}

impl Default for AzureTableSettings {
    fn default() -> Self {
        Self { table: None, retry_seconds: 120 }
    }
}
