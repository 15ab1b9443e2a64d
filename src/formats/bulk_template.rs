//! The bulk file that the seller downloaded, with what is owed written into it: only the cells of owed rows change, every
//! other byte stays as it is, in any encoding and dialect (PRODUCT.md 7). A file with more rows than an upload takes is
//! reduced to the rows that are owed. Must not decide what is owed, or add a row.

use std::collections::HashMap;
use std::ops::Range;

use csv::StringRecord;
use encoding_rs::WINDOWS_1252;

use crate::domain::lead::{Lead, LeadId};
use crate::domain::record::standing_of;
use crate::domain::upload::{Intent, next};
use crate::domain::vocabulary::{Outcome, ReceivedVia, Status, VerdictKind};
use crate::formats::bulk_upload::{Column, MOST_ROWS, NotTold, Part, Upload, UploadRow, quoted, row, team_header};
use crate::formats::column_names::plain;
use crate::formats::dialect::Dialect;
use crate::formats::kinds::{self, Header};
use crate::formats::records::{Records, cell_spans};
use crate::formats::text::{Decoded, Encoding, Refused, decode};

/// A downloaded file, read.
struct Template<'b> {
    bytes: &'b [u8],
    decoded: Decoded<'b>,
    dialect: Dialect,
    columns: Columns,
    /// Where the head ends: the header and whatever stands before it.
    head: usize,
    rows: Vec<Row>,
}

/// Where the columns stand that matter here.
struct Columns {
    referral: usize,
    status: usize,
    substatus: usize,
    named: Vec<(Column, usize)>,
    team: Vec<usize>,
}

/// A row of the file.
struct Row {
    referral: String,
    /// Its bytes in the text, the line's end included.
    whole: Range<usize>,
    /// Each cell: where it lies, and what it says; none where the row does not fit the header.
    cells: Vec<(Range<usize>, String)>,
}

/// A piece of the text that is written anew.
struct Edit {
    at: Range<usize>,
    lead: LeadId,
    text: String,
}

/// The downloaded file with what these leads owe written into it. Refused whole where it is no bulk file, or cannot hold a
/// letter of a value.
pub fn fill(bytes: &[u8], leads: &[Lead], wish: Option<Intent>) -> Result<Upload, Refused> {
    let template = Template::read(bytes)?;
    let places = template.places();
    let mut upload = Upload::default();
    let mut filled: Vec<(usize, UploadRow)> = Vec::new();
    for lead in leads.iter().filter(|lead| !lead.owed.is_empty()) {
        let Some(id) = lead.record.external_id.as_ref().filter(|id| !id.trim().is_empty()) else {
            upload.left.push((lead.id, NotTold::NoId));
            continue;
        };
        let at = match places.get(&key(id)).map(Vec::as_slice) {
            None | Some([]) => Err(NotTold::NotInTemplate),
            Some([one]) => Ok(*one),
            Some(_) => Err(NotTold::Twice),
        };
        let at = at.and_then(|at| if template.rows[at].cells.is_empty() { Err(NotTold::Unreadable) } else { Ok(at) });
        match at {
            Err(why) => upload.left.push((lead.id, why)),
            Ok(at) => {
                let next = next(lead, template.standing(at));
                let row = upload.choose(lead, &next).and_then(|kind| row(lead, kind, wish));
                filled.extend(row.map(|row| (at, row)));
            }
        }
    }
    filled.sort_by_key(|(at, _)| *at);
    template.write(&filled, wish, upload)
}

fn key(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}

impl<'b> Template<'b> {
    fn read(bytes: &'b [u8]) -> Result<Self, Refused> {
        let decoded = decode(bytes, None).map_err(|refused| of_template(&refused))?;
        let text = decoded.text.as_ref();
        let dialect = Dialect::find(text, None, |name| kinds::is_known(name, None))?;
        let mut records = Records::new(text, dialect);
        let mut cells = StringRecord::new();
        if records.read(&mut cells)?.is_none() {
            return Err(Refused::new("The template holds no header row. Download the bulk file again."));
        }
        let header = Header::new(&cells);
        if header.kind() != ReceivedVia::BulkDownload {
            return Err(Refused::new(format!(
                "The template is no bulk download of Partner Center; by its header it is {}. Nothing was written.",
                header.kind().title()
            )));
        }
        let columns = Columns::find(&header.plain().map(str::to_owned).collect::<Vec<_>>())?;
        let (width, head) = (cells.len(), records.read_bytes());
        let mut rows = Vec::new();
        while let Some(place) = records.read(&mut cells)? {
            let span = records.span();
            let spans = cell_spans(records.raw(), dialect.delimiter);
            let fits = place.torn.is_none() && cells.len() == width && spans.len() == width;
            let referral = cells.get(columns.referral).unwrap_or_default().to_owned();
            let texts = spans.into_iter().zip(&cells).filter(|_| fits);
            let cells = texts.map(|(at, text)| (span.start + at.start..span.start + at.end, text.to_owned())).collect();
            rows.push(Row { referral, whole: span.start..records.read_bytes(), cells });
        }
        Ok(Self { bytes, decoded, dialect, columns, head, rows })
    }

