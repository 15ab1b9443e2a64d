//! The two lines below the panes: what just happened, and the keys that matter now.
//! Must not know keys: the table of commands does.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::{Command, spec};
use crate::app::exporting::{Asked, Exporting};
use crate::app::run::Run;
use crate::app::{App, Focus, Notice, Popup};
use crate::domain::term_text::{TermText, cells};
use crate::ui::outbox;
use crate::ui::search;
use crate::ui::theme::Theme;

/// From so many columns on the last line has room for more keys, and for more yet.
const FEW: usize = 84;
const MANY: usize = 100;

/// Where fewer keys of the lead apply, further ones stand in the last line.
const ENOUGH_KEYS: usize = 6;

/// A notice takes this many lines at most, and fewer where the panes would get less than eight.
const MOST_LINES: u16 = 3;
const LEFT_FOR_PANES: u16 = 2 + 1 + 8;

pub fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let first = Rect { height: area.height.saturating_sub(1), ..area };
    let second = Rect { y: area.y + first.height, height: 1, ..area };
    match &app.notice {
        Some(notice) => frame.render_widget(Paragraph::new(notice_lines(app, notice, theme, first)), first),
        None => frame.render_widget(message(app, theme, usize::from(area.width)), first),
    }
    frame.render_widget(keys(app, theme, usize::from(area.width)), second);
}

/// Lines the message needs: one, and more only where a notice would lose its end.
pub fn message_height(app: &App, area: Rect) -> u16 {
    let lines = app.notice.as_ref().map_or(1, |notice| notice_parts(app, notice, area.width).0.len());
    let most = area.height.saturating_sub(LEFT_FOR_PANES).clamp(1, MOST_LINES);
    u16::try_from(lines).unwrap_or(most).clamp(1, most)
}

/// The notice broken into lines, and what stands behind its last one.
fn notice_parts(app: &App, notice: &Notice, width: u16) -> (Vec<String>, String) {
    let undo =
        if notice.undoable { format!("   {} undoes", app.settings.keymap.key(Command::Undo)) } else { String::new() };
    let room = usize::from(width).saturating_sub(cells(&undo) + 2);
    (TermText::line(&notice.text).wrap(room.max(1)), undo)
}

/// The notice in the lines it has; what does not fit is cut at the end of the last one.
fn notice_lines(app: &App, notice: &Notice, theme: &Theme, area: Rect) -> Vec<Line<'static>> {
    let (mut parts, undo) = notice_parts(app, notice, area.width);
    let last = parts.len().min(usize::from(area.height)).saturating_sub(1);
    let rest = parts.split_off(last).join(" ");
    let room = usize::from(area.width).saturating_sub(cells(&undo) + 2);
    parts.push(TermText::line(&rest).fit(room));
    let draw = |(number, part): (usize, String)| {
        let undo = if number == last { undo.clone() } else { String::new() };
        Line::from(vec![Span::raw(" "), Span::styled(part, theme.tone(notice.tone)), Span::styled(undo, theme.quiet())])
    };
    parts.into_iter().enumerate().map(draw).collect()
}

fn message(app: &App, theme: &Theme, width: usize) -> Line<'static> {
    if let Some(Popup::Search(line)) = &app.popup {
        return search::message(line, app.loading.is_none(), theme, width);
    }
    if app.is_empty_store() {
        let whole = "An import can be repeated; nothing is doubled and your own notes stay.";
        let text = if width > whole.len() { whole } else { "An import can be repeated." };
        return Line::styled(format!(" {text}"), theme.quiet());
    }
    Line::default()
}

/// Keys and their words.
type Pairs = Vec<(String, &'static str)>;

/// What the last line shows: from the left as many as fit, at the right end what always fits.
struct Keys {
    left: Pairs,
    right: Pairs,
}

impl Keys {
    /// Keys of which the last so many stand at the right end.
    fn with_right(mut pairs: Pairs, right: usize) -> Self {
        let right = pairs.split_off(pairs.len().saturating_sub(right));
        Self { left: pairs, right }
    }
}

/// The keys of what is open; the commands that matter now where nothing is.
fn keys(app: &App, theme: &Theme, width: usize) -> Line<'static> {
    let keys = match (&app.popup, &app.run) {
        _ if app.shown.is_some() => Keys::with_right(vec![(app.settings.keymap.key(Command::Back), "back")], 1),
        (Some(Popup::Outbox(open)), _) => Keys::with_right(outbox::keys(app, open), 1),
        (Some(Popup::Statistics(_)), _) => Keys::with_right(statistics_keys(app), 1),
        (Some(Popup::Person(_)), _) => Keys::with_right(person_keys(app), 1),
        (Some(Popup::Import(importing)), _) if app.marked_delivery(importing).is_some() => {
            let pairs =
                [("Enter", "mend it in the editor"), ("Del", "dismiss"), ("Up Down", "choose"), ("Esc", "back")];
            Keys::with_right(pairs.map(|(key, word)| (key.to_owned(), word)).to_vec(), 1)
        }
        (Some(popup), _) => {
            let pairs = popup_keys(popup).iter().map(|(key, word)| ((*key).to_owned(), *word));
            Keys::with_right(pairs.collect(), 1)
        }
        (None, Some(run)) => Keys::with_right(run_keys(app, run), if run.ended { 1 } else { 2 }),
        (None, None) if app.is_empty_store() => Keys::with_right(first_keys(app, width), 2),
        (None, None) => match pane_keys(app) {
            Some(pairs) => Keys::with_right(pairs, 1),
            None => command_keys(app, width),
        },
    };
    fit(keys, theme, width)
}

