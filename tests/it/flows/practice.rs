//! Logging contacts, later, putting away, tags and notes (PRODUCT.md 2, 4 and 8), each with its keys.

use chrono::TimeDelta;
use leadbox::app::msg::Msg;
use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::lead::Moment;
use leadbox::domain::record::Field;
use leadbox::domain::vocabulary::{Reason, TouchKind};

use crate::harness::Inbox;
use crate::samples::{Row, at, now, put_all};

fn until(inbox: &mut Inbox, company: &str) -> Option<Moment> {
    inbox.lead(company).seller.later_until
}

fn tags(inbox: &mut Inbox, company: &str) -> String {
    inbox.lead(company).seller.tags.join(", ")
}

#[test]
fn a_contact_is_logged_with_its_text_and_the_proposed_date_in_one_step() {
    let mut inbox = Inbox::demo();
    let before = inbox.titles();
    inbox.press("jc").shows("Log · Fabrikam").shows("v  voicemail").press("v");
    inbox.shows("Voicemail · Fabrikam").shows("Sat 21 Nov 12:00, in 1 d");
    inbox.press("asked Jan to call back<enter>");
    assert_eq!(inbox.said(), "Left a voicemail for Fabrikam. Follow-up Sat 21 Nov 12:00.   u undoes");
    let lead = inbox.lead("Fabrikam");
    let last = lead.seller.touches.last.clone().unwrap();
    assert_eq!((last.kind, last.text.as_deref()), (TouchKind::Voicemail, Some("asked Jan to call back")));
    assert_eq!((lead.seller.touches.count, lead.seller.later_until), (1, Some(now() + TimeDelta::days(1))));
    assert_eq!(inbox.on(), before[2], "the lead moved down, the next one took its row");
    inbox.press("u").shows("Undone: touch of Fabrikam.");
    assert_eq!(inbox.on(), "Fabrikam");
    assert_eq!(inbox.lead("Fabrikam").seller.touches.count, 0);
    assert_eq!(until(&mut inbox, "Fabrikam"), None);
    inbox.press("<c-r>").go_to("Fabrikam");
    inbox.shows("voicemail: asked").shows("follow-up Sat 21 Nov 12:00").hides("first touch:");
}

#[test]
fn every_letter_logs_its_kind_and_another_logs_nothing() {
    for (letter, kind, done) in [
        ("c", TouchKind::Called, "Called Fabrikam."),
        ("n", TouchKind::NoAnswer, "No answer from Fabrikam."),
        ("v", TouchKind::Voicemail, "Left a voicemail for Fabrikam."),
        ("m", TouchKind::Mail, "Mailed Fabrikam."),
        ("t", TouchKind::Meeting, "Met Fabrikam."),
    ] {
        let mut inbox = Inbox::demo();
        inbox.press(&format!("jc{letter}<enter>")).shows(done);
        assert_eq!(inbox.lead("Fabrikam").seller.touches.last.unwrap().kind, kind);
    }
    let mut inbox = Inbox::demo();
    inbox.press("jcq").hides("Log · Fabrikam").hides("Nothing was logged");
    inbox.press("cx").shows("Nothing was logged: that letter logs nothing. c shows which do.").hides("Log · Fabrikam");
    assert_eq!(inbox.lead("Fabrikam").seller.touches.count, 0);
}

#[test]
fn tab_changes_the_date_and_esc_goes_back_step_by_step() {
    let mut inbox = Inbox::demo();
    inbox.press("jccreached him<tab><c-u>soon<enter>").shows("✗ soon is no date. Try 3h, 1d, mon, 24 nov, +1w.");
    inbox.press("<c-u>mon").shows("Mon 23 Nov 00:00, in 2 d 12 h");
    inbox.press("<esc><esc>").shows("Log · Fabrikam").press("m").shows("Mail · Fabrikam").shows("reached him");
    inbox.press("<enter>").shows("Mailed Fabrikam. Follow-up Mon 23 Nov 00:00.");
    let lead = inbox.lead("Fabrikam");
    assert_eq!(lead.seller.touches.last.unwrap().text.as_deref(), Some("reached him"));
    inbox.go_to("Northwind Traders").press("cc<esc><esc>").hides("Log ·");
    assert_eq!(inbox.lead("Northwind Traders").seller.touches.count, 0);
}

#[test]
fn a_blank_date_answers_the_one_that_is_reached_and_keeps_one_ahead() {
    let mut inbox = Inbox::demo();
    inbox.press("jz3h<enter>").go_to("Fabrikam").press("cn<tab><c-u>").shows("stays Fri 20 Nov 15:00");
    inbox.press("<enter>").shows("No answer from Fabrikam. Follow-up Fri 20 Nov 15:00.");
    inbox.advance(TimeDelta::hours(3)).go_to("Fabrikam").press("cc<tab><c-u>").shows("no follow-up");
    inbox.press("<enter>");
    assert_eq!(inbox.said(), "Called Fabrikam.   u undoes");
    assert_eq!(until(&mut inbox, "Fabrikam"), None);
}