    /// The rows by Partner Center's id.
    fn places(&self) -> HashMap<String, Vec<usize>> {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            places.entry(key(&row.referral)).or_default().push(at);
        }
        places
    }

    fn standing(&self, row: usize) -> (Status, Option<Outcome>) {
        let text = |column: usize| self.rows[row].cells.get(column).map_or("", |(_, text)| text.as_str());
        standing_of(text(self.columns.status), text(self.columns.substatus))
    }

    fn write(
        &self,
        filled: &[(usize, UploadRow)],
        wish: Option<Intent>,
        mut upload: Upload,
    ) -> Result<Upload, Refused> {
        let mut lacking: Vec<(String, usize)> = Vec::new();
        let mut edits = Vec::new();
        for (at, row) in filled {
            self.edit(*at, row, wish, &mut edits, &mut lacking);
        }
        edits.sort_by_key(|edit| edit.at.start);
        let told = |rows: &[(usize, UploadRow)]| -> Vec<(LeadId, VerdictKind)> {
            rows.iter().map(|(_, row)| (row.lead, row.kind)).collect()
        };
        let whole = self.rows.len() <= MOST_ROWS;
        for some in filled.chunks(if whole { filled.len().max(1) } else { MOST_ROWS }) {
            let mut bytes = self.mark().to_vec();
            if whole {
                self.encode(0..self.decoded.text.len(), &edits, &mut bytes)?;
            } else {
                self.encode(0..self.head, &edits, &mut bytes)?;
                for (at, _) in some {
                    self.encode(self.rows[*at].whole.clone(), &edits, &mut bytes)?;
                }
            }
            upload.parts.push(Part { bytes, told: told(some) });
        }
        if !whole && !filled.is_empty() {
            upload.notes.push(format!(
                "The template has {} rows and an upload takes {MOST_ROWS}: only its header and the owed rows were written.",
                self.rows.len()
            ));
        }
        let rows: Vec<UploadRow> = filled.iter().map(|(_, row)| row.clone()).collect();
        upload.note_guarded(&rows);
        upload.notes.extend(lacking.into_iter().map(|(what, times)| {
            let (values, have) = if times == 1 { ("value", "has") } else { ("values", "have") };
            format!("{times} {values} of “{what}” {have} no place in the template: enter by hand.")
        }));
        Ok(upload)
    }

    /// What changes in a row.
    fn edit(
        &self,
        at: usize,
        row: &UploadRow,
        wish: Option<Intent>,
        edits: &mut Vec<Edit>,
        lacking: &mut Vec<(String, usize)>,
    ) {
        let cells = &self.rows[at].cells;
        let mut put = |column: usize, text: &str| {
            let Some((range, _)) = cells.get(column).filter(|(_, old)| old.trim() != text) else { return };
            let always = self.text(range.clone()).starts_with('"');
            let text = quoted(text, always, self.dialect.delimiter.char());
            edits.push(Edit { at: range.clone(), lead: row.lead, text });
        };
        let mut lack = |what: &str| match lacking.iter_mut().find(|(known, _)| known == what) {
            Some((_, times)) => *times += 1,
            None => lacking.push((what.to_owned(), 1)),
        };
        for (column, text) in &row.owed {
            match self.columns.place(*column) {
                Some(place) => put(place, text),
                None => lack(column.header()),
            }
        }
        match self.columns.place(Column::Intent) {
            // What stands there was said by somebody who knew; it is only required that something stands there.
            Some(place) if wish.is_some() || !is_intent(&cells[place].1) => put(place, row.intent.title()),
            Some(_) => {}
            None => lack(Column::Intent.header()),
        }
        let mut free = self.columns.team.iter().filter(|column| cells[**column].1.trim().is_empty());
        for (email, cell) in &row.team {
            let stands = |column: &usize| cells[*column].1.to_lowercase().split(',').any(|part| part.trim() == email);
            if self.columns.team.iter().any(stands) {
                continue;
            }
            match free.next() {
                Some(column) => put(*column, cell),
                None => lack("Team member"),
            }
        }
    }

    /// What stands before the text: a byte order mark, or nothing.
    fn mark(&self) -> &[u8] {
        let text = self.decoded.text.as_ref();
        let length = match self.decoded.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => text.len(),
            Encoding::Utf16Le | Encoding::Utf16Be => 2 * text.encode_utf16().count(),
            Encoding::Windows1252 => text.chars().count(),
        };
        self.bytes.get(..self.bytes.len() - length).unwrap_or_default()
    }

    /// A stretch of the text, edited, in the encoding of the file. The edits stand in the order of their places.
    fn encode(&self, stretch: Range<usize>, edits: &[Edit], bytes: &mut Vec<u8>) -> Result<(), Refused> {
        let mut from = stretch.start;
        let first = edits.partition_point(|edit| edit.at.start < stretch.start);
        let within = edits.get(first..).unwrap_or_default().iter().take_while(|edit| edit.at.end <= stretch.end);
        for edit in within {
            self.put(self.text(from..edit.at.start), bytes);
            if !self.put(&edit.text, bytes) {
                return Err(Refused::new(format!(
                    "The template is Windows-1252, which has not every letter of “{}” (lead {}). Nothing was written; save \
                     the template as CSV UTF-8.",
                    edit.text.chars().take(40).collect::<String>(),
                    edit.lead
                )));
            }
            from = edit.at.end;
        }
        self.put(self.text(from..stretch.end), bytes);
        Ok(())
    }

    /// A stretch as it stands.
    fn text(&self, stretch: Range<usize>) -> &str {
        self.decoded.text.get(stretch).unwrap_or_default()
    }

    /// A text in the encoding of the file; false where it has a letter that the encoding has not.
    fn put(&self, text: &str, bytes: &mut Vec<u8>) -> bool {
        match self.decoded.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => bytes.extend(text.as_bytes()),
            Encoding::Utf16Le => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Encoding::Utf16Be => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Encoding::Windows1252 => {
                let (written, _, lacking) = WINDOWS_1252.encode(text);
                bytes.extend(written.as_ref());
                return !lacking;
            }
        }
        true
    }
}

