//! One lead in full, in the order of PRODUCT.md 3: clock, first-touch clock, the customer's own words, person, contacts,
//! local time, source and offer, expiry, the person's other leads, deal, timeline, unknown columns.
//! Contacts come from the one function that hands them out. Must not decide anything.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::Command;
use crate::app::msg::Detail;
use crate::app::{App, Focus, Geometry};
use crate::domain::contact_check::{self, Concern};
use crate::domain::contacts::{blank_because, contacts, extras};
use crate::domain::follow_up;
use crate::domain::lead::{Deal, Lead};
use crate::domain::lead_source;
use crate::domain::moment::from_seconds;
use crate::domain::numbers;
use crate::domain::people::asked_for;
use crate::domain::spans::ahead;
use crate::domain::term_text::{TermText, cells};
use crate::domain::upload::UPLOADED;
use crate::domain::vitals::{self, FIRST_TOUCH_HOURS, Vitals};
use crate::domain::vocabulary::{Outcome, Quality, Source, Status, Urgency, Validity};
use crate::domain::zones;
use crate::ui::theme::Theme;
use crate::ui::words;

pub fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, theme: &Theme, geometry: &mut Geometry) {
    let opened = app.detail.as_ref().filter(|detail| Some(detail.lead.id) == app.selected());
    let title = opened.map(|detail| detail.lead.record.person.title()).unwrap_or_default();
    let id = opened.map(|detail| format!("#{}", detail.lead.id)).unwrap_or_default();
    let block = theme.pane(&title, &id, app.focus == Focus::Detail && app.popup.is_none(), area.width);
    let inner = block.inner(area).inner(ratatui::layout::Margin { horizontal: 1, vertical: 0 });
    frame.render_widget(block, area);
    let Some(detail) = opened else { return };
    let mut page = Page { lines: Vec::new(), width: usize::from(inner.width), theme, app };
    page.write(detail);
    let height = usize::from(inner.height);
    geometry.detail = (page.lines.len(), height);
    let top = app.detail_top.min(page.lines.len().saturating_sub(height));
    let shown: Vec<_> = page.lines.into_iter().skip(top).take(height).collect();
    frame.render_widget(Paragraph::new(shown), inner);
}

/// The lines of the detail, written from top to bottom.
struct Page<'a> {
    lines: Vec<Line<'static>>,
    width: usize,
    theme: &'a Theme,
    app: &'a App,
}

