//! Writing to a customer and calling them (PRODUCT.md 4, `o`): the draft of a mail from the offer's template, and the number to
//! dial. Contacts come from the one function that hands them out. Must not open anything or know a URI.

use std::collections::BTreeMap;

use crate::domain::change::{Act, check_state};
use crate::domain::contact_check::{self, Concern};
use crate::domain::contacts::{Contacts, blank_because, contacts};
use crate::domain::lead::{Lead, LeadId, Moment, Record};
use crate::domain::phone;
use crate::domain::template::{Template, plain};
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::TouchKind;

/// Subject and body of the mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTemplates {
    /// Subject, where the offer has none of its own.
    pub subject: Template,
    /// Body, where the offer has none of its own.
    pub body: Template,
    /// What single offers have instead: by `publisher.offer`, id or title, in small letters.
    pub offers: BTreeMap<String, OfferTemplates>,
}

/// What an offer has instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferTemplates {
    /// Its subject.
    pub subject: Option<Template>,
    /// Its body.
    pub body: Option<Template>,
}

impl MailTemplates {
    fn of(&self, record: &Record) -> (&Template, &Template) {
        let whole = record.publisher.as_ref().zip(record.offer.as_ref()).map(|(by, offer)| format!("{by}.{offer}"));
        let names = [whole, record.offer.clone(), record.offer_title.clone()];
        let own = names.iter().flatten().find_map(|name| self.offers.get(&name.to_lowercase()));
        let subject = own.and_then(|own| own.subject.as_ref()).unwrap_or(&self.subject);
        (subject, own.and_then(|own| own.body.as_ref()).unwrap_or(&self.body))
    }
}

/// A mail that is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The address as received.
    pub to: String,
    /// Its subject, one line.
    pub subject: String,
    /// Its body, lines ended by LF.
    pub body: String,
}

/// How a customer is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// By a mail.
    Mail(Draft),
    /// By a call to this number: a plus where it has one, then digits.
    Call(String),
}

impl Means {
    /// What is copied where nothing can be opened: the draft as text, or the number.
    pub fn text(&self) -> String {
        match self {
            Self::Mail(Draft { to, subject, body }) => format!("To: {}\nSubject: {subject}\n\n{body}", plain(to)),
            Self::Call(number) => number.clone(),
        }
    }

    /// What it is called.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Mail(_) => "draft",
            Self::Call(_) => "number",
        }
    }
}

/// A customer who is to be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Their lead.
    pub lead: LeadId,
    /// What they are called.
    pub who: String,
    /// How.
    pub means: Means,
    /// The kind of contact it is logged as; `None` where the lead takes none now.
    pub log: Option<TouchKind>,
}

impl Reach {
    /// "The mail to Ana Souza is with xdg-open."
    pub fn taken(&self, program: &str) -> String {
        let what = match self.means {
            Means::Mail(_) => "mail to",
            Means::Call(_) => "number of",
        };
        format!("The {what} {} is with {program}.", self.who)
    }
}

/// Why a customer is not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// They asked not to be contacted, and nobody confirmed this way.
    AskedNotTo(By),
    /// As a sentence.
    Cannot(String),
}

/// In which way a customer is to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By mail.
    Mail,
    /// By phone.
    Phone,
}

/// How a customer is reached, or why not. One who asked not to be contacted is reached only where that was `confirmed` for
/// this very way.
pub fn reach(
    lead: &Lead,
    by: By,
    confirmed: bool,
    templates: &MailTemplates,
    terms: &Terms,
    now: Moment,
) -> Result<Reach, Unreached> {
    let person = &lead.record.person;
    let contacts = known(lead, terms, now).map_err(Unreached::Cannot)?;
    let (means, kind) = match by {
        By::Mail => (draft(lead, contacts, templates).map(Means::Mail), TouchKind::Mail),
        By::Phone => (number(lead, contacts).map(Means::Call), TouchKind::Called),
    };
    let means = means.map_err(Unreached::Cannot)?;
    if lead.record.do_not_contact && !confirmed {
        return Err(Unreached::AskedNotTo(by));
    }
    let log = check_state(lead, Act::Touch, terms, now).is_ok().then_some(kind);
    Ok(Reach { lead: lead.id, who: person.full_name().unwrap_or_else(|| person.title()), means, log })
}

