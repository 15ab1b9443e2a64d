//! The seller's programs, run for what happened: what they are given, what is said where they fail, and that none of them can
//! hold leadbox up or change what was stored.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::hooks::Event;
use leadbox::domain::lead::LeadId;
use leadbox::domain::moment::rfc3339;
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::domain::vocabulary::Reason;
use leadbox::formats::json_text::json;
use leadbox::formats::lead_json::LeadJson;
use leadbox::shell::clock::Clock;
use leadbox::shell::hooks::{Beside, Flames, HookSettings, Hooks, missing};
use leadbox::store::Store;

use crate::samples::{Row, deal, now, put_all};

/// A store in a folder of its own, and the programs that follow it.
struct Desk {
    folder: tempfile::TempDir,
    store: Store,
    settings: HookSettings,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("leads.db"), Terms::default(), "start").unwrap();
        Self { folder, store, settings: HookSettings { timeout: Duration::from_mins(1), ..HookSettings::default() } }
    }

    /// Lets a script of the shell be the program of an event; `$1` is this folder.
    fn on(mut self, event: Event, script: &str) -> Self {
        let folder = self.folder.path().display().to_string();
        let words = ["sh", "-c", script, "hook", &folder].map(str::to_owned).to_vec();
        self.settings.programs.insert(event, words);
        self
    }

    fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    fn most(mut self, most: usize) -> Self {
        self.settings.most = most;
        self
    }

    fn follow(&self) -> Hooks {
        Hooks::follow(&self.store, &Arc::new(self.settings.clone())).unwrap().unwrap()
    }

    fn put(&mut self, ids: &[&str]) {
        let row =
            |id: &&str| Row::contact_me(id, "2026-11-20T09:00:00Z").with(Field::Email, &format!("{id}@x.example"));
        let arrivals: Vec<_> = ids.iter().map(|id| row(id).arrival("2026-11-20T11:00:00Z")).collect();
        put_all(&mut self.store, &arrivals, now());
    }

    fn decline(&mut self, ids: &[i64]) {
        let ids: Vec<_> = ids.iter().map(|id| LeadId(*id)).collect();
        let grounds = Grounds { reason: Reason::Spam, notes: None, reported: true };
        assert!(self.store.apply(&ids, &Change::Decline(grounds), now()).unwrap().stored);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }
}

fn settle(hooks: &mut Hooks) -> Vec<String> {
    let mut told = Vec::new();
    hooks.settle(Flames::Watched, now(), &|| false, &mut |sentence| told.push(sentence)).unwrap();
    told
}

#[test]
fn a_program_is_given_the_lead_its_event_and_its_own_words() {
    let mut desk = Desk::new().on(
        Event::Accept,
        "cat > $1/in; printf '%s|%s|%s|%s' $LEADBOX_EVENT $LEADBOX_LEAD $LEADBOX_DB \"$*\" > $1/env; echo on stdout",
    );
    // No shell looks at the words.
    desk.settings.programs.get_mut(&Event::Accept).unwrap().push("$HOME `id` ; 'x".to_owned());
    desk.put(&["a", "b"]);
    let mut hooks = desk.follow();
    desk.store.apply(&[LeadId(2)], &Change::Accept { deal: deal("A deal"), reported: false }, now()).unwrap();
    assert_eq!(settle(&mut hooks), Vec::<String>::new());
    let lead = desk.store.lead(LeadId(2)).unwrap().unwrap();
    let expected = json(&LeadJson::of(&lead, &Terms::default(), now(), 1)).unwrap() + "\n";
    assert!(expected.contains("\"name\":\"A deal\"") && expected.contains("b@x.example"));
    assert_eq!(desk.read("in"), expected);
    let folder = desk.folder.path().display();
    assert_eq!(desk.read("env"), format!("on_accept|2|{folder}/leads.db|{folder} $HOME `id` ; 'x"));
    assert_eq!(settle(&mut hooks), Vec::<String>::new());
}

#[test]
fn only_the_events_that_are_asked_for_start_anything() {
    let mut desk = Desk::new().on(Event::Decline, "echo $LEADBOX_EVENT $LEADBOX_LEAD >> $1/log");
    let mut hooks = desk.follow();
    desk.put(&["a", "b", "c"]);
    desk.store.apply(&[LeadId(1)], &Change::Accept { deal: deal("A deal"), reported: true }, now()).unwrap();
    desk.decline(&[2, 3]);
    assert_eq!(settle(&mut hooks), Vec::<String>::new());
    assert_eq!(desk.read("log"), "on_decline 2\non_decline 3\n");
    let nothing = HookSettings::default();
    assert!(Hooks::follow(&desk.store, &Arc::new(nothing)).unwrap().is_none());
}

