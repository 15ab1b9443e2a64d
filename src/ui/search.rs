//! The search line while it is typed: the query with its wrong parts underlined, what was found, and below it what
//! completes the term at the cursor. Must not read the query: the line carries what is wrong and what is offered.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::completion::Offer;
use crate::app::search::SearchLine;
use crate::domain::filter::TabChoice;
use crate::domain::term_text::{TermText, cells};
use crate::ui::theme::Theme;
use crate::ui::words;

/// The least a query is shown in, and what is kept free beside it for what was found.
const LEAST: usize = 24;
const BESIDE: usize = 14;

/// The query in the header's second line. Puts the cursor where the next letter goes.
pub fn line(app: &App, line: &SearchLine, frame: &mut Frame<'_>, area: Rect, theme: &Theme) -> Vec<Span<'static>> {
    let room = usize::from(area.width).saturating_sub(2 + BESIDE);
    let needed = cells(&TermText::line(line.input.text()).to_string()) + 1;
    let width = needed.clamp(LEAST.min(room), room.max(1)).max(1);
    let view = line.input.view(width, 1);
    frame.set_cursor_position((area.x + 2 + view.cursor.0, area.y));
    let wrong: Vec<_> = line.errors.iter().map(|error| error.range.clone()).collect();
    let mut spans = vec![Span::styled(" /", theme.key())];
    let mut shown = 0;
    for (text, is_wrong) in line.input.view_parts(width, &wrong) {
        shown += cells(&text);
        let style = if is_wrong { theme.bad().add_modifier(Modifier::UNDERLINED) } else { Theme::strong() };
        spans.push(Span::styled(text, style));
    }
    let blanks = width.saturating_sub(shown);
    let found = match app.loading {
        Some(_) => String::new(),
        None => format!("  {} found", words::count(app.listing.ids.len())),
    };
    spans.push(Span::raw(format!("{:blanks$}{found}", "")));
    for (hits, tab) in app.listing.hits.iter().zip(TabChoice::TABS) {
        let elsewhere = tab != app.query.tab && app.query.tab != TabChoice::All;
        if *hits > 0 && elsewhere && tab != TabChoice::Favorites {
            spans.push(Span::styled(format!("  +{hits} in {}", tab.title()), theme.quiet()));
        }
    }
    spans
}

/// The message below the panes: what completes the term, with its number where the leads are counted, else what is wrong with
/// the query.
pub fn message(line: &SearchLine, counted: bool, theme: &Theme, width: usize) -> Line<'static> {
    if let Some((first, others)) = line.offers.split_first() {
        return completions(first, others, counted, theme, width);
    }
    let Some(advice) = line.advice() else { return Line::default() };
    let takes = if line.correction().is_some() { "  Tab takes it" } else { "" };
    let room = width.saturating_sub(cells(takes) + 2);
    let advice = TermText::line(&advice).fit(room);
    Line::from(vec![Span::raw(" "), Span::styled(advice, theme.bad()), Span::styled(takes, theme.quiet())])
}

/// "country:pl 5  PL Poland · Tab takes it   country:pt 7": what does not fit is left out from the right.
fn completions(first: &Offer, others: &[Offer], counted: bool, theme: &Theme, width: usize) -> Line<'static> {
    let term = |offer: &Offer| {
        let count = offer.count.filter(|_| counted).map(|count| format!(" {}", words::count(count as usize)));
        format!("{}{}", TermText::line(&offer.term), count.unwrap_or_default())
    };
    let title = if first.title.is_empty() { String::new() } else { format!("  {}", TermText::line(&first.title)) };
    let mut spans = vec![Span::raw(" "), Span::styled(term(first), Theme::strong())];
    spans.push(Span::styled(format!("{title} · Tab takes it"), theme.quiet()));
    let mut room = width.saturating_sub(spans.iter().map(|span| cells(&span.content)).sum());
    for text in others.iter().map(|offer| format!("   {}", term(offer))) {
        if cells(&text) > room {
            break;
        }
        room -= cells(&text);
        spans.push(Span::raw(text));
    }
    Line::from(spans)
}
