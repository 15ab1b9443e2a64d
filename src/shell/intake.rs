//! The one way leads come in from a file, for the inbox and the command line alike (PRODUCT.md 6): bytes to records to the
//! store, one transaction a file, every row and line accounted for or nothing kept. Must not decide what a record does to
//! a known lead, and must not print.

use std::borrow::Cow;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::lead::Moment;
use crate::domain::moment::from_seconds;
use crate::domain::reconcile::Arrival;
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::arriving::RowRead;
use crate::formats::document::{Document, Hints, Unopened};
use crate::formats::json_document;
use crate::formats::records::Lines;
use crate::formats::sheet::Guess;
use crate::formats::text::{self, Decoded, Encoding, Refused};
use crate::shell::files::{self, FileError};
use crate::shell::reject_file;
use crate::store::{Import, ImportCounts, ImportLabel, Road, Store, StoreError};

/// The largest file that is read: leadbox's own JSON of a million leads is half as large, every other form smaller.
pub const MOST_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// Whether the import stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything is done and counted, and nothing stays.
    DryRun,
    /// What was read stays.
    Keep,
}

/// How files are imported.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// What a person says about them; their delivery is each file's own.
    pub hints: &'a Hints,
    /// The moment of the import.
    pub now: Moment,
    /// Whether it stays.
    pub mode: Mode,
    /// Is told now and then how far the reading is: part and whole, in bytes.
    pub watch: &'a dyn Fn(u64, u64),
}

/// What came of one file: an object of `import --json`, its fields in the order of PRODUCT.md 5.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// The file as it was named; `-` for standard input.
    pub path: String,
    /// What kind of file it is, as a word of `--format`.
    pub format: &'static str,
    /// How its letters are written, as a word of `--encoding`.
    pub encoding: &'static str,
    /// What stands between the cells; `None` where there are none.
    pub delimiter: Option<char>,
    /// Physical lines; `lines = header + blank + rows + continuation`.
    pub lines: u64,
    /// Lines that begin the header, or belong to what holds the rows.
    pub header: u64,
    /// Lines with nothing on them.
    pub blank: u64,
    /// Rows; `rows = added + updated + unchanged + rejected`.
    pub rows: u64,
    /// Further lines of a header or row.
    pub continuation: u64,
    /// New leads.
    pub added: u64,
    /// Known leads that learned something.
    pub updated: u64,
    /// Known leads with nothing new.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub rejected: u64,
    /// Which, and why.
    pub rejects: Vec<Reject>,
    /// Where the rejected rows were written, if they were.
    pub reject_file: Option<String>,
    /// The same kind, for people.
    #[serde(skip)]
    pub via: ReceivedVia,
    /// What a person should look at, as sentences: a guessed encoding, a reject file that could not be written.
    #[serde(skip)]
    pub warnings: Vec<String>,
    /// What each column was taken as, where that was guessed or told by a map.
    #[serde(skip)]
    pub guess: Vec<Guess>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// Line it begins on, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// Why a file was not imported. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The content is refused whole (65).
    #[error("{path}: {why}")]
    Refused {
        /// The file.
        path: String,
        /// Why, as a sentence.
        why: Refused,
    },
    /// The map does not fit the file (2).
    #[error("{path}: {why}")]
    Map {
        /// The file.
        path: String,
        /// Why, as a sentence.
        why: String,
    },
    /// The file cannot be read; its kind tells the exit code.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store cannot take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Imports a file, or standard input for `-`, as it shows itself.
pub fn import_path(store: &mut Store, path: &Path, now: Moment, mode: Mode) -> Result<ImportReport, IntakeError> {
    import_path_as(store, path, &Order { hints: &Hints::default(), now, mode, watch: &|_, _| {} })
}

/// Imports a file, or standard input for `-`. A record that does not say when it was updated is as fresh as the file's
/// modification time, and as `now` from standard input. A file from the future counts as of `now`.
pub fn import_path_as(store: &mut Store, path: &Path, order: &Order<'_>) -> Result<ImportReport, IntakeError> {
    let name = path.display().to_string();
    if name == "-" {
        return import_bytes_as(store, &name, &files::read_stdin_capped(MOST_BYTES)?, None, order);
    }
    let bytes = files::read_capped(path, MOST_BYTES)?;
    import_bytes_as(store, &name, &bytes, modified(path).map(|time| time.min(order.now)), order)
}

