//! The export drawer: the form, the place, what goes along, what will be written, and where it is afterwards (PRODUCT.md 7).
//! Must not count or write.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::exporting::{Asked, Exported, Exporting};
use crate::domain::numbers;
use crate::domain::term_text::{TermText, cells};
use crate::ui::popups::{drawer, wrapped};
use crate::ui::theme::Theme;

/// Cells of the labels.
const LABELS: usize = 7;

/// The label of the path.
const PLACE: &str = "file   ";

/// Ways on of a path that are shown at once.
const WAYS: usize = 6;

pub fn draw(app: &App, exporting: &Exporting, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let (marked, _) = app.marked();
    let (count, which) = if marked > 0 { (marked, "marked") } else { (app.listing.ids.len(), "shown") };
    let title = format!("Export the {} {which}", numbers::leads(count));
    // Measured before it is drawn: the drawer is as high as what it says.
    let width = usize::from(body.width.saturating_sub(4));
    let room = usize::from(body.height.saturating_sub(2));
    let lines = match &exporting.done {
        Some(done) => written(app, done, width, theme),
        None => asked(exporting, width, room, theme),
    };
    let inner = drawer(frame, body, lines.len() as u16 + 2, &title, theme);
    if exporting.done.is_none() && exporting.focus == Asked::Place {
        let view = exporting.path.view(width.saturating_sub(LABELS + 1), 1);
        let row = lines.iter().position(|line| line.spans.first().is_some_and(|span| span.content == PLACE));
        frame.set_cursor_position((inner.x + LABELS as u16 + view.cursor.0, inner.y + row.unwrap_or_default() as u16));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

/// The lines that are asked and below them what is told, which is never left out: on a small screen lines without the keys go.
fn asked(exporting: &Exporting, width: usize, height: usize, theme: &Theme) -> Vec<Line<'static>> {
    let told = told(exporting, width, theme);
    let kept = height.saturating_sub(told.len());
    let mut asked = exporting.asked().to_vec();
    for spare in [Asked::OnlyValid, Asked::IncludeDnc, Asked::Format, Asked::Place] {
        if asked.len() > kept.max(1) && spare != exporting.focus {
            asked.retain(|line| *line != spare);
        }
    }
    let mut lines = questions(exporting, &asked, width, theme);
    if lines.len() + told.len() < height {
        lines.push(Line::default());
    }
    lines.extend(told);
    lines
}

fn questions(exporting: &Exporting, shown: &[Asked], width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let room = width.saturating_sub(LABELS + 1);
    let mut lines = Vec::new();
    for asked in shown {
        let focused = exporting.focus == *asked;
        let style = if focused { theme.cursor(true) } else { Style::new() };
        lines.push(match asked {
            Asked::Format => format(exporting, focused, room, theme),
            Asked::Place => {
                let view = exporting.path.view(room, 1);
                let typed = view.lines.first().cloned().unwrap_or_default();
                Line::from(vec![Span::raw(PLACE), Span::styled(TermText::line(&typed).pad(room), Theme::field())])
            }
            Asked::IncludeDnc => {
                tick(exporting.choice.include_dnc, "also leads that asked not to be contacted", width, style)
            }
            Asked::OnlyValid => {
                tick(exporting.choice.only_valid, "only leads with a valid e-mail or phone", width, style)
            }
        });
    }
    lines
}

/// What is in the way, or what will be written.
fn told(exporting: &Exporting, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    if exporting.ways.count > 0 {
        return ways(exporting, width, theme);
    }
    let mut lines = Vec::new();
    match (&exporting.trouble, &exporting.census) {
        _ if exporting.writing => lines.push(Line::styled("It is being written…", Theme::strong())),
        (Some(trouble), _) => lines.extend(wrapped(trouble, width, theme.bad())),
        (None, None) => lines.push(Line::styled("Counting what will be written…", theme.quiet())),
        (None, Some(Err(why))) => lines.extend(wrapped(why, width, theme.bad())),
        (None, Some(Ok(census))) => {
            let verb = if census.leads == 1 { "is" } else { "are" };
            let mut sentence = format!("{} {verb} written.", numbers::leads(census.leads));
            if let Some(left_out) = census.left_out_sentence() {
                sentence = format!("{sentence} {left_out}");
            }
            lines.extend(wrapped(&sentence, width, Style::new()));
            lines.extend(wrapped("Contacts of expired leads stay out of every file.", width, theme.quiet()));
        }
    }
    lines
}

/// "‹ Salesforce ›  an import file for Salesforce"
fn format(exporting: &Exporting, focused: bool, room: usize, theme: &Theme) -> Line<'static> {
    let (left, right) = (theme.pick("‹", "<"), theme.pick("›", ">"));
    let style = if focused { theme.cursor(true) } else { Theme::strong() };
    let name = format!("{left} {} {right}", exporting.format.title());
    let about = room.saturating_sub(cells(&name) + 2);
    Line::from(vec![
        Span::raw("form   "),
        Span::styled(name, style),
        Span::raw("  "),
        Span::styled(TermText::line(exporting.format.about()).fit(about), theme.quiet()),
    ])
}

fn tick(on: bool, what: &str, width: usize, style: Style) -> Line<'static> {
    let mark = if on { "[x]" } else { "[ ]" };
    Line::styled(TermText::line(&format!("{mark} {what}")).fit(width), style)
}

/// How the path could go on, by the names alone.
fn ways(exporting: &Exporting, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let name = |way: &String| {
        let inside = way.trim_end_matches('/');
        let from = inside.rfind('/').map_or(0, |slash| slash + 1);
        way.get(from..).unwrap_or(way).to_owned()
    };
    let mut lines: Vec<_> = exporting
        .ways
        .first
        .iter()
        .take(WAYS)
        .map(|way| Line::styled(TermText::line(&format!("       {}", name(way))).fit(width), theme.quiet()))
        .collect();
    if exporting.ways.count > WAYS {
        let more = numbers::count(exporting.ways.count - WAYS);
        lines.push(Line::styled(format!("       {more} more"), theme.quiet()));
    }
    lines
}

/// What was written, where a line is not enough to tell it.
fn written(app: &App, done: &Exported, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    lines.push(Line::styled(format!("{} written to", numbers::leads(done.census.leads)), Theme::strong()));
    for name in done.names() {
        lines.extend(wrapped(&format!("  {name}"), width, Style::new()));
    }
    if let Some(left_out) = done.census.left_out_sentence() {
        lines.extend(wrapped(&left_out, width, Style::new()));
    }
    for note in &done.notes {
        lines.extend(wrapped(note, width, Style::new()));
    }
    if let Some(fetch) = app.fetch_line(done) {
        lines.extend(wrapped(&fetch, width, theme.quiet()));
    }
    lines
}
