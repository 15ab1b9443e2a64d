//! Telling Partner Center what is owed: each entry as patches that name the version they are meant for, so that nobody's word
//! is overwritten and nothing is told twice. An entry closes only because the answer, read in as any record, agrees.
//! Must not close an entry itself.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::outbox::{Entry, entries};
use crate::domain::vocabulary::{ReceivedVia, VerdictKind};
use crate::formats::json_value::Json;
use crate::formats::referral;
use crate::formats::referral_patch::{Operation, Plan, Step, left_out, plan};
use crate::net::address::escaped;
use crate::net::message::{Answer, Method};
use crate::net::partner_center::answers::{Fault, Meaning, one};
use crate::net::partner_center::session::{REFERRALS, Session};
use crate::net::partner_center::{PartnerCenterError, intake};
use crate::net::wire_error::{WireError, WireKind};
use crate::store::Store;

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Partner Center knows it now, and the entry is closed.
    Sent,
    /// Partner Center knew it already, and the entry is closed.
    Known,
    /// Partner Center says otherwise; nothing was overwritten, and the entry stays.
    Conflict,
    /// It was not taken, and the entry stays.
    Failed,
    /// It is for the seller to enter by hand.
    ByHand,
}

impl Outcome {
    /// True where the seller has to look.
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Conflict | Self::Failed)
    }
}

/// One entry, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The lead.
    pub lead: i64,
    /// Its id at Partner Center.
    pub external_id: Option<String>,
    /// What was owed: `accept`, `decline`, `won`, `lost`.
    pub kind: &'static str,
    /// What became of it.
    pub result: Outcome,
    /// The same as a sentence.
    pub sentence: String,
}

/// A request that a dry run shows instead of sending it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Intended {
    /// Its method.
    pub method: &'static str,
    /// Its path, with its query.
    pub path: String,
    /// Its body; null where it has none.
    pub body: Option<Vec<Operation>>,
}

/// What is owed, the nearest deadline first, and of each what would be sent by what is known here. Sends nothing.
pub fn intended(store: &Store) -> Result<Vec<Intended>, PartnerCenterError> {
    let mut all = Vec::new();
    let mut planned: HashSet<(LeadId, VerdictKind)> = HashSet::new();
    for entry in entries(&store.owing()?) {
        let Some(lead) = store.lead(entry.lead)? else { continue };
        let Sendable::Yes { path, etag } = sendable(store, &lead, &entry)? else { continue };
        let Plan::Send(steps) = plan(&lead, entry.owed.kind) else { continue };
        if etag.is_none() {
            all.push(Intended { method: Method::Get.word(), path: format!("{REFERRALS}{path}"), body: None });
        }
        // A win that is owed beside its accept is not preceded by the accept twice.
        for step in steps.into_iter().filter(|step| planned.insert((lead.id, step.kind))) {
            let body = Some(step.operations);
            all.push(Intended { method: Method::Patch.word(), path: format!("{REFERRALS}{path}"), body });
        }
    }
    Ok(all)
}

