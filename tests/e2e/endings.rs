//! Every way out of the inbox: the terminal afterwards, and the status that the shell is told.

use std::time::Duration;

use rustix::process::Signal;

use crate::session::{Home, LEADBOX, Session};

const SIZE: (u16, u16) = (100, 30);

/// An inbox that shows its leads.
fn open(home: &Home) -> Session {
    home.import("export-80.csv");
    let session = Session::inbox(home, SIZE);
    session.see("all keys");
    session.see("Marketplace ·");
    assert!(!session.is_cooked());
    session
}

#[test]
fn q_gives_the_terminal_back() {
    let home = Home::new();
    let mut session = open(&home);
    session.quit();
    session.check_restored();
}

#[test]
fn ctrl_c_gives_the_terminal_back_also_from_within_a_popup() {
    let home = Home::new();
    let mut session = open(&home);
    session.send("?");
    session.see("Commands and help");
    session.send("\x03");
    assert_eq!(session.status(), 0);
    session.check_restored();
}

#[test]
fn a_signal_gives_the_terminal_back_and_the_shell_is_told_which() {
    let home = Home::new();
    for (signal, number) in [(Signal::TERM, 15), (Signal::HUP, 1), (Signal::INT, 2), (Signal::QUIT, 3)] {
        let session = open(&home);
        session.signal(signal);
        assert_eq!(session.status(), 128 + number, "{signal:?}");
        session.check_restored();
    }
}

#[test]
fn a_signal_during_a_key_storm_gives_the_terminal_back() {
    let home = Home::new();
    let mut session = open(&home);
    session.send("jkjkGg?".repeat(20));
    session.signal(Signal::TERM);
    assert_eq!(session.status(), 143);
    session.check_restored();
}

#[test]
fn a_signal_ends_the_program_also_while_the_terminal_reads_nothing() {
    let home = Home::new();
    let storms: [(&[Signal], i32); 4] = [
        (&[Signal::TERM], 15),
        (&[Signal::HUP], 1),
        (&[Signal::TERM, Signal::TERM], 15),
        (&[Signal::TSTP, Signal::TERM], 15),
    ];
    for (signals, number) in storms {
        let mut session = open(&home);
        session.stall();
        // Each of them asks for a frame; the first one finds no room.
        for columns in [90, 100, 80] {
            session.resize(columns, 30);
            session.send("?j");
            std::thread::sleep(Duration::from_millis(100));
        }
        for signal in signals {
            session.signal(*signal);
        }
        session.gone();
        assert!(session.is_cooked(), "{signals:?}");
        session.read_on();
        assert_eq!(session.status(), 128 + number, "{signals:?}");
    }
}

#[test]
fn ctrl_z_stops_and_fg_draws_everything_again() {
    let home = Home::new();
    home.import("export-80.csv");
    let mut shell = Session::shell(&home, SIZE);
    shell.see("@prompt@");
    shell.send(format!("{LEADBOX}; echo \"@ended $?@\"\r"));
    shell.see("all keys");
    let before = shell.text();
    shell.send("\x1a");
    shell.see_screen("the shell is back", |screen| {
        let given_back = !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste();
        given_back && screen.contents().contains("Stopped") && screen.contents().trim_end().ends_with("@prompt@")
    });
    shell.send("echo still $((40 + 2)) here\r");
    shell.see("still 42 here");
    shell.send("fg\r");
    shell.see_screen("the inbox is back", |screen| screen.alternate_screen() && screen.contents() == before);
    shell.send("?");
    shell.see("Commands and help");
    shell.send("\x03");
    shell.see_screen("it ended", |screen| !screen.alternate_screen() && screen.contents().contains("@prompt@"));
}

#[test]
fn ctrl_z_without_a_shell_says_so_and_goes_on() {
    let home = Home::new();
    let mut session = open(&home);
    session.send("\x1a");
    session.see("There is no shell to go back to");
    session.quit();
    session.check_restored();
}

#[test]
fn without_a_terminal_it_says_what_to_run_and_exits_2() {
    let home = Home::new();
    for arguments in [&[][..], &["demo"]] {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty(), "stdout carries data only");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("leadbox list"), "{said}");
    }
    assert!(!home.path("data/leadbox/leads.db").exists(), "nothing was made");
}
