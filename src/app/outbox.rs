//! The outbox (SCREENS.md): the entries by deadline, and for the one under the cursor what to copy into Partner Center,
//! value by value; after the last the entry is ticked off. Must not decide what is owed: an effect asks the store.

use std::collections::HashMap;

use crate::app::commands::Command;
use crate::app::key::{Code, Key};
use crate::app::look::Layout;
use crate::app::msg::{CopiedBy, Effect};
use crate::app::{App, Popup, Tone};
use crate::domain::change::Change;
use crate::domain::lead::LeadId;
use crate::domain::outbox::{Entry, Field};
use crate::domain::term_text::TermText;
use crate::domain::vocabulary::VerdictKind;

/// Cells of a copied value in the message about it.
const QUOTED: usize = 30;

/// The outbox, open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    /// What is owed, the nearest deadline first.
    pub entries: Vec<Entry>,
    /// It was read once.
    pub ready: bool,
    /// The entry under the cursor.
    pub cursor: usize,
    /// The first entry on the screen.
    pub top: usize,
    /// On a narrow screen: the steps are shown in the list's place.
    pub opened: bool,
    /// The lead to go to when the entries come: what an undo brought back.
    wanted: Option<LeadId>,
    /// What goes now goes by the seller's own hand.
    own: bool,
}

impl Outbox {
    /// The entry under the cursor.
    pub fn entry(&self) -> Option<&Entry> {
        self.entries.get(self.cursor)
    }
}

/// What was copied while the inbox is open, by lead and kind: a value that has changed since counts as not copied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CopyMarks {
    copied: HashMap<(LeadId, VerdictKind), Vec<(u8, String)>>,
    /// The newest one, until its answer comes, and whether it was copied before.
    newest: Option<(Entry, Field, bool)>,
}

impl CopyMarks {
    fn key(entry: &Entry) -> (LeadId, VerdictKind) {
        (entry.lead, entry.owed.kind)
    }

    /// True for a value that was copied.
    pub fn has(&self, entry: &Entry, field: &Field) -> bool {
        let marks = self.copied.get(&Self::key(entry));
        marks.is_some_and(|marks| marks.iter().any(|(number, text)| (*number, text) == (field.number, &field.text)))
    }

    /// The value that Enter copies; `None` once all were.
    pub fn next<'a>(&self, entry: &'a Entry) -> Option<&'a Field> {
        entry.fields.iter().find(|field| !self.has(entry, field))
    }

    fn set(&mut self, entry: &Entry, field: &Field) {
        let before = self.has(entry, field);
        if !before {
            self.copied.entry(Self::key(entry)).or_default().push((field.number, field.text.clone()));
        }
        self.newest = Some((entry.clone(), field.clone(), before));
    }

    /// Takes the newest mark back: the value could not be copied.
    fn take_back(&mut self) {
        let Some((entry, field, false)) = self.newest.take() else { return };
        if let Some(marks) = self.copied.get_mut(&Self::key(&entry)) {
            marks.retain(|(number, text)| (*number, text) != (field.number, &field.text));
        }
    }
}

impl App {
    /// The open outbox.
    pub fn outbox(&self) -> Option<&Outbox> {
        match &self.popup {
            Some(Popup::Outbox(outbox)) => Some(outbox),
            _ => None,
        }
    }

    /// True where the steps of the entry under the cursor are on the screen.
    pub fn shows_steps(&self, outbox: &Outbox) -> bool {
        outbox.opened || self.layout() != Layout::Narrow
    }

    fn outbox_mut(&mut self) -> Option<&mut Outbox> {
        match &mut self.popup {
            Some(Popup::Outbox(outbox)) => Some(outbox),
            _ => None,
        }
    }

    pub(super) fn open_outbox(&mut self) -> Vec<Effect> {
        self.copy_marks.newest = None;
        self.popup = Some(Popup::Outbox(Box::default()));
        vec![Effect::Outbox]
    }

    /// Asks for the entries again where they are on the screen.
    pub(super) fn ask_outbox(&self) -> Option<Effect> {
        self.outbox().map(|_| Effect::Outbox)
    }

    /// Takes the entries in. The cursor stays on its entry; where that was settled by somebody else, that is said.
    pub(super) fn take_outbox(&mut self, entries: Vec<Entry>) {
        let Some(outbox) = self.outbox_mut() else { return };
        let wanted = outbox.wanted.take();
        let own = std::mem::take(&mut outbox.own);
        let on = outbox.entry().cloned();
        let place = |found: &dyn Fn(&Entry) -> bool| entries.iter().position(found);
        let to_wanted = wanted.and_then(|lead| place(&|entry| entry.lead == lead));
        let to_same = on.as_ref().and_then(|on| place(&|entry| entry.is_same(on)));
        let gone = on.filter(|_| to_same.is_none() && !own);
        outbox.cursor = to_wanted.or(to_same).unwrap_or(outbox.cursor).min(entries.len().saturating_sub(1));
        outbox.entries = entries;
        outbox.ready = true;
        if let Some(gone) = gone {
            outbox.opened = false;
            let kind = gone.owed.kind.noun();
            let text = format!("The {kind} of {} is not owed any more: it was settled elsewhere.", gone.title);
            self.say(text, Tone::Plain);
        }
    }

