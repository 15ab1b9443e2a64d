//! The two lines above the panes: tabs with counts and what burns; then the query and the age of the data.
//! Must not count: the listing carries the counts.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::app::commands::Command;
use crate::app::look::Layout;
use crate::app::msg::AgeOf;
use crate::app::{App, Popup};
use crate::domain::filter::TabChoice;
use crate::domain::query;
use crate::domain::term_text::{TermText, cells};
use crate::ui::theme::Theme;
use crate::ui::{search, words};

/// Data older than this is called old: the header says which key imports (PRODUCT.md 3).
const OLD_DATA: i64 = 24 * 3600;

/// What opens the tabs.
const TABS: [Command; 3] = [Command::Marketplace, Command::Qualified, Command::Favorites];

pub fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let first = Rect { height: 1, ..area };
    let second = Rect { y: area.y + 1, height: 1, ..area };
    if let Some(run) = &app.run {
        let (left, right) = crate::ui::run::heading(app, run, theme);
        both_ends(frame, first, left, right);
        return;
    }
    let (mut left, right) = (tabs(app, theme), urgent(app, theme, area.width));
    let room = usize::from(area.width).saturating_sub(width_of(&left) + width_of(&right) + 1);
    if !app.is_empty_store() {
        left.extend(views(app, theme, room));
    }
    both_ends(frame, first, left, right);
    let searching = matches!(app.popup, Some(Popup::Search(_)));
    let hidden = searching && app.layout() == Layout::Narrow && app.loading.is_none();
    let right = if hidden { Vec::new() } else { data(app, theme) };
    let left = match &app.popup {
        Some(Popup::Search(line)) => {
            let room = Rect { width: area.width.saturating_sub(width_of(&right) as u16), ..second };
            search::line(app, line, frame, room, theme)
        }
        _ => query(app, theme),
    };
    both_ends(frame, second, left, right);
}

fn width_of(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| cells(&span.content)).sum()
}

/// Draws one text at the left and one at the right; the left one yields.
fn both_ends(frame: &mut Frame<'_>, area: Rect, left: Vec<Span<'static>>, right: Vec<Span<'static>>) {
    let total = usize::from(area.width);
    let right_width = width_of(&right).min(total);
    let mut room = total.saturating_sub(right_width + usize::from(right_width > 0));
    let mut shown = Vec::new();
    for span in left {
        let text = TermText::line(&span.content).fit(room);
        room = room.saturating_sub(cells(&text));
        shown.push(Span::styled(text, span.style));
    }
    frame.render_widget(Line::from(shown), area);
    let right = right.into_iter().map(|span| Span::styled(TermText::line(&span.content).fit(total), span.style));
    frame.render_widget(right.collect::<Line<'_>>().right_aligned(), area);
}

fn tabs(app: &App, theme: &Theme) -> Vec<Span<'static>> {
    let wide = app.layout() == Layout::Wide;
    let mut spans = vec![Span::styled(if wide { " leadbox  " } else { " " }, Theme::strong())];
    if app.is_empty_store() {
        spans[0] = Span::styled(" leadbox", Theme::strong());
        return spans;
    }
    for (number, tab) in TabChoice::TABS.iter().enumerate() {
        let count = app.listing.tabs.get(number).copied().unwrap_or_default() as usize;
        let on = *tab == app.query.tab;
        let title = if app.layout() == Layout::Narrow && !on { short(*tab, theme) } else { tab.title() };
        let style = if on { theme.tab() } else { Style::new() };
        let key = app.settings.keymap.key(TABS[number]);
        let text = if app.loading.is_some() {
            format!(" {key} {title} ")
        } else if on && app.listing.hits.get(number).copied().unwrap_or_default() as usize != count {
            format!(" {key} {title} {}/{} ", words::count(app.listing.ids.len()), words::count(count))
        } else {
            format!(" {key} {title} {} ", words::count(count))
        };
        spans.push(Span::styled(text, style));
    }
    spans
}

/// The first views that show something, with their keys and counts, as many as `room` takes whole; on a narrow screen only
/// the open one.
fn views(app: &App, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let (open, wide) = (app.open_view(), app.layout() == Layout::Wide);
    let mut left = room.saturating_sub(1);
    let mut spans = vec![Span::styled(theme.pick("│", "|"), theme.quiet())];
    for (place, view) in app.views.iter().enumerate() {
        let count = app.found.views.get(place).copied().unwrap_or_default();
        let Some(command) = Command::of_view(place).filter(|_| (wide && count > 0) || open == Some(place)) else {
            continue;
        };
        let key = app.settings.keymap.key(command);
        let style = if open == Some(place) { theme.tab() } else { Style::new() };
        let text = format!(" {key} {} {} ", TermText::line(&view.name), words::count(count as usize));
        if cells(&text) <= left || open == Some(place) {
            left = left.saturating_sub(cells(&text));
            spans.push(Span::styled(text, style));
        }
    }
    if spans.len() > 1 { spans } else { Vec::new() }
}

/// A tab's name where there is no room for it.
fn short(tab: TabChoice, theme: &Theme) -> &'static str {
    match tab {
        TabChoice::All => "All",
        TabChoice::Marketplace => "Market",
        TabChoice::Qualified => "Qual",
        TabChoice::Favorites => theme.pick("♥", "Fav"),
    }
}

