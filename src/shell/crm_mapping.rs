//! The mapping of a CRM's import file: the one that the config names, read from the disk, else the one that leadbox brings.
//! Must not know what a mapping says: `formats::crm` reads it.

use std::path::PathBuf;

use directories::UserDirs;

use crate::formats::crm::Crm;
use crate::formats::crm::mapping::{Mapping, MappingError};
use crate::shell::config::crm::CrmConfig;
use crate::shell::files::{self, FileError};

/// A mapping larger than this is none.
const MOST_BYTES: u64 = 1024 * 1024;

/// Why no file was made. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CrmMappingError {
    /// The file cannot be read.
    #[error("The mapping of {0} was not read: {1}")]
    Unreadable(&'static str, FileError),
    /// It is not UTF-8 (78).
    #[error("{0} is not UTF-8 text. Nothing was written; save it as UTF-8.")]
    NoText(PathBuf),
    /// It cannot be used (78).
    #[error("{0}, {1} Nothing was written; mend the mapping, or take it out of the config.")]
    Unfit(PathBuf, MappingError),
}

/// The mapping of a CRM. A path in the config that begins with `~/` is in the home of the user.
pub fn mapping(config: &CrmConfig, crm: Crm) -> Result<Mapping, CrmMappingError> {
    let Some(named) = config.mapping(crm) else {
        let brought = PathBuf::from(format!("assets/crm/{}.toml", crm.word()));
        return crm.mapping().map_err(|error| CrmMappingError::Unfit(brought, error));
    };
    let path = match (UserDirs::new(), named.to_str()) {
        (Some(user), Some(text)) => files::expand_tilde(text, user.home_dir()),
        _ => named.to_owned(),
    };
    let bytes =
        files::read_capped(&path, MOST_BYTES).map_err(|error| CrmMappingError::Unreadable(crm.word(), error))?;
    let text = String::from_utf8(bytes).map_err(|_| CrmMappingError::NoText(path.clone()))?;
    Mapping::parse(&text).map_err(|error| CrmMappingError::Unfit(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::config::crm::{HubspotConfig, Mappings};

    fn with(path: PathBuf) -> CrmConfig {
        CrmConfig {
            hubspot: HubspotConfig { mappings: Mappings { file: Some(path), api: None }, ..HubspotConfig::default() },
            ..CrmConfig::default()
        }
    }

    #[test]
    fn the_config_names_a_mapping_in_place_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let text = "name = \"Ours\"\n[[column]]\nheader = \"Mail\"\nfrom = \"email\"\n";
        files::write_bytes(&path, files::Overwrite::No, text.as_bytes()).unwrap();
        let config = with(path.clone());
        assert_eq!(mapping(&config, Crm::Hubspot).unwrap().name, "Ours");
        assert_eq!(mapping(&config, Crm::Marketo).unwrap(), Crm::Marketo.mapping().unwrap());
        for (bytes, said) in [
            (
                &b"name = \"Ours\"\n[[column]]\nheader = \"Mail\"\nfrom = \"mail\"\n"[..],
                "mine.toml, line 4: a lead has no field",
            ),
            (b"\xff\xfe", "mine.toml is not UTF-8 text."),
        ] {
            files::write_bytes(&path, files::Overwrite::Yes, bytes).unwrap();
            let error = mapping(&config, Crm::Hubspot).unwrap_err().to_string();
            assert!(error.contains(said) && error.contains("Nothing was written"), "{error}");
        }
        std::fs::remove_file(&path).unwrap();
        let error = mapping(&config, Crm::Hubspot).unwrap_err();
        assert!(error.to_string().starts_with("The mapping of hubspot was not read: "), "{error}");
    }
}
