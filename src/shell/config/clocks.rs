//! The `[clocks]` tables, of all sources and of each, and the cadence of follow-ups.
//! Must not know when a clock runs: `domain` does.

use std::fmt::Write as _;

use chrono::{Months, TimeDelta};
use serde::Deserialize;
use toml::Spanned;

use crate::domain::entry;
use crate::domain::follow_up::Cadence;
use crate::domain::terms::{Clocks, Terms};
use crate::domain::vocabulary::Source;
use crate::shell::config::Fault;

/// The table as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ClocksTable {
    hot_hours: Option<Spanned<i64>>,
    answer_days: Option<Spanned<i64>>,
    keep_months: Option<Spanned<i64>>,
    appsource: SourceTable,
    azure_marketplace: SourceTable,
    azure_portal: SourceTable,
    unknown: SourceTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SourceTable {
    hot_hours: Option<Spanned<i64>>,
    answer_days: Option<Spanned<i64>>,
    keep_months: Option<Spanned<i64>>,
}

impl ClocksTable {
    /// The clocks of sources that have none of their own, and those of each source.
    pub(super) fn check(self) -> Result<(Clocks, Terms), Fault> {
        let base =
            SourceTable { hot_hours: self.hot_hours, answer_days: self.answer_days, keep_months: self.keep_months };
        let clocks = base.over(Clocks::default())?;
        let mut terms = Terms::default();
        for (source, own) in [
            (Source::AppSource, self.appsource),
            (Source::AzureMarketplace, self.azure_marketplace),
            (Source::AzurePortal, self.azure_portal),
            (Source::Unknown, self.unknown),
        ] {
            terms.set(source, own.over(clocks)?);
        }
        Ok((clocks, terms))
    }
}

impl SourceTable {
    /// These clocks, and the given ones where a key is missing.
    fn over(&self, rest: Clocks) -> Result<Clocks, Fault> {
        let hot = length("hot_hours", self.hot_hours.as_ref(), 24 * 366)?;
        let answer = length("answer_days", self.answer_days.as_ref(), 366)?;
        let keep = length("keep_months", self.keep_months.as_ref(), 120)?;
        Ok(Clocks {
            hot: hot.map_or(rest.hot, TimeDelta::hours),
            answer: answer.map_or(rest.answer, TimeDelta::days),
            keep: keep.map_or(rest.keep, |months| Months::new(months as u32)),
        })
    }
}

/// The cadence as written: at most fifty lengths, the longest ten years.
pub(super) fn cadence(lengths: &[Spanned<String>]) -> Result<Cadence, Fault> {
    const MOST: usize = 50;
    let read = |length: &Spanned<String>| {
        let text = length.get_ref().trim();
        let known = if text == "0" { Some(TimeDelta::zero()) } else { entry::length(text) };
        known.filter(|known| *known <= TimeDelta::days(3660)).ok_or_else(|| {
            let typed = toml::Value::from(text);
            (
                length.span().start,
                format!("cadence: {typed} is no length; write \"0\", \"30m\", \"3h\", \"1d\" or \"2w\"."),
            )
        })
    };
    match lengths.get(MOST) {
        Some(surplus) => Err((surplus.span().start, format!("cadence: at most {MOST} lengths."))),
        None => lengths.iter().map(read).collect::<Result<_, _>>().map(Cadence::new),
    }
}

fn length(key: &str, value: Option<&Spanned<i64>>, most: i64) -> Result<Option<i64>, Fault> {
    let Some(value) = value else { return Ok(None) };
    let number = *value.get_ref();
    if (1..=most).contains(&number) {
        return Ok(Some(number));
    }
    Err((value.span().start, format!("{key} is {number}; it is a whole number from 1 to {most}.")))
}

/// The effective tables, as `config show` prints them.
pub(super) fn show(clocks: Clocks, terms: &Terms) -> String {
    let mut text = String::new();
    let mut table = |table: &str, clocks: Clocks| {
        let (hot, answer) = (clocks.hot.num_hours(), clocks.answer.num_days());
        let keep = clocks.keep.as_u32();
        // Writing to a String cannot fail.
        let _ = write!(text, "\n[{table}]\nhot_hours = {hot}\nanswer_days = {answer}\nkeep_months = {keep}\n");
    };
    table("clocks", clocks);
    for source in Source::ALL {
        table(&format!("clocks.{}", source.word()), terms.of(*source));
    }
    text
}
