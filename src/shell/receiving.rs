//! What the receiver needs of this machine: its tokens and its certificate from private files, looked at again when they
//! change, and room for many connections. Makes tokens, and keeps only their hashes. Must not show one.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::domain::lead::Moment;
use crate::domain::moment::rfc3339;
use crate::net::receiver::{
    Certificate, MOST_TOKENS, Machine, ReceiverSettings, TlsFiles, TokenHash, TokenSource, Unfit, new_token,
    read_tokens,
};
use crate::shell::clock::Clock;
use crate::shell::files::{self, FileError, Overwrite};
use crate::shell::places;
use crate::shell::secret::{self, SecretError, SecretPlace};

/// A certificate file larger than this is none.
const MOST_BYTES: u64 = 1024 * 1024;

/// Files beside the connections: the store, its log, the terminal.
const SPARE_FILES: u64 = 64;

/// Why there are no tokens or no certificate. Nothing was started or changed.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The place of the tokens cannot be read, or others can read it.
    #[error(transparent)]
    Secret(SecretError),
    /// What stands there is of no use.
    #[error("{0} {1}. Nothing was started.")]
    Unfit(SecretPlace, Unfit),
    /// The file of our own tokens, or a certificate, cannot be read or written.
    #[error(transparent)]
    File(FileError),
    /// The system gives no random bytes.
    #[error("The system gives no random bytes ({0}), so no token was made.")]
    Random(std::io::Error),
}

/// The file beside the store where hashes of our own tokens are kept.
pub fn own_tokens(store: &Path) -> PathBuf {
    places::beside(store, ".tokens")
}

/// The file in which tokens may change while the receiver runs.
fn tokens_file(source: &TokenSource, store: &Path) -> Option<PathBuf> {
    match source {
        TokenSource::Own => Some(own_tokens(store)),
        TokenSource::File(path) => Some(path.clone()),
        TokenSource::Env(_) | TokenSource::Hashes(_) => None,
    }
}

/// The tokens that are good now; none where there is no file of our own.
pub fn tokens(source: &TokenSource, store: &Path) -> Result<Vec<TokenHash>, SecretsError> {
    let place = match source {
        TokenSource::Hashes(hashes) => return Ok(hashes.clone()),
        TokenSource::Env(name) => SecretPlace::Env(name.clone()),
        TokenSource::File(path) => SecretPlace::File(path.clone()),
        TokenSource::Own => {
            let path = own_tokens(store);
            if !path.exists() {
                return Ok(Vec::new());
            }
            SecretPlace::File(path)
        }
    };
    let text = secret::read_text(&place, "token").map_err(SecretsError::Secret)?;
    read_tokens(text.reveal()).map_err(|unfit| SecretsError::Unfit(place, unfit))
}

/// Makes a token and keeps its hash in the file of our own; the newest before it stays good beside it. Answers the token,
/// which is kept nowhere.
pub fn add_token(store: &Path, now: Moment) -> Result<String, SecretsError> {
    let mut random = [0; 32];
    let filled = rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())
        .map_err(|error| SecretsError::Random(error.into()))?;
    if filled < random.len() {
        return Err(SecretsError::Random(std::io::ErrorKind::UnexpectedEof.into()));
    }
    let token = new_token(random);
    let before = tokens(&TokenSource::Own, store)?;
    let good = std::iter::once(TokenHash::of(&token)).chain(before).take(MOST_TOKENS);
    write_tokens(store, good, now)?;
    Ok(token)
}

/// Takes all but the newest token out of the file of our own; false where there was no older one.
pub fn revoke_old_token(store: &Path, now: Moment) -> Result<bool, SecretsError> {
    let before = tokens(&TokenSource::Own, store)?;
    if before.len() < 2 {
        return Ok(false);
    }
    write_tokens(store, before.into_iter().take(1), now).map(|()| true)
}

fn write_tokens(store: &Path, tokens: impl Iterator<Item = TokenHash>, now: Moment) -> Result<(), SecretsError> {
    let head = format!(
        "# Hashes of the tokens with which leads may be delivered to leadbox serve, the newest first. Written {}.\n",
        rfc3339(now)
    );
    let text = tokens.fold(head, |text, token| text + &token.word() + "\n");
    files::write_bytes(&own_tokens(store), Overwrite::Yes, text.as_bytes()).map_err(SecretsError::File)
}

/// The certificate and its key; the key must be its owner's alone.
pub fn certificate(files: &TlsFiles) -> Result<Certificate, SecretsError> {
    let chain = files::read_capped(&files.cert, MOST_BYTES).map_err(SecretsError::File)?;
    let key = secret::read_text(&SecretPlace::File(files.key.clone()), "key").map_err(SecretsError::Secret)?;
    Ok(Certificate { chain, key: key.reveal().as_bytes().to_vec() })
}

