//! What is owed to Partner Center as patches of its Referrals API: JSON Patch with `replace` and `add`, the only two it takes
//! (domain.md 1.4), and only steps that its lifecycle allows (1.6). Must not send anything, or decide what is owed.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::entry::TeamMember;
use crate::domain::lead::{Deal, Lead, Record};
use crate::domain::vocabulary::{Status, VerdictKind};

/// One operation of a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// `replace` or `add`.
    pub op: &'static str,
    /// Which member of the referral.
    pub path: &'static str,
    /// What stands there afterwards.
    pub value: Value,
}

/// One patch: it takes the referral one step further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The verdict that Partner Center knows afterwards.
    pub kind: VerdictKind,
    /// Its body.
    pub operations: Vec<Operation>,
}

/// What is to be sent for an owed verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// These patches, in this order.
    Send(Vec<Step>),
    /// Nothing: Partner Center knows it.
    Known,
    /// Nothing can be sent; the sentence says why.
    Refused(String),
}

/// What is to be sent for a verdict that is owed, the lead's record being Partner Center's word.
pub fn plan(lead: &Lead, kind: VerdictKind) -> Plan {
    let record = &lead.record;
    let there =
        || record.outcome.map_or(record.status.title(), crate::domain::vocabulary::Outcome::title).to_lowercase();
    let steps = |kinds: &[VerdictKind]| Plan::Send(kinds.iter().map(|kind| step(lead, *kind)).collect());
    let (status, outcome) = kind.standing();
    match (record.status, kind) {
        (Status::Archived, _) if status == Status::Archived && outcome == record.outcome => Plan::Known,
        (Status::Accepted, VerdictKind::Accepted) => Plan::Known,
        // A deal that ended well or badly was accepted before.
        (Status::Archived, VerdictKind::Accepted)
            if [VerdictKind::Won, VerdictKind::Lost].iter().any(|end| end.standing().1 == record.outcome) =>
        {
            Plan::Known
        }
        (Status::Archived, _) => Plan::Refused(format!(
            "It is closed in Partner Center ({}), which opens nothing again; the {} was not sent.",
            there(),
            kind.noun()
        )),
        (Status::Accepted, VerdictKind::Declined) => Plan::Refused(
            "It is accepted in Partner Center, and an accepted lead is not declined; decide it there.".to_owned(),
        ),
        (Status::Received, VerdictKind::Accepted | VerdictKind::Declined) => steps(&[kind]),
        // What is new there cannot be won or lost before it was accepted.
        (Status::Received, VerdictKind::Won | VerdictKind::Lost) => steps(&[VerdictKind::Accepted, kind]),
        (Status::Accepted, VerdictKind::Won | VerdictKind::Lost) => steps(&[kind]),
    }
}

/// The parts of the seller's verdict that the API has no place for, as a sentence; none where everything is sent.
pub fn left_out(lead: &Lead, kind: VerdictKind) -> Option<String> {
    let campaign = lead.seller.deal.as_ref().and_then(|deal| deal.campaign_id.as_deref());
    campaign
        .filter(|id| kind == VerdictKind::Accepted && !id.trim().is_empty())
        .map(|_| "The campaign id has no place in the Referrals API; enter it in Partner Center.".to_owned())
}

fn step(lead: &Lead, kind: VerdictKind) -> Step {
    let (status, substatus) = match kind {
        VerdictKind::Accepted => ("Active", "Accepted"),
        VerdictKind::Declined => ("Closed", "Declined"),
        VerdictKind::Won => ("Closed", "Won"),
        VerdictKind::Lost => ("Closed", "Lost"),
    };
    let mut patch = Patch { operations: Vec::new() };
    patch.text("/status", Some(status));
    patch.text("/substatus", Some(substatus));
    let deal = lead.seller.deal.as_ref();
    match kind {
        VerdictKind::Accepted => {
            let name = deal.map_or_else(|| lead.record.deal_name(), |deal| deal.name.clone());
            patch.text("/name", Some(&name));
            if let Some(deal) = deal {
                patch.value(deal);
                patch.rest(deal, &lead.record);
            }
        }
        VerdictKind::Won => deal.into_iter().for_each(|deal| patch.value(deal)),
        VerdictKind::Declined | VerdictKind::Lost => patch.text("/statusReason", grounds(lead, kind).as_deref()),
    }
    Step { kind, operations: patch.operations }
}

