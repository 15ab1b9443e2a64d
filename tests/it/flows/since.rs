//! What happened since the seller closed the inbox, told until the first verdict (PRODUCT.md 3).

use chrono::TimeDelta;

use crate::harness::{Inbox, settings};
use crate::samples::{empty_store, now};

/// The demo, closed eighteen hours ago.
fn returned(size: (u16, u16)) -> Inbox {
    let mut store = empty_store();
    leadbox::shell::demo::fill(&mut store, now()).unwrap();
    Inbox::returning(store, settings(), size)
}

#[test]
fn the_news_is_told_until_the_first_verdict() {
    let mut inbox = returned((120, 34));
    inbox.shows(" Since yesterday 18:00:  ").shows(" new");
    inbox.press("*j").shows("Since yesterday").press("d7").hides("Since yesterday");
    inbox.press("u").hides("Since yesterday");
}

#[test]
fn a_query_takes_its_place_and_gives_it_back() {
    let mut inbox = returned((84, 24));
    inbox
        .shows(" Since yesterday:  ")
        .press("/nor<enter>")
        .hides("Since yesterday")
        .press("<esc>")
        .shows("Since yesterday");
}

#[test]
fn new_leads_are_those_that_came_after_it() {
    let mut inbox = returned((120, 34));
    let new: u32 = {
        let screen = inbox.screen();
        let line = screen.lines().find(|line| line.contains("Since")).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let place = words.iter().position(|word| *word == "new").expect("new leads");
        words[place - 1].parse().unwrap()
    };
    inbox.press("/is:new<enter>");
    let shown: usize = inbox.app.listing.hits.iter().take(2).map(|hits| *hits as usize).sum();
    assert_eq!(shown, new as usize, "{}", inbox.screen());
    assert!(new > 0);
}

#[test]
fn a_store_never_closed_tells_no_news_and_every_lead_is_new() {
    let mut inbox = Inbox::demo();
    inbox.hides("Since");
    let all = inbox.app.listing.ids.len();
    inbox.press("/is:new<enter>");
    assert_eq!(inbox.app.listing.ids.len(), all);
}

#[test]
fn a_follow_up_that_came_is_told_when_others_change_the_store() {
    let mut inbox = returned((120, 34));
    let id = inbox.id("Northwind Traders");
    inbox.elsewhere(|store, now| {
        use leadbox::domain::change::Change;
        let earlier = now - TimeDelta::hours(2);
        store.apply(&[id], &Change::Later(Some(now - TimeDelta::hours(1))), earlier).unwrap();
    });
    inbox.shows("back from later");
}
