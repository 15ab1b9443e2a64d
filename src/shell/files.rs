//! Private files: every file leadbox makes is written beside its place, made durable, then renamed, mode 0600;
//! every directory is 0700 (TRUST.md "Private on a shared machine"; PRODUCT.md 7 "written beside and renamed").
//!
//! Must not know what is in a file, and must not alter the old file unless the new one is complete.

mod beside;

pub use beside::{Beside, leave_nothing_behind, remove_unsettled};

use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use directories::UserDirs;
use signal_hook::consts::SIGXFSZ;

/// Whether a file that already stands at the path may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// An existing file is an error, also if it appears while we write.
    No,
    /// A regular file is replaced; a symlink or anything else is not.
    Yes,
}

/// What was tried, for the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading an input.
    Read,
    /// Making an output.
    Write,
}

/// What kind of end a file error is; the command line maps it to an exit code (PRODUCT.md 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileErrorKind {
    /// 66: no such input.
    NoInput,
    /// 77: permission.
    Permission,
    /// 73: the output cannot be created.
    CannotCreate,
    /// 74: I/O.
    Io,
    /// 65: a whole input refused.
    Refused,
}

/// Why a file could not be read or written. Paths are shown with control characters escaped.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Nothing stands there (reading), or its directory does not exist (writing).
    #[error("{}", match access {
        Access::Read => format!("There is no file {path}. Nothing was read. Check the name."),
        Access::Write => format!("{path} cannot be written: its folder does not exist. Create the folder first."),
    })]
    NotFound {
        /// The path, fit for display.
        path: String,
        /// What was tried.
        access: Access,
    },
    /// The system refused, or the directory belongs to somebody else.
    #[error("{path} {}: permission denied. Nothing was changed. Check the owner and the mode of the file and its folder.",
        match access { Access::Read => "cannot be read", Access::Write => "cannot be written" })]
    Permission {
        /// The path, fit for display.
        path: String,
        /// What was tried.
        access: Access,
    },
    /// A file stands there and replacing was not asked for.
    #[error("{path} exists already and was left as it is. Choose another name, or allow replacing it (--force).")]
    Exists {
        /// The path, fit for display.
        path: String,
    },
    /// A symlink, device, socket or pipe stands where a file was to be written.
    #[error("{path} is a symbolic link or not a regular file, and was left as it is. Choose another name.")]
    Symlink {
        /// The path, fit for display.
        path: String,
    },
    /// The file system takes no such name.
    #[error("{path} is no name that this file system takes. Nothing was changed. Choose a shorter one.")]
    BadName {
        /// The path, fit for display.
        path: String,
    },
    /// leadbox itself keeps something there.
    #[error("{path} is where leadbox keeps its leads, and was left as it is. Choose another name.")]
    Ours {
        /// The path, fit for display.
        path: String,
    },
    /// A directory stands there.
    #[error("{path} is a folder, not a file. {} Name a file.",
        match access { Access::Read => "Nothing was read.", Access::Write => "Nothing was changed." })]
    IsDir {
        /// The path, fit for display.
        path: String,
        /// What was tried.
        access: Access,
    },
    /// The input is larger than it may be.
    #[error("{path} is larger than {}, which is the most that is read. Nothing was read. Split it.", size(*limit))]
    TooLarge {
        /// The path, fit for display.
        path: String,
        /// The most bytes accepted.
        limit: u64,
    },
    /// The disk, the quota or the file size limit is full.
    #[error(
        "{path} could not be written: no space left. What stood there before is untouched. Free some space and try again."
    )]
    NoSpace {
        /// The path, fit for display.
        path: String,
    },
    /// The new file stands at its place, but the disk did not confirm its name.
    #[error(
        "{path} was written, but its folder could not be synced ({source}): after a power failure what stood there before \
         may be back. Check the disk, then write it again."
    )]
    Unconfirmed {
        /// The path, fit for display.
        path: String,
        /// The system's word.
        source: io::Error,
    },
    /// Anything else the system said.
    #[error("{path} {}: {source}. What stood there before is untouched.",
        match access { Access::Read => "could not be read", Access::Write => "could not be written" })]
    Io {
        /// The path, fit for display.
        path: String,
        /// What was tried.
        access: Access,
        /// The system's word.
        source: io::Error,
    },
}

