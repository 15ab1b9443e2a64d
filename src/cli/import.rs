//! `leadbox import FILE…|-`: each file through `shell::intake`, and its account in words or JSON (PRODUCT.md 5 and 6).
//! Must not read a row itself or decide what is newer.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::commands::Command;
use crate::app::importing;
use crate::cli::context::Context;
use crate::cli::exit::{self, Exit, Fault};
use crate::cli::filters;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::domain::catalog;
use crate::domain::sort::Sort;
use crate::domain::term_text::TermText;
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::column_map::ColumnMap;
use crate::formats::dialect::Delimiter;
use crate::formats::document::Hints;
use crate::formats::json_text::json;
use crate::formats::sheet::Guess;
use crate::formats::text::Encoding;
use crate::shell::files;
use crate::shell::intake::{self, ImportReport, Mode, Order};
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
    /// Which column holds what, for a CSV that is not Partner Center's (TOML: field = "header")
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// What kind of file it is, where its content does not show it [possible values: partner-center-export,
    /// partner-center-insights, partner-center-bulk, leadbox-export, https-endpoint, azure-table,
    /// partner-center-referrals, csv]
    #[arg(long, value_name = "F", value_parser = format, hide_possible_values = true)]
    format: Option<ReceivedVia>,
    /// How its letters are written [possible values: utf-8, utf-8-bom, utf-16le, utf-16be, windows-1252]
    #[arg(long, value_name = "E", value_parser = encoding)]
    encoding: Option<Encoding>,
    /// What stands between its cells [possible values: comma, semicolon, tab, pipe, or the character]
    #[arg(long, value_name = "D", value_parser = delimiter, allow_hyphen_values = true)]
    delimiter: Option<Delimiter>,
    /// Print the account of every file as JSON
    #[arg(long)]
    json: bool,
}

impl ImportArgs {
    /// True where what is read is kept.
    pub fn keeps(&self) -> bool {
        !self.dry_run
    }
}

fn format(word: &str) -> Result<ReceivedVia, String> {
    let words = || ReceivedVia::ALL.iter().map(|known| known.word()).collect::<Vec<_>>().join(", ");
    let known = ReceivedVia::ALL.iter().copied().find(|known| known.word() == word.trim().to_ascii_lowercase());
    known.ok_or_else(|| format!("it is one of {}", words()))
}

fn encoding(word: &str) -> Result<Encoding, String> {
    let words = || Encoding::ALL.iter().map(|known| known.word()).collect::<Vec<_>>().join(", ");
    Encoding::from_word(word).ok_or_else(|| format!("it is one of {}", words()))
}

fn delimiter(word: &str) -> Result<Delimiter, String> {
    let words = || Delimiter::ALL.map(Delimiter::word).join(", ");
    Delimiter::from_word(word).ok_or_else(|| format!("it is one of {}, or the character itself", words()))
}

/// The largest map that is read.
const MOST_MAP_BYTES: u64 = 256 * 1024;

#[derive(Serialize)]
struct Account {
    files: Vec<ImportReport>,
}

