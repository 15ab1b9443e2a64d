//! Listing what came in: every page of the referrals since the last sync, each page stored with the place it was reached at, so
//! that a run that was cut short goes on where it stopped. Must not follow a link to another host, and leaves out what is no
//! lead.

use serde::{Deserialize, Serialize};

use chrono::TimeDelta;

use crate::domain::lead::Moment;
use crate::domain::moment::rfc3339;
use crate::formats::json_value::Json;
use crate::formats::referral::{self, NotTaken};
use crate::net::address::form;
use crate::net::message::{Answer, Method};
use crate::net::partner_center::answers::{Fault, Page, updated};
use crate::net::partner_center::session::Session;
use crate::net::partner_center::{PartnerCenterError, intake};
use crate::net::wire_error::{WireError, WireKind};
use crate::store::Store;

/// Items asked for a page: the most that any document names.
pub const PAGE: usize = 100;

/// How far back a sync looks behind the newest change it knows: what was written there late must not be missed.
pub const OVERLAP: TimeDelta = TimeDelta::minutes(10);

/// More pages than this are no list but a loop.
const MOST_PAGES: u32 = 20_000;

/// What a listing came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pulled {
    /// Pages read.
    pub pages: u32,
    /// Referrals on them; `listed = added + updated + unchanged + skipped + rejected`.
    pub listed: u64,
    /// New leads.
    pub added: u64,
    /// Known leads that learned something.
    pub updated: u64,
    /// Known leads with nothing new.
    pub unchanged: u64,
    /// Co-sell opportunities and outgoing referrals: no leads.
    pub skipped: u64,
    /// Referrals that cannot be read.
    pub rejected: u64,
    /// Which, and why.
    pub rejects: Vec<Reject>,
}

/// A referral that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Why.
    pub reason: String,
}

/// How far the sync has come, as the store keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// The sign-in that listed: another may see other leads.
    sign_in: String,
    /// The newest change that a whole run has seen.
    reached: Option<Moment>,
    /// A run that was cut short.
    run: Option<Run>,
}

/// A run under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// Changes since then; none for all.
    from: Option<Moment>,
    /// The query of the next page.
    next: String,
    /// The newest change it has seen so far.
    newest: Option<Moment>,
}

impl State {
    /// The run that comes next, and whether it begins anew: the one that was cut short, else all changes since the last.
    fn begin(&self, full: bool) -> (Run, bool) {
        match self.run.clone().filter(|_| !full) {
            Some(run) => (run, false),
            None => (Run::since(self.reached.filter(|_| !full).map(|reached| reached - OVERLAP)), true),
        }
    }
}

impl Run {
    fn since(from: Option<Moment>) -> Self {
        Self { from, next: first_query(from), newest: None }
    }
}

/// The query of the first page of all changes since a moment.
pub fn first_query(from: Option<Moment>) -> String {
    let since = from.map(|from| format!(" and updatedDateTime ge {}", rfc3339(from))).unwrap_or_default();
    let filter = format!("direction eq 'Incoming'{since}");
    let options = [("$filter", filter.as_str()), ("$orderby", "updatedDateTime"), ("$top", &PAGE.to_string())];
    form(options)
}

/// The query that the next sync of the stored sign-in begins with.
pub fn next_query(store: &Store, source: &str, full: bool) -> Result<String, PartnerCenterError> {
    let state: State = stored(store, source)?.unwrap_or_default();
    Ok(state.begin(full).0.next)
}

