//! The one table of commands (PRODUCT.md 4): it drives keys, footer, palette, help and the README's key table.
//! A command says itself whether it applies now. Must not carry commands out: `update` does.

mod table;

use std::collections::BTreeMap;

use crate::app::App;
use crate::app::key::Key;
use crate::domain::change::Act;

pub use table::{COMMANDS, Spec};

/// Everything a key can ask for in the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table below says what each does")]
pub enum Command {
    Marketplace,
    Qualified,
    Favorites,
    PreviousTab,
    NextTab,
    NextPane,
    PreviousPane,
    Down,
    Up,
    First,
    Last,
    Next,
    Previous,
    Run,
    Mark,
    MarkRange,
    MarkAll,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    Open,
    Back,
    Search,
    Filters,
    FirstView,
    SecondView,
    ThirdView,
    FourthView,
    FifthView,
    SixthView,
    Views,
    Sort,
    Accept,
    Decline,
    Won,
    Lost,
    Edit,
    Favorite,
    Touch,
    Later,
    Away,
    Tag,
    Note,
    Undo,
    Redo,
    Outbox,
    Copy,
    Reach,
    Person,
    Import,
    Export,
    Statistics,
    Palette,
    Quit,
    QuitNow,
    Suspend,
}

/// Groups of the help, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Verdicts and other changes.
    Lead,
    /// Finding leads.
    Find,
    /// Moving about.
    Move,
    /// Everything else.
    Program,
}

impl Group {
    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Lead => "The lead",
            Self::Find => "Find",
            Self::Move => "Move",
            Self::Program => "leadbox",
        }
    }
}

/// The row of a command.
///
/// # Panics
///
/// Never: every command has its row, which a test holds true.
pub fn spec(command: Command) -> &'static Spec {
    COMMANDS.iter().find(|spec| spec.command == command).expect("every command has its row")
}

impl Command {
    /// The act a command is for, if it is one on a lead.
    pub const fn act(self) -> Option<Act> {
        match self {
            Self::Accept => Some(Act::Accept),
            Self::Decline => Some(Act::Decline),
            Self::Won => Some(Act::Won),
            Self::Lost => Some(Act::Lost),
            Self::Edit => Some(Act::Edit),
            Self::Favorite => Some(Act::Favorite),
            Self::Touch => Some(Act::Touch),
            Self::Later => Some(Act::Later),
            Self::Away => Some(Act::Away),
            Self::Tag => Some(Act::Tag),
            Self::Note => Some(Act::Note),
            _ => None,
        }
    }

    /// The commands that open the first six views.
    const VIEWS: [Self; 6] =
        [Self::FirstView, Self::SecondView, Self::ThirdView, Self::FourthView, Self::FifthView, Self::SixthView];

    /// The place of the view that a command opens.
    pub fn view(self) -> Option<usize> {
        Self::VIEWS.iter().position(|command| *command == self)
    }

    /// The command that opens the view of a place.
    pub fn of_view(place: usize) -> Option<Self> {
        Self::VIEWS.get(place).copied()
    }

    /// The word or two of the footer, as the lead under the cursor makes it.
    pub fn hint(self, app: &App) -> &'static str {
        if self == Self::Away && app.away_act() == Act::Back { "bring back" } else { spec(self).hint }
    }

    /// Whether it would do anything now; the footer and the palette show only what applies.
    pub fn applies(self, app: &App) -> bool {
        match (self.act(), self) {
            (_, Self::Note) => app.marks.is_empty() && app.lead().is_some(),
            // What marked leads make of it is asked when the key is pressed.
            (Some(act), _) if !app.marks.is_empty() && act != Act::Edit => true,
            // An archived lead takes no contact, but a note, which stands in the same menu.
            (_, Self::Touch) => app.lead().is_some(),
            (_, Self::Away) => app.lead().is_some() && app.refusal(app.away_act()).is_none(),
            (Some(act), _) => app.lead().is_some_and(|lead| {
                crate::domain::change::check_state(lead, act, &app.settings.terms, app.now).is_ok()
            }),
            (None, Self::Copy | Self::Reach | Self::Open | Self::Mark | Self::MarkRange | Self::MarkAll) => {
                app.lead().is_some()
            }
            (None, Self::Person) => app.lead().is_some_and(|lead| lead.record.person_key.is_some()),
            (None, Self::Outbox) => app.found.owed > 0,
            (None, Self::Export) => !app.listing.ids.is_empty(),
            _ => true,
        }
    }
}

