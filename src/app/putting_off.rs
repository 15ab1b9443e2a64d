//! Later: one line for the date on which leads come back, with offers, and what it becomes (PRODUCT.md 2).
//! Must not store anything: that is an effect.

use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::marks::Chosen;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup};
use crate::domain::change::Change;
use crate::domain::entry;
use crate::domain::follow_up::Kept;
use crate::domain::spans::ahead;

/// Dates that Tab takes, one after the other.
pub const OFFERS: [&str; 4] = ["3h", "1d", "mon", "+1w"];

/// The line of the date.
#[derive(Clone, Debug, PartialEq)]
pub struct LaterLine {
    /// The leads.
    pub chosen: Chosen,
    /// When they come back.
    pub date: Input,
    /// What is wrong, once Enter was pressed.
    pub error: Option<String>,
}

impl LaterLine {
    /// Takes the offer some places further.
    fn offer(&mut self, by: usize) {
        let place = OFFERS.iter().position(|offer| *offer == self.date.text().trim());
        let next = place.map_or(if by == 1 { 0 } else { OFFERS.len() - 1 }, |place| (place + by) % OFFERS.len());
        self.date.set(OFFERS[next]);
    }
}

impl App {
    pub(super) fn open_later(&mut self, chosen: Chosen) -> Vec<Effect> {
        self.popup = Some(Popup::Later(LaterLine { chosen, date: Input::new(Lines::One), error: None }));
        Vec::new()
    }

    pub(super) fn later_key(&mut self, mut line: LaterLine, key: Key) -> Vec<Effect> {
        let mut effects = Vec::new();
        match key.code {
            Code::Esc => return effects,
            Code::Enter => match self.typed_date(&line.date) {
                Err(why) => line.error = Some(why),
                Ok(until) => {
                    // The line stays until the store has taken it.
                    self.list.anchor = Anchor::Row;
                    effects.push(Effect::Apply(line.chosen.leads.clone(), Change::Later(until)));
                }
            },
            _ => {
                line.error = None;
                match (key.code, key.typed()) {
                    (Code::Tab | Code::Down, _) => line.offer(1),
                    (Code::BackTab | Code::Up, _) => line.offer(OFFERS.len() - 1),
                    (_, Some(c)) => drop(line.date.insert(c)),
                    _ => drop(edit_of(key).map(|edit| line.date.edit(edit))),
                }
            }
        }
        self.popup = Some(Popup::Later(line));
        effects
    }

    fn typed_date(&self, date: &Input) -> Result<Option<crate::domain::lead::Moment>, String> {
        if date.text().trim().is_empty() {
            return Ok(None);
        }
        entry::follow_up(date.text(), self.now, self.settings.zone).map(Some).map_err(|error| error.to_string())
    }

    /// What a date becomes as it is typed: "Mon 23 Nov 00:00, in 2 d 11 h", and why if a deadline moves it. `None` while
    /// it is no date. Of several leads each keeps to its own deadline.
    pub fn date_told(&self, chosen: &Chosen, date: &Input) -> Option<String> {
        let wanted = self.typed_date(date).ok().flatten()?;
        let lead = chosen.leads.first().filter(|_| chosen.words.is_none()).and_then(|id| self.rows.get(id));
        let kept = match lead {
            Some(row) => Kept::of(&row.lead, wanted, &self.settings.terms, self.now),
            None => Kept { at: wanted, moved: None },
        };
        let ahead = ahead((kept.at - self.now).num_seconds());
        let why = kept.moved.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        let at = Kept { moved: None, ..kept }.words(self.now, self.settings.zone);
        let each = if chosen.words.is_some() { "; none past its deadline" } else { "" };
        Some(format!("{at}, in {ahead}{why}{each}"))
    }
}