#[test]
fn the_cadence_proposes_less_and_less_and_then_nothing() {
    let mut inbox = Inbox::demo();
    for days in ["1d", "3d", "7d", "14d"] {
        inbox.go_to("Lucerne Publishing").press("cc").shows(&format!("next  {days} ")).press("<tab><c-u><enter>");
    }
    inbox.go_to("Lucerne Publishing").press("cc").shows("no follow-up").press("<enter>");
    assert_eq!(inbox.lead("Lucerne Publishing").seller.touches.count, 5);
    assert_eq!(until(&mut inbox, "Lucerne Publishing"), None);
}

#[test]
fn later_shows_what_the_date_becomes_and_takes_it() {
    let mut inbox = Inbox::demo();
    let before = inbox.titles();
    inbox.press("jz").shows("Later · Fabrikam").shows("no follow-up any more");
    inbox.press("<tab>").shows("Fri 20 Nov 15:00, in 3 h").press("<tab>").shows("Sat 21 Nov 12:00, in 1 d");
    inbox
        .press("<tab>")
        .shows("Mon 23 Nov 00:00, in 2 d 12 h")
        .press("<s-tab><s-tab><s-tab>")
        .shows("Fri 27 Nov 00:00");
    inbox.press("<c-u>mon 9:30<enter>");
    assert_eq!(inbox.said(), "Later: Fabrikam. Follow-up Mon 23 Nov 09:30.   u undoes");
    assert_eq!(until(&mut inbox, "Fabrikam"), Some(at("2026-11-23T09:30:00Z")));
    // It is still hot: only what is nobody's hurry sleeps.
    assert_eq!(inbox.on(), before[1]);
    inbox.press("z").shows("It stands at Mon 23 Nov 09:30.").press("<enter>").shows("No follow-up any more: Fabrikam.");
    assert_eq!(until(&mut inbox, "Fabrikam"), None);
    inbox.press("z<enter>").shows("Nothing changed: it is so already.");
}

#[test]
fn a_date_past_the_deadline_is_moved_and_says_so() {
    let mut inbox = Inbox::demo();
    let expiry = inbox.lead("Fabrikam").record.created_at + TimeDelta::days(14);
    inbox.press("jz2027-06-01").shows("(moved: a day before it expires)").press("<enter>");
    inbox.shows("Later: Fabrikam. Follow-up Thu 3 Dec").shows("(moved: a day before it expires).");
    assert_eq!(until(&mut inbox, "Fabrikam"), Some(expiry - TimeDelta::hours(24)));
    inbox.press("z2026-11-19<enter>").shows("✗ 2026-11-19 is past.");
    assert_eq!(until(&mut inbox, "Fabrikam"), Some(expiry - TimeDelta::hours(24)));
}

#[test]
fn a_lead_that_sleeps_comes_back_when_its_date_is_reached() {
    let mut inbox = Inbox::of(&[
        Row::contact_me("a", "2026-11-15T10:00:00Z"),
        Row::contact_me("b", "2026-11-16T10:00:00Z").with(Field::Company, "Fabrikam"),
    ]);
    inbox.go_to("Northwind Traders").press("z3h<enter>");
    assert_eq!(inbox.titles(), ["Fabrikam", "Northwind Traders"]);
    inbox.go_to("Northwind Traders").shows("Later: comes back in 3 h");
    inbox.advance(TimeDelta::hours(3));
    assert_eq!(inbox.titles(), ["Northwind Traders", "Fabrikam"]);
    inbox.shows("DUE   the follow-up date is");
    assert_eq!(inbox.on(), "Northwind Traders");
}

#[test]
fn informational_leads_are_put_away_and_come_back() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Alpine Ski");
    let next = inbox.titles()[inbox.app.list.cursor + 1].clone();
    inbox.press("-").shows("Put away Alpine Ski. It comes back when its person sends another lead.");
    assert!(inbox.lead("Alpine Ski").seller.away);
    assert_eq!(inbox.on(), next);
    inbox.go_to("Alpine Ski").shows("Put away until this person sends").shows("- bring back").press("-");
    inbox.shows("Back from away: Alpine Ski.");
    assert!(!inbox.lead("Alpine Ski").seller.away);
    inbox.press("u").shows("Undone: bringing back of Alpine Ski.");
    let email = inbox.lead("Alpine Ski").record.person.email.unwrap();
    inbox.elsewhere(|store, now| {
        let row = Row::contact_me("new", "2026-11-20T11:59:00Z").with(Field::Email, &email);
        put_all(store, &[row.arrival("2026-11-20T12:00:00Z")], now);
    });
    assert!(!inbox.lead("Alpine Ski").seller.away);
    inbox.go_to("Alpine Ski").shows("back from away:");
}

