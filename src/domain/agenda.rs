//! What asks for the seller now, in numbers: for a shell prompt or a status line (PRODUCT.md 5, `status`).
//! Every count follows the rules of `vitals`. Must not read a clock or a store: the leads are brought.

use crate::domain::lead::{Moment, Owed};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Urgency;

/// The counts of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// Leads that burn, untouched.
    pub hot: u32,
    /// Those of them that nobody touched for 24 hours.
    pub late: u32,
    /// Leads that expire, or whose entry is due, within 72 hours.
    pub expiring: u32,
    /// Leads whose follow-up date is reached, or that were accepted and never touched.
    pub due: u32,
    /// *Contact me* leads that cooled and still wait for an answer.
    pub waiting: u32,
    /// Entries of the outbox: what Partner Center has not been told.
    pub owed: u32,
    /// Those of them whose deadline has passed.
    pub overdue: u32,
    /// The first deadline of all that is owed.
    pub first_owed: Option<Moment>,
    /// Deliveries that could not be read and wait to be mended: whoever counts the leads adds them.
    pub unreadable: u32,
}

impl Agenda {
    /// Counts a lead, given its vital facts and open entries. Test leads are not to be brought.
    pub fn take(&mut self, vitals: &Vitals, owed: &[Owed], now: Moment) {
        let seconds = now.timestamp();
        match vitals.urgency(seconds) {
            Urgency::Hot => self.hot += 1,
            Urgency::Expiring => self.expiring += 1,
            Urgency::Due => self.due += 1,
            Urgency::Waiting => self.waiting += 1,
            _ => {}
        }
        self.late += u32::from(vitals.is_late(seconds));
        self.owed += owed.len() as u32;
        for due in owed.iter().filter_map(|owed| owed.due) {
            self.overdue += u32::from(due <= now);
            self.first_owed = Some(self.first_owed.map_or(due, |first| first.min(due)));
        }
    }

    /// True when something was left too long: a hot lead without a touch for 24 hours, or an entry past its deadline.
    pub fn is_late(&self) -> bool {
        self.late > 0 || self.overdue > 0
    }
}
