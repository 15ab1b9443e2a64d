//! A seller's errand: import, filter, accept, decline, favorite, undo, restart, redo, export. After each step the store, as
//! another process reads it, the screen and the file say the same.

use std::fs;

use serde_json::{Value, json};

use crate::session::{Home, Session, data};

const SIZE: (u16, u16) = (130, 40);

/// The filter of the errand, as the command line says it.
const FILTER: [&str; 6] = ["list", "--json", "--tab", "marketplace", "--cta", "contact_me"];

fn lead(home: &Home, id: i64) -> Value {
    home.json(&["show", &id.to_string(), "--json"])
}

/// The id in the title of the open lead.
fn open_id(session: &Session) -> i64 {
    let text = session.text();
    let title = text.lines().nth(2).unwrap();
    let id = title.rsplit_once('#').unwrap_or_else(|| panic!("no lead is open:\n{text}")).1;
    id.split(' ').next().unwrap().parse().unwrap()
}

/// Waits until another lead than this is under the cursor.
fn next_id(session: &Session, before: i64) -> i64 {
    let other = |text: &str| {
        let title = text.lines().nth(2).unwrap_or_default();
        title.contains('#') && !title.contains(&format!("#{before} "))
    };
    session.see_that("the next lead is open", other);
    open_id(session)
}

/// Moves the pane's cursor to a line of the filter pane, and marks it.
fn choose(session: &mut Session, from: &str, to: &str, marked: &str) {
    let place = |text: &str, wanted: &str| {
        text.lines().position(|line| line.chars().take(30).collect::<String>().contains(wanted))
    };
    let text = session.text();
    let (from, line) = (place(&text, from).unwrap(), place(&text, to).unwrap());
    session.send("j".repeat(line - from));
    session.send(" ");
    session.see(marked);
}

/// Imports by the inbox, by a typed path.
fn import(home: &Home, session: &mut Session) {
    session.see("Welcome");
    session.send("i");
    session.see("┌ Import leads");
    session.send(data("export-80.csv").to_str().unwrap());
    session.send("\r");
    session.see("80 rows: 80 new.");
    assert_eq!(home.json(&["list", "--json"]), json!([]), "a preview stores nothing");
    session.send("\r");
    session.see("Marketplace · ");
    session.see("80 rows: 80 new.");
    let marketplace = home.json(&["list", "--json", "--tab", "marketplace"]);
    session.see(&format!("1 Marketplace {} ", marketplace.as_array().unwrap().len()));
    assert_eq!(home.json(&["list", "--json"]).as_array().unwrap().len(), 80);
}

/// The country with the most leads that still ask for an answer.
fn busiest_country(leads: &Value) -> String {
    let mut open: Vec<&str> = leads
        .as_array()
        .unwrap()
        .iter()
        .filter(|lead| lead["status"] == "received")
        .filter_map(|lead| lead["country"].as_str())
        .collect();
    open.sort_unstable();
    let count = |country: &str| open.iter().filter(|other| **other == country).count();
    let most = open.iter().copied().max_by_key(|country| count(country)).unwrap();
    assert!(count(most) >= 3, "the file has three leads to answer of one country");
    most.to_owned()
}

/// Filters in the pane; answers the country.
fn filter(home: &Home, session: &mut Session) -> String {
    let country = busiest_country(&home.json(&FILTER));
    session.send("f");
    session.see("back to the list");
    choose(session, "Call to action", "[ ] Contact me", "[x] Contact me");
    choose(session, "[x] Contact me", &format!("[ ] {country} "), &format!("[x] {country} "));
    let wanted = home.json(&[&FILTER[..], &["--country", &country]].concat());
    let count = wanted.as_array().unwrap().len();
    session.see(&format!("Marketplace · {count} of "));
    session.send("\x1b");
    session.see("all keys");
    session.see("d decline");
    country
}

fn accept(home: &Home, session: &mut Session) -> i64 {
    session.send("g");
    let id = open_id(session);
    assert_eq!(lead(home, id)["status"], "received");
    session.send("\r");
    session.send("a");
    session.see("┌ Accept · ");
    session.send("\x15Warehouse move 2027\t12500,50\teur\t+30d\tThree sites\x0aone of them abroad\tCRM-77\tspring\tJo Hill <jo@contoso.example> +49 30 5550 0100");
    session.see("Jo Hill <jo@contoso.example>");
    session.send("\r");
    session.see("Owed to Partner Center by");
    session.see("Accepted");
    let accepted = lead(home, id);
    let deal = json!({
        "name": "Warehouse move 2027", "value": "12500.50", "currency": "EUR", "close_on": "2026-12-20",
        "notes": "Three sites\none of them abroad", "crm_id": "CRM-77", "campaign_id": "spring",
        "team": [{"name": "Jo Hill", "email": "jo@contoso.example", "phone": "+49 30 5550 0100"}],
    });
    assert_eq!(accepted["deal"], deal);
    assert_eq!(
        (&accepted["status"], &accepted["outcome"], &accepted["owed"]),
        (&json!("accepted"), &Value::Null, &json!(true))
    );
    session.see("⇪ 1 owed");
    id
}

