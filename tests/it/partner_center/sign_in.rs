//! Signing in by device code, access that ends, and sign-ins that are refused.

use leadbox::net::client::Client;
use leadbox::net::pace::Patience;
use leadbox::net::partner_center::PartnerCenterError;
use leadbox::net::partner_center::pull::Pulled;
use leadbox::net::partner_center::session::sign_in;
use leadbox::net::wire_error::WireKind;

use super::stub::Poll;
use super::{Desk, wire};

fn signs_in(desk: &Desk, polls: &[Poll]) -> (Result<(), PartnerCenterError>, String) {
    desk.stub.service().polls = polls.iter().copied().collect();
    let client = Client::new(Patience::default(), &desk.pace);
    let shown = std::cell::RefCell::new(String::new());
    let result = sign_in(&desk.settings, &client, &desk.pocket, &|text| shown.borrow_mut().push_str(text));
    (result, shown.into_inner())
}

#[test]
fn a_person_signs_in_while_the_program_waits() {
    let mut desk = Desk::new();
    *desk.pocket.0.borrow_mut() = None;
    let (result, shown) = signs_in(&desk, &[Poll::Pending, Poll::SlowDown, Poll::Pending, Poll::Grant]);
    result.unwrap();
    assert_eq!(
        shown,
        format!(
            "To sign in to Partner Center, open {}/link on any device and enter the code YZMY\u{fffd}LD4K (good for 15 minutes). Waiting …",
            desk.stub.base()
        ),
        "nothing of the page's own passes as a control"
    );
    assert_eq!(*desk.pace.waited.borrow(), [5, 5, 10, 10], "slower once it was asked to be");
    desk.lists(1, |_, _| ());
    assert_eq!(desk.pull().added, 1);
}

#[test]
fn whoever_refuses_or_waits_too_long_is_told_so_and_the_old_sign_in_stays() {
    let desk = Desk::new();
    let before = desk.pocket.0.borrow().clone();
    for (polls, words) in [
        (&[Poll::Pending, Poll::Denied][..], "The sign-in was declined on that page. Nothing was changed;"),
        (&[Poll::Expired][..], "The code expired before anybody signed in."),
        (&[Poll::Pending][..], "The code expired before anybody signed in."),
    ] {
        let (kind, sentence) = wire(signs_in(&desk, polls).0.unwrap_err());
        assert_eq!(kind, WireKind::Denied);
        assert!(sentence.contains(words), "{sentence}");
        assert_eq!(*desk.pocket.0.borrow(), before);
    }
    let waited: u64 = desk.pace.waited.borrow().iter().sum();
    assert!((900..1200).contains(&waited), "a page that never answers ends with its code: {waited}");
}

#[test]
fn nothing_is_asked_without_an_app_registration() {
    let mut desk = Desk::new();
    desk.settings.client_id = None;
    let (kind, sentence) = wire(signs_in(&desk, &[Poll::Grant]).0.unwrap_err());
    assert_eq!(kind, WireKind::Settings);
    assert!(sentence.contains("client_id"), "{sentence}");
    let (kind, _) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
    assert_eq!((kind, desk.stub.service().seen.len()), (WireKind::Settings, 0));
}

#[test]
fn access_that_ends_is_renewed_before_and_while_it_is_used() {
    let mut desk = Desk::new();
    desk.lists(250, |_, _| ());
    // Before: it has ended by the clock.
    desk.keep_sign_in("first", "access-0", "refresh-0", "2026-11-20T12:00:30Z");
    assert_eq!(desk.pull().added, 250);
    assert_eq!(desk.stub.service().refresh.len(), 1);
    let kept = desk.pocket.0.borrow().clone().unwrap();
    assert!(kept.contains("access-1") && kept.contains("refresh-1") && kept.contains("\"first\""), "{kept}");
    // While: the API refuses it although its time has not come, after the first page.
    desk.stub.service().access.clear();
    let mut pulled = Pulled::default();
    desk.pull_into(true, &mut pulled).unwrap();
    assert_eq!((pulled.listed, pulled.pages), (250, 3));
    let kept = desk.pocket.0.borrow().clone().unwrap();
    assert!(kept.contains("access-2") && kept.contains("refresh-2"), "{kept}");
}