/// Why it was declined or lost: the reason as Partner Center words it, and the seller's notes behind it.
fn grounds(lead: &Lead, kind: VerdictKind) -> Option<String> {
    let verdict = lead.seller.verdict.as_ref().filter(|verdict| verdict.kind == kind)?;
    let reason = verdict.reason.map(|reason| reason.title().to_owned());
    let notes = verdict.notes.clone().filter(|notes| !notes.trim().is_empty());
    match (reason, notes) {
        (Some(reason), Some(notes)) => Some(format!("{reason}: {notes}")),
        (reason, notes) => reason.or(notes),
    }
}

/// A patch under construction; what is blank changes nothing there.
struct Patch {
    operations: Vec<Operation>,
}

impl Patch {
    fn text(&mut self, path: &'static str, text: Option<&str>) {
        let text = text.filter(|text| !text.trim().is_empty());
        self.operations.extend(text.map(|text| Operation { op: "replace", path, value: Value::from(text) }));
    }

    /// The value as a string, as the documented sample writes it, and its currency.
    fn value(&mut self, deal: &Deal) {
        let Some(value) = deal.value else { return };
        self.text("/details/dealValue", Some(&value.to_string()));
        self.text("/details/currency", deal.currency.as_deref());
    }

    fn rest(&mut self, deal: &Deal, record: &Record) {
        // Inferred: a close date is written as the midnight of its day, as the samples write an expiry.
        let close_on = deal.close_on.map(|day| day.format("%Y-%m-%dT00:00:00Z").to_string());
        self.text("/details/closingDateTime", close_on.as_deref());
        self.text("/details/notes", notes(deal, record).as_deref());
        self.text("/externalReferenceId", deal.crm_id.as_deref());
        let add = |member: &TeamMember| Operation { op: "add", path: "/team/-", value: team_member(member) };
        self.operations.extend(deal.team.iter().map(add));
    }
}

/// The notes of the deal. The same place holds what the customer wrote, which is kept in front of them.
fn notes(deal: &Deal, record: &Record) -> Option<String> {
    let notes = deal.notes.as_deref().map(str::trim).filter(|notes| !notes.is_empty())?;
    match record.description.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
        Some(words) if words.contains(notes) => None,
        Some(words) if !notes.contains(words) => Some(format!("{words}\n\n{notes}")),
        _ => Some(notes.to_owned()),
    }
}

