//! The seller's own programs, told what happens to a lead after it is stored: found in the journal, so that nothing that writes
//! has to think of it, and run one after the other. What becomes of a program changes nothing of the lead.
//! Must not decide what fires: `domain::hooks` does.

mod beside;
mod program;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::hooks::{Event, Happened};
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::numbers::{self, count};
use crate::formats::json_text::json;
use crate::formats::lead_json::LeadJson;
use crate::shell::files::is_ours_or_roots;
use crate::store::{Followed, Result, Store, StoreError};

pub use beside::Beside;
pub use program::{Failure, Program};

/// Where a program finds what happened, and leadbox that a hook has started it.
const EVENT_VARIABLE: &str = "LEADBOX_EVENT";

/// The programs, and how they are run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookSettings {
    /// The program of each event and its arguments.
    pub programs: BTreeMap<Event, Vec<String>>,
    /// How long one run may take.
    pub timeout: Duration,
    /// For how many leads a program is run of those to which the same happens at once.
    pub most: usize,
}

impl Default for HookSettings {
    fn default() -> Self {
        Self { programs: BTreeMap::new(), timeout: Duration::from_secs(10), most: 100 }
    }
}

/// Whether the flames that go out are looked at too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flames {
    /// Yes.
    Watched,
    /// Not now.
    Passed,
}

/// What is said of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// Whose lead it was, and the last words of the program: for the person who looks.
    Whole,
    /// Neither: a log holds no personal data (TRUST.md).
    Anonymous,
}

/// What follows a store in one start of the program, and runs what is asked for.
pub struct Hooks {
    wording: Wording,
    settings: Arc<HookSettings>,
    path: PathBuf,
    store: Store,
    followed: Followed,
}

impl Hooks {
    /// Follows a store from here on; `None` where no program is asked for, the store is in memory, or a hook has started us:
    /// what a hook does starts no other, so that none runs in circles or outlives the one that started it.
    pub fn follow(store: &Store, settings: &Arc<HookSettings>) -> Result<Option<Self>> {
        let within = std::env::var_os(EVENT_VARIABLE).is_some();
        let asked = !settings.programs.is_empty() && !within;
        let Some(path) = store.path().filter(|_| asked) else { return Ok(None) };
        let followed = store.follow()?;
        let Some(store) = store.reopen().transpose()? else { return Ok(None) };
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Ok(Some(Self { wording: Wording::Whole, settings: Arc::clone(settings), path, store, followed }))
    }

    /// The same with other words for failures.
    #[must_use]
    pub fn worded(self, wording: Wording) -> Self {
        Self { wording, ..self }
    }

    /// What happened that a program is to be told of. That the flames cannot be looked at now is told, and takes nothing along.
    fn pending(&mut self, flames: Flames, now: Moment, tell: &mut dyn FnMut(String)) -> Result<Vec<Happened>> {
        let asked: Vec<Event> = self.settings.programs.keys().copied().collect();
        let mut pending = self.store.happened(&mut self.followed, &asked, self.settings.most)?;
        if flames == Flames::Watched && asked.contains(&Event::Cooling) {
            match self.store.claim_cooling(self.settings.most, now) {
                Ok(cooling) => pending.extend(cooling),
                Err(error) => tell(format!("{} waits: {error}", Event::Cooling.word())),
            }
        }
        Ok(pending)
    }

    /// Runs the programs for what happened since the last time, one after the other, until `stop` says so. Tells every failure,
    /// and what was left out, in a sentence.
    pub fn settle(
        &mut self,
        flames: Flames,
        now: Moment,
        stop: &dyn Fn() -> bool,
        tell: &mut dyn FnMut(String),
    ) -> Result<()> {
        let mut left: BTreeMap<Event, Vec<LeadId>> = BTreeMap::new();
        for happened in self.pending(flames, now, tell)? {
            let done = self.run(&happened, now, stop, tell);
            if let Some(rest) = happened.leads.get(done..).filter(|rest| !rest.is_empty()) {
                left.entry(happened.event).or_default().extend(rest);
            }
        }
        for (event, leads) in left {
            tell(format!("{} was not run to its end for {}: leadbox was asked to end.", event.word(), whom(&leads)));
        }
        Ok(())
    }

