//! Leads that are sent straight into a CRM: which ones there are, what came of a lead, the words for both, and the identity a
//! lead has there. Must not know how a CRM is called: `net` does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::identity::content_key;
use crate::domain::lead::Lead;
use crate::domain::leaving::ExportFormat;
use crate::domain::term_text::TermText;
use crate::domain::uuid::{Uuid, hex};

/// The longest reason of a CRM that is kept.
const LONGEST_REASON: usize = 240;

/// A CRM with a documented web interface that needs no installed package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crm {
    /// Salesforce, by its Web-to-Lead form.
    Salesforce,
    /// Dynamics 365 Sales, by the Dataverse Web API.
    Dynamics,
    /// Marketo Engage, by its REST API.
    Marketo,
    /// HubSpot, by its CRM API.
    Hubspot,
}

impl Crm {
    /// All of them, as help lists them.
    pub const ALL: [Self; 4] = [Self::Salesforce, Self::Dynamics, Self::Marketo, Self::Hubspot];

    /// The form of files for the same CRM: who goes into one goes into the other.
    pub const fn format(self) -> ExportFormat {
        match self {
            Self::Salesforce => ExportFormat::Salesforce,
            Self::Dynamics => ExportFormat::Dynamics,
            Self::Marketo => ExportFormat::Marketo,
            Self::Hubspot => ExportFormat::Hubspot,
        }
    }

    /// Its word on the command line and in the config.
    pub const fn word(self) -> &'static str {
        self.format().word()
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        self.format().title()
    }

    /// True where a record is a person, known by the e-mail alone, so that several leads of one person are one record.
    pub const fn keeps_people(self) -> bool {
        matches!(self, Self::Marketo | Self::Hubspot)
    }

    /// True where the same request again makes no second record.
    pub const fn is_repeatable(self) -> bool {
        !matches!(self, Self::Salesforce)
    }
}

/// What came of sending a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushResult {
    /// The CRM made a record of it.
    Created,
    /// A record of it was brought up to date.
    Updated,
    /// A record of it stood there already, and was not overwritten.
    Known,
    /// The CRM took the request and does not say what came of it.
    Sent,
    /// No answer came, so nobody knows.
    Doubted,
    /// The CRM took it and says that it could not work with it; it is not sent again by itself.
    Rejected,
    /// The CRM did not take it.
    Refused,
}

impl PushResult {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Created, Self::Updated, Self::Known, Self::Sent, Self::Doubted, Self::Rejected, Self::Refused];

    /// The number the store keeps. Never reused, never changed.
    pub const fn code(self) -> i64 {
        match self {
            Self::Created => 1,
            Self::Updated => 2,
            Self::Known => 3,
            Self::Sent => 4,
            Self::Doubted => 5,
            Self::Rejected => 6,
            Self::Refused => 7,
        }
    }

    /// The result of a stored number.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.code() == code)
    }

    /// True where what was sent may stand there now. A record that stood there before holds nothing of ours.
    pub const fn may_be_written(self) -> bool {
        !matches!(self, Self::Refused | Self::Known)
    }

    /// True where the seller has to look.
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Doubted | Self::Rejected | Self::Refused)
    }
}

/// What the timeline keeps of a lead that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushNote {
    /// Where to.
    pub crm: Crm,
    /// What came of it.
    pub result: PushResult,
    /// Its id there, where the CRM tells one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// Why it was not taken, in the CRM's words without contact details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl PushNote {
    /// What happened, in words: "created in Dynamics 365 as 0f3a…".
    pub fn words(&self) -> String {
        let crm = self.crm.title();
        let named = self.remote.as_ref().map(|id| format!(" as {id}")).unwrap_or_default();
        let why = self.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        match self.result {
            PushResult::Created => format!("created in {crm}{named}"),
            PushResult::Updated => format!("updated in {crm}{named}"),
            PushResult::Known => format!("in {crm} already{named}; nothing was overwritten"),
            PushResult::Sent => format!("sent to {crm}, which does not say whether it made a lead of it"),
            PushResult::Doubted => format!("may have been sent to {crm}: no answer came"),
            PushResult::Rejected => format!("sent to {crm}, which could not work with it{why}"),
            PushResult::Refused => format!("refused by {crm}{why}"),
        }
    }
}

/// What stands in a record of a CRM: the fields by their names there, and of each value only a digest, so that what changed
/// is known without a second copy of the lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldDigests(BTreeMap<String, String>);

impl FieldDigests {
    /// The digests of names and values.
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), digest(&value))).collect())
    }

    /// True where a field of this name stands there with another value than in `newer`, or not at all. What `newer` does not
    /// name is not taken away.
    pub fn lacks(&self, newer: &Self, name: &str) -> bool {
        newer.0.get(name).is_some_and(|value| self.0.get(name) != Some(value))
    }

    /// True where nothing of `newer` is missing here.
    pub fn holds(&self, newer: &Self) -> bool {
        newer.0.iter().all(|(name, value)| self.0.get(name) == Some(value))
    }

    /// These with the newer ones over them.
    #[must_use]
    pub fn with(mut self, newer: Self) -> Self {
        self.0.extend(newer.0);
        self
    }
}

fn digest(value: &str) -> String {
    hex(&Sha256::digest(value)[..12])
}

