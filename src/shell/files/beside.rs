//! Files on their way: written beside their places, settled by a rename, and gone again where they are not.
//! Must not know what is in a file.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rustix::io::Errno;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use tempfile::NamedTempFile;

use crate::shell::files::{Access, FileError, Overwrite, check_target, folder_of, show_path};

/// Files on their way, which a signal that ends the program takes away.
static UNSETTLED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Takes away what is on its way, for the end by a signal: no drop comes to it then.
pub fn remove_unsettled() {
    for path in UNSETTLED.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        // It may have been settled a moment ago; then nothing stands there.
        let _ = fs::remove_file(path);
    }
}

/// From now on INT, TERM and HUP take files on their way with them. For verbs that write files and listen to no signal.
pub fn leave_nothing_behind() -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new().name("files".into()).spawn(move || {
        for signal in signals.forever() {
            remove_unsettled();
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// A file on its way: written beside its place, not yet in it. Gone again unless it is settled.
#[derive(Debug)]
pub struct Beside(NamedTempFile);

impl Beside {
    /// An empty one in the folder of `path` (`O_EXCL`, 0600). Writes to it are unbuffered.
    pub fn new(path: &Path) -> Result<Self, FileError> {
        let fail = |source| FileError::new(path, Access::Write, source);
        let beside = tempfile::Builder::new()
            .prefix(".leadbox-")
            .suffix(".tmp")
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(folder_of(path))
            .map_err(fail)?;
        // The umask may have taken bits away; 0600 is a promise, not an upper bound.
        beside.as_file().set_permissions(Permissions::from_mode(0o600)).map_err(fail)?;
        UNSETTLED.lock().unwrap_or_else(PoisonError::into_inner).push(beside.path().to_owned());
        Ok(Self(beside))
    }

    /// Synced, renamed to `path`, which must lie in the same folder, and the folder synced. On any error but `Unconfirmed`
    /// what stood there is untouched; with `Overwrite::No` a file that appeared meanwhile is not replaced either.
    pub fn settle(self, path: &Path, overwrite: Overwrite) -> Result<(), FileError> {
        let fail = |source| FileError::new(path, Access::Write, source);
        let on_its_way = self.0.path().to_owned();
        self.0.as_file().sync_all().map_err(fail)?;
        check_target(path, overwrite)?;
        let placed = match overwrite {
            Overwrite::No => self.0.persist_noclobber(path),
            Overwrite::Yes => self.0.persist(path),
        };
        UNSETTLED.lock().unwrap_or_else(PoisonError::into_inner).retain(|known| known != &on_its_way);
        placed.map_err(|refused| fail(refused.error))?;
        confirmed(path, File::open(folder_of(path)).and_then(|folder| folder.sync_all()))
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_file_mut().flush()
    }
}

/// What the syncing of the folder means for the new file at `path`: file systems that cannot sync folders say so, and the
/// file stands on them all the same.
pub(super) fn confirmed(path: &Path, synced: io::Result<()>) -> Result<(), FileError> {
    match synced {
        Err(source) if !matches!(Errno::from_io_error(&source), Some(Errno::INVAL | Errno::NOTSUP)) => {
            Err(FileError::Unconfirmed { path: show_path(path), source })
        }
        _ => Ok(()),
    }
}
