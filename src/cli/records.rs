//! Objects for scripts, one after the other: JSON, JSON lines, CSV, TSV, or numbers alone, with the fields that `--fields`
//! chooses (PRODUCT.md 5). Nothing is gathered, so that a large store streams. Must not know what the objects are.

use std::io::{self, Write};

use clap::ValueEnum;
use csv::{Terminator, WriterBuilder};
use serde::Serialize;

use crate::cli::exit::Fault;
use crate::cli::output::Data;
use crate::domain::lead::LeadId;
use crate::formats::fields::{Cell, Chosen, Kind};
use crate::formats::formula::escape;
use crate::formats::json_text::json;

/// How objects are written for scripts.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ScriptArgs {
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Write for scripts
    #[arg(long, value_enum)]
    format: Option<ScriptFormat>,
    /// Only these fields, in this order, with commas between; as tsv where no --format is given
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    fields: Option<Vec<String>>,
}

/// A format for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScriptFormat {
    /// One array of objects
    Json,
    /// One object a line
    Jsonl,
    /// A table: commas, a header, text guarded against formulas
    Csv,
    /// The same with tabs
    Tsv,
    /// The numbers of the leads, one a line
    Ids,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The format.
    pub format: ScriptFormat,
    /// The fields; `None` for all there are.
    pub fields: Option<Chosen>,
}

impl ScriptArgs {
    /// What they ask for; `None` where it is written for people. To be read before a store is made.
    pub fn script(&self, kind: Kind) -> Result<Option<Script>, Fault> {
        let format = self.format.or(self.json.then_some(ScriptFormat::Json));
        let Some(names) = &self.fields else { return Ok(format.map(|format| Script { format, fields: None })) };
        let fields = kind
            .choose(names.iter().map(String::as_str))
            .map_err(|error| Fault::usage(format!("--fields: {error}")))?;
        let format = format.unwrap_or(ScriptFormat::Tsv);
        if format == ScriptFormat::Ids {
            return Err(Fault::usage(
                "--format ids prints numbers and takes no --fields; --fields id prints them too.",
            ));
        }
        Ok(Some(Script { format, fields: Some(fields) }))
    }
}

/// Writes the numbers of leads, one a line.
pub fn ids(data: &mut Data, ids: impl IntoIterator<Item = LeadId>) -> io::Result<()> {
    ids.into_iter().try_for_each(|id| writeln!(data, "{id}"))
}

/// Objects being written.
pub struct Records<'d> {
    data: &'d mut Data,
    format: ScriptFormat,
    /// The fields; `None` for the objects as they are.
    fields: Option<Chosen>,
    begun: bool,
}

impl<'d> Records<'d> {
    /// Begins with what stands before the first object.
    pub fn begin(data: &'d mut Data, script: Script, kind: Kind) -> io::Result<Self> {
        let table = matches!(script.format, ScriptFormat::Csv | ScriptFormat::Tsv);
        let fields = script.fields.or_else(|| table.then(|| kind.all()));
        let mut records = Self { data, format: script.format, fields, begun: false };
        if table {
            let header: Vec<_> = records.fields.iter().flat_map(Chosen::columns).map(str::to_owned).collect();
            records.row(&header)?;
        }
        Ok(records)
    }

    /// Writes one object.
    pub fn put(&mut self, object: &impl Serialize) -> io::Result<()> {
        let before = if std::mem::replace(&mut self.begun, true) { "," } else { "[" };
        match (self.format, &self.fields) {
            (ScriptFormat::Json, _) => write!(self.data, "{before}\n{}", self.text(object)?),
            (ScriptFormat::Csv | ScriptFormat::Tsv, Some(fields)) => {
                let cells = fields.cells(&serde_json::to_value(object)?);
                self.row(&cells.into_iter().map(guarded).collect::<Vec<_>>())
            }
            _ => self.data.line(&self.text(object)?),
        }
    }

    /// Writes what stands behind the last object.
    pub fn end(self) -> io::Result<()> {
        match self.format {
            ScriptFormat::Json if self.begun => self.data.line("\n]"),
            ScriptFormat::Json => self.data.line("[]"),
            _ => Ok(()),
        }
    }

    /// Writes an object that stands alone: in JSON without an array around it.
    pub fn only(data: &'d mut Data, script: Script, kind: Kind, object: &impl Serialize) -> io::Result<()> {
        let jsonl = Script { format: ScriptFormat::Jsonl, ..script.clone() };
        let script = if script.format == ScriptFormat::Json { jsonl } else { script };
        let mut records = Self::begin(data, script, kind)?;
        records.put(object)?;
        records.end()
    }

    fn text(&self, object: &impl Serialize) -> io::Result<String> {
        match &self.fields {
            Some(fields) => json(&fields.object(&serde_json::to_value(object)?)),
            None => json(object),
        }
    }

    fn row(&mut self, cells: &[String]) -> io::Result<()> {
        if self.format == ScriptFormat::Tsv {
            return self.data.tabbed(&cells.iter().map(|cell| on_a_line(cell)).collect::<Vec<_>>());
        }
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(&mut *self.data);
        writer.write_record(cells).map_err(io::Error::from)?;
        writer.flush()
    }
}

/// A text that a spreadsheet could run is held by an apostrophe, as in an export.
fn guarded(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => escape(&text).into_owned(),
        Cell::Plain(text) => text,
    }
}

/// A cell of a table with tabs, without one and without a line break: `\t`, `\n`, `\r`, and `\\` for a backslash.
fn on_a_line(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for c in cell.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(words: &[&str], kind: Kind) -> Result<Option<Script>, String> {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            script: ScriptArgs,
        }
        let line =
            <Line as clap::Parser>::try_parse_from([&["x"], words].concat()).map_err(|error| error.to_string())?;
        line.script.script(kind).map_err(|fault| fault.to_string())
    }

    #[test]
    fn fields_alone_mean_tsv_and_json_is_a_format() {
        assert_eq!(script(&[], Kind::Lead), Ok(None));
        let asked = |words: &[&str]| script(words, Kind::Lead).unwrap().unwrap();
        assert_eq!(asked(&["--json"]), Script { format: ScriptFormat::Json, fields: None });
        assert_eq!(asked(&["--json"]), asked(&["--format", "json"]));
        let fields = asked(&["--fields", "id,Deal.Value"]);
        assert_eq!((fields.format, fields.fields), (ScriptFormat::Tsv, Kind::Lead.choose(["id", "deal.value"]).ok()));
        assert_eq!(asked(&["--fields", "id", "--json"]).format, ScriptFormat::Json);
        assert_eq!(asked(&["--fields", "id", "--fields", "company"]).fields, Kind::Lead.choose(["id", "company"]).ok());
        for wrong in [
            &["--fields", "id", "--format", "ids"][..],
            &["--fields", "idd"],
            &["--fields", ""],
            &["--json", "--format", "csv"],
            &["--format", "xml"],
        ] {
            assert!(script(wrong, Kind::Lead).is_err(), "{wrong:?}");
        }
        assert!(
            script(&["--fields", "company"], Kind::Statistics).unwrap_err().contains("`stats` has no field company")
        );
    }

    #[test]
    fn a_row_with_tabs_is_one_line() {
        let cell = |text: &str| on_a_line(&guarded(Cell::Text(text.to_owned())));
        assert_eq!(cell("a\tb\r\nc\\d \"e\""), "a\\tb\\r\\nc\\\\d \"e\"");
        assert_eq!(cell("+49 30"), "'+49 30");
        assert_eq!(cell("\t=1"), "'\\t=1");
        assert_eq!(guarded(Cell::Plain("-1".to_owned())), "-1");
    }
}
