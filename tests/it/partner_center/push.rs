//! Telling Partner Center what is owed: each verdict, conflicts, lost answers, and nothing twice.

use std::collections::BTreeSet;

use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::entry::team_member;
use leadbox::domain::lead::{Deal, LeadId};
use leadbox::domain::moment::parse;
use leadbox::domain::timeline::EventKind;
use leadbox::domain::vocabulary::{Outcome, Reason, Status, VerdictKind};
use leadbox::net::partner_center::push::{self, Told};
use leadbox::net::wire_error::WireKind;
use serde_json::{Value, json};

use super::stub::{REFERRALS, Trouble, id};
use super::{Desk, wire};

fn deal() -> Deal {
    Deal {
        name: "Company 1 – warehouse".to_owned(),
        value: "18000".parse().ok(),
        currency: Some("EUR".to_owned()),
        close_on: chrono::NaiveDate::from_ymd_opt(2026, 12, 31),
        notes: Some("three servers".to_owned()),
        crm_id: Some("CRM-7".to_owned()),
        campaign_id: Some("spring".to_owned()),
        team: vec![team_member("Jo Hill <jo@contoso.example> +49 30 5550 0100").unwrap()],
    }
}

fn accept() -> Change {
    Change::Accept { deal: deal(), reported: false }
}

fn grounds(reason: Reason) -> Grounds {
    Grounds { reason, notes: None, reported: false }
}

impl Desk {
    /// So many leads, listed and stored.
    fn with_leads(count: usize) -> Self {
        let mut desk = Self::new();
        desk.lists(count, |_, _| ());
        desk.pull();
        desk
    }

    fn decide(&mut self, number: usize, change: &Change) {
        let lead = self.lead(number).id;
        assert_eq!(self.store.apply(&[lead], change, self.now).unwrap().leads.len(), 1, "{change:?}");
    }

    fn there(&self, number: usize) -> Value {
        self.stub.service().referral(&id(number)).clone()
    }

    fn remarks(&self, lead: LeadId) -> Vec<String> {
        let events = self.store.timeline(lead).unwrap();
        let remarks = events.into_iter().filter_map(|event| match event.kind {
            EventKind::Imported { remarks, .. } => Some(remarks),
            _ => None,
        });
        remarks.flatten().collect()
    }
}

fn results(told: &[Told]) -> Vec<(&str, push::Outcome)> {
    told.iter().map(|told| (told.kind, told.result)).collect()
}

fn standing(referral: &Value) -> (String, String) {
    (referral["status"].as_str().unwrap().to_owned(), referral["substatus"].as_str().unwrap().to_owned())
}

#[test]
fn an_accept_enters_the_whole_deal_and_its_answer_closes_the_entry() {
    let mut desk = Desk::with_leads(1);
    desk.decide(1, &accept());
    let told = desk.push();
    assert_eq!(results(&told), [("accept", push::Outcome::Sent)]);
    assert_eq!(
        told[0].sentence,
        "The accept of lead 1 (Company 1) is entered in Partner Center. The campaign id has no place in the Referrals API; \
         enter it in Partner Center."
    );
    let there = desk.there(1);
    assert_eq!(standing(&there), ("Active".into(), "Accepted".into()));
    assert_eq!(there["name"], "Company 1 – warehouse");
    assert_eq!(there["externalReferenceId"], "CRM-7");
    assert_eq!(
        there["details"],
        json!({ "notes": "Need help moving a warehouse system.\n\nthree servers", "dealValue": "18000", "currency": "EUR",
                "closingDateTime": "2026-12-31T00:00:00Z",
                "requirements": { "industries": [], "products": [], "services": [], "solutions": [] } })
    );
    let member = json!({ "email": "jo@contoso.example", "firstName": "Jo", "lastName": "Hill", "phoneNumber": "+49 30 5550 0100" });
    assert_eq!(there["team"], json!([member]));
    let lead = desk.lead(1);
    assert_eq!((lead.record.status, lead.owed.len()), (Status::Accepted, 0));
    assert!(desk.remarks(lead.id).contains(&"Partner Center agrees: accept settled.".to_owned()));
    let service = desk.stub.service();
    let patch = service.calls("PATCH")[0].clone();
    drop(service);
    assert_eq!(patch.path, format!("{REFERRALS}/{}", id(1)));
    assert_eq!(patch.headers["if-match"], "\"00000001-0000-0000-0000-000000000000\"");
    assert_eq!(patch.headers["content-type"], "application/json");
    assert!(desk.push().is_empty(), "nothing is owed any more");
    assert_eq!(desk.stub.service().calls("PATCH").len(), 1);
    assert_eq!(desk.store.etag(lead.id).unwrap().as_deref(), there["eTag"].as_str());
}