impl Page<'_> {
    fn write(&mut self, detail: &Detail) {
        let lead = &detail.lead;
        let vitals = Vitals::of(lead, &self.app.settings.terms);
        self.clock(lead, &vitals);
        self.description(lead);
        self.person(lead, &vitals);
        self.offer(lead);
        self.others(detail);
        self.deal(lead);
        self.owed(lead);
        self.note(lead);
        self.timeline(detail);
        self.extras(lead);
    }

    fn line(&mut self, text: &str, style: Style) {
        for part in TermText::lines(text).wrap(self.width) {
            self.lines.push(Line::styled(part, style));
        }
    }

    /// A quiet text behind a lead-in; its further lines stand under its first.
    fn hanging(&mut self, lead_in: &str, text: &str) {
        // A day and a time are seen whole at 120 columns; where that is too narrow, the text keeps a third.
        let indent = cells(lead_in).min(self.width * 2 / 3);
        for (number, part) in TermText::line(text).wrap(self.width.saturating_sub(indent)).into_iter().enumerate() {
            let before = if number == 0 { TermText::line(lead_in).pad(indent) } else { " ".repeat(indent) };
            self.lines.push(Line::styled(format!("{before}{part}"), self.theme.quiet()));
        }
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    fn heading(&mut self, text: &str) {
        self.gap();
        self.line(text, Theme::strong());
    }

    /// A text at the left, and something short at the right end of the same line.
    fn both_ends(&mut self, left: Vec<Span<'static>>, right: &str, style: Style) {
        let used: usize = left.iter().map(|span| cells(&span.content)).sum();
        let gap = self.width.saturating_sub(used + cells(right));
        let mut spans = left;
        spans.extend([Span::raw(" ".repeat(gap)), Span::styled(right.to_owned(), style)]);
        self.lines.push(Line::from(spans));
    }

    fn clock(&mut self, lead: &Lead, vitals: &Vitals) {
        let now = self.app.now.timestamp();
        let urgency = vitals.urgency(now);
        let symbol = self.theme.symbol(urgency, lead.record.do_not_contact);
        let sentence = clock_sentence(lead, vitals, self.app);
        let style = self.theme.urgency(urgency);
        let text = if symbol == " " { sentence } else { format!("{symbol} {sentence}") };
        self.line(&text, if urgency == Urgency::Archived { Theme::strong() } else { style });
        if vitals.standing(now).1 == Some(Outcome::Expired) {
            let text = "Contacts are hidden. Answered it in Partner Center? Import a newer export and it comes back.";
            self.line(text, self.theme.quiet());
        }
        if lead.record.do_not_contact {
            self.line("The customer asked not to be contacted (DNC).", self.theme.bad());
        }
        let ahead = lead.seller.later_until.filter(|until| until.timestamp() > now);
        if let Some(until) = ahead.filter(|_| urgency != Urgency::Archived) {
            let until = follow_up::words(until, self.app.now, self.app.settings.zone);
            self.line(&format!("follow-up {until}"), self.theme.quiet());
        }
        if !lead.seller.tags.is_empty() {
            self.line(&format!("tags: {}", lead.seller.tags.join(", ")), self.theme.quiet());
        }
        if let Some(left) = vitals.first_touch_left(now) {
            let text = match left {
                ..0 => format!("first touch: {} late", words::left(-left, Urgency::Calm)),
                _ => format!("first touch: {} left of {FIRST_TOUCH_HOURS} h", words::left(left, Urgency::Hot)),
            };
            self.line(&text, self.theme.quiet());
        }
    }

    fn description(&mut self, lead: &Lead) {
        self.gap();
        match &lead.record.description {
            Some(text) => self.line(&format!("“{text}”"), Style::new()),
            None => self.line("The customer wrote nothing.", self.theme.quiet()),
        }
    }

    fn person(&mut self, lead: &Lead, vitals: &Vitals) {
        self.gap();
        let person = &lead.record.person;
        let name = person.full_name().unwrap_or_else(|| "No name given".to_owned());
        let job = person.job_title.as_deref().map(|job| format!(", {job}")).unwrap_or_default();
        self.line(&format!("{name}{job}"), Theme::strong());
        let contacts = contacts(lead, vitals.standing(self.app.now.timestamp()));
        if contacts.hidden {
            self.line("contacts: hidden (expired)", self.theme.quiet());
        } else {
            let copy = self.app.settings.keymap.key(Command::Copy);
            self.contact(contacts.email, lead.record.email_validity, "no e-mail", &format!("{copy} e"));
            self.concern(contact_check::email(contacts.email));
            self.contact(contacts.phone, lead.record.phone_validity, "no phone", &format!("{copy} p"));
            self.concern(contact_check::phone(contacts.phone));
            if let Some(why) = blank_because(&lead.record) {
                self.line(&why, self.theme.quiet());
            }
        }
        let Some(country) = lead.record.country else {
            let raw = lead.record.country_raw.as_deref().unwrap_or("No country given");
            self.line(raw, self.theme.quiet());
            return;
        };
        let times = zones::local_times(country, self.app.now);
        let there = times.map(|times| format!("   {times} there now")).unwrap_or_default();
        self.line(&format!("{}{there}", country.name()), Style::new());
    }

    fn contact(&mut self, value: Option<&str>, validity: Validity, missing: &str, keys: &str) {
        let (symbol, style) = self.theme.validity(validity, value.is_some());
        let spam = if validity == Validity::Spam && value.is_some() { " spam" } else { "" };
        let room = self.width.saturating_sub(cells(keys) + cells(spam) + 3);
        let text = value.map_or_else(|| missing.to_owned(), |value| TermText::line(value).fit(room));
        let text_style = if value.is_some() { Style::new() } else { self.theme.quiet() };
        let left =
            vec![Span::styled(format!("{symbol} "), style), Span::styled(text, text_style), Span::styled(spam, style)];
        let keys = if value.is_some() { keys } else { "" };
        self.both_ends(left, keys, self.theme.key());
    }

    /// Our own reading, below the contact and Microsoft's.
    fn concern(&mut self, concern: Option<Concern>) {
        if let Some(concern) = concern {
            self.hanging("  ", concern.words());
        }
    }

    fn offer(&mut self, lead: &Lead) {
        self.gap();
        let record = &lead.record;
        let mut kinds = vec![record.call_to_action.title().to_owned()];
        kinds.push(match record.source {
            Source::Unknown => record.lead_source_raw.clone().unwrap_or_else(|| "source unknown".to_owned()),
            source => source.title().to_owned(),
        });
        kinds.push(record.lead_type.title().to_owned());
        if record.tab() == crate::domain::vocabulary::Tab::Qualified {
            kinds.push(format!("{} qualified", record.qualification.title()));
        }
        if record.quality != Quality::Unknown {
            kinds.push(format!("quality {}", record.quality.title().to_lowercase()));
        }
        self.line(&kinds.join(" · "), Style::new());
        if let Some(title) = &record.offer_title {
            self.line(title, Style::new());
        }
        match (&record.publisher, &record.offer) {
            (Some(publisher), Some(offer)) => self.line(&format!("{publisher}.{offer}"), self.theme.quiet()),
            (_, Some(offer)) => self.line(offer, self.theme.quiet()),
            _ => {}
        }
        let code = record.action_code.as_deref().filter(|code| !lead_source::is_known_action(code));
        if let Some(code) = code {
            self.line(&format!("action code {code}"), self.theme.quiet());
        }
        let created = words::day_time(record.created_at, self.app.now, self.app.settings.zone);
        self.line(&format!("Created {created}"), self.theme.quiet());
        if let Some(expires) = vitals::expires_at(record, &self.app.settings.terms) {
            let on = expires.with_timezone(&self.app.settings.zone).format("%-d %b");
            let waits =
                Vitals::of(lead, &self.app.settings.terms).standing(self.app.now.timestamp()).0 == Status::Received;
            let text = if waits {
                format!("Partner Center expires it {on}")
            } else {
                format!("Partner Center's expiry date: {on}")
            };
            self.line(&text, self.theme.quiet());
        }
    }

    /// The person's other leads: when, what they did, and how it ended where there is room.
    fn others(&mut self, detail: &Detail) {
        let count = (detail.person_leads as usize).saturating_sub(1).max(detail.others.len());
        if count == 0 {
            return;
        }
        self.gap();
        let heading = format!("Same person ({})", numbers::many(count, "more lead"));
        let key = self.app.settings.keymap.key(Command::Person);
        self.both_ends(vec![Span::styled(heading, Theme::strong())], &key, self.theme.key());
        let (zone, now) = (self.app.settings.zone, self.app.now);
        let rows = detail.others.iter().map(|lead| {
            let asked = TermText::line(asked_for(&lead.record));
            (words::day(lead.record.created_at, now, zone), asked, lead)
        });
        let rows: Vec<(String, TermText, &Lead)> = rows.collect();
        let day = rows.iter().map(|(day, ..)| cells(day)).max().unwrap_or_default();
        let asked = rows.iter().map(|(_, asked, _)| asked.width().min(10)).max().unwrap_or_default();
        for (at, what, lead) in rows {
            let offer = lead.record.offer_name().unwrap_or_default();
            let text = format!("  {}  {}  {offer}", TermText::line(&at).pad_left(day), what.pad(asked));
            let ended = Vitals::of(lead, &self.app.settings.terms).standing(now.timestamp()).1;
            let ended = ended.map(|outcome| outcome.title().to_lowercase()).unwrap_or_default();
            let text = TermText::line(&text);
            if text.width() + 2 + cells(&ended) <= self.width {
                self.both_ends(vec![Span::raw(text.fit(self.width))], &ended, self.theme.quiet());
            } else {
                self.lines.push(Line::raw(text.fit(self.width)));
            }
        }
        let more = count - detail.others.len();
        if more > 0 {
            self.line(&format!("  and {} more", words::count(more)), self.theme.quiet());
        }
    }

    fn deal(&mut self, lead: &Lead) {
        let Some(deal) = &lead.seller.deal else { return };
        self.heading("Deal");
        for text in deal_lines(deal, self.app) {
            self.line(&format!("  {text}"), Style::new());
        }
    }

    fn owed(&mut self, lead: &Lead) {
        for owed in &lead.owed {
            self.gap();
            let by = owed.due.map(|due| format!(" by {}", words::day_time(due, self.app.now, self.app.settings.zone)));
            let uploaded = owed.uploaded_at.map(|_| format!("; {UPLOADED}"));
            let text = owed.remark.clone().unwrap_or_else(|| {
                let (here, by, uploaded) = (owed.kind.title(), by.unwrap_or_default(), uploaded.unwrap_or_default());
                format!("{here} here. Owed to Partner Center{by}{uploaded}.")
            });
            self.line(&format!("{} {text}", self.theme.pick("⇪", "^")), Theme::strong());
        }
    }

    fn timeline(&mut self, detail: &Detail) {
        self.heading("Timeline");
        for event in &detail.timeline {
            let at = words::day_time(event.at, self.app.now, self.app.settings.zone);
            let words = event.kind.words(self.app.now, self.app.settings.zone);
            self.hanging(&format!("  {at}  "), &words);
        }
    }

    fn note(&mut self, lead: &Lead) {
        let Some(note) = &lead.seller.note else { return };
        self.heading("Note");
        for line in note.split('\n') {
            let parts = TermText::line(line).wrap(self.width.saturating_sub(2));
            if parts.is_empty() {
                self.lines.push(Line::default());
            }
            self.lines.extend(parts.into_iter().map(|part| Line::raw(format!("  {part}"))));
        }
    }

    fn extras(&mut self, lead: &Lead) {
        let standing = Vitals::of(lead, &self.app.settings.terms).standing(self.app.now.timestamp());
        let mut extras = extras(&lead.record, standing).peekable();
        if extras.peek().is_none() {
            return;
        }
        self.heading("Other columns");
        for extra in extras {
            self.hanging("  ", &format!("{}: {}", extra.name, extra.value));
        }
    }
}

