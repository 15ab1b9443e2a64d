//! Writing a view into the config file: the one place where leadbox changes a file that people write (PRODUCT.md 3, Views).
//! Comments, order and everything else in it stay as they are. Must not decide what a view shows.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, value};

use crate::domain::views::{View, same_name};
use crate::shell::config::{Config, MOST_BYTES};
use crate::shell::files::{self, FileErrorKind, Overwrite};

/// Puts a view into the config at `path`, in the place of one of its name, or takes it out (`query: None`); answers the
/// views as they are then. `Err`: why the file stays as it is, as a sentence.
pub fn keep(path: &Path, name: &str, query: Option<&str>) -> Result<Vec<View>, String> {
    let bytes = match files::read_capped(path, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(missing) if missing.kind() == FileErrorKind::NoInput => Vec::new(),
        Err(error) => return Err(error.to_string()),
    };
    let text = String::from_utf8(bytes).map_err(|_| "The config is not UTF-8 text; it was not changed.".to_owned())?;
    let text = with_view(&text, name, query)?;
    let config = Config::parse(text.as_bytes(), &path.display().to_string()).map_err(|error| error.to_string())?;
    if let Some(folder) = path.parent() {
        files::create_private_dir(folder).map_err(|error| error.to_string())?;
    }
    files::write_bytes(path, Overwrite::Yes, text.as_bytes()).map_err(|error| error.to_string())?;
    Ok(config.views)
}

/// The config's text with a view in it, or without it.
fn with_view(text: &str, name: &str, query: Option<&str>) -> Result<String, String> {
    let mut document: DocumentMut = text
        .parse()
        .map_err(|_| "The config cannot be read; it was not changed. `leadbox config check` says why.".to_owned())?;
    let views = document.entry("views").or_insert(Item::Table(Table::new()));
    let table = views.as_table_like_mut().ok_or("views in the config is no table; it was not changed.")?;
    let known = table.iter().map(|(key, _)| key.to_owned()).find(|key| same_name(key, name));
    match (query, known) {
        (Some(query), Some(known)) => drop(table.insert(&known, value(query))),
        (Some(query), None) => drop(table.insert(name, value(query))),
        (None, Some(known)) => drop(table.remove(&known)),
        (None, None) => return Err(format!("The config has no view “{name}”; it was not changed.")),
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_comes_in_and_everything_else_stays() {
        let before = "# mine\ncurrency = \"EUR\" # euro\n\n[keys]\naccept = \"F5\"\n";
        let after = with_view(before, "Brazil, big", Some("country:br value>10000 note:\"a b\"")).unwrap();
        assert!(after.starts_with(before), "{after}");
        let config = Config::parse(after.as_bytes(), "c.toml").unwrap();
        let view = config.views.last().unwrap();
        assert_eq!((view.name.as_str(), view.own), ("Brazil, big", true));
        assert_eq!(view.text(), "country:br note:\"a b\" value>10000");
        let changed = with_view(&after, "brazil, BIG", Some("country:br")).unwrap();
        assert_eq!(changed.matches("Brazil, big").count(), 1);
        let without = with_view(&changed, "Brazil, big", None).unwrap();
        assert!(!without.contains("Brazil") && without.contains("# euro"));
        assert!(with_view(&without, "Brazil, big", None).is_err());
    }

    #[test]
    fn a_file_that_cannot_be_read_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/config.toml");
        assert!(keep(&path, "A", Some("is:hot")).unwrap().iter().any(|view| view.name == "A"));
        files::write_bytes(&path, Overwrite::Yes, b"= =").unwrap();
        assert!(keep(&path, "B", Some("is:hot")).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"= =");
        files::write_bytes(&path, Overwrite::Yes, b"views = 1\n").unwrap();
        assert!(keep(&path, "B", Some("is:hot")).is_err());
    }
}
