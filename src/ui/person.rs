//! The page of one person, over the whole body: who it is, their leads with a cursor, and one timeline over all of them,
//! beside each other where both have room. Contacts come with the profile, which asks the one function that hands them out.
//! Must not decide anything.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::app::msg::OpenedPerson;
use crate::app::person::{PersonGeometry, PersonPage};
use crate::app::{App, Geometry};
use crate::domain::contact_check::{self, Concern};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::numbers;
use crate::domain::people::{self, Entry, Profile, Reach, asked_for};
use crate::domain::term_text::{TermText, cells};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Urgency, Validity};
use crate::domain::zones;
use crate::ui::theme::Theme;
use crate::ui::words;

/// From so many columns on leads and timeline stand beside each other: with fewer the timeline's words would be broken up.
const BESIDE: u16 = 110;

pub fn draw(app: &App, page: &PersonPage, frame: &mut Frame<'_>, body: Rect, theme: &Theme, geometry: &mut Geometry) {
    frame.render_widget(Clear, body);
    let Some(person) = page.person.as_deref() else {
        frame.render_widget(Line::styled(" The person's leads are being read.", theme.quiet()), body);
        return;
    };
    let sheet = Sheet { app, page, person, theme };
    let mut who = sheet.who(usize::from(body.width).saturating_sub(2));
    who.truncate(usize::from(body.height / 3).max(1));
    let top = Rect { height: who.len() as u16, ..body };
    frame.render_widget(Paragraph::new(who), top.inner(Margin { horizontal: 1, vertical: 0 }));
    let rest = Rect { y: body.y + top.height, height: body.height - top.height, ..body };
    let (leads, timeline) = divide(rest, person.leads.len(), page.on_timeline);
    let mut shown = PersonGeometry::default();
    if let Some(area) = leads {
        shown.leads = sheet.leads(frame, area);
    }
    if let Some(area) = timeline {
        shown.timeline = sheet.timeline(frame, area);
    }
    geometry.person = shown;
}

/// Where leads and timeline stand; on a low narrow screen only the one that has the keys.
fn divide(rest: Rect, leads: usize, on_timeline: bool) -> (Option<Rect>, Option<Rect>) {
    if rest.width >= BESIDE {
        let width = (rest.width / 2).min(90);
        let right = Rect { x: rest.x + width, width: rest.width - width, ..rest };
        return (Some(Rect { width, ..rest }), Some(right));
    }
    if rest.height < 8 {
        return if on_timeline { (None, Some(rest)) } else { (Some(rest), None) };
    }
    let height = u16::try_from(leads).unwrap_or(u16::MAX).saturating_add(2).min(rest.height / 2);
    let below = Rect { y: rest.y + height, height: rest.height - height, ..rest };
    (Some(Rect { height, ..rest }), Some(below))
}

struct Sheet<'a> {
    app: &'a App,
    page: &'a PersonPage,
    person: &'a OpenedPerson,
    theme: &'a Theme,
}

