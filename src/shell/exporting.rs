//! The inbox's exports (PRODUCT.md 7): what one would hold, how a path goes on, and the writing itself, which is
//! `shell::outgoing`'s. Must not write a file of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use crate::app::exporting::{ExportFailure, ExportOrder, Exported, Ways};
use crate::app::msg::Msg;
use crate::domain::lead::{LeadId, Moment};
use crate::domain::leaving::{Choice, ExportFormat};
use crate::shell::files::{FileError, Overwrite};
use crate::shell::outgoing::upload::{self, UploadOrder};
use crate::shell::outgoing::{self, ExportSettings, Order, OutgoingError};
use crate::store::Store;

/// How many ways on are offered.
const OFFERED: usize = 50;

/// What an export would hold, as the question asks: its number, the leads, form and choice. No answer where nobody waits
/// for it any more.
pub fn census(
    store: &Store,
    (question, ids, format, choice): (u64, &[LeadId], ExportFormat, Choice),
    now: Moment,
    go_on: &dyn Fn() -> bool,
) -> Option<Msg> {
    let settings = ExportSettings::default();
    let order = Order { ids, format, choice, now, settings: &settings };
    let census = outgoing::survey(store, &order, go_on).transpose()?;
    Some(Msg::Taken(question, census.map_err(|error| error.to_string())))
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
/// Every name of the folder is looked at; no answer where nobody waits for it any more.
pub fn paths(typed: &str, whole: &Path, go_on: &dyn Fn() -> bool) -> Option<Ways> {
    let (before, begun) = typed
        .rsplit_once(MAIN_SEPARATOR)
        .map_or(("", typed), |(before, begun)| (typed.get(..=before.len()).unwrap_or_default(), begun));
    let folder = if begun.is_empty() && !typed.is_empty() { Some(whole) } else { whole.parent() };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else { return Some(Ways::default()) };
    let (mut common, mut count, mut first) = (None, 0, BTreeSet::new());
    for entry in entries.flatten() {
        if !go_on() {
            return None;
        }
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with(begun) && (begun.starts_with('.') || !name.starts_with('.')) {
            count += 1;
            common = Some(common.map_or_else(|| name.clone(), |common: String| shared(&common, &name).to_owned()));
            first.insert(name);
            if first.len() > OFFERED {
                first.pop_last();
            }
        }
    }
    let way = |name: &String| {
        let slash = if folder.join(name).is_dir() { "/" } else { "" };
        format!("{before}{name}{slash}")
    };
    let first: Vec<String> = first.iter().map(way).collect();
    let common = match first.as_slice() {
        [only] => only.clone(),
        _ => format!("{before}{}", common.unwrap_or_default()),
    };
    Some(Ways { common, count, first })
}

/// As much as both begin with.
fn shared<'a>(one: &'a str, other: &str) -> &'a str {
    let differs = one.char_indices().zip(other.chars()).find(|((_, one), other)| one != other);
    let end = differs.map_or(one.len().min(other.len()), |((at, _), _)| at);
    one.get(..end).unwrap_or(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::leaving::Census;
    use crate::domain::terms::Terms;
    use crate::shell::files;

    #[test]
    fn a_path_goes_on_as_the_folder_says() {
        let home = tempfile::tempdir().unwrap();
        for name in ["leads-1.csv", "leads-2.csv", "other.csv", ".hidden"] {
            files::write_bytes(&home.path().join(name), Overwrite::No, b"").unwrap();
        }
        fs::create_dir(home.path().join("lists")).unwrap();
        let all = |typed: &str| paths(typed, &home.path().join(typed.trim_start_matches("~/")), &|| true).unwrap();
        let at = |typed: &str| all(typed).first;
        assert_eq!(at("~/l"), ["~/leads-1.csv", "~/leads-2.csv", "~/lists/"]);
        assert_eq!(at("~/"), ["~/leads-1.csv", "~/leads-2.csv", "~/lists/", "~/other.csv"]);
        assert_eq!(at("~/.h"), ["~/.hidden"]);
        assert_eq!(at("o"), ["other.csv"]);
        assert_eq!(at("~/none/l"), Vec::<String>::new());
        let common = |typed: &str| all(typed).common;
        assert_eq!((common("~/l"), common("~/li"), common("o")), ("~/l".into(), "~/lists/".into(), "other.csv".into()));
        assert_eq!(paths("~/l", &home.path().join("l"), &|| false), None, "nobody waits for it");
    }

    #[test]
    fn every_name_of_a_large_folder_counts() {
        let home = tempfile::tempdir().unwrap();
        let put = |name: &str| files::write_bytes(&home.path().join(name), Overwrite::No, b"").unwrap();
        (0..OFFERED + 30).for_each(|n| put(&format!("leads-{n:03}.csv")));
        // Behind everything that is offered, and not as far alike.
        put("lz.csv");
        let found = paths("l", &home.path().join("l"), &|| true).unwrap();
        assert_eq!((found.common.as_str(), found.count, found.first.len()), ("l", OFFERED + 31, OFFERED));
        assert_eq!(found.first.last().unwrap(), &format!("leads-{:03}.csv", OFFERED - 1));
        let found = paths("le", &home.path().join("le"), &|| true).unwrap();
        assert_eq!((found.common.as_str(), found.count), ("leads-0", OFFERED + 30));
    }

    #[test]
    fn two_names_share_what_both_begin_with() {
        assert_eq!(shared("léads-1", "lé2"), "lé");
        assert_eq!(shared("one", "one.csv"), "one");
        assert_eq!(shared("one.csv", "one"), "one");
        assert_eq!(shared("a", "b"), "");
    }

    #[test]
    fn a_census_that_nobody_waits_for_ends() {
        let store = Store::open_in_memory(Terms::default(), "start").unwrap();
        let asked = |go_on: bool| {
            let ids = [LeadId(1), LeadId(2)];
            census(&store, (7, &ids, ExportFormat::Csv, Choice::default()), Moment::default(), &|| go_on)
        };
        assert_eq!(asked(false), None);
        assert_eq!(asked(true), Some(Msg::Taken(7, Ok(Census::default()))));
    }
}
