//! Run mode: a pile, one lead at a time, with progress, undo and a summary (PRODUCT.md 4; SCREENS.md).

use chrono::TimeDelta;
use leadbox::domain::record::Field;

use crate::harness::{Inbox, settings};
use crate::samples::Row;

fn rows(count: usize) -> Vec<Row> {
    let row = |n: usize| {
        let created = format!("2026-11-20T{:02}:00:00Z", n + 1);
        Row::contact_me(&format!("id-{n}"), &created).with(Field::Company, &format!("Company {n}"))
    };
    (0..count).map(row).collect()
}

#[test]
fn a_run_goes_through_the_pile_and_sums_up() {
    let mut inbox = Inbox::of(&rows(4));
    inbox
        .press("R")
        .shows(" Run · Marketplace")
        .shows("1 of 4")
        .shows("Company 0")
        .shows("Why now: hot, 11 h 0 min old");
    inbox.shows("next: Company 1 (hot, 62h)");
    inbox.press("d7").shows("2 of 4").shows("Declined Company 0 (spam).").shows("Company 1");
    inbox
        .press("n")
        .shows("3 of 4")
        .press("a<enter>")
        .shows("4 of 4")
        .shows("Accepted Company 2.")
        .shows("the last one");
    inbox.press("n").shows("2 of 4 leads handled, 2 skipped.").shows("No first touch was made.");
    inbox.shows("2 hot leads still burn.");
    inbox.press("y");
    let said = "2 of 4 leads handled, 2 skipped. No first touch was made. 2 hot leads still burn.";
    assert_eq!(inbox.host.copied, [said]);
    inbox.press("q").shows("┌ Marketplace").hides("Run ·");
    assert!(inbox.ended.is_none());
}

#[test]
fn undo_brings_the_lead_back_into_the_run() {
    let mut inbox = Inbox::of(&rows(3));
    inbox.press("Rd7").shows("2 of 3").press("u").shows("1 of 3").shows("Undone: decline of Company 0.");
    assert!(inbox.lead("Company 0").seller.verdict.is_none());
    inbox.press("d7d7d7").shows("3 of 3 leads handled, 0 skipped.").press("u").shows("3 of 3").shows("Company 2");
    inbox.press("q").shows("2 of 3 leads handled, 0 skipped, 1 not reached.");
}

#[test]
fn back_returns_and_nothing_done_stops_without_a_summary() {
    let mut inbox = Inbox::of(&rows(3));
    inbox.press("RnnN").shows("2 of 3").shows("Company 1").press("<esc>").shows("┌ Marketplace");
    assert_eq!(inbox.on(), "Company 1", "the cursor stays on the lead the run stood on");
    inbox.press("Rnnn").shows("0 of 3 leads handled, 3 skipped.").press("N").shows("3 of 3");
}

#[test]
fn a_run_takes_the_marked_leads_and_only_what_asks_for_an_answer() {
    let mut inbox = Inbox::demo();
    inbox.press("j<space><space>R").shows("Run · 2 marked leads").shows("1 of 2").press("qq");
    inbox.press("/litware<enter>R");
    assert_eq!(inbox.said(), "Nothing is left to answer here. n looks everywhere.");
}

#[test]
fn keys_of_the_list_are_explained_and_a_favorite_does_not_move_on() {
    let mut inbox = Inbox::of(&rows(2));
    inbox.press("R*").shows("1 of 2").shows("Favorite: Company 0.");
    inbox.press("f");
    inbox.shows("That key is for the list. q stops the run.");
    inbox.press("yi").shows("1 of 2");
    inbox.press("?").shows("Commands and help").press("<esc>").shows("1 of 2");
}

#[test]
fn what_others_change_stays_in_the_pile() {
    let mut inbox = Inbox::of(&rows(3));
    inbox.press("R").elsewhere(|store, now| {
        use leadbox::domain::change::Change;
        use leadbox::domain::lead::LeadId;
        store.apply(&[LeadId(2)], &Change::Favorite(true), now).unwrap();
    });
    inbox
        .shows("1 of 3")
        .shows("Company 0")
        .advance(TimeDelta::hours(80))
        .shows("1 of 3")
        .press("n")
        .shows("Company 1");
}

#[test]
fn a_run_under_a_filter_keeps_the_leads_that_leave_it() {
    let mut inbox = Inbox::of(&rows(3));
    inbox.press("f/company<enter>").press("R").press("d7N").shows("1 of 3").shows("Company 0").shows("Declined");
}

#[test]
fn every_size_shows_the_lead_and_how_far_the_run_is() {
    for size in [(200, 50), (120, 34), (84, 24), (60, 20), (40, 10)] {
        let mut store = crate::samples::empty_store();
        leadbox::shell::demo::fill(&mut store, crate::samples::now()).unwrap();
        let mut inbox = Inbox::open(store, settings(), size);
        inbox.press("R").shows("Run").shows("1 of ");
        inbox.shows("Proseware");
    }
}

#[test]
fn a_logged_contact_goes_on_and_is_the_first_touch_of_the_summary() {
    let mut inbox = Inbox::of(&rows(3));
    inbox.press("R").shows("13 h 0 min left").shows("c log").shows("z later");
    inbox.press("ccgood talk<enter>").shows("2 of 3");
    inbox.press("cn<enter>").shows("3 of 3").press("z1d<enter>");
    inbox.shows("3 of 3 leads handled, 0 skipped.").shows("Median time to first touch: 10 h 30 min (2 leads).");
    inbox.shows("1 hot lead still burns.");
    inbox.press("uu").shows("2 of 3").shows("Company 1");
}
