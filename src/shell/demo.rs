//! The made-up leads of `leadbox demo`: sixty and a test lead, dated back from now, so that every clock and state is on
//! screen whenever it is looked at. The people are invented, the companies are Microsoft's fictitious ones.
//! Must not read a clock, and must not be let near a real store: the caller hands in a throwaway one.

use anyhow::{Context, bail};
use chrono::{Days, Months, TimeDelta};
use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use rust_decimal::Decimal;

use crate::domain::change::{Change, Grounds};
use crate::domain::entry::TeamMember;
use crate::domain::lead::{Deal, Lead, LeadId, Moment};
use crate::domain::moment::rfc3339;
use crate::domain::record::Field;
use crate::domain::vocabulary::{Reason, TouchKind};
use crate::formats::own_columns::{MARK, OwnColumn};
use crate::shell::intake::{self, Mode};
use crate::store::Store;

/// The columns of the export with ages for dates, and some of our own columns for what the seller did before.
const LEADS: &str = include_str!("../../assets/demo-leads.csv");

/// What the imports are called in the timeline.
const TITLE: &str = "demo leads";

/// How long ago the leads were imported first, and again. Every lead is older than the second.
const FIRST_IMPORT: TimeDelta = TimeDelta::hours(60);
/// How long ago the seller closed the inbox last.
const SEEN: TimeDelta = TimeDelta::hours(18);
const SECOND_IMPORT: TimeDelta = TimeDelta::minutes(140);

/// The demo leads as a Partner Center export made at `now` (UTC): ages become dates, all else stands as in the asset.
pub fn demo_csv(now: Moment) -> String {
    rows(now, Part::Microsofts, |_| true)
}

/// Fills an empty throwaway store as if the seller had worked with it for some days before `now` (UTC): two imports and
/// the seller's verdicts and favorites between and after them, at their own past moments. `Err` where the store fails.
pub fn fill(store: &mut Store, now: Moment) -> anyhow::Result<()> {
    let first = now - FIRST_IMPORT;
    import(store, &rows(now, Part::Sellers, |_| true), first)?;
    import(store, &rows(now, Part::Microsofts, |created| created <= first), first)?;
    let (between, after): (Vec<_>, Vec<_>) = steps(now).into_iter().partition(|step| step.ago > SECOND_IMPORT);
    take(store, &between, now)?;
    store.see(now - SEEN)?;
    import(store, &demo_csv(now), now - SECOND_IMPORT)?;
    take(store, &after, now)
}

/// Which part of the asset a text carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Every lead, as Partner Center exports it.
    Microsofts,
    /// The leads the seller worked on before, as an export of our own.
    Sellers,
}

/// The leads of the asset that `wanted` takes by their creation, with real dates.
fn rows(now: Moment, part: Part, wanted: impl Fn(Moment) -> bool) -> String {
    let mut asset = ReaderBuilder::new().has_headers(false).from_reader(LEADS.as_bytes());
    let records = asset.records().map(|record| record.expect("the asset is well-formed: the tests read every row"));
    let records: Vec<StringRecord> = records.collect();
    let Some((header, leads)) = records.split_first() else { return String::new() };
    let columns: Vec<(usize, &str)> =
        header.iter().enumerate().filter(|(_, name)| part == Part::Sellers || !name.starts_with(MARK)).collect();
    let cell = |lead: &StringRecord, name: &str| {
        let place = header.iter().position(|other| other == name);
        place.and_then(|place| lead.get(place)).unwrap_or_default().to_owned()
    };
    let mut out = WriterBuilder::new().from_writer(Vec::new());
    let mut write = |cells: Vec<String>| out.write_record(cells).expect("memory takes every byte");
    write(columns.iter().map(|(_, name)| export_name(name).to_owned()).collect());
    for lead in leads {
        let created = point(&cell(lead, "Age"), now);
        let worked_on = part == Part::Microsofts || !cell(lead, MARK).is_empty();
        if worked_on && created.is_some_and(&wanted) {
            let dated = |(place, name): &(usize, &str)| dated(name, lead.get(*place).unwrap_or_default(), now);
            write(columns.iter().map(dated).collect());
        }
    }
    let bytes = out.into_inner().expect("memory takes every byte");
    String::from_utf8(bytes).expect("texts written as CSV stay text")
}

