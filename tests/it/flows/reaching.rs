//! `o`: mail or dial, the guard of who asked not to be contacted, hidden contacts, and the copy where nothing can be opened
//! (PRODUCT.md 2, 4, 7). Must not look into `app` where the screen or the machine tells the same.

use leadbox::app::msg::Msg;
use leadbox::domain::reaching::{Means, Reach};
use leadbox::domain::record::Field;
use leadbox::domain::template::Template;

use crate::harness::{Inbox, settings};
use crate::samples::{Row, all_leads};

const SSH: &str = "Over SSH nothing is opened on this machine.";

const MAIL: &str = "mailto:ana@northwind.example?subject=Your%20request%20about%20SQL%20Backup%20Pro\
                    &body=Hello%20Ana%2C%0D%0A%0D%0Athank%20you%20for%20your%20request%20about%20SQL%20Backup%20Pro.";

#[test]
fn a_letter_begins_the_mail_or_dials() {
    let mut inbox = Inbox::demo();
    let before = all_leads(inbox.desk.store());
    inbox.go_to("Northwind Traders").press("o").shows("┌ Mail or dial").shows("mail  ana@northwind.example");
    inbox.shows("call  +55 11 5550 0100").press("e").hides("┌ Mail or dial");
    assert!(inbox.host.opened[0].starts_with(MAIL), "{:?}", inbox.host.opened);
    assert_eq!(inbox.said(), "The mail to Ana Souza is with xdg-open. c m logs it.");
    inbox.press("op");
    assert_eq!(inbox.host.opened[1], "tel:+551155500100");
    assert_eq!(inbox.said(), "The number of Ana Souza is with xdg-open. c c logs it.");
    for again in ["oo", "o<enter>"] {
        inbox.press(again);
        assert!(inbox.host.opened.last().unwrap().starts_with(MAIL), "the first way is the mail");
    }
    assert_eq!(inbox.host.opened.len(), 4);
    assert_eq!(all_leads(inbox.desk.store()), before, "looking never changes a lead");
    assert!(inbox.host.copied.is_empty());
    inbox.press("cm<enter>");
    assert_eq!(inbox.lead("Northwind Traders").seller.touches.count, 1);
}

#[test]
fn the_menu_closes_without_a_word_and_tells_of_a_wrong_letter() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Northwind Traders").press("o<esc>").hides("┌ Mail or dial");
    inbox.press("oz").hides("┌ Mail or dial");
    assert_eq!(inbox.said(), "Nothing was opened: that letter opens nothing. o shows which do.");
    assert!(inbox.host.opened.is_empty());
}

#[test]
fn what_is_missing_is_said_and_the_phone_is_first_where_there_is_no_mail() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Fabrikam").press("o").shows("call  none").press("p");
    assert_eq!(inbox.said(), "This lead has no phone; nothing was opened.");
    inbox.go_to("Fabrikam Residences").press("o").shows("mail  none").press("e");
    assert_eq!(inbox.said(), "This lead has no e-mail; nothing was opened.");
    let row =
        Row::contact_me("a", "2026-11-20T10:00:00Z").with(Field::Email, "").with(Field::Phone, "+55 11 5550 0100");
    let mut inbox = Inbox::of(&[row]);
    inbox.press("oo");
    assert_eq!(inbox.host.opened, ["tel:+551155500100"]);
}

#[test]
fn the_contacts_of_an_expired_lead_are_not_opened() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Margie Travel").press("o").hides("┌ Mail or dial");
    assert_eq!(inbox.said(), "The contacts of an expired lead are hidden; nothing was opened.");
    assert!(inbox.host.opened.is_empty() && inbox.host.copied.is_empty());
}

#[test]
fn who_asked_not_to_be_contacted_needs_the_key_twice() {
    let mut inbox = Inbox::demo();
    inbox.go_to("The Phone Company").press("oe").shows("┌ Mail or dial");
    assert_eq!(inbox.said(), "e again begins the mail: this customer asked not to be contacted.");
    inbox.press("p");
    assert_eq!(
        inbox.said(),
        "p again dials: this customer asked not to be contacted.",
        "another key is not the second"
    );
    inbox.press("<esc>oe");
    assert!(inbox.host.opened.is_empty(), "nor is one after the menu was closed");
    inbox.press("e");
    assert_eq!(inbox.host.opened.len(), 1);
    inbox.press("<esc>o<enter>");
    assert!(inbox.said().starts_with("Enter again"), "{}", inbox.said());
    inbox.press("<enter>");
    assert_eq!(inbox.host.opened.len(), 2);
    // A copy that was asked for once opens nothing, and the other way round.
    inbox.press("ye<esc>oe<esc>ye");
    assert_eq!((inbox.host.opened.len(), inbox.host.copied.len()), (2, 0));
}

