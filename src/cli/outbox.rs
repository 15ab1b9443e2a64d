//! `leadbox outbox`: what is owed to Partner Center, as a table for people or for scripts; with `--done`, the entries of
//! some leads are ticked off, all or none (PRODUCT.md 2 and 5). Must not order entries or close one itself: `domain` does.

use std::collections::BTreeSet;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::output::{Data, Output};
use crate::cli::records::{self, Records, Script, ScriptArgs, ScriptFormat};
use crate::cli::{verdict, words};
use crate::domain::change::{self, Change};
use crate::domain::lead::{LeadId, Moment};
use crate::domain::outbox::{Entry, entries};
use crate::domain::term_text::TermText;
use crate::domain::upload::UPLOADED;
use crate::domain::vocabulary::{Urgency, VerdictKind};
use crate::formats::fields;
use crate::formats::outbox_json::EntryJson;
use crate::ui::words::{day_time, left};

/// Look, or tick off.
#[derive(Clone, Debug, clap::Args)]
pub struct OutboxArgs {
    #[command(flatten)]
    script: ScriptArgs,
    /// Tick off what these leads owe: it was entered in Partner Center
    #[arg(long, value_name = "ID", num_args = 1.., value_parser = words::lead_id)]
    #[arg(conflicts_with_all = ["json", "format", "fields"])]
    done: Vec<LeadId>,
    /// Only entries of this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
}

/// What may be owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// An accept.
    Accept,
    /// A decline.
    Decline,
    /// A win.
    Won,
    /// A loss.
    Lost,
}

impl Kind {
    const fn verdict(self) -> VerdictKind {
        match self {
            Self::Accept => VerdictKind::Accepted,
            Self::Decline => VerdictKind::Declined,
            Self::Won => VerdictKind::Won,
            Self::Lost => VerdictKind::Lost,
        }
    }
}

/// Shows what is owed, or ticks it off.
pub fn run(context: &Context, args: &OutboxArgs) -> anyhow::Result<Exit> {
    let script = args.script.script(fields::Kind::Entry)?;
    let mut store = context.open_store()?;
    let kind = args.kind.map(Kind::verdict);
    if !args.done.is_empty() {
        let change = Change::TickOff(kind);
        let takes = |lead: &_| change::apply(lead, &change, store.terms(), context.now).map(|_| ());
        let leads = verdict::ask_whether(&store, &args.done, takes)?;
        return verdict::make(context, &mut store, &verdict::alike(&leads, &change));
    }
    let mut open = entries(&store.owing()?);
    open.retain(|entry| kind.is_none_or(|kind| entry.owed.kind == kind));
    let mut data = context.output.data();
    if let Some(script) = script {
        write_entries(&open, script, context.now, &mut data)?;
    } else {
        let by = |at: Moment| day_time(at, context.now, context.clock.zone());
        for line in table(&open, context.now, by, context.output) {
            data.painted(&line)?;
        }
        if open.is_empty() {
            context.output.say("Nothing is owed to Partner Center.");
        }
    }
    data.finish()?;
    Ok(Exit::DONE)
}

/// For scripts. As numbers each lead stands once, however much it owes: as `--done` takes them.
fn write_entries(open: &[Entry], script: Script, now: Moment, data: &mut Data) -> std::io::Result<()> {
    if script.format == ScriptFormat::Ids {
        let mut seen = BTreeSet::new();
        return records::ids(data, open.iter().map(|entry| entry.lead).filter(|lead| seen.insert(*lead)));
    }
    let mut records = Records::begin(data, script, fields::Kind::Entry)?;
    open.iter().try_for_each(|entry| records.put(&EntryJson::of(entry, now)))?;
    records.end()
}

const COLUMNS: usize = 5;
const HEADER: [&str; COLUMNS] = ["left", "what", "lead", "company", "by"];
const LEFT: usize = 0;
const LEAD: usize = 2;
const COMPANY: usize = 3;
const BY: usize = 4;
/// A company is never squeezed below this, nor wider than that where nobody looks.
const COMPANY_CELLS: (usize, usize) = (8, 36);
const GAP: &str = "  ";

