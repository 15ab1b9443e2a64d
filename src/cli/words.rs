//! Moments and spans in the words of the command line: `24 Nov`, `69h`. Must not decide which clock runs: that is `vitals`.
//! Texts from outside are made safe by whoever prints them.

use chrono::Datelike;
use chrono_tz::Tz;

use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Urgency;

/// A day where the seller is: `24 Nov`, with the year where it is another one.
pub fn day(moment: Moment, now: Moment, zone: Tz) -> String {
    let (day, today) = (moment.with_timezone(&zone), now.with_timezone(&zone));
    let format = if day.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    day.format(format).to_string()
}

/// A point in time where the seller is: `24 Nov 2026, 09:12`.
pub fn time(moment: Moment, zone: Tz) -> String {
    moment.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string()
}

/// A span in three or four letters, cut, never rounded up: `45m`, `69h`, `13d`.
pub fn span(seconds: i64) -> String {
    match seconds {
        ..3600 => format!("{}m", seconds.max(0) / 60),
        3600..=259_200 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// What the clock that runs has left: `69h`, `today` for what is due, blank where none runs (PRODUCT.md 3).
pub fn left(vitals: &Vitals, now: Moment) -> String {
    let now = now.timestamp();
    match vitals.urgency(now) {
        Urgency::Due => "today".to_owned(),
        Urgency::Later => String::new(),
        _ => vitals.deadline(now).map(|end| span(end - now)).unwrap_or_default(),
    }
}

/// The lead as a sentence names it: `Northwind Traders`.
pub fn title(lead: &Lead) -> String {
    lead.record.person.title()
}

/// Several leads in a sentence: the only one by its name, else how many.
pub fn several(leads: &[Lead]) -> String {
    match leads {
        [only] => title(only),
        many => format!("{} leads", many.len()),
    }
}

/// Reads the number of a lead: `12` or `#12`.
pub fn lead_id(text: &str) -> Result<LeadId, String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let id = digits.parse().ok().filter(|id| *id > 0);
    id.map(LeadId).ok_or_else(|| "a lead is named by its number, such as 12 (leadbox list shows them)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    #[test]
    fn days_are_the_sellers_days() {
        let now = parse("2026-11-20T12:00:00Z").unwrap();
        let late = parse("2026-11-24T23:30:00Z").unwrap();
        assert_eq!(day(late, now, Tz::UTC), "24 Nov");
        assert_eq!(day(late, now, Tz::Europe__Warsaw), "25 Nov");
        assert_eq!(day(parse("2027-01-02T00:00:00Z").unwrap(), now, Tz::UTC), "2 Jan 2027");
    }

    #[test]
    fn spans_are_never_longer_than_the_truth() {
        let spans: Vec<_> = [-5, 59, 3599, 3600, 71 * 3600 + 3599, 259_200, 345_599].into_iter().map(span).collect();
        assert_eq!(spans, ["0m", "0m", "59m", "1h", "71h", "72h", "3d"]);
    }

    #[test]
    fn a_lead_is_named_by_its_number() {
        assert_eq!(lead_id("#12"), Ok(LeadId(12)));
        for text in ["", "0", "-1", "abc", "1.5", "##1"] {
            assert!(lead_id(text).is_err(), "{text}");
        }
    }
}
