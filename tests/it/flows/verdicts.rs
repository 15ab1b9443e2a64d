//! Verdicts, undo and redo, and where the cursor goes (PRODUCT.md 3 and 4).

use chrono::TimeDelta;
use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::record::Field;
use leadbox::domain::vocabulary::{Reason, VerdictKind};

use crate::harness::Inbox;
use crate::samples::{Row, label};

fn spam() -> Change {
    Change::Decline(Grounds { reason: Reason::Spam, notes: None, reported: false })
}

fn decided(inbox: &mut Inbox, company: &str) -> Option<(VerdictKind, Option<Reason>)> {
    inbox.lead(company).seller.verdict.map(|verdict| (verdict.kind, verdict.reason))
}

#[test]
fn the_cursor_goes_to_the_lead_that_takes_the_row() {
    let mut inbox = Inbox::demo();
    let before = inbox.titles();
    inbox.press("j");
    assert_eq!(inbox.on(), "Fabrikam");
    inbox.press("d2");
    assert_eq!(inbox.on(), before[2]);
    inbox.shows("Declined Fabrikam (no response). Owed to Partner Center by").shows("u undoes");
    assert_eq!(decided(&mut inbox, "Fabrikam"), Some((VerdictKind::Declined, Some(Reason::NoResponse))));
}

#[test]
fn undo_brings_lead_and_cursor_back_and_redo_goes_on() {
    let mut inbox = Inbox::demo();
    let before = inbox.titles();
    inbox.press("jd7").press("jj").press("u");
    assert_eq!((inbox.on(), inbox.titles()), ("Fabrikam".to_owned(), before));
    assert_eq!(inbox.said(), "Undone: decline of Fabrikam. ^R redoes.");
    assert_eq!(decided(&mut inbox, "Fabrikam"), None);
    inbox.press("<c-r>");
    assert_eq!(inbox.said(), "Redone: decline of Fabrikam. u undoes.");
    assert_eq!(decided(&mut inbox, "Fabrikam"), Some((VerdictKind::Declined, Some(Reason::Spam))));
    inbox.press("<c-r>");
    assert_eq!(inbox.said(), "There is nothing to redo.");
}

#[test]
fn undo_brings_the_lead_back_from_another_tab_or_behind_a_filter() {
    let mut inbox = Inbox::demo();
    inbox.press("jd7").press("2").press("u");
    assert_eq!(inbox.on(), "Fabrikam");
    inbox.shows("Undone: decline of Fabrikam.");
    inbox.press("d7/lucerne<enter>u");
    assert_eq!(inbox.on(), "Fabrikam");
}

#[test]
fn undo_in_favorites_stays_there_for_a_favorite() {
    let mut inbox = Inbox::demo();
    inbox.press("3").go_to("Northwind Traders").press("d4u");
    assert_eq!(inbox.on(), "Northwind Traders");
    inbox.shows("┌ Favorites");
}

#[test]
fn undo_ends_with_a_sentence() {
    let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z")]);
    inbox.press("u");
    assert_eq!(inbox.said(), "There is nothing to undo.");
}

#[test]
fn an_old_change_is_shown_before_it_is_undone() {
    let mut inbox = Inbox::demo();
    inbox.press("jd7").advance(TimeDelta::minutes(61)).press("u");
    assert_eq!(inbox.said(), "The last change is the decline of Fabrikam, 20 Nov 12:00. u again undoes it.");
    assert!(decided(&mut inbox, "Fabrikam").is_some());
    inbox.press("ju");
    assert!(decided(&mut inbox, "Fabrikam").is_some(), "another key in between asks again");
    inbox.press("u");
    assert_eq!(decided(&mut inbox, "Fabrikam"), None);
    let mut fresh = Inbox::demo();
    fresh.press("jd7").advance(TimeDelta::minutes(60)).press("u");
    assert_eq!(decided(&mut fresh, "Fabrikam"), None, "an hour is not over an hour");
}

#[test]
fn the_question_of_undo_is_forgotten_by_keys_of_the_filter_pane() {
    let mut inbox = Inbox::demo();
    inbox.press("jd7").advance(TimeDelta::minutes(61)).press("fuju");
    assert!(decided(&mut inbox, "Fabrikam").is_some(), "{}", inbox.screen());
}

