//! A change is a value: what the seller may do to a lead, what it makes of the lead, and why it may be refused
//! (PRODUCT.md 2 and 4). The one way to accept a lead, for the screen and the command line alike.
//! Must not touch the record: that is Microsoft's.

mod refusal;

use rust_decimal::Decimal;

use crate::domain::follow_up::Kept;
use crate::domain::lead::{Deal, Lead, Moment, Owed, Touch, Verdict};
use crate::domain::tags;
use crate::domain::terms::Terms;
use crate::domain::upload;
use crate::domain::vitals::{self, Vitals};
use crate::domain::vocabulary::{Quality, Reason, Status, TouchKind, Validity, VerdictKind};

pub use refusal::Refusal;

/// What the seller does to a lead. The fields are checked already.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Take the lead; it becomes a deal. `reported`: Partner Center was told already, nothing is owed.
    Accept {
        /// The deal of the form.
        deal: Deal,
        /// Already done in Partner Center.
        reported: bool,
    },
    /// Turn the lead down.
    Decline(Grounds),
    /// Change the deal of an accepted lead.
    Edit {
        /// The deal of the form.
        deal: Deal,
    },
    /// The deal was won; a value replaces the deal's.
    Won {
        /// What it brought, with its currency.
        value: Option<(Decimal, String)>,
        /// Already done in Partner Center.
        reported: bool,
    },
    /// The deal was lost.
    Lost(Grounds),
    /// Set or clear the heart.
    Favorite(bool),
    /// Partner Center was told what is owed: closes the lead's entries of the outbox, or those of one kind.
    TickOff(Option<VerdictKind>),
    /// The customer was contacted, or tried to be.
    Touch {
        /// In which way.
        kind: TouchKind,
        /// What came of it.
        text: Option<String>,
        /// When to follow up; without it a date that is reached goes, one ahead stays.
        next: Option<Moment>,
    },
    /// The lead comes back then; without a date there is no follow-up any more.
    Later(Option<Moment>),
    /// Put away an informational lead until its person sends another, or bring it back.
    Away(bool),
    /// Change the tags: first some go, then some come.
    Tag {
        /// Which come.
        add: Vec<String>,
        /// Which go.
        remove: Vec<String>,
    },
    /// Set the note, or remove it.
    Note(Option<String>),
    /// The id that a CRM told for the deal; the seller's own stays.
    CrmId(String),
}

/// Why a lead was declined or lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// One of eight.
    pub reason: Reason,
    /// Notes to it.
    pub notes: Option<String>,
    /// Already done in Partner Center.
    pub reported: bool,
}

/// The kind of a change, for asking beforehand whether a lead takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Accept.
    Accept,
    /// Decline.
    Decline,
    /// Edit the deal.
    Edit,
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// Favorite, on or off.
    Favorite,
    /// Tick off what is owed.
    TickOff,
    /// Log a contact.
    Touch,
    /// Set or clear the follow-up date.
    Later,
    /// Put away.
    Away,
    /// Bring back what was put away.
    Back,
    /// Change the tags.
    Tag,
    /// Change the note.
    Note,
    /// Take a CRM's id.
    CrmId,
}

impl Act {
    /// The act as a noun: "decline of Fabrikam".
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Edit => "edit",
            Self::Won => "win",
            Self::Lost => "loss",
            Self::Favorite => "favorite",
            Self::TickOff => "tick-off",
            Self::Touch => "touch",
            Self::Later => "follow-up",
            Self::Away => "putting away",
            Self::Back => "bringing back",
            Self::Tag => "tags",
            Self::Note => "note",
            Self::CrmId => "CRM id",
        }
    }
}

impl Change {
    /// Its kind.
    pub const fn act(&self) -> Act {
        match self {
            Self::Accept { .. } => Act::Accept,
            Self::Decline(_) => Act::Decline,
            Self::Edit { .. } => Act::Edit,
            Self::Won { .. } => Act::Won,
            Self::Lost(_) => Act::Lost,
            Self::Favorite(_) => Act::Favorite,
            Self::TickOff(_) => Act::TickOff,
            Self::Touch { .. } => Act::Touch,
            Self::Later(_) => Act::Later,
            Self::Away(true) => Act::Away,
            Self::Away(false) => Act::Back,
            Self::Tag { .. } => Act::Tag,
            Self::Note(_) => Act::Note,
            Self::CrmId(_) => Act::CrmId,
        }
    }

    /// True for accept, decline, won and lost.
    pub const fn is_verdict(&self) -> bool {
        matches!(self.act(), Act::Accept | Act::Decline | Act::Won | Act::Lost)
    }

