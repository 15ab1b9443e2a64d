//! A CSV of leads being read, whatever its kind: each row with its line, or the reason why it is rejected. What a column
//! holds, `kinds` has said. Must not decide what a record does to a known lead.

use csv::StringRecord;
use sha2::{Digest, Sha256};

use crate::domain::lead::Moment;
use crate::domain::moment::rfc3339;
use crate::domain::record::{self, Field, RawRecord};
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::arriving::{Row, RowRead};
use crate::formats::dialect::{Delimiter, Dialect};
use crate::formats::document::{Hints, Unopened};
use crate::formats::kinds::{self, Column, Header};
use crate::formats::other_dates::DateReading;
use crate::formats::own_columns::{self, OwnColumn};
use crate::formats::person_labels::PersonKeys;
use crate::formats::records::{self, Lines, MOST_CELL_BYTES, Place, Records};
use crate::formats::text::Refused;
use crate::formats::{formula, full_name, insights};

/// Rows that are looked at for an example of a column.
const EXAMPLES_FROM: u64 = 200;

/// What a column was taken as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// Its header.
    pub column: String,
    /// The field, by its name in a map, or what else becomes of it.
    pub taken_as: &'static str,
    /// The first text that stands in it.
    pub example: Option<String>,
}

/// A file being read, row by row.
pub struct Sheet<'t> {
    records: Records<'t>,
    dialect: Dialect,
    /// The header as it stands in the file.
    header: &'t str,
    kind: ReceivedVia,
    /// When the file was delivered, as a date in it would say.
    delivered: String,
    /// A bulk download without a column that says when a lead was created: no documented one does.
    undated: bool,
    columns: Vec<Column>,
    persons: PersonKeys,
    dates: DateReading,
    guess: Vec<Guess>,
    /// The cells of the row that was read last: one place for all of them.
    last: StringRecord,
    /// Its quotes stand where they should not.
    torn: bool,
}

/// The cells of one row, each where it belongs.
struct Cells<'c> {
    raw: RawRecord<'c>,
    own: own_columns::Cells<'c>,
    full_name: Option<&'c str>,
}

impl<'t> Sheet<'t> {
    /// Begins to read a decoded file. Refuses it whole if it is no CSV of leads, or not the one a person says it is.
    pub fn open(text: &'t str, hints: &Hints) -> Result<Self, Unopened> {
        let known = |name: &str| kinds::is_known(name, hints.map.as_ref());
        let dialect = Dialect::find(text, hints.delimiter, known)?;
        let mut records = Records::new(text, dialect);
        let mut cells = StringRecord::new();
        if records.read(&mut cells)?.is_none() {
            return Err(
                Refused::new("The file holds no header row. Nothing was imported; export the leads again.").into()
            );
        }
        let (kind, columns) = kinds::recognise(&Header::new(&cells), hints)?;
        let dates = DateReading::new(hints.map.as_ref().and_then(|map| map.dates));
        let (persons, guess, header) = (PersonKeys::default(), Vec::new(), records.raw());
        let delivered = rfc3339(hints.delivered);
        let undated = kind == ReceivedVia::BulkDownload && !columns.contains(&Column::Known(Field::Created));
        let mut sheet = Self {
            records,
            dialect,
            header,
            kind,
            delivered,
            undated,
            columns,
            persons,
            dates,
            guess,
            last: StringRecord::new(),
            torn: false,
        };
        match kind {
            ReceivedVia::LeadboxExport => sheet.learn_persons(text)?,
            ReceivedVia::OtherCsv => sheet.survey(text, &cells),
            _ => {}
        }
        Ok(sheet)
    }