#[test]
fn a_flame_that_goes_out_runs_its_program_once() {
    let mut desk = Desk::new().on(Event::Cooling, "echo $LEADBOX_EVENT $LEADBOX_LEAD >> $1/log");
    let created = rfc3339(now() - TimeDelta::hours(70));
    put_all(&mut desk.store, &[Row::contact_me("a", &created).arrival(&created)], now());
    for _ in 0..2 {
        assert_eq!(settle(&mut desk.follow()), Vec::<String>::new());
    }
    assert_eq!(desk.read("log"), "on_hot_4h 1\n");
}

#[test]
fn what_fails_is_said_with_its_last_words_and_changes_nothing() {
    for (script, words) in [
        ("echo >&2; echo ' no route to host. ' >&2; echo more >&2; exit 3", "sh ended with 3 (no route to host)."),
        ("exit 1", "sh ended with 1."),
        ("kill -9 $$", "sh was ended by signal 9."),
        ("exec 2>&-; exit 4", "sh ended with 4."),
    ] {
        let mut desk = Desk::new().on(Event::Decline, script);
        desk.put(&["a", "b", "c"]);
        let mut hooks = desk.follow();
        desk.decline(&[1]);
        assert_eq!(
            settle(&mut hooks),
            [format!("on_decline failed for lead 1 (Northwind Traders): {words} What was stored stands.")]
        );
        desk.decline(&[2, 3]);
        let both = format!(
            "on_decline failed for lead 2 (Northwind Traders): {words} It failed for 1 more. What was stored stands."
        );
        assert_eq!(settle(&mut hooks), [both]);
        assert!(desk.store.lead(LeadId(3)).unwrap().unwrap().seller.verdict.is_some());
    }
}

#[test]
fn a_program_that_is_not_there_is_said_once_for_all_leads() {
    let mut desk = Desk::new();
    desk.settings.programs = BTreeMap::from([(Event::Decline, vec!["no-such-program-of-leadbox".to_owned()])]);
    desk.put(&["a", "b", "c"]);
    let mut hooks = desk.follow();
    desk.decline(&[1, 2, 3]);
    let why =
        "on_decline was not run for 3 leads: no-such-program-of-leadbox is not installed. What was stored stands.";
    assert_eq!(settle(&mut hooks), [why]);
    assert_eq!(missing(&desk.settings), ["on_decline: no-such-program-of-leadbox is not there, or is no program."]);
    assert_eq!(missing(&Desk::new().on(Event::Won, "true").settings), Vec::<String>::new());
}

#[test]
fn what_does_not_read_or_never_stops_talking_is_no_trouble() {
    // More than a pipe holds, both ways.
    let long = "x".repeat(200_000);
    for script in ["exit 0", "exec 0<&-; exit 0", "head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero"] {
        let mut desk = Desk::new().on(Event::Receive, script);
        let mut hooks = desk.follow();
        let row = Row::contact_me("a", "2026-11-20T09:00:00Z").with(Field::Description, &long);
        put_all(&mut desk.store, &[row.arrival("2026-11-20T11:00:00Z")], now());
        assert_eq!(settle(&mut hooks), Vec::<String>::new(), "{script}");
    }
}

#[test]
fn what_takes_too_long_is_ended_with_all_that_it_started() {
    let script = "trap '' TERM; (trap '' TERM; echo $$ > $1/pid; sleep 600; echo late > $1/late) & sleep 600; echo late > $1/late";
    let mut desk = Desk::new().on(Event::Decline, script).timeout(Duration::from_secs(1));
    desk.put(&["a"]);
    let mut hooks = desk.follow();
    desk.decline(&[1]);
    let told = settle(&mut hooks);
    assert_eq!(
        told,
        [
            "on_decline failed for lead 1 (Northwind Traders): sh took longer than 1 s and was stopped. What was stored stands."
        ]
    );
    let group = desk.read("pid").trim().parse().ok().and_then(rustix::process::Pid::from_raw).unwrap();
    let gone = || rustix::process::test_kill_process_group(group).is_err();
    // What was killed may still be listed for a moment.
    let patience = (0..500).any(|_| {
        gone() || {
            std::thread::sleep(Duration::from_millis(20));
            false
        }
    });
    assert!(patience, "its group is gone");
    assert!(!desk.file("late").exists());
}

#[test]
fn something_left_behind_does_not_hold_us_up() {
    // A daemon of its own session keeps stderr open.
    let mut desk = Desk::new().on(Event::Decline, "setsid sleep 30 & exit 5");
    desk.put(&["a"]);
    let mut hooks = desk.follow();
    desk.decline(&[1]);
    assert_eq!(
        settle(&mut hooks),
        ["on_decline failed for lead 1 (Northwind Traders): sh ended with 5. What was stored stands."]
    );
}

