//! What completion knows of this machine: the store and the config that the line names, or the usual ones, and the moment.
//! What is not there, cannot be read at once or is not of this version is nothing. Must not make or change anything.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::domain::change::{Act, check_vitals};
use crate::domain::lead::{Lead, Moment};
use crate::domain::vitals::{UrgencyKey, Vitals};
use crate::shell::clock::Clock;
use crate::shell::config::Config;
use crate::shell::files;
use crate::shell::places::Places;
use crate::store::Store;

/// Leads that are read for a Tab: enough for every lead that burns, few enough to be read at once.
const LEADS: usize = 2000;

/// Of these, so many are offered.
const OFFERED: usize = 200;

/// The machine, as one line sees it.
#[derive(Clone, Debug)]
pub struct Scene {
    places: Option<Places>,
    now: Option<Moment>,
}

impl Scene {
    /// The scene of a line: `--db` and `--config` as typed, else the usual places.
    pub fn of(words: &[OsString]) -> Self {
        let db = flag(words, "--db").or_else(|| std::env::var_os(crate::cli::DB_VARIABLE).map(PathBuf::from));
        let places = Places::find(db.as_deref(), flag(words, "--config").as_deref()).ok();
        Self { places, now: Clock::from_env().ok().map(|clock| clock.now()) }
    }

    /// The config; the one without a file where it cannot be read.
    pub fn config(&self) -> Config {
        let Some(places) = &self.places else { return Config::default() };
        let given = (!places.config_is_default).then_some(places.config.as_path());
        Config::load(given, &places.config).unwrap_or_default()
    }

    fn store(&self) -> Option<Store> {
        Store::look(&self.places.as_ref()?.store, self.config().terms)
    }

    /// The leads that take an act, the most urgent first, or all; where digits are typed, those whose number begins so.
    pub fn leads(&self, act: Option<Act>, typed: &str) -> Vec<(Lead, Vitals, Moment)> {
        let (Some(store), Some(now)) = (self.store(), self.now) else { return Vec::new() };
        let mut leads = store.newest(LEADS).unwrap_or_default();
        if let Some(number) = typed.parse().ok().filter(|number| *number > 0) {
            leads.retain(|lead| lead.id.to_string().starts_with(typed));
            let mut further = store.numbered(number, OFFERED).unwrap_or_default();
            further.retain(|id| leads.iter().all(|lead| lead.id != *id));
            leads.extend(store.leads(&further).unwrap_or_default());
        }
        let vital = |lead: Lead| (Vitals::of(&lead, store.terms()), lead);
        let takes = |(vitals, _): &(Vitals, Lead)| act.is_none_or(|act| check_vitals(vitals, act, now).is_ok());
        let mut found: Vec<_> = leads.into_iter().map(vital).filter(takes).collect();
        found.sort_by_cached_key(|(vitals, lead)| UrgencyKey::new(vitals, lead.id, now.timestamp()));
        found.truncate(OFFERED);
        found.into_iter().map(|(vitals, lead)| (lead, vitals, now)).collect()
    }

    /// Texts of the newest leads, each once, the most frequent first.
    pub fn texts<'l>(&self, of: impl Fn(&Lead) -> Vec<String> + 'l) -> Vec<String> {
        let leads = self.store().and_then(|store| store.newest(LEADS).ok()).unwrap_or_default();
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for text in leads.iter().flat_map(of) {
            *counts.entry(text).or_default() += 1;
        }
        let mut texts: Vec<_> = counts.into_iter().collect();
        texts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        texts.into_iter().map(|(text, _)| text).take(OFFERED).collect()
    }
}

/// The path behind a flag, the last one if there are several; `~/` is the home, which no shell has put in yet.
fn flag(words: &[OsString], name: &str) -> Option<PathBuf> {
    let mut found: Option<&OsStr> = None;
    for (at, word) in words.iter().enumerate() {
        let glued = word.to_str().and_then(|word| word.strip_prefix(name)).and_then(|rest| rest.strip_prefix('='));
        if word == "--" {
            break;
        } else if word == name {
            found = words.get(at + 1).map(OsString::as_os_str);
        } else if let Some(glued) = glued {
            found = Some(OsStr::new(glued));
        }
    }
    let path = Path::new(found.filter(|path| !path.is_empty())?);
    let home = std::env::var_os("HOME").map(PathBuf::from);
    Some(match (path.to_str(), home) {
        (Some(text), Some(home)) => files::expand_tilde(text, &home),
        _ => path.to_path_buf(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_flag_before_the_dashes_counts() {
        let db = |line: &str| flag(&line.split(' ').map(OsString::from).collect::<Vec<_>>(), "--db");
        assert_eq!(db("leadbox list"), None);
        assert_eq!(db("leadbox --db a list --db=b"), Some("b".into()));
        assert_eq!(db("leadbox list --db"), None);
        assert_eq!(db("leadbox list --db="), None);
        assert_eq!(db("leadbox --db a list -- --db b"), Some("a".into()));
        assert_eq!(db("leadbox --dbx a"), None);
    }
}
