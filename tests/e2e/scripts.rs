//! What scripts rely on: formats that say the same, chosen fields, stdout with data alone, exit codes, and a reader that
//! closes the pipe early. Must not know how a row is made.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::session::{Home, LEADBOX, Session};

const VERBS: [&str; 4] = ["list", "people", "outbox", "stats"];
const FORMATS: [&str; 4] = ["json", "jsonl", "csv", "tsv"];

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A store with verdicts, tags and texts that need care.
fn worked() -> Home {
    let home = Home::new();
    home.put(
        "a.csv",
        "LeadId,LeadCreationDateTime,CallToAction,Status,CustomerName,FirstName,LastName,Email,Phone,OfferId,Notes\n\
         a,2026-11-20T09:00:00Z,Contact me,,\"Northwind; \"\"the\"\" one\\\",Ana,Souza,ana@n.example,+55 11 5550 0100,contoso.backup,\"two\nlines\tand a tab\"\n\
         b,2026-11-20T08:00:00Z,Contact me,,=Fabrikam,Jan,Nowak,jan@f.example,,contoso.backup,\n\
         c,2026-11-19T08:00:00Z,Get it now,,Adatum,Ana,Souza,ana@n.example,,contoso.backup,\n",
    );
    home.done(&["import", "a.csv"]);
    home.done(&["tag", "1", "a;b", "c\\", "vip"]);
    home.done(&["accept", "1", "--value", "18000.50", "--currency", "EUR", "--team", "Jo <jo@contoso.example>"]);
    home.done(&["won", "1"]);
    home.done(&["decline", "2", "--reason", "7"]);
    home
}

/// A line of a table with tabs, read as the README says.
fn cells(line: &str) -> Vec<String> {
    let unwritten = |cell: &str| {
        let (mut text, mut chars) = (String::new(), cell.chars());
        while let Some(c) = chars.next() {
            match (c, if c == '\\' { chars.next() } else { None }) {
                ('\\', Some('t')) => text.push('\t'),
                ('\\', Some('n')) => text.push('\n'),
                ('\\', Some('r')) => text.push('\r'),
                ('\\', Some(other)) => text.push(other),
                (c, _) => text.push(c),
            }
        }
        text
    };
    line.split('\t').map(unwritten).collect()
}