#[test]
fn a_decline_a_win_and_a_loss_close_it_there() {
    let mut desk = Desk::with_leads(3);
    desk.decide(1, &Change::Decline(grounds(Reason::Spam)));
    for number in [2, 3] {
        desk.decide(number, &accept());
    }
    desk.decide(2, &Change::Won { value: Some((20_000.into(), "PLN".into())), reported: false });
    desk.decide(3, &Change::Lost(grounds(Reason::OtherVendor)));
    let told = desk.push();
    assert!(told.iter().all(|told| told.result == push::Outcome::Sent), "{told:?}");
    assert_eq!(told.len(), 5, "two accepts, a decline, a win and a loss");
    assert_eq!(standing(&desk.there(1)), ("Closed".into(), "Declined".into()));
    assert_eq!(desk.there(1)["statusReason"], "report as abuse, spam or phishing");
    assert_eq!(standing(&desk.there(2)), ("Closed".into(), "Won".into()));
    assert_eq!(desk.there(2)["details"]["dealValue"], "20000");
    assert_eq!(desk.there(2)["details"]["currency"], "PLN");
    assert_eq!(standing(&desk.there(3)), ("Closed".into(), "Lost".into()));
    assert_eq!(desk.there(3)["statusReason"], "customer chose another vendor");
    assert_eq!(desk.store.count_owed().unwrap(), 0);
    assert_eq!(desk.lead(2).record.outcome, Some(Outcome::Won));
    assert_eq!(desk.stub.service().calls("PATCH").len(), 5);
}

#[test]
fn a_win_whose_accept_was_ticked_off_by_mistake_is_accepted_there_first() {
    let mut desk = Desk::with_leads(1);
    desk.decide(1, &accept());
    desk.decide(1, &Change::TickOff(Some(VerdictKind::Accepted)));
    desk.decide(1, &Change::Won { value: None, reported: false });
    assert_eq!(results(&desk.push()), [("won", push::Outcome::Sent)]);
    assert_eq!(standing(&desk.there(1)), ("Closed".into(), "Won".into()));
    assert_eq!(desk.stub.service().calls("PATCH").len(), 2);
}

#[test]
fn the_nearest_deadline_goes_first() {
    let mut desk = Desk::new();
    desk.lists(3, |number, lead| {
        lead["expirationDateTime"] = Value::from(["2026-12-03", "2026-11-21", "2026-11-25"][number - 1]);
    });
    desk.pull();
    (1..=3).for_each(|number| desk.decide(number, &accept()));
    let sent: Vec<_> = desk.push().into_iter().filter_map(|told| told.external_id).collect();
    assert_eq!(sent, [id(2), id(3), id(1)]);
}

#[test]
fn where_the_answer_has_no_body_it_is_asked_for() {
    let mut desk = Desk::with_leads(1);
    desk.stub.service().ignores_prefer = true;
    desk.decide(1, &accept());
    desk.decide(1, &Change::Won { value: None, reported: false });
    assert!(desk.push().iter().all(|told| told.result == push::Outcome::Sent));
    assert_eq!(desk.store.count_owed().unwrap(), 0);
    assert_eq!(standing(&desk.there(1)), ("Closed".into(), "Won".into()));
}

#[test]
fn an_unknown_version_is_asked_for_first() {
    let mut desk = Desk::new();
    desk.lists(1, |_, lead| lead["eTag"] = Value::Null);
    desk.pull();
    desk.stub.service().referral(&id(1))["eTag"] = Value::from("\"now\"");
    desk.decide(1, &accept());
    assert_eq!(results(&desk.push()), [("accept", push::Outcome::Sent)]);
    assert_eq!(desk.stub.service().calls("PATCH")[0].headers["if-match"], "\"now\"");
    // One that is not told even then is not written over.
    let mut desk = Desk::new();
    desk.lists(1, |_, lead| lead["eTag"] = Value::Null);
    desk.pull();
    desk.decide(1, &accept());
    let told = desk.push();
    assert_eq!(results(&told), [("accept", push::Outcome::Failed)]);
    assert!(told[0].sentence.contains("does not tell the version"), "{}", told[0].sentence);
    assert!(desk.stub.service().calls("PATCH").is_empty());
}