    /// Reads an export of our own once for the persons whose contacts stand on some of their rows only.
    fn learn_persons(&mut self, text: &str) -> Result<(), Refused> {
        let fingerprint = Sha256::digest(text).iter().take(8).map(u8::to_string).collect::<Vec<_>>().join("-");
        let mut persons = PersonKeys::of_file(fingerprint);
        let mut records = Records::new(text, self.dialect);
        let mut cells = StringRecord::new();
        records.read(&mut cells)?;
        while let Some(place) = records.read(&mut cells)? {
            if self.check(place, &cells).is_err() {
                continue;
            }
            let cells = self.cells(&cells);
            let key = record::read(&cells.raw).ok().and_then(|record| record.person_key);
            if let (Some(label), Some(key)) = (cells.own.get(OwnColumn::Person), key) {
                persons.learn(label, &key);
            }
        }
        self.persons = persons;
        Ok(())
    }

    /// Reads another CSV once for how it writes dates, and for an example of each column. What cannot be read further down
    /// is found again, and refused, by the reading itself.
    fn survey(&mut self, text: &str, header: &StringRecord) {
        let mut guess: Vec<Guess> = header
            .iter()
            .zip(&self.columns)
            .map(|(name, column)| Guess {
                column: name.trim().to_owned(),
                taken_as: kinds::title(column),
                example: None,
            })
            .collect();
        let dated = |column: &Column| matches!(column, Column::Known(Field::Created | Field::Expiry | Field::Updated));
        let mut records = Records::new(text, self.dialect);
        let (mut row, mut cells) = (0, StringRecord::new());
        while let Ok(Some(place)) = records.read(&mut cells) {
            // The header, or a row whose cells stand in the wrong columns.
            row += 1;
            if row == 1 || place.torn.is_some() || cells.len() != self.columns.len() {
                continue;
            }
            for ((cell, column), guess) in cells.iter().zip(&self.columns).zip(&mut guess) {
                if dated(column) {
                    self.dates.see(cell);
                }
                if row <= EXAMPLES_FROM && guess.example.is_none() && !cell.trim().is_empty() {
                    guess.example = Some(cell.trim().chars().take(60).collect());
                }
            }
        }
        self.guess = guess;
    }

    /// The kind of the file.
    pub fn via(&self) -> ReceivedVia {
        self.kind
    }

    /// What stands between its cells.
    pub fn delimiter(&self) -> Delimiter {
        self.dialect.delimiter
    }

    /// What each column was taken as; nothing for a file whose kind is known.
    pub fn guess(&self) -> &[Guess] {
        &self.guess
    }

    /// The next row; `None` at the end.
    pub fn read(&mut self) -> Result<Option<Row>, Refused> {
        let Some(place) = self.records.read(&mut self.last)? else { return Ok(None) };
        self.torn = place.torn.is_some();
        let read = self.check(place, &self.last).and_then(|()| self.row(&self.last));
        Ok(Some(Row { line: place.line, read }))
    }

    /// Where the lines went; balances at the end.
    pub fn lines(&self) -> Lines {
        self.records.lines()
    }

    /// How many bytes were read.
    pub fn read_bytes(&self) -> usize {
        self.records.read_bytes()
    }

    /// The header of a file of rejected rows: this one's, the reason before it.
    pub fn reject_head(&self) -> String {
        self.rejected(kinds::REASON, self.header)
    }

    /// The row that was read last, as it stands in this file, the reason before it. Where it came out of a file of rejects
    /// and its first cell may have swallowed the others, it is left as it is.
    pub fn reject_row(&self, line: u64, reason: &str) -> String {
        if self.torn && self.columns.first() == Some(&Column::Reason) {
            return format!("{}\r\n", self.records.raw());
        }
        self.rejected(&format!("line {line}: {reason}"), self.records.raw())
    }

    fn rejected(&self, reason: &str, raw: &str) -> String {
        let again = self.columns.first() == Some(&Column::Reason);
        let raw = if again { records::after_first_cell(raw, self.delimiter()) } else { raw };
        format!("\"{}\"{}{raw}\r\n", reason.replace('"', "\"\""), self.delimiter().char())
    }

