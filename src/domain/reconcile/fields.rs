//! One record merged into another, field by field: what is said stands in place of what was known, or only where nothing was;
//! nothing is ever blanked. Must not know leads, clocks or who is believed: `reconcile` decides that.

use chrono::NaiveTime;

use crate::domain::lead::{Extra, Moment, Record};
use crate::domain::moment::rfc3339;
use crate::domain::reconcile::FieldChange;
use crate::domain::record::complete;
use crate::domain::vocabulary::{CallToAction, LeadType, Qualification, Quality, Source, Validity};

/// How far an arriving record is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// What it says stands.
    Whole,
    /// What it says fills gaps; its status counts where `standing`.
    Gaps {
        /// Its status moves the lead's forward.
        standing: bool,
    },
}

/// A merge of two records, and what it has changed so far.
pub(super) struct Fields {
    reading: Reading,
    changes: Vec<FieldChange>,
}

impl Fields {
    /// A merge that has changed nothing yet.
    pub(super) fn new(reading: Reading) -> Self {
        Self { reading, changes: Vec::new() }
    }

    /// What was changed.
    pub(super) fn changes(self) -> Vec<FieldChange> {
        self.changes
    }

    fn fills_gaps(&self) -> bool {
        matches!(self.reading, Reading::Gaps { .. })
    }

    /// Puts what the arriving record says into the known one.
    pub(super) fn merge(&mut self, known: &mut Record, arriving: &Record) {
        self.text("LeadId", &mut known.external_id, arriving.external_id.as_ref());
        self.creation(known, arriving);
        let gap = !self.fills_gaps() || known.stated_expiry.is_none();
        if let Some(expiry) = arriving.stated_expiry.filter(|expiry| gap && known.stated_expiry != Some(*expiry)) {
            self.note("ExpirationDateTime", known.stated_expiry.map(rfc3339), Some(rfc3339(expiry)));
            known.stated_expiry = Some(expiry);
        }
        self.words(known, arriving);
        self.standing(known, arriving);
        self.texts(known, arriving);
        for extra in &arriving.extras {
            self.extra(&mut known.extras, extra);
        }
        self.validities(known);
        known.test |= arriving.test;
        complete(known);
    }

    /// A date without a time of day is no better than the moment of that day which is known.
    fn creation(&mut self, known: &mut Record, arriving: &Record) {
        let date_only = |at: Moment| at.time() == NaiveTime::MIN;
        let (old, new) = (known.created_at, arriving.created_at);
        let same_day = old.date_naive() == new.date_naive();
        let better = if self.fills_gaps() {
            same_day && date_only(old)
        } else {
            // Without an id the first delivery is what the 72 hours count from: a later one must not move them.
            arriving.external_id.is_some() && !(same_day && date_only(new))
        };
        let created_at = better.then_some(new);
        self.value("LeadCreationDateTime", &mut known.created_at, created_at, |at| rfc3339(*at));
    }

    fn words(&mut self, known: &mut Record, new: &Record) {
        macro_rules! words {
            ($($header:literal $field:ident $kind:ident;)+) => {$(
                let gap = !self.fills_gaps() || known.$field == $kind::Unknown;
                let known_word = (gap && new.$field != $kind::Unknown).then_some(new.$field);
                if known_word.is_some() {
                    known.extras.retain(|extra| extra.name != $header);
                }
                self.value($header, &mut known.$field, known_word, |word| word.title().to_owned());
            )+};
        }
        words! {
            "LeadType" lead_type LeadType;
            "CallToAction" call_to_action CallToAction;
            "LeadQuality" quality Quality;
            "EmailValidity" email_validity Validity;
            "PhoneValidity" phone_validity Validity;
            "Qualification" qualification Qualification;
        }
    }

    fn texts(&mut self, known: &mut Record, new: &Record) {
        let person = &mut known.person;
        self.text("CustomerName", &mut person.company, new.person.company.as_ref());
        self.text("FirstName", &mut person.first_name, new.person.first_name.as_ref());
        self.text("LastName", &mut person.last_name, new.person.last_name.as_ref());
        self.text("JobTitle", &mut person.job_title, new.person.job_title.as_ref());
        self.text("Email", &mut person.email, new.person.email.as_ref());
        self.text("Phone", &mut person.phone, new.person.phone.as_ref());
        if self.text("Country", &mut known.country_raw, new.country_raw.as_ref()) {
            known.country = new.country;
        }
        self.origin(known, new);
        self.text("Publisher", &mut known.publisher, new.publisher.as_ref());
        self.text("OfferId", &mut known.offer, new.offer.as_ref());
        self.text("OfferName", &mut known.offer_title, new.offer_title.as_ref());
        self.text("Notes", &mut known.description, new.description.as_ref());
    }