#[test]
fn what_somebody_else_changed_is_read_and_not_overwritten() {
    let mut desk = Desk::with_leads(2);
    desk.decide(1, &accept());
    desk.decide(2, &accept());
    desk.stub.service().touch(&id(1), |lead| lead["customerProfile"]["name"] = Value::from("Nordhavn"));
    let mut passed = BTreeSet::new();
    let mut told = Vec::new();
    desk.push_into(&mut passed, &mut told).unwrap();
    assert_eq!(results(&told), [("accept", push::Outcome::Conflict), ("accept", push::Outcome::Sent)]);
    assert_eq!(
        told[0].sentence,
        "The accept of lead 1 (Company 1) was not entered. Somebody changed it in Partner Center before the accept came; what \
         stands there now was read, and nothing was overwritten."
    );
    assert_eq!(standing(&desk.there(1)), ("New".into(), "Pending".into()));
    let lead = desk.lead(1);
    assert_eq!(lead.record.person.company.as_deref(), Some("Nordhavn"), "Partner Center's word has arrived");
    assert_eq!(lead.owed.len(), 1, "and the accept is still owed");
    let remarks = desk.remarks(lead.id);
    assert!(remarks.iter().any(|remark| remark.starts_with("accept not entered: Somebody changed it")), "{remarks:?}");
    // The same watch leaves it alone; the seller's own next word sends it.
    told.clear();
    desk.push_into(&mut passed, &mut told).unwrap();
    assert!(told.is_empty() && desk.stub.service().calls("PATCH").len() == 2);
    assert_eq!(results(&desk.push()), [("accept", push::Outcome::Sent)]);
    assert_eq!(standing(&desk.there(1)), ("Active".into(), "Accepted".into()));
}

#[test]
fn what_partner_center_decided_otherwise_stands_and_is_told() {
    let mut desk = Desk::with_leads(3);
    (1..=2).for_each(|number| desk.decide(number, &accept()));
    desk.decide(3, &Change::Decline(grounds(Reason::Others)));
    let closed = |lead: &mut Value, substatus: &str| {
        (lead["status"], lead["substatus"]) = (Value::from("Closed"), Value::from(substatus));
    };
    desk.stub.service().touch(&id(1), |lead| closed(lead, "Declined"));
    desk.stub.service().touch(&id(2), |lead| {
        (lead["status"], lead["substatus"]) = (Value::from("Active"), Value::from("Accepted"));
    });
    desk.stub.service().touch(&id(3), |lead| {
        (lead["status"], lead["substatus"]) = (Value::from("Active"), Value::from("Accepted"));
    });
    let told = desk.push();
    let of = |number: usize| told.iter().find(|told| told.external_id == Some(id(number))).unwrap();
    assert_eq!(of(1).result, push::Outcome::Conflict);
    assert_eq!(of(2).result, push::Outcome::Known, "somebody accepted it there meanwhile");
    assert_eq!(of(3).result, push::Outcome::Conflict);
    assert_eq!(standing(&desk.there(3)), ("Active".into(), "Accepted".into()), "an accepted lead is not declined");
    assert_eq!(desk.lead(1).record.outcome, Some(Outcome::Declined));
    let owed: Vec<_> = (1..=3).map(|number| desk.lead(number).owed.len()).collect();
    assert_eq!(owed, [0, 0, 1]);
    // Again: the contradiction is found before anything is sent.
    let patches = desk.stub.service().calls("PATCH").len();
    let again = desk.push();
    assert_eq!(results(&again), [("decline", push::Outcome::Conflict)]);
    assert!(again[0].sentence.contains("an accepted lead is not declined"), "{}", again[0].sentence);
    assert_eq!(desk.stub.service().calls("PATCH").len(), patches);
    let said = desk.remarks(desk.lead(3).id).len();
    desk.push();
    assert_eq!(desk.remarks(desk.lead(3).id).len(), said, "the timeline is not filled with the same");
}

