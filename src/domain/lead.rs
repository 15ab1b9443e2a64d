//! What a lead is: the record that Microsoft owns, the part that is the seller's own, and how it came in.
//! An import may change only the record; a verdict may change only the seller's part (PRODUCT.md 1).
//! Rules about leads stand in the other modules; this one holds the shape.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::country::Country;
use crate::domain::entry::TeamMember;
use crate::domain::vocabulary::{
    CallToAction, LeadType, Outcome, Qualification, Quality, Reason, ReceivedVia, Source, Status, Tab, TouchKind,
    Validity, VerdictKind,
};

/// A point in time, UTC, whole seconds. Local time exists only on screens.
pub type Moment = DateTime<Utc>;

/// The store's number of a lead: the `12` of `#12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LeadId(pub i64);

impl fmt::Display for LeadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One lead, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// Number in this store.
    pub id: LeadId,
    /// Counts the changes of this lead; a write names the revision it read.
    pub rev: i64,
    /// What Microsoft says.
    pub record: Record,
    /// What the seller says.
    pub seller: Seller,
    /// What the seller decided here and Partner Center has not been told.
    pub owed: Vec<Owed>,
    /// How it came in.
    pub receipt: Receipt,
}

/// What Microsoft owns. Read by `record::read`, merged by `reconcile`; nothing else writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The source's own id, if it has one.
    pub external_id: Option<String>,
    /// When the customer asked.
    pub created_at: Moment,
    /// The expiry the record itself states.
    pub stated_expiry: Option<Moment>,
    /// Offer or profile.
    pub lead_type: LeadType,
    /// What the customer pressed: the own column, else the action code.
    pub call_to_action: CallToAction,
    /// Storefront.
    pub source: Source,
    /// Microsoft's quality.
    pub quality: Quality,
    /// Microsoft's reading of the e-mail.
    pub email_validity: Validity,
    /// Microsoft's reading of the phone.
    pub phone_validity: Validity,
    /// Who brought it.
    pub qualification: Qualification,
    /// Partner Center's status.
    pub status: Status,
    /// Partner Center's outcome; only when archived.
    pub outcome: Option<Outcome>,
    /// The customer.
    pub person: Person,
    /// The country, where it is one we know.
    pub country: Option<Country>,
    /// The country as received.
    pub country_raw: Option<String>,
    /// `LeadSource` as received.
    pub lead_source_raw: Option<String>,
    /// The action part of it: `PLT`, `INS`, or the unknown code as received.
    pub action_code: Option<String>,
    /// Publisher id of the offer.
    pub publisher: Option<String>,
    /// Offer id.
    pub offer: Option<String>,
    /// Display name of the offer.
    pub offer_title: Option<String>,
    /// The customer's own words.
    pub description: Option<String>,
    /// The customer asked not to be contacted (action code DNC).
    pub do_not_contact: bool,
    /// A test record of Microsoft's (`MSFT_TEST` in any field).
    pub test: bool,
    /// Same key, same person: the e-mail case-folded, else the phone in E.164.
    pub person_key: Option<String>,
    /// Unknown columns, and values of known columns that read Unknown.
    pub extras: Vec<Extra>,
}

impl Record {
    /// The tab: marketing- or sales-qualified leads are Qualified, everything else is Marketplace.
    pub fn tab(&self) -> Tab {
        match self.qualification {
            Qualification::Marketing | Qualification::Sales => Tab::Qualified,
            Qualification::Direct | Qualification::Unknown => Tab::Marketplace,
        }
    }

    /// What the offer is called here: its id, else its title.
    pub fn offer_name(&self) -> Option<&str> {
        self.offer.as_deref().or(self.offer_title.as_deref())
    }

    /// `company – offer`, the deal name that is filled in; what is missing is left out.
    pub fn deal_name(&self) -> String {
        let customer = self.person.company.clone().or_else(|| self.person.full_name());
        match (customer, self.offer_name()) {
            (Some(customer), Some(offer)) => format!("{customer} – {offer}"),
            (Some(customer), None) => customer,
            (None, Some(offer)) => offer.to_owned(),
            (None, None) => "Lead without a name".to_owned(),
        }
    }
}

/// The customer. Any part may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// E-mail as received. To show or copy it ask `contacts::contacts`.
    pub email: Option<String>,
    /// Phone as received. To show or copy it ask `contacts::contacts`.
    pub phone: Option<String>,
    /// The same phone in E.164, where it can be read as one.
    pub phone_e164: Option<String>,
}

impl Person {
    /// First and last name with one blank, or whichever there is.
    pub fn full_name(&self) -> Option<String> {
        match (&self.first_name, &self.last_name) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (Some(name), None) | (None, Some(name)) => Some(name.clone()),
            (None, None) => None,
        }
    }

    /// What the seller would call the lead: company, else the person, else that nothing is known.
    pub fn title(&self) -> String {
        self.company.clone().or_else(|| self.full_name()).unwrap_or_else(|| "No company given".to_owned())
    }
}

/// A column we do not know, or a value that its column does not allow, as received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// Header of the column.
    pub name: String,
    /// Its cell.
    pub value: String,
}

/// How a lead came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// By which way.
    pub via: ReceivedVia,
    /// When it was first stored here.
    pub at: Moment,
    /// How fresh the record is: its updated column, else its delivery, else the file's modification time.
    pub as_of: Moment,
}

