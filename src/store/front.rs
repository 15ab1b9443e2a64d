//! The first page of a large store: one prepared query a range, each along an index, until the domain wants no more.
//! What it costs does not grow with the store. Must not judge or order a lead: the domain's page does.

use rusqlite::{Connection, named_params};

use crate::domain::front::{Page, Range, Strip, ranges};
use crate::domain::lead::{LeadId, Moment};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Source, Urgency};
use crate::store::Store;
use crate::store::error::{Doing, Result};
use crate::store::read::owed_by;
use crate::store::rows::{self, brief_columns};

const DOING: &str = "Reading the most urgent leads";

/// The first leads of the default view, most urgent first, with their vital facts.
pub type FrontPage = Vec<(LeadId, Vitals)>;

/// The index of the leads that are not archived for good; its conditions word by word, or it would not be used.
macro_rules! front {
    ($kind:literal, $order:literal) => {
        concat!(
            "SELECT ",
            brief_columns!(),
            ", created_at AS place FROM lead INDEXED BY lead_front WHERE test = 0 AND qualification NOT IN (2, 3) ",
            "AND (verdict IS NULL AND status < 2 OR instr(verdict, '\"kind\":\"accepted\"') > 0 AND (status < 2 OR outcome = 4)) ",
            "AND CASE WHEN verdict IS NOT NULL OR status = 1 THEN 1 ",
            "WHEN do_not_contact = 0 AND (call_to_action = 1 OR lead_type = 2) THEN 0 ELSE 2 END = ",
            $kind,
            " AND source = :source AND created_at BETWEEN :from AND :to ORDER BY created_at ",
            $order
        )
    };
}

const STATED: &str = concat!(
    "SELECT ",
    brief_columns!(),
    ", stated_expiry AS place FROM lead INDEXED BY lead_stated WHERE verdict IS NULL AND status = 0 AND test = 0 ",
    "AND do_not_contact = 0 AND qualification NOT IN (2, 3) AND (call_to_action = 1 OR lead_type = 2) ",
    "AND :source IS NULL AND stated_expiry BETWEEN :from AND :to ORDER BY stated_expiry"
);

const OWED: &str = concat!(
    "SELECT ",
    brief_columns!(),
    ", due AS place FROM owed INDEXED BY owed_by_due CROSS JOIN lead ON lead.id = owed.lead ",
    "WHERE closed_at IS NULL AND :source IS NULL AND due BETWEEN :from AND :to ORDER BY due"
);

const PUT_OFF: &str = concat!(
    "SELECT ",
    brief_columns!(),
    ", later_until AS place FROM lead INDEXED BY lead_put_off ",
    "WHERE :source IS NULL AND later_until BETWEEN :from AND :to ORDER BY later_until"
);

const PUT_AWAY: &str = concat!(
    "SELECT ",
    brief_columns!(),
    ", created_at AS place FROM lead INDEXED BY lead_put_away ",
    "WHERE away = 1 AND :source IS NULL AND created_at BETWEEN :from AND :to ORDER BY created_at DESC"
);

const NEWEST: &str = concat!(
    "SELECT ",
    brief_columns!(),
    ", created_at AS place FROM lead INDEXED BY lead_by_created ",
    "WHERE :source IS NULL AND created_at BETWEEN :from AND :to ORDER BY created_at DESC"
);

/// The query of a strip, and the source it is asked for.
const fn query(strip: Strip) -> (&'static str, Option<Source>) {
    match strip {
        Strip::ToAnswer(source) => (front!("0", "ASC"), Some(source)),
        Strip::Accepted(source) => (front!("1", "DESC"), Some(source)),
        Strip::Informational(source) => (front!("2", "DESC"), Some(source)),
        Strip::Stated => (STATED, None),
        Strip::Owed => (OWED, None),
        Strip::PutOff => (PUT_OFF, None),
        Strip::PutAway => (PUT_AWAY, None),
        Strip::Newest => (NEWEST, None),
    }
}

impl Store {
    /// The first leads of the default view at `now`, at most so many. Where they lie so oddly that they cannot be found
    /// quickly the page is shorter; what is on it is always the very beginning of the view.
    pub fn front(&self, most: usize, now: Moment) -> Result<FrontPage> {
        let transaction = self.connection.unchecked_transaction().doing(DOING)?;
        let mut page = Page::new(most, now);
        for class in Urgency::ALL {
            for range in ranges(*class, &self.terms, now) {
                self.read_range(&transaction, *class, &range, &mut page)?;
            }
            if !page.end_class() {
                break;
            }
        }
        Ok(page.leads())
    }

    fn read_range(&self, connection: &Connection, class: Urgency, range: &Range, page: &mut Page) -> Result<()> {
        let (sql, source) = query(range.strip);
        let mut statement = connection.prepare_cached(sql).doing(DOING)?;
        let source = source.map(Source::code);
        let values = named_params! { ":source": source, ":from": range.from, ":to": range.to };
        let mut found = statement.query(values).doing(DOING)?;
        while let Some(row) = found.next().doing(DOING)? {
            if !page.wants(range, row.get("place").doing(DOING)?) {
                break;
            }
            let (id, record, seller) = rows::brief(row).doing(DOING)?;
            page.take(class, id, (&record, &seller, &owed_by(connection, id)?), &self.terms);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::terms::Terms;

    #[test]
    fn every_range_is_walked_along_an_index() {
        let store = Store::open_in_memory(Terms::default(), "test").unwrap();
        let source = Source::AppSource;
        let strips = [
            (Strip::ToAnswer(source), "lead_front (<expr>=? AND source=? AND created_at>? AND created_at<?)"),
            (Strip::Accepted(source), "lead_front (<expr>=? AND source=? AND created_at>? AND created_at<?)"),
            (Strip::Informational(source), "lead_front (<expr>=? AND source=? AND created_at>? AND created_at<?)"),
            (Strip::Stated, "lead_stated (stated_expiry>? AND stated_expiry<?)"),
            (Strip::Owed, "owed_by_due (due>? AND due<?)"),
            (Strip::PutOff, "lead_put_off (later_until>? AND later_until<?)"),
            (Strip::PutAway, "lead_put_away (created_at>? AND created_at<?)"),
            (Strip::Newest, "lead_by_created (created_at>? AND created_at<?)"),
        ];
        for (strip, index) in strips {
            let mut statement = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {}", query(strip).0)).unwrap();
            let values = named_params! { ":source": None::<u8>, ":from": 0, ":to": 1 };
            let steps = statement.query_map(values, |row| row.get::<_, String>("detail")).unwrap();
            let steps: Vec<String> = steps.collect::<rusqlite::Result<_>>().unwrap();
            assert!(steps[0].ends_with(index), "{strip:?}: {steps:?}");
            let others = |step: &String| step == "SEARCH lead USING INTEGER PRIMARY KEY (rowid=?)";
            assert!(steps[1..].iter().all(others), "nothing is sorted or read whole: {strip:?}: {steps:?}");
        }
    }
}
