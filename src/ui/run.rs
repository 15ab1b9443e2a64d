//! Run mode (SCREENS.md): one lead as a card over the whole body, how far the run is, why this lead now, and which follows.
//! The summary at its end. Contacts come from the one function that hands them out. Must not decide anything.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::Command;
use crate::app::msg::Detail;
use crate::app::run::Run;
use crate::app::{App, Geometry};
use crate::domain::contact_check::{self, Concern};
use crate::domain::contacts::{blank_because, contacts};
use crate::domain::lead::Lead;
use crate::domain::people::asked_for;
use crate::domain::spans::span;
use crate::domain::term_text::{TermText, cells};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Quality, Source, Urgency, Validity};
use crate::domain::why::why;
use crate::domain::zones;
use crate::ui::detail::clock_sentence;
use crate::ui::theme::Theme;
use crate::ui::words;

/// Cells of the bar that shows how far the run is.
const BAR: usize = 12;
/// Events of the timeline on the card.
const EVENTS: usize = 4;
/// A card is not drawn wider: longer lines are hard to read.
const WIDEST: u16 = 110;

/// The line above the card: what the run goes through, and how far it is.
pub fn heading(app: &App, run: &Run, theme: &Theme) -> (Vec<Span<'static>>, Vec<Span<'static>>) {
    let left = vec![Span::styled(" Run", Theme::strong()), Span::raw(format!(" · {}", run.title))];
    let all = run.pile.len();
    let at = if run.ended { run.place.min(all) } else { run.place + 1 };
    let full = (at * BAR).div_ceil(all.max(1)).min(BAR);
    let bar = format!("{}{}", theme.pick("▰", "#").repeat(full), theme.pick("▱", ".").repeat(BAR - full));
    let far = format!("  {} of {} ", words::count(at), words::count(all));
    let bar = if app.size.0 < 60 { String::new() } else { bar };
    (left, vec![Span::styled(bar, theme.key()), Span::styled(far, Theme::strong())])
}

pub fn draw(app: &App, run: &Run, frame: &mut Frame<'_>, body: Rect, theme: &Theme, geometry: &mut Geometry) {
    let width = body.width.min(WIDEST);
    let area = Rect { x: body.x + (body.width - width) / 2, width, height: body.height.saturating_sub(1), ..body };
    let below = Rect { y: body.y + area.height, height: body.height.min(1), ..area };
    if run.ended {
        summary(app, run, frame, Rect { height: area.height.min(12), ..area }, theme);
        return;
    }
    let opened = app.detail.as_ref().filter(|detail| Some(detail.lead.id) == run.current());
    let title = opened.map(|detail| clock_title(app, &detail.lead, theme)).unwrap_or_default();
    let id = opened.map(|detail| format!("#{}", detail.lead.id)).unwrap_or_default();
    let block = theme.pane(&title, &id, app.popup.is_none(), area.width);
    let inner = block.inner(area).inner(Margin { horizontal: 1, vertical: 0 });
    frame.render_widget(block, area);
    if let Some(detail) = opened {
        let mut card = Card { lines: Vec::new(), width: usize::from(inner.width), theme, app };
        card.write(detail);
        let height = usize::from(inner.height);
        geometry.detail = (card.lines.len(), height);
        let top = app.detail_top.min(card.lines.len().saturating_sub(height));
        let shown: Vec<_> = card.lines.into_iter().skip(top).take(height).collect();
        frame.render_widget(Paragraph::new(shown), inner);
    }
    frame.render_widget(following(app, run, theme, usize::from(below.width)), below);
}

fn clock_title(app: &App, lead: &Lead, theme: &Theme) -> String {
    let vitals = Vitals::of(lead, &app.settings.terms);
    let symbol = theme.symbol(vitals.urgency(app.now.timestamp()), lead.record.do_not_contact);
    format!("{} {}", symbol.trim(), clock_sentence(lead, &vitals, app)).trim().to_owned()
}

/// "next: Adatum (expiring, 9h)".
fn following(app: &App, run: &Run, theme: &Theme, width: usize) -> Line<'static> {
    let text = match run.following().map(|id| app.rows.get(&id)) {
        None => " the last one".to_owned(),
        Some(None) => String::new(),
        Some(Some(row)) => {
            let vitals = Vitals::of(&row.lead, &app.settings.terms);
            let now = app.now.timestamp();
            let left = words::time_left(&vitals, now);
            let left = if left.is_empty() { left } else { format!(", {left}") };
            format!(" next: {} ({}{left})", row.lead.record.person.title(), vitals.urgency(now).title().to_lowercase())
        }
    };
    Line::styled(TermText::line(&text).fit(width), theme.quiet())
}

