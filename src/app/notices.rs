//! Leads that arrive while the inbox is open (PRODUCT.md 8): one notice a Contact me lead, a digest from the eleventh in a day
//! on; the bell and the desktop only where the config asks. Must not name a customer: a notice is read over shoulders.

use chrono::NaiveDate;

use crate::app::commands::Command;
use crate::app::msg::Effect;
use crate::app::{App, Tone};
use crate::domain::lead::{LeadId, Moment};
use crate::domain::vocabulary::Source;

/// From the one after these on, a day's notices are a digest.
const ONE_BY_ONE: usize = 10;

/// A digest rings at most this often, in seconds.
const DIGEST_EVERY: i64 = 3600;

/// What the config asks for beyond the message line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticeSettings {
    /// Ring the terminal's bell.
    pub bell: bool,
    /// Ask the terminal for a desktop notice (OSC 9).
    pub desktop: bool,
}

/// A Contact me lead that has just come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Which.
    pub id: LeadId,
    /// From where.
    pub source: Source,
}

/// The notices of the day so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    day: Option<NaiveDate>,
    count: usize,
    rang_at: Option<Moment>,
}

impl App {
    /// Tells of leads that somebody else brought in: the receiver, a sync, an import beside the inbox.
    pub(super) fn arrived(&mut self, leads: &[Arrived]) -> Vec<Effect> {
        let Some(last) = leads.last() else { return Vec::new() };
        let today = self.now.with_timezone(&self.settings.zone).date_naive();
        if self.told.day != Some(today) {
            self.told = Told { day: Some(today), ..Told::default() };
        }
        self.told.count += leads.len();
        let next = self.key_of(Command::Next);
        if self.told.count > ONE_BY_ONE {
            let text = format!("{} Contact me leads came in today, {} just now.", self.told.count, leads.len());
            self.say(format!("{text} {next} starts."), Tone::Plain);
            return self.ring_for_digest(text);
        }
        let told: Vec<String> = leads.iter().map(one).collect();
        let text = match told.as_slice() {
            [only] => format!("{only} {next} goes to the most urgent."),
            many => format!("{} Contact me leads came in, the last is #{}. {next} starts.", many.len(), last.id),
        };
        self.say(text, Tone::Plain);
        told.into_iter().filter_map(|text| self.ring(text)).collect()
    }

    fn ring_for_digest(&mut self, text: String) -> Vec<Effect> {
        let quiet = |at: Moment| (self.now - at).num_seconds() < DIGEST_EVERY;
        if self.told.rang_at.is_some_and(quiet) {
            return Vec::new();
        }
        self.told.rang_at = Some(self.now);
        self.ring(text).into_iter().collect()
    }

    fn ring(&self, text: String) -> Option<Effect> {
        let asked = self.settings.notices;
        (asked.bell || asked.desktop).then_some(Effect::Notify(text))
    }
}

/// "Contact me lead #12 came in from AppSource."
fn one(lead: &Arrived) -> String {
    let from = match lead.source {
        Source::Unknown => String::new(),
        source => format!(" from {}", source.title()),
    };
    format!("Contact me lead #{} came in{from}.", lead.id)
}
