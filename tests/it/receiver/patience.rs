//! Slow ones, many of them, and the end in order.

use std::time::Duration;

use leadbox::net::receiver::Limits;
use leadbox::shell::clock::Clock;

use crate::receiver::host::{Client, Host, TOKEN, lead, post};

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn who_is_slow_is_told_so_and_nothing_is_stored() {
    let limits = Limits { header: millis(150), request: millis(300), keep_alive: millis(200), ..Limits::default() };
    let host = Host::start(limits);
    let mut slow_head = host.connect();
    slow_head.send(format!("POST /leads/{TOKEN} HTTP/1.1\r\nHost:"));
    let mut slow_body = host.connect();
    let whole = post(TOKEN, &lead("a@x.example"));
    slow_body.send(whole.split_at(whole.len() - 1).0);
    let mut silent = host.connect();
    let mut resting = host.connect();
    resting.send(post(TOKEN, &lead("b@x.example")));
    assert_eq!(resting.answer().status, 200);
    assert_eq!(slow_head.answer().status, 408);
    assert_eq!(slow_body.answer().status, 408);
    assert!(silent.rest().is_empty(), "who said nothing gets no answer");
    assert!(resting.rest().is_empty(), "nor does who rests after its answer");
    assert_eq!(host.store().count().unwrap(), 1);
}

#[test]
fn slow_drops_win_no_time() {
    let host = Host::start(Limits { header: millis(200), ..Limits::default() });
    let mut client = host.connect();
    let begun = Clock::passed();
    client.send("POST / HTTP/1.1\r\n");
    // Each drop comes well within the time, all of them together do not.
    while Clock::passed().saturating_sub(begun) < millis(600) {
        client.send("X: y\r\n");
        std::thread::sleep(millis(20));
    }
    let answer = client.answer();
    assert!(answer.status == 408 || answer.status == 0, "{answer:?}");
}

/// Connections that have sent half a head and never send the rest.
fn slow_ones(host: &Host, count: usize) -> Vec<Client> {
    let slow = |_| {
        let mut client = host.connect();
        client.send(format!("POST /leads/{TOKEN} HTTP/1.1\r\nHost: slow\r\n"));
        client
    };
    (0..count).map(slow).collect()
}

/// The worst time of so many honest deliveries, a connection each.
fn worst(host: &Host, deliveries: usize) -> Duration {
    let time = |place: usize| {
        let begun = Clock::passed();
        assert_eq!(host.post(&lead(&format!("honest-{place}@x.example"))).status, 200);
        Clock::passed().saturating_sub(begun)
    };
    (0..deliveries).map(time).max().unwrap()
}

#[test]
#[expect(clippy::print_stdout, reason = "a promise that a busy machine may break is told, not asserted")]
fn five_hundred_slow_connections_do_not_keep_an_honest_one_waiting() {
    let host = Host::start(Limits { header: Duration::from_mins(1), ..Limits::default() });
    let slow = slow_ones(&host, 500);
    let worst = worst(&host, 50);
    println!("worst of 50 deliveries beside {} slow connections: {worst:?} (the promise is 250 ms)", slow.len());
    assert!(worst < Duration::from_secs(2), "{worst:?}");
    assert_eq!(host.store().count().unwrap(), 50);
}

#[test]
fn where_there_is_no_room_left_the_slowest_goes() {
    let host = Host::start(Limits { header: Duration::from_mins(1), open: 20, ..Limits::default() });
    let mut slow = slow_ones(&host, 60);
    assert_eq!(host.post(&lead("honest@x.example")).status, 200);
    let gone = slow.drain(..30).map(|mut client| client.rest()).filter(Vec::is_empty).count();
    assert_eq!(gone, 30, "the oldest were closed without an answer");
}

#[test]
fn slow_bodies_with_a_good_token_keep_nobody_out() {
    let limits = Limits { served: 2, request: Duration::from_mins(1), ..Limits::default() };
    let host = Host::start(limits);
    let large = post(TOKEN, &format!("{}{}", lead("slow@x.example"), " ".repeat(9000)));
    let small = post(TOKEN, &lead("slow@x.example"));
    let mut slow = Vec::new();
    for request in [&large, &small] {
        for _ in 0..20 {
            let mut client = host.connect();
            client.send(request.split_at(request.len() - 1).0);
            slow.push(client);
        }
    }
    assert_eq!(host.post(&lead("honest@x.example")).status, 200);
    assert_eq!(host.store().count().unwrap(), 1);
}

#[test]
fn large_bodies_wait_for_a_place_and_are_told_where_there_is_none() {
    let host = Host::start(Limits { served: 1, request: millis(500), ..Limits::default() });
    let large = post(TOKEN, &format!("{}{}", lead("large@x.example"), " ".repeat(9000)));
    let mut first = host.connect();
    first.send(large.split_at(large.len() - 1).0);
    let answers: Vec<_> = (0..3).map(|_| host.exchange(&large)).collect();
    assert_eq!(first.answer().status, 408);
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert!(statuses.iter().all(|status| [200, 408, 503].contains(status)) && statuses.contains(&200), "{statuses:?}");
    let busy = answers.iter().filter(|answer| answer.status == 503);
    assert!(busy.into_iter().all(|answer| answer.header("retry-after") == Some("1")));
    assert_eq!(host.store().count().unwrap(), 1);
}

#[test]
fn at_the_end_what_was_begun_is_finished_and_nothing_new_is_taken() {
    let host = Host::start(Limits::default());
    let whole = post(TOKEN, &lead("begun@x.example"));
    let (first, rest) = whole.split_at(whole.len() - 10);
    let mut begun = host.connect();
    begun.send(first);
    let mut idle = host.connect();
    idle.send(post(TOKEN, &lead("idle@x.example")));
    assert_eq!(idle.answer().status, 200);
    let mut silent = host.connect();
    // The receiver has seen the first of them by now: it answered one that came after it.
    host.stopper.stop();
    assert!(idle.rest().is_empty() && silent.rest().is_empty());
    begun.send(rest);
    let answer = begun.answer();
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    let address = host.address;
    assert_eq!(host.store().count().unwrap(), 2);
    host.stop();
    assert!(std::net::TcpStream::connect(address).is_err());
}
