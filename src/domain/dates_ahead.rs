//! The dates of a lead that lie ahead: when to follow up, when it expires unanswered, until when Partner Center takes what is
//! owed, when its deal should close. For a calendar, which asks for nothing that is past (PRODUCT.md 2 and 7).
//! Must not read a clock, and must not know how a calendar writes them.

use chrono::{NaiveDate, TimeDelta};

use crate::domain::lead::{Lead, Moment, Owed};
use crate::domain::moment::from_seconds;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Status, Urgency};

/// What a date is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion<'l> {
    /// The seller follows up.
    FollowUp,
    /// A lead that needs an answer expires without one.
    Answer {
        /// Until when it is hot, if it is and nobody contacted the customer.
        hot_until: Option<Moment>,
    },
    /// Partner Center takes a verdict no longer.
    Owed {
        /// What it has not been told.
        owed: &'l Owed,
        /// Which of several entries that say the same, from 0.
        nth: usize,
    },
    /// An accepted deal should close.
    Close,
}

/// When it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// To the second.
    At(Moment),
    /// A day of no zone.
    On(NaiveDate),
}

/// A date that lies ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateAhead<'l> {
    /// What for.
    pub occasion: Occasion<'l>,
    /// When.
    pub when: When,
}

/// The dates of a lead after `now`. A day lies ahead until it is over everywhere.
pub fn dates_ahead<'l>(lead: &'l Lead, terms: &Terms, now: Moment) -> Vec<DateAhead<'l>> {
    let vitals = Vitals::of(lead, terms);
    let (status, _) = vitals.standing(now.timestamp());
    let mut dates = Vec::new();
    let mut add = |occasion, at: Option<Moment>| {
        let at = at.filter(|at| *at > now);
        dates.extend(at.map(|at| DateAhead { occasion, when: When::At(at) }));
    };
    add(Occasion::FollowUp, lead.seller.later_until.filter(|_| status != Status::Archived));
    if vitals.needs_answer && status == Status::Received {
        let hot = vitals.urgency(now.timestamp()) == Urgency::Hot;
        let hot_until = vitals.hot_until.filter(|_| hot).and_then(from_seconds);
        add(Occasion::Answer { hot_until }, from_seconds(vitals.end));
    }
    for (place, owed) in lead.owed.iter().enumerate() {
        let says_the_same = |other: &&Owed| other.kind == owed.kind && other.remark == owed.remark;
        let nth = lead.owed.iter().take(place).filter(says_the_same).count();
        add(Occasion::Owed { owed, nth }, owed.due);
    }
    let close = lead.seller.deal.as_ref().and_then(|deal| deal.close_on).filter(|_| status == Status::Accepted);
    let day_somewhere = now.checked_sub_signed(TimeDelta::hours(12)).unwrap_or(now).date_naive();
    let close = close.filter(|day| *day >= day_somewhere);
    dates.extend(close.map(|day| DateAhead { occasion: Occasion::Close, when: When::On(day) }));
    dates
}

/// True where a lead has a date ahead, so that a calendar has something to say of it.
pub fn has_date_ahead(lead: &Lead, terms: &Terms, now: Moment) -> bool {
    !dates_ahead(lead, terms, now).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::{Change, Grounds, apply};
    use crate::domain::lead::{Deal, LeadId, Receipt, Seller};
    use crate::domain::moment::parse;
    use crate::domain::record::{self, Field, RawRecord};
    use crate::domain::vocabulary::{Reason, ReceivedVia, TouchKind};

    fn at(text: &str) -> Moment {
        parse(text).unwrap()
    }

    const NOW: &str = "2026-11-20T12:00:00Z";

    fn lead(created: &str, action: &str) -> Lead {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, created);
        raw.set(Field::CallToAction, action);
        Lead {
            id: LeadId(1),
            rev: 1,
            record: record::read(&raw).unwrap(),
            seller: Seller::default(),
            owed: Vec::new(),
            receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at: at(created), as_of: at(created) },
        }
    }

    fn changed(lead: &Lead, change: &Change) -> Lead {
        apply(lead, change, &Terms::default(), at(NOW)).unwrap()
    }

    fn told(lead: &Lead, now: &str) -> Vec<String> {
        let dates = dates_ahead(lead, &Terms::default(), at(now)).into_iter();
        dates
            .map(|date| {
                let when = match date.when {
                    When::At(at) => at.format("%Y-%m-%d %H:%M").to_string(),
                    When::On(day) => day.to_string(),
                };
                match date.occasion {
                    Occasion::FollowUp => format!("follow up {when}"),
                    Occasion::Answer { hot_until: Some(hot) } => {
                        format!("answer {when}, hot until {}", hot.format("%d %H:%M"))
                    }
                    Occasion::Answer { hot_until: None } => format!("answer {when}"),
                    Occasion::Owed { owed, nth } => format!("{} {nth} {when}", owed.kind.verb()),
                    Occasion::Close => format!("close {when}"),
                }
            })
            .collect()
    }

    #[test]
    fn a_lead_to_answer_has_its_expiry_and_its_flame() {
        let hot = lead("2026-11-19T12:00:00Z", "Contact me");
        assert_eq!(told(&hot, NOW), ["answer 2026-12-03 12:00, hot until 22 12:00"]);
        let touched =
            changed(&hot, &Change::Touch { kind: TouchKind::Called, text: None, next: Some(at("2026-11-25")) });
        assert_eq!(
            told(&touched, NOW),
            ["follow up 2026-11-25 00:00", "answer 2026-12-03 12:00"],
            "nobody waits for the first call"
        );
        assert_eq!(told(&touched, "2026-11-25"), ["answer 2026-12-03 12:00"], "a date that is reached is not ahead");
        assert_eq!(told(&touched, "2026-12-03T12:00:00Z"), Vec::<String>::new(), "expired");
        assert!(!has_date_ahead(&lead("2026-11-19", "Test drive"), &Terms::default(), at(NOW)), "asks for nothing");
    }

    #[test]
    fn what_is_owed_has_a_deadline_and_a_deal_its_day() {
        let mut deal = Deal {
            name: "Adatum".to_owned(),
            value: None,
            currency: None,
            close_on: parse("2026-12-31").map(|day| day.date_naive()),
            notes: None,
            crm_id: None,
            campaign_id: None,
            team: Vec::new(),
        };
        let waiting = lead("2026-11-10", "Contact me");
        let accepted = changed(&waiting, &Change::Accept { deal: deal.clone(), reported: false });
        assert_eq!(told(&accepted, NOW), ["accept 0 2026-11-24 00:00", "close 2026-12-31"]);
        assert_eq!(
            told(&accepted, "2027-01-01T11:59:59Z"),
            ["close 2026-12-31"],
            "the day is not over on Baker Island"
        );
        assert_eq!(told(&accepted, "2027-01-01T12:00:00Z"), Vec::<String>::new());
        deal.close_on = None;
        let told_before = changed(&waiting, &Change::Accept { deal, reported: true });
        assert_eq!(told(&told_before, NOW), Vec::<String>::new());
        let grounds = Grounds { reason: Reason::Budget, notes: None, reported: false };
        let mut declined = changed(&waiting, &Change::Decline(grounds));
        declined.seller.later_until = Some(at("2026-12-24"));
        declined.owed.push(declined.owed[0].clone());
        assert_eq!(
            told(&declined, NOW),
            ["decline 0 2026-11-24 00:00", "decline 1 2026-11-24 00:00"],
            "archived: no follow-up"
        );
    }
}
