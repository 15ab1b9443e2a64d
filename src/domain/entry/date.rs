//! Dates as people type them. A date is read only one way or refused with a sentence; today is an argument.
//! `today` is an argument. Must not read what two people would read differently.

use chrono::{Datelike, Days, Month, Months, NaiveDate, Weekday};

use crate::domain::entry::{EntryError, quoted};

pub(super) const TRY: &str = "Try +30d, 31 dec, eoq.";

/// A real date, in the zone `today` is in (PRODUCT.md section 2: a close date). Any letter case:
///
/// * `2026-12-31` (`/` and `.` too), `31.12.2026` (points are day first), `31/12/2026` where only one reading is a date;
///   `5/6/2026` is refused. Years have four digits.
/// * `31 dec`, `dec 31`, `31 december 2026`, `31.12.`: without a year the next such date, today included.
/// * `today`, `tomorrow`; `+30d`, `+2w`, `+3m`, `+1y` (the month's last day where it has no such day).
/// * `mon` … `sun`, the next one after today; `eow` (Sunday), `eom`, `eoq`, `eoy`: the last day of the running week,
///   month, quarter, year, which may be today.
pub fn date(text: &str, today: NaiveDate) -> Result<NaiveDate, EntryError> {
    let typed = text.trim().to_lowercase();
    if let Some(found) = named(&typed, today) {
        return Ok(found);
    }
    if let Some(shift) = typed.strip_prefix('+') {
        return shifted(shift, today).ok_or_else(|| unreadable(text));
    }
    let parts = parts(&typed).ok_or_else(|| unreadable(text))?;
    match parts.as_slice() {
        [Part::Number(year, 4), Part::Number(month, 1 | 2), Part::Number(day, 1 | 2)] => {
            exact(*year, *month, *day).ok_or_else(|| no_such(text))
        }
        [Part::Number(_, 1 | 2), Part::Number(_, 1 | 2), Part::Number(_, 2)] => {
            Err(EntryError(format!("{} needs a year of four digits, such as {}.", quoted(text), today.year())))
        }
        [Part::Number(first, 1 | 2), Part::Number(second, 1 | 2), rest @ ..] => {
            let year = year_of(rest, text)?;
            numeric(text, typed.contains('.'), *first, *second, year, today)
        }
        [Part::Number(day, 1 | 2), Part::Month(month), rest @ ..]
        | [Part::Month(month), Part::Number(day, 1 | 2), rest @ ..] => {
            let year = year_of(rest, text)?;
            day_of(*month, *day, year, today).ok_or_else(|| no_such(text))
        }
        _ => Err(unreadable(text)),
    }
}

/// [`date`], but not before today: a deal cannot be expected to close in the past.
pub fn close_date(text: &str, today: NaiveDate) -> Result<NaiveDate, EntryError> {
    let close = date(text, today)?;
    if close < today {
        return Err(EntryError(format!("{} is past. {TRY}", close.format("%-d %b %Y"))));
    }
    Ok(close)
}

enum Part {
    /// A number and how many digits it was typed with.
    Number(u32, usize),
    Month(u32),
}

/// Numbers and month names between blanks, points, commas, strokes and hyphens; `None` if there is anything else.
fn parts(typed: &str) -> Option<Vec<Part>> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in typed.chars() {
        let joins = (c.is_ascii_digit() && before.is_ascii_digit()) || (c.is_alphabetic() && before.is_alphabetic());
        match words.last_mut() {
            Some(word) if joins => word.push(c),
            _ if c.is_ascii_digit() || c.is_alphabetic() => words.push(c.into()),
            _ if matches!(c, ' ' | '.' | ',' | '/' | '-') => {}
            _ => return None,
        }
        before = c;
    }
    words.iter().map(|word| part(word)).collect()
}

fn part(word: &str) -> Option<Part> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(Part::Number(word.parse().ok().filter(|_| word.len() <= 4)?, word.len()));
    }
    let word = if word == "sept" { "sep" } else { word };
    word.parse::<Month>().ok().map(|month| Part::Month(month.number_from_month()))
}

/// The year typed last, if there is one; an error if what stands there is no year.
fn year_of(rest: &[Part], text: &str) -> Result<Option<u32>, EntryError> {
    match rest {
        [] => Ok(None),
        [Part::Number(year, 4)] => Ok(Some(*year)),
        _ => Err(unreadable(text)),
    }
}

fn numeric(
    text: &str,
    day_first: bool,
    first: u32,
    second: u32,
    year: Option<u32>,
    today: NaiveDate,
) -> Result<NaiveDate, EntryError> {
    let by_day = day_of(second, first, year, today);
    let by_month = if day_first { None } else { day_of(first, second, year, today) };
    match (by_day, by_month) {
        (Some(a), Some(b)) if a != b => Err(EntryError(format!("{} reads two ways. Type {a} or {b}.", quoted(text)))),
        (Some(found), _) | (None, Some(found)) => Ok(found),
        (None, None) => Err(no_such(text)),
    }
}

fn exact(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| *year > 0)?, month, day)
}

/// With a year that date; without, the next one from today on. Eight years reach the next 29 February from anywhere.
fn day_of(month: u32, day: u32, year: Option<u32>, today: NaiveDate) -> Option<NaiveDate> {
    match year {
        Some(year) => exact(year, month, day),
        None => (0..=8)
            .filter_map(|ahead| NaiveDate::from_ymd_opt(today.year() + ahead, month, day))
            .find(|found| *found >= today),
    }
}

