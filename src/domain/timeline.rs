//! What happened to a lead, as one stream (PRODUCT.md 3, detail): the store reads it from the journal, the screen shows it.
//! Must not hand out contact details: a changed e-mail or phone is named, never shown.

use chrono_tz::Tz;

use crate::domain::crm::PushNote;
use crate::domain::follow_up;
use crate::domain::lead::{Moment, Owed, Seller, Touch, Verdict};
use crate::domain::reconcile::FieldChange;
use crate::domain::tags;
use crate::domain::undo::Page;
use crate::domain::upload::UPLOADED;
use crate::domain::vocabulary::VerdictKind;

/// One thing that happened to a lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub kind: EventKind,
}

/// The kinds of events.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// It came in, with this file or delivery.
    Received {
        /// Name of the file.
        title: String,
    },
    /// An import taught us something.
    Imported {
        /// Name of the file.
        title: String,
        /// What changed.
        changes: Vec<FieldChange>,
        /// Sentences.
        remarks: Vec<String>,
    },
    /// The seller changed something.
    Changed {
        /// The step: "decline of Fabrikam".
        title: String,
        /// The lead's own part before and after.
        pages: Box<(Page, Page)>,
    },
    /// A file for Partner Center's bulk upload was written that tells what is owed.
    Uploaded {
        /// Name of the file.
        title: String,
        /// The lead's own part before and after.
        pages: Box<(Page, Page)>,
    },
    /// The seller took a step back.
    Undone {
        /// The step.
        title: String,
    },
    /// The seller repeated a step.
    Redone {
        /// The step.
        title: String,
    },
    /// It was sent into a CRM.
    Pushed(PushNote),
}

impl EventKind {
    /// The event in words, without its time. Times within are those of the seller's zone.
    pub fn words(&self, now: Moment, zone: Tz) -> String {
        match self {
            Self::Received { title } => format!("received, {title}"),
            Self::Imported { title, changes, remarks } => {
                if changes.is_empty() && !remarks.is_empty() {
                    // The file told of another lead, and this one followed from it.
                    return format!("{}, {title}", remarks.join("; "));
                }
                let fields: Vec<_> = changes.iter().map(field_words).collect();
                let mut words = format!("imported again, {title}");
                for part in fields.iter().chain(remarks) {
                    words.push_str("; ");
                    words.push_str(part);
                }
                words
            }
            Self::Changed { pages, .. } => step_words(&pages.0, &pages.1, now, zone),
            Self::Uploaded { title, pages } => {
                let new = |owed: &&Owed| owed.uploaded_at.is_some() && !pages.0.owed.contains(owed);
                let told: Vec<_> = pages.1.owed.iter().filter(new).map(|owed| owed.kind.noun()).collect();
                format!("{} {UPLOADED}: {title}", told.join(" and "))
            }
            Self::Undone { title } => format!("undone: {title}"),
            Self::Redone { title } => format!("redone: {title}"),
            Self::Pushed(note) => note.words(),
        }
    }
}

fn field_words(change: &FieldChange) -> String {
    match (change.field.as_str(), &change.to) {
        ("Status", Some(to)) => format!("status {to}"),
        (field, _) => format!("{field} changed"),
    }
}

fn step_words(before: &Page, after: &Page, now: Moment, zone: Tz) -> String {
    let (old, new) = (&before.seller, &after.seller);
    let mut parts = Vec::new();
    if old.verdict != new.verdict {
        parts.extend(new.verdict.as_ref().map(verdict_words));
    } else if old.deal != new.deal {
        parts.push("deal changed".to_owned());
    }
    if old.favorite != new.favorite {
        parts.push(if new.favorite { "favorite" } else { "no favorite any more" }.to_owned());
    }
    if new.touches.count > old.touches.count {
        parts.push(new.touches.last.as_ref().map_or_else(|| "contacted".to_owned(), touch_words));
    }
    parts.extend(follow_up_words(old, new, now, zone));
    if old.away != new.away {
        parts.push(if new.away { "put away" } else { "back from away" }.to_owned());
    }
    if old.tags != new.tags {
        parts.push(format!("tag {}", tags::difference(&old.tags, &new.tags)));
    }
    if old.note != new.note {
        parts.push(if new.note.is_some() { "note changed" } else { "note removed" }.to_owned());
    }
    if before.is_ticked_off_by(after) {
        let mut told: Vec<_> = before.settled_by(after).map(ticked_off).collect();
        told.dedup();
        parts.append(&mut told);
    }
    if parts.is_empty() { "changed".to_owned() } else { parts.join("; ") }
}