/// Imports the bytes of a file called `name`, as it shows itself.
pub fn import_bytes(
    store: &mut Store,
    name: &str,
    bytes: &[u8],
    file_time: Option<Moment>,
    now: Moment,
    mode: Mode,
) -> Result<ImportReport, IntakeError> {
    let order = Order { hints: &Hints::default(), now, mode, watch: &|_, _| {} };
    import_bytes_as(store, name, bytes, file_time, &order)
}

/// Imports the bytes of a file called `name`.
pub fn import_bytes_as(
    store: &mut Store,
    name: &str,
    bytes: &[u8],
    file_time: Option<Moment>,
    order: &Order<'_>,
) -> Result<ImportReport, IntakeError> {
    let refused = |why| IntakeError::Refused { path: name.to_owned(), why };
    let delivered = file_time.unwrap_or(order.now);
    let hints = Hints { delivered, ..order.hints.clone() };
    let digest = Sha256::digest(bytes).into();
    // Said to be Partner Center's, it is: a download after the upload may be the same to the byte.
    if hints.format.is_none() && store.is_own_upload(digest)? {
        return Err(refused(Refused::new(
            "This is a file that leadbox wrote for Partner Center's bulk upload, and not Partner Center's word. Nothing was \
             imported. Upload it there, then import a newer export; if this was downloaded there, say --format \
             partner-center-bulk.",
        )));
    }
    let decoded = text::decode(bytes, hints.encoding).map_err(refused)?;
    let mut document = Document::open(&decoded.text, &hints).map_err(|error| match error {
        Unopened::Refused(why) => refused(why),
        Unopened::Map(why) => IntakeError::Map { path: name.to_owned(), why },
    })?;
    let place = store.path().map(Path::to_owned).filter(|_| order.mode == Mode::Keep);
    let mut import = store.import(&ImportLabel { title: title(name), file_time, road: Road::File }, order.now)?;
    import.of_bytes(digest)?;
    let read =
        read(&mut document, &mut import, (delivered, decoded.text.len() as u64), order).map_err(
            |error| match error {
                Stopped::Refused(why) => refused(why),
                Stopped::Store(error) => error.into(),
            },
        )?;
    if !accounted_for(document.lines(), import.counts(), read.rejects.len() as u64) {
        return Err(refused(Refused::new("Not every row could be accounted for. Nothing was imported.")));
    }
    let counts = import.counts();
    if order.mode == Mode::Keep {
        import.commit()?;
    }
    let mut report = report(name, &document, &decoded, counts, read.rejects);
    if let Some(place) = place.filter(|_| report.rejected > 0) {
        let text = document.reject_head() + &read.rejected;
        match reject_file::write(&place, &title(name), document.reject_ending(), &text) {
            Ok(path) => report.reject_file = Some(path.display().to_string()),
            Err(error) => report.warnings.push(format!(
                "The rows that were not rejected are imported, but no file of the rejected ones could be made: {error}"
            )),
        }
    }
    Ok(report)
}

/// How often the reading says how far it is, in rows.
const WATCHED: u64 = 2048;

/// What was read of a document.
struct Read {
    rejects: Vec<Reject>,
    /// The rejected rows as they stand, each with its reason.
    rejected: String,
}

