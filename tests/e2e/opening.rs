//! `o` and `leadbox open`: the program of the machine gets one argument and no shell, over SSH the draft is copied, and who asked
//! not to be contacted is asked about first.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::session::{Home, Session};

const SIZE: (u16, u16) = (110, 30);

const SHEET: &str = "LeadId,LeadCreationDateTime,LeadSource,CallToAction,CustomerName,FirstName,LastName,Email,Phone,Country\n\
    a,2026-11-20T11:00:00Z,AppSource (SPZA)-PLT|contoso.x,,Northwind,\"Ana $(touch pwned); `id` & 'b'\",Souza,ana@northwind.example,+55 11 5550 0100,BR\n\
    b,2026-11-20T09:00:00Z,AppSource (SPZA)-DNC|contoso.x,,Phone Company,Kim,Abel,kim@phone.example,,US\n\
    c,2026-11-01T09:00:00Z,AppSource (SPZA)-PLT|contoso.x,Contact me,Margie Travel,Max,Shaw,max@margie.example,,US\n";

const MAIL: &str =
    "mailto:ana@northwind.example?subject=Your%20request%20about%20x&body=Hello%20Ana%20%24%28touch%20pwned%29%3B";

/// A home with three leads, and a program in the opener's place that notes what it gets.
fn home() -> Home {
    let mut home = Home::new();
    let file = home.put("leads.csv", SHEET);
    home.done(&["import", file.to_str().unwrap()]);
    let script = "#!/bin/sh\nprintf '%s\\n' $# \"$@\" >noted.new\nls -l /proc/self/fd >fds\nmv noted.new noted\n";
    let program = home.put("xdg-open", script);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    home.set("PATH", &format!("{}:{}", home.path("work").display(), std::env::var("PATH").unwrap()));
    home
}

/// What the program was given: the number of its arguments, and each.
fn noted(home: &Home) -> Vec<String> {
    let path = home.path("work/noted");
    for _ in 0..400 {
        if let Ok(text) = fs::read_to_string(&path) {
            fs::remove_file(&path).unwrap();
            return text.lines().map(str::to_owned).collect();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("nothing was opened");
}

fn open(home: &Home) -> Session {
    let session = Session::inbox(home, SIZE);
    session.see("#1 ");
    session
}

#[test]
fn the_program_gets_one_argument_and_not_our_terminal() {
    let mut home = home();
    home.set("DISPLAY", ":nowhere");
    let before = home.json(&["list", "--json"]);
    let mut session = open(&home);
    session.send("oe");
    session.see("The mail to Ana");
    let got = noted(&home);
    assert_eq!(got[0], "1");
    assert!(got[1].starts_with(MAIL), "{got:?}");
    let open_files = fs::read_to_string(home.path("work/fds")).unwrap();
    for number in ["0", "1", "2"] {
        let of_number = open_files.lines().find(|line| line.contains(&format!(" {number} -> "))).unwrap();
        // The listing's own output goes to its file.
        assert!(number == "1" || of_number.ends_with("/dev/null"), "{open_files}");
    }
    session.send("op");
    session.see("The number of Ana");
    assert_eq!(noted(&home), ["1", "tel:+551155500100"]);
    session.quit();
    session.check_restored();
    assert!(!home.path("work/pwned").exists());
    assert_eq!(home.json(&["list", "--json"]), before);
}

#[test]
fn the_config_names_the_program_and_a_template() {
    let home = home();
    let config = "opener = [\"./xdg-open\", \"--new\"]\n[mail.offers.\"contoso.x\"]\nsubject = \"X for {company}\"\nbody = \"{name|you}\"\n";
    let config = home.put("c.toml", config);
    home.done(&["--config", config.to_str().unwrap(), "open", "1"]);
    let got = noted(&home);
    assert_eq!(got[..2], ["2", "--new"]);
    assert!(got[2].starts_with("mailto:ana@northwind.example?subject=X%20for%20Northwind&body=Ana%20"), "{got:?}");
}

#[test]
fn over_ssh_the_draft_is_copied_instead() {
    let mut home = home();
    home.set("DISPLAY", ":nowhere");
    home.set("SSH_CONNECTION", "192.0.2.1 5000 192.0.2.2 22");
    // The display is that of nobody: the terminal takes it.
    home.set("DISPLAY", "");
    let mut session = open(&home);
    session.send("oe");
    session.see("Over SSH nothing is opened on this machine. The draft was copied instead (sent to the terminal).");
    let draft = String::from_utf8(STANDARD.decode(&session.clipboard()[0]).unwrap()).unwrap();
    assert!(
        draft.starts_with("To: ana@northwind.example\nSubject: Your request about x\n\nHello Ana $(touch"),
        "{draft}"
    );
    session.quit();
    assert!(!home.path("work/noted").exists());
    let output = home.run(&["open", "1"]);
    assert_eq!(output.status.code(), Some(69));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--print prints the address"));
}

#[test]
fn a_program_that_fails_leaves_the_number_on_the_clipboard() {
    let home = home();
    let config = home.put("c.toml", "opener = [\"false\"]\n");
    let mut session = Session::run(&home, SIZE, &["--config", config.to_str().unwrap()]);
    session.see("#1 ");
    session.send("op");
    session.see("false ended with 1: no program here takes it. The number was copied instead");
    assert_eq!(STANDARD.decode(&session.clipboard()[0]).unwrap(), b"+551155500100");
    session.quit();
    let output = home.run(&["--config", config.to_str().unwrap(), "open", "1", "--phone"]);
    assert_eq!(output.status.code(), Some(69));
}

#[test]
fn the_verb_prints_refuses_and_asks_for_the_flag() {
    let home = home();
    let printed = home.done(&["open", "1", "--print"]);
    assert!(printed.starts_with(MAIL) && printed.ends_with('\n'), "{printed}");
    assert_eq!(home.done(&["open", "1", "--phone", "--print"]), "tel:+551155500100\n");
    assert_eq!(home.done(&["open", "2", "--print", "--include-dnc"]).matches("mailto:kim@phone.example?").count(), 1);
    for (arguments, says) in [
        (&["open", "2", "--print"][..], "asked not to be contacted"),
        (&["open", "2", "--phone", "--include-dnc"], "This lead has no phone"),
        (&["open", "3", "--print"], "contacts of an expired lead are hidden"),
        (&["open", "9"], "9"),
    ] {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).contains(says), "{arguments:?}");
    }
    assert!(!home.path("work/noted").exists(), "printing opens nothing");
}