fn decline(home: &Home, session: &mut Session) -> i64 {
    let id = open_id(session);
    assert_eq!(lead(home, id)["status"], "received");
    session.send("d");
    session.see("Reason?");
    session.send("\tBuys from a neighbour\t3");
    session.see("Declined ");
    session.see("⇪ 2 owed");
    let declined = lead(home, id);
    assert_eq!((&declined["status"], &declined["outcome"]), (&json!("archived"), &json!("declined")));
    assert_eq!((&declined["reason"]["code"], &declined["reason_notes"]), (&json!(3), &json!("Buys from a neighbour")));
    id
}

fn favorite(home: &Home, session: &mut Session, declined: i64) -> i64 {
    let id = next_id(session, declined);
    session.send("*");
    session.see("3 Favorites 1");
    assert_eq!(lead(home, id)["favorite"], true);
    id
}

fn undo_twice(home: &Home, session: &mut Session, declined: i64, hearted: i64) {
    session.send("u");
    session.see("3 Favorites 0");
    session.see("Undone: ");
    assert_eq!(lead(home, hearted)["favorite"], false);
    session.send("u");
    session.see("⇪ 1 owed");
    session.see(&format!("#{declined} "));
    let back = lead(home, declined);
    assert_eq!((&back["status"], &back["outcome"], &back["reason"]), (&json!("received"), &Value::Null, &Value::Null));
}

/// Exports what is shown as JSON and CSV: the file holds the leads of the screen.
fn export(home: &Home, session: &mut Session, arguments: &[&str]) {
    let wanted = home.json(arguments);
    let count = wanted.as_array().unwrap().len();
    session.send("x");
    session.see(&format!("Export the {count} leads shown"));
    let file = home.path("work/out.json");
    // Up to the form, the one that `j` begins, and down to the file again.
    session.send("\x1b[Aj\x1b[B\x15");
    session.send(file.to_str().unwrap());
    session.send("\r");
    session.see(&format!("{count} leads written to"));
    let written: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(written, wanted);
    session.send("x");
    session.see("┌ Export");
    session.send("\x15shown.csv\r");
    session.see_no("┌ Export");
    let sheet = fs::read(home.path("work/shown.csv")).unwrap();
    assert_eq!(csv::Reader::from_reader(sheet.as_slice()).records().count(), count);
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn from_import_to_export_over_a_restart() {
    let home = Home::new();
    let mut session = Session::inbox(&home, SIZE);
    import(&home, &mut session);
    let country = filter(&home, &mut session);
    let accepted = accept(&home, &mut session);
    // It stays on top, for its entry is due; the next one is a row below.
    session.see_no("┌ Accept");
    session.send("hj");
    next_id(&session, accepted);
    let declined = decline(&home, &mut session);
    let hearted = favorite(&home, &mut session, declined);
    undo_twice(&home, &mut session, declined, hearted);
    let filtered = [&FILTER[..], &["--country", &country]].concat();
    export(&home, &mut session, &filtered);
    session.quit();
    session.check_restored();

    let mut session = Session::inbox(&home, SIZE);
    session.see("⇪ 1 owed");
    session.send("\x12");
    session.see("Redone: ");
    session.see("⇪ 2 owed");
    let again = lead(&home, declined);
    assert_eq!(
        (&again["outcome"], &again["reason"]["code"], &again["reason_notes"]),
        (&json!("declined"), &json!(3), &json!("Buys from a neighbour"))
    );
    session.send("\x12");
    session.see("3 Favorites 1");
    assert_eq!(lead(&home, hearted)["favorite"], true);
    fs::remove_file(home.path("work/out.json")).unwrap();
    fs::remove_file(home.path("work/shown.csv")).unwrap();
    export(&home, &mut session, &["list", "--json", "--tab", "marketplace"]);
    session.quit();
    session.check_restored();
    assert_eq!(lead(&home, accepted)["deal"]["value"], "12500.50");
}