#[test]
fn access_that_is_refused_in_the_middle_of_a_list_is_renewed_and_the_list_goes_on() {
    let mut desk = Desk::new();
    desk.lists(250, |_, _| ());
    let trouble = super::stub::Trouble::of(401, "unauthenticated");
    desk.stub.service().troubles.extend([trouble]);
    let pulled = desk.pull();
    assert_eq!((pulled.added, pulled.pages), (250, 3));
    let service = desk.stub.service();
    let tokens: Vec<_> = service.calls("GET").iter().map(|seen| seen.headers["authorization"].clone()).collect();
    assert_eq!(tokens, ["Bearer access-0", "Bearer access-1", "Bearer access-1", "Bearer access-1"]);
}

#[test]
fn a_sign_in_that_has_ended_asks_for_another_and_loses_nothing() {
    let mut desk = Desk::new();
    desk.lists(150, |_, _| ());
    desk.pull();
    let mut service = desk.stub.service();
    service.access.clear();
    service.refresh.clear();
    drop(service);
    let (kind, sentence) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
    assert_eq!(kind, WireKind::Denied);
    assert_eq!(
        sentence,
        "The sign-in to Partner Center has ended. Nothing was lost; sign in with `leadbox sync partner-center --sign-in`."
    );
    assert_eq!(desk.store.count().unwrap(), 150);
}

#[test]
fn a_renewed_token_that_is_refused_too_is_not_renewed_without_end() {
    let mut desk = Desk::new();
    let trouble = super::stub::Trouble::of(401, "unauthenticated");
    desk.stub.service().troubles.extend([trouble.clone(), trouble]);
    let (kind, _) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
    assert_eq!((kind, desk.stub.service().calls("GET").len()), (WireKind::Denied, 2));
}

#[test]
fn a_sign_in_is_used_for_the_account_and_address_it_was_given_for_alone() {
    let mut desk = Desk::new();
    for change in ["tenant", "client_id", "api"] {
        let mut other = desk.settings.clone();
        match change {
            "tenant" => other.tenant = "fabrikam.example".to_owned(),
            "client_id" => other.client_id = Some("9".to_owned()),
            _ => other.api = leadbox::net::base::Base::parse("http://127.0.0.1:9").unwrap(),
        }
        let own = std::mem::replace(&mut desk.settings, other);
        let (kind, sentence) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
        assert_eq!(kind, WireKind::Denied, "{change}");
        assert!(sentence.starts_with("The stored sign-in is for another"), "{sentence}");
        desk.settings = own;
    }
    *desk.pocket.0.borrow_mut() = None;
    let (_, sentence) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
    assert!(sentence.starts_with("Nobody is signed in"), "{sentence}");
    assert!(desk.stub.service().seen.is_empty());
}

#[test]
fn two_programs_that_renew_at_once_do_not_sign_each_other_out() {
    let mut desk = Desk::new();
    desk.lists(1, |_, _| ());
    desk.stub.service().access.clear();
    // Another program has used the refresh token of the session below, and kept what it got.
    desk.keep_sign_in("first", "access-0", "refresh-0", "2026-11-20T13:00:00Z");
    let added = {
        let client = Client::new(Patience::default(), &desk.pace);
        let mut session =
            leadbox::net::partner_center::session::Session::open(&desk.settings, &client, &desk.pocket).unwrap();
        desk.keep_sign_in("first", "access-9", "refresh-9", "2026-11-20T13:00:00Z");
        let mut service = desk.stub.service();
        service.refresh.clear();
        service.refresh.insert("refresh-9".to_owned());
        drop(service);
        let mut pulled = Pulled::default();
        let source = desk.settings.source();
        leadbox::net::partner_center::pull::pull(
            &mut session,
            &mut desk.store,
            &source,
            false,
            desk.now,
            &mut pulled,
            &mut |_| (),
        )
        .unwrap();
        pulled.added
    };
    assert_eq!(added, 1);
}