fn verdict_words(verdict: &Verdict) -> String {
    let reason = verdict.reason.map(|reason| format!(" ({})", reason.short())).unwrap_or_default();
    match verdict.kind {
        VerdictKind::Accepted => "accepted".to_owned(),
        VerdictKind::Declined => format!("declined{reason}"),
        VerdictKind::Won => "won".to_owned(),
        VerdictKind::Lost => format!("lost{reason}"),
    }
}

fn ticked_off(owed: &Owed) -> String {
    match owed.remark {
        None => format!("{} entered in Partner Center (ticked off)", owed.kind.noun()),
        Some(_) => format!("{} corrected in Partner Center (ticked off)", owed.kind.noun()),
    }
}

/// "called: left a message with Jo", "no answer".
fn touch_words(touch: &Touch) -> String {
    let kind = touch.kind.title().to_lowercase();
    touch.text.as_ref().map_or_else(|| kind.clone(), |text| format!("{kind}: {text}"))
}

fn follow_up_words(old: &Seller, new: &Seller, now: Moment, zone: Tz) -> Option<String> {
    match (old.later_until, new.later_until) {
        (before, after) if before == after => None,
        (None, Some(at)) => Some(format!("follow-up {}", follow_up::words(at, now, zone))),
        (Some(_), Some(at)) => Some(format!("follow-up moved to {}", follow_up::words(at, now, zone))),
        // A contact answers the date that was reached: nothing to tell.
        (_, None) if new.touches.count > old.touches.count || new.away => None,
        (_, None) => Some("no follow-up any more".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::Touches;
    use crate::domain::moment::parse;
    use crate::domain::vocabulary::TouchKind;

    fn said(change: impl Fn(&mut Seller)) -> String {
        let old = Seller {
            tags: vec!["old".into(), "vip".into()],
            note: Some("n".into()),
            later_until: parse("2026-11-20T11:00:00Z"),
            ..Seller::default()
        };
        let mut new = old.clone();
        change(&mut new);
        let page = |seller| Page { seller, owed: Vec::new() };
        let event = EventKind::Changed { title: "step".into(), pages: Box::new((page(old), page(new))) };
        event.words(parse("2026-11-20T12:00:00Z").expect("a moment"), Tz::Europe__Warsaw)
    }

    #[test]
    fn a_step_is_told_in_words() {
        let touch = |kind, text: Option<&str>| Some(Touch { kind, text: text.map(str::to_owned) });
        let touched = |last| Touches { count: 1, last, ..Touches::default() };
        assert_eq!(
            said(|new| {
                new.touches = touched(touch(TouchKind::Called, Some("left a message with Jo")));
                new.later_until = parse("2026-11-24T08:00:00Z");
            }),
            "called: left a message with Jo; follow-up moved to Tue 24 Nov 09:00"
        );
        assert_eq!(
            said(|new| {
                new.touches = touched(touch(TouchKind::NoAnswer, None));
                new.later_until = None;
            }),
            "no answer"
        );
        assert_eq!(said(|new| new.touches = touched(None)), "contacted");
        assert_eq!(said(|new| new.later_until = None), "no follow-up any more");
        assert_eq!(said(|new| new.away = true), "put away");
        assert_eq!(said(|new| new.tags = vec!["vip".into(), "warm".into()]), "tag +warm −old");
        assert_eq!(said(|new| new.note = Some("m".into())), "note changed");
        assert_eq!(said(|new| new.note = None), "note removed");
        assert_eq!(said(|new| new.favorite = true), "favorite");
        assert_eq!(said(|_| ()), "changed");
    }
}