#[test]
fn what_a_lead_does_not_take_is_said() {
    let mut inbox = Inbox::demo();
    for (company, keys, says) in [
        ("Fabrikam", "-", "Fabrikam asks for an answer and is not put away; accept or decline it, or give it a"),
        ("Adatum", "-", "Adatum is accepted and is not put away; won or lost end it, a follow-up date lets it"),
        ("Graphic Design Institute", "z", "Graphic Design Institute is archived (won); only undo can change that."),
        ("Graphic Design Institute", "cv", "Graphic Design Institute is archived (won); only undo can change that."),
        ("Margie Travel", "-", "Margie Travel is archived (expired): nobody answered it here in time;"),
    ] {
        let before = inbox.lead(company);
        inbox.go_to(company).press(keys);
        assert!(inbox.said().starts_with(says), "{}", inbox.screen());
        inbox.press("<enter>");
        assert_eq!(inbox.lead(company), before);
        inbox.press("<esc>");
    }
}

#[test]
fn tags_are_typed_completed_and_taken_away() {
    let mut inbox = Inbox::demo();
    inbox.press("jt").shows("Tags · Fabrikam").shows("logistics").press("ref<tab>Key account<enter>");
    inbox.shows("Changed the tags of Fabrikam. Now: Key account, reference.");
    assert_eq!(inbox.on(), "Fabrikam");
    inbox.shows("tags: Key account, reference").press("t<c-u>KEY ACCOUNT<enter>");
    assert_eq!(tags(&mut inbox, "Fabrikam"), "Key account");
    inbox.press("t<c-u>a\u{200b}b, ").paste("x\u{202e}y").press("<enter>");
    assert_eq!(tags(&mut inbox, "Fabrikam"), "ab, xy", "what nobody sees is never typed");
    inbox.press(&format!("t<c-u>{}<enter>", "x".repeat(41))).shows("is too long; a tag has at most 40 characters.");
    inbox.press("<esc>t<c-u><enter>").shows("Changed the tags of Fabrikam. It has none now.");
    inbox.go_to("Graphic Design Institute").press("treference<enter>");
    assert_eq!(tags(&mut inbox, "Graphic Design Institute"), "reference", "an archived lead takes tags");
}

#[test]
fn tags_that_the_line_cannot_hold_are_left_alone() {
    let mut inbox = Inbox::demo();
    let id = inbox.id("Fabrikam");
    // As a file of ours may bring them that somebody altered.
    let odd = Change::Tag { add: vec!["a,b".into()], remove: Vec::new() };
    inbox.elsewhere(|store, now| drop(store.apply(&[id], &odd, now).unwrap()));
    inbox.go_to("Fabrikam").press("t").shows("a minus before it").press("vip<enter>");
    assert_eq!(inbox.lead("Fabrikam").seller.tags, ["a,b", "vip"]);
    let many = Change::Tag {
        add: (10..60).map(|n| format!("{n}{}", "x".repeat(30))).collect(),
        remove: vec!["a,b".into(), "vip".into()],
    };
    inbox.elsewhere(|store, now| drop(store.apply(&[id], &many, now).unwrap()));
    inbox.press("t-10xxx<tab><enter>");
    assert_eq!(inbox.lead("Fabrikam").seller.tags.len(), 49);
}

#[test]
fn the_note_goes_through_the_editor_and_is_kept_until_it_is_stored() {
    let mut inbox = Inbox::demo();
    inbox.host.editor = Ok("calls on\r\nMondays\n\n".to_owned());
    inbox.press("jce");
    assert_eq!(inbox.host.edited, [""]);
    assert_eq!(inbox.lead("Fabrikam").seller.note.as_deref(), Some("calls on\nMondays"));
    inbox.shows("Kept the note of Fabrikam.").shows("note changed");
    inbox.host.editor = Err("The editor vi ended with 1. The text is unchanged.".to_owned());
    inbox.press("ce").shows("The editor vi ended with 1.");
    assert_eq!(inbox.host.edited[1], "calls on\nMondays");
    let long = "x".repeat(70_000);
    inbox.host.editor = Ok(long.clone());
    inbox.press("ce").shows("A note holds at most 64 KiB").shows("Nothing was stored; c e opens the text again.");
    assert_eq!(inbox.lead("Fabrikam").seller.note.as_deref(), Some("calls on\nMondays"));
    inbox.host.editor = Ok(" \n".to_owned());
    inbox.press("ce").shows("Removed the note of Fabrikam.");
    assert_eq!(inbox.host.edited[3], long);
    assert_eq!(inbox.lead("Fabrikam").seller.note, None);
    inbox.press("u");
    inbox.host.editor = Ok("calls on\nMondays".to_owned());
    inbox.press(":note<enter>").shows("Nothing changed: it is so already.");
    assert_eq!(inbox.host.edited[4], "calls on\nMondays");
    inbox.go_to("Margie Travel").press("ce").shows("Kept the note of Margie Travel.");
}

