//! The file of the rows that an import did not take, each with its reason: it can be mended and imported again. It stands in
//! the folder `rejects` beside the store, private as the store is, since it holds what strangers wrote.
//! Must not read such a file: to an import it is a file like any other.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::shell::files::{self, FileError, Overwrite};

/// The folder's name.
const FOLDER: &str = "rejects";
/// Characters of the source's name that are kept.
const LONGEST: usize = 60;

/// The folder of these files beside a store.
pub fn folder(store: &Path) -> PathBuf {
    store.with_file_name(FOLDER)
}

/// Writes the rejected rows of a source called `title`; answers where. The name holds a hash of the rows, so that importing
/// the same file again makes no second one.
pub fn write(store: &Path, title: &str, ending: &str, text: &str) -> Result<PathBuf, FileError> {
    let folder = folder(store);
    files::create_private_dir(&folder)?;
    let hash = Sha256::digest(text).iter().take(6).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
    let path = folder.join(format!("{}-{hash:012x}.{ending}", stem(title)));
    files::write_bytes(&path, Overwrite::Yes, text.as_bytes())?;
    Ok(path)
}

/// The source's name without its ending and without what a shell or a terminal would act on.
fn stem(title: &str) -> String {
    let name = Path::new(title).file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let letter = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let stem: String = name.trim_start_matches(['.', '-']).chars().map(letter).take(LONGEST).collect();
    if stem.is_empty() { "leads".to_owned() } else { stem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn the_same_rows_make_one_private_file() {
        let home = tempfile::tempdir().expect("a folder");
        let store = home.path().join("leads.db");
        let first = write(&store, "My leads;rm.csv", "csv", "a\n").expect("written");
        let name = first.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(name.starts_with("My-leads-rm-") && first.extension().is_some_and(|end| end == "csv"), "{name}");
        assert_eq!((mode(&first), mode(first.parent().expect("a folder"))), (0o600, 0o700));
        assert_eq!(write(&store, "My leads;rm.csv", "csv", "a\n").expect("written"), first);
        assert_ne!(write(&store, "My leads;rm.csv", "csv", "b\n").expect("written"), first);
        assert_eq!(home.path().join(FOLDER).read_dir().expect("a folder").count(), 2);
        std::fs::remove_dir_all(home.path().join(FOLDER)).expect("removed");
        files::write_bytes(&home.path().join(FOLDER), Overwrite::No, b"in the way").expect("written");
        assert!(write(&store, "a.csv", "csv", "a\n").is_err());
    }

    #[test]
    fn a_name_is_fit_for_a_file() {
        for (title, want) in [
            ("leads.csv", "leads"),
            ("-rf *.csv", "rf--"),
            ("..", "leads"),
            ("standard input", "standard-input"),
            ("\u{1b}[2J", "--2J"),
        ] {
            assert_eq!(stem(title), want, "{title:?}");
        }
    }
}
