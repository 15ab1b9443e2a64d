//! What is owed as rows of Partner Center's bulk upload (domain.md 3.3): a verdict in the columns that are documented for
//! co-sell, its sibling, and are inferred for leads. Here a file is made anew; `bulk_template` changes a downloaded one.
//! No row holds a contact. Must not decide what is owed.

use chrono::NaiveDate;

use crate::domain::entry::TeamMember;
use crate::domain::lead::{Deal, Lead, LeadId};
use crate::domain::upload::{Intent, Next, next};
use crate::domain::vocabulary::{Outcome, VerdictKind};
use crate::formats::column_names::plain;
use crate::formats::formula;

/// Rows that an upload takes at most (documented).
pub const MOST_ROWS: usize = 1000;
/// Members of a team that a row has room for (documented).
const MOST_TEAM: usize = 50;

/// A column of the file, by its documented name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "HEADERS names each")]
pub enum Column {
    EngagementId,
    ReferralId,
    DealName,
    CustomerName,
    Country,
    Status,
    Substatus,
    Reason,
    Value,
    Currency,
    CloseDate,
    CrmId,
    CampaignId,
    Notes,
    Intent,
}

/// The columns in their documented order; behind them stand those of the team.
const HEADERS: [(Column, &str); 15] = [
    (Column::EngagementId, "Engagement ID"),
    (Column::ReferralId, "Referral ID"),
    (Column::DealName, "Deal Name"),
    (Column::CustomerName, "Customer Name"),
    (Column::Country, "Customer Country"),
    (Column::Status, "Partner Referral Status"),
    (Column::Substatus, "Partner Referral Substatus"),
    (Column::Reason, "Declined/Lost/Error reason"),
    (Column::Value, "Estimated Deal Value"),
    (Column::Currency, "Currency"),
    (Column::CloseDate, "Estimated Close Date"),
    (Column::CrmId, "CRM ID"),
    (Column::CampaignId, "Marketing Campaign ID"),
    (Column::Notes, "Notes"),
    (Column::Intent, "Marketplace Purchase Intent"),
];

impl Column {
    /// Its documented header.
    pub fn header(self) -> &'static str {
        HEADERS.iter().find(|(column, _)| *column == self).map_or("", |(_, header)| header)
    }

    /// True for a header of this column, given in letters and digits.
    pub fn is_named(self, name: &str) -> bool {
        plain(self.header()) == name
    }
}

/// The header of the n-th member of the team, from 1.
pub fn team_header(nth: usize) -> String {
    format!("Team member {nth}")
}

/// One lead as a row.
#[derive(Clone, Debug, PartialEq)]
pub struct UploadRow {
    /// The lead.
    pub lead: LeadId,
    /// Its id at Partner Center.
    pub referral: String,
    /// The verdict it tells.
    pub kind: VerdictKind,
    /// What is owed, cell by cell.
    pub owed: Vec<(Column, String)>,
    /// What a new file says besides, because the documented table asks for it.
    besides: Vec<(Column, String)>,
    /// The intent that the verdict implies.
    pub intent: Intent,
    /// The team of an accept: the e-mail that tells a member, and the cell.
    pub team: Vec<(String, String)>,
    /// Cells that a spreadsheet could run, and that got an apostrophe.
    pub guarded: usize,
}

/// Why an owed lead has no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotTold {
    /// Partner Center's id of it is not known.
    NoId,
    /// The downloaded file does not have it.
    NotInTemplate,
    /// The downloaded file has it more than once.
    Twice,
    /// Its row in the downloaded file cannot be read for certain.
    Unreadable,
    /// Partner Center knows it already.
    Known,
    /// Partner Center closed it otherwise.
    Closed(Option<Outcome>),
    /// Partner Center has accepted what was declined here.
    AcceptedThere,
    /// It is a correction, which no file makes.
    Correction,
}

/// One file, and what it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The file.
    pub bytes: Vec<u8>,
    /// The verdicts in it.
    pub told: Vec<(LeadId, VerdictKind)>,
}

/// What becomes of the owed leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upload {
    /// The files, at most 1,000 rows each unless a downloaded one is kept whole; none where nothing is told.
    pub parts: Vec<Part>,
    /// The leads without a row.
    pub left: Vec<(LeadId, NotTold)>,
    /// What is owed besides, and has to wait until Partner Center shows the accept.
    pub waits: Vec<(LeadId, VerdictKind)>,
    /// What else a person should know, a sentence each.
    pub notes: Vec<String>,
}