/// The first way there is: the mail, else the phone.
pub fn first_way(lead: &Lead, terms: &Terms, now: Moment) -> Result<By, String> {
    let contacts = known(lead, terms, now)?;
    Ok(if contacts.email.is_some() || contacts.phone.is_none() { By::Mail } else { By::Phone })
}

/// The contacts of a lead, if they are not withheld.
fn known<'a>(lead: &'a Lead, terms: &Terms, now: Moment) -> Result<Contacts<'a>, String> {
    let contacts = contacts(lead, Vitals::of(lead, terms).standing(now.timestamp()));
    if contacts.hidden {
        return Err("The contacts of an expired lead are hidden; nothing was opened.".to_owned());
    }
    Ok(contacts)
}

fn draft(lead: &Lead, contacts: Contacts<'_>, templates: &MailTemplates) -> Result<Draft, String> {
    let to = contacts.email.ok_or_else(|| missing(lead, "e-mail"))?;
    if contact_check::email(Some(to)) == Some(Concern::NoAddress) {
        return Err("The e-mail of this lead is not written as an address; nothing was opened.".to_owned());
    }
    let (subject, body) = templates.of(&lead.record);
    Ok(Draft { to: to.trim().to_owned(), subject: plain(&subject.fill(&lead.record)), body: body.fill(&lead.record) })
}

fn number(lead: &Lead, contacts: Contacts<'_>) -> Result<String, String> {
    let raw = contacts.phone.ok_or_else(|| missing(lead, "phone"))?;
    let number = contacts.phone_e164.map(str::to_owned).or_else(|| phone::dialled(raw));
    number.ok_or_else(|| "The phone of this lead is no number that can be dialled; nothing was opened.".to_owned())
}

