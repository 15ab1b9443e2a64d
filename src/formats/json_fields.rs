//! The values of a JSON item where they belong: each leaf of the tree by its path, nested ones with a dot (`UserDetails.Email`),
//! goes to the field of a lead that its format names, or stays as an unknown column. Shared by every JSON shape of a lead.
//! Must not know a path: the formats do.

use crate::domain::lead::{Moment, Record};
use crate::domain::moment::rfc3339;
use crate::domain::record::{self, Field, RawRecord};
use crate::formats::json_value::Json;
use crate::formats::records::MOST_CELL_BYTES;

/// Values an item may have.
const MOST_VALUES: usize = 512;

/// Fields that tell who a lead is: a name that stands twice for one of them cannot be believed.
const IDENTITY: &[Field] = &[Field::Id, Field::Email, Field::Phone, Field::Created];

/// Where a path belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A field of a lead.
    Field(Field),
    /// Says nothing about the lead: left out.
    Nothing,
    /// Nobody knows: kept as an unknown column.
    Unknown,
}

/// One value and the path to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Names with dots between them; in a list its place, from 1.
    pub path: String,
    /// Its text, as it came; blank for null.
    pub value: String,
}

/// The values of an item, sorted.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    known: Vec<(Field, String)>,
    extras: Vec<(String, String)>,
}

/// Every value of an item. `Err` where there are more, or larger ones, than a lead may have.
pub fn leaves(value: &Json) -> Result<Vec<Leaf>, String> {
    let mut leaves = Vec::new();
    gather("", value, &mut leaves)?;
    Ok(leaves)
}

/// Adds the values below a path.
pub fn gather(path: &str, value: &Json, into: &mut Vec<Leaf>) -> Result<(), String> {
    match value {
        Json::Object(members) => {
            for (name, value) in members {
                let name = if name.trim().is_empty() { "Value without a name" } else { name.trim() };
                gather(&below(path, name), value, into)?;
            }
            Ok(())
        }
        Json::List(items) => {
            if let Some(words) = items.iter().map(only_word).collect::<Option<Vec<_>>>() {
                return push(path, words.join(", "), into);
            }
            for (place, item) in items.iter().enumerate() {
                gather(&below(path, &(place + 1).to_string()), item, into)?;
            }
            Ok(())
        }
        Json::Null => push(path, String::new(), into),
        Json::Bool(_) | Json::Number(_) | Json::Text(_) => {
            push(path, value.text().unwrap_or_default().to_owned(), into)
        }
    }
}

