//! Hooks of the built program: after a verb, beside the inbox, the receiver and a terminal that goes away. The programs are the
//! tests' own scripts, which note what they are given.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::serving::{Serving, new_token, payload};
use crate::session::{Home, LEADBOX, Session};

const SIZE: (u16, u16) = (110, 30);

const SHEET: &str = "LeadId,LeadCreationDateTime,LeadSource,CallToAction,CustomerName,FirstName,LastName,Email,Phone,Country\n\
    a,2026-11-20T11:00:00Z,AppSource (SPZA)-PLT|contoso.x,Contact me,Northwind,Ana,Souza,ana@northwind.example,+55 11 5550 0100,BR\n\
    b,2026-11-17T13:00:00Z,AppSource (SPZA)-PLT|contoso.x,Contact me,Margie Travel,Max,Shaw,max@margie.example,,US\n";

/// A home whose config names one script for these events: it notes the event and the lead in `work/noted`, then does the rest.
fn home(events: &[&str], rest: &str) -> Home {
    let home = Home::new();
    home.put("leads.csv", SHEET);
    give_hooks(&home, events, rest);
    home
}

fn give_hooks(home: &Home, events: &[&str], rest: &str) {
    // In one step, so that whoever reads sees whole lines.
    let note =
        "text=$(printf '%s %s %s' \"$LEADBOX_EVENT\" \"$LEADBOX_LEAD\" \"$1\"; cat); echo \"$text\" >>\"$2/noted\"";
    let script = home.put("hook.sh", format!("{note}\n{rest}\n"));
    let folder = home.path("config/leadbox");
    fs::create_dir_all(&folder).unwrap();
    let (script, work) = (script.display(), home.path("work"));
    let line = |event: &&str| format!("{event} = [\"sh\", \"{script}\", \"a $HOME `id`\", \"{}\"]\n", work.display());
    let config = format!("[hooks]\n{}", events.iter().map(line).collect::<String>());
    crate::session::write(&folder.join("config.toml"), config.as_bytes());
}

/// Every run so far: event, lead and what was on stdin.
fn noted(home: &Home) -> Vec<(String, i64, Value)> {
    let text = fs::read_to_string(home.path("work/noted")).unwrap_or_default();
    text.lines().map(parse).collect()
}

fn parse(line: &str) -> (String, i64, Value) {
    let (head, json) = line.split_at(line.find('{').unwrap());
    let mut words = head.splitn(3, ' ');
    let (event, lead) = (words.next().unwrap().to_owned(), words.next().unwrap().parse().unwrap());
    assert_eq!(words.next(), Some("a $HOME `id`"), "no shell has looked at the arguments");
    (event, lead, serde_json::from_str(json).unwrap())
}