/// The fixed keys of a popup.
fn popup_keys(popup: &Popup) -> &'static [(&'static str, &'static str)] {
    match popup {
        Popup::Form(_) => {
            &[("Enter", "save"), ("Tab", "next"), ("^J", "new line"), ("^O", "editor"), ("Esc", "close, keeps draft")]
        }
        Popup::Grounds(line) if line.noting => &[("Enter", "save"), ("Tab", "back to the reasons"), ("Esc", "back")],
        Popup::Grounds(_) => &[
            ("1-8", "decides at once"),
            ("Enter", "takes the marked one"),
            ("Tab", "notes"),
            ("Space", "already done there"),
            ("Esc", "back"),
        ],
        Popup::Won(_) => &[("Enter", "save"), ("Tab", "already done there"), ("Esc", "back")],
        Popup::Log(_) | Popup::Copy(_) => &[("Esc", "back")],
        Popup::Reach(_) => &[("Enter", "the first"), ("Esc", "back")],
        Popup::Touch(line) if line.dating => &[("Enter", "log it"), ("Tab", "text"), ("Esc", "back")],
        Popup::Touch(_) => &[("Enter", "log it"), ("Tab", "follow-up"), ("Esc", "another kind")],
        Popup::Later(_) => &[("Enter", "save"), ("Tab", "next offer"), ("Esc", "back")],
        Popup::Tags(_) => &[("Enter", "save"), ("Tab", "take the offered one"), ("Esc", "back")],
        Popup::Sort(_) => &[("Enter", "take it"), ("1-8", "take that one"), ("Esc", "back")],
        Popup::Palette(_) => &[("Enter", "run"), ("Up Down", "choose"), ("PgUp PgDn", "page"), ("Esc", "back")],
        Popup::Import(importing) if importing.preview.is_some() => &[("Enter", "go on"), ("Esc", "another file")],
        Popup::Import(_) => &[("Enter", "look at it"), ("Up Down", "choose"), ("Esc", "back")],
        Popup::Export(exporting) => export_keys(exporting),
        Popup::Search(_) => &[("Enter", "keep"), ("Tab", "complete"), ("Up Down", "move"), ("Esc", "clear")],
        Popup::Outbox(_) | Popup::Person(_) | Popup::Statistics(_) => &[("Esc", "back")],
        Popup::Views(menu) if menu.naming.is_some() => &[("Enter", "save"), ("Esc", "back")],
        Popup::Views(_) => &[("Enter", "open"), ("s", "save what is shown"), ("x", "remove"), ("Esc", "back")],
        Popup::Receive => &[("any key", "back")],
    }
}

/// What each line of an export takes.
fn export_keys(exporting: &Exporting) -> &'static [(&'static str, &'static str)] {
    match exporting.focus {
        _ if exporting.done.is_some() => &[("any key", "back")],
        _ if exporting.writing => &[("Esc", "back, it goes on")],
        Asked::Format => {
            &[("Enter", "write"), ("Left Right", "another form"), ("a letter", "the form it begins"), ("Esc", "back")]
        }
        Asked::Place => {
            &[("Enter", "write"), ("Tab", "complete the path"), ("Up Down", "form, choices"), ("Esc", "back")]
        }
        Asked::IncludeDnc | Asked::OnlyValid => {
            &[("Enter", "write"), ("Space", "yes or no"), ("Up", "file"), ("Esc", "back")]
        }
    }
}

/// The six keys that matter to a newcomer.
fn first_keys(app: &App, width: usize) -> Pairs {
    let key = |command| app.settings.keymap.key(command);
    let files = app.candidates.as_ref().is_some_and(|files| !files.is_empty());
    let marked = if width < FEW { "import" } else { "import the marked file" };
    let import = match (files, width) {
        (true, ..FEW) => "path",
        (true, _) => "type a path",
        (false, _) => "import",
    };
    let mut pairs = Vec::new();
    pairs.extend(files.then(|| ("Enter".to_owned(), marked)));
    pairs.extend([(key(Command::Import), import), ("d".to_owned(), "demo"), ("r".to_owned(), "receive")]);
    pairs.extend([(key(Command::Palette), word(Command::Palette, app, width)), (key(Command::Quit), "quit")]);
    pairs
}

