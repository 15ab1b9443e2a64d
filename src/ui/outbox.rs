//! The outbox over the whole screen (SCREENS.md): the entries at the left, the steps of the one under the cursor at the
//! right; on a narrow screen one of them at a time. Must not order entries or say what is copied: it is told.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::app::commands::Command;
use crate::app::look::Layout;
use crate::app::outbox::Outbox;
use crate::app::{App, Geometry};
use crate::domain::lead::Moment;
use crate::domain::outbox::{Entry, Field, Place};
use crate::domain::term_text::{TermText, cells};
use crate::domain::upload::UPLOADED;
use crate::domain::vocabulary::Urgency;
use crate::ui::theme::Theme;
use crate::ui::words;

/// Cells of the columns of the list: time left, what, until when.
const LEFT: usize = 6;
const WHAT: usize = 7;
const BY: usize = 15;
/// A list at least this wide says until when, too.
const WITH_BY: usize = 50;

/// Cells of the names in front of the values.
const NAMES: usize = 10;

/// A list at least this high says below it how entries close.
const WITH_NOTE: u16 = 10;
const NOTE: &str = "Closes by itself when an import shows that Partner Center agrees.";

pub fn draw(app: &App, outbox: &Outbox, frame: &mut Frame<'_>, area: Rect, theme: &Theme, geometry: &mut Geometry) {
    frame.render_widget(Clear, area);
    heading(app, outbox, frame, Rect { height: 1, ..area }, theme);
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if app.layout() == Layout::Narrow {
        // The list is measured where it is not drawn, too: j and k go on there.
        geometry.outbox_rows = rows(body);
        if outbox.opened {
            steps(app, outbox, frame, body, theme);
        } else {
            list(app, outbox, frame, body, true, theme);
        }
        return;
    }
    let width = (body.width * 9 / 20).clamp(38, 72);
    let left = Rect { width, ..body };
    geometry.outbox_rows = rows(left);
    list(app, outbox, frame, left, true, theme);
    steps(app, outbox, frame, Rect { x: body.x + width, width: body.width - width, ..body }, theme);
}

/// The keys of the footer, the way out last.
pub fn keys(app: &App, outbox: &Outbox) -> Vec<(String, &'static str)> {
    let key = |key: &str, word| (key.to_owned(), word);
    let narrow = app.layout() == Layout::Narrow;
    let mut keys = Vec::new();
    if let Some(entry) = outbox.entry() {
        let enter = match app.copy_marks.next(entry) {
            _ if !app.shows_steps(outbox) => "open",
            Some(_) => "copy next",
            None => "tick off",
        };
        keys.push(key("Enter", enter));
        if !narrow {
            keys.push(key("1-9", "copy that one"));
        }
        keys.push(key("Space", "done there"));
        if narrow && outbox.opened {
            keys.push(key("1-9", "copy that one"));
        }
    }
    keys.push((app.settings.keymap.key(Command::Undo), "undo"));
    keys.push(key("Esc", if narrow && outbox.opened { "back" } else { "close" }));
    keys
}

fn heading(app: &App, outbox: &Outbox, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let waits = match outbox.entries.len() {
        0 => String::new(),
        many => waits(many, outbox.entries.iter().filter(|entry| entry.owed.uploaded_at.is_some()).count()),
    };
    let due = outbox.entries.iter().filter_map(|entry| entry.owed.due).min();
    let first = match due.map(|due| due.timestamp() - app.now.timestamp()) {
        None => String::new(),
        Some(..=0) => "first is late ".to_owned(),
        Some(left) => format!("first in {} ", words::left(left, Urgency::Expiring)),
    };
    let room = usize::from(area.width).saturating_sub(cells(&first) + cells(" Outbox") + 1);
    let waits = if cells(&waits) > room { format!(" · {} owed", outbox.entries.len()) } else { waits };
    let line = Line::from(vec![Span::styled(" Outbox", Theme::strong()), Span::raw(waits)]);
    frame.render_widget(line, area);
    let late = outbox.entries.first().is_some_and(|entry| entry.is_overdue(app.now));
    let style = if late { theme.bad().patch(Theme::strong()) } else { theme.urgency(Urgency::Expiring) };
    frame.render_widget(Line::from(Span::styled(first, style)).right_aligned(), area);
}

/// What Partner Center has not heard of, or has not confirmed.
fn waits(all: usize, uploaded: usize) -> String {
    let count = words::count;
    match (all, uploaded) {
        (1, 0) => " · Partner Center has not heard of this one".to_owned(),
        (many, 0) => format!(" · Partner Center has not heard of these {}", count(many)),
        (many, some) if many == some => format!(" · {} {UPLOADED}", count(many)),
        (many, some) => format!(" · {} owed, {} of them {UPLOADED}", count(many), count(some)),
    }
}

