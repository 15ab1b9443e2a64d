//! Leads made into parcels, as the domain plans them: what the store knows of each in this account, and the fields it has there.
//! Must not send anything, nor judge what is sent: `domain::push` does.

use serde_json::Value;

use crate::domain::crm::FieldDigests;
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::lead_key::LeadKeys;
use crate::domain::leaving::Choice;
use crate::domain::push::{self, Due, Left, People, PushState};
use crate::domain::vitals::Vitals;
use crate::formats::crm::field::Subject;
use crate::formats::crm::record::{Mended, RecordMapping, email};
use crate::net::crm::courier::{Courier, How, Parcel};
use crate::store::{Result, Store};

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
    /// At most so many are sent.
    pub most: Option<usize>,
    /// What they are called there.
    pub mapping: &'a RecordMapping,
}

/// Plans lead by lead, the newest of a person first.
pub(super) struct Planner<'a> {
    courier: &'a dyn Courier,
    wish: Wish<'a>,
    target: String,
    keys: LeadKeys,
    now: Moment,
    people: People,
    seen: usize,
    sent: usize,
    pub(super) mended: Mended,
}

impl<'a> Planner<'a> {
    pub(super) fn new(courier: &'a dyn Courier, wish: Wish<'a>, keys: LeadKeys, now: Moment) -> Self {
        let target = courier.target();
        Self {
            courier,
            wish,
            target,
            keys,
            now,
            people: People::default(),
            seen: 0,
            sent: 0,
            mended: Mended::default(),
        }
    }

    /// True where as many go as the seller wanted; what follows is not looked at.
    pub(super) fn is_full(&self) -> bool {
        self.wish.most.is_some_and(|most| self.sent >= most)
    }

    /// How many of so many leads it did not look at, because enough go.
    pub(super) fn beyond(&self, leads: usize) -> usize {
        if self.is_full() { leads.saturating_sub(self.seen) } else { 0 }
    }

    pub(super) fn plan(&mut self, store: &Store, lead: &Lead) -> Result<Planned> {
        self.seen += 1;
        let crm = self.courier.crm();
        let standing = Vitals::of(lead, store.terms()).standing(self.now.timestamp());
        let email = email(lead, standing);
        if let Some(why) = push::stays(lead, crm, self.wish.choice, email.as_deref(), store.terms(), self.now) {
            return Ok(Planned::Left(why));
        }
        if let Some(email) = email.as_deref().filter(|_| crm.keeps_people()) {
            if let Some(newer) = store.newer_in_crm(&self.target, lead)? {
                return Ok(Planned::Left(Left::Older(newer)));
            }
            if !self.people.meet(lead, email) {
                return Ok(Planned::Left(Left::Older(LeadId(0))));
            }
        }
        let subject = Subject { lead, standing, keys: &self.keys };
        let mut mended = Mended::default();
        let fields = self.wish.mapping.record(subject, &mut mended);
        let known = store.push_state(&self.target, lead.id)?;
        let digests = FieldDigests::of(fields.iter().map(|(name, value)| (name.as_str(), value.to_string())));
        let how = match push::due(crm, known.as_ref(), &digests, self.wish.again) {
            Due::Make => How::Make,
            Due::Update => How::Update,
            Due::Same => return Ok(Planned::Same(known.and_then(|known| known.remote))),
            Due::Theirs => return Ok(Planned::Theirs(known.and_then(|known| known.remote))),
            Due::Left(left) => return Ok(Planned::Left(left)),
            Due::Unsure => return Ok(Planned::Unsure),
        };
        let parcel = self.parcel(lead, how, email, (fields, digests), known.as_ref());
        self.sent += 1;
        self.mended.add(mended);
        Ok(Planned::Send(Box::new(parcel), known))
    }

    fn parcel(
        &self,
        lead: &Lead,
        how: How,
        email: Option<String>,
        (mut fields, digests): (Vec<(String, Value)>, FieldDigests),
        known: Option<&PushState>,
    ) -> Parcel {
        if let Some(there) = known.and_then(|known| known.fields.as_ref()).filter(|_| how == How::Update) {
            fields.retain(|(name, _)| there.lacks(&digests, name));
        }
        let remote = known.and_then(|known| known.remote.clone()).or_else(|| self.courier.chosen_id(lead));
        let cut_off = known.and_then(|known| known.pending.clone());
        let (again, title) = (self.wish.again, lead.record.person.title());
        Parcel { lead: lead.id, how, remote, email, fields, digests, cut_off, again, title }
    }
}
