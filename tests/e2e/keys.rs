//! Keys as a cat presses them, on screens of every size: the inbox lives or has quit, the terminal comes back, and the store
//! can be read. The seed is told; the keys that write files write into the test's own folder, for no `/` is ever typed.

use crate::hostile::Chance;
use crate::session::{Home, Session};

const SIZES: [(u16, u16); 8] = [(1, 1), (12, 3), (39, 9), (40, 10), (60, 20), (84, 24), (120, 34), (200, 60)];

/// Keys a session presses.
const KEYS: usize = 1000;

/// Keys pressed before the cat looks up.
const BURST: usize = 50;

/// Esc is sent twice, which is Esc even where more keys follow at once.
const SPECIAL: [&str; 26] = [
    "\r",
    "\r",
    "\r",
    "\t",
    "\t",
    "\x1b[Z",
    "\x1b\x1b",
    "\x1b\x1b",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[H",
    "\x1b[F",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[3~",
    "\x7f",
    "\x1b[15~",
    "\x1b[1;5C",
    "\x1bb",
    "\x1bOP",
    "\x1b[200~pa\x1b[31mste\x1b[201~",
    "é",
    "田",
    "👩\u{200d}🚒",
];

/// Control keys: all but ^C, which ends the session on purpose.
const CONTROL: &[u8] =
    b"\x01\x02\x04\x05\x06\x07\x08\x0a\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1c\x1d\x1e\x1f";

/// Keys that do something in the list come more often than the rest.
const COMMANDS: &[u8] = b"add**wLe**yuix:sfhljkgGGjjjjj123[]? 01347";

fn key(chance: &mut Chance) -> Vec<u8> {
    match chance.below(600) {
        0 => b"q".to_vec(),
        1..=120 => chance.one_of(&SPECIAL).as_bytes().to_vec(),
        121..=180 => vec![chance.one_of(CONTROL)],
        181..=240 => {
            let letter = b' ' + u8::try_from(chance.below(95)).unwrap();
            vec![if b"/q~".contains(&letter) { b'.' } else { letter }]
        }
        // The search, by its name: no `/` is typed.
        241..=250 => b":search\r".to_vec(),
        // Out of whatever has the keys, or they would all be typed into it.
        251..=330 => b"\x1b\x1b".to_vec(),
        _ => vec![chance.one_of(COMMANDS)],
    }
}

/// Presses keys until there were enough; starts again where `q` was among them.
fn play(home: &Home, seed: u64) {
    let mut chance = Chance::new(seed);
    let mut session = start(home, SIZES[chance.below(SIZES.len())]);
    for _ in 0..KEYS / BURST {
        let keys: Vec<u8> = (0..BURST).flat_map(|_| key(&mut chance)).collect();
        // Where it has quit in the meantime, nobody takes them.
        drop(session.try_send(keys));
        let (columns, rows) = SIZES[chance.below(SIZES.len())];
        session.resize(columns, rows);
        if session.ended().is_some() {
            check(&session, seed);
            session = start(home, (columns, rows));
        }
    }
    end(&mut session);
    check(&session, seed);
}

/// An inbox that takes keys and has something to press them on: before the first frame they are the shell's, and a fast
/// machine has pressed them all before a list is read.
fn start(home: &Home, (columns, rows): (u16, u16)) -> Session {
    let session = Session::inbox(home, (120, 34));
    session.see_that("a lead or the first screen is there", |text| text.contains(" #") || text.contains("made-up"));
    session.resize(columns, rows);
    session
}

/// Ends it with ^C, after whatever began a sequence in its input was ended. ^Q comes first: where it has quit already, a ^S
/// among the last keys was the terminal's, which then shows nothing more.
fn end(session: &mut Session) {
    session.send_until_ended(b"\x11\x1b[201~AA~m\x03");
}

fn check(session: &Session, seed: u64) {
    let said = String::from_utf8_lossy(&session.raw()).into_owned();
    let tail: String = said.chars().skip(said.chars().count().saturating_sub(400)).collect();
    // From the first screen to the demo, and between `q` and the end, the terminal is nobody's for a moment; ^C and ^\ are
    // signals then, and the status says so.
    assert!([0, 130, 131].contains(&session.status()), "seed {seed}: {tail:?}");
    assert!(!said.contains("stopped on an error") && !said.contains("panicked"), "seed {seed}: {tail:?}");
    session.check_restored();
}

fn many(seeds: std::ops::Range<u64>, file: Option<&str>) {
    let mut changes = 0;
    for seed in seeds {
        let home = Home::new();
        if let Some(file) = file {
            home.import(file);
        }
        play(&home, seed);
        assert!(home.json(&["list", "--json"]).is_array(), "seed {seed}");
        changes += home.done(&["undo", "--list"]).lines().count();
    }
    assert!(file.is_none() || changes > 3, "the keys do change leads: {changes}");
}

#[test]
fn a_thousand_keys_do_no_harm_to_an_inbox() {
    many(0..4, Some("export-80.csv"));
}

#[test]
fn a_thousand_other_keys_do_no_harm_to_an_inbox() {
    many(4..8, Some("export-80.csv"));
}

#[test]
fn a_thousand_keys_do_no_harm_to_hostile_leads() {
    many(8..10, Some("ugly/hostile.csv"));
}

#[test]
fn a_thousand_keys_do_no_harm_to_the_first_screen() {
    many(10..12, None);
}