#[test]
fn every_format_says_the_same_of_the_chosen_fields() {
    let home = worked();
    for (verb, fields) in [
        ("list", "id,company,description,phone,tags,deal,reason.text,owed,later_until"),
        ("people", "name,leads,email,count,job_title"),
        ("outbox", "kind,id,due,fields"),
        ("stats", "created,won.values,before.created,first_touch"),
    ] {
        let ask = |format: &str| home.done(&[verb, "--fields", fields, "--format", format]);
        let tsv: Vec<Vec<String>> = ask("tsv").lines().map(cells).collect();
        assert_eq!(home.done(&[verb, "--fields", fields]), ask("tsv"), "{verb}: tsv where no format is named");
        let csv = ask("csv");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(rows, tsv, "{verb}");
        let lines: Vec<Value> = ask("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let array: Value = serde_json::from_str(&ask("json")).unwrap();
        assert_eq!(if verb == "stats" { json!([array]) } else { array }, json!(lines), "{verb}");
        assert_eq!(lines.len(), tsv.len() - 1, "{verb}");
        let keys: Vec<_> = lines[0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys.join(","), fields, "{verb}");
        let whole: Value = home.json(&[verb, "--json"]);
        let whole = if verb == "stats" { json!([whole]) } else { whole };
        for (some, all) in lines.iter().zip(whole.as_array().unwrap()) {
            for (name, value) in some.as_object().unwrap() {
                let pointer = format!("/{}", name.replace('.', "/"));
                assert_eq!(value, all.pointer(&pointer).unwrap_or(&Value::Null), "{verb} {name}");
            }
        }
    }
    let leads = home.done(&["list", "--fields", "company,phone,tags,deal.value,description", "--sort", "-created"]);
    let rows: Vec<_> = leads.lines().map(cells).collect();
    let first = rows.iter().find(|row| row[0].starts_with("Northwind")).unwrap();
    let wanted =
        ["Northwind; \"the\" one\\", "'+55 11 5550 0100", r"a\;b;c\\;vip", "18000.50", "two\nlines\tand a tab"];
    assert_eq!(first, &wanted);
    assert!(rows.iter().any(|row| row[0] == "'=Fabrikam"), "{rows:?}");
}

#[test]
fn numbers_are_those_of_the_leads() {
    let home = worked();
    let ids =
        |arguments: &[&str]| -> Vec<i64> { home.done(arguments).lines().map(|line| line.parse().unwrap()).collect() };
    let of = |leads: Value| -> Vec<i64> { leads.as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect() };
    let people = home.json(&["people", "--json"]);
    let wanted: Vec<i64> = people.as_array().unwrap().iter().flat_map(|person| of(person["leads"].clone())).collect();
    assert_eq!(ids(&["people", "--format", "ids"]), wanted);
    assert_eq!(ids(&["list", "--format", "ids"]).into_iter().collect::<BTreeSet<_>>(), [1, 2, 3].into());
    let entries = home.json(&["outbox", "--json"]);
    assert_eq!(entries.as_array().unwrap().len(), 3, "lead 1 owes an accept and a win");
    assert_eq!(ids(&["outbox", "--format", "ids"]).into_iter().collect::<BTreeSet<_>>(), [1, 2].into());
    assert_eq!(ids(&["outbox", "--format", "ids"]).len(), 2, "each once");
}

#[test]
fn without_fields_a_table_has_all_and_list_prints_the_export() {
    let home = worked();
    for verb in ["people", "outbox", "stats"] {
        let objects = home.done(&[verb, "--format", "jsonl"]);
        let table = home.done(&[verb, "--format", "tsv"]);
        assert_eq!(table.lines().count(), objects.lines().count() + 1, "{verb}");
        let header = table.lines().next().unwrap().to_owned();
        assert_eq!(home.done(&[verb, "--fields", &header.replace('\t', ",")]), table, "{verb}");
    }
    assert_eq!(home.done(&["list", "--format", "csv"]), home.done(&["export", "--format", "csv"]));
    let empty = Home::new();
    for verb in ["list", "people", "outbox"] {
        for (format, lines) in [("json", 1), ("jsonl", 0), ("csv", 1), ("tsv", 1), ("ids", 0)] {
            let output = empty.run(&[verb, "--format", format]);
            assert_eq!(
                (output.status.code(), said(&output.stdout).lines().count()),
                (Some(0), lines),
                "{verb} {format}"
            );
            assert_eq!(said(&output.stderr), "", "{verb} {format}");
        }
        assert_eq!(empty.done(&[verb, "--json"]), "[]\n");
    }
}

#[test]
fn a_terminal_gets_the_tabs_and_nothing_else_of_control() {
    let home = Home::new();
    home.put(
        "a.csv",
        "LeadId,LeadCreationDateTime,CallToAction,CustomerName\na,2026-11-20T09:00:00Z,Contact me,Nort\u{1b}[2Jh\u{202e}wind\n",
    );
    home.done(&["import", "a.csv"]);
    let session = Session::run(&home, (80, 24), &["list", "--fields", "id,company"]);
    assert_eq!(session.status(), 0);
    let raw = said(&session.raw());
    assert!(raw.contains("id\tcompany\r\n1\tNort\u{FFFD}[2Jh\u{FFFD}wind\r\n"), "{raw:?}");
}

#[test]
fn they_end_as_documented_and_a_refusal_prints_no_data() {
    let home = worked();
    let folder = home.path("work");
    let taken = folder.join("a.csv");
    let (taken, nowhere) = (taken.to_str().unwrap(), folder.join("none/x.csv"));
    let foreign = home.put("foreign.db", "no store at all, but long enough to look at ...............");
    let (nowhere, foreign) = (nowhere.to_str().unwrap(), foreign.to_str().unwrap());
    let config = home.put("wrong.toml", "no_such_key = 1\n");
    let config = config.to_str().unwrap();
    let mut cases: Vec<(Vec<&str>, i32)> = vec![
        (vec!["export", "--format", "csv", "-o", taken], 73),
        (vec!["export", "--format", "csv", "-o", nowhere], 73),
        (vec!["export", "--format", "bogus"], 2),
        (vec!["stats", "--format", "ids"], 2),
        (vec!["stats", "--since", "whenever"], 2),
        (vec!["outbox", "--done", "77"], 1),
        (vec!["outbox", "--done", "1", "--format", "json"], 2),
        (vec!["list", "is:hott"], 2),
        (vec!["people", "--min", "-1"], 2),
    ];
    for verb in VERBS {
        cases.extend([
            (vec![verb], 0),
            (vec![verb, "--json"], 0),
            (vec![verb, "--json", "--format", "csv"], 2),
            (vec![verb, "--format", "xlsx"], 2),
            (vec![verb, "--fields", "nothing"], 2),
            (vec![verb, "--fields", ""], 2),
            (vec![verb, "--fields", "id,id"], 2),
            (vec![verb, "--format", "ids", "--fields", "id"], 2),
            (vec![verb, "--config", config], 78),
            (vec![verb, "--db", foreign, "--json"], 1),
        ]);
    }
    for (arguments, code) in cases {
        let output = home.run(&arguments);
        let (out, err) = (said(&output.stdout), said(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
        assert_eq!(out.is_empty(), code != 0, "{arguments:?}: {out}");
        assert_eq!(err.is_empty(), code == 0, "{arguments:?}: {err}");
    }
    let unknown = said(&home.run(&["people", "--fields", "nane"]).stderr);
    assert!(
        unknown.contains("`people` has no field nane. Did you mean name? The fields are name, company,"),
        "{unknown}"
    );
}

#[test]
fn a_reader_that_closes_the_pipe_early_is_no_error() {
    let home = Home::new();
    let mut sheet = String::from("LeadId,LeadCreationDateTime,CallToAction,CustomerName,Email,OfferId,Notes\n");
    for n in 0..5000 {
        let text = "lorem ipsum dolor sit amet ".repeat(4);
        writeln!(sheet, "l{n},2026-11-1{}T09:00:00Z,Contact me,Company {n},c{n}@x.example,contoso.o,{text}", n % 9)
            .unwrap();
    }
    home.put("many.csv", sheet);
    home.done(&["import", "many.csv"]);
    let open = home.done(&["list", "--format", "ids"]);
    let mut accept = vec!["accept"];
    accept.extend(open.lines());
    home.done(&accept);
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["list"],
        vec!["people"],
        vec!["outbox"],
        vec!["stats"],
        vec!["show", "1"],
        vec!["undo", "--list"],
        vec!["views"],
        vec!["paths"],
        vec!["config", "show"],
        vec!["doctor", "--leads"],
        vec!["list", "--help"],
        vec!["--help"],
        vec!["status"],
    ];
    for format in FORMATS {
        runs.extend(VERBS.map(|verb| vec![verb, "--format", format]));
    }
    runs.extend(["csv", "json", "jsonl"].map(|format| vec!["export", "--format", format]));
    runs.extend(["list", "people", "outbox"].map(|verb| vec![verb, "--format", "ids"]));
    runs.extend(
        ["list", "people"].map(|verb| vec![verb, "--fields", if verb == "list" { "id,company" } else { "name" }]),
    );
    for arguments in runs {
        let mut child =
            home.command(LEADBOX).args(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "{arguments:?}");
        let output = child.wait_with_output().unwrap();
        assert_eq!(said(&output.stderr), "", "{arguments:?}");
        assert!(matches!(output.status.code(), Some(0 | 3)), "{arguments:?}: {:?}", output.status);
    }
    // Nobody reads at all.
    for arguments in [&["list", "--json"][..], &["people"], &["--help"], &["list", "--fields", "id"]] {
        let mut child =
            home.command(LEADBOX).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((said(&output.stderr).as_str(), output.status.code()), ("", Some(0)), "{arguments:?}");
    }
}
