//! Rates, days, tokens and cuts: what a run does when a CRM is busy, when its token ends, and when it is cut off anywhere.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use leadbox::domain::crm::{Crm, PushResult};
use leadbox::domain::lead::LeadId;
use leadbox::domain::leaving::LeftOut;
use leadbox::domain::push::Left;
use leadbox::domain::record::Field;
use leadbox::net::wire_error::WireKind;
use leadbox::store::Sending;
use serde_json::json;

use super::stub::Trouble;
use super::{Desk, stub};

fn filled(leads: usize) -> Desk {
    let mut desk = Desk::new();
    for number in 1..=leads {
        desk.put(&format!("p{number}"), &[]);
    }
    desk
}

/// How many records the stub holds of a CRM.
fn records(desk: &Desk, crm: Crm) -> usize {
    let crms = desk.stub.crms();
    match crm {
        Crm::Salesforce => crms.posted.len(),
        Crm::Dynamics => crms.rows.len(),
        Crm::Marketo => crms.people.len(),
        Crm::Hubspot => crms.contacts.len(),
    }
}

fn waited(desk: &Desk) -> Vec<u64> {
    desk.pace.waited.borrow().iter().filter(|span| span.as_secs() > 0).map(Duration::as_secs).collect()
}

#[test]
fn a_busy_crm_is_asked_again_after_as_long_as_it_says() {
    for crm in Crm::ALL {
        let mut desk = filled(1);
        let busy = Trouble { headers: vec![("Retry-After", "17".into())], ..Trouble::of(429) };
        desk.stub.crms().troubles.push_back(Some(busy));
        let account = desk.push(crm);
        assert_eq!((account.told.len(), waited(&desk), records(&desk, crm)), (1, vec![17], 1), "{crm:?}");
        assert!(desk.pace.told.borrow()[0].ends_with("answers 429. Trying again in 17 s."));
    }
}

#[test]
fn a_crm_that_stays_busy_is_left_for_later_and_what_waits_is_sent_then() {
    for crm in Crm::ALL {
        let mut desk = filled(3);
        let long = Trouble { headers: vec![("Retry-After", "3600".into())], ..Trouble::of(429) };
        let through = usize::from(matches!(crm, Crm::Salesforce | Crm::Dynamics));
        desk.stub.crms().troubles.extend(vec![None; through]);
        desk.stub.crms().troubles.push_back(Some(long));
        let (account, error) = desk.push_fails(crm);
        assert_eq!(
            (error.kind, account.told.len(), account.waiting),
            (WireKind::Limited, through, 3 - through),
            "{crm:?}"
        );
        let account = desk.push(crm);
        assert_eq!((account.told.len(), account.unchanged, records(&desk, crm)), (3 - through, through, 3), "{crm:?}");
    }
}

#[test]
fn marketo_tells_its_rates_inside_a_200() {
    let mut desk = filled(1);
    let error = |code: &str| {
        let body = json!({ "requestId": "1", "success": false, "errors": [{ "code": code, "message": "no" }] });
        Some(Trouble { body, ..Trouble::of(200) })
    };
    desk.stub.crms().troubles.extend([error("606"), error("615"), error("611")]);
    assert_eq!(desk.push(Crm::Marketo).count(PushResult::Created), 1);
    assert_eq!(waited(&desk), [20, 2, 5]);
    desk.put("late", &[]);
    desk.stub.crms().troubles.push_back(error("607"));
    let (_, said) = desk.push_fails(Crm::Marketo);
    assert!(said.kind == WireKind::Limited && said.sentence.contains("used up"), "{said}");
    desk.stub.crms().troubles.extend((0..7).map(|_| error("606")));
    let (_, said) = desk.push_fails(Crm::Marketo);
    assert!(said.kind == WireKind::Limited && said.sentence.contains("for long"), "{said}");
    assert_eq!(desk.push(Crm::Marketo).count(PushResult::Created), 1);
}