/// Waits until so many runs were noted.
fn wait_for(home: &Home, runs: usize) -> Vec<(String, i64, Value)> {
    for _ in 0..1500 {
        let noted = noted(home);
        if noted.len() >= runs {
            return noted;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{:?} after half a minute", noted(home));
}

fn names(noted: &[(String, i64, Value)]) -> Vec<(&str, i64)> {
    noted.iter().map(|(event, lead, _)| (event.as_str(), *lead)).collect()
}

#[test]
fn a_verb_tells_what_it_did_and_its_output_stays_its_own() {
    let home = home(&["on_receive", "on_hot_4h", "on_accept", "on_decline", "on_won", "on_lost"], "echo on stdout");
    let import = home.run(&["import", "leads.csv"]);
    assert!(import.status.success() && import.stdout.is_empty());
    assert_eq!(names(&noted(&home)), [("on_receive", 1), ("on_receive", 2), ("on_hot_4h", 2)]);
    home.done(&["import", "leads.csv"]);
    home.done(&["list", "--json"]);
    assert_eq!(noted(&home).len(), 3, "nothing was new");
    home.done(&["accept", "1", "2", "--deal-name", "x"]);
    home.done(&["undo"]);
    home.done(&["redo"]);
    home.done(&["won", "1"]);
    home.done(&["lost", "2", "--reason", "1"]);
    let noted = noted(&home);
    assert_eq!(names(&noted)[3..], [("on_accept", 1), ("on_accept", 2), ("on_won", 1), ("on_lost", 2)]);
    assert_eq!(noted[5].2["outcome"], "won");
    assert_eq!(noted[6].2, home.json(&["show", "2", "--json"]));
}

#[test]
fn a_hook_that_fails_is_said_and_the_verb_has_succeeded() {
    let home = home(&["on_decline"], "printf 'no \\033]0;x\\007route\\n' >&2; exit 9");
    home.done(&["import", "leads.csv"]);
    let declined = home.run(&["--quiet", "decline", "1", "--reason", "7"]);
    let said = String::from_utf8(declined.stderr).unwrap();
    assert_eq!(declined.status.code(), Some(0));
    assert_eq!(
        said,
        "on_decline failed for lead 1 (Northwind): sh ended with 9 (no \u{fffd}]0;x\u{fffd}route). What was stored stands.\n"
    );
    assert_eq!(home.json(&["show", "1", "--json"])["outcome"], "declined");
}

#[test]
fn a_verb_that_is_refused_tells_nothing() {
    let home = home(&["on_accept", "on_won", "on_hot_4h", "on_receive"], "");
    home.put("bad.csv", SHEET.replace("Northwind,", "\"Northwind,"));
    home.done(&["import", "leads.csv", "--dry-run"]);
    assert_eq!(home.run(&["import", "bad.csv"]).status.code(), Some(65));
    assert_eq!(names(&noted(&home)), []);
    home.done(&["import", "leads.csv"]);
    assert_eq!(names(&noted(&home)), [("on_receive", 1), ("on_receive", 2), ("on_hot_4h", 2)]);
    fs::remove_file(home.path("work/noted")).unwrap();
    assert_eq!(home.run(&["won", "1"]).status.code(), Some(1));
    assert_eq!(home.run(&["accept", "1", "99"]).status.code(), Some(1));
    home.done(&["import", "leads.csv", "--dry-run"]);
    assert_eq!(names(&noted(&home)), []);
}

#[test]
fn a_config_that_others_may_write_names_no_programs() {
    let home = home(&["on_accept"], "");
    home.done(&["import", "leads.csv"]);
    let config = home.path("config/leadbox/config.toml");
    for mode in [0o620, 0o602, 0o666] {
        fs::set_permissions(&config, fs::Permissions::from_mode(mode)).unwrap();
        let refused = home.run(&["accept", "1"]);
        assert_eq!(refused.status.code(), Some(78));
        assert!(
            String::from_utf8_lossy(&refused.stderr).contains("run chmod go-w on it and on its folder"),
            "{refused:?}"
        );
    }
    fs::set_permissions(&config, fs::Permissions::from_mode(0o644)).unwrap();
    let folder = home.path("config/leadbox");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(home.run(&["accept", "1"]).status.code(), Some(78), "it could be replaced");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o1777)).unwrap();
    home.done(&["list"]);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    home.done(&["accept", "1", "--deal-name", "x"]);
    assert_eq!(names(&noted(&home)), [("on_accept", 1)]);
}

#[test]
fn what_a_hook_does_starts_no_other() {
    let again = format!("'{LEADBOX}' accept \"$LEADBOX_LEAD\" --deal-name x || exit 9; exit 0");
    let home = home(&["on_receive", "on_accept"], &again);
    let import = home.run(&["import", "leads.csv"]);
    assert!(!String::from_utf8_lossy(&import.stderr).contains("failed"), "{import:?}");
    assert_eq!(names(&noted(&home)), [("on_receive", 1), ("on_receive", 2)]);
    let accepted = home.json(&["list", "--json"]).as_array().unwrap().iter().all(|lead| lead["status"] == "accepted");
    assert!(accepted, "the store they were told of took it");
}

#[test]
fn a_window_that_is_closed_takes_no_hook_along() {
    // Sometimes the signal is noticed first, sometimes that the terminal takes nothing any more.
    for pause in [0, 10, 40, 90] {
        let home = home(&["on_decline"], "");
        home.done(&["import", "leads.csv"]);
        let mut session = Session::inbox(&home, SIZE);
        session.see("#2 ");
        session.send("d7");
        session.see("eclined");
        std::thread::sleep(Duration::from_millis(pause));
        drop(session);
        wait_for(&home, 1);
    }
}

#[test]
fn who_waits_for_a_hook_after_the_inbox_may_leave_it() {
    let home = home(&["on_decline"], "sleep 600");
    home.done(&["import", "leads.csv"]);
    let mut session = Session::inbox(&home, SIZE);
    session.see("#2 ");
    session.send("d7");
    wait_for(&home, 1);
    session.send("q");
    session.see("A hook is still running; it has 10 s to end.");
    session.send("\u{3}");
    session.see("on_decline was not run to its end for lead");
    assert_eq!(session.status(), 0);
    session.check_restored();
}

#[test]
fn doctor_and_config_check_name_a_program_that_is_not_there() {
    let home = home(&[], "");
    let missing = "[hooks]\non_won = [\"no-such-program-of-leadbox\"]\n";
    crate::session::write(&home.path("config/leadbox/config.toml"), missing.as_bytes());
    let sentence = "on_won: no-such-program-of-leadbox is not there, or is no program.";
    assert!(home.done(&["doctor"]).contains(&format!("Warning: {sentence}")));
    let checked = home.run(&["config", "check"]);
    assert_eq!(checked.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&checked.stderr).contains(sentence));
}

