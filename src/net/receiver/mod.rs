//! The receiver of deliveries (TRUST.md, "The receiver never lies"): an HTTP server that answers 2xx only after what it was
//! sent is on the disk. What it needs of this machine it asks a `Machine`.
//! Must not decide what a payload means (`formats::endpoint`) or which lead it is (`store`, `domain`).

mod answer;
mod body;
mod connection;
mod conversation;
mod crowd;
mod head;
mod log;
mod porter;
mod race;
mod server;
mod settings;
mod tls;
mod token;
mod wire;
mod writer;

use std::time::Duration;

use crate::domain::lead::Moment;

pub use server::{Receiver, ReceiverError, Stopper};
pub use settings::{Limits, ReceiverSettings, TlsFiles, TokenSource};
pub use tls::Certificate;
pub use token::{MOST_TOKENS, TokenHash, Unfit, new_token, read_tokens};

/// What the receiver needs of this machine.
pub trait Machine: Send + Sync {
    /// This instant, by the one clock.
    fn now(&self) -> Moment;
    /// Time that went by since some fixed instant; never goes back.
    fn uptime(&self) -> Duration;
    /// Tells whoever runs it a line without personal data.
    fn tell(&self, line: &str);
    /// The tokens that are good now, where they changed since they were asked for last.
    fn changed_tokens(&self) -> Option<Vec<TokenHash>>;
    /// The certificate that is good now, where it changed since it was asked for last.
    fn changed_certificate(&self) -> Option<Certificate>;
}
