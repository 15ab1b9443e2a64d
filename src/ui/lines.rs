//! The two lines below the panes: what just happened, and the keys that matter now.
//! Must not know keys: the table of commands does.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::{Command, spec};
use crate::app::run::Run;
use crate::app::{App, Focus, Notice, Popup};
use crate::domain::term_text::{TermText, cells};
use crate::ui::outbox;
use crate::ui::search;
use crate::ui::theme::Theme;

/// A notice takes this many lines at most, and fewer where the panes would get less than eight.
const MOST_LINES: u16 = 3;
const LEFT_FOR_PANES: u16 = 2 + 1 + 8;

pub fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let first = Rect { height: area.height.saturating_sub(1), ..area };
    let second = Rect { y: area.y + first.height, height: 1, ..area };
    match &app.notice {
        Some(notice) => frame.render_widget(Paragraph::new(notice_lines(app, notice, theme, first)), first),
        None => frame.render_widget(message(app, theme, area.width), first),
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

fn message(app: &App, theme: &Theme, width: u16) -> Line<'static> {
    if let Some(Popup::Search(line)) = &app.popup {
        return search::message(line, theme, usize::from(width));
    }
    if app.is_empty_store() {
        return Line::styled(" An import can be repeated; nothing is doubled and your own notes stay.", theme.quiet());
    }
    Line::default()
}

/// Keys and their words, the way out last.
type Pairs = Vec<(String, &'static str)>;

/// The keys of what is open; the commands that apply where nothing is.
fn keys(app: &App, theme: &Theme, width: usize) -> Line<'static> {
    let pairs = match (&app.popup, &app.run) {
        (Some(Popup::Outbox(open)), _) => Some(outbox::keys(app, open)),
        (Some(Popup::Statistics(_)), _) => Some(statistics_keys(app)),
        (Some(popup), _) => Some(popup_keys(popup).iter().map(|(key, word)| ((*key).to_owned(), *word)).collect()),
        (None, Some(run)) => Some(run_keys(app, run)),
        (None, None) => pane_keys(app),
    };
    match pairs {
        Some(mut pairs) => {
            let last = pairs.pop();
            fit(pairs.into_iter(), last, theme, width)
        }
        None => commands(app, theme, width),
    }
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
        Popup::Touch(line) if line.dating => &[("Enter", "log it"), ("Tab", "text"), ("Esc", "back")],
        Popup::Touch(_) => &[("Enter", "log it"), ("Tab", "follow-up"), ("Esc", "another kind")],
        Popup::Later(_) => &[("Enter", "save"), ("Tab", "next offer"), ("Esc", "back")],
        Popup::Tags(_) => &[("Enter", "save"), ("Tab", "take the offered one"), ("Esc", "back")],
        Popup::Sort(_) => &[("Enter", "take it"), ("1-8", "take that one"), ("Esc", "back")],
        Popup::Palette(_) => &[("Enter", "run"), ("Up Down", "choose"), ("Esc", "back")],
        Popup::Import(importing) if importing.preview.is_some() => &[("Enter", "go on"), ("Esc", "another file")],
        Popup::Import(_) => &[("Enter", "look at it"), ("Up Down", "choose"), ("Esc", "back")],
        Popup::Export(_) => &[("Enter", "write"), ("Tab", "format"), ("Esc", "back")],
        Popup::Search(_) => &[("Enter", "keep"), ("Tab", "complete"), ("Up Down", "move"), ("Esc", "clear")],
        Popup::Outbox(_) | Popup::Statistics(_) => &[("Esc", "back")],
        Popup::Person(_) => {
            &[("Enter", "go to the lead"), ("Tab", "leads or timeline"), ("j k", "move"), ("Esc", "back")]
        }
        Popup::Views(menu) if menu.naming.is_some() => &[("Enter", "save"), ("Esc", "back")],
        Popup::Views(_) => &[("Enter", "open"), ("s", "save what is shown"), ("x", "remove"), ("Esc", "back")],
        Popup::Receive => &[("any key", "back")],
    }
}

/// The keys of a pane that has its own; `None` where the commands stand.
fn pane_keys(app: &App) -> Option<Pairs> {
    let key = |command| app.settings.keymap.key(command);
    let fixed = |key: &str, word| (key.to_owned(), word);
    if app.is_empty_store() {
        return Some(vec![
            fixed("Enter", "import the marked file"),
            (key(Command::Import), "import"),
            fixed("d", "demo"),
            fixed("r", "receive"),
            (key(Command::Palette), "all keys"),
            (key(Command::Quit), "quit"),
        ]);
    }
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

fn commands(app: &App, theme: &Theme, width: usize) -> Line<'static> {
    let order = [
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
        Command::Outbox,
        Command::Search,
        Command::Favorite,
        Command::Tag,
        Command::Filters,
        Command::Import,
        Command::Export,
    ];
    let applying = order.into_iter().filter(|command| command.applies(app));
    let pairs = applying.map(|command| (app.settings.keymap.key(command), command.hint(app)));
    let last = (app.settings.keymap.key(Command::Palette), spec(Command::Palette).hint);
    fit(pairs, Some(last), theme, width)
}

/// As many pairs as fit; the last one stands at the right end and always fits.
fn fit<'a>(
    pairs: impl Iterator<Item = (String, &'a str)>,
    last: Option<(String, &'a str)>,
    theme: &Theme,
    width: usize,
) -> Line<'static> {
    let size = |key: &str, word: &str| cells(key) + cells(word) + 1;
    let kept = last.as_ref().map_or(0, |(key, word)| size(key, word) + 3);
    let mut room = width.saturating_sub(kept + 1);
    let mut spans = vec![Span::raw(" ")];
    for (key, word) in pairs {
        let needed = size(&key, word) + 3;
        if needed > room {
            break;
        }
        room -= needed;
        spans.extend([Span::styled(key, theme.key()), Span::raw(format!(" {word}   "))]);
    }
    if let Some((key, word)) = last {
        spans.push(Span::styled(" ".repeat(room + 1), Style::new()));
        spans.extend([Span::styled(key, theme.key()), Span::raw(format!(" {word}"))]);
    }
    Line::from(spans)
}