    /// Source and action are parts of the text they were read from and follow it, or a reading of it would differ from the
    /// lead. Who asked not to be contacted stays so until another action is named.
    fn origin(&mut self, known: &mut Record, new: &Record) {
        let told = !self.fills_gaps() || known.lead_source_raw.is_none();
        self.text("LeadSource", &mut known.lead_source_raw, new.lead_source_raw.as_ref());
        if known.source == Source::Unknown || (new.lead_source_raw.is_some() && told) {
            known.source = new.source;
        }
        if new.action_code.is_some() && (told || known.action_code.is_none()) {
            known.action_code.clone_from(&new.action_code);
            known.do_not_contact = new.do_not_contact;
        }
        known.do_not_contact |= new.do_not_contact;
    }

    /// Microsoft's validities are for Offer leads: on a lead that turns out to be none they read Unknown, on one that
    /// turns out to be an Offer lead the texts kept so far are read.
    fn validities(&mut self, known: &mut Record) {
        let (offer, extras) = (known.lead_type == LeadType::Offer, &mut known.extras);
        let fields = [("EmailValidity", &mut known.email_validity), ("PhoneValidity", &mut known.phone_validity)];
        for (header, validity) in fields {
            let kept = extras.iter().position(|extra| extra.name == header);
            if !offer && *validity != Validity::Unknown {
                let text = validity.title().to_owned();
                self.value(header, validity, Some(Validity::Unknown), |word| word.title().to_owned());
                if kept.is_none() {
                    extras.push(Extra { name: header.to_owned(), value: text });
                }
            } else if let Some(place) = kept.filter(|_| offer && *validity == Validity::Unknown) {
                let word = Validity::from_word(&extras[place].value)
                    .filter(|word| *word != Validity::Spam || header == "EmailValidity");
                self.value(header, validity, word, |word| word.title().to_owned());
            }
        }
    }

    /// Status moves only forward; within Archived the newer outcome stands.
    fn standing(&mut self, known: &mut Record, new: &Record) {
        if self.reading == (Reading::Gaps { standing: false }) {
            return;
        }
        let forward = new.status > known.status;
        let corrected = new.status == known.status && new.outcome.is_some() && new.outcome != known.outcome;
        if forward || corrected {
            self.note("Status", Some(standing_words(known)), Some(standing_words(new)));
            known.status = new.status;
            known.outcome = new.outcome;
        }
    }

    /// Answers whether the text is the arriving one now.
    fn text(&mut self, header: &str, known: &mut Option<String>, new: Option<&String>) -> bool {
        if self.fills_gaps() && known.is_some() {
            return false;
        }
        let Some(new) = new else { return false };
        if known.as_ref() != Some(new) {
            let from = known.replace(new.clone());
            self.note(header, from, Some(new.clone()));
        }
        true
    }

    fn value<T: PartialEq>(&mut self, header: &str, known: &mut T, new: Option<T>, words: impl Fn(&T) -> String) {
        let Some(new) = new.filter(|new| new != known) else { return };
        self.note(header, Some(words(known)), Some(words(&new)));
        *known = new;
    }

    fn extra(&mut self, known: &mut Vec<Extra>, new: &Extra) {
        match known.iter_mut().find(|extra| extra.name == new.name) {
            Some(extra) if extra.value == new.value || self.fills_gaps() => {}
            Some(extra) => {
                self.note(&new.name, Some(extra.value.clone()), Some(new.value.clone()));
                extra.value.clone_from(&new.value);
            }
            None => {
                self.note(&new.name, None, Some(new.value.clone()));
                known.push(new.clone());
            }
        }
    }

    fn note(&mut self, field: &str, from: Option<String>, to: Option<String>) {
        self.changes.push(FieldChange { field: field.to_owned(), from, to });
    }
}

fn standing_words(record: &Record) -> String {
    match record.outcome {
        Some(outcome) => format!("{} ({})", record.status.title(), outcome.word()),
        None => record.status.title().to_owned(),
    }
}