fn missing(lead: &Lead, what: &str) -> String {
    let why = format!("This lead has no {what}; nothing was opened.");
    [Some(why), blank_because(&lead.record)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::{Receipt, Seller};
    use crate::domain::moment::parse;
    use crate::domain::record::{Field, RawRecord, read};
    use crate::domain::vocabulary::ReceivedVia;

    fn lead(fields: &[(Field, &str)]) -> Lead {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-20T09:00:00Z");
        raw.set(Field::CallToAction, "Contact me");
        raw.set(Field::OfferId, "contoso.sql-backup");
        for (field, text) in fields {
            raw.set(*field, text);
        }
        let now = parse("2026-11-20T10:00:00Z").unwrap();
        let receipt = Receipt { via: ReceivedVia::PartnerCenterExport, at: now, as_of: now };
        Lead {
            id: LeadId(1),
            rev: 1,
            record: read(&raw).unwrap(),
            seller: Seller::default(),
            receipt,
            owed: Vec::new(),
        }
    }

    fn templates(offers: &[(&str, &str)]) -> MailTemplates {
        let of = |text: &str| Template::parse(text).unwrap();
        let own = |subject: &str| OfferTemplates { subject: Some(of(subject)), body: None };
        let offers = offers.iter().map(|(name, subject)| ((*name).to_owned(), own(subject))).collect();
        MailTemplates { subject: of("Your request about {offer}"), body: of("Hello {first_name},\n"), offers }
    }

    fn reached(lead: &Lead, by: By, now: &str) -> Result<Means, String> {
        let reach = reach(lead, by, true, &templates(&[]), &Terms::default(), parse(now).unwrap());
        reach.map(|reach| reach.means).map_err(|unreached| match unreached {
            Unreached::Cannot(why) => why,
            asked @ Unreached::AskedNotTo(_) => panic!("{asked:?}"),
        })
    }

    const NOW: &str = "2026-11-20T12:00:00Z";

    #[test]
    fn a_draft_is_made_of_the_template() {
        let ana = lead(&[(Field::Email, "ana@x.example"), (Field::FirstName, "Ana")]);
        let means = reached(&ana, By::Mail, NOW).unwrap();
        assert_eq!(means.text(), "To: ana@x.example\nSubject: Your request about sql-backup\n\nHello Ana,\n");
        let subject = |name: &str| {
            let (own, now) = (templates(&[(name, "Own")]), parse(NOW).unwrap());
            let reach = reach(&ana, By::Mail, false, &own, &Terms::default(), now);
            let Means::Mail(draft) = reach.unwrap().means else { panic!("a mail") };
            (draft.subject == "Own", draft.body)
        };
        for (name, own) in [("contoso.sql-backup", true), ("sql-backup", true), ("fabrikam.sql-backup", false)] {
            assert_eq!(subject(name), (own, "Hello Ana,\n".to_owned()), "{name}");
        }
    }

    #[test]
    fn a_number_is_e164_else_its_digits() {
        let number = |phone: &str, country: &str| {
            reached(&lead(&[(Field::Phone, phone), (Field::Country, country)]), By::Phone, NOW)
                .map(|means| means.text())
        };
        assert_eq!(number("(11) 5550-0100", "BR").unwrap(), "+551155500100");
        assert_eq!(number("555 0100 ext 12", "").unwrap(), "5550100");
        for odd in ["call me", "1-800-FLOWERS", "12"] {
            assert!(number(odd, "").unwrap_err().contains("no number that can be dialled"), "{odd}");
        }
    }

    #[test]
    fn what_is_missing_hidden_or_no_address_is_said() {
        let bare = lead(&[]);
        for (by, says) in [(By::Mail, "has no e-mail"), (By::Phone, "has no phone")] {
            assert!(reached(&bare, by, NOW).unwrap_err().contains(says));
        }
        let full = lead(&[(Field::Email, "ana@x.example"), (Field::Phone, "+551155500100")]);
        for by in [By::Mail, By::Phone] {
            assert!(reached(&full, by, "2026-12-20T12:00:00Z").unwrap_err().contains("expired lead are hidden"));
        }
        for odd in [
            "ana",
            "a@x.example, b@y.example",
            "Ana <a@x.example>",
            "a@x.example?bcc=b@y.example",
            "a@x.example\r\nBcc: b@y.example",
        ] {
            let odd = lead(&[(Field::Email, odd)]);
            assert!(reached(&odd, By::Mail, NOW).unwrap_err().contains("not written as an address"));
        }
    }

    #[test]
    fn who_asked_not_to_be_contacted_is_reached_only_where_that_is_confirmed() {
        let name = (Field::FirstName, "Ana");
        let mut ana = lead(&[name, (Field::Email, "ana@x.example"), (Field::Phone, "+551155500100")]);
        let reach = |lead: &Lead, by, confirmed| {
            reach(lead, by, confirmed, &templates(&[]), &Terms::default(), parse(NOW).unwrap())
        };
        let log = |lead: &Lead, by, confirmed| reach(lead, by, confirmed).map(|reach| reach.log);
        assert_eq!(log(&ana, By::Mail, false), Ok(Some(TouchKind::Mail)));
        assert_eq!(reach(&ana, By::Phone, false).unwrap().taken("xdg-open"), "The number of Ana is with xdg-open.");
        ana.record.do_not_contact = true;
        for by in [By::Mail, By::Phone] {
            assert_eq!(reach(&ana, by, false), Err(Unreached::AskedNotTo(by)));
            assert!(reach(&ana, by, true).is_ok());
        }
        // What cannot be done is said at once: there is nothing to confirm.
        ana.record.person.email = None;
        assert!(matches!(reach(&ana, By::Mail, false), Err(Unreached::Cannot(_))));
    }

    #[test]
    fn the_mail_comes_first() {
        let way = |fields: &[(Field, &str)]| first_way(&lead(fields), &Terms::default(), parse(NOW).unwrap()).unwrap();
        let (mail, phone) = ((Field::Email, "a@x.example"), (Field::Phone, "+551155500100"));
        assert_eq!([way(&[mail, phone]), way(&[phone]), way(&[])], [By::Mail, By::Phone, By::Mail]);
    }
}
