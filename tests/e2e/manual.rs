//! Manual pages as packagers and readers meet them: files in a folder, and what groff makes of them where the machine has it.
//! Must not know how a page is made.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::session::Home;

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_page_is_written_and_read_without_a_warning() {
    let home = Home::new();
    let folder = home.path("work/man");
    assert_eq!(home.done(&["man", "-o", "man"]), "");
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() > 30 && names.contains(&"leadbox-list.1".to_owned()), "{names:?}");
    assert!(!names.concat().contains("__"), "{names:?}");
    assert_eq!(home.done(&["man"]), fs::read_to_string(folder.join("leadbox.1")).unwrap());
    assert_eq!(home.done(&["man", "list"]), fs::read_to_string(folder.join("leadbox-list.1")).unwrap());
    let mode = fs::metadata(folder.join("leadbox.1")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);

    assert_eq!(home.run(&["man", "-o", "man"]).status.code(), Some(73), "pages that stand there stay");
    assert_eq!(home.run(&["man", "-o", "man", "--force"]).status.code(), Some(0));
    for unknown in ["bogus", "__hold-clipboard"] {
        let output = home.run(&["man", unknown]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{unknown}");
    }
    assert!(!home.path("data/leadbox").exists(), "no store is made");

    if !Command::new("groff").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return;
    }
    for name in &names {
        let output = home.command("groff").args(["-man", "-Tutf8", "-ww"]).arg(folder.join(name)).output().unwrap();
        assert_eq!(said(&output.stderr), "", "{name}");
        assert!(output.status.success(), "{name}");
    }
    let read =
        home.command("groff").args(["-man", "-Tascii", "-P-cbou"]).arg(folder.join("leadbox.1")).output().unwrap();
    let text = said(&read.stdout);
    for part in ["accept the lead: a form with the deal", "EXIT STATUS", "LEADBOX_NOW", "leadbox-outbox(1)", "Space"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
