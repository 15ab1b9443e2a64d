//! Decline and lost: one line of eight numbered reasons, where a digit decides at once (PRODUCT.md 4). And won, whose one
//! field is the value. Must not store anything: that is an effect.

use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::marks::Chosen;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup};
use crate::domain::change::{Act, Change, Grounds, check_state};
use crate::domain::deal::currency_of;
use crate::domain::entry;
use crate::domain::vocabulary::Reason;

/// The line of reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct GroundsLine {
    /// The leads.
    pub chosen: Chosen,
    /// Declining or lost.
    pub act: Act,
    /// The reason Enter takes.
    pub reason: Reason,
    /// Already done in Partner Center.
    pub reported: bool,
    /// Notes.
    pub notes: Input,
    /// The notes have the keys.
    pub noting: bool,
}

/// The line of a won deal.
#[derive(Clone, Debug, PartialEq)]
pub struct WonLine {
    /// The leads.
    pub chosen: Chosen,
    /// The value.
    pub value: Input,
    /// Its currency.
    pub currency: String,
    /// Already done in Partner Center.
    pub reported: bool,
    /// What is wrong with the value.
    pub error: Option<String>,
}

impl App {
    /// Says why the lead under the cursor does not take an act; `None` if it does.
    pub fn refusal(&self, act: Act) -> Option<String> {
        let lead = self.lead()?;
        let refusal = check_state(lead, act, &self.settings.terms, self.now).err()?;
        Some(format!("{} {refusal}.", lead.record.person.title()))
    }

    pub(super) fn open_grounds(&mut self, act: Act, chosen: Chosen) -> Vec<Effect> {
        let reason = chosen.reason;
        let notes = Input::new(Lines::One);
        let line = GroundsLine { chosen, act, reason, reported: false, notes, noting: false };
        self.popup = Some(Popup::Grounds(line));
        Vec::new()
    }

    pub(super) fn grounds_key(&mut self, mut line: GroundsLine, key: Key) -> Vec<Effect> {
        match (line.noting, key.code) {
            // ^\ and its like arrive as digits with control held: they decide nothing.
            (false, Code::Char(_)) if key.typed().is_none() => {}
            (_, Code::Enter) => return self.decide(line),
            (true, Code::Esc | Code::Tab | Code::BackTab) => line.noting = false,
            (true, _) => match key.typed() {
                Some(c) => drop(line.notes.insert(c)),
                None => drop(edit_of(key).map(|edit| line.notes.edit(edit))),
            },
            (false, _) if self.closes(key) => return Vec::new(),
            (false, Code::Tab) => line.noting = true,
            (false, Code::Char(' ')) => line.reported = !line.reported,
            (false, Code::Left | Code::Up) => line.reason = step(line.reason, Reason::ALL.len() - 1),
            (false, Code::Right | Code::Down) => line.reason = step(line.reason, 1),
            (false, Code::Char(digit)) => {
                let reason = digit.to_digit(10).and_then(|n| Reason::from_code(n as u8));
                if let Some(reason) = reason {
                    line.reason = reason;
                    return self.decide(line);
                }
            }
            _ => {}
        }
        self.popup = Some(Popup::Grounds(line));
        Vec::new()
    }

    fn decide(&mut self, line: GroundsLine) -> Vec<Effect> {
        let notes = line.notes.text().trim();
        let notes = (!notes.is_empty()).then(|| notes.to_owned());
        let grounds = Grounds { reason: line.reason, notes, reported: line.reported };
        let change = if line.act == Act::Lost { Change::Lost(grounds) } else { Change::Decline(grounds) };
        let leads = line.chosen.leads.clone();
        // The line stays until the store has taken it: a failed save keeps the text.
        self.popup = Some(Popup::Grounds(line));
        self.list.anchor = Anchor::Row;
        vec![Effect::Apply(leads, change)]
    }

    /// One lead's line asks for the value; of many each keeps the value of its deal.
    pub(super) fn open_won(&mut self, chosen: Chosen) -> Vec<Effect> {
        if let Some(lead) = self.lead() {
            let deal = lead.seller.deal.as_ref().filter(|_| chosen.words.is_none());
            let mut value = Input::new(Lines::One);
            value.set(&deal.and_then(|deal| deal.value).map(|value| value.to_string()).unwrap_or_default());
            let line = WonLine {
                chosen,
                value,
                currency: currency_of(deal, &self.settings.currency),
                reported: false,
                error: None,
            };
            self.popup = Some(Popup::Won(line));
        }
        Vec::new()
    }

    pub(super) fn won_key(&mut self, mut line: WonLine, key: Key) -> Vec<Effect> {
        match key.code {
            Code::Esc => return Vec::new(),
            Code::Tab => line.reported = !line.reported,
            Code::Enter => {
                let typed = line.value.text().trim();
                match (typed.is_empty(), entry::amount(typed)) {
                    (false, Err(error)) => line.error = Some(error.to_string()),
                    (empty, value) => {
                        let value = value.ok().filter(|_| !empty).map(|value| (value, line.currency.clone()));
                        let change = Change::Won { value, reported: line.reported };
                        let leads = line.chosen.leads.clone();
                        self.popup = Some(Popup::Won(line));
                        self.list.anchor = Anchor::Row;
                        return vec![Effect::Apply(leads, change)];
                    }
                }
            }
            _ if line.chosen.words.is_some() => {}
            _ => {
                line.error = None;
                match key.typed() {
                    Some(c) => drop(line.value.insert(c)),
                    None => drop(edit_of(key).map(|edit| line.value.edit(edit))),
                }
            }
        }
        self.popup = Some(Popup::Won(line));
        Vec::new()
    }
}

/// The reason some places further, round.
fn step(reason: Reason, by: usize) -> Reason {
    let place = Reason::ALL.iter().position(|other| *other == reason).unwrap_or_default();
    Reason::ALL[(place + by) % Reason::ALL.len()]
}
