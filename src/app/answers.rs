//! What the store answered to a change, an undo or a redo: the sentence, where the cursor goes, and the leads as they are
//! now (PRODUCT.md 2 and 4). Must not change leads itself.

use crate::app::commands::Command;
use crate::app::list::Anchor;
use crate::app::msg::{Applied, Effect, Stepped};
use crate::app::{App, Armed, Notice, Popup, Tone};
use crate::domain::change::{Change, Refusal};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::moment::LAST;
use crate::domain::numbers;
use crate::domain::sentence::ended;
use crate::domain::told;
use crate::domain::vocabulary::VerdictKind;

/// Leads a message names of those that a bulk change left.
const NAMED_LEFT: usize = 3;

impl App {
    pub(super) fn applied(&mut self, applied: Applied) -> Vec<Effect> {
        // The outbox stays for the next entry; everything else has done its part.
        let popup = self.popup.take_if(|popup| !matches!(popup, Popup::Outbox(_)));
        let Some(first) = applied.leads.first() else {
            if let Some((_, refusal)) = applied.refused.first() {
                let text = match applied.refused.len() {
                    1 => format!("This lead {refusal}."),
                    many => {
                        let leads = numbers::leads(many);
                        format!("Nothing was changed: none of the {leads} takes it; the first {refusal}.")
                    }
                };
                self.say(text, Tone::Trouble);
            }
            self.list.anchor = Anchor::Lead;
            return vec![self.search()];
        };
        if matches!(applied.change, Change::Accept { .. } | Change::Edit { .. }) {
            let act = applied.change.act();
            let of_marked = matches!(popup, Some(Popup::Form(form)) if form.many.is_some());
            let done = applied.leads.iter().map(|lead| Some(lead.id)).chain(of_marked.then_some(None));
            done.for_each(|key| drop(self.drafts.remove(&(key, act))));
        }
        if let Change::Note(_) = applied.change {
            self.unsaved_notes.retain(|id, _| applied.leads.iter().all(|lead| lead.id != *id));
        }
        if !applied.stored {
            self.say("Nothing changed: it is so already.", Tone::Plain);
            return vec![self.search()];
        }
        let name = match applied.leads.len() {
            1 => first.record.person.title(),
            many => numbers::leads(many),
        };
        let mut text = match &applied.change {
            Change::Decline(_) | Change::Lost(_) => verdict_sentence(&applied.change, &name),
            change => format!("{} {name}", change.done()),
        };
        text = ended(text);
        // First: a narrow screen cuts the end, and what was left is what the seller has to look at.
        text.push_str(&self.left_sentence(&applied.refused));
        let asked = |_: &Lead| applied.change.follow_up();
        let (terms, zone) = (&self.settings.terms, self.settings.zone);
        text.push_str(&told::after(&applied.change, &applied.leads, asked, terms, self.now, zone));
        text.push_str(&self.owed_sentence(&applied.leads, &applied.change));
        // What is ticked off in the outbox is neither what was marked in the list nor what a run is about.
        if !self.outbox_acts(None) {
            self.clear_marks();
            self.run_took(&applied);
        }
        if applied.change.is_verdict() {
            self.decided = true;
            self.since = None;
        }
        self.notice = Some(Notice { text, tone: Tone::Done, undoable: true });
        self.take_leads(applied.leads);
        vec![self.search()]
    }

    /// "Owed to Partner Center by 24 Nov." after a verdict that opened an entry.
    fn owed_sentence(&self, leads: &[Lead], change: &Change) -> String {
        let opened = change.opens();
        let entries = leads.iter().filter_map(|lead| lead.owed.iter().rfind(|owed| Some(owed.kind) == opened));
        let Some(owed) = entries.min_by_key(|owed| owed.due.is_none().then_some(LAST).or(owed.due)) else {
            return String::new();
        };
        let by = owed.due.map(|due| format!(" by {}", due.with_timezone(&self.settings.zone).format("%-d %b")));
        let tells = match owed.kind {
            VerdictKind::Declined => " Entered there, it tells the customer to choose another partner.",
            _ => "",
        };
        format!(" Owed to Partner Center{}.{tells}", by.unwrap_or_default())
    }