/// A CRM's words fit for a sentence: on one line, of a bounded length, and without what looks like an e-mail address or a phone
/// number, because contact details are handed out by `contacts` alone.
pub fn reason(text: &str) -> String {
    let line = TermText::line(text.trim()).to_string();
    let mut told: Vec<&str> = Vec::new();
    let mut dialled: Vec<&str> = Vec::new();
    for word in line.split(' ') {
        if word.chars().any(|c| c.is_ascii_digit()) && !word.chars().any(char::is_alphabetic) {
            dialled.push(word);
            continue;
        }
        told.append(&mut without_number(&mut dialled));
        told.push(if word.contains('@') || word.contains("%40") { "(e-mail)" } else { word });
    }
    told.append(&mut without_number(&mut dialled));
    TermText::line(&told.join(" ")).fit(LONGEST_REASON)
}

/// Words of digits alone, as they stand, or what stands for a phone number where they are as long as one.
fn without_number<'a>(words: &mut Vec<&'a str>) -> Vec<&'a str> {
    let words = std::mem::take(words);
    let digits = words.iter().flat_map(|word| word.chars()).filter(char::is_ascii_digit).count();
    if digits >= 7 { vec!["(number)"] } else { words }
}

/// A GUID that stays the same for a lead, wherever it was imported: made of the source's own id, else of what was received and
/// when. RFC 9562 calls such a GUID version 8.
pub fn guid(lead: &Lead) -> String {
    let record = &lead.record;
    let name = if let Some(id) = &record.external_id {
        format!("id\u{1f}{id}")
    } else {
        let content = content_key(record, lead.receipt.via).text();
        format!("content\u{1f}{content}\u{1f}{}", record.created_at.timestamp())
    };
    Uuid::of_digest(Sha256::digest(format!("leadbox lead\u{1f}{name}")).into()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_numbers_of_their_own() {
        for result in PushResult::ALL {
            assert_eq!(PushResult::from_code(result.code()), Some(result));
        }
        assert_eq!(PushResult::from_code(0), None);
        assert!(!PushResult::Refused.may_be_written() && !PushResult::Known.may_be_written());
        assert!(PushResult::Doubted.may_be_written());
    }

    #[test]
    fn what_came_of_a_lead_is_told_in_words() {
        let note = |crm, result, remote: Option<&str>, why: Option<&str>| {
            PushNote { crm, result, remote: remote.map(str::to_owned), reason: why.map(str::to_owned) }.words()
        };
        assert_eq!(note(Crm::Hubspot, PushResult::Created, Some("51"), None), "created in HubSpot as 51");
        assert_eq!(note(Crm::Marketo, PushResult::Refused, None, Some("no")), "refused by Marketo: no");
        assert!(note(Crm::Salesforce, PushResult::Sent, None, None).ends_with("whether it made a lead of it"));
        let note = PushNote { crm: Crm::Dynamics, result: PushResult::Known, remote: Some("a".into()), reason: None };
        let kept = serde_json::to_string(&note).unwrap();
        assert_eq!(kept, r#"{"crm":"dynamics","result":"known","remote":"a"}"#);
        assert_eq!(serde_json::from_str::<PushNote>(&kept).unwrap(), note);
    }

    #[test]
    fn a_guid_stays_the_same_for_good() {
        use crate::domain::lead::{LeadId, Receipt, Seller};
        use crate::domain::record::{Field, RawRecord, read};
        use crate::domain::vocabulary::ReceivedVia;
        let lead = |number, id: &str, company: &str, created: &str| {
            let mut raw = RawRecord::default();
            raw.set(Field::Created, created);
            raw.set(Field::Id, id);
            raw.set(Field::Company, company);
            let at = crate::domain::moment::parse("2026-11-20T12:00:00Z").unwrap();
            Lead {
                id: LeadId(number),
                rev: 1,
                record: read(&raw).unwrap(),
                seller: Seller::default(),
                owed: Vec::new(),
                receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at, as_of: at },
            }
        };
        let (day, next) = ("2026-11-19T09:00:00Z", "2026-11-20T09:00:00Z");
        // What is in a CRM under a GUID is found by the same one by every later version: this never changes.
        assert_eq!(guid(&lead(1, "a", "X", day)), "c57268d0-7b4b-874c-9fa6-177c5b4d754d");
        assert_eq!(guid(&lead(1, "a", "X", day)), guid(&lead(2, "a", "Y", next)), "the source's id alone tells");
        assert_ne!(guid(&lead(1, "a", "X", day)), guid(&lead(1, "b", "X", day)));
        let blank = |company, created| guid(&lead(1, "", company, created));
        assert_eq!(blank("X", day), blank("X", day));
        assert!(blank("X", day) != blank("Y", day) && blank("X", day) != blank("X", next));
    }

    #[test]
    fn only_what_changed_is_lacking() {
        let of = |fields: &[(&'static str, &str)]| FieldDigests::of(fields.iter().map(|(n, v)| (*n, (*v).to_owned())));
        let (there, newer) = (of(&[("a", "1"), ("b", "2")]), of(&[("a", "1"), ("b", "3"), ("c", "4")]));
        assert!(!there.lacks(&newer, "a") && there.lacks(&newer, "b") && there.lacks(&newer, "c"));
        assert!(!there.holds(&newer) && there.holds(&of(&[("b", "2")])), "a field that is gone is not taken away");
        assert!(there.with(newer.clone()).holds(&newer));
        assert!(!serde_json::to_string(&of(&[("email", "canary@x.example")])).unwrap().contains("canary"));
    }

    #[test]
    fn a_reason_tells_no_contact_and_nothing_to_a_terminal() {
        let said =
            reason(" Email \"ana@northwind.example\" is\ninvalid, +55 11 5550-0100 too (code 1003 of 2)\u{1b}[2J ");
        assert_eq!(said, "Email (e-mail) is invalid, (number) too (code 1003 of 2)\u{fffd}[2J");
        assert!(reason(&"word ".repeat(200)).chars().count() <= LONGEST_REASON);
    }
}
