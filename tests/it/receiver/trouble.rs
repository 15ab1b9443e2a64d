//! A store that another process keeps, a thread that is lost, and senders behind one proxy.

use std::sync::atomic::Ordering;

use leadbox::net::receiver::{Limits, ReceiverError, ReceiverSettings};
use rusqlite::Connection;

use crate::receiver::host::{Client, Host, TOKEN, lead, request};

#[test]
fn a_busy_store_is_told_and_what_was_not_taken_can_be_sent_again() {
    let host = Host::start(Limits::default());
    assert_eq!(host.post(&lead("before@x.example")).status, 200);
    let another = Connection::open(host.path()).unwrap();
    another.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = host.post(&lead("a@x.example"));
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("5")), "{busy:?}");
    assert!(busy.body.contains("The store is busy."), "{busy:?}");
    another.execute_batch("ROLLBACK").unwrap();
    assert_eq!(host.store().count().unwrap(), 1, "what was answered with 503 is not stored");
    assert_eq!(host.post(&lead("a@x.example")).status, 200);
    assert_eq!(host.store().count().unwrap(), 2);
}

#[test]
fn without_the_thread_that_owns_the_store_it_ends_and_says_what_holds() {
    let host = Host::start(Limits::default());
    assert_eq!(host.post(&lead("before@x.example")).status, 200);
    host.machine.broken.store(true, Ordering::SeqCst);
    let answer = host.post(&lead("lost@x.example"));
    assert_eq!(answer.status, 503, "never 200 for what is not stored: {answer:?}");
    let store = host.store();
    let end = host.end().unwrap_err();
    assert!(matches!(end, ReceiverError::Lost), "{end}");
    assert_eq!(store.count().unwrap(), 1);
}

/// A large delivery that came through a proxy: what the sender said of itself, then what the proxy saw.
fn forwarded(by: &str, email: &str) -> String {
    let fields = ["Content-Type: application/json", &format!("X-Forwarded-For: {by}")];
    let body = format!("{}{}", lead(email), " ".repeat(9000));
    request(&format!("POST /leads/{TOKEN} HTTP/1.1"), &fields, &body)
}

#[test]
fn behind_a_proxy_senders_are_told_apart_by_what_the_proxy_saw() {
    let limits = Limits { per_peer: 1, served: 4, ..Limits::default() };
    let host =
        Host::with(ReceiverSettings { limits, behind_proxy: true, ..ReceiverSettings::default() }, &[TOKEN], None);
    let begun = |bytes: &str| -> Client {
        let mut client = host.connect();
        client.send(bytes);
        client
    };
    let whole = forwarded("203.0.113.1", "slow@x.example");
    let (first, rest) = whole.split_at(whole.len() - 1);
    let mut slow = begun(first);
    // It has one place, whatever it says of itself before the proxy adds its address.
    let mut again = begun(&forwarded("198.51.100.7, 203.0.113.1", "again@x.example"));
    let other = host.exchange(forwarded("203.0.113.1, 203.0.113.2", "other@x.example"));
    assert_eq!(other.status, 200);
    assert_eq!(host.store().count().unwrap(), 1, "the second of the same sender waits");
    slow.send(rest);
    assert_eq!((slow.answer().status, again.answer().status), (200, 200));
    assert_eq!(host.store().count().unwrap(), 3);
}
