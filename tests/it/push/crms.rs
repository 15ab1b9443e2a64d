//! What each CRM gets: new leads, the same again, changed ones, and those it does not take.

use leadbox::domain::crm::{Crm, PushResult, guid};
use leadbox::domain::lead::LeadId;
use leadbox::domain::leaving::LeftOut;
use leadbox::domain::push::Left;
use leadbox::domain::record::Field;
use leadbox::formats::crm::record::RecordMapping;
use leadbox::net::wire_error::WireKind;
use serde_json::json;

use super::{Desk, stub};

fn results(account: &leadbox::net::crm::Account) -> Vec<(i64, PushResult)> {
    account.told.iter().map(|told| (told.lead, told.result)).collect()
}

#[test]
fn dynamics_gets_a_lead_once_and_then_only_what_changed() {
    let mut desk = Desk::new();
    let one = desk.put("a", &[(Field::Company, "Northwind"), (Field::Description, "Move a warehouse")]);
    desk.put("b", &[(Field::LastName, "")]);
    desk.accept(one);
    let account = desk.push(Crm::Dynamics);
    assert_eq!(results(&account), [(2, PushResult::Created), (1, PushResult::Created)]);
    assert_eq!(account.notes.len(), 3, "{:?}", account.notes);
    let id = guid(&desk.lead(one));
    let row = desk.stub.crms().rows[&id].clone();
    assert_eq!((&row["companyname"], &row["leadsourcecode"]), (&json!("Northwind"), &json!(8)));
    assert_eq!(desk.stub.crms().rows[&guid(&desk.lead(LeadId(2)))]["lastname"], "[not provided]");
    assert_eq!(desk.lead(one).seller.deal.unwrap().crm_id, Some(id.clone()));
    assert_eq!(desk.told(one), format!("created in Dynamics 365 as {id}"));

    let before = desk.calls();
    let account = desk.push(Crm::Dynamics);
    assert_eq!((account.unchanged, desk.calls()), (2, before), "nothing is sent again");
    assert_eq!(account.notes, Vec::<String>::new(), "nothing was filled in for what was not sent");

    // Somebody mends the telephone in Dynamics; what did not change here is left to them.
    desk.stub.crms().rows.get_mut(&id).unwrap().insert("telephone1".into(), json!("their own"));
    desk.put("a", &[(Field::Company, "Northwind Traders"), (Field::Description, "Move a warehouse")]);
    let account = desk.push(Crm::Dynamics);
    assert_eq!((results(&account), account.unchanged), (vec![(1, PushResult::Updated)], 1));
    let crms = desk.stub.crms();
    let sent = crms.calls().last().unwrap().json();
    assert_eq!(sent, json!({ "companyname": "Northwind Traders" }), "the deal's own name stays the topic");
    assert_eq!(crms.rows[&id]["telephone1"], "their own");
}

#[test]
fn what_dynamics_has_already_is_not_overwritten_and_what_it_lost_is_not_made_again() {
    let mut desk = Desk::new();
    let one = desk.put("a", &[(Field::Company, "Northwind")]);
    let id = guid(&desk.lead(one));
    let there = json!({ "companyname": "theirs" }).as_object().unwrap().clone();
    desk.stub.crms().rows.insert(id.clone(), there);
    let account = desk.push(Crm::Dynamics);
    assert_eq!(results(&account), [(1, PushResult::Known)]);
    assert!(desk.told(one).contains("nothing was overwritten"));
    let calls = desk.calls();
    desk.put("a", &[(Field::Company, "Northwind Traders")]);
    desk.accept(one);
    assert_eq!(desk.push(Crm::Dynamics).left, [(one, Left::Theirs)], "what changes here is not written over it either");
    assert_eq!((desk.dry_run(Crm::Dynamics).1.left, desk.calls()), (vec![(one, Left::Theirs)], calls));
    assert_eq!(desk.stub.crms().rows[&id]["companyname"], "theirs");
    assert_eq!(desk.lead(one).seller.deal.unwrap().crm_id, Some(id.clone()), "it is this lead's all the same");
    desk.again = true;
    assert_eq!(results(&desk.push(Crm::Dynamics)), [(1, PushResult::Updated)], "the seller wants it");
    assert_eq!(desk.stub.crms().rows[&id]["companyname"], "Northwind Traders");
    desk.again = false;
    desk.put("a", &[(Field::Company, "Northwind Trading")]);
    assert_eq!(results(&desk.push(Crm::Dynamics)), [(1, PushResult::Updated)]);
    desk.stub.crms().rows.clear();
    desk.put("a", &[(Field::Company, "Northwind")]);
    let account = desk.push(Crm::Dynamics);
    assert_eq!(results(&account), [(1, PushResult::Refused)]);
    assert!(account.told[0].sentence.contains("--again makes it anew") && desk.stub.crms().rows.is_empty());
    desk.again = true;
    assert_eq!(results(&desk.push(Crm::Dynamics)), [(1, PushResult::Updated)]);
    assert_eq!(desk.stub.crms().rows[&id]["companyname"], "Northwind");
}

