//! The accept and edit form, over the panes (SCREENS.md, Accept): fields with their errors beside them, what is needed and
//! what it means for Partner Center. Must not check anything.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::app::commands::Command;
use crate::app::form::DealForm;
use crate::app::{App, Geometry};
use crate::domain::change::Act;
use crate::domain::deal::DealField;
use crate::domain::term_text::TermText;
use crate::domain::vitals;
use crate::ui::popups::called;
use crate::ui::theme::Theme;

/// Cells of the labels.
const LABELS: usize = 17;

pub fn draw(app: &App, form: &DealForm, frame: &mut Frame<'_>, area: Rect, theme: &Theme, geometry: &mut Geometry) {
    let width = area.width.min(100);
    let area = Rect { x: area.x + (area.width - width) / 2, width, ..area };
    frame.render_widget(Clear, area);
    let title = title(app, form);
    let wrong = match form.errors.len() {
        0 => String::new(),
        n => format!("{n} to correct"),
    };
    let block = theme.pane(&title, &wrong, true, area.width);
    let inner = block.inner(area).inner(Margin { horizontal: 1, vertical: 0 });
    frame.render_widget(block, area);
    let field_width = usize::from(inner.width).saturating_sub(LABELS + 3);
    geometry.form_width = field_width;
    let mut sheet = Sheet { lines: Vec::new(), cursor: None, focus_line: 0, field_width, theme };
    sheet.fields(app, form);
    sheet.foot(app, form, usize::from(inner.width));
    let height = usize::from(inner.height);
    // A small screen scrolls so that the field with the keys is on it.
    let top = (sheet.focus_line + 3).saturating_sub(height).min(sheet.lines.len().saturating_sub(height));
    let shown: Vec<_> = sheet.lines.into_iter().skip(top).take(height).collect();
    frame.render_widget(Paragraph::new(shown), inner);
    if let Some((column, row)) = sheet.cursor
        && row >= top
        && row - top < height
    {
        frame.set_cursor_position((inner.x + column as u16, inner.y + (row - top) as u16));
    }
}

/// "Accept · Northwind Traders · Ana Souza", "Accept · 6 leads (1 cannot: archived)".
fn title(app: &App, form: &DealForm) -> String {
    let verb = if form.act == Act::Edit { "Edit the deal" } else { "Accept" };
    if let Some(chosen) = &form.many {
        return format!("{verb} · {}", called(app, chosen));
    }
    let lead = app.rows.get(&form.lead).map(|row| &row.lead);
    let name = lead.map(|lead| lead.record.person.title()).unwrap_or_default();
    let person = lead.and_then(|lead| lead.record.person.full_name());
    format!("{verb} · {name}{}", person.map(|person| format!(" · {person}")).unwrap_or_default())
}

struct Sheet<'a> {
    lines: Vec<Line<'static>>,
    cursor: Option<(usize, usize)>,
    focus_line: usize,
    field_width: usize,
    theme: &'a Theme,
}

