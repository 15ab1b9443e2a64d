//! Leads as an Excel workbook: the columns of `lead_columns` on one sheet. A text is a text cell, whatever it looks like, so that
//! nothing of a lead's can run and no phone becomes a number; only times, days and numbers of ours are values. A workbook is
//! one archive, so it is held and written at the end. Must not choose leads or columns.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, IgnoreError, Workbook, Worksheet, XlsxError};

use crate::domain::lead::{Lead, Moment};
use crate::domain::numbers::count;
use crate::domain::term_text;
use crate::domain::terms::Terms;
use crate::formats::lead_columns::{Cell, LeadColumns};
use crate::formats::leaving::{About, Leaving, LeavingError, Limits};

/// Rows a sheet holds below its header.
const MOST_ROWS: u32 = 1_048_575;

/// Columns a sheet holds.
const MOST_COLUMNS: usize = 16_384;

/// UTF-16 units a cell holds.
const MOST_UNITS: usize = 32_767;

/// Digits a number of a workbook holds.
const MOST_DIGITS: Decimal = Decimal::from_parts(0xA4C6_7FFF, 0x0003_8D7E, 0, false, 0);

/// 1 March 1900: Excel believes in a 29 February before it, so earlier dates differ between programs.
const FIRST_DATE: i64 = -2_203_891_200;

/// Days from the first day of Excel's calendar to 1970.
const DAYS_TO_1970: f64 = 25_569.0;

/// Widths of columns, in characters.
const NARROWEST: usize = 6;
const WIDEST: usize = 60;

/// Where times are shown as what they are.
const MOMENT: &str = "yyyy-mm-dd hh:mm:ss \"UTC\"";
const MOMENT_WIDTH: usize = "2026-11-20 09:12:00 UTC".len();

/// One workbook after the other.
pub struct Xlsx<'t> {
    columns: LeadColumns<'t>,
    now: Moment,
    sheet: Option<Sheet>,
    oddities: Oddities,
}

/// What could not be written as it is, so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Oddities {
    cut: usize,
    old: usize,
    precise: usize,
    columns: usize,
}

impl<'t> Xlsx<'t> {
    /// Workbooks made at `now`. `extras` names the unknown columns that any lead to come has.
    pub fn new(terms: &'t Terms, now: Moment, extras: Vec<String>) -> Self {
        Self { columns: LeadColumns::new(terms, extras), now, sheet: None, oddities: Oddities::default() }
    }
}

impl Leaving for Xlsx<'_> {
    fn head(&mut self, _: &mut Vec<u8>) -> Result<(), LeavingError> {
        let mut sheet = Sheet::new(self.now).map_err(refused)?;
        for (column, name) in (0..).zip(self.columns.headers().take(MOST_COLUMNS)) {
            let name = shortened(name, &mut self.oddities);
            sheet.header(column, &name).map_err(refused)?;
        }
        self.oddities.columns = self.columns.headers().count().saturating_sub(MOST_COLUMNS);
        self.sheet = Some(sheet);
        Ok(())
    }

    fn lead(&mut self, lead: &Lead, about: &About, _: &mut Vec<u8>) -> Result<(), LeavingError> {
        let sheet = self.sheet.as_mut().ok_or_else(not_begun)?;
        if sheet.rows == MOST_ROWS {
            return Err(LeavingError("A sheet holds no more than 1,048,575 leads.".to_owned()));
        }
        let cells = self.columns.cells(lead, about.now);
        sheet.row(&cells, &mut self.oddities).map_err(refused)
    }

    fn tail(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        let sheet = self.sheet.take().ok_or_else(not_begun)?;
        out.extend(sheet.finish().map_err(refused)?);
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits { rows: Some(MOST_ROWS as usize), ..Limits::NONE }
    }

    fn notes(&self) -> Vec<String> {
        let Oddities { cut, old, precise, columns } = self.oddities;
        let notes = [
            (cut, "cut at 32,767 characters, all that a cell holds; CSV and JSON have them whole"),
            (old, "dates before March 1900, which a workbook does not know, and stand there as text"),
            (precise, "numbers of more than 15 digits, which a workbook does not know, and stand there as text"),
        ];
        let mut notes: Vec<_> = notes
            .into_iter()
            .filter(|(cells, _)| *cells > 0)
            .map(
                |(count, what)| if count == 1 { format!("1 cell: {what}.") } else { format!("{count} cells: {what}.") },
            )
            .collect();
        if columns > 0 {
            notes.push(format!("{} unknown columns are left out: a sheet holds 16,384.", count(columns)));
        }
        notes
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn refused(error: XlsxError) -> LeavingError {
    LeavingError(format!("The workbook could not be made: {error}."))
}

fn not_begun() -> LeavingError {
    LeavingError("The workbook was not begun.".to_owned())
}

/// The looks of cells.
struct Looks {
    header: Format,
    text: Format,
    moment: Format,
    day: Format,
    /// By decimals.
    numbers: Vec<Format>,
}

impl Looks {
    fn new() -> Self {
        let decimals = |places: usize| if places == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(places)) };
        Self {
            header: Format::new().set_bold(),
            // A text stays one also where somebody edits its cell.
            text: Format::new().set_num_format("@"),
            moment: Format::new().set_num_format(MOMENT),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            numbers: (0..=15).map(|places| Format::new().set_num_format(decimals(places))).collect(),
        }
    }
}

