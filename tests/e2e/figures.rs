//! Figures, the line for a prompt, and the doctor: what they print and how they end, beside what `list` says of the same
//! store. Must not know how anything is counted.

use std::fs;

use serde_json::{Value, json};

use crate::session::Home;

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn count(leads: &Value, keep: impl Fn(&Value) -> bool) -> usize {
    array(leads).iter().filter(|lead| keep(lead)).count()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_line_of_a_prompt_says_what_the_list_says_and_ends_with_3_when_late() {
    let mut home = Home::new();
    let store = home.path("data/leadbox/leads.db");
    assert_eq!(home.done(&["status", "--format", "{hot}|{owed}|{first_owed}|{{}}"]), "0|0||{}\n");
    assert!(!store.exists(), "asking makes no store");
    home.import("export-80.csv");
    let leads = home.json(&["list", "--json"]);
    let output = home.run(&["status", "--json"]);
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    for class in ["hot", "expiring", "due", "waiting"] {
        assert_eq!(status[class], json!(count(&leads, |lead| lead["urgency"] == class)), "{class}");
    }
    let a_day_ago = "2026-11-19T12:00:00Z";
    let late = |lead: &Value| lead["urgency"] == "hot" && lead["created_at"].as_str().unwrap() <= a_day_ago;
    assert_eq!(status["late"], json!(count(&leads, late)));
    assert_eq!(output.status.code(), Some(3), "the file has such a lead: {status}");
    assert_eq!(said(&output.stderr), "");

    // A moment at which nothing burns, and a verdict that is owed.
    home.set("LEADBOX_NOW", "2026-11-30T12:00:00Z");
    assert_eq!(home.run(&["status"]).status.code(), Some(0));
    let waiting = home.json(&["list", "--json", "--status", "received", "--cta", "contact_me"]);
    let id = waiting[0]["id"].to_string();
    home.done(&["accept", &id]);
    assert_eq!(home.done(&["status", "--format", "{owed} {overdue}"]), "1 0\n");
    home.set("LEADBOX_NOW", "2027-03-01T12:00:00Z");
    let output = home.run(&["status", "--format", "{owed} {overdue} {first_owed}"]);
    assert_eq!((said(&output.stdout).as_str(), output.status.code()), ("1 1 late\n", Some(3)));

    let output = home.run(&["status", "--format", "{hot} {warm}"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let why = said(&output.stderr);
    assert!(why.contains("{warm}") && why.contains("{hot}") && why.contains("{first_owed}"), "{why}");
}

#[test]
fn statistics_are_of_the_leads_of_the_list() {
    let home = Home::new();
    home.import("export-80.csv");
    let leads = home.json(&["list", "--json"]);
    let stats = home.json(&["stats", "--json"]);
    for (stats, month) in [(&stats, "2026-11"), (&stats["before"], "2026-10")] {
        let of_month = |lead: &Value| lead["created_at"].as_str().unwrap().starts_with(month);
        assert_eq!(stats["since"], json!(format!("{month}-01")));
        assert_eq!(stats["created"], json!(count(&leads, of_month)));
        for status in ["received", "accepted", "archived"] {
            let wanted = count(&leads, |lead| of_month(lead) && lead["status"] == status);
            assert_eq!(stats["funnel"][status], json!(wanted), "{status}");
        }
        for source in ["appsource", "azure_marketplace", "azure_portal", "unknown"] {
            let wanted = count(&leads, |lead| of_month(lead) && lead["source"] == source);
            assert_eq!(stats["sources"][source], json!(wanted), "{source}");
        }
    }
    let all = home.json(&["stats", "--json", "--since", "1000-01-01", "--until", "2026-11-20"]);
    assert_eq!((&all["created"], &all["before"]), (&json!(array(&leads).len()), &Value::Null));
    let table = home.done(&["stats"]);
    assert!(table.contains("November 2026") && table.contains("October 2026") && table.contains("need an answer"));
    let table = home.done(&["stats", "--since", "1 nov", "--until", "today"]);
    assert!(table.contains("1 Nov 2026 to 20 Nov 2026"), "{table}");
    for wrong in [["--since", "whenever"], ["--until", "31.2.2026"]] {
        assert_eq!(home.run(&[&["stats"][..], &wrong].concat()).status.code(), Some(2), "{wrong:?}");
    }
    assert_eq!(home.run(&["stats", "--since", "2026-11-02", "--until", "2026-11-01"]).status.code(), Some(2));
}

#[test]
fn the_doctor_lists_what_accepted_leads_lack() {
    let mut home = Home::new();
    home.import("export-80.csv");
    let waiting = home.json(&["list", "--json", "--status", "received", "--cta", "contact_me"]);
    let (full, bare) = (&waiting[0], &waiting[1]);
    let id = full["id"].to_string();
    home.done(&["accept", &id, "--value", "5000", "--currency", "EUR", "--close-on", "2026-12-01"]);
    home.done(&["accept", &bare["id"].to_string()]);
    let lacking = |home: &Home, id: &Value| {
        let found = home.json(&["doctor", "--leads", "--json"]);
        array(&found).iter().find(|lead| lead["id"] == *id).cloned()
    };
    assert_eq!(lacking(&home, &full["id"]), None);
    let found = lacking(&home, &bare["id"]).unwrap();
    assert_eq!((&found["lacking"], &found["company"]), (&json!(["value", "close_date"]), &bare["company"]));
    let accepted = home.json(&["list", "--json", "--status", "accepted"]);
    let lines = home.done(&["doctor", "--leads"]);
    assert_eq!(lines.lines().count(), array(&accepted).len() - 1, "all but the full one:\n{lines}");
    assert!(lines.contains("no value, no close date"), "{lines}");
    home.set("LEADBOX_NOW", "2026-12-02T12:00:00Z");
    let late = lacking(&home, &full["id"]).unwrap();
    assert_eq!((&late["lacking"], &late["close_on"]), (&json!(["outcome"]), &json!("2026-12-01")));
    assert!(home.done(&["doctor", "--leads"]).contains("close date 1 Dec 2026 is past"));
}

#[test]
fn the_doctor_looks_at_the_store_and_the_config() {
    let home = Home::new();
    let store = home.path("data/leadbox/leads.db");
    let text = home.done(&["doctor"]);
    assert!(text.contains("There is no store at") && text.contains("There is no config file at"), "{text}");
    assert!(!store.exists());
    home.import("export-80.csv");
    home.done(&["config", "init"]);
    let text = home.done(&["doctor"]);
    for part in ["opens, at schema version", "finds nothing wrong", "It holds 80 leads", "is in order."] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(home.json(&["doctor", "--json"])["leads"], json!(80));

    // An index is zeros: the file still opens, and the check finds it.
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'lead_by_created'";
    let page: u32 = rusqlite::Connection::open(&store).unwrap().query_row(sql, [], |row| row.get(0)).unwrap();
    let mut bytes = fs::read(&store).unwrap();
    bytes[4096 * (page as usize - 1)..4096 * page as usize].fill(0);
    crate::session::write(&store, &bytes);
    let output = home.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stdout));
    assert!(said(&output.stdout).contains("A quick check of the whole file finds:\n  "), "{}", said(&output.stdout));
    assert!(said(&output.stderr).contains("The store is damaged."), "{}", said(&output.stderr));

    let broken = home.put("broken.toml", "no_such_key = 1\n");
    let output =
        home.run(&["doctor", "--config", broken.to_str().unwrap(), "--db", home.path("other.db").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(78));
    assert!(said(&output.stdout).contains("There is no store at"), "the rest is looked at all the same");
    assert!(said(&output.stderr).contains("no_such_key"));
}
