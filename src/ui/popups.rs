//! What lies over the panes: reasons, won, copy, orders, import, export, receiving. Each says its keys in the footer.
//! Must not decide anything.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::app::commands::Command;
use crate::app::copying::LETTERS;
use crate::app::grounds::{GroundsLine, WonLine};
use crate::app::marks::Chosen;
use crate::app::{App, Geometry, Popup};
use crate::domain::change::Act;
use crate::domain::sort::Sort;
use crate::domain::term_text::{TermText, cells};
use crate::domain::vocabulary::Reason;
use crate::ui::theme::Theme;
use crate::ui::{exporting, importing, palette, person, practice, statistics, views};

pub fn draw(app: &App, frame: &mut Frame<'_>, body: Rect, theme: &Theme, geometry: &mut Geometry) {
    match &app.popup {
        Some(Popup::Grounds(line)) => grounds(app, line, frame, body, theme),
        Some(Popup::Won(line)) => won(app, line, frame, body, theme),
        Some(Popup::Log(menu)) => practice::log(app, menu, frame, body, theme),
        Some(Popup::Touch(line)) => practice::touch(app, line, frame, body, theme),
        Some(Popup::Later(line)) => practice::later(app, line, frame, body, theme),
        Some(Popup::Tags(line)) => practice::tags(app, line, frame, body, theme),
        Some(Popup::Copy(_)) => copy(app, frame, body, theme),
        Some(Popup::Reach(_)) => reach(app, frame, body, theme),
        Some(Popup::Sort(marked)) => sort(app, *marked, frame, body, theme),
        Some(Popup::Palette(open)) => palette::draw(app, open, frame, body, theme, geometry),
        Some(Popup::Import(importing)) => importing::draw(app, importing, frame, body, theme),
        Some(Popup::Export(exporting)) => exporting::draw(app, exporting, frame, body, theme),
        Some(Popup::Person(page)) => person::draw(app, page, frame, body, theme, geometry),
        Some(Popup::Statistics(page)) => statistics::draw(app, page, frame, body, theme, geometry),
        Some(Popup::Views(menu)) => views::draw(app, menu, frame, body, theme),
        Some(Popup::Receive) => receive(frame, body, theme),
        Some(Popup::Form(_) | Popup::Search(_) | Popup::Outbox(_)) | None => {}
    }
}

/// A window in the middle; answers its inside.
pub fn window(
    frame: &mut Frame<'_>,
    body: Rect,
    width: u16,
    height: u16,
    title: &str,
    right: &str,
    theme: &Theme,
) -> Rect {
    let (width, height) = (width.min(body.width), height.min(body.height));
    let area = Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
    frame.render_widget(Clear, area);
    uncover_edge(frame, area);
    let block = theme.pane(title, right, true, width);
    let inner = block.inner(area).inner(Margin { horizontal: 1, vertical: 0 });
    frame.render_widget(block, area);
    inner
}

/// Takes away the wide characters that reach from the left into the area: the terminal would draw them over its border.
fn uncover_edge(frame: &mut Frame<'_>, area: Rect) {
    let Some(left) = area.x.checked_sub(1) else { return };
    for row in area.top()..area.bottom() {
        if let Some(cell) = frame.buffer_mut().cell_mut((left, row)).filter(|cell| cells(cell.symbol()) > 1) {
            cell.set_symbol(" ");
        }
    }
}

/// A window at the bottom, as wide as the screen: the lead stays in view above it.
pub fn drawer(frame: &mut Frame<'_>, body: Rect, height: u16, title: &str, theme: &Theme) -> Rect {
    let height = height.min(body.height);
    let area = Rect { y: body.y + body.height - height, height, ..body };
    window(frame, area, body.width, height, title, "", theme)
}

/// What a popup calls the leads it is for: one by its name, marked ones by their count.
pub fn called(app: &App, chosen: &Chosen) -> String {
    let name = |id| app.rows.get(id).map(|row| row.lead.record.person.title());
    chosen.words.clone().or_else(|| chosen.leads.first().and_then(name)).unwrap_or_default()
}

/// A text broken into lines of one style.
pub fn wrapped(text: &str, width: usize, style: Style) -> impl Iterator<Item = Line<'static>> {
    TermText::line(text).wrap(width).into_iter().map(move |part| Line::styled(part, style))
}

fn grounds(app: &App, line: &GroundsLine, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let verb = if line.act == Act::Lost { "Lost" } else { "Decline" };
    let reasons = reason_lines(line, usize::from(body.width).saturating_sub(4), theme);
    let height = reasons.len() as u16 + 6;
    let inner = drawer(frame, body, height, &format!("{verb} {}. Reason?", called(app, &line.chosen)), theme);
    let width = usize::from(inner.width);
    let mut lines = reasons;
    let view = line.notes.view(width.saturating_sub(7), 1);
    let typed = view.lines.first().cloned().unwrap_or_default();
    let notes_row = lines.len() as u16;
    if line.noting {
        frame.set_cursor_position((inner.x + 6 + view.cursor.0, inner.y + notes_row));
    }
    let style = if line.noting { Theme::field() } else { theme.quiet() };
    lines.push(Line::from(vec![
        Span::raw("notes "),
        Span::styled(TermText::line(&typed).pad(width.saturating_sub(7)), style),
    ]));
    let mark = if line.reported { "[x]" } else { "[ ]" };
    lines.push(Line::raw(format!("{mark} Already done in Partner Center: nothing is owed")));
    let tells = match line.act {
        Act::Lost => "Partner Center learns nothing yet: this opens an outbox entry.",
        _ => "Partner Center learns nothing yet. Entered there, this tells the customer to choose another partner.",
    };
    lines.extend(wrapped(tells, width, theme.quiet()));
    frame.render_widget(Paragraph::new(lines), inner);
}