impl Sheet<'_> {
    fn fields(&mut self, app: &App, form: &DealForm) {
        for (number, (field, input)) in form.fields.iter().enumerate() {
            let focused = number == form.focus;
            let (mark, label) = label(*field);
            let height = if *field == DealField::Notes { 3 } else { 1 };
            let view = input.view(self.field_width, height);
            let first = self.lines.len();
            if focused {
                self.focus_line = first;
                self.cursor = Some((LABELS + 2 + usize::from(view.cursor.0), first + usize::from(view.cursor.1)));
            }
            let placeholder = match field {
                _ if !input.is_empty() => String::new(),
                DealField::Name if form.many.is_some() => "each its own: company – offer".to_owned(),
                _ if focused => String::new(),
                field => placeholder(*field, app),
            };
            for (row, text) in view.lines.iter().enumerate() {
                let text = if placeholder.is_empty() { text.clone() } else { placeholder.clone() };
                self.lines.push(self.field_line(
                    if row == 0 { mark } else { "" },
                    if row == 0 { label.as_str() } else { "" },
                    &text,
                    focused,
                    !placeholder.is_empty(),
                ));
            }
            if let Some(error) = form.error(*field) {
                let indent = " ".repeat(LABELS + 1);
                for part in TermText::line(&format!("{} {error}", self.theme.pick("✗", "x"))).wrap(self.field_width) {
                    self.lines.push(Line::styled(format!("{indent}{part}"), self.theme.bad()));
                }
            }
        }
    }

    fn field_line(&self, mark: &str, label: &str, text: &str, focused: bool, ghost: bool) -> Line<'static> {
        let mark = match (mark, self.theme.is_ascii()) {
            ("•", true) => "*",
            ("°", true) => "o",
            (mark, _) => mark,
        };
        let edge = if focused { self.theme.key() } else { self.theme.quiet() };
        let style = match (ghost, focused) {
            (true, _) => self.theme.quiet(),
            (false, true) => Theme::field(),
            (false, false) => Style::new(),
        };
        let label_style = if focused { Theme::strong() } else { Style::new() };
        Line::from(vec![
            Span::styled(TermText::line(label).pad(LABELS), label_style),
            Span::styled(TermText::line(mark).pad(1), self.theme.key()),
            Span::styled("[", edge),
            Span::styled(TermText::line(text).pad(self.field_width), style),
            Span::styled("]", edge),
        ])
    }

    fn foot(&mut self, app: &App, form: &DealForm, width: usize) {
        self.lines.push(Line::default());
        if form.has_box() {
            let focused = form.focus == form.fields.len();
            if focused {
                self.focus_line = self.lines.len();
            }
            let mark = if form.reported { "[x]" } else { "[ ]" };
            let text = format!("{mark} Already accepted in Partner Center: nothing is owed");
            let style = if focused { self.theme.cursor(true) } else { Style::new() };
            self.lines.push(Line::styled(TermText::line(&text).fit(width), style));
            self.lines.push(Line::default());
        }
        let (needed, asked) = if self.theme.is_ascii() { ("*", "o") } else { ("•", "°") };
        let edit = app.settings.keymap.key(Command::Edit);
        let legend = format!("{needed} needed   {asked} Partner Center asks for it; may be added later with {edit}");
        self.paragraph(&legend, width);
        let lead = app.rows.get(&form.lead).map(|row| &row.lead).filter(|_| form.many.is_none());
        let due = lead.and_then(|lead| vitals::expires_at(&lead.record, &app.settings.terms));
        let due = due.map(|due| format!(", due {}", due.with_timezone(&app.settings.zone).format("%-d %b")));
        let text = match (form.act, form.reported) {
            (Act::Edit, _) => "Partner Center learns nothing of this: change the deal there too.".to_owned(),
            (_, true) => "Partner Center knows already: no outbox entry is opened.".to_owned(),
            (_, false) => {
                format!("Partner Center learns nothing yet: this opens an outbox entry{}.", due.unwrap_or_default())
            }
        };
        self.paragraph(&text, width);
    }

    fn paragraph(&mut self, text: &str, width: usize) {
        let parts = TermText::line(text).wrap(width);
        self.lines.extend(parts.into_iter().map(|part| Line::styled(part, self.theme.quiet())));
    }
}

fn label(field: DealField) -> (&'static str, String) {
    let (mark, label) = match field {
        DealField::Name => ("•", "Deal name"),
        DealField::Value => ("°", "Estimated value"),
        DealField::Currency => ("°", "Currency"),
        DealField::CloseOn => ("°", "Close date"),
        DealField::Notes => ("°", "What they need"),
        DealField::CrmId => ("", "CRM id"),
        DealField::CampaignId => ("", "Campaign id"),
        DealField::Team(n) => return ("", format!("Team {}", n + 1)),
    };
    (mark, label.to_owned())
}

/// What an empty field shows.
fn placeholder(field: DealField, app: &App) -> String {
    match field {
        DealField::Currency => app.settings.currency.clone(),
        DealField::CloseOn => "+30d, 31 dec, eoq, 2026-12-31".to_owned(),
        DealField::Team(_) => "name <mail> phone".to_owned(),
        _ => String::new(),
    }
}
