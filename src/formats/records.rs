//! CSV text as records with their lines, so that every physical line is accounted for (PRODUCT.md 6). The `csv` crate reads
//! the cells; this module counts beside it and refuses what the crate would swallow, such as a quote that is never closed.
//! Must not know what a column means.

use std::ops::Range;

use csv::{ReaderBuilder, StringRecord};

use crate::formats::dialect::{Delimiter, Dialect, first_line};
use crate::formats::text::Refused;

/// Line breaks a cell may hold; more is taken for a quote that was never closed.
const MOST_BREAKS: u64 = 200;
/// Bytes a cell may hold.
pub const MOST_CELL_BYTES: usize = 64 * 1024;
/// Records a file may hold.
const MOST_RECORDS: u64 = 2_000_000;

/// Where the physical lines of a file went. `lines = header + blank + rows + continuation`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// All of them.
    pub lines: u64,
    /// Lines that begin a header: 1.
    pub header: u64,
    /// Lines with nothing on them.
    pub blank: u64,
    /// Lines that begin a record.
    pub rows: u64,
    /// Further lines of a header or record.
    pub continuation: u64,
}

impl Lines {
    /// True when every line is accounted for.
    pub fn balance(&self) -> bool {
        self.lines == self.header + self.blank + self.rows + self.continuation
    }
}

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Line it begins on, from 1.
    pub line: u64,
    /// Line it ends on.
    pub last_line: u64,
    /// A quote opened on this line is closed on a later one with more text behind it: it was meant to open another cell,
    /// and what lies between may be rows of their own.
    pub torn: Option<u64>,
}

/// The records of a text, in order.
pub struct Records<'t> {
    csv: csv::Reader<&'t [u8]>,
    spans: Spans<'t>,
    lines: Lines,
    /// The header was read.
    begun: bool,
    /// Where the last record lies.
    last: (usize, usize),
}

impl<'t> Records<'t> {
    /// Begins to read a text whose cells stand apart as the dialect says. A line that only states the dialect is counted
    /// as a header line.
    pub fn new(text: &'t str, dialect: Dialect) -> Self {
        let mut lines = Lines { lines: count_lines(text), ..Lines::default() };
        let stated = if dialect.stated { first_line(text).len() } else { 0 };
        let stated_end = stated + line_end(text.as_bytes().get(stated..).unwrap_or_default()).unwrap_or_default();
        let start = if dialect.stated { stated_end } else { 0 };
        lines.header = u64::from(dialect.stated && !text.is_empty());
        let first = lines.header + 1;
        let rest = text.get(start..).unwrap_or_default();
        // The `csv` crate would take another mark away and read a quote behind it, which the count here would not see.
        let unmarked = rest.trim_start_matches('\u{feff}');
        if unmarked.is_empty() && !rest.is_empty() {
            // Nothing but marks on the last line: it shows nothing.
            lines.blank = 1;
        }
        let delimiter = dialect.delimiter.byte();
        let mut csv = ReaderBuilder::new();
        let csv = csv.has_headers(false).flexible(true).delimiter(delimiter).from_reader(unmarked.as_bytes());
        let spans = Spans { text, delimiter, at: text.len() - unmarked.len(), line: first };
        Self { csv, spans, lines, begun: false, last: (0, 0) }
    }

    /// Puts the cells of the next record that is not blank into `cells`, and answers where it stands. The first is counted
    /// as the header.
    pub fn read(&mut self, cells: &mut StringRecord) -> Result<Option<Place>, Refused> {
        loop {
            let Some(span) = self.spans.read(&mut self.lines.blank)? else { return self.end() };
            let found = self.csv.read_record(cells).map_err(|fault| Refused::new(format!("{fault}.")))?;
            if !found {
                return Err(unaccounted(span.line));
            }
            if span.blank {
                self.lines.blank += span.breaks + 1;
                continue;
            }
            if self.begun {
                self.lines.rows += 1;
            } else {
                self.begun = true;
                self.lines.header += 1;
            }
            self.lines.continuation += span.breaks;
            if self.lines.rows > MOST_RECORDS {
                return Err(Refused::new("The file has more than 2,000,000 rows. Nothing was imported; split it."));
            }
            let (line, last_line) = (span.line, span.line + span.breaks);
            self.last = (span.start, span.end);
            return Ok(Some(Place { line, last_line, torn: span.torn }));
        }
    }

    /// Where the lines went. Balances once `read` has answered the end.
    pub fn lines(&self) -> Lines {
        self.lines
    }