/// The entries as aligned lines, the header first; none for none. Safe to print as they are.
fn table(entries: &[Entry], now: Moment, by: impl Fn(Moment) -> String, output: Output) -> Vec<String> {
    if entries.is_empty() {
        return Vec::new();
    }
    let row = |entry: &Entry| {
        let time = |due: Moment| left(due.timestamp() - now.timestamp(), Urgency::Expiring);
        // What is to be corrected has no deadline, but a sentence.
        let due = entry.owed.due.map(&by).or_else(|| entry.owed.remark.clone());
        let uploaded = entry.owed.uploaded_at.map(|_| UPLOADED.to_owned());
        let by = [due, uploaded].into_iter().flatten().collect::<Vec<_>>().join(", ");
        [
            entry.owed.due.map(time).unwrap_or_default(),
            entry.what().to_owned(),
            entry.lead.to_string(),
            entry.company.clone().unwrap_or_else(|| entry.title.clone()),
            by,
        ]
        .map(|cell| TermText::line(&cell))
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    let mut widths = HEADER.map(str::len);
    for cells in &rows {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.width().max(*width);
        }
    }
    widths[COMPANY] = widths[COMPANY].min(COMPANY_CELLS.1);
    if let Some(columns) = output.columns() {
        let over = (widths.iter().sum::<usize>() + GAP.len() * (COLUMNS - 1)).saturating_sub(columns);
        let from_company = over.min(widths[COMPANY].saturating_sub(COMPANY_CELLS.0));
        widths[COMPANY] -= from_company;
        widths[BY] = widths[BY].saturating_sub(over - from_company).max(COMPANY_CELLS.0);
    }
    let late = |entry: &Entry| entry.is_overdue(now) && output.color;
    let mut lines = vec![line(&HEADER.map(TermText::line), &widths, false)];
    lines.extend(entries.iter().zip(&rows).map(|(entry, cells)| line(cells, &widths, late(entry))));
    lines
}

fn line(cells: &[TermText; COLUMNS], widths: &[usize; COLUMNS], late: bool) -> String {
    let mut texts = Vec::with_capacity(COLUMNS);
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let text = if at == LEFT || at == LEAD { cell.pad_left(*width) } else { cell.pad(*width) };
        texts.push(if at == LEFT && late { format!("\x1b[1;31m{text}\x1b[0m") } else { text });
    }
    texts.join(GAP).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::Color;
    use crate::domain::lead::Owed;
    use crate::domain::moment::parse;
    use crate::domain::term_text::cells;
    use crate::domain::vocabulary::Tab;

    fn entry(lead: i64, company: &str, due: Option<&str>, remark: Option<&str>) -> Entry {
        let at = |text: &str| parse(text).unwrap();
        let owed = Owed {
            kind: VerdictKind::Accepted,
            opened_at: at("2026-11-20"),
            due: due.map(at),
            remark: remark.map(str::to_owned),
            uploaded_at: None,
        };
        let title = company.to_owned();
        let company = Some(title.clone());
        Entry {
            lead: LeadId(lead),
            external_id: None,
            company,
            title,
            tab: Tab::Marketplace,
            created_at: at("2026-11-19"),
            owed,
            fields: Vec::new(),
        }
    }

    #[test]
    fn the_table_lines_up_and_lets_no_control_pass() {
        let now = parse("2026-11-20T12:00:00Z").unwrap();
        let remark = "Partner Center was told Accepted; correct it there.";
        let open = [
            entry(7, "Ada\u{1b}[2Jtum", Some("2026-11-20T11:00:00Z"), None),
            entry(123, "東京商事", Some("2026-11-24T21:00:00Z"), None),
            entry(9, &"x".repeat(80), None, Some(remark)),
        ];
        let mut output = Output::of_process(Color::Never, true);
        (output.terminal, output.color) = (false, false);
        let by = |at| day_time(at, now, chrono_tz::Tz::UTC);
        let lines = table(&open, now, by, output);
        assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), HEADER);
        assert!(lines[1].starts_with("late  accept   ") && lines[1].ends_with("today 11:00"), "{lines:?}");
        assert!(lines[2].starts_with("  4d  accept   ") && lines[2].contains("  123  東京商事"), "{lines:?}");
        assert!(lines[3].contains("correct") && lines[3].ends_with(remark), "{lines:?}");
        let by_starts = |line: &String, by: &str| cells(line.split(by).next().unwrap());
        assert_eq!(by_starts(&lines[1], "today"), by_starts(&lines[2], "24 Nov"));
        assert!(!lines.concat().contains('\u{1b}'));
        output.color = true;
        let lines = table(&open, now, by, output);
        assert_eq!(lines.concat().matches('\u{1b}').count(), 2, "only what is late is painted: {lines:?}");
        assert_eq!(table(&[], now, by, output), Vec::<String>::new());
    }
}
