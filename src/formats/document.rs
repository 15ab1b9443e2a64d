//! Any document of leads behind one face: CSV of every kind, and JSON. The way in opens it, reads it row by row and asks
//! where its lines went. Must not decide what a record does to a known lead.

use crate::domain::lead::Moment;
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::arriving::Row;
use crate::formats::column_map::ColumnMap;
use crate::formats::dialect::Delimiter;
use crate::formats::json_document::JsonDocument;
use crate::formats::records::Lines;
use crate::formats::sheet::{Guess, Sheet};
use crate::formats::text::{Encoding, Refused};

/// What a person says about a file, and when it was delivered.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Its kind.
    pub format: Option<ReceivedVia>,
    /// Its encoding.
    pub encoding: Option<Encoding>,
    /// What stands between its cells.
    pub delimiter: Option<Delimiter>,
    /// What its columns hold.
    pub map: Option<ColumnMap>,
    /// When a record without a creation date of its own was created: when it was delivered.
    pub delivered: Moment,
}

/// Why a document cannot be opened. Nothing of it was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// Its content is refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The map does not fit it.
    #[error("{0}")]
    Map(String),
}

/// A document being read.
pub enum Document<'t> {
    /// CSV.
    Csv(Box<Sheet<'t>>),
    /// JSON.
    Json(Box<JsonDocument<'t>>),
}

impl<'t> Document<'t> {
    /// Begins to read a text. What begins with a brace or a bracket is JSON, unless a person calls it CSV.
    pub fn open(text: &'t str, hints: &Hints) -> Result<Self, Unopened> {
        let csv = hints.map.is_some() || hints.delimiter.is_some() || hints.format.is_some_and(is_only_csv);
        if !csv && text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
            return Ok(Self::Json(Box::new(JsonDocument::open_as(text, hints.delivered, hints.format)?)));
        }
        Ok(Self::Csv(Box::new(Sheet::open(text, hints)?)))
    }

    /// The next row; `None` at the end.
    pub fn read(&mut self) -> Result<Option<Row>, Refused> {
        match self {
            Self::Csv(sheet) => sheet.read(),
            Self::Json(json) => json.read(),
        }
    }

    /// Where the lines went; balances at the end.
    pub fn lines(&self) -> Lines {
        match self {
            Self::Csv(sheet) => sheet.lines(),
            Self::Json(json) => json.lines(),
        }
    }

    /// The kind of the document.
    pub fn via(&self) -> ReceivedVia {
        match self {
            Self::Csv(sheet) => sheet.via(),
            Self::Json(json) => json.via(),
        }
    }

    /// What stands between the cells; `None` where there are none.
    pub fn delimiter(&self) -> Option<char> {
        match self {
            Self::Csv(sheet) => Some(sheet.delimiter().char()),
            Self::Json(_) => None,
        }
    }

    /// What each column was taken as, where that was a guess or a map.
    pub fn guess(&self) -> &[Guess] {
        match self {
            Self::Csv(sheet) => sheet.guess(),
            Self::Json(_) => &[],
        }
    }

    /// How far the reading is: bytes of the text, where that is known.
    pub fn read_bytes(&self) -> Option<usize> {
        match self {
            Self::Csv(sheet) => Some(sheet.read_bytes()),
            Self::Json(json) => Some(json.read_bytes()),
        }
    }

    /// What a file of rejected rows begins with.
    pub fn reject_head(&self) -> String {
        match self {
            Self::Csv(sheet) => sheet.reject_head(),
            Self::Json(_) => String::new(),
        }
    }

    /// The row that was read last as a row of such a file, which can be mended and imported again.
    pub fn reject_row(&self, line: u64, reason: &str) -> String {
        match self {
            Self::Csv(sheet) => sheet.reject_row(line, reason),
            Self::Json(json) => json.reject_row(line, reason),
        }
    }

    /// How the name of such a file ends.
    pub fn reject_ending(&self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Json(_) => "jsonl",
        }
    }
}

/// Formats that come as CSV and as nothing else.
fn is_only_csv(format: ReceivedVia) -> bool {
    use ReceivedVia::{BulkDownload, Insights, OtherCsv, PartnerCenterExport};
    matches!(format, PartnerCenterExport | Insights | BulkDownload | OtherCsv)
}