fn urgent(app: &App, theme: &Theme, width: u16) -> Vec<Span<'static>> {
    use crate::domain::vocabulary::Urgency;
    if app.is_empty_store() {
        return vec![Span::styled(format!("store: {} ", app.settings.store), theme.quiet())];
    }
    let mut spans = Vec::new();
    let (wordy, wide) = (width >= 84, width >= 100);
    let counted = [(Urgency::Hot, app.found.hot, " hot"), (Urgency::Expiring, app.found.expiring, "")];
    for (urgency, count, word) in counted.into_iter().filter(|_| app.loading.is_none()) {
        let style = if count > 0 { theme.urgency(urgency) } else { theme.quiet() };
        let word = if wordy && !wide { word } else { "" };
        spans.push(Span::styled(format!("{} {count}{word}  ", theme.symbol(urgency, false)), style));
    }
    let owed = app.found.owed;
    if owed > 0 {
        let mut text = format!("{} {owed} owed", theme.pick("⇪", "^"));
        if let Some(due) = app.found.owed_due.filter(|_| wordy) {
            let left = due.timestamp() - app.now.timestamp();
            text.push_str(match (left, wide) {
                (..0, _) => ", first is late",
                (_, true) => ", first in ",
                (_, false) => ", ",
            });
            if left >= 0 {
                text.push_str(&words::left(left, Urgency::Expiring));
            }
        }
        spans.push(Span::styled(format!("{text} "), Theme::strong()));
    }
    spans
}

fn query(app: &App, theme: &Theme) -> Vec<Span<'static>> {
    if app.is_empty_store() {
        return Vec::new();
    }
    let filter = &app.query.filter;
    if filter.is_empty() {
        let mut spans = since(app);
        if app.settings.demo {
            spans.push(Span::styled(" Demo: made-up leads, thrown away when you quit.", theme.quiet()));
        }
        return spans;
    }
    let mut spans = vec![Span::raw(" "), Span::styled(query::write(filter), Theme::strong())];
    let elsewhere =
        app.listing.hits.iter().zip(TabChoice::TABS).filter(|(hits, tab)| **hits > 0 && *tab != app.query.tab);
    let elsewhere = elsewhere.filter(|_| app.query.tab != TabChoice::All);
    for (hits, tab) in elsewhere.filter(|(_, tab)| *tab != TabChoice::Favorites) {
        spans.push(Span::styled(format!("  +{hits} in {}", tab.title()), theme.quiet()));
    }
    spans.push(Span::styled(format!("  {} clears", app.settings.keymap.key(Command::Back)), theme.quiet()));
    spans
}

/// "Since yesterday 18:10:  4 new · 1 cooled": what happened while the seller was away, until the first verdict.
fn since(app: &App) -> Vec<Span<'static>> {
    let Some(since) = &app.since else { return Vec::new() };
    let zone = app.settings.zone;
    let when = match app.layout() {
        Layout::Wide => words::day_time(since.at, app.now, zone),
        _ => words::day(since.at, app.now, zone),
    };
    vec![Span::raw(format!(" Since {when}:  ")), Span::styled(since.words(), Theme::strong()), Span::raw("  ")]
}

fn data(app: &App, theme: &Theme) -> Vec<Span<'static>> {
    if let Some((done, of)) = app.loading {
        let text = format!("loading {} of {} ", words::count(done), words::count(of));
        return vec![Span::styled(text, Theme::strong())];
    }
    let Some(age) = app.found.data_age.as_ref().filter(|_| !app.is_empty_store()) else { return Vec::new() };
    let wide = app.layout() == Layout::Wide;
    let when = words::day_time(age.at, app.now, app.settings.zone);
    let old = app.now.timestamp() - age.at.timestamp() >= OLD_DATA;
    let text = match age.road {
        AgeOf::Delivery => {
            let ago = words::ago(age.at, app.now);
            if wide { format!("last delivery {ago}") } else { format!("delivery {ago}") }
        }
        AgeOf::File if wide => format!("data: export of {when}"),
        AgeOf::Sync if wide => format!("data: sync of {when}"),
        AgeOf::File | AgeOf::Sync => format!("data: {when}"),
    };
    let mut spans = unread(app, theme);
    if old {
        let key = app.settings.keymap.key(Command::Import);
        let style = Theme::strong().add_modifier(Modifier::BOLD);
        let imports = Span::styled(" imports ", style);
        spans.extend([Span::styled(text, style), Span::raw("  "), Span::styled(key, theme.key()), imports]);
        return spans;
    }
    spans.push(Span::styled(format!("{text} "), theme.quiet()));
    spans
}

/// Deliveries that could not be read: nothing else asks for them, and a lead may be in each.
fn unread(app: &App, theme: &Theme) -> Vec<Span<'static>> {
    if app.found.unread == 0 {
        return Vec::new();
    }
    let deliveries = if app.found.unread == 1 { "delivery" } else { "deliveries" };
    let key = app.settings.keymap.key(Command::Import);
    vec![
        Span::styled(format!("{} unreadable {deliveries}  ", app.found.unread), Theme::strong()),
        Span::styled(key, theme.key()),
        Span::styled(" opens  ", Theme::strong()),
    ]
}
