//! `leadbox import FILE…|-`: each file through `shell::intake`, and its account in words or JSON (PRODUCT.md 5 and 6).
//! Must not read a row itself or decide what is newer.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::importing;
use crate::cli::context::Context;
use crate::cli::exit::{self, Exit};
use crate::cli::filters;
use crate::cli::output::Output;
use crate::domain::catalog::Order;
use crate::domain::sort::Sort;
use crate::formats::json_text::json;
use crate::shell::intake::{self, ImportReport, Mode};
use crate::shell::perform;
use crate::store::{self, Store};

/// What to import.
#[derive(Clone, Debug, clap::Args)]
pub struct ImportArgs {
    /// Files, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read and count everything, keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the account of every file as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Account {
    files: Vec<ImportReport>,
}

/// Imports every file in its own transaction. A refused file does not keep the others out; its code is the exit code.
pub fn run(context: &Context, args: &ImportArgs) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Keep };
    let (mut reports, mut refused) = (Vec::new(), None);
    for path in &args.files {
        if path.as_os_str() == "-" && std::io::stdin().is_terminal() {
            context.output.say("Reading leads from standard input; ^D ends it.");
        }
        match intake::import_path(&mut store, path, context.now, mode) {
            Ok(report) => reports.push(report),
            Err(error) => {
                let error = anyhow::Error::from(error);
                refused = refused.or(Some(exit::of(&error)));
                Output::complain(&exit::sentence(&error));
            }
        }
    }
    let account = Account { files: reports };
    // First: a failed reading of what waits must not hide what was taken in.
    if args.json {
        let mut data = context.output.data();
        data.line(&json(&account)?)?;
        data.finish()?;
    }
    if !context.output.is_quiet() {
        tell(context, &store, &account.files, args.files.len() > 1, mode);
    }
    Ok(refused.unwrap_or(Exit::DONE))
}

/// Says what came of each file, and what waits now.
fn tell(context: &Context, store: &Store, reports: &[ImportReport], named: bool, mode: Mode) {
    let waiting = if mode == Mode::Keep && !reports.is_empty() { waiting(store, context) } else { Ok(String::new()) };
    for line in sentences(reports, named, waiting.as_deref().unwrap_or_default(), mode) {
        context.output.say(&line);
    }
    if let Err(error) = waiting {
        // What was taken in is stored whether or not it can be counted.
        Output::complain(&format!("What waits now could not be counted: {}", error.cause()));
    }
}

/// The sentences: one a file, named where several were asked for, and what waits.
fn sentences(reports: &[ImportReport], named: bool, waiting: &str, mode: Mode) -> Vec<String> {
    if !named {
        return reports.iter().map(|only| format!("{} {waiting}", summary(only, mode)).trim_end().to_owned()).collect();
    }
    let file = |report: &ImportReport| format!("{}: {}", report.path, summary(report, mode));
    let waiting = Some(waiting).filter(|waiting| !waiting.is_empty()).map(str::to_owned);
    reports.iter().map(file).chain(waiting).collect()
}

/// What came of a file, as the inbox says it too.
fn summary(report: &ImportReport, mode: Mode) -> String {
    let dry = if mode == Mode::DryRun { " Dry run: nothing was kept." } else { "" };
    format!("{}{dry}", importing::sentence(&perform::summary(Path::new(&report.path), report)))
}

/// `3 hot, 2 expire soon.`: what waits in the whole store now.
fn waiting(store: &Store, context: &Context) -> store::Result<String> {
    let catalog = filters::catalog(store)?;
    let order = Order::new(&catalog, Sort::default(), context.now.timestamp());
    let (hot, expiring) = order.hot_and_expiring(&catalog);
    Ok(importing::waiting(hot, expiring))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::intake::Reject;

    fn report() -> ImportReport {
        let reject = |line| Reject { line, reason: "there is no creation date".to_owned() };
        ImportReport {
            path: "a.csv".into(),
            format: "partner-center-export",
            encoding: "utf-8",
            delimiter: ',',
            lines: 46,
            header: 1,
            blank: 0,
            rows: 45,
            continuation: 0,
            added: 31,
            updated: 0,
            unchanged: 12,
            rejected: 2,
            rejects: vec![reject(7), reject(9)],
            reject_file: None,
        }
    }

    #[test]
    fn the_one_file_of_several_that_was_taken_is_named() {
        let one = ImportReport { rejected: 0, rejects: Vec::new(), ..report() };
        let said = |named, waiting| sentences(std::slice::from_ref(&one), named, waiting, Mode::Keep);
        assert_eq!(said(false, "3 hot."), ["45 rows: 31 new, 12 unchanged. 3 hot."]);
        assert_eq!(said(false, ""), ["45 rows: 31 new, 12 unchanged."]);
        assert_eq!(said(true, "3 hot."), ["a.csv: 45 rows: 31 new, 12 unchanged.", "3 hot."]);
    }

    #[test]
    fn the_summary_says_where_a_row_was_lost() {
        let one = ImportReport { rows: 44, rejected: 1, rejects: report().rejects[..1].to_vec(), ..report() };
        let words = "44 rows: 31 new, 12 unchanged, 1 rejected (line 7: there is no creation date).";
        assert_eq!(summary(&one, Mode::Keep), words);
        assert!(summary(&report(), Mode::Keep).ends_with("2 rejected (line 7: there is no creation date; 1 more)."));
        let none = ImportReport { rows: 0, added: 0, unchanged: 0, rejected: 0, rejects: Vec::new(), ..report() };
        assert_eq!(summary(&none, Mode::DryRun), "0 rows. Dry run: nothing was kept.");
    }
}
