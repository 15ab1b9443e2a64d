//! The import window: deliveries that could not be read, lead files that were found, a path to type; then what the chosen file
//! would do (PRODUCT.md 6). Must not read files or judge them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::importing::{Importing, sentence};
use crate::app::msg::ImportSummary;
use crate::domain::term_text::TermText;
use crate::ui::popups::{window, wrapped};
use crate::ui::theme::Theme;
use crate::ui::{welcome, words};

/// Columns of a guess on the screen at once.
const GUESSED: usize = 10;

pub fn draw(app: &App, importing: &Importing, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let inner = window(frame, body, 84, 24, "Import leads", "", theme);
    let width = usize::from(inner.width);
    let mut lines = Vec::new();
    if app.busy {
        lines.push(Line::styled("The file is being read…", Theme::strong()));
        lines.push(Line::styled("Esc closes this; what is read is told when it is done.", theme.quiet()));
    } else if let Some((path, result)) = &importing.preview {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        lines.push(Line::styled(TermText::line(&name).fit(width), Theme::strong()));
        lines.push(Line::default());
        match result {
            Ok(summary) => lines.extend(preview(app, summary, width, theme)),
            Err(why) => lines.extend(wrapped(why, width, theme.bad())),
        }
    } else {
        lines.extend(deliveries(app, importing, width, theme));
        lines.extend(wrapped(
            "In Partner Center: Referrals > Leads > Export. Then pick the file:",
            width,
            Style::new(),
        ));
        let marked = importing.cursor.checked_sub(app.deliveries.len());
        lines.extend(welcome::files(app, marked, width, theme));
        lines.push(Line::default());
        let view = importing.path.view(width.saturating_sub(7), 1);
        let typed = view.lines.first().cloned().unwrap_or_default();
        frame.set_cursor_position((inner.x + 6 + view.cursor.0, inner.y + lines.len() as u16));
        lines.push(Line::from(vec![
            Span::raw("path: "),
            Span::styled(TermText::line(&typed).pad(width.saturating_sub(7)), Theme::field()),
        ]));
        lines.push(Line::styled("type a path, or drop a file on this window", theme.quiet()));
        lines.extend(welcome::over_ssh(app, width, theme));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

/// What the chosen file is and would do.
fn preview(app: &App, summary: &ImportSummary, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = wrapped(&summary.facts, width, theme.quiet()).collect();
    lines.extend(wrapped(&sentence(summary), width, Style::new()));
    for (line, reason) in summary.rejects.iter().take(6) {
        lines.extend(wrapped(&format!("  line {line}: {reason}"), width, theme.bad()));
    }
    for warning in &summary.warnings {
        lines.extend(wrapped(warning, width, theme.bad()));
    }
    if !summary.guess.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled(
            "The columns are guessed; a map (leadbox import --map) says otherwise:",
            Theme::strong(),
        ));
        let room = usize::from(app.size.1).saturating_sub(lines.len() + 10).min(GUESSED);
        let (column, taken) = (width / 3, width / 4);
        for [name, meaning, example] in summary.guess.iter().take(room) {
            let cells = [TermText::line(name).pad(column), TermText::line(meaning).pad(taken)];
            let rest = TermText::line(example).fit(width.saturating_sub(column + taken + 4));
            lines.push(Line::raw(format!("  {} {} {rest}", cells[0], cells[1])));
        }
        if summary.guess.len() > room {
            lines.push(Line::styled(format!("  {} more", summary.guess.len() - room), theme.quiet()));
        }
    }
    lines.push(Line::default());
    lines.extend(wrapped("Nothing is stored yet. Enter imports it; Esc picks another file.", width, theme.quiet()));
    lines
}

/// Deliveries that could not be read, the oldest first.
fn deliveries(app: &App, importing: &Importing, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    const SHOWN: usize = 3;
    if app.deliveries.is_empty() {
        return Vec::new();
    }
    let title = "Deliveries that could not be read; a lead may be in each:";
    let mut lines: Vec<Line<'static>> = wrapped(title, width, Theme::strong()).collect();
    let first = (importing.cursor + 1).saturating_sub(SHOWN).min(app.deliveries.len().saturating_sub(SHOWN));
    for (place, delivery) in app.deliveries.iter().enumerate().skip(first).take(SHOWN) {
        let on = place == importing.cursor;
        let mark = if on { theme.pick("▸", ">") } else { " " };
        let when = words::day_time(delivery.received_at, app.now, app.settings.zone);
        let times = if delivery.times > 1 { format!(" x{}", delivery.times) } else { String::new() };
        let text = format!("{mark} {when}{times}  {}", delivery.reason);
        let style = if on { theme.cursor(true) } else { Style::new() };
        let text = TermText::line(&text).pad(width.saturating_sub(6));
        lines.push(Line::from(vec![Span::raw("      "), Span::styled(text, style)]));
    }
    if app.deliveries.len() > SHOWN {
        lines.push(Line::styled(format!("      {} in all", app.deliveries.len()), theme.quiet()));
    }
    lines.push(Line::default());
    lines
}
