//! Changes, undo, redo, imports and clock moves in any order: the store against a plain model that keeps every lead and a
//! list of pages in memory. What one change or one record makes of a lead is the domain's and shown elsewhere; here it is
//! the journal, the outbox and the refusals that must agree after every step.

use chrono::TimeDelta;
use leadbox::domain::change::{self, Change, Grounds};
use leadbox::domain::lead::{Lead, LeadId, Moment, Owed, Seller};
use leadbox::domain::reconcile::{Fit, Merged, merge};
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::domain::undo::Page;
use leadbox::domain::vitals::Vitals;
use leadbox::domain::vocabulary::{Reason, Status, TouchKind, VerdictKind};
use leadbox::store::{Redone, Store, Undone};
use proptest::prelude::*;
use proptest::sample::select;

use crate::samples::{self, Row, deal, empty_store, label, law, now, put_all};

const LEADS: usize = 4;

/// Something that happens.
#[derive(Clone, Debug)]
enum Happening {
    Change {
        what: Change,
        to: Vec<usize>,
    },
    Undo {
        confirmed: bool,
    },
    Redo,
    Import {
        lead: usize,
        status: &'static str,
        substatus: &'static str,
        job: &'static str,
        expiry: &'static str,
    },
    /// The person of this lead sends another.
    Another {
        lead: usize,
    },
    Clock {
        seconds: i64,
    },
}

/// One change of the seller's: which leads, their pages, and whether an import moved a status it had decided on.
#[derive(Clone, Debug)]
struct Step {
    at: Moment,
    pages: Vec<(usize, Page, Page)>,
    contradicted: bool,
    /// What its undo closed and opened, and the seller's part before and after it, by lead.
    undone: Vec<(Vec<Owed>, Vec<Owed>, Seller, Seller)>,
}

/// What must be in the store.
struct Model {
    leads: Vec<Lead>,
    done: Vec<Step>,
    undone: Vec<Step>,
    now: Moment,
    /// A step was refused and settled: it will not come back.
    settled: bool,
}

fn changes() -> BoxedStrategy<Change> {
    let grounds =
        (select(Reason::ALL), any::<bool>()).prop_map(|(reason, reported)| Grounds { reason, notes: None, reported });
    prop_oneof![
        3 => any::<bool>().prop_map(|reported| Change::Accept { deal: deal("A deal"), reported }),
        2 => grounds.clone().prop_map(Change::Decline),
        2 => any::<bool>().prop_map(Change::Favorite),
        1 => Just(Change::Edit { deal: deal("Another deal") }),
        1 => any::<bool>().prop_map(|reported| Change::Won { value: Some(("5".parse().unwrap(), "EUR".into())), reported }),
        1 => grounds.prop_map(Change::Lost),
        3 => select(&[None, None, Some(VerdictKind::Accepted), Some(VerdictKind::Won)][..]).prop_map(Change::TickOff),
        2 => touches(),
        2 => until().prop_map(Change::Later),
        2 => any::<bool>().prop_map(Change::Away),
        2 => (tags(), tags()).prop_map(|(add, remove)| Change::Tag { add, remove }),
        1 => select(&[None, Some("calls on Mondays"), Some("two\nlines")][..]).prop_map(|note| Change::Note(note.map(str::to_owned))),
    ]
    .boxed()
}

fn touches() -> BoxedStrategy<Change> {
    let text = select(&[None, Some("left a message with Jo")][..]);
    (select(TouchKind::ALL), text, until())
        .prop_map(|(kind, text, next)| Change::Touch { kind, text: text.map(str::to_owned), next })
        .boxed()
}

/// Dates ahead and past, within every deadline and beyond.
fn until() -> BoxedStrategy<Option<Moment>> {
    select(&[None, Some(1), Some(3600), Some(86_400), Some(5 * 86_400), Some(60 * 86_400)][..])
        .prop_map(|seconds| seconds.map(|seconds| now() + TimeDelta::seconds(seconds)))
        .boxed()
}

fn tags() -> BoxedStrategy<Vec<String>> {
    proptest::collection::vec(select(&["vip", "VIP", "old", "Berlin"][..]).prop_map(str::to_owned), 0..3).boxed()
}

