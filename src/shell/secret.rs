//! Where a secret of a service is kept: an environment variable or a private file, never the config or the arguments, which
//! others can read. A file that others may read is refused (TRUST.md). Must not show what it reads.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::net::secret::Secret;
use crate::shell::files::{FileError, is_ours_or_roots};

/// A secret larger than this is none.
const MOST_BYTES: u64 = 64 * 1024;

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretPlace {
    /// In an environment variable.
    Env(String),
    /// In a file that is its owner's alone.
    File(PathBuf),
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "The environment variable {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Why a secret was not read. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or nothing is in it or in the file (78).
    #[error("{0} holds nothing. Nothing was sent; put the {1} there.")]
    Empty(SecretPlace, &'static str),
    /// It is no text, or several lines (78).
    #[error("{0} does not hold one line of text. Nothing was sent; put the {1} there, and nothing else.")]
    NoLine(SecretPlace, &'static str),
    /// Others may read the file (77).
    #[error(
        "{0} may be read by others, so it was not used. Nothing was sent; run chmod 600 on it, and renew the {1} if others are here."
    )]
    Open(SecretPlace, &'static str),
    /// Somebody else owns the file (77).
    #[error("{0} belongs to somebody else, so it was not used. Nothing was sent; keep the {1} in a file of your own.")]
    Foreign(SecretPlace, &'static str),
    /// The file cannot be read; its kind tells the exit code.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Reads a secret of one line; `what` names it in sentences, such as "connection string".
pub fn read(place: &SecretPlace, what: &'static str) -> Result<Secret, SecretError> {
    let text = read_text(place, what)?;
    match text.reveal().trim() {
        line if line.contains(char::is_control) => Err(SecretError::NoLine(place.clone(), what)),
        line => Ok(Secret::new(line)),
    }
}

/// Reads a secret that may have several lines, such as a key in PEM.
pub fn read_text(place: &SecretPlace, what: &'static str) -> Result<Secret, SecretError> {
    let bytes = match place {
        SecretPlace::Env(name) => std::env::var_os(name).map(OsString::into_encoded_bytes).unwrap_or_default(),
        SecretPlace::File(path) => {
            let fail = |source| FileError::reading(path, source);
            let file = File::open(path).map_err(fail)?;
            let found = file.metadata().map_err(fail)?;
            if !is_ours_or_roots(&found) {
                return Err(SecretError::Foreign(place.clone(), what));
            }
            if found.is_file() && found.mode() & 0o077 != 0 {
                return Err(SecretError::Open(place.clone(), what));
            }
            let mut bytes = Vec::new();
            file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(fail)?;
            // A part of a secret is none.
            if bytes.len() as u64 > MOST_BYTES {
                return Err(SecretError::NoLine(place.clone(), what));
            }
            bytes
        }
    };
    let text = String::from_utf8(bytes).map_err(|_| SecretError::NoLine(place.clone(), what))?;
    if text.trim().is_empty() { Err(SecretError::Empty(place.clone(), what)) } else { Ok(Secret::new(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::files;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_read_only_where_it_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let place = SecretPlace::File(path.clone());
        let missing = read(&place, "key").unwrap_err();
        assert!(matches!(missing, SecretError::File(_)), "{missing}");
        files::write_bytes(&path, files::Overwrite::No, b"  canary=1;2 \n").unwrap();
        assert_eq!(read(&place, "key").unwrap().reveal(), "canary=1;2");
        for mode in [0o640, 0o604, 0o644, 0o620] {
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let error = read(&place, "key").unwrap_err();
            assert!(
                matches!(error, SecretError::Open(..)) && !error.to_string().contains("canary"),
                "{mode:o} {error}"
            );
        }
    }

    #[test]
    fn it_is_one_line_of_text() {
        let folder = tempfile::tempdir().unwrap();
        for (bytes, empty) in [(&b""[..], true), (b" \n\n", true), (b"a\nb", false), (b"\xff\xfe", false)] {
            let path = folder.path().join("secret");
            files::write_bytes(&path, files::Overwrite::Yes, bytes).unwrap();
            let error = read(&SecretPlace::File(path), "key").unwrap_err();
            assert_eq!(matches!(error, SecretError::Empty(..)), empty, "{bytes:?}: {error}");
        }
        let variable = SecretPlace::Env("LEADBOX_TEST_VARIABLE_THAT_IS_NOT_SET".to_owned());
        let said = read(&variable, "key").unwrap_err().to_string();
        assert!(
            said.starts_with("The environment variable LEADBOX_TEST_VARIABLE_THAT_IS_NOT_SET holds nothing."),
            "{said}"
        );
        assert!(!read(&SecretPlace::Env("PATH".to_owned()), "key").unwrap().reveal().is_empty());
    }
}
