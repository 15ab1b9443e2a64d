//! `sync partner-center` as a seller meets it: the built program against the stub that follows Microsoft's documents. What is
//! said, what is stored, what is private, and what a kill leaves.

#[expect(dead_code, reason = "the tests in one process use the rest of it")]
#[path = "../it/partner_center/stub.rs"]
mod stub;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::session::{Home, LEADBOX};
use stub::{REFERRALS, Stub, id};

const SYNC: [&str; 2] = ["sync", "partner-center"];

/// A home whose config names the stub.
fn home(stub: &Stub) -> Home {
    let home = Home::new();
    let config = format!(
        "[partner_center]\nclient_id = \"11111111-2222-3333-4444-555555555555\"\ntenant = \"contoso.example\"\nauthority = \"{0}\"\n\
         api = \"{0}\"\n",
        stub.base()
    );
    let folder = home.path("config").join("leadbox");
    fs::create_dir(&folder).unwrap();
    crate::session::write(&folder.join("config.toml"), config.as_bytes());
    stub.service().interval = 1;
    home
}

fn list(stub: &Stub, numbers: std::ops::RangeInclusive<usize>) {
    stub.service().referrals.extend(numbers.map(|number| stub::lead(number, |_| ())));
}

/// Exit code, stdout and stderr.
fn run(home: &Home, flags: &[&str]) -> (Option<i32>, String, String) {
    let output = home.run(&[&SYNC, flags].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn token(home: &Home) -> PathBuf {
    home.path("data").join("leadbox/leads.db.partner-center")
}

fn mode(home: &Home) -> u32 {
    fs::metadata(token(home)).unwrap().permissions().mode() & 0o777
}

fn count(home: &Home) -> usize {
    home.json(&["list", "--json"]).as_array().unwrap().len()
}

/// Waits until the stub has seen so many lists.
fn until_lists(stub: &Stub, many: usize) {
    for _ in 0..400 {
        if stub.service().calls("GET").len() >= many {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the stub has seen {} lists of {many}", stub.service().calls("GET").len());
}

fn start(home: &Home, flags: &[&str]) -> Child {
    let mut command = home.command(LEADBOX);
    command.args(SYNC).args(flags).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), signal).unwrap();
}

#[test]
fn a_seller_signs_in_lists_tells_what_is_owed_and_signs_out() {
    let stub = Stub::start();
    let home = home(&stub);
    list(&stub, 1..=3);
    let (code, _, said) = run(&home, &[]);
    assert_eq!(code, Some(77));
    assert!(said.starts_with("Nobody is signed in to Partner Center. Nothing was lost; sign in with"), "{said}");
    let (code, account, said) = run(&home, &["--sign-in", "--json", "--quiet"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("enter the code YZMY\u{fffd}LD4K") && !said.contains("Signed in"), "{said}");
    let account: Value = serde_json::from_str(&account).unwrap();
    let counts = json!({ "pages": 1, "listed": 3, "added": 3, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0,
                         "rejects": [], "told": [] });
    assert_eq!((account, mode(&home)), (counts, 0o600));

    home.done(&["accept", "2", "--deal-name", "Warehouse", "--value", "18000", "--currency", "EUR"]);
    let sent = stub.service().seen.len();
    let (code, lines, _) = run(&home, &["--push", "--dry-run"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, lines.len(), stub.service().seen.len()), (Some(0), 2, sent), "a dry run sends nothing");
    assert_eq!((&lines[0]["method"], &lines[0]["body"]), (&json!("GET"), &Value::Null));
    assert!(lines[0]["path"].as_str().unwrap().starts_with(&format!("{REFERRALS}?%24filter=")), "{}", lines[0]);
    let patched = home.json(&["show", "2", "--json"])["external_id"].as_str().unwrap().to_owned();
    let body = |op: &str, path: &str, value: &str| json!({ "op": op, "path": path, "value": value });
    let operations = json!([
        body("replace", "/status", "Active"),
        body("replace", "/substatus", "Accepted"),
        body("replace", "/name", "Warehouse"),
        body("replace", "/details/dealValue", "18000"),
        body("replace", "/details/currency", "EUR"),
    ]);
    assert_eq!(lines[1], json!({ "method": "PATCH", "path": format!("{REFERRALS}/{patched}"), "body": operations }));

    let (code, account, said) = run(&home, &["--push", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("The accept of lead 2 (Company 2) is entered in Partner Center."), "{said}");
    let account: Value = serde_json::from_str(&account).unwrap();
    assert_eq!((&account["told"][0]["lead"], &account["told"][0]["result"]), (&json!(2), &json!("sent")));
    assert_eq!(home.json(&["outbox", "--json"]), json!([]));
    assert_eq!(home.json(&["show", "2", "--json"])["status"], "accepted");

    let kept = fs::read_to_string(token(&home)).unwrap();
    assert!(kept.contains("access-1"));
    let (code, _, said) = run(&home, &["--sign-out"]);
    assert_eq!((code, token(&home).exists()), (Some(0), false), "{said}");
    assert_eq!(run(&home, &[]).0, Some(77));
}

#[test]
fn a_sign_in_that_others_may_read_is_refused_and_not_used() {
    let stub = Stub::start();
    let home = home(&stub);
    assert_eq!(run(&home, &["--sign-in"]).0, Some(0));
    fs::set_permissions(token(&home), Permissions::from_mode(0o644)).unwrap();
    let sent = stub.service().seen.len();
    let (code, _, said) = run(&home, &["--push"]);
    assert_eq!((code, stub.service().seen.len()), (Some(77), sent));
    assert!(said.contains("may be read by others") && !said.contains("access-"), "{said}");
    assert_eq!((run(&home, &["--sign-in"]).0, mode(&home)), (Some(0), 0o600), "signing in again makes it private");
}

#[test]
fn a_refused_refresh_a_conflict_and_a_missing_registration_have_their_codes() {
    let stub = Stub::start();
    let home = home(&stub);
    list(&stub, 1..=1);
    assert_eq!(run(&home, &["--sign-in"]).0, Some(0));
    home.done(&["accept", "1"]);
    // Somebody changes the lead between the listing and the patch.
    let trouble = stub::Trouble { method: "PATCH", ..stub::Trouble::of(412, "preconditionFailed") };
    stub.service().troubles.push_back(trouble);
    let (code, _, said) = run(&home, &["--push", "--quiet"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nothing was overwritten"), "a conflict is told with --quiet too: {said}");
    let lead = home.done(&["show", "1"]);
    assert!(lead.contains("accept not entered: Somebody changed it in Partner Center"), "{lead}");
    let mut service = stub.service();
    service.access.clear();
    service.refresh.clear();
    drop(service);
    let (code, _, said) = run(&home, &[]);
    assert_eq!(code, Some(77));
    assert!(said.starts_with("The sign-in to Partner Center has ended. Nothing was lost"), "{said}");
    let config = home.path("config").join("leadbox/config.toml");
    crate::session::write(&config, b"[partner_center]\n");
    let (code, _, said) = run(&home, &["--sign-in"]);
    assert_eq!(code, Some(78));
    assert!(said.contains("client_id"), "{said}");
    crate::session::write(&config, b"[partner_center]\napi = \"http://api.example\"\n");
    let (code, _, said) = run(&home, &[]);
    assert!(code == Some(78) && said.contains("line 2: partner_center.api must begin with https://"), "{said}");
}

#[test]
fn a_killed_sync_goes_on_where_it_stopped() {
    let stub = Stub::start();
    let home = home(&stub);
    assert_eq!(run(&home, &["--sign-in"]).0, Some(0));
    list(&stub, 1..=350);
    let before = stub.service().calls("GET").len();
    stub.service().silent_after = Some(before + 2);
    let mut child = start(&home, &[]);
    until_lists(&stub, before + 3);
    signal(&child, Signal::KILL);
    child.wait().unwrap();
    assert_eq!(count(&home), 200, "two pages were stored before the kill");
    stub.service().silent_after = None;
    let (code, account, said) = run(&home, &["--json"]);
    assert_eq!(code, Some(0), "{said}");
    let account: Value = serde_json::from_str(&account).unwrap();
    assert_eq!((&account["listed"], &account["added"], count(&home)), (&json!(150), &json!(150), 350));
}

#[test]
fn a_watch_brings_what_comes_later_and_ends_when_it_is_asked_to() {
    let stub = Stub::start();
    let home = home(&stub);
    let config = home.path("config/leadbox/config.toml");
    let told = home.path("work/told");
    let hook = format!("echo $LEADBOX_EVENT $LEADBOX_LEAD >>'{}'; exit 3", told.display());
    let hooks = format!("{}[hooks]\non_receive = [\"sh\", \"-c\", \"{hook}\"]\n", fs::read_to_string(&config).unwrap());
    crate::session::write(&config, hooks.as_bytes());
    list(&stub, 1..=1);
    assert_eq!(run(&home, &["--sign-in"]).0, Some(0));
    let before = stub.service().calls("GET").len();
    let mut child = start(&home, &["--watch", "1s"]);
    until_lists(&stub, before + 1);
    stub.service().referrals.push(stub::lead(7, |lead| lead["updatedDateTime"] = json!("2026-11-20T11:59:00Z")));
    let seen = stub.service().calls("GET").len();
    until_lists(&stub, seen + 2);
    // Told while the watch goes on, each lead once: the first by the round that brought it.
    let both = "on_receive 1\non_receive 2\n";
    let came = (0..400).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        fs::read_to_string(&told).is_ok_and(|told| told == both)
    });
    assert!(came, "{:?}", fs::read_to_string(&told));
    signal(&child, Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let leads = home.json(&["list", "--json"]);
    assert!(leads.as_array().unwrap().iter().any(|lead| lead["external_id"] == id(7).as_str()), "{leads}");
}
