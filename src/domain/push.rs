//! What is sent of a lead into a CRM, and how: nothing where the CRM has it as it is here, only what changed where the CRM can
//! take that, and the reason where nothing may be sent. A CRM of people gets the newest lead of each. Must not send anything,
//! nor know what the fields are called there.

use std::collections::HashSet;
use std::fmt;

use crate::domain::contacts;
use crate::domain::crm::{Crm, FieldDigests, PushResult};
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::leaving::{Choice, LeftOut, left_out};
use crate::domain::record::key_of_email;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;

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

/// What is known of a lead in one account of a CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushState {
    /// Its id there.
    pub remote: Option<String>,
    /// What of ours is there.
    pub fields: Option<FieldDigests>,
    /// What was being sent when the program last looked; nobody knows whether it arrived.
    pub pending: Option<FieldDigests>,
    /// What came of it last.
    pub result: Option<PushResult>,
    /// When.
    pub at: Moment,
}

/// What is done about a lead that may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// All of it is sent, to make a record.
    Make,
    /// What changed is sent to its record.
    Update,
    /// Nothing: the CRM has it as it is here.
    Same,
    /// Nothing: a record that is not ours stands there.
    Theirs,
    /// Nothing, for this reason.
    Left(Left),
    /// Nothing: a run was cut off while it was sent, and it may not be sent twice.
    Unsure,
}

/// Why a lead does not go into this CRM whatever is known of it there. `email`: the one it would be known by.
pub fn stays(lead: &Lead, crm: Crm, choice: Choice, email: Option<&str>, terms: &Terms, now: Moment) -> Option<Left> {
    if let Some(why) = left_out(lead, crm.format(), choice, terms, now) {
        return Some(Left::LeftOut(why));
    }
    if contacts::hidden(Vitals::of(lead, terms).standing(now.timestamp())) {
        return Some(Left::Expired);
    }
    (crm.keeps_people() && email.is_none()).then_some(Left::NoEmail)
}

/// What is done about a lead of which this is known there and whose fields are these now. `again`: the seller wants it sent
/// whole, whatever is known.
pub fn due(crm: Crm, known: Option<&PushState>, fields: &FieldDigests, again: bool) -> Due {
    let Some(known) = known.filter(|_| !again) else { return Due::Make };
    let (there, cut_off) = (known.fields.as_ref(), known.pending.is_some());
    if cut_off && !crm.is_repeatable() {
        return Due::Unsure;
    }
    match known.result {
        Some(PushResult::Doubted) if !crm.is_repeatable() => Due::Left(Left::Doubted),
        Some(PushResult::Rejected) => Due::Left(Left::Rejected),
        Some(PushResult::Known) if there.is_none() => Due::Theirs,
        _ if !cut_off && there.is_some_and(|there| there.holds(fields)) => Due::Same,
        _ if there.is_some() && !crm.is_repeatable() => Due::Left(Left::Fixed),
        // What another lead's refusal left is no record: only what is there is updated.
        _ if there.is_some() && known.remote.is_some() => Due::Update,
        _ => Due::Make,
    }
}

/// The people whose newest lead goes, met in the order of their leads, the newest first.
#[derive(Debug, Default)]
pub struct People(HashSet<String>);

impl People {
    /// True for the first lead of its person; `email` is the one that is sent. Two leads that would be sent with one e-mail are
    /// of one person, whatever else was in it as received.
    pub fn meet(&mut self, lead: &Lead, email: &str) -> bool {
        let keys = [lead.record.person_key.clone(), Some(key_of_email(email))];
        let first = !keys.iter().flatten().any(|key| self.0.contains(key));
        self.0.extend(keys.into_iter().flatten());
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::{Receipt, Seller};
    use crate::domain::moment::parse;
    use crate::domain::record::{Field, RawRecord, read};
    use crate::domain::vocabulary::ReceivedVia;

    fn now() -> Moment {
        parse("2026-11-20T12:00:00Z").unwrap()
    }

    fn lead(fields: &[(Field, &str)]) -> Lead {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-19");
        raw.set(Field::CallToAction, "Contact me");
        for (field, text) in fields {
            raw.set(*field, text);
        }
        Lead {
            id: LeadId(1),
            rev: 1,
            record: read(&raw).unwrap(),
            seller: Seller::default(),
            owed: Vec::new(),
            receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at: now(), as_of: now() },
        }
    }

    fn fields(value: &str) -> FieldDigests {
        FieldDigests::of([("subject", value.to_owned())])
    }