/// The export's name of a column of the asset.
fn export_name(name: &str) -> &str {
    match name {
        "Age" => Field::Created.header(),
        "Expires" => Field::Expiry.header(),
        other => other,
    }
}

/// A cell as the export writes it: where the column holds a moment, the date that an age means at `now`.
fn dated(name: &str, cell: &str, now: Moment) -> String {
    let own = [OwnColumn::LaterUntil, OwnColumn::FirstTouch, OwnColumn::LastTouch];
    let is_moment = ["Age", "Expires"].contains(&name) || own.iter().any(|column| column.header() == name);
    let date = if is_moment { point(cell, now) } else { None };
    date.map_or_else(|| cell.to_owned(), rfc3339)
}

/// The moment a relative text means: `69h12m`, `13d` and `7mo` lie before `now`, `in 4d` after it. Months are the
/// calendar's. `None` where the text is no such thing.
fn point(text: &str, now: Moment) -> Option<Moment> {
    let (ahead, mut rest) = text.strip_prefix("in ").map_or((false, text), |rest| (true, rest));
    let mut moment = (!rest.is_empty()).then_some(now)?;
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: u32 = rest.strip_suffix(unit)?.parse().ok()?;
        rest = unit.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let length = match unit.strip_suffix(rest)? {
            "mo" if ahead => {
                moment = moment.checked_add_months(Months::new(number))?;
                continue;
            }
            "mo" => {
                moment = moment.checked_sub_months(Months::new(number))?;
                continue;
            }
            "d" => TimeDelta::days(number.into()),
            "h" => TimeDelta::hours(number.into()),
            "m" => TimeDelta::minutes(number.into()),
            _ => return None,
        };
        moment = moment.checked_add_signed(if ahead { length } else { -length })?;
    }
    Some(moment)
}

/// Takes a text in as a file of that moment, every row of it.
fn import(store: &mut Store, text: &str, at: Moment) -> anyhow::Result<()> {
    let report = intake::import_bytes(store, TITLE, text.as_bytes(), Some(at), at, Mode::Keep)?;
    match report.rejects.first() {
        None => Ok(()),
        Some(reject) => bail!("Line {} of the demo leads: {}.", reject.line, reject.reason),
    }
}

/// One thing the seller did: how long ago, to the newest lead of which company, and what.
struct Step {
    ago: TimeDelta,
    company: &'static str,
    change: Change,
}

/// What the seller did, in the order it was done. Four of it are still owed to Partner Center.
fn steps(now: Moment) -> Vec<Step> {
    let step = |ago, company, change| Step { ago, company, change };
    let favorite = |ago, company| step(ago, company, Change::Favorite(true));
    let called = |text: &str| Change::Touch { kind: TouchKind::Called, text: Some(text.to_owned()), next: None };
    let (hours, minutes) = (TimeDelta::hours, TimeDelta::minutes);
    let grounds = |reason, notes: Option<&str>, reported| Grounds { reason, notes: notes.map(str::to_owned), reported };
    let backup = deal(now, "Adatum – sql-backup", (18_000, "EUR"), 41, "Backup, 3 servers, 4 TB");
    let warehouse = deal(now, "田中商事 – warehouse-365", (4_800_000, "JPY"), 75, "倉庫 2 か所");
    let lab = deal(now, "Trey Research – sql-backup", (9_600, "USD"), 30, "Two labs");
    let spam = "Asked for bank details.";
    vec![
        step(hours(51), "Adatum", Change::Accept { deal: backup, reported: false }),
        step(hours(50), "Adatum", called("wants the quote before Monday")),
        step(
            hours(49),
            "Graphic Design Institute",
            Change::Won { value: Some((Decimal::new(12_400, 0), "EUR".to_owned())), reported: false },
        ),
        favorite(hours(48), "Bellows College"),
        step(hours(47), "Free Followers Hub", Change::Decline(grounds(Reason::Spam, None, true))),
        step(
            hours(29),
            "Munson’s Pickles and Preserves Farm",
            Change::Lost(grounds(Reason::OtherVendor, Some("Needs to work without a network."), true)),
        ),
        step(hours(26), "田中商事", Change::Accept { deal: warehouse, reported: false }),
        favorite(hours(26), "田中商事"),
        favorite(hours(25), "Fourth Coffee"),
        step(hours(21), "Trey Research", Change::Accept { deal: lab, reported: true }),
        favorite(hours(20), "Relecloud"),
        favorite(minutes(110), "Northwind Traders"),
        step(minutes(20), "Contoso Media", Change::Decline(grounds(Reason::Spam, Some(spam), false))),
    ]
}