#[test]
fn a_record_with_another_id_that_dynamics_takes_for_the_same_is_left_alone() {
    for (status, code) in [(412, "0x80060892"), (412, "0x80040333")] {
        let mut desk = Desk::new();
        let one = desk.put("a", &[(Field::Company, "Northwind")]);
        desk.accept(one);
        let body = json!({ "error": { "code": code, "message": "A record with the same value already exists." } });
        desk.stub.crms().troubles.push_back(Some(stub::Trouble { body, ..stub::Trouble::of(status) }));
        let account = desk.push(Crm::Dynamics);
        assert_eq!((results(&account), &account.told[0].remote), (vec![(1, PushResult::Known)], &None), "{code}");
        assert_eq!(desk.told(one), "in Dynamics 365 already; nothing was overwritten");
        assert_eq!(desk.lead(one).seller.deal.unwrap().crm_id, None, "our id names no record");
        desk.put("a", &[(Field::Company, "Northwind Traders")]);
        let calls = desk.calls();
        assert_eq!((desk.push(Crm::Dynamics).left, desk.calls()), (vec![(one, Left::Theirs)], calls), "{code}");
        desk.again = true;
        assert_eq!(results(&desk.push(Crm::Dynamics)), [(1, PushResult::Updated)], "somebody made room for it");
        assert_eq!(desk.lead(one).seller.deal.unwrap().crm_id, Some(guid(&desk.lead(one))));
    }
}

#[test]
fn one_lead_that_is_refused_does_not_keep_the_rest_and_is_tried_again() {
    for crm in [Crm::Dynamics, Crm::Marketo, Crm::Hubspot] {
        for multi_status in [false, true] {
            let mut desk = Desk::new();
            desk.stub.crms().multi_status = multi_status;
            for id in ["a", "b", "refuse-c", "d", "e"] {
                desk.put(id, &[(Field::Company, id)]);
            }
            let account = desk.push(crm);
            assert_eq!((account.count(PushResult::Created), account.count(PushResult::Refused)), (4, 1), "{crm:?}");
            let refused = account.told.iter().find(|told| told.result == PushResult::Refused).unwrap();
            assert_eq!(refused.lead, 3);
            assert!(!refused.sentence.contains("@northwind"), "{}", refused.sentence);
            let told = desk.told(LeadId(3));
            assert!(told.starts_with(&format!("refused by {}: ", crm.title())) && !told.contains('@'), "{told}");
            let again = desk.push(crm);
            assert_eq!((again.unchanged, results(&again)), (4, vec![(3, PushResult::Refused)]), "{crm:?}");
            let crms = desk.stub.crms();
            assert_eq!(crms.rows.len() + crms.people.len() + crms.contacts.len(), 4, "{crm:?}");
        }
    }
}