impl FileError {
    /// The class of the error, for the exit code.
    pub fn kind(&self) -> FileErrorKind {
        match self {
            FileError::NotFound { access: Access::Read, .. } | FileError::IsDir { access: Access::Read, .. } => {
                FileErrorKind::NoInput
            }
            FileError::NotFound { .. }
            | FileError::Exists { .. }
            | FileError::Symlink { .. }
            | FileError::Ours { .. }
            | FileError::BadName { .. } => FileErrorKind::CannotCreate,
            FileError::IsDir { .. } => FileErrorKind::CannotCreate,
            FileError::Permission { .. } => FileErrorKind::Permission,
            FileError::TooLarge { .. } => FileErrorKind::Refused,
            FileError::NoSpace { .. } | FileError::Unconfirmed { .. } | FileError::Io { .. } => FileErrorKind::Io,
        }
    }

    /// The system's word against reading a file.
    pub(super) fn reading(path: &Path, source: io::Error) -> FileError {
        FileError::new(path, Access::Read, source)
    }

    /// The system's word against writing a file.
    pub(super) fn writing(path: &Path, source: io::Error) -> FileError {
        FileError::new(path, Access::Write, source)
    }

    fn new(path: &Path, access: Access, source: io::Error) -> FileError {
        let path = show_path(path);
        match source.kind() {
            ErrorKind::NotFound => FileError::NotFound { path, access },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => FileError::Permission { path, access },
            ErrorKind::AlreadyExists => FileError::Exists { path },
            ErrorKind::IsADirectory => FileError::IsDir { path, access },
            ErrorKind::InvalidFilename => FileError::BadName { path },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => FileError::NoSpace { path },
            _ => FileError::Io { path, access, source },
        }
    }
}

/// From now on a write beyond the limit of file sizes is an error (EFBIG) like that of a full disk, not a death by SIGXFSZ.
/// For the start of the program.
pub fn outlive_limits() -> io::Result<()> {
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false))).map(drop)
}

/// Makes `path` and the parents it lacks, each with mode 0700. A directory that stands there already, is ours and
/// is open to others is tightened to 0700; one that belongs to somebody else is refused (`Permission`); a symlink
/// or a file in its place is refused (`Symlink`).
pub fn create_private_dir(path: &Path) -> Result<(), FileError> {
    let fail = |source| FileError::new(path, Access::Write, source);
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => FileError::Symlink { path: show_path(path) },
        _ => fail(source),
    })?;
    let found = fs::symlink_metadata(path).map_err(fail)?;
    if !found.is_dir() {
        return Err(FileError::Symlink { path: show_path(path) });
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(FileError::Permission { path: show_path(path), access: Access::Write });
    }
    if found.mode() & 0o777 != 0o700 {
        fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(fail)?;
    }
    Ok(())
}

/// Writes a whole file: beside its place, then settled there. `fill` gets an unbuffered writer; on any error but
/// `Unconfirmed`, also one of `fill`, what stood at `path` is untouched and the temporary file is gone.
pub fn write_atomic<F>(path: &Path, overwrite: Overwrite, fill: F) -> Result<(), FileError>
where
    F: FnOnce(&mut dyn Write) -> io::Result<()>,
{
    check_target(path, overwrite)?;
    let mut beside = Beside::new(path)?;
    fill(&mut beside).map_err(|source| FileError::writing(path, source))?;
    beside.settle(path, overwrite)
}

/// `write_atomic` for bytes already in memory.
pub fn write_bytes(path: &Path, overwrite: Overwrite, bytes: &[u8]) -> Result<(), FileError> {
    write_atomic(path, overwrite, |out| out.write_all(bytes))
}

/// Takes a file away, a link and not what it points to; false where none stands.
pub fn remove(path: &Path) -> Result<bool, FileError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(FileError::new(path, Access::Write, error)),
    }
}

/// The bytes of a regular file (a symlink to one may be read, so may a pipe), at most `max_bytes`.
pub fn read_capped(path: &Path, max_bytes: u64) -> Result<Vec<u8>, FileError> {
    let fail = |source| FileError::new(path, Access::Read, source);
    let file = File::open(path).map_err(fail)?;
    let found = file.metadata().map_err(fail)?;
    if found.is_dir() {
        return Err(FileError::IsDir { path: show_path(path), access: Access::Read });
    }
    read_limited(file, found.len(), max_bytes, path)
}

/// Everything on standard input, at most `max_bytes`; named `-` in errors.
pub fn read_stdin_capped(max_bytes: u64) -> Result<Vec<u8>, FileError> {
    read_limited(io::stdin().lock(), 0, max_bytes, Path::new("-"))
}