/// A deal that is expected to close some days from now.
fn deal(now: Moment, name: &str, (value, currency): (i64, &str), closes_in: u64, notes: &str) -> Deal {
    let member = |name: &str, email: &str, phone: &str| TeamMember {
        name: Some(name.to_owned()),
        email: email.to_owned(),
        phone: Some(phone.to_owned()),
    };
    Deal {
        name: name.to_owned(),
        value: Some(Decimal::new(value, 0)),
        currency: Some(currency.to_owned()),
        close_on: now.date_naive().checked_add_days(Days::new(closes_in)),
        notes: Some(notes.to_owned()),
        crm_id: None,
        campaign_id: None,
        team: vec![member("Jo Hill", "jo@contoso.example", "+49 30 5550 0100")],
    }
}

/// Makes the steps, each at its own moment.
fn take(store: &mut Store, steps: &[Step], now: Moment) -> anyhow::Result<()> {
    let leads = all(store)?;
    for step in steps {
        let of_company = leads.iter().filter(|lead| lead.record.person.company.as_deref() == Some(step.company));
        let newest = of_company.max_by_key(|lead| lead.record.created_at);
        let lead = newest.with_context(|| format!("The demo has no lead of {}.", step.company))?;
        let applied = store.apply(&[lead.id], &step.change, now - step.ago)?;
        if let Some((_, refusal)) = applied.refused.first() {
            bail!("The demo's lead of {} {refusal}.", step.company);
        }
    }
    Ok(())
}

