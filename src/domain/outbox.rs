//! What is owed to Partner Center, as an errand there (SCREENS.md, Outbox): the entries in order, and for each where to go
//! and what goes into which field. Must not close an entry: only a change or an import does.

use crate::domain::lead::{Deal, Lead, LeadId, Moment, Owed};
use crate::domain::vocabulary::{Reason, Tab, VerdictKind};

/// An entry that is open, with all that the errand needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The lead.
    pub lead: LeadId,
    /// Its id at Partner Center.
    pub external_id: Option<String>,
    /// The customer's company.
    pub company: Option<String>,
    /// What the seller calls the lead.
    pub title: String,
    /// The tab of Partner Center's page that has it.
    pub tab: Tab,
    /// When the customer asked: what is left to find a lead by that has neither company nor name.
    pub created_at: Moment,
    /// What is owed.
    pub owed: Owed,
    /// What to copy, in the order of Partner Center's form.
    pub fields: Vec<Field>,
}

/// One value to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The digit that copies it.
    pub number: u8,
    /// Where it goes.
    pub place: Place,
    /// Which of several it is: the n-th member of a team.
    pub nth: Option<usize>,
    /// The value as Partner Center's form takes it.
    pub text: String,
}

impl Field {
    /// Its name in front of the value.
    pub fn title(&self) -> String {
        let nth = self.nth.map(|nth| format!(" {nth}"));
        format!("{}{}", self.place.title(), nth.unwrap_or_default())
    }
}

/// A field of Partner Center's forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The customer filter above the list of leads.
    FindBy,
    /// Deal name.
    DealName,
    /// Estimated value.
    Value,
    /// Currency of the value.
    Currency,
    /// Estimated close date.
    CloseDate,
    /// Why it was declined or lost.
    Reason,
    /// Notes.
    Notes,
    /// CRM id.
    CrmId,
    /// Marketing campaign id.
    CampaignId,
    /// One member of the team.
    Team,
}

impl Place {
    /// Its name in front of the value.
    pub const fn title(self) -> &'static str {
        match self {
            Self::FindBy => "Find it by",
            Self::DealName => "Deal name",
            Self::Value => "Value",
            Self::Currency => "Currency",
            Self::CloseDate => "Close date",
            Self::Reason => "Reason",
            Self::Notes => "Notes",
            Self::CrmId => "CRM id",
            Self::CampaignId => "Campaign",
            Self::Team => "Team",
        }
    }

    /// Its word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FindBy => "find_by",
            Self::DealName => "deal_name",
            Self::Value => "value",
            Self::Currency => "currency",
            Self::CloseDate => "close_date",
            Self::Reason => "reason",
            Self::Notes => "notes",
            Self::CrmId => "crm_id",
            Self::CampaignId => "campaign_id",
            Self::Team => "team",
        }
    }

    /// What to do with the value once it is on the clipboard.
    pub const fn next(self) -> &'static str {
        match self {
            Self::FindBy => "Paste it into the customer filter.",
            Self::DealName => "Paste it into the deal name.",
            Self::Value => "Paste it into the estimated value.",
            Self::Currency => "Choose it as the currency.",
            Self::CloseDate => "Paste it into the estimated close date.",
            Self::Reason => "Choose it as the reason.",
            Self::Notes => "Paste it into the notes.",
            Self::CrmId => "Paste it into the CRM id.",
            Self::CampaignId => "Paste it into the campaign id.",
            Self::Team => "Paste it into the team.",
        }
    }
}

impl Entry {
    /// The open entries of a lead.
    pub fn of(lead: &Lead) -> impl Iterator<Item = Self> {
        lead.owed.iter().map(|owed| Self {
            lead: lead.id,
            external_id: lead.record.external_id.clone(),
            company: lead.record.person.company.clone(),
            title: lead.record.person.title(),
            tab: lead.record.tab(),
            created_at: lead.record.created_at,
            owed: owed.clone(),
            fields: fields(lead, owed),
        })
    }

    /// What is to be done, in one word.
    pub const fn what(&self) -> &'static str {
        what(&self.owed)
    }

    /// Where in Partner Center it is done.
    pub fn path(&self) -> String {
        let tab = match self.tab {
            Tab::Marketplace => "Marketplace leads",
            Tab::Qualified => "Qualified leads",
        };
        let press = match (&self.owed.remark, self.owed.kind) {
            (Some(_), _) => "",
            (None, VerdictKind::Accepted) => " > Accept",
            (None, VerdictKind::Declined) => " > Decline",
            (None, VerdictKind::Won) => " > Won",
            (None, VerdictKind::Lost) => " > Lost",
        };
        format!("In Partner Center: Referrals > Leads > {tab} > open{press}")
    }

    /// True once Partner Center takes it no more.
    pub fn is_overdue(&self, now: Moment) -> bool {
        self.owed.due.is_some_and(|due| now >= due)
    }

    /// True for the same entry, whatever its deadline and values have become meanwhile.
    pub fn is_same(&self, other: &Self) -> bool {
        self.lead == other.lead && self.owed.is_same_entry(&other.owed)
    }
}

