//! The palette, which is also the help: every command with its key and one line.
//! Must not know commands: the table does.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::palette::Palette;
use crate::domain::term_text::TermText;
use crate::ui::popups;
use crate::ui::theme::Theme;

/// Microsoft's own caution, carried by the help (PRODUCT.md 8).
const CAUTION: &str = "Microsoft verifies neither a customer's identity nor their interest; that is the seller's part.";

pub fn draw(app: &App, palette: &Palette, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let inner = popups::window(frame, body, 92, body.height, "Commands and help", "", theme);
    let width = usize::from(inner.width);
    let view = palette.input.view(width.saturating_sub(4), 1);
    let typed = view.lines.first().cloned().unwrap_or_default();
    let field = if typed.is_empty() { Span::styled("type a name or a key", theme.quiet()) } else { Span::raw(typed) };
    let mut lines = vec![Line::from(vec![Span::styled(" : ", theme.key()), field]), Line::default()];
    frame.set_cursor_position((inner.x + 3 + view.cursor.0, inner.y));
    let rows = app.palette_rows(palette);
    let height = usize::from(inner.height).saturating_sub(4);
    let top = (palette.cursor + 1).saturating_sub(height);
    if rows.is_empty() {
        lines.push(Line::styled("   No command matches. Esc goes back.", theme.quiet()));
    }
    for (place, spec) in rows.iter().enumerate().skip(top).take(height) {
        let keys: Vec<_> = app.settings.keymap.keys(spec.command).iter().map(ToString::to_string).collect();
        let on = place == palette.cursor;
        let style = if on { theme.cursor(true) } else { Style::new() };
        let applies = spec.command.applies(app);
        let name_style = if applies || on { style } else { theme.quiet() };
        lines.push(Line::from(vec![
            Span::styled(format!(" {} ", TermText::line(&keys.join(" ")).pad(16)), theme.key().patch(style)),
            Span::styled(TermText::line(spec.name).pad(15), name_style),
            Span::styled(TermText::line(spec.help).pad(width.saturating_sub(33)), name_style),
        ]));
    }
    frame.render_widget(Paragraph::new(lines), inner);
    let foot = Rect { y: inner.y + inner.height.saturating_sub(1), height: 1.min(inner.height), ..inner };
    frame.render_widget(Line::styled(TermText::line(&format!(" {CAUTION}")).fit(width), theme.quiet()), foot);
}
