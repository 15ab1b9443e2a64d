//! The accept form as a value: what was typed (`Draft`), and the checked `Deal` it becomes (PRODUCT.md 2, Accept).
//! Screen and command line check by this one function. Must not know keys or flags.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::entry;
use crate::domain::lead::Deal;

/// The fields of the accept form, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DealField {
    /// Deal name: the one that is needed.
    Name,
    /// Estimated value.
    Value,
    /// Its currency.
    Currency,
    /// Estimated close date.
    CloseOn,
    /// What the customer looks for.
    Notes,
    /// CRM id.
    CrmId,
    /// Campaign id.
    CampaignId,
    /// The n-th team member.
    Team(usize),
}

/// What was typed. Blank means not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Deal name.
    pub name: String,
    /// Estimated value, as people write amounts.
    pub value: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Close date, as people write dates.
    pub close_on: String,
    /// Notes.
    pub notes: String,
    /// CRM id.
    pub crm_id: String,
    /// Campaign id.
    pub campaign_id: String,
    /// `Name <mail> phone`, one a member.
    pub team: Vec<String>,
}

/// One field that cannot be taken, and why, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Which field.
    pub field: DealField,
    /// Why, and what would do.
    pub sentence: String,
}

/// What stands in for fields left blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults<'a> {
    /// `company – offer`.
    pub name: &'a str,
    /// The config's currency, used where a value has none of its own.
    pub currency: &'a str,
    /// Today where the seller is: a close date may not lie before it.
    pub today: NaiveDate,
}

/// The currency of a value that comes without one: that of the deal, else the config's.
pub fn currency_of(deal: Option<&Deal>, default: &str) -> String {
    deal.and_then(|deal| deal.currency.as_deref()).unwrap_or(default).to_owned()
}

impl Draft {
    /// The draft that shows a deal for editing; `check` of it gives the same deal again.
    pub fn of(deal: &Deal) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            name: deal.name.clone(),
            value: deal.value.map(|value| value.to_string()).unwrap_or_default(),
            currency: text(&deal.currency),
            close_on: deal.close_on.map(|day| day.to_string()).unwrap_or_default(),
            notes: text(&deal.notes),
            crm_id: text(&deal.crm_id),
            campaign_id: text(&deal.campaign_id),
            team: deal.team.iter().map(ToString::to_string).collect(),
        }
    }

    /// What was typed over one deal, over another: fields that were typed stay, the others are as they are `now`.
    #[must_use]
    pub fn carried(&self, before: &Self, now: &Self) -> Self {
        let one = |field: fn(&Self) -> &String| {
            if field(self) == field(before) { field(now).clone() } else { field(self).clone() }
        };
        Self {
            name: one(|draft| &draft.name),
            value: one(|draft| &draft.value),
            currency: one(|draft| &draft.currency),
            close_on: one(|draft| &draft.close_on),
            notes: one(|draft| &draft.notes),
            crm_id: one(|draft| &draft.crm_id),
            campaign_id: one(|draft| &draft.campaign_id),
            team: if self.team == before.team { now.team.clone() } else { self.team.clone() },
        }
    }

    /// Checks every field. `Err` names each field that cannot be taken, in the form's order.
    /// A close date in the past is refused unless it is the one the deal had (`kept`), so that an old deal can be edited.
    pub fn check(&self, defaults: &Defaults<'_>, kept: Option<NaiveDate>) -> Result<Deal, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = filled(&self.name).unwrap_or_else(|| defaults.name.to_owned());
        if name.chars().count() > 200 {
            errors.push(refuse(DealField::Name, "A deal name has at most 200 characters."));
        }
        let value = checked(DealField::Value, &self.value, &mut errors, entry::amount);
        let currency = checked(DealField::Currency, &self.currency, &mut errors, entry::currency);
        let close_on =
            checked(DealField::CloseOn, &self.close_on, &mut errors, |text| match entry::date(text, defaults.today) {
                Ok(day) if Some(day) == kept => Ok(day),
                _ => entry::close_date(text, defaults.today),
            });
        let mut team = Vec::new();
        for (n, typed) in self.team.iter().enumerate() {
            team.extend(checked(DealField::Team(n), typed, &mut errors, entry::team_member));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Deal {
            name,
            value,
            currency: currency.or_else(|| value.map(|_: Decimal| defaults.currency.to_owned())),
            close_on,
            notes: filled(&self.notes),
            crm_id: filled(&self.crm_id),
            campaign_id: filled(&self.campaign_id),
            team,
        })
    }
}

/// Reads one field; blank is none, and what cannot be read is added to `errors`.
fn checked<T>(
    field: DealField,
    typed: &str,
    errors: &mut Vec<FieldError>,
    parse: impl Fn(&str) -> Result<T, entry::EntryError>,
) -> Option<T> {
    match parse(&filled(typed)?) {
        Ok(value) => Some(value),
        Err(error) => {
            errors.push(refuse(field, &error.to_string()));
            None
        }
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn refuse(field: DealField, sentence: &str) -> FieldError {
    FieldError { field, sentence: sentence.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defaults() -> Defaults<'static> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a date");
        Defaults { name: "Northwind – sql-backup", currency: "EUR", today }
    }

    #[test]
    fn an_empty_form_is_enough() {
        let deal = Draft::default().check(&defaults(), None).expect("accepted");
        assert_eq!(deal.name, "Northwind – sql-backup");
        assert_eq!((deal.value, deal.currency, deal.close_on), (None, None, None));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let draft = Draft {
            value: "-1".into(),
            currency: "EURO".into(),
            close_on: "30 nov 2025".into(),
            team: vec!["Jo Hill <jo@contoso.example>".into(), "nobody".into()],
            ..Draft::default()
        };
        let errors = draft.check(&defaults(), None).expect_err("refused");
        let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, [DealField::Value, DealField::Currency, DealField::CloseOn, DealField::Team(1)]);
        assert_eq!(errors[2].sentence, "30 Nov 2025 is past. Try +30d, 31 dec, eoq.");
    }

    #[test]
    fn what_was_typed_over_a_deal_is_carried_over_what_it_became() {
        let before = Draft { name: "One".into(), value: "1".into(), team: vec!["Jo".into()], ..Draft::default() };
        let now = Draft { name: "Two".into(), notes: "new".into(), team: vec!["Al".into()], ..Draft::default() };
        let typed = Draft { value: "2".into(), ..before.clone() };
        assert_eq!(typed.carried(&before, &now), Draft { value: "2".into(), ..now.clone() });
        let typed = Draft { name: "Mine".into(), team: Vec::new(), ..before.clone() };
        assert_eq!(typed.carried(&before, &now), Draft { name: "Mine".into(), team: Vec::new(), ..now.clone() });
        assert_eq!(typed.carried(&before, &before), typed);
        assert_eq!(before.carried(&before, &now), now);
    }

    #[test]
    fn a_deal_survives_its_own_form() {
        let draft = Draft {
            value: "18000.50".into(),
            close_on: "31 dec".into(),
            notes: "three servers".into(),
            team: vec!["Jo Hill <jo@contoso.example> +49 30 5550 0100".into()],
            ..Draft::default()
        };
        let deal = draft.check(&defaults(), None).expect("accepted");
        assert_eq!(deal.currency.as_deref(), Some("EUR"));
        let later = Defaults { today: NaiveDate::from_ymd_opt(2027, 3, 1).expect("a date"), ..defaults() };
        assert_eq!(Draft::of(&deal).check(&later, deal.close_on), Ok(deal.clone()));
        assert!(Draft::of(&deal).check(&later, None).is_err(), "the past is refused for a new date");
    }
}
