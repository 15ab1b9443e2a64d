//! The one clock. No other module reads the time; everywhere else `now` is an argument.
//!
//! `LEADBOX_NOW` fixes it, so that every screen, deadline and test can be repeated to the second
//! (PRODUCT.md 5, "`LEADBOX_NOW` (RFC 3339) fixes the clock").

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The name of the environment variable that fixes the clock.
pub const NOW_VARIABLE: &str = "LEADBOX_NOW";

/// Where `now` and the local zone come from for one run of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    fixed: Option<DateTime<Utc>>,
    zone: Tz,
}

/// Why there is no clock. Ends the program as a usage error (exit 2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// `LEADBOX_NOW` is set, but not to an instant.
    #[error(
        "LEADBOX_NOW is set to {0}, which is not an RFC 3339 time. Nothing was done. \
         Write it like 2026-11-20T09:12:00Z, or unset it."
    )]
    Unreadable(String),
}

impl Clock {
    /// The clock this process was started with: `LEADBOX_NOW` if set, else the system's; the zone from `TZ`
    /// if that names an IANA zone, else the system's, else UTC.
    pub fn from_env() -> Result<Clock, ClockError> {
        let now = std::env::var_os(NOW_VARIABLE).map(|value| value.to_string_lossy().into_owned());
        let tz = std::env::var("TZ").ok();
        let system = iana_time_zone::get_timezone().ok();
        Clock::from_parts(now.as_deref(), tz.as_deref(), system.as_deref())
    }

    fn from_parts(now: Option<&str>, tz: Option<&str>, system: Option<&str>) -> Result<Clock, ClockError> {
        let zone = tz.and_then(read_zone).or_else(|| system.and_then(read_zone)).unwrap_or(Tz::UTC);
        let fixed = now.map(read_instant).transpose()?;
        Ok(Clock { fixed, zone })
    }

    /// A clock that stands still at `now` (cut to whole seconds) in `zone`.
    pub fn fixed(now: DateTime<Utc>, zone: Tz) -> Clock {
        Clock { fixed: Some(now.trunc_subsecs(0)), zone }
    }

    /// This instant in UTC, in whole seconds.
    pub fn now(&self) -> DateTime<Utc> {
        self.fixed.unwrap_or_else(|| system_now().trunc_subsecs(0))
    }

    /// The system's own time, also where `LEADBOX_NOW` is the seller's: a service refuses a signature or token whose time is
    /// not its own. For wires alone; nothing that is stored is dated by it.
    pub fn wire_now() -> DateTime<Utc> {
        system_now().trunc_subsecs(0)
    }

    /// Time since the first call. Never a time of day.
    pub fn passed() -> Duration {
        static FIRST: OnceLock<Instant> = OnceLock::new();
        let now = monotonic_now();
        now.saturating_duration_since(*FIRST.get_or_init(|| now))
    }

    /// Whether `LEADBOX_NOW` is the time: then it never moves.
    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// The zone in which times are shown and typed.
    pub fn zone(&self) -> Tz {
        self.zone
    }
}

/// A point on the monotonic clock after which something has taken too long. Never a time of day.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline that lies `span` from this moment.
    pub fn after(span: Duration) -> Deadline {
        Deadline(monotonic_now() + span)
    }

    /// What is left of it; zero once it has passed.
    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(monotonic_now())
    }

    /// Whether it has passed.
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}

#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
fn monotonic_now() -> Instant {
    Instant::now()
}

fn read_instant(text: &str) -> Result<DateTime<Utc>, ClockError> {
    DateTime::parse_from_rfc3339(text.trim())
        .map(|instant| instant.with_timezone(&Utc).trunc_subsecs(0))
        .map_err(|_| ClockError::Unreadable(quote(text)))
}

/// POSIX lets `TZ` start with a colon; anything else that is not an IANA name (`CET-1CEST`) is no zone of ours.
fn read_zone(text: &str) -> Option<Tz> {
    let name = text.trim();
    name.strip_prefix(':').unwrap_or(name).parse().ok()
}

/// The value comes from outside and goes to a terminal: printable ASCII stays, the rest is escaped, 60 characters at most.
fn quote(text: &str) -> String {
    let shown: String = text.chars().take(60).flat_map(char::escape_default).collect();
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_now() {
        let clock = Clock::from_parts(Some("2026-11-20T10:12:00.9+01:00"), None, None).unwrap();
        assert_eq!(clock.now().to_rfc3339(), "2026-11-20T09:12:00+00:00");
        assert!(clock.is_fixed());
    }

    #[test]
    fn without_the_variable_the_system_runs() {
        let clock = Clock::from_parts(None, None, None).unwrap();
        assert!(!clock.is_fixed());
        assert_eq!(clock.now().timestamp_subsec_nanos(), 0);
    }

    #[test]
    fn an_unreadable_variable_is_a_sentence_without_controls() {
        for text in ["", "yesterday", "2026-11-20", "2026-11-20T09:12:00", "\u{1b}[2J", "é"] {
            let error = Clock::from_parts(Some(text), None, None).unwrap_err().to_string();
            assert!(error.starts_with("LEADBOX_NOW is set to \""), "{error}");
            assert!(error.is_ascii() && !error.chars().any(char::is_control), "{error:?}");
        }
    }

    #[test]
    fn the_zone_falls_back_in_order() {
        let zone = |tz, system| Clock::from_parts(None, tz, system).unwrap().zone();
        assert_eq!(zone(Some("Europe/Berlin"), Some("Asia/Tokyo")), Tz::Europe__Berlin);
        assert_eq!(zone(Some(":Europe/Berlin"), None), Tz::Europe__Berlin);
        assert_eq!(zone(Some("CET-1CEST"), Some("Asia/Tokyo")), Tz::Asia__Tokyo);
        assert_eq!(zone(Some(""), Some("nowhere")), Tz::UTC);
        assert_eq!(zone(None, None), Tz::UTC);
    }

    #[test]
    fn a_fixed_clock_stands_still_in_whole_seconds() {
        let instant = DateTime::from_timestamp(1_700_000_000, 999).unwrap();
        let clock = Clock::fixed(instant, Tz::UTC);
        assert_eq!(clock.now().timestamp(), 1_700_000_000);
        assert_eq!(clock.now().timestamp_subsec_nanos(), 0);
    }

    #[test]
    fn time_that_passes_never_goes_back() {
        let first = Clock::passed();
        assert!(Clock::passed() >= first);
    }

    #[test]
    fn a_deadline_passes() {
        assert!(Deadline::after(Duration::ZERO).has_passed());
        assert!(!Deadline::after(Duration::from_hours(1)).has_passed());
    }
}
