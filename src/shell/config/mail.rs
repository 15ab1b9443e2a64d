//! The `[mail]` table: subject and body of the mails that `o` begins, for all offers and for single ones.
//! Must not fill them in: `domain::template` does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use toml::Spanned;

use crate::domain::reaching::{MailTemplates, OfferTemplates};
use crate::domain::template::Template;
use crate::shell::config::Fault;

/// The subject where the config says nothing.
const SUBJECT: &str = "Your request about {offer|our offer}";

/// The body where the config says nothing.
const BODY: &str = "Hello {first_name},\n\nthank you for your request about {offer|our offer}. When would be a good time to talk?\n\n\
                    Kind regards\n";

/// A text is no longer than this: a mail program takes some 2,000 characters.
const MOST_BYTES: usize = 16 * 1024;

/// The table as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MailTable {
    subject: Option<Spanned<String>>,
    body: Option<Spanned<String>>,
    offers: BTreeMap<String, OfferTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OfferTable {
    subject: Option<Spanned<String>>,
    body: Option<Spanned<String>>,
}

/// Its part of the file that `config init` writes.
pub(super) const DEFAULT: &str = r#"
# The mail that o begins. In it stand {first_name} {last_name} {name} {job_title} {company} {offer}; what stands behind a bar
# is written where nothing is known: {offer|our offer}. {{ is a brace. An offer may have its own, by its id, with or without
# the publisher, or by its title.
#[mail]
#subject = "Your request about {offer|our offer}"
#body = """
#Hello {first_name},
#
#thank you for your request about {offer|our offer}. When would be a good time to talk?
#
#Kind regards
#"""
#  [mail.offers."contoso.sql-backup"]
#  subject = "SQL Backup at {company|your company}"
"#;

/// What is written where the config says nothing.
pub(super) fn default() -> MailTemplates {
    // A test holds it true that these can be read.
    let own = |text| template("", text).ok();
    let blank = || Template::default();
    MailTemplates {
        subject: own(SUBJECT).unwrap_or_else(blank),
        body: own(BODY).unwrap_or_else(blank),
        offers: BTreeMap::new(),
    }
}

impl MailTable {
    pub(super) fn check(self) -> Result<MailTemplates, Fault> {
        let MailTemplates { subject, body, .. } = default();
        let mut offers = BTreeMap::new();
        for (name, own) in self.offers {
            let subject = line(&format!("mail.offers.{name}.subject"), own.subject)?;
            let body = text(&format!("mail.offers.{name}.body"), own.body)?;
            offers.insert(name.to_lowercase(), OfferTemplates { subject, body });
        }
        Ok(MailTemplates {
            subject: line("mail.subject", self.subject)?.unwrap_or(subject),
            body: text("mail.body", self.body)?.unwrap_or(body),
            offers,
        })
    }
}

fn text(key: &str, value: Option<Spanned<String>>) -> Result<Option<Template>, Fault> {
    let read = |value: Spanned<String>| template(key, value.get_ref()).map_err(|why| (value.span().start, why));
    value.map(read).transpose()
}

fn line(key: &str, value: Option<Spanned<String>>) -> Result<Option<Template>, Fault> {
    match value {
        Some(value) if value.get_ref().contains(['\n', '\r']) => {
            Err((value.span().start, format!("{key} is one line.")))
        }
        value => text(key, value),
    }
}

fn template(key: &str, text: &str) -> Result<Template, String> {
    if text.len() > MOST_BYTES {
        return Err(format!("{key} is longer than {MOST_BYTES} bytes."));
    }
    Template::parse(text).map_err(|why| format!("{key}: {why}"))
}

/// The effective tables, as `config show` prints them.
pub(super) fn show(mail: &MailTemplates) -> String {
    let value = |template: &Template| toml::Value::from(template.to_string());
    let mut text = format!("\n[mail]\nsubject = {}\nbody = {}\n", value(&mail.subject), value(&mail.body));
    for (name, own) in &mail.offers {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n[mail.offers.{}]", toml::Value::from(name.as_str()));
        for (key, template) in [("subject", &own.subject), ("body", &own.body)] {
            if let Some(template) = template {
                let _ = writeln!(text, "{key} = {}", value(template));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::config::Config;

    fn read(text: &str) -> Result<Config, String> {
        Config::parse(text.as_bytes(), "c.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_can_be_read() {
        assert_eq!(default().subject.to_string(), SUBJECT);
        assert_eq!(default().body.to_string(), BODY);
    }

    #[test]
    fn the_tables_are_read_and_shown() {
        let text = "[mail]\nbody = \"\"\"\nOlá {first_name},\n\"quoted\" {{x}}\n\"\"\"\n\
                    [mail.offers.\"Contoso.SQL-Backup\"]\nsubject = \"Backup\"\n[mail.offers.gateway]\nbody = \"G\"\n";
        let config = read(text).unwrap();
        assert_eq!(config.mail.subject.to_string(), SUBJECT);
        assert_eq!(config.mail.body.to_string(), "Olá {first_name},\n\"quoted\" {{x}}\n");
        let own = &config.mail.offers["contoso.sql-backup"];
        assert_eq!(
            (own.subject.as_ref().map(ToString::to_string), own.body.is_some()),
            (Some("Backup".to_owned()), false)
        );
        assert_eq!(read(&config.show()).unwrap(), config, "{}", config.show());
    }

    #[test]
    fn a_slip_is_named_with_its_line() {
        for (text, says) in [
            ("subject = \"{ofer}\"", "c.toml, line 2: mail.subject: {ofer} is no placeholder"),
            ("\nbody = \"a } b\"", "line 3: mail.body: a } without its {"),
            ("subject = \"a\\nb\"", "mail.subject is one line"),
            ("offers.x.subject = \"{x}\"", "mail.offers.x.subject: {x} is no placeholder"),
            ("offers.x.topic = \"x\"", "unknown field `topic`"),
            ("signature = \"x\"", "unknown field `signature`"),
        ] {
            let error = read(&format!("[mail]\n{text}\n")).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
        let long = format!("[mail]\nbody = \"{}\"\n", "x".repeat(MOST_BYTES + 1));
        assert!(read(&long).unwrap_err().contains("longer than"));
    }
}
