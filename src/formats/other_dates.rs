//! Dates of files that are not Partner Center's: ISO always, any other form only where the whole file leaves one reading
//! or a map names it (PRODUCT.md 6). Must not read what two people would read differently.

use chrono::{NaiveDate, NaiveTime};

use crate::domain::lead::Moment;
use crate::domain::moment::parse_iso;

/// In which order day, month and year stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

/// How a file writes its dates; a time of the day may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateForm(Order);

impl DateForm {
    /// The form that a map names: `DD/MM/YYYY`, `MM/DD/YYYY` or `YYYY/MM/DD`, with any mark between.
    pub fn parse(text: &str) -> Result<Self, String> {
        let day = text.trim().split([' ', 'T']).next().unwrap_or_default().to_ascii_uppercase();
        let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
        match parts.as_slice() {
            ["DD" | "D", "MM" | "M", "YYYY"] => Ok(Self(Order::DayMonthYear)),
            ["MM" | "M", "DD" | "D", "YYYY"] => Ok(Self(Order::MonthDayYear)),
            ["YYYY", "MM" | "M", "DD" | "D"] => Ok(Self(Order::YearMonthDay)),
            _ => Err(format!("the date format “{text}” is none of DD/MM/YYYY, MM/DD/YYYY and YYYY-MM-DD")),
        }
    }
}

/// What the dates of a file say about how they are written.
#[derive(Clone, Debug)]
pub struct DateReading {
    told: bool,
    /// Orders that read every date seen; none where the file writes some dates one way and some the other.
    left: Vec<Order>,
}

impl DateReading {
    /// A reading before any date was seen; `told` is what a person said.
    pub fn new(told: Option<DateForm>) -> Self {
        let both = vec![Order::DayMonthYear, Order::MonthDayYear];
        Self { told: told.is_some(), left: told.map_or(both, |form| vec![form.0]) }
    }

    /// Looks at a date of the file: an order that cannot read it is out.
    pub fn see(&mut self, text: &str) {
        let text = text.trim();
        if self.told || self.left.is_empty() || plainly(text).is_some() {
            return;
        }
        let fits = |order: &Order| read(text, *order).is_some();
        // What no order reads is no date: it says nothing about the others.
        if Order::BOTH.iter().any(fits) {
            self.left.retain(fits);
        }
    }

    /// Reads a date. `Err` says why it cannot be read for certain.
    pub fn read(&self, text: &str) -> Result<Moment, String> {
        let text = text.trim();
        if let Some(moment) = plainly(text).filter(|_| !self.told).or_else(|| parse_iso(text)) {
            return Ok(moment);
        }
        let shown: String = text.chars().take(40).collect();
        let readings: Vec<Moment> = Order::BOTH.iter().filter_map(|order| read(text, *order)).collect();
        let Some(order) = self.left.first() else {
            return Err(if readings.is_empty() {
                unreadable(&shown)
            } else {
                format!(
                    "the creation date “{shown}” cannot be read for certain: the file writes some dates with the day \
                     first and some with the month first"
                )
            });
        };
        match (self.left.as_slice(), readings.as_slice()) {
            ([_], _) => read(text, *order).ok_or_else(|| unreadable(&shown)),
            (_, []) => Err(unreadable(&shown)),
            (_, [one, .., other]) if one != other => Err(format!(
                "the creation date “{shown}” may be {} or {}; say which in a map: date_format = \"DD/MM/YYYY\"",
                one.format("%-d %B"),
                other.format("%-d %B")
            )),
            (_, [one, ..]) => Ok(*one),
        }
    }
}

impl Order {
    const BOTH: [Self; 2] = [Self::DayMonthYear, Self::MonthDayYear];
}

fn unreadable(shown: &str) -> String {
    format!("the creation date “{shown}” cannot be read; 2026-11-20T09:12:00Z can")
}

/// What everybody reads alike: year first, a month by its English name, and day first where dots stand between.
fn plainly(text: &str) -> Option<Moment> {
    let dotted = || text.contains('.').then(|| read_with(text, Order::DayMonthYear, &['.'])).flatten();
    parse_iso(text).or_else(|| read(text, Order::YearMonthDay)).or_else(dotted).or_else(|| named(text))
}

/// `20 Nov 2026`, `November 20, 2026`.
fn named(text: &str) -> Option<Moment> {
    if text.len() > 40 || !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    ["%d %B %Y", "%d-%B-%Y", "%B %d, %Y", "%B %d %Y"].iter().find_map(|form| {
        let (day, time) = NaiveDate::parse_and_remainder(text, form).ok()?;
        let apart = time.is_empty() || time.starts_with([' ', ',', 'T']);
        let time = time_of(time.trim_start_matches([' ', ',', 'T'])).filter(|_| apart)?;
        (1000..=9999).contains(&chrono::Datelike::year(&day)).then(|| day.and_time(time).and_utc())
    })
}

fn read(text: &str, order: Order) -> Option<Moment> {
    read_with(text, order, &['/', '-', '.'])
}

