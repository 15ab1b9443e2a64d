//! The tables `[salesforce]`, `[dynamics]`, `[marketo]` and `[hubspot]`: which mapping makes the import file of a CRM, where it is
//! not the one that leadbox brings. Must not read the mapping: `shell::crm_mapping` does, when a file is to be made.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::formats::crm::Crm;
use crate::shell::config::Fault;

/// What the four tables say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrmConfig {
    /// `[salesforce]`.
    pub salesforce: SalesforceConfig,
    /// `[dynamics]`.
    pub dynamics: DynamicsConfig,
    /// `[marketo]`.
    pub marketo: MarketoConfig,
    /// `[hubspot]`.
    pub hubspot: HubspotConfig,
}

/// Salesforce.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalesforceConfig {
    /// The mapping of its import file, where it is not ours.
    pub mapping: Option<PathBuf>,
}

/// Dynamics 365.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DynamicsConfig {
    /// The mapping of its import file, where it is not ours.
    pub mapping: Option<PathBuf>,
}

/// Marketo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketoConfig {
    /// The mapping of its import file, where it is not ours.
    pub mapping: Option<PathBuf>,
}

/// HubSpot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubspotConfig {
    /// The mapping of its import file, where it is not ours.
    pub mapping: Option<PathBuf>,
}

impl CrmConfig {
    /// The mapping that the config names for a CRM.
    pub fn mapping(&self, crm: Crm) -> Option<&Path> {
        match crm {
            Crm::Salesforce => self.salesforce.mapping.as_deref(),
            Crm::Dynamics => self.dynamics.mapping.as_deref(),
            Crm::Marketo => self.marketo.mapping.as_deref(),
            Crm::Hubspot => self.hubspot.mapping.as_deref(),
        }
    }
}

/// `[salesforce]` as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SalesforceTable {
    mapping: Option<Spanned<String>>,
}

/// `[dynamics]` as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DynamicsTable {
    mapping: Option<Spanned<String>>,
}

/// `[marketo]` as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MarketoTable {
    mapping: Option<Spanned<String>>,
}

/// `[hubspot]` as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HubspotTable {
    mapping: Option<Spanned<String>>,
}

/// Its part of the file that `config init` writes.
pub(super) const DEFAULT: &str = r#"
# The import files of CRMs (leadbox export --format salesforce and so on): a mapping of your own in place of the one that
# leadbox brings. Begin with a copy: leadbox config mapping salesforce > salesforce.toml
#[salesforce]
#  mapping = "~/.config/leadbox/salesforce.toml"
#[dynamics]
#  mapping = "~/.config/leadbox/dynamics.toml"
#[marketo]
#  mapping = "~/.config/leadbox/marketo.toml"
#[hubspot]
#  mapping = "~/.config/leadbox/hubspot.toml"
"#;

impl SalesforceTable {
    pub(super) fn check(self) -> Result<SalesforceConfig, Fault> {
        Ok(SalesforceConfig { mapping: mapping(Crm::Salesforce, self.mapping)? })
    }
}

impl DynamicsTable {
    pub(super) fn check(self) -> Result<DynamicsConfig, Fault> {
        Ok(DynamicsConfig { mapping: mapping(Crm::Dynamics, self.mapping)? })
    }
}

impl MarketoTable {
    pub(super) fn check(self) -> Result<MarketoConfig, Fault> {
        Ok(MarketoConfig { mapping: mapping(Crm::Marketo, self.mapping)? })
    }
}

impl HubspotTable {
    pub(super) fn check(self) -> Result<HubspotConfig, Fault> {
        Ok(HubspotConfig { mapping: mapping(Crm::Hubspot, self.mapping)? })
    }
}

fn mapping(crm: Crm, path: Option<Spanned<String>>) -> Result<Option<PathBuf>, Fault> {
    match path {
        Some(path) if path.get_ref().trim().is_empty() => {
            Err((path.span().start, format!("{}.mapping is blank; name a file, or take the line away.", crm.word())))
        }
        path => Ok(path.map(|path| PathBuf::from(path.into_inner()))),
    }
}

/// The effective tables, as `config show` prints them.
pub(super) fn show(config: &CrmConfig) -> String {
    let mut text = String::new();
    for crm in Crm::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n[{}]", crm.word());
        if let Some(path) = config.mapping(crm) {
            let _ = writeln!(text, "mapping = {}", toml::Value::from(path.to_string_lossy().as_ref()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::config::Config;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text.as_bytes(), "c.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn each_crm_may_have_a_mapping_of_the_sellers() {
        for crm in Crm::ALL {
            let config = parse(&format!("[{}]\nmapping = \"/a b/\\\"m\\\".toml\"\n", crm.word())).unwrap();
            for other in Crm::ALL {
                let named = config.crm.mapping(other);
                assert_eq!(named, (other == crm).then_some(Path::new("/a b/\"m\".toml")), "{other:?}");
            }
            assert_eq!(parse(&config.show()).unwrap(), config);
        }
    }

    #[test]
    fn a_slip_is_named_with_its_line() {
        for crm in Crm::ALL.map(Crm::word) {
            let blank = parse(&format!("\n[{crm}]\nmapping = \" \"\n")).unwrap_err();
            assert!(blank.starts_with(&format!("c.toml, line 3: {crm}.mapping is blank")), "{blank}");
            let unknown = parse(&format!("[{crm}]\nmaping = \"x\"\n")).unwrap_err();
            assert!(unknown.starts_with("c.toml, line 2: unknown field `maping`"), "{unknown}");
        }
    }
}
