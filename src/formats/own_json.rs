//! A lead as our own JSON shows it (`lead_json`), read back: every key where it came from, so that the leads as shown come back
//! as shown. JSON tells what stands, not who said it: what Partner Center stated is inferred as cautiously as it can be.
//! Must not let such a file pass for Partner Center's word.

use rust_decimal::Decimal;

use crate::domain::country::Country;
use crate::domain::entry::{self, TeamMember};
use crate::domain::lead::{Deal, Extra, Moment, Person, Record, Seller, Touches};
use crate::domain::moment::parse;
use crate::domain::record::{Field, complete};
use crate::domain::vocabulary::{CallToAction, LeadType, Qualification, Quality, Source, Validity};
use crate::formats::arriving::RowRead;
use crate::formats::json_fields::gather;
use crate::formats::json_value::Json;
use crate::formats::lead_json;
use crate::formats::own_standing::Shown;

/// Keys that tell which lead it is: one that stands twice cannot be believed.
const IDENTITY: &[&str] = &["external_id", "email", "phone", "created_at"];

/// True where the names are those of our own JSON.
pub fn is_own(names: &dyn Fn(&str) -> bool) -> bool {
    ["received_via", "urgency", "created_at", "person_leads"].into_iter().all(names)
}

/// Reads a lead of a file that was written at the latest at `written`. `Err` names the key that was altered into something
/// we never write.
pub fn read(value: &Json, written: Moment) -> Result<RowRead, String> {
    let item = Item::new(value)?;
    let mut record = item.record()?;
    complete(&mut record);
    let mut seller = item.seller()?;
    let shown = item.shown()?;
    let owed = shown.restore(&mut record, &mut seller, written);
    let created_at = record.created_at;
    let own = Some(crate::domain::reconcile::OwnPart { seller, owed });
    // Nothing says how fresh the record is: any word of Partner Center's since the lead was made is newer.
    Ok(RowRead { record, updated_at: Some(created_at), own, alias: None, undated: false })
}

/// One object, asked by key.
struct Item<'v> {
    members: &'v [(String, Json)],
    value: &'v Json,
}

