//! What leaves: the forms an export has, and which leads go into each (PRODUCT.md 2 and 7). One place for the command line and
//! the inbox. Must not know what a form looks like: `formats` does.

use std::fmt;

use crate::domain::contacts::contacts;
use crate::domain::dates_ahead::has_date_ahead;
use crate::domain::lead::{Lead, Moment};
use crate::domain::numbers;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Validity;

/// A form in which leads are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// The columns of the Partner Center export, then ours.
    Csv,
    /// A workbook of the same columns.
    Xlsx,
    /// One array of objects.
    Json,
    /// One object a line.
    Jsonl,
    /// Cards for an address book.
    Vcard,
    /// A calendar of follow-ups and deadlines.
    Ics,
    /// An import file for Salesforce.
    Salesforce,
    /// An import file for Dynamics 365 Sales.
    Dynamics,
    /// An import file for Marketo.
    Marketo,
    /// An import file for `HubSpot`.
    Hubspot,
    /// Partner Center's bulk upload: what is owed.
    PartnerCenter,
}

impl ExportFormat {
    /// All of them, as help and the inbox list them.
    pub const ALL: [Self; 11] = [
        Self::Csv,
        Self::Xlsx,
        Self::Json,
        Self::Jsonl,
        Self::Vcard,
        Self::Ics,
        Self::Salesforce,
        Self::Dynamics,
        Self::Marketo,
        Self::Hubspot,
        Self::PartnerCenter,
    ];

    /// Its word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Vcard => "vcard",
            Self::Ics => "ics",
            Self::Salesforce => "salesforce",
            Self::Dynamics => "dynamics",
            Self::Marketo => "marketo",
            Self::Hubspot => "hubspot",
            Self::PartnerCenter => "partner-center",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Xlsx => "Excel",
            Self::Json => "JSON",
            Self::Jsonl => "JSON lines",
            Self::Vcard => "vCard",
            Self::Ics => "Calendar",
            Self::Salesforce => "Salesforce",
            Self::Dynamics => "Dynamics 365",
            Self::Marketo => "Marketo",
            Self::Hubspot => "HubSpot",
            Self::PartnerCenter => "Partner Center",
        }
    }

    /// What it is, in a line.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Csv => "the columns of the Partner Center export, then ours; for spreadsheets",
            Self::Xlsx => "a workbook of the same columns",
            Self::Json => "one array of objects",
            Self::Jsonl => "one object a line",
            Self::Vcard => "cards for an address book",
            Self::Ics => "follow-ups and deadlines for a calendar",
            Self::Salesforce => "an import file for Salesforce",
            Self::Dynamics => "an import file for Dynamics 365 Sales",
            Self::Marketo => "an import file for Marketo",
            Self::Hubspot => "an import file for HubSpot",
            Self::PartnerCenter => "Partner Center's bulk upload of what is owed",
        }
    }

    /// The ending of its files.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Vcard => "vcf",
            Self::Ics => "ics",
            Self::Csv | Self::Salesforce | Self::Dynamics | Self::Marketo | Self::Hubspot | Self::PartnerCenter => {
                "csv"
            }
        }
    }

    /// True where whoever gets the file will write to the people in it.
    pub const fn is_outreach(self) -> bool {
        matches!(self, Self::Vcard | Self::Salesforce | Self::Dynamics | Self::Marketo | Self::Hubspot)
    }
}

/// What the seller chose beside the query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Also leads that asked not to be contacted.
    pub include_dnc: bool,
    /// Only leads with a valid e-mail or phone.
    pub only_valid: bool,
}

/// Why a lead is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// The customer asked not to be contacted, and the file is for outreach.
    DoNotContact,
    /// Neither its e-mail nor its phone reads as valid.
    NoValidContact,
    /// Partner Center is owed nothing.
    NothingOwed,
    /// Nothing of it lies ahead, and the file is a calendar.
    NoDateAhead,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DoNotContact => "that asked not to be contacted",
            Self::NoValidContact => "without a valid e-mail or phone",
            Self::NothingOwed => "owing Partner Center nothing",
            Self::NoDateAhead => "without a date ahead",
        })
    }
}

/// How many leads an export has, and how many it leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Leads in it.
    pub leads: usize,
    /// Leads left out, by reason, in the order of reasons.
    pub left_out: Vec<(LeftOut, usize)>,
}

impl Census {
    /// Counts a lead.
    pub fn count(&mut self, left_out: Option<LeftOut>) {
        let Some(why) = left_out else {
            self.leads += 1;
            return;
        };
        match self.left_out.binary_search_by_key(&why, |(known, _)| *known) {
            Ok(place) => self.left_out.get_mut(place).into_iter().for_each(|(_, count)| *count += 1),
            Err(place) => self.left_out.insert(place, (why, 1)),
        }
    }

    /// "Left out: 3 that asked not to be contacted." `None` where every lead is in it.
    pub fn left_out_sentence(&self) -> Option<String> {
        let parts: Vec<_> =
            self.left_out.iter().map(|(why, count)| format!("{} {why}", numbers::count(*count))).collect();
        (!parts.is_empty()).then(|| format!("Left out: {}.", parts.join(", ")))
    }
}

/// Why this lead does not stand in a file of this form; `None` where it does.
pub fn left_out(lead: &Lead, format: ExportFormat, choice: Choice, terms: &Terms, now: Moment) -> Option<LeftOut> {
    if format.is_outreach() && lead.record.do_not_contact && !choice.include_dnc {
        return Some(LeftOut::DoNotContact);
    }
    if choice.only_valid && !has_valid_contact(lead, terms, now) {
        return Some(LeftOut::NoValidContact);
    }
    if format == ExportFormat::Ics && !has_date_ahead(lead, terms, now) {
        return Some(LeftOut::NoDateAhead);
    }
    (format == ExportFormat::PartnerCenter && lead.owed.is_empty()).then_some(LeftOut::NothingOwed)
}

/// True where an e-mail or a phone may be handed out that Microsoft reads as valid.
fn has_valid_contact(lead: &Lead, terms: &Terms, now: Moment) -> bool {
    let contacts = contacts(lead, Vitals::of(lead, terms).standing(now.timestamp()));
    let record = &lead.record;
    (contacts.email.is_some() && record.email_validity == Validity::Valid)
        || (contacts.phone.is_some() && record.phone_validity == Validity::Valid)
}