#[test]
fn beside_the_inbox_verdicts_are_told_and_failures_shown() {
    let home = home(
        &["on_decline", "on_receive", "on_hot_4h"],
        "test \"$LEADBOX_EVENT\" != on_decline || { echo gone >&2; exit 2; }",
    );
    home.done(&["import", "leads.csv"]);
    fs::remove_file(home.path("work/noted")).unwrap();
    let mut session = Session::inbox(&home, SIZE);
    session.see("#2 ");
    // What another process does is its own to tell: once.
    home.put("more.csv", SHEET.replace("\na,", "\nc,").replace("ana@", "eva@"));
    home.done(&["import", "more.csv"]);
    session.send("/ana\r");
    session.see("Ana Souza");
    session.send("d7");
    session.see("on_decline failed for lead 1 (Northwind): sh ended with 2 (gone).");
    let told = wait_for(&home, 2);
    assert_eq!(names(&told), [("on_receive", 3), ("on_decline", 1)]);
    assert_eq!(told[1].2["reason"]["code"], 7);
    session.quit();
    session.check_restored();
    assert_eq!(noted(&home).len(), 2);
}

#[test]
fn what_the_seller_did_last_is_told_after_the_inbox_has_closed() {
    let home = home(&["on_decline"], "echo gone >&2; exit 2");
    home.done(&["import", "leads.csv"]);
    let mut session = Session::inbox(&home, SIZE);
    session.see("#2 ");
    session.send("/ana\r");
    session.see("Ana Souza");
    session.send("d7");
    session.see("eclined");
    session.quit();
    session.check_restored();
    assert_eq!(names(&noted(&home)), [("on_decline", 1)]);
    // Whether the inbox or the terminal after it said so depends on how soon it was.
    let raw = String::from_utf8_lossy(&session.raw()).into_owned();
    assert!(raw.contains("on_decline failed for lead 1 (Northwind)"), "{raw}");
}

#[test]
fn the_demo_tells_nobody() {
    let home = home(&["on_receive", "on_decline", "on_hot_4h"], "");
    let mut session = Session::run(&home, SIZE, &["demo"]);
    session.see("Demo: made-up leads");
    session.send("d7");
    session.see("Declined");
    session.quit();
    assert_eq!(names(&noted(&home)), []);
}

#[test]
fn the_receiver_tells_of_a_delivery_and_goes_on_where_that_fails() {
    let home = home(&["on_receive"], "echo 'no route' >&2; exit 4");
    let token = new_token(&home);
    let serving = Serving::start(&home, &[]);
    let mut sender = serving.sender(&token);
    assert_eq!(sender.post(&payload("a@x.example")).unwrap().0, 200);
    let told = wait_for(&home, 1);
    assert_eq!((told[0].0.as_str(), told[0].2["email"].as_str()), ("on_receive", Some("a@x.example")));
    // One that comes as the receiver is told to stop is told of all the same.
    assert_eq!(sender.post(&payload("b@x.example")).unwrap().0, 200);
    let (code, log) = serving.stop();
    assert_eq!(code, Some(0));
    assert_eq!(noted(&home).len(), 2);
    let failures = log.iter().filter(|line| line.contains("on_receive failed for lead")).count();
    assert_eq!(failures, 2, "{log:?}");
    assert!(
        !log.iter().any(|line| line.contains("x.example") || line.contains("no route")),
        "no personal data: {log:?}"
    );
}

#[test]
fn who_asks_the_receiver_twice_to_end_leaves_its_hook() {
    let home = home(&["on_receive"], "sleep 600");
    let token = new_token(&home);
    let mut serving = Serving::start(&home, &[]);
    assert_eq!(serving.sender(&token).post(&payload("a@x.example")).unwrap().0, 200);
    wait_for(&home, 1);
    serving.signal(rustix::process::Signal::INT);
    let waits = || serving.log.lock().unwrap().iter().any(|line| line.contains("A hook is still running"));
    let waited = (0..3000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        waits()
    });
    assert!(waited, "{:?}", serving.log.lock().unwrap());
    serving.signal(rustix::process::Signal::INT);
    let (code, log) = serving.ended();
    assert_eq!(code, Some(0), "{log:?}");
    assert!(log.iter().any(|line| line.contains("on_receive was not run to its end for lead 1")), "{log:?}");
}

#[test]
fn the_end_that_is_asked_for_leaves_the_rest_and_says_so() {
    let home = home(&["on_receive"], "sleep 600");
    let mut command = home.command(LEADBOX);
    let child = command.args(["import", "leads.csv"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    wait_for(&home, 1);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("2 rows: 2 new.") && said.contains("on_receive was not run to its end for 2 leads"),
        "{said}"
    );
    assert_eq!(home.json(&["list", "--json"]).as_array().map(Vec::len), Some(2));
    let path: PathBuf = home.path("work/noted");
    assert_eq!(fs::read_to_string(path).unwrap().lines().count(), 1);
}
