//! One person, many leads (PRODUCT.md 6): the detail's list, the page of a person, and what of it is withheld.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use leadbox::app::Settings;
use leadbox::app::commands::Keymap;
use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::lead::LeadId;
use leadbox::domain::record::Field;
use leadbox::domain::vocabulary::Reason;

use crate::harness::{Inbox, settings};
use crate::samples::{Row, all_leads, put_all};

fn created(inbox: &mut Inbox, day: &str) -> LeadId {
    let leads = all_leads(inbox.desk.store()).into_iter();
    leads.filter(|lead| lead.record.created_at.to_rfc3339().starts_with(day)).map(|lead| lead.id).next().unwrap()
}

/// One person: hot in Marketplace, and long ago in Qualified.
fn two_tabs() -> [Row; 3] {
    [
        Row::contact_me("a", "2026-11-20T10:00:00Z"),
        Row::contact_me("b", "2026-11-12T10:00:00Z")
            .with(Field::Qualification, "Sales")
            .with(Field::Email, "ANA@northwind.example"),
        Row::contact_me("c", "2026-11-19T10:00:00Z").with(Field::Email, "bo@fabrikam.example"),
    ]
}

#[test]
fn the_detail_tells_what_the_person_did_before_and_the_key() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Northwind Traders").press("<enter>");
    let screen = inbox.screen();
    let heading = screen.lines().find(|line| line.contains("Same person (2 more leads)")).unwrap();
    assert!(heading.trim_end_matches(['│', ' ']).ends_with(" p"), "{heading}");
    inbox.shows("3 Nov  Test drive  sql-backup").shows("1 Oct  Get it now");
}

#[test]
fn the_page_shows_leads_and_one_timeline_and_enter_goes_to_a_lead() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Northwind Traders").press("p");
    inbox.shows("Ana Souza, CTO · Northwind Traders").shows("✓ ana@northwind.example   ✓ +55 11 5550 0100");
    inbox.shows("3 leads · newest first").shows("asked: Test drive, sql-backup").shows("favorite").hides("Filters");
    let id = created(&mut inbox, "2026-11-03");
    inbox.press("j<enter>").shows("┌ Filters").shows(&format!("#{id} ┐"));
    assert_eq!((inbox.app.selected(), inbox.on()), (Some(id), "Northwind Traders".to_owned()));
}

#[test]
fn the_page_opens_on_the_lead_it_was_opened_from() {
    let mut inbox = Inbox::demo();
    let id = created(&mut inbox, "2026-11-03");
    inbox.press(&format!(":{id}<enter>p<enter>"));
    assert_eq!(inbox.app.selected(), Some(id));
}

#[test]
fn a_lead_of_another_tab_or_behind_a_filter_is_brought() {
    let mut inbox = Inbox::of(&two_tabs());
    let old = created(&mut inbox, "2026-11-12");
    inbox.go_to("Northwind Traders").press("p").shows("2 leads").press("G<enter>").shows("┌ Qualified");
    assert_eq!(inbox.app.selected(), Some(old));
    let behind = Row::contact_me("e", "2026-11-01T10:00:00Z").with(Field::Company, "Contoso Retail");
    let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z"), behind]);
    inbox.press("/contoso<enter>").shows(" contoso  Esc").press("pg<enter>").hides(" contoso  Esc");
    assert_eq!(inbox.on(), "Northwind Traders");
}

#[test]
fn esc_q_and_the_key_itself_close_the_page() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Northwind Traders");
    for key in ["<esc>", "q", "p"] {
        inbox.press("p").shows("newest first").hides("┌ Filters").press(key).shows("┌ Filters");
        assert_eq!((inbox.on(), inbox.ended.is_none()), ("Northwind Traders".to_owned(), true), "{key}");
    }
}

#[test]
fn one_lead_is_a_page_too_and_nobody_known_is_a_sentence() {
    let nobody = Row::contact_me("n", "2026-11-20T11:00:00Z")
        .with(Field::Email, "")
        .with(Field::Phone, "")
        .with(Field::Company, "Litware");
    let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z"), nobody]);
    inbox.go_to("Northwind Traders").hides("Same person").press("p").shows("┌ 1 lead ─").press("<esc>");
    inbox.go_to("Litware").press("p").shows("┌ Filters");
    assert!(inbox.said().starts_with("Litware left neither e-mail nor phone"), "{}", inbox.said());
}

#[test]
fn contacts_are_withheld_where_every_lead_is_expired() {
    let expired = Row::contact_me("a", "2026-10-20T10:00:00Z").with(Field::Phone, "+55 11 5550 0199");
    let mut inbox = Inbox::of(std::slice::from_ref(&expired));
    inbox.press("p").shows("contacts: hidden (expired)").hides("ana@").hides("5550");
    let fresh = Row::contact_me("b", "2026-11-19T10:00:00Z").with(Field::Phone, "");
    let mut inbox = Inbox::of(&[expired, fresh]);
    inbox.press("p").shows("? ana@northwind.example").shows("no phone").hides("5550").hides("hidden");
}

#[test]
fn the_page_follows_what_others_change() {
    let mut inbox = Inbox::of(&two_tabs());
    inbox.go_to("Northwind Traders").press("pj");
    let old = created(&mut inbox, "2026-11-12");
    inbox.elsewhere(|store, now| {
        let grounds = Grounds { reason: Reason::Spam, notes: None, reported: false };
        store.apply(&[old], &Change::Decline(grounds), now).unwrap();
        let more = Row::contact_me("d", "2026-11-20T11:30:00Z").with(Field::CallToAction, "Free trial");
        put_all(store, &[more.arrival("2026-11-20T12:00:00Z")], now);
    });
    inbox.shows("3 leads").shows("asked: Free trial").shows("declined (spam)").press("<enter>");
    assert_eq!(inbox.app.selected(), Some(old), "the cursor stayed on its lead");
}

