//! `leadbox stats`: the seller's practice in figures, this month beside last or any span (PRODUCT.md 8). Changes nothing.
//! Must not count: `domain::statistics` does.

use chrono::{Days, Months as CalendarMonths, NaiveDate, Weekday};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ValueEnum as _};

use crate::app::statistics::report::{self, Cell, Line, Section};
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::records::{Records, ScriptArgs, ScriptFormat};
use crate::domain::entry;
use crate::domain::statistics::{Collector, Figures, InSpan, Month, Months, Shelf, Span};
use crate::domain::term_text::{TermText, cells};
use crate::formats::fields::Kind;
use crate::formats::statistics_json::StatisticsJson;
use crate::store::StoreError;

/// Of which days, and how they are written.
#[derive(Clone, Debug, clap::Args)]
#[command(mut_arg("format", without_ids))]
pub struct StatsArgs {
    /// The first day: 2026-11-01, 1 nov, mon (without: from the first lead on; without both: this month beside last)
    #[arg(long, value_name = "D")]
    since: Option<String>,
    /// The last day, itself included
    #[arg(long, value_name = "D")]
    until: Option<String>,
    #[command(flatten)]
    script: ScriptArgs,
}

/// Figures are of no lead, so there are no ids to print.
fn without_ids(format: Arg) -> Arg {
    let formats = ScriptFormat::value_variants().iter().filter(|format| **format != ScriptFormat::Ids);
    let values = PossibleValuesParser::new(formats.filter_map(ScriptFormat::to_possible_value));
    format.value_parser(values.try_map(|word| ScriptFormat::from_str(&word, true)))
}

/// Prints them.
pub fn run(context: &Context, args: &StatsArgs) -> anyhow::Result<Exit> {
    let script = args.script.script(Kind::Statistics)?;
    let (text, object) = match span(args, context.today())? {
        None => {
            let month = Month::at(context.now, context.clock.zone());
            let months = collect(context, Months::default())?;
            let columns = [month, month.before()];
            let objects = columns.map(|month| StatisticsJson::new(month.span(), months.of(month)));
            let [this, before] = objects;
            let headings = columns.map(|month| month.to_string());
            (table(&columns.map(|month| months.of(month)), &headings), this.beside(before))
        }
        Some(span) => {
            let found = collect(context, InSpan::new(span))?;
            (table(&[&found.figures], &[span.to_string()]), StatisticsJson::new(span, &found.figures))
        }
    };
    let mut data = context.output.data();
    match script {
        Some(script) => Records::only(&mut data, script, Kind::Statistics, &object)?,
        None => text.iter().try_for_each(|line| data.line(line))?,
    }
    data.finish()?;
    Ok(Exit::DONE)
}

fn collect<S: Shelf>(context: &Context, shelf: S) -> anyhow::Result<S> {
    let store = context.open_store()?;
    let mut collector = Collector::new(shelf, store.terms().clone(), context.clock.zone(), context.now);
    let read: Result<(), StoreError> = store.each_lead(|lead| collector.take(&lead));
    read?;
    Ok(collector.finish())
}

/// The span that the flags name; `None` without any.
fn span(args: &StatsArgs, today: NaiveDate) -> Result<Option<Span>, Fault> {
    let day = |flag: &str, typed: &Option<String>| {
        let read = typed.as_ref().map(|typed| past_day(typed, today)).transpose();
        read.map_err(|error| Fault::usage(format!("--{flag}: {error}")))
    };
    let span = Span { since: day("since", &args.since)?, until: day("until", &args.until)? };
    if let (Some(since), Some(until)) = (span.since, span.until)
        && since > until
    {
        return Err(Fault::usage(format!("--since {since} is after --until {until}; no day lies between them.")));
    }
    Ok((span != Span::default()).then_some(span))
}

