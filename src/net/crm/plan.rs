//! What is sent of a lead, and how: nothing where the CRM has it as it is here, only what changed where the CRM can take that, and
//! the reason where nothing may be sent. Must not send anything.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;

use crate::domain::contacts;
use crate::domain::crm::{FieldDigests, PushResult};
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::lead_key::LeadKeys;
use crate::domain::leaving::{Choice, LeftOut, left_out};
use crate::domain::vitals::Vitals;
use crate::formats::crm::field::Subject;
use crate::formats::crm::record::{Mended, RecordMapping, email};
use crate::net::crm::courier::{Courier, How, Parcel};
use crate::store::{PushState, Result, Store};

/// Why a lead is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// As from a file for the same CRM.
    LeftOut(LeftOut),
    /// It is expired, so it has no contacts.
    Expired,
    /// A CRM of people knows nobody without an e-mail.
    NoEmail,
    /// A newer lead of the same person is there, or goes.
    Older(LeadId),
    /// It was sent, has changed since, and the interface takes no changes.
    Fixed,
    /// Nobody knows whether it was sent.
    Doubted,
    /// The CRM said that it could not work with it.
    Rejected,
    /// A record that was not made from here stood there before.
    Theirs,
    /// Another leadbox is sending it.
    Taken,
}

impl Left {
    /// The kind of reason, so that leads are counted by it.
    #[must_use]
    pub fn kind(self) -> Self {
        match self {
            Self::Older(_) => Self::Older(LeadId(0)),
            other => other,
        }
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LeftOut(why) => return why.fmt(f),
            Self::Expired => "expired, so without contacts",
            Self::NoEmail => "without an e-mail, by which the CRM knows people",
            Self::Older(LeadId(0)) => "of a person with a newer lead",
            Self::Older(lead) => return write!(f, "of the same person as the newer lead {lead}"),
            Self::Fixed => {
                "changed since they were sent, which the form cannot take back (--again sends them once more)"
            }
            Self::Doubted => "that may have been sent, as no answer came (--again sends them once more)",
            Self::Rejected => "that were sent and rejected (--again sends them once more)",
            Self::Theirs => "that were there already, in records not made from here (--again sends them all the same)",
            Self::Taken => "that another leadbox is sending",
        })
    }
}

/// What is done about a lead.
#[derive(Debug)]
pub(super) enum Planned {
    /// It is sent, its state being as it was read.
    Send(Box<Parcel>, Option<PushState>),
    /// The CRM has it as it is here, under this id.
    Same(Option<String>),
    /// A record that is not ours stands there, under this id where it is the lead's.
    Theirs(Option<String>),
    /// It is not sent.
    Left(Left),
    /// A run was cut off while it was sent, and it may not be sent twice.
    Unsure,
}

/// What the seller asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Which leads may go.
    pub choice: Choice,
    /// Also what was sent, or may have been.
    pub again: bool,
    /// What they are called there.
    pub mapping: &'a RecordMapping,
}

/// Decides lead by lead.
pub(super) struct Planner<'a> {
    courier: &'a dyn Courier,
    wish: Wish<'a>,
    target: String,
    keys: LeadKeys,
    now: Moment,
    /// People whose newest lead went before.
    seen: HashSet<String>,
    pub(super) mended: Mended,
}

impl<'a> Planner<'a> {
    pub(super) fn new(courier: &'a dyn Courier, wish: Wish<'a>, keys: LeadKeys, now: Moment) -> Self {
        let target = courier.target();
        Self { courier, wish, target, keys, now, seen: HashSet::new(), mended: Mended::default() }
    }

    pub(super) fn plan(&mut self, store: &Store, lead: &Lead) -> Result<Planned> {
        let crm = self.courier.crm();
        let standing = Vitals::of(lead, store.terms()).standing(self.now.timestamp());
        if let Some(why) = left_out(lead, crm.format(), self.wish.choice, store.terms(), self.now) {
            return Ok(Planned::Left(Left::LeftOut(why)));
        }
        if contacts::hidden(standing) {
            return Ok(Planned::Left(Left::Expired));
        }
        let email = email(lead, standing);
        if crm.keeps_people() {
            let Some(email) = &email else { return Ok(Planned::Left(Left::NoEmail)) };
            if let Some(newer) = store.newer_in_crm(&self.target, lead)? {
                return Ok(Planned::Left(Left::Older(newer)));
            }
            // Leads come newest first.
            if !self.seen.insert(email.to_lowercase()) {
                return Ok(Planned::Left(Left::Older(LeadId(0))));
            }
        }
        let fields = self.wish.mapping.record(Subject { lead, standing, keys: &self.keys }, &mut self.mended);
        let known = store.push_state(&self.target, lead.id)?;
        Ok(self.compare(lead, email, fields, known))
    }

    fn compare(
        &self,
        lead: &Lead,
        email: Option<String>,
        fields: Vec<(String, Value)>,
        known: Option<PushState>,
    ) -> Planned {
        let digests = FieldDigests::of(fields.iter().map(|(name, value)| (name.as_str(), value.to_string())));
        let crm = self.courier.crm();
        let there = known.as_ref().and_then(|known| known.fields.as_ref());
        let cut_off = known.as_ref().and_then(|known| known.pending.clone());
        if !self.wish.again {
            if cut_off.is_some() && !crm.is_repeatable() {
                return Planned::Unsure;
            }
            let same = there.is_some_and(|there| there.holds(&digests)) && cut_off.is_none();
            match known.as_ref().and_then(|known| known.result) {
                Some(PushResult::Doubted) if !crm.is_repeatable() => return Planned::Left(Left::Doubted),
                Some(PushResult::Rejected) => return Planned::Left(Left::Rejected),
                Some(PushResult::Known) if there.is_none() => {
                    return Planned::Theirs(known.and_then(|known| known.remote));
                }
                _ if same => return Planned::Same(known.and_then(|known| known.remote)),
                _ if there.is_some() && !crm.is_repeatable() => return Planned::Left(Left::Fixed),
                _ => {}
            }
        }
        let remote = known.as_ref().and_then(|known| known.remote.clone());
        // What another lead's refusal left is no record: only what is there is updated.
        let update = there.is_some() && remote.is_some() && !self.wish.again;
        let remote = remote.or_else(|| self.courier.chosen_id(lead));
        let (how, fields) = match there.filter(|_| update) {
            Some(there) => {
                let changed = |(name, _): &(String, Value)| there.lacks(&digests, name);
                (How::Update, fields.into_iter().filter(changed).collect())
            }
            None => (How::Make, fields),
        };
        let (again, title) = (self.wish.again, lead.record.person.title());
        let parcel = Parcel { lead: lead.id, how, remote, email, fields, digests, cut_off, again, title };
        Planned::Send(Box::new(parcel), known)
    }
}
