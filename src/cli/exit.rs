//! Exit codes (PRODUCT.md 5), from every error there is. The one place that knows the numbers.
//! Must not print.

use std::io::ErrorKind;

use crate::net::receiver::ReceiverError;
use crate::net::wire_error::{WireError, WireKind};
use crate::shell::clock::ClockError;
use crate::shell::config::ConfigError;
use crate::shell::crm_mapping::CrmMappingError;
use crate::shell::files::{FileError, FileErrorKind};
use crate::shell::intake::IntakeError;
use crate::shell::mending::MendError;
use crate::shell::outgoing::OutgoingError;
use crate::shell::places::PlacesError;
use crate::shell::receiving::SecretsError;
use crate::shell::secret::SecretError;
use crate::store::StoreError;

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(pub u8);

impl Exit {
    /// Done; rejected rows do not change that.
    pub const DONE: Self = Self(0);
    /// Failed; nothing was changed.
    pub const FAILED: Self = Self(1);
    /// Usage, or a field that cannot be taken.
    pub const USAGE: Self = Self(2);
    /// `status`: something was left too long.
    pub const LATE: Self = Self(3);
    /// A whole input was refused.
    pub const REFUSED: Self = Self(65);
    /// There is no such input.
    pub const NO_INPUT: Self = Self(66);
    /// A service cannot be reached.
    pub const UNAVAILABLE: Self = Self(69);
    /// The output cannot be made.
    pub const CANNOT_CREATE: Self = Self(73);
    /// Reading or writing failed.
    pub const IO: Self = Self(74);
    /// Busy; try again.
    pub const BUSY: Self = Self(75);
    /// Permission.
    pub const PERMISSION: Self = Self(77);
    /// The config.
    pub const CONFIG: Self = Self(78);
}

/// Every exit code and what it means; the README's table and the manual say the same.
pub const MEANINGS: &[(Exit, &str)] = &[
    (Exit::DONE, "done, also with rejected rows"),
    (Exit::FAILED, "failed; a lead that does not take the verb; nothing was changed"),
    (Exit::USAGE, "usage, or a field that cannot be taken"),
    (Exit::LATE, "`status`: a hot lead is untouched for 24 hours, or an entry of the outbox is past its deadline"),
    (Exit::REFUSED, "a whole input was refused"),
    (Exit::NO_INPUT, "no such input"),
    (Exit::UNAVAILABLE, "a service cannot be reached, or an address to listen on cannot be had"),
    (Exit::CANNOT_CREATE, "the output cannot be made; an existing file without `--force`"),
    (Exit::IO, "reading or writing failed"),
    (Exit::BUSY, "busy, try again"),
    (Exit::PERMISSION, "permission"),
    (Exit::CONFIG, "the config"),
];

/// What cannot be done, or cannot be done so, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The state of things does not allow it (1).
    #[error("{0}")]
    Failed(String),
    /// A flag or a field says what cannot be taken (2).
    #[error("{0}")]
    Usage(String),
    /// What is needed for it is not there, or does not answer (69).
    #[error("{0}")]
    Unavailable(String),
    /// A file of settings cannot be used (78).
    #[error("{0}")]
    Config(String),
}

impl Fault {
    /// A failure with a sentence.
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self::Failed(sentence.into())
    }

    /// A usage error with a sentence.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self::Usage(sentence.into())
    }
}

/// The whole error for people: each cause once, also where a sentence already holds the one beneath it.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut whole = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !whole.contains(&cause) {
            let before = if whole.is_empty() { "" } else { ": " };
            whole.extend([before, &cause]);
        }
    }
    whole
}

/// The exit code of an error. A reader that closed our output early is no error.
pub fn of(error: &anyhow::Error) -> Exit {
    error.chain().find_map(of_one).unwrap_or(Exit::FAILED)
}

