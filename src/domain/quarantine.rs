//! A delivery that was authentic but could not be read: kept as it came until somebody mends or dismisses it (TRUST.md,
//! "The receiver never lies"). Must not hold the body: it is personal data, read only when it is asked for.

use crate::domain::identity;
use crate::domain::lead::Moment;

/// What is told of such a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Its number.
    pub id: i64,
    /// When it came first.
    pub received_at: Moment,
    /// When it came last.
    pub last_at: Moment,
    /// How often it came.
    pub times: u64,
    /// Why it could not be read, a sentence without personal data.
    pub reason: String,
    /// How large it is.
    pub bytes: u64,
}

/// How it was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Mended and imported.
    Imported,
    /// Of no use.
    Dismissed,
}

impl Settlement {
    /// Its number in the store.
    pub const fn code(self) -> u8 {
        match self {
            Self::Imported => 1,
            Self::Dismissed => 2,
        }
    }
}

/// How much of it is kept: a sender gone wrong must not fill the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bodies that wait.
    pub bodies: u64,
    /// Their bytes together.
    pub bytes: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self { bodies: 1000, bytes: 64 * 1024 * 1024 }
    }
}

/// True where the same body, settled before, waits anew: within 72 hours it is the delivery that was settled, as it is for
/// leads.
pub fn waits_anew(settled_at: Moment, came_at: Moment) -> bool {
    !identity::same_delivery(settled_at, came_at)
}

/// True where a settled body need not be kept any longer: a slip can be taken back for thirty days.
pub fn is_spent(settled_at: Moment, now: Moment) -> bool {
    now - settled_at > chrono::TimeDelta::days(30)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    #[test]
    fn what_was_settled_waits_anew_after_72_hours_and_is_gone_after_30_days() {
        let at = |text| parse(text).expect("a moment");
        let settled = at("2026-11-20T12:00:00Z");
        assert!(!waits_anew(settled, at("2026-11-23T12:00:00Z")));
        assert!(waits_anew(settled, at("2026-11-23T12:00:01Z")));
        assert!(!is_spent(settled, at("2026-12-20T12:00:00Z")));
        assert!(is_spent(settled, at("2026-12-20T12:00:01Z")));
    }
}
