//! Copying: `y`, then one letter (PRODUCT.md 4). Contacts come from the one function that hands them out; a lead that asked
//! not to be contacted needs the letter twice. Must not reach the clipboard: that is an effect.

use crate::app::commands::Command;
use crate::app::key::Key;
use crate::app::msg::{CopiedBy, Effect};
use crate::app::{App, Armed, Popup, Tone};
use crate::domain::contacts::{blank_because, contacts};
use crate::domain::lead::{Lead, Moment};
use crate::domain::numbers;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;

/// The menu is open; it holds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CopyMenu;

/// The letters and what they copy.
pub const LETTERS: [(char, &str); 8] = [
    ('e', "e-mail"),
    ('p', "phone"),
    ('n', "name"),
    ('c', "company"),
    ('a', "name and address"),
    ('m', "message"),
    ('i', "id"),
    ('y', "card"),
];

impl App {
    pub(super) fn open_copy(&mut self) -> Vec<Effect> {
        if self.lead().is_some() {
            self.popup = Some(Popup::Copy(CopyMenu));
        }
        Vec::new()
    }

    pub(super) fn copy_key(&mut self, key: Key) -> Vec<Effect> {
        let armed = self.armed.take();
        let Some((letter, what)) = LETTERS.into_iter().find(|(letter, _)| key.typed() == Some(*letter)) else {
            self.popup = None;
            if !self.closes(key) {
                let copy = self.key_of(Command::Copy);
                self.say(
                    format!("Nothing was copied: that letter copies nothing. {copy} shows which do."),
                    Tone::Plain,
                );
            }
            return Vec::new();
        };
        if !self.marks.is_empty() {
            return self.copy_marked(letter, armed == Some(Armed::Contacts(letter)));
        }
        let Some(lead) = self.lead() else { return Vec::new() };
        let id = lead.id;
        if lead.record.do_not_contact && hands_out_contacts(letter) && armed != Some(Armed::Contact(id, letter)) {
            self.say(
                format!("{letter} again copies the {what}: this customer asked not to be contacted."),
                Tone::Trouble,
            );
            self.armed = Some(Armed::Contact(id, letter));
            return Vec::new();
        }
        let text = text(lead, letter, &self.settings.terms, self.now);
        self.popup = None;
        match text {
            Ok(text) => vec![Effect::Copy(text)],
            Err(why) => {
                self.say(why, Tone::Trouble);
                Vec::new()
            }
        }
    }

    /// `confirmed`: the letter was pressed again although some of the leads asked not to be contacted.
    fn copy_marked(&mut self, letter: char, confirmed: bool) -> Vec<Effect> {
        vec![Effect::CopyMarked(self.targets(), letter, confirmed)]
    }

    pub(super) fn copy_asks(&mut self, letter: char, count: usize) {
        let who = if count == 1 { "1 of them" } else { &format!("{count} of them") };
        self.say(format!("{letter} again copies: {who} asked not to be contacted."), Tone::Trouble);
        self.armed = Some(Armed::Contacts(letter));
    }

    pub(super) fn copied(&mut self, result: Result<CopiedBy, String>) {
        if matches!(self.popup, Some(Popup::Copy(_))) {
            self.popup = None;
        }
        let instead = result.as_ref().ok().and_then(|by| self.copied_instead(*by));
        self.instead = None;
        if let Some(text) = instead.or_else(|| self.copied_field(&result)) {
            self.say(text, Tone::Done);
            return;
        }
        match result {
            Ok(CopiedBy::Native) => self.say("Copied.", Tone::Done),
            Ok(CopiedBy::Tmux) => self.say("Copied to the tmux buffer.", Tone::Done),
            Ok(CopiedBy::Terminal) => self.say("Copied (sent to the terminal).", Tone::Done),
            Err(why) => self.say(why, Tone::Trouble),
        }
    }
}

/// True for the letters that hand out an e-mail address or a phone number.
pub fn hands_out_contacts(letter: char) -> bool {
    "epay".contains(letter)
}

/// What a letter copies of several leads, in one line; those that have none are left out. `Err` where none has any.
pub fn texts(leads: &[Lead], letter: char, terms: &Terms, now: Moment) -> Result<String, String> {
    let what = LETTERS.iter().find(|(known, _)| *known == letter).map_or("", |(_, what)| what);
    let mut found: Vec<String> = Vec::new();
    for text in leads.iter().filter_map(|lead| text(lead, letter, terms, now).ok()) {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    let between = if "ym".contains(letter) { "; " } else { ", " };
    if found.is_empty() {
        return Err(format!("None of these {} has a {what} to copy; nothing was copied.", numbers::leads(leads.len())));
    }
    Ok(found.join(between))
}

/// The text of a letter, or why there is none.
pub fn text(lead: &Lead, letter: char, terms: &Terms, now: Moment) -> Result<String, String> {
    let person = &lead.record.person;
    let contacts = contacts(lead, Vitals::of(lead, terms).standing(now.timestamp()));
    let hidden = "The contacts of an expired lead are hidden; nothing was copied.".to_owned();
    let missing = |what: &str| format!("This lead has no {what}; nothing was copied.");
    let contact = |value: Option<&str>, what: &str| match value {
        Some(value) => Ok(value.to_owned()),
        None if contacts.hidden => Err(hidden.clone()),
        None => Err([missing(what)].into_iter().chain(blank_because(&lead.record)).collect::<Vec<_>>().join(" ")),
    };
    let needed = |value: Option<String>, what: &str| value.ok_or_else(|| missing(what));
    match letter {
        'e' => contact(contacts.email, "e-mail"),
        'p' => contact(contacts.phone_e164.or(contacts.phone), "phone"),
        'n' => needed(person.full_name(), "name"),
        'c' => needed(person.company.clone(), "company"),
        'a' => {
            let email = contact(contacts.email, "e-mail")?;
            Ok(person.full_name().map_or_else(|| email.clone(), |name| format!("{name} <{email}>")))
        }
        'm' => needed(lead.record.description.clone(), "message"),
        'i' => needed(lead.record.external_id.clone(), "id of Partner Center's"),
        _ => {
            let parts = [
                person.full_name(),
                person.job_title.clone(),
                person.company.clone(),
                contacts.email.map(str::to_owned),
                contacts.phone_e164.or(contacts.phone).map(str::to_owned),
                lead.record.country.map(|country| country.name().to_owned()),
            ];
            Ok(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
        }
    }
}
