//! The columns that only an export of our own has: the seller's part, what is owed, and what Partner Center said itself.
//! Their names begin with `Leadbox`, so that no column of Microsoft's can be taken for one. Reading them gives back what was
//! written. Must not let such a file pass for Partner Center's word.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::entry;
use crate::domain::lead::{Deal, Lead, Moment, Owed, Record, Seller, Touches, Verdict};
use crate::domain::moment::{parse, rfc3339};
use crate::domain::reconcile::OwnPart;
use crate::domain::vocabulary::{Outcome, Reason, Status, VerdictKind};
use crate::formats::lead_columns::{Cell, number};

/// The column that marks an export of our own.
pub const MARK: &str = "Leadbox";

macro_rules! own_columns {
    ($($(#[$about:meta])* $variant:ident = $header:literal,)+) => {
        /// A column of our own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(usize)]
        pub enum OwnColumn { $($(#[$about])* $variant,)+ }

        impl OwnColumn {
            /// Every column, in the order they are written.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its header.
            pub const fn header(self) -> &'static str {
                match self { $(Self::$variant => $header),+ }
            }

            /// The column of a header.
            pub fn from_header(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|column| column.header() == name)
            }
        }
    };
}

own_columns! {
    /// Marks the file; holds the version of these columns.
    Mark = "Leadbox",
    /// The status Partner Center stated.
    StatedStatus = "LeadboxStatedStatus",
    /// The outcome Partner Center stated.
    StatedOutcome = "LeadboxStatedOutcome",
    /// A test lead, which the columns alone may not show: the mark may stand in a contact that is withheld.
    Test = "LeadboxTest",
    /// The number of the person within the file.
    Person = "LeadboxPerson",
    /// How fresh the record is.
    AsOf = "LeadboxAsOf",
    /// The heart.
    Favorite = "LeadboxFavorite",
    /// Put away.
    Away = "LeadboxAway",
    /// Tags, one a line.
    Tags = "LeadboxTags",
    /// The seller's note.
    Note = "LeadboxNote",
    /// Follow-up date.
    LaterUntil = "LeadboxLaterUntil",
    /// How often the customer was contacted.
    Touches = "LeadboxTouches",
    /// The first time.
    FirstTouch = "LeadboxFirstTouchAt",
    /// The last time.
    LastTouch = "LeadboxLastTouchAt",
    /// The seller's decision.
    Verdict = "LeadboxVerdict",
    /// When it was made.
    VerdictAt = "LeadboxVerdictAt",
    /// When the lead was accepted here.
    AcceptedAt = "LeadboxAcceptedAt",
    /// Partner Center was told before.
    Reported = "LeadboxReported",
    /// Reason, by its number.
    Reason = "LeadboxReason",
    /// Notes to it.
    ReasonNotes = "LeadboxReasonNotes",
    /// Deal name.
    DealName = "LeadboxDealName",
    /// Value.
    Value = "LeadboxValue",
    /// Its currency.
    Currency = "LeadboxCurrency",
    /// Close date.
    CloseOn = "LeadboxCloseOn",
    /// Notes of the deal.
    DealNotes = "LeadboxDealNotes",
    /// CRM id.
    CrmId = "LeadboxCrmId",
    /// Campaign id.
    CampaignId = "LeadboxCampaignId",
    /// Team members, one a line.
    Team = "LeadboxTeam",
    /// What is owed to Partner Center, one a line: verdict, since, until, remark, with bars between.
    Owed = "LeadboxOwed",
}

/// The cell of one of our columns.
pub fn write(lead: &Lead, column: OwnColumn) -> Cell<'_> {
    let seller = &lead.seller;
    let (deal, verdict) = (seller.deal.as_ref(), seller.verdict.as_ref());
    let yes = |set: bool| Cell::of(set.then_some("yes"));
    let lines = |lines: Vec<String>| Cell::text(lines.join("\n"));
    let of_deal = |text: fn(&Deal) -> Option<&str>| Cell::of(deal.and_then(text));
    match column {
        OwnColumn::Mark => number(1),
        OwnColumn::StatedStatus => Cell::text(lead.record.status.word()),
        OwnColumn::StatedOutcome => Cell::of(lead.record.outcome.map(Outcome::word)),
        OwnColumn::Test => yes(lead.record.test),
        // Numbered by whoever writes the file.
        OwnColumn::Person => Cell::Empty,
        OwnColumn::AsOf => Cell::Moment(lead.receipt.as_of),
        OwnColumn::Favorite => yes(seller.favorite),
        OwnColumn::Away => yes(seller.away),
        OwnColumn::Tags => Cell::text(seller.tags.join("\n")),
        OwnColumn::Note => Cell::of(seller.note.as_deref()),
        OwnColumn::LaterUntil => Cell::moment(seller.later_until),
        OwnColumn::Touches if seller.touches.is_none() => Cell::Empty,
        OwnColumn::Touches => number(seller.touches.count),
        OwnColumn::FirstTouch => Cell::moment(seller.touches.first_at),
        OwnColumn::LastTouch => Cell::moment(seller.touches.last_at),
        OwnColumn::Verdict => Cell::of(verdict.map(|verdict| verdict.kind.word())),
        OwnColumn::VerdictAt => Cell::moment(verdict.map(|verdict| verdict.at)),
        OwnColumn::AcceptedAt => Cell::moment(verdict.and_then(|verdict| verdict.accepted_at)),
        OwnColumn::Reported => yes(verdict.is_some_and(|verdict| verdict.reported)),
        OwnColumn::Reason => {
            verdict.and_then(|verdict| verdict.reason).map_or(Cell::Empty, |reason| number(reason.code()))
        }
        OwnColumn::ReasonNotes => Cell::of(verdict.and_then(|verdict| verdict.notes.as_deref())),
        OwnColumn::DealName => of_deal(|deal| Some(&deal.name)),
        OwnColumn::Value => deal.and_then(|deal| deal.value).map_or(Cell::Empty, Cell::Number),
        OwnColumn::Currency => of_deal(|deal| deal.currency.as_deref()),
        OwnColumn::CloseOn => deal.and_then(|deal| deal.close_on).map_or(Cell::Empty, Cell::Day),
        OwnColumn::DealNotes => of_deal(|deal| deal.notes.as_deref()),
        OwnColumn::CrmId => of_deal(|deal| deal.crm_id.as_deref()),
        OwnColumn::CampaignId => of_deal(|deal| deal.campaign_id.as_deref()),
        OwnColumn::Team => lines(deal.iter().flat_map(|deal| &deal.team).map(ToString::to_string).collect()),
        OwnColumn::Owed => lines(lead.owed.iter().map(owed_line).collect()),
    }
}

fn owed_line(owed: &Owed) -> String {
    let due = owed.due.map(rfc3339).unwrap_or_default();
    format!("{}|{}|{due}|{}", owed.kind.word(), rfc3339(owed.opened_at), owed.remark.as_deref().unwrap_or_default())
}

/// The cells of our columns in one row.
#[derive(Debug, Default)]
pub struct Cells<'a> {
    cells: [Option<&'a str>; OwnColumn::ALL.len()],
}

impl<'a> Cells<'a> {
    /// Sets a cell; an empty one is missing.
    pub fn set(&mut self, column: OwnColumn, cell: &'a str) {
        self.cells[column as usize] = (!cell.is_empty()).then_some(cell);
    }

    /// The seller's part and how fresh the record is; puts what Partner Center stated back into the record.
    /// `Err` names the column that was altered into something we never write.
    pub fn read(&self, record: &mut Record) -> Result<(OwnPart, Option<Moment>), String> {
        if let Some(status) = self.parsed(OwnColumn::StatedStatus, Status::from_word)? {
            record.status = status;
            record.outcome = self.parsed(OwnColumn::StatedOutcome, Outcome::from_word)?;
        }
        record.test |= self.get(OwnColumn::Test).is_some();
        let seller = Seller {
            favorite: self.get(OwnColumn::Favorite).is_some(),
            away: self.get(OwnColumn::Away).is_some(),
            tags: self.lines(OwnColumn::Tags).map(str::to_owned).collect(),
            note: self.owned(OwnColumn::Note),
            later_until: self.parsed(OwnColumn::LaterUntil, parse)?,
            touches: Touches {
                count: self.parsed(OwnColumn::Touches, |text| text.parse().ok())?.unwrap_or_default(),
                first_at: self.parsed(OwnColumn::FirstTouch, parse)?,
                last_at: self.parsed(OwnColumn::LastTouch, parse)?,
                last: None,
            },
            deal: self.deal()?,
            verdict: self.verdict()?,
        };
        let owed: Option<Vec<Owed>> = self.lines(OwnColumn::Owed).map(read_owed).collect();
        let owed = owed.ok_or_else(|| altered(OwnColumn::Owed))?;
        Ok((OwnPart { seller, owed }, self.parsed(OwnColumn::AsOf, parse)?))
    }

    fn verdict(&self) -> Result<Option<Verdict>, String> {
        let Some(kind) = self.parsed(OwnColumn::Verdict, VerdictKind::from_word)? else { return Ok(None) };
        let at = self.parsed(OwnColumn::VerdictAt, parse)?.ok_or_else(|| altered(OwnColumn::VerdictAt))?;
        let reason = |text: &str| text.parse().ok().and_then(Reason::from_code);
        Ok(Some(Verdict {
            kind,
            at,
            accepted_at: self.parsed(OwnColumn::AcceptedAt, parse)?,
            reason: self.parsed(OwnColumn::Reason, reason)?,
            notes: self.owned(OwnColumn::ReasonNotes),
            reported: self.get(OwnColumn::Reported).is_some(),
        }))
    }

    fn deal(&self) -> Result<Option<Deal>, String> {
        let Some(name) = self.owned(OwnColumn::DealName) else { return Ok(None) };
        let team: Result<Vec<_>, _> = self.lines(OwnColumn::Team).map(entry::team_member).collect();
        Ok(Some(Deal {
            name,
            value: self.parsed(OwnColumn::Value, |text| {
                text.parse().ok().filter(|value: &Decimal| !value.is_sign_negative())
            })?,
            currency: self.parsed(OwnColumn::Currency, |text| entry::currency(text).ok())?,
            close_on: self.parsed(OwnColumn::CloseOn, |text| text.parse::<NaiveDate>().ok())?,
            notes: self.owned(OwnColumn::DealNotes),
            crm_id: self.owned(OwnColumn::CrmId),
            campaign_id: self.owned(OwnColumn::CampaignId),
            team: team.map_err(|_| altered(OwnColumn::Team))?,
        }))
    }

    /// The text of a column.
    pub fn get(&self, column: OwnColumn) -> Option<&'a str> {
        self.cells[column as usize]
    }

    fn owned(&self, column: OwnColumn) -> Option<String> {
        self.get(column).map(str::to_owned)
    }

    fn lines(&self, column: OwnColumn) -> impl Iterator<Item = &'a str> {
        self.get(column).into_iter().flat_map(str::lines)
    }

    fn parsed<T>(&self, column: OwnColumn, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        self.get(column).map(|text| parse(text).ok_or_else(|| altered(column))).transpose()
    }
}

fn altered(column: OwnColumn) -> String {
    format!("the column {} holds something leadbox never writes", column.header())
}

fn read_owed(line: &str) -> Option<Owed> {
    let mut parts = line.splitn(4, '|');
    let kind = VerdictKind::from_word(parts.next()?)?;
    let opened_at = parse(parts.next()?)?;
    let due = match parts.next()? {
        "" => None,
        text => Some(parse(text)?),
    };
    let remark = parts.next().filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Owed { kind, opened_at, due, remark, uploaded_at: None })
}