/// One workbook in the making.
struct Sheet {
    book: Workbook,
    looks: Looks,
    rows: u32,
    widths: Vec<usize>,
}

impl Sheet {
    fn new(now: Moment) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        let made = ExcelDateTime::from_timestamp(now.timestamp().max(FIRST_DATE))?;
        book.set_properties(&DocProperties::new().set_title("Leads").set_creation_datetime(&made));
        book.add_worksheet().set_name("Leads")?.set_freeze_panes(1, 0)?;
        Ok(Self { book, looks: Looks::new(), rows: 0, widths: Vec::new() })
    }

    fn header(&mut self, column: u16, name: &str) -> Result<(), XlsxError> {
        // Room for the arrow of the filter.
        self.widths.push(width(name) + 3);
        put_text(self.book.worksheet_from_index(0)?, 0, column, name, &self.looks.header)
    }

    fn row(&mut self, cells: &[Cell<'_>], oddities: &mut Oddities) -> Result<(), XlsxError> {
        self.rows += 1;
        let sheet = self.book.worksheet_from_index(0)?;
        for ((column, cell), widest) in (0..).zip(cells).zip(&mut self.widths) {
            let used = match value(cell, &self.looks, oddities) {
                None => 0,
                Some((Value::Text(text), look)) => {
                    put_text(sheet, self.rows, column, &text, look)?;
                    width(&text)
                }
                Some((Value::Number(number), look)) => {
                    sheet.write_number_with_format(self.rows, column, number, look)?;
                    if matches!(cell, Cell::Moment(_)) { MOMENT_WIDTH } else { width(&cell.written()) }
                }
            };
            *widest = used.max(*widest);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        let sheet = self.book.worksheet_from_index(0)?;
        for (column, width) in (0..).zip(&self.widths) {
            sheet.set_column_width(column, (width + 1).clamp(NARROWEST, WIDEST) as f64)?;
        }
        let last = u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.autofilter(0, 0, self.rows, last)?;
        if self.rows > 0 {
            // Excel would mark every phone as a number that was stored as text by mistake.
            sheet.ignore_error_range(1, 0, self.rows, last, IgnoreError::NumberStoredAsText)?;
        }
        self.book.save_to_buffer()
    }
}

/// What a cell of a workbook can hold.
enum Value {
    Text(String),
    Number(f64),
}

/// The value of a cell and its look; a date or number that a workbook has not is text.
fn value<'l>(cell: &Cell<'_>, looks: &'l Looks, oddities: &mut Oddities) -> Option<(Value, &'l Format)> {
    let days = |seconds: i64| seconds as f64 / 86_400.0 + DAYS_TO_1970;
    let number = match cell {
        Cell::Empty => return None,
        Cell::Text(text) => return Some((Value::Text(shortened(text, oddities)), &looks.text)),
        Cell::Moment(moment) => (moment.timestamp() >= FIRST_DATE).then(|| (days(moment.timestamp()), &looks.moment)),
        Cell::Day(day) => {
            let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
            (midnight >= FIRST_DATE).then(|| (days(midnight), &looks.day))
        }
        Cell::Number(number) => {
            let digits = Decimal::from_i128_with_scale(number.mantissa().abs(), 0);
            let look = looks.numbers.get(number.scale() as usize).filter(|_| digits <= MOST_DIGITS);
            number.to_f64().zip(look)
        }
    };
    if let Some((number, look)) = number {
        return Some((Value::Number(number), look));
    }
    let odd = if matches!(cell, Cell::Number(_)) { &mut oddities.precise } else { &mut oddities.old };
    *odd += 1;
    Some((Value::Text(cell.written().into_owned()), &looks.text))
}

/// As much of a text as a cell holds; a longer one ends with `…`.
fn shortened(text: &str, oddities: &mut Oddities) -> String {
    if text.len() <= MOST_UNITS || text.encode_utf16().count() <= MOST_UNITS {
        return text.to_owned();
    }
    oddities.cut += 1;
    let mut units = 0;
    let room = |c: &char| {
        units += c.len_utf16();
        units < MOST_UNITS
    };
    let mut cut: String = text.chars().take_while(room).collect();
    cut.push('…');
    cut
}

/// Writes a text cell. The library writes controls as `_x0007_` and keeps such a text of a lead's own apart, as Excel does;
/// but a text within `<r>` and `</r>` it takes for markup of its own and would write it raw, so that one is handed over as
/// the markup it then is.
fn put_text(sheet: &mut Worksheet, row: u32, column: u16, text: &str, look: &Format) -> Result<(), XlsxError> {
    if text.starts_with("<r>") && text.ends_with("</r>") {
        let text = text.replace("_x", "_x005F_x");
        sheet.write_rich_string_with_format(row, column, &[(&Format::default(), &text)], look)?;
    } else {
        sheet.write_string_with_format(row, column, text, look)?;
    }
    Ok(())
}

/// How wide the first line of a text is, as far as it matters.
fn width(text: &str) -> usize {
    let line: String = text.lines().next().unwrap_or_default().chars().take(2 * WIDEST).collect();
    term_text::cells(&line)
}