#[test]
fn test_leads_are_told_only_of_a_test_lead() {
    let test = Row::contact_me("t", "2026-11-20T11:00:00Z").with(Field::Company, "MSFT_TEST");
    let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z"), test]);
    inbox.hides("Same person").press("p").shows("┌ 1 lead ─").hides("MSFT_TEST").press("<esc>");
    inbox.press("9p").shows("MSFT_TEST").shows("2 leads").press("G<enter>");
    assert_eq!(inbox.on(), "Northwind Traders", "{}", inbox.screen());
}

#[test]
fn a_person_with_thousands_of_leads_is_read_in_part_and_says_so() {
    let rows: Vec<Row> = (0..3000)
        .map(|number| {
            let created = format!("2026-11-{:02}T{:02}:{:02}:00Z", 17 - number / 1440, number / 60 % 24, number % 60);
            Row::contact_me(&format!("id-{number}"), &created)
        })
        .collect();
    let mut inbox = Inbox::of(&rows);
    inbox.shows("×3000").press("<enter>G").shows("Same person (2,999 more leads)").shows("and 2,993 more");
    inbox.press("p").shows("200 of 3,000 leads");
    let Some(leadbox::app::Popup::Person(page)) = &inbox.app.popup else { panic!("{}", inbox.screen()) };
    assert_eq!(page.person.as_ref().unwrap().leads.len(), 200);
    inbox.press("G").shows("of 200 ┐").press("<tab>G").shows("and 2,800 older leads").press("<tab>g<enter>");
    assert_eq!(inbox.ended, None);
}

#[test]
fn the_timeline_scrolls_where_it_has_the_keys() {
    let rows: Vec<Row> = (1..=40)
        .map(|day| {
            Row::contact_me(&format!("id-{day}"), &format!("2026-{:02}-{:02}T10:00:00Z", 9 + day / 21, day % 20 + 1))
        })
        .collect();
    let mut inbox = Inbox::of(&rows);
    inbox.resize(84, 24).press("p").shows("received, leads.csv").press("<tab>G").hides("received, leads.csv");
    inbox.press("g").shows("received, leads.csv").press("<c-d>").hides("received, leads.csv");
    inbox.press("<tab>G").hides("received, leads.csv").shows("–40 of 40");
}

#[test]
fn the_key_is_the_keymaps() {
    let own = BTreeMap::from([("person".to_owned(), vec!["F6".to_owned()])]);
    let settings = Settings { keymap: Keymap::new(&own).unwrap(), ..settings() };
    let mut inbox = Inbox::demo_with(settings, (120, 34));
    inbox
        .go_to("Northwind Traders")
        .press("p")
        .shows("Same person (2 more leads)    F6")
        .press("<f6>")
        .shows("3 leads");
}

#[test]
fn names_that_differ_are_all_told() {
    let rows = [
        Row::contact_me("a", "2026-11-20T10:00:00Z"),
        Row::contact_me("b", "2026-11-18T10:00:00Z").with(Field::FirstName, "Anna").with(Field::Company, "Contoso"),
    ];
    let mut inbox = Inbox::of(&rows);
    inbox.press("p").shows("Ana Souza · Northwind Traders").shows("also: Anna Souza, Contoso");
}

#[test]
fn a_run_shows_the_person_and_goes_to_a_lead_of_its_pile() {
    let mut inbox = Inbox::of(&two_tabs());
    inbox.press("R").shows("Run · Marketplace").hides("Same person").press("n");
    inbox.shows("Same person: Contact me 12 Nov").press("p").shows("2 leads").press("G<enter>");
    assert!(inbox.said().contains("is not in this run"), "{}", inbox.said());
    inbox.press("g<enter>").shows("Same person: ").press("p<esc>").shows("Run · Marketplace");
}

#[test]
fn our_own_reading_of_a_contact_stands_beside_microsofts_and_goes_with_the_contact() {
    let doubted = Row::contact_me("a", "2026-11-19T10:00:00Z")
        .with(Field::Email, "ana@10minutemail.com")
        .with(Field::EmailValidity, "Valid")
        .with(Field::Phone, "call me");
    let mut inbox = Inbox::of(std::slice::from_ref(&doubted));
    inbox.press("<enter>").shows("our reading: disposable domain").shows("our reading: not a phone");
    let record = all_leads(inbox.desk.store()).remove(0).record;
    assert_eq!(record.email_validity.word(), "valid", "Microsoft's word stays");
    inbox.press("<esc>p").shows("(our reading: disposable domain)");

    let mut hidden = Inbox::of(&[doubted.with(Field::Created, "2026-10-19T10:00:00Z")]);
    hidden.press("<enter>").shows("hidden (expired)").hides("our reading");
    hidden.press("<esc>p").shows("hidden (expired)").hides("our reading");

    let mut fine = Inbox::of(&[Row::contact_me("a", "2026-11-19T10:00:00Z")]);
    fine.press("<enter>").hides("our reading");
}

#[test]
fn the_timeline_beside_the_list_shows_its_times_whole() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Northwind Traders").press("*").advance(TimeDelta::days(1));
    let screen = inbox.screen();
    let line = screen.lines().find(|line| line.contains("  yesterday ")).unwrap_or_else(|| panic!("{screen}"));
    assert!(line.contains(":00  ") && !line.rsplit("  yesterday ").next().unwrap().contains('…'), "{line}");
}
