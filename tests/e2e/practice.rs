//! A contact, a follow-up date and a note of the seller's: by key, by verb, through a real editor, and over a restart.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::session::{Home, LEADBOX, Session};

const SIZE: (u16, u16) = (130, 40);

const SHEET: &str = "LeadId,LeadCreationDateTime,LeadType,CallToAction,CustomerName,Email,OfferId\n\
                     a,2026-11-20T09:00:00Z,Offer,Contact me,Northwind,ana@x.example,contoso.backup\n\
                     b,2026-11-19T09:00:00Z,Offer,Get it now,Adatum,bo@x.example,contoso.backup\n";

fn home() -> Home {
    let mut home = Home::new();
    home.put("leads.csv", SHEET);
    home.done(&["import", "leads.csv"]);
    // Looks at what it was given, and at who may read it; then writes, or fails where it is told to.
    let script = home.put(
        "editor",
        "cp \"$1\" given; stat -c %a \"$1\" > mode; [ -e fail ] && exit 3; printf 'Calls on\\nMondays\\n' > \"$1\"\n",
    );
    home.set("EDITOR", &format!("sh {}", script.display()));
    home
}

fn lead(home: &Home, id: &str) -> Value {
    home.json(&["show", id, "--json"])
}

fn file(home: &Home, name: &str) -> String {
    std::fs::read_to_string(home.path("work").join(name)).unwrap()
}

#[test]
fn a_note_is_written_in_a_real_editor_and_kept_where_it_fails() {
    let home = home();
    let mut session = Session::inbox(&home, SIZE);
    session.see("Northwind");
    session.send("ce");
    session.see("Kept the note of Northwind.");
    session.see("Calls on");
    assert_eq!(lead(&home, "1")["note"], json!("Calls on\nMondays"));
    assert_eq!((file(&home, "given").as_str(), file(&home, "mode").as_str()), ("", "600\n"));
    home.put("fail", "");
    session.send("ce");
    session.see("ended with exit status: 3");
    assert_eq!(file(&home, "given"), "Calls on\nMondays");
    assert_eq!(lead(&home, "1")["note"], json!("Calls on\nMondays"));
    session.send("u");
    session.see("Undone: note of Northwind.");
    assert_eq!(lead(&home, "1")["note"], Value::Null);
    session.quit();
}

#[test]
fn what_the_verbs_do_is_seen_in_the_open_inbox_and_the_other_way_round() {
    let home = home();
    let mut session = Session::inbox(&home, SIZE);
    session.see("HOT");
    home.done(&["touch", "1", "voicemail", "asked Ana to call back"]);
    session.see("voicemail: asked");
    session.see("Later: comes back in 1 d");
    session.send("g");
    session.send("z");
    session.see("┌ Later · ");
    session.send("2d\r");
    session.see("Follow-up Sun 22 Nov 12:00.");
    let dates: Vec<_> = ["1", "2"].map(|id| lead(&home, id)["later_until"].clone()).into();
    assert!(dates.contains(&json!("2026-11-22T12:00:00Z")), "{dates:?}");
    session.quit();
    home.done(&["undo"]);
    home.done(&["undo"]);
    assert_eq!((&lead(&home, "1")["touches"], &lead(&home, "1")["later_until"]), (&json!(0), &Value::Null));
    home.done(&["redo"]);
    assert_eq!(lead(&home, "1")["touches"], json!(1));
}

#[test]
fn a_note_comes_from_stdin() {
    let home = home();
    let mut command = home.command(LEADBOX);
    let mut child = command.args(["note", "1", "2", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"first\r\n\tsecond\x1b[31m\n\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "Kept the note of 2 leads.\n");
    for id in ["1", "2"] {
        assert_eq!(lead(&home, id)["note"], json!("first\n\tsecond[31m"));
    }
}
