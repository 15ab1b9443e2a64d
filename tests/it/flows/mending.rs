//! Deliveries that could not be read: seen in the header and the import window, mended in the editor, or dismissed
//! (TRUST.md, "The receiver never lies").

use leadbox::domain::quarantine::{Room, Settlement};

use crate::harness::{Inbox, settings};
use crate::samples::{Row, empty_store, now, put_all};

const BROKEN: &str = r#"{"UserDetails":{"FirstName":"Ewa","LastName":"Nowak","Email":"ewa@fabrikam.example",
"Company":"Fabrikam Labs"},"LeadSource":"AzureMarketplace","ActionCode":"PLT","OfferTitle":"Test Microsoft"
"Description":"Please call"}"#;

fn inbox() -> Inbox {
    let mut store = empty_store();
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19T12:00:00Z").arrival("2026-11-20")], now());
    let kept = store.keep_in_quarantine(BROKEN.as_bytes(), "line 3: a comma is missing", Room::default(), now());
    kept.unwrap();
    Inbox::open(store, settings(), (120, 34))
}

#[test]
fn a_delivery_is_mended_in_the_editor_and_imported_as_it_was_delivered() {
    let mut inbox = inbox();
    inbox.shows("1 unreadable delivery  i opens");
    inbox
        .press("i")
        .shows("a lead may be in each")
        .shows("Enter mend it in the editor   Del dismiss")
        .shows("today 12:00  line 3: a comma is missing");
    // The person saves it unmended: the text is kept, nothing is stored.
    inbox.host.editor = Ok(BROKEN.replace("Please", "Do"));
    inbox.press("<enter>");
    assert_eq!(inbox.host.edited, [BROKEN], "it opens as it came");
    inbox.shows("What you wrote is kept").press("<enter>").shows("a lead may be in each");
    inbox.host.editor = Ok(BROKEN.replace("Microsoft\"\n", "Microsoft\",\n"));
    inbox.press("<enter>");
    assert_eq!(inbox.host.edited[1], BROKEN.replace("Please", "Do"), "what was written before");
    inbox.shows("1 row: 1 new.").hides("unreadable");
    inbox.go_to("Fabrikam Labs");
    let lead = inbox.lead("Fabrikam Labs");
    assert_eq!(lead.record.created_at, now(), "it was created when it was delivered");
    inbox.press("i").hides("a lead may be in each");
}

#[test]
fn a_delivery_is_dismissed_by_the_second_press_only() {
    let mut inbox = inbox();
    inbox.press("i<del>").shows("Del once more dismisses").shows("a lead may be in each");
    inbox.press("<down><up><del>").shows("Del once more dismisses");
    inbox.press("<del>").shows("Dismissed: this delivery brings no lead.").hides("a lead may be in each");
    inbox.press("<esc>").hides("unreadable");
    let mut inbox = self::inbox();
    inbox.press("i<del>").elsewhere(|store, now| assert!(store.settle(1, Settlement::Imported, now).unwrap()));
    inbox.press("<del>").shows("This delivery was imported or dismissed before.").hides("a lead may be in each");
}
