//! Leads from an Azure Table, fetched from Azurite by the built program: all pages, what is new, refusals, a kill between two
//! pages, rounds that go on while the service goes and comes. Skipped, and said so, where Azurite is not installed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::azurite::{ACCOUNT, Act, Azurite, Gate, KEY, connection, signed_address};
use crate::session::{Home, LEADBOX};

/// A home with a config that names a variable and does not wait for a service that is gone.
fn home(connection: &str) -> Home {
    let mut home = Home::at_real_time();
    fs::create_dir_all(home.path("config/leadbox")).unwrap();
    let config = "[azure_table]\nconnection_env = \"TABLE\"\nretry_seconds = 3\n";
    crate::session::write(&home.path("config/leadbox/config.toml"), config.as_bytes());
    home.set("TABLE", connection);
    home
}

fn entity(number: usize) -> Value {
    let customer = json!({
        "FirstName": "Åsa", "LastName": format!("N{number}"), "Email": format!("n{number}@x.example"),
        "Phone": "+46 8 5550 0100", "Country": "SE", "Company": format!("Firm {number}"), "Title": null,
    });
    json!({
        "PartitionKey": format!("2026-{:02} ü'&", number % 7 + 1), "RowKey": format!("row {number:05}"), "ActionCode": "PLT",
        "ProductId": "contoso.sql-backup", "Description": "Campaigns: ", "CustomerInfo": customer.to_string(),
        "Score": number, "Region": "north",
    })
}

fn entities(numbers: std::ops::Range<usize>) -> Vec<Value> {
    numbers.map(entity).collect()
}

/// How a sync ended, what it printed and what it said.
fn sync(home: &Home, arguments: &[&str]) -> (i32, Value, String) {
    let output = home.run(&[&["sync", "azure-table", "--json"], arguments].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("Eby8") && !said.contains("sig="), "{said}");
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap_or(Value::Null), said)
}

/// The same, which must succeed: rows, new, unchanged.
fn counted(home: &Home, arguments: &[&str]) -> (u64, u64, u64) {
    let (code, account, said) = sync(home, arguments);
    assert_eq!((code, &account["complete"], &account["rejected"]), (0, &json!(true), &json!(0)), "{said}");
    let count = |name: &str| account[name].as_u64().unwrap();
    (count("rows"), count("added"), count("unchanged"))
}

fn leads(home: &Home) -> Vec<Value> {
    home.json(&["list", "--json"]).as_array().unwrap().clone()
}

/// Every lead once.
fn assert_each_once(home: &Home, count: usize) {
    let mut ids: Vec<_> = leads(home).iter().map(|lead| lead["external_id"].as_str().unwrap().to_owned()).collect();
    ids.sort_unstable();
    let wanted: Vec<_> = (0..count).map(|number| format!("row {number:05}")).collect();
    assert!(ids == wanted, "{} leads; the first {:?}", ids.len(), ids.first());
}

#[test]
fn a_table_of_many_pages_comes_in_and_what_is_new_follows() {
    let Some(azurite) = Azurite::start() else { return };
    azurite.make("marketplaceleads");
    azurite.insert("marketplaceleads", &entities(0..2500));
    let home = home(&azurite.connection());
    let (code, account, said) = sync(&home, &["--dry-run"]);
    assert_eq!((code, &account["pages"], &account["added"]), (0, &json!(3), &json!(2500)), "{said}");
    assert!(said.contains("2,500 rows: 2,500 new. Dry run: nothing was kept.") && leads(&home).is_empty(), "{said}");
    let (code, account, said) = sync(&home, &[]);
    assert_eq!((code, &account["pages"], &account["added"]), (0, &json!(3), &json!(2500)), "{said}");
    assert!(said.contains("2,500 rows: 2,500 new."), "{said}");
    assert_each_once(&home, 2500);
    let lead = leads(&home).remove(0);
    assert_eq!(
        (&lead["received_via"], &lead["first_name"], &lead["country"], &lead["publisher"], &lead["description"]),
        (&json!("azure-table"), &json!("Åsa"), &json!("SE"), &json!("contoso"), &Value::Null)
    );
    let shown = home.done(&["show", "1"]);
    assert!(shown.contains("Region") && shown.contains("north"), "unknown columns are kept:\n{shown}");

    azurite.insert("marketplaceleads", &entities(2500..2550));
    let (code, account, said) = sync(&home, &[]);
    assert_eq!((code, &account["added"], &account["updated"]), (0, &json!(50), &json!(0)), "{said}");
    assert!(account["since"].is_string(), "only what is new was asked for: {account}");
    assert_each_once(&home, 2550);
    assert_eq!(counted(&home, &["--full"]), (2550, 0, 2550));
    refusals(&azurite);
    signatures(&azurite, &home);
    busy_and_killed(&azurite);
}

/// What cannot be fetched: the exit code, a sentence, and nothing in the store.
fn refusals(azurite: &Azurite) {
    let wrong = connection(azurite.port, "AAAA");
    for (connection, arguments, code, words) in [
        (wrong.as_str(), &[][..], 77, "refuses the key"),
        (&azurite.connection(), &["--table", "nosuchtable"], 66, "has no table nosuchtable"),
        (&azurite.connection().replace(ACCOUNT, "nobody"), &[], 66, "There is no account nobody"),
        (&azurite.connection(), &["--table", "no-table"], 2, "3 to 63 letters and digits"),
        ("AccountName=a", &[], 78, "neither AccountKey nor"),
        (&format!("AccountName=a;AccountKey={KEY};DefaultEndpointsProtocol=http"), &[], 78, "in the clear"),
        ("", &[], 78, "The environment variable TABLE holds nothing"),
    ] {
        let home = home(connection);
        let (was, _, said) = sync(&home, arguments);
        assert!(was == code && said.contains(words), "{was}, not {code}: {said}");
        assert!(!home.path("data/leadbox/leads.db").exists() || leads(&home).is_empty());
    }
}