/// A member of the team; a name of one word is a first name.
fn team_member(member: &TeamMember) -> Value {
    let name = member.name.as_deref().unwrap_or_default();
    let (first, last) = name.rsplit_once(' ').unwrap_or((name, ""));
    let mut object = json!({ "email": member.email });
    for (key, text) in
        [("firstName", first), ("lastName", last), ("phoneNumber", member.phone.as_deref().unwrap_or_default())]
    {
        if !text.is_empty() {
            object[key] = Value::from(text);
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::{Change, Grounds, apply};
    use crate::domain::entry;
    use crate::domain::lead::{LeadId, Moment, Receipt, Seller};
    use crate::domain::moment::parse;
    use crate::domain::record::{Field, RawRecord, read};
    use crate::domain::terms::Terms;
    use crate::domain::vocabulary::{Outcome, Reason, ReceivedVia};

    fn now() -> Moment {
        parse("2026-11-20T12:00:00Z").expect("a moment")
    }

    fn lead() -> Lead {
        let mut raw = RawRecord::default();
        for (field, text) in [
            (Field::Created, "2026-11-19T09:00:00Z"),
            (Field::Id, "0a11c0de-0000-4000-8000-000000000001"),
            (Field::CallToAction, "Contact me"),
            (Field::Company, "Nordhavn Lager A/S"),
            (Field::OfferId, "contoso.backup"),
            (Field::Description, "Need help moving a warehouse system."),
        ] {
            raw.set(field, text);
        }
        let record = read(&raw).expect("a record");
        let receipt = Receipt { via: ReceivedVia::Referrals, at: now(), as_of: now() };
        Lead { id: LeadId(1), rev: 1, record, seller: Seller::default(), owed: Vec::new(), receipt }
    }

    fn changed(lead: &Lead, change: &Change) -> Lead {
        apply(lead, change, &Terms::default(), now()).expect("taken")
    }

    fn deal() -> Deal {
        Deal {
            name: "Nordhavn – backup".to_owned(),
            value: "18000.50".parse().ok(),
            currency: Some("EUR".to_owned()),
            close_on: chrono::NaiveDate::from_ymd_opt(2026, 12, 31),
            notes: Some("three servers".to_owned()),
            crm_id: Some("CRM-7".to_owned()),
            campaign_id: None,
            team: [
                "Jo van Hill <jo@contoso.example> +49 30 5550 0100",
                "Max <max@contoso.example>",
                "x@contoso.example",
            ]
            .iter()
            .map(|typed| entry::team_member(typed).expect("a member"))
            .collect(),
        }
    }

    fn accepted() -> Lead {
        changed(&lead(), &Change::Accept { deal: deal(), reported: false })
    }

    fn grounds(notes: Option<&str>) -> Grounds {
        Grounds { reason: Reason::OtherVendor, notes: notes.map(str::to_owned), reported: false }
    }

    fn sent(plan: Plan) -> Vec<Value> {
        let Plan::Send(steps) = plan else { panic!("something is sent: {plan:?}") };
        steps.iter().map(|step| serde_json::to_value(&step.operations).expect("JSON")).collect()
    }

    fn replace(path: &str, value: &str) -> Value {
        json!({ "op": "replace", "path": path, "value": value })
    }

    #[test]
    fn an_accept_carries_the_whole_deal() {
        let member = |value: Value| json!({ "op": "add", "path": "/team/-", "value": value });
        let jo = json!({ "email": "jo@contoso.example", "firstName": "Jo van", "lastName": "Hill", "phoneNumber": "+49 30 5550 0100" });
        assert_eq!(
            sent(plan(&accepted(), VerdictKind::Accepted)),
            [json!([
                replace("/status", "Active"),
                replace("/substatus", "Accepted"),
                replace("/name", "Nordhavn – backup"),
                replace("/details/dealValue", "18000.50"),
                replace("/details/currency", "EUR"),
                replace("/details/closingDateTime", "2026-12-31T00:00:00Z"),
                replace("/details/notes", "Need help moving a warehouse system.\n\nthree servers"),
                replace("/externalReferenceId", "CRM-7"),
                member(jo),
                member(json!({ "email": "max@contoso.example", "firstName": "Max" })),
                member(json!({ "email": "x@contoso.example" })),
            ])]
        );
    }

    #[test]
    fn a_bare_accept_sends_only_its_name_and_a_value_never_goes_without_currency() {
        let mut bare = lead();
        let name = bare.record.deal_name();
        assert_eq!(
            sent(plan(&bare, VerdictKind::Accepted)),
            [json!([replace("/status", "Active"), replace("/substatus", "Accepted"), replace("/name", &name)])]
        );
        let nothing =
            Deal { value: None, close_on: None, notes: None, crm_id: Some(" ".into()), team: Vec::new(), ..deal() };
        bare.seller.deal = Some(nothing);
        let paths = sent(plan(&bare, VerdictKind::Accepted)).remove(0);
        assert_eq!(paths.as_array().map(Vec::len), Some(3), "{paths}");
    }

    #[test]
    fn the_words_of_the_customer_stay_in_front_of_the_notes_and_are_not_doubled() {
        let mut lead = accepted();
        let notes_of = |lead: &Lead| lead.seller.deal.as_ref().and_then(|deal| notes(deal, &lead.record));
        lead.record.description = Some("Hello. three servers please".to_owned());
        assert_eq!(notes_of(&lead), None, "what stands there already is not sent");
        lead.record.description = None;
        assert_eq!(notes_of(&lead).as_deref(), Some("three servers"));
        lead.record.description = Some("three".to_owned());
        assert_eq!(notes_of(&lead).as_deref(), Some("three servers"));
    }

    #[test]
    fn a_decline_and_a_loss_say_why() {
        let declined = changed(&lead(), &Change::Decline(grounds(None)));
        let closed = |substatus, reason| {
            json!([replace("/status", "Closed"), replace("/substatus", substatus), replace("/statusReason", reason)])
        };
        assert_eq!(sent(plan(&declined, VerdictKind::Declined)), [closed("Declined", "customer chose another vendor")]);
        let mut lost = changed(&accepted(), &Change::Lost(grounds(Some("too late"))));
        lost.record.status = Status::Accepted;
        assert_eq!(sent(plan(&lost, VerdictKind::Lost)), [closed("Lost", "customer chose another vendor: too late")]);
    }

    #[test]
    fn what_is_new_there_is_accepted_before_it_is_won() {
        let won = changed(&accepted(), &Change::Won { value: Some((7.into(), "PLN".to_owned())), reported: false });
        let patches = sent(plan(&won, VerdictKind::Won));
        assert_eq!(patches.len(), 2);
        assert_eq!(patches[0][0], replace("/status", "Active"));
        let closed = json!([
            replace("/status", "Closed"),
            replace("/substatus", "Won"),
            replace("/details/dealValue", "7"),
            replace("/details/currency", "PLN"),
        ]);
        assert_eq!(patches[1], closed);
        let mut known = won;
        known.record.status = Status::Accepted;
        assert_eq!(sent(plan(&known, VerdictKind::Won)), [closed]);
        assert_eq!(plan(&known, VerdictKind::Accepted), Plan::Known);
    }

    #[test]
    fn nothing_is_sent_to_what_is_closed_or_contradicts() {
        let mut lead = accepted();
        lead.record.status = Status::Accepted;
        assert!(matches!(plan(&lead, VerdictKind::Declined), Plan::Refused(_)));
        lead.record.status = Status::Archived;
        for outcome in Outcome::ALL {
            lead.record.outcome = Some(*outcome);
            for kind in VerdictKind::ALL {
                let known = kind.standing() == (Status::Archived, Some(*outcome))
                    || (*kind == VerdictKind::Accepted && matches!(outcome, Outcome::Won | Outcome::Lost));
                let planned = plan(&lead, *kind);
                assert_eq!(matches!(planned, Plan::Known), known, "{kind} of {outcome}");
                assert!(!matches!(planned, Plan::Send(_)), "{kind} of {outcome}");
            }
        }
        lead.record.outcome = Some(Outcome::Expired);
        let Plan::Refused(why) = plan(&lead, VerdictKind::Accepted) else { panic!("refused") };
        assert_eq!(
            why,
            "It is closed in Partner Center (expired), which opens nothing again; the accept was not sent."
        );
    }

    #[test]
    fn only_the_campaign_has_no_place() {
        let mut lead = accepted();
        assert_eq!(left_out(&lead, VerdictKind::Accepted), None);
        lead.seller.deal = Some(Deal { campaign_id: Some("c".to_owned()), ..deal() });
        assert!(left_out(&lead, VerdictKind::Accepted).is_some());
        assert_eq!(left_out(&lead, VerdictKind::Won), None);
    }
}