#[test]
fn a_later_import_that_says_otherwise_stops_undo() {
    let row = Row::contact_me("a", "2026-11-20T10:00:00Z");
    let mut inbox = Inbox::of(std::slice::from_ref(&row));
    inbox.press("a<enter>");
    inbox.advance(TimeDelta::minutes(5)).elsewhere(|store, now| {
        let arrival =
            row.clone().with(Field::Status, "Archived").with(Field::Substatus, "Lost").arrival("2026-11-20T12:04:00Z");
        let mut import = store.import(&label("newer.csv"), now).unwrap();
        import.put(&arrival).unwrap();
        import.commit().unwrap();
    });
    inbox.press("u");
    assert_eq!(
        inbox.said(),
        "The accept of Northwind Traders cannot be undone: a later import says Partner Center has moved on. Correct it there; u now reaches the change before it."
    );
}

#[test]
fn the_cursor_stays_on_its_lead_when_others_change_the_list() {
    let mut inbox = Inbox::demo();
    inbox.press("jjjj");
    let (on, proseware) = (inbox.on(), inbox.id("Proseware GmbH"));
    inbox.elsewhere(|store, now| drop(store.apply(&[proseware], &spam(), now).unwrap()));
    assert_eq!((inbox.on(), inbox.app.list.cursor), (on.clone(), 3));
    inbox.elsewhere(|store, now| drop(store.undo(false, now).unwrap()));
    assert_eq!((inbox.on(), inbox.app.list.cursor), (on, 4));
}

#[test]
fn the_cursor_stays_on_its_lead_when_the_clock_moves() {
    let mut inbox = Inbox::demo();
    assert_eq!(inbox.on(), "Proseware GmbH");
    inbox.shows("HOT   3 h 12 min to answer");
    inbox.advance(TimeDelta::minutes(191));
    inbox.shows("HOT   1 min to answer");
    inbox.advance(TimeDelta::minutes(1));
    assert_eq!(inbox.on(), "Proseware GmbH");
    inbox.shows("WAITING   cooled after 72 h");
    assert!(inbox.app.list.cursor > 0);
    inbox.advance(TimeDelta::days(20));
    assert_eq!(inbox.on(), "Proseware GmbH");
    inbox.shows("Expired 1 Dec").shows("hidden (expired)").shows("first is late");
}

#[test]
fn a_lead_archived_elsewhere_refuses_the_open_form_and_the_draft_stays() {
    let mut inbox = Inbox::demo();
    let id = inbox.id("Proseware GmbH");
    inbox.press("a<tab>125").elsewhere(|store, now| drop(store.apply(&[id], &spam(), now).unwrap()));
    inbox.press("<enter>");
    inbox.shows("is archived (declined)");
    inbox.press("u").press("a");
    inbox.shows("[125");
}

#[test]
fn a_digit_decides_and_enter_takes_the_default() {
    let mut inbox = Inbox::demo();
    inbox.press("d7");
    assert_eq!(decided(&mut inbox, "Proseware GmbH"), Some((VerdictKind::Declined, Some(Reason::Spam))));
    inbox.go_to("Fabrikam").press("d<enter>");
    assert_eq!(decided(&mut inbox, "Fabrikam"), Some((VerdictKind::Declined, Some(Reason::Requirement))));
    inbox.go_to("Nimbus Rank Boosters").press("d<enter>");
    assert_eq!(decided(&mut inbox, "Nimbus Rank Boosters"), Some((VerdictKind::Declined, Some(Reason::Spam))));
    inbox.go_to("Northwind Traders").press("d90<esc>");
    assert_eq!(decided(&mut inbox, "Northwind Traders"), None, "9 and 0 are no reasons");
}

#[test]
fn the_default_of_a_low_quality_lead_is_spam() {
    let row = Row::contact_me("a", "2026-11-20T10:00:00Z");
    let mut inbox = Inbox::of(&[
        row.clone().with(Field::Quality, "Low"),
        row.with(Field::Id, "b").with(Field::Company, "Fabrikam"),
    ]);
    inbox.go_to("Northwind Traders").press("d<enter>");
    assert_eq!(decided(&mut inbox, "Northwind Traders"), Some((VerdictKind::Declined, Some(Reason::Spam))));
    inbox.go_to("Fabrikam").press("d<enter>");
    assert_eq!(decided(&mut inbox, "Fabrikam"), Some((VerdictKind::Declined, Some(Reason::Requirement))));
}

#[test]
fn notes_go_with_the_reason_and_the_box_owes_nothing() {
    let mut inbox = Inbox::demo();
    inbox
        .press("d")
        .shows("Decline Proseware GmbH. Reason?")
        .shows("this tells the customer to choose another partner.");
    inbox.press("<tab>77 seats, too small<enter>");
    let lead = inbox.lead("Proseware GmbH");
    let verdict = lead.seller.verdict.unwrap();
    assert_eq!((verdict.reason, verdict.notes.as_deref()), (Some(Reason::Requirement), Some("77 seats, too small")));
    assert_eq!(lead.owed.len(), 1);
    inbox.go_to("Fabrikam").press("d<tab>known<tab><space><right>3");
    let lead = inbox.lead("Fabrikam");
    let verdict = lead.seller.verdict.unwrap();
    assert_eq!(
        (verdict.reason, verdict.notes.as_deref(), verdict.reported),
        (Some(Reason::OtherVendor), Some("known"), true)
    );
    assert!(lead.owed.is_empty());
    inbox.hides("Owed to Partner Center by");
}

