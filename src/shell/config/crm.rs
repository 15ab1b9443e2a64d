//! The tables of the CRMs, `[salesforce]`, `[dynamics]`, `[marketo]`, `[hubspot]`: where each is, who signs in, and files with
//! mappings of the seller's own. Secrets never stand in them, only where they are. Must not read a mapping or a secret.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::domain::crm::Crm;
use crate::net::base::Base;
use crate::net::crm::{DynamicsSettings, HubspotSettings, MarketoSettings, SalesforceSettings};
use crate::shell::config::partner_center::{address as base, name};
use crate::shell::config::{Fault, secret};
use crate::shell::secret::SecretPlace;

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

/// The mappings of one CRM, where they are not the ones that leadbox brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mappings {
    /// Of its import file.
    pub file: Option<PathBuf>,
    /// Of its web interface.
    pub api: Option<PathBuf>,
}

/// Salesforce.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalesforceConfig {
    /// Its mappings.
    pub mappings: Mappings,
    /// Where leads are posted.
    pub settings: SalesforceSettings,
}

/// Dynamics 365.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DynamicsConfig {
    /// Its mappings.
    pub mappings: Mappings,
    /// Which environment, and who signs in.
    pub settings: DynamicsSettings,
    /// Where the client secret is.
    pub secret: Option<SecretPlace>,
}

/// Marketo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketoConfig {
    /// Its mappings.
    pub mappings: Mappings,
    /// Which instance, and who signs in.
    pub settings: MarketoSettings,
    /// Where the client secret is.
    pub secret: Option<SecretPlace>,
}

/// HubSpot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubspotConfig {
    /// Its mappings.
    pub mappings: Mappings,
    /// Where it is.
    pub settings: HubspotSettings,
    /// Where the token is.
    pub token: Option<SecretPlace>,
}

impl CrmConfig {
    /// The mapping that the config names for the import file of a CRM.
    pub fn mapping(&self, crm: Crm) -> Option<&Path> {
        self.mappings(crm).file.as_deref()
    }

    /// The same for its web interface.
    pub fn api_mapping(&self, crm: Crm) -> Option<&Path> {
        self.mappings(crm).api.as_deref()
    }

    fn mappings(&self, crm: Crm) -> &Mappings {
        match crm {
            Crm::Salesforce => &self.salesforce.mappings,
            Crm::Dynamics => &self.dynamics.mappings,
            Crm::Marketo => &self.marketo.mappings,
            Crm::Hubspot => &self.hubspot.mappings,
        }
    }
}

/// Their part of the file that `config init` writes.
pub(super) const DEFAULT: &str = r#"
# CRMs: their import files (leadbox export --format salesforce and so on) and their web interfaces (leadbox push salesforce).
# mapping and api_mapping name files of your own in place of what leadbox brings; begin with a copy of that one:
# leadbox config mapping salesforce > salesforce.toml
# Secrets never stand here: name an environment variable, or a file that only you may read (chmod 600), that holds them. As
# an address only https, or this machine, is taken.
#
# Salesforce Web-to-Lead: the id of the organisation, as Setup > Web-to-Lead puts it into the form; a sandbox has an address of
# its own.
#[salesforce]
#address = "https://webto.salesforce.com"
#  oid = "00D000000000000"
#daily_cap = 500
#  mapping = "~/.config/leadbox/salesforce.toml"
#  api_mapping = "~/.config/leadbox/salesforce-api.toml"

# Dynamics 365 Sales: the environment, and an app registration that is an application user of it.
#[dynamics]
#  address = "https://contoso.crm.dynamics.com"
#authority = "https://login.microsoftonline.com"
#  tenant = "contoso.example"
#  client_id = "00000000-0000-0000-0000-000000000000"
#  client_secret_env = "LEADBOX_DYNAMICS"
#  mapping = "~/.config/leadbox/dynamics.toml"

# Marketo: the instance (Admin > Web Services) and a LaunchPoint service.
#[marketo]
#  address = "https://123-ABC-456.mktorest.com"
#  client_id = "00000000-0000-0000-0000-000000000000"
#  client_secret_env = "LEADBOX_MARKETO"
#  mapping = "~/.config/leadbox/marketo.toml"

# HubSpot: the token of a private app with the scopes crm.objects.contacts.read and crm.objects.contacts.write.
#[hubspot]
#address = "https://api.hubapi.com"
#  token_env = "LEADBOX_HUBSPOT"
#  mapping = "~/.config/leadbox/hubspot.toml"
"#;

/// `[salesforce]` as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SalesforceTable {
    address: Option<Spanned<String>>,
    oid: Option<Spanned<String>>,
    daily_cap: Option<Spanned<i64>>,
    mapping: Option<Spanned<String>>,
    api_mapping: Option<Spanned<String>>,
}

/// `[dynamics]` as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DynamicsTable {
    address: Option<Spanned<String>>,
    authority: Option<Spanned<String>>,
    tenant: Option<Spanned<String>>,
    client_id: Option<Spanned<String>>,
    client_secret_env: Option<Spanned<String>>,
    client_secret_file: Option<Spanned<String>>,
    mapping: Option<Spanned<String>>,
    api_mapping: Option<Spanned<String>>,
}

