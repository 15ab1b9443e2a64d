//! Deliveries to the built program: none that was acknowledged is lost, whatever kills it; it ends in order; a full disk is an
//! answer; tokens and what could not be read, from the command line.

use std::collections::HashMap;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use leadbox::shell::clock::Clock;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::serving::{Sender, Serving, lift_the_rate, new_token, payload};
use crate::session::{Home, LEADBOX, Session};

/// What was acknowledged: the lead, its number, and whether it was said to be new.
type Acknowledged = Mutex<Vec<(usize, i64, bool)>>;

fn email(lead: usize) -> String {
    format!("sender-{lead}@x.example")
}

/// Which lead each of the deliveries brings: every one, and every third a second time some way behind.
fn deliveries(leads: usize) -> Vec<usize> {
    let first = (0..leads).map(|lead| (2 * lead, lead));
    let again = (0..leads).step_by(3).map(|lead| (2 * lead + 41, lead));
    let mut all: Vec<_> = first.chain(again).collect();
    all.sort_unstable();
    all.into_iter().map(|(_, lead)| lead).collect()
}

/// Posts until it is acknowledged, as a sender that retries does.
fn deliver(sender: &mut Sender, lead: usize, acknowledged: &Acknowledged) {
    loop {
        match sender.post(&payload(&email(lead))) {
            Some((200, answer)) => {
                let (id, new) = (answer["lead"].as_i64().unwrap(), answer["new"].as_bool().unwrap());
                acknowledged.lock().unwrap().push((lead, id, new));
                return;
            }
            Some((503, _)) | None => std::thread::sleep(Duration::from_millis(2)),
            Some((status, answer)) => panic!("{status} {answer}"),
        }
    }
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// `LEADBOX_DELIVERIES=20000 LEADBOX_KILLS=10 cargo test --test e2e acknowledged -- --nocapture` is the long form.
#[test]
#[expect(clippy::print_stdout, reason = "the long form reports its figures")]
fn what_was_acknowledged_is_stored_once_however_often_it_is_killed() {
    let (leads, kills) = (number("LEADBOX_DELIVERIES", 600), number("LEADBOX_KILLS", 3));
    let home = Home::at_real_time();
    lift_the_rate(&home);
    let token = new_token(&home);
    let mut serving = Serving::start(&home, &[]);
    let address = serving.address.to_string();
    let (work, next) = (deliveries(leads), AtomicUsize::new(0));
    let acknowledged = Acknowledged::default();
    let begun = Clock::passed();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let mut sender = serving.sender(&token);
            let (work, next, acknowledged) = (&work, &next, &acknowledged);
            scope.spawn(move || {
                while let Some(lead) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    deliver(&mut sender, *lead, acknowledged);
                }
            });
        }
        for kill in 1..=kills {
            while acknowledged.lock().unwrap().len() < work.len() * kill / (kills + 1) {
                std::thread::sleep(Duration::from_millis(1));
            }
            serving.kill();
            serving = Serving::at(&home, &address, &[]);
        }
    });
    let took = Clock::passed().saturating_sub(begun);
    assert_eq!(serving.stop().0, Some(0));
    let acknowledged = acknowledged.into_inner().unwrap();
    let stored = home.json(&["list", "--json"]);
    let stored: HashMap<i64, &str> = stored
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| (lead["id"].as_i64().unwrap(), lead["email"].as_str().unwrap()))
        .collect();
    assert_eq!(acknowledged.len(), work.len());
    for (lead, id, _) in &acknowledged {
        assert_eq!(stored.get(id).copied(), Some(email(*lead).as_str()), "acknowledged as lead {id}");
    }
    assert_eq!(stored.len(), leads, "each once");
    let new = acknowledged.iter().filter(|(.., new)| *new).count();
    println!(
        "{} deliveries of {leads} leads in {took:.1?}, {kills} kills: none lost, none twice; {} were stored and not \
         acknowledged before a kill",
        work.len(),
        leads - new
    );
}

