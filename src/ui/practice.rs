//! The seller's practice in popups: the kinds of contact, what came of it and when to follow up, later, tags. The lead stays
//! in view above them. Must not decide anything.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::commands::Command;
use crate::app::input::Input;
use crate::app::logging::{KINDS, LogMenu, NOTE, TouchLine};
use crate::app::marks::Chosen;
use crate::app::putting_off::{LaterLine, OFFERS};
use crate::app::tagging::TagLine;
use crate::domain::follow_up;
use crate::domain::term_text::{TermText, cells};
use crate::ui::popups::{called, drawer, window, wrapped};
use crate::ui::theme::Theme;

/// Columns of a field for a date.
const DATE: usize = 18;

/// Columns of a label with the blank behind it.
const LABEL: usize = 6;

pub fn log(app: &App, menu: &LogMenu, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let title = format!("Log · {}", called(app, &menu.chosen));
    let key = app.settings.keymap.key(Command::Touch);
    let width = (cells(&title) + cells(&key) + 8).clamp(34, 60) as u16;
    let inner = window(frame, body, width, KINDS.len() as u16 + 3, &title, &key, theme);
    let kinds = KINDS.iter().map(|(letter, kind)| (*letter, kind.title().to_lowercase()));
    let all: Vec<_> = kinds.chain([(NOTE, "note, in your editor".to_owned())]).collect();
    // A low screen takes several letters a line.
    let a_line = all.len().div_ceil(usize::from(inner.height).max(1));
    let room = usize::from(inner.width) / a_line;
    let letter = |(letter, what): &(char, String)| {
        let what = TermText::line(what).pad(room.saturating_sub(3));
        [Span::styled(format!("{letter}  "), theme.key()), Span::raw(what)]
    };
    let lines: Vec<_> =
        all.chunks(a_line).map(|some| Line::from(some.iter().flat_map(letter).collect::<Vec<_>>())).collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

pub fn touch(app: &App, line: &TouchLine, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let mut page = Page { lines: Vec::new(), cursor: None, width: usize::from(body.width).saturating_sub(4), theme };
    page.field("text", &line.text, page.width.saturating_sub(LABEL), !line.dating, None);
    let told = app.date_told(&line.chosen, &line.next);
    let blank = line.next.text().trim().is_empty();
    let told = told.or_else(|| blank.then(|| stands(app, &line.chosen)));
    page.field("next", &line.next, DATE, line.dating, told.as_deref());
    page.hint(line.error.as_deref(), "What came of it, if you like; and when to follow up: 3h, 1d, mon, 24 nov.");
    let title = format!("{} · {}", line.kind.title(), called(app, &line.chosen));
    page.draw(frame, body, &title);
}

/// What a contact without a date makes of the follow-up.
fn stands(app: &App, chosen: &Chosen) -> String {
    let one = chosen.leads.first().filter(|_| chosen.words.is_none()).and_then(|id| app.rows.get(id));
    let ahead = one.and_then(|row| row.lead.seller.later_until).filter(|until| *until > app.now);
    match ahead {
        Some(until) => format!("stays {}", follow_up::words(until, app.now, app.settings.zone)),
        None if one.is_some() => "no follow-up".to_owned(),
        None => "each keeps the date it has ahead".to_owned(),
    }
}

pub fn later(app: &App, line: &LaterLine, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let mut page = Page { lines: Vec::new(), cursor: None, width: usize::from(body.width).saturating_sub(4), theme };
    let blank = line.date.text().trim().is_empty();
    let told = app.date_told(&line.chosen, &line.date).or_else(|| blank.then(|| "no follow-up any more".to_owned()));
    page.field("until", &line.date, DATE, true, told.as_deref());
    let mut offers = vec![Span::styled("Tab   ", theme.key())];
    for offer in OFFERS {
        let style = if offer == line.date.text().trim() { theme.cursor(true) } else { Style::new() };
        offers.extend([Span::styled(format!(" {offer} "), style), Span::raw(" ")]);
    }
    page.lines.push(Line::from(offers));
    let one = line.chosen.leads.first().filter(|_| line.chosen.words.is_none()).and_then(|id| app.rows.get(id));
    let now = one.and_then(|row| row.lead.seller.later_until);
    let now = now.map(|at| format!("It stands at {}. ", follow_up::words(at, app.now, app.settings.zone)));
    let hint = format!("{}Also 24 nov, mon 9:30, 2026-12-01. Blank takes the date away.", now.unwrap_or_default());
    page.hint(line.error.as_deref(), &hint);
    page.draw(frame, body, &format!("Later · {}", called(app, &line.chosen)));
}

pub fn tags(app: &App, line: &TagLine, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let mut page = Page { lines: Vec::new(), cursor: None, width: usize::from(body.width).saturating_sub(4), theme };
    page.field("tags", &line.input, page.width.saturating_sub(LABEL), true, None);
    page.lines.push(suggestions(line, page.width, theme));
    let hint = if line.replaces() {
        "Commas between. What is taken out of the line is taken from the lead."
    } else {
        "Commas between; added to each. One with a minus before it, -old, is taken away."
    };
    page.hint(line.error.as_deref(), hint);
    page.draw(frame, body, &format!("Tags · {}", called(app, &line.chosen)));
}

/// The tags that Tab would take, the first one marked, as many as fit.
fn suggestions(line: &TagLine, width: usize, theme: &Theme) -> Line<'static> {
    let mut spans = Vec::new();
    let mut room = width.saturating_sub(LABEL);
    for (place, tag) in line.suggestions().into_iter().enumerate() {
        let tag = format!(" {} ", TermText::line(tag));
        let Some(left) = room.checked_sub(cells(&tag) + 1) else { break };
        room = left;
        let style = if place == 0 { Theme::strong() } else { theme.quiet() };
        spans.extend([Span::styled(tag, style), Span::raw(" ")]);
    }
    if !spans.is_empty() {
        spans.insert(0, Span::styled("Tab   ", theme.key()));
    }
    Line::from(spans)
}