/// What is to be done in Partner Center, in one word.
pub const fn what(owed: &Owed) -> &'static str {
    match owed.remark {
        None => owed.kind.verb(),
        Some(_) => "correct",
    }
}

/// Every entry of some leads: the nearest deadline first, those without one after; then the oldest; then by lead.
pub fn entries<'a>(leads: impl IntoIterator<Item = &'a Lead>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = leads.into_iter().flat_map(Entry::of).collect();
    entries.sort_by_key(|entry| (entry.owed.due.is_none(), entry.owed.due, entry.owed.opened_at, entry.lead));
    entries
}

/// The values of an entry; what has nothing to copy is left out, and the numbers stay those of the form.
fn fields(lead: &Lead, owed: &Owed) -> Vec<Field> {
    let person = &lead.record.person;
    let mut form = Form { fields: Vec::new() };
    form.put(1, Place::FindBy, person.company.clone().or_else(|| person.full_name()));
    if owed.remark.is_some() {
        return form.fields;
    }
    let deal = lead.seller.deal.as_ref();
    match owed.kind {
        VerdictKind::Accepted | VerdictKind::Won => {
            let name = deal.map_or_else(|| lead.record.deal_name(), |deal| deal.name.clone());
            form.put(2, Place::DealName, Some(name));
            if let Some(deal) = deal {
                form.value(deal);
                if owed.kind == VerdictKind::Accepted {
                    form.rest(deal);
                }
            }
        }
        VerdictKind::Declined | VerdictKind::Lost => {
            let verdict = lead.seller.verdict.as_ref().filter(|verdict| verdict.kind == owed.kind);
            let words = |reason: Reason| format!("{} {}", reason.code(), reason.title());
            form.put(2, Place::Reason, verdict.and_then(|verdict| verdict.reason).map(words));
            form.put(3, Place::Notes, verdict.and_then(|verdict| verdict.notes.clone()));
        }
    }
    form.fields
}

/// Partner Center's form, filled in from top to bottom.
struct Form {
    fields: Vec<Field>,
}

impl Form {
    fn put(&mut self, number: u8, place: Place, text: Option<String>) {
        let text = text.filter(|text| !text.trim().is_empty());
        self.fields.extend(text.map(|text| Field { number, place, nth: None, text }));
    }

    fn value(&mut self, deal: &Deal) {
        self.put(3, Place::Value, deal.value.map(|value| value.to_string()));
        self.put(4, Place::Currency, deal.currency.clone().filter(|_| deal.value.is_some()));
    }

