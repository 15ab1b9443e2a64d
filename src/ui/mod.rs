//! Draws the inbox: `view(&App, &mut Frame) -> Geometry`. A screen is a function of one value (HOUSE.md).
//! Must not change state, look anything up, or write a text from outside other than as `TermText`.

mod detail;
mod exporting;
mod filters;
mod form;
mod header;
mod importing;
mod lines;
mod list;
mod outbox;
mod palette;
mod person;
mod popups;
mod practice;
mod run;
mod search;
mod showing;
mod statistics;
mod theme;
mod views;
mod welcome;
pub mod words;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::commands::Command;
use crate::app::look::Layout;
use crate::app::{App, Focus, Geometry, Popup};
use crate::ui::theme::Theme;

/// Draws one frame; answers the sizes that scrolling needs.
pub fn view(app: &App, frame: &mut Frame<'_>) -> Geometry {
    let area = frame.area();
    let theme = Theme::new(app.settings.look);
    // Panes that are covered keep their sizes: they must not scroll while nobody sees them.
    let (list_rows, filter_rows) = (app.geometry.list_rows.max(1), app.geometry.filter_rows.max(1));
    let mut geometry =
        Geometry { list_rows, filter_rows, detail: (0, 1), form_width: 1, page: (0, 1), ..Geometry::default() };
    match Layout::of((area.width, area.height)) {
        Layout::TooSmall => too_small(app, frame, area),
        layout => {
            let above = if app.run.is_some() { 1 } else { 2 };
            let [top, body, bottom] = split(area, above, lines::message_height(app, area));
            header::draw(app, frame, top, &theme);
            match (&app.popup, &app.run) {
                (Some(Popup::Form(form)), _) => form::draw(app, form, frame, body, &theme, &mut geometry),
                (_, Some(run)) => run::draw(app, run, frame, body, &theme, &mut geometry),
                _ if app.is_empty_store() => welcome::draw(app, frame, body, &theme),
                _ => panes(app, frame, body, layout, &theme, &mut geometry),
            }
            popups::draw(app, frame, body, &theme, &mut geometry);
            if let Some(Popup::Outbox(open)) = &app.popup {
                let whole = Rect { height: top.height + body.height, ..top };
                outbox::draw(app, open, frame, whole, &theme, &mut geometry);
            }
            if let Some(shown) = &app.shown {
                let whole = Rect { height: top.height + body.height, ..top };
                showing::draw(shown, frame, whole, &theme, &mut geometry);
            }
            lines::draw(app, frame, bottom, &theme);
        }
    }
    if theme.is_ascii() {
        theme::spell_out(frame.buffer_mut());
    }
    theme::set_covered_apart(frame.buffer_mut());
    geometry
}

fn too_small(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let text = format!("leadbox needs 40x10. {} quits.", app.settings.keymap.key(Command::Quit));
    let text = crate::domain::term_text::TermText::line(&text).fit(usize::from(area.width));
    frame.render_widget(Line::from(Span::raw(text)), Rect { height: area.height.min(1), ..area });
}

/// One or two lines above; the message and one line of keys below; the panes between.
fn split(area: Rect, above: u16, message: u16) -> [Rect; 3] {
    let body = area.height - above - 1 - message;
    [
        Rect { height: above, ..area },
        Rect { y: area.y + above, height: body, ..area },
        Rect { y: area.y + above + body, height: message + 1, ..area },
    ]
}

fn panes(app: &App, frame: &mut Frame<'_>, body: Rect, layout: Layout, theme: &Theme, geometry: &mut Geometry) {
    match layout {
        Layout::Wide => {
            let filters = (body.width / 5).clamp(27, 34);
            let detail = (body.width * 3 / 10).clamp(36, 64);
            let list = body.width - filters - detail;
            filters::draw(app, frame, Rect { width: filters, ..body }, theme, geometry);
            list::draw(app, frame, Rect { x: body.x + filters, width: list, ..body }, theme, geometry);
            detail::draw(app, frame, Rect { x: body.x + filters + list, width: detail, ..body }, theme, geometry);
        }
        Layout::Medium => {
            let detail = (body.width * 9 / 20).clamp(37, 52);
            let list = Rect { width: body.width - detail, ..body };
            if app.focus == Focus::Filters {
                filters::draw(app, frame, list, theme, geometry);
            } else {
                list::draw(app, frame, list, theme, geometry);
            }
            let rest = Rect { x: body.x + list.width, width: detail, ..body };
            detail::draw(app, frame, rest, theme, geometry);
        }
        _ => match app.focus {
            Focus::Filters => filters::draw(app, frame, body, theme, geometry),
            Focus::Detail => detail::draw(app, frame, body, theme, geometry),
            Focus::List => list::draw(app, frame, body, theme, geometry),
        },
    }
}