/// The eight reasons, as many on a line as fit; the one Enter takes is marked.
fn reason_lines(line: &GroundsLine, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for reason in Reason::ALL {
        let text = format!(" {} ", reason.short());
        let needed = cells(&text) + 3;
        if used + needed > width && used > 0 {
            lines.push(Vec::new());
            used = 0;
        }
        used += needed;
        let style = if *reason == line.reason && !line.noting { theme.cursor(true) } else { Style::new() };
        let marked = if *reason == line.reason { style.patch(Theme::strong()) } else { style };
        if let Some(last) = lines.last_mut() {
            last.extend([
                Span::styled(format!(" {}", reason.code()), theme.key().patch(marked)),
                Span::styled(text, marked),
                Span::raw(" "),
            ]);
        }
    }
    let mut lines: Vec<Line<'static>> = lines.into_iter().map(Line::from).collect();
    lines.push(Line::styled(format!("   {}", line.reason.title()), theme.quiet()));
    lines
}

fn won(app: &App, line: &WonLine, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let inner = drawer(frame, body, 6, &format!("Won {}", called(app, &line.chosen)), theme);
    let width = usize::from(inner.width);
    let mut lines = Vec::new();
    if line.chosen.words.is_some() {
        lines.push(Line::raw("Each keeps the value of its deal."));
    } else {
        let view = line.value.view(24, 1);
        let typed = view.lines.first().cloned().unwrap_or_default();
        frame.set_cursor_position((inner.x + 6 + view.cursor.0, inner.y));
        lines.push(Line::from(vec![
            Span::raw("value "),
            Span::styled(TermText::line(&typed).pad(24), Theme::field()),
            Span::raw(format!(" {}", TermText::line(&line.currency).pad(3))),
        ]));
    }
    match &line.error {
        Some(error) => lines.extend(wrapped(&format!("{} {error}", theme.pick("✗", "x")), width, theme.bad())),
        None if line.chosen.words.is_some() => {}
        None => {
            lines.push(Line::styled("What it brought; it replaces the deal's value. May stay empty.", theme.quiet()));
        }
    }
    let mark = if line.reported { "[x]" } else { "[ ]" };
    lines.push(Line::raw(format!("{mark} Already done in Partner Center: nothing is owed")));
    frame.render_widget(Paragraph::new(lines), inner);
}

fn copy(app: &App, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let key = app.settings.keymap.key(Command::Copy);
    let inner = window(frame, body, 30, LETTERS.len() as u16 + 2, "Copy", &key, theme);
    // A low screen takes two letters a line.
    let a_line = LETTERS.len().div_ceil(usize::from(inner.height).max(1));
    let room = usize::from(inner.width) / a_line;
    let letter = |(letter, what): &(char, &str)| {
        let what = TermText::line(what).pad(room.saturating_sub(3));
        [Span::styled(format!("{letter}  "), theme.key()), Span::raw(what)]
    };
    let lines: Vec<_> =
        LETTERS.chunks(a_line).map(|some| Line::from(some.iter().flat_map(letter).collect::<Vec<_>>())).collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn reach(app: &App, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let key = app.settings.keymap.key(Command::Reach);
    let lines = app.reach_lines();
    let inner = window(frame, body, 56, lines.len() as u16 + 2, "Mail or dial", &key, theme);
    let room = usize::from(inner.width).saturating_sub(9);
    let line = |(letter, what, contact): (char, &'static str, Option<String>)| {
        let (text, style) = match &contact {
            Some(contact) => (contact.as_str(), Style::new()),
            None => ("none", theme.quiet()),
        };
        Line::from(vec![
            Span::styled(format!("{letter}  "), theme.key()),
            Span::styled(format!("{what}  "), style),
            Span::styled(TermText::line(text).fit(room), style),
        ])
    };
    frame.render_widget(Paragraph::new(lines.into_iter().map(line).collect::<Vec<_>>()), inner);
}

fn sort(app: &App, marked: usize, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let key = app.settings.keymap.key(Command::Sort);
    let inner = window(frame, body, 34, Sort::OFFERED.len() as u16 + 2, "Order", &key, theme);
    let top = (marked + 1).saturating_sub(usize::from(inner.height));
    let lines: Vec<_> = Sort::OFFERED
        .iter()
        .enumerate()
        .skip(top)
        .map(|(place, sort)| {
            let style = if place == marked { theme.cursor(true) } else { Style::new() };
            Line::from(vec![
                Span::styled(format!("{}  ", place + 1), theme.key().patch(style)),
                Span::styled(TermText::line(sort.title()).pad(usize::from(inner.width).saturating_sub(3)), style),
            ])
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn receive(frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let inner = window(frame, body, 80, 18, "Receive leads as they come", "", theme);
    let width = usize::from(inner.width);
    let mut lines = Vec::new();
    for text in [
        "Partner Center sends an offer's leads to an HTTPS endpoint or an Azure Table as they happen. Run beside the inbox:",
        "",
        "leadbox serve --new-token           once: the secret part of the address",
        "leadbox serve                       takes what is posted to it",
        "leadbox sync azure-table --watch 5m fetches from the table",
        "leadbox sync partner-center         asks the Referrals API",
        "",
        "New leads show here within a second, and the header tells when the last delivery came. The README takes you \
         through it: the offer's settings, a service, a proxy, a first try with curl.",
    ] {
        if text.is_empty() {
            lines.push(Line::default());
        } else {
            lines.extend(wrapped(text, width, Style::new()));
        }
    }
    frame.render_widget(Paragraph::new(lines), inner);
}
