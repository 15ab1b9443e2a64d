//! The mapping of a CRM's web interface: the one that the config names, read from the disk, else the one that leadbox brings.
//! Must not know what a mapping says: `formats::crm::record` reads it.

use std::path::PathBuf;

use directories::UserDirs;

use crate::domain::crm::Crm;
use crate::formats::crm::record::{RecordMapping, RecordMappingError};
use crate::shell::config::crm::CrmConfig;
use crate::shell::files::{self, FileError};

/// A mapping larger than this is none.
const MOST_BYTES: u64 = 1024 * 1024;

/// Why a mapping cannot be used. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum RecordMapError {
    /// The file cannot be read.
    #[error("The mapping of {0} was not read, and nothing was sent: {1}")]
    Unreadable(&'static str, FileError),
    /// It cannot be used (78).
    #[error("{0}, {1} Nothing was sent; mend the mapping, or take it out of the config.")]
    Unfit(PathBuf, RecordMappingError),
}

/// The mapping of a CRM as it is written. A path in the config that begins with `~/` is in the home of the user.
pub fn text(config: &CrmConfig, crm: Crm) -> Result<(PathBuf, String), RecordMapError> {
    let Some(named) = config.api_mapping(crm) else {
        let brought = PathBuf::from(format!("assets/crm/{}-api.toml", crm.word()));
        return Ok((brought, RecordMapping::own_text(crm).to_owned()));
    };
    let path = match (UserDirs::new(), named.to_str()) {
        (Some(user), Some(text)) => files::expand_tilde(text, user.home_dir()),
        _ => named.to_owned(),
    };
    let bytes = files::read_capped(&path, MOST_BYTES).map_err(|error| RecordMapError::Unreadable(crm.word(), error))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let sentence = "this is not UTF-8 text.".to_owned();
        RecordMapError::Unfit(path.clone(), RecordMappingError { line: 1, sentence })
    })?;
    Ok((path, text))
}

/// The mapping of a CRM.
pub fn mapping(config: &CrmConfig, crm: Crm) -> Result<RecordMapping, RecordMapError> {
    let (path, text) = text(config, crm)?;
    RecordMapping::parse(&text).map_err(|error| RecordMapError::Unfit(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::config::crm::{HubspotConfig, Mappings};

    #[test]
    fn the_config_names_a_mapping_in_place_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let mappings = Mappings { api: Some(path.clone()), ..Mappings::default() };
        let config =
            CrmConfig { hubspot: HubspotConfig { mappings, ..HubspotConfig::default() }, ..CrmConfig::default() };
        let own = "[[field]]\nname = \"mail\"\nfrom = \"email\"\n";
        files::write_bytes(&path, files::Overwrite::No, own.as_bytes()).unwrap();
        assert_eq!(mapping(&config, Crm::Hubspot).unwrap(), RecordMapping::parse(own).unwrap());
        assert_eq!(mapping(&config, Crm::Marketo).unwrap(), RecordMapping::own(Crm::Marketo).unwrap());
        for (bytes, said) in [
            (&b"[[field]]\nname = \"a\"\nfrom = \"mail\"\n"[..], "mine.toml, line 3: a lead has no field"),
            (b"\xff\xfe", "mine.toml, line 1: this is not UTF-8 text."),
        ] {
            files::write_bytes(&path, files::Overwrite::Yes, bytes).unwrap();
            let error = mapping(&config, Crm::Hubspot).unwrap_err().to_string();
            assert!(error.contains(said) && error.contains("Nothing was sent"), "{error}");
        }
        std::fs::remove_file(&path).unwrap();
        let error = mapping(&config, Crm::Hubspot).unwrap_err();
        assert!(
            error.to_string().starts_with("The mapping of hubspot was not read, and nothing was sent: "),
            "{error}"
        );
    }
}
