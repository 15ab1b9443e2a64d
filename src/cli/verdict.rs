//! What the verbs that change leads have in common: every lead is asked first, then the fields, then one step for all of
//! them or nothing (PRODUCT.md 2 and 5). Must not hold a rule: `domain::change` answers.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::words;
use crate::domain::change::{self, Act, Change, Refusal};
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::sentence::ended;
use crate::domain::vocabulary::Reason;
use crate::domain::{entry, told};
use crate::store::Store;

/// The leads of these ids, each once, if every one of them is there and takes the act.
pub fn ask(context: &Context, store: &Store, ids: &[LeadId], act: Act) -> anyhow::Result<Vec<Lead>> {
    ask_whether(store, ids, |lead| change::check_state(lead, act, store.terms(), context.now))
}

/// The same where more than the act decides.
pub fn ask_whether(
    store: &Store,
    ids: &[LeadId],
    takes: impl Fn(&Lead) -> Result<(), Refusal>,
) -> anyhow::Result<Vec<Lead>> {
    let (mut leads, mut lacking): (Vec<Lead>, Vec<String>) = (Vec::new(), Vec::new());
    for id in ids {
        if leads.iter().any(|lead| lead.id == *id) {
            continue;
        }
        match store.lead(*id)? {
            None => lacking.push(unknown(*id)),
            Some(lead) => match takes(&lead) {
                Ok(()) => leads.push(lead),
                Err(refusal) => lacking.push(refused(&lead, refusal)),
            },
        }
    }
    if lacking.is_empty() {
        return Ok(leads);
    }
    Err(Fault::failed(format!("{} Nothing was changed.", lacking.join(" "))).into())
}

/// Makes the changes as one step and says what is owed; nothing where a lead has changed since it was asked.
pub fn make(context: &Context, store: &mut Store, changes: &[(LeadId, Change)]) -> anyhow::Result<Exit> {
    let applied = store.apply_all(changes, context.now)?;
    let Some((_, change)) = changes.first().filter(|_| !applied.leads.is_empty()) else {
        let why = applied.refused.first().map_or_else(
            || "A lead is no longer in the store.".to_owned(),
            |(id, refusal)| format!("Lead {id} {refusal}."),
        );
        return Err(Fault::failed(format!("{why} Nothing was changed.")).into());
    };
    if applied.stored {
        let mut text = told(context, change, &applied.leads);
        let asked =
            |lead: &Lead| changes.iter().find(|(id, _)| *id == lead.id).and_then(|(_, change)| change.follow_up());
        text.push_str(&told::after(change, &applied.leads, asked, store.terms(), context.now, context.clock.zone()));
        context.output.say(&text);
    } else {
        context.output.say("Nothing to change: it is so already.");
    }
    Ok(Exit::DONE)
}

/// A follow-up date as typed; a wrong one is named with its flag.
pub fn when(flag: &str, typed: &str, context: &Context) -> Result<Moment, Fault> {
    entry::follow_up(typed, context.now, context.clock.zone())
        .map_err(|error| Fault::usage(format!("{flag}: {error} Nothing was changed.")))
}

/// The same change for every lead.
pub fn alike(leads: &[Lead], change: &Change) -> Vec<(LeadId, Change)> {
    leads.iter().map(|lead| (lead.id, change.clone())).collect()
}

/// A reason as typed: its number from 1 to 8.
pub fn reason(typed: Option<&str>) -> Result<Reason, Fault> {
    let known = typed.and_then(|text| text.trim().parse().ok()).and_then(Reason::from_code);
    known.ok_or_else(|| {
        let reasons: Vec<_> =
            Reason::ALL.iter().map(|reason| format!("{} {}", reason.code(), reason.title())).collect();
        Fault::usage(format!("--reason takes a number from 1 to 8: {}.", reasons.join(", ")))
    })
}

/// `There is no lead 12.`
pub fn unknown(id: LeadId) -> String {
    format!("There is no lead {id}.")
}

fn refused(lead: &Lead, refusal: Refusal) -> String {
    format!("Lead {} ({}) {refusal}.", lead.id, words::title(lead))
}

/// "Declined Contoso Media (spam). Owed to Partner Center by 24 Nov. …"
fn told(context: &Context, change: &Change, leads: &[Lead]) -> String {
    let (done, who) = (change.done(), words::several(leads));
    let mut text = match done.split_once(" (") {
        Some((done, why)) => format!("{done} {who} ({why}."),
        None => ended(format!("{done} {who}")),
    };
    if let Some(kind) = change.opens() {
        let opened = leads.iter().flat_map(|lead| &lead.owed).filter(|owed| owed.kind == kind);
        let due = opened.filter_map(|owed| owed.due).min();
        let by = due.map(|due| format!(" by {}", words::day(due, context.now, context.clock.zone())));
        text.extend([" Owed to Partner Center", &by.unwrap_or_default(), "."]);
    }
    if matches!(change, Change::Decline(_)) {
        text.push_str(" Entered in Partner Center, this tells the customer to choose another partner.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_of_eight_numbers() {
        assert_eq!(reason(Some("7")), Ok(Reason::Spam));
        for wrong in [None, Some("0"), Some("9"), Some("-1"), Some("x"), Some("")] {
            let fault = reason(wrong).expect_err("refused");
            assert!(matches!(&fault, Fault::Usage(_)) && fault.to_string().contains("8 others"), "{fault}");
        }
    }
}