/// Room for connections: asks the system for as many files as the receiver may need, and takes less where it gets less.
pub fn make_room(settings: &mut ReceiverSettings) -> std::io::Result<()> {
    let wanted = settings.limits.open as u64 + SPARE_FILES;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < wanted) {
        let most = maximum.map_or(wanted, |maximum| maximum.min(wanted));
        // Where more is not to be had, what there is must do.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum });
    }
    let room = getrlimit(Resource::Nofile).current.unwrap_or(wanted).saturating_sub(SPARE_FILES).max(8);
    settings.limits.open = settings.limits.open.min(room as usize);
    Ok(())
}

/// What tells two contents of a file apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp(i64, i64, u64, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let found = path.metadata().ok()?;
    Some(Stamp(found.mtime(), found.mtime_nsec(), found.ino(), found.size()))
}

/// This machine, as the receiver sees it.
pub struct ReceiverMachine {
    clock: Clock,
    tell: Box<dyn Fn(&str) + Send + Sync>,
    store: PathBuf,
    source: TokenSource,
    tls: Option<TlsFiles>,
    seen: Mutex<Seen>,
}

/// The files as they were when they were read last.
struct Seen {
    tokens: Option<Stamp>,
    certificate: (Option<Stamp>, Option<Stamp>),
}

impl ReceiverMachine {
    /// A machine whose log goes to `tell`. Call before the files are read: what changes from here on is noticed.
    pub fn new(
        clock: Clock,
        store: &Path,
        settings: &ReceiverSettings,
        tell: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        let (source, tls) = (settings.tokens.clone(), settings.tls.clone());
        let tokens = tokens_file(&source, store).as_deref().and_then(stamp);
        let seen = Mutex::new(Seen { tokens, certificate: tls.as_ref().map(stamps).unwrap_or_default() });
        Self { clock, tell: Box::new(tell), store: store.to_owned(), source, tls, seen }
    }

    fn told<T>(&self, what: &str, read: Result<T, SecretsError>) -> Option<T> {
        read.map_err(|error| {
            let at = rfc3339(self.clock.now());
            (self.tell)(&format!("{at} {what} changed and cannot be used; those before stay good. {error}"));
        })
        .ok()
    }
}

fn stamps(files: &TlsFiles) -> (Option<Stamp>, Option<Stamp>) {
    (stamp(&files.cert), stamp(&files.key))
}

impl Machine for ReceiverMachine {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn uptime(&self) -> Duration {
        Clock::passed()
    }

    fn tell(&self, line: &str) {
        (self.tell)(line);
    }

    fn changed_tokens(&self) -> Option<Vec<TokenHash>> {
        let found = stamp(&tokens_file(&self.source, &self.store)?);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.tokens == found {
            return None;
        }
        seen.tokens = found;
        self.told("The tokens", tokens(&self.source, &self.store))
    }

    fn changed_certificate(&self) -> Option<Certificate> {
        let files = self.tls.as_ref()?;
        let found = stamps(files);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.certificate == found {
            return None;
        }
        seen.certificate = found;
        self.told("The certificate", certificate(files))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Arc;

    fn now() -> Moment {
        crate::domain::moment::parse("2026-11-20T12:00:00Z").unwrap()
    }

    #[test]
    fn a_token_is_made_once_and_only_its_hash_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("leads.db");
        assert!(tokens(&TokenSource::Own, &store).unwrap().is_empty());
        let [first, second, third] = [(); 3].map(|()| add_token(&store, now()).unwrap());
        assert_eq!(tokens(&TokenSource::Own, &store).unwrap(), [TokenHash::of(&third), TokenHash::of(&second)]);
        let path = own_tokens(&store);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!([&first, &second, &third].iter().all(|token| !text.contains(token.as_str())));
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(revoke_old_token(&store, now()).unwrap());
        assert!(!revoke_old_token(&store, now()).unwrap());
        assert_eq!(tokens(&TokenSource::Own, &store).unwrap(), [TokenHash::of(&third)]);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(tokens(&TokenSource::Own, &store), Err(SecretsError::Secret(SecretError::Open(..)))));
    }

    #[test]
    fn tokens_that_change_are_noticed_and_bad_ones_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("leads.db");
        add_token(&store, now()).unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&told);
        let settings = ReceiverSettings::default();
        let machine = ReceiverMachine::new(Clock::fixed(now(), Tz::UTC), &store, &settings, move |line| {
            lines.lock().unwrap().push(line.to_owned());
        });
        assert_eq!(machine.changed_tokens(), None);
        add_token(&store, now()).unwrap();
        assert_eq!(machine.changed_tokens().map(|tokens| tokens.len()), Some(2));
        assert_eq!(machine.changed_tokens(), None);
        files::write_bytes(&own_tokens(&store), Overwrite::Yes, b"short\n").unwrap();
        assert_eq!(machine.changed_tokens(), None);
        assert!(told.lock().unwrap()[0].contains("those before stay good"));
        assert_eq!(machine.changed_certificate(), None);
    }
}
