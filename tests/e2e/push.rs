//! `leadbox push` as a seller meets it: the built program against the stub that follows the vendors' documents. Settings, secrets,
//! what is said and printed, exit codes, and what a kill leaves.

#[expect(dead_code, reason = "the tests in one process use the rest of it")]
#[path = "../it/push/stub.rs"]
mod stub;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::session::{Home, LEADBOX};
use stub::{Stub, Trouble};

/// A home with ten leads whose config names the stub for every CRM.
fn home(stub: &Stub) -> Home {
    let mut home = Home::new();
    let (base, client, tenant) = (stub.base(), stub::CLIENT, stub::TENANT);
    let config = format!(
        "[salesforce]\naddress = \"{base}\"\noid = \"{}\"\n\
         [dynamics]\naddress = \"{base}\"\nauthority = \"{base}\"\ntenant = \"{tenant}\"\nclient_id = \"{client}\"\n\
         client_secret_env = \"CRM_SECRET\"\n\
         [marketo]\naddress = \"{base}\"\nclient_id = \"{client}\"\nclient_secret_file = \"{}\"\n\
         [hubspot]\naddress = \"{base}\"\ntoken_env = \"HUBSPOT\"\n",
        stub::OID,
        home.path("secret").display()
    );
    let folder = home.path("config").join("leadbox");
    fs::create_dir(&folder).unwrap();
    crate::session::write(&folder.join("config.toml"), config.as_bytes());
    crate::session::write(&home.path("secret"), stub::SECRET.as_bytes());
    fs::set_permissions(home.path("secret"), Permissions::from_mode(0o600)).unwrap();
    home.set("CRM_SECRET", stub::SECRET);
    home.set("HUBSPOT", stub::TOKEN);
    let row = |number: usize| {
        let (at, name) = (format!("2026-11-20T{number:02}:00:00Z"), format!("Company {number}"));
        format!("p{number},{at},Contact me,Souza,{name},p{number}@x.example,contoso.backup\n")
    };
    let head = "LeadId,LeadCreationDateTime,CallToAction,LastName,CustomerName,Email,OfferId\n".to_owned();
    let sheet: String = std::iter::once(head).chain((1..=10).map(row)).collect();
    let file = home.put("leads.csv", sheet);
    home.done(&["import", file.to_str().unwrap(), "--quiet"]);
    home
}

