//! The fields that scripts may choose (`--fields`): those of the JSON objects by their names, and parts of a field with a dot
//! between, such as `deal.value`. One table for the command line, its help, completion and the README. Takes of an object
//! what was chosen, as JSON or as cells. Must not know what an object means: it takes what serde makes of it.

use serde_json::{Map, Value};

use crate::domain::query::nearest;
use crate::formats::json_text::json;
use crate::formats::{lead_json, outbox_json, person_json, statistics_json};

/// What an object tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A lead: `list`, `show`.
    Lead,
    /// A person: `people`.
    Person,
    /// An entry of the outbox: `outbox`.
    Entry,
    /// The figures of a span: `stats`.
    Statistics,
}

/// A field that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choosable {
    /// Its name: `company`, `deal`, `deal.value`.
    pub name: String,
    /// What it holds.
    pub holds: String,
    /// It has parts, whose names begin with its own: in a table each is a column.
    pub has_parts: bool,
}

impl Kind {
    /// Every kind, in the order of the README.
    pub const ALL: [Self; 4] = [Self::Lead, Self::Person, Self::Entry, Self::Statistics];

    /// The verb that prints such objects.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Lead => "list",
            Self::Person => "people",
            Self::Entry => "outbox",
            Self::Statistics => "stats",
        }
    }

    /// The columns of a table of all that there is: every field that has no parts, in order, with what it holds.
    fn leaves(self) -> Vec<(String, &'static str)> {
        let owned = |fields: &[(&'static str, &'static str)]| -> Vec<(String, &'static str)> {
            fields.iter().map(|(name, holds)| ((*name).to_owned(), *holds)).collect()
        };
        match self {
            Self::Lead => {
                let parts = |name: &str| {
                    let of = |part: &&(&str, &str)| part.0.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
                    lead_json::PARTS.iter().filter(of).copied().collect::<Vec<_>>()
                };
                let field = |field: &(&'static str, &'static str)| match parts(field.0) {
                    none if none.is_empty() => vec![*field],
                    some => some,
                };
                owned(&lead_json::FIELDS.iter().flat_map(field).collect::<Vec<_>>())
            }
            Self::Person => owned(person_json::FIELDS),
            Self::Entry => owned(outbox_json::FIELDS),
            Self::Statistics => {
                let mut leaves = owned(statistics_json::FIELDS);
                let Some((before, _)) = leaves.pop() else { return leaves };
                let of_before = leaves.iter().map(|(name, holds)| (format!("{before}.{name}"), *holds));
                let of_before: Vec<_> = of_before.collect();
                leaves.extend(of_before);
                leaves
            }
        }
    }

    /// All that may be chosen, in order; a field with parts stands before them.
    pub fn choosable(self) -> Vec<Choosable> {
        let mut found: Vec<Choosable> = Vec::new();
        for (name, holds) in self.leaves() {
            for (at, _) in name.match_indices('.') {
                let group = name.get(..at).unwrap_or_default();
                if !found.iter().any(|known| known.name == group) {
                    found.push(Choosable { name: group.to_owned(), holds: self.holds(group), has_parts: true });
                }
            }
            found.push(Choosable { name, holds: holds.to_owned(), has_parts: false });
        }
        found
    }

    /// What a field with parts holds.
    fn holds(self, group: &str) -> String {
        let fields: &[(&str, &str)] = match self {
            Self::Lead => lead_json::FIELDS,
            Self::Person => person_json::FIELDS,
            Self::Entry => outbox_json::FIELDS,
            Self::Statistics => statistics_json::FIELDS,
        };
        let told = fields.iter().find(|(name, _)| *name == group).map(|(_, holds)| (*holds).to_owned());
        told.unwrap_or_else(|| format!("all of `{group}.…`"))
    }

    /// Every field there is.
    pub fn all(self) -> Chosen {
        let names = self.leaves().into_iter().map(|(name, _)| name);
        Chosen { fields: names.map(|name| Field { columns: vec![name.clone()], name }).collect() }
    }

    /// The fields of these names, in their order; case does not count, and `-` is as good as `_`.
    pub fn choose<'n>(self, names: impl IntoIterator<Item = &'n str>) -> Result<Chosen, FieldError> {
        let (known, leaves) = (self.choosable(), self.leaves());
        let mut fields: Vec<Field> = Vec::new();
        for typed in names {
            let name = typed.trim().to_lowercase().replace('-', "_");
            if name.is_empty() {
                return Err(FieldError::Blank(self));
            }
            if !known.iter().any(|field| field.name == name) {
                return Err(FieldError::Unknown(self, typed.trim().to_owned()));
            }
            if fields.iter().any(|field| field.name == name) {
                return Err(FieldError::Twice(name));
            }
            let of = |leaf: &&(String, &str)| is_within(&leaf.0, &name);
            fields.push(Field { columns: leaves.iter().filter(of).map(|leaf| leaf.0.clone()).collect(), name });
        }
        if fields.is_empty() { Err(FieldError::Blank(self)) } else { Ok(Chosen { fields }) }
    }
}

