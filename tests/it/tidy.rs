//! The law of the house, kept by reading the source: which room may know what, how long a file may be, where a clock, SQL
//! and printing may stand. Every check is shown to fail on a planted snippet. Must not judge taste: clippy does.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, and what each may import from the crate (HOUSE.md).
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("formats", &["domain"]),
    ("store", &["domain"]),
    ("app", &["domain"]),
    ("ui", &["domain", "app"]),
    ("net", &["domain", "formats", "store"]),
    ("shell", &["domain", "formats", "store", "app", "ui", "net"]),
    ("cli", &["domain", "formats", "store", "app", "ui", "net", "shell"]),
];

/// Rooms without effects.
const PURE: &[&str] = &["domain", "formats", "app", "ui"];
const EFFECTS: &[&str] = &["fs", "env", "net", "process", "thread", "io::stdin", "io::stdout", "io::stderr"];
const CLOCKS: &[&str] = &["Utc::now", "Local::now", "SystemTime::now", "Instant::now", ".elapsed()"];
const SQL: &[&str] = &["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "PRAGMA "];
const PRINTS: &[&str] = &["println!", "print!", "eprintln!", "eprint!"];
const MOST_LINES: usize = 400;

/// One file of the source, its path from `src/` on.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// The room the file stands in; `None` for the roots of the two crates.
    fn room(&self) -> Option<&'static str> {
        let first = self.path.split('/').next().unwrap_or_default();
        let first = first.strip_suffix(".rs").unwrap_or(first);
        ROOMS.iter().map(|(room, _)| *room).find(|room| *room == first)
    }

    /// The product's own lines: all before the unit tests.
    fn product(&self) -> &str {
        let tests = self.text.find("\n#[cfg(test)]\nmod ").map(|at| at + 1);
        self.text.get(..tests.unwrap_or(self.text.len())).unwrap()
    }

    fn breach(&self, line: usize, what: &str) -> String {
        format!("src/{}:{line}: {what}", self.path)
    }
}

/// Source with what the compiler does not read as code blanked out: comments, and the contents of literals, which
/// are handed to `literal` with their line.
fn code(text: &str, mut literal: impl FnMut(usize, &str)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = token(rest, out.chars().next_back());
        let (text, after) = rest.split_at(length);
        match kind {
            Kind::Code => out.push(first),
            Kind::Comment => out.extend(text.chars().filter(|c| *c == '\n')),
            Kind::Literal => {
                literal(line, text);
                out.push('"');
                out.extend(text.chars().filter(|c| *c == '\n'));
                out.push('"');
            }
        }
        line += text.matches('\n').count();
        rest = after;
    }
    out
}

enum Kind {
    Code,
    Comment,
    Literal,
}

/// Length and kind of what stands at the beginning of `rest`; `before` is the character before it.
fn token(rest: &str, before: Option<char>) -> (usize, Kind) {
    let until = |end: &str, from: usize| {
        rest.get(from..).and_then(|tail| tail.find(end)).map_or(rest.len(), |at| from + at + end.len())
    };
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Kind::Comment);
    }
    if rest.starts_with("/*") {
        return (until("*/", 2), Kind::Comment);
    }
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if let Some(hashes) = raw_hashes(rest).filter(|_| !in_word || before == Some('b')) {
        let end = format!("\"{}", "#".repeat(hashes));
        return (until(&end, hashes + 2), Kind::Literal);
    }
    if rest.starts_with('"') {
        return (quoted(rest, '"'), Kind::Literal);
    }
    // A quote is a character literal if one closes it soon; else it begins a lifetime.
    if rest.starts_with('\'') {
        let mut chars = rest.chars().skip(1);
        let escaped = chars.next() == Some('\\');
        if escaped || chars.next() == Some('\'') {
            return (quoted(rest, '\''), Kind::Literal);
        }
    }
    (rest.chars().next().map_or(0, char::len_utf8), Kind::Code)
}

