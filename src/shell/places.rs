//! Where leadbox keeps things on this machine: the store and the config, by the XDG rules or as told (PRODUCT.md 5,
//! `--db`, `LEADBOX_DB`, `--config`). Finding a place makes nothing; a folder is made only when a store is opened.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::shell::files::{self, FileError};

/// Why no place can be named. Nothing was read or made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacesError {
    /// Neither a home folder nor the XDG variables are known.
    #[error(
        "No home folder is known, so leadbox cannot tell where the leads are. Set HOME, or name both --db and --config."
    )]
    NoHome,
}

/// The files of one run of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The store.
    pub store: PathBuf,
    /// The store is the default one, so its folder is ours alone.
    pub store_is_default: bool,
    /// The config.
    pub config: PathBuf,
    /// The config is the default one, so it may be missing.
    pub config_is_default: bool,
}

impl Places {
    /// The places: as told by `--db` (or `LEADBOX_DB`) and `--config`, else below the user's data and config folders.
    /// An empty name counts as not given.
    pub fn find(db: Option<&Path>, config: Option<&Path>) -> Result<Self, PlacesError> {
        let given = |path: Option<&Path>| path.filter(|path| !path.as_os_str().is_empty()).map(Path::to_path_buf);
        let (db, config) = (given(db), given(config));
        let folders = || ProjectDirs::from("", "", "leadbox").ok_or(PlacesError::NoHome);
        let (store_is_default, config_is_default) = (db.is_none(), config.is_none());
        Ok(Self {
            store: db.map_or_else(|| folders().map(|folders| folders.data_dir().join("leads.db")), Ok)?,
            store_is_default,
            config: config.map_or_else(|| folders().map(|folders| folders.config_dir().join("config.toml")), Ok)?,
            config_is_default,
        })
    }

    /// Makes the folder of the store where it lacks. The default folder is kept at 0700; a folder that stands already
    /// and was named by the user is left as it is.
    pub fn prepare_store(&self) -> Result<(), FileError> {
        prepare(&self.store, self.store_is_default)
    }

    /// The same for the folder of the config.
    pub fn prepare_config(&self) -> Result<(), FileError> {
        prepare(&self.config, self.config_is_default)
    }
}

/// The file of this ending beside a store: `leads.db.tokens`.
pub fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    store.with_file_name(name)
}

fn prepare(file: &Path, ours: bool) -> Result<(), FileError> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    if ours || !folder.exists() { files::create_private_dir(folder) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn told(store: &Path) -> Places {
        let config = store.with_file_name("config.toml");
        Places::find(Some(store), Some(&config)).unwrap()
    }

    #[test]
    fn a_named_folder_is_made_private_but_never_changed() {
        let home = tempfile::tempdir().unwrap();
        let new = told(&home.path().join("new/leads.db"));
        new.prepare_store().unwrap();
        assert_eq!(mode(&home.path().join("new")), 0o700);
        let open = home.path().join("open");
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755)).unwrap();
        told(&open.join("leads.db")).prepare_store().unwrap();
        assert_eq!(mode(&open), 0o755);
        let default = Places { store_is_default: true, ..told(&open.join("leads.db")) };
        default.prepare_store().unwrap();
        assert_eq!(mode(&open), 0o700);
    }

    #[test]
    fn a_bare_file_name_needs_no_folder() {
        let places = told(Path::new("leads.db"));
        assert!(!places.store_is_default && !places.config_is_default);
        places.prepare_store().unwrap();
    }
}