/// `~` and `~/…` as a path in `home`; every other text is taken as it is (`~name` too).
pub fn expand_tilde(text: &str, home: &Path) -> PathBuf {
    match text.strip_prefix('~') {
        Some("") => home.to_path_buf(),
        Some(rest) => rest.strip_prefix('/').map_or_else(|| PathBuf::from(text), |below| home.join(below)),
        None => PathBuf::from(text),
    }
}

/// True where a file is this user's, or root's, who may give one to a service that runs as somebody else.
pub fn is_ours_or_roots(found: &Metadata) -> bool {
    found.uid() == rustix::process::geteuid().as_raw() || found.uid() == 0
}

/// A path as it may stand in the config or be typed, with its `~` resolved for this user.
pub fn whole_path(path: &Path) -> PathBuf {
    match (UserDirs::new(), path.to_str()) {
        (Some(user), Some(text)) => expand_tilde(text, user.home_dir()),
        _ => path.to_owned(),
    }
}

/// The path for display: `~/…` where it lies in `home`, control characters escaped.
pub fn shorten_home(path: &Path, home: &Path) -> String {
    match path.strip_prefix(home) {
        Ok(_) if home.as_os_str().is_empty() || home == Path::new("/") => show_path(path),
        Ok(below) if below.as_os_str().is_empty() => "~".to_owned(),
        Ok(below) => format!("~/{}", show_path(below)),
        Err(_) => show_path(path),
    }
}

/// A number of bytes in its largest whole unit.
fn size(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = units.into_iter().find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{bytes} bytes"), |(unit, word)| format!("{} {word}", bytes / unit))
}

/// Reads to the end. `expected` bytes are asked for at once: a large file is not copied while it is read.
fn read_limited(source: impl Read, expected: u64, max_bytes: u64, path: &Path) -> Result<Vec<u8>, FileError> {
    let fail = |source| FileError::new(path, Access::Read, source);
    let mut bytes = Vec::new();
    let room = usize::try_from(expected.min(max_bytes)).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(room).map_err(|_| fail(ErrorKind::OutOfMemory.into()))?;
    source.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > max_bytes {
        return Err(FileError::TooLarge { path: show_path(path), limit: max_bytes });
    }
    Ok(bytes)
}

/// Refuses a place that belongs to a store: the file itself, and everything beside it that begins with its name.
pub fn refuse_own(path: &Path, store: &Path) -> Result<(), FileError> {
    let folder = |path: &Path| fs::canonicalize(folder_of(path)).ok();
    let name = |path: &Path| path.file_name().map(|name| name.as_encoded_bytes().to_vec());
    let beside = folder(path).is_some_and(|at| folder(store) == Some(at));
    let named = name(path).zip(name(store)).is_some_and(|(name, store)| name.starts_with(&store));
    if beside && named { Err(FileError::Ours { path: show_path(path) }) } else { Ok(()) }
}

/// Refuses a place that is no regular file, and one that is taken unless it may be replaced.
pub fn check_target(path: &Path, overwrite: Overwrite) -> Result<(), FileError> {
    let Some(found) = look(path)? else { return Ok(()) };
    refuse_irregular(path, &found)?;
    match overwrite {
        Overwrite::No => Err(FileError::Exists { path: show_path(path) }),
        Overwrite::Yes => Ok(()),
    }
}

fn look(path: &Path) -> Result<Option<Metadata>, FileError> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::new(path, Access::Write, error)),
    }
}

