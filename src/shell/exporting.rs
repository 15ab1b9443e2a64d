//! The inbox's exports (PRODUCT.md 7): what one would hold, how a path goes on, and the writing itself, which is
//! `shell::outgoing`'s. Must not write a file of its own.

use std::fs;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use crate::app::exporting::{ExportFailure, ExportOrder, Exported};
use crate::app::msg::Msg;
use crate::domain::lead::{LeadId, Moment};
use crate::domain::leaving::{Choice, ExportFormat};
use crate::shell::files::{FileError, Overwrite};
use crate::shell::outgoing::upload::{self, UploadOrder};
use crate::shell::outgoing::{self, ExportSettings, Order, OutgoingError};
use crate::store::Store;

/// Names of a folder that are looked at.
const LOOKED_AT: usize = 10_000;

/// How many ways on are offered.
const OFFERED: usize = 50;

/// What an export would hold.
pub fn census(store: &Store, ids: &[LeadId], format: ExportFormat, choice: Choice, now: Moment) -> Msg {
    let settings = ExportSettings::default();
    let order = Order { ids, format, choice, now, settings: &settings };
    Msg::Taken(format, choice, outgoing::survey(store, &order).map_err(|error| error.to_string()))
}

/// Writes an export.
pub fn export(
    store: &mut Store,
    order: &ExportOrder,
    path: &Path,
    settings: &ExportSettings,
    now: Moment,
) -> Result<Exported, ExportFailure> {
    let overwrite = if order.overwrite { Overwrite::Yes } else { Overwrite::No };
    let order = Order { ids: &order.ids, format: order.format, choice: order.choice, now, settings };
    let account = match order.format {
        ExportFormat::PartnerCenter => upload::to_file(store, &UploadOrder::of(&order), path, overwrite),
        _ => outgoing::to_file(store, &order, path, overwrite),
    };
    match account {
        Ok(account) if account.files.is_empty() => {
            Err(ExportFailure::Failed(format!("No file was written. {}", account.notes.join(" "))))
        }
        Ok(account) => {
            // The inbox is not where its folder is seen: a file is told by its whole path.
            let whole = |file: PathBuf| std::path::absolute(&file).unwrap_or(file);
            let files = account.files.into_iter().map(whole).collect();
            Ok(Exported { census: account.census, notes: account.notes, files })
        }
        Err(OutgoingError::File(FileError::Exists { path })) => Err(ExportFailure::Exists(path.into())),
        Err(error) => Err(ExportFailure::Failed(error.to_string())),
    }
}

/// How a path could go on: each way as the whole text in place of the typed one, folders with their slash. `whole` is the
/// typed path with its `~` resolved. A name that is no UTF-8, and one that is hidden unless a dot was typed, is not offered.
pub fn paths(typed: &str, whole: &Path) -> Vec<String> {
    let (before, begun) = typed
        .rsplit_once(MAIN_SEPARATOR)
        .map_or(("", typed), |(before, begun)| (typed.get(..=before.len()).unwrap_or_default(), begun));
    let folder = if begun.is_empty() && !typed.is_empty() { Some(whole) } else { whole.parent() };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.take(LOOKED_AT).flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with(begun) && (begun.starts_with('.') || !name.starts_with('.')) {
            let slash = if entry.path().is_dir() { "/" } else { "" };
            found.push(format!("{before}{name}{slash}"));
        }
    }
    found.sort();
    found.truncate(OFFERED);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::files;

    #[test]
    fn a_path_goes_on_as_the_folder_says() {
        let home = tempfile::tempdir().unwrap();
        for name in ["leads-1.csv", "leads-2.csv", "other.csv", ".hidden"] {
            files::write_bytes(&home.path().join(name), Overwrite::No, b"").unwrap();
        }
        fs::create_dir(home.path().join("lists")).unwrap();
        let at = |typed: &str| paths(typed, &home.path().join(typed.trim_start_matches("~/")));
        assert_eq!(at("~/l"), ["~/leads-1.csv", "~/leads-2.csv", "~/lists/"]);
        assert_eq!(at("~/"), ["~/leads-1.csv", "~/leads-2.csv", "~/lists/", "~/other.csv"]);
        assert_eq!(at("~/.h"), ["~/.hidden"]);
        assert_eq!(at("o"), ["other.csv"]);
        assert_eq!(at("~/none/l"), Vec::<String>::new());
    }
}