#[test]
fn requests_keep_the_documented_rate() {
    for (crm, leads, least) in [(Crm::Dynamics, 5, 50), (Crm::Hubspot, 450, 100), (Crm::Marketo, 900, 200)] {
        let mut desk = filled(leads);
        desk.push(crm);
        let calls = desk.calls() as u128;
        assert!(desk.pace.passed_millis() >= (calls - 1) * least, "{crm:?}");
    }
}

impl super::Still {
    fn passed_millis(&self) -> u128 {
        self.waited.borrow().iter().map(Duration::as_millis).sum()
    }
}

#[test]
fn a_token_that_ends_on_the_way_is_renewed_and_a_refused_sign_in_sends_nothing() {
    for crm in [Crm::Dynamics, Crm::Marketo] {
        let mut desk = filled(2);
        assert_eq!(desk.push(crm).count(PushResult::Created), 2);
        assert_eq!(desk.stub.crms().sign_ins(), 1, "{crm:?}");
        // It lives for half a minute: every request needs a new one.
        desk.put("third", &[]);
        desk.stub.crms().lifetime = 30;
        assert_eq!(desk.push(crm).count(PushResult::Created), 1);
        // It is taken away in between.
        desk.put("fourth", &[]);
        desk.stub.crms().lifetime = 3599;
        let gone = match crm {
            Crm::Dynamics => Trouble::of(401),
            _ => Trouble {
                body: json!({ "success": false, "errors": [{ "code": "602", "message": "Access token expired" }] }),
                ..Trouble::of(200)
            },
        };
        desk.stub.crms().troubles.push_back(Some(gone.clone()));
        let before = desk.stub.crms().sign_ins();
        assert_eq!(desk.push(crm).count(PushResult::Created), 1);
        assert_eq!(desk.stub.crms().sign_ins(), before + 2, "{crm:?}");
        desk.put("fifth", &[]);
        desk.stub.crms().troubles.extend([Some(gone.clone()), Some(gone)]);
        let (_, error) = desk.push_fails(crm);
        assert_eq!(error.kind, WireKind::Denied);
        desk.secret = "another";
        let calls = desk.calls();
        let (account, error) = desk.push_fails(crm);
        assert_eq!((error.kind, desk.calls(), account.told.len()), (WireKind::Denied, calls, 0), "{crm:?}");
        assert!(error.sentence.contains("invalid_client") && !error.sentence.contains("canary"), "{error}");
        desk.secret = stub::SECRET;
        assert_eq!((desk.push(crm).count(PushResult::Created), records(&desk, crm)), (1, 5), "{crm:?}");
    }
}

#[test]
fn an_answer_that_is_lost_makes_no_second_record() {
    for crm in [Crm::Dynamics, Crm::Marketo, Crm::Hubspot] {
        let mut desk = filled(2);
        let cut = Trouble { cut_after_serving: true, ..Trouble::default() };
        desk.stub.crms().troubles.push_back(Some(cut));
        let account = desk.push(crm);
        assert_eq!((account.told.len(), records(&desk, crm)), (2, 2), "{crm:?}");
        assert!(!account.told.iter().any(|told| told.result.is_trouble()), "{:?}", account.told);
    }
}

#[test]
fn a_form_whose_answer_is_lost_is_doubted_and_never_posted_twice_by_itself() {
    let mut desk = filled(3);
    let cut = Trouble { cut_after_serving: true, ..Trouble::default() };
    desk.stub.crms().troubles.extend([None, Some(cut)]);
    let (account, error) = desk.push_fails(Crm::Salesforce);
    assert_eq!((error.kind, account.waiting), (WireKind::Unavailable, 1));
    assert_eq!(account.count(PushResult::Doubted), 1);
    assert_eq!(desk.told(LeadId(2)), "may have been sent to Salesforce: no answer came");
    let account = desk.push(Crm::Salesforce);
    assert_eq!((account.count(PushResult::Sent), account.unchanged), (1, 1));
    assert_eq!(account.left, [(LeadId(2), Left::Doubted)]);
    assert_eq!(records(&desk, Crm::Salesforce), 3, "each once");
    desk.again = true;
    desk.push(Crm::Salesforce);
    assert_eq!(records(&desk, Crm::Salesforce), 6, "only where the seller wants it");
}

