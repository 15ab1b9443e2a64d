//! Leads as a calendar (RFC 5545): an event for each date that lies ahead, as `domain::dates_ahead` says. An event names the
//! company and what is due, no person and no contact, because calendars are shared. Its UID is the same in every export, so a
//! second one moves what the first brought. Must not decide which dates a lead has.

use chrono::{Days, TimeDelta};

use crate::domain::contacts::contacts;
use crate::domain::dates_ahead::{DateAhead, Occasion, When, dates_ahead};
use crate::domain::lead::{Lead, Moment};
use crate::domain::numbers::count;
use crate::domain::outbox::what;
use crate::domain::people::request;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::formats::content_line::{clean, escape, line};
use crate::formats::leaving::{About, Leaving, LeavingError};
use crate::formats::stable_id::StableId;

/// Characters of a company in the title of an event at most.
const COMPANY: usize = 80;

/// How long before a lead cools its alarm rings.
const COOLING: TimeDelta = TimeDelta::hours(4);

/// The events of an export.
pub struct Calendar<'t> {
    terms: &'t Terms,
    events: usize,
}

impl<'t> Calendar<'t> {
    /// An empty calendar.
    pub fn new(terms: &'t Terms) -> Self {
        Self { terms, events: 0 }
    }
}

impl Leaving for Calendar<'_> {
    fn head(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        line(out, "BEGIN", "VCALENDAR");
        line(out, "VERSION", "2.0");
        line(out, "PRODID", concat!("-//leadbox//leadbox ", env!("CARGO_PKG_VERSION"), "//EN"));
        line(out, "CALSCALE", "GREGORIAN");
        line(out, "X-WR-CALNAME", "Leads");
        Ok(())
    }

    fn lead(&mut self, lead: &Lead, about: &About, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        let contacts = contacts(lead, Vitals::of(lead, self.terms).standing(about.now.timestamp()));
        let id = StableId::of_lead(&lead.record, &contacts);
        for date in dates_ahead(lead, self.terms, about.now) {
            Event { lead, date, id }.write(about.now, out);
            self.events += 1;
        }
        Ok(())
    }

    fn tail(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        line(out, "END", "VCALENDAR");
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        match self.events {
            0 => vec!["No lead has a date ahead, so the calendar is empty.".to_owned()],
            1 => vec!["1 date in the calendar.".to_owned()],
            events => vec![format!("{} dates in the calendar.", count(events))],
        }
    }
}

/// One date of a lead.
struct Event<'l> {
    lead: &'l Lead,
    date: DateAhead<'l>,
    id: StableId,
}

impl Event<'_> {
    fn write(&self, now: Moment, out: &mut Vec<u8>) {
        line(out, "BEGIN", "VEVENT");
        line(out, "UID", &self.id.part(&self.part()).to_string());
        line(out, "DTSTAMP", &utc(now));
        // Grows with every change of the lead, as the RFC wants it for one whose date moved.
        line(out, "SEQUENCE", &self.lead.rev.clamp(0, i64::from(i32::MAX)).to_string());
        match self.date.when {
            When::At(at) => {
                line(out, "DTSTART", &utc(at));
                line(out, "DURATION", if self.date.occasion == Occasion::FollowUp { "PT30M" } else { "PT15M" });
            }
            When::On(day) => {
                line(out, "DTSTART;VALUE=DATE", &day.format("%Y%m%d").to_string());
                let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
                line(out, "DTEND;VALUE=DATE", &next.format("%Y%m%d").to_string());
            }
        }
        let summary = self.summary();
        line(out, "SUMMARY", &escape(&summary));
        let request: Vec<_> = request(&self.lead.record).filter_map(clean).collect();
        line(out, "DESCRIPTION", &escape(&request.join(", ")));
        // A deadline takes nobody's time.
        line(out, "TRANSP", "TRANSPARENT");
        self.alarms(&summary, now, out);
        line(out, "END", "VEVENT");
    }

    /// What tells this date of the lead from its others, for ever.
    fn part(&self) -> String {
        match self.date.occasion {
            Occasion::FollowUp => "follow up".to_owned(),
            Occasion::Answer { .. } => "answer".to_owned(),
            Occasion::Owed { owed, nth } => {
                format!("owed {} {} {nth}", owed.kind.word(), owed.remark.as_deref().unwrap_or_default())
            }
            Occasion::Close => "close".to_owned(),
        }
    }

    fn summary(&self) -> String {
        let company = self.lead.record.person.company.as_deref().and_then(clean).map(|name| short(&name));
        let who = company.unwrap_or_else(|| format!("lead {}", self.lead.id));
        match self.date.occasion {
            Occasion::FollowUp => format!("Follow up: {who}"),
            Occasion::Answer { .. } => format!("Expires unanswered: {who}"),
            Occasion::Owed { owed, .. } => format!("Tell Partner Center, {}: {who}", what(owed)),
            Occasion::Close => format!("Deal should close: {who}"),
        }
    }

    fn alarms(&self, summary: &str, now: Moment, out: &mut Vec<u8>) {
        match self.date.occasion {
            Occasion::FollowUp => alarm("TRIGGER", "PT0S", summary, out),
            Occasion::Answer { hot_until } => {
                alarm("TRIGGER", "-P1D", summary, out);
                let cools = hot_until.map(|until| (until - COOLING).max(now));
                if let Some(at) = cools {
                    let who = summary.split_once(": ").map_or(summary, |(_, who)| who);
                    alarm("TRIGGER;VALUE=DATE-TIME", &utc(at), &format!("Cools within 4 hours: {who}"), out);
                }
            }
            Occasion::Owed { .. } => alarm("TRIGGER", "-P1D", summary, out),
            Occasion::Close => {}
        }
    }
}

fn alarm(trigger: &str, when: &str, words: &str, out: &mut Vec<u8>) {
    line(out, "BEGIN", "VALARM");
    line(out, "ACTION", "DISPLAY");
    line(out, trigger, when);
    line(out, "DESCRIPTION", &escape(words));
    line(out, "END", "VALARM");
}

fn short(name: &str) -> String {
    let mut chars = name.chars();
    let begin: String = chars.by_ref().take(COMPANY).collect();
    if chars.next().is_some() { format!("{begin}…") } else { begin }
}

fn utc(moment: Moment) -> String {
    moment.format("%Y%m%dT%H%M%SZ").to_string()
}