    /// The record that was read last, as it stands in the file, without its line's end.
    pub fn raw(&self) -> &'t str {
        self.spans.text.get(self.last.0..self.last.1).unwrap_or_default()
    }

    /// Where in the text the record that was read last lies, without its line's end.
    pub fn span(&self) -> Range<usize> {
        self.last.0..self.last.1
    }

    /// How many bytes of the text were read.
    pub fn read_bytes(&self) -> usize {
        self.spans.at
    }

    fn end(&mut self) -> Result<Option<Place>, Refused> {
        let mut beyond = StringRecord::new();
        let more = self.csv.read_record(&mut beyond).unwrap_or(true);
        if more || !self.lines.balance() {
            return Err(unaccounted(self.spans.line));
        }
        Ok(None)
    }
}

fn unaccounted(line: u64) -> Refused {
    Refused::new(format!("The rows from line {line} on cannot be told apart. Nothing was imported."))
}

/// Counts physical lines: ended by LF, CR LF or CR; a last line without an end counts too.
fn count_lines(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends = |(at, byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    let ended = bytes.iter().enumerate().filter(|item| ends(*item)).count() as u64;
    ended + u64::from(!bytes.is_empty() && !bytes.ends_with(b"\n") && !bytes.ends_with(b"\r"))
}

/// Where one record lies.
struct Span {
    line: u64,
    breaks: u64,
    blank: bool,
    torn: Option<u64>,
    start: usize,
    end: usize,
}

/// Walks the records' ends, by the same rules as the `csv` crate: a quote opens a cell only at its beginning.
struct Spans<'t> {
    text: &'t str,
    delimiter: u8,
    at: usize,
    line: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl Spans<'_> {
    /// The next record; empty lines before it are added to `blank`.
    fn read(&mut self, blank: &mut u64) -> Result<Option<Span>, Refused> {
        let bytes = self.text.as_bytes();
        while let Some(end) = line_end(bytes.get(self.at..).unwrap_or_default()) {
            self.at += end;
            self.line += 1;
            *blank += 1;
        }
        if self.at >= bytes.len() {
            return Ok(None);
        }
        let (first, start) = (self.line, self.at);
        let (mut state, mut at, mut opened, mut breaks_in_cell) = (State::CellStart, start, first, 0);
        let mut torn = None;
        while let Some(&byte) = bytes.get(at) {
            if matches!(byte, b'\n' | b'\r') {
                let length = line_end(&bytes[at..]).unwrap_or(1);
                self.line += 1;
                if state != State::Quoted {
                    return Ok(Some(Span { torn, ..self.finish(first, start, at, length) }));
                }
                breaks_in_cell += 1;
                if breaks_in_cell > MOST_BREAKS {
                    return Err(too_many_breaks(opened));
                }
                at += length;
                continue;
            }
            state = match (state, byte) {
                (State::CellStart, b'"') => {
                    (opened, breaks_in_cell) = (self.line, 0);
                    State::Quoted
                }
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::QuoteInQuoted, b'"') | (State::Quoted, _) => State::Quoted,
                (_, byte) if byte == self.delimiter => State::CellStart,
                (State::QuoteInQuoted, _) => {
                    torn = torn.or((breaks_in_cell > 0).then_some(opened));
                    State::Plain
                }
                _ => State::Plain,
            };
            at += 1;
            // Letters between the marks change nothing.
            let rest = &bytes[at..];
            at += match state {
                State::Plain => memchr::memchr3(self.delimiter, b'\n', b'\r', rest).unwrap_or(rest.len()),
                State::Quoted => memchr::memchr3(b'"', b'\n', b'\r', rest).unwrap_or(rest.len()),
                State::CellStart | State::QuoteInQuoted => 0,
            };
        }
        if state == State::Quoted {
            return Err(never_closed(opened));
        }
        self.line += 1;
        Ok(Some(Span { torn, ..self.finish(first, start, at, 0) }))
    }

    fn finish(&mut self, first: u64, start: usize, end: usize, line_end: usize) -> Span {
        let record = self.text.as_bytes().get(start..end).unwrap_or_default();
        let blank = record.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        self.at = end + line_end;
        Span { line: first, breaks: self.line - first - 1, blank, torn: None, start, end }
    }
}

/// Where the cells of a record lie in it, quotes included, by the same rules.
pub fn cell_spans(raw: &str, delimiter: Delimiter) -> Vec<Range<usize>> {
    let (mut state, mut start, mut spans) = (State::CellStart, 0, Vec::new());
    for (at, byte) in raw.bytes().enumerate() {
        state = match (state, byte) {
            (State::CellStart, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::QuoteInQuoted, b'"') | (State::Quoted, _) => State::Quoted,
            (_, byte) if byte == delimiter.byte() => {
                spans.push(start..at);
                start = at + 1;
                State::CellStart
            }
            _ => State::Plain,
        };
    }
    spans.push(start..raw.len());
    spans
}

