//! The config: a TOML file read into plain settings of the rooms that use them (HOUSE.md). A key nobody knows is an error,
//! so that a slip of the pen is never silent (PRODUCT.md 5, exit 78). Must not know what a command is: the key table stays text.

pub mod azure_table;
mod clocks;
pub mod crm;
mod first;
mod hooks;
mod mail;
mod notices;
mod partner_center;
pub mod receiver;
mod secret;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::app::commands::Keymap;
use crate::app::notices::NoticeSettings;
use crate::domain::entry;
use crate::domain::reaching::MailTemplates;
use crate::domain::terms::{Clocks, Terms};
use crate::domain::views::{self, View};
use crate::net::partner_center::PartnerCenterSettings;
use crate::net::receiver::ReceiverSettings;
use crate::shell::clipboard::Allowed;
use crate::shell::config::azure_table::{AzureTableConfig, AzureTableTable};
use crate::shell::config::clocks::ClocksTable;
use crate::shell::config::crm::{CrmConfig, DynamicsTable, HubspotTable, MarketoTable, SalesforceTable};
use crate::shell::config::hooks::HooksTable;
use crate::shell::config::mail::MailTable;
use crate::shell::config::notices::NoticesTable;
use crate::shell::config::partner_center::PartnerCenterTable;
use crate::shell::config::receiver::ReceiverTable;
use crate::shell::files::{self, FileError, FileErrorKind};
use crate::shell::hooks::{HookSettings, is_ours_alone};

/// A config larger than this is no config.
pub(super) const MOST_BYTES: u64 = 1024 * 1024;

/// How the symbols of the list are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Symbols {
    /// Emoji where the locale and the terminal take them.
    #[default]
    Auto,
    /// Emoji.
    Emoji,
    /// Text symbols.
    Text,
    /// ASCII.
    Ascii,
}

impl Symbols {
    /// Its word in the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Emoji => "emoji",
            Self::Text => "text",
            Self::Ascii => "ascii",
        }
    }
}

/// Every setting, with its default where the file says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How symbols are drawn.
    pub symbols: Symbols,
    /// Which ways a copy may go.
    pub clipboard: Allowed,
    /// The program that opens a `mailto:` or `tel:`, and its arguments; the system's own where it is empty.
    pub opener: Vec<String>,
    /// The mails that are begun.
    pub mail: MailTemplates,
    /// ISO 4217 code for values that name none.
    pub currency: String,
    /// The clocks of sources that have none of their own.
    pub clocks: Clocks,
    /// The clocks of every source, and the cadence of follow-ups.
    pub terms: Terms,
    /// The views: those built in, as the file changes them, and the file's own.
    pub views: Vec<View>,
    /// Name and query of each view of the file, in its order.
    pub own_views: Vec<(String, String)>,
    /// Keys by command name, as written.
    pub keys: BTreeMap<String, Vec<String>>,
    /// What is done beyond the message line when a lead comes in.
    pub notices: NoticeSettings,
    /// Where leads from an Azure Table come from.
    pub azure_table: AzureTableConfig,
    /// Where the receiver listens, and to whom.
    pub receiver: ReceiverSettings,
    /// The account at Partner Center.
    pub partner_center: PartnerCenterSettings,
    /// The CRMs that leads go to.
    pub crm: CrmConfig,
    /// The programs that are told what happens to a lead.
    pub hooks: Arc<HookSettings>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            symbols: Symbols::Auto,
            clipboard: Allowed::Auto,
            opener: Vec::new(),
            mail: mail::default(),
            currency: "USD".to_owned(),
            clocks: Clocks::default(),
            terms: Terms::default(),
            views: views::all(&[]).unwrap_or_default(),
            own_views: Vec::new(),
            keys: BTreeMap::new(),
            notices: NoticeSettings::default(),
            azure_table: AzureTableConfig::default(),
            receiver: ReceiverSettings::default(),
            partner_center: PartnerCenterSettings::default(),
            crm: CrmConfig::default(),
            hooks: Arc::default(),
        }
    }
}

