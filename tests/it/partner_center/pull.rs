//! Listing: every page, only what changed, after a cut, through a busy service, and nothing to another host.

use leadbox::domain::moment::parse;
use leadbox::domain::vocabulary::{Qualification, ReceivedVia, Status};
use leadbox::net::partner_center::pull::Pulled;
use leadbox::net::wire_error::WireKind;
use serde_json::{Value, json};

use super::stub::{Trouble, id, lead};
use super::{Desk, wire};

#[test]
fn every_page_is_read_from_our_own_base_by_the_token_of_the_link() {
    let mut desk = Desk::new();
    desk.lists(250, |_, _| ());
    let pulled = desk.pull();
    assert_eq!((pulled.pages, pulled.listed, pulled.added), (3, 250, 250));
    assert_eq!(desk.store.count().unwrap(), 250);
    let service = desk.stub.service();
    let asked = service.calls("GET");
    assert_eq!(asked.len(), 3);
    assert_eq!(
        asked[0].query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>(),
        ["$filter=direction eq 'Incoming'", "$orderby=updatedDateTime", "$top=100"]
    );
    for next in &asked[1..] {
        assert_eq!(next.query.len(), 1);
        assert!(next.query["$skiptoken"].starts_with("page="), "the token comes whole: {:?}", next.query);
    }
    drop(service);
    let first = desk.lead(1);
    assert_eq!((first.receipt.via, first.record.qualification), (ReceivedVia::Referrals, Qualification::Sales));
    assert_eq!(first.record.person.email.as_deref(), Some("freja1@nordhavn.example"));
    assert_eq!(desk.store.etag(first.id).unwrap().as_deref(), Some("\"00000001-0000-0000-0000-000000000000\""));
}

#[test]
fn the_next_sync_asks_only_for_what_changed_and_twice_does_no_harm() {
    let mut desk = Desk::new();
    desk.lists(3, |_, _| ());
    desk.pull();
    let again = desk.pull();
    assert_eq!((again.listed, again.added, again.updated), (3, 0, 0), "the overlap is listed again");
    desk.stub.service().touch(&id(2), |lead| lead["status"] = Value::from("Active"));
    desk.stub.service().referral(&id(2))["substatus"] = Value::from("Accepted");
    desk.now = parse("2026-11-20T13:00:00Z").unwrap();
    let pulled = desk.pull();
    assert_eq!((pulled.updated, pulled.added), (1, 0));
    assert_eq!(desk.lead(2).record.status, Status::Accepted);
    let service = desk.stub.service();
    let filters: Vec<_> = service.calls("GET").iter().map(|seen| seen.query["$filter"].clone()).collect();
    let since = "direction eq 'Incoming' and updatedDateTime ge 2026-11-17T23:53:00Z";
    assert_eq!(filters, ["direction eq 'Incoming'", since, since]);
    drop(service);
    desk.pull();
    let service = desk.stub.service();
    let last = service.calls("GET").last().unwrap().query["$filter"].clone();
    assert_eq!(last, "direction eq 'Incoming' and updatedDateTime ge 2026-11-20T11:50:00Z");
}

#[test]
fn a_change_dated_in_the_future_does_not_hide_those_before_it() {
    let mut desk = Desk::new();
    desk.lists(1, |_, lead| lead["updatedDateTime"] = Value::from("2036-01-01T00:00:00Z"));
    desk.pull();
    desk.lists(2, |number, lead| {
        lead["id"] = Value::from(id(10 + number));
        lead["updatedDateTime"] = Value::from("2026-11-20T12:30:00Z");
    });
    desk.now = parse("2026-11-20T13:00:00Z").unwrap();
    assert_eq!(desk.pull().added, 2);
}

#[test]
fn what_is_no_lead_is_left_out_and_counted_and_what_cannot_be_read_is_named() {
    let mut desk = Desk::new();
    desk.stub.service().referrals = vec![
        lead(1, |_| ()),
        lead(2, |lead| lead["inviteContext"]["invitedBy"]["organizationId"] = Value::from("another")),
        lead(3, |lead| lead["type"] = Value::from("Shared")),
        lead(4, |lead| {
            lead["qualification"] = Value::from("Direct");
            lead["inviteContext"] = Value::Null;
            lead["eTag"] = Value::Null;
            lead["new name"] = json!({ "of": ["2027"] });
        }),
        lead(5, |lead| lead["createdDateTime"] = Value::from("yesterday")),
    ];
    // The stub orders by the creation date only where it is asked to; the unreadable one stands last.
    let pulled = desk.pull();
    assert_eq!((pulled.listed, pulled.added, pulled.skipped, pulled.rejected), (5, 2, 2, 1));
    assert_eq!(pulled.listed, pulled.added + pulled.updated + pulled.unchanged + pulled.skipped + pulled.rejected);
    assert_eq!(pulled.rejects[0].id, Some(id(5)));
    assert_eq!(desk.lead(4).record.qualification, Qualification::Direct);
    assert_eq!(desk.store.etag(desk.lead(4).id).unwrap().as_deref(), Some(""), "known to the API, version unknown");
}