fn happening() -> BoxedStrategy<Happening> {
    let some = proptest::collection::vec(0..LEADS + 1, 1..4);
    let import = (
        0..LEADS,
        select(&["Received", "Received", "Accepted", "Archived"][..]),
        select(&["", "Won", "Declined", "Expired"][..]),
        select(&["CTO", "CEO", ""][..]),
        select(&["", "", "2026-11-23T00:00:00Z", "2026-12-20T00:00:00Z"][..]),
    );
    prop_oneof![
        8 => (changes(), some).prop_map(|(what, to)| Happening::Change { what, to }),
        6 => any::<bool>().prop_map(|confirmed| Happening::Undo { confirmed }),
        4 => Just(Happening::Redo),
        1 => import.prop_map(|(lead, status, substatus, job, expiry)| {
            Happening::Import { lead, status, substatus, job, expiry }
        }),
        1 => (0..LEADS).prop_map(|lead| Happening::Another { lead }),
        2 => select(&[0, 1, 3600, 3601, -7200, 40_000][..]).prop_map(|seconds| Happening::Clock { seconds }),
    ]
    .boxed()
}

/// The number of a lead; one past the last is nobody's.
fn id(lead: usize) -> LeadId {
    LeadId(if lead == LEADS { 9999 } else { lead as i64 + 1 })
}

fn row(lead: usize) -> Row {
    let created =
        ["2026-11-19T12:00:00Z", "2026-11-18T12:00:00Z", "2026-11-07T00:00:00Z", "2026-11-20T11:00:00Z"][lead];
    let row = Row::contact_me(&format!("id-{lead}"), created).with(Field::Email, &format!("{lead}@x.example"));
    // The last one asks for no answer: it may be put away.
    if lead == LEADS - 1 { row.with(Field::CallToAction, "Get it now") } else { row }
}

impl Model {
    fn new(store: &mut Store) -> Self {
        let arrivals: Vec<_> = (0..LEADS).map(|lead| row(lead).arrival("2026-11-20T11:30:00Z")).collect();
        put_all(store, &arrivals, now());
        Self { leads: samples::all_leads(store), done: Vec::new(), undone: Vec::new(), settled: false, now: now() }
    }

    fn happen(&mut self, store: &mut Store, happening: &Happening) -> Result<(), TestCaseError> {
        match happening {
            Happening::Clock { seconds } => self.now += TimeDelta::seconds(*seconds),
            Happening::Change { what, to } => self.change(store, what, to)?,
            Happening::Undo { confirmed } => self.undo(store, *confirmed)?,
            Happening::Redo => self.redo(store)?,
            Happening::Import { lead, status, substatus, job, expiry } => {
                let row = row(*lead).with(Field::Status, status).with(Field::Substatus, substatus);
                let row = row.with(Field::JobTitle, job).with(Field::Expiry, expiry);
                self.import(store, *lead, &row)?;
            }
            Happening::Another { lead } => self.another(store, *lead),
        }
        let stored = samples::all_leads(store);
        prop_assert_eq!(stored.len(), self.leads.len());
        for (lead, stored) in self.leads.iter().zip(&stored) {
            prop_assert_eq!(&stored.record, &lead.record);
            prop_assert_eq!(&stored.seller, &lead.seller);
            prop_assert_eq!(&stored.owed, &lead.owed);
        }
        let steps = store.steps(1000).unwrap();
        prop_assert_eq!(steps.iter().filter(|step| !step.undone).count(), self.done.len());
        prop_assert_eq!(steps.iter().filter(|step| step.undone).count(), self.undone.len());
        Ok(())
    }

    fn change(&mut self, store: &mut Store, what: &Change, to: &[usize]) -> Result<(), TestCaseError> {
        let ids: Vec<_> = to.iter().map(|lead| id(*lead)).collect();
        let applied = store.apply(&ids, what, self.now).unwrap();
        let (mut pages, mut taken) = (Vec::new(), 0);
        let mut once = to.to_vec();
        once.sort_unstable();
        once.dedup();
        for number in once.into_iter().filter(|number| *number < LEADS) {
            if let Ok(after) = change::apply(&self.leads[number], what, &Terms::default(), self.now) {
                taken += 1;
                let (before, next) = (Page::of(&self.leads[number]), Page::of(&after));
                if before != next {
                    pages.push((number, before, next));
                }
                self.leads[number] = after;
            }
        }
        prop_assert_eq!(applied.leads.len(), taken);
        prop_assert_eq!(applied.unknown.len(), usize::from(to.contains(&LEADS)));
        same_as_stored(store, &applied.leads)?;
        if !pages.is_empty() {
            self.undone.clear();
            self.done.push(Step { at: self.now, pages, contradicted: false, undone: Vec::new() });
        }
        Ok(())
    }

