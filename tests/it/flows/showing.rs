//! What no clipboard takes stands alone on the screen, whole, to be selected with the mouse (PRODUCT.md 7).
//! Must not look into `app` where the screen tells the same.

use leadbox::domain::record::Field;

use crate::harness::Inbox;
use crate::samples::Row;

const WHY: &str = "The config keeps the clipboard off.";

fn without_clipboard(mut inbox: Inbox) -> Inbox {
    inbox.host.no_clipboard = Some(WHY.to_owned());
    inbox
}

#[test]
fn a_value_stands_alone_on_its_line_and_escape_goes_back() {
    let mut inbox = without_clipboard(Inbox::demo());
    inbox.go_to("Northwind Traders").press("ye").shows(WHY).shows("Select it with the mouse").hides("Marketplace");
    let screen = inbox.screen();
    assert!(screen.lines().any(|line| line == "ana@northwind.example"), "{screen}");
    assert!(inbox.host.copied.is_empty());
    // No key acts on a lead that is not on the screen, and nothing typed or pasted gets through.
    inbox.press("d7*au").paste("d7");
    inbox.shows("ana@northwind.example").press("<esc>").hides(WHY).shows("Marketplace");
    assert_eq!(inbox.on(), "Northwind Traders");
    for back in ["q", "<enter>"] {
        inbox.press("yp").shows("+551155500100").press(back).hides(WHY).shows("Marketplace");
        assert_eq!(inbox.ended, None);
    }
}

#[test]
fn a_long_value_fills_its_lines_and_scrolls() {
    let words: Vec<String> = (0..900).map(|n| format!("w{n:03}")).collect();
    let message = words.join(" ");
    let row = Row::contact_me("a", "2026-11-20T10:00:00Z").with(Field::Description, &message);
    let mut inbox = without_clipboard(Inbox::of(&[row]));
    inbox.resize(60, 20).press("ym").shows("w000 w001");
    let screen = inbox.screen();
    let lines: Vec<String> = screen.lines().skip(3).take(15).map(|line| format!("{line:60}")).collect();
    let shown = lines.concat();
    // As a terminal would break it: nothing between the end of a line and the beginning of the next.
    assert!(message.starts_with(&shown), "{screen}");
    inbox.hides("w899").press("G").shows("w899").hides("w000").press("g").shows("w000").press("<pgdn>").hides("w000");
    inbox.press("<esc>").hides(WHY);
}

#[test]
fn the_outbox_stays_open_behind_a_shown_value() {
    let mut inbox = without_clipboard(Inbox::demo());
    inbox.press("O<enter>").shows(WHY).press("<esc>").shows("Outbox").hides(WHY);
}

#[test]
fn hidden_contacts_are_not_shown_either() {
    let mut inbox = without_clipboard(Inbox::demo());
    inbox.go_to("Margie Travel").press("ye").hides("Select it with the mouse");
    assert_eq!(inbox.said(), "The contacts of an expired lead are hidden; nothing was copied.");
    inbox.go_to("The Phone Company").press("ye").hides("Select it with the mouse").press("e").shows("Select it with");
}
