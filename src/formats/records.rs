//! CSV text as records with their lines, so that every physical line is accounted for (PRODUCT.md 6). The `csv` crate reads
//! the cells; this module counts beside it and refuses what the crate would swallow, such as a quote that is never closed.
//! Must not know what a column means.

use csv::{ReaderBuilder, StringRecord};

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

/// One record and where it stands.
#[derive(Clone, Debug)]
pub struct Record {
    /// Line it begins on, from 1.
    pub line: u64,
    /// Line it ends on.
    pub last_line: u64,
    /// A quote opened on this line is closed on a later one with more text behind it: it was meant to open another cell,
    /// and what lies between may be rows of their own.
    pub torn: Option<u64>,
    /// Its cells.
    pub cells: StringRecord,
}

/// The records of a text, in order.
pub struct Records<'t> {
    csv: csv::Reader<&'t [u8]>,
    spans: Spans<'t>,
    lines: Lines,
}

impl<'t> Records<'t> {
    /// Begins to read a text with commas between the cells.
    pub fn new(text: &'t str) -> Self {
        // The `csv` crate would take another mark away and read a quote behind it, which the count here would not see.
        let text = text.trim_start_matches('\u{feff}');
        let csv = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let lines = Lines { lines: count_lines(text), ..Lines::default() };
        Self { csv, spans: Spans { rest: text.as_bytes(), line: 1 }, lines }
    }

    /// The next record that is not blank. The first is counted as the header.
    pub fn read(&mut self) -> Result<Option<Record>, Refused> {
        loop {
            let Some(span) = self.spans.read(&mut self.lines.blank)? else { return self.end() };
            let mut cells = StringRecord::new();
            let found = self.csv.read_record(&mut cells).map_err(|fault| Refused::new(format!("{fault}.")))?;
            if !found {
                return Err(unaccounted(span.line));
            }
            if span.blank {
                self.lines.blank += span.breaks + 1;
                continue;
            }
            if self.lines.header == 0 { self.lines.header = 1 } else { self.lines.rows += 1 }
            self.lines.continuation += span.breaks;
            if self.lines.rows > MOST_RECORDS {
                return Err(Refused::new("The file has more than 2,000,000 rows. Nothing was imported; split it."));
            }
            let (line, last_line) = (span.line, span.line + span.breaks);
            return Ok(Some(Record { line, last_line, torn: span.torn, cells }));
        }
    }

    /// Where the lines went. Balances once `read` has answered the end.
    pub fn lines(&self) -> Lines {
        self.lines
    }

    fn end(&mut self) -> Result<Option<Record>, Refused> {
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
}

/// Walks the records' ends, by the same rules as the `csv` crate: a quote opens a cell only at its beginning.
struct Spans<'t> {
    rest: &'t [u8],
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
        while let Some(end) = line_end(self.rest) {
            self.rest = &self.rest[end..];
            self.line += 1;
            *blank += 1;
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let first = self.line;
        let (mut state, mut at, mut opened, mut breaks_in_cell) = (State::CellStart, 0, first, 0);
        let mut torn = None;
        while let Some(byte) = self.rest.get(at) {
            let broken = line_end(&self.rest[at..]);
            if let Some(length) = broken {
                self.line += 1;
                if state != State::Quoted {
                    return Ok(Some(Span { torn, ..self.finish(first, at, length) }));
                }
                breaks_in_cell += 1;
                if breaks_in_cell > MOST_BREAKS {
                    return Err(never_closed(opened));
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
                (_, b',') => State::CellStart,
                (State::QuoteInQuoted, _) => {
                    torn = torn.or((breaks_in_cell > 0).then_some(opened));
                    State::Plain
                }
                _ => State::Plain,
            };
            at += 1;
        }
        if state == State::Quoted {
            return Err(never_closed(opened));
        }
        self.line += 1;
        Ok(Some(Span { torn, ..self.finish(first, at, 0) }))
    }

    fn finish(&mut self, first: u64, end: usize, line_end: usize) -> Span {
        let (record, _) = self.rest.split_at(end);
        let blank = record.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        self.rest = &self.rest[end + line_end..];
        Span { line: first, breaks: self.line - first - 1, blank, torn: None }
    }
}

/// The length of a line's end at the beginning of `bytes`, if one stands there.
fn line_end(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
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

    fn read(text: &str) -> Result<(Vec<Record>, Lines), Refused> {
        let mut records = Records::new(text);
        let mut all = Vec::new();
        while let Some(record) = records.read()? {
            all.push(record);
        }
        Ok((all, records.lines()))
    }

    #[test]
    fn every_line_is_accounted_for() {
        let (records, lines) = read("a,b\r\n1,\"x\ny\"\r\n\r\n   \n2,z").expect("readable");
        assert_eq!(lines, Lines { lines: 6, header: 1, blank: 2, rows: 2, continuation: 1 });
        let places: Vec<_> = records.iter().map(|record| (record.line, record.last_line)).collect();
        assert_eq!(places, [(1, 1), (2, 3), (6, 6)]);
        assert_eq!(&records[1].cells[1], "x\ny");
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_its_line() {
        let refused = read("a,b\n1,2\n3,\"open\n4,5\n").expect_err("refused");
        assert!(refused.0.contains("line 3"), "{refused}");
        let long = format!("a,b\n1,\"open{}\"\n", "\n".repeat(300));
        assert!(read(&long).expect_err("refused").0.contains("line 2"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_balances_or_is_refused(text in "[ab,\"\r\n ]{0,40}") {
            if let Ok((records, lines)) = read(&text) {
                prop_assert!(lines.balance());
                prop_assert_eq!(records.len() as u64, lines.header + lines.rows);
            }
        }
    }
}