#[test]
fn it_stops_in_order_and_what_was_begun_is_stored() {
    let home = Home::new();
    let token = new_token(&home);
    let mut serving = Serving::start(&home, &[]);
    let mut sender = serving.sender(&token);
    assert_eq!(sender.post(&payload("first@x.example")).unwrap(), (200, json!({ "lead": 1, "new": true })));
    serving.signal(Signal::INT);
    let (code, said) = serving.ended();
    assert_eq!(code, Some(0), "{said:?}");
    assert_eq!(said.last().unwrap(), "Stopped. Everything that was answered is stored.");
    assert!(sender.post(&payload("second@x.example")).is_none());
    let line = said.iter().find(|line| line.contains(" 200 ")).unwrap();
    assert!(line.starts_with("2026-11-20T12:00:00Z 200 1 new, ") && line.ends_with(" ms, loopback"), "{line}");
    let whole = said.join("\n");
    for secret in [token.as_str(), "first@", "Souza"] {
        assert!(!whole.contains(secret), "{secret} in {whole}");
    }
    assert_eq!(home.json(&["list", "--json"])[0]["received_via"], "https-endpoint");
}

#[test]
fn a_full_disk_is_an_answer_and_nothing_acknowledged_is_lost() {
    let home = Home::new();
    lift_the_rate(&home);
    let token = new_token(&home);
    let mut command: Command = home.command("/bin/sh");
    // In blocks of 512 bytes: the store's files cannot grow beyond it.
    command.args(["-c", "ulimit -f 2000; exec \"$@\"", "sh", LEADBOX, "serve", "--listen", "127.0.0.1:0"]);
    let serving = Serving::run(command);
    let mut sender = serving.sender(&token);
    let mut kept = Vec::new();
    let refused = (0..3000).find_map(|lead| match sender.post(&payload(&email(lead))).unwrap() {
        (200, answer) => {
            kept.push((answer["lead"].as_i64().unwrap(), email(lead)));
            None
        }
        other => Some(other.0),
    });
    assert_eq!(refused, Some(503), "after {} leads", kept.len());
    assert!(kept.len() > 10);
    assert_eq!(serving.stop().0, Some(0));
    let stored = home.json(&["list", "--json"]);
    let stored: HashMap<i64, &Value> =
        stored.as_array().unwrap().iter().map(|lead| (lead["id"].as_i64().unwrap(), &lead["email"])).collect();
    for (id, email) in &kept {
        assert_eq!(stored.get(id).map(|email| email.as_str().unwrap()), Some(email.as_str()));
    }
}

