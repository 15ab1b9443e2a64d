//! Hostile text does nothing, on every screen and by every verb: what comes out is text that shows and sequences of our own,
//! byte by byte; the terminal's title and clipboard are as before.

use std::fmt::Write;

use crate::hostile::{self, Chance};
use crate::session::{Home, LEADBOX, Session, data};
use crate::wire;

const SIZE: (u16, u16) = (130, 36);

/// A home with the hostile file of the samples and two hundred hostile leads more.
fn home() -> Home {
    let home = Home::new();
    home.import("ugly/hostile.csv");
    let file = home.put("hostile.csv", hostile::csv(200));
    home.done(&["import", file.to_str().unwrap()]);
    home
}

/// Nothing but our own came out, and the terminal was told nothing.
#[track_caller]
fn check(session: &Session) {
    assert_eq!(wire::check(&session.raw()), Ok(Vec::new()));
    assert_eq!(session.titles(), Vec::<String>::new());
    assert_eq!(session.clipboard(), Vec::<String>::new());
}

fn open(home: &Home, size: (u16, u16)) -> Session {
    let session = Session::inbox(home, size);
    session.see(" keys");
    session
}

/// The message line says why a lead takes no verdict.
fn refusal(screen: &str) -> bool {
    screen.lines().rev().nth(1).is_some_and(|line| line.contains(" is ") && !line.contains("draft is"))
}

#[test]
fn every_lead_of_the_list_and_its_detail() {
    let home = home();
    let leads = home.json(&["list", "--json"]).as_array().unwrap().len();
    assert!(leads >= 200, "{leads}");
    let mut session = open(&home, SIZE);
    for tab in ["2", "1"] {
        session.send(tab);
        // Each lead, from top to bottom of its detail.
        session.send("g");
        session.send("lGhj".repeat(leads));
    }
    session.send("\x03");
    assert_eq!(session.status(), 0);
    check(&session);
}

#[test]
fn narrow_screens_and_plain_symbols() {
    let mut home = home();
    home.set("NO_COLOR", "1");
    home.set("LANG", "C");
    for size in [(40, 10), (60, 20), (84, 24)] {
        let mut session = open(&home, size);
        session.send("jlG\t".repeat(60));
        session.send("\x03");
        assert_eq!(session.status(), 0);
        check(&session);
    }
}

#[test]
fn what_lies_over_the_panes() {
    let home = home();
    home.put("\u{1b}]0;owned\u{7}leads.csv", hostile::csv(2));
    let mut session = open(&home, SIZE);
    for place in 0..24 {
        for (key, title) in [
            ("a", "┌ Accept"),
            ("d", "Reason?"),
            ("y", "┌ Copy"),
            ("o", "┌ Mail or dial"),
            ("x", "┌ Export"),
            ("i", "┌ Import"),
        ] {
            // Some leads take no verdict, and say so.
            session.send(key);
            session.see_that(title, |screen| screen.contains(title) || refusal(screen));
            session.send("\x1b");
            session.see_that("nothing lies over the panes", |screen| {
                !screen.contains(title) && !refusal(screen) && screen.contains("all keys")
            });
            if place > 0 && ["x", "i"].contains(&key) {
                break;
            }
        }
        session.send("*");
        session.see("undoes");
        session.send("ujj");
        session.see_no("undoes");
    }
    session.send("\x03");
    assert_eq!(session.status(), 0);
    check(&session);
}

#[test]
fn filters_and_what_is_typed_or_pasted() {
    let home = home();
    let mut session = open(&home, SIZE);
    let mut chance = Chance::new(11);
    session.send("f");
    session.see("back to the list");
    // Every group is unfolded, every country shown.
    session.send("\tj \t".repeat(9));
    session.send("g");
    session.send("j".repeat(80));
    session.send("\x1b");
    session.see_no("back to the list");
    for _ in 0..40 {
        let text = hostile::text(&mut chance).replace("\x1b[201~", "");
        session.send("/");
        session.see("found");
        session.paste(&text);
        session.send("\x15");
        session.paste(&text);
        session.send("\x1b");
        session.see_no("found");
        session.send("x");
        session.see("┌ Export");
        session.paste(&text);
        session.send("\x1b");
        session.see_no("┌ Export");
        session.send("i");
        session.see("┌ Import");
        session.paste(&format!("nowhere/{text}"));
        session.send("\r");
        session.see("Enter go on");
        session.send("\x1b");
        session.see("Enter look at it");
        session.send("\x1b");
        session.see_no("┌ Import");
    }
    session.send("\x03");
    assert_eq!(session.status(), 0);
    check(&session);
}