#[test]
fn people_are_sent_in_batches_the_newest_lead_of_each() {
    for crm in [Crm::Marketo, Crm::Hubspot] {
        let mut desk = Desk::new();
        for number in 0..250 {
            desk.put(&format!("p{number}"), &[]);
        }
        let older = LeadId(250);
        let newer =
            desk.put("newer", &[(Field::Email, "P249@northwind.example"), (Field::Created, "2026-11-20T09:00:00Z")]);
        let none = desk.put("none", &[(Field::Email, ""), (Field::Phone, "+49 30 5550 0100")]);
        let odd = desk.put("odd", &[(Field::Email, "nobody")]);
        let account = desk.push(crm);
        assert_eq!(account.count(PushResult::Created), 250, "{crm:?}");
        let left = [(odd, Left::NoEmail), (none, Left::NoEmail), (older, Left::Older(LeadId(0)))];
        assert_eq!(account.left, left);
        let most = if crm == Crm::Marketo { 1 } else { 3 };
        assert_eq!(desk.calls(), most);
        let account = desk.push(crm);
        assert_eq!((account.unchanged, desk.calls()), (250, most), "{crm:?}");
        assert_eq!(account.left[2], (older, Left::Older(newer)));
        desk.put("p7", &[(Field::Company, "Fabrikam")]);
        let account = desk.push(crm);
        assert_eq!(results(&account), [(8, PushResult::Updated)]);
        let crms = desk.stub.crms();
        let sent = crms.calls().last().unwrap().json();
        match crm {
            Crm::Marketo => {
                assert_eq!((&sent["action"], &sent["lookupField"]), (&json!("updateOnly"), &json!("id")));
                assert_eq!(sent["input"][0]["company"], "Fabrikam");
                assert_eq!(sent["input"][0].as_object().unwrap().len(), 2, "the id and what changed");
            }
            _ => assert_eq!(sent["inputs"][0]["properties"], json!({ "company": "Fabrikam" })),
        }
    }
}

#[test]
fn who_asked_not_to_be_contacted_and_who_is_expired_stays_here() {
    for crm in Crm::ALL {
        let mut desk = Desk::new();
        let dnc = desk.put("dnc", &[(Field::CallToAction, ""), (Field::LeadSource, "AppSource-DNC|contoso.x")]);
        let expired = desk.put("old", &[(Field::Created, "2026-10-01T09:00:00Z")]);
        let valid = desk.put("valid", &[(Field::LeadType, "Offer"), (Field::EmailValidity, "Valid")]);
        desk.choice.only_valid = true;
        let account = desk.push(crm);
        let sent = if crm == Crm::Salesforce { PushResult::Sent } else { PushResult::Created };
        assert_eq!(results(&account), [(valid.0, sent)]);
        assert_eq!(account.left[1], (dnc, Left::LeftOut(LeftOut::DoNotContact)));
        desk.choice.only_valid = false;
        desk.choice.include_dnc = true;
        let account = desk.push(crm);
        assert_eq!((results(&account), account.left), (vec![(dnc.0, sent)], vec![(expired, Left::Expired)]));
        let crms = desk.stub.crms();
        let body = &crms.calls().last().unwrap().body;
        let mark = match crm {
            Crm::Salesforce => "emailOptOut=1&doNotCall=1",
            Crm::Dynamics => "\"donotemail\":true",
            Crm::Marketo => "\"unsubscribed\":true",
            Crm::Hubspot => "dnc@northwind.example",
        };
        assert!(body.contains(mark), "{body}");
        assert!(!crms.seen.iter().any(|seen| seen.body.contains("old@northwind")), "an expired lead's contacts stay");
    }
}

#[test]
fn salesforce_is_posted_each_lead_once_and_says_nothing_of_it() {
    let mut desk = Desk::new();
    let one = desk.put("a", &[(Field::Company, "Zoë & Co"), (Field::OfferId, "contoso.sql-backup")]);
    desk.accept(one);
    assert_eq!(results(&desk.push(Crm::Salesforce)), [(1, PushResult::Sent)]);
    let posted = desk.stub.crms().posted[0].clone();
    assert_eq!((posted["company"].as_str(), posted["last_name"].as_str()), ("Zoë & Co", "Souza"));
    assert!(posted["description"].contains("Offer id: contoso.sql-backup"), "{posted:?}");
    assert!(desk.told(one).ends_with("does not say whether it made a lead of it"));
    assert_eq!(desk.lead(one).seller.deal.unwrap().crm_id, None);
    let account = desk.push(Crm::Salesforce);
    assert_eq!((account.unchanged, desk.calls()), (1, 1));
    desk.put("a", &[(Field::Company, "Zoë & Söhne")]);
    assert_eq!(desk.push(Crm::Salesforce).left, [(one, Left::Fixed)]);
    assert_eq!(desk.calls(), 1, "a form takes nothing back");
    desk.again = true;
    assert_eq!(results(&desk.push(Crm::Salesforce)), [(1, PushResult::Sent)]);
    assert_eq!(desk.stub.crms().posted[1]["company"], "Zoë & Söhne");
}