/// Lines for entries in a list of that size: its heading and, where there is room, the note stand beside them.
fn rows(area: Rect) -> usize {
    let inner = area.height.saturating_sub(2);
    let note = if inner >= WITH_NOTE { note_lines(area.width).len() + 1 } else { 0 };
    usize::from(inner).saturating_sub(1 + note).max(1)
}

fn note_lines(width: u16) -> Vec<String> {
    TermText::line(NOTE).wrap(usize::from(width).saturating_sub(5))
}

fn list(app: &App, outbox: &Outbox, frame: &mut Frame<'_>, area: Rect, focused: bool, theme: &Theme) {
    let block = theme.pane("Owed · nearest deadline first", "", focused, area.width);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inner.width);
    if outbox.entries.is_empty() {
        let words: &[&str] = if outbox.ready {
            &["Nothing is owed: Partner Center knows every verdict made here.", NOTE_OF_EMPTY]
        } else {
            &["The outbox is being read."]
        };
        let mut lines = vec![Line::default()];
        for text in words {
            let wrapped = TermText::line(text).wrap(width.saturating_sub(4));
            lines.extend(wrapped.into_iter().map(|part| Line::styled(format!("  {part}"), theme.quiet())));
            lines.push(Line::default());
        }
        frame.render_widget(Paragraph::new(lines), inner);
        return;
    }
    let by = if width >= WITH_BY { BY } else { 0 };
    let company = width.saturating_sub(1 + LEFT + 2 + WHAT + 2 + by + 1);
    let pad = |text: &str, cells: usize| TermText::line(text).pad(cells);
    let mut heading =
        format!(" {}  {}  {}", TermText::line("left").pad_left(LEFT), pad("what", WHAT), pad("company", company));
    if by > 0 {
        heading.push_str(" by");
    }
    let mut lines = vec![Line::styled(heading, theme.quiet())];
    let rows = rows(area);
    for (place, entry) in outbox.entries.iter().enumerate().skip(outbox.top).take(rows) {
        lines.push(row(app, entry, place == outbox.cursor, (company, by), theme));
    }
    if inner.height >= WITH_NOTE {
        lines.push(Line::default());
        lines.extend(note_lines(area.width).into_iter().map(|part| Line::styled(format!("  {part}"), theme.quiet())));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

const NOTE_OF_EMPTY: &str = "Each new verdict stands here until it was entered there, or an import shows that it was.";

fn row(app: &App, entry: &Entry, on: bool, (company, by): (usize, usize), theme: &Theme) -> Line<'static> {
    let base = if on { theme.cursor(true) } else { Style::new() };
    let urgent = match entry.owed.due.map(|due| due.timestamp() - app.now.timestamp()) {
        Some(..=0) => theme.bad().patch(Theme::strong()),
        Some(left) if left <= EXPIRING => theme.urgency(Urgency::Expiring),
        _ => Style::new(),
    };
    // On the cursor's row its own colours stand.
    let urgent = if on { base.add_modifier(urgent.add_modifier) } else { urgent };
    let left = entry.owed.due.map(|due| words::left(due.timestamp() - app.now.timestamp(), Urgency::Expiring));
    let pad = |text: &str, cells: usize| TermText::line(text).pad(cells);
    let name = entry.company.as_deref().unwrap_or(&entry.title);
    let name = match entry.owed.uploaded_at {
        Some(_) if company >= NAMED + cells(MARK) => format!("{}{MARK}", pad(name, company - cells(MARK))),
        _ => pad(name, company),
    };
    let mut spans = vec![
        Span::styled(if on { theme.pick("▌", ">") } else { " " }, base),
        Span::styled(TermText::line(&left.unwrap_or_default()).pad_left(LEFT), urgent),
        Span::styled(format!("  {}  {} ", pad(entry.what(), WHAT), name), base),
    ];
    if by > 0 {
        let due = entry.owed.due.map(|due| words::day_time(due, app.now, app.settings.zone));
        spans.push(Span::styled(pad(&due.unwrap_or_default(), by), base));
    }
    Line::from(spans)
}

/// Stands behind the company of an entry that was uploaded, where so many cells of the company are left.
const MARK: &str = " uploaded";
const NAMED: usize = 8;

/// Three days: from there on an entry is urgent (PRODUCT.md 2).
const EXPIRING: i64 = 72 * 3600;

