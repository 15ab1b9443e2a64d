//! Why a lead does not take a change, as the end of a sentence and as the word or two of a count.
//! Must not decide it: `change` does.

use std::fmt;

use crate::domain::tags;
use crate::domain::vocabulary::{Outcome, VerdictKind};

/// Why a lead does not take a change. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The lead is archived, with this outcome.
    Archived(Option<Outcome>),
    /// The lead asks for no answer.
    Informational,
    /// Accepted already.
    AlreadyAccepted,
    /// Not accepted yet.
    NotAccepted,
    /// Partner Center is owed nothing, or nothing of this kind.
    NothingOwed(Option<VerdictKind>),
    /// It asks for an answer: such a lead is not put away.
    NeedsAnswer,
    /// The same, and it was accepted.
    InHand,
    /// It would have more tags than a lead may.
    TooManyTags,
}

impl Refusal {
    /// The word or two of a count: "1 cannot: archived".
    pub const fn short(self) -> &'static str {
        match self {
            Self::Archived(_) => "archived",
            Self::Informational => "informational",
            Self::AlreadyAccepted => "accepted already",
            Self::NotAccepted => "not accepted yet",
            Self::NothingOwed(_) => "nothing owed",
            Self::NeedsAnswer => "to be answered",
            Self::InHand => "accepted",
            Self::TooManyTags => "too many tags",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archived(Some(Outcome::Expired)) => f.write_str(
                "is archived (expired): nobody answered it here in time; if it was answered in Partner Center, import a \
                 newer export",
            ),
            Self::Archived(Some(outcome)) => {
                write!(f, "is archived ({}); only undo can change that", outcome.title().to_lowercase())
            }
            Self::Archived(None) => f.write_str("is archived; only Partner Center can change that"),
            Self::Informational => f.write_str("is informational and asks for no answer"),
            Self::AlreadyAccepted => f.write_str("is accepted already; edit, won or lost go on from there"),
            Self::NotAccepted => f.write_str("is not accepted yet; accept it first"),
            Self::NothingOwed(None) => f.write_str("owes Partner Center nothing"),
            Self::NothingOwed(Some(kind)) => write!(f, "owes Partner Center no {}", kind.noun()),
            Self::NeedsAnswer => f.write_str(
                "asks for an answer and is not put away; accept or decline it, or give it a follow-up date",
            ),
            Self::InHand => {
                f.write_str("is accepted and is not put away; won or lost end it, a follow-up date lets it rest")
            }
            Self::TooManyTags => write!(f, "would have more than {} tags; take some away first", tags::MOST),
        }
    }
}
