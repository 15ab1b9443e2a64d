//! Where exported bytes go: a stream, a stream that must not begin before all fits, or private files that take their places
//! together. Must not know what the bytes are.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::domain::leaving::ExportFormat;
use crate::shell::files::{self, Beside, FileError, Overwrite};
use crate::shell::outgoing::{OutgoingError, Sink};
use crate::store::Store;

/// A stream for what has no limits.
pub(super) struct Stream<'a>(pub &'a mut dyn Write);

impl Sink for Stream<'_> {
    fn take(&mut self, bytes: &[u8]) -> Result<(), OutgoingError> {
        Ok(self.0.write_all(bytes)?)
    }

    fn turn(&mut self) -> Result<(), OutgoingError> {
        unreachable!("a form without limits never fills a file")
    }
}

/// A file without a name that holds it all until it is known to fit.
pub(super) struct Spool {
    file: BufWriter<File>,
    format: ExportFormat,
}

impl Spool {
    pub(super) fn new(format: ExportFormat) -> Result<Self, OutgoingError> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?), format })
    }

    pub(super) fn into(self, out: &mut dyn Write) -> Result<(), OutgoingError> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        io::copy(&mut file, out)?;
        Ok(())
    }
}

impl Sink for Spool {
    fn take(&mut self, bytes: &[u8]) -> Result<(), OutgoingError> {
        Ok(self.file.write_all(bytes)?)
    }

    fn turn(&mut self) -> Result<(), OutgoingError> {
        Err(OutgoingError::TooMany(self.format.title()))
    }
}

/// Files written beside their places.
pub(super) struct Parts<'a> {
    path: &'a Path,
    overwrite: Overwrite,
    /// The last one is open.
    files: Vec<BufWriter<Beside>>,
}

impl<'a> Parts<'a> {
    /// The first file. Refused at once where the place is taken, or the store's own.
    pub(super) fn new(path: &'a Path, overwrite: Overwrite, store: &Store) -> Result<Self, FileError> {
        store.path().map_or(Ok(()), |store| files::refuse_own(path, store))?;
        files::check_target(path, overwrite)?;
        Ok(Self { path, overwrite, files: vec![BufWriter::new(Beside::new(path)?)] })
    }

    /// Puts every file in its place; answers where they are.
    pub(super) fn place(self) -> Result<Vec<PathBuf>, OutgoingError> {
        let count = self.files.len();
        let name = |part: usize| if count == 1 { self.path.to_owned() } else { numbered(self.path, part) };
        let places: Vec<_> = (1..=count).map(name).collect();
        for place in &places {
            files::check_target(place, self.overwrite)?;
        }
        let fault = |error| FileError::writing(self.path, error);
        let mut complete = Vec::new();
        for file in self.files {
            complete.push(file.into_inner().map_err(|error| fault(error.into_error()))?);
        }
        let mut written = Vec::new();
        for (file, place) in complete.into_iter().zip(&places) {
            match file.settle(place, self.overwrite) {
                Ok(()) => written.push(place.clone()),
                Err(why) => {
                    // It stands; whether it outlives a power cut is all that is not known.
                    written.extend(matches!(why, FileError::Unconfirmed { .. }).then(|| place.clone()));
                    return Err(if written.is_empty() { why.into() } else { OutgoingError::Partly { written, why } });
                }
            }
        }
        Ok(written)
    }
}

impl Sink for Parts<'_> {
    fn take(&mut self, bytes: &[u8]) -> Result<(), OutgoingError> {
        let written = self.files.last_mut().map_or(Ok(()), |file| file.write_all(bytes));
        written.map_err(|error| FileError::writing(self.path, error).into())
    }

    fn turn(&mut self) -> Result<(), OutgoingError> {
        let flushed = self.files.last_mut().map_or(Ok(()), Write::flush);
        flushed.map_err(|error| FileError::writing(self.path, error))?;
        self.files.push(BufWriter::new(Beside::new(self.path)?));
        Ok(())
    }
}

/// A part of an earlier export that stands behind the files of this one, and would be taken for one of them.
pub(super) fn left_behind(path: &Path, files: usize) -> Option<PathBuf> {
    let next = numbered(path, if files > 1 { files + 1 } else { 1 });
    next.exists().then_some(next)
}

/// `leads-2.csv` for the second part of `leads.csv`.
fn numbered(path: &Path, part: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{part}"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_numbered_before_its_ending() {
        assert_eq!(numbered(Path::new("/a/leads.csv"), 2), Path::new("/a/leads-2.csv"));
        assert_eq!(numbered(Path::new("leads"), 1), Path::new("leads-1"));
        assert_eq!(numbered(Path::new("/a/b.tar.gz"), 3), Path::new("/a/b.tar-3.gz"));
    }
}