fn raw_hashes(rest: &str) -> Option<usize> {
    let tail = rest.strip_prefix('r')?;
    let hashes = tail.chars().take_while(|c| *c == '#').count();
    tail.get(hashes..)?.starts_with('"').then_some(hashes)
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// Every breach of a file.
fn breaches(source: &Source<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut literals = Vec::new();
    let product = source.product();
    let code = code(product, |line, text| literals.push((line, text.to_owned())));
    let lines = product.lines().count();
    if lines > MOST_LINES {
        found.push(source.breach(lines, &format!("{lines} product lines; {MOST_LINES} at most")));
    }
    found.extend(opening(source));
    found.extend(imports(source, &code));
    for (number, line) in code.lines().enumerate() {
        found.extend(misplaced(source, line).map(|what| source.breach(number + 1, &what)));
    }
    if source.room() != Some("store") {
        let sql = literals.iter().filter(|(_, text)| SQL.iter().any(|word| holds_word(text, word)));
        found.extend(sql.map(|(line, _)| source.breach(*line, "SQL outside store")));
    }
    found
}

/// True where the keyword stands at the beginning of a word.
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

/// What every module opens with: two to six lines that say what it is for. The library's page may be longer.
fn opening(source: &Source<'_>) -> Option<String> {
    let lines = source.text.lines().take_while(|line| line.starts_with("//!")).count();
    let most = if source.path == "lib.rs" { usize::MAX } else { 6 };
    let what = format!("opens with {lines} lines of //!; a module opens with 2 to 6");
    (!(2..=most).contains(&lines)).then(|| source.breach(1, &what))
}

/// Clocks, printing and effects where they may not stand.
fn misplaced(source: &Source<'_>, line: &str) -> impl Iterator<Item = String> {
    let clock = CLOCKS.iter().filter(|clock| source.path != "shell/clock.rs" && line.contains(**clock));
    let print = PRINTS.iter().filter(|print| source.path != "cli/output.rs" && holds_word(line, print));
    clock
        .map(|clock| format!("{clock} outside shell/clock.rs"))
        .chain(print.map(|print| format!("{print} outside cli/output.rs")))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Imports against the table, and effects in pure rooms: every path beginning with `crate`, `super` or `std`, grouped or not.
fn imports(source: &Source<'_>, code: &str) -> Vec<String> {
    let Some(room) = source.room() else { return Vec::new() };
    let allowed = ROOMS.iter().find(|(name, _)| *name == room).map(|(_, rooms)| *rooms).unwrap_or_default();
    let mut found = Vec::new();
    let line_of = |at: usize| code.get(..at).unwrap_or_default().matches('\n').count() + 1;
    for (at, first) in paths(code, "crate::") {
        let known = ROOMS.iter().any(|(name, _)| *name == first);
        if known && first != room && !allowed.contains(&first.as_str()) {
            found.push(source.breach(line_of(at), &format!("{room} may not know {first}")));
        }
    }
    for (at, _) in code.match_indices("super::super") {
        found.push(source.breach(line_of(at), "super::super; paths begin with crate"));
    }
    if PURE.contains(&room) {
        for (at, path) in paths(code, "std::") {
            if EFFECTS.iter().any(|effect| path == *effect || path.starts_with(&format!("{effect}::"))) {
                found.push(source.breach(line_of(at), &format!("std::{path} in {room}, which is pure")));
            }
        }
    }
    // One group may name one room twice.
    found.dedup();
    found
}

/// What follows a root such as `crate::`, groups opened: for `crate` the first names, for `std` whole paths.
fn paths(code: &str, root: &str) -> Vec<(usize, String)> {
    let whole = root == "std::";
    let mut found = Vec::new();
    for (at, _) in code.match_indices(root) {
        let before = code.get(..at).and_then(|head| head.chars().next_back());
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let tail = code.get(at + root.len()..).unwrap_or_default();
        for path in members(tail) {
            let first = path.split("::").next().unwrap_or_default().to_owned();
            found.push((at, if whole { path } else { first }));
        }
    }
    found
}

/// The paths that a tail such as `fs::File`, or `{fs::{self, File}, env}`, names.
fn members(tail: &str) -> Vec<String> {
    let name: String = tail.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
    let rest = tail.get(name.len()..).unwrap_or_default().trim_start();
    let prefix = name.trim_end_matches(':').to_owned();
    let Some(group) = rest.strip_prefix('{').filter(|_| name.is_empty() || name.ends_with("::")) else {
        return vec![prefix];
    };
    let (mut depth, mut start, mut all) = (0usize, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' | ',' if depth == 0 => {
                let member = group.get(start..at).unwrap_or_default().trim();
                all.extend(members(member).into_iter().filter(|member| !member.is_empty()).map(|member| {
                    let member = if member == "self" { String::new() } else { member };
                    [prefix.as_str(), member.as_str()]
                        .iter()
                        .filter(|part| !part.is_empty())
                        .copied()
                        .collect::<Vec<_>>()
                        .join("::")
                }));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    all
}

fn source_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn the_house_is_in_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    files.sort();
    assert!(files.len() > 20, "the source is not where it should be");
    let mut found = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        found.extend(breaches(&Source { path: &path, text: &text }));
    }
    assert!(found.is_empty(), "{} breaches of HOUSE.md:\n{}", found.len(), found.join("\n"));
}

const OPENING: &str = "//! What it is for.\n//! Must not do more.\n";

/// The breaches of a planted file that opens as it should.
fn planted(path: &str, body: &str) -> Vec<String> {
    breaches(&Source { path, text: &format!("{OPENING}{body}\n") })
}

#[test]
fn imports_against_the_table_are_refused() {
    for (path, body) in [
        ("domain/lead.rs", "use crate::store::Store;"),
        ("domain/lead.rs", "use crate::{\n    domain::lead::Lead,\n    formats::{self, text},\n};"),
        ("app/mod.rs", "use crate::ui;"),
        ("app/update.rs", "fn f() -> crate::store::Store { todo() }"),
        ("store/mod.rs", "pub(crate) use crate::formats;"),
        ("ui/list.rs", "use crate::{domain, app, shell::clock};"),
        ("net/receiver.rs", "use crate::shell::Clock;"),
        ("shell/run.rs", "use crate::cli::Args;"),
        ("formats/text.rs", "use super::super::store;"),
        ("store.rs", "use crate::app;"),
    ] {
        assert_eq!(planted(path, body).len(), 1, "{path}: {body}");
    }
    for (path, body) in [
        ("formats/lead_csv.rs", "use crate::domain::{lead::Lead, store_word};"),
        ("cli/list.rs", "use crate::{app, domain, store, shell, ui, net, formats};"),
        ("domain/catalog/mod.rs", "use crate::domain::lead::Lead; // crate::store is not known here"),
        ("domain/lead.rs", "const TEXT: &str = \"use crate::store::Store;\";"),
        ("domain/lead.rs", "fn f(x: othercrate::store::T) {}"),
        ("main.rs", "use leadbox::cli;"),
    ] {
        assert_eq!(planted(path, body), Vec::<String>::new(), "{path}: {body}");
    }
}

#[test]
fn effects_in_a_pure_room_are_refused() {
    for body in [
        "use std::fs;",
        "use std::{collections::HashMap, env};",
        "use std::{io::{self, stdout}, fmt};",
        "fn f() { std::thread::spawn(g); }",
        "use std::net::TcpStream;",
        "use std::process::Command;",
        "use std::fs::{self, File};",
    ] {
        assert!(!planted("domain/lead.rs", body).is_empty(), "{body}");
        assert_eq!(planted("shell/files.rs", body), Vec::<String>::new(), "{body}");
    }
    assert_eq!(planted("formats/lead_csv.rs", "use std::{fmt, io::Write};"), Vec::<String>::new());
}

#[test]
fn clocks_printing_and_sql_have_one_place_each() {
    assert_eq!(planted("shell/run.rs", "let now = Utc::now();").len(), 1);
    assert_eq!(planted("shell/clock.rs", "let now = Utc::now();").len(), 0);
    assert_eq!(planted("domain/lead.rs", "let now = std::time::Instant::now();").len(), 1);
    assert_eq!(planted("cli/list.rs", "println!(\"x\");").len(), 1);
    assert_eq!(planted("cli/list.rs", "eprint!(\"x\");").len(), 1);
    assert_eq!(planted("cli/output.rs", "println!(\"x\"); eprintln!(\"y\");").len(), 0);
    assert_eq!(planted("cli/list.rs", "// println! is not used here").len(), 0);
    for sql in [
        "\"SELECT 1\"",
        "r#\"  UPDATE lead SET x\"#",
        "\"x; DELETE FROM lead\"",
        "b\"PRAGMA x\"",
        "\"\nINSERT INTO x\"",
    ] {
        assert_eq!(planted("cli/list.rs", &format!("let sql = {sql};")).len(), 1, "{sql}");
        assert_eq!(planted("store/read.rs", &format!("let sql = {sql};")).len(), 0, "{sql}");
    }
    for fine in ["\"Select one\"", "\"RESELECT x\"", "'\"'", "// SELECT x", "\"\\\"\"", "'\\'' /* \"UPDATE x\" */"] {
        assert_eq!(planted("cli/list.rs", &format!("let text = {fine};")), Vec::<String>::new(), "{fine}");
    }
}

#[test]
fn long_files_and_missing_openings_are_refused() {
    let long = "fn f() {}\n".repeat(MOST_LINES);
    assert_eq!(planted("domain/lead.rs", &long).len(), 1);
    let tested = format!("fn f() {{}}\n\n#[cfg(test)]\nmod tests {{\n{}}}", "    // x\n".repeat(MOST_LINES));
    assert_eq!(planted("domain/lead.rs", &tested).len(), 0);
    for (path, text, count) in [
        ("domain/lead.rs", "fn f() {}\n".to_owned(), 1),
        ("domain/mod.rs", "//! One line.\n".to_owned(), 1),
        ("main.rs", "//! x\n".repeat(7), 1),
        ("main.rs", "//! x\n".repeat(6), 0),
        ("lib.rs", "//! x\n".repeat(40), 0),
        ("lib.rs", "pub mod app;\n".to_owned(), 1),
    ] {
        assert_eq!(breaches(&Source { path, text: &text }).len(), count, "{path}");
    }
}

#[test]
fn unit_tests_may_do_what_the_product_may_not() {
    let body =
        "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use crate::store::Store;\n    fn g() { println!(\"x\"); }\n}";
    assert_eq!(planted("domain/lead.rs", body), Vec::<String>::new());
}
