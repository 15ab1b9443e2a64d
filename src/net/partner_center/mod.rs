//! Partner Center's Referrals API (domain.md 1): the sign-in's session, listing what came in, and telling what is owed. Tested
//! against a stub that follows Microsoft's documents, not against the live service. Must not decide what a record does to a
//! known lead.

mod answers;
mod intake;
pub mod pull;
pub mod push;
pub mod session;

use crate::net::base::Base;
use crate::net::secret::Secret;
use crate::net::wire_error::WireError;
use crate::store::StoreError;

/// Where the sign-in is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenPlace {
    /// A private file beside the store.
    #[default]
    File,
    /// The keyring of the system.
    Keyring,
}

impl TokenPlace {
    /// Its word in the config.
    pub const fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Keyring => "keyring",
        }
    }
}

/// Whose leads are read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerCenterSettings {
    /// The seller's own app registration; without it nobody can sign in.
    pub client_id: Option<String>,
    /// The tenant, by id or domain.
    pub tenant: String,
    /// Where the sign-in is kept.
    pub token: TokenPlace,
    /// Where Entra is.
    pub authority: Base,
    /// Where the API is.
    pub api: Base,
}

impl Default for PartnerCenterSettings {
    fn default() -> Self {
        Self {
            client_id: None,
            tenant: "organizations".to_owned(),
            token: TokenPlace::File,
            authority: Base::of("https://login.microsoftonline.com"),
            api: Base::of("https://api.partner.microsoft.com"),
        }
    }
}

impl PartnerCenterSettings {
    /// Names the account's sync in the store.
    pub fn source(&self) -> String {
        let client = self.client_id.as_deref().unwrap_or_default();
        format!("partner-center {} {} {client}", self.api, self.tenant)
    }
}

/// Where the sign-in is kept on this machine: a private file, or the keyring. It is a secret as a whole.
pub trait TokenKeeper {
    /// The sign-in; `None` where nobody is signed in.
    fn read(&self) -> anyhow::Result<Option<Secret>>;

    /// Keeps a sign-in in the place of the one before.
    fn write(&self, sign_in: &Secret) -> anyhow::Result<()>;

    /// Forgets it; false where there was none.
    fn remove(&self) -> anyhow::Result<bool>;
}

/// Why a sync ended early. What was stored before stays, and the next one goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum PartnerCenterError {
    /// Entra or the API.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The place of the sign-in.
    #[error("{0:#}")]
    Keeper(anyhow::Error),
}

impl PartnerCenterError {
    /// The cause itself, whose kind tells the exit code.
    pub fn into_cause(self) -> anyhow::Error {
        match self {
            Self::Wire(error) => error.into(),
            Self::Store(error) => error.into(),
            Self::Keeper(error) => error,
        }
    }
}