/// A record as it stands, without its first cell.
pub fn after_first_cell(raw: &str, delimiter: Delimiter) -> &str {
    let bytes = raw.as_bytes();
    let mut closed = 0;
    if bytes.first() == Some(&b'"') {
        closed = 1;
        while let Some(quote) = bytes.get(closed..).and_then(|rest| memchr::memchr(b'"', rest)) {
            closed += quote + 1;
            if bytes.get(closed) != Some(&b'"') {
                break;
            }
            closed += 1;
        }
    }
    let end = bytes.get(closed..).and_then(|rest| memchr::memchr(delimiter.byte(), rest));
    end.and_then(|end| raw.get(closed + end + 1..)).unwrap_or_default()
}

/// The length of a line's end at the beginning of `bytes`, if one stands there.
fn line_end(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

fn too_many_breaks(line: u64) -> Refused {
    Refused::new(format!(
        "The quote opened on line {line} is not closed within {MOST_BREAKS} lines, which is taken for one that never is: the \
         rows after it cannot be told apart. Nothing was imported; close it, or shorten the text, and import again."
    ))
}

fn never_closed(line: u64) -> Refused {
    Refused::new(format!(
        "The quote opened on line {line} is never closed, so the rows after it cannot be told apart. \
         Nothing was imported; close it and import again."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<(Vec<(Place, StringRecord)>, Lines), Refused> {
        read_as(text, Dialect::default())
    }

    fn read_as(text: &str, dialect: Dialect) -> Result<(Vec<(Place, StringRecord)>, Lines), Refused> {
        let mut records = Records::new(text, dialect);
        let mut all = Vec::new();
        let mut cells = StringRecord::new();
        while let Some(place) = records.read(&mut cells)? {
            all.push((place, cells.clone()));
        }
        Ok((all, records.lines()))
    }

    #[test]
    fn every_line_is_accounted_for() {
        let (records, lines) = read("a,b\r\n1,\"x\ny\"\r\n\r\n   \n2,z").expect("readable");
        assert_eq!(lines, Lines { lines: 6, header: 1, blank: 2, rows: 2, continuation: 1 });
        let places: Vec<_> = records.iter().map(|(place, _)| (place.line, place.last_line)).collect();
        assert_eq!(places, [(1, 1), (2, 3), (6, 6)]);
        assert_eq!(&records[1].1[1], "x\ny");
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_its_line() {
        let refused = read("a,b\n1,2\n3,\"open\n4,5\n").expect_err("refused");
        assert!(refused.0.contains("line 3"), "{refused}");
        let long = format!("a,b\n1,\"open{}\"\n", "\n".repeat(300));
        assert!(read(&long).expect_err("refused").0.contains("line 2"));
    }

    #[test]
    fn a_line_that_states_the_dialect_is_a_header_line() {
        let dialect = Dialect { delimiter: Delimiter::Semicolon, stated: true };
        let (records, lines) = read_as("sep=;\r\n\na;b\n1;2\n", dialect).expect("readable");
        assert_eq!(lines, Lines { lines: 4, header: 2, blank: 1, rows: 1, continuation: 0 });
        assert_eq!(records.iter().map(|(place, _)| place.line).collect::<Vec<_>>(), [3, 4]);
        let (records, lines) = read_as("sep=;", dialect).expect("readable");
        assert_eq!((records.len(), lines), (0, Lines { lines: 1, header: 1, ..Lines::default() }));
    }

    #[test]
    fn a_record_is_kept_as_it_stands() {
        let text = "\u{feff}a;b\r\n\"x;\ny\";\"q\"z\n 1 ;é";
        let mut records = Records::new(text, Dialect { delimiter: Delimiter::Semicolon, stated: false });
        let mut raw = Vec::new();
        let mut cells = StringRecord::new();
        while records.read(&mut cells).expect("readable").is_some() {
            raw.push(records.raw());
        }
        assert_eq!(raw, ["a;b", "\"x;\ny\";\"q\"z", " 1 ;é"]);
        assert_eq!(records.read_bytes(), text.len());
    }

    #[test]
    fn a_record_loses_its_first_cell_and_nothing_else() {
        for (raw, rest) in [
            ("a,b,c", "b,c"),
            ("\"x, \"\"y\"\"\",\"b\",", "\"b\","),
            ("\"two\nlines\",b\nc", "b\nc"),
            ("\"a\"b\"c,d", "d"),
            ("a", ""),
            (",b", "b"),
        ] {
            assert_eq!(after_first_cell(raw, Delimiter::Comma), rest, "{raw}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_balances_or_is_refused(text in "[ab,;\t|\"\r\n \u{feff}]{0,40}", place in 0..4usize, stated in any::<bool>()) {
            let dialect = Dialect { delimiter: Delimiter::ALL[place], stated };
            if let Ok((records, lines)) = read_as(&text, dialect) {
                prop_assert!(lines.balance());
                let stated = u64::from(stated && !text.is_empty());
                prop_assert_eq!(records.len() as u64 + stated, lines.header + lines.rows);
            }
        }
    }
}
