//! Leads as an aligned table for people: number, urgency, time left, company, contact, country, call to action or status,
//! validity (PRODUCT.md 3, Row). Every text from outside passes through `TermText`. Must not print.

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::domain::contacts::contacts;
use crate::domain::lead::{Lead, Moment};
use crate::domain::term_text::TermText;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Outcome, Status, Urgency, Validity};
use crate::shell::config::Symbols;
use crate::ui::words::time_left;

const COLUMNS: usize = 8;
const HEADER: [&str; COLUMNS] = ["id", "urgency", "left", "company", "contact", "in", "what", "valid"];
/// Cells a column takes at most where nobody looks.
const MOST: [usize; COLUMNS] = [12, 13, 5, 36, 28, 2, 14, 5];
const URGENCY: usize = 1;
const COMPANY: usize = 3;
const CONTACT: usize = 4;
const GAP: usize = 2;
/// A company or contact is never squeezed below this.
const LEAST: usize = 8;

/// The rows of a table.
#[derive(Default)]
pub struct Table {
    rows: Vec<(Urgency, [TermText; COLUMNS])>,
}

impl Table {
    /// Adds a lead.
    pub fn add(&mut self, lead: &Lead, context: &Context, terms: &Terms) {
        let ascii = context.output.ascii || context.config.symbols == Symbols::Ascii;
        self.rows.push(row(lead, terms, context.now, ascii));
    }

    /// The lines, the header first; none for an empty table. Safe to print as they are.
    pub fn lines(&self, output: Output) -> Vec<String> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let header = HEADER.map(TermText::line);
        let widths = self.widths(&header, output.columns());
        let mut lines = vec![line(&header, &widths, None)];
        let paint = |urgency: &Urgency| if output.color { color(*urgency) } else { None };
        lines.extend(self.rows.iter().map(|(urgency, cells)| line(cells, &widths, paint(urgency))));
        lines
    }

    fn widths(&self, header: &[TermText; COLUMNS], columns: Option<usize>) -> [usize; COLUMNS] {
        let mut widths = [0; COLUMNS];
        for cells in self.rows.iter().map(|(_, cells)| cells).chain(std::iter::once(header)) {
            for ((width, cell), most) in widths.iter_mut().zip(cells).zip(MOST) {
                *width = cell.width().min(most).max(*width);
            }
        }
        let Some(columns) = columns else { return widths };
        let total: usize = widths.iter().sum::<usize>() + GAP * (COLUMNS - 1);
        let over = total.saturating_sub(columns);
        let from_contact = over.div_ceil(2).min(widths[CONTACT].saturating_sub(LEAST));
        widths[CONTACT] -= from_contact;
        widths[COMPANY] -= (over - from_contact).min(widths[COMPANY].saturating_sub(LEAST));
        widths
    }
}

fn row(lead: &Lead, terms: &Terms, now: Moment, ascii: bool) -> (Urgency, [TermText; COLUMNS]) {
    let vitals = Vitals::of(lead, terms);
    let standing = vitals.standing(now.timestamp());
    let urgency = vitals.urgency(now.timestamp());
    let (record, person) = (&lead.record, &lead.record.person);
    let reachable = contacts(lead, standing);
    let mark = |validity, there: bool| validity_mark(there.then_some(validity), ascii);
    let (email, phone) = (reachable.email.is_some(), reachable.phone.is_some());
    let valid = format!("{}{}", mark(record.email_validity, email), mark(record.phone_validity, phone));
    let country = record.country.map(|country| country.code().to_owned()).unwrap_or_default();
    let cells = [
        lead.id.to_string(),
        urgency.title().to_lowercase(),
        time_left(&vitals, now.timestamp()),
        person.company.clone().unwrap_or_default(),
        person.full_name().unwrap_or_default(),
        country,
        what(lead, standing).to_owned(),
        valid,
    ];
    (urgency, cells.map(|cell| TermText::line(&cell)))
}

