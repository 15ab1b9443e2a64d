//! `n` and `N`: from lead to lead to answer, the one whose delay costs most first, with the reason why (PRODUCT.md 4).
//! A walk visits each once, whatever order the list has; a lead is never skipped because the cursor happened to be on it.
//! Must not order leads: the list in memory does.

use std::collections::HashSet;

use crate::app::commands::Command;
use crate::app::msg::{Effect, Errand, Row};
use crate::app::{App, Armed, Tone};
use crate::domain::catalog::Query;
use crate::domain::filter::TabChoice;
use crate::domain::lead::LeadId;
use crate::domain::why::why;

/// Which leads were visited, and for what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    visited: HashSet<LeadId>,
    /// What was shown when it began; another query begins another walk. `None`: the walk itself opened another tab.
    query: Option<Query>,
    /// The lead whose reason is told once it was read.
    telling: Option<LeadId>,
}

impl App {
    /// Asks for the leads to answer; `again`: nothing was left here, and the key was pressed again.
    pub(super) fn next(&mut self, forward: bool, again: bool) -> Vec<Effect> {
        let shown = Query { sort: crate::domain::sort::Sort::default(), ..self.query.clone() };
        if self.walk.query.as_ref().is_some_and(|query| *query != shown) {
            self.walk = Walk::default();
        }
        self.walk.query = Some(shown.clone());
        vec![match (forward, again) {
            (false, _) => Effect::Queue(Errand::Previous, shown),
            (true, false) => Effect::Queue(Errand::Next, shown),
            (true, true) => Effect::Queue(Errand::NextAnywhere, Query { tab: TabChoice::All, ..Query::default() }),
        }]
    }

    pub(super) fn queued(&mut self, errand: Errand, queue: Vec<LeadId>) -> Vec<Effect> {
        match errand {
            Errand::Next | Errand::NextAnywhere => self.walk_on(errand, &queue),
            Errand::Previous => self.walk_back(&queue),
            Errand::Run => self.run_queued(queue),
        }
    }

    fn walk_on(&mut self, errand: Errand, queue: &[LeadId]) -> Vec<Effect> {
        let Some(id) = queue.iter().copied().find(|id| !self.walk.visited.contains(id)) else {
            if self.needs_all() {
                return Vec::new();
            }
            let text = if errand == Errand::NextAnywhere {
                self.walk = Walk::default();
                "Nothing is left to answer in either tab.".to_owned()
            } else {
                self.armed = Some(Armed::Everywhere);
                format!("Nothing is left to answer here. {} again looks everywhere.", self.key_of(Command::Next))
            };
            self.say(text, Tone::Plain);
            return Vec::new();
        };
        self.walk.visited.insert(id);
        self.visit(id)
    }

    fn walk_back(&mut self, queue: &[LeadId]) -> Vec<Effect> {
        let here = self.selected().and_then(|here| queue.iter().position(|id| *id == here));
        let Some(before) = here.and_then(|place| place.checked_sub(1)) else {
            self.say("This is the first lead to answer here.", Tone::Plain);
            return Vec::new();
        };
        self.walk.visited = queue.iter().take(before + 1).copied().collect();
        self.visit(queue[before])
    }

    /// Goes to a lead and tells why; one that is not in the list is read first, to know its tab.
    fn visit(&mut self, id: LeadId) -> Vec<Effect> {
        self.walk.telling = Some(id);
        if let Some(place) = self.listing.ids.iter().position(|other| *other == id) {
            self.list.cursor = place;
            let row = self.rows.get(&id).cloned();
            self.tell_why(row.as_slice());
            return Vec::new();
        }
        self.walk.query = None;
        self.wanted = Some(id);
        vec![Effect::Read(vec![id])]
    }

    /// Says why the lead of the walk is next, once it is among leads that were read.
    pub(super) fn tell_why(&mut self, rows: &[Row]) {
        let Some(row) = rows.iter().find(|row| Some(row.lead.id) == self.walk.telling) else { return };
        self.walk.telling = None;
        let name = row.lead.record.person.title();
        let why = why(&row.lead, row.person_leads, &self.settings.terms, self.now);
        self.say(format!("{name}: {why}."), Tone::Plain);
    }
}
