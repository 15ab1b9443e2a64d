//! The mappings of a CRM, for its import file and for its web interface: those that the config names, read from the disk, else
//! those that leadbox brings. Must not know what a mapping says: `formats::crm` reads it.

use std::path::{Path, PathBuf};

use crate::formats::crm::Crm;
use crate::formats::crm::mapping::Mapping;
use crate::formats::crm::mapping_file::MappingError;
use crate::formats::crm::record::RecordMapping;
use crate::shell::config::crm::CrmConfig;
use crate::shell::files::{self, FileError, whole_path};

/// A mapping larger than this is none.
const MOST_BYTES: u64 = 1024 * 1024;

/// Why a mapping cannot be used. No lead was written or sent.
#[derive(Debug, thiserror::Error)]
pub enum CrmMappingError {
    /// The file cannot be read.
    #[error("The mapping of {0} was not read, and no lead was written or sent: {1}")]
    Unreadable(&'static str, FileError),
    /// It cannot be used (78).
    #[error("{0}, {1} No lead was written or sent; mend the mapping, or take it out of the config.")]
    Unfit(PathBuf, MappingError),
}

/// The mapping of a CRM's import file.
pub fn of_file(config: &CrmConfig, crm: Crm) -> Result<Mapping, CrmMappingError> {
    let Some(named) = config.mapping(crm) else {
        let brought = PathBuf::from(format!("assets/crm/{}.toml", crm.word()));
        return crm.mapping().map_err(|error| CrmMappingError::Unfit(brought, error));
    };
    let (path, text) = read(named, crm)?;
    Mapping::parse(&text).map_err(|error| CrmMappingError::Unfit(path, error))
}

/// The mapping of a CRM's web interface.
pub fn of_records(config: &CrmConfig, crm: Crm) -> Result<RecordMapping, CrmMappingError> {
    let (path, text) = text_of_records(config, crm)?;
    RecordMapping::parse(&text).map_err(|error| CrmMappingError::Unfit(path, error))
}

/// The same as it is written, and where.
pub fn text_of_records(config: &CrmConfig, crm: Crm) -> Result<(PathBuf, String), CrmMappingError> {
    if let Some(named) = config.api_mapping(crm) {
        return read(named, crm);
    }
    let brought = PathBuf::from(format!("assets/crm/{}-api.toml", crm.word()));
    Ok((brought, RecordMapping::own_text(crm).to_owned()))
}

fn read(named: &Path, crm: Crm) -> Result<(PathBuf, String), CrmMappingError> {
    let path = whole_path(named);
    let bytes =
        files::read_capped(&path, MOST_BYTES).map_err(|error| CrmMappingError::Unreadable(crm.word(), error))?;
    let Ok(text) = String::from_utf8(bytes) else {
        let sentence = "this is not UTF-8 text.".to_owned();
        return Err(CrmMappingError::Unfit(path, MappingError { line: 1, sentence }));
    };
    Ok((path, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::config::crm::{HubspotConfig, Mappings};

    fn with(mappings: Mappings) -> CrmConfig {
        CrmConfig { hubspot: HubspotConfig { mappings, ..HubspotConfig::default() }, ..CrmConfig::default() }
    }

    #[test]
    fn the_config_names_a_mapping_in_place_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let config = with(Mappings { file: Some(path.clone()), api: Some(path.clone()) });
        let put = |text: &[u8]| files::write_bytes(&path, files::Overwrite::Yes, text).unwrap();
        put(b"name = \"Ours\"\n[[column]]\nheader = \"Mail\"\nfrom = \"email\"\n");
        assert_eq!(of_file(&config, Crm::Hubspot).unwrap().name, "Ours");
        assert_eq!(of_file(&config, Crm::Marketo).unwrap(), Crm::Marketo.mapping().unwrap());
        let own = "[[field]]\nname = \"mail\"\nfrom = \"email\"\n";
        put(own.as_bytes());
        assert_eq!(of_records(&config, Crm::Hubspot).unwrap(), RecordMapping::parse(own).unwrap());
        assert_eq!(of_records(&config, Crm::Marketo).unwrap(), RecordMapping::own(Crm::Marketo).unwrap());
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let config = with(Mappings { file: Some(path.clone()), api: Some(path.clone()) });
        let put = |text: &[u8]| files::write_bytes(&path, files::Overwrite::Yes, text).unwrap();
        let said = |error: CrmMappingError, said: &str| {
            let error = error.to_string();
            assert!(error.contains(said) && error.contains("o lead was written or sent"), "{error}");
        };
        put(b"name = \"Ours\"\n[[column]]\nheader = \"Mail\"\nfrom = \"mail\"\n");
        said(of_file(&config, Crm::Hubspot).unwrap_err(), "mine.toml, line 4: a lead has no field");
        put(b"[[field]]\nname = \"a\"\nfrom = \"mail\"\n");
        said(of_records(&config, Crm::Hubspot).unwrap_err(), "mine.toml, line 3: a lead has no field");
        put(b"\xff\xfe");
        said(of_file(&config, Crm::Hubspot).unwrap_err(), "mine.toml, line 1: this is not UTF-8 text.");
        files::remove(&path).unwrap();
        said(of_records(&config, Crm::Hubspot).unwrap_err(), "The mapping of hubspot was not read");
    }
}