/// A day as people type it. Where a year or week is left open, the last such day is meant: statistics look back.
fn past_day(typed: &str, today: NaiveDate) -> Result<NaiveDate, entry::EntryError> {
    let found = entry::date(typed, today)?;
    if found <= today || typed.contains('+') {
        return Ok(found);
    }
    if typed.trim().parse::<Weekday>().is_ok() {
        return Ok(found.checked_sub_days(Days::new(7)).unwrap_or(found));
    }
    let year_ago = today.checked_sub_months(CalendarMonths::new(12)).and_then(|day| day.succ_opt());
    let names_a_day = typed.contains(|c: char| c.is_ascii_digit());
    match year_ago.filter(|_| names_a_day) {
        Some(year_ago) => entry::date(typed, year_ago),
        None => Ok(found),
    }
}

/// The sections as plain lines, a column a span.
fn table(spans: &[&Figures], headings: &[String]) -> Vec<String> {
    let sections = report::sections(spans);
    let lines = || sections.iter().flat_map(|section: &Section| &section.lines);
    let label = lines().map(|line| cells(&label(line))).max().unwrap_or_default();
    let number = lines().flat_map(|line| line.cells.iter().filter(|cell| line.base || cell.part.is_some()));
    let number = number.map(|cell| cells(&cell.text)).max().unwrap_or_default();
    let heading = headings.iter().map(|heading| cells(heading)).max().unwrap_or_default();
    let column = heading.max(number + PERCENT) + GAP;
    let mut text = vec![" ".repeat(label)];
    for heading in headings {
        text[0].push_str(&TermText::line(heading).pad_left(column));
    }
    for section in &sections {
        text.extend([String::new(), section.title.to_owned()]);
        text.extend(section.lines.iter().map(|line| row(line, label, number, column)));
    }
    text
}

const PERCENT: usize = 7;
const GAP: usize = 3;

fn label(line: &Line) -> String {
    format!("{}{}", if line.base { "  " } else { "    " }, line.label)
}

fn row(line: &Line, label_width: usize, number: usize, column: usize) -> String {
    let mut text = TermText::line(&label(line)).pad(label_width);
    for cell in &line.cells {
        text.push_str(&figure(cell, line.base, number, column));
    }
    text.truncate(text.trim_end().len());
    text
}

fn figure(cell: &Cell, base: bool, number: usize, column: usize) -> String {
    let count = TermText::line(&cell.text);
    let counted = base || cell.part.is_some();
    if !counted {
        return count.pad_left(column.max(count.width() + GAP));
    }
    let percent = TermText::line(&cell.percent()).pad_left(PERCENT);
    TermText::line(&format!("{}{percent}", count.pad_left(number))).pad_left(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_without_a_year_is_the_last_one() {
        let today = day("2026-11-20");
        for (typed, want) in [
            ("2026-11-01", "2026-11-01"),
            ("2027-01-01", "2027-01-01"),
            ("1 nov", "2026-11-01"),
            ("20 nov", "2026-11-20"),
            ("21 nov", "2025-11-21"),
            ("dec 31", "2025-12-31"),
            ("today", "2026-11-20"),
            ("mon", "2026-11-16"),
            ("fri", "2026-11-20"),
            ("eom", "2026-11-30"),
            ("+3d", "2026-11-23"),
        ] {
            assert_eq!(past_day(typed, today), Ok(day(want)), "{typed}");
        }
        assert!(past_day("whenever", today).is_err());
    }

    #[test]
    fn a_span_is_what_the_flags_say() {
        let today = day("2026-11-20");
        let args = |since: Option<&str>, until: Option<&str>| StatsArgs {
            since: since.map(str::to_owned),
            until: until.map(str::to_owned),
            script: ScriptArgs::default(),
        };
        assert_eq!(span(&args(None, None), today), Ok(None));
        let both = span(&args(Some("2026-11-01"), Some("2026-11-01")), today).unwrap().unwrap();
        assert_eq!(both, Span { since: Some(day("2026-11-01")), until: Some(day("2026-11-01")) });
        assert!(span(&args(Some("2026-11-02"), Some("2026-11-01")), today).unwrap_err().to_string().contains("after"));
        assert!(span(&args(None, Some("never")), today).unwrap_err().to_string().starts_with("--until: "));
    }
}