fn steps(app: &App, outbox: &Outbox, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let Some(entry) = outbox.entry() else {
        frame.render_widget(theme.pane("", "", false, area.width), area);
        return;
    };
    let title = format!("{} · {}", entry.title, entry.what());
    let until = entry.owed.due.map(|due| until(due, app)).unwrap_or_default();
    let block = theme.pane(&title, &until, app.layout() == Layout::Narrow, area.width);
    let inner = block.inner(area).inner(Margin { horizontal: 1, vertical: 0 });
    frame.render_widget(block, area);
    let mut sheet = Sheet { lines: Vec::new(), next: 0, width: usize::from(inner.width), theme };
    sheet.write(app, entry);
    let height = usize::from(inner.height);
    // A low screen scrolls so that the next value, and what Enter does, are on it.
    let top = (sheet.next + 3).saturating_sub(height).min(sheet.lines.len().saturating_sub(height));
    let shown: Vec<_> = sheet.lines.into_iter().skip(top).take(height).collect();
    frame.render_widget(Paragraph::new(shown), inner);
}

/// `by 21:00`, `by 24 Nov 12:00`, `was due 18 Nov 12:00`.
fn until(due: Moment, app: &App) -> String {
    let at = words::day_time(due, app.now, app.settings.zone);
    let at = at.strip_prefix("today ").unwrap_or(&at);
    if due <= app.now { format!("was due {at}") } else { format!("by {at}") }
}

/// The steps of an entry, from top to bottom.
struct Sheet<'a> {
    lines: Vec<Line<'static>>,
    /// The line of the value that Enter copies.
    next: usize,
    width: usize,
    theme: &'a Theme,
}

impl Sheet<'_> {
    fn text(&mut self, text: &str, style: Style) {
        let wrapped = TermText::line(text).wrap(self.width);
        self.lines.extend(wrapped.into_iter().map(|part| Line::styled(part, style)));
    }

    fn write(&mut self, app: &App, entry: &Entry) {
        self.text(&entry.path(), Style::new());
        if entry.is_overdue(app.now) {
            self.text("The deadline has passed: see whether Partner Center still takes it.", self.theme.bad());
        }
        if let Some(at) = entry.owed.uploaded_at {
            let at = words::day_time(at, app.now, app.settings.zone);
            self.text(&format!("Written for the bulk upload {at}: {UPLOADED}."), Theme::strong());
        }
        self.lines.push(Line::default());
        if let Some(remark) = &entry.owed.remark {
            self.text(remark, Theme::strong());
            self.lines.push(Line::default());
        }
        if entry.company.is_none() {
            let created = words::day_time(entry.created_at, app.now, app.settings.zone);
            self.text(&format!("No company is given; the lead was created {created}."), self.theme.quiet());
        }
        let next = app.copy_marks.next(entry);
        for field in &entry.fields {
            let on = next == Some(field);
            if on {
                self.next = self.lines.len();
            }
            self.field(app, entry, field, on);
        }
        self.lines.push(Line::default());
        if let Some(field) = next {
            let (number, title) = (field.number, field.title());
            let text = format!("Enter copies {number}, {title}. After the last it ticks this one off.");
            self.text(&text, self.theme.quiet());
        } else {
            self.next = self.lines.len();
            self.text("All of it was copied: Enter ticks this one off.", Theme::strong());
        }
    }

    fn field(&mut self, app: &App, entry: &Entry, field: &Field, on: bool) {
        let copied = app.copy_marks.has(entry, field);
        let (mark, style) = match (copied, on) {
            (true, _) => (self.theme.pick("✓", "v"), self.theme.good()),
            (false, true) => (self.theme.pick("▸", ">"), self.theme.key()),
            (false, false) => (" ", Style::new()),
        };
        let before = 2 + 3 + NAMES + 2;
        let room = self.width.saturating_sub(before);
        let value = TermText::line(&field.text);
        // A reason is chosen from a list there: it must be readable to its end.
        let whole = field.place == Place::Reason;
        let mut values = if whole { value.wrap(room) } else { vec![value.fit(room)] }.into_iter();
        let value_style = if on { Theme::strong() } else { Style::new() };
        self.lines.push(Line::from(vec![
            Span::styled(format!("{mark} "), style),
            Span::styled(format!("{}  ", field.number), self.theme.key()),
            Span::styled(format!("{}  ", TermText::line(&field.title()).pad(NAMES)), self.theme.quiet()),
            Span::styled(values.next().unwrap_or_default(), value_style),
        ]));
        let indent = " ".repeat(before);
        self.lines.extend(values.map(|part| Line::styled(format!("{indent}{part}"), value_style)));
    }
}