fn of_one(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(fault) = cause.downcast_ref::<Fault>() {
        return Some(match fault {
            Fault::Failed(_) => Exit::FAILED,
            Fault::Usage(_) => Exit::USAGE,
            Fault::Unavailable(_) => Exit::UNAVAILABLE,
            Fault::Config(_) => Exit::CONFIG,
        });
    }
    if let Some(error) = cause.downcast_ref::<IntakeError>() {
        return Some(of_intake(error));
    }
    if let Some(error) = cause.downcast_ref::<MendError>() {
        return Some(match error {
            MendError::Unknown(_) | MendError::Settled(_) => Exit::FAILED,
            MendError::Refused(_) => Exit::REFUSED,
            MendError::Intake(error) => of_intake(error),
            MendError::Store(error) => of_store(error),
        });
    }
    if let Some(error) = cause.downcast_ref::<OutgoingError>() {
        return Some(match error {
            OutgoingError::Store(error) | OutgoingError::Unmarked { why: error, .. } => of_store(error),
            OutgoingError::Template(_) => Exit::REFUSED,
            OutgoingError::File(error) | OutgoingError::Partly { why: error, .. } => of_file(error),
            OutgoingError::Stream(error) => of_io(error.kind()),
            OutgoingError::Form(_) => Exit::FAILED,
            OutgoingError::TooMany(_) => Exit::CANNOT_CREATE,
            OutgoingError::Mapping(error) => of_mapping(error),
        });
    }
    if let Some(error) = cause.downcast_ref::<CrmMappingError>() {
        return Some(of_mapping(error));
    }
    if let Some(exit) = of_wires(cause) {
        return Some(exit);
    }
    if cause.is::<ClockError>() {
        return Some(Exit::USAGE);
    }
    if cause.is::<ConfigError>() || cause.is::<PlacesError>() {
        return Some(Exit::CONFIG);
    }
    let store = cause.downcast_ref::<StoreError>().map(of_store);
    let file = || cause.downcast_ref::<FileError>().map(of_file);
    let io = || cause.downcast_ref::<std::io::Error>().map(|error| of_io(error.kind()));
    store.or_else(file).or_else(io)
}

/// Services, what opens them, and our own receiver.
fn of_wires(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(error) = cause.downcast_ref::<WireError>() {
        return Some(of_wire(error.kind));
    }
    if let Some(error) = cause.downcast_ref::<SecretError>() {
        return Some(of_secret(error));
    }
    if let Some(error) = cause.downcast_ref::<SecretsError>() {
        return Some(match error {
            SecretsError::Secret(error) => of_secret(error),
            SecretsError::Unfit(..) => Exit::CONFIG,
            SecretsError::File(error) => of_file(error),
            SecretsError::Random(_) => Exit::IO,
        });
    }
    if let Some(error) = cause.downcast_ref::<ReceiverError>() {
        return Some(match error {
            ReceiverError::Bind { cause, .. } => of_bind(cause.kind()),
            ReceiverError::Certificate(_) => Exit::CONFIG,
            ReceiverError::System(error) => of_io(error.kind()),
            ReceiverError::Lost => Exit::FAILED,
        });
    }
    None
}

fn of_mapping(error: &CrmMappingError) -> Exit {
    match error {
        CrmMappingError::Unreadable(_, error) => of_file(error),
        CrmMappingError::Unfit(..) => Exit::CONFIG,
    }
}

fn of_secret(error: &SecretError) -> Exit {
    match error {
        SecretError::Empty(..) | SecretError::NoLine(..) => Exit::CONFIG,
        SecretError::Open(..) | SecretError::Foreign(..) => Exit::PERMISSION,
        SecretError::File(error) => of_file(error),
    }
}

/// An address that cannot be listened on.
fn of_bind(kind: ErrorKind) -> Exit {
    match kind {
        ErrorKind::PermissionDenied => Exit::PERMISSION,
        ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable => Exit::UNAVAILABLE,
        _ => Exit::IO,
    }
}