#[test]
fn a_run_that_was_killed_after_a_request_went_out_goes_on_without_a_double() {
    for crm in Crm::ALL {
        let mut desk = filled(2);
        // As a kill leaves it: noted as under way, carried out there, and no answer noted.
        desk.push(crm);
        let target = desk.with(crm, |_, courier, _| courier.target());
        let state = desk.store.push_state(&target, LeadId(1)).unwrap().unwrap();
        let mut killed = filled(2);
        killed.stub = desk.stub.clone();
        let fields = state.fields.unwrap();
        killed
            .store
            .begin_push(
                &target,
                &[Sending { lead: LeadId(1), known: None, fields, remote: None }],
                crm == Crm::Salesforce,
                super::now(),
            )
            .unwrap();
        let account = killed.push(crm);
        let of = |lead| account.told.iter().find(|told| told.lead == lead).unwrap().result;
        match crm {
            Crm::Salesforce => {
                assert_eq!((of(1), of(2)), (PushResult::Doubted, PushResult::Sent));
                assert!(account.told.iter().any(|told| told.sentence.contains("may have been sent")));
                assert_eq!(killed.push(crm).left, [(LeadId(1), Left::Doubted)]);
                assert_eq!(
                    killed.stub.crms().posted.len(),
                    3,
                    "lead 2 is new to this store, lead 1 is not posted again"
                );
            }
            Crm::Dynamics => assert_eq!((of(1), of(2)), (PushResult::Created, PushResult::Known)),
            _ => assert_eq!((of(1), of(2)), (PushResult::Updated, PushResult::Updated)),
        }
        if crm != Crm::Salesforce {
            assert_eq!(records(&killed, crm), 2, "{crm:?}");
        }
    }
}

#[test]
fn what_changed_after_a_kill_is_sent_to_dynamics_too() {
    let mut desk = Desk::new();
    desk.put("a", &[(Field::Company, "Northwind")]);
    desk.push(Crm::Dynamics);
    let target = desk.with(Crm::Dynamics, |_, courier, _| courier.target());
    let fields = desk.store.push_state(&target, LeadId(1)).unwrap().unwrap().fields.unwrap();
    let mut killed = Desk::new();
    killed.stub = desk.stub.clone();
    killed.put("a", &[(Field::Company, "Northwind Traders")]);
    killed
        .store
        .begin_push(&target, &[Sending { lead: LeadId(1), known: None, fields, remote: None }], false, super::now())
        .unwrap();
    let account = killed.push(Crm::Dynamics);
    assert_eq!(account.told[0].result, PushResult::Updated);
    let crms = killed.stub.crms();
    assert_eq!(crms.rows.values().next().unwrap()["companyname"], "Northwind Traders");
    let sent = crms.calls().last().unwrap().json();
    assert_eq!(sent.as_object().unwrap().len(), 2, "topic and company alone: {sent}");
}

#[test]
fn the_day_of_salesforce_is_kept_and_the_next_one_goes_on() {
    let mut desk = filled(5);
    desk.daily_cap = 2;
    let (account, error) = desk.push_fails(Crm::Salesforce);
    assert_eq!((account.count(PushResult::Sent), account.waiting, error.kind), (2, 3, WireKind::Limited));
    assert!(error.sentence.contains("2 leads were posted") && error.sentence.contains("in 24 h"), "{error}");
    desk.pace.later.set(23 * 3600);
    let (account, error) = desk.push_fails(Crm::Salesforce);
    assert_eq!((account.told.len(), account.unchanged), (0, 2));
    assert!(error.sentence.contains("in 1 h"), "{error}");
    desk.pace.later.set(24 * 3600 + 1);
    let (account, _) = desk.push_fails(Crm::Salesforce);
    assert_eq!((account.count(PushResult::Sent), account.unchanged, account.waiting), (2, 2, 1));
    desk.again = true;
    let (account, _) = desk.push_fails(Crm::Salesforce);
    assert_eq!(account.told.len(), 0, "--again does not go past the day either");
}

