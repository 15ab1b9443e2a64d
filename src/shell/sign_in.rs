//! Where the sign-in to Partner Center is kept on this machine: a file of the seller's alone beside the store, or the keyring of
//! the system in a build that has it. A file that others may read is refused (TRUST.md). Must not look into the sign-in.

use std::path::{Path, PathBuf};

use crate::net::partner_center::{TokenKeeper, TokenPlace};
use crate::net::secret::Secret;
use crate::shell::files::{self, FileErrorKind, Overwrite};
use crate::shell::places;
use crate::shell::secret::{self, SecretError, SecretPlace};

/// The keeper that the settings ask for; `account` names the sign-in in a keyring.
#[cfg_attr(not(feature = "secrets"), expect(unused_variables, reason = "only a keyring names accounts"))]
pub fn keeper(place: TokenPlace, store: &Path, account: &str) -> Box<dyn TokenKeeper> {
    match place {
        #[cfg(feature = "secrets")]
        TokenPlace::Keyring => Box::new(keyring::Keyring::new(account)),
        _ => Box::new(SignInFile::beside(store)),
    }
}

/// The sign-in in a private file.
#[derive(Clone, Debug)]
pub struct SignInFile {
    path: PathBuf,
}

impl SignInFile {
    /// The file beside a store.
    pub fn beside(store: &Path) -> Self {
        Self { path: places::beside(store, ".partner-center") }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl TokenKeeper for SignInFile {
    fn read(&self) -> anyhow::Result<Option<Secret>> {
        match secret::read(&SecretPlace::File(self.path.clone()), "sign-in") {
            Ok(sign_in) => Ok(Some(sign_in)),
            Err(SecretError::File(error)) if error.kind() == FileErrorKind::NoInput => Ok(None),
            Err(SecretError::Empty(..)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&self, sign_in: &Secret) -> anyhow::Result<()> {
        Ok(files::write_bytes(&self.path, Overwrite::Yes, sign_in.reveal().as_bytes())?)
    }

    fn remove(&self) -> anyhow::Result<bool> {
        Ok(files::remove(&self.path)?)
    }
}

#[cfg(feature = "secrets")]
mod keyring {
    use ::keyring::{Entry, Error};

    use crate::net::partner_center::TokenKeeper;
    use crate::net::secret::Secret;

    /// What the keyring calls the program.
    const SERVICE: &str = "leadbox";

    /// The sign-in in the keyring of the system.
    pub(super) struct Keyring {
        account: String,
    }

    impl Keyring {
        pub(super) fn new(account: &str) -> Self {
            Self { account: account.to_owned() }
        }

        fn entry(&self) -> anyhow::Result<Entry> {
            Entry::new(SERVICE, &self.account).map_err(|error| told(&error))
        }
    }

    /// The error itself may hold what was stored: only its kind is told.
    fn told(error: &Error) -> anyhow::Error {
        let why = match error {
            Error::NoStorageAccess(_) => "it is locked or not allowed",
            Error::NoDefaultStore => "there is none, or it does not answer",
            _ => "it refuses",
        };
        anyhow::anyhow!(
            "The keyring of the system cannot be used ({why}). Nothing was changed; unlock it, or write token = \"file\" into \
             [partner_center] of the config."
        )
    }

    impl TokenKeeper for Keyring {
        fn read(&self) -> anyhow::Result<Option<Secret>> {
            match self.entry()?.get_password() {
                Ok(text) => Ok(Some(Secret::new(text))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(told(&error)),
            }
        }

        fn write(&self, sign_in: &Secret) -> anyhow::Result<()> {
            self.entry()?.set_password(sign_in.reveal()).map_err(|error| told(&error))
        }

        fn remove(&self) -> anyhow::Result<bool> {
            match self.entry()?.delete_credential() {
                Ok(()) => Ok(true),
                Err(Error::NoEntry) => Ok(false),
                Err(error) => Err(told(&error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_sign_in_is_private_replaced_whole_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = SignInFile::beside(&folder.path().join("leads.db"));
        assert_eq!(keeper.path(), folder.path().join("leads.db.partner-center"));
        assert!(keeper.read().unwrap().is_none() && !keeper.remove().unwrap());
        for text in ["{\"a\":1}", "{\"a\":2}"] {
            keeper.write(&Secret::new(text)).unwrap();
            assert_eq!(keeper.read().unwrap().unwrap().reveal(), text);
            assert_eq!(fs::metadata(keeper.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(keeper.remove().unwrap() && !keeper.path().exists());
    }

    #[test]
    fn what_others_may_read_is_refused_and_a_link_is_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = SignInFile::beside(&folder.path().join("leads.db"));
        keeper.write(&Secret::new("canary")).unwrap();
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(keeper.path(), Permissions::from_mode(mode)).unwrap();
            let error = keeper.read().unwrap_err();
            assert!(error.downcast_ref::<SecretError>().is_some_and(|error| matches!(error, SecretError::Open(..))));
            assert!(!format!("{error:?}").contains("canary"));
        }
        fs::remove_file(keeper.path()).unwrap();
        let elsewhere = folder.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, keeper.path()).unwrap();
        assert!(keeper.write(&Secret::new("x")).is_err() && !elsewhere.exists());
    }
}
