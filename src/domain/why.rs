//! Why a lead is the next one to answer, in one line: "hot, 3 h old, phone valid, 10:20 there" (PRODUCT.md 4, `n`).
//! Must not order leads: `vitals` does. Names no contact detail, only whether there is a valid one.

use crate::domain::contacts::contacts;
use crate::domain::lead::{Lead, Moment};
use crate::domain::spans::span;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Status, Urgency, Validity};
use crate::domain::zones;

/// The line. `person_leads`: how many leads its person has, this one included.
pub fn why(lead: &Lead, person_leads: u32, terms: &Terms, now: Moment) -> String {
    let vitals = Vitals::of(lead, terms);
    let seconds = now.timestamp();
    let mut parts = vec![class(&vitals, seconds), format!("{} old", span((seconds - vitals.created).max(0)))];
    let reachable = contacts(lead, vitals.standing(seconds));
    let valid = |there: bool, validity: Validity| there && validity == Validity::Valid;
    parts.push(
        match (
            valid(reachable.phone.is_some(), lead.record.phone_validity),
            valid(reachable.email.is_some(), lead.record.email_validity),
        ) {
            (true, _) => "phone valid",
            (false, true) => "e-mail valid",
            (false, false) => "no valid contact",
        }
        .to_owned(),
    );
    let there = lead.record.country.and_then(|country| zones::local_times(country, now));
    parts.extend(there.map(|times| format!("{times} there")));
    if person_leads > 1 {
        parts.push(format!("{person_leads} leads of this person"));
    }
    parts.join(", ")
}

/// Its class, with the time left where a clock runs out.
fn class(vitals: &Vitals, now: i64) -> String {
    let left = vitals.deadline(now).map_or(0, |deadline| deadline - now);
    match vitals.urgency(now) {
        Urgency::Hot => "hot".to_owned(),
        Urgency::Expiring if vitals.decided.0 == Status::Received => format!("expires in {}", span(left)),
        Urgency::Expiring if left < 0 => format!("owed to Partner Center, {} late", span(-left)),
        Urgency::Expiring => format!("owed to Partner Center, {} left", span(left)),
        Urgency::Due if vitals.later_until.is_some_and(|until| until <= now) => "follow-up is due".to_owned(),
        Urgency::Due => "accepted, not contacted yet".to_owned(),
        Urgency::Waiting => "cooled, waits for an answer".to_owned(),
        Urgency::Touched => "contacted, no verdict yet".to_owned(),
        other => format!("{}, {} to answer", other.title().to_lowercase(), span(left)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::{LeadId, Receipt, Seller};
    use crate::domain::moment;
    use crate::domain::reconcile::Arrival;
    use crate::domain::record::{self, Field, RawRecord};
    use crate::domain::vocabulary::ReceivedVia;

    fn lead(fields: &[(Field, &str)]) -> Lead {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-20T09:00:00Z");
        raw.set(Field::CallToAction, "Contact me");
        raw.set(Field::LeadType, "Offer");
        for (field, text) in fields {
            raw.set(*field, text);
        }
        let at = moment::parse("2026-11-20T10:00:00Z").unwrap();
        let via = ReceivedVia::PartnerCenterExport;
        let Arrival { record, .. } =
            Arrival { record: record::read(&raw).unwrap(), via, as_of: at, own: None, alias: None };
        let receipt = Receipt { via, at, as_of: at };
        Lead { id: LeadId(1), rev: 0, record, seller: Seller::default(), owed: Vec::new(), receipt }
    }

    fn said(lead: &Lead, now: &str, person_leads: u32) -> String {
        why(lead, person_leads, &Terms::default(), moment::parse(now).unwrap())
    }

    #[test]
    fn the_line_says_class_age_contact_and_the_hour_there() {
        let phone = [(Field::Phone, "+49 30 5550 0100"), (Field::PhoneValidity, "Valid"), (Field::Country, "DE")];
        let hot = lead(&phone);
        assert_eq!(said(&hot, "2026-11-20T12:20:00Z", 1), "hot, 3 h 20 min old, phone valid, 13:20 there");
        let us = lead(&[(Field::Country, "US"), (Field::Email, "a@x.example"), (Field::EmailValidity, "Invalid")]);
        let line = said(&us, "2026-11-24T09:00:00Z", 3);
        let hours = "23:00–04:00 there";
        assert_eq!(
            line,
            format!("cooled, waits for an answer, 4 d 0 h old, no valid contact, {hours}, 3 leads of this person")
        );
        assert!(said(&hot, "2026-12-03T09:00:00Z", 1).starts_with("expires in 24 h 0 min, 13 d 0 h old"));
    }
}
