//! The bulk upload on the command line: written, marked, and closed by an import that agrees.

use serde_json::Value;

use crate::session::Home;

const HEAD: &str = "Referral ID,Partner Referral Status,Partner Referral Substatus,Marketplace Purchase Intent,Kept";

fn home() -> Home {
    let home = Home::new();
    let export = "LeadId,LeadCreationDateTime,CallToAction,CustomerName,Status,UpdatedDateTime\n\
                  a,2026-11-19T12:00:00Z,Contact me,Adatum,Received,2026-11-20T10:00:00Z\n\
                  b,2026-11-20T09:00:00Z,Contact me,Fabrikam,Received,2026-11-20T10:00:00Z\n\
                  c,2026-11-20T09:00:00Z,Contact me,Contoso,Accepted,2026-11-20T10:00:00Z\n\
                  d,2026-11-20T09:00:00Z,Contact me,Tailspin,Accepted,2026-11-20T10:00:00Z\n";
    home.done(&["import", home.put("first.csv", export).to_str().unwrap()]);
    home.done(&["accept", "1"]);
    home.done(&["decline", "2", "--reason", "7"]);
    home.done(&["won", "3"]);
    home.done(&["lost", "4", "--reason", "1"]);
    home
}

fn uploaded(home: &Home) -> Vec<bool> {
    let open = home.json(&["outbox", "--json"]);
    open.as_array().unwrap().iter().map(|entry| entry["uploaded_at"] != Value::Null).collect()
}

fn run(home: &Home, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = home.run(arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_is_owed_goes_out_in_the_downloaded_file_and_closes_when_it_comes_back() {
    let home = home();
    let rows = ["a,New,Received,,1", "b,New,Received,No,\"2\"", "c,Active,Accepted,,3", "x,New,Received,,4"];
    let template = home.put("download.csv", format!("{HEAD}\r\n{}\r\n", rows.join("\r\n")));
    let file = home.put("upload.csv", "old");
    let export = ["export", "--format", "partner-center", "--template", template.to_str().unwrap()];
    let to_file = [&export[..], &["-o", file.to_str().unwrap()]].concat();
    let (code, _, told) = run(&home, &to_file);
    assert!(code == Some(73) && told.contains("exists"), "{told}");
    let (code, stdout, told) = run(&home, &export);
    assert_eq!(code, Some(0), "{told}");
    let written = format!(
        "{HEAD}\r\na,Active,Accepted,Have not decided,1\r\nb,Closed,Declined,No,\"2\"\r\nc,Closed,Won,Yes,3\r\n\
         x,New,Received,,4\r\n"
    );
    assert_eq!(stdout, written);
    assert!(told.contains("Nothing was marked as uploaded") && told.contains("not in the template: #4"), "{told}");
    assert_eq!(uploaded(&home), [false; 4]);
    let (code, stdout, told) = run(&home, &[&to_file[..], &["--force"]].concat());
    assert_eq!((code, stdout.as_str()), (Some(0), ""), "{told}");
    assert!(told.contains("3 leads written to ") && told.contains("“uploaded, not yet confirmed”"), "{told}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
    assert_eq!(uploaded(&home).iter().filter(|uploaded| **uploaded).count(), 3);
    assert!(home.done(&["outbox"]).contains("uploaded, not yet confirmed"));
    let (code, _, told) = run(&home, &["import", file.to_str().unwrap()]);
    assert!(code == Some(65) && told.contains("not Partner Center's word"), "{told}");
    assert_eq!(uploaded(&home).len(), 4, "our own file closes nothing");
    home.done(&["import", file.to_str().unwrap(), "--format", "partner-center-bulk"]);
    let open = home.json(&["outbox", "--json"]);
    assert_eq!(open.as_array().unwrap().len(), 1);
    assert_eq!((&open[0]["id"], &open[0]["kind"]), (&4.into(), &"lost".into()));
}

#[test]
fn a_new_file_needs_no_download_and_says_that_its_columns_are_inferred() {
    let home = home();
    let file = home.path("new.csv");
    let (code, _, told) = run(&home, &["export", "--format", "partner-center", "-o", file.to_str().unwrap()]);
    assert!(code == Some(0) && told.contains("inferred for leads") && told.contains("4 leads written"), "{told}");
    home.done(&["import", file.to_str().unwrap(), "--format", "partner-center-bulk"]);
    assert_eq!(uploaded(&home), [false; 0], "Partner Center agrees with all");
    let (code, _, told) =
        run(&home, &["export", "--format", "partner-center", "-o", home.path("none.csv").to_str().unwrap()]);
    assert!(code == Some(0) && told.contains("No file was written"), "{told}");
    let (code, _, told) = run(&home, &["export", "--template", "x.csv"]);
    assert!(code == Some(2) && told.contains("--format partner-center"), "{told}");
    let (code, _, told) = run(&home, &["export", "--format", "partner-center", "--template", "nowhere.csv"]);
    assert_eq!(code, Some(66), "{told}");
}
