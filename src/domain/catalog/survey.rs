//! Questions about many leads at once, told from the list in memory: what marked ones make of an act (PRODUCT.md 4, "1
//! cannot: archived"), and what happened since the seller was here. Must not change leads: the store asks each again.

use crate::domain::catalog::Catalog;
use crate::domain::catalog::facets::{FAVORITE, TEST};
use crate::domain::change::{Act, Refusal, check_vitals, default_reason_of};
use crate::domain::lead::{LeadId, Moment};
use crate::domain::numbers;
use crate::domain::since::{Seen, Since};
use crate::domain::vocabulary::{Quality, Reason, Validity};

/// The answer for some leads and one act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The act.
    pub act: Act,
    /// Every lead that was asked, in that order.
    pub leads: Vec<LeadId>,
    /// How many of them do not take it, by reason; the most frequent first.
    pub refused: Vec<(Refusal, usize)>,
    /// The reason that Enter takes where the act asks for one.
    pub reason: Reason,
    /// Every one of them has the heart already.
    pub all_favorites: bool,
    /// Every one of them is put away already.
    pub all_away: bool,
}

impl Survey {
    /// How many leads take it.
    pub fn takers(&self) -> usize {
        self.leads.len() - self.refused.iter().map(|(_, count)| count).sum::<usize>()
    }

    /// "6 leads (1 cannot: archived)": what the question is about.
    pub fn words(&self) -> String {
        let left = self.left_words();
        let left = if left.is_empty() { left } else { format!(" ({left})") };
        format!("{}{left}", numbers::leads(self.leads.len()))
    }

    /// "1 cannot: archived", "3 cannot: 2 archived, 1 informational"; nothing where all can.
    pub fn left_words(&self) -> String {
        refusal_words(&self.refused)
    }
}

/// "1 cannot: archived", "3 cannot: 2 archived, 1 informational"; nothing for no refusal.
pub fn refusal_words(refused: &[(Refusal, usize)]) -> String {
    let count: usize = refused.iter().map(|(_, count)| count).sum();
    match refused {
        [] => String::new(),
        [(only, _)] => format!("{count} cannot: {}", only.short()),
        many => {
            let each: Vec<_> = many.iter().map(|(refusal, count)| format!("{count} {}", refusal.short())).collect();
            format!("{count} cannot: {}", each.join(", "))
        }
    }
}

/// Counts refusals of the same words together, the most frequent first.
pub fn count_refusals(refusals: impl IntoIterator<Item = Refusal>) -> Vec<(Refusal, usize)> {
    let mut counted: Vec<(Refusal, usize)> = Vec::new();
    for refusal in refusals {
        match counted.iter_mut().find(|(known, _)| known.short() == refusal.short()) {
            Some((_, count)) => *count += 1,
            None => counted.push((refusal, 1)),
        }
    }
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted
}

impl Catalog {
    /// What happened since the leads were seen last, at `now` until `day_ends` (seconds since 1970). Test leads apart.
    pub fn since(&self, seen: &Seen, now: i64, day_ends: i64) -> Since {
        let mut since = Since::new(seen.at);
        for row in 0..self.len() as u32 {
            let (segment, place) = self.at(row);
            if !segment.facets(place).has(TEST) {
                since.count(segment.id(place), &segment.vitals(place, &self.terms), seen, now, day_ends);
            }
        }
        since
    }

    /// Asks leads whether they take an act at `now`. Ids the catalog does not have are left out of the answer.
    pub fn survey(&self, ids: &[LeadId], act: Act, now: Moment) -> Survey {
        let rows: Vec<(LeadId, u32)> = ids.iter().filter_map(|id| self.row(*id).map(|row| (*id, row))).collect();
        let refusals = rows.iter().filter_map(|(_, row)| check_vitals(&self.vitals(*row), act, now).err());
        let refused = count_refusals(refusals);
        let suspects = rows.iter().map(|(_, row)| {
            let (segment, place) = self.at(*row);
            let facets = segment.facets(place);
            let (quality, email) = (facets.quality() as u8, facets.email_validity() as u8);
            quality == Quality::Low.code() || email == Validity::Spam.code()
        });
        let reason = default_reason_of(suspects);
        let all_favorites = rows.iter().all(|(_, row)| {
            let (segment, place) = self.at(*row);
            segment.facets(place).has(FAVORITE)
        });
        let all_away = rows.iter().all(|(_, row)| self.vitals(*row).away);
        Survey { act, leads: rows.into_iter().map(|(id, _)| id).collect(), refused, reason, all_favorites, all_away }
    }
}
