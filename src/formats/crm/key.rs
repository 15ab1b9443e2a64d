//! The key by which a CRM knows a lead of this store again, so that an import or a push can be repeated.
//! Must not be made of anything that an import may change: Microsoft's id may come later than the lead.

use crate::domain::lead::Lead;

/// `leadbox-12-20261120091200`: the number of the lead and when it was first stored here. Both stand from then on. Leads of two
/// stores share it only where both stored their lead of this number in the same second.
pub fn lead_key(lead: &Lead) -> String {
    format!("leadbox-{}-{}", lead.id, lead.receipt.at.format("%Y%m%d%H%M%S"))
}