#[test]
fn tokens_are_shown_once_and_change_while_it_runs() {
    let home = Home::new();
    let refused = home.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("leadbox serve --new-token"));
    assert_eq!(home.run(&["serve", "--listen", "0.0.0.0:0"]).status.code(), Some(2), "open to others without TLS");
    let old = new_token(&home);
    let serving = Serving::start(&home, &[]);
    let status = |token: &str| serving.sender(token).post(&payload("a@x.example")).unwrap().0;
    assert_eq!(status(&old), 200);
    let new = new_token(&home);
    while status(&new) != 200 {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(status(&old), 200, "both are good");
    home.done(&["serve", "--revoke-old-token"]);
    while status(&old) != 404 {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(status(&new), 200);
    let taken = home.run(&["serve", "--listen", &serving.address.to_string()]);
    assert_eq!(taken.status.code(), Some(69), "another has the address");
}

#[test]
fn at_a_terminal_the_first_start_makes_the_token() {
    let home = Home::new();
    let mut session = Session::run(&home, (100, 30), &["serve", "--listen", "127.0.0.1:0"]);
    session.see("It is shown this once: ");
    session.see("^C or SIGTERM stops it in order.");
    session.send([3]);
    assert_eq!(session.status(), 0);
    let kept = std::fs::read_to_string(home.path("data/leadbox/leads.db.tokens")).unwrap();
    assert_eq!(kept.lines().filter(|line| line.starts_with("sha256:")).count(), 1);
}

#[test]
fn what_could_not_be_read_is_listed_shown_and_mended() {
    let home = Home::new();
    let token = new_token(&home);
    let serving = Serving::start(&home, &[]);
    let broken = payload("late@x.example").replace("\"LeadSource\":", "\"LeadSource\"");
    assert_eq!(serving.sender(&token).post(&broken).unwrap(), (202, json!({ "quarantined": 1 })));
    assert_eq!(serving.sender(&token).post("[]").unwrap().0, 202);
    let list = home.json(&["serve", "--quarantine", "--json"]);
    assert_eq!((&list[0]["id"], &list[0]["times"], &list[0]["bytes"]), (&json!(1), &json!(1), &json!(broken.len())));
    assert_eq!(home.done(&["serve", "--show", "1"]), broken);
    let unmended = home.put("body.json", &broken);
    let unmended = home.run(&["serve", "--mend", "1", unmended.to_str().unwrap()]);
    assert_eq!(unmended.status.code(), Some(65));
    let mended = home.put("body.json", broken.replace("\"LeadSource\"", "\"LeadSource\":"));
    home.done(&["serve", "--mend", "1", mended.to_str().unwrap()]);
    let leads = home.json(&["list", "--json"]);
    assert_eq!((leads[0]["email"].as_str(), leads.as_array().unwrap().len()), (Some("late@x.example"), 1));
    home.done(&["serve", "--dismiss", "2"]);
    assert_eq!(home.json(&["serve", "--quarantine", "--json"]), json!([]));
    home.done(&["serve", "--reopen", "2"]);
    assert_eq!(home.json(&["serve", "--quarantine", "--json"])[0]["id"], json!(2));
    let doctor = home.json(&["doctor", "--json"]);
    assert_eq!(doctor["quarantine"], json!(1));
}

/// Figures for the README; `cargo test --release --test e2e how_fast -- --ignored --nocapture`.
#[test]
#[ignore = "measures, asserts nothing"]
#[expect(clippy::print_stdout, reason = "it reports its figures")]
fn how_fast_deliveries_are_taken() {
    let home = Home::at_real_time();
    lift_the_rate(&home);
    let token = new_token(&home);
    let serving = Serving::start(&home, &[]);
    for (senders, each, pace) in [(1, 1000, None), (8, 500, None), (32, 250, None), (8, 250, Some(200))] {
        let times = Mutex::new(Vec::new());
        let begun = Clock::passed();
        std::thread::scope(|scope| {
            for sender in 0..senders {
                let (times, serving, token) = (&times, &serving, &token);
                scope.spawn(move || {
                    let mut connection = serving.sender(token);
                    for lead in 0..each {
                        if let Some(pace) = pace {
                            let due = Duration::from_secs_f64(f64::from(lead * senders + sender) / f64::from(pace));
                            std::thread::sleep((begun + due).saturating_sub(Clock::passed()));
                        }
                        let body = payload(&format!("{senders}-{sender}-{lead}-{pace:?}@x.example"));
                        let from = Clock::passed();
                        assert_eq!(connection.post(&body).unwrap().0, 200);
                        times.lock().unwrap().push(Clock::passed().saturating_sub(from));
                    }
                });
            }
        });
        let took = Clock::passed().saturating_sub(begun);
        let mut times = times.into_inner().unwrap();
        times.sort_unstable();
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        let rate = times.len() as f64 / took.as_secs_f64();
        let pace = pace.map_or("as fast as they are answered".to_owned(), |pace| format!("{pace} a second"));
        println!("{senders} senders, {pace}: {rate:.0}/s, median {:?}, p99 {:?}, worst {:?}", at(50), at(99), at(100));
    }
}
