//! The first run with an empty store, and the demo, which leaves nothing behind however it ends.

use std::fs;

use rustix::process::Signal;

use crate::session::{Home, Session, data};

const SIZE: (u16, u16) = (100, 30);

fn leftovers(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path("tmp")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_lead_file_in_downloads_is_two_enters_away() {
    let home = Home::new();
    let downloads = home.path("home/Downloads");
    fs::create_dir(&downloads).unwrap();
    fs::copy(data("export-80.csv"), downloads.join("Leads.csv")).unwrap();
    fs::copy(data("ugly/hostile.csv"), downloads.join("not-leads.pdf")).unwrap();
    let mut session = Session::inbox(&home, SIZE);
    session.see("Welcome");
    session.see("~/Downloads/Leads.csv");
    session.see("80 rows");
    session.send("\r");
    session.see("80 rows: 80 new.");
    session.see("Nothing is stored yet.");
    assert_eq!(home.json(&["list", "--json"]), serde_json::json!([]));
    session.send("\r");
    session.see("Marketplace ·");
    session.see("80 rows: 80 new.");
    let leads = home.json(&["list", "--json"]);
    assert_eq!(leads.as_array().unwrap().len(), 80);
    session.quit();
    session.check_restored();
}

#[test]
fn the_demo_leaves_neither_files_nor_leads() {
    let home = Home::new();
    let mut session = Session::inbox(&home, SIZE);
    session.see("Look round with 60 made-up leads");
    session.send("d");
    session.see("Demo: made-up leads, thrown away when you quit.");
    assert!(leftovers(&home).iter().any(|name| name.starts_with("leadbox-demo-")));
    session.send("*");
    session.see("undoes");
    session.quit();
    session.check_restored();
    assert_eq!(leftovers(&home), Vec::<String>::new());
    assert_eq!(home.json(&["list", "--json"]), serde_json::json!([]));
}

#[test]
fn a_demo_whose_window_is_closed_leaves_no_files() {
    let home = Home::new();
    for (signal, status) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let session = Session::run(&home, SIZE, &["demo"]);
        session.see("Demo: made-up leads");
        session.signal(signal);
        assert_eq!(session.status(), status);
        session.check_restored();
        assert_eq!(leftovers(&home), Vec::<String>::new(), "{signal:?}");
    }
}
