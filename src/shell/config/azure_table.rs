//! The `[azure_table]` table: where the connection string of the account is kept, never the string itself, and which table is
//! read how patiently. Must not read the connection string.

use std::fmt::Write as _;

use serde::Deserialize;
use toml::Spanned;

use crate::net::azure_table::{AzureTableSettings, DEFAULT_TABLE, check_name};
use crate::shell::config::{Fault, secret};
use crate::shell::secret::SecretPlace;

/// What the table says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AzureTableConfig {
    /// Where the connection string is.
    pub connection: Option<SecretPlace>,
    /// The table, and how patiently it is read.
    pub settings: AzureTableSettings,
}

/// The table as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AzureTableTable {
    connection_env: Option<Spanned<String>>,
    connection_file: Option<Spanned<String>>,
    table: Option<Spanned<String>>,
    retry_seconds: Option<Spanned<i64>>,
}

/// Its part of the file that `config init` writes.
pub(super) const DEFAULT: &str = r#"
# Leads from an Azure Table (leadbox sync azure-table). The connection string or SAS URL of the storage account never stands
# here: name an environment variable, or a file that only you may read (chmod 600), that holds it. A sync tries again for
# retry_seconds where the service does not answer.
#[azure_table]
#  connection_env = "LEADBOX_AZURE_TABLE"
#  connection_file = "~/.config/leadbox/azure-table"
#table = "marketplaceleads"
#retry_seconds = 120
"#;

impl AzureTableTable {
    pub(super) fn check(self) -> Result<AzureTableConfig, Fault> {
        let connection = secret::place("connection", "connection string", self.connection_env, self.connection_file)?;
        let mut settings = AzureTableSettings::default();
        if let Some(table) = self.table {
            check_name(table.get_ref()).map_err(|why| (table.span().start, format!("table: {why}.")))?;
            // The default says nothing against what a signature names.
            settings.table = Some(table.into_inner()).filter(|table| table != DEFAULT_TABLE);
        }
        if let Some(seconds) = self.retry_seconds {
            let at = seconds.span().start;
            settings.retry_seconds = u32::try_from(seconds.into_inner())
                .ok()
                .filter(|seconds| *seconds <= 3600)
                .ok_or_else(|| (at, "retry_seconds is a whole number from 0 to 3600.".to_owned()))?;
        }
        Ok(AzureTableConfig { connection, settings })
    }
}

/// The effective table, as `config show` prints it.
pub(super) fn show(config: &AzureTableConfig) -> String {
    let mut text = "\n[azure_table]\n".to_owned();
    let quoted = |text: &str| toml::Value::from(text).to_string();
    text.push_str(&secret::show("connection", config.connection.as_ref()));
    let table = config.settings.table.as_deref().unwrap_or(DEFAULT_TABLE);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "table = {}\nretry_seconds = {}", quoted(table), config.settings.retry_seconds);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::config::Config;

    fn read(text: &str) -> Result<AzureTableConfig, String> {
        let config = Config::parse(format!("\n[azure_table]\n{text}\n").as_bytes(), "c.toml");
        config.map(|config| config.azure_table).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_read_is_shown_and_reads_back() {
        let env = read("connection_env = \"AZURE_1\"\ntable = \"Leads2\"\nretry_seconds = 0").unwrap();
        assert_eq!(env.connection, Some(SecretPlace::Env("AZURE_1".into())));
        assert_eq!(env.settings, AzureTableSettings { table: Some("Leads2".into()), retry_seconds: 0 });
        let file = read("connection_file = \"~/a \\\" b\"").unwrap();
        assert_eq!(file.connection, Some(SecretPlace::File("~/a \" b".into())));
        for config in [env, file, AzureTableConfig::default()] {
            assert_eq!(Config::parse(show(&config).as_bytes(), "c.toml").unwrap().azure_table, config);
        }
    }

    #[test]
    fn slips_are_named_and_a_secret_in_the_wrong_place_is_not_repeated() {
        for (text, words) in [
            (
                "connection_env = \"A\"\nconnection_file = \"b\"",
                "line 4: connection_env and connection_file are both set",
            ),
            ("connection_env = \"AccountName=canary;AccountKey=canary\"", "line 3: connection_env is the name"),
            ("connection_env = \"https://canary.example/?sig=canary\"", "connection_env is the name"),
            ("connection_env = \"\"", "connection_env is the name"),
            ("connection_file = \" \"", "connection_file is blank"),
            ("table = \"a-b\"", "line 3: table: a table's name is 3 to 63"),
            ("retry_seconds = -1", "retry_seconds is a whole number from 0 to 3600"),
            ("connection = \"canary\"", "line 3: unknown field `connection`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words) && !error.contains("canary"), "{text}: {error}");
        }
    }
}
