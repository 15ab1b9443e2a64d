//! The one table of commands (PRODUCT.md 4): it drives keys, footer, palette, help and the README's key table.
//! A command says itself whether it applies now. Must not carry commands out: `update` does.

use std::collections::BTreeMap;

use crate::app::App;
use crate::app::key::Key;
use crate::domain::change::Act;

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
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    Open,
    Back,
    Search,
    Filters,
    Sort,
    Accept,
    Decline,
    Won,
    Lost,
    Edit,
    Favorite,
    Undo,
    Redo,
    Copy,
    Import,
    Export,
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

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The command.
    pub command: Command,
    /// Its name in the palette and the config.
    pub name: &'static str,
    /// Its keys, as `Key::parse` reads them; the config may give others.
    pub keys: &'static [&'static str],
    /// What it does, in one line.
    pub help: &'static str,
    /// The word or two of the footer.
    pub hint: &'static str,
    /// The verb of the command line that does the same; empty for what only a screen has.
    pub verb: &'static str,
    /// Where the help shows it.
    pub group: Group,
}

const fn row(
    command: Command,
    group: Group,
    name: &'static str,
    keys: &'static [&'static str],
    hint: &'static str,
    help: &'static str,
    verb: &'static str,
) -> Spec {
    Spec { command, name, keys, help, hint, verb, group }
}

/// Every command, in the order of the help.
pub const COMMANDS: &[Spec] = &[
    row(Command::Accept, Group::Lead, "accept", &["a"], "accept", "accept the lead: a form with the deal", "accept"),
    row(Command::Decline, Group::Lead, "decline", &["d"], "decline", "decline the lead, with one of eight reasons", "decline"),
    row(Command::Won, Group::Lead, "won", &["w"], "won", "the deal was won", "won"),
    row(Command::Lost, Group::Lead, "lost", &["L"], "lost", "the deal was lost, with one of eight reasons", "lost"),
    row(Command::Edit, Group::Lead, "edit", &["e"], "edit", "edit the deal of an accepted lead", "edit"),
    row(Command::Favorite, Group::Lead, "favorite", &["*"], "favorite", "set or clear the heart", "favorite"),
    row(Command::Copy, Group::Lead, "copy", &["y"], "copy", "copy: then e e-mail, p phone, n name, c company, a address, m message, i id, y card", ""),
    row(Command::Undo, Group::Lead, "undo", &["u"], "undo", "undo the last change, also after a restart", "undo"),
    row(Command::Redo, Group::Lead, "redo", &["^R"], "redo", "redo what was undone", "redo"),
    row(Command::Search, Group::Find, "search", &["/"], "search", "search company, names, e-mail, offer and tags", "list --text"),
    row(Command::Filters, Group::Find, "filters", &["f"], "filters", "filter by call to action, country, customer, status and more", "list --cta --country …"),
    row(Command::Sort, Group::Find, "sort", &["s"], "sort", "choose the order of the list", "list --sort"),
    row(Command::Marketplace, Group::Find, "marketplace", &["1"], "Marketplace", "Marketplace leads", "list --tab marketplace"),
    row(Command::Qualified, Group::Find, "qualified", &["2"], "Qualified", "Qualified leads", "list --tab qualified"),
    row(Command::Favorites, Group::Find, "favorites", &["3"], "Favorites", "the hearts of both tabs", "list --favorite"),
    row(Command::PreviousTab, Group::Find, "previous-tab", &["["], "tab", "the tab to the left", ""),
    row(Command::NextTab, Group::Find, "next-tab", &["]"], "tab", "the tab to the right", ""),
    row(Command::Open, Group::Move, "open", &["Enter"], "open", "open the lead", "show"),
    row(Command::Back, Group::Move, "back", &["Esc"], "back", "one level back: popup, pane, search, filter", ""),
    row(Command::NextPane, Group::Move, "next-pane", &["Tab", "l", "Right"], "pane", "the next pane", ""),
    row(Command::PreviousPane, Group::Move, "previous-pane", &["Shift-Tab", "h", "Left"], "pane", "the pane before", ""),
    row(Command::Down, Group::Move, "down", &["j", "Down"], "down", "one down", ""),
    row(Command::Up, Group::Move, "up", &["k", "Up"], "up", "one up", ""),
    row(Command::HalfDown, Group::Move, "half-down", &["^D"], "down", "half a page down", ""),
    row(Command::HalfUp, Group::Move, "half-up", &["^U"], "up", "half a page up", ""),
    row(Command::PageDown, Group::Move, "page-down", &["PgDn"], "down", "a page down", ""),
    row(Command::PageUp, Group::Move, "page-up", &["PgUp"], "up", "a page up", ""),
    row(Command::First, Group::Move, "first", &["g", "Home"], "first", "the first lead", ""),
    row(Command::Last, Group::Move, "last", &["G", "End"], "last", "the last lead", ""),
    row(Command::Import, Group::Program, "import", &["i"], "import", "import a Partner Center export", "import"),
    row(Command::Export, Group::Program, "export", &["x"], "export", "export what is shown", "export"),
    row(Command::Palette, Group::Program, "palette", &["?", ":", "^P"], "all keys", "every command, by name or key; :12 goes to lead 12, :q quits", ""),
    row(Command::Quit, Group::Program, "quit", &["q"], "quit", "close; in the list, quit", ""),
    row(Command::QuitNow, Group::Program, "quit-now", &["^C"], "quit", "quit at once", ""),
    row(Command::Suspend, Group::Program, "suspend", &["^Z"], "suspend", "back to the shell; fg returns", ""),
];

/// The row of a command.
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
            _ => None,
        }
    }

    /// Whether it would do anything now; the footer and the palette show only what applies.
    pub fn applies(self, app: &App) -> bool {
        match (self.act(), self) {
            (Some(act), _) => app.lead().is_some_and(|lead| {
                crate::domain::change::check_state(lead, act, &app.settings.terms, app.now).is_ok()
            }),
            (None, Self::Copy | Self::Open) => app.lead().is_some(),
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
                            wrong.push(format!("keys.{}: {key} already does {other}; give one of them another key.", spec.name));
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

    /// The first key of a command, for the footer.
    pub fn key(&self, command: Command) -> String {
        self.keys(command).first().map(ToString::to_string).unwrap_or_default()
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
    fn the_config_rebinds_and_is_told_what_is_wrong() {
        let config = |name: &str, key: &str| BTreeMap::from([(name.to_owned(), vec![key.to_owned()])]);
        let keymap = Keymap::new(&config("accept", "F5")).expect("fine");
        assert_eq!(keymap.command(Key::parse("F5").expect("a key")), Some(Command::Accept));
        assert_eq!(keymap.command(Key::parse("a").expect("a key")), None);
        for (name, key, says) in [("acept", "a", "no such command"), ("accept", "hyper-a", "is no key"), ("accept", "d", "already does")] {
            let wrong = Keymap::new(&config(name, key)).expect_err("wrong");
            assert!(wrong[0].contains(says), "{wrong:?}");
        }
    }
}