    /// Runs the program for leads to which the same happened; answers for how many before it was asked to stop.
    fn run(&self, happened: &Happened, now: Moment, stop: &dyn Fn() -> bool, tell: &mut dyn FnMut(String)) -> usize {
        let (all, mut done) = (happened.leads.len(), 0);
        let Some(words) = self.settings.programs.get(&happened.event) else { return all };
        let program = Program { words, event: happened.event, store: &self.path, timeout: self.settings.timeout };
        let mut account = Account::default();
        for id in &happened.leads {
            // Read now: the run before may have changed it.
            match self.lead(*id, now).map(|found| found.map(|(lead, text)| (program.run(*id, text, stop), lead))) {
                Ok(None | Some((Ok(()), _))) => {}
                Ok(Some((Err(Failure::Stopped), _))) => break,
                Ok(Some((Err(Failure::NotStarted(why)), _))) => {
                    // What cannot be started for one lead cannot for the next.
                    account.not_started = Some((why, all - done));
                    done = all;
                    break;
                }
                Ok(Some((Err(Failure::Failed { how, said }), lead))) => {
                    account.failed(|| self.failure(&lead, &how, said));
                }
                Err(error) => account.failed(|| format!("lead {id}, which could not be read: {error}")),
            }
            done += 1;
        }
        account.sentences(happened, self.settings.most).into_iter().for_each(tell);
        done
    }

    /// A lead, and what a program reads of it.
    fn lead(&self, id: LeadId, now: Moment) -> Result<Option<(Lead, String)>> {
        let Some(lead) = self.store.lead(id)? else { return Ok(None) };
        let object = LeadJson::of(&lead, self.store.terms(), now, self.store.person_leads(&lead)?);
        let damaged = |_| StoreError::Damaged { lead: id.0, what: "it cannot be written as JSON" };
        let text = json(&object).map_err(damaged)? + "\n";
        Ok(Some((lead, text)))
    }

    fn failure(&self, lead: &Lead, how: &str, said: Option<String>) -> String {
        match (self.wording, said) {
            (Wording::Anonymous, _) => format!("lead {}: {how}.", lead.id),
            (Wording::Whole, None) => format!("lead {} ({}): {how}.", lead.id, lead.record.person.title()),
            (Wording::Whole, Some(said)) => {
                format!("lead {} ({}): {how} ({said}).", lead.id, lead.record.person.title())
            }
        }
    }
}

/// What became of the runs for leads to which the same happened.
#[derive(Default)]
struct Account {
    /// The first lead it failed for, and why.
    first: Option<String>,
    further: usize,
    /// Why it could not be started, and for how many leads it was not.
    not_started: Option<(String, usize)>,
}

impl Account {
    fn failed(&mut self, why: impl FnOnce() -> String) {
        if self.first.is_some() {
            self.further += 1;
        } else {
            self.first = Some(why());
        }
    }

    fn sentences(&self, happened: &Happened, most: usize) -> Vec<String> {
        let (word, asked) = (happened.event.word(), happened.leads.len());
        let mut told = Vec::new();
        if let Some((why, left)) = &self.not_started {
            let whom = whom(happened.leads.get(asked - left..).unwrap_or_default());
            told.push(format!("{word} was not run for {whom}: {why} What was stored stands."));
        }
        if let Some(failure) = &self.first {
            let mut text = format!("{word} failed for {failure}");
            if self.further > 0 {
                // Writing to a String cannot fail.
                let _ = write!(text, " It failed for {} more.", count(self.further));
            }
            told.push(text + " What was stored stands.");
        }
        if happened.beyond > 0 {
            let all = count(asked + usize::try_from(happened.beyond).unwrap_or(usize::MAX));
            let most = numbers::leads(most);
            told.push(format!("{word} is run for {most} at a time at most (most, in [hooks]); there were {all}."));
        }
        told
    }
}

/// "lead 12", "3 leads".
fn whom(leads: &[LeadId]) -> String {
    match leads {
        [one] => format!("lead {one}"),
        many => numbers::leads(many.len()),
    }
}

/// The programs that are asked for and cannot be run, a sentence each.
pub fn missing(settings: &HookSettings) -> Vec<String> {
    let lacking = settings.programs.iter().filter(|(_, words)| !program::is_installed(words));
    lacking
        .map(|(event, words)| format!("{}: {} is not there, or is no program.", event.word(), program::title(words)))
        .collect()
}

/// Whether a file that names programs may be changed or replaced by its owner alone, who is this user or root.
pub fn is_ours_alone(config: &Path) -> std::io::Result<bool> {
    let found = config.metadata()?;
    let mut safe = is_ours_or_roots(&found) && found.mode() & 0o022 == 0;
    // The folder of a link, and of what it leads to.
    for place in [std::path::absolute(config)?, config.canonicalize()?] {
        let folder = place.parent().map(Path::metadata).transpose()?;
        safe &= folder.is_none_or(|folder| is_ours_or_roots(&folder) && keeps_files(&folder));
    }
    Ok(safe)
}

/// True of a folder in which nobody replaces what belongs to another: others may not write there, or the sticky bit holds them
/// off, as in /tmp.
fn keeps_files(folder: &Metadata) -> bool {
    folder.mode() & 0o022 == 0 || folder.mode() & 0o1000 != 0
}