    /// The verdict that it leaves owed to Partner Center; none where it was reported there, or is no verdict.
    pub const fn opens(&self) -> Option<VerdictKind> {
        match self {
            Self::Accept { reported: false, .. } => Some(VerdictKind::Accepted),
            Self::Won { reported: false, .. } => Some(VerdictKind::Won),
            Self::Decline(grounds) if !grounds.reported => Some(VerdictKind::Declined),
            Self::Lost(grounds) if !grounds.reported => Some(VerdictKind::Lost),
            _ => None,
        }
    }

    /// The follow-up date it asks for.
    pub const fn follow_up(&self) -> Option<Moment> {
        match self {
            Self::Touch { next: until, .. } | Self::Later(until) => *until,
            _ => None,
        }
    }

    /// What is said of it once it is done: "Declined (spam)".
    pub fn done(&self) -> String {
        match self {
            Self::Accept { .. } => "Accepted".to_owned(),
            Self::Decline(grounds) => format!("Declined ({})", grounds.reason.short()),
            Self::Edit { .. } => "Changed the deal of".to_owned(),
            Self::Won { .. } => "Won".to_owned(),
            Self::Lost(grounds) => format!("Lost ({})", grounds.reason.short()),
            Self::Favorite(true) => "Favorite:".to_owned(),
            Self::Favorite(false) => "No favorite any more:".to_owned(),
            Self::TickOff(None) => "Ticked off".to_owned(),
            Self::TickOff(Some(kind)) => format!("Ticked off the {} of", kind.noun()),
            Self::Touch { kind, .. } => kind.done().to_owned(),
            Self::Later(Some(_)) => "Later:".to_owned(),
            Self::Later(None) => "No follow-up any more:".to_owned(),
            Self::Away(true) => "Put away".to_owned(),
            Self::Away(false) => "Back from away:".to_owned(),
            Self::Tag { .. } => "Changed the tags of".to_owned(),
            Self::Note(Some(_)) => "Kept the note of".to_owned(),
            Self::Note(None) => "Removed the note of".to_owned(),
            Self::CrmId(_) => "Kept the CRM id of".to_owned(),
        }
    }
}

/// Tells whether a lead takes an act at `now`. The state is checked before any field (PRODUCT.md 2).
pub fn check_state(lead: &Lead, act: Act, terms: &Terms, now: Moment) -> Result<(), Refusal> {
    check_vitals(&Vitals::of(lead, terms), act, now)
}

/// The same of the vital facts alone: so that a thousand marked leads are asked without reading them.
pub fn check_vitals(vitals: &Vitals, act: Act, now: Moment) -> Result<(), Refusal> {
    match act {
        Act::Favorite | Act::Tag | Act::Note | Act::CrmId => return Ok(()),
        // What is owed is owed whatever became of the lead.
        Act::TickOff if vitals.owed => return Ok(()),
        Act::TickOff => return Err(Refusal::NothingOwed(None)),
        _ => {}
    }
    let (status, outcome) = vitals.standing(now.timestamp());
    match (act, status) {
        (_, Status::Archived) => Err(Refusal::Archived(outcome)),
        (Act::Accept | Act::Decline, Status::Received) if !vitals.needs_answer => Err(Refusal::Informational),
        (Act::Accept | Act::Decline, Status::Accepted) => Err(Refusal::AlreadyAccepted),
        (Act::Edit | Act::Won | Act::Lost, Status::Received) if !vitals.needs_answer => Err(Refusal::Informational),
        (Act::Edit | Act::Won | Act::Lost, Status::Received) => Err(Refusal::NotAccepted),
        (Act::Away, Status::Received) if vitals.needs_answer => Err(Refusal::NeedsAnswer),
        (Act::Away, Status::Accepted) if vitals.needs_answer => Err(Refusal::InHand),
        _ => Ok(()),
    }
}