fn named(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    match word {
        "today" => Some(today),
        "tomorrow" => today.succ_opt(),
        "eow" => today.checked_add_days(Days::new(6 - u64::from(today.weekday().num_days_from_monday()))),
        "eom" => end_of_month(today.year(), today.month()),
        "eoq" => end_of_month(today.year(), today.month().div_ceil(3) * 3),
        "eoy" => end_of_month(today.year(), 12),
        _ => {
            let weekday: Weekday = word.parse().ok()?;
            let ahead = weekday.days_since(today.weekday());
            today.checked_add_days(Days::new(if ahead == 0 { 7 } else { ahead.into() }))
        }
    }
}

fn end_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()
}

fn shifted(shift: &str, today: NaiveDate) -> Option<NaiveDate> {
    let unit = shift.chars().last()?;
    let digits = shift.strip_suffix(unit)?.trim();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: u32 = digits.parse().ok()?;
    let found = match unit {
        'd' => today.checked_add_days(Days::new(count.into())),
        'w' => today.checked_add_days(Days::new(u64::from(count) * 7)),
        'm' => today.checked_add_months(Months::new(count)),
        'y' => today.checked_add_months(Months::new(count * 12)),
        _ => None,
    };
    found.filter(|found| found.year() <= 9999)
}

fn no_such(text: &str) -> EntryError {
    EntryError(format!("There is no {}. {TRY}", quoted(text)))
}

fn unreadable(text: &str) -> EntryError {
    let typed = quoted(text);
    EntryError(if typed.is_empty() { format!("A date is needed. {TRY}") } else { format!("{typed} is no date. {TRY}") })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date of the test")
    }

    fn read(text: &str) -> Result<String, String> {
        date(text, day("2026-11-21")).map(|d| d.to_string()).map_err(|e| e.0)
    }

    #[test]
    fn dates_as_people_type_them() {
        for (typed, found) in [
            ("2026-12-31", "2026-12-31"),
            ("2026/1/5", "2026-01-05"),
            (" 31 Dec ", "2026-12-31"),
            ("31dec", "2026-12-31"),
            ("31 december 2027", "2027-12-31"),
            ("31-dec-2027", "2027-12-31"),
            ("Dec 31, 2025", "2025-12-31"),
            ("1 sept", "2027-09-01"),
            ("21 nov", "2026-11-21"),
            ("20 nov", "2027-11-20"),
            ("29 feb", "2028-02-29"),
            ("5.6.2027", "2027-06-05"),
            ("31.12.", "2026-12-31"),
            ("31/12/2026", "2026-12-31"),
            ("12/31/2026", "2026-12-31"),
            ("5/5/2027", "2027-05-05"),
            ("+30d", "2026-12-21"),
            ("+2w", "2026-12-05"),
            ("+3M", "2027-02-21"),
            ("+1y", "2027-11-21"),
            ("today", "2026-11-21"),
            ("Tomorrow", "2026-11-22"),
            ("sat", "2026-11-28"),
            ("mon", "2026-11-23"),
            ("sunday", "2026-11-22"),
            ("eow", "2026-11-22"),
            ("eom", "2026-11-30"),
            ("eoq", "2026-12-31"),
            ("eoy", "2026-12-31"),
        ] {
            assert_eq!(read(typed).as_deref(), Ok(found), "{typed}");
        }
        assert_eq!(date("+1m", day("2027-01-31")), Ok(day("2027-02-28")));
        assert_eq!(date("eow", day("2026-11-22")), Ok(day("2026-11-22")));
        assert_eq!(date("eoq", day("2026-02-10")), Ok(day("2026-03-31")));
    }

    #[test]
    fn refusals_are_sentences() {
        for (typed, said) in [
            ("31 feb", "There is no 31 feb. Try +30d, 31 dec, eoq."),
            ("2026-02-29", "There is no 2026-02-29. Try +30d, 31 dec, eoq."),
            ("31.13.2026", "There is no 31.13.2026. Try +30d, 31 dec, eoq."),
            ("5/6/2027", "5/6/2027 reads two ways. Type 2027-06-05 or 2027-05-06."),
            ("31.12.26", "31.12.26 needs a year of four digits, such as 2026."),
            ("soon", "soon is no date. Try +30d, 31 dec, eoq."),
            ("", "A date is needed. Try +30d, 31 dec, eoq."),
        ] {
            assert_eq!(read(typed), Err(said.into()), "{typed}");
        }
        for bad in [
            "+d",
            "+-1d",
            "+99999d",
            "+9999y",
            "+1h",
            "31",
            "2026",
            "0000-01-01",
            "1 2 3 4",
            "31 dec 26 1",
            "31 d\u{301}ec",
            "12:30",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_close_date_is_not_past() {
        let today = day("2026-11-21");
        let said = close_date("30 nov 2025", today).map_err(|e| e.to_string());
        assert_eq!(said, Err("30 Nov 2025 is past. Try +30d, 31 dec, eoq.".into()));
        assert_eq!(close_date("today", today), Ok(today));
        assert!(close_date("2026-11-20", today).is_err());
    }

    proptest! {
        #[test]
        fn iso_reads_back_and_nothing_panics(n in 1i32..3_000_000, text in any::<String>()) {
            let today = NaiveDate::from_num_days_from_ce_opt(n).expect("a day in range");
            let _ = (date(&text, today), date("+9999w", today), date("eoq", today), date("sun", today));
            prop_assert_eq!(date(&today.to_string(), today), Ok(today));
            prop_assert_eq!(date(&today.format("%-d %B %Y").to_string(), today), Ok(today));
            prop_assert!(date("29 feb", today).is_ok_and(|found| found >= today && found.day() == 29));
        }
    }
}