/// The first line: which clock runs, and how long still.
pub fn clock_sentence(lead: &Lead, vitals: &Vitals, app: &App) -> String {
    let now = app.now.timestamp();
    let (_, outcome) = vitals.standing(now);
    let left = |deadline: Option<i64>| words::span(deadline.unwrap_or(now) - now);
    let answer_left =
        || if vitals.needs_answer { format!("{} to answer", left(Some(vitals.end))) } else { String::new() };
    match vitals.urgency(now) {
        Urgency::Archived => archived_sentence(lead, vitals, outcome, app),
        Urgency::Hot => format!("HOT   {} to answer", left(vitals.hot_until)),
        Urgency::Expiring if vitals.decided.0 == Status::Received => {
            format!("EXPIRES in {}", left(vitals.deadline(now)))
        }
        Urgency::Expiring => match vitals.deadline(now) {
            Some(deadline) if deadline < now => format!("OWED to Partner Center, {} late", words::span(now - deadline)),
            deadline => format!("OWED to Partner Center in {}", left(deadline)),
        },
        Urgency::Due if vitals.later_until.is_some_and(|until| until <= now) => {
            "DUE   the follow-up date is reached".to_owned()
        }
        Urgency::Due => "DUE   accepted, not contacted yet".to_owned(),
        Urgency::Waiting => {
            let hours = vitals.hot_until.map_or(0, |until| (until - vitals.created) / 3600);
            format!("WAITING   cooled after {hours} h, {}", answer_left())
        }
        Urgency::Touched => format!("Contacted, {}", answer_left()),
        Urgency::Later => {
            format!("Later: comes back in {}", ahead(vitals.later_until.map_or(0, |until| until - now)))
        }
        Urgency::Away => "Put away until this person sends another lead".to_owned(),
        Urgency::Informational => "Informational: asks for no answer".to_owned(),
        Urgency::Calm if vitals.decided.0 == Status::Accepted => "Accepted".to_owned(),
        Urgency::Calm => format!("Needs an answer: {}", answer_left()),
    }
}