/// `[marketo]` as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MarketoTable {
    address: Option<Spanned<String>>,
    client_id: Option<Spanned<String>>,
    client_secret_env: Option<Spanned<String>>,
    client_secret_file: Option<Spanned<String>>,
    mapping: Option<Spanned<String>>,
    api_mapping: Option<Spanned<String>>,
}

/// `[hubspot]` as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HubspotTable {
    address: Option<Spanned<String>>,
    token_env: Option<Spanned<String>>,
    token_file: Option<Spanned<String>>,
    mapping: Option<Spanned<String>>,
    api_mapping: Option<Spanned<String>>,
}

impl SalesforceTable {
    pub(super) fn check(self) -> Result<SalesforceConfig, Fault> {
        let mut settings = SalesforceSettings::default();
        if let Some(address) = &self.address {
            settings.address = base("salesforce.address", address)?;
        }
        settings.oid = self.oid.as_ref().map(oid).transpose()?;
        if let Some(cap) = &self.daily_cap {
            settings.daily_cap = daily_cap(cap)?;
        }
        Ok(SalesforceConfig { mappings: mappings(Crm::Salesforce, self.mapping, self.api_mapping)?, settings })
    }
}

impl DynamicsTable {
    pub(super) fn check(self) -> Result<DynamicsConfig, Fault> {
        let mut settings = DynamicsSettings {
            address: self.address.as_ref().map(|it| base("dynamics.address", it)).transpose()?,
            tenant: self.tenant.as_ref().map(|it| name("dynamics.tenant", it)).transpose()?,
            client_id: self.client_id.as_ref().map(|it| name("dynamics.client_id", it)).transpose()?,
            ..DynamicsSettings::default()
        };
        if let Some(authority) = &self.authority {
            settings.authority = base("dynamics.authority", authority)?;
        }
        let secret = secret::place("client_secret", "client secret", self.client_secret_env, self.client_secret_file)?;
        Ok(DynamicsConfig { mappings: mappings(Crm::Dynamics, self.mapping, self.api_mapping)?, settings, secret })
    }
}

impl MarketoTable {
    pub(super) fn check(self) -> Result<MarketoConfig, Fault> {
        let settings = MarketoSettings {
            address: self.address.as_ref().map(|it| base("marketo.address", it)).transpose()?,
            client_id: self.client_id.as_ref().map(|it| name("marketo.client_id", it)).transpose()?,
        };
        let secret = secret::place("client_secret", "client secret", self.client_secret_env, self.client_secret_file)?;
        Ok(MarketoConfig { mappings: mappings(Crm::Marketo, self.mapping, self.api_mapping)?, settings, secret })
    }
}

impl HubspotTable {
    pub(super) fn check(self) -> Result<HubspotConfig, Fault> {
        let mut settings = HubspotSettings::default();
        if let Some(address) = &self.address {
            settings.address = base("hubspot.address", address)?;
        }
        let token = secret::place("token", "token", self.token_env, self.token_file)?;
        Ok(HubspotConfig { mappings: mappings(Crm::Hubspot, self.mapping, self.api_mapping)?, settings, token })
    }
}

fn mappings(crm: Crm, file: Option<Spanned<String>>, api: Option<Spanned<String>>) -> Result<Mappings, Fault> {
    let path = |key: &str, path: Option<Spanned<String>>| match path {
        Some(path) if path.get_ref().trim().is_empty() => {
            Err((path.span().start, format!("{}.{key} is blank; name a file, or take the line away.", crm.word())))
        }
        path => Ok(path.map(|path| PathBuf::from(path.into_inner()))),
    };
    Ok(Mappings { file: path("mapping", file)?, api: path("api_mapping", api)? })
}

fn oid(value: &Spanned<String>) -> Result<String, Fault> {
    let text = value.get_ref().trim();
    if matches!(text.len(), 15 | 18) && text.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Ok(text.to_owned());
    }
    Err((value.span().start, "salesforce.oid is the id of an organisation: 15 or 18 letters and digits.".to_owned()))
}

fn daily_cap(value: &Spanned<i64>) -> Result<u32, Fault> {
    let most = u32::try_from(*value.get_ref()).ok().filter(|most| (1..=1_000_000).contains(most));
    most.ok_or_else(|| (value.span().start, "salesforce.daily_cap is a whole number from 1 to 1,000,000.".to_owned()))
}