#[test]
fn the_end_that_is_asked_for_ends_what_runs_and_names_what_did_not() {
    let mut desk = Desk::new().on(Event::Receive, "echo $LEADBOX_LEAD >> $1/log; sleep 600");
    let mut hooks = desk.follow();
    desk.put(&["a", "b", "c"]);
    let asked = Cell::new(false);
    let log = desk.file("log");
    let stop = || {
        asked.set(asked.get() || log.exists());
        asked.get()
    };
    let mut told = Vec::new();
    hooks.settle(Flames::Passed, now(), &stop, &mut |sentence| told.push(sentence)).unwrap();
    assert_eq!(told, ["on_receive was not run to its end for 3 leads: leadbox was asked to end."]);
    assert_eq!(desk.read("log").lines().count(), 1);
}

#[test]
fn a_large_step_runs_it_for_so_many_and_says_so() {
    let mut desk = Desk::new().on(Event::Receive, "echo $LEADBOX_LEAD >> $1/log").most(2);
    let mut hooks = desk.follow();
    desk.put(&["a", "b", "c", "d", "e"]);
    let told = settle(&mut hooks);
    assert_eq!(told, ["on_receive is run for 2 leads at a time at most (most, in [hooks]); there were 5."]);
    assert_eq!(desk.read("log"), "5\n4\n");
}

#[test]
fn while_a_program_runs_others_write_to_the_store() {
    let script = "touch $1/runs; while [ ! -e $1/go ]; do sleep 0.01; done; echo $LEADBOX_LEAD >> $1/log";
    let mut desk = Desk::new().on(Event::Receive, script);
    let mut hooks = desk.follow();
    desk.put(&["a"]);
    let (runs, go, path) = (desk.file("runs"), desk.file("go"), desk.file("leads.db"));
    let other = std::thread::spawn(move || {
        let began = (0..6000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            runs.exists()
        });
        assert!(began, "the program never ran");
        let mut other = Store::open(&path, Terms::default(), "other").unwrap();
        let applied = other.apply(&[LeadId(1)], &Change::Note(Some("meanwhile".into())), now());
        fs::create_dir(go).unwrap();
        applied.unwrap().stored
    });
    assert_eq!(settle(&mut hooks), Vec::<String>::new());
    assert!(other.join().unwrap());
    assert_eq!(desk.read("log"), "1\n");
}

#[test]
fn a_lead_that_cannot_be_read_takes_no_other_along() {
    let mut desk = Desk::new().on(Event::Receive, "echo $LEADBOX_LEAD >> $1/log");
    let mut hooks = desk.follow();
    desk.put(&["a", "b", "c"]);
    let damage = rusqlite::Connection::open(desk.file("leads.db")).unwrap();
    damage.execute("UPDATE lead SET tags = 'no list' WHERE id = 2", []).unwrap();
    let told = settle(&mut hooks);
    assert!(
        told.len() == 1 && told[0].starts_with("on_receive failed for lead 2, which could not be read: "),
        "{told:?}"
    );
    assert_eq!(desk.read("log"), "3\n1\n");
}

fn waits_for(path: &Path) -> String {
    for _ in 0..3000 {
        let text = fs::read_to_string(path).unwrap_or_default();
        if text.ends_with('\n') {
            return text;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{} never came", path.display());
}

#[test]
fn beside_the_inbox_they_run_by_themselves_and_what_is_left_is_done_at_the_end() {
    let mut desk = Desk::new()
        .on(Event::Receive, "echo $LEADBOX_LEAD >> $1/came; exit 7")
        .on(Event::Decline, "echo $LEADBOX_LEAD >> $1/gone; exit 8");
    let (said, heard) = std::sync::mpsc::channel();
    let clock = Clock::fixed(now(), chrono_tz::Tz::UTC);
    let beside = Beside::start(desk.follow(), clock, move |sentence| drop(said.send(sentence))).unwrap();
    desk.put(&["a"]);
    assert_eq!(waits_for(&desk.file("came")), "1\n");
    let first = heard.recv_timeout(Duration::from_mins(1)).unwrap();
    assert_eq!(first, "on_receive failed for lead 1 (Northwind Traders): sh ended with 7. What was stored stands.");
    desk.decline(&[1]);
    let late = beside.finish();
    assert_eq!(desk.read("gone"), "1\n");
    let told: Vec<_> = heard.try_iter().chain(late).collect();
    assert_eq!(told, ["on_decline failed for lead 1 (Northwind Traders): sh ended with 8. What was stored stands."]);
}

#[test]
fn the_end_waits_no_longer_than_one_run_may_take() {
    let mut desk =
        Desk::new().on(Event::Receive, "echo $LEADBOX_LEAD >> $1/log; sleep 600").timeout(Duration::from_secs(1));
    let clock = Clock::fixed(now(), chrono_tz::Tz::UTC);
    let beside = Beside::start(desk.follow(), clock, |_| {}).unwrap();
    desk.put(&["a", "b", "c", "d", "e", "f", "g", "h"]);
    waits_for(&desk.file("log"));
    let late = beside.finish();
    let left = late.iter().any(|told| told.starts_with("on_receive was not run to its end for"));
    assert!(left, "{late:?}");
}
