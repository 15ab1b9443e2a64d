//! The statistics page over the whole body (PRODUCT.md 8): a month beside the month before, a bar for every part of a base.
//! Two columns of sections where there is room. Must not count: the page holds the figures.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::statistics::StatisticsPage;
use crate::app::statistics::report::{self, Cell, Section};
use crate::app::{App, Geometry};
use crate::domain::statistics::Month;
use crate::domain::term_text::{TermText, cells};
use crate::ui::theme::Theme;
use crate::ui::{popups, words};

/// From so many columns on, two columns of sections.
const TWO_COLUMNS: usize = 110;
const BETWEEN: usize = 4;

pub fn draw(
    app: &App,
    page: &StatisticsPage,
    frame: &mut Frame<'_>,
    body: Rect,
    theme: &Theme,
    geometry: &mut Geometry,
) {
    // Frame and margin take two cells at either side, the frame and the line of months three lines.
    let (width, height) = (usize::from(body.width).saturating_sub(4), usize::from(body.height).saturating_sub(3));
    let title = format!("Statistics · {}", page.month);
    let Some([month, before]) = page.figures() else {
        let inner = popups::window(frame, body, body.width, body.height, &title, "", theme);
        frame.render_widget(Paragraph::new(waiting(app, page, width, theme)), inner);
        return;
    };
    let sections = report::sections(&[month, before]);
    let panels = if width >= TWO_COLUMNS { 2 } else { 1 };
    let panel = Panel::new((width - (panels - 1) * BETWEEN) / panels, &sections, theme);
    let (left, right) = sections.split_at(if panels == 2 { balanced(&sections) } else { sections.len() });
    let mut lines = panel.lines(left);
    if panels == 2 {
        lines = beside(lines, panel.lines(right), panel.width);
    }
    geometry.page = (lines.len(), height);
    let top = page.top.min(lines.len().saturating_sub(height));
    let shown = format!("lines {}-{} of {}", top + 1, (top + height).min(lines.len()), lines.len());
    let shown = if lines.len() > height { shown.as_str() } else { "" };
    let inner = popups::window(frame, body, body.width, body.height, &title, shown, theme);
    let head = Rect { height: inner.height.min(1), ..inner };
    let rest = Rect { y: inner.y + head.height, height: inner.height - head.height, ..inner };
    let mut headings = vec![panel.heading(page.month)];
    if panels == 2 {
        headings = beside(headings, vec![panel.heading(page.month)], panel.width);
    }
    frame.render_widget(Paragraph::new(headings), head);
    frame.render_widget(Paragraph::new(lines.into_iter().skip(top).take(height).collect::<Vec<_>>()), rest);
}

/// What stands there until the figures do.
fn waiting(app: &App, page: &StatisticsPage, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let leads = app.loading.map_or(app.found.leads, |(_, of)| of);
    let (text, style) = match &page.months {
        Some(Err(why)) => (why.clone(), theme.bad()),
        _ => (format!("Counting {} leads…", words::count(leads)), Theme::strong()),
    };
    TermText::line(&text).wrap(width.max(1)).into_iter().map(|part| Line::styled(part, style)).collect()
}

/// How many of the sections stand at the left, so that both columns are about as long.
fn balanced(sections: &[Section]) -> usize {
    let length = |sections: &[Section]| sections.iter().map(|section| section.lines.len() + 2).sum::<usize>();
    let longer = |at: &usize| {
        let (left, right) = sections.split_at(*at);
        length(left).max(length(right))
    };
    (0..=sections.len()).min_by_key(longer).unwrap_or_default()
}

/// Two columns of lines as one.
fn beside(left: Vec<Line<'static>>, right: Vec<Line<'static>>, width: usize) -> Vec<Line<'static>> {
    let count = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let line = |_| {
        let (mut line, other) = (left.next().unwrap_or_default(), right.next().unwrap_or_default());
        let gap = (width + BETWEEN).saturating_sub(line.width());
        line.spans.push(Span::raw(" ".repeat(gap)));
        line.spans.extend(other.spans);
        line
    };
    (0..count).map(line).collect()
}