    fn undo(&mut self, store: &mut Store, confirmed: bool) -> Result<(), TestCaseError> {
        let answer = store.undo(confirmed, self.now).unwrap();
        let Some(mut step) = self.done.pop() else {
            prop_assert_eq!(answer, Undone::Nothing);
            return Ok(());
        };
        let old = self.now - step.at > TimeDelta::hours(1);
        if old && !confirmed {
            prop_assert!(matches!(answer, Undone::Ask { at, .. } if at == step.at), "not asked");
            self.done.push(step);
            return Ok(());
        }
        let seller = |number: &usize| &self.leads[*number].seller;
        let overlaid = step.pages.iter().any(|(number, before, after)| {
            before.seller.verdict != after.seller.verdict && seller(number).verdict != after.seller.verdict
        });
        if step.contradicted || overlaid {
            // Refused once and settled: the next undo reaches the step before it.
            self.settled = true;
            prop_assert!(matches!(answer, Undone::Contradicted { .. }), "not refused");
            return Ok(());
        }
        let Undone::Done { leads, .. } = answer else { return Err(TestCaseError::fail(format!("{answer:?}"))) };
        step.undone.clear();
        for (number, before, after) in &step.pages {
            let lead = &mut self.leads[*number];
            let (open, was) = (lead.owed.clone(), lead.seller.clone());
            lead.seller = moved(&lead.seller, &after.seller, &before.seller);
            let told = after.owed.iter().filter(|owed| !holds(&before.owed, owed) && !holds(&open, owed));
            let mut told: Vec<_> = told.map(|owed| owed.kind).collect();
            lead.owed.retain(|owed| holds(&before.owed, owed) || !holds(&after.owed, owed));
            reopen(lead, before.owed.iter().filter(|owed| !holds(&after.owed, owed)));
            let verdict = after.seller.verdict.as_ref().filter(|_| after.seller.verdict != before.seller.verdict);
            told.extend(verdict.filter(|verdict| verdict.reported).map(|verdict| verdict.kind));
            for correction in told.into_iter().map(|kind| correction(kind, self.now)) {
                if !lead.owed.contains(&correction) {
                    lead.owed.push(correction);
                }
            }
            let closed = open.iter().filter(|owed| !holds(&lead.owed, owed)).cloned().collect();
            let opened = lead.owed.iter().filter(|owed| !holds(&open, owed)).cloned().collect();
            step.undone.push((closed, opened, was, lead.seller.clone()));
        }
        self.undone.push(step);
        same_as_stored(store, &leads)
    }

    fn redo(&mut self, store: &mut Store) -> Result<(), TestCaseError> {
        let answer = store.redo(self.now).unwrap();
        let Some(step) = self.undone.pop() else {
            prop_assert_eq!(answer, Redone::Nothing);
            return Ok(());
        };
        let overlaid = step.pages.iter().zip(&step.undone).any(|((number, ..), (_, _, was, became))| {
            was.verdict != became.verdict && self.leads[*number].seller.verdict != became.verdict
        });
        if step.contradicted || overlaid {
            prop_assert!(matches!(answer, Redone::Contradicted { .. }), "not refused");
            self.settled = true;
            return Ok(());
        }
        let Redone::Done { leads, .. } = answer else { return Err(TestCaseError::fail(format!("{answer:?}"))) };
        for ((number, ..), (closed, opened, was, became)) in step.pages.iter().zip(&step.undone) {
            let lead = &mut self.leads[*number];
            lead.seller = moved(&lead.seller, became, was);
            lead.owed.retain(|owed| !holds(opened, owed));
            reopen(lead, closed.iter());
        }
        self.done.push(step);
        same_as_stored(store, &leads)
    }

    fn another(&mut self, store: &mut Store, number: usize) {
        let row = row(number)
            .with(Field::Id, &format!("new-{}", self.leads.len()))
            .with(Field::Created, "2026-11-20T11:59:00Z");
        put_all(store, &[samples::arrival(row.record(), self.now)], self.now);
        let (lead, now) = (&mut self.leads[number], self.now.timestamp());
        if Vitals::of(lead, &Terms::default()).standing(now).0 != Status::Archived {
            lead.seller.away = false;
        }
        let id = LeadId(self.leads.len() as i64 + 1);
        self.leads.push(store.lead(id).unwrap().unwrap());
    }