    /// The leads that a bulk change left as they are, by name.
    fn left_sentence(&self, refused: &[(LeadId, Refusal)]) -> String {
        let name =
            |id: &LeadId| self.rows.get(id).map_or_else(|| format!("#{id}"), |row| row.lead.record.person.title());
        let mut named: Vec<String> = refused
            .iter()
            .take(NAMED_LEFT)
            .map(|(id, refusal)| format!("{} ({})", name(id), refusal.short()))
            .collect();
        if refused.len() > NAMED_LEFT {
            named.push(format!("{} more", refused.len() - NAMED_LEFT));
        }
        if named.is_empty() { String::new() } else { format!(" {} left: {}.", refused.len(), named.join(", ")) }
    }

    pub(super) fn stepped(&mut self, stepped: Stepped) -> Vec<Effect> {
        let (text, leads) = match stepped {
            Stepped::Undone(title, leads, corrections) => {
                let redo = self.key_of(Command::Redo);
                let corrections: String = corrections.iter().flat_map(|remark| [" ", remark.as_str()]).collect();
                (format!("{} {redo} redoes.{corrections}", ended(format!("Undone: {title}"))), leads)
            }
            Stepped::Redone(title, leads) => {
                (format!("{} {} undoes.", ended(format!("Redone: {title}")), self.key_of(Command::Undo)), leads)
            }
            other => {
                self.not_stepped(other);
                return Vec::new();
            }
        };
        self.say(text, Tone::Done);
        self.drop_drafts_over(&leads);
        self.run_undone(&leads);
        let in_outbox = self.outbox_acts(leads.first().map(|lead| lead.id));
        if let Some(lead) = leads.first().filter(|_| self.run.is_none() && !in_outbox) {
            self.list.anchor = Anchor::Bring(lead.id, lead.record.tab());
        }
        self.take_leads(leads);
        vec![self.search()]
    }

    fn not_stepped(&mut self, stepped: Stepped) {
        let undo = self.key_of(Command::Undo);
        match stepped {
            Stepped::Ask(title, at) => {
                let when = at.with_timezone(&self.settings.zone).format("%-d %b %H:%M");
                self.say(format!("The last change is the {title}, {when}. {undo} again undoes it."), Tone::Plain);
                self.armed = Some(Armed::Undo(title, at));
            }
            Stepped::NothingToUndo => self.say("There is nothing to undo.", Tone::Plain),
            Stepped::NothingToRedo => self.say("There is nothing to redo.", Tone::Plain),
            Stepped::UndoContradicted(title) => {
                let text = format!(
                    "The {title} cannot be undone: a later import says Partner Center has moved on. Correct it there; \
                     {undo} now reaches the change before it."
                );
                self.say(text, Tone::Trouble);
            }
            Stepped::RedoContradicted(title) => {
                let text = format!(
                    "The {title} cannot be redone: a later import says Partner Center has moved on. It is set aside."
                );
                self.say(text, Tone::Trouble);
            }
            Stepped::Undone(..) | Stepped::Redone(..) => {}
        }
    }

    pub(super) fn key_of(&self, command: Command) -> String {
        self.settings.keymap.key(command)
    }

    fn take_leads(&mut self, leads: Vec<Lead>) {
        for lead in leads {
            if let Some(row) = self.rows.get_mut(&lead.id) {
                row.lead = lead;
            }
        }
        self.detail = None;
        self.opening = None;
        self.forget_person();
    }
}

fn verdict_sentence(change: &Change, name: &str) -> String {
    let done = change.done();
    match done.split_once(' ') {
        Some((verb, reason)) => format!("{verb} {name} {reason}"),
        None => format!("{done} {name}"),
    }
}