impl Upload {
    /// How many leads are told.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.told.len()).sum()
    }

    /// Takes in what is told next of a lead that stands so at Partner Center; `None` where it has no row.
    pub(super) fn choose(&mut self, lead: &Lead, next: &Next) -> Option<VerdictKind> {
        let left = match next {
            Next::Write { kind, waits } => {
                self.waits.extend(waits.map(|waits| (lead.id, waits)));
                let corrections = lead.owed.iter().any(|owed| owed.remark.is_some());
                self.left.extend(corrections.then_some((lead.id, NotTold::Correction)));
                return Some(*kind);
            }
            Next::Nothing => return None,
            Next::Known => NotTold::Known,
            Next::Closed(outcome) => NotTold::Closed(*outcome),
            Next::AcceptedThere => NotTold::AcceptedThere,
            Next::Correction => NotTold::Correction,
        };
        self.left.push((lead.id, left));
        None
    }

    pub(super) fn note_guarded(&mut self, rows: &[UploadRow]) {
        let guarded: usize = rows.iter().map(|row| row.guarded).sum();
        if guarded > 0 {
            let cells = if guarded == 1 { "cell begins" } else { "cells begin" };
            self.notes.push(format!(
                "{guarded} {cells} like a formula and got an apostrophe in front, so that no spreadsheet runs it."
            ));
        }
    }
}

/// A lead's verdict as a row; `None` where Partner Center's id of it is not known. `wish` is the intent the seller names.
pub fn row(lead: &Lead, kind: VerdictKind, wish: Option<Intent>) -> Option<UploadRow> {
    let referral = lead.record.external_id.clone().filter(|id| !id.trim().is_empty())?;
    let intent = wish.unwrap_or_else(|| Intent::of(kind));
    let mut row = UploadRow {
        lead: lead.id,
        referral,
        kind,
        owed: Vec::new(),
        besides: Vec::new(),
        intent,
        team: Vec::new(),
        guarded: 0,
    };
    let (status, substatus) = match kind {
        VerdictKind::Accepted => ("Active", "Accepted"),
        VerdictKind::Declined => ("Closed", "Declined"),
        VerdictKind::Won => ("Closed", "Won"),
        VerdictKind::Lost => ("Closed", "Lost"),
    };
    row.owe(Column::Status, Some(status));
    row.owe(Column::Substatus, Some(substatus));
    let deal = lead.seller.deal.as_ref();
    match kind {
        VerdictKind::Accepted => {
            let name = deal.map_or_else(|| lead.record.deal_name(), |deal| deal.name.clone());
            row.owe(Column::DealName, Some(&name));
            if let Some(deal) = deal {
                row.owe_deal(deal);
            }
        }
        VerdictKind::Won => {
            if let Some(deal) = deal {
                row.owe_value(deal);
            }
        }
        VerdictKind::Declined | VerdictKind::Lost => {
            let verdict = lead.seller.verdict.as_ref().filter(|verdict| verdict.kind == kind);
            let reason = verdict.and_then(|verdict| verdict.reason).map(|reason| reason.code().to_string());
            row.owe(Column::Reason, reason.as_deref());
            row.owe(Column::Notes, verdict.and_then(|verdict| verdict.notes.as_deref()));
        }
    }
    row.stand_beside(lead);
    Some(row)
}

/// `MM/DD/YYYY`, as documented.
fn date(day: NaiveDate) -> String {
    day.format("%m/%d/%Y").to_string()
}