/// A signature instead of the key, from a private file.
fn signatures(azurite: &Azurite, home: &Home) {
    let file = home.put("sas", signed_address(azurite.port, "r", "2099-01-01T00:00:00Z"));
    let path = file.to_str().unwrap();
    let (code, _, said) = sync(home, &["--connection-file", path]);
    assert!(code == 77 && said.contains("may be read by others"), "{code}: {said}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(counted(home, &["--connection-file", path, "--full"]), (2550, 0, 2550));
    for (allowed, until, words) in
        [("au", "2099-01-01T00:00:00Z", "does not allow reading"), ("r", "2020-01-01T00:00:00Z", "ended on 1 Jan 2020")]
    {
        crate::session::write(&file, signed_address(azurite.port, allowed, until).as_bytes());
        let (code, _, said) = sync(home, &["--connection-file", path]);
        assert!(code == 77 && said.contains(words), "{code}: {said}");
    }
    crate::session::write(
        &file,
        signed_address(azurite.port, "r", "2099-01-01T00:00:00Z").replace("sig=", "sig=A").as_bytes(),
    );
    let (code, _, said) = sync(home, &["--connection-file", path]);
    assert!(code == 77 && said.contains("refuses the signature (SAS)"), "{code}: {said}");
}

/// A service that is busy is asked again; a sync that is killed between two pages goes on behind the one it took.
fn busy_and_killed(azurite: &Azurite) {
    let gate = Gate::before(azurite, &[Act::Busy, Act::Pass, Act::Hold]);
    let home = home(&connection(gate.port, KEY));
    let mut child = home.command(LEADBOX).args(["sync", "azure-table"]).stderr(Stdio::null()).spawn().unwrap();
    // The third request is for the second page, so the first is in the store.
    gate.wait_for(3);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(leads(&home).len(), 1000);
    let (code, account, said) = sync(&home, &[]);
    assert_eq!((code, &account["resumed"], &account["pages"]), (0, &json!(true), &json!(2)), "{said}");
    assert_eq!((&account["added"], &account["unchanged"]), (&json!(1550), &json!(0)), "{said}");
    assert!(said.contains("This went on where the last sync was cut off."), "{said}");
    assert_each_once(&home, 2550);
    assert_eq!(gate.count(), 5);
}

/// A sync that goes on, its words in a file.
struct Watch<'a> {
    home: &'a Home,
    child: Child,
}

impl<'a> Watch<'a> {
    fn start(home: &'a Home) -> Self {
        let said = fs::File::create(home.path("said")).unwrap();
        let mut command = home.command(LEADBOX);
        command.args(["sync", "azure-table", "--watch", "1s"]).stdout(Stdio::null()).stderr(said);
        Self { home, child: command.spawn().unwrap() }
    }

    fn said(&self) -> String {
        fs::read_to_string(self.home.path("said")).unwrap()
    }

    /// Waits until it says this after what it had said.
    fn see(&mut self, words: &str, before: &str) {
        for _ in 0..1200 {
            if self.said().get(before.len()..).is_some_and(|new| new.contains(words)) {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("“{words}” is not said: {}", self.said());
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn rounds_go_on_while_the_service_goes_and_comes() {
    let Some(mut azurite) = Azurite::start() else { return };
    azurite.make("marketplaceleads");
    azurite.insert("marketplaceleads", &entities(0..3));
    let home = home(&azurite.connection());
    let mut watch = Watch::start(&home);
    watch.see("3 rows: 3 new.", "");
    azurite.insert("marketplaceleads", &entities(3..5));
    watch.see("2 new", "");
    let before = watch.said();
    azurite.stop();
    watch.see("refuses the connection", &before);
    watch.see("The next round is in 1 s.", &before);
    let (code, _, said) = sync(&home, &[]);
    assert!(code == 69 && said.contains("refuses the connection") && said.contains("Nothing was taken in."), "{said}");
    azurite.again();
    azurite.insert("marketplaceleads", &entities(5..6));
    watch.see("1 new", &before);
    kill_process(Pid::from_child(&watch.child), Signal::TERM).unwrap();
    assert_eq!(watch.child.wait().unwrap().code(), Some(0), "{}", watch.said());
    assert!(watch.said().ends_with("Ended as asked; what was taken stays.\n"), "{}", watch.said());
    assert_each_once(&home, 6);
    refused_while_watching(&azurite);
}

/// A refused key is not tried again and again.
fn refused_while_watching(azurite: &Azurite) {
    let home = home(&connection(azurite.port, "AAAA"));
    let output = home.run(&["sync", "azure-table", "--watch", "1s"]);
    assert_eq!(output.status.code(), Some(77), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_service_over_tls_is_trusted_by_its_certificate_alone() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    crate::session::write(&certificate, made.cert.pem().as_bytes());
    crate::session::write(&key, made.signing_key.serialize_pem().as_bytes());
    let Some(azurite) = Azurite::over_tls(&certificate, &key) else { return };
    let mut home = home(&azurite.connection().replace("http://", "https://"));
    let (code, _, said) = sync(&home, &[]);
    assert!(code == 69 && said.contains("cannot be trusted"), "{code}: {said}");
    home.set("SSL_CERT_FILE", certificate.to_str().unwrap());
    let (code, _, said) = sync(&home, &[]);
    assert!(code == 66 && said.contains("has no table marketplaceleads"), "{code}: {said}");
}