impl<'v> Item<'v> {
    fn new(value: &'v Json) -> Result<Self, String> {
        let Json::Object(members) = value else { return Err("it is no object".to_owned()) };
        let count = |key: &str| members.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key)).count();
        if let Some(key) = IDENTITY.iter().find(|key| count(key) > 1) {
            return Err(format!("the key “{key}” stands twice, so nobody can tell which counts"));
        }
        Ok(Self { members, value })
    }

    /// A text as it stands; `None` for an empty one.
    fn text(&self, key: &str) -> Option<String> {
        said(self.value.get(key)?)
    }

    fn yes(&self, key: &str) -> bool {
        self.value.get(key).and_then(Json::text) == Some("true")
    }

    fn parsed<T>(&self, key: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        self.text(key).map(|text| read(&text).ok_or_else(|| altered(key))).transpose()
    }

    /// A word of the vocabulary; one that is not known is kept under its column's name and reads as nothing.
    fn word<T>(&self, key: &str, field: Field, extras: &mut Vec<Extra>, read: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(key)?;
        let value = read(&text);
        if value.is_none() {
            extras.push(Extra { name: field.header().to_owned(), value: text });
        }
        value
    }

    /// Microsoft's record as far as the keys tell it; status and outcome are not decided yet.
    fn record(&self) -> Result<Record, String> {
        let created = self.text("created_at").ok_or("there is no creation date")?;
        let created_at = parse(&created).ok_or_else(|| {
            let shown: String = created.chars().take(40).collect();
            format!("the creation date “{shown}” cannot be read; 2026-11-20T09:12:00Z can")
        })?;
        let mut extras = self.unknown()?;
        let validity = |text: &str| Validity::from_word(text);
        let country_raw = self.text("country_raw");
        let code = self.text("country");
        let country = code.as_deref().and_then(Country::parse);
        Ok(Record {
            external_id: self.text("external_id"),
            created_at,
            stated_expiry: self.parsed("expires_at", parse)?,
            lead_type: self
                .word("type", Field::LeadType, &mut extras, LeadType::from_word)
                .unwrap_or(LeadType::Unknown),
            call_to_action: self
                .word("call_to_action", Field::CallToAction, &mut extras, CallToAction::from_word)
                .unwrap_or(CallToAction::Unknown),
            source: self.parsed("source", Source::from_word)?.unwrap_or(Source::Unknown),
            quality: self.word("quality", Field::Quality, &mut extras, Quality::from_word).unwrap_or(Quality::Unknown),
            email_validity: self
                .word("email_validity", Field::EmailValidity, &mut extras, validity)
                .unwrap_or(Validity::Unknown),
            phone_validity: self
                .word("phone_validity", Field::PhoneValidity, &mut extras, validity)
                .unwrap_or(Validity::Unknown),
            qualification: self
                .word("qualification", Field::Qualification, &mut extras, Qualification::from_word)
                .unwrap_or(Qualification::Unknown),
            status: crate::domain::vocabulary::Status::Received,
            outcome: None,
            person: self.person(),
            country: country.or_else(|| country_raw.as_deref().and_then(Country::parse)),
            country_raw: country_raw.or(code),
            lead_source_raw: self.text("lead_source_raw"),
            action_code: self.text("action_code"),
            publisher: self.text("publisher"),
            offer: self.text("offer"),
            offer_title: self.text("offer_title"),
            description: self.text("description"),
            do_not_contact: self.yes("do_not_contact"),
            test: self.yes("test"),
            person_key: None,
            extras,
        })
    }

    fn person(&self) -> Person {
        Person {
            first_name: self.text("first_name"),
            last_name: self.text("last_name"),
            job_title: self.text("job_title"),
            company: self.text("company"),
            email: self.text("email"),
            phone: self.text("phone"),
            phone_e164: None,
        }
    }

    /// Keys that our JSON does not have, such as somebody's own.
    fn unknown(&self) -> Result<Vec<Extra>, String> {
        let mut leaves = Vec::new();
        for (name, value) in self.members {
            let known = lead_json::FIELDS.iter().any(|(known, _)| name.eq_ignore_ascii_case(known));
            if !known && !name.eq_ignore_ascii_case("LeadboxReason") {
                gather(name, value, &mut leaves)?;
            }
        }
        let filled = leaves.into_iter().filter(|leaf| !leaf.value.is_empty());
        Ok(filled.map(|leaf| Extra { name: leaf.path, value: leaf.value }).collect())
    }

    fn seller(&self) -> Result<Seller, String> {
        let count = |text: &str| text.parse::<u32>().ok();
        Ok(Seller {
            favorite: self.yes("favorite"),
            away: self.yes("away"),
            tags: self.value.get("tags").map(Json::items).unwrap_or_default().iter().filter_map(said).collect(),
            note: self.text("note"),
            later_until: self.parsed("later_until", parse)?,
            touches: Touches {
                count: self.parsed("touches", count)?.unwrap_or_default(),
                first_at: self.parsed("first_touch_at", parse)?,
                last_at: self.parsed("last_touch_at", parse)?,
                last: None,
            },
            deal: self.value.get("deal").map(|deal| read_deal(deal).ok_or_else(|| altered("deal"))).transpose()?,
            verdict: None,
        })
    }

    fn shown(&self) -> Result<Shown, String> {
        use crate::domain::vocabulary::{Outcome, Reason, Status};
        let code = |code: &Json| code.text()?.parse().ok().and_then(Reason::from_code);
        let reason =
            self.value.get("reason").map(|reason| reason.get("code").and_then(code).ok_or_else(|| altered("reason")));
        Ok(Shown {
            status: self.parsed("status", Status::from_word)?.unwrap_or(Status::Received),
            outcome: self.parsed("outcome", Outcome::from_word)?,
            expiring: self.text("urgency").as_deref() == Some("expiring"),
            owed: self.yes("owed"),
            reason: reason.transpose()?,
            notes: self.text("reason_notes"),
        })
    }
}

fn altered(key: &str) -> String {
    format!("the key {key} holds something leadbox never writes")
}

/// A text as it stands, blanks and all; a number as it is written.
fn said(value: &Json) -> Option<String> {
    match value {
        Json::Text(text) | Json::Number(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn read_deal(value: &Json) -> Option<Deal> {
    let text = |key: &str| value.get(key).and_then(said);
    let positive = |text: String| text.parse().ok().filter(|value: &Decimal| !value.is_sign_negative());
    // What stands there must be readable; what is missing is missing.
    macro_rules! readable {
        ($key:literal, $read:expr) => {
            match text($key) {
                None => None,
                Some(text) => Some($read(text)?),
            }
        };
    }
    Some(Deal {
        name: text("name").filter(|name| !name.trim().is_empty())?,
        value: readable!("value", positive),
        currency: readable!("currency", |text: String| entry::currency(&text).ok()),
        close_on: readable!("close_on", |text: String| text.parse().ok()),
        notes: text("notes"),
        crm_id: text("crm_id"),
        campaign_id: text("campaign_id"),
        team: value.get("team").map(Json::items).unwrap_or_default().iter().map(member).collect::<Option<_>>()?,
    })
}

fn member(value: &Json) -> Option<TeamMember> {
    let text = |key: &str| value.get(key).and_then(said);
    Some(TeamMember { name: text("name"), email: entry::email(&text("email")?).ok()?, phone: text("phone") })
}