/// Why the config is not used. Ends the program with 78; nothing else was done.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("The config was not read: {0}")]
    Unreadable(#[from] FileError),
    /// A line of it says something that cannot be taken.
    #[error("{path}, line {line}: {sentence} Nothing was done; mend the line (leadbox config path names the file).")]
    Line {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong, as a sentence.
        sentence: String,
    },
    /// The keys clash or cannot be read.
    #[error("{path}: {sentences} Nothing was done; mend the [keys] table.")]
    Keys {
        /// The file.
        path: String,
        /// What is wrong, a sentence each.
        sentences: String,
    },
    /// It names programs to be run, and others may change which.
    #[error(
        "{path} names programs in [hooks], and others may change or replace it, so it was not used. Nothing was done; run chmod \
         go-w on it and on its folder, and see that it belongs to you."
    )]
    Shared {
        /// The file.
        path: String,
    },
}

impl Config {
    /// Reads `given`, which must exist, else `default_path`, which may be missing.
    pub fn load(given: Option<&Path>, default_path: &Path) -> Result<Self, ConfigError> {
        let path = given.unwrap_or(default_path);
        match files::read_capped(path, MOST_BYTES) {
            Ok(bytes) => {
                let config = Self::parse(&bytes, &path.display().to_string())?;
                if config.hooks.programs.is_empty() || is_ours_alone(path).unwrap_or(false) {
                    return Ok(config);
                }
                Err(ConfigError::Shared { path: path.display().to_string() })
            }
            Err(missing) if given.is_none() && missing.kind() == FileErrorKind::NoInput => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a config from its bytes; `path` names the file in errors.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, ConfigError> {
        let refuse = |at: usize, sentence: String| ConfigError::Line {
            path: path.to_owned(),
            line: bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1,
            sentence,
        };
        let text = std::str::from_utf8(bytes)
            .map_err(|fault| refuse(fault.valid_up_to(), "this is not UTF-8 text.".to_owned()))?;
        let file: File = toml::from_str(text).map_err(|fault| {
            let at = fault.span().map_or(0, |span| span.start);
            refuse(at, format!("{}.", fault.message().trim_end_matches('.')))
        })?;
        let config = file.check().map_err(|(at, sentence)| refuse(at, sentence))?;
        config.keymap().map_err(|wrong| ConfigError::Keys { path: path.to_owned(), sentences: wrong.join("\n") })?;
        Ok(config)
    }

    /// Which key does what, with the keys of the file in place; `Err` holds a sentence for each that is wrong.
    pub fn keymap(&self) -> Result<Keymap, Vec<String>> {
        Keymap::new(&self.keys)
    }

    /// The effective config as TOML, every key.
    pub fn show(&self) -> String {
        let (symbols, clipboard) = (self.symbols.word(), self.clipboard.word());
        let mut text =
            format!("symbols = \"{symbols}\"\nclipboard = \"{clipboard}\"\ncurrency = \"{}\"\n", self.currency);
        let cadence: Vec<_> = self.terms.cadence.lengths().map(|length| format!("\"{length}\"")).collect();
        if !self.opener.is_empty() {
            let words: Vec<_> = self.opener.iter().map(|word| toml::Value::from(word.as_str()).to_string()).collect();
            let _ = writeln!(text, "opener = [{}]", words.join(", "));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "cadence = [{}]", cadence.join(", "));
        text.push_str(&clocks::show(self.clocks, &self.terms));
        text.push_str(&mail::show(&self.mail));
        text.push_str(&notices::show(self.notices));
        text.push_str(&azure_table::show(&self.azure_table));
        text.push_str(&receiver::show(&self.receiver));
        text.push_str(&partner_center::show(&self.partner_center));
        text.push_str(&crm::show(&self.crm));
        text.push_str(&hooks::show(&self.hooks));
        text.push_str("\n[views]\n");
        for (name, query) in &self.own_views {
            let (name, query) = (toml::Value::from(name.as_str()), toml::Value::from(query.as_str()));
            let _ = writeln!(text, "{name} = {query}");
        }
        text.push_str("\n[keys]\n");
        for (command, keys) in &self.keys {
            let keys: Vec<_> = keys.iter().map(|key| toml::Value::from(key.as_str()).to_string()).collect();
            let command = toml::Value::from(command.as_str());
            let _ = writeln!(text, "{command} = [{}]", keys.join(", "));
        }
        text
    }
}

/// What `config init` writes: every key with its default, as comments.
pub fn first_file() -> String {
    [
        first::GENERAL,
        mail::DEFAULT,
        notices::DEFAULT,
        azure_table::DEFAULT,
        partner_center::DEFAULT,
        receiver::DEFAULT,
        crm::DEFAULT,
        hooks::DEFAULT,
        first::LAST,
    ]
    .concat()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    symbols: Symbols,
    #[serde(default)]
    clipboard: Allowed,
    opener: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    mail: MailTable,
    currency: Option<Spanned<String>>,
    cadence: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    clocks: ClocksTable,
    #[serde(default)]
    views: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    keys: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    notices: NoticesTable,
    #[serde(default)]
    azure_table: AzureTableTable,
    #[serde(default)]
    receiver: ReceiverTable,
    #[serde(default)]
    partner_center: PartnerCenterTable,
    #[serde(default)]
    salesforce: SalesforceTable,
    #[serde(default)]
    dynamics: DynamicsTable,
    #[serde(default)]
    marketo: MarketoTable,
    #[serde(default)]
    hubspot: HubspotTable,
    #[serde(default)]
    hooks: HooksTable,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a key such as \"a\", or a list of keys such as [\"a\", \"A\"]")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// Where a value stands, and what is wrong with it.
type Fault = (usize, String);

impl File {
    fn check(self) -> Result<Config, Fault> {
        let currency = match self.currency {
            Some(code) => {
                entry::currency(code.get_ref()).map_err(|error| (code.span().start, format!("currency: {error}")))?
            }
            None => Config::default().currency,
        };
        let (clocks, mut terms) = self.clocks.check()?;
        terms.cadence = self.cadence.as_deref().map(clocks::cadence).transpose()?.unwrap_or_default();
        let keys = self.keys.into_iter().map(|(command, keys)| match keys {
            OneOrMore::One(key) => (command, vec![key]),
            OneOrMore::More(keys) => (command, keys),
        });
        let (views, own_views) = own_views(self.views)?;
        Ok(Config {
            symbols: self.symbols,
            clipboard: self.clipboard,
            opener: self.opener.map(opener).transpose()?.unwrap_or_default(),
            mail: self.mail.check()?,
            currency,
            clocks,
            terms,
            views,
            own_views,
            keys: keys.collect(),
            notices: self.notices.check(),
            azure_table: self.azure_table.check()?,
            receiver: self.receiver.check()?,
            partner_center: self.partner_center.check()?,
            crm: CrmConfig {
                salesforce: self.salesforce.check()?,
                dynamics: self.dynamics.check()?,
                marketo: self.marketo.check()?,
                hubspot: self.hubspot.check()?,
            },
            hooks: Arc::new(self.hooks.check()?),
        })
    }
}

/// A program and its arguments, none of them blank.
fn opener(words: Spanned<Vec<String>>) -> Result<Vec<String>, Fault> {
    if words.get_ref().iter().any(|word| word.trim().is_empty()) || words.get_ref().is_empty() {
        return Err((
            words.span().start,
            "opener: write the program and its arguments, such as [\"xdg-open\"].".to_owned(),
        ));
    }
    Ok(words.into_inner())
}

/// A view as it is written: its name and its query.
type NamedQuery = (String, String);

/// The views of the file in the order in which they stand there, and all views with them in place.
fn own_views(table: BTreeMap<String, Spanned<String>>) -> Result<(Vec<View>, Vec<NamedQuery>), Fault> {
    let mut written: Vec<(usize, NamedQuery)> =
        table.into_iter().map(|(name, text)| (text.span().start, (name, text.into_inner()))).collect();
    written.sort_unstable_by_key(|(at, _)| *at);
    let (places, own): (Vec<usize>, Vec<NamedQuery>) = written.into_iter().unzip();
    let views = views::all(&own).map_err(|(wrong, sentence)| (places[wrong], sentence))?;
    Ok((views, own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::follow_up::Cadence;
    use crate::domain::vocabulary::Source;
    use chrono::TimeDelta;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text.as_bytes(), "c.toml")
    }

    fn refused(text: &str) -> String {
        parse(text).expect_err("refused").to_string()
    }

    #[test]
    fn what_init_writes_is_the_default() {
        let text = first_file();
        assert_eq!(parse(&text).unwrap(), Config::default());
        let uncommented: Vec<_> = text.lines().map(|line| line.strip_prefix('#').unwrap_or(line)).collect();
        let (settings, _) = uncommented.split_at(uncommented.iter().position(|line| *line == "[keys]").unwrap());
        let settings: Vec<_> = settings.iter().filter(|line| !line.starts_with(' ')).copied().collect();
        assert_eq!(parse(&settings.join("\n")).unwrap(), Config::default());
        let keys = uncommented.iter().skip_while(|line| **line != "[keys]").copied().collect::<Vec<_>>().join("\n");
        assert_eq!(parse(&keys).unwrap().keys.len(), 2, "the example can be used as it stands");
    }

    #[test]
    fn what_is_shown_reads_back() {
        let text = "symbols = \"ascii\"\ncurrency = \"eur\"\ncadence = [\"0\", \"90m\", \"1w\"]\n[clocks]\nhot_hours = 48\n[clocks.azure_portal]\n\
                    answer_days = 7\n[keys]\naccept = \"a\"\ndecline = [\"d\", \"D\"]\n";
        let config = parse(text).unwrap();
        assert_eq!(config.currency, "EUR");
        assert_eq!(config.terms.of(Source::AppSource).hot, TimeDelta::hours(48));
        assert_eq!(config.terms.of(Source::AzurePortal).hot, TimeDelta::hours(48));
        assert_eq!(config.terms.of(Source::AzurePortal).answer, TimeDelta::days(7));
        assert_eq!(config.terms.of(Source::Unknown).answer, TimeDelta::days(14));
        assert!(config.show().contains("cadence = [\"0\", \"90m\", \"7d\"]\n"), "{}", config.show());
        assert_eq!(parse(&config.show()).unwrap(), config);
        let views = parse("[views]\nZ = \"is:hot\"\n\"a b\" = 'note:\"x y\"'\n\"test leads\" = ''\n").unwrap();
        let names: Vec<_> = views.views.iter().map(|view| view.name.as_str()).collect();
        assert_eq!(names[4..], ["High quality with valid phone", "Z", "a b"], "in the file's order");
        assert_eq!(parse(&views.show()).unwrap(), views);
        assert!(refused("[views]\nA = \"is:hot\"\nB = \"hot:is\"\n").starts_with("c.toml, line 3: The view “B”"));
        assert_eq!(parse("cadence = []").unwrap().terms.cadence, Cadence::new(Vec::new()));
    }

    #[test]
    fn a_slip_is_named_with_its_line() {
        assert!(
            refused("currency = \"EUR\"\nno_such_key = 1\n").starts_with("c.toml, line 2: unknown field `no_such_key`")
        );
        assert!(refused("[no_such_table]\na = 1\n").starts_with("c.toml, line 1: unknown field `no_such_table`"));
        assert!(refused("\n\n[clocks]\nhot_hours = 0\n").starts_with("c.toml, line 4: hot_hours is 0"));
        assert!(refused("[clocks.test_drive]\nhot_hours = 1\n").contains("test_drive"));
        assert!(refused("\ncurrency = \"QQQ\"\n").starts_with("c.toml, line 2: currency: QQQ is no ISO 4217"));
        let slip = refused("currency = \"EUR\"\ncadence = [\n \"1d\",\n \"soon\",\n]\n");
        assert!(slip.starts_with("c.toml, line 4: cadence: \"soon\" is no length"), "{slip}");
        assert!(refused("cadence = [\"-1d\"]").contains("line 1: cadence: \"-1d\" is no length"));
        assert!(refused("cadence = [\"9999w\"]").contains("is no length"));
        assert!(refused("cadence = 3").contains("line 1"));
        assert!(refused("symbols = \"runes\"\n").contains("line 1"));
        assert!(refused("symbols = \"auto\"\n= = [\n").contains("line 2"));
        assert!(refused("[keys]\naccept = 1\n").contains("line 2"));
        assert!(refused("[keys]\nno_such_command = \"a\"\n").contains("no_such_command"));
        let not_text = Config::parse(b"symbols = \"auto\"\n\xff\n", "c.toml").expect_err("refused");
        assert!(not_text.to_string().contains("line 2"));
    }

    #[test]
    fn only_the_default_file_may_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("config.toml");
        assert_eq!(Config::load(None, &missing).unwrap(), Config::default());
        assert!(matches!(Config::load(Some(&missing), &missing), Err(ConfigError::Unreadable(_))));
    }
}