/// Which key does what: the table with the config's keys in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    bindings: BTreeMap<Key, Command>,
    shown: Vec<(Command, Vec<Key>)>,
}

impl Keymap {
    /// The table's keys, with those of the config instead where it names a command. `Err` lists every sentence that is
    /// wrong with the config's part: an unknown command, an unreadable key, two commands on one key.
    pub fn new(config: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        for name in config.keys().filter(|name| COMMANDS.iter().all(|spec| spec.name != **name)) {
            wrong.push(format!("keys.{name}: there is no such command; `?` in the inbox lists them all."));
        }
        let mut keymap = Self { bindings: BTreeMap::new(), shown: Vec::new() };
        for spec in COMMANDS {
            let names: Vec<&str> = match config.get(spec.name) {
                Some(own) => own.iter().map(String::as_str).collect(),
                None => spec.keys.to_vec(),
            };
            let mut keys = Vec::new();
            for name in names {
                match Key::parse(name) {
                    None => wrong.push(format!("keys.{}: “{name}” is no key; write a, L, ^R, Enter, F5.", spec.name)),
                    Some(key) => {
                        keys.push(key);
                        if let Some(other) = keymap.bindings.insert(key, spec.command) {
                            let other = self::spec(other).name;
                            wrong.push(format!(
                                "keys.{}: {key} already does {other}; give one of them another key.",
                                spec.name
                            ));
                        }
                    }
                }
            }
            keymap.shown.push((spec.command, keys));
        }
        if wrong.is_empty() { Ok(keymap) } else { Err(wrong) }
    }

    /// What a key does.
    pub fn command(&self, key: Key) -> Option<Command> {
        self.bindings.get(&key).copied()
    }

    /// The keys of a command.
    pub fn keys(&self, command: Command) -> &[Key] {
        self.shown.iter().find(|(known, _)| *known == command).map(|(_, keys)| keys.as_slice()).unwrap_or_default()
    }

    /// How a command is called: its first key; where the config gives it none, its name behind the palette's key.
    pub fn key(&self, command: Command) -> String {
        let first = |command| self.keys(command).first().map(ToString::to_string);
        let by_name = || first(Command::Palette).map(|palette| format!("{palette} {}", spec(command).name));
        first(command).or_else(by_name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_no_clash() {
        assert!(Keymap::new(&BTreeMap::new()).is_ok());
    }

    #[test]
    fn groups_stand_together() {
        let mut groups: Vec<Group> = COMMANDS.iter().map(|spec| spec.group).collect();
        groups.dedup();
        assert_eq!(groups, [Group::Lead, Group::Find, Group::Move, Group::Program]);
    }

    #[test]
    fn every_command_has_its_row() {
        for spec in COMMANDS {
            assert_eq!(self::spec(spec.command).name, spec.name, "one row a command");
        }
        // `Suspend` is the last of the enum: as many rows as commands.
        assert_eq!(COMMANDS.len(), Command::Suspend as usize + 1);
    }

    #[test]
    fn the_config_rebinds_and_is_told_what_is_wrong() {
        let config = |name: &str, key: &str| BTreeMap::from([(name.to_owned(), vec![key.to_owned()])]);
        let keymap = Keymap::new(&config("accept", "F5")).expect("fine");
        assert_eq!(keymap.command(Key::parse("F5").expect("a key")), Some(Command::Accept));
        assert_eq!(keymap.command(Key::parse("a").expect("a key")), None);
        assert_eq!(keymap.key(Command::Accept), "F5");
        let without = Keymap::new(&BTreeMap::from([("accept".to_owned(), Vec::new())])).expect("fine");
        assert_eq!(without.key(Command::Accept), "? accept");
        for (name, key, says) in
            [("acept", "a", "no such command"), ("accept", "hyper-a", "is no key"), ("accept", "d", "already does")]
        {
            let wrong = Keymap::new(&config(name, key)).expect_err("wrong");
            assert!(wrong[0].contains(says), "{wrong:?}");
        }
    }
}