#[test]
fn a_note_that_the_store_did_not_take_opens_again() {
    let mut inbox = Inbox::demo();
    inbox.host.editor = Ok("written while busy".to_owned());
    inbox.app.busy = true;
    inbox.press("jce").shows("A file is being read into the store.");
    assert_eq!(inbox.lead("Fabrikam").seller.note, None);
    inbox.app.busy = false;
    inbox.press("ce");
    assert_eq!(inbox.host.edited[1], "written while busy");
    assert_eq!(inbox.lead("Fabrikam").seller.note.as_deref(), Some("written while busy"));
}

#[test]
fn marked_leads_are_logged_put_off_put_away_and_tagged_in_one_step() {
    let mut inbox = Inbox::demo();
    inbox.press("  cc").shows("Called · 2 leads").press("both at the fair<enter>");
    assert_eq!(inbox.said(), "Called 2 leads. Follow-up Sat 21 Nov 12:00.   u undoes");
    for company in ["Proseware GmbH", "Fabrikam"] {
        assert_eq!(inbox.lead(company).seller.touches.count, 1, "{company}");
    }
    inbox.press("u");
    assert_eq!(inbox.lead("Proseware GmbH").seller.touches.count + inbox.lead("Fabrikam").seller.touches.count, 0);
    inbox.press("gA").press("t").shows("a minus before it").press("fair, -logistics<enter>");
    assert_eq!(tags(&mut inbox, "VanArsdel"), "fair");
    assert_eq!(tags(&mut inbox, "Wide World Importers"), "fair, reference");
    inbox.press("u");
    assert_eq!(tags(&mut inbox, "VanArsdel"), "logistics");
    inbox.press("gA-").shows(" left: ");
    assert!(inbox.lead("Alpine Ski").seller.away && !inbox.lead("Fabrikam").seller.away);
    inbox.press("u").press("gjj  ce").shows("A note is written for one lead at a time; Esc takes the marks away.");
    inbox.press("z1d<enter>");
    assert_eq!(until(&mut inbox, "Northwind Traders"), Some(now() + TimeDelta::days(1)));
}

#[test]
fn put_away_leads_that_are_all_marked_come_back() {
    let rows: Vec<Row> = ["Adventure", "Bellows"]
        .iter()
        .map(|name| {
            Row::contact_me(name, "2026-11-18T10:00:00Z")
                .with(Field::CallToAction, "Get it now")
                .with(Field::LeadSource, "AppSource-INS|a.b")
                .with(Field::Company, name)
        })
        .collect();
    let mut inbox = Inbox::of(&rows);
    inbox.press("A-").shows("Put away 2 leads. They come back when their person sends another lead.");
    inbox.press("A-").shows("Back from away: 2 leads.");
    assert!(!inbox.lead("Adventure").seller.away && !inbox.lead("Bellows").seller.away);
}

#[test]
fn a_contact_that_the_store_did_not_take_keeps_its_line() {
    let mut inbox = Inbox::demo();
    inbox.press("jccbusy");
    inbox.tell(Msg::Failed("Another leadbox is writing. Nothing was changed; try again.".to_owned()));
    inbox.shows("busy").shows("try again").press("<enter>").shows("Called Fabrikam.");
}

#[test]
fn a_lead_archived_elsewhere_refuses_the_open_line() {
    let mut inbox = Inbox::demo();
    let id = inbox.id("Fabrikam");
    let spam = Change::Decline(Grounds { reason: Reason::Spam, notes: None, reported: false });
    inbox.press("jz1d").elsewhere(|store, now| drop(store.apply(&[id], &spam, now).unwrap()));
    inbox.press("<enter>").shows("is archived (declined)");
    assert_eq!(until(&mut inbox, "Fabrikam"), None);
}

#[test]
fn paste_goes_into_the_line_as_text() {
    let mut inbox = Inbox::demo();
    inbox.press("jcm").paste("sent the\nprice list\u{1b}[2J").press("<tab><c-u>").paste("2d\n").press("<enter>");
    let lead = inbox.lead("Fabrikam");
    assert_eq!(lead.seller.touches.last.unwrap().text.as_deref(), Some("sent the price list[2J"));
    assert_eq!(lead.seller.later_until, Some(now() + TimeDelta::days(2)));
    inbox.go_to("Northwind Traders").press("z").paste("1d").press("<enter>").press("t").paste("a,b").press("<enter>");
    assert_eq!(until(&mut inbox, "Northwind Traders"), Some(now() + TimeDelta::days(1)));
    inbox.press("c").paste("c").shows("Log ·");
}