/// Whether an entry can be sent at all.
enum Sendable {
    /// By the referral's path and the version that is known.
    Yes { path: String, etag: Option<String> },
    /// It cannot: why.
    No(&'static str),
}

fn sendable(store: &Store, lead: &Lead, entry: &Entry) -> Result<Sendable, PartnerCenterError> {
    if entry.owed.remark.is_some() {
        return Ok(Sendable::No("the API takes nothing back; correct it in Partner Center by hand."));
    }
    let known = store.etag(lead.id)?;
    let listed = known.is_some() || lead.receipt.via == ReceivedVia::Referrals;
    match &lead.record.external_id {
        Some(id) if listed => {
            let etag = known.filter(|etag| is_version(etag));
            Ok(Sendable::Yes { path: format!("/{}", escaped(id)), etag })
        }
        _ => Ok(Sendable::No("the API has never listed this lead; enter it in Partner Center by hand.")),
    }
}

/// True for what can stand in a header.
fn is_version(etag: &str) -> bool {
    !etag.is_empty() && etag.chars().all(|c| c.is_ascii_graphic())
}

/// Sends what is owed, the nearest deadline first. One entry that fails does not keep the rest from being sent; a service that
/// cannot be reached does. `passed` names entries that were in conflict before and wait for the seller; new ones are added.
/// `told` gets each entry as it is done.
pub fn push(
    session: &mut Session<'_>,
    store: &mut Store,
    passed: &mut BTreeSet<LeadId>,
    now: Moment,
    told: &mut Vec<Told>,
) -> Result<(), PartnerCenterError> {
    for entry in entries(&store.owing()?) {
        if passed.contains(&entry.lead) {
            continue;
        }
        if session.client().pace().stopping() {
            return Err(WireError::stopped().into());
        }
        // An entry before it may have settled it, or the seller has taken it back meanwhile.
        let Some(lead) = store.lead(entry.lead)?.filter(|lead| is_open(lead, &entry)) else { continue };
        let mut errand = Errand { session: &mut *session, store: &mut *store, entry: &entry, now };
        let (result, sentence) = errand.run(&lead)?;
        if result == Outcome::Conflict {
            passed.insert(entry.lead);
        }
        let external_id = entry.external_id.clone();
        told.push(Told { lead: entry.lead.0, external_id, kind: entry.owed.kind.verb(), result, sentence });
    }
    Ok(())
}

fn is_open(lead: &Lead, entry: &Entry) -> bool {
    lead.owed.iter().any(|owed| owed.is_same_entry(&entry.owed))
}

/// What became of an entry, and the sentence about it.
type Ended = (Outcome, String);

/// One entry on its way.
struct Errand<'a, 'b> {
    session: &'a mut Session<'b>,
    store: &'a mut Store,
    entry: &'a Entry,
    now: Moment,
}

impl Errand<'_, '_> {
    /// What the sentences call it.
    fn name(&self) -> String {
        format!("The {} of lead {} ({})", self.entry.owed.kind.noun(), self.entry.lead, self.entry.title)
    }

    fn kind(&self) -> VerdictKind {
        self.entry.owed.kind
    }

    fn run(&mut self, lead: &Lead) -> Result<Ended, PartnerCenterError> {
        let (path, etag) = match sendable(self.store, lead, self.entry)? {
            Sendable::Yes { path, etag } => (path, etag),
            Sendable::No(why) => return Ok((Outcome::ByHand, format!("{} was not sent: {why}", self.name()))),
        };
        let mut lead = lead.clone();
        let mut version = etag;
        if version.is_none() || !matches!(plan(&lead, self.kind()), Plan::Send(_)) {
            // Before anything is said against it, Partner Center is asked again.
            match self.read_again(&path)? {
                Ok(read) => (lead, version) = read,
                Err(ended) => return Ok(ended),
            }
            if !is_open(&lead, self.entry) {
                return Ok((Outcome::Known, format!("{}: Partner Center knew it already.", self.name())));
            }
        }
        let steps = match plan(&lead, self.kind()) {
            Plan::Send(steps) => steps,
            Plan::Known => return Ok((Outcome::Known, format!("{}: Partner Center knew it already.", self.name()))),
            Plan::Refused(why) => return self.conflict(&why),
        };
        let omitted = left_out(&lead, self.kind()).map(|sentence| format!(" {sentence}")).unwrap_or_default();
        for step in &steps {
            let Some(named) = version.filter(|etag| is_version(etag)) else {
                return Ok(self.failed("Partner Center does not tell the version of this lead"));
            };
            match self.send(&path, &named, step)? {
                Ok(next) => version = next,
                Err(ended) => return Ok(ended),
            }
        }
        let after = self.store.lead(self.entry.lead)?;
        if after.is_some_and(|lead| is_open(&lead, self.entry)) {
            return Ok(self.failed("Partner Center took it, but still shows the lead otherwise"));
        }
        Ok((Outcome::Sent, format!("{} is entered in Partner Center.{omitted}", self.name())))
    }

    /// Sends one patch; answers the version after it, or how the entry ended instead.
    fn send(
        &mut self,
        path: &str,
        version: &str,
        step: &Step,
    ) -> Result<Result<Option<String>, Ended>, PartnerCenterError> {
        let body = serde_json::to_vec(&step.operations).unwrap_or_default();
        let answer = self.session.call(Method::Patch, path, |request| {
            request
                .header("If-Match", version)
                .header("Prefer", "return=representation")
                .body("application/json", body.clone())
                .once()
        });
        let answer = match answer {
            Ok(answer) => answer,
            Err(PartnerCenterError::Wire(error)) if error.kind == WireKind::Unavailable => {
                return self.unanswered(path, step, &error);
            }
            Err(error) => return Err(error),
        };
        if answer.is_done() {
            return self.done(path, &answer);
        }
        let fault = Fault::of(&answer);
        match fault.meaning {
            Meaning::Changed => self.changed(path, step),
            Meaning::Busy => Err(fault.error(&self.name()).into()),
            Meaning::Gone | Meaning::Denied | Meaning::Refused => Ok(Err((Outcome::Failed, fault.words(&self.name())))),
        }
    }

