//! A look at a store from beside, as completion in a shell takes it: at most so many leads, at once, or nothing.
//! Must not make, change, migrate or wait for anything.

use std::path::Path;

use rusqlite::named_params;

use crate::domain::lead::{Lead, LeadId};
use crate::domain::terms::Terms;
use crate::store::error::{Doing, Result};
use crate::store::read::open_owed;
use crate::store::rows::{self, lead_columns};
use crate::store::{Store, open};

impl Store {
    /// The store at `path`, only to be read; `None` where there is none, or one that is not of this version.
    pub fn look(path: &Path, terms: Terms) -> Option<Self> {
        let connection = open::look(path)?;
        Some(Self { connection, path: None, terms, start: String::new() })
    }

    /// The newest leads, whole, at most so many; test leads left out.
    pub fn newest(&self, most: usize) -> Result<Vec<Lead>> {
        let doing = "Reading the newest leads";
        let sql = concat!(
            "SELECT ",
            lead_columns!(),
            " FROM lead WHERE test = 0 ORDER BY created_at DESC, id DESC LIMIT :most"
        );
        let mut owed = open_owed(&self.connection)?;
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let found = statement.query_map(named_params! { ":most": most }, rows::lead).doing(doing)?;
        let whole = found.map(|lead| {
            let mut lead = lead.doing(doing)?;
            lead.owed = owed.remove(&lead.id).unwrap_or_default();
            Ok(lead)
        });
        whole.collect()
    }

    /// The leads whose numbers are `number` or begin with its digits, at most so many; test leads left out.
    pub fn numbered(&self, number: u32, most: usize) -> Result<Vec<LeadId>> {
        let doing = "Looking for numbers";
        let sql = "SELECT id FROM lead WHERE id BETWEEN :first AND :last AND test = 0 ORDER BY id LIMIT :most";
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        let mut ids = Vec::new();
        for digits in 0..10 {
            let ten = 10_i64.pow(digits);
            let first = i64::from(number) * ten;
            let most = i64::try_from(most - ids.len()).unwrap_or(i64::MAX);
            let values = named_params! { ":first": first, ":last": first + ten - 1, ":most": most };
            let found = statement.query_map(values, |row| row.get(0).map(LeadId)).doing(doing)?;
            for id in found {
                ids.push(id.doing(doing)?);
            }
        }
        Ok(ids)
    }
}
