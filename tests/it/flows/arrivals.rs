//! Leads that come in while the inbox is open: what the message line says, what rings, and the header's pulse
//! (PRODUCT.md 3 and 8).

use chrono::TimeDelta;
use leadbox::app::notices::NoticeSettings;
use leadbox::store::{ImportLabel, Road, Store};

use crate::harness::{Inbox, settings};
use crate::samples::{Row, empty_store, put_all};

/// Leads as a receiver stores them, so many hours old, with ids from `first` on.
fn deliver(inbox: &mut Inbox, first: usize, count: usize, hours: i64) {
    inbox.elsewhere(|store, now| {
        let label = ImportLabel { title: "delivery".into(), file_time: None, road: Road::Delivery };
        let mut import = store.import(&label, now).unwrap();
        for number in first..first + count {
            let created = leadbox::domain::moment::rfc3339(now - TimeDelta::hours(hours));
            let row = Row::contact_me(&format!("new-{number}"), &created);
            import.put(&row.arrival("2026-11-20")).unwrap();
        }
        import.commit().unwrap();
    });
}

fn inbox(bell: bool) -> Inbox {
    let mut store = empty_store();
    known(&mut store);
    let settings = leadbox::app::Settings { notices: NoticeSettings { bell, desktop: false }, ..settings() };
    Inbox::open(store, settings, (120, 34))
}

fn known(store: &mut Store) {
    put_all(store, &[Row::contact_me("a", "2026-11-19T12:00:00Z").arrival("2026-11-20")], crate::samples::now());
}

#[test]
fn each_of_the_first_ten_of_a_day_is_told_and_rings_where_the_config_asks() {
    let mut inbox = inbox(true);
    assert!(inbox.host.notified.is_empty(), "what was there is no news");
    deliver(&mut inbox, 0, 1, 0);
    let said = inbox.said();
    assert_eq!(said, "Contact me lead #2 came in from AppSource. n goes to the most urgent.");
    assert_eq!(inbox.host.notified, ["Contact me lead #2 came in from AppSource."]);
    deliver(&mut inbox, 1, 3, 0);
    assert_eq!(inbox.said(), "3 Contact me leads came in, the last is #5. n starts.");
    assert_eq!(inbox.host.notified.len(), 4, "one a lead");
    let told = inbox.host.notified.join(" ");
    assert!(!told.contains("Northwind") && !told.contains("Ana"), "nobody is named: {told}");
}

#[test]
fn from_the_eleventh_of_a_day_on_there_is_a_digest_that_rings_once_an_hour() {
    let mut inbox = inbox(true);
    deliver(&mut inbox, 0, 10, 0);
    assert_eq!(inbox.host.notified.len(), 10);
    deliver(&mut inbox, 10, 1, 0);
    assert_eq!(inbox.said(), "11 Contact me leads came in today, 1 just now. n starts.");
    assert_eq!(inbox.host.notified.len(), 11);
    deliver(&mut inbox, 11, 2, 0);
    assert_eq!(inbox.said(), "13 Contact me leads came in today, 2 just now. n starts.");
    assert_eq!(inbox.host.notified.len(), 11, "not twice in an hour");
    inbox.advance(TimeDelta::hours(1));
    deliver(&mut inbox, 13, 1, 0);
    assert_eq!(inbox.host.notified.last().unwrap(), "14 Contact me leads came in today, 1 just now.");
    inbox.advance(TimeDelta::hours(12));
    deliver(&mut inbox, 14, 1, 0);
    assert!(inbox.said().starts_with("Contact me lead #16"), "a new day: {}", inbox.said());
}

#[test]
fn nothing_rings_unasked_and_cold_leads_are_no_news() {
    let mut inbox = inbox(false);
    deliver(&mut inbox, 0, 1, 0);
    assert!(inbox.said().starts_with("Contact me lead"));
    assert!(inbox.host.notified.is_empty());
    let mut inbox = self::inbox(true);
    deliver(&mut inbox, 0, 2, 73);
    assert!(inbox.host.notified.is_empty() && !inbox.said().contains("came in"), "{}", inbox.said());
}

#[test]
fn the_header_tells_when_the_last_delivery_came_and_goes_back_to_the_file_when_that_is_newer() {
    let mut inbox = inbox(false);
    deliver(&mut inbox, 0, 1, 0);
    inbox.shows("last delivery just now");
    inbox.advance(TimeDelta::minutes(12)).shows("last delivery 12 min ago");
    inbox.advance(TimeDelta::hours(23)).shows("last delivery 23 h ago").hides("imports");
    inbox.advance(TimeDelta::hours(1)).shows("last delivery 24 h ago  i imports");
    inbox.elsewhere(|store, now| {
        put_all(store, &[Row::contact_me("b", "2026-11-19T12:00:00Z").arrival("2026-11-20")], now);
    });
    inbox.shows("data: export of today").hides("delivery");
}
