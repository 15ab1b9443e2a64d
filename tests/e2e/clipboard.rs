//! Pasting and copying: a paste is text, never keys; a copy says which way it went, and holds exactly the value.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

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
fn inside_tmux_its_buffer_gets_the_value() {
    let mut home = home("PLT", "2026-11-20T09:00:00Z", "");
    let tmux = home.put("tmux", "#!/bin/sh\necho \"$@\" >tmux-arguments\ncat >tmux-buffer\n");
    fs::set_permissions(&tmux, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    home.set("PATH", &format!("{}:{}", home.path("work").display(), std::env::var("PATH").unwrap()));
    home.set("TMUX", "/nowhere,1,0");
    let mut session = open(&home);
    session.send("ye");
    session.see("Copied to the tmux buffer.");
    assert_eq!(fs::read_to_string(home.path("work/tmux-buffer")).unwrap(), "ana.souza@northwind.example");
    assert!(
        !fs::read_to_string(home.path("work/tmux-arguments")).unwrap().contains("ana"),
        "never in an argument list"
    );
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

/// A display of its own that ends with it.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// `None` where no display server is installed.
    fn start() -> Option<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut name = String::new();
        BufReader::new(server.stdout.take()?).read_line(&mut name).ok()?;
        Some(Self { server, name: format!(":{}", name.trim()) })
    }

    /// What another program pastes.
    fn pasted(&self, home: &Home) -> Option<String> {
        let output =
            home.command("xclip").args(["-o", "-selection", "clipboard"]).env("DISPLAY", &self.name).output().ok()?;
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever runs the tests is to know what was not tested")]
fn on_a_desktop_the_value_outlives_the_inbox() {
    let mut home = home("PLT", "2026-11-20T09:00:00Z", "");
    let has_xclip = home.command("xclip").arg("-version").output().is_ok();
    let Some(display) = Display::start().filter(|_| has_xclip) else {
        println!("SKIPPED: Xvfb and xclip are not both installed");
        return;
    };
    home.set("DISPLAY", &display.name);
    let mut session = open(&home);
    session.send("ye");
    session.see("Copied.");
    assert_eq!(display.pasted(&home).as_deref(), Some("ana.souza@northwind.example"));
    session.quit();
    session.check_restored();
    // What would end with the inbox would have ended by then.
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(display.pasted(&home).as_deref(), Some("ana.souza@northwind.example"));
    assert_eq!(session.clipboard(), Vec::<String>::new(), "one way is enough");
}
