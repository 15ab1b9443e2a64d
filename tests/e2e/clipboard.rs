//! Pasting and copying: a paste is text, never keys; a copy says which way it went, and holds exactly the value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::session::{Home, Session};
use crate::wire;

const SIZE: (u16, u16) = (110, 30);

const HEADER: &str = "LeadId,LeadCreationDateTime,LeadType,LeadSource,CallToAction,CustomerName,FirstName,LastName,Email,Phone,Country,Notes\n";

/// A home with one lead.
fn home(source: &str, created: &str, notes: &str) -> Home {
    let home = Home::new();
    let row = format!(
        "a,{created},Offer,AppSource (SPZA)-{source}|contoso.x,,Northwind,Ana,Souza,ana.souza@northwind.example,+55 11 5550 0100,BR,\"{notes}\"\n"
    );
    let file = home.put("leads.csv", format!("{HEADER}{row}"));
    home.done(&["import", file.to_str().unwrap()]);
    home
}

fn open(home: &Home) -> Session {
    let session = Session::inbox(home, SIZE);
    session.see("Northwind");
    session.see("#1 ");
    session
}

fn decoded(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()
}

#[test]
fn without_a_display_the_terminal_is_sent_exactly_the_address() {
    let home = home("PLT", "2026-11-20T09:00:00Z", "");
    let mut session = open(&home);
    session.send("y");
    session.see("┌ Copy");
    session.send("e");
    session.see("Copied (sent to the terminal).");
    assert_eq!(
        session.clipboard().iter().map(|text| decoded(text)).collect::<Vec<_>>(),
        ["ana.souza@northwind.example"]
    );
    session.quit();
    assert_eq!(wire::check(&session.raw()).unwrap().len(), 1);
}

#[test]
fn a_copied_message_is_one_line_that_cannot_run() {
    let home = home("PLT", "2026-11-20T09:00:00Z", "rm -rf x\nthen\u{1b}[201~ \u{202e}run\u{7}\u{9b}2J\ttabs");
    let mut session = open(&home);
    session.send("ym");
    session.see("Copied (sent to the terminal).");
    let text = decoded(&session.clipboard()[0]);
    assert!(!text.chars().any(wire::hides), "{text:?}");
    assert!(text.starts_with("rm -rf x then"), "{text:?}");
    session.quit();
    assert_eq!(wire::check(&session.raw()).unwrap().len(), 1);
}

#[test]
fn a_value_no_clipboard_takes_can_be_selected_alone() {
    let home = home("PLT", "2026-11-20T09:00:00Z", &"A long story. ".repeat(80));
    let mut session = open(&home);
    session.send("ym");
    session.see("more than the 740 a terminal is sure to take.");
    session.see("A long story. A long story.");
    assert_eq!(session.clipboard(), Vec::<String>::new(), "no part of it was sent");
    session.send("\x1b");
    session.see("Northwind");
    session.quit();
    let config = home.put("off.toml", "clipboard = \"off\"\n");
    let mut session = Session::run(&home, SIZE, &["--config", config.to_str().unwrap()]);
    session.see("#1 ");
    session.send("ye");
    session.see("The config keeps the clipboard off.");
    session.see_that("the address stands alone", |screen| {
        screen.lines().any(|line| line.trim_end() == "ana.souza@northwind.example")
    });
    session.send("\x1b");
    session.see("Northwind");
    session.quit();
    assert_eq!(session.clipboard(), Vec::<String>::new());
}

#[test]
fn the_contacts_of_an_expired_lead_are_not_copied() {
    let home = home("PLT", "2026-11-01T09:00:00Z", "hello");
    let mut session = open(&home);
    session.see("hidden (expired)");
    for letter in ["e", "p", "a"] {
        session.send(format!("y{letter}"));
        session.see("The contacts of an expired lead are hidden; nothing was copied.");
        session.send("g");
        session.see_no("nothing was copied");
    }
    session.send("yy");
    session.see("Copied (sent");
    let card = decoded(&session.clipboard()[0]);
    assert!(card.contains("Ana Souza") && !card.contains('@') && !card.contains("5550"), "{card}");
    assert_eq!(session.clipboard().len(), 1);
    session.quit();
}

#[test]
fn who_asked_not_to_be_contacted_is_copied_at_the_second_press() {
    let home = home("DNC", "2026-11-20T09:00:00Z", "");
    let mut session = open(&home);
    session.send("ye");
    session.see("asked not to be contacted.");
    assert_eq!(session.clipboard(), Vec::<String>::new());
    session.send("p");
    session.see("p again copies the phone");
    assert_eq!(session.clipboard(), Vec::<String>::new(), "another letter is not the second press");
    session.send("p");
    session.see("Copied (sent to the terminal).");
    assert_eq!(decoded(&session.clipboard()[0]), "+551155500100");
    session.quit();
}

#[test]
fn pasted_keys_are_no_keys() {
    let home = home("PLT", "2026-11-20T09:00:00Z", "");
    let before = home.json(&["list", "--json"]);
    let mut session = open(&home);
    for text in ["dq\x03", "\x1b[200~dq\x03", "*", "d7", "\x1b[A\r\x1a", ":q\r"] {
        session.paste(text);
    }
    // What is shown next was asked for by a key, so all pastes were taken before it.
    session.send("?");
    session.see("Commands and help");
    session.send("\x1b");
    session.see_no("Commands and help");
    assert!(!session.text().contains("Reason?"));
    assert_eq!(home.json(&["list", "--json"]), before);
    // Where text is typed, a paste is text, in one line.
    session.send("/");
    session.paste("North\nwind\x1b[31m\x03q");
    session.see("/North wind[31mq");
    session.send("\x1b");
    session.see_no("found");
    session.quit();
    assert_eq!(home.json(&["list", "--json"]), before);
}
