//! What can go wrong on a wire, as sentences: what failed and what to do (what still holds is said by whoever asked); and of
//! which kind it is, for the exit code. Must not hold an address with its query, a key, a signature or a token: an error may end up in a log.

use std::time::Duration;

/// Of which kind a failure is; the command line maps it to an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireKind {
    /// The service cannot be reached, or is too busy: later it may work (69).
    Unavailable,
    /// The credentials are refused, or do not allow it (77).
    Denied,
    /// What was asked for does not exist (66).
    Missing,
    /// The service refuses the request, or answers what cannot be read (65).
    Refused,
    /// The settings or the connection string cannot be used (78).
    Settings,
    /// A limit of the service is used up for now: later it works (75).
    Limited,
    /// The person asked to end; nothing is wrong.
    Stopped,
}

/// A failure on a wire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct WireError {
    /// Its kind.
    pub kind: WireKind,
    /// What failed, and what to do.
    pub sentence: String,
    /// How long the service asks to be left alone.
    pub retry_after: Option<Duration>,
    /// The request may have arrived, although no answer came.
    pub may_have_arrived: bool,
}

impl WireError {
    /// A failure of a kind.
    pub fn new(kind: WireKind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into(), retry_after: None, may_have_arrived: false }
    }

    /// The same of a request that may have arrived.
    #[must_use]
    pub fn perhaps_arrived(mut self, arrived: bool) -> Self {
        self.may_have_arrived = arrived;
        self
    }

    /// The end that a person asked for.
    pub fn stopped() -> Self {
        Self::new(WireKind::Stopped, "Ended as asked.")
    }
}