fn summary(app: &App, run: &Run, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let block = theme.pane("The run is over", "", true, area.width);
    let inner = block.inner(area).inner(Margin { horizontal: 1, vertical: 1 });
    frame.render_widget(block, area);
    let width = usize::from(inner.width);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (number, sentence) in run.summary(app.found.hot).iter().enumerate() {
        let style = if number == 0 { Theme::strong() } else { Style::new() };
        lines.extend(TermText::line(sentence).wrap(width).into_iter().map(|part| Line::styled(part, style)));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

/// The lines of the card, written from top to bottom.
struct Card<'a> {
    lines: Vec<Line<'static>>,
    width: usize,
    theme: &'a Theme,
    app: &'a App,
}

impl Card<'_> {
    fn write(&mut self, detail: &Detail) {
        let lead = &detail.lead;
        let person = &lead.record.person;
        self.text(&person.title(), Theme::strong());
        let name: Vec<&str> =
            [person.first_name.as_deref(), person.last_name.as_deref()].into_iter().flatten().collect();
        let job = person.job_title.as_deref().map(|job| format!(", {job}")).unwrap_or_default();
        if person.company.is_some() && !name.is_empty() {
            self.text(&format!("{}{job}", name.join(" ")), Style::new());
        }
        self.gap();
        match &lead.record.description {
            Some(words) => self.text(&format!("“{words}”"), Style::new()),
            None => self.text("The customer wrote nothing.", self.theme.quiet()),
        }
        self.gap();
        self.contacts(lead);
        self.gap();
        self.text(&about(lead), Style::new());
        self.same_person(detail);
        self.notes(detail);
        self.gap();
        self.reason(detail);
        self.gap();
        self.verdict_keys();
    }

    fn text(&mut self, text: &str, style: Style) {
        for part in TermText::lines(text).wrap(self.width) {
            self.lines.push(Line::styled(part, style));
        }
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    /// Phone and e-mail with their keys; beside the phone what time it is there.
    fn contacts(&mut self, lead: &Lead) {
        let vitals = Vitals::of(lead, &self.app.settings.terms);
        let reachable = contacts(lead, vitals.standing(self.app.now.timestamp()));
        let there = lead.record.country.map(|country| {
            let times = zones::local_times(country, self.app.now);
            times.map_or_else(|| country.name().to_owned(), |times| format!("{} · {times} there now", country.name()))
        });
        let there = there.or_else(|| lead.record.country_raw.clone()).unwrap_or_default();
        if reachable.hidden {
            self.text("contacts: hidden (expired)", self.theme.quiet());
            self.text(&there, Style::new());
            return;
        }
        if lead.record.do_not_contact {
            self.text("The customer asked not to be contacted (DNC).", self.theme.bad());
        }
        self.contact(reachable.phone, lead.record.phone_validity, "no phone", 'p', &there);
        self.concern(contact_check::phone(reachable.phone));
        self.contact(reachable.email, lead.record.email_validity, "no e-mail", 'e', "");
        self.concern(contact_check::email(reachable.email));
        if let Some(why) = blank_because(&lead.record) {
            self.text(&why, self.theme.quiet());
        }
    }

    fn contact(&mut self, value: Option<&str>, validity: Validity, missing: &str, letter: char, beside: &str) {
        let (symbol, style) = self.theme.validity(validity, value.is_some());
        let keys = format!("{} {letter}", self.app.settings.keymap.key(Command::Copy));
        let half = (self.width / 2).clamp(20, 44);
        let room = half.saturating_sub(cells(&keys) + 4);
        let text = TermText::line(value.unwrap_or(missing)).pad(room);
        let text_style = if value.is_some() { Style::new() } else { self.theme.quiet() };
        let keys = if value.is_some() { keys } else { " ".repeat(cells(&keys)) };
        let mut spans = vec![
            Span::styled(format!("{symbol} "), style),
            Span::styled(text, text_style),
            Span::styled(format!(" {keys}"), self.theme.key()),
        ];
        let beside = TermText::line(beside);
        if !beside.is_empty() && half + 3 + beside.width() <= self.width {
            spans.push(Span::raw(format!("   {beside}")));
            self.lines.push(Line::from(spans));
        } else {
            self.lines.push(Line::from(spans));
            if !beside.is_empty() {
                self.lines.push(Line::raw(beside.fit(self.width)));
            }
        }
    }

    /// Our own reading, below the contact and Microsoft's.
    fn concern(&mut self, concern: Option<Concern>) {
        if let Some(concern) = concern {
            self.text(&format!("  {}", concern.words()), self.theme.quiet());
        }
    }

    fn same_person(&mut self, detail: &Detail) {
        if detail.others.is_empty() {
            return;
        }
        let did = |lead: &Lead| {
            let day = words::day(lead.record.created_at, self.app.now, self.app.settings.zone);
            format!("{} {day}", asked_for(&lead.record))
        };
        let did: Vec<String> = detail.others.iter().take(3).map(did).collect();
        let more = (detail.person_leads as usize).saturating_sub(did.len() + 1);
        let more = if more > 0 { format!(" and {} more", words::count(more)) } else { String::new() };
        let key = self.app.settings.keymap.key(Command::Person);
        let room = self.width.saturating_sub(cells(&key) + 1);
        let text = TermText::line(&format!("Same person: {}{more}", did.join(", "))).pad(room);
        let spans = vec![Span::raw(text), Span::styled(format!(" {key}"), self.theme.key())];
        self.lines.push(Line::from(spans));
    }

    /// The seller's note, the deal and the newest events.
    fn notes(&mut self, detail: &Detail) {
        if let Some(note) = &detail.lead.seller.note {
            self.text(&format!("Note: {note}"), Style::new());
        }
        for event in detail.timeline.iter().take(EVENTS) {
            let at = words::day_time(event.at, self.app.now, self.app.settings.zone);
            let text = TermText::line(&format!("{at}  {}", event.kind.words(self.app.now, self.app.settings.zone)))
                .fit(self.width);
            self.lines.push(Line::styled(text, self.theme.quiet()));
        }
    }

    fn reason(&mut self, detail: &Detail) {
        let why = why(&detail.lead, detail.person_leads, &self.app.settings.terms, self.app.now);
        let vitals = Vitals::of(&detail.lead, &self.app.settings.terms);
        let now = self.app.now.timestamp();
        let style = if vitals.urgency(now) == Urgency::Hot { Theme::strong() } else { Style::new() };
        let touch = vitals.first_touch_left(now).map(|left| match left {
            left @ 0.. => format!("; first touch has {} left", span(left)),
            late => format!("; first touch is {} late", span(-late)),
        });
        self.text(&format!("Why now: {why}{}", touch.unwrap_or_default()), style);
    }

    /// The acts this lead takes, with their keys.
    fn verdict_keys(&mut self) {
        let mut spans: Vec<Span<'static>> = Vec::new();
        let mut used = 0;
        let acts = [
            Command::Touch,
            Command::Accept,
            Command::Decline,
            Command::Won,
            Command::Lost,
            Command::Edit,
            Command::Later,
            Command::Away,
        ];
        for command in acts.into_iter().filter(|command| command.applies(self.app)) {
            let (key, word) = (self.app.settings.keymap.key(command), command.hint(self.app));
            used += cells(&key) + cells(word) + 4;
            if used > self.width + 3 {
                break;
            }
            spans.extend([Span::styled(key, self.theme.key()), Span::raw(format!(" {word}   "))]);
        }
        self.lines.push(Line::from(spans));
    }
}

/// "Contact me · AppSource · contoso.sql-backup · quality high".
fn about(lead: &Lead) -> String {
    let record = &lead.record;
    let source = match record.source {
        Source::Unknown => record.lead_source_raw.clone().unwrap_or_else(|| "source unknown".to_owned()),
        source => source.title().to_owned(),
    };
    let offer = match (&record.publisher, &record.offer) {
        (Some(publisher), Some(offer)) => Some(format!("{publisher}.{offer}")),
        (_, Some(offer)) => Some(offer.clone()),
        _ => record.offer_title.clone(),
    };
    let mut parts = vec![record.call_to_action.title().to_owned(), source];
    parts.extend(offer);
    if record.quality != Quality::Unknown {
        parts.push(format!("quality {}", record.quality.title().to_lowercase()));
    }
    parts.join(" · ")
}
