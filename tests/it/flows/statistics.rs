//! The statistics page: a month beside the one before, other months, ten lines to copy, and what is said meanwhile.

use chrono::TimeDelta;
use leadbox::app::msg::{Effect, Msg};
use leadbox::app::update;
use leadbox::domain::change::Change;
use leadbox::domain::statistics::Months;

use crate::harness::{Inbox, keys_of};

#[test]
fn a_month_stands_beside_the_one_before_and_others_are_a_key_away() {
    let mut inbox = Inbox::demo();
    inbox.press("S").shows("Statistics · November 2026").shows("October 2026").shows("First touch");
    inbox.press("[").shows("Statistics · October 2026").shows("September 2026");
    inbox.press("]").shows("Statistics · November 2026");
    inbox.press("]").shows("Statistics · November 2026");
    let mut seen = inbox.press("[").screen();
    for _ in 0..40 {
        let before = std::mem::replace(&mut seen, inbox.press("h").screen());
        if before == seen {
            break;
        }
    }
    assert_eq!(inbox.press("[").screen(), seen, "there is nothing before the first month");
    inbox.press("<esc>").hides("Statistics ·").shows("Marketplace · ");
    inbox.press("Sq").hides("Statistics ·");
    assert_eq!(inbox.ended, None, "q closes the page, not the inbox");
    inbox.press("SS").hides("Statistics ·");
}

#[test]
fn ten_plain_lines_are_copied_without_a_name() {
    let mut inbox = Inbox::demo();
    inbox.press("Sy");
    assert!(inbox.said().starts_with("Copied"), "{}", inbox.said());
    inbox.shows("Statistics · November 2026");
    let text = inbox.host.copied.last().unwrap().clone();
    assert_eq!(text.lines().count(), 10, "{text}");
    assert!(text.starts_with("Leads in November 2026, in brackets October 2026\n"), "{text}");
    for line in text.lines() {
        assert!(!line.contains(['@', '\t']) && line.trim_end() == line, "{line}");
    }
    for lead in crate::samples::all_leads(inbox.desk.store()) {
        let person = &lead.record.person;
        for name in [&person.company, &person.first_name, &person.last_name, &person.phone].into_iter().flatten() {
            // Single letters and two are in any text.
            if name.chars().count() < 3 {
                continue;
            }
            assert!(!text.contains(name.as_str()), "{name} is in\n{text}");
        }
    }
}

#[test]
fn a_page_that_is_too_long_scrolls() {
    let mut inbox = Inbox::demo();
    inbox.resize(60, 20).press("S").shows("lines 1-").hides("other action");
    inbox.press("G").shows("other action").hides("First touch");
    inbox.press("k<c-u>").hides("lines 1-").press("g").shows("lines 1-").shows("First touch");
    inbox.resize(200, 50).shows("other action").hides("lines 1-");
}

#[test]
fn what_changes_meanwhile_is_counted_again() {
    let mut inbox = Inbox::demo();
    let id = inbox.id("Northwind Traders");
    inbox.press("S");
    let before = inbox.screen();
    inbox.elsewhere(|store, now| {
        let grounds = leadbox::domain::change::Grounds {
            reason: leadbox::domain::vocabulary::Reason::Timeline,
            notes: None,
            reported: true,
        };
        store.apply(&[id], &Change::Decline(grounds), now).unwrap();
    });
    assert!(!before.contains("timeline"), "{before}");
    inbox.shows("timeline");
    inbox.advance(TimeDelta::days(30)).press("<esc>S").shows("Statistics · December 2026");
}

#[test]
fn leads_are_counted_once_at_a_time() {
    let mut inbox = Inbox::demo();
    let key = |inbox: &mut Inbox, key: &str| {
        let now = inbox.now;
        keys_of(key).into_iter().flat_map(|key| update(&mut inbox.app, Msg::Key(key), now)).collect::<Vec<_>>()
    };
    let counts = |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::Statistics(_))).count();
    assert_eq!(counts(&key(&mut inbox, "S")), 1);
    assert_eq!(counts(&key(&mut inbox, "<esc>S")), 0, "the first count is under way");
    let now = inbox.now;
    let counted = |inbox: &mut Inbox, result| update(&mut inbox.app, Msg::Statistics(result), now);
    assert_eq!(counts(&counted(&mut inbox, Ok(Box::new(Months::default())))), 1, "it had begun before the page opened");
    assert_eq!(counts(&counted(&mut inbox, Err("No disk.".to_owned()))), 0);
    inbox.tell(Msg::Resumed);
    inbox.shows("No disk.");
    inbox.press("y[").shows("No disk.");
    assert!(inbox.host.copied.is_empty());
}

#[test]
fn the_months_are_those_of_the_sellers_zone() {
    use crate::harness::settings;
    use crate::samples::{Row, empty_store, now, put_all};
    let mut store = empty_store();
    put_all(&mut store, &[Row::contact_me("a", "2026-10-31T23:30:00Z").arrival("2026-11-20T10:00:00Z")], now());
    let settings = leadbox::app::Settings { zone: chrono_tz::Tz::Europe__Warsaw, ..settings() };
    let mut inbox = Inbox::open(store, settings, (120, 34));
    inbox.press("S");
    let line = inbox.screen().lines().find(|line| line.contains("leads created")).unwrap().to_owned();
    let counts: Vec<&str> = line.split_whitespace().filter(|word| word.chars().all(|c| c.is_ascii_digit())).collect();
    assert_eq!(counts[..2], ["1", "0"], "in Warsaw it was November: {line}");
}