/// How a column of sections is divided: a label, then for each month a number, its percentage and its bar.
struct Panel<'a> {
    width: usize,
    label: usize,
    number: usize,
    bar: usize,
    theme: &'a Theme,
}

/// Cells of a percentage, `100 %`, and the blank before it.
const PERCENT: usize = 6;

impl<'a> Panel<'a> {
    fn new(width: usize, sections: &[Section], theme: &'a Theme) -> Self {
        let label = (width * 2 / 5).clamp(18, 28).min(width);
        let lines = || sections.iter().flat_map(|section| &section.lines);
        let counts = lines().flat_map(|line| line.cells.iter().filter(|cell| line.base || cell.part.is_some()));
        let number = counts.map(|cell| cells(&cell.text)).max().unwrap_or_default().max(3);
        let bar = ((width - label) / 2).saturating_sub(number + PERCENT + 3).min(20);
        Self { width, label, number, bar, theme }
    }

    fn month(&self) -> usize {
        (self.width - self.label) / 2
    }

    fn heading(&self, month: Month) -> Line<'static> {
        let names = [month, month.before()].map(|month| {
            let whole = month.to_string();
            let text = if cells(&whole) < self.month() { whole } else { month.short() };
            format!("  {}", TermText::line(&text).pad(self.month().saturating_sub(2)))
        });
        let [this, before] = names;
        Line::from(vec![
            Span::raw(" ".repeat(self.label)),
            Span::styled(this, Theme::strong()),
            Span::styled(before, self.theme.quiet()),
        ])
    }

    fn lines(&self, sections: &[Section]) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        for (place, section) in sections.iter().enumerate() {
            if place > 0 {
                lines.push(Line::default());
            }
            lines.push(Line::from(Span::styled(section.title, self.theme.key())));
            lines.extend(section.lines.iter().map(|line| self.line(line)));
        }
        lines
    }

    fn line(&self, line: &report::Line) -> Line<'static> {
        let indent = if line.base { " " } else { "   " };
        let label = TermText::line(&format!("{indent}{}", line.label)).pad(self.label);
        let style = if line.base { Theme::strong() } else { Style::new() };
        let mut spans = vec![Span::styled(label, style)];
        for (place, cell) in line.cells.iter().enumerate() {
            spans.extend(self.cell(cell, place == 0, line.base));
        }
        Line::from(spans)
    }

    fn cell(&self, cell: &Cell, this: bool, base: bool) -> Vec<Span<'static>> {
        let style = match (base, this) {
            (true, true) => Theme::strong(),
            (false, true) => Style::new(),
            (_, false) => self.theme.quiet(),
        };
        let whole = self.number + PERCENT + 2;
        let text = TermText::line(&cell.text);
        let left = match cell.part {
            // A time or a value stands as one text, a count in its own column.
            None if !base && text.width() > self.number => text.pad_left(whole.max(text.width())),
            None => format!("{}{}", text.pad_left(self.number), " ".repeat(PERCENT)),
            Some(_) => {
                format!("{}{}", text.pad_left(self.number), TermText::line(&cell.percent()).pad_left(PERCENT))
            }
        };
        let left = TermText::line(&left).fit(self.month());
        let bar = cell.part.map(|(part, of)| self.bar(part, of)).unwrap_or_default();
        let drawn = if this { self.theme.key() } else { self.theme.quiet() };
        let room = self.month().saturating_sub(cells(&left));
        let bar = TermText::line(&format!("  {bar}")).pad(room);
        vec![Span::styled(left, style), Span::styled(bar, drawn)]
    }

    /// A bar as long as the part is of the whole, to half a cell; whatever is not nothing is seen.
    fn bar(&self, part: u32, of: u32) -> String {
        let ascii = self.theme.is_ascii();
        let steps = if ascii { 1 } else { 2 };
        let exact = f64::from(part) / f64::from(of.max(1)) * (self.bar * steps) as f64;
        let filled = (exact.round() as usize).max(usize::from(part > 0));
        let (full, half) = if ascii { ("=", "") } else { ("━", "╸") };
        format!("{}{}", full.repeat(filled / steps), half.repeat(filled % steps))
    }
}
