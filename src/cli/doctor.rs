//! `leadbox doctor`: whether the store and the config are sound; with `--leads`, what accepted leads lack of what Partner
//! Center asks for (PRODUCT.md 8). Makes no store where there is none, and mends nothing.
//! Must not judge a lead: `domain::checkup` does.

use serde::Serialize;

use crate::cli::around::Around;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::words;
use crate::domain::checkup::{Lack, lacks};
use crate::domain::lead::Lead;
use crate::domain::numbers;
use crate::domain::term_text::TermText;
use crate::formats::json_text::json;
use crate::shell::config::ConfigError;
use crate::ui::words::count;

/// What is looked at.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct DoctorArgs {
    /// Accepted leads without a value or a close date, or past it: one a line
    #[arg(long)]
    leads: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An accepted lead that lacks something, for scripts.
#[derive(Serialize)]
struct LackingJson {
    id: i64,
    company: Option<String>,
    lacking: Vec<&'static str>,
    close_on: Option<String>,
}

/// The state of things, for scripts.
#[derive(Serialize)]
struct HealthJson {
    store: String,
    exists: bool,
    schema_version: Option<i64>,
    faults: Vec<String>,
    leads: Option<usize>,
    quarantine: Option<usize>,
    config: String,
    config_exists: bool,
    config_read: bool,
    clipboard: &'static str,
    opener: Option<String>,
    warnings: Vec<String>,
}

/// Looks, and says what was found; last, where the config could not be read, why.
pub fn run(context: &Context, args: DoctorArgs, broken: Option<ConfigError>) -> anyhow::Result<Exit> {
    let config_read = context.places.config.exists() && broken.is_none();
    let exit = if args.leads { leads(context, args.json) } else { health(context, config_read, args.json) }?;
    broken.map_or(Ok(exit), |error| Err(error.into()))
}

fn health(context: &Context, config_read: bool, as_json: bool) -> anyhow::Result<Exit> {
    let places = &context.places;
    let around = Around::look(context);
    let mut found = HealthJson {
        store: places.store.display().to_string(),
        exists: places.store.exists(),
        schema_version: None,
        faults: Vec::new(),
        leads: None,
        quarantine: None,
        config: places.config.display().to_string(),
        config_exists: places.config.exists(),
        config_read,
        clipboard: around.clipboard,
        opener: around.opener.clone(),
        warnings: around.warnings.clone(),
    };
    if found.exists {
        let store = context.open_store()?;
        found.schema_version = Some(store.schema_version()?);
        found.faults = store.faults()?;
        found.leads = match store.count() {
            // What is damaged may not be counted, and that is said already.
            Err(_) if !found.faults.is_empty() => None,
            count => Some(count?),
        };
        found.quarantine = store.quarantine_count().ok();
    }
    let mut data = context.output.data();
    if as_json {
        data.line(&json(&found)?)?;
    } else {
        let lines = sentences(&found).into_iter().chain(around.sentences());
        lines.map(|line| TermText::line(&line).to_string()).try_for_each(|line| data.line(&line))?;
    }
    data.finish()?;
    if found.faults.is_empty() {
        return Ok(Exit::DONE);
    }
    let file = &found.store;
    Err(Fault::failed(format!(
        "The store is damaged. Nothing was changed: copy {file} away first, then write out what can be read \
         (leadbox export -o leads.csv) and import it into a new store (--db)."
    ))
    .into())
}

fn sentences(found: &HealthJson) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(version) = found.schema_version {
        lines.push(format!("The store {} opens, at schema version {version}.", found.store));
        if found.faults.is_empty() {
            lines.push("A quick check of the whole file finds nothing wrong.".to_owned());
        } else {
            lines.push("A quick check of the whole file finds:".to_owned());
            lines.extend(found.faults.iter().flat_map(|fault| fault.lines()).map(|fault| format!("  {fault}")));
        }
    } else {
        lines.push(format!("There is no store at {} yet; the first import makes it.", found.store));
    }
    if let Some(leads) = found.leads {
        lines.push(format!("It holds {}, test leads included.", numbers::leads(leads)));
    }
    if let Some(waiting) = found.quarantine.filter(|waiting| *waiting > 0) {
        let noun = if waiting == 1 { "delivery that" } else { "deliveries that" };
        let waiting = count(waiting);
        lines.push(format!(
            "{waiting} {noun} could not be read wait to be mended: leadbox serve --quarantine lists them."
        ));
    }
    lines.push(match (found.config_exists, found.config_read) {
        (_, true) => format!("The config {} is in order.", found.config),
        (true, false) => format!("The config {} is not in order.", found.config),
        (false, false) => format!("There is no config file at {}; every setting has its default.", found.config),
    });
    lines
}

fn leads(context: &Context, as_json: bool) -> anyhow::Result<Exit> {
    let mut lacking: Vec<(Lead, Vec<Lack>)> = Vec::new();
    if context.places.store.exists() {
        let store = context.open_store()?;
        store.each_decided(|lead| {
            let lacks = lacks(&lead, store.terms(), context.now, context.today());
            if !lacks.is_empty() {
                lacking.push((lead, lacks));
            }
        })?;
    }
    let mut data = context.output.data();
    if as_json {
        let objects: Vec<_> = lacking.iter().map(|(lead, lacks)| object(lead, lacks)).collect();
        data.line(&json(&objects)?)?;
    } else {
        lacking.iter().try_for_each(|(lead, lacks)| data.line(&line(lead, lacks)))?;
        if lacking.is_empty() {
            context.output.say("Every accepted lead has a value and a close date that is not past.");
        }
    }
    data.finish()?;
    Ok(Exit::DONE)
}

/// "12  Northwind Traders: no value, no close date"
fn line(lead: &Lead, lacks: &[Lack]) -> String {
    let lacks: Vec<_> = lacks.iter().map(ToString::to_string).collect();
    TermText::line(&format!("{}  {}: {}", lead.id, words::title(lead), lacks.join(", "))).to_string()
}

fn object(lead: &Lead, lacks: &[Lack]) -> LackingJson {
    LackingJson {
        id: lead.id.0,
        company: lead.record.person.company.clone(),
        lacking: lacks.iter().map(|lack| lack.word()).collect(),
        close_on: lead.seller.deal.as_ref().and_then(|deal| deal.close_on).map(|day| day.to_string()),
    }
}