impl Sheet<'_> {
    /// Name and company, then the contacts and the place, then what a seller should not overlook.
    fn who(&self, width: usize) -> Vec<Line<'static>> {
        let profile = Profile::of(&self.person.leads, &self.app.settings.terms, self.app.now);
        let mut title = profile.names.first().cloned().unwrap_or_else(|| "No name given".to_owned());
        for (before, part) in [(", ", profile.job_title), (" · ", profile.companies.first().copied())] {
            title.extend(part.map(|part| format!("{before}{part}")));
        }
        let mut lines = vec![Line::styled(TermText::line(&title).fit(width), Theme::strong())];
        let mut parts = Vec::new();
        if profile.hidden {
            parts.push(vec![Span::styled("contacts: hidden (expired)", self.theme.quiet())]);
        } else {
            parts.push(self.reach(profile.email, "no e-mail", width));
            parts.extend(self.concern(contact_check::email(profile.email.map(|reach| reach.text))));
            parts.push(self.reach(profile.phone, "no phone", width));
            parts.extend(self.concern(contact_check::phone(profile.phone.map(|reach| reach.text))));
        }
        if let Some(country) = profile.country {
            let there = zones::local_times(country, self.app.now).map(|times| format!(" {times} there now"));
            let text = format!("{}{}", country.name(), there.unwrap_or_default());
            parts.push(vec![Span::raw(TermText::line(&text).fit(width))]);
        }
        lines.extend(flow(parts, width));
        if profile.do_not_contact {
            let symbol = self.theme.symbol(Urgency::Calm, true);
            let text = format!("{symbol} Asked not to be contacted (DNC).");
            lines.push(Line::styled(text, self.theme.bad()));
        }
        let names = profile.names.iter().skip(1).map(String::as_str);
        let others: Vec<&str> = names.chain(profile.companies.iter().skip(1).copied()).collect();
        if !others.is_empty() {
            let text = TermText::line(&format!("also: {}", others.join(", "))).fit(width);
            lines.push(Line::styled(text, self.theme.quiet()));
        }
        lines
    }

    fn reach(&self, contact: Option<Reach<'_>>, missing: &str, width: usize) -> Vec<Span<'static>> {
        let Some(Reach { text, validity }) = contact else {
            let (symbol, style) = self.theme.validity(Validity::Unknown, false);
            return vec![Span::styled(format!("{symbol} {missing}"), style)];
        };
        let (symbol, style) = self.theme.validity(validity, true);
        let spam = if validity == Validity::Spam { " spam" } else { "" };
        let text = TermText::line(text).fit(width.saturating_sub(2 + cells(spam)));
        vec![Span::styled(format!("{symbol} "), style), Span::raw(text), Span::styled(spam, style)]
    }

    /// Our own reading, behind the contact and Microsoft's.
    fn concern(&self, concern: Option<Concern>) -> Option<Vec<Span<'static>>> {
        concern.map(|concern| vec![Span::styled(format!("({})", concern.words()), self.theme.quiet())])
    }

    /// Draws the leads; answers how many fit.
    fn leads(&self, frame: &mut Frame<'_>, area: Rect) -> usize {
        let (shown, all) = (self.person.leads.len(), self.person.count as usize);
        let title = match all {
            _ if all > shown => format!("{shown} of {} · newest first", numbers::leads(all)),
            0 | 1 => numbers::leads(1),
            _ => format!("{} · newest first", numbers::leads(shown)),
        };
        let height = usize::from(area.height).saturating_sub(2);
        let top = self.page.cursor.saturating_sub(height / 2).min(shown.saturating_sub(height));
        let block = self.theme.pane(&title, &span_shown(top, height, shown), !self.page.on_timeline, area.width);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let some = self.person.leads.iter().enumerate().skip(top).take(height);
        let rows: Vec<LeadRow> =
            some.map(|(place, lead)| LeadRow::of(lead, place == self.page.cursor, self.app, self.theme)).collect();
        let widths = Widths::of(&rows, usize::from(inner.width));
        let lines: Vec<_> = rows.iter().map(|row| row.line(&widths, !self.page.on_timeline, self.theme)).collect();
        frame.render_widget(Paragraph::new(lines), inner);
        height
    }

    /// Draws the timeline; answers the lines it has and those that fit.
    fn timeline(&self, frame: &mut Frame<'_>, area: Rect) -> (usize, usize) {
        let width = usize::from(area.width).saturating_sub(4);
        let (now, zone) = (self.app.now, self.app.settings.zone);
        let entries = people::timeline(&self.person.leads, &self.person.events, now, zone);
        let told: Vec<_> = entries.iter().map(|entry| (self.at(entry), named(&entry.leads))).collect();
        let widest = |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| cells(text)).max().unwrap_or_default();
        let times = widest(&mut told.iter().map(|(at, _)| at));
        let names = widest(&mut told.iter().map(|(_, leads)| leads));
        let lead_in = |(at, leads): &(String, String)| {
            format!("{}  {}  ", TermText::line(at).pad_left(times), TermText::line(leads).pad(names))
        };
        let mut lines: Vec<Line<'static>> =
            entries.iter().zip(&told).flat_map(|(entry, told)| self.entry(entry, &lead_in(told), width)).collect();
        let unread = (self.person.count as usize).saturating_sub(self.person.leads.len());
        for (more, what) in [(self.person.older, "older events"), (unread, "older leads that are not read here")] {
            if more > 0 {
                let text = format!("and {} {what}", words::count(more));
                lines.push(Line::styled(TermText::line(&text).fit(width), self.theme.quiet()));
            }
        }
        let (count, height) = (lines.len(), usize::from(area.height).saturating_sub(2));
        let top = self.page.top.min(count.saturating_sub(height));
        let block = self.theme.pane("Timeline", &span_shown(top, height, count), self.page.on_timeline, area.width);
        let inner = block.inner(area).inner(Margin { horizontal: 1, vertical: 0 });
        frame.render_widget(block, area);
        let shown: Vec<_> = lines.into_iter().skip(top).take(height).collect();
        frame.render_widget(Paragraph::new(shown), inner);
        (count, height)
    }

    fn at(&self, entry: &Entry) -> String {
        words::day_time(entry.at, self.app.now, self.app.settings.zone)
    }

    /// An entry: its time and leads, then what happened, beside them or below where that leaves more room.
    fn entry(&self, entry: &Entry, lead_in: &str, width: usize) -> Vec<Line<'static>> {
        let style = if entry.asked { Theme::strong() } else { Style::new() };
        let beside = cells(lead_in) <= width / 2;
        let indent = if beside { cells(lead_in) } else { 2 };
        let mut lines = Vec::new();
        for part in TermText::line(&entry.words).wrap(width.saturating_sub(indent)) {
            let first = beside && lines.is_empty();
            let before = TermText::line(if first { lead_in } else { "" }).pad(indent);
            lines.push(Line::from(vec![Span::styled(before, self.theme.quiet()), Span::styled(part, style)]));
        }
        if !beside {
            lines.insert(0, Line::styled(TermText::line(lead_in.trim()).fit(width), self.theme.quiet()));
        }
        lines
    }
}

