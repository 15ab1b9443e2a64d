//! How leads become the rows of one CRM's import file: its headers in their order, what fills each, what must not be blank, the
//! words of its picklists, its limits. All of it is data, read from a TOML file: ours in `assets/crm`, or one of the seller's.
//! Must not know a vendor by name.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::formats::crm::cell::Most;
use crate::formats::crm::field::LeadField;
use crate::formats::crm::mapping_file::{self, Fault, MappingError};
use crate::formats::formula;

/// What is written where a column may not be blank and the lead has nothing for it.
const FILLING: &str = "[not provided]";
/// More columns than any of these CRMs takes.
const MOST_COLUMNS: usize = 500;
/// Less than this holds no row.
const FEWEST_BYTES: i64 = 10_000;

/// The import file of one CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// What people call the CRM.
    pub name: String,
    /// Its columns, in their order; never none.
    pub columns: Vec<Column>,
    /// The most rows of a file, its header apart.
    pub rows: Option<usize>,
    /// The most bytes of a file.
    pub bytes: Option<u64>,
    /// True where a file begins with the mark of UTF-8.
    pub mark: bool,
    /// True for CR LF at the end of a row, false for LF.
    pub crlf: bool,
    /// What stands between cells.
    pub separator: u8,
    /// What fills a column that may not be blank.
    pub filling: String,
    /// The column by which the CRM finds a record again.
    pub lookup: Option<usize>,
    /// One of these columns may not be blank; the first of them is filled where all are.
    pub one_of: Vec<usize>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// What fills it.
    pub fill: Fill,
    /// The most a cell holds.
    pub most: Most,
    /// True where a cell may not be blank.
    pub required: bool,
    /// True where a cell may have several lines.
    pub lines: bool,
}

/// What fills a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The text of a field.
    Field(LeadField),
    /// The CRM's word for the value of a field that is one of few; blank for a value it has no word for.
    Choice(LeadField, BTreeMap<&'static str, String>),
    /// The same text in every row.
    Fixed(String),
}