    pub(super) fn outbox_key(&mut self, mut outbox: Box<Outbox>, key: Key) -> Vec<Effect> {
        let command = self.settings.keymap.command(key);
        if !matches!(command, Some(Command::Undo)) {
            self.armed = None;
        }
        let narrow = self.layout() == Layout::Narrow;
        let steps = self.shows_steps(&outbox);
        let digit = key.typed().and_then(|c| c.to_digit(10));
        let mut effects = Vec::new();
        match (key.code, command) {
            (Code::Char(' '), _) if key.typed().is_some() => effects = tick_off(&outbox),
            _ if digit.is_some() => {
                let number = digit.filter(|number| *number > 0 && steps);
                effects = number.map(|number| self.copy_number(&outbox, number)).unwrap_or_default();
            }
            (Code::Enter, _) | (_, Some(Command::Open)) if !steps => outbox.opened = !outbox.entries.is_empty(),
            (Code::Enter, _) | (_, Some(Command::Open)) => effects = self.copy_next(&outbox),
            _ if self.closes(key) && narrow && outbox.opened => outbox.opened = false,
            _ if self.closes(key) => return Vec::new(),
            (_, Some(Command::Outbox)) => return Vec::new(),
            (_, Some(Command::NextPane)) => outbox.opened = narrow && !outbox.entries.is_empty(),
            (_, Some(Command::PreviousPane)) => outbox.opened = false,
            (_, Some(Command::Undo | Command::Redo)) => {
                self.popup = Some(Popup::Outbox(outbox));
                return command.map(|command| self.run(command)).unwrap_or_default();
            }
            (_, Some(motion)) => step(&mut outbox, motion, self.geometry.outbox_rows),
            _ => {}
        }
        self.popup = Some(Popup::Outbox(outbox));
        effects
    }

    /// Copies the next value; after the last the entry is ticked off.
    fn copy_next(&mut self, outbox: &Outbox) -> Vec<Effect> {
        let Some(entry) = outbox.entry() else { return Vec::new() };
        match self.copy_marks.next(entry).cloned() {
            Some(field) => self.copy_field(entry, &field),
            None => tick_off(outbox),
        }
    }

    /// Copies the value of a number; of several the next one.
    fn copy_number(&mut self, outbox: &Outbox, number: u32) -> Vec<Effect> {
        let Some(entry) = outbox.entry() else { return Vec::new() };
        let fields: Vec<&Field> = entry.fields.iter().filter(|field| u32::from(field.number) == number).collect();
        let fresh = fields.iter().find(|field| !self.copy_marks.has(entry, field));
        let Some(field) = fresh.or(fields.first()).copied().cloned() else {
            self.say(format!("There is nothing to copy under {number}."), Tone::Plain);
            return Vec::new();
        };
        self.copy_field(entry, &field)
    }

    fn copy_field(&mut self, entry: &Entry, field: &Field) -> Vec<Effect> {
        self.copy_marks.set(entry, field);
        vec![Effect::Copy(field.text.clone())]
    }

    /// Says what was copied and where it goes; `None` where it was no value of the outbox.
    pub(super) fn copied_field(&mut self, result: &Result<CopiedBy, String>) -> Option<String> {
        self.outbox()?;
        let Ok(by) = result else {
            self.copy_marks.take_back();
            return None;
        };
        let (_, field, _) = self.copy_marks.newest.as_ref()?;
        let way = match by {
            CopiedBy::Native => "",
            CopiedBy::Tmux => " (to the tmux buffer)",
            CopiedBy::Terminal => " (sent to the terminal)",
        };
        let value = TermText::line(&field.text).fit(QUOTED);
        Some(format!("Copied “{value}”{way}. {}", field.place.next()))
    }

    /// What changes now, changes by the seller's own hand inside the outbox: its cursor goes to what an undo brought back.
    /// False if the outbox is not open.
    pub(super) fn outbox_acts(&mut self, brought_back: Option<LeadId>) -> bool {
        let Some(outbox) = self.outbox_mut() else { return false };
        (outbox.wanted, outbox.own) = (brought_back, true);
        true
    }

    /// Keeps the entry under the cursor on the screen.
    pub(super) fn settle_outbox(&mut self) {
        let rows = self.geometry.outbox_rows.max(1);
        let Some(outbox) = self.outbox_mut() else { return };
        outbox.cursor = outbox.cursor.min(outbox.entries.len().saturating_sub(1));
        let last_top = outbox.entries.len().saturating_sub(rows);
        outbox.top = outbox.top.clamp((outbox.cursor + 1).saturating_sub(rows), outbox.cursor).min(last_top);
    }
}

fn tick_off(outbox: &Outbox) -> Vec<Effect> {
    let entry = outbox.entry();
    entry.map(|entry| Effect::Apply(vec![entry.lead], Change::TickOff(Some(entry.owed.kind)))).into_iter().collect()
}

fn step(outbox: &mut Outbox, motion: Command, rows: usize) {
    let (page, last) = (rows.max(2), outbox.entries.len().saturating_sub(1));
    let cursor = outbox.cursor;
    outbox.cursor = match motion {
        Command::Down => cursor + 1,
        Command::Up => cursor.saturating_sub(1),
        Command::HalfDown => cursor + page / 2,
        Command::HalfUp => cursor.saturating_sub(page / 2),
        Command::PageDown => cursor + (page - 1),
        Command::PageUp => cursor.saturating_sub(page - 1),
        Command::First => 0,
        Command::Last => last,
        _ => cursor,
    }
    .min(last);
}