/// Verbs with hostile words in every place: `$bad` and `$esc` would set a title and clear the screen.
const VERBS: &[&str] = &[
    "list",
    "list --color always",
    "list --json",
    "list --format csv",
    "list --format tsv",
    "list --format jsonl",
    "export",
    "export --format json",
    "export -o \"$bad.out\"",
    "export -o \"$bad.out\"",
    "export -o \"file/$bad\"",
    "list \"$bad\"",
    "list --text \"$bad\"",
    "list --country \"$bad\"",
    "list --sort \"$bad\"",
    "import \"$bad.csv\"",
    "import --json \"$bad.csv\"",
    "import \"$bad\"",
    "import \"not-leads $esc.csv\"",
    "import --dry-run \"other $esc.csv\"",
    "import \"other $esc.csv\"",
    "import --map \"$bad.toml\" \"other $esc.csv\"",
    "import --map \"$bad\" --format \"$bad\" --encoding \"$bad\" --delimiter \"$bad\" \"$bad.csv\"",
    "show \"$bad\"",
    "show 9999",
    "accept 1 --value \"$bad\"",
    "accept 1 --team \"$bad\" --close-on \"$bad\"",
    "decline 1 --reason \"$bad\"",
    "decline 1 --reason 7 --notes \"$bad\"",
    "undo --list",
    "undo",
    "redo",
    "favorite 2 \"$bad\"",
    "\"$bad\"",
    "--db \"file/$bad\" list",
    "--config \"$bad\" list",
    "paths --db \"$bad\"",
    "--help",
    "import --help",
];

#[test]
fn every_verb_on_a_terminal() {
    let home = home();
    let mut bad = hostile::csv(3);
    bad.extend(b"x,not a \x1b]0;owned\x07 date\n,\x1b[2J,\n");
    home.put("\u{1b}]0;owned\u{7}\u{202e}.csv", &bad);
    home.put("not-leads \u{1b}[2J.csv", "a,\u{1b}]0;owned\u{7}\n1,2\n");
    let other = "created;\u{1b}]0;owned\u{7};name\u{202e};email\n2026-11-19;\u{1b}[2J;\u{1b}]0;owned\u{7};\u{9b}2J\n";
    home.put("other \u{1b}[2J.csv", other);
    home.put("\u{1b}]0;owned\u{7}\u{202e}.toml", "\"\u{202e}\" = \"x\"\nemail = \"\u{202e}\"\n");
    // No folder, so nothing can be made below it.
    home.put("file", "");
    let good = data("ugly/hostile.csv");
    let mut script =
        format!("l={LEADBOX}; bad=$(printf '\\033]0;owned\\007\\342\\200\\256'); esc=$(printf '\\033[2J')\n");
    for verb in VERBS {
        writeln!(script, "$l {verb}").unwrap();
    }
    writeln!(script, "$l import --dry-run {}; LEADBOX_NOW=\"$bad\" $l list", good.display()).unwrap();
    for id in (1..=212).step_by(4) {
        writeln!(script, "$l show {id}; $l open {id} --print --include-dnc; $l open {id} --phone").unwrap();
    }
    for id in 2..30 {
        writeln!(script, "$l show {id} --json; $l accept {id}; $l favorite {id}; $l won {id}; $l lost {id} --reason 1")
            .unwrap();
    }
    let session = Session::script(&home, (110, 30), &script);
    session.status();
    check(&session);
}

/// The screen after moving about is the one that a fresh start shows: no text reaches beyond its own cells.
fn check_drawing(home: &Home) {
    let mut moved = open(home, SIZE);
    moved.send("jjG".to_owned() + &"kj".repeat(3) + &"k".repeat(40) + "g");
    moved.send("?");
    moved.see("Commands and help");
    moved.send("\x1b");
    moved.see_no("Commands and help");
    let fresh = open(home, SIZE);
    fresh.see_screen("the frame with the open lead is whole", |screen| {
        let lines: Vec<_> = screen.rows(0, SIZE.0).collect();
        lines[2].contains('#') && lines[usize::from(SIZE.1) - 3].ends_with('┘')
    });
    let text = fresh.text();
    moved.see_that(&format!("this is shown:\n{text}"), |screen| screen == text);
}

#[test]
fn strange_text_stays_in_its_cells() {
    let home = Home::new();
    let mut csv = String::from("LeadId,LeadCreationDateTime,CustomerName,FirstName,Notes\n");
    for (number, atom) in hostile::ATOMS.iter().enumerate() {
        let atom = atom.replace('"', "\"\"");
        let before = "a".repeat(number % 7);
        writeln!(csv, "{number},2026-11-19,\"{before}{atom}é 田中{atom}x\",\"{atom}b\",\"{atom}\"").unwrap();
    }
    let file = home.put("a.csv", csv);
    home.done(&["import", file.to_str().unwrap()]);
    check_drawing(&home);
    home.import("export-80.csv");
    check_drawing(&home);
}