/// The call to action while nothing is decided, else how it stands.
fn what(lead: &Lead, standing: (Status, Option<Outcome>)) -> &'static str {
    match standing {
        (Status::Received, _) => lead.record.call_to_action.title(),
        (_, Some(outcome)) => outcome.title(),
        (status, None) => status.title(),
    }
}

/// The symbol of a validity; `None` is a contact that is not there.
fn validity_mark(validity: Option<Validity>, ascii: bool) -> char {
    match (validity, ascii) {
        (Some(Validity::Valid), false) => '✓',
        (Some(Validity::Valid), true) => 'v',
        (Some(Validity::Invalid), false) => '✗',
        (Some(Validity::Invalid), true) => 'x',
        (Some(Validity::Spam), _) => 's',
        (Some(Validity::Unknown), _) => '?',
        (None, false) => '·',
        (None, true) => '.',
    }
}

fn color(urgency: Urgency) -> Option<&'static str> {
    match urgency {
        Urgency::Hot => Some("1;31"),
        Urgency::Expiring => Some("33"),
        Urgency::Due => Some("36"),
        Urgency::Archived | Urgency::Away => Some("2"),
        _ => None,
    }
}

fn line(cells: &[TermText; COLUMNS], widths: &[usize; COLUMNS], color: Option<&str>) -> String {
    let mut line = String::new();
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if at > 0 {
            line.push_str("  ");
        }
        let numeric = at == 0 || at == 2;
        let text = if numeric { cell.pad_left(*width) } else { cell.pad(*width) };
        match color.filter(|_| at == URGENCY) {
            Some(color) => line.extend(["\x1b[", color, "m", &text, "\x1b[0m"]),
            None => line.push_str(&text),
        }
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::term_text::cells;

    fn cell(texts: [&str; COLUMNS]) -> (Urgency, [TermText; COLUMNS]) {
        (Urgency::Hot, texts.map(TermText::line))
    }

    fn output(color: bool) -> Output {
        let mut output = Output::of_process(crate::cli::output::Color::Never, true);
        (output.terminal, output.color) = (false, color);
        output
    }

    #[test]
    fn columns_line_up_by_cells_not_letters() {
        let rows = vec![
            cell(["1", "hot", "69h", "東京商事", "Zoë", "JP", "Contact me", "✓✗"]),
            cell(["12", "calm", "", "A\u{1b}[2J", "", "", "Accepted", "··"]),
        ];
        let lines = Table { rows }.lines(output(false));
        assert_eq!(lines.len(), 3);
        let at = |line: &String, text: &str| cells(line.split(text).next().unwrap());
        assert_eq!(at(&lines[1], "Contact me"), at(&lines[2], "Accepted"));
        assert_eq!(at(&lines[0], "what"), at(&lines[2], "Accepted"));
        assert!(!lines.concat().contains('\u{1b}'));
    }

    #[test]
    fn colour_is_only_ours() {
        let rows = vec![cell(["1", "hot", "", "A\u{1b}[2J", "", "", "", ""])];
        let lines = Table { rows }.lines(output(true));
        assert_eq!(lines[1].matches('\u{1b}').count(), 2);
        assert!(lines[1].contains("\u{1b}[1;31mhot"));
    }

    #[test]
    fn a_narrow_terminal_squeezes_names_only() {
        let long = "x".repeat(60);
        let table =
            Table { rows: vec![cell(["1", "informational", "69h", &long, &long, "JP", "Contact me", "✓✗"])] };
        let wide = table.widths(&HEADER.map(TermText::line), None);
        assert_eq!((wide[COMPANY], wide[CONTACT]), (36, 28));
        let narrow = table.widths(&HEADER.map(TermText::line), Some(84));
        assert_eq!(narrow.iter().sum::<usize>() + GAP * (COLUMNS - 1), 84);
        let tiny = table.widths(&HEADER.map(TermText::line), Some(10));
        assert_eq!((tiny[COMPANY], tiny[CONTACT]), (LEAST, LEAST));
    }
}