    fn import(&mut self, store: &mut Store, number: usize, row: &Row) -> Result<(), TestCaseError> {
        let arrival = samples::arrival(row.record(), self.now);
        let mut import = store.import(&label("newer.csv"), self.now).unwrap();
        import.put(&arrival).unwrap();
        import.commit().unwrap();
        let lead = &mut self.leads[number];
        match merge(lead, &arrival, Fit::Known, &Terms::default()) {
            Merged::Unchanged => {}
            Merged::Confirmed(as_of) => lead.receipt.as_of = as_of,
            Merged::Updated { lead: after, .. } => {
                prop_assert_eq!(&after.seller, &lead.seller);
                let moved = (after.record.status, after.record.outcome) != (lead.record.status, lead.record.outcome);
                *lead = *after;
                // A verdict, or a tick-off, which changes nothing but what is owed.
                let decided = |step: &Step| {
                    step.pages.iter().any(|(n, before, after)| {
                        *n == number && (before.seller.verdict != after.seller.verdict || before.owed != after.owed)
                    })
                };
                for step in self.done.iter_mut().chain(&mut self.undone).filter(|step| moved && decided(step)) {
                    step.contradicted = true;
                }
            }
        }
        Ok(())
    }
}

/// What the store answered is what it holds.
fn same_as_stored(store: &Store, answered: &[Lead]) -> Result<(), TestCaseError> {
    for lead in answered {
        let stored = store.lead(lead.id).unwrap();
        prop_assert_eq!(Some(lead), stored.as_ref());
    }
    Ok(())
}

/// The entry is among these, whatever its deadline has become.
fn holds(entries: &[Owed], owed: &Owed) -> bool {
    entries
        .iter()
        .any(|other| (other.kind, other.opened_at, &other.remark) == (owed.kind, owed.opened_at, &owed.remark))
}

/// Opens entries again, an accept or a decline due when the lead expires as it is known now.
fn reopen<'a>(lead: &mut Lead, entries: impl Iterator<Item = &'a Owed>) {
    let expires = lead.record.stated_expiry.unwrap_or(lead.record.created_at + TimeDelta::days(14));
    for entry in entries {
        // The same correction asked for twice in one second is one entry.
        if holds(&lead.owed, entry) {
            continue;
        }
        let runs = entry.remark.is_none() && matches!(entry.kind, VerdictKind::Accepted | VerdictKind::Declined);
        lead.owed.push(Owed { due: runs.then_some(expires), ..entry.clone() });
    }
}

fn correction(kind: VerdictKind, now: Moment) -> Owed {
    let remark = Some(format!("Partner Center was told {}; correct it there.", kind.title()));
    Owed { kind, opened_at: now, due: None, remark, uploaded_at: None }
}

/// The seller's part after a step from one page to another: only what the step changed moves.
fn moved(now: &Seller, from: &Seller, to: &Seller) -> Seller {
    let mut moved = now.clone();
    if from.favorite != to.favorite {
        moved.favorite = to.favorite;
    }
    if from.deal != to.deal {
        moved.deal.clone_from(&to.deal);
    }
    if from.verdict != to.verdict {
        moved.verdict.clone_from(&to.verdict);
    }
    if from.touches != to.touches {
        moved.touches.clone_from(&to.touches);
    }
    if from.later_until != to.later_until {
        moved.later_until = to.later_until;
    }
    if from.away != to.away {
        moved.away = to.away;
    }
    if from.tags != to.tags {
        moved.tags.clone_from(&to.tags);
    }
    if from.note != to.note {
        moved.note.clone_from(&to.note);
    }
    moved
}

proptest! {
    #![proptest_config(law(300))]

    #[test]
    fn any_sequence_of_steps_ends_where_the_model_ends(happenings in proptest::collection::vec(happening(), 50)) {
        let mut store = empty_store();
        let mut model = Model::new(&mut store);
        for happening in &happenings {
            model.happen(&mut store, happening)?;
        }
        // All the way back and forth again: where nothing is in the way, both ends are reached exactly.
        let pages = |leads: &[Lead]| leads.iter().map(Page::of).collect::<Vec<_>>();
        let here = pages(&model.leads);
        let ahead = model.undone.len();
        while !model.done.is_empty() && !model.done.last().is_some_and(|step| step.contradicted) {
            model.happen(&mut store, &Happening::Undo { confirmed: true })?;
        }
        if model.done.is_empty() && !model.settled {
            prop_assert!(model.leads.iter().all(|lead| lead.seller == Seller::default()));
        }
        while model.undone.len() > ahead {
            model.happen(&mut store, &Happening::Redo)?;
        }
        let sellers = |pages: &[Page]| pages.iter().map(|page| page.seller.clone()).collect::<Vec<_>>();
        prop_assert_eq!(sellers(&pages(&model.leads)), sellers(&here));
        let count = |pages: &[Page]| pages.iter().map(|page| page.owed.len()).collect::<Vec<_>>();
        prop_assert_eq!(count(&pages(&model.leads)), count(&here));
    }
}