/// Lists and stores what changed since the last sync, everything if `full`, and counts it in `pulled` as it is stored, which
/// `show` hears of page by page; `now` is when it arrives here.
pub fn pull(
    session: &mut Session<'_>,
    store: &mut Store,
    source: &str,
    full: bool,
    now: Moment,
    pulled: &mut Pulled,
    show: &mut dyn FnMut(&Pulled),
) -> Result<(), PartnerCenterError> {
    let mut state = known(store, source, session.sign_in())?;
    let (mut run, mut first) = state.begin(full);
    let mut restarted = false;
    loop {
        let answer = session.call(Method::Get, &format!("?{}", run.next), |request| request)?;
        if !first && !restarted && matches!(answer.status, 400 | 404 | 410) {
            // The place that was reached is forgotten there: the run begins again, once.
            run = Run::since(run.from);
            (first, restarted) = (true, true);
            continue;
        }
        first = false;
        let page = read(&answer)?;
        pulled.pages += 1;
        if pulled.pages > MOST_PAGES || page.next.as_ref() == Some(&run.next) {
            return Err(endless().into());
        }
        run.newest = page.items.iter().filter_map(updated).chain(run.newest).max();
        let more = page.next.is_some();
        state.run = page.next.clone().map(|next| Run { next, ..run.clone() });
        if !more {
            // A change dated in the future must not keep those before it from being asked for.
            state.reached = run.newest.map(|newest| newest.min(now)).max(state.reached);
        }
        take(store, source, &state, page.items, now, pulled)?;
        show(pulled);
        let Some(next) = state.run.clone() else { return Ok(()) };
        run = next;
        if session.client().pace().stopping() {
            return Err(WireError::stopped().into());
        }
    }
}

fn read(answer: &Answer) -> Result<Page, WireError> {
    if answer.is_done() { Page::read(answer) } else { Err(Fault::of(answer).error("The list of referrals")) }
}

fn endless() -> WireError {
    WireError::new(
        WireKind::Refused,
        "Partner Center's list does not end: a page names itself as the next. What was read before is stored; try again later.",
    )
}

/// The state of this sign-in; a new sign-in begins anew.
fn known(store: &Store, source: &str, sign_in: &str) -> Result<State, PartnerCenterError> {
    let fresh = || State { sign_in: sign_in.to_owned(), ..State::default() };
    Ok(stored(store, source)?.filter(|state| state.sign_in == sign_in).unwrap_or_else(fresh))
}

/// The state in the store; what cannot be read is none, and everything is listed again.
fn stored(store: &Store, source: &str) -> Result<Option<State>, PartnerCenterError> {
    Ok(store.progress(source)?.and_then(|noted| serde_json::from_str(&noted.state).ok()))
}

/// Stores the items of a page and the place that is reached with it, both or neither.
fn take(
    store: &mut Store,
    source: &str,
    state: &State,
    items: Vec<Json>,
    now: Moment,
    pulled: &mut Pulled,
) -> Result<(), PartnerCenterError> {
    let mut import = store.import(&intake::label(), now)?;
    let (mut skipped, mut rejects) = (0, Vec::new());
    let listed = items.len() as u64;
    for item in items {
        match referral::read(&item) {
            Ok(lead) => {
                let as_of = lead.row.updated_at.unwrap_or(now);
                intake::put(&mut import, lead, as_of)?;
            }
            Err(NotTaken::NoLead(_)) => skipped += 1,
            Err(NotTaken::Unreadable(reason)) => {
                let id = item.get("id").and_then(Json::text).map(str::to_owned);
                rejects.push(Reject { id, reason });
            }
        }
    }
    let text = serde_json::to_string(state).unwrap_or_default();
    import.note_progress(source, &text)?;
    let counts = import.commit()?;
    pulled.listed += listed;
    pulled.added += counts.added;
    pulled.updated += counts.updated;
    pulled.unchanged += counts.unchanged;
    pulled.skipped += skipped;
    pulled.rejected += rejects.len() as u64;
    pulled.rejects.extend(rejects);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::net::address::unescaped;

    #[test]
    fn a_query_asks_only_what_is_documented() {
        let asked = |from| unescaped(&first_query(from));
        assert_eq!(asked(None), "$filter=direction eq 'Incoming'&$orderby=updatedDateTime&$top=100");
        assert_eq!(
            asked(parse("2026-11-20T09:12:00Z")),
            "$filter=direction eq 'Incoming' and updatedDateTime ge 2026-11-20T09:12:00Z&$orderby=updatedDateTime&$top=100"
        );
    }
}