/// Exit code, stdout and stderr.
fn run(home: &Home, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = home.run(&[&["push"], arguments].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn start(home: &Home, crm: &str) -> Child {
    let mut command = home.command(LEADBOX);
    command.args(["push", crm]).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Waits until the stub has seen so many requests with leads.
fn until_calls(stub: &Stub, many: usize) {
    for _ in 0..400 {
        if stub.crms().calls().len() >= many {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the stub has seen {} requests of {many}", stub.crms().calls().len());
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), signal).unwrap();
}

#[test]
fn leads_are_shown_sent_and_accounted_for() {
    let stub = Stub::start();
    let home = home(&stub);
    let (code, shown, said) = run(&home, &["dynamics", "customer:\"Company 3\"", "--dry-run"]);
    assert_eq!((code, stub.crms().seen.len()), (Some(0), 0), "{said}");
    let shown: Value = serde_json::from_str(shown.trim()).unwrap();
    assert_eq!((&shown["leads"], &shown["method"]), (&json!([3]), &json!("PATCH")));
    assert_eq!(shown["body"]["companyname"], "Company 3");
    assert!(said.contains("1 lead: 1 to be sent. Dry run: 1 request printed, nothing was sent or stored."), "{said}");

    home.done(&["accept", "3"]);
    let (code, account, said) = run(&home, &["dynamics", "--customer", "Company 3", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Dynamics 365: 1 lead: 1 created."), "{said}");
    let account: Value = serde_json::from_str(&account).unwrap();
    let remote = account["results"][0]["remote"].as_str().unwrap().to_owned();
    assert_eq!((&account["created"], &account["complete"], &account["left"]), (&json!(1), &json!(true), &json!([])));
    let lead = home.json(&["show", "3", "--json"]);
    assert_eq!((&lead["deal"]["crm_id"], &lead["owed"]), (&json!(remote), &json!(true)));
    assert!(home.done(&["show", "3"]).contains(&format!("created in Dynamics 365 as {remote}")));
    let undo = home.done(&["undo", "--list"]);
    assert!(!undo.contains("Dynamics"), "a push is no step to undo: {undo}");

    for (crm, words) in [("marketo", "10 created"), ("hubspot", "10 created"), ("salesforce", "10 sent")] {
        let (code, _, said) = run(&home, &[crm]);
        assert!(code == Some(0) && said.contains(words), "{said}");
        let (code, _, said) = run(&home, &[crm, "--quiet"]);
        assert_eq!((code, said.as_str()), (Some(0), ""));
    }
    let crms = stub.crms();
    assert_eq!((crms.posted.len(), crms.people.len(), crms.contacts.len(), crms.rows.len()), (10, 10, 10, 1));
}

#[test]
fn a_killed_push_goes_on_where_it_was_and_makes_no_double() {
    for crm in ["salesforce", "dynamics"] {
        let stub = Stub::start();
        let home = home(&stub);
        stub.crms().silent_after = Some(4);
        let mut child = start(&home, crm);
        until_calls(&stub, 5);
        signal(&child, Signal::KILL);
        child.wait().unwrap();
        stub.crms().silent_after = None;
        let (code, account, said) = run(&home, &[crm, "--json"]);
        let account: Value = serde_json::from_str(&account).unwrap();
        assert_eq!(account["unchanged"], 4, "four were settled before the kill: {said}");
        if crm == "salesforce" {
            assert_eq!((code, &account["sent"], &account["doubted"]), (Some(1), &json!(5), &json!(1)));
            assert!(said.contains("may have been sent to Salesforce"), "{said}");
            let (code, _, said) = run(&home, &[crm]);
            assert_eq!(code, Some(0));
            assert!(said.contains("--again sends them once more") && said.contains("9 unchanged"), "{said}");
            assert_eq!(stub.crms().posted.len(), 9, "the doubted one is not posted by itself");
            assert_eq!(run(&home, &[crm, "--again", "--limit", "1"]).0, Some(0));
            assert_eq!(stub.crms().posted.len(), 10);
        } else {
            assert_eq!((code, &account["created"]), (Some(0), &json!(6)), "{said}");
            assert_eq!(stub.crms().rows.len(), 10);
        }
    }
}

#[test]
fn an_interrupt_ends_after_the_request_that_is_under_way() {
    let stub = Stub::start();
    let home = home(&stub);
    let busy = Trouble { headers: vec![("Retry-After", "60".into())], ..Trouble::of(429) };
    stub.crms().troubles.extend([None, None, Some(busy)]);
    let mut child = start(&home, "salesforce");
    until_calls(&stub, 3);
    signal(&child, Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let (code, account, said) = run(&home, &["salesforce", "--json"]);
    let account: Value = serde_json::from_str(&account).unwrap();
    assert_eq!(
        (code, &account["unchanged"], &account["sent"], &account["doubted"]),
        (Some(0), &json!(2), &json!(8), &json!(0)),
        "{said}"
    );
}

#[test]
fn what_is_refused_limited_or_lacking_has_its_code_and_no_secret_is_told() {
    let stub = Stub::start();
    let mut home = home(&stub);
    home.put(
        "more.csv",
        "LeadId,LeadCreationDateTime,LastName,CustomerName,Email\nr,2026-11-20T11:00:00Z,X,Y,refuse@x.example\n",
    );
    home.done(&["import", "more.csv", "--quiet"]);
    let (code, _, said) = run(&home, &["hubspot", "--quiet"]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("Lead 11 (Y): refused by HubSpot: Email address (e-mail) is invalid."), "{said}");
    assert_eq!(stub.crms().contacts.len(), 10);

    stub.crms().troubles.push_back(Some(Trouble {
        body: json!({ "policyName": "DAILY" }),
        headers: vec![("Retry-After", "9999".into())],
        ..Trouble::of(429)
    }));
    let (code, _, said) = run(&home, &["hubspot"]);
    assert!(code == Some(75) && said.contains("used up"), "{said}");

    home.set("HUBSPOT", "pat-another-canary");
    let (code, _, said) = run(&home, &["hubspot"]);
    assert!(code == Some(77) && said.contains("does not take the token"), "{said}");
    home.set("HUBSPOT", "");
    assert_eq!(run(&home, &["hubspot"]).0, Some(78));
    fs::set_permissions(home.path("secret"), Permissions::from_mode(0o644)).unwrap();
    let (code, _, said) = run(&home, &["marketo"]);
    assert!(code == Some(77) && said.contains("may be read by others"), "{said}");
    home.set("CRM_SECRET", "canary-wrong");
    let (code, _, said) = run(&home, &["dynamics"]);
    assert!(code == Some(77) && said.contains("invalid_client") && !said.contains("canary"), "{said}");

    let config = home.path("config").join("leadbox/config.toml");
    crate::session::write(&config, b"");
    for crm in ["salesforce", "dynamics", "marketo", "hubspot"] {
        let (code, _, said) = run(&home, &[crm]);
        assert!(code == Some(78) && said.contains(&format!("[{crm}] of the config")), "{said}");
        let (code, printed, _) = run(&home, &[crm, "--print-mapping"]);
        assert!(code == Some(0) && printed.contains("[[field]]"));
    }
    let own = home.put("own.toml", "[[field]]\nname = \"email\"\nfrom = \"mail\"\n");
    crate::session::write(&config, format!("[hubspot]\napi_mapping = \"{}\"\n", own.display()).as_bytes());
    let (code, _, said) = run(&home, &["hubspot", "--dry-run"]);
    assert!(code == Some(78) && said.contains("own.toml, line 3: a lead has no field"), "{said}");
}