#[test]
fn over_ssh_the_draft_is_copied_instead() {
    let mut inbox = Inbox::demo();
    inbox.host.no_opener = Some(SSH.to_owned());
    inbox.go_to("Northwind Traders").press("oe");
    assert_eq!(inbox.said(), format!("{SSH} The draft was copied instead (sent to the terminal)."));
    let draft = inbox.host.copied.last().unwrap().clone();
    assert!(
        draft.starts_with(
            "To: ana@northwind.example\nSubject: Your request about SQL Backup Pro\n\nHello Ana,\n\nthank"
        ),
        "{draft}"
    );
    inbox.press("op");
    assert_eq!(inbox.said(), format!("{SSH} The number was copied instead (sent to the terminal)."));
    assert_eq!(inbox.host.copied.last().unwrap(), "+551155500100");
    // The next copy is a copy again.
    inbox.press("yn");
    assert_eq!(inbox.said(), "Copied (sent to the terminal).");
    inbox.host.no_clipboard = Some("The config keeps the clipboard off.".to_owned());
    inbox.press("oe").shows(SSH).shows("keeps the clipboard off.").shows("To: ana@northwind.example").press("<esc>");
    inbox.press("yn").hides(SSH);
}

#[test]
fn the_guards_hold_where_the_draft_is_copied() {
    let mut inbox = Inbox::demo();
    inbox.host.no_opener = Some(SSH.to_owned());
    inbox.go_to("Margie Travel").press("oe").press("<esc>").go_to("The Phone Company").press("oe");
    assert!(inbox.host.copied.is_empty());
    inbox.press("e");
    assert_eq!(inbox.host.copied.len(), 1);
}

#[test]
fn a_run_takes_it_and_marks_do_not() {
    let mut inbox = Inbox::demo();
    inbox.press("Ro").shows("┌ Mail or dial").press("e").shows("Run ·");
    assert_eq!(inbox.host.opened.len(), 1);
    inbox.press("<esc><esc><space>o").hides("┌ Mail or dial");
    assert_eq!(inbox.said(), "One customer at a time: Esc takes the marks away.");
}

#[test]
fn an_archived_lead_is_written_to_and_not_logged() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Graphic Design Institute").press("oe");
    assert_eq!(inbox.said(), "The mail to Ann Beck is with xdg-open.");
}

#[test]
fn what_a_lead_says_is_never_a_header() {
    let row = Row::contact_me("a", "2026-11-20T10:00:00Z")
        .with(Field::FirstName, "Ana\r\nBcc: eve@x.example&cc=eve@x.example")
        .with(Field::Email, "ana@northwind.example");
    let mut inbox = Inbox::of(&[row]);
    inbox.press("oe");
    let uri = inbox.host.opened.concat();
    assert!(!uri.contains("&cc=") && !uri.to_lowercase().contains("%0abcc"), "{uri}");
    assert_eq!(uri.matches('&').count(), 1);
    // An address that is none reaches nobody.
    for odd in ["ana@x.example?bcc=eve@x.example", "ana@x.example,eve@x.example", "ana"] {
        let row = Row::contact_me("a", "2026-11-20T10:00:00Z").with(Field::Email, odd);
        let mut inbox = Inbox::of(&[row]);
        inbox.press("oe");
        assert_eq!(inbox.said(), "The e-mail of this lead is not written as an address; nothing was opened.");
        assert!(inbox.host.opened.is_empty());
    }
}

#[test]
fn a_draft_that_is_too_long_is_cut_and_said() {
    let long = Template::parse(&"{first_name}, ".repeat(400)).unwrap();
    let mut own = settings();
    own.mail.body = long;
    let mut inbox = Inbox::demo_with(own, (120, 34));
    inbox.go_to("Northwind Traders").press("oe").shows("its end is left out.");
    assert!(inbox.host.opened.concat().len() <= 2000);
    inbox.host.no_opener = Some(SSH.to_owned());
    inbox.press("oe");
    assert!(inbox.host.copied.concat().len() > 2000, "a copy is whole");
}

#[test]
fn a_program_that_fails_later_is_told_and_the_draft_copied() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Northwind Traders").press("oe").press("j");
    let lead = inbox.lead("Northwind Traders");
    let means = Means::Call("+551155500100".to_owned());
    let reach = Reach { lead: lead.id, who: "Ana Souza".to_owned(), means, log: None };
    let why = "xdg-open ended with 3: no program here takes it.";
    inbox.tell(Msg::Reached(Box::new(reach), Err(why.to_owned())));
    assert_eq!(inbox.said(), format!("{why} The number was copied instead (sent to the terminal)."));
}