/// The leads of an entry by their numbers; of several the first and how many more.
fn named(leads: &[LeadId]) -> String {
    match leads {
        [first, second] => format!("#{first} #{second}"),
        [first] => format!("#{first}"),
        [first, rest @ ..] => format!("#{first} +{}", rest.len()),
        [] => String::new(),
    }
}

/// Which lines of how many are shown; nothing where all are.
fn span_shown(top: usize, height: usize, count: usize) -> String {
    if count <= height { String::new() } else { format!("{}–{} of {count}", top + 1, top + height) }
}

/// Parts beside each other, as many on a line as fit.
fn flow(parts: Vec<Vec<Span<'static>>>, width: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = Vec::new();
    for part in parts {
        let needed: usize = part.iter().map(|span| cells(&span.content)).sum();
        match lines.last_mut().filter(|line| line.width() + 3 + needed <= width) {
            Some(line) => {
                line.push_span(Span::raw("   "));
                line.spans.extend(part);
            }
            None => lines.push(Line::from(part)),
        }
    }
    lines
}

/// One lead in words: day, what was asked for, offer, how it stands, number.
struct LeadRow {
    on: bool,
    urgency: Urgency,
    symbol: &'static str,
    day: String,
    asked: String,
    offer: TermText,
    state: String,
    id: String,
}

/// The cells of the columns; the offer has the rest.
struct Widths {
    day: usize,
    asked: usize,
    offer: usize,
    state: usize,
    id: usize,
}

impl Widths {
    fn of(rows: &[LeadRow], width: usize) -> Self {
        let widest = |text: fn(&LeadRow) -> &str| rows.iter().map(|row| cells(text(row))).max().unwrap_or_default();
        let day = widest(|row| &row.day);
        let asked = widest(|row| &row.asked);
        let (state, id) = (widest(|row| &row.state), widest(|row| &row.id));
        // Bar and symbol, and two blanks between columns.
        let taken = 4 + day + 2 + asked + 2 + 2 + state + 2 + id + 1;
        Self { day, asked, offer: width.saturating_sub(taken), state, id }
    }
}

impl LeadRow {
    fn of(lead: &Lead, on: bool, app: &App, theme: &Theme) -> Self {
        let now = app.now.timestamp();
        let vitals = Vitals::of(lead, &app.settings.terms);
        let urgency = vitals.urgency(now);
        Self {
            on,
            urgency,
            symbol: theme.symbol(urgency, lead.record.do_not_contact),
            day: words::day(lead.record.created_at, app.now, app.settings.zone),
            asked: TermText::line(asked_for(&lead.record)).fit(12),
            offer: TermText::line(lead.record.offer_name().unwrap_or_default()),
            state: words::state(&vitals, now),
            id: format!("#{}", lead.id),
        }
    }

    fn line(&self, widths: &Widths, focused: bool, theme: &Theme) -> Line<'static> {
        let base = match (self.on, self.urgency) {
            (true, _) => theme.cursor(focused),
            (false, Urgency::Archived) => theme.quiet(),
            (false, _) => Style::new(),
        };
        let urgency = theme.urgency(self.urgency);
        let paint = if self.on { base.add_modifier(urgency.add_modifier) } else { base.patch(urgency) };
        let pad = |text: &str, cells| TermText::line(text).pad(cells);
        let pad_left = |text: &str, cells| TermText::line(text).pad_left(cells);
        Line::from(vec![
            Span::styled(if self.on { theme.pick("▌", ">") } else { " " }, base),
            Span::styled(pad(self.symbol, 3), paint),
            Span::styled(format!("{}  ", pad_left(&self.day, widths.day)), base),
            Span::styled(format!("{}  ", pad(&self.asked, widths.asked)), base),
            Span::styled(format!("{}  ", self.offer.pad(widths.offer)), base),
            Span::styled(pad_left(&self.state, widths.state), paint),
            Span::styled(format!("  {} ", pad_left(&self.id, widths.id)), base),
        ])
    }
}