#[test]
fn an_end_that_was_asked_for_comes_between_two_requests() {
    for crm in [Crm::Salesforce, Crm::Dynamics] {
        let mut desk = filled(4);
        desk.stub.crms().stop_after = Some((2, Arc::clone(&desk.pace.stopped)));
        let (account, error) = desk.push_fails(crm);
        assert_eq!((error.kind, account.told.len(), account.waiting), (WireKind::Stopped, 2, 2), "{crm:?}");
        desk.stub.crms().stop_after = None;
        desk.pace.stopped.store(false, Ordering::SeqCst);
        let account = desk.push(crm);
        assert_eq!((account.told.len(), account.unchanged, records(&desk, crm)), (2, 2, 4), "{crm:?}");
    }
}

#[test]
fn a_service_that_is_gone_leaves_no_doubt() {
    for crm in Crm::ALL {
        let mut desk = filled(1);
        let real = desk.stub.clone();
        desk.stub = stub::Stub::gone();
        let (account, error) = desk.push_fails(crm);
        assert_eq!((error.kind, account.told.len()), (WireKind::Unavailable, 0), "{crm:?}");
        assert_eq!(desk.store.timeline(LeadId(1)).unwrap().len(), 1);
        desk.stub = real;
        assert_eq!(desk.push(crm).told.len(), 1);
    }
}

#[test]
fn answers_that_make_no_sense_and_redirects_end_the_run() {
    for crm in [Crm::Dynamics, Crm::Marketo, Crm::Hubspot] {
        let mut desk = filled(1);
        let moved = Trouble { headers: vec![("Location", "http://127.0.0.1:1/".into())], ..Trouble::of(302) };
        desk.stub.crms().troubles.push_back(Some(moved));
        let (_, error) = desk.push_fails(crm);
        assert_eq!(error.kind, WireKind::Settings, "{crm:?}");
        if crm != Crm::Dynamics {
            desk.stub.crms().troubles.push_back(Some(Trouble { body: json!("<html>"), ..Trouble::of(200) }));
            let (_, error) = desk.push_fails(crm);
            assert!(error.kind == WireKind::Refused && error.sentence.contains("cannot be read"), "{error}");
        }
        assert_eq!((desk.push(crm).told.len(), records(&desk, crm)), (1, 1), "{crm:?}");
    }
}

#[test]
fn a_limit_counts_what_is_sent_so_that_repeating_it_goes_on() {
    for crm in Crm::ALL {
        let mut desk = filled(5);
        let dnc = desk.put("dnc", &[(Field::CallToAction, ""), (Field::LeadSource, "AppSource-DNC|contoso.x")]);
        desk.most = Some(2);
        let (requests, account) = desk.dry_run(crm);
        let shown: Vec<i64> = requests.iter().flat_map(|request| request.leads.clone()).collect();
        assert_eq!((shown, account.beyond, account.left.len()), (vec![5, 4], 3, 1), "{crm:?}");
        for (sent, beyond) in [(vec![5, 4], 3), (vec![3, 2], 1), (vec![1], 0), (vec![], 0)] {
            let account = desk.push(crm);
            let told: Vec<i64> = account.told.iter().map(|told| told.lead).collect();
            assert_eq!((told, account.beyond, account.waiting), (sent, beyond, 0), "{crm:?}");
            assert_eq!(account.left, [(dnc, Left::LeftOut(LeftOut::DoNotContact))]);
        }
        desk.most = Some(0);
        let account = desk.push(crm);
        assert_eq!((account.beyond, account.left.len() + account.unchanged), (6, 0), "{crm:?}");
        assert_eq!(records(&desk, crm), 5);
    }
}