#[test]
fn a_lost_answer_is_looked_up_and_nothing_is_sent_twice() {
    let mut desk = Desk::with_leads(2);
    desk.decide(1, &Change::Decline(grounds(Reason::Spam)));
    desk.decide(2, &accept());
    desk.decide(2, &Change::Won { value: None, reported: false });
    let lost = Trouble { method: "PATCH", cut_after_serving: true, ..Trouble::of(0, "") };
    desk.stub.service().troubles.extend(std::iter::repeat_n(lost, 3));
    let told = desk.push();
    assert!(told.iter().all(|told| told.result == push::Outcome::Sent), "{told:?}");
    assert_eq!(desk.stub.service().calls("PATCH").len(), 3, "each patch went out once");
    assert_eq!(standing(&desk.there(2)), ("Closed".into(), "Won".into()));
    assert_eq!(desk.store.count_owed().unwrap(), 0);
}

#[test]
fn a_run_that_died_before_it_stored_the_answer_is_repeated_without_harm() {
    let mut desk = Desk::with_leads(1);
    desk.decide(1, &accept());
    // The patch of a run that was killed before its answer was stored: the version that is known here is an old one.
    desk.now = parse("2026-11-20T12:05:00Z").unwrap();
    desk.stub.service().clock = "2026-11-20T12:04:00Z".to_owned();
    desk.stub.service().touch(&id(1), |lead| {
        (lead["status"], lead["substatus"]) = (Value::from("Active"), Value::from("Accepted"));
    });
    // A push alone meets the newer version and takes it for what it is.
    assert_eq!(results(&desk.push()), [("accept", push::Outcome::Known)]);
    assert_eq!(desk.store.count_owed().unwrap(), 0);
    // A sync that lists before it pushes has nothing to send at all.
    let mut desk = Desk::with_leads(1);
    desk.decide(1, &accept());
    desk.stub.service().touch(&id(1), |lead| {
        (lead["status"], lead["substatus"]) = (Value::from("Active"), Value::from("Accepted"));
    });
    desk.pull();
    assert!(desk.push().is_empty() && desk.stub.service().calls("PATCH").is_empty());
}

#[test]
fn one_that_fails_does_not_keep_the_rest_and_a_busy_service_ends_the_run() {
    let mut desk = Desk::with_leads(3);
    (1..=3).for_each(|number| desk.decide(number, &accept()));
    let refused = |status, code| Trouble { method: "PATCH", ..Trouble::of(status, code) };
    desk.stub.service().troubles.extend([refused(400, "invalidRequest"), refused(404, "itemNotFound")]);
    let told = desk.push();
    assert_eq!(
        results(&told),
        [("accept", push::Outcome::Failed), ("accept", push::Outcome::Failed), ("accept", push::Outcome::Sent)]
    );
    assert!(told[0].sentence.contains("Partner Center refuses it (invalidRequest, 400)"), "{}", told[0].sentence);
    assert!(told[1].sentence.contains("does not know it"), "{}", told[1].sentence);
    // 429: it was not worked on, so it is sent again when the time has come.
    let busy = Trouble { retry_after: Some("3"), ..refused(429, "serviceNotAvailable") };
    desk.stub.service().troubles.push_back(busy);
    let mut told = Vec::new();
    desk.push_into(&mut BTreeSet::new(), &mut told).unwrap();
    assert!(told.iter().all(|told| told.result == push::Outcome::Sent), "{told:?}");
    assert!(desk.pace.waited.borrow().contains(&3));
    // A fault of the service's own ends the run; what is owed stays owed.
    desk.lists(1, |_, lead| lead["id"] = Value::from(id(9)));
    desk.pull();
    desk.decide(9, &accept());
    desk.stub.service().troubles.extend(std::iter::repeat_n(refused(500, "generalException"), 20));
    let (kind, _) = wire(desk.push_into(&mut BTreeSet::new(), &mut told).unwrap_err());
    assert_eq!((kind, desk.store.count_owed().unwrap()), (WireKind::Unavailable, 1));
}

#[test]
fn a_service_that_takes_a_patch_and_does_not_keep_it_is_not_believed() {
    let mut desk = Desk::with_leads(1);
    desk.decide(1, &accept());
    // A stand-in that answers 200 with the lead as it was.
    desk.stub.service().forgets_patches = true;
    let told = desk.push();
    assert_eq!(results(&told), [("accept", push::Outcome::Failed)]);
    assert!(told[0].sentence.contains("still shows the lead otherwise"), "{}", told[0].sentence);
    assert_eq!(desk.store.count_owed().unwrap(), 1);
}

