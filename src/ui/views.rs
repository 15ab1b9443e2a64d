//! The list of views: key, name, how many leads it shows now, and its query; and the line that names a new one.
//! Must not count: the answer of the list carries the counts.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::commands::Command;
use crate::app::views::ViewMenu;
use crate::domain::query;
use crate::domain::term_text::{TermText, cells};
use crate::ui::popups::window;
use crate::ui::theme::Theme;
use crate::ui::words;

/// Cells of a view's name.
const NAME: usize = 32;

pub fn draw(app: &App, menu: &ViewMenu, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let height = app.views.len() as u16 + 6;
    let key = app.settings.keymap.key(Command::Views);
    let inner = window(frame, body, 92, height, "Views", &key, theme);
    let width = usize::from(inner.width);
    let room = usize::from(inner.height).saturating_sub(4).max(1);
    let top = (menu.cursor + 1).saturating_sub(room);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (place, view) in app.views.iter().enumerate().skip(top).take(room) {
        let on = place == menu.cursor;
        let style = if on { theme.cursor(true) } else { Style::new() };
        let key = Command::of_view(place).map(|command| app.settings.keymap.key(command)).unwrap_or_default();
        let count = app.found.views.get(place).copied().unwrap_or_default();
        let count = if app.loading.is_some() { String::new() } else { words::count(count as usize) };
        let count = TermText::line(&count).pad_left(7);
        let name = NAME.min(width.saturating_sub(14));
        let rest = width.saturating_sub(name + 14);
        lines.push(Line::from(vec![
            Span::styled(format!(" {} ", TermText::line(&key).pad(2)), theme.key().patch(style)),
            Span::styled(TermText::line(&view.name).pad(name), style),
            Span::styled(format!(" {count}  "), style),
            Span::styled(TermText::line(&view.text()).pad(rest), if on { style } else { theme.quiet() }),
        ]));
    }
    lines.push(Line::default());
    if let Some(input) = &menu.naming {
        let label = "save what is shown as ";
        let field = width.saturating_sub(cells(label) + 1);
        let typed = input.view(field, 1);
        frame.set_cursor_position((inner.x + cells(label) as u16 + typed.cursor.0, inner.y + lines.len() as u16));
        let text = typed.lines.first().cloned().unwrap_or_default();
        lines.push(Line::from(vec![Span::raw(label), Span::styled(TermText::line(&text).pad(field), Theme::field())]));
        let asked = query::write(&app.query.filter);
        lines.push(Line::styled(TermText::line(&asked).fit(width), theme.quiet()));
    }
    if let Some(error) = &menu.error {
        let wrapped = TermText::line(error).wrap(width).into_iter();
        lines.extend(wrapped.map(|part| Line::styled(part, theme.bad())));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}
