//! The rows of the table of commands: name, keys, hint, help and verb of each, in the order of the help.
//! Must not hold more than words: what a command does stands in `update`.

use crate::app::commands::{Command, Group};

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
    row(
        Command::Next,
        Group::Lead,
        "next",
        &["n"],
        "next",
        "the next lead to answer, the most urgent first, and why",
        "list --limit 1",
    ),
    row(Command::Previous, Group::Lead, "previous", &["N"], "back", "the lead to answer before it", ""),
    row(Command::Run, Group::Lead, "run", &["R"], "run", "run through what asks for an answer, one lead at a time", ""),
    row(Command::Accept, Group::Lead, "accept", &["a"], "accept", "accept the lead: a form with the deal", "accept"),
    row(
        Command::Decline,
        Group::Lead,
        "decline",
        &["d"],
        "decline",
        "decline the lead, with one of eight reasons",
        "decline",
    ),
    row(Command::Won, Group::Lead, "won", &["w"], "won", "the deal was won", "won"),
    row(Command::Lost, Group::Lead, "lost", &["L"], "lost", "the deal was lost, with one of eight reasons", "lost"),
    row(Command::Edit, Group::Lead, "edit", &["e"], "edit", "edit the deal of an accepted lead", "edit"),
    row(Command::Favorite, Group::Lead, "favorite", &["*"], "favorite", "set or clear the heart", "favorite"),
    row(
        Command::Copy,
        Group::Lead,
        "copy",
        &["y"],
        "copy",
        "copy: then e e-mail, p phone, n name, c company, a address, m message, i id, y card",
        "",
    ),
    row(
        Command::Mark,
        Group::Lead,
        "mark",
        &["Space"],
        "mark",
        "mark the lead and move on; what follows acts on the marked",
        "",
    ),
    row(
        Command::MarkRange,
        Group::Lead,
        "mark-range",
        &["v"],
        "range",
        "mark from here to where the cursor goes; again ends it",
        "",
    ),
    row(
        Command::MarkAll,
        Group::Lead,
        "mark-all",
        &["A"],
        "mark all",
        "mark all shown; again takes the marks away",
        "",
    ),
    row(
        Command::Person,
        Group::Lead,
        "person",
        &["p"],
        "person",
        "the same person: all their leads and one timeline",
        "people",
    ),
    row(Command::Undo, Group::Lead, "undo", &["u"], "undo", "undo the last change, also after a restart", "undo"),
    row(Command::Redo, Group::Lead, "redo", &["^R"], "redo", "redo what was undone", "redo"),
    row(
        Command::Outbox,
        Group::Lead,
        "outbox",
        &["O"],
        "outbox",
        "what is owed to Partner Center: copy it over, tick it off",
        "outbox",
    ),
    row(
        Command::Search,
        Group::Find,
        "search",
        &["/"],
        "search",
        "search company, names, e-mail, offer and tags",
        "list --text",
    ),
    row(
        Command::Filters,
        Group::Find,
        "filters",
        &["f"],
        "filters",
        "filter by call to action, country, customer, status and more",
        "list --cta --country …",
    ),
    row(Command::Sort, Group::Find, "sort", &["s"], "sort", "choose the order of the list", "list --sort"),
    row(
        Command::Marketplace,
        Group::Find,
        "marketplace",
        &["1"],
        "Marketplace",
        "Marketplace leads",
        "list --tab marketplace",
    ),
    row(Command::Qualified, Group::Find, "qualified", &["2"], "Qualified", "Qualified leads", "list --tab qualified"),
    row(
        Command::Favorites,
        Group::Find,
        "favorites",
        &["3"],
        "Favorites",
        "the hearts of both tabs",
        "list --favorite",
    ),
    row(Command::PreviousTab, Group::Find, "previous-tab", &["["], "tab", "the tab to the left", ""),
    row(Command::NextTab, Group::Find, "next-tab", &["]"], "tab", "the tab to the right", ""),
    row(Command::Open, Group::Move, "open", &["Enter"], "open", "open the lead", "show"),
    row(Command::Back, Group::Move, "back", &["Esc"], "back", "one level back: popup, pane, search, filter", ""),
    row(Command::NextPane, Group::Move, "next-pane", &["Tab", "l", "Right"], "pane", "the next pane", ""),
    row(
        Command::PreviousPane,
        Group::Move,
        "previous-pane",
        &["Shift-Tab", "h", "Left"],
        "pane",
        "the pane before",
        "",
    ),
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
    row(
        Command::Statistics,
        Group::Program,
        "statistics",
        &["S"],
        "statistics",
        "the figures of a month beside the month before",
        "stats",
    ),
    row(
        Command::Palette,
        Group::Program,
        "palette",
        &["?", ":", "^P"],
        "all keys",
        "every command, by name or key; :12 goes to lead 12, :q quits",
        "",
    ),
    row(Command::Quit, Group::Program, "quit", &["q"], "quit", "close; in the list, quit", ""),
    row(Command::QuitNow, Group::Program, "quit-now", &["^C"], "quit", "quit at once", ""),
    row(Command::Suspend, Group::Program, "suspend", &["^Z"], "suspend", "back to the shell; fg returns", ""),
];