#[test]
fn what_the_api_never_listed_and_corrections_are_for_the_seller_s_own_hand() {
    let mut desk = Desk::with_leads(1);
    let keep = leadbox::shell::intake::Mode::Keep;
    let sheet = "LeadId,LeadCreationDateTime,CallToAction,CustomerName\nx1,2026-11-19T08:00:00Z,Contact me,Adatum\n\
                 ,2026-11-19T08:00:00Z,Contact me,Nameless\n";
    leadbox::shell::intake::import_bytes(&mut desk.store, "a.csv", sheet.as_bytes(), None, desk.now, keep).unwrap();
    for lead in [LeadId(2), LeadId(3)] {
        desk.store.apply(&[lead], &accept(), desk.now).unwrap();
    }
    // Ticked off and undone: Partner Center was told otherwise, and takes nothing back.
    desk.decide(1, &accept());
    desk.decide(1, &Change::TickOff(None));
    desk.store.undo(true, desk.now).unwrap();
    let told = desk.push();
    assert!(told.iter().all(|told| !told.result.is_trouble()), "{told:?}");
    assert_eq!(told.iter().filter(|told| told.result == push::Outcome::ByHand).count(), 2);
    assert!(told[1].sentence.contains("has never listed this lead"), "{}", told[1].sentence);
}

#[test]
fn a_dry_run_names_every_request_and_sends_none() {
    let mut desk = Desk::with_leads(2);
    desk.decide(1, &accept());
    desk.decide(1, &Change::Won { value: None, reported: false });
    desk.decide(2, &Change::Decline(grounds(Reason::Spam)));
    let sent = desk.stub.service().seen.len();
    let lines: Vec<Value> =
        push::intended(&desk.store).unwrap().iter().map(|line| serde_json::to_value(line).unwrap()).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| format!("{} {} {}", line["method"], line["path"], line["body"][1]["value"]).replace('"', ""))
        .collect();
    let path = |number| format!("{REFERRALS}/{}", id(number));
    assert_eq!(
        told,
        [
            format!("PATCH {} Accepted", path(1)),
            format!("PATCH {} Declined", path(2)),
            format!("PATCH {} Won", path(1)),
        ]
    );
    assert_eq!(desk.stub.service().seen.len(), sent);
    // What it named is what is sent.
    desk.push();
    let service = desk.stub.service();
    let bodies: Vec<Value> =
        service.calls("PATCH").iter().map(|seen| serde_json::from_str(&seen.body).unwrap()).collect();
    assert_eq!(bodies, lines.iter().map(|line| line["body"].clone()).collect::<Vec<_>>());
    assert!(
        bodies
            .iter()
            .flat_map(|body| body.as_array().unwrap())
            .all(|operation| { ["replace", "add"].contains(&operation["op"].as_str().unwrap()) })
    );
}

#[test]
fn what_changes_there_after_a_push_arrives_although_the_clock_here_is_ahead() {
    let mut desk = Desk::with_leads(1);
    desk.decide(1, &accept());
    desk.now = parse("2026-11-20T12:30:00Z").unwrap();
    assert_eq!(results(&desk.push()), [("accept", push::Outcome::Sent)]);
    desk.stub.service().clock = "2026-11-20T12:01:00Z".to_owned();
    desk.stub.service().touch(&id(1), |lead| lead["customerProfile"]["name"] = Value::from("Nordhavn"));
    assert_eq!(desk.pull().updated, 1);
    assert_eq!(desk.lead(1).record.person.company.as_deref(), Some("Nordhavn"));
}

#[test]
fn where_a_file_told_something_newer_partner_center_is_asked_before_it_is_told() {
    let mut desk = Desk::new();
    desk.lists(1, |_, lead| (lead["status"], lead["substatus"]) = (Value::from("Active"), Value::from("Accepted")));
    // An old export that was copied just now: its words look newer than they are.
    let sheet = format!(
        "LeadId,LeadCreationDateTime,Qualification,CustomerName\n{},2026-11-18T00:01:00Z,Sales,Company 1\n",
        id(1)
    );
    let keep = leadbox::shell::intake::Mode::Keep;
    let now = desk.now;
    leadbox::shell::intake::import_bytes(&mut desk.store, "a.csv", sheet.as_bytes(), Some(now), now, keep).unwrap();
    desk.pull();
    assert_eq!(desk.lead(1).record.status, Status::Received);
    desk.decide(1, &accept());
    assert_eq!(results(&desk.push()), [("accept", push::Outcome::Known)]);
    assert!(desk.stub.service().calls("PATCH").is_empty(), "somebody else's deal is not overwritten");
    assert_eq!(desk.there(1)["name"], Value::Null);
}
