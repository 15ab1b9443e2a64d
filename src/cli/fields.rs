//! The fields of the accept form as flags, for `accept` and `edit`. Checked by the form's own `deal::Draft`.
//! Must not know which field is needed or what a value may be.

use chrono::NaiveDate;

use crate::cli::context::Context;
use crate::cli::exit::Fault;
use crate::domain::deal::{DealField, Defaults, Draft, FieldError};
use crate::domain::lead::{Deal, Lead};

/// The fields of a deal.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct DealArgs {
    /// Deal name; company – offer where none is given
    #[arg(long)]
    deal_name: Option<String>,
    /// Estimated value, such as 18000.50 or 18k
    #[arg(long, allow_hyphen_values = true)]
    value: Option<String>,
    /// Its currency (ISO 4217); the config's where none is given
    #[arg(long)]
    currency: Option<String>,
    /// Estimated close date: 2026-12-31, 31 dec, +30d, eoq
    #[arg(long)]
    close_on: Option<String>,
    /// What the customer looks for
    #[arg(long, allow_hyphen_values = true)]
    notes: Option<String>,
    /// The id in your CRM
    #[arg(long, allow_hyphen_values = true)]
    crm_id: Option<String>,
    /// The marketing campaign's id
    #[arg(long, allow_hyphen_values = true)]
    campaign_id: Option<String>,
    /// A team member, `Name <mail> phone`; may be given several times
    #[arg(long, value_name = "MEMBER")]
    team: Vec<String>,
}

impl DealArgs {
    /// True when no field was given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The draft with the fields that were given; an empty text clears one. A deal name cannot be cleared.
    fn over(&self, mut draft: Draft) -> Result<Draft, Fault> {
        if self.deal_name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(Fault::usage("--deal-name: a deal needs a name. Leave the flag out to keep the one it has."));
        }
        let fields = [
            (&mut draft.name, &self.deal_name),
            (&mut draft.value, &self.value),
            (&mut draft.currency, &self.currency),
            (&mut draft.close_on, &self.close_on),
            (&mut draft.notes, &self.notes),
            (&mut draft.crm_id, &self.crm_id),
            (&mut draft.campaign_id, &self.campaign_id),
        ];
        for (field, given) in fields {
            if let Some(given) = given {
                field.clone_from(given);
            }
        }
        if !self.team.is_empty() {
            draft.team.clone_from(&self.team);
        }
        Ok(draft)
    }

    /// The deal of a lead with these fields over the one it has. A wrong field is named with its flag.
    pub fn deal(&self, context: &Context, lead: &Lead) -> Result<Deal, Fault> {
        self.check(lead, &context.config.currency, context.today())
    }

    fn check(&self, lead: &Lead, currency: &str, today: NaiveDate) -> Result<Deal, Fault> {
        let had = lead.seller.deal.as_ref();
        let draft = self.over(had.map(Draft::of).unwrap_or_default())?;
        let name = lead.record.deal_name();
        let defaults = Defaults { name: &name, currency, today };
        draft.check(&defaults, had.and_then(|deal| deal.close_on)).map_err(|errors| Fault::usage(sentences(&errors)))
    }
}

fn sentences(errors: &[FieldError]) -> String {
    let lines: Vec<_> = errors.iter().map(|error| format!("{}: {}", flag(error.field), error.sentence)).collect();
    format!("{}\nNothing was changed.", lines.join("\n"))
}

fn flag(field: DealField) -> &'static str {
    match field {
        DealField::Name => "--deal-name",
        DealField::Value => "--value",
        DealField::Currency => "--currency",
        DealField::CloseOn => "--close-on",
        DealField::Notes => "--notes",
        DealField::CrmId => "--crm-id",
        DealField::CampaignId => "--campaign-id",
        DealField::Team(_) => "--team",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(draft: &Draft, args: &DealArgs) -> Draft {
        args.over(draft.clone()).expect("taken")
    }

    #[test]
    fn given_flags_replace_and_empty_ones_clear() {
        let had = Draft { name: "A".into(), notes: "old".into(), team: vec!["a@x.example".into()], ..Draft::default() };
        let text = |text: &str| Some(text.to_owned());
        let args = DealArgs { notes: text(""), crm_id: text("-7"), team: vec![String::new()], ..DealArgs::default() };
        let after = over(&had, &args);
        assert_eq!((after.name.as_str(), after.notes.as_str(), after.crm_id.as_str()), ("A", "", "-7"));
        assert_eq!(after.team, [""]);
        assert_eq!(over(&had, &DealArgs::default()), had);
        let nameless = DealArgs { deal_name: text(" "), ..DealArgs::default() };
        assert!(nameless.over(had).is_err() && !nameless.is_empty());
    }

    #[test]
    fn every_wrong_field_is_named_by_its_flag() {
        let error = |field| FieldError { field, sentence: "No.".into() };
        let text = sentences(&[error(DealField::Value), error(DealField::Team(1))]);
        assert_eq!(text, "--value: No.\n--team: No.\nNothing was changed.");
    }
}