    fn state(result: PushResult) -> PushState {
        let ours = result.may_be_written().then(|| fields("1"));
        PushState { remote: Some("g".into()), fields: ours, pending: None, result: Some(result), at: now() }
    }

    #[test]
    fn a_lead_is_sent_once_and_then_what_changed() {
        use PushResult::{Created, Doubted, Known, Refused, Rejected, Sent, Updated};
        for (crm, result, same, changed) in [
            (Crm::Dynamics, Created, Due::Same, Due::Update),
            (Crm::Dynamics, Updated, Due::Same, Due::Update),
            (Crm::Dynamics, Known, Due::Theirs, Due::Theirs),
            (Crm::Dynamics, Refused, Due::Make, Due::Make),
            (Crm::Hubspot, Doubted, Due::Same, Due::Update),
            (Crm::Salesforce, Sent, Due::Same, Due::Left(Left::Fixed)),
            (Crm::Salesforce, Doubted, Due::Left(Left::Doubted), Due::Left(Left::Doubted)),
            (Crm::Salesforce, Rejected, Due::Left(Left::Rejected), Due::Left(Left::Rejected)),
        ] {
            let known = state(result);
            let planned = |value, again| due(crm, Some(&known), &fields(value), again);
            assert_eq!((planned("1", false), planned("2", false)), (same, changed), "{crm:?} {result:?}");
            assert_eq!(planned("1", true), Due::Make, "the seller wants it");
        }
        assert_eq!(due(Crm::Salesforce, None, &fields("1"), false), Due::Make);
        let nameless = PushState { remote: None, ..state(Created) };
        assert_eq!(due(Crm::Marketo, Some(&nameless), &fields("2"), false), Due::Make, "nobody knows which to update");
        let ours_all_along = PushState { fields: Some(fields("1")), ..state(Known) };
        assert_eq!(due(Crm::Hubspot, Some(&ours_all_along), &fields("2"), false), Due::Update);
    }

    #[test]
    fn what_a_run_was_cut_off_at_is_sent_again_where_that_makes_no_second_record() {
        let cut_off =
            |fields| PushState { fields, pending: Some(self::fields("1")), result: None, ..state(PushResult::Sent) };
        for (crm, first, later) in
            [(Crm::Salesforce, Due::Unsure, Due::Unsure), (Crm::Dynamics, Due::Make, Due::Update)]
        {
            assert_eq!(due(crm, Some(&cut_off(None)), &fields("1"), false), first);
            assert_eq!(due(crm, Some(&cut_off(Some(fields("1")))), &fields("1"), false), later);
        }
        let theirs = PushState { pending: Some(fields("1")), ..state(PushResult::Known) };
        assert_eq!(due(Crm::Dynamics, Some(&theirs), &fields("1"), false), Due::Theirs, "it may still be theirs");
    }

    #[test]
    fn who_stays_here() {
        let terms = Terms::default();
        let stays = |lead: &Lead, crm, email| stays(lead, crm, Choice::default(), email, &terms, now());
        let known = lead(&[(Field::Email, "ana@x.example")]);
        assert_eq!(stays(&known, Crm::Dynamics, None), None);
        assert_eq!(stays(&known, Crm::Hubspot, None), Some(Left::NoEmail));
        assert_eq!(stays(&known, Crm::Hubspot, Some("ana@x.example")), None);
        let old = lead(&[(Field::Created, "2026-10-01")]);
        assert_eq!(stays(&old, Crm::Dynamics, None), Some(Left::Expired));
        let refuses = lead(&[(Field::CallToAction, ""), (Field::LeadSource, "AppSource-DNC|contoso.x")]);
        assert_eq!(stays(&refuses, Crm::Dynamics, None), Some(Left::LeftOut(LeftOut::DoNotContact)));
    }

    #[test]
    fn a_person_is_met_once_by_the_key_that_the_inbox_knows_them_by() {
        let mut people = People::default();
        let mut meet = |received: &str, sent: &str| people.meet(&lead(&[(Field::Email, received)]), sent);
        assert!(meet("Ana@X.example", "Ana@X.example"));
        assert!(!meet(" ana@x.EXAMPLE ", "ana@x.EXAMPLE"));
        assert!(meet("jan@x.example", "jan@x.example"));
        assert!(!meet("an\u{200b}a@x.example", "ana@x.example"), "the CRM would take them for one");
        let mut other = lead(&[(Field::Email, "ana@y.example")]);
        other.record.person_key = Some("jan@x.example".to_owned());
        assert!(!people.meet(&other, "ana@y.example"), "the inbox takes them for one");
    }
}
