//! A large store opens: the most urgent leads are there at once and can be worked on while the rest is read; what needs every
//! lead says so; and when all are there nothing jumps (HOUSE.md, Speed by design).

use leadbox::app::msg::Msg;
use leadbox::domain::vocabulary::VerdictKind;
use leadbox::shell::demo;
use leadbox::store::Store;

use crate::harness::Inbox;
use crate::samples::{empty_store, now};

fn store() -> Store {
    let mut store = empty_store();
    demo::fill(&mut store, now()).unwrap();
    store
}

fn loading() -> Inbox {
    let mut inbox = Inbox::loading(store());
    inbox.tell(Msg::Loading(20, 60));
    inbox
}

/// What the list's pane shows, line by line, without its frame.
fn rows(inbox: &Inbox) -> Vec<String> {
    let screen = inbox.screen();
    let lines = screen.lines().skip(3).filter_map(|line| line.split('│').nth(2).or_else(|| line.split('│').nth(1)));
    lines.map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn the_most_urgent_leads_are_there_at_once_and_no_wrong_number() {
    let (inbox, whole) = (&mut loading(), Inbox::demo());
    assert_eq!(inbox.titles(), whole.titles());
    inbox
        .shows("loading 20 of 60")
        .shows("1 Marketplace  2 Qualified")
        .shows("Marketplace · first 53 · most urgent first");
    inbox.shows("[ ] Contact me").hides("[ ] Contact me 0").hides("hot").hides("archived · ");
    inbox.loaded();
    assert_eq!(inbox.screen(), whole.screen());
}

#[test]
fn nothing_jumps_when_all_are_there() {
    for keys in ["", "jjj", "<c-d><c-d>kk", "G"] {
        let mut inbox = loading();
        inbox.press(keys);
        let (on, top, shown) = (inbox.app.selected(), inbox.app.list.top, rows(&inbox));
        inbox.loaded();
        assert_eq!((inbox.app.selected(), inbox.app.list.top), (on, top), "{keys}");
        // The rule above the archived ones tells their number now.
        let but_rule = |rows: Vec<String>| rows.into_iter().filter(|row| !row.contains("archived")).collect::<Vec<_>>();
        assert_eq!(but_rule(rows(&inbox)), but_rule(shown), "{keys}");
    }
}

#[test]
fn the_leads_that_are_there_are_worked_on() {
    let mut inbox = loading();
    let titles = inbox.titles();
    inbox.press("n");
    assert_eq!(inbox.on(), titles[0]);
    assert!(inbox.said().starts_with(&format!("{}: hot, ", titles[0])), "{}", inbox.said());
    inbox
        .press("d")
        .shows(&format!("Decline {}", titles[0]))
        .press("7")
        .shows(&format!("Declined {} (spam).", titles[0]));
    assert_eq!(inbox.titles()[0], titles[1], "the next one takes its row");
    assert_eq!(inbox.lead(&titles[0]).seller.verdict.map(|verdict| verdict.kind), Some(VerdictKind::Declined));
    inbox.press("u").shows("Undone: decline");
    assert_eq!(inbox.titles(), titles);
    inbox.press("<space><space>d").shows("Decline 2 leads. Reason?").press("<esc><esc>");
    inbox.press("gga").shows(&format!("Accept · {}", titles[0])).press("<esc>").press("y").press("e");
    assert_eq!(inbox.host.copied.len(), 1, "{}", inbox.screen());
}

#[test]
fn what_needs_every_lead_says_so() {
    let mut inbox = loading();
    let needs = "That needs all leads, and 20 of 60 are read. Press again in a moment.";
    for key in ["A", "R", "x"] {
        inbox.press(key).shows(needs).hides("marked").press("j").hides(needs);
    }
    inbox.press(&"n".repeat(40)).shows(needs);
    for keys in ["2", "s2", "/fabrikam<enter>", "fj<space>"] {
        let mut inbox = loading();
        inbox
            .press(keys)
            .shows("The leads are being read.")
            .shows("loading 20 of 60")
            .hides(" · first ")
            .hides("0 found");
        inbox.loaded().hides("The leads are being read.").hides("loading");
        assert!(!inbox.titles().is_empty(), "{keys}");
    }
}