fn refuse_irregular(path: &Path, found: &Metadata) -> Result<(), FileError> {
    if found.is_dir() {
        return Err(FileError::IsDir { path: show_path(path), access: Access::Write });
    }
    if !found.is_file() {
        return Err(FileError::Symlink { path: show_path(path) });
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file name can hold anything but a slash, and errors go to a terminal.
fn show_path(path: &Path) -> String {
    crate::shell::terminal::visible(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::files::beside::confirmed;
    use rustix::io::Errno;
    use std::os::unix::fs::symlink;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_is_whole_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leads.csv");
        write_bytes(&path, Overwrite::No, b"hello").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"hello");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(names(folder.path()), ["leads.csv"]);
    }

    #[test]
    fn an_existing_file_is_replaced_only_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_bytes(&path, Overwrite::No, b"old").unwrap();
        let error = write_bytes(&path, Overwrite::No, b"new").unwrap_err();
        assert!(matches!(error, FileError::Exists { .. }));
        assert_eq!(error.kind(), FileErrorKind::CannotCreate);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        write_bytes(&path, Overwrite::Yes, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_file_that_appears_while_we_write_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let error = write_atomic(&path, Overwrite::No, |out| {
            File::create(&path)?.write_all(b"theirs")?;
            out.write_all(b"ours")
        });
        assert!(matches!(error, Err(FileError::Exists { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_bytes(&path, Overwrite::No, b"old").unwrap();
        for kind in [ErrorKind::StorageFull, ErrorKind::FileTooLarge, ErrorKind::Other] {
            let error = write_atomic(&path, Overwrite::Yes, |out| {
                out.write_all(b"half")?;
                Err(kind.into())
            });
            assert_eq!(error.unwrap_err().kind(), FileErrorKind::Io);
            assert_eq!(fs::read(&path).unwrap(), b"old");
            assert_eq!(names(folder.path()), ["a"]);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_synced_is_no_error_and_one_that_fails_to_is_told_as_it_is() {
        let answer = |error: Errno| confirmed(Path::new("leads.csv"), Err(error.into()));
        assert!(answer(Errno::INVAL).is_ok() && answer(Errno::NOTSUP).is_ok());
        let failed = answer(Errno::IO).unwrap_err();
        assert_eq!(failed.kind(), FileErrorKind::Io);
        assert!(failed.to_string().starts_with("leads.csv was written, but"), "{failed}");
        assert!(!failed.to_string().contains("untouched"), "{failed}");
    }

    #[test]
    fn links_and_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::create_dir(folder.path().join("folder")).unwrap();
        File::create(&target).unwrap();
        symlink(&target, &link).unwrap();
        symlink(folder.path().join("gone"), folder.path().join("dangling")).unwrap();
        for (name, overwrite) in [("link", Overwrite::Yes), ("link", Overwrite::No), ("dangling", Overwrite::No)] {
            let error = write_bytes(&folder.path().join(name), overwrite, b"x").unwrap_err();
            assert!(matches!(error, FileError::Symlink { .. }), "{name}");
        }
        assert!(matches!(
            write_bytes(&folder.path().join("folder"), Overwrite::Yes, b"x"),
            Err(FileError::IsDir { .. })
        ));
        assert_eq!(fs::read(&target).unwrap(), b"");
    }

    #[test]
    fn directories_are_made_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        create_private_dir(&deep).unwrap();
        assert_eq!((mode(&folder.path().join("a")), mode(&deep)), (0o700, 0o700));
        fs::set_permissions(&deep, Permissions::from_mode(0o755)).unwrap();
        create_private_dir(&deep).unwrap();
        assert_eq!(mode(&deep), 0o700);
        let link = folder.path().join("link");
        symlink(&deep, &link).unwrap();
        assert!(matches!(create_private_dir(&link), Err(FileError::Symlink { .. })));
        let file = folder.path().join("file");
        File::create(&file).unwrap();
        assert!(matches!(create_private_dir(&file), Err(FileError::Symlink { .. })));
    }

    #[test]
    fn reading_stops_at_the_cap_and_names_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_bytes(&path, Overwrite::No, b"12345").unwrap();
        assert_eq!(read_capped(&path, 5).unwrap(), b"12345");
        assert!(matches!(read_capped(&path, 4), Err(FileError::TooLarge { limit: 4, .. })));
        assert_eq!([4, 1500, 64 << 10, 2 << 30].map(size), ["4 bytes", "1500 bytes", "64 KiB", "2 GiB"]);
        let missing = read_capped(&folder.path().join("b\u{1b}[2J"), 4).unwrap_err();
        assert_eq!(missing.kind(), FileErrorKind::NoInput);
        assert!(!missing.to_string().chars().any(char::is_control));
        assert!(matches!(read_capped(folder.path(), 4), Err(FileError::IsDir { .. })));
        let nowhere = write_bytes(&folder.path().join("no/where"), Overwrite::No, b"").unwrap_err();
        assert_eq!(nowhere.kind(), FileErrorKind::CannotCreate);
    }

    #[test]
    fn home_is_a_tilde() {
        let home = Path::new("/home/ana");
        assert_eq!(expand_tilde("~/x", home), Path::new("/home/ana/x"));
        assert_eq!(expand_tilde("~", home), home);
        assert_eq!(expand_tilde("~bob/x", home), Path::new("~bob/x"));
        assert_eq!(expand_tilde("/x/~", home), Path::new("/x/~"));
        assert_eq!(shorten_home(Path::new("/home/ana/x/y"), home), "~/x/y");
        assert_eq!(shorten_home(home, home), "~");
        assert_eq!(shorten_home(Path::new("/home/anabel/x"), home), "/home/anabel/x");
        assert_eq!(shorten_home(Path::new("/x"), Path::new("/")), "/x");
    }
}
