//! Run mode: one lead at a time through everything that asks for an answer, or through the marked leads, with progress and a
//! summary at the end (PRODUCT.md 4, `R`; SCREENS.md). What a key does to the lead is what it does in the list.
//! Must not order leads: the list in memory does.

use std::collections::HashMap;

use crate::app::commands::Command;
use crate::app::key::{Code, Key};
use crate::app::msg::{Applied, Effect, Errand};
use crate::app::{App, Focus, Tone};
use crate::domain::change::Act;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::numbers;
use crate::domain::spans::span;

/// A run through a pile of leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What it goes through, in words.
    pub title: String,
    /// The leads, in the order they come. It does not change while the run goes on.
    pub pile: Vec<LeadId>,
    /// Which of them is on the screen; one past the last at the end.
    pub place: usize,
    /// The summary is shown.
    pub ended: bool,
    /// The leads that were handled, and how long each waited for a first touch that was made in this run, in seconds.
    handled: HashMap<LeadId, Option<i64>>,
}

impl Run {
    /// The lead on the screen; none once the pile is through.
    pub fn current(&self) -> Option<LeadId> {
        self.pile.get(self.place).copied()
    }

    /// The lead after it.
    pub fn following(&self) -> Option<LeadId> {
        self.pile.get(self.place + 1).copied()
    }

    /// How many leads were handled so far.
    pub fn handled(&self) -> usize {
        self.handled.len()
    }

    /// The median of the times to the first touches made in this run, in seconds, and how many there were.
    pub fn first_touch(&self) -> Option<(i64, usize)> {
        let mut spans: Vec<i64> = self.handled.values().copied().flatten().collect();
        spans.sort_unstable();
        let (last, count) = (spans.len().checked_sub(1)?, spans.len());
        Some((i64::midpoint(spans[last / 2], spans[count / 2]), count))
    }

    /// The summary, a sentence each.
    pub fn summary(&self, still_hot: u32) -> Vec<String> {
        let (handled, all) = (self.handled(), self.pile.len());
        let passed = self.place.min(all) - self.pile.iter().take(self.place).filter(|id| self.did(**id)).count();
        let rest = all - self.place.min(all);
        let not_seen = if rest > 0 { format!(", {rest} not reached") } else { String::new() };
        let touch = match self.first_touch() {
            Some((median, count)) => {
                let which = if count == 1 { "Time" } else { "Median time" };
                format!("{which} to first touch: {} ({}).", span(median), numbers::leads(count))
            }
            None => "No first touch was made.".to_owned(),
        };
        let burning = match still_hot {
            0 => "No hot lead is left.".to_owned(),
            1 => "1 hot lead still burns.".to_owned(),
            hot => format!("{hot} hot leads still burn."),
        };
        let all = numbers::leads(all);
        vec![format!("{handled} of {all} handled, {passed} skipped{not_seen}."), touch, burning]
    }

    fn did(&self, id: LeadId) -> bool {
        self.handled.contains_key(&id)
    }
}

impl App {
    /// Begins a run: through the marked leads, else through what asks for an answer among those shown.
    pub(super) fn begin_run(&mut self) -> Vec<Effect> {
        if self.needs_all() {
            return Vec::new();
        }
        if self.marks.is_empty() {
            return vec![Effect::Queue(Errand::Run, self.query.clone())];
        }
        let pile = self.targets();
        self.clear_marks();
        self.run_through(numbers::many(pile.len(), "marked lead"), pile)
    }

    pub(super) fn run_queued(&mut self, pile: Vec<LeadId>) -> Vec<Effect> {
        if pile.is_empty() {
            let next = self.key_of(Command::Next);
            self.say(format!("Nothing is left to answer here. {next} looks everywhere."), Tone::Plain);
            return Vec::new();
        }
        let filter = crate::domain::query::write(&self.query.filter);
        let tab = self.query.tab.title();
        let title = if filter.is_empty() { tab.to_owned() } else { format!("{tab} · {filter}") };
        self.run_through(title, pile)
    }

    fn run_through(&mut self, title: String, pile: Vec<LeadId>) -> Vec<Effect> {
        self.focus = Focus::List;
        self.detail_top = 0;
        self.run = Some(Run { title, pile, place: 0, ended: false, handled: HashMap::new() });
        Vec::new()
    }