/// The lead after a change made at `now`, or why it takes none. Opens what is owed to Partner Center for every verdict
/// that was not reported there already. The revision is the store's to count.
pub fn apply(lead: &Lead, change: &Change, terms: &Terms, now: Moment) -> Result<Lead, Refusal> {
    check_state(lead, change.act(), terms, now)?;
    let mut after = lead.clone();
    match change {
        Change::Favorite(on) => after.seller.favorite = *on,
        Change::TickOff(kind) => {
            after.owed.retain(|owed| kind.is_some_and(|kind| kind != owed.kind));
            if after.owed.len() == lead.owed.len() {
                return Err(Refusal::NothingOwed(*kind));
            }
        }
        Change::Edit { deal } => after.seller.deal = Some(deal.clone()),
        Change::Accept { deal, reported } => {
            let mut deal = deal.clone();
            if deal.name.trim().is_empty() {
                // Many leads are accepted with one form: each deal gets the name of its own lead.
                deal.name = lead.record.deal_name();
            }
            after.seller.deal = Some(deal);
            decide(&mut after, VerdictKind::Accepted, None, *reported, terms, now);
        }
        Change::Decline(grounds) => {
            decide(&mut after, VerdictKind::Declined, Some(grounds), grounds.reported, terms, now);
        }
        Change::Lost(grounds) => decide(&mut after, VerdictKind::Lost, Some(grounds), grounds.reported, terms, now),
        Change::Won { value, reported } => {
            if let Some((value, currency)) = value {
                let deal = after.seller.deal.get_or_insert_with(|| named(lead.record.deal_name()));
                deal.value = Some(*value);
                deal.currency = Some(currency.clone());
            }
            decide(&mut after, VerdictKind::Won, None, *reported, terms, now);
        }
        Change::Touch { kind, text, next } => {
            touch(&mut after, Touch { kind: *kind, text: text.clone() }, now);
            match next {
                Some(next) => after.seller.later_until = Some(Kept::of(lead, *next, terms, now).at),
                None => answer_follow_up(&mut after, now),
            }
        }
        Change::Later(until) => {
            after.seller.later_until = until.map(|until| Kept::of(lead, until, terms, now).at);
        }
        Change::Away(away) => {
            after.seller.away = *away;
            if *away {
                answer_follow_up(&mut after, now);
            }
        }
        Change::Tag { add, remove } => {
            after.seller.tags = tags::changed(&lead.seller.tags, add, remove);
            if after.seller.tags.len() > tags::MOST.max(lead.seller.tags.len()) {
                return Err(Refusal::TooManyTags);
            }
        }
        Change::Note(note) => after.seller.note.clone_from(note),
        Change::CrmId(id) => after.seller.deal.iter_mut().for_each(|deal| deal.fill_crm_id(id)),
    }
    upload::reset(&mut after, lead);
    Ok(after)
}

fn touch(lead: &mut Lead, last: Touch, now: Moment) {
    let touches = &mut lead.seller.touches;
    touches.count = touches.count.saturating_add(1);
    touches.first_at.get_or_insert(now);
    touches.last_at = Some(now);
    touches.last = Some(last);
}

/// A follow-up date that is reached was answered by what the seller does now; one ahead stays.
fn answer_follow_up(lead: &mut Lead, now: Moment) {
    lead.seller.later_until = lead.seller.later_until.filter(|until| *until > now);
}

fn decide(lead: &mut Lead, kind: VerdictKind, grounds: Option<&Grounds>, reported: bool, terms: &Terms, now: Moment) {
    let before = lead.seller.verdict.take();
    let accepted_at = match kind {
        VerdictKind::Accepted => Some(now),
        _ => before.and_then(|verdict| verdict.accepted_at),
    };
    lead.seller.verdict = Some(Verdict {
        kind,
        at: now,
        accepted_at,
        reason: grounds.map(|grounds| grounds.reason),
        notes: grounds.and_then(|grounds| grounds.notes.clone()),
        reported,
    });
    if reported {
        // Partner Center knows how the deal ended, so it knows that it was accepted.
        lead.owed.retain(|owed| owed.kind != VerdictKind::Accepted || owed.remark.is_some());
    } else {
        let due = vitals::owed_until(kind, &lead.record, terms);
        lead.owed.push(Owed { kind, opened_at: now, due, remark: None, uploaded_at: None });
    }
}

fn named(name: String) -> Deal {
    Deal {
        name,
        value: None,
        currency: None,
        close_on: None,
        notes: None,
        crm_id: None,
        campaign_id: None,
        team: Vec::new(),
    }
}

/// The reason that Enter takes: spam if every chosen lead is of low quality or has a spam address, else "customer
/// requirement not met" (PRODUCT.md 4).
pub fn default_reason<'a>(leads: impl IntoIterator<Item = &'a Lead>) -> Reason {
    default_reason_of(
        leads
            .into_iter()
            .map(|lead| lead.record.quality == Quality::Low || lead.record.email_validity == Validity::Spam),
    )
}

/// The same, of whether each chosen lead is of low quality or has a spam address.
pub fn default_reason_of(suspects: impl IntoIterator<Item = bool>) -> Reason {
    let mut suspects = suspects.into_iter().peekable();
    if suspects.peek().is_some() && suspects.all(|suspect| suspect) { Reason::Spam } else { Reason::Requirement }
}