/// The tables as they are in effect.
pub(super) fn show(config: &CrmConfig) -> String {
    let mut text = String::new();
    for crm in Crm::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n[{}]", crm.word());
        let mut line = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
            }
        };
        let secret = match crm {
            Crm::Salesforce => {
                let settings = &config.salesforce.settings;
                line("address", Some(settings.address.as_str()));
                line("oid", settings.oid.as_deref());
                format!("daily_cap = {}\n", settings.daily_cap)
            }
            Crm::Dynamics => {
                let settings = &config.dynamics.settings;
                line("address", settings.address.as_ref().map(Base::as_str));
                line("authority", Some(settings.authority.as_str()));
                line("tenant", settings.tenant.as_deref());
                line("client_id", settings.client_id.as_deref());
                secret::show("client_secret", config.dynamics.secret.as_ref())
            }
            Crm::Marketo => {
                let settings = &config.marketo.settings;
                line("address", settings.address.as_ref().map(Base::as_str));
                line("client_id", settings.client_id.as_deref());
                secret::show("client_secret", config.marketo.secret.as_ref())
            }
            Crm::Hubspot => {
                line("address", Some(config.hubspot.settings.address.as_str()));
                secret::show("token", config.hubspot.token.as_ref())
            }
        };
        let path = |path: Option<&Path>| path.map(|path| path.to_string_lossy().into_owned());
        line("mapping", path(config.mapping(crm)).as_deref());
        line("api_mapping", path(config.api_mapping(crm)).as_deref());
        text.push_str(&secret);
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
    fn each_crm_may_have_mappings_of_the_sellers() {
        for crm in Crm::ALL {
            let text = format!("[{}]\nmapping = \"/a b/\\\"m\\\".toml\"\napi_mapping = \"~/api\"\n", crm.word());
            let config = parse(&text).unwrap();
            for other in Crm::ALL {
                let (file, api) = (config.crm.mapping(other), config.crm.api_mapping(other));
                assert_eq!(file, (other == crm).then_some(Path::new("/a b/\"m\".toml")), "{other:?}");
                assert_eq!(api, (other == crm).then_some(Path::new("~/api")), "{other:?}");
            }
            assert_eq!(parse(&config.show()).unwrap(), config);
            let crm = crm.word();
            let blank = parse(&format!("\n[{crm}]\nmapping = \" \"\n")).unwrap_err();
            assert!(blank.starts_with(&format!("c.toml, line 3: {crm}.mapping is blank")), "{blank}");
            let unknown = parse(&format!("[{crm}]\nmaping = \"x\"\n")).unwrap_err();
            assert!(unknown.starts_with("c.toml, line 2: unknown field `maping`"), "{unknown}");
        }
    }

    #[test]
    fn the_tables_are_read_and_shown() {
        let text = "[salesforce]\noid = \"00D000000000001\"\ndaily_cap = 40\naddress = \"http://127.0.0.1:8\"\n\
                    [dynamics]\naddress = \"https://x.crm4.dynamics.com/\"\ntenant = \"contoso.example\"\nclient_id = \"1-2\"\n\
                    client_secret_env = \"S\"\n[marketo]\naddress = \"https://1.mktorest.com\"\nclient_id = \"3\"\n\
                    client_secret_file = \"~/m\"\n[hubspot]\ntoken_file = \"~/h\"\n";
        let config = parse(text).unwrap();
        let crm = &config.crm;
        let salesforce = &crm.salesforce.settings;
        assert_eq!((salesforce.daily_cap, salesforce.oid.as_deref()), (40, Some("00D000000000001")));
        assert_eq!(crm.dynamics.settings.address.as_ref().unwrap().as_str(), "https://x.crm4.dynamics.com");
        assert_eq!(crm.dynamics.secret, Some(SecretPlace::Env("S".into())));
        assert_eq!(crm.marketo.secret, Some(SecretPlace::File("~/m".into())));
        assert_eq!(crm.hubspot.token, Some(SecretPlace::File("~/h".into())));
        assert_eq!(parse(&show(crm)).unwrap().crm, *crm);
        assert_eq!(parse(&show(&CrmConfig::default())).unwrap().crm, CrmConfig::default());
    }

    #[test]
    fn slips_are_named_and_a_secret_in_the_wrong_place_is_not_repeated() {
        for (text, words) in [
            ("[salesforce]\noid = \"1\"", "line 2: salesforce.oid is the id of an organisation"),
            ("[salesforce]\ndaily_cap = 0", "line 2: salesforce.daily_cap"),
            (
                "[dynamics]\naddress = \"http://x.crm.dynamics.com\"",
                "line 2: dynamics.address must begin with https://",
            ),
            ("[dynamics]\ntenant = \"a/../b\"", "dynamics.tenant is an id or a domain"),
            ("[dynamics]\nclient_secret = \"canary\"", "unknown field `client_secret`"),
            ("[marketo]\nclient_secret_env = \"canary-1=2\"", "line 2: client_secret_env is the name"),
            ("[hubspot]\ntoken_env = \"A\"\ntoken_file = \"b\"", "line 3: token_env and token_file are both set"),
            (
                "[hubspot]\ntoken_env = \"pat-na1-canary\"",
                "token_env is the name of an environment variable that holds the token",
            ),
            ("[hubspot]\napi_mapping = \" \"", "hubspot.api_mapping is blank"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words) && !error.contains("canary"), "{text}: {error}");
        }
    }
}