#[test]
fn a_run_that_was_cut_goes_on_where_it_stopped() {
    let mut desk = Desk::new();
    desk.lists(350, |_, _| ());
    let fault = Trouble::of(400, "invalidRequest");
    // Two pages are read, then the network is gone for good.
    let mut served = Pulled::default();
    let gone = || Trouble { method: "GET", cut_after_serving: true, ..Trouble::of(0, "") };
    desk.pull_until(2, &mut served);
    assert_eq!((served.pages, desk.store.count().unwrap()), (2, 200));
    desk.stub.service().troubles.extend(std::iter::repeat_with(gone).take(8));
    let (kind, _) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
    assert_eq!((kind, desk.store.count().unwrap()), (WireKind::Unavailable, 200));
    desk.stub.service().troubles.clear();
    // A further start of the program: it asks for the third page at once.
    let rest = desk.pull();
    assert_eq!((rest.pages, rest.added, desk.store.count().unwrap()), (2, 150, 350));
    let listed = desk.stub.service().calls("GET").iter().filter(|seen| seen.query.contains_key("$filter")).count();
    assert_eq!(listed, 1, "the list was begun once");
    // A place that is forgotten there: the run begins again.
    let mut desk = Desk::new();
    desk.lists(350, |_, _| ());
    desk.pull_until(2, &mut Pulled::default());
    desk.stub.service().troubles.push_back(fault);
    let rest = desk.pull();
    assert_eq!((rest.listed, rest.added, rest.unchanged), (350, 150, 200));
}

#[test]
fn a_place_that_is_forgotten_again_and_again_ends_the_run_with_a_sentence() {
    let mut desk = Desk::new();
    desk.lists(250, |_, _| ());
    desk.stub.service().forgets_pages = true;
    let (kind, sentence) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
    assert_eq!(kind, WireKind::Refused);
    assert!(sentence.contains("invalidRequest, 400") && !sentence.contains("The stub"), "{sentence}");
    assert_eq!(desk.store.count().unwrap(), 100, "what was read is stored");
}

#[test]
fn a_busy_service_is_waited_for_as_it_asks() {
    let mut desk = Desk::new();
    desk.lists(1, |_, _| ());
    let busy = |status, wait| Trouble { retry_after: Some(wait), ..Trouble::of(status, "serviceNotAvailable") };
    desk.stub.service().troubles.extend([busy(429, "7"), busy(503, "11")]);
    assert_eq!(desk.pull().added, 1);
    assert_eq!(*desk.pace.waited.borrow(), [7, 11]);
    // One that stays busy ends the run; what was read stays.
    desk.stub.service().troubles.extend(std::iter::repeat_n(busy(429, "50"), 20));
    let (kind, sentence) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
    assert_eq!(kind, WireKind::Unavailable);
    assert!(sentence.starts_with("The list of referrals: Partner Center is too busy"), "{sentence}");
}

#[test]
fn a_missing_role_is_told_as_such() {
    let mut desk = Desk::new();
    desk.stub.service().troubles.push_back(Trouble::of(403, "accessDenied"));
    let (kind, sentence) = wire(desk.pull_into(false, &mut Pulled::default()).unwrap_err());
    assert_eq!(kind, WireKind::Denied);
    assert!(sentence.contains("Referral admin") && !sentence.contains('\u{1b}'), "{sentence}");
}

#[test]
fn another_sign_in_lists_everything_again() {
    let mut desk = Desk::new();
    desk.lists(2, |_, _| ());
    desk.pull();
    desk.keep_sign_in("second", "access-0", "refresh-0", "2026-11-20T13:00:00Z");
    desk.pull();
    let service = desk.stub.service();
    let filters: Vec<_> = service.calls("GET").iter().map(|seen| seen.query["$filter"].clone()).collect();
    assert_eq!(filters, ["direction eq 'Incoming'", "direction eq 'Incoming'"]);
    assert_eq!(desk.store.count().unwrap(), 2);
}

#[test]
fn a_lead_known_from_a_file_is_the_same_lead() {
    let mut desk = Desk::new();
    let sheet = format!(
        "LeadId,LeadCreationDateTime,Qualification,CustomerName\n{},2026-11-19T08:15:42Z,Sales,Company 1\n",
        id(1)
    );
    let keep = leadbox::shell::intake::Mode::Keep;
    let early = parse("2026-11-19T09:00:00Z");
    leadbox::shell::intake::import_bytes(&mut desk.store, "a.csv", sheet.as_bytes(), early, desk.now, keep).unwrap();
    desk.stub.service().referrals = vec![lead(1, |lead| lead["updatedDateTime"] = Value::from("2026-11-19T10:00:00Z"))];
    let pulled = desk.pull();
    assert_eq!((pulled.added, pulled.updated, desk.store.count().unwrap()), (0, 1, 1));
    assert!(desk.store.etag(desk.lead(1).id).unwrap().is_some(), "and can be told of from now on");
}
