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
use crate::ui::theme::Theme;

/// A notice takes this many lines at most, and fewer where the panes would get less than eight.
const MOST_LINES: u16 = 3;
const LEFT_FOR_PANES: u16 = 2 + 1 + 8;

pub fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let first = Rect { height: area.height.saturating_sub(1), ..area };
    let second = Rect { y: area.y + first.height, height: 1, ..area };
    match &app.notice {
        Some(notice) => frame.render_widget(Paragraph::new(notice_lines(app, notice, theme, first)), first),
        None => frame.render_widget(message(app, theme), first),
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

fn message(app: &App, theme: &Theme) -> Line<'static> {
    if let Some(Popup::Search(line)) = &app.popup
        && let Some((dimension, value, count)) = line.suggestion()
    {
        let text = format!(" {}:{} {count}", dimension.word(), dimension.value_word(value));
        let title = format!("  {} · Tab takes it", dimension.value_title(value));
        return Line::from(vec![Span::styled(text, Theme::strong()), Span::styled(title, theme.quiet())]);
    }
    if app.is_empty_store() {
        return Line::styled(" An import can be repeated; nothing is doubled and your own notes stay.", theme.quiet());
    }
    Line::default()
}

/// Fixed keys of what is open, the way out last; the commands that apply where nothing is.
fn keys(app: &App, theme: &Theme, width: usize) -> Line<'static> {
    if let (None, Some(run)) = (&app.popup, &app.run) {
        return run_keys(app, run, theme, width);
    }
    let key = |command| app.settings.keymap.key(command);
    let (import, all, quit) = (key(Command::Import), key(Command::Palette), key(Command::Quit));
    let fixed: Option<Vec<(&str, &'static str)>> = match &app.popup {
        Some(Popup::Form(_)) => Some(vec![
            ("Enter", "save"),
            ("Tab", "next"),
            ("^J", "new line"),
            ("^O", "editor"),
            ("Esc", "close, keeps draft"),
        ]),
        Some(Popup::Grounds(line)) if line.noting => {
            Some(vec![("Enter", "save"), ("Tab", "back to the reasons"), ("Esc", "back")])
        }
        Some(Popup::Grounds(_)) => Some(vec![
            ("1-8", "decides at once"),
            ("Enter", "takes the marked one"),
            ("Tab", "notes"),
            ("Space", "already done there"),
            ("Esc", "back"),
        ]),
        Some(Popup::Won(_)) => Some(vec![("Enter", "save"), ("Tab", "already done there"), ("Esc", "back")]),
        Some(Popup::Copy(_)) => Some(vec![("Esc", "back")]),
        Some(Popup::Sort(_)) => Some(vec![("Enter", "take it"), ("1-8", "take that one"), ("Esc", "back")]),
        Some(Popup::Palette(_)) => Some(vec![("Enter", "run"), ("Up Down", "choose"), ("Esc", "back")]),
        Some(Popup::Import(importing)) if importing.preview.is_some() => {
            Some(vec![("Enter", "go on"), ("Esc", "another file")])
        }
        Some(Popup::Import(_)) => Some(vec![("Enter", "look at it"), ("Up Down", "choose"), ("Esc", "back")]),
        Some(Popup::Export(_)) => Some(vec![("Enter", "write"), ("Tab", "format"), ("Esc", "back")]),
        Some(Popup::Search(_)) => Some(vec![("Enter", "keep"), ("Up Down", "move"), ("Esc", "clear")]),
        Some(Popup::Statistics(_)) => return page(app, theme, width),
        Some(Popup::Receive) => Some(vec![("any key", "back")]),
        None if app.is_empty_store() => Some(vec![
            ("Enter", "import the marked file"),
            (&import, "import"),
            ("d", "demo"),
            ("r", "receive"),
            (&all, "all keys"),
            (&quit, "quit"),
        ]),
        None if app.filters.customer.is_some() => Some(vec![("Enter", "keep"), ("Esc", "clear")]),
        None if app.focus == Focus::Filters => Some(vec![
            ("Space", "choose"),
            ("Tab", "next group"),
            ("0", "clear all"),
            ("Esc", "back to the list"),
            (&all, "all keys"),
        ]),
        None => None,
    };
    match fixed {
        Some(mut pairs) => {
            let owned = |(key, word): (&str, &'static str)| (key.to_owned(), word);
            let last = pairs.pop().map(owned);
            fit(pairs.into_iter().map(owned), last, theme, width)
        }
        None => commands(app, theme, width),
    }
}

/// A run's own keys; what acts on the lead stands on its card.
fn run_keys(app: &App, run: &Run, theme: &Theme, width: usize) -> Line<'static> {
    let key = |command| app.settings.keymap.key(command);
    if run.ended {
        let pairs = [(key(Command::Copy), "copy this"), (key(Command::Previous), "back to the last lead")];
        return fit(pairs.into_iter(), Some((key(Command::Quit), "back to the list")), theme, width);
    }
    let pairs = [
        (key(Command::Next), "skip"),
        (key(Command::Previous), "back"),
        (key(Command::Copy), "copy"),
        (key(Command::Favorite), "favorite"),
        (key(Command::Undo), "undo"),
        (key(Command::Quit), "stop"),
    ];
    fit(pairs.into_iter(), Some((key(Command::Palette), spec(Command::Palette).hint)), theme, width)
}

/// The keys of the statistics page, as they are bound.
fn page(app: &App, theme: &Theme, width: usize) -> Line<'static> {
    let key = |command| app.settings.keymap.key(command);
    let two = |one, other| format!("{} {}", key(one), key(other));
    let pairs = [
        (two(Command::PreviousTab, Command::NextTab), "month"),
        (key(Command::Copy), "copy ten lines"),
        (two(Command::Down, Command::Up), "move"),
    ];
    fit(pairs.into_iter(), Some((key(Command::Back), "back")), theme, width)
}

fn commands(app: &App, theme: &Theme, width: usize) -> Line<'static> {
    let order = [
        Command::Accept,
        Command::Decline,
        Command::Edit,
        Command::Won,
        Command::Lost,
        Command::Favorite,
        Command::Copy,
        Command::Search,
        Command::Filters,
        Command::Import,
        Command::Export,
    ];
    let applying = order.into_iter().filter(|command| command.applies(app));
    let pairs = applying.map(|command| (app.settings.keymap.key(command), spec(command).hint));
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