    fn check(&self, place: Place, cells: &StringRecord) -> Result<(), String> {
        let Place { line, last_line, torn } = place;
        if let Some(opened) = torn {
            return Err(format!(
                "the quote opened on line {opened} is closed in the middle of another cell, so lines {line} to {last_line} \
                 cannot be told apart: close it where it should be"
            ));
        }
        if cells.len() != self.columns.len() {
            let running = if last_line > line {
                format!(
                    "; a quote opened on line {line} or after runs to line {last_line}: is it closed where it should be?"
                )
            } else {
                String::new()
            };
            return Err(format!("{} cells where the header has {}{running}", cells.len(), self.columns.len()));
        }
        if cells.iter().any(|cell| self.text(cell).len() > MOST_CELL_BYTES) {
            return Err("a cell is larger than 64 KiB".to_owned());
        }
        Ok(())
    }

    fn is_own(&self) -> bool {
        self.kind == ReceivedVia::LeadboxExport
    }

    /// The text of a cell; in an export of our own formulas are held by an apostrophe.
    fn text<'c>(&self, cell: &'c str) -> &'c str {
        if self.is_own() { formula::unescape(cell) } else { cell }
    }

    fn cells<'c>(&'c self, cells: &'c StringRecord) -> Cells<'c> {
        let mut found = Cells { raw: RawRecord::default(), own: own_columns::Cells::default(), full_name: None };
        for (column, cell) in self.columns.iter().zip(cells) {
            let cell = self.text(cell);
            match column {
                Column::Known(field) => found.raw.set(*field, cell),
                Column::Own(column) => found.own.set(*column, cell),
                Column::Unknown(name) => found.raw.add_extra(name, cell),
                Column::FullName => found.full_name = Some(cell),
                Column::Reason => {}
            }
        }
        found
    }

    fn row(&self, cells: &StringRecord) -> Result<RowRead, String> {
        let Cells { mut raw, own, full_name } = self.cells(cells);
        let dates;
        match self.kind {
            ReceivedVia::Insights => insights::settle(&mut raw),
            ReceivedVia::OtherCsv => {
                if let Some((first, last)) = full_name.map(full_name::split) {
                    raw.set(Field::FirstName, first);
                    raw.set(Field::LastName, last);
                }
                dates = self.dates(&raw)?;
                for (field, date) in &dates {
                    let text = raw.get(*field).unwrap_or_default();
                    raw.set(*field, date.as_deref().unwrap_or_default());
                    if date.is_none() {
                        raw.add_extra(field.header(), text);
                    }
                }
            }
            _ => {}
        }
        let updated_at = updated_at(&mut raw);
        let undated = self.undated;
        if undated {
            raw.set(Field::Created, &self.delivered);
        }
        let mut record = record::read(&raw)?;
        if !self.is_own() {
            return Ok(RowRead { record, updated_at, own: None, alias: None, undated });
        }
        if record.person_key.is_none() {
            record.person_key = own.get(OwnColumn::Person).map(|label| self.persons.key(label));
        }
        let (own, updated_at) = own.read(&mut record)?;
        Ok(RowRead { record, updated_at, own: Some(own), alias: None, undated: false })
    }

    /// The dates of a row of another CSV as leadbox writes them; `None` for one that nobody can read.
    fn dates(&self, raw: &RawRecord<'_>) -> Result<Vec<(Field, Option<String>)>, String> {
        let mut dates = Vec::new();
        for field in [Field::Created, Field::Expiry, Field::Updated] {
            let Some(text) = raw.get(field) else { continue };
            match self.dates.read(text) {
                Err(reason) if field == Field::Created => return Err(reason),
                read => dates.push((field, read.ok().map(rfc3339))),
            }
        }
        Ok(dates)
    }
}

/// When the record was updated, if its text says so; a text that does not is kept.
fn updated_at(raw: &mut RawRecord<'_>) -> Option<Moment> {
    let text = raw.get(Field::Updated)?;
    let moment = record::updated_at(raw);
    if moment.is_none() {
        raw.add_extra(Field::Updated.header(), text);
    }
    moment
}
