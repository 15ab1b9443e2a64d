//! What `import` tells of several files, and of a store whose other leads cannot be read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::session::{Home, data};

fn told(home: &Home, arguments: &[&str]) -> (Option<i32>, String) {
    let output = home.run(arguments);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn of_a_good_and_a_bad_file_each_is_named() {
    let home = Home::new();
    let (good, bad) = (data("export-80.csv"), data("ugly/empty.csv"));
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    let (code, said) = told(&home, &["import", good, bad]);
    assert_eq!(code, Some(65));
    assert!(said.contains(&format!("{good}: 80 rows: 80 new.")), "{said}");
    let (_, said) = told(&home, &["import", good]);
    assert!(said.starts_with("80 rows: 80 unchanged."), "{said}");
}

#[test]
fn what_was_taken_in_stands_where_what_waits_cannot_be_counted() {
    let home = Home::new();
    home.import("export-spaced-40.csv");
    let store = home.done(&["paths"]).lines().find_map(|line| line.strip_prefix("store")).unwrap().trim().to_owned();
    let damage = "UPDATE lead SET created_at = 9000000000000000000 WHERE id = 1";
    rusqlite::Connection::open(store).unwrap().execute_batch(damage).unwrap();
    let good = data("export-80.csv");
    let (code, said) = told(&home, &["import", good.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("80 rows: 80 new.\nWhat waits now could not be counted: "), "{said}");
    assert!(!said.contains("Nothing was changed"), "{said}");
    assert_eq!(told(&home, &["--quiet", "import", good.to_str().unwrap()]), (Some(0), String::new()));
}

#[test]
fn what_is_kept_stands_where_paths_says() {
    let home = Home::new();
    let told = home.done(&["paths"]);
    let places: BTreeMap<&str, PathBuf> = told
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(word, path)| (word, PathBuf::from(path.trim())))
        .collect();
    assert!(places.values().all(|place| place.is_absolute() && !place.exists()), "{told}");
    home.import("ugly/mixed-good-and-bad.csv");
    home.done(&["serve", "--new-token"]);
    home.done(&["config", "init"]);
    assert!(["store", "tokens", "config"].iter().all(|word| places[word].is_file()), "{told}");
    assert!(places["rejects"].is_dir() && !places["sign-in"].exists(), "{told}");
}
