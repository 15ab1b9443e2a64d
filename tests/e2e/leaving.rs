//! Files that leave, where the place is in the way: a full disk, a folder that takes nothing, a file or a link that stands
//! there. A sentence each, nothing half written, and what stood there stays.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use crate::hostile::Chance;
use crate::session::{Home, LEADBOX, Session, data};

/// Status and stderr of an export with these arguments.
fn export(home: &Home, arguments: &[&str]) -> (Option<i32>, String) {
    let output = home.run(&[&["export"], arguments].concat());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// What lies in the folder the program runs in.
fn names(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path("work")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn with_leads() -> Home {
    let home = Home::new();
    home.import("export-80.csv");
    home
}

#[test]
fn a_file_that_stands_there_is_replaced_only_by_force() {
    let home = with_leads();
    home.put("out.csv", "mine");
    let (status, said) = export(&home, &["-o", "out.csv"]);
    assert_eq!((status, said.contains("exists already and was left as it is")), (Some(73), true), "{said}");
    assert_eq!(fs::read(home.path("work/out.csv")).unwrap(), b"mine");
    assert_eq!(export(&home, &["-o", "out.csv", "--force"]).0, Some(0));
    let mode = fs::metadata(home.path("work/out.csv")).unwrap().permissions().mode();
    assert_eq!((mode & 0o777, names(&home)), (0o600, vec!["out.csv".to_owned()]));
}

#[test]
fn a_link_is_never_written_through() {
    let home = with_leads();
    home.put("target", "mine");
    symlink(home.path("work/target"), home.path("work/link.csv")).unwrap();
    for force in [&["-o", "link.csv"][..], &["-o", "link.csv", "--force"]] {
        let (status, said) = export(&home, force);
        assert_eq!((status, said.contains("symbolic link")), (Some(73), true), "{said}");
    }
    assert_eq!(fs::read(home.path("work/target")).unwrap(), b"mine");
    assert_eq!(names(&home), ["link.csv", "target"]);
}

#[test]
fn a_folder_that_is_missing_or_takes_nothing_is_named() {
    let home = with_leads();
    let (status, said) = export(&home, &["-o", "none/out.csv"]);
    assert_eq!((status, said.contains("its folder does not exist")), (Some(73), true), "{said}");
    fs::create_dir(home.path("work/sealed")).unwrap();
    let (status, said) = export(&home, &["-o", "sealed"]);
    assert_eq!((status, said.contains("sealed")), (Some(73), true), "{said}");
    fs::set_permissions(home.path("work/sealed"), fs::Permissions::from_mode(0o500)).unwrap();
    let (status, said) = export(&home, &["-o", "sealed/out.csv"]);
    // To root no folder is sealed.
    if !rustix::process::geteuid().is_root() {
        assert_eq!((status, said.contains("permission denied")), (Some(77), true), "{said}");
        assert_eq!(fs::read_dir(home.path("work/sealed")).unwrap().count(), 0);
    }
}

/// Leads that no form makes small.
fn many_leads() -> String {
    let mut chance = Chance::new(1);
    let mut words = || (0..40).map(|_| format!("{:016x}", chance.below(usize::MAX))).collect::<Vec<_>>().concat();
    let rows: String = (0..400)
        .map(|lead| format!("{lead},2026-11-19T12:00:00Z,Contact me,Adatum,a{lead}@adatum.example,{}\n", words()))
        .collect::<Vec<_>>()
        .concat();
    format!("LeadId,LeadCreationDateTime,CallToAction,CustomerName,Email,Notes\n{rows}")
}

/// A disk that takes no more, as a limit of file sizes is one to the program: the old file stays, of the new one nothing.
#[test]
fn a_disk_that_is_full_leaves_the_old_file_and_nothing_half_written() {
    let home = Home::new();
    home.put("many", many_leads());
    home.done(&["import", "many"]);
    fs::remove_file(home.path("work/many")).unwrap();
    home.put("out.csv", "mine");
    for format in ["csv", "json", "jsonl", "xlsx", "vcard", "salesforce", "hubspot"] {
        let mut command: Command = home.command("/bin/sh");
        command.args(["-c", "ulimit -f 128; exec \"$@\"", "sh", LEADBOX, "export", "--force", "-o", "out.csv"]);
        let output = command.args(["--format", format]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.contains("out.csv")), (Some(74), true), "{format}: {said}");
        assert_eq!(fs::read(home.path("work/out.csv")).unwrap(), b"mine", "{format}");
        assert_eq!(names(&home), ["out.csv"], "{format}");
    }
}

#[test]
fn a_store_is_never_written_over_by_its_own_export() {
    let home = Home::new();
    home.done(&["--db", "s.db", "import", data("export-80.csv").to_str().unwrap()]);
    let before = fs::read(home.path("work/s.db")).unwrap();
    for file in ["s.db", "./s.db", "s.db-wal", "s.db.tokens"] {
        for format in ["csv", "partner-center"] {
            let (status, said) = export(&home, &["--db", "s.db", "-o", file, "--force", "--format", format]);
            if format == "csv" {
                assert_eq!((status, said.contains("keeps its leads")), (Some(73), true), "{file}: {said}");
            }
        }
    }
    assert_eq!(fs::read(home.path("work/s.db")).unwrap(), before);
    assert_eq!(home.json(&["--db", "s.db", "list", "--json"]).as_array().unwrap().len(), 80);
}

#[test]
fn leads_left_out_are_counted_beside_the_data() {
    let home = with_leads();
    let (status, said) = export(&home, &["--format", "salesforce", "-o", "crm.csv"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("Left out: ") && said.contains("that asked not to be contacted."), "{said}");
    assert!(said.contains("--include-dnc takes leads along"), "{said}");
    let (_, all) = export(&home, &["--format", "salesforce", "-o", "all.csv", "--include-dnc"]);
    assert!(!all.contains("Left out"), "{all}");
    let rows = |name: &str| csv::Reader::from_path(home.path("work").join(name)).unwrap().into_records().count();
    assert!(rows("crm.csv") < rows("all.csv") && rows("all.csv") == 80, "{} {}", rows("crm.csv"), rows("all.csv"));
}

#[test]
fn the_window_counts_what_was_asked_last_and_its_path_goes_on_over_every_name() {
    let home = with_leads();
    for n in 0..70 {
        home.put(&format!("leads-{n:02}.csv"), "");
    }
    home.put("lzzz", "");
    let mut session = Session::inbox(&home, (110, 30));
    session.see("Marketplace ");
    // Through every form and round again, faster than any is counted; the last one is for those that may be contacted.
    session.send("x\x1b[A");
    session.send("\x1b[C".repeat(11 * 6));
    session.send("v");
    session.see("‹ vCard ›");
    session.see("that asked not to be contacted.");
    session.send("\t\x15le\t");
    session.see("64 more");
    session.see("file   leads-");
    session.send("\x1b\x1b");
    session.see_no("64 more");
    session.send("\x15l\t");
    session.see("65 more");
    session.send("\x1b\x1b");
    session.see_no("65 more");
    session.send("\x1b\x1b");
    session.see_no("┌ Export");
    session.quit();
}
