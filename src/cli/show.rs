//! `leadbox show ID`: one lead with everything known about it, in plain lines or as JSON. Changes nothing.
//! Must not hand out a contact past `domain::contacts`.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{verdict, words};
use crate::domain::contact_check::{self, Concern};
use crate::domain::contacts::{blank_because, contacts, extras};
use crate::domain::lead::{Deal, Lead, LeadId, Owed};
use crate::domain::people::asked_for;
use crate::domain::term_text::TermText;
use crate::domain::upload::UPLOADED;
use crate::domain::vitals::{self, Vitals};
use crate::domain::vocabulary::{Outcome, Status, Urgency, Validity};
use crate::formats::json_text::json;
use crate::formats::lead_json::LeadJson;
use crate::store::Store;
use crate::ui::words::{expired_sentence, time_left};

/// Which lead.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct ShowArgs {
    /// Number of a lead
    #[arg(value_name = "ID", value_parser = words::lead_id)]
    id: LeadId,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Shows it.
pub fn run(context: &Context, args: &ShowArgs) -> anyhow::Result<Exit> {
    let store = context.open_store()?;
    let lead = store.lead(args.id)?.ok_or_else(|| Fault::failed(verdict::unknown(args.id)))?;
    let mut data = context.output.data();
    if args.json {
        let person_leads = store.person_leads(&lead)?;
        data.line(&json(&LeadJson::of(&lead, store.terms(), context.now, person_leads))?)?;
    } else {
        Sheet::of(context, &store, &lead)?.lines.iter().try_for_each(|line| data.line(line))?;
    }
    data.finish()?;
    Ok(Exit::DONE)
}

/// The plain lines of a lead, in the order of the detail (PRODUCT.md 3).
struct Sheet<'a> {
    context: &'a Context,
    lead: &'a Lead,
    vitals: Vitals,
    lines: Vec<String>,
}

impl<'a> Sheet<'a> {
    fn of(context: &'a Context, store: &Store, lead: &'a Lead) -> anyhow::Result<Self> {
        let vitals = Vitals::of(lead, store.terms());
        let mut sheet = Self { context, lead, vitals, lines: Vec::new() };
        sheet.lines.push(format!("#{} {}", lead.id, TermText::line(&words::title(lead))));
        sheet.clock();
        sheet.description();
        sheet.person();
        sheet.origin(store);
        sheet.persons_leads(store)?;
        sheet.decision();
        sheet.timeline(store)?;
        for extra in extras(&lead.record, sheet.vitals.standing(sheet.context.now.timestamp())) {
            sheet.field(&TermText::line(&extra.name).fit(20), &extra.value);
        }
        Ok(sheet)
    }

    /// A name and its text; every line of the text is indented alike.
    fn field(&mut self, name: &str, text: &str) {
        let text = TermText::lines(text);
        let mut name = name;
        for line in text.as_str().split('\n') {
            let line = format!("{name:<12} {line}");
            self.lines.push(line.trim_end().to_owned());
            name = "";
        }
    }