/// Why the reading stopped.
enum Stopped {
    Refused(Refused),
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Reads every row of a document and takes it in. `delivered` is how fresh a record is that does not say so.
fn read(
    document: &mut Document<'_>,
    import: &mut Import<'_>,
    (delivered, bytes): (Moment, u64),
    order: &Order<'_>,
) -> Result<Read, Stopped> {
    let via = document.via();
    let mut read = Read { rejects: Vec::new(), rejected: String::new() };
    let mut rows = 0_u64;
    while let Some(row) = document.read().map_err(Stopped::Refused)? {
        let reason = match row.read {
            Ok(record) => take(import, record, via, delivered)?,
            Err(reason) => Some(reason),
        };
        if let Some(reason) = reason {
            if order.mode == Mode::Keep {
                read.rejected += &document.reject_row(row.line, &reason);
            }
            read.rejects.push(Reject { line: row.line, reason });
        }
        rows += 1;
        if rows.is_multiple_of(WATCHED) {
            (order.watch)(document.read_bytes().map_or(0, |read| read as u64), bytes);
        }
    }
    Ok(read)
}

/// Takes a record in; `Some` is why it could not be.
fn take(
    import: &mut Import<'_>,
    read: RowRead,
    via: ReceivedVia,
    otherwise: Moment,
) -> Result<Option<String>, StoreError> {
    let as_of = read.updated_at.unwrap_or(otherwise);
    let arrival = Arrival { record: read.record, via, as_of, own: read.own, alias: read.alias };
    if !read.undated {
        return import.put(&arrival).map(|_| None);
    }
    let known = import.put_known(&arrival)?;
    Ok(known.is_none().then(|| {
        "the file does not say when it was created, and no lead of this id is known: import an Export first".to_owned()
    }))
}

fn accounted_for(lines: Lines, counts: ImportCounts, rejected: u64) -> bool {
    lines.balance() && lines.rows == counts.added + counts.updated + counts.unchanged + rejected
}

fn report(
    name: &str,
    document: &Document<'_>,
    decoded: &Decoded<'_>,
    counts: ImportCounts,
    rejects: Vec<Reject>,
) -> ImportReport {
    let lines = document.lines();
    ImportReport {
        path: name.to_owned(),
        format: document.via().word(),
        encoding: decoded.encoding.word(),
        delimiter: document.delimiter(),
        lines: lines.lines,
        header: lines.header,
        blank: lines.blank,
        rows: lines.rows,
        continuation: lines.continuation,
        added: counts.added,
        updated: counts.updated,
        unchanged: counts.unchanged,
        rejected: rejects.len() as u64,
        rejects,
        reject_file: None,
        via: document.via(),
        warnings: decoded.warning.iter().cloned().collect(),
        guess: document.guess().to_vec(),
    }
}

/// The name without its folder.
fn title(name: &str) -> String {
    if name == "-" {
        return "standard input".to_owned();
    }
    Path::new(name).file_name().map_or_else(|| name.to_owned(), |file| file.to_string_lossy().into_owned())
}

/// The modification time of a file, to the second; `None` where the system does not tell.
pub fn modified(path: &Path) -> Option<Moment> {
    let since = path.metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    from_seconds(i64::try_from(since.as_secs()).ok()?)
}

/// What the beginning of a file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preview {
    /// What kind of file it is.
    pub kind: ReceivedVia,
    /// How many rows it has.
    pub rows: u64,
    /// The rows were counted; false where they are estimated from the beginning.
    pub exact: bool,
}