/// Imports every file in its own transaction. A refused file does not keep the others out; its code is the exit code.
pub fn run(context: &Context, args: &ImportArgs) -> anyhow::Result<Exit> {
    let hints = hints(args)?;
    let mut store = context.open_store()?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Keep };
    let (mut reports, mut refused) = (Vec::new(), None);
    for path in &args.files {
        if path.as_os_str() == "-" && std::io::stdin().is_terminal() {
            context.output.say("Reading leads from standard input; ^D ends it.");
        }
        let progress = Progress::new(context.output, &path.to_string_lossy());
        let watch = |part, whole| progress.set(part, whole);
        let order = Order { hints: &hints, now: context.now, mode, watch: &watch };
        let result = intake::import_path_as(&mut store, path, &order);
        drop(progress);
        match result {
            Ok(report) => {
                report.warnings.iter().for_each(|warning| Output::complain(&format!("{}: {warning}", report.path)));
                reports.push(report);
            }
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

/// What the flags say about the files.
fn hints(args: &ImportArgs) -> anyhow::Result<Hints> {
    if args.map.is_some() && args.format.is_some_and(|format| format != ReceivedVia::OtherCsv) {
        let said = "A map is for a CSV that is not Partner Center's: leave --format out, or say --format csv.";
        return Err(Fault::usage(said).into());
    }
    let map = args.map.as_deref().map(read_map).transpose()?;
    Ok(Hints { format: args.format, encoding: args.encoding, delimiter: args.delimiter, map, ..Hints::default() })
}

fn read_map(path: &Path) -> anyhow::Result<ColumnMap> {
    let shown = path.display();
    let bytes = files::read_capped(path, MOST_MAP_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned());
    let map = text.and_then(|text| ColumnMap::parse(&text));
    map.map_err(|why| Fault::Config(format!("The map {shown} cannot be used: {why}. Nothing was imported.")).into())
}

/// Says what came of each file, and what waits now.
fn tell(context: &Context, store: &Store, reports: &[ImportReport], named: bool, mode: Mode) {
    let waiting = if mode == Mode::Keep && !reports.is_empty() { waiting(store, context) } else { Ok(String::new()) };
    if mode == Mode::DryRun {
        for report in reports.iter().filter(|report| !report.guess.is_empty()) {
            context.output.say(&guess_lines(report).join("\n"));
        }
    }
    for line in sentences(reports, named, waiting.as_deref().unwrap_or_default(), mode) {
        context.output.say(&line);
    }
    if let Err(error) = waiting {
        // What was taken in is stored whether or not it can be counted.
        Output::complain(&format!("What waits now could not be counted: {}", error.cause()));
    }
}

/// The table of what each column was taken as, with the first text that stands in it.
fn guess_lines(report: &ImportReport) -> Vec<String> {
    let cells = |guess: &Guess| {
        let example = guess.example.as_deref().unwrap_or_default();
        [&guess.column, guess.taken_as, example].map(TermText::line)
    };
    let header = ["column", "taken as", "such as"].map(TermText::line);
    let rows: Vec<_> = std::iter::once(header).chain(report.guess.iter().map(cells)).collect();
    let width = |place: usize| rows.iter().map(|row| row[place].width().min(MOST_CELLS)).max().unwrap_or_default();
    let (first, second) = (width(0), width(1));
    let line =
        |row: &[TermText; 3]| format!("{}  {}  {}", row[0].pad(first), row[1].pad(second), row[2].fit(MOST_CELLS));
    let title = format!("{} is read as another CSV (via csv); a map (--map) can say otherwise:", report.path);
    std::iter::once(title).chain(rows.iter().map(|row| line(row).trim_end().to_owned())).collect()
}

/// Cells of a terminal that a column of that table takes at most.
const MOST_CELLS: usize = 36;

/// The sentences: one a file, named where several were asked for, and what waits.
fn sentences(reports: &[ImportReport], named: bool, waiting: &str, mode: Mode) -> Vec<String> {
    if !named {
        return reports.iter().map(|only| format!("{} {waiting}", summary(only, mode)).trim_end().to_owned()).collect();
    }
    let file = |report: &ImportReport| format!("{}: {}", report.path, summary(report, mode));
    let waiting = Some(waiting).filter(|waiting| !waiting.is_empty()).map(str::to_owned);
    reports.iter().map(file).chain(waiting).collect()
}

/// What came of a file, as the inbox says it too, and where its rejected rows are.
fn summary(report: &ImportReport, mode: Mode) -> String {
    let dry = if mode == Mode::DryRun { " Dry run: nothing was kept." } else { "" };
    let rejected = report.reject_file.as_ref().map(|path| {
        let them = if report.rejected == 1 { "The rejected row is" } else { "The rejected rows are" };
        format!(" {them} in {path}: mend and import it.")
    });
    let sentence = importing::sentence(&perform::summary(Path::new(&report.path), report));
    format!("{sentence}{}{dry}", rejected.unwrap_or_default())
}

/// ``3 hot, 2 expire soon. `n` starts.``: what waits in the whole store now.
pub(super) fn waiting(store: &Store, context: &Context) -> store::Result<String> {
    let catalog = filters::catalog(store)?;
    let order = catalog::Order::new(&catalog, Sort::default(), context.now.timestamp());
    let (hot, expiring) = order.hot_and_expiring(&catalog);
    let waiting = importing::waiting(hot, expiring);
    let key = context.config.keymap().map(|keymap| keymap.key(Command::Next)).unwrap_or_default();
    Ok(if hot + expiring > 0 && !key.is_empty() { format!("{waiting} `{key}` starts.") } else { waiting })
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
            delimiter: Some(','),
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
            via: ReceivedVia::PartnerCenterExport,
            warnings: Vec::new(),
            guess: Vec::new(),
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
