//! What became of the owed leads of an upload, as sentences: who was left out and why, what waits, and what to do about it.
//! Must not decide any of it.

use crate::domain::lead::LeadId;
use crate::domain::vocabulary::Outcome;
use crate::formats::bulk_upload::{NotTold, Upload};

/// Leads that a sentence names.
const NAMED: usize = 10;

/// Every sentence, the most urgent first.
pub fn sentences(upload: &Upload) -> Vec<String> {
    let mut reasons: Vec<NotTold> = upload.left.iter().map(|(_, why)| *why).collect();
    reasons.sort();
    reasons.dedup();
    let mut sentences: Vec<String> = reasons
        .into_iter()
        .map(|why| {
            let left: Vec<LeadId> =
                upload.left.iter().filter(|(_, other)| *other == why).map(|(lead, _)| *lead).collect();
            not_told(&left, why)
        })
        .collect();
    let waits: Vec<LeadId> = upload.waits.iter().map(|(lead, _)| *lead).collect();
    if !waits.is_empty() {
        sentences.push(format!(
            "{}: {}. Once an import shows that Partner Center accepted {}, export again.",
            plural(&waits, "win or loss waits for its accept", "wins or losses wait for their accepts"),
            names(&waits),
            them(&waits),
        ));
    }
    sentences.extend(upload.notes.iter().cloned());
    sentences
}

fn not_told(left: &[LeadId], why: NotTold) -> String {
    let named = names(left);
    let leads = |one: &str, many: &str| plural(left, one, many);
    match why {
        NotTold::NoId => format!(
            "{}: {named}. No export of Partner Center's has told of {} yet; enter {} there (leadbox outbox).",
            leads("owed lead has no id at Partner Center", "owed leads have no id at Partner Center"),
            them(left),
            them(left),
        ),
        NotTold::NotInTemplate => format!(
            "{}: {named}. Download it again without filters, or enter {} there (leadbox outbox).",
            leads("owed lead is not in the template", "owed leads are not in the template"),
            them(left),
        ),
        NotTold::Twice => format!(
            "{}: {named}. Nothing was changed in those rows; enter {} there (leadbox outbox).",
            leads("owed lead stands in the template more than once", "owed leads stand in the template more than once"),
            them(left),
        ),
        NotTold::Unreadable => format!(
            "{}: {named}. Nothing was changed in those rows; download the file again.",
            leads(
                "owed lead has a row that does not fit the header",
                "owed leads have rows that do not fit the header"
            ),
        ),
        NotTold::Known => format!(
            "{}: {named}. Import a newer export, which closes what is owed.",
            leads("owed lead is as owed in Partner Center already", "owed leads are as owed in Partner Center already"),
        ),
        NotTold::Closed(outcome) => format!(
            "{}: {named}. What is closed there opens no more.",
            leads(
                &format!("owed lead is closed in Partner Center{}", closed(outcome)),
                &format!("owed leads are closed in Partner Center{}", closed(outcome))
            ),
        ),
        NotTold::AcceptedThere => format!(
            "{}: {named}. An accepted lead is not declined; decide there.",
            leads(
                "lead was declined here and accepted in Partner Center",
                "leads were declined here and accepted in Partner Center"
            ),
        ),
        NotTold::Correction => format!(
            "{}: {named}. No file takes back what was told; correct it in Partner Center.",
            leads("lead is owed a correction", "leads are owed a correction"),
        ),
    }
}

fn closed(outcome: Option<Outcome>) -> String {
    outcome.map(|outcome| format!(" ({})", outcome.title().to_lowercase())).unwrap_or_default()
}

/// "1 lead is", "3 leads are".
fn plural(leads: &[LeadId], one: &str, many: &str) -> String {
    if leads.len() == 1 { format!("1 {one}") } else { format!("{} {many}", leads.len()) }
}

fn them(leads: &[LeadId]) -> &'static str {
    if leads.len() == 1 { "it" } else { "them" }
}

/// `#12, #13 and 5 more`.
fn names(leads: &[LeadId]) -> String {
    let named: Vec<String> = leads.iter().take(NAMED).map(|lead| format!("#{lead}")).collect();
    let more = leads.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}
