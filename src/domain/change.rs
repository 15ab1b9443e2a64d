//! A change is a value: what the seller may do to a lead, what it makes of the lead, and why it may be refused
//! (PRODUCT.md 2 and 4). The one way to accept a lead, for the screen and the command line alike.
//! Must not touch the record: that is Microsoft's.

use std::fmt;

use rust_decimal::Decimal;

use crate::domain::lead::{Deal, Lead, Moment, Owed, Verdict};
use crate::domain::terms::Terms;
use crate::domain::vitals::{self, Vitals};
use crate::domain::vocabulary::{Outcome, Quality, Reason, Status, Validity, VerdictKind};

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
        }
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
        }
    }
}

/// Why a lead does not take a change. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The lead is archived, with this outcome.
    Archived(Option<Outcome>),
    /// The lead asks for no answer.
    Informational,
    /// Accepted already.
    AlreadyAccepted,
    /// Not accepted yet.
    NotAccepted,
    /// Partner Center is owed nothing, or nothing of this kind.
    NothingOwed(Option<VerdictKind>),
}

impl Refusal {
    /// The word or two of a count: "1 cannot: archived".
    pub const fn short(self) -> &'static str {
        match self {
            Self::Archived(_) => "archived",
            Self::Informational => "informational",
            Self::AlreadyAccepted => "accepted already",
            Self::NotAccepted => "not accepted yet",
            Self::NothingOwed(_) => "nothing owed",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archived(Some(Outcome::Expired)) => f.write_str(
                "is archived (expired): nobody answered it here in time; if it was answered in Partner Center, import a \
                 newer export",
            ),
            Self::Archived(Some(outcome)) => {
                write!(f, "is archived ({}); only undo can change that", outcome.title().to_lowercase())
            }
            Self::Archived(None) => f.write_str("is archived; only Partner Center can change that"),
            Self::Informational => f.write_str("is informational and asks for no answer"),
            Self::AlreadyAccepted => f.write_str("is accepted already; edit, won or lost go on from there"),
            Self::NotAccepted => f.write_str("is not accepted yet; accept it first"),
            Self::NothingOwed(None) => f.write_str("owes Partner Center nothing"),
            Self::NothingOwed(Some(kind)) => write!(f, "owes Partner Center no {}", kind.noun()),
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
        Act::Favorite => return Ok(()),
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
    }
    Ok(after)
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
        lead.owed.push(Owed { kind, opened_at: now, due, remark: None });
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
