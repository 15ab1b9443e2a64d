//! Leads for CRMs: Salesforce, Dynamics 365, Marketo, HubSpot; the rows of an import file, and the fields of a web interface. What
//! differs between CRMs is data, in `assets/crm`, which says what of it the vendors document and what is inferred. The seller's
//! config may name other mappings. Must not choose which leads go.

pub mod cell;
pub mod field;
pub mod mapping;
pub mod mapping_file;
pub mod record;
pub mod sheet;
mod tally;

use crate::formats::crm::mapping::Mapping;
use crate::formats::crm::mapping_file::MappingError;

pub use crate::domain::crm::Crm;

impl Crm {
    /// The mapping of its import file that leadbox brings, as it is written.
    pub const fn mapping_text(self) -> &'static str {
        match self {
            Self::Salesforce => include_str!("../../../assets/crm/salesforce.toml"),
            Self::Dynamics => include_str!("../../../assets/crm/dynamics.toml"),
            Self::Marketo => include_str!("../../../assets/crm/marketo.toml"),
            Self::Hubspot => include_str!("../../../assets/crm/hubspot.toml"),
        }
    }

    /// The mapping that leadbox brings. A test reads each of them, so that none can be wrong in a build.
    pub fn mapping(self) -> Result<Mapping, MappingError> {
        Mapping::parse(self.mapping_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mapping_that_leadbox_brings_is_in_order() {
        for crm in Crm::ALL {
            let mapping = crm.mapping().unwrap_or_else(|error| panic!("assets/crm/{}.toml, {error}", crm.word()));
            assert!(mapping.lookup.is_some() && mapping.bytes.is_some(), "{}", crm.word());
            let tells = |name: &str| {
                mapping.columns.iter().any(|column| column.field().is_some_and(|field| field.name() == name))
            };
            for field in ["last_name", "company", "email", "phone", "source", "offer", "leadbox_id"] {
                assert!(tells(field), "{} has no {field}", crm.word());
            }
        }
    }
}