/// The keys of a pane that has its own; `None` where the commands stand.
fn pane_keys(app: &App) -> Option<Pairs> {
    let key = |command| app.settings.keymap.key(command);
    let fixed = |key: &str, word| (key.to_owned(), word);
    if app.filters.customer.is_some() {
        return Some(vec![fixed("Enter", "keep"), fixed("Esc", "clear")]);
    }
    (app.focus == Focus::Filters).then(|| {
        vec![
            fixed("Space", "choose"),
            fixed("Tab", "next group"),
            fixed("0", "clear all"),
            fixed("Esc", "back to the list"),
            (key(Command::Palette), "all keys"),
        ]
    })
}

/// A run's own keys; what acts on the lead stands on its card.
fn run_keys(app: &App, run: &Run) -> Pairs {
    let key = |command| app.settings.keymap.key(command);
    if run.ended {
        return vec![
            (key(Command::Copy), "copy this"),
            (key(Command::Previous), "back to the last lead"),
            (key(Command::Quit), "back to the list"),
        ];
    }
    vec![
        (key(Command::Next), "skip"),
        (key(Command::Previous), "back"),
        (key(Command::Copy), "copy"),
        (key(Command::Favorite), "favorite"),
        (key(Command::Undo), "undo"),
        (key(Command::Quit), "stop"),
        (key(Command::Palette), spec(Command::Palette).hint),
    ]
}

/// The keys of the statistics page, as they are bound.
fn statistics_keys(app: &App) -> Pairs {
    let key = |command| app.settings.keymap.key(command);
    let two = |one, other| format!("{} {}", key(one), key(other));
    vec![
        (two(Command::PreviousTab, Command::NextTab), "month"),
        (key(Command::Copy), "copy ten lines"),
        (two(Command::Down, Command::Up), "move"),
        (key(Command::Back), "back"),
    ]
}

/// The keys of a person's page, as they are bound.
fn person_keys(app: &App) -> Pairs {
    let key = |command| app.settings.keymap.key(command);
    vec![
        (key(Command::Open), "go to the lead"),
        (key(Command::NextPane), "leads or timeline"),
        (format!("{} {}", key(Command::Down), key(Command::Up)), "move"),
        (key(Command::Back), "back"),
    ]
}

/// The commands that matter now, in the order of a seller's day: which lead, what becomes of it, how to reach it, and how
/// to find another. At the right what is about all leads.
fn command_keys(app: &App, width: usize) -> Keys {
    const LEAD: [Command; 11] = [
        Command::Next,
        Command::Accept,
        Command::Decline,
        Command::Edit,
        Command::Won,
        Command::Lost,
        Command::Touch,
        Command::Copy,
        Command::Later,
        Command::Away,
        Command::Search,
    ];
    const FURTHER: [Command; 3] = [Command::Favorite, Command::Tag, Command::Filters];
    const ALL: [Command; 3] = [Command::Run, Command::Outbox, Command::Palette];
    let pair = |command: Command| (app.settings.keymap.key(command), word(command, app, width));
    let applies = |command: &Command| command.applies(app);
    let mut left: Pairs = LEAD.into_iter().filter(applies).map(pair).collect();
    let few = ENOUGH_KEYS.saturating_sub(left.len());
    left.extend(FURTHER.into_iter().filter(applies).take(few).map(pair));
    let kept = if width >= MANY { 3 } else { 1 + usize::from(width >= FEW) };
    Keys { left, right: ALL.into_iter().skip(ALL.len() - kept).map(pair).collect() }
}

/// The word of a command in a line of so many columns.
fn word(command: Command, app: &App, width: usize) -> &'static str {
    match command {
        Command::Palette if width < MANY => "keys",
        Command::Touch if width < MANY => "log",
        _ => command.hint(app),
    }
}

/// The right ones at the right end, of the left ones as many as fit.
fn fit(keys: Keys, theme: &Theme, width: usize) -> Line<'static> {
    let gap = if width < MANY { 2 } else { 3 };
    let size = |(key, word): &(String, &str)| cells(key) + cells(word) + 1 + gap;
    let kept: usize = keys.right.iter().map(size).sum();
    let mut room = width.saturating_sub(kept + 1);
    let drawn = |(key, word): (String, &str)| {
        [Span::styled(key, theme.key()), Span::raw(format!(" {word}{}", " ".repeat(gap)))]
    };
    let mut spans = vec![Span::raw(" ")];
    for pair in keys.left {
        let needed = size(&pair);
        if needed > room {
            break;
        }
        room -= needed;
        spans.extend(drawn(pair));
    }
    // The gap behind the last one is not needed; one blank stays free.
    spans.push(Span::raw(" ".repeat(room + gap - 1)));
    spans.extend(keys.right.into_iter().flat_map(drawn));
    Line::from(spans)
}