/// Every lead of the store, whole: the demo's are few.
fn all(store: &Store) -> anyhow::Result<Vec<Lead>> {
    let mut ids: Vec<LeadId> = Vec::new();
    store.briefs(|brief| {
        ids.push(brief.id);
        true
    })?;
    Ok(store.leads(&ids)?)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use proptest::prelude::*;

    use super::*;
    use crate::domain::catalog::{Brief, Catalog, Listing, Order, Query, Vantage};
    use crate::domain::moment::{from_seconds, parse};
    use crate::domain::sort::Sort;
    use crate::domain::terms::Terms;
    use crate::domain::vitals::Vitals;
    use crate::domain::vocabulary::{
        CallToAction, LeadType, Outcome, Qualification, Quality, ReceivedVia, Source, Status, Tab, Urgency, Validity,
        VerdictKind,
    };
    use crate::formats::document::Hints;
    use crate::formats::sheet::Sheet;
    use crate::store::Undone;

    const NOW: &str = "2026-11-20T12:00:00Z";
    /// Leap day, both changes of the clock in Europe, ends of years and of months that are followed by shorter ones.
    const MOMENTS: &[&str] = &[
        NOW,
        "2024-02-29T23:30:00Z",
        "2025-12-31T23:59:59Z",
        "2026-01-01T00:00:00Z",
        "2026-03-29T01:00:00Z",
        "2026-08-31T12:00:00Z",
        "2026-10-25T01:00:00Z",
    ];

    fn at(text: &str) -> Moment {
        parse(text).expect("a date")
    }

    fn filled(now: Moment) -> (Store, Vec<Lead>) {
        let mut store = Store::open_in_memory(Terms::default(), "demo").expect("a store");
        fill(&mut store, now).expect("filled");
        let leads = all(&store).expect("read");
        (store, leads)
    }

    fn urgency(lead: &Lead, now: Moment) -> Urgency {
        Vitals::of(lead, &Terms::default()).urgency(now.timestamp())
    }

    /// The whole list in its default order, and what the tabs count.
    fn listed(leads: &[Lead], now: Moment) -> (Vec<Lead>, Listing) {
        let mut catalog = Catalog::new(Terms::default());
        catalog.put(leads.iter().map(|lead| Brief::of_lead(lead, &Terms::default())).collect());
        let order = Order::new(&catalog, Sort::default(), now.timestamp());
        let listing = catalog.select(&Query::default(), &order, &Vantage::at(now));
        let rows = order.rows().iter().map(|row| leads[*row as usize].clone()).filter(|lead| !lead.record.test);
        (rows.collect(), listing)
    }

    /// Sixty leads and a test lead, every class among them, none received before it was made.
    fn check_whole(now: Moment) {
        let (_, leads) = filled(now);
        assert_eq!(leads.len(), 61, "{now}");
        assert!(leads.iter().all(|lead| lead.receipt.at >= lead.record.created_at), "{now}");
        let mut classes: BTreeMap<Urgency, u32> = BTreeMap::new();
        for lead in leads.iter().filter(|lead| !lead.record.test) {
            *classes.entry(urgency(lead, now)).or_default() += 1;
        }
        assert_eq!(classes.values().sum::<u32>(), 60, "{now}");
        assert_eq!(classes.len(), Urgency::ALL.len(), "every class occurs at {now}: {classes:?}");
        assert_eq!([Urgency::Hot, Urgency::Expiring, Urgency::Due].map(|class| classes[&class]), [3, 2, 2], "{now}");
    }

    #[test]
    fn sixty_leads_on_odd_days() {
        for text in MOMENTS {
            check_whole(at(text));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn sixty_leads_whenever_it_is_looked_at(seconds in 946_684_800_i64..4_102_444_800) {
            check_whole(from_seconds(seconds).expect("a date"));
        }
    }

    #[test]
    fn the_top_of_the_list_is_the_drawn_one() {
        for now in MOMENTS.iter().map(|text| at(text)) {
            let (store, leads) = filled(now);
            let (rows, listing) = listed(&leads, now);
            let left = |lead: &Lead| {
                let deadline = Vitals::of(lead, &Terms::default()).deadline(now.timestamp());
                deadline.map(|end| (end - now.timestamp()) / 60)
            };
            let top: Vec<_> =
                rows.iter().take(8).map(|lead| (lead.record.person.title(), left(lead).map(|m| m / 60))).collect();
            let hours = |company: &str, hours| (company.to_owned(), hours);
            assert_eq!(
                top[..5],
                [
                    hours("Proseware GmbH", Some(3)),
                    hours("Fabrikam", Some(66)),
                    hours("Northwind Traders", Some(69)),
                    hours("Adatum", Some(9)),
                    hours("Tailspin", Some(28)),
                ]
            );
            assert_eq!([&top[5].0, &top[6].0, &top[7].0], ["田中商事", "Trey Research", "Lucerne Publishing"]);
            assert!(rows[2].seller.favorite && rows[5].seller.favorite && !rows[6].seller.favorite);
            assert_eq!(listing.tabs, [53, 7, 5]);
            assert_eq!(listing.owed, 4);
            assert_eq!(store.first_owed_due().expect("read"), rows[3].owed[0].due);
            assert_eq!(store.person_leads(&rows[2]).expect("read"), 3);
        }
    }

    #[test]
    fn every_value_occurs() {
        let now = at(NOW);
        let (_, leads) = filled(now);
        let shown: Vec<&Lead> = leads.iter().filter(|lead| !lead.record.test).collect();
        let standing = |lead: &Lead| Vitals::of(lead, &Terms::default()).standing(now.timestamp());
        macro_rules! occurs {
            ($($name:ident of $value:expr;)+) => {$(
                for value in $name::ALL {
                    assert!(shown.iter().any(|lead| $value(lead) == *value), "{value:?}");
                }
            )+};
        }
        occurs! {
            CallToAction of |lead: &Lead| lead.record.call_to_action;
            Source of |lead: &Lead| lead.record.source;
            Quality of |lead: &Lead| lead.record.quality;
            Validity of |lead: &Lead| lead.record.email_validity;
            Status of |lead: &Lead| standing(lead).0;
            Tab of |lead: &Lead| lead.record.tab();
        }
        for outcome in Outcome::ALL {
            assert!(shown.iter().any(|lead| standing(lead).1 == Some(*outcome)), "{outcome:?}");
        }
        for validity in [Validity::Valid, Validity::Invalid, Validity::Unknown] {
            assert!(shown.iter().any(|lead| lead.record.phone_validity == validity), "{validity:?}");
        }
        for kind in VerdictKind::ALL {
            let decided = |lead: &&Lead| lead.seller.verdict.as_ref().is_some_and(|verdict| verdict.kind == *kind);
            assert!(shown.iter().copied().any(|lead| decided(&lead)), "{kind:?}");
        }
        let qualified = [Qualification::Direct, Qualification::Marketing, Qualification::Sales];
        assert!(qualified.iter().all(|one| shown.iter().any(|lead| lead.record.qualification == *one)));
        assert!(
            [LeadType::Offer, LeadType::Profile]
                .iter()
                .all(|one| shown.iter().any(|lead| lead.record.lead_type == *one))
        );
        assert!(shown.iter().any(|lead| lead.record.do_not_contact));
        assert!(shown.iter().any(|lead| lead.record.person.email.is_none() && lead.record.person_key.is_some()));
        assert!(shown.iter().all(|lead| lead.record.extras.iter().all(|extra| !extra.name.starts_with(MARK))));
    }

    #[test]
    fn nobody_can_be_reached() {
        let csv = demo_csv(at(NOW));
        let is_mark = |c: char| c.is_whitespace() || ",\"<>".contains(c);
        let mails: Vec<&str> = csv.split(is_mark).filter(|word| word.contains('@')).collect();
        assert!(mails.len() > 40 && mails.iter().all(|mail| mail.ends_with(".example")), "{mails:?}");
        // Numbers kept for fiction, or with the 555 of films; the rest are no numbers at all.
        let fictitious = ["4930231250", "468465004", "08465004", "3319900", "4420794601", "441614960", "35320912"];
        for lead in filled(at(NOW)).1 {
            let Some(phone) = &lead.record.person.phone else { continue };
            let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
            let made_up = digits.contains("555") || fictitious.iter().any(|start| digits.starts_with(start));
            assert!(made_up || ["12345", "1234567890"].contains(&digits.as_str()), "{phone}");
        }
    }

    #[test]
    fn the_text_is_an_export_with_nothing_relative_left() {
        let csv = demo_csv(at(NOW));
        let mut sheet = Sheet::open(&csv, &Hints::default()).expect("recognised");
        assert_eq!(sheet.via(), ReceivedVia::PartnerCenterExport);
        let mut ids = HashSet::new();
        while let Some(row) = sheet.read().expect("read") {
            let record = row.read.expect("no row is rejected").record;
            assert!(ids.insert(record.external_id), "ids are unique");
            assert!(record.extras.iter().all(|extra| extra.name != "ExpirationDateTime"), "{:?}", record.extras);
        }
        assert_eq!(ids.len(), 61);
        let mut store = filled(at(NOW)).0;
        let age = store.data_age().expect("read").expect("imported");
        assert_eq!((age.title.as_str(), age.at), (TITLE, at("2026-11-20T09:40:00Z")));
        let undone = store.undo(false, at(NOW)).expect("undone");
        let Undone::Done { title, .. } = undone else { panic!("the last verdict is fresh: {undone:?}") };
        assert_eq!(title, "decline of Contoso Media");
    }

    #[test]
    fn ages() {
        let now = at("2026-08-31T12:00:00Z");
        for (text, moment) in [
            ("69h12m", Some("2026-08-28T14:48:00Z")),
            ("13d", Some("2026-08-18T12:00:00Z")),
            ("6mo", Some("2026-02-28T12:00:00Z")),
            ("7mo2d", Some("2026-01-29T12:00:00Z")),
            ("in 4d2h", Some("2026-09-04T14:00:00Z")),
            ("", None),
            ("d", None),
            ("4", None),
            ("4w", None),
        ] {
            assert_eq!(point(text, now).map(rfc3339).as_deref(), moment, "{text}");
        }
    }
}