/// What was said of an import is said of a template.
fn of_template(refused: &Refused) -> Refused {
    Refused::new(format!("The template cannot be used. {}", refused.0))
}

fn is_intent(text: &str) -> bool {
    Intent::ALL.iter().any(|intent| intent.title().eq_ignore_ascii_case(text.trim()))
}

impl Columns {
    fn find(names: &[String]) -> Result<Self, Refused> {
        let place = |column: Column| names.iter().position(|name| column.is_named(name));
        let or = |column: Column, name: &str| place(column).or_else(|| names.iter().position(|other| other == name));
        let missing = |what: &str| {
            Refused::new(format!(
                "The template has no column “{what}”, so leadbox does not know where the verdict goes. Nothing was written; \
                 enter what is owed by hand (leadbox outbox)."
            ))
        };
        let referral = or(Column::ReferralId, "leadid").ok_or_else(|| missing(Column::ReferralId.header()))?;
        let status = or(Column::Status, "status").ok_or_else(|| missing(Column::Status.header()))?;
        let substatus = or(Column::Substatus, "substatus").ok_or_else(|| missing(Column::Substatus.header()))?;
        let others = [
            Column::DealName,
            Column::Reason,
            Column::Value,
            Column::Currency,
            Column::CloseDate,
            Column::CrmId,
            Column::CampaignId,
            Column::Notes,
            Column::Intent,
        ];
        let mut known: Vec<(Column, usize)> =
            others.into_iter().filter_map(|column| Some((column, place(column)?))).collect();
        known.extend([(Column::Status, status), (Column::Substatus, substatus)]);
        let team = (1..=names.len()).map_while(|nth| names.iter().position(|name| *name == plain(&team_header(nth))));
        Ok(Self { referral, status, substatus, named: known, team: team.collect() })
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.named.iter().find(|(other, _)| *other == column).map(|(_, place)| *place)
    }
}