fn read_with(text: &str, order: Order, marks: &[char]) -> Option<Moment> {
    if text.len() > 40 {
        return None;
    }
    let (day, time) = match text.split_once([' ', 'T', ',']) {
        Some((day, time)) => (day, time.trim_start_matches([' ', ','])),
        None => (text, ""),
    };
    let mark = *marks.iter().find(|mark| day.contains(**mark))?;
    let mut parts = day.split(mark);
    let numbers = [parts.next()?, parts.next()?, parts.next()?];
    let whole = parts.next().is_none() && numbers.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let [d, m, y] = match order {
        Order::DayMonthYear => numbers,
        Order::MonthDayYear => [numbers[1], numbers[0], numbers[2]],
        Order::YearMonthDay => [numbers[2], numbers[1], numbers[0]],
    };
    if !whole || y.len() != 4 || !matches!(d.len(), 1..=2) || !matches!(m.len(), 1..=2) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)?;
    let moment = day.and_time(time_of(time)?).and_utc();
    // A year such as 0026 is a slip of the hand.
    (y >= "1000").then_some(moment)
}

/// A time of the day, or midnight where there is none. A time without a zone is read as UTC (inferred).
fn time_of(text: &str) -> Option<NaiveTime> {
    let text = text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix(" UTC")).unwrap_or(text).trim();
    if text.is_empty() {
        return Some(NaiveTime::MIN);
    }
    ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p"]
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
        .map(|time| chrono::Timelike::with_nanosecond(&time, 0).unwrap_or(time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::rfc3339;

    fn reading(dates: &[&str], told: Option<&str>) -> DateReading {
        let mut reading = DateReading::new(told.map(|form| DateForm::parse(form).expect("a form")));
        for date in dates {
            reading.see(date);
        }
        reading
    }

    fn read_as(dates: &[&str], told: Option<&str>, date: &str) -> Result<String, String> {
        reading(dates, told).read(date).map(rfc3339)
    }

    #[test]
    fn what_everybody_reads_alike_is_read() {
        for (text, want) in [
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2026-11-20T09:12:00+02:00", "2026-11-20T07:12:00Z"),
            ("2026/11/20 09:12", "2026-11-20T09:12:00Z"),
            ("20.11.2026", "2026-11-20T00:00:00Z"),
            ("3.4.2026 21:05", "2026-04-03T21:05:00Z"),
            ("03.04.2026, 21:05:10", "2026-04-03T21:05:10Z"),
            ("3 Apr 2026", "2026-04-03T00:00:00Z"),
            ("03-Apr-2026 21:05", "2026-04-03T21:05:00Z"),
            ("April 3, 2026, 9:05 PM", "2026-04-03T21:05:00Z"),
        ] {
            assert_eq!(read_as(&[], None, text).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn the_whole_file_decides_what_one_date_leaves_open() {
        let said = read_as(&["3/4/2026", "5/6/2026"], None, "3/4/2026").expect_err("two readings");
        assert!(said.contains("3 April or 4 March") && said.contains("date_format"), "{said}");
        assert_eq!(read_as(&["3/4/2026", "25/6/2026"], None, "3/4/2026").as_deref(), Ok("2026-04-03T00:00:00Z"));
        assert_eq!(
            read_as(&["3/4/2026", "6/25/2026"], None, "3/4/2026 9:05 PM").as_deref(),
            Ok("2026-03-04T21:05:00Z")
        );
        let mixed = read_as(&["25/6/2026", "6/25/2026"], None, "3/4/2026").expect_err("mixed");
        assert!(mixed.contains("some dates with the day first"), "{mixed}");
        assert_eq!(
            read_as(&["3/4/2026"], None, "4/4/2026").as_deref(),
            Ok("2026-04-04T00:00:00Z"),
            "both read it alike"
        );
        assert_eq!(read_as(&["25-06-2026", "soon"], None, "03-04-2026").as_deref(), Ok("2026-04-03T00:00:00Z"));
        for bad in ["soon", "13/13/2026", "1/2/26", "1/2/0026", "3 Apr 26", "2026-02-30", "", "1/2/2026 25:00"] {
            assert!(read_as(&["25/6/2026"], None, bad).expect_err(bad).contains("cannot be read"), "{bad}");
        }
    }

    #[test]
    fn a_map_decides_before_the_file_does() {
        assert_eq!(read_as(&["25/6/2026"], Some("MM/DD/YYYY"), "3/4/2026").as_deref(), Ok("2026-03-04T00:00:00Z"));
        assert!(read_as(&[], Some("MM/DD/YYYY"), "25/6/2026").is_err());
        assert_eq!(read_as(&[], Some("D.M.YYYY HH:mm"), "3.4.2026").as_deref(), Ok("2026-04-03T00:00:00Z"));
        assert_eq!(read_as(&[], Some("MM/DD/YYYY"), "2026-04-03").as_deref(), Ok("2026-04-03T00:00:00Z"));
        assert!(DateForm::parse("DD/MM/YY").is_err());
    }
}