    fn known(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.field(name, text);
        }
    }

    fn clock(&mut self) {
        let now = self.context.now;
        let urgency = self.vitals.urgency(now.timestamp());
        let standing = self.vitals.standing(now.timestamp());
        let left = time_left(&self.vitals, now.timestamp());
        let left = match urgency {
            Urgency::Due | Urgency::Later => String::new(),
            _ if left.is_empty() => left,
            _ => format!(", {left} left"),
        };
        self.field("Urgency", &format!("{}{left}", urgency.title()));
        self.field("Status", &standing_words(standing));
        if standing == (Status::Archived, Some(Outcome::Expired)) {
            let why = expired_sentence(&self.vitals, now, self.context.clock.zone());
            let back = "Answered it in Partner Center? Import a newer export and it comes back.";
            self.field("", &format!("{why} Contacts are hidden.\n{back}"));
        }
        if self.lead.record.do_not_contact {
            self.field("", "Do not contact: the customer asked not to be contacted.");
        }
        if self.lead.record.test {
            self.field("", "A test lead of Microsoft's: in no tab and no count.");
        }
        if self.lead.seller.favorite {
            self.field("Favorite", "yes");
        }
        if self.lead.seller.away {
            self.field("Away", "until its person sends another lead");
        }
        let until = self.lead.seller.later_until;
        self.known("Follow-up", until.map(|until| words::time(until, self.context.clock.zone())).as_deref());
        let tags = self.lead.seller.tags.join(", ");
        self.known("Tags", Some(tags).filter(|tags| !tags.is_empty()).as_deref());
    }

    fn description(&mut self) {
        let lead = self.lead;
        self.known("Message", lead.record.description.as_deref());
    }

    fn person(&mut self) {
        let (record, person) = (&self.lead.record, &self.lead.record.person);
        let reachable = contacts(self.lead, self.vitals.standing(self.context.now.timestamp()));
        self.known("Company", person.company.as_deref());
        let name = person.full_name();
        let contact: Vec<&str> = name.iter().chain(&person.job_title).map(String::as_str).collect();
        self.field(
            "Contact",
            if contact.is_empty() { "no name given".to_owned() } else { contact.join(", ") }.as_str(),
        );
        let shown = |contact: Option<&str>, validity: Validity, concern: Option<Concern>| match (contact, concern) {
            _ if reachable.hidden => "hidden (expired)".to_owned(),
            (Some(contact), None) => format!("{contact}  ({})", validity.word()),
            (Some(contact), Some(concern)) => format!("{contact}  ({}; {})", validity.word(), concern.words()),
            (None, _) => "not given".to_owned(),
        };
        let (email, phone) = (reachable.email, reachable.phone);
        self.field("E-mail", &shown(email, record.email_validity, contact_check::email(email)));
        self.field("Phone", &shown(phone, record.phone_validity, contact_check::phone(phone)));
        self.known("Why none", blank_because(record).filter(|_| !reachable.hidden).as_deref());
        let country = record.country.map(|country| format!("{} {}", country.code(), country.name()));
        self.known("Country", country.as_deref().or(record.country_raw.as_deref()));
    }

    fn origin(&mut self, store: &Store) {
        let (record, zone) = (&self.lead.record, self.context.clock.zone());
        self.field("Asked for", record.call_to_action.title());
        self.field("Source", record.lead_source_raw.as_deref().unwrap_or(record.source.title()));
        let id = match (&record.publisher, &record.offer) {
            (Some(publisher), Some(offer)) => Some(format!("{publisher}.{offer}")),
            (_, offer) => offer.clone(),
        };
        let offer: Vec<String> = record.offer_title.iter().cloned().chain(id).collect();
        self.known("Offer", Some(offer.join(", ")).filter(|offer| !offer.is_empty()).as_deref());
        self.field("Quality", record.quality.title());
        self.field(
            "Kind",
            &format!("{} lead, {}", record.lead_type.title(), record.qualification.title().to_lowercase()),
        );
        self.field("Created", &words::time(record.created_at, zone));
        let expires = vitals::expires_at(record, store.terms()).map(|end| words::time(end, zone));
        self.known("Expires", expires.as_deref());
        self.known("Lead id", record.external_id.as_deref());
    }

    fn persons_leads(&mut self, store: &Store) -> anyhow::Result<()> {
        let all = store.leads_of_person(self.lead, usize::MAX)?;
        let others: Vec<_> = all.into_iter().filter(|id| *id != self.lead.id).collect();
        for other in store.leads(&others)? {
            let standing = Vitals::of(&other, store.terms()).standing(self.context.now.timestamp());
            let asked = words::day(other.record.created_at, self.context.now, self.context.clock.zone());
            let what = asked_for(&other.record);
            self.field("Same person", &format!("#{} {asked}, {what}, {}", other.id, standing_words(standing)));
        }
        Ok(())
    }

    fn decision(&mut self) {
        let seller = &self.lead.seller;
        if let Some(deal) = &seller.deal {
            self.deal(deal);
        }
        let (_, outcome) = self.vitals.standing(self.context.now.timestamp());
        let grounds = seller.grounds(outcome).and_then(|verdict| Some((verdict.reason?, verdict.notes.as_deref())));
        if let Some((reason, notes)) = grounds {
            self.field("Reason", &format!("{} {}", reason.code(), reason.title()));
            self.known("", notes);
        }
        for owed in &self.lead.owed {
            self.field("Owed", &self.owed(owed));
        }
        self.known("Note", seller.note.as_deref());
    }

    fn deal(&mut self, deal: &Deal) {
        self.field("Deal", &deal.name);
        let value = deal.value.map(|value| format!("{value} {}", deal.currency.as_deref().unwrap_or_default()));
        self.known("Value", value.as_deref());
        self.known("Close date", deal.close_on.map(|day| day.to_string()).as_deref());
        self.known("Deal notes", deal.notes.as_deref());
        self.known("CRM id", deal.crm_id.as_deref());
        self.known("Campaign id", deal.campaign_id.as_deref());
        for member in &deal.team {
            self.field("Team", &member.to_string());
        }
    }

    fn owed(&self, owed: &Owed) -> String {
        if let Some(remark) = &owed.remark {
            return remark.clone();
        }
        let by = owed.due.map(|due| format!(" by {}", words::day(due, self.context.now, self.context.clock.zone())));
        let uploaded = owed.uploaded_at.map(|_| format!(" ({UPLOADED})")).unwrap_or_default();
        format!("{}: enter it in Partner Center{}{uploaded}", owed.kind.title(), by.unwrap_or_default())
    }

    fn timeline(&mut self, store: &Store) -> anyhow::Result<()> {
        for event in store.timeline(self.lead.id)? {
            let at = words::time(event.at, self.context.clock.zone());
            let words = event.kind.words(self.context.now, self.context.clock.zone());
            self.field("Timeline", &format!("{at}  {words}"));
        }
        Ok(())
    }
}

fn standing_words((status, outcome): (Status, Option<Outcome>)) -> String {
    match outcome {
        Some(outcome) => format!("{} ({})", status.title(), outcome.title().to_lowercase()),
        None => status.title().to_owned(),
    }
}
