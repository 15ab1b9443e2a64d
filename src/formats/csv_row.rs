//! One row of CSV or of its like, as RFC 4180 writes it: cells quoted where they must be, the line ended by CR LF.
//! Must not know what a cell means, nor guard it: `formula` does.

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::formats::leaving::LeavingError;

/// Adds a row to `out`.
pub fn write_row<T: AsRef<str>>(
    out: &mut Vec<u8>,
    separator: u8,
    cells: impl IntoIterator<Item = T>,
) -> Result<(), LeavingError> {
    let mut builder = WriterBuilder::new();
    builder.delimiter(separator).terminator(Terminator::CRLF).quote_style(QuoteStyle::Necessary).buffer_capacity(1024);
    let mut writer = builder.from_writer(out);
    let mut written = cells.into_iter().try_for_each(|cell| writer.write_field(cell.as_ref()));
    // An empty record is the end of this one.
    written = written.and_then(|()| writer.write_record(None::<&[u8]>)).and_then(|()| Ok(writer.flush()?));
    // Into memory, and of any number of cells: only a length beyond all memory could be in the way.
    written.map_err(|error| LeavingError(format!("A row could not be written: {error}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut out = b"before\r\n".to_vec();
        write_row(&mut out, b',', ["a b", "c,d", "e\"f", "g\nh", "+1"]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "before\r\na b,\"c,d\",\"e\"\"f\",\"g\nh\",+1\r\n");
        let mut tabs = Vec::new();
        write_row(&mut tabs, b'\t', ["a,b", "c\td"]).unwrap();
        assert_eq!(tabs, b"a,b\t\"c\td\"\r\n");
    }

    #[test]
    fn a_row_of_one_empty_cell_is_no_blank_line() {
        let mut out = Vec::new();
        write_row(&mut out, b',', [""]).unwrap();
        assert_eq!(out, b"\"\"\r\n");
    }
}
