//! A referral into the store: its record by the usual reconciling, and the version that was read, in one transaction.
//! Must not decide what is newer: `domain::reconcile` does.

use crate::domain::lead::{LeadId, Moment};
use crate::domain::reconcile::Arrival;
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::referral::Referral;
use crate::store::{Import, ImportLabel, Placed, Result, Road};

/// What the timeline calls this way in.
const TITLE: &str = "Partner Center";

/// The label of what is read here.
pub(super) fn label() -> ImportLabel {
    ImportLabel { title: TITLE.to_owned(), file_time: None, road: Road::Sync }
}

/// Takes a referral in, as fresh as `as_of`. Its version is kept with it; a blank one says that the API knows the lead, but
/// did not tell its version.
pub(super) fn put(import: &mut Import<'_>, referral: Referral, as_of: Moment) -> Result<Placed> {
    let etag = referral.etag.unwrap_or_default();
    let row = referral.row;
    let arrival = Arrival { record: row.record, via: ReceivedVia::Referrals, as_of, own: row.own, alias: row.alias };
    let placed = import.put(&arrival)?;
    import.keep_etag(lead_of(placed), &etag, as_of)?;
    Ok(placed)
}

/// The lead that a record became.
pub(super) fn lead_of(placed: Placed) -> LeadId {
    match placed {
        Placed::Added(lead) | Placed::Updated(lead) | Placed::Unchanged(lead) => lead,
    }
}