/// Tells from the first bytes of a file of `size` bytes whether it holds leads, of which kind, and how many rows it has.
/// `None` if it holds none. Reads nothing beyond `head`.
pub fn header_preview(head: &[u8], size: u64) -> Option<Preview> {
    let whole = head.len() as u64 >= size;
    if !whole && let Some((kind, rows, read)) = json_document::glance(head) {
        return Some(Preview { kind, rows: rows.saturating_mul(size) / read.max(1), exact: false });
    }
    let decoded = if whole { text::decode(head, None).ok()? } else { text::decode_head(head)? };
    let mut document = Document::open(&decoded.text, &Hints::default()).ok()?;
    while let Ok(Some(_)) = document.read() {}
    let rows = document.lines().rows;
    let wide = matches!(decoded.encoding, Encoding::Utf16Le | Encoding::Utf16Be);
    let read = match &decoded.text {
        Cow::Borrowed(text) => text.len() as u64,
        // Each letter took two bytes or more, or one.
        Cow::Owned(text) if wide => text.chars().map(|letter| letter.len_utf16() as u64 * 2).sum(),
        Cow::Owned(text) => text.chars().count() as u64,
    };
    let rows = if whole { rows } else { rows.saturating_mul(size) / read.max(1) };
    Some(Preview { kind: document.via(), rows, exact: whole })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::LeadId;
    use crate::domain::moment::parse;
    use crate::domain::terms::Terms;

    const HEADER: &str = "LeadId,LeadCreationDateTime,CustomerName,Email,UpdatedDateTime\n";

    fn now() -> Moment {
        parse("2026-11-20T12:00:00Z").unwrap()
    }

    fn store() -> Store {
        Store::open_in_memory(Terms::default(), "test").unwrap()
    }

    fn import(
        store: &mut Store,
        rows: &str,
        file_time: Option<Moment>,
        mode: Mode,
    ) -> Result<ImportReport, IntakeError> {
        import_bytes(store, "folder/a.csv", format!("{HEADER}{rows}").as_bytes(), file_time, now(), mode)
    }

    #[test]
    fn every_row_and_line_is_reported() {
        let rows =
            "a,2026-11-20,\"North\nwind\",a@x.example,\n\nb,someday,B,b@x.example,\na,2026-11-20,New,a@x.example,\n";
        let mut store = store();
        let report = import(&mut store, rows, None, Mode::Keep).unwrap();
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(
            json,
            "{\"path\":\"folder/a.csv\",\"format\":\"partner-center-export\",\"encoding\":\"utf-8\",\"delimiter\":\",\",\
             \"lines\":6,\"header\":1,\"blank\":1,\"rows\":3,\"continuation\":1,\"added\":1,\"updated\":1,\
             \"unchanged\":0,\"rejected\":1,\"rejects\":[{\"line\":5,\"reason\":\"the creation date “someday” cannot be \
             read; 2026-11-20T09:12:00Z can\"}],\"reject_file\":null}"
        );
        assert_eq!(store.data_age().unwrap().unwrap().title, "a.csv");
    }

    #[test]
    fn a_dry_run_counts_and_keeps_nothing() {
        let mut store = store();
        let rows = "a,2026-11-20,A,a@x.example,\n";
        assert_eq!(import(&mut store, rows, None, Mode::DryRun).unwrap().added, 1);
        assert_eq!((store.count().unwrap(), store.data_age().unwrap()), (0, None));
    }

    #[test]
    fn a_record_is_as_fresh_as_it_says_else_its_file_else_now() {
        let mut store = store();
        let file_time = parse("2026-11-19T00:00:00Z");
        let rows = "a,2026-11-18,A,a@x.example,2026-11-18T10:00:00Z\nb,2026-11-18,B,b@x.example,\n";
        import(&mut store, rows, file_time, Mode::Keep).unwrap();
        import(&mut store, "c,2026-11-18,C,c@x.example,\n", None, Mode::Keep).unwrap();
        let as_of = |id| Some(store.lead(LeadId(id)).unwrap().unwrap().receipt.as_of);
        assert_eq!([as_of(1), as_of(2), as_of(3)], [parse("2026-11-18T10:00:00Z"), file_time, Some(now())]);
    }

    #[test]
    fn a_file_refused_half_way_leaves_nothing() {
        let mut store = store();
        let error = import(&mut store, "a,2026-11-20,A,a@x.example,\nb,\"open\n", None, Mode::Keep).unwrap_err();
        assert!(error.to_string().starts_with("folder/a.csv: The quote opened on line 3"), "{error}");
        assert_eq!(store.count().unwrap(), 0);
        let missing = import_path(&mut store, Path::new("/nowhere/a.csv"), now(), Mode::Keep);
        assert!(matches!(missing, Err(IntakeError::File(_))));
        let folder = tempfile::tempdir().unwrap();
        let folder = import_path(&mut store, folder.path(), now(), Mode::Keep);
        assert!(matches!(folder, Err(IntakeError::File(FileError::IsDir { .. }))));
    }

    #[test]
    fn the_beginning_of_json_tells_what_it_is_even_without_a_line_end() {
        let item = "{\"LeadSource\":\"SPZA\",\"Description\":\"é\"}";
        let text = format!("[{}]", vec![item; 100].join(","));
        let whole = header_preview(text.as_bytes(), text.len() as u64).unwrap();
        assert_eq!((whole.kind, whole.rows, whole.exact), (ReceivedVia::Endpoint, 100, true));
        for cut in item.len() + 1..text.len() {
            let head = header_preview(&text.as_bytes()[..cut], text.len() as u64).unwrap();
            assert!(!head.exact && (90..=110).contains(&head.rows), "{cut}: {head:?}");
        }
        assert_eq!(header_preview(b"{\"LeadSource\":", 1000), None, "not one item is whole");
    }

    #[test]
    fn the_beginning_of_a_file_tells_what_it_is() {
        let text = format!("{HEADER}a,2026-11-20,\"é\n\",a@x.example,\nb,2026-11-20,B,b@x.example,\n");
        let exact = Preview { kind: ReceivedVia::PartnerCenterExport, rows: 2, exact: true };
        assert_eq!(header_preview(text.as_bytes(), text.len() as u64), Some(exact));
        for cut in HEADER.len() + 1..text.len() {
            let head = text.as_bytes().get(..cut).unwrap();
            let preview = header_preview(head, text.len() as u64).unwrap();
            assert!(!preview.exact && preview.rows <= 3, "{cut}: {preview:?}");
        }
        assert_eq!(header_preview(b"name,mail\na,b\n", 14), None);
        assert_eq!(header_preview(b"\x89PNG\r\n\x1a\n", 1000), None);
        assert_eq!(header_preview(b"no line end", 1000), None);
    }
}
