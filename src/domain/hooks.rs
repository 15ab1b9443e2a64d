//! Hooks: what of a lead's life a seller's own program is told. An accept, decline, win or loss given here fires, so does a lead
//! that comes in, and a hot one that is about to go cold; an undo, and what Partner Center tells, fire nothing.
//! Must not run anything: `shell::hooks` does.

use crate::domain::lead::{LeadId, Verdict};
use crate::domain::vocabulary::VerdictKind;

/// What happens to a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// It came in: from a file, a delivery or a sync.
    Receive,
    /// It was accepted.
    Accept,
    /// It was declined.
    Decline,
    /// Its deal was won.
    Won,
    /// Its deal was lost.
    Lost,
    /// Hot and untouched, it is cold in less than four hours. Once a lead, ever.
    Cooling,
}

impl Event {
    /// Every one, in the order of a lead's life.
    pub const ALL: [Self; 6] = [Self::Receive, Self::Cooling, Self::Accept, Self::Decline, Self::Won, Self::Lost];

    /// Its key in the config, which the program finds in `LEADBOX_EVENT`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Receive => "on_receive",
            Self::Accept => "on_accept",
            Self::Decline => "on_decline",
            Self::Won => "on_won",
            Self::Lost => "on_lost",
            Self::Cooling => "on_hot_4h",
        }
    }

    /// True where a seller's verdict is what happened.
    pub const fn is_verdict(self) -> bool {
        matches!(self, Self::Accept | Self::Decline | Self::Won | Self::Lost)
    }

    /// What a step of the seller's is that found one verdict and left another; `None` where it gave none.
    pub fn of_verdict(before: Option<&Verdict>, after: Option<&Verdict>) -> Option<Self> {
        let given = after.filter(|after| before != Some(*after))?;
        Some(match given.kind {
            VerdictKind::Accepted => Self::Accept,
            VerdictKind::Declined => Self::Decline,
            VerdictKind::Won => Self::Won,
            VerdictKind::Lost => Self::Lost,
        })
    }
}

/// Leads to which the same happened in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub event: Event,
    /// The leads, at most as many as were asked for.
    pub leads: Vec<LeadId>,
    /// How many more there were.
    pub beyond: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    #[test]
    fn a_verdict_fires_when_it_is_given_and_at_no_other_time() {
        let of = |kind| Verdict {
            kind,
            at: parse("2026-11-20T12:00:00Z").unwrap(),
            accepted_at: None,
            reason: None,
            notes: None,
            reported: false,
        };
        let (accepted, won) = (of(VerdictKind::Accepted), of(VerdictKind::Won));
        assert_eq!(Event::of_verdict(None, Some(&accepted)), Some(Event::Accept));
        assert_eq!(Event::of_verdict(Some(&accepted), Some(&won)), Some(Event::Won));
        assert_eq!(Event::of_verdict(None, Some(&of(VerdictKind::Declined))), Some(Event::Decline));
        assert_eq!(Event::of_verdict(Some(&accepted), Some(&of(VerdictKind::Lost))), Some(Event::Lost));
        assert_eq!(Event::of_verdict(Some(&accepted), Some(&accepted)), None, "a tag, a note, a deal");
        assert_eq!(Event::of_verdict(Some(&accepted), None), None, "nothing is given");
        assert_eq!(Event::of_verdict(None, None), None);
    }
}