#[test]
fn arrows_mark_a_reason_that_enter_takes() {
    let mut inbox = Inbox::demo();
    inbox.press("d<right><right><left><enter>");
    assert_eq!(decided(&mut inbox, "Proseware GmbH"), Some((VerdictKind::Declined, Some(Reason::NotACustomer))));
}

#[test]
fn a_failed_change_keeps_the_line_and_the_cursor() {
    use leadbox::app::msg::Msg;
    let mut inbox = Inbox::demo();
    inbox.press("jd<tab>busy");
    // What the store answers when it cannot write.
    inbox.tell(Msg::Failed("Another leadbox is writing. Nothing was changed; try again.".to_owned()));
    inbox.shows("busy").shows("try again");
}

#[test]
fn refusals_are_sentences_and_change_nothing() {
    let mut inbox = Inbox::demo();
    for (company, keys, says) in [
        ("Adatum", "a", "Adatum is accepted already; edit, won or lost go on from there."),
        ("Adatum", "d", "Adatum is accepted already; edit, won or lost go on from there."),
        ("Fabrikam", "w", "Fabrikam is not accepted yet; accept it first."),
        ("Fabrikam", "L", "Fabrikam is not accepted yet; accept it first."),
        ("Fabrikam", "e", "Fabrikam is not accepted yet; accept it first."),
        ("Alpine Ski", "a", "Alpine Ski is informational and asks for no answer."),
        ("Alpine Ski", "d", "Alpine Ski is informational and asks for no answer."),
        ("The Phone Company", "a", "The Phone Company is informational and asks for no answer."),
        ("Graphic Design Institute", "w", "Graphic Design Institute is archived (won); only undo can change that."),
        ("Margie Travel", "a", "Margie Travel is archived (expired): nobody answered it here in time;"),
        ("Tailwind Traders", "d", "Tailwind Traders is archived (aged out); only undo can change that."),
    ] {
        let before = inbox.lead(company);
        inbox.go_to(company).press(keys);
        assert!(inbox.said().starts_with(says), "{}", inbox.screen());
        inbox.press("<enter>");
        assert_eq!(inbox.lead(company), before);
        inbox.press("<esc>");
    }
}

#[test]
fn the_heart_is_set_and_cleared_also_for_archived_leads() {
    let mut inbox = Inbox::demo();
    for company in ["Fabrikam", "Graphic Design Institute"] {
        inbox.go_to(company).press("*").shows(&format!("Favorite: {company}."));
        assert!(inbox.lead(company).seller.favorite);
        assert_eq!(inbox.on(), company);
    }
    inbox.press("*").shows("No favorite any more: Graphic Design Institute.");
    inbox.press("3").shows("3 Favorites 6").go_to("Fabrikam");
    let next = inbox.titles()[inbox.app.list.cursor + 1].clone();
    inbox.press("*").shows("3 Favorites 5");
    assert_eq!(inbox.on(), next);
    inbox.press("u").shows("3 Favorites 6");
    assert_eq!(inbox.on(), "Fabrikam");
}

#[test]
fn a_name_with_a_full_stop_ends_the_sentence() {
    let row = Row::contact_me("a", "2026-11-20T10:00:00Z").with(Field::Company, "Litware Inc.");
    let mut inbox = Inbox::of(&[row]);
    inbox.press("d7").press("u").shows("Undone: decline of Litware Inc. ^R redoes.").press("<c-r>");
    inbox.shows("Redone: decline of Litware Inc. u undoes.");
}

#[test]
fn a_key_with_control_held_decides_nothing() {
    let mut inbox = Inbox::demo();
    let before = inbox.lead("Proseware GmbH");
    inbox.go_to("Proseware GmbH").press("d<c-4><c-7>");
    assert_eq!(inbox.lead("Proseware GmbH"), before);
    inbox.shows("Reason?");
}

#[test]
fn a_deal_saved_as_it_was_is_no_step() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Proseware GmbH").press("a<enter>");
    inbox.go_to("Proseware GmbH").press("e<enter>");
    assert!(inbox.said().starts_with("Nothing changed"), "{}", inbox.said());
    inbox.press("u");
    assert!(inbox.said().starts_with("Undone: accept of Proseware GmbH"), "{}", inbox.said());
}
