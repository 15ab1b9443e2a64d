//! What is said after a change of the seller's own beyond its name: when the lead comes back and why not when it was asked
//! to, what brings it back from away, which tags it has now. The screen and the command line say the same.
//! Must not say what is owed: that stands in the verdict's own sentence.

use chrono_tz::Tz;

use crate::domain::change::Change;
use crate::domain::follow_up::{self, Kept};
use crate::domain::lead::{Lead, Moment};
use crate::domain::terms::Terms;

/// Leads of a bulk that are named with a date of their own at most.
const NAMED: usize = 4;

/// The sentences behind "Called Fabrikam.", each with a blank before it. `asked` is the follow-up date that a lead was
/// asked to take; the leads are those after the change.
pub fn after(
    change: &Change,
    leads: &[Lead],
    asked: impl Fn(&Lead) -> Option<Moment>,
    terms: &Terms,
    now: Moment,
    zone: Tz,
) -> String {
    match change {
        Change::Touch { .. } | Change::Later(Some(_)) => {
            let dated = leads.iter().filter_map(|lead| {
                let stands = lead.seller.later_until?;
                let kept = asked(lead).map(|asked| Kept::of(lead, asked, terms, now));
                // What was not asked for stands as it did, whatever deadline there is by now.
                Some((lead, kept.unwrap_or(Kept { at: stands, moved: None }).words(now, zone)))
            });
            follow_ups(leads.len(), &dated.collect::<Vec<_>>())
        }
        Change::Away(true) => match leads {
            [lead] => match lead.seller.later_until {
                Some(until) => format!(" Its follow-up, {}, comes first.", follow_up::words(until, now, zone)),
                None => " It comes back when its person sends another lead.".to_owned(),
            },
            _ => " They come back when their person sends another lead.".to_owned(),
        },
        Change::Tag { .. } => match leads {
            [lead] if lead.seller.tags.is_empty() => " It has none now.".to_owned(),
            [lead] => format!(" Now: {}.", lead.seller.tags.join(", ")),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// "Follow-up Mon 23 Nov 09:00." where all have one date, else the first leads with theirs.
fn follow_ups(count: usize, dated: &[(&Lead, String)]) -> String {
    let Some((_, first)) = dated.first() else { return String::new() };
    if dated.iter().all(|(_, words)| words == first) {
        return match count - dated.len() {
            0 => format!(" Follow-up {first}."),
            without => format!(" Follow-up {first}, none for {without}."),
        };
    }
    // One date of nearly all is said once; each of the others stands in its lead.
    let same = |words: &str| dated.iter().filter(|(_, other)| other == words).count();
    if let Some((_, words)) =
        dated.iter().max_by_key(|(_, words)| same(words)).filter(|(_, words)| 2 * same(words) > count)
    {
        return format!(" Follow-up {words} for {}, another or none for {}.", same(words), count - same(words));
    }
    let named = dated.iter().take(NAMED).map(|(lead, words)| format!("{} {words}", lead.record.person.title()));
    let named = named.collect::<Vec<_>>().join("; ");
    match count.saturating_sub(NAMED.min(dated.len())) {
        0 => format!(" Follow-up of {named}."),
        more => format!(" Follow-up of {named}; and {more} more."),
    }
}
