//! Days and names in the words of the command line: `24 Nov`, `Northwind Traders`, `#12`. Must not decide what is said.
//! Texts from outside are made safe by whoever prints them.

use chrono::Datelike;
use chrono_tz::Tz;

use crate::cli::exit::Fault;
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::numbers;
use crate::domain::term_text::TermText;

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

/// The lead as a sentence names it: `Northwind Traders`.
pub fn title(lead: &Lead) -> String {
    lead.record.person.title()
}

/// Several leads in a sentence: the only one by its name, else how many.
pub fn several(leads: &[Lead]) -> String {
    match leads {
        [only] => title(only),
        many => numbers::leads(many.len()),
    }
}

/// Reads the number of a lead: `12` or `#12`.
pub fn lead_id(text: &str) -> Result<LeadId, String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let id = digits.parse().ok().filter(|id| *id > 0);
    id.map(LeadId).ok_or_else(|| "a lead is named by its number, such as 12 (leadbox list shows them)".to_owned())
}

/// The numbers of leads that words begin with, and the words behind them. At least one number is needed.
pub fn ids_first(words: &[String]) -> Result<(Vec<LeadId>, &[String]), Fault> {
    let ids: Vec<LeadId> = words.iter().map_while(|word| lead_id(word).ok()).collect();
    let rest = words.get(ids.len()..).unwrap_or_default();
    match (ids.is_empty(), rest.first()) {
        (true, Some(word)) => {
            let why = lead_id(word).err().unwrap_or_default();
            Err(Fault::usage(format!("{} is no lead: {why}.", TermText::line(word).fit(40))))
        }
        _ => Ok((ids, rest)),
    }
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
    fn a_lead_is_named_by_its_number() {
        assert_eq!(lead_id("#12"), Ok(LeadId(12)));
        for text in ["", "0", "-1", "abc", "1.5", "##1"] {
            assert!(lead_id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_come_first_and_the_rest_is_text() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let all = words("12 #13 3h 14");
        let (ids, rest) = ids_first(&all).expect("two leads");
        assert_eq!((ids, rest), (vec![LeadId(12), LeadId(13)], &all[2..]));
        assert_eq!(ids_first(&words("12")).expect("one").1.len(), 0);
        assert!(ids_first(&words("vip 12")).is_err() && ids_first(&words("0")).is_err());
    }
}
