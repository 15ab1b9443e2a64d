//! What happened since the seller closed the inbox, as counts: new, cooled, back from later, expired, and what expires today
//! (PRODUCT.md 3, "Since yesterday 18:10: …"). Must not read a clock or a store.

use crate::domain::lead::{LeadId, Moment};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Status;

/// When the inbox was closed last, and the newest lead there was then: what came later is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When.
    pub at: Moment,
    /// The newest lead of that moment.
    pub lead: LeadId,
}

/// What happened since, as counts. Test leads are in none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// Since when.
    pub at: Moment,
    /// Leads that came.
    pub new: u32,
    /// Known leads that were hot then, were not contacted, and are not hot any more.
    pub cooled: u32,
    /// Leads whose follow-up date came.
    pub back: u32,
    /// Leads that expired unanswered.
    pub expired: u32,
    /// Leads that expire before the seller's day ends.
    pub expire_today: u32,
}

impl Since {
    /// Nothing yet.
    pub fn new(at: Moment) -> Self {
        Self { at, new: 0, cooled: 0, back: 0, expired: 0, expire_today: 0 }
    }

    /// Counts a lead in. `day_ends`: the end of the seller's day, in seconds since 1970 as `now` is.
    pub fn count(&mut self, id: LeadId, vitals: &Vitals, seen: &Seen, now: i64, day_ends: i64) {
        let then = seen.at.timestamp();
        let passed = |moment: i64| then < moment && moment <= now;
        let received = vitals.decided.0 == Status::Received;
        let waits = received && vitals.needs_answer;
        self.new += u32::from(id > seen.lead);
        let cooled = vitals.hot_until.is_some_and(passed) && vitals.created <= then && !vitals.touched;
        self.cooled += u32::from(id <= seen.lead && cooled && waits && now < vitals.end);
        self.back += u32::from(vitals.later_until.is_some_and(passed) && vitals.standing(now).0 != Status::Archived);
        self.expired += u32::from(waits && passed(vitals.end));
        self.expire_today += u32::from(waits && now < vitals.end && vitals.end < day_ends);
    }

    /// "4 new · 1 cooled · 1 back from later · 1 expires today"; what is none is left out.
    pub fn words(&self) -> String {
        let expires = if self.expire_today == 1 { "expires today" } else { "expire today" };
        let counts = [
            (self.new, "new"),
            (self.cooled, "cooled"),
            (self.back, "back from later"),
            (self.expired, "expired"),
            (self.expire_today, expires),
        ];
        let told: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if told.is_empty() { "nothing new".to_owned() } else { told.join(" · ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::from_seconds;

    const HOUR: i64 = 3600;

    /// A Contact me lead created so many hours before the moment 1,000 h, and what it counts to since 980 h.
    fn counted(id: i64, hours_ago: i64, change: impl Fn(&mut Vitals)) -> Since {
        let now = 1000 * HOUR;
        let created = now - hours_ago * HOUR;
        let mut vitals = Vitals {
            created,
            end: created + 14 * 24 * HOUR,
            hot_until: Some(created + 72 * HOUR),
            needs_answer: true,
            contact_me: true,
            decided: (Status::Received, None),
            touched: false,
            away: false,
            later_until: None,
            owed: false,
            owed_due: None,
        };
        change(&mut vitals);
        let seen = Seen { at: from_seconds(980 * HOUR).unwrap(), lead: LeadId(10) };
        let mut since = Since::new(seen.at);
        since.count(LeadId(id), &vitals, &seen, now, now + 6 * HOUR);
        since
    }

    #[test]
    fn each_lead_counts_to_what_happened_to_it() {
        assert_eq!(counted(11, 2, |_| ()).words(), "1 new");
        assert_eq!(counted(10, 22, |_| ()).words(), "nothing new");
        assert_eq!(counted(9, 73, |_| ()).words(), "1 cooled");
        assert_eq!(counted(9, 92, |_| ()).words(), "nothing new", "it was cold when it was seen");
        assert_eq!(counted(9, 91, |_| ()).words(), "1 cooled");
        assert_eq!(counted(9, 73, |vitals| vitals.touched = true).words(), "nothing new");
        assert_eq!(counted(9, 73, |vitals| vitals.decided = (Status::Accepted, None)).words(), "nothing new");
        assert_eq!(
            counted(9, 80, |vitals| vitals.later_until = Some(999 * HOUR)).words(),
            "1 cooled · 1 back from later"
        );
        assert_eq!(counted(9, 14 * 24 + 1, |_| ()).words(), "1 expired");
        assert_eq!(counted(9, 14 * 24 - 5, |_| ()).words(), "1 expires today");
        assert_eq!(counted(9, 14 * 24 - 7, |_| ()).words(), "nothing new");
    }
}