fn archived_sentence(lead: &Lead, vitals: &Vitals, outcome: Option<Outcome>, app: &App) -> String {
    let ended = from_seconds(vitals.end).unwrap_or(app.now);
    let on = ended.with_timezone(&app.settings.zone).format("%-d %b");
    let grounds = lead.seller.grounds(outcome);
    let reason = grounds.and_then(|verdict| verdict.reason).map(|reason| format!(" ({})", reason.title()));
    match outcome {
        Some(Outcome::Expired) => words::expired_sentence(vitals, app.now, app.settings.zone),
        Some(Outcome::AgedOut) => format!("Aged out {on}: informational, and nobody asked for more."),
        Some(outcome @ (Outcome::Declined | Outcome::Lost)) => {
            format!("{}{}", outcome.title(), reason.unwrap_or_default())
        }
        Some(outcome) => outcome.title().to_owned(),
        None => "Archived".to_owned(),
    }
}

/// The deal in words, a line a field that has something.
fn deal_lines(deal: &Deal, app: &App) -> Vec<String> {
    let mut lines = vec![deal.name.clone()];
    if let Some(value) = deal.value {
        lines.push(format!("{value} {}", deal.currency.as_deref().unwrap_or_default()));
    }
    if let Some(day) = deal.close_on {
        let past = if day < app.now.with_timezone(&app.settings.zone).date_naive() { " (past)" } else { "" };
        lines.push(format!("closes {}{past}", day.format("%-d %b %Y")));
    }
    let named = [("CRM id", &deal.crm_id), ("campaign", &deal.campaign_id), ("notes", &deal.notes)];
    lines.extend(named.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}: {value}"))));
    lines.extend(deal.team.iter().map(|member| format!("with {member}")));
    lines
}