    /// A key while a run is on; `None` where it means what it always means.
    pub(super) fn run_key(&mut self, key: Key) -> Option<Vec<Effect>> {
        let command = self.settings.keymap.command(key);
        let run = self.run.as_ref()?;
        if run.ended {
            return Some(self.summary_key(key, command));
        }
        match command {
            Some(Command::Next) => self.run_step(true),
            Some(Command::Previous) => self.run_step(false),
            Some(Command::Back | Command::Quit) => self.stop_run(),
            // What acts on the lead, and what is about the program itself.
            Some(command) if command.act().is_some() || HERE.contains(&command) => return None,
            Some(_) => {
                let quit = self.key_of(Command::Quit);
                self.say(format!("That key is for the list. {quit} stops the run."), Tone::Plain);
            }
            None => {}
        }
        Some(Vec::new())
    }

    fn summary_key(&mut self, key: Key, command: Option<Command>) -> Vec<Effect> {
        match command {
            Some(Command::Copy) => {
                let hot = self.found.hot;
                return self.run.iter().map(|run| Effect::Copy(run.summary(hot).join(" "))).collect();
            }
            Some(Command::Previous) => {
                if let Some(run) = &mut self.run {
                    run.ended = false;
                    run.place = run.place.min(run.pile.len().saturating_sub(1));
                }
            }
            Some(Command::Undo) => return self.run(Command::Undo),
            _ if matches!(key.code, Code::Esc | Code::Enter) || command == Some(Command::Quit) => self.leave_run(),
            _ => {}
        }
        Vec::new()
    }

    /// Goes on, or one back; past the last comes the summary.
    fn run_step(&mut self, forward: bool) {
        self.notice = None;
        self.detail_top = 0;
        let Some(run) = &mut self.run else { return };
        run.place = if forward { run.place + 1 } else { run.place.saturating_sub(1) };
        run.ended = run.place >= run.pile.len();
    }

    /// Stops: with the summary if anything was done.
    fn stop_run(&mut self) {
        match &mut self.run {
            Some(run) if run.handled() > 0 => run.ended = true,
            _ => self.leave_run(),
        }
    }

    /// Back to the list, the cursor on the lead the run stood on.
    fn leave_run(&mut self) {
        let here = self.run.take().and_then(|run| run.current());
        if let Some(place) = here.and_then(|id| self.listing.ids.iter().position(|other| *other == id)) {
            self.list.cursor = place;
        }
        self.notice = None;
    }

    /// Counts what was done to the lead on the screen and goes on to the next.
    pub(super) fn run_took(&mut self, applied: &Applied) {
        let now = self.now;
        let Some(run) = &mut self.run else { return };
        let stays = matches!(applied.change.act(), Act::Favorite | Act::Edit | Act::Tag | Act::Note | Act::Back);
        let here = applied.leads.iter().find(|lead| Some(lead.id) == run.current());
        if let Some(lead) = here.filter(|_| !stays && applied.stored) {
            let first = lead.seller.touches.first_at.filter(|first| *first == now);
            let waited = first.map(|first| (first - lead.record.created_at).num_seconds());
            let before = run.handled.get(&lead.id).copied().flatten();
            run.handled.insert(lead.id, waited.or(before));
            run.place += 1;
            run.ended = run.place >= run.pile.len();
            self.detail_top = 0;
        }
    }

    /// Brings the lead of an undo back on the screen, as one that is to be handled still.
    pub(super) fn run_undone(&mut self, leads: &[Lead]) {
        let Some(run) = &mut self.run else { return };
        let place = |lead: &Lead| run.pile.iter().position(|id| *id == lead.id);
        if let Some((lead, place)) = leads.iter().find_map(|lead| place(lead).map(|place| (lead, place))) {
            run.handled.remove(&lead.id);
            run.place = place;
            run.ended = false;
            self.detail_top = 0;
        }
    }
}

/// What a run takes besides the acts on a lead.
const HERE: [Command; 14] = [
    Command::Copy,
    Command::Reach,
    Command::Person,
    Command::Undo,
    Command::Redo,
    Command::Palette,
    Command::Down,
    Command::Up,
    Command::HalfDown,
    Command::HalfUp,
    Command::PageDown,
    Command::PageUp,
    Command::First,
    Command::Last,
];
