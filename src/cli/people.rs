//! `leadbox people`: the leads that pass the filters, put together by person, as blocks for people or for scripts. The person
//! whose lead is the most urgent comes first. Changes nothing. Must not decide who is one person: the person key does.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::{self, FilterArgs};
use crate::cli::output::Data;
use crate::cli::records::{self, Records, Script, ScriptArgs, ScriptFormat};
use crate::cli::words;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::numbers;
use crate::domain::people::{Profile, asked_for, together};
use crate::domain::term_text::{TermText, cells};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Outcome, Status, Urgency};
use crate::formats::fields::Kind;
use crate::formats::person_json::PersonJson;
use crate::store::{Store, StoreError};
use crate::ui::words::time_left;

/// Which persons, and how they are written.
#[derive(Clone, Debug, clap::Args)]
pub struct PeopleArgs {
    #[command(flatten)]
    script: ScriptArgs,
    /// At most so many persons
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Only persons with at least so many of these leads
    #[arg(long, value_name = "N", default_value_t = 1)]
    min: usize,
    #[command(flatten)]
    filters: FilterArgs,
}

/// Lists them.
pub fn run(context: &Context, args: &PeopleArgs) -> anyhow::Result<Exit> {
    let query = args.filters.query(&context.config.views)?;
    let script = args.script.script(Kind::Person)?;
    let store = context.open_store()?;
    let ids = filters::select(&store, &query, context)?;
    let known = store.same_persons()?;
    let mut persons = together(&ids, |id| known.get(&id).copied());
    persons.retain(|leads| leads.len() >= args.min);
    persons.truncate(args.limit.unwrap_or(usize::MAX));
    let mut data = context.output.data();
    match script {
        Some(Script { format: ScriptFormat::Ids, .. }) => {
            for ids in &persons {
                records::ids(&mut data, newest_first(&store, ids)?.iter().map(|lead| lead.id))?;
            }
        }
        Some(script) => objects(context, &store, &persons, script, &mut data)?,
        None => blocks(context, &store, &persons, &mut data)?,
    }
    data.finish()?;
    Ok(Exit::DONE)
}

/// The leads of one person, newest first.
fn newest_first(store: &Store, ids: &[LeadId]) -> Result<Vec<Lead>, StoreError> {
    let mut leads = store.leads(ids)?;
    leads.sort_by_key(|lead| (std::cmp::Reverse(lead.record.created_at), lead.id));
    Ok(leads)
}

fn objects(
    context: &Context,
    store: &Store,
    persons: &[Vec<LeadId>],
    script: Script,
    data: &mut Data,
) -> anyhow::Result<()> {
    let mut records = Records::begin(data, script, Kind::Person)?;
    for ids in persons {
        let leads = newest_first(store, ids)?;
        let all = leads.first().map_or(Ok(0), |lead| store.person_leads(lead))?;
        records.put(&PersonJson::of(&leads, store.terms(), context.now, all))?;
    }
    Ok(records.end()?)
}

fn blocks(context: &Context, store: &Store, persons: &[Vec<LeadId>], data: &mut Data) -> anyhow::Result<()> {
    for (place, ids) in persons.iter().enumerate() {
        if place > 0 {
            data.line("")?;
        }
        for line in block(context, store, &newest_first(store, ids)?) {
            data.line(&line)?;
        }
    }
    if persons.is_empty() {
        context.output.say("No person is shown. `leadbox import FILE` brings leads in; fewer filters show more.");
    }
    Ok(())
}

