//! `n` and `N`: the next lead to answer, in the documented order, with the reason why (PRODUCT.md 4).

use leadbox::domain::terms::Terms;
use leadbox::domain::vitals::{UrgencyKey, Vitals};
use leadbox::domain::vocabulary::{Status, Tab, Urgency};

use crate::harness::Inbox;
use crate::samples::all_leads;

/// The Marketplace leads to answer, in the order of PRODUCT.md 2, read from whole leads.
fn wanted(inbox: &mut Inbox, tab: Tab) -> Vec<i64> {
    let (terms, now) = (Terms::default(), inbox.now.timestamp());
    let mut leads: Vec<_> = all_leads(inbox.desk.store())
        .into_iter()
        .filter(|lead| lead.record.tab() == tab && !lead.record.test)
        .map(|lead| (lead.id, Vitals::of(&lead, &terms)))
        .collect();
    leads.sort_by_key(|(id, vitals)| UrgencyKey::new(vitals, *id, now));
    let asks = |vitals: &Vitals| match vitals.urgency(now) {
        Urgency::Calm => vitals.standing(now).0 == Status::Received,
        urgency => urgency < Urgency::Calm,
    };
    leads.into_iter().filter(|(_, vitals)| asks(vitals)).map(|(id, _)| id.0).collect()
}

#[test]
fn it_visits_every_lead_to_answer_once_most_urgent_first_whatever_the_order() {
    for first in ["", "G", "s5", "jjjj", "s2G"] {
        let mut inbox = Inbox::demo();
        let wanted = wanted(&mut inbox, Tab::Marketplace);
        assert!(wanted.len() > 8);
        inbox.press(first);
        for id in &wanted {
            inbox.press("n");
            assert_eq!(inbox.app.selected().map(|id| id.0), Some(*id), "{}", inbox.screen());
        }
        inbox.press("n");
        assert_eq!(inbox.said(), "Nothing is left to answer here. n again looks everywhere.");
    }
}

#[test]
fn it_says_why() {
    let mut inbox = Inbox::demo();
    inbox.press("n");
    let on = inbox.on();
    assert!(inbox.said().starts_with(&format!("{on}: hot, ")), "{}", inbox.said());
    assert!(inbox.said().contains(" there"), "{}", inbox.said());
}

#[test]
fn again_goes_on_in_the_other_tab_and_ends() {
    let mut inbox = Inbox::demo();
    let (here, there) = (wanted(&mut inbox, Tab::Marketplace).len(), wanted(&mut inbox, Tab::Qualified));
    inbox.press(&"n".repeat(here + 2));
    inbox.shows("┌ Qualified");
    assert_eq!(inbox.app.selected().map(|id| id.0), there.first().copied());
    for id in &there[1..] {
        inbox.press("n");
        assert_eq!(inbox.app.selected().map(|id| id.0), Some(*id));
    }
    inbox.press("nn");
    assert_eq!(inbox.said(), "Nothing is left to answer in either tab.");
    inbox.press("n");
    assert_eq!(inbox.app.selected().map(|id| id.0), there.first().copied(), "it begins anew");
}

#[test]
fn a_verdict_never_makes_it_skip_the_lead_that_takes_the_row() {
    let mut inbox = Inbox::demo();
    let wanted = wanted(&mut inbox, Tab::Marketplace);
    inbox.press("nd7").press("n");
    assert_eq!(inbox.app.selected().map(|id| id.0), Some(wanted[1]), "{}", inbox.screen());
}

#[test]
fn back_goes_to_the_one_before_and_forth_goes_on_from_there() {
    let mut inbox = Inbox::demo();
    let wanted = wanted(&mut inbox, Tab::Marketplace);
    let on = |inbox: &Inbox| inbox.app.selected().map(|id| id.0);
    inbox.press("nnnN");
    assert_eq!(on(&inbox), Some(wanted[1]));
    inbox.press("n");
    assert_eq!(on(&inbox), Some(wanted[2]));
    inbox.press("NNN");
    assert_eq!(inbox.said(), "This is the first lead to answer here.");
    assert_eq!(on(&inbox), Some(wanted[0]));
}

#[test]
fn a_filter_begins_another_walk() {
    let mut inbox = Inbox::demo();
    let wanted = wanted(&mut inbox, Tab::Marketplace);
    inbox.press("nnn").press("/zzz<enter>").press("n");
    assert_eq!(inbox.said(), "Nothing is left to answer here. n again looks everywhere.");
    inbox.press("<esc>n");
    assert_eq!(inbox.app.selected().map(|id| id.0), Some(wanted[0]));
}
