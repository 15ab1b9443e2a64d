//! The README's tables are made from the code: the keys from the table of commands, the fields of queries from
//! the language, the JSON fields from the format.
//! `LEADBOX_WRITE_README=1 cargo test --test it readme` writes them anew.

use leadbox::app::commands::{COMMANDS, Spec};
use leadbox::cli::status;
use leadbox::domain::query;
use leadbox::formats::column_map::{self, Target};
use leadbox::formats::crm::field::LeadField;
use leadbox::formats::fields::Kind;
use leadbox::formats::lead_json::{self, FIELDS, LeadJson};
use leadbox::formats::outbox_json::{self, EntryJson};
use leadbox::formats::person_json::{self, PersonJson};
use leadbox::formats::statistics_json;

use crate::samples;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn table(head: &str, rows: impl Iterator<Item = String>) -> String {
    std::iter::once(head.to_owned()).chain(rows).map(|row| row + "\n").collect()
}

fn keys() -> String {
    let row = |spec: &Spec| {
        let keys: Vec<_> = spec.keys.iter().map(|key| format!("`{key}`")).collect();
        let verb = if spec.verb.is_empty() { String::new() } else { format!("`leadbox {}`", spec.verb) };
        format!("| {} | {} | {verb} |", cell(&keys.join(" ")), cell(spec.help))
    };
    table("| key | does | on the command line |\n| --- | --- | --- |", COMMANDS.iter().map(row))
}

fn fields(of: &[(&str, &str)]) -> String {
    let row = |(name, holds): &(&str, &str)| format!("| `{name}` | {holds} |");
    table("| field | what it holds |\n| --- | --- |", of.iter().map(row))
}

fn chosen_fields() -> String {
    let row = |kind: &Kind| {
        let names: Vec<_> = kind.choosable().into_iter().map(|field| field.name).collect();
        let names = names.iter().filter(|name| !name.starts_with("before."));
        format!("| `{}` | {} |", kind.verb(), names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" "))
    };
    table("| verb | fields |\n| --- | --- |", Kind::ALL.iter().map(row))
}

fn map_fields() -> String {
    let row = |(name, _, holds): &(&str, Target, &str)| format!("| `{name}` | {} |", cell(holds));
    table("| field | the column that holds |\n| --- | --- |", column_map::FIELDS.iter().map(row))
}

fn crm_fields() -> String {
    let row = |field: &LeadField| {
        let words: Vec<_> = field.choices().iter().map(|(word, _)| format!("`{word}`")).collect();
        format!("| `{}` | {} | {} |", field.name(), cell(field.about()), words.join(" "))
    };
    table("| field | what it holds | its values, for `words` |\n| --- | --- | --- |", LeadField::ALL.iter().map(row))
}

fn queries() -> String {
    let row = |spec: &query::FieldSpec| {
        let values = match spec.field.values().as_slice() {
            [] => spec.takes.to_owned(),
            values => values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" "),
        };
        let field = format!("`{}`", spec.field.word());
        format!("| {field} | {} | {} | `{}` |", cell(&values), cell(spec.finds), cell(spec.example))
    };
    table("| field | takes | finds | such as |\n| --- | --- | --- | --- |", query::FIELDS.iter().map(row))
}

/// The README with the table between two marks replaced.
fn with_table(readme: &str, mark: &str, table: &str) -> String {
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let (before, rest) = readme.split_once(&open).unwrap_or_else(|| panic!("README lacks {open}"));
    let (_, after) = rest.split_once(&close).unwrap_or_else(|| panic!("README lacks {close}"));
    format!("{before}{open}{table}{close}{after}")
}

#[test]
fn the_tables_are_those_of_the_code() {
    let readme = std::fs::read_to_string(README).unwrap();
    let tables = [
        ("keys", keys()),
        ("queries", queries()),
        ("json", fields(FIELDS)),
        ("outbox-json", fields(outbox_json::FIELDS)),
        ("stats", fields(statistics_json::FIELDS)),
        ("status", fields(status::FIELDS)),
        ("people-json", fields(person_json::FIELDS)),
        ("map", map_fields()),
        ("crm-fields", crm_fields()),
        ("fields", chosen_fields()),
    ];
    let wanted = tables.iter().fold(readme.clone(), |text, (mark, table)| with_table(&text, mark, table));
    if std::env::var_os("LEADBOX_WRITE_README").is_some() {
        leadbox::shell::files::write_bytes(README.as_ref(), leadbox::shell::files::Overwrite::Yes, wanted.as_bytes())
            .unwrap();
    } else {
        assert!(readme == wanted, "run: LEADBOX_WRITE_README=1 cargo test --test it readme");
    }
}

#[test]
fn every_field_of_the_object_is_explained_in_its_order() {
    let mut store = samples::empty_store();
    let row = samples::Row::contact_me("a", "2026-11-19T12:00:00Z");
    samples::put_all(&mut store, &[row.arrival("2026-11-20T10:00:00Z")], samples::now());
    let lead = samples::all_leads(&store).remove(0);
    let object =
        serde_json::to_value(LeadJson::of(&lead, &leadbox::domain::terms::Terms::default(), samples::now(), 1))
            .unwrap();
    explains(FIELDS, &object);
    let parts: Vec<_> = lead_json::PARTS.iter().map(|(name, _)| *name).collect();
    let deal = serde_json::to_value(samples::deal("A deal")).unwrap();
    let reason = serde_json::to_value(lead_json::ReasonJson { code: 1, text: "" }).unwrap();
    let mut found = Vec::new();
    names(&serde_json::json!({"deal": deal, "reason": reason}), "", &mut found);
    assert_eq!(found, parts);
    let change = leadbox::domain::change::Change::Accept { deal: samples::deal("A deal"), reported: false };
    store.apply(&[lead.id], &change, samples::now()).unwrap();
    let open = leadbox::domain::outbox::entries(&store.owing().unwrap());
    explains(outbox_json::FIELDS, &serde_json::to_value(EntryJson::of(&open[0], samples::now())).unwrap());
}

/// A table explains the fields of an object in their order.
fn explains(table: &[(&str, &str)], object: &serde_json::Value) {
    let names: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    let explained: Vec<_> = table.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, explained);
}

/// The names of an object's fields, those of an object in it as `outer.inner`.
fn names(value: &serde_json::Value, before: &str, into: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let name = format!("{before}{name}");
        if value.is_object() { names(value, &format!("{name}."), into) } else { into.push(name) }
    }
}

#[test]
fn every_field_of_the_statistics_is_explained_in_its_order() {
    use leadbox::domain::statistics::{InSpan, Span};
    let object = statistics_json::StatisticsJson::of(&InSpan::new(Span::default()));
    let mut found = Vec::new();
    names(&serde_json::to_value(object).unwrap(), "", &mut found);
    let explained: Vec<_> = statistics_json::FIELDS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, explained);
}

#[test]
fn every_field_of_a_person_is_explained_in_its_order() {
    let person = PersonJson::of(&[], &leadbox::domain::terms::Terms::default(), samples::now(), 0);
    let object = serde_json::to_value(person).unwrap();
    explains(person_json::FIELDS, &object);
}