fn is_within(leaf: &str, name: &str) -> bool {
    leaf.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Why fields cannot be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// There is no such field.
    Unknown(Kind, String),
    /// Nothing is named.
    Blank(Kind),
    /// One is named twice.
    Twice(String),
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Twice(name) => write!(f, "{name} is named twice; a field is printed once."),
            Self::Blank(kind) => write!(f, "A field is named by its name. {}", known(*kind)),
            Self::Unknown(kind, typed) => {
                write!(f, "`{}` has no field {typed}.", kind.verb())?;
                let names: Vec<_> = kind.choosable().into_iter().map(|field| field.name).collect();
                if let Some(near) = nearest(typed, names.iter().map(String::as_str)) {
                    write!(f, " Did you mean {near}?")?;
                }
                write!(f, " {}", known(*kind))
            }
        }
    }
}

impl std::error::Error for FieldError {}

/// "The fields are id, company, deal (deal.name, deal.value)."
fn known(kind: Kind) -> String {
    let leaves = kind.leaves();
    let mut told: Vec<String> = Vec::new();
    let mut of_group = String::new();
    for field in kind.choosable() {
        let inside = !of_group.is_empty() && is_within(&field.name, &of_group);
        if inside {
            continue;
        }
        if !field.has_parts {
            told.push(field.name);
            continue;
        }
        of_group.clone_from(&field.name);
        let parts: Vec<_> =
            leaves.iter().map(|leaf| leaf.0.as_str()).filter(|leaf| is_within(leaf, &of_group)).collect();
        told.push(match parts.as_slice() {
            // The month before has every field once more.
            [first, .., last] if parts.len() > 20 => format!("{of_group} ({first} to {last})"),
            parts => format!("{of_group} ({})", parts.join(", ")),
        });
    }
    format!("The fields are {}.", told.join(", "))
}

/// Fields that were chosen, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: String,
    /// What it is in a table: itself, or its parts.
    columns: Vec<String>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text, which may say anything.
    Text(String),
    /// A number, yes or no, or nothing.
    Plain(String),
}

impl Chosen {
    /// True where the field itself, or all that it is part of, was chosen.
    pub fn holds(&self, name: &str) -> bool {
        self.fields.iter().any(|field| is_within(name, &field.name))
    }

    /// The object with these fields only.
    pub fn object(&self, whole: &Value) -> Map<String, Value> {
        self.fields.iter().map(|field| (field.name.clone(), find(whole, &field.name).clone())).collect()
    }

    /// The header of a table.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().flat_map(|field| field.columns.iter().map(String::as_str))
    }

    /// The cells of a row.
    pub fn cells(&self, whole: &Value) -> Vec<Cell> {
        self.columns().map(|column| cell(find(whole, column))).collect()
    }
}

/// The value of a name, part by part; null where an object on the way is missing.
fn find<'v>(whole: &'v Value, name: &str) -> &'v Value {
    name.split('.').fold(whole, |value, part| value.get(part).unwrap_or(&Value::Null))
}

