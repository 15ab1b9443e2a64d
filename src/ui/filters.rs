//! The filter pane: folding groups, a box a value, its count (SCREENS.md, Main).
//! Must not count: the listing carries the counts.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line as TextLine, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::Command;
use crate::app::filters::{GROUPS, Group, Line};
use crate::app::{App, Focus, Geometry};
use crate::domain::query;
use crate::domain::term_text::{TermText, cells};
use crate::ui::theme::Theme;

/// Lines of the pane for what it has no box for.
const FOOT_LINES: usize = 3;

pub fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, theme: &Theme, geometry: &mut Geometry) {
    let focused = app.focus == Focus::Filters && app.popup.is_none();
    let block = theme.pane("Filters", &app.settings.keymap.key(Command::Filters), focused, area.width);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let inner = foot(app, frame, inner, theme);
    geometry.filter_rows = usize::from(inner.height).max(1);
    let lines = app.filter_lines();
    let top = app.filters.top.min(lines.len().saturating_sub(geometry.filter_rows));
    let shown = lines.iter().enumerate().skip(top).take(geometry.filter_rows);
    let text: Vec<_> = shown
        .map(|(place, line)| {
            let style = if focused && place == app.filters.cursor { theme.cursor(true) } else { Style::new() };
            draw_line(app, *line, usize::from(inner.width), theme, style)
        })
        .collect();
    frame.render_widget(Paragraph::new(text), inner);
    if let Some(input) = &app.filters.customer {
        let row = lines.iter().position(|line| *line == Line::Customer).unwrap_or_default().saturating_sub(top);
        let view = input.view(usize::from(inner.width).saturating_sub(6), 1);
        frame.set_cursor_position((inner.x + 4 + view.cursor.0, inner.y + row as u16));
    }
}

/// What is asked for beyond the pane's boxes, on its last lines; answers the room that is left.
fn foot(app: &App, frame: &mut Frame<'_>, inner: Rect, theme: &Theme) -> Rect {
    let beyond = query::write(&app.query.filter.beyond_pane());
    if beyond.is_empty() || usize::from(inner.height) < 2 * FOOT_LINES {
        return inner;
    }
    let width = usize::from(inner.width.saturating_sub(2)).max(1);
    let mut lines = TermText::line(&format!("and: {beyond}")).wrap(width);
    if lines.len() > FOOT_LINES {
        let rest = lines.split_off(FOOT_LINES - 1).join(" ");
        lines.push(TermText::line(&rest).fit(width));
    }
    let foot = lines.len() as u16;
    let lines = lines.into_iter().map(|line| TextLine::styled(format!(" {line}"), theme.quiet()));
    let below = Rect { y: inner.y + inner.height - foot, height: foot, ..inner };
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), below);
    Rect { height: inner.height - foot, ..inner }
}

fn draw_line(app: &App, line: Line, width: usize, theme: &Theme, style: Style) -> TextLine<'static> {
    match line {
        Line::Group(number) => heading(app, number, width, theme, style),
        Line::More(hidden) => TextLine::styled(
            TermText::line(&format!("    {hidden} more…  Enter shows")).pad(width),
            theme.quiet().patch(style),
        ),
        Line::Customer => {
            let typed = match &app.filters.customer {
                Some(input) => input.view(width.saturating_sub(6), 1).lines.first().cloned().unwrap_or_default(),
                None => app.query.filter.customer().join(","),
            };
            let shown = if typed.is_empty() { "company contains…".to_owned() } else { typed };
            let field = if app.query.filter.customer().is_empty() { theme.quiet() } else { Theme::field() };
            let text = TermText::line(&shown).pad(width.saturating_sub(4));
            TextLine::from(vec![Span::styled("    ", style), Span::styled(text, field.patch(style))])
        }
        Line::Value(dimension, value, count) => {
            let chosen = app.query.filter.chosen(dimension).contains(&value);
            let unwanted = app.query.filter.unwanted(dimension).contains(&value);
            let mark = if unwanted { "[-]" } else { ["[ ]", "[x]"][usize::from(chosen)] };
            let chosen = chosen || unwanted;
            let count = if app.loading.is_some() { String::new() } else { count.to_string() };
            let room = width.saturating_sub(6 + cells(&count) + 2);
            let title = TermText::line(&dimension.value_title(value)).pad(room);
            let quiet = if count == "0" && !chosen { theme.quiet() } else { Style::new() };
            let quiet = if chosen { Theme::strong() } else { quiet };
            TextLine::styled(format!("  {mark} {title} {count} "), quiet.patch(style))
        }
    }
}

fn heading(app: &App, number: usize, width: usize, theme: &Theme, style: Style) -> TextLine<'static> {
    let group = GROUPS[number];
    let fold = if app.filters.open[number] { theme.pick("▾", "v") } else { theme.pick("▸", ">") };
    let chosen = match group {
        Group::Of(dimension) => app.query.filter.chosen(dimension).len() + app.query.filter.unwanted(dimension).len(),
        Group::Customer => app.query.filter.customer().len(),
    };
    let says = match (app.group_applies(group), chosen) {
        (false, _) => "offers only".to_owned(),
        (true, 0) if app.filters.open[number] => String::new(),
        (true, 0) => "any".to_owned(),
        (true, chosen) => chosen.to_string(),
    };
    let room = width.saturating_sub(4 + cells(&says));
    let title = TermText::line(group.title()).pad(room);
    let bold = if chosen > 0 { Theme::strong() } else { Style::new() };
    TextLine::from(vec![
        Span::styled(format!(" {fold} {title}"), bold.patch(style)),
        Span::styled(format!("{says} "), theme.quiet().patch(style)),
    ])
}
