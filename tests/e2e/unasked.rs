//! What the inbox shows without a key: what another process did, and what the clock did.

use crate::session::{Home, Session};

const HEADER: &str = "LeadId,LeadCreationDateTime,LeadType,LeadSource,CallToAction,CustomerName,Email,Country\n";

fn row(id: &str, created: &str, company: &str) -> String {
    format!("{id},{created},Offer,AppSource (SPZA)-PLT|contoso.x,Contact me,{company},a@{id}.example,DE\n")
}

fn line<'a>(screen: &'a str, text: &str) -> &'a str {
    screen.lines().find(|line| line.starts_with('│') && line.contains(text)).unwrap_or_default()
}

#[test]
fn what_another_process_does_shows_without_a_key() {
    let home = Home::new();
    let first = home.put("first.csv", format!("{HEADER}{}", row("a", "2026-11-20T09:00:00Z", "Northwind")));
    home.done(&["import", first.to_str().unwrap()]);
    let mut session = Session::inbox(&home, (100, 30));
    session.see("Northwind");
    home.done(&["favorite", "1"]);
    session.see_that("the heart is shown", |screen| line(screen, "Northwind").contains('♥'));
    home.done(&["favorite", "--off", "1"]);
    session.see_that("the heart is gone", |screen| !line(screen, "Northwind").contains('♥'));
    let second = home.put("second.csv", format!("{HEADER}{}", row("b", "2026-11-20T10:00:00Z", "Adatum")));
    home.done(&["import", second.to_str().unwrap()]);
    session.see("Adatum");
    session.see("Marketplace · 2");
    home.done(&["decline", "1", "--reason", "7"]);
    session.see("archived · 1");
    session.quit();
}

#[test]
fn two_inboxes_follow_each_other() {
    let home = Home::new();
    home.import("export-80.csv");
    let mut one = Session::inbox(&home, (100, 30));
    let mut other = Session::inbox(&home, (100, 30));
    for session in [&one, &other] {
        session.see("all keys");
        session.see("3 Favorites 0");
    }
    one.send("*");
    other.see("3 Favorites 1");
    other.send("j*");
    one.see("3 Favorites 2");
    one.quit();
    other.quit();
}

#[test]
fn a_hot_lead_cools_on_the_screen_by_itself() {
    let home = Home::at_real_time();
    // A machine too busy to show the lead while it is hot gets more time.
    for margin in [4, 8, 16] {
        let created = now() - chrono::TimeDelta::hours(72) + chrono::TimeDelta::seconds(margin);
        let name = format!("Cooling{margin}");
        let row = row(&name, &created.format("%Y-%m-%dT%H:%M:%SZ").to_string(), &name);
        let file = home.put("cooling.csv", format!("{HEADER}{row}"));
        home.done(&["import", file.to_str().unwrap()]);
        let session = Session::inbox(&home, (100, 30));
        session.see(&name);
        let was_hot = line(&session.text(), &name).contains('🔥');
        session.see_that("the lead is waiting", |screen| line(screen, &name).contains('○'));
        if was_hot {
            session.see("WAITING   cooled after 72 h");
            return;
        }
    }
    panic!("the lead was never seen hot");
}

#[expect(clippy::disallowed_methods, reason = "the test is about the real clock")]
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}
