//! Times and spans in words, as the screen and the command line show them: `69h`, `3 d 4 h`, `today 09:40`.
//! Must not read a clock: now is an argument.

use chrono::{Datelike, TimeDelta};
use chrono_tz::Tz;

use crate::domain::lead::{Lead, Moment, Record};
use crate::domain::moment::from_seconds;
pub use crate::domain::numbers::count;
pub use crate::domain::spans::span;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{CallToAction, LeadType, Outcome, Qualification, Status, Urgency};

/// Time left, short: `24m`, `69h`, `1d 4h`, `8d`, `late`. Hot leads count in hours.
pub fn left(seconds: i64, urgency: Urgency) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        ..0 => "late".to_owned(),
        0..3600 => format!("{minutes}m"),
        _ if hours < 24 || urgency == Urgency::Hot => format!("{hours}h"),
        _ if hours < 72 => format!("{days}d {}h", hours % 24),
        _ => format!("{days}d"),
    }
}

/// Time left on the clock that runs: `69h`, `today` for what is due, blank where none runs (PRODUCT.md 3, row).
pub fn time_left(vitals: &Vitals, now: i64) -> String {
    let urgency = vitals.urgency(now);
    match urgency {
        Urgency::Due => "today".to_owned(),
        Urgency::Later => String::new(),
        _ => vitals.deadline(now).map(|deadline| left(deadline - now, urgency)).unwrap_or_default(),
    }
}

/// What stands in the list's time column: the outcome of an archived lead, else the time left.
pub fn time_column(vitals: &Vitals, now: i64) -> String {
    match vitals.urgency(now) {
        Urgency::Archived => vitals.standing(now).1.map_or("archived", Outcome::title).to_lowercase(),
        _ => time_left(vitals, now),
    }
}

/// How a lead stands, in a word: its outcome, that it is accepted, else the time left or what it waits for.
pub fn state(vitals: &Vitals, now: i64) -> String {
    match (vitals.standing(now).0, vitals.urgency(now)) {
        (Status::Accepted, _) => "accepted".to_owned(),
        (_, urgency @ (Urgency::Later | Urgency::Away)) => urgency.word().to_owned(),
        _ => time_column(vitals, now),
    }
}

/// Why an Expired lead is expired: Partner Center says so, or nobody answered here in time.
pub fn expired_sentence(vitals: &Vitals, now: Moment, zone: Tz) -> String {
    if vitals.decided.1 == Some(Outcome::Expired) {
        return "Expired: Partner Center had no answer in time.".to_owned();
    }
    let days = (vitals.end - vitals.created) / 86_400;
    let end = from_seconds(vitals.end).map(|end| day(end, now, zone)).unwrap_or_default();
    format!("Expired {end} ({days} days without an answer here).")
}

/// What the lead is about, in one short word: its call to action or kind, or that it is accepted.
pub fn about(lead: &Lead, status: Status) -> &'static str {
    if status == Status::Accepted {
        return "Accepted";
    }
    let record: &Record = &lead.record;
    match (record.qualification, record.lead_type, record.call_to_action) {
        _ if record.do_not_contact => "DNC",
        (Qualification::Sales, ..) => "Sales",
        (Qualification::Marketing, ..) => "Mktg",
        (_, LeadType::Profile, _) => "Profile",
        (.., CallToAction::ContactMe) => "Contact",
        (.., CallToAction::GetItNow) => "Get now",
        (.., CallToAction::FreeTrial) => "Trial",
        (.., CallToAction::TestDrive) => "TestDrv",
        (.., CallToAction::Unknown) => "?",
    }
}

/// A day: `today`, `yesterday`, `20 Nov`, `20 Nov 2025`.
pub fn day(at: Moment, now: Moment, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive());
    match now - at {
        days if days == TimeDelta::zero() => "today".to_owned(),
        days if days == TimeDelta::days(1) => "yesterday".to_owned(),
        _ if at.year() == now.year() => at.format("%-d %b").to_string(),
        _ => at.format("%-d %b %Y").to_string(),
    }
}

/// A day and a time: `today 09:40`, `18 Nov 07:12`.
pub fn day_time(at: Moment, now: Moment, zone: Tz) -> String {
    format!("{} {}", day(at, now, zone), at.with_timezone(&zone).format("%H:%M"))
}

/// How long ago, in one figure: `just now`, `12 min ago`, `3 h ago`, `2 d ago`.
pub fn ago(at: Moment, now: Moment) -> String {
    match (now - at).num_minutes() {
        ..1 => "just now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min ago"),
        minutes @ 60..2880 => format!("{} h ago", minutes / 60),
        minutes => format!("{} d ago", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_short_and_exact() {
        let hour = 3600;
        for (seconds, urgency, want) in [
            (-1, Urgency::Expiring, "late"),
            (59 * 60, Urgency::Hot, "59m"),
            (66 * hour, Urgency::Hot, "66h"),
            (9 * hour, Urgency::Expiring, "9h"),
            (28 * hour, Urgency::Expiring, "1d 4h"),
            (72 * hour, Urgency::Waiting, "3d"),
        ] {
            assert_eq!(left(seconds, urgency), want);
        }
    }
}