fn of_wire(kind: WireKind) -> Exit {
    match kind {
        WireKind::Unavailable => Exit::UNAVAILABLE,
        WireKind::Denied => Exit::PERMISSION,
        WireKind::Missing => Exit::NO_INPUT,
        WireKind::Refused => Exit::REFUSED,
        WireKind::Settings => Exit::CONFIG,
        WireKind::Limited => Exit::BUSY,
        WireKind::Stopped => Exit::DONE,
    }
}

fn of_intake(error: &IntakeError) -> Exit {
    match error {
        IntakeError::Refused { .. } => Exit::REFUSED,
        IntakeError::Map { .. } => Exit::USAGE,
        IntakeError::File(error) => of_file(error),
        IntakeError::Store(error) => of_store(error),
    }
}

fn of_file(error: &FileError) -> Exit {
    match error.kind() {
        FileErrorKind::NoInput => Exit::NO_INPUT,
        FileErrorKind::Permission => Exit::PERMISSION,
        FileErrorKind::CannotCreate => Exit::CANNOT_CREATE,
        FileErrorKind::Io => Exit::IO,
        FileErrorKind::Refused => Exit::REFUSED,
    }
}

fn of_store(error: &StoreError) -> Exit {
    match error {
        StoreError::Busy | StoreError::Conflict(_) => Exit::BUSY,
        StoreError::Full | StoreError::Disk { .. } => Exit::IO,
        StoreError::Denied { .. } => Exit::PERMISSION,
        StoreError::Open { cause, .. } => of_io(cause.kind()),
        _ => Exit::FAILED,
    }
}

fn of_io(kind: ErrorKind) -> Exit {
    match kind {
        ErrorKind::BrokenPipe => Exit::DONE,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Exit::PERMISSION,
        ErrorKind::NotFound | ErrorKind::NotADirectory => Exit::CANNOT_CREATE,
        _ => Exit::IO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::text::Refused;
    use anyhow::Context;

    #[test]
    fn the_cause_gives_the_code_however_deep() {
        let code = |error: anyhow::Error| of(&error.context("a wrapping sentence")).0;
        assert_eq!(code(Fault::failed("no such lead").into()), 1);
        assert_eq!(code(Fault::usage("no such reason").into()), 2);
        let refused = IntakeError::Refused { path: "a".into(), why: Refused::new("empty") };
        assert_eq!(code(refused.into()), 65);
        let folder = tempfile::tempdir().unwrap();
        let missing = crate::shell::files::read_capped(&folder.path().join("nowhere"), 1).unwrap_err();
        assert_eq!(code(IntakeError::from(missing).into()), 66);
        assert_eq!(code(StoreError::Busy.into()), 75);
        assert_eq!(code(IntakeError::from(StoreError::Full).into()), 74);
        assert_eq!(code(PlacesError::NoHome.into()), 78);
        assert_eq!(code(ClockError::Unreadable("x".into()).into()), 2);
        assert_eq!(code(std::io::Error::from(ErrorKind::BrokenPipe).into()), 0);
        assert_eq!(code(std::io::Error::from(ErrorKind::StorageFull).into()), 74);
        let full: Result<(), _> = Err(std::io::Error::from(ErrorKind::PermissionDenied));
        assert_eq!(code(full.context("writing").unwrap_err()), 77);
        assert_eq!(code(anyhow::anyhow!("anything else")), 1);
        let wire = |kind| code(WireError::new(kind, "no").into());
        assert_eq!(
            [WireKind::Unavailable, WireKind::Denied, WireKind::Missing, WireKind::Refused, WireKind::Settings]
                .map(wire),
            [69, 77, 66, 65, 78]
        );
        assert_eq!([wire(WireKind::Limited), wire(WireKind::Stopped)], [75, 0]);
    }

    #[test]
    fn a_cause_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let missing = crate::shell::files::read_capped(&folder.path().join("nowhere"), 1).unwrap_err();
        let said = sentence(&anyhow::Error::from(ConfigError::from(missing)).context("Outside"));
        assert!(said.starts_with("Outside: The config was not read: There is no file"), "{said}");
        assert_eq!(said.matches("/nowhere").count(), 1, "{said}");
    }
}