/// A list of texts or numbers is joined by `;`, a `;` or `\` in a text has a `\` before it; a list of objects is JSON.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Plain(String::new()),
        Value::Bool(_) | Value::Number(_) => Cell::Plain(value.to_string()),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            Cell::Text(json(value).unwrap_or_default())
        }
        Value::Array(items) => {
            let item = |item: &Value| match item {
                Value::String(text) => text.replace('\\', "\\\\").replace(';', "\\;"),
                other => other.to_string(),
            };
            Cell::Text(items.iter().map(item).collect::<Vec<_>>().join(";"))
        }
        Value::Object(_) => Cell::Text(json(value).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn columns(kind: Kind, typed: &str) -> Vec<String> {
        kind.choose(typed.split(',')).unwrap().columns().map(str::to_owned).collect()
    }

    fn why(kind: Kind, typed: &str) -> String {
        kind.choose(typed.split(',')).unwrap_err().to_string()
    }

    #[test]
    fn fields_stand_in_the_order_given_and_a_field_with_parts_is_its_parts() {
        assert_eq!(columns(Kind::Lead, "company, ID,phone-e164"), ["company", "id", "phone_e164"]);
        assert_eq!(columns(Kind::Lead, "reason,id"), ["reason.code", "reason.text", "id"]);
        assert_eq!(columns(Kind::Lead, "deal")[..3], ["deal.name", "deal.value", "deal.currency"]);
        assert_eq!(columns(Kind::Statistics, "before.acceptance.ratio,tabs").len(), 3);
        assert_eq!(Kind::Person.all().columns().count(), person_json::FIELDS.len());
    }

    #[test]
    fn what_is_no_field_is_answered_with_those_there_are() {
        let said = why(Kind::Lead, "id,compny");
        assert!(said.starts_with("`list` has no field compny. Did you mean company? The fields are id,"), "{said}");
        assert!(said.contains("deal (deal.name, deal.value,") && said.ends_with("owed."), "{said}");
        assert!(why(Kind::Statistics, "creatd").contains("Did you mean created?"));
        assert!(why(Kind::Statistics, "x").contains("before (before.since to before.won.values)"));
        assert!(!why(Kind::Entry, "xylophone").contains("Did you mean"));
        assert_eq!(why(Kind::Lead, "id,Id"), "id is named twice; a field is printed once.");
        assert!(why(Kind::Lead, "").starts_with("A field is named") && why(Kind::Lead, "id,,company").starts_with('A'));
        assert!(Kind::Lead.choose([]).is_err() && Kind::Lead.choose(["deal."]).is_err());
    }

    #[test]
    fn an_object_has_what_was_chosen_and_a_row_its_cells() {
        let whole = json!({"id": 3, "tags": ["a;b", "c\\", "d"], "deal": {"name": "x", "team": [{"name": "J"}]},
            "reason": null, "owed": true, "company": "Ü"});
        let chosen = Kind::Lead.choose(["deal.name", "tags", "id", "reason.text"]).unwrap();
        let object = Value::Object(chosen.object(&whole));
        assert_eq!(object.to_string(), r#"{"deal.name":"x","tags":["a;b","c\\","d"],"id":3,"reason.text":null}"#);
        let text = |text: &str| Cell::Text(text.to_owned());
        let plain = |text: &str| Cell::Plain(text.to_owned());
        assert_eq!(chosen.cells(&whole), [text("x"), text(r"a\;b;c\\;d"), plain("3"), plain("")]);
        let chosen = Kind::Lead.choose(["deal.team", "owed", "company"]).unwrap();
        assert_eq!(chosen.cells(&whole), [text(r#"[{"name":"J"}]"#), plain("true"), text("Ü")]);
        assert!(chosen.holds("deal.team") && !chosen.holds("deal.name") && !chosen.holds("own"));
        assert!(Kind::Lead.choose(["deal"]).unwrap().holds("deal.name"));
    }

    /// The reading that the README tells.
    fn split(cell: &str) -> Vec<String> {
        let (mut items, mut chars) = (vec![String::new()], cell.chars());
        while let Some(c) = chars.next() {
            match c {
                '\\' => items.last_mut().unwrap().extend(chars.next()),
                ';' => items.push(String::new()),
                c => items.last_mut().unwrap().push(c),
            }
        }
        items
    }

    proptest! {
        #[test]
        fn a_list_in_a_cell_reads_back(tags in proptest::collection::vec("[a;\\\\,é]{1,4}", 1..5)) {
            let Cell::Text(cell) = cell(&json!(tags)) else { panic!("a text") };
            prop_assert_eq!(split(&cell), tags);
        }
    }
}
