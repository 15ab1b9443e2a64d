//! Marked leads: Space marks and moves on, `v` a range, `A` all shown; what acts on a lead acts on the marked ones then
//! (PRODUCT.md 4). A question about many leads is asked once, with their count. Must not know what an act does.

use std::collections::HashSet;

use crate::app::commands::Command;
use crate::app::list::Anchor;
use crate::app::msg::Effect;
use crate::app::{App, Tone};
use crate::domain::catalog::Survey;
use crate::domain::change::{Act, Change, default_reason};
use crate::domain::lead::LeadId;
use crate::domain::vocabulary::Reason;

/// Which leads are marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    chosen: HashSet<LeadId>,
    /// The row on which a range began; from there to the cursor every lead counts as marked.
    range_from: Option<usize>,
}

impl Marks {
    /// True while a range is drawn.
    pub fn is_range(&self) -> bool {
        self.range_from.is_some()
    }

    /// True where no lead is marked.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty() && self.range_from.is_none()
    }
}

/// The leads a popup is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Them.
    pub leads: Vec<LeadId>,
    /// "6 leads (1 cannot: archived)" where they were marked; a single lead is called by its name.
    pub words: Option<String>,
    /// The reason that Enter takes where the act asks for one.
    pub reason: Reason,
}

impl App {
    /// Opens what an act asks for: at once for the lead under the cursor; for marked ones when the list has told what
    /// they make of it.
    pub(super) fn ask(&mut self, act: Act) -> Vec<Effect> {
        if !self.marks.is_empty() && act != Act::Edit {
            return vec![Effect::Survey(self.targets(), act)];
        }
        let Some(lead) = self.lead() else { return Vec::new() };
        let chosen = Chosen { leads: vec![lead.id], words: None, reason: default_reason([lead]) };
        let favorite = lead.seller.favorite;
        if let Some(why) = self.refusal(act) {
            self.say(why, Tone::Trouble);
            return Vec::new();
        }
        self.open_act(act, chosen, favorite)
    }

    pub(super) fn surveyed(&mut self, survey: Survey) -> Vec<Effect> {
        if survey.act == Act::Away && survey.all_away {
            let chosen = Chosen { words: Some(survey.words()), reason: survey.reason, leads: survey.leads };
            return self.open_act(Act::Back, chosen, false);
        }
        if survey.takers() == 0 {
            self.say(format!("Nothing was changed: of {}.", survey.words()), Tone::Trouble);
            return Vec::new();
        }
        let (act, favorite) = (survey.act, survey.all_favorites);
        let chosen = Chosen { words: Some(survey.words()), reason: survey.reason, leads: survey.leads };
        self.open_act(act, chosen, favorite)
    }

    /// `favorite`: every lead has the heart already.
    fn open_act(&mut self, act: Act, chosen: Chosen, favorite: bool) -> Vec<Effect> {
        match act {
            Act::Accept | Act::Edit => self.open_form(act, chosen),
            Act::Decline | Act::Lost => self.open_grounds(act, chosen),
            Act::Won => self.open_won(chosen),
            Act::Favorite => vec![Effect::Apply(chosen.leads, Change::Favorite(!favorite))],
            Act::TickOff => vec![Effect::Apply(chosen.leads, Change::TickOff(None))],
            Act::Touch => self.open_log_menu(chosen),
            Act::Later => self.open_later(chosen),
            Act::Tag => self.open_tags(chosen),
            Act::Note => self.write_note(&chosen),
            // A CRM tells it, no key.
            Act::CrmId => Vec::new(),
            Act::Away | Act::Back => {
                self.list.anchor = Anchor::Row;
                vec![Effect::Apply(chosen.leads, Change::Away(act == Act::Away))]
            }
        }
    }

    /// What the key of putting away does to the lead under the cursor.
    pub fn away_act(&self) -> Act {
        let away = self.marks.is_empty() && self.lead().is_some_and(|lead| lead.seller.away);
        if away { Act::Back } else { Act::Away }
    }

    /// True for a lead that is marked; `place` is its row.
    pub fn is_marked(&self, place: usize, id: LeadId) -> bool {
        self.range().is_some_and(|(from, to)| (from..=to).contains(&place)) || self.marks.chosen.contains(&id)
    }

    /// How many leads are marked, and how many of those are not in the list as it is.
    pub fn marked(&self) -> (usize, usize) {
        if self.marks.is_empty() {
            return (0, 0);
        }
        let shown = self.shown_marks().count();
        let range = self.range_ids().iter().filter(|id| !self.marks.chosen.contains(id)).count();
        let all = self.marks.chosen.len() + range;
        (all, all - shown)
    }

    /// The leads an act is for: the marked ones, those of the list first and in its order; else the one under the cursor.
    pub fn targets(&self) -> Vec<LeadId> {
        if self.marks.is_empty() {
            return self.selected().into_iter().collect();
        }
        let mut targets: Vec<LeadId> = self.shown_marks().collect();
        let shown: HashSet<LeadId> = targets.iter().copied().collect();
        let mut elsewhere: Vec<LeadId> = self.marks.chosen.iter().filter(|id| !shown.contains(id)).copied().collect();
        elsewhere.sort_unstable();
        targets.extend(elsewhere);
        targets
    }

    fn shown_marks(&self) -> impl Iterator<Item = LeadId> {
        self.listing.ids.iter().enumerate().filter(|(place, id)| self.is_marked(*place, **id)).map(|(_, id)| *id)
    }

    fn range(&self) -> Option<(usize, usize)> {
        let from = self.marks.range_from?;
        Some((from.min(self.list.cursor), from.max(self.list.cursor)))
    }

    fn range_ids(&self) -> &[LeadId] {
        let ids = self.range().and_then(|(from, to)| self.listing.ids.get(from..(to + 1).min(self.listing.ids.len())));
        ids.unwrap_or_default()
    }

    /// Makes the range's leads marked ones, before its rows mean other leads.
    pub(super) fn settle_range(&mut self) {
        let ids = self.range_ids().to_vec();
        self.marks.range_from = None;
        self.marks.chosen.extend(ids);
    }

    pub(super) fn mark(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Mark => {
                if let Some(id) = self.selected() {
                    if !self.marks.chosen.remove(&id) {
                        self.marks.chosen.insert(id);
                    }
                    self.go(Command::Down);
                }
            }
            Command::MarkRange if self.marks.is_range() => self.settle_range(),
            Command::MarkAll if self.needs_all() => {}
            Command::MarkRange => self.marks.range_from = self.selected().map(|_| self.list.cursor),
            _ => {
                self.settle_range();
                if self.listing.ids.iter().all(|id| self.marks.chosen.contains(id)) {
                    let shown: HashSet<LeadId> = self.listing.ids.iter().copied().collect();
                    self.marks.chosen.retain(|id| !shown.contains(id));
                } else {
                    self.marks.chosen.extend(self.listing.ids.iter().copied());
                }
            }
        }
        Vec::new()
    }

    /// Forgets every mark; false if there was none.
    pub(super) fn clear_marks(&mut self) -> bool {
        let had = !self.marks.is_empty();
        self.marks = Marks::default();
        had
    }
}