/// A list of words, or of objects with an id and nothing else (`[{"id":"Azure"}]`), reads as one text.
fn only_word(item: &Json) -> Option<&str> {
    match item {
        Json::Object(members) => match members.as_slice() {
            [(_, only @ (Json::Text(_) | Json::Number(_)))] => only.text(),
            _ => None,
        },
        other => other.text(),
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn push(path: &str, value: String, into: &mut Vec<Leaf>) -> Result<(), String> {
    if into.len() == MOST_VALUES {
        return Err(format!("it has more than {MOST_VALUES} values"));
    }
    if value.len() > MOST_CELL_BYTES || path.len() > MOST_CELL_BYTES {
        return Err("a value is larger than 64 KiB".to_owned());
    }
    into.push(Leaf { path: path.to_owned(), value });
    Ok(())
}

impl Fields {
    /// Sorts values by `place`, which is asked with the path in lower case. Of two values of one field the first that says
    /// something counts, the other stays as an unknown column; `Err` where a lead's identity stands twice under one name.
    pub fn sort(leaves: Vec<Leaf>, place: impl Fn(&str) -> Place) -> Result<Self, String> {
        let mut fields = Self::default();
        let mut paths: Vec<String> = Vec::new();
        for leaf in leaves {
            let path = leaf.path.to_lowercase();
            let found = place(&path);
            if let Place::Field(field) = found
                && IDENTITY.contains(&field)
            {
                if paths.contains(&path) {
                    return Err(format!(
                        "the name “{}” stands twice, so nobody can tell which counts",
                        shown(&leaf.path)
                    ));
                }
                paths.push(path);
            }
            if leaf.value.trim().is_empty() {
                continue;
            }
            match found {
                Place::Field(field) if fields.get(field).is_none() => fields.known.push((field, leaf.value)),
                Place::Nothing => {}
                _ => fields.keep(&leaf.path, leaf.value),
            }
        }
        Ok(fields)
    }

    /// What a field says.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.known.iter().find(|(known, _)| *known == field).map(|(_, value)| value.as_str())
    }

    /// Takes a field out.
    pub fn take(&mut self, field: Field) -> Option<String> {
        let place = self.known.iter().position(|(known, _)| *known == field)?;
        Some(self.known.swap_remove(place).1)
    }

    /// Sets a field that the item does not name.
    pub fn fill(&mut self, field: Field, value: &str) {
        if self.get(field).is_none() {
            self.known.push((field, value.to_owned()));
        }
    }

    /// Adds an unknown column under a name that no other has, nor any column of ours: `Segment`, `Segment (2)`.
    pub fn keep(&mut self, name: &str, value: String) {
        let taken = |name: &str| {
            Field::ALL.iter().any(|field| field.header() == name) || self.extras.iter().any(|(known, _)| known == name)
        };
        let numbered = (2..).map(|n| format!("{name} ({n})"));
        let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name));
        self.extras.extend(free.map(|name| (name, value)));
    }

    /// The record. A creation date that is missing, or that cannot be read, is `delivered` where one is given.
    pub fn record(mut self, delivered: Option<Moment>) -> Result<Record, String> {
        if let Some(delivered) = delivered {
            if let Some(odd) = self.take_unreadable_date() {
                self.keep("CreationDate", odd);
            }
            self.fill(Field::Created, &rfc3339(delivered));
        }
        let mut raw = RawRecord::default();
        self.known.iter().for_each(|(field, value)| raw.set(*field, value));
        self.extras.iter().for_each(|(name, value)| raw.add_extra(name, value));
        record::read(&raw)
    }

    fn take_unreadable_date(&mut self) -> Option<String> {
        let odd = self.get(Field::Created).is_some_and(|text| crate::domain::moment::parse(text).is_none());
        if odd { self.take(Field::Created) } else { None }
    }
}

fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(text: &str) -> Result<Fields, String> {
        Fields::sort(leaves(&Json::parse(text).unwrap())?, |path| match path {
            "email" | "user.email" => Place::Field(Field::Email),
            "code" => Place::Field(Field::ActionCode),
            "etag" => Place::Nothing,
            _ => Place::Unknown,
        })
    }

    #[test]
    fn values_go_where_they_belong_and_none_is_lost() {
        let fields = sorted(
            "{\"user\":{\"EMAIL\":null,\"Note\":\"x\"},\"Email\":\"a@b.example\",\"code\":\"PLT\",\"Status\":\"odd\",\
             \"eTag\":\"1\",\"list\":[{\"id\":\"Azure\"},{\"id\":\"SQL\"}],\"people\":[{\"a\":1,\"b\":true},{}],\"note\":1,\"note\":2}",
        )
        .unwrap();
        assert_eq!(fields.get(Field::Email), Some("a@b.example"));
        assert_eq!(fields.get(Field::ActionCode), Some("PLT"));
        let extras: Vec<_> = fields.extras.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            extras,
            [
                "user.Note=x",
                "Status (2)=odd",
                "list=Azure, SQL",
                "people.1.a=1",
                "people.1.b=true",
                "note=1",
                "note (2)=2"
            ]
        );
    }

    #[test]
    fn an_identity_that_stands_twice_is_refused() {
        let reason = sorted("{\"Email\":\"a@b.example\",\"EMAIL\":null}").unwrap_err();
        assert!(reason.contains("“EMAIL” stands twice"), "{reason}");
        let both = sorted("{\"Email\":\"a@b.example\",\"user\":{\"email\":\"c@d.example\"}}").unwrap();
        assert_eq!(both.extras, [("user.email".to_owned(), "c@d.example".to_owned())], "another path is another value");
    }

    #[test]
    fn an_item_has_its_limits() {
        let many: Vec<String> = (0..=MOST_VALUES).map(|n| format!("\"k{n}\":1")).collect();
        assert!(sorted(&format!("{{{}}}", many.join(","))).unwrap_err().contains("512"));
        let large = "x".repeat(MOST_CELL_BYTES + 1);
        assert!(sorted(&format!("{{\"a\":\"{large}\"}}")).unwrap_err().contains("64 KiB"));
    }
}