    /// Reads the representation in, or asks for it where the answer has none.
    fn done(&mut self, path: &str, answer: &Answer) -> Result<Result<Option<String>, Ended>, PartnerCenterError> {
        if answer.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(self.read_again(path)?.map(|(_, version)| version));
        }
        let item = one(answer)?;
        self.take(&item, answer.header("etag"))
    }

    /// No answer came, and the patch may have arrived: what Partner Center shows now decides.
    fn unanswered(
        &mut self,
        path: &str,
        step: &Step,
        error: &WireError,
    ) -> Result<Result<Option<String>, Ended>, PartnerCenterError> {
        let (lead, version) = match self.read_again(path)? {
            Ok(read) => read,
            Err(ended) => return Ok(Err(ended)),
        };
        if matches!(plan(&lead, step.kind), Plan::Known) {
            return Ok(Ok(version));
        }
        Ok(Err(self.failed(&format!("no answer came ({}), and Partner Center does not show it", error.sentence))))
    }

    /// Somebody else changed the referral: it is read again, and only said to be in conflict if it does not agree.
    fn changed(&mut self, path: &str, step: &Step) -> Result<Result<Option<String>, Ended>, PartnerCenterError> {
        let lead = match self.read_again(path)? {
            Ok((lead, _)) => lead,
            Err(ended) => return Ok(Err(ended)),
        };
        if !is_open(&lead, self.entry) && matches!(plan(&lead, self.kind()), Plan::Known) {
            return Ok(Err((Outcome::Known, format!("{}: Partner Center knew it already.", self.name()))));
        }
        let why = format!(
            "Somebody changed it in Partner Center before the {} came; what stands there now was read, and nothing was \
             overwritten.",
            step.kind.noun()
        );
        self.conflict(&why).map(Err)
    }

    /// Asks for the referral and reads it in; answers the lead then and its version.
    fn read_again(&mut self, path: &str) -> Result<Result<(Lead, Option<String>), Ended>, PartnerCenterError> {
        let answer = self.session.call(Method::Get, path, |request| request)?;
        if !answer.is_done() {
            let fault = Fault::of(&answer);
            if fault.meaning == Meaning::Busy {
                return Err(fault.error(&self.name()).into());
            }
            return Ok(Err((Outcome::Failed, fault.words(&self.name()))));
        }
        let item = one(&answer)?;
        let version = match self.take(&item, answer.header("etag"))? {
            Ok(version) => version,
            Err(ended) => return Ok(Err(ended)),
        };
        match self.store.lead(self.entry.lead)? {
            Some(lead) => Ok(Ok((lead, version))),
            None => Ok(Err(self.failed("the lead is gone from the store"))),
        }
    }

    /// Reads a referral in as Partner Center's newest word; answers its version.
    fn take(&mut self, item: &Json, header: Option<&str>) -> Result<Result<Option<String>, Ended>, PartnerCenterError> {
        let Ok(mut lead) = referral::read(item) else {
            return Ok(Err(self.failed("what Partner Center answers is no lead")));
        };
        if Some(&lead.id) != self.entry.external_id.as_ref() {
            return Ok(Err(self.failed("Partner Center answers with another lead")));
        }
        lead.etag = lead.etag.or_else(|| header.map(str::to_owned));
        let version = lead.etag.clone();
        // The answer to a question of our own is newer than anything that was known before it, by Partner Center's clock.
        let known = self.store.lead(self.entry.lead)?.map(|lead| lead.receipt.as_of);
        let as_of = known.into_iter().fold(lead.row.updated_at.unwrap_or(self.now), Moment::max);
        let mut import = self.store.import(&intake::label(), self.now)?;
        intake::put(&mut import, lead, as_of)?;
        import.commit()?;
        Ok(Ok(version))
    }

    /// Tells a conflict here and in the lead's timeline.
    fn conflict(&mut self, why: &str) -> Result<Ended, PartnerCenterError> {
        let remark = format!("{} not entered: {why}", self.kind().noun());
        let mut import = self.store.import(&intake::label(), self.now)?;
        import.remark(self.entry.lead, &remark)?;
        import.commit()?;
        Ok((Outcome::Conflict, format!("{} was not entered. {why}", self.name())))
    }

    fn failed(&self, why: &str) -> Ended {
        (Outcome::Failed, format!("{} was not entered: {why}.", self.name()))
    }
}