impl UploadRow {
    fn owe(&mut self, column: Column, text: Option<&str>) {
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            let cell = formula::escape(text);
            self.guarded += usize::from(cell.len() > text.len());
            self.owed.push((column, cell.into_owned()));
        }
    }

    fn owe_value(&mut self, deal: &Deal) {
        if let Some(value) = deal.value {
            self.owe(Column::Value, Some(&value.to_string()));
            self.owe(Column::Currency, deal.currency.as_deref());
        }
    }

    fn owe_deal(&mut self, deal: &Deal) {
        self.owe_value(deal);
        self.owe(Column::CloseDate, deal.close_on.map(date).as_deref());
        self.owe(Column::Notes, deal.notes.as_deref());
        self.owe(Column::CrmId, deal.crm_id.as_deref());
        self.owe(Column::CampaignId, deal.campaign_id.as_deref());
        self.team =
            deal.team.iter().take(MOST_TEAM).map(|member| (member.email.to_lowercase(), team_cell(member))).collect();
    }

    /// What the documented table asks for beyond what is owed.
    fn stand_beside(&mut self, lead: &Lead) {
        let engagement = lead.record.extras.iter().find(|extra| Column::EngagementId.is_named(&plain(&extra.name)));
        let (deal, record) = (lead.seller.deal.as_ref(), &lead.record);
        let name = deal.map_or_else(|| record.deal_name(), |deal| deal.name.clone());
        let value = deal.and_then(|deal| deal.value);
        let mut put = |column, text: Option<String>| {
            let text = text.filter(|text| !text.trim().is_empty());
            if let Some(text) = text.filter(|_| !self.owed.iter().any(|(owed, _)| *owed == column)) {
                self.besides.push((column, formula::escape(&text).into_owned()));
            }
        };
        put(Column::EngagementId, engagement.map(|extra| extra.value.clone()));
        put(Column::DealName, Some(name));
        put(Column::CustomerName, record.person.company.clone());
        put(Column::Country, record.country.as_ref().map(|country| country.code().to_owned()));
        put(Column::Value, value.map(|value| value.to_string()));
        put(Column::Currency, deal.and_then(|deal| deal.currency.clone()).filter(|_| value.is_some()));
        put(Column::CloseDate, deal.and_then(|deal| deal.close_on).map(date));
        put(Column::CrmId, deal.and_then(|deal| deal.crm_id.clone()));
        put(Column::CampaignId, deal.and_then(|deal| deal.campaign_id.clone()));
    }

    fn cell(&self, column: Column) -> &str {
        match column {
            Column::ReferralId => &self.referral,
            Column::Intent => self.intent.title(),
            _ => {
                let mut cells = self.owed.iter().chain(&self.besides);
                cells.find(|(other, _)| *other == column).map_or("", |(_, text)| text)
            }
        }
    }
}

/// `first, last, phone, email` in one cell, as documented; a name of one word is a first name.
fn team_cell(member: &TeamMember) -> String {
    let name = member.name.as_deref().unwrap_or_default().replace(',', " ");
    let (first, last) = name.trim().rsplit_once(' ').unwrap_or((name.trim(), ""));
    let parts = [first.trim(), last, member.phone.as_deref().unwrap_or_default(), &member.email];
    formula::escape(&parts.map(|part| part.replace(',', " ")).join(", ")).into_owned()
}

/// The files of what these leads owe, in their order, made anew.
pub fn new_files(leads: &[Lead], wish: Option<Intent>) -> Upload {
    let mut upload = Upload::default();
    let mut rows = Vec::new();
    for lead in leads {
        let next = next(lead, (lead.record.status, lead.record.outcome));
        let Some(kind) = upload.choose(lead, &next) else { continue };
        match row(lead, kind, wish) {
            Some(row) => rows.push(row),
            None => upload.leave(lead.id, NotTold::NoId),
        }
    }
    upload.parts = rows.chunks(MOST_ROWS).map(part).collect();
    upload.note_guarded(&rows);
    upload
}

impl Upload {
    /// Leaves the lead that was chosen last out after all; what waited for it is not told of.
    fn leave(&mut self, lead: LeadId, why: NotTold) {
        while self.waits.pop_if(|(other, _)| *other == lead).is_some() {}
        self.left.push((lead, why));
    }
}

fn part(rows: &[UploadRow]) -> Part {
    let team = rows.iter().map(|row| row.team.len()).max().unwrap_or_default();
    // A person may look at the file first, and Excel knows UTF-8 by its mark alone.
    let mut bytes = Vec::from("\u{feff}");
    let headers = HEADERS.iter().map(|(_, header)| (*header).to_owned());
    line(&mut bytes, headers.chain((1..=team).map(team_header)));
    for row in rows {
        let cells = HEADERS.iter().map(|(column, _)| row.cell(*column).to_owned());
        let team = (0..team).map(|nth| row.team.get(nth).map(|(_, cell)| cell.clone()).unwrap_or_default());
        line(&mut bytes, cells.chain(team));
    }
    Part { bytes, told: rows.iter().map(|row| (row.lead, row.kind)).collect() }
}

fn line(bytes: &mut Vec<u8>, cells: impl Iterator<Item = String>) {
    for (nth, cell) in cells.enumerate() {
        if nth > 0 {
            bytes.push(b',');
        }
        bytes.extend(quoted(&cell, false, ',').into_bytes());
    }
    bytes.extend(b"\r\n");
}

/// A cell as it stands in a file: in quotes where it must be, or where `always`.
pub(super) fn quoted(text: &str, always: bool, delimiter: char) -> String {
    let breaks = |c: char| c == delimiter || matches!(c, '"' | '\n' | '\r');
    let blank = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    if always || blank || text.contains(breaks) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
