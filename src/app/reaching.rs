//! Mail or dial: `o`, then one letter (PRODUCT.md 4). A lead that asked not to be contacted needs the letter twice. Where nothing can
//! be opened, over SSH above all, the draft or the number is copied instead. Looking never changes a lead: the contact is logged
//! by the seller. Must not open anything: that is an effect.

use crate::app::commands::Command;
use crate::app::key::{Code, Key};
use crate::app::logging::KINDS;
use crate::app::msg::{CopiedBy, Effect};
use crate::app::{App, Armed, Popup, Tone};
use crate::domain::contacts::contacts;
use crate::domain::reaching::{By, Reach, Unreached, first_way, reach};
use crate::domain::vitals::Vitals;

/// The menu is open; it holds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReachMenu;

/// The letters and what they open.
pub const LETTERS: [(char, By, &str); 2] = [('e', By::Mail, "mail"), ('p', By::Phone, "call")];

/// A program that took a mail or a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Its name.
    pub program: String,
    /// The draft was too long, and its end is left out.
    pub cut: bool,
}

/// What is being copied because it could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    why: String,
    what: &'static str,
}

impl App {
    pub(super) fn open_reach(&mut self) -> Vec<Effect> {
        if !self.marks.is_empty() {
            let back = self.key_of(Command::Back);
            self.say(format!("One customer at a time: {back} takes the marks away."), Tone::Plain);
            return Vec::new();
        }
        let Some(lead) = self.lead() else { return Vec::new() };
        match first_way(lead, &self.settings.terms, self.now) {
            Ok(_) => self.popup = Some(Popup::Reach(ReachMenu)),
            Err(why) => self.say(why, Tone::Trouble),
        }
        Vec::new()
    }

    /// What the menu shows: the letter, what it opens and the contact, where there is one.
    pub fn reach_lines(&self) -> Vec<(char, &'static str, Option<String>)> {
        let Some(lead) = self.lead() else { return Vec::new() };
        let contacts = contacts(lead, Vitals::of(lead, &self.settings.terms).standing(self.now.timestamp()));
        let contact = |by: By| match by {
            By::Mail => contacts.email.map(str::to_owned),
            By::Phone => contacts.phone.map(str::to_owned),
        };
        LETTERS.iter().map(|(letter, by, what)| (*letter, *what, contact(*by))).collect()
    }

    /// A letter opens; Enter and the key itself take the first way there is.
    pub(super) fn reach_key(&mut self, menu: ReachMenu, key: Key) -> Vec<Effect> {
        let armed = self.armed.take();
        let letter = LETTERS.iter().find(|(letter, ..)| key.typed() == Some(*letter));
        let first = key.code == Code::Enter || self.settings.keymap.command(key) == Some(Command::Reach);
        if letter.is_none() && !first {
            if !self.closes(key) {
                let reach = self.key_of(Command::Reach);
                self.say(
                    format!("Nothing was opened: that letter opens nothing. {reach} shows which do."),
                    Tone::Plain,
                );
            }
            return Vec::new();
        }
        let Some(lead) = self.lead() else { return Vec::new() };
        let (id, terms) = (lead.id, &self.settings.terms);
        let first = first_way(lead, terms, self.now).map_err(Unreached::Cannot);
        let reached = first.and_then(|first| {
            let by = letter.map_or(first, |(_, by, _)| *by);
            reach(lead, by, armed == Some(Armed::Reach(id, by)), &self.settings.mail, terms, self.now)
        });
        match reached {
            Err(Unreached::Cannot(why)) => self.say(why, Tone::Trouble),
            Err(Unreached::AskedNotTo(by)) => {
                let what = if by == By::Mail { "begins the mail" } else { "dials" };
                self.say(format!("{key} again {what}: this customer asked not to be contacted."), Tone::Trouble);
                self.armed = Some(Armed::Reach(id, by));
                self.popup = Some(Popup::Reach(menu));
            }
            Ok(reach) => return vec![Effect::Reach(Box::new(reach))],
        }
        Vec::new()
    }

    /// A program took it, or why none did: then it is copied.
    pub(super) fn reached(&mut self, reach: &Reach, result: Result<Started, String>) -> Vec<Effect> {
        match result {
            Ok(Started { program, cut }) => {
                let cut = if cut { " It was too long for a program to take: its end is left out." } else { "" };
                let log = self.log_hint(reach);
                self.say(format!("{}{cut}{log}", reach.taken(&program)), Tone::Done);
                Vec::new()
            }
            Err(why) => {
                self.instead = Some(Instead { why, what: reach.means.word() });
                vec![Effect::CopyLines(reach.means.text())]
            }
        }
    }

    /// How the contact is logged, where the lead takes one.
    fn log_hint(&self, reach: &Reach) -> String {
        let letter = KINDS.iter().find(|(_, known)| Some(*known) == reach.log);
        letter.map(|(letter, _)| format!(" {} {letter} logs it.", self.key_of(Command::Touch))).unwrap_or_default()
    }

    /// Says what was copied because it could not be opened; `None` where it was something else.
    pub(super) fn copied_instead(&mut self, by: CopiedBy) -> Option<String> {
        let Instead { why, what } = self.instead.take()?;
        let way = match by {
            CopiedBy::Native => "",
            CopiedBy::Tmux => " to the tmux buffer",
            CopiedBy::Terminal => " (sent to the terminal)",
        };
        Some(format!("{why} The {what} was copied instead{way}."))
    }

    /// The whole reason where what could not be opened could not be copied either.
    pub(super) fn neither(&mut self, why: String) -> String {
        match self.instead.take() {
            Some(instead) => format!("{} {why}", instead.why),
            None => why,
        }
    }
}
