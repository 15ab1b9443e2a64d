//! The key by which a CRM knows a lead of this store again, so that an import or a push can be repeated: the store's random
//! identity and the lead's number in it. Must not be made of anything that an import may change: Microsoft's id may come
//! later than the lead.

use std::collections::HashSet;

use crate::domain::lead::{Lead, LeadId};
use crate::domain::uuid::hex;

/// The keys of the leads of one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadKeys {
    store: [u8; 8],
    early: HashSet<LeadId>,
}

impl LeadKeys {
    /// The keys in a store of this identity. `early`: leads that a CRM may know by the key they had before stores had one.
    pub const fn new(store: [u8; 8], early: HashSet<LeadId>) -> Self {
        Self { store, early }
    }

    /// `leadbox-9f2c61d07b3e84a5-12`: the store and the number of the lead in it; for an early one `leadbox-12-20261120091200`,
    /// its number and when it was first stored. All of that stands from then on.
    pub fn of(&self, lead: &Lead) -> String {
        if self.early.contains(&lead.id) {
            return format!("leadbox-{}-{}", lead.id, lead.receipt.at.format("%Y%m%d%H%M%S"));
        }
        format!("leadbox-{}-{}", hex(&self.store), lead.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::{Receipt, Seller};
    use crate::domain::moment::parse;
    use crate::domain::record::{Field, RawRecord, read};
    use crate::domain::vocabulary::ReceivedVia;

    fn lead(id: i64) -> Lead {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-19");
        let at = parse("2026-11-20T09:12:00Z").unwrap();
        Lead {
            id: LeadId(id),
            rev: 1,
            record: read(&raw).unwrap(),
            seller: Seller::default(),
            owed: Vec::new(),
            receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at, as_of: at },
        }
    }

    #[test]
    fn a_key_names_the_store_and_the_lead_for_good() {
        let one = LeadKeys::new(*b"\x9f\x2c\x61\xd0\x7b\x3e\x84\xa5", HashSet::from([LeadId(7)]));
        assert_eq!(one.of(&lead(12)), "leadbox-9f2c61d07b3e84a5-12");
        assert_eq!(one.of(&lead(7)), "leadbox-7-20261120091200", "a CRM may know it so");
        let other = LeadKeys::new([0; 8], HashSet::new());
        assert_eq!(other.of(&lead(12)), "leadbox-0000000000000000-12");
        let mut changed = lead(12);
        changed.record.external_id = Some("later".to_owned());
        assert_eq!(one.of(&changed), one.of(&lead(12)), "what an import brings does not change it");
    }
}
