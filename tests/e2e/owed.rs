//! What is owed to Partner Center, on the command line and on the screen at once: each sees what the other did, and a newer
//! export closes what it agrees with.

use serde_json::{Value, json};

use crate::session::{Home, Session};

const SIZE: (u16, u16) = (100, 30);

const HEADER: &str = "LeadId,LeadCreationDateTime,CallToAction,CustomerName,Status,UpdatedDateTime";

/// An export with two leads to answer; the first has this status there.
fn export(status: &str, updated: &str) -> String {
    format!(
        "{HEADER}\n\
         a,2026-11-19T12:00:00Z,Contact me,Adatum,{status},{updated}\n\
         b,2026-11-20T09:00:00Z,Contact me,Fabrikam,Received,{updated}\n"
    )
}

fn outbox(home: &Home) -> Value {
    home.json(&["outbox", "--json"])
}

fn ids(home: &Home) -> Vec<i64> {
    outbox(home).as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()).collect()
}

fn code(home: &Home, arguments: &[&str]) -> (Option<i32>, String) {
    let output = home.run(arguments);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn home() -> Home {
    let home = Home::new();
    let file = home.put("first.csv", export("Received", "2026-11-20T10:00:00Z"));
    home.done(&["import", file.to_str().unwrap()]);
    home
}

#[test]
fn an_entry_opens_with_its_deadline_is_ticked_off_and_comes_back() {
    let home = home();
    assert_eq!(outbox(&home), json!([]));
    let deal =
        ["--value", "18000", "--currency", "eur", "--close-on", "2026-12-31", "--team", "Jo <jo@contoso.example>"];
    home.done(&[&["accept", "1", "--deal-name", "Backup"], &deal[..]].concat());
    home.done(&["decline", "2", "--reason", "7", "--notes", "bought list"]);
    let open = outbox(&home);
    assert_eq!(open[0]["id"], 1, "the nearest deadline first");
    assert_eq!(open[0]["due"], home.json(&["show", "1", "--json"])["expires_at"]);
    let field = |number: u8, name: &str, value: &str| json!({"number": number, "name": name, "value": value});
    let fields = [
        field(1, "find_by", "Adatum"),
        field(2, "deal_name", "Backup"),
        field(3, "value", "18000"),
        field(4, "currency", "EUR"),
        field(5, "close_date", "12/31/2026"),
        field(9, "team", "Jo jo@contoso.example"),
    ];
    assert_eq!(open[0]["fields"], json!(fields));
    assert_eq!(
        (&open[1]["kind"], &open[1]["overdue"], &open[1]["remark"]),
        (&json!("decline"), &json!(false), &json!(null))
    );
    let table = home.done(&["outbox"]);
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["left", "what", "lead", "company", "by"]);
    assert_eq!(lines[1][..4], ["13d", "accept", "1", "Adatum"]);
    assert_eq!(home.json(&["outbox", "--json", "--kind", "decline"]).as_array().unwrap().len(), 1);
    let (exit, said) = code(&home, &["outbox", "--done", "1", "2", "--kind", "accept"]);
    assert_eq!((exit, said.trim()), (Some(1), "Lead 2 (Fabrikam) owes Partner Center no accept. Nothing was changed."));
    assert_eq!(ids(&home), [1, 2]);
    home.done(&["outbox", "--done", "2", "1"]);
    assert_eq!(outbox(&home), json!([]));
    assert_eq!(home.json(&["show", "1", "--json"])["owed"], json!(false));
    assert_eq!(code(&home, &["outbox", "--done", "1"]).0, Some(1));
    let (_, said) = code(&home, &["undo"]);
    assert!(said.starts_with("Undone: tick-off of 2 leads."), "{said}");
    assert_eq!(outbox(&home), open);
}

#[test]
fn the_screen_follows_the_command_line_and_the_other_way_round() {
    let home = home();
    home.done(&["accept", "1", "2"]);
    let mut session = Session::inbox(&home, SIZE);
    session.see("2 owed");
    session.send("O");
    session.see("Partner Center has not heard of these 2");
    session.send("\r");
    session.see("Copied “Adatum”");
    session.see("▸ 2  Deal name");
    session.send(" ");
    session.see("Ticked off the accept of Adatum.");
    session.see("Fabrikam · accept");
    assert_eq!(ids(&home), [2]);
    home.done(&["outbox", "--done", "2"]);
    session.see("The accept of Fabrikam is not owed any more");
    session.see("Nothing is owed");
    home.done(&["undo"]);
    session.see("▸ 1  Find it by  Fabrikam");
    session.send("q");
    session.see("1 owed");
    session.quit();
}

#[test]
fn a_newer_export_closes_what_it_agrees_with() {
    let home = home();
    home.done(&["accept", "1", "2"]);
    let mut session = Session::inbox(&home, SIZE);
    session.send("O");
    session.see("of these 2");
    let file = home.put("newer.csv", export("Accepted", "2026-11-20T11:30:00Z"));
    home.done(&["import", file.to_str().unwrap()]);
    session.see("The accept of Adatum is not owed any more");
    session.see("Fabrikam · accept");
    assert_eq!(ids(&home), [2]);
    assert!(home.done(&["show", "1"]).contains("Partner Center agrees: accept settled."));
    session.send("q");
    session.see("1 owed");
    session.quit();
}
