//! `import` as a script and as a person meet it: its flags, its exit codes, what goes to stdout and what to stderr, and the
//! bar that only a terminal sees.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::session::{Home, LEADBOX, Session, data};

const CRM: &str = "Angelegt am;Firma;Wer;E-Mail;Kennzahl\n19.11.2026;Adatum GmbH;Ana Souza;ana@adatum.example;7\n";

fn told(home: &Home, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = home.run(arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_account_has_the_documented_keys_and_names_the_file_of_rejects() {
    let home = Home::new();
    let account = home.json(&["import", data("ugly/mixed-good-and-bad.csv").to_str().unwrap(), "--json"]);
    let file = &account["files"][0];
    let keys: Vec<_> = file.as_object().unwrap().keys().map(String::as_str).collect();
    let documented = "path format encoding delimiter lines header blank rows continuation added updated unchanged \
                      rejected rejects reject_file";
    assert_eq!(keys, documented.split(' ').collect::<Vec<_>>());
    assert_eq!((&file["format"], &file["delimiter"]), (&"partner-center-export".into(), &",".into()));
    assert_eq!(file["rejects"].as_array().unwrap().len(), 2);
    let rejects = std::fs::read_to_string(file["reject_file"].as_str().unwrap()).unwrap();
    assert!(rejects.starts_with("\"LeadboxReason\",LeadId,") && rejects.contains("x,x,x\r\n"), "{rejects}");
    let (_, _, said) = told(&home, &["import", data("ugly/mixed-good-and-bad.csv").to_str().unwrap()]);
    assert!(said.contains("The rejected rows are in ") && said.contains("/rejects/mixed-good-and-bad-"), "{said}");
    let (_, _, said) = told(&home, &["import", data("export-80.csv").to_str().unwrap()]);
    assert!(said.trim_end().ends_with(" expire soon. `n` starts."), "{said}");
}

#[test]
fn a_dry_run_shows_the_guess_beside_the_data() {
    let home = Home::new();
    let file = home.put("crm.csv", CRM);
    let (code, data, said) = told(&home, &["import", file.to_str().unwrap(), "--dry-run"]);
    assert_eq!((code, data.as_str()), (Some(0), ""), "{said}");
    for line in ["Angelegt am  created_at     19.11.2026", "Wer          kept as it is  Ana Souza", "nothing was kept"]
    {
        assert!(said.contains(line), "{line}:\n{said}");
    }
    let map = home.put("crm.toml", "full_name = \"Wer\"\n");
    let (file, map) = (file.to_str().unwrap(), map.to_str().unwrap());
    let (_, account, said) = told(&home, &["import", file, "--map", map, "--dry-run", "--json"]);
    assert!(said.contains("Wer          full_name"), "{said}");
    let account: Value = serde_json::from_str(&account).unwrap();
    assert_eq!((&account["files"][0]["format"], &account["files"][0]["added"]), (&"csv".into(), &1.into()));
    assert_eq!(home.json(&["list", "--json"]), serde_json::json!([]));
    assert!(!home.path("work/rejects").exists());
    home.done(&["import", file, "--map", map]);
    let lead = &home.json(&["list", "--json"])[0];
    assert_eq!((&lead["first_name"], &lead["received_via"]), (&"Ana".into(), &"csv".into()));
}

#[test]
fn every_refusal_has_its_exit_code() {
    let home = Home::new();
    let crm = home.put("crm.csv", CRM);
    let crm = crm.to_str().unwrap();
    home.put("typo.toml", "emial = \"E-Mail\"\n");
    home.put("absent.toml", "email = \"Mail\"\n");
    home.put("sep.csv", "sep=^\na^b\n");
    for (arguments, code, word) in [
        (&["import", "nowhere.csv"][..], 66, "no file"),
        (&["import", "."], 66, "folder"),
        (&["import", crm, "--map", "nowhere.toml"], 66, "no file"),
        (&["import", crm, "--map", "typo.toml"], 78, "did you mean email?"),
        (&["import", crm, "--map", "absent.toml"], 2, "“Mail”, which the file does not have"),
        (&["import", crm, "--map", "typo.toml", "--format", "leadbox-export"], 2, "A map is for"),
        (&["import", crm, "--format", "excel"], 2, "partner-center-export, leadbox-export"),
        (&["import", crm, "--encoding", "latin-1"], 2, "windows-1252"),
        (&["import", crm, "--delimiter", "^"], 2, "semicolon"),
        (&["import", crm, "--format", "partner-center-insights"], 65, "no Insights download"),
        (&["import", crm, "--delimiter", "comma"], 65, "No column says"),
        (&["import", "sep.csv"], 65, "“^”"),
        (&["import"], 2, "FILE"),
    ] {
        let (got, data, said) = told(&home, arguments);
        assert_eq!((got, data.as_str()), (Some(code), ""), "{arguments:?}: {said}");
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
    assert_eq!(home.json(&["list", "--json"]), serde_json::json!([]));
    home.done(&["import", crm, "--delimiter", ";", "--encoding", "UTF-8", "--format", "csv"]);
}

#[test]
fn several_files_and_standard_input_are_taken_each_by_itself() {
    let home = Home::new();
    let bad = home.put("bad.csv", "LeadId,LeadCreationDateTime,Email\na,2026-11-19,\"open\n");
    let insights = data("insights-40.csv");
    let mut command = home.command(LEADBOX);
    command.args(["import", "--json", insights.to_str().unwrap(), bad.to_str().unwrap(), "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(CRM.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(65));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("The quote opened on line 2 is never closed"), "{said}");
    let account: Value = serde_json::from_slice(&output.stdout).unwrap();
    let files: Vec<_> =
        account["files"].as_array().unwrap().iter().map(|file| (&file["path"], &file["added"])).collect();
    assert_eq!(files, [(&insights.to_str().unwrap().into(), &40.into()), (&"-".into(), &1.into())]);
    assert_eq!(home.json(&["list", "--json"]).as_array().unwrap().len(), 41);
}

#[test]
fn only_a_terminal_sees_a_bar_and_it_is_gone_in_the_end() {
    let home = Home::new();
    let mut text = "LeadId,LeadCreationDateTime,CustomerName,Email,Notes\n".to_owned();
    for number in 0..12_000 {
        writeln!(text, "id-{number},2026-11-19,Company {number},a{number}@x.example,a wish").unwrap();
    }
    let file = home.put("many.csv", &text);
    let (_, _, said) = told(&home, &["import", file.to_str().unwrap(), "--dry-run"]);
    assert!(!said.contains("many.csv [") && !said.contains('\u{1b}'), "{said}");
    for (quiet, seen) in [("", true), ("--quiet", false)] {
        let script = format!("{LEADBOX} {quiet} import --dry-run {}", file.display());
        let session = Session::script(&home, (100, 20), &script);
        session.see("@ended 0@");
        let raw = String::from_utf8_lossy(&session.raw()).into_owned();
        assert_eq!(raw.contains("many.csv ["), seen, "{raw:?}");
        let text = session.text();
        assert!(!text.contains("many.csv [") && text.contains("12,000 rows: 12,000 new.") == seen, "{text}");
    }
}