/// The seller's own part. Never overwritten by an import.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seller {
    /// The heart.
    #[serde(default, skip_serializing_if = "is_false")]
    pub favorite: bool,
    /// Put away (informational leads).
    #[serde(default, skip_serializing_if = "is_false")]
    pub away: bool,
    /// The seller's tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The seller's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Follow-up date: the lead sleeps until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub later_until: Option<Moment>,
    /// How often the customer was contacted, and when first and last.
    #[serde(default, skip_serializing_if = "Touches::is_none")]
    pub touches: Touches,
    /// The deal of the accept form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<Deal>,
    /// The decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

impl Seller {
    /// The verdict whose reason explains the outcome that stands: none where Partner Center says another (PRODUCT.md 6).
    pub fn grounds(&self, outcome: Option<Outcome>) -> Option<&Verdict> {
        self.verdict.as_ref().filter(|verdict| {
            matches!(verdict.kind, VerdictKind::Declined | VerdictKind::Lost) && verdict.kind.standing().1 == outcome
        })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// The customer was contacted so often, first and last then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touches {
    /// How often.
    pub count: u32,
    /// The first time; stops the first-touch clock.
    pub first_at: Option<Moment>,
    /// The last time.
    pub last_at: Option<Moment>,
    /// What the last one was; none where it was logged by a version or a file that does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Touch>,
}

/// One contact with the customer, or a try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// In which way.
    #[serde(with = "touch_word")]
    pub kind: TouchKind,
    /// What came of it, in the seller's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Touches {
    /// Never contacted.
    pub fn is_none(&self) -> bool {
        self.count == 0
    }
}

/// The seller's decision on a lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which.
    #[serde(with = "verdict_word")]
    pub kind: VerdictKind,
    /// When.
    pub at: Moment,
    /// When the lead was accepted here, if it was; equals `at` for an accept.
    pub accepted_at: Option<Moment>,
    /// Why (declined, lost).
    #[serde(default, with = "reason_code")]
    pub reason: Option<Reason>,
    /// Notes to the reason.
    pub notes: Option<String>,
    /// Partner Center was told already when it was decided: nothing was owed.
    #[serde(default)]
    pub reported: bool,
}

impl Verdict {
    /// The moment the seller first decided: what "in time" is measured by.
    pub fn decided_at(&self) -> Moment {
        self.accepted_at.unwrap_or(self.at)
    }
}

/// A deal, checked (`deal::Draft::check`). JSON as in PRODUCT.md 5.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// Deal name; never blank.
    pub name: String,
    /// Estimated value, exact.
    pub value: Option<Decimal>,
    /// ISO 4217 code of the value.
    pub currency: Option<String>,
    /// Estimated close date.
    pub close_on: Option<NaiveDate>,
    /// What the customer looks for.
    pub notes: Option<String>,
    /// The seller's CRM id.
    pub crm_id: Option<String>,
    /// Marketing campaign id.
    pub campaign_id: Option<String>,
    /// Who works on it.
    pub team: Vec<TeamMember>,
}

impl Deal {
    /// True where the seller has given it no CRM id.
    pub fn lacks_crm_id(&self) -> bool {
        self.crm_id.as_deref().is_none_or(|id| id.trim().is_empty())
    }

    /// Gives it the id that a CRM told; the seller's own stays.
    pub(in crate::domain) fn fill_crm_id(&mut self, id: &str) {
        if self.lacks_crm_id() {
            self.crm_id = Some(id.to_owned());
        }
    }
}

/// An open entry of the outbox: a verdict that Partner Center has not been told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// Which verdict.
    #[serde(with = "verdict_word")]
    pub kind: VerdictKind,
    /// Since when.
    pub opened_at: Moment,
    /// Until when Partner Center takes it: the lead's expiry for accept and decline, none for won and lost.
    pub due: Option<Moment>,
    /// Why it is owed although it looks settled ("Partner Center was told Accepted; correct it there.").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// When a file for Partner Center's bulk upload was written that says it; what was uploaded is not known, so it is still
    /// owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploaded_at: Option<Moment>,
}

impl Owed {
    /// True for the same entry, whatever its deadline has become meanwhile, and whether or not it was uploaded.
    pub fn is_same_entry(&self, other: &Self) -> bool {
        self.kind == other.kind && self.opened_at == other.opened_at && self.remark == other.remark
    }
}

/// A word of the vocabulary as the journal keeps it.
macro_rules! word_serde {
    ($module:ident $kind:ident $not:literal) => {
        mod $module {
            use serde::{Deserialize, Deserializer, Serializer, de};

            use crate::domain::vocabulary::$kind;

            pub(super) fn serialize<S: Serializer>(kind: &$kind, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(kind.word())
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<$kind, D::Error> {
                let word = String::deserialize(d)?;
                $kind::from_word(&word).ok_or_else(|| de::Error::custom($not))
            }
        }
    };
}

word_serde!(verdict_word VerdictKind "not a verdict");
word_serde!(touch_word TouchKind "not a kind of contact");

#[expect(clippy::trivially_copy_pass_by_ref, clippy::ref_option, reason = "serde's `with` passes references")]
mod reason_code {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::domain::vocabulary::Reason;

    pub(super) fn serialize<S: Serializer>(reason: &Option<Reason>, s: S) -> Result<S::Ok, S::Error> {
        reason.map(Reason::code).serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Reason>, D::Error> {
        Ok(Option::<u8>::deserialize(d)?.and_then(Reason::from_code))
    }
}