#[test]
fn salesforce_that_cannot_work_with_a_lead_gets_no_more_of_them() {
    let mut desk = Desk::new();
    for id in ["a", "b", "c"] {
        desk.put(id, &[]);
    }
    desk.stub.crms().is_processed = Some("true Exception:common.exception.SalesforceGenericException");
    let account = desk.push(Crm::Salesforce);
    assert_eq!((results(&account), account.waiting), (vec![(3, PushResult::Rejected)], 2));
    assert!(account.ended.unwrap().contains("check oid"));
    desk.stub.crms().is_processed = Some("true");
    let account = desk.push(Crm::Salesforce);
    assert_eq!(results(&account), [(2, PushResult::Sent), (1, PushResult::Sent)]);
    assert_eq!(account.left, [(LeadId(3), Left::Rejected)], "it may be there all the same");
    desk.again = true;
    assert_eq!(desk.push(Crm::Salesforce).count(PushResult::Sent), 3);
}

#[test]
fn a_dry_run_shows_what_would_be_sent_and_sends_and_stores_nothing() {
    for crm in Crm::ALL {
        let mut desk = Desk::new();
        let one = desk.put("a", &[(Field::Company, "Northwind")]);
        desk.put("old", &[(Field::Created, "2026-10-01T09:00:00Z")]);
        let (requests, account) = desk.dry_run(crm);
        assert_eq!((requests.len(), account.left.len(), requests[0].leads.as_slice()), (1, 1, &[1][..]));
        assert_eq!((desk.stub.crms().seen.len(), desk.store.timeline(one).unwrap().len()), (0, 1), "{crm:?}");
        desk.push(crm);
        let crms = desk.stub.crms();
        let sent = crms.calls()[0];
        assert!(requests[0].path.starts_with(&sent.path) && requests[0].method == sent.method);
        let body = if crm == Crm::Salesforce { json!(sent.form()) } else { sent.json() };
        assert_eq!(requests[0].body, body, "what is shown is what is sent");
        drop(crms);
        let (requests, account) = desk.dry_run(crm);
        assert_eq!((requests.len(), account.unchanged), (0, 1));
    }
}

#[test]
fn a_deal_that_was_made_after_a_push_gets_its_id_and_nothing_is_sent() {
    let mut desk = Desk::new();
    let one = desk.put("a", &[]);
    let account = desk.push(Crm::Hubspot);
    let id = account.told[0].remote.clone();
    desk.accept(one);
    let before = desk.calls();
    assert_eq!(desk.push(Crm::Hubspot).unchanged, 1);
    assert_eq!((desk.lead(one).seller.deal.unwrap().crm_id, desk.calls()), (id, before));
}

#[test]
fn a_field_that_the_crm_does_not_know_ends_the_run_where_it_says_so() {
    let mut desk = Desk::new();
    desk.put("a", &[]);
    desk.stub.crms().troubles.push_back(Some(stub::Trouble {
        body: json!({ "success": false, "errors": [{ "code": "1006", "message": "Field 'x' not found" }] }),
        ..stub::Trouble::of(200)
    }));
    let (account, error) = desk.push_fails(Crm::Marketo);
    assert!(error.kind == WireKind::Refused && error.sentence.contains("Field 'x' not found"), "{error}");
    assert_eq!((account.waiting, account.told.len()), (1, 0));
    assert_eq!(desk.push(Crm::Marketo).count(PushResult::Created), 1, "nothing of it was carried out");
}

#[test]
fn a_mapping_may_send_the_key_that_files_hold_too() {
    let mut desk = Desk::new();
    let key = "\n[[field]]\nname = \"00N_leadbox_id\"\nfrom = \"leadbox_id\"\n";
    desk.mapping = Some(format!("{}{key}", RecordMapping::own_text(Crm::Salesforce)));
    let one = desk.put("a", &[]);
    desk.push(Crm::Salesforce);
    let sent = desk.stub.crms().posted[0]["00N_leadbox_id"].clone();
    assert_eq!(sent, desk.store.lead_keys().unwrap().of(&desk.lead(one)));
    assert!(sent.starts_with("leadbox-") && sent.ends_with(&format!("-{one}")), "{sent}");
    assert_eq!(desk.push(Crm::Salesforce).unchanged, 1);
}