/// Who it is, how to reach them, and a line a lead.
fn block(context: &Context, store: &Store, leads: &[Lead]) -> Vec<String> {
    let profile = Profile::of(leads, store.terms(), context.now);
    let mut title = profile.names.first().cloned().unwrap_or_else(|| "No name given".to_owned());
    for (before, part) in [(", ", profile.job_title), (", ", profile.companies.first().copied())] {
        title.extend(part.map(|part| format!("{before}{part}")));
    }
    let mut lines = vec![format!("{} ({})", TermText::line(&title), numbers::leads(leads.len()))];
    let reached: Vec<&str> = [profile.email, profile.phone].iter().flatten().map(|reach| reach.text).collect();
    lines.push(match reached.as_slice() {
        _ if profile.hidden => "  contacts: hidden (expired)".to_owned(),
        [] => "  neither e-mail nor phone".to_owned(),
        some => format!("  {}", TermText::line(&some.join("  "))),
    });
    if profile.do_not_contact {
        lines.push("  asked not to be contacted (DNC)".to_owned());
    }
    let rows: Vec<[String; 5]> = leads.iter().map(|lead| row(context, store, lead)).collect();
    let widest = |column: usize| rows.iter().map(|row| cells(&row[column])).max().unwrap_or_default();
    let widths: [usize; 5] = std::array::from_fn(widest);
    for row in &rows {
        let pad = |column: usize| TermText::line(&row[column]).pad(widths[column]);
        let [id, day] = [0, 1].map(|column| TermText::line(&row[column]).pad_left(widths[column]));
        let line = format!("  {id}  {day}  {}  {}  {}", pad(2), pad(3), row[4]);
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Number, day, what was asked for, offer, how it stands.
fn row(context: &Context, store: &Store, lead: &Lead) -> [String; 5] {
    let now = context.now.timestamp();
    let vitals = Vitals::of(lead, store.terms());
    let shown = |text: &str| TermText::line(text).fit(40);
    let stands = match (vitals.standing(now), vitals.urgency(now)) {
        ((Status::Archived, outcome), _) => outcome.map_or(Status::Archived.title(), Outcome::title).to_lowercase(),
        ((Status::Accepted, _), Urgency::Calm) => "accepted".to_owned(),
        ((status, _), urgency) => {
            let left = time_left(&vitals, now);
            let left = match urgency {
                Urgency::Due | Urgency::Later => String::new(),
                _ if left.is_empty() => left,
                _ => format!(", {left} left"),
            };
            let accepted = if status == Status::Accepted { "accepted, " } else { "" };
            format!("{accepted}{}{left}", urgency.title().to_lowercase())
        }
    };
    [
        format!("#{}", lead.id),
        words::day(lead.record.created_at, context.now, context.clock.zone()),
        shown(asked_for(&lead.record)),
        shown(lead.record.offer_name().unwrap_or_default()),
        stands,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::intake::{Mode, import_bytes};

    const SHEET: &str = "LeadId,LeadCreationDateTime,CallToAction,CustomerName,FirstName,LastName,Email,Phone,OfferId\n\
        p,2026-11-10T09:00:00Z,Test drive,Fabrikam,Ana,Souza,ana@f.example,,contoso.backup\n\
        q,2026-10-01T09:00:00Z,Contact me,Old Ltd,Jan,Nowak,jan@old.example,+48 22 555 01 00,contoso.backup\n\
        r,2026-11-20T11:00:00Z,Contact me,Fabrikam \u{1b}[2J,Ana,Souza,Ana@F.example,,contoso.ware\n";

    #[test]
    fn a_block_says_who_it_is_and_what_they_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let context = crate::cli::tests::context(folder.path());
        let mut store = context.open_store().unwrap();
        import_bytes(&mut store, "b.csv", SHEET.as_bytes(), None, context.now, Mode::Keep).unwrap();
        let block = |ids: &[i64]| {
            let ids: Vec<_> = ids.iter().map(|id| LeadId(*id)).collect();
            block(&context, &store, &newest_first(&store, &ids).unwrap())
        };
        assert_eq!(
            block(&[4, 6]),
            [
                "Ana Souza, Fabrikam \u{FFFD}[2J (2 leads)",
                "  Ana@F.example",
                "  #6  20 Nov  Contact me  ware    hot, 71h left",
                "  #4  10 Nov  Test drive  backup  informational",
            ]
        );
        let expired = block(&[5]).join("\n");
        assert!(expired.contains("contacts: hidden (expired)") && !expired.contains("old.example"), "{expired}");
        assert!(!expired.contains("555"), "{expired}");
        assert_eq!(block(&[3])[2], "  #3  20 Nov  Contact me  backup  accepted, due");
    }
}