    fn rest(&mut self, deal: &Deal) {
        // No public page says how the form writes a date; the bulk files of the same page write MM/DD/YYYY (domain.md 3.3).
        self.put(5, Place::CloseDate, deal.close_on.map(|day| day.format("%m/%d/%Y").to_string()));
        self.put(6, Place::Notes, deal.notes.clone());
        self.put(7, Place::CrmId, deal.crm_id.clone());
        self.put(8, Place::CampaignId, deal.campaign_id.clone());
        for (place, member) in deal.team.iter().enumerate() {
            let parts = [member.name.as_deref(), Some(member.email.as_str()), member.phone.as_deref()];
            let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let nth = (deal.team.len() > 1).then_some(place + 1);
            self.fields.push(Field { number: 9, place: Place::Team, nth, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::{Change, Grounds, apply};
    use crate::domain::entry::team_member;
    use crate::domain::lead::{Receipt, Seller};
    use crate::domain::moment::parse;
    use crate::domain::record::{Field as Column, RawRecord, read};
    use crate::domain::terms::Terms;
    use crate::domain::vocabulary::ReceivedVia;

    fn at(text: &str) -> Moment {
        parse(text).expect("a moment")
    }

    fn lead(id: i64, created: &str, columns: &[(Column, &str)]) -> Lead {
        let mut raw = RawRecord::default();
        let base =
            [(Column::Created, created), (Column::CallToAction, "Contact me"), (Column::OfferId, "contoso.backup")];
        base.iter().chain(columns).for_each(|(column, text)| raw.set(*column, text));
        Lead {
            id: LeadId(id),
            rev: 1,
            record: read(&raw).expect("a record"),
            seller: Seller::default(),
            owed: Vec::new(),
            receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at: at(created), as_of: at(created) },
        }
    }

    fn changed(lead: &Lead, change: &Change, now: &str) -> Lead {
        apply(lead, change, &Terms::default(), at(now)).expect("taken")
    }

    fn deal() -> Deal {
        Deal {
            name: "Adatum – backup".to_owned(),
            value: "18000".parse().ok(),
            currency: Some("EUR".to_owned()),
            close_on: chrono::NaiveDate::from_ymd_opt(2026, 12, 3),
            notes: Some("3 servers,\n4 TB".to_owned()),
            crm_id: None,
            campaign_id: Some(" ".to_owned()),
            team: ["Jo Hill <jo@contoso.example> +49 30 5550 0100", "max@contoso.example"]
                .iter()
                .map(|typed| team_member(typed).expect("a member"))
                .collect(),
        }
    }

    fn written(entry: &Entry) -> Vec<String> {
        entry.fields.iter().map(|field| format!("{} {}: {}", field.number, field.title(), field.text)).collect()
    }

    const ADATUM: &[(Column, &str)] = &[(Column::Company, "Adatum")];

    #[test]
    fn an_accept_is_written_in_the_order_of_the_form_and_blanks_are_left_out() {
        let lead = lead(1, "2026-11-19", ADATUM);
        let lead = changed(&lead, &Change::Accept { deal: deal(), reported: false }, "2026-11-20");
        let entries = entries([&lead]);
        assert_eq!(
            written(&entries[0]),
            [
                "1 Find it by: Adatum",
                "2 Deal name: Adatum – backup",
                "3 Value: 18000",
                "4 Currency: EUR",
                "5 Close date: 12/03/2026",
                "6 Notes: 3 servers,\n4 TB",
                "9 Team 1: Jo Hill jo@contoso.example +49 30 5550 0100",
                "9 Team 2: max@contoso.example",
            ]
        );
        assert_eq!(entries[0].path(), "In Partner Center: Referrals > Leads > Marketplace leads > open > Accept");
    }

    #[test]
    fn a_decline_names_its_reason_by_number_and_words() {
        let lead = lead(1, "2026-11-19", &[(Column::FirstName, "Ana"), (Column::Qualification, "Sales")]);
        let grounds = Grounds { reason: Reason::Spam, notes: Some("bought list".to_owned()), reported: false };
        let lead = changed(&lead, &Change::Decline(grounds), "2026-11-20");
        let entry = &entries([&lead])[0];
        assert_eq!(
            written(entry),
            ["1 Find it by: Ana", "2 Reason: 7 report as abuse, spam or phishing", "3 Notes: bought list"]
        );
        assert_eq!(entry.path(), "In Partner Center: Referrals > Leads > Qualified leads > open > Decline");
    }

    #[test]
    fn a_win_is_owed_beside_its_accept_and_each_has_its_own_fields() {
        let lead = lead(1, "2026-11-19", ADATUM);
        let mut bare = deal();
        (bare.value, bare.close_on) = (None, None);
        let lead = changed(&lead, &Change::Accept { deal: bare, reported: false }, "2026-11-20");
        let value = Some(("99.90".parse().expect("a number"), "PLN".to_owned()));
        let lead = changed(&lead, &Change::Won { value, reported: false }, "2026-11-21");
        let entries = entries([&lead]);
        assert_eq!(entries.iter().map(Entry::what).collect::<Vec<_>>(), ["accept", "won"]);
        let won = ["1 Find it by: Adatum", "2 Deal name: Adatum – backup", "3 Value: 99.90", "4 Currency: PLN"];
        assert_eq!(written(&entries[1]), won);
        assert_eq!(entries[1].owed.due, None);
    }

    #[test]
    fn a_correction_says_where_and_copies_only_what_finds_it() {
        let mut lead = lead(1, "2026-11-19", ADATUM);
        lead.owed.push(Owed {
            kind: VerdictKind::Accepted,
            opened_at: at("2026-11-20"),
            due: None,
            remark: Some("Partner Center was told Accepted; correct it there.".to_owned()),
            uploaded_at: None,
        });
        let entry = &entries([&lead])[0];
        assert_eq!((entry.what(), written(entry)), ("correct", vec!["1 Find it by: Adatum".to_owned()]));
        assert!(entry.path().ends_with("Marketplace leads > open"));
    }

    #[test]
    fn a_lead_without_company_and_name_has_nothing_to_find_it_by() {
        let lead = changed(
            &lead(1, "2026-11-19", &[]),
            &Change::Decline(Grounds { reason: Reason::Others, notes: None, reported: false }),
            "2026-11-20",
        );
        assert!(written(&entries([&lead])[0]).iter().all(|field| !field.starts_with('1')));
    }

    #[test]
    fn the_nearest_deadline_comes_first_then_the_oldest_then_the_lowest_number() {
        let owing = |id, created, opened: &str, due: Option<&str>| {
            let mut lead = lead(id, created, ADATUM);
            let owed = Owed {
                kind: VerdictKind::Won,
                opened_at: at(opened),
                due: due.map(at),
                remark: None,
                uploaded_at: None,
            };
            lead.owed.push(owed);
            lead
        };
        let leads = [
            owing(1, "2026-11-01", "2026-11-20", None),
            owing(2, "2026-11-01", "2026-11-19", None),
            owing(5, "2026-11-01", "2026-11-20", Some("2026-11-24")),
            owing(4, "2026-11-01", "2026-11-20", Some("2026-11-24")),
            owing(3, "2026-11-01", "2026-11-21", Some("2026-11-23")),
        ];
        let order: Vec<_> = entries(&leads).iter().map(|entry| entry.lead.0).collect();
        assert_eq!(order, [3, 4, 5, 2, 1]);
        let due = &entries(&leads)[0];
        assert!(!due.is_overdue(at("2026-11-22T23:59:59Z")) && due.is_overdue(at("2026-11-23T00:00:00Z")));
    }
}