impl Column {
    /// The field of the lead it tells, if any.
    pub fn field(&self) -> Option<LeadField> {
        match &self.fill {
            Fill::Field(field) | Fill::Choice(field, _) => Some(*field),
            Fill::Fixed(_) => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    rows: Option<Spanned<i64>>,
    bytes: Option<Spanned<i64>>,
    #[serde(default)]
    mark: bool,
    line_end: Option<Spanned<String>>,
    separator: Option<Spanned<String>>,
    filling: Option<Spanned<String>>,
    lookup: Option<Spanned<String>>,
    #[serde(default)]
    one_of: Vec<Spanned<String>>,
    #[serde(default)]
    column: Vec<ColumnTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnTable {
    header: Spanned<String>,
    from: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    most: Option<Spanned<i64>>,
    most_bytes: Option<Spanned<i64>>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    lines: bool,
    words: Option<Spanned<BTreeMap<String, Spanned<String>>>>,
}

impl Mapping {
    /// Reads a mapping. `Err` names the line and says what is wrong there.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        mapping_file::read(text, File::check)
    }
}

impl File {
    fn check(self) -> Result<Mapping, Fault> {
        let name = one_line("name", &self.name)?;
        let filling = match &self.filling {
            Some(filling) => one_line("filling", filling)?,
            None => FILLING.to_owned(),
        };
        if formula::escape(&filling) != filling {
            let at = self.filling.map_or(0, |filling| filling.span().start);
            return Err((at, format!("filling “{filling}” could be run by a spreadsheet; begin it with a letter.")));
        }
        let rows = whole("rows", self.rows.as_ref(), 1)?.map(|rows| usize::try_from(rows).unwrap_or(usize::MAX));
        let bytes = whole("bytes", self.bytes.as_ref(), FEWEST_BYTES)?.map(i64::unsigned_abs);
        let separator = separator(self.separator.as_ref())?;
        let crlf = crlf(self.line_end.as_ref())?;
        let columns = columns(&self.column, &filling)?;
        let place = |header: &Spanned<String>| {
            columns.iter().position(|column| column.header == *header.get_ref()).ok_or_else(|| {
                (header.span().start, format!("there is no column with the header “{}”.", header.get_ref()))
            })
        };
        let lookup = self.lookup.as_ref().map(place).transpose()?;
        let one_of = self.one_of.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        Ok(Mapping { name, lookup, one_of, columns, rows, bytes, mark: self.mark, crlf, separator, filling })
    }
}

fn columns(tables: &[ColumnTable], filling: &str) -> Result<Vec<Column>, Fault> {
    if tables.is_empty() {
        return Err((0, "the mapping has no [[column]].".to_owned()));
    }
    if let Some(surplus) = tables.get(MOST_COLUMNS) {
        return Err((surplus.header.span().start, format!("at most {MOST_COLUMNS} columns.")));
    }
    let mut columns: Vec<Column> = Vec::with_capacity(tables.len());
    for table in tables {
        let column = table.check(filling)?;
        let same = |other: &Column| other.header.to_lowercase() == column.header.to_lowercase();
        if columns.iter().any(same) {
            return Err((table.header.span().start, format!("two columns have the header “{}”.", column.header)));
        }
        columns.push(column);
    }
    Ok(columns)
}

impl ColumnTable {
    fn check(&self, filling: &str) -> Result<Column, Fault> {
        let header = one_line("header", &self.header)?;
        let at = self.header.span().start;
        if formula::escape(&header) != header {
            return Err((at, format!("header “{header}” could be run by a spreadsheet.")));
        }
        let size = |key, value: Option<&Spanned<i64>>| {
            let number = whole(key, value, 1)?;
            Ok::<_, Fault>(number.map(|number| usize::try_from(number).unwrap_or(usize::MAX)))
        };
        let most = Most {
            characters: size("most", self.most.as_ref())?,
            bytes: size("most_bytes", self.most_bytes.as_ref())?,
        };
        let fill = self.fill(most)?;
        if self.required && !most.takes(filling) {
            return Err((at, format!("“{header}” is too short for “{filling}”, which fills it.")));
        }
        Ok(Column { header, fill, most, required: self.required, lines: self.lines })
    }

    fn fill(&self, most: Most) -> Result<Fill, Fault> {
        let at = self.header.span().start;
        let from = match (&self.from, &self.text) {
            (Some(from), None) => from,
            (None, Some(text)) => return word("text", text, most).map(Fill::Fixed),
            (Some(_), Some(text)) => {
                return Err((text.span().start, "from and text are both set; keep one.".to_owned()));
            }
            (None, None) => {
                return Err((at, format!("“{}” says neither from nor text.", self.header.get_ref())));
            }
        };
        let field = LeadField::from_name(from.get_ref()).ok_or_else(|| (from.span().start, unknown(from.get_ref())))?;
        let choices = field.choices();
        match &self.words {
            Some(words) if choices.is_empty() => {
                Err((words.span().start, format!("{} is free text and has no words.", field.name())))
            }
            None if choices.is_empty() => Ok(Fill::Field(field)),
            words => {
                let mut known: BTreeMap<_, _> =
                    choices.iter().map(|(word, title)| (*word, titled(word, title))).collect();
                for (key, text) in words.iter().flat_map(Spanned::get_ref) {
                    let of = choices.iter().find(|(word, _)| word == key).ok_or_else(|| {
                        let all: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                        (text.span().start, format!("{} is never “{key}”; it is {}.", field.name(), all.join(", ")))
                    })?;
                    known.insert(of.0, word("words", text, most)?);
                }
                Ok(Fill::Choice(field, known))
            }
        }
    }
}

/// What is written for a value that the mapping has no word for: its title, and nothing for what is not known.
fn titled(word: &str, title: &str) -> String {
    if word == "unknown" { String::new() } else { title.to_owned() }
}

/// A word of a picklist: it stands in the file as it is, so it must fit and must be harmless.
fn word(key: &str, text: &Spanned<String>, most: Most) -> Result<String, Fault> {
    let (at, text) = (text.span().start, text.get_ref());
    if text.chars().any(char::is_control) || formula::escape(text) != *text {
        return Err((
            at,
            format!("{key}: “{}” holds what a spreadsheet could run, or a control.", text.escape_debug()),
        ));
    }
    if !most.takes(text) {
        return Err((at, format!("{key}: “{text}” is longer than the column holds.")));
    }
    Ok(text.trim().to_owned())
}

fn one_line(key: &str, text: &Spanned<String>) -> Result<String, Fault> {
    let line = text.get_ref().trim();
    if line.is_empty() || line.chars().any(char::is_control) {
        return Err((text.span().start, format!("{key} is one line of text.")));
    }
    Ok(line.to_owned())
}

fn whole(key: &str, value: Option<&Spanned<i64>>, least: i64) -> Result<Option<i64>, Fault> {
    match value {
        Some(value) if *value.get_ref() < least => {
            Err((value.span().start, format!("{key} is {}; it is a whole number from {least} on.", value.get_ref())))
        }
        value => Ok(value.map(|value| *value.get_ref())),
    }
}

fn separator(text: Option<&Spanned<String>>) -> Result<u8, Fault> {
    let Some(text) = text else { return Ok(b',') };
    match text.get_ref().as_str() {
        "," => Ok(b','),
        ";" => Ok(b';'),
        "\t" | "tab" => Ok(b'\t'),
        other => Err((text.span().start, format!("separator is “,”, “;” or “tab”, not “{}”.", other.escape_debug()))),
    }
}

fn crlf(text: Option<&Spanned<String>>) -> Result<bool, Fault> {
    let Some(text) = text else { return Ok(true) };
    match text.get_ref().as_str() {
        "crlf" => Ok(true),
        "lf" => Ok(false),
        _ => Err((text.span().start, "line_end is “crlf” or “lf”.".to_owned())),
    }
}

fn unknown(name: &str) -> String {
    let near = LeadField::ALL.iter().map(|field| (strsim::damerau_levenshtein(field.name(), name), field.name())).min();
    let guess = near.filter(|(far, _)| *far <= 3).map(|(_, near)| format!("; did you mean {near}?"));
    format!("a lead has no field “{name}”{}", guess.unwrap_or_else(|| ".".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name = \"X\"\nrows = 10\n[[column]]\nheader = \"Last Name\"\nfrom = \"last_name\"\nmost = 80\n\
                        required = true\n[[column]]\nheader = \"Status\"\nfrom = \"standing\"\n\
                        words = { received = \"New\", won = \"\" }\n";

    #[test]
    fn a_mapping_says_what_fills_a_column() {
        let mapping = Mapping::parse(GOOD).expect("a good mapping");
        assert_eq!((mapping.name.as_str(), mapping.rows, mapping.bytes), ("X", Some(10), None));
        assert!(mapping.crlf && !mapping.mark && mapping.separator == b',');
        let [name, status] = &mapping.columns[..] else { panic!("{:?}", mapping.columns) };
        assert!(name.required && !status.required);
        assert_eq!((name.fill.clone(), name.most.characters), (Fill::Field(LeadField::LastName), Some(80)));
        let Fill::Choice(LeadField::Standing, words) = &status.fill else { panic!("{status:?}") };
        assert_eq!([words["received"].as_str(), &words["won"], &words["aged_out"]], ["New", "", "Aged out"]);
        let quality = Mapping::parse("name = \"X\"\n[[column]]\nheader = \"Q\"\nfrom = \"quality\"\n").expect("good");
        let Fill::Choice(_, words) = &quality.columns[0].fill else { panic!() };
        assert_eq!([words["high"].as_str(), &words["unknown"]], ["High", ""], "nothing is said of what is not known");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let column = |lines: &str| format!("name = \"X\"\n[[column]]\nheader = \"A\"\n{lines}\n");
        for (text, line, words) in [
            ("", 1, "missing field `name`"),
            ("name = \"X\"\n", 1, "has no [[column]]"),
            ("name = \"X\"\nspeed = 3\n", 2, "unknown field `speed`"),
            ("name = \"X\"\nrows = 0\n", 2, "rows is 0"),
            ("name = \"X\"\nbytes = 9\n", 2, "from 10000 on"),
            ("name = \"X\"\nline_end = \"cr\"\n", 2, "line_end is “crlf” or “lf”"),
            ("name = \"X\"\nseparator = \"||\"\n", 2, "separator is"),
            ("name = \"X\"\nfilling = \"=none\"\n", 2, "could be run by a spreadsheet"),
            (&column("from = \"lastname\""), 4, "no field “lastname”; did you mean last_name?"),
            (&column("from = \"zebra\""), 4, "no field “zebra”."),
            (&column("required = true"), 3, "says neither from nor text"),
            (&column("from = \"note\"\ntext = \"x\""), 5, "keep one"),
            (&column("from = \"note\"\nmost = 0"), 5, "most is 0"),
            (&column("from = \"note\"\nmost = 3\nrequired = true"), 3, "is too short for “[not provided]”"),
            (&column("from = \"note\"\nwords = { a = \"b\" }"), 5, "free text and has no words"),
            (&column("from = \"quality\"\nwords = { hot = \"b\" }"), 5, "is never “hot”; it is high, low, unknown."),
            (&column("from = \"quality\"\nmost = 2\nwords = { high = \"Warm\" }"), 6, "longer than the column"),
            (&column("text = \"=1\""), 4, "could run"),
            (&column("from = \"note\"\n[[column]]\nheader = \"a\"\nfrom = \"note\""), 6, "two columns"),
            (&format!("lookup = \"B\"\n{}", column("from = \"note\"")), 1, "no column with the header “B”"),
            (&format!("one_of = [\"A\", \"B\"]\n{}", column("from = \"note\"")), 1, "no column with the header “B”"),
            ("name = \"X\"\n[[column]]\nheader = \"-A\"\nfrom = \"note\"\n", 3, "could be run"),
            ("name = \" \"\n", 1, "name is one line"),
            ("name = \"X\"\n[[column]\n", 2, "."),
        ] {
            let error = Mapping::parse(text).expect_err(text);
            assert_eq!(error.line, line, "{text}: {error}");
            assert!(error.sentence.contains(words) && error.sentence.ends_with(['.', '?']), "{text}: {error}");
        }
    }
}
