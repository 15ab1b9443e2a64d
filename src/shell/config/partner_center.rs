//! The `[partner_center]` table: whose app registration signs in, and where. Secrets never stand in it: the sign-in is kept in
//! a private file of its own, or in the system's keyring. Must not connect.

use std::fmt::Write as _;

use serde::Deserialize;
use toml::Spanned;

use crate::net::base::Base;
use crate::net::partner_center::{PartnerCenterSettings, TokenPlace};
use crate::shell::config::Fault;

/// Its part of the file that `config init` writes.
pub(super) const DEFAULT: &str = r#"
# leadbox sync partner-center: the id of your own app registration in Entra, which allows public client flows and has the
# delegated permission of "Microsoft Partner (Microsoft Dev Center)"; and the tenant, by its id or domain.
#[partner_center]
#  client_id = "00000000-0000-0000-0000-000000000000"
#tenant = "organizations"
# Where the sign-in is kept: "file" (0600, beside the store) or "keyring" (a build with the feature secrets).
#token = "file"
# Other clouds have other addresses; only https, or this machine, is taken.
#authority = "https://login.microsoftonline.com"
#api = "https://api.partner.microsoft.com"
"#;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PartnerCenterTable {
    client_id: Option<Spanned<String>>,
    tenant: Option<Spanned<String>>,
    token: Option<Spanned<String>>,
    authority: Option<Spanned<String>>,
    api: Option<Spanned<String>>,
}

impl PartnerCenterTable {
    pub(super) fn check(self) -> Result<PartnerCenterSettings, Fault> {
        let mut settings = PartnerCenterSettings::default();
        if let Some(id) = self.client_id {
            settings.client_id = Some(name("partner_center.client_id", &id)?);
        }
        if let Some(tenant) = self.tenant {
            settings.tenant = name("partner_center.tenant", &tenant)?;
        }
        if let Some(place) = self.token {
            settings.token = token_place(&place)?;
        }
        if let Some(authority) = self.authority {
            settings.authority = address("partner_center.authority", &authority)?;
        }
        if let Some(api) = self.api {
            settings.api = address("partner_center.api", &api)?;
        }
        Ok(settings)
    }
}

/// The table as it is in effect.
pub(super) fn show(settings: &PartnerCenterSettings) -> String {
    let mut text = "\n[partner_center]\n".to_owned();
    let token = settings.token.word();
    let client = settings.client_id.as_deref().map(|id| ("client_id", id));
    let rest = [
        ("tenant", settings.tenant.as_str()),
        ("token", token),
        ("authority", settings.authority.as_str()),
        ("api", settings.api.as_str()),
    ];
    for (key, value) in client.into_iter().chain(rest) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
    }
    text
}

/// An id or a domain: it becomes a part of an address.
pub(super) fn name(key: &str, value: &Spanned<String>) -> Result<String, Fault> {
    let text = value.get_ref().trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if text.is_empty() || text.len() > 253 || !text.chars().all(fits) || text.starts_with('.') {
        return Err((value.span().start, format!("{key} is an id or a domain: letters, digits, - and . only.")));
    }
    Ok(text.to_owned())
}

fn token_place(value: &Spanned<String>) -> Result<TokenPlace, Fault> {
    let refuse = |sentence: &str| Err((value.span().start, format!("partner_center.token {sentence}")));
    match value.get_ref().as_str() {
        "file" => Ok(TokenPlace::File),
        "keyring" if cfg!(feature = "secrets") => Ok(TokenPlace::Keyring),
        "keyring" => {
            refuse("is \"keyring\", which this build lacks; build it with --features secrets, or write \"file\".")
        }
        _ => refuse("is \"file\" or \"keyring\"."),
    }
}

/// The address of a service that may be called.
pub(super) fn address(key: &str, value: &Spanned<String>) -> Result<Base, Fault> {
    Base::parse(value.get_ref()).map_err(|why| (value.span().start, format!("{key} {why}")))
}

#[cfg(test)]
mod tests {
    use crate::shell::config::Config;

    fn parse(table: &str) -> Result<Config, String> {
        Config::parse(format!("[partner_center]\n{table}\n").as_bytes(), "c.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn the_table_is_read_and_shown() {
        let config = parse(
            "client_id = \"1111-2\"\ntenant = \"contoso.example\"\nauthority = \"https://login.microsoftonline.us/\"\napi = \"http://127.0.0.1:8\"",
        )
        .unwrap();
        assert_eq!(config.partner_center.client_id.as_deref(), Some("1111-2"));
        assert_eq!(config.partner_center.authority.as_str(), "https://login.microsoftonline.us");
        let shown = config.show();
        assert!(shown.contains("[partner_center]\nclient_id = \"1111-2\"\ntenant = \"contoso.example\"\n"), "{shown}");
        assert_eq!(Config::parse(shown.as_bytes(), "c.toml").unwrap(), config);
    }

    #[test]
    fn what_would_leave_the_machine_in_the_clear_is_refused_by_its_line() {
        for (line, said) in [
            ("tenant = \"a/../b\"", "partner_center.tenant is an id or a domain"),
            ("client_id = \"\"", "partner_center.client_id is an id or a domain"),
            ("authority = \"http://login.example\"", "partner_center.authority must begin with https://"),
            ("api = \"api.example\"", "partner_center.api is no"),
            ("token = \"pocket\"", "partner_center.token is \"file\" or \"keyring\"."),
            ("client_secret = \"x\"", "unknown field"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains("line 2") && error.contains(said), "{error}");
        }
        assert_eq!(parse("token = \"keyring\"").is_ok(), cfg!(feature = "secrets"));
    }
}