/// The lines of a drawer, and where the cursor stands in them.
struct Page<'a> {
    lines: Vec<Line<'static>>,
    cursor: Option<(u16, u16)>,
    width: usize,
    theme: &'a Theme,
}

impl Page<'_> {
    /// A labelled field, and what it means: beside it, or below where that does not fit.
    fn field(&mut self, label: &str, input: &Input, width: usize, focused: bool, told: Option<&str>) {
        let view = input.view(width, 1);
        let typed = view.lines.first().cloned().unwrap_or_default();
        if focused {
            self.cursor = Some((LABEL as u16 + view.cursor.0, self.lines.len() as u16));
        }
        let style = if focused { Theme::field() } else { Theme::field().patch(self.theme.quiet()) };
        let mut spans =
            vec![Span::raw(TermText::line(label).pad(LABEL)), Span::styled(TermText::line(&typed).pad(width), style)];
        let room = self.width.saturating_sub(LABEL + width + 2);
        let told = told.map(TermText::line);
        let below = told.clone().filter(|told| told.width() > room);
        if let Some(told) = told.filter(|_| below.is_none()) {
            spans.push(Span::raw(format!("  {told}")));
        }
        self.lines.push(Line::from(spans));
        let indent = " ".repeat(LABEL);
        let below = below.iter().flat_map(|told| told.wrap(self.width.saturating_sub(LABEL)));
        self.lines.extend(below.map(|part| Line::raw(format!("{indent}{part}"))));
    }

    /// What is wrong, else what may be typed.
    fn hint(&mut self, error: Option<&str>, hint: &str) {
        match error {
            Some(error) => {
                let text = format!("{} {error}", self.theme.pick("✗", "x"));
                self.lines.extend(wrapped(&text, self.width, self.theme.bad()));
            }
            None => self.lines.extend(wrapped(hint, self.width, self.theme.quiet())),
        }
    }

    fn draw(self, frame: &mut Frame<'_>, body: Rect, title: &str) {
        let inner = drawer(frame, body, self.lines.len() as u16 + 2, title, self.theme);
        if let Some((column, row)) = self.cursor.filter(|(_, row)| *row < inner.height) {
            frame.set_cursor_position((inner.x + column, inner.y + row));
        }
        frame.render_widget(Paragraph::new(self.lines), inner);
    }
}
