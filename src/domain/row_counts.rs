//! What came of rows that were brought in, as a sentence: an import of the inbox and of the command line, a mended delivery and
//! a sync say it alike. Must not know where the rows came from.

use crate::domain::numbers;

/// How many rows went which way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// All of them.
    pub rows: u64,
    /// New leads.
    pub added: u64,
    /// Leads that learned something.
    pub updated: u64,
    /// Leads with nothing new.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub rejected: u64,
    /// The first of those, and why: "line 7: there is no creation date".
    pub first_reject: Option<String>,
}

impl RowCounts {
    /// "44 rows: 31 new, 12 unchanged, 1 rejected (line 7: …)."
    pub fn sentence(&self) -> String {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let counts = [(self.added, "new"), (self.updated, "updated"), (self.unchanged, "unchanged")];
        let counts = counts.into_iter().chain([(self.rejected, "rejected")]).filter(|(count, _)| *count > 0);
        let mut parts: Vec<String> =
            counts.map(|(count, what)| format!("{} {what}", numbers::count(number(count)))).collect();
        if let (Some(last), Some(first)) = (parts.last_mut().filter(|_| self.rejected > 0), &self.first_reject) {
            let further = match number(self.rejected - 1) {
                0 => String::new(),
                further => format!("; {} more", numbers::count(further)),
            };
            *last = format!("{last} ({first}{further})");
        }
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        format!("{}{parts}.", numbers::many(number(self.rows), "row"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_counts_what_came_and_names_the_first_that_did_not() {
        let said = |rows, added, rejected, first: Option<&str>| {
            let first_reject = first.map(str::to_owned);
            RowCounts { rows, added, rejected, first_reject, ..RowCounts::default() }.sentence()
        };
        assert_eq!(said(0, 0, 0, None), "0 rows.");
        assert_eq!(said(1, 1, 0, None), "1 row: 1 new.");
        assert_eq!(said(2, 1, 1, Some("line 7: no date")), "2 rows: 1 new, 1 rejected (line 7: no date).");
        let many = said(2500, 2498, 2, Some("p / r: there is no RowKey"));
        assert_eq!(many, "2,500 rows: 2,498 new, 2 rejected (p / r: there is no RowKey; 1 more).");
        let each = RowCounts { rows: 3, added: 1, updated: 1, unchanged: 1, ..RowCounts::default() };
        assert_eq!(each.sentence(), "3 rows: 1 new, 1 updated, 1 unchanged.");
    }
}
