//! Leads as JSON: one array, or one object a line (PRODUCT.md 5).
//! Must not know the fields: `lead_json` does.

use crate::domain::lead::Lead;
use crate::domain::terms::Terms;
use crate::formats::json_text::json;
use crate::formats::lead_json::LeadJson;
use crate::formats::leaving::{About, Leaving, LeavingError};

fn object(lead: &Lead, terms: &Terms, about: &About) -> Result<String, LeavingError> {
    let object = LeadJson::of(lead, terms, about.now, about.person_leads);
    // Into memory, of plain fields: nothing that a lead holds is in the way.
    json(&object).map_err(|error| LeavingError(format!("Lead {} could not be written as JSON: {error}.", lead.id)))
}

/// One array of objects, one a line.
pub struct LeadArray<'a> {
    terms: &'a Terms,
    begun: bool,
}

impl<'a> LeadArray<'a> {
    /// An empty one.
    pub fn new(terms: &'a Terms) -> Self {
        Self { terms, begun: false }
    }
}

impl Leaving for LeadArray<'_> {
    fn head(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        self.begun = false;
        out.push(b'[');
        Ok(())
    }

    fn lead(&mut self, lead: &Lead, about: &About, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        out.extend_from_slice(if self.begun { b",\n" } else { b"\n" });
        out.extend_from_slice(object(lead, self.terms, about)?.as_bytes());
        self.begun = true;
        Ok(())
    }

    fn tail(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        out.extend_from_slice(if self.begun { b"\n]\n" } else { b"]\n" });
        Ok(())
    }
}

/// One object a line.
pub struct LeadLines<'a> {
    terms: &'a Terms,
}

impl<'a> LeadLines<'a> {
    /// An empty one.
    pub fn new(terms: &'a Terms) -> Self {
        Self { terms }
    }
}

impl Leaving for LeadLines<'_> {
    fn head(&mut self, _out: &mut Vec<u8>) -> Result<(), LeavingError> {
        Ok(())
    }

    fn lead(&mut self, lead: &Lead, about: &About, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        out.extend_from_slice(object(lead, self.terms, about)?.as_bytes());
        out.push(b'\n');
        Ok(())
    }

    fn tail(&mut self, _out: &mut Vec<u8>) -> Result<(), LeavingError> {
        Ok(())
    }
}
