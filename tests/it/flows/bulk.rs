//! Marks, and acts on the marked leads: one question, one step (PRODUCT.md 4).

use leadbox::domain::lead::LeadId;
use leadbox::domain::record::Field;
use leadbox::domain::vocabulary::{Reason, VerdictKind};

use crate::harness::Inbox;
use crate::samples::{Row, all_leads};

fn hundred() -> Vec<Row> {
    let row = |n: usize| {
        Row::contact_me(&format!("id-{n:03}"), "2026-11-20T10:00:00Z").with(Field::Company, &format!("Company {n:03}"))
    };
    (0..200).map(row).collect()
}

fn decided(inbox: &mut Inbox) -> Vec<(LeadId, Option<VerdictKind>)> {
    let leads = all_leads(inbox.desk.store());
    leads.into_iter().map(|lead| (lead.id, lead.seller.verdict.map(|verdict| verdict.kind))).collect()
}

#[test]
fn marked_leads_are_declined_with_one_question_and_one_undo() {
    let mut inbox = Inbox::demo();
    let titles = inbox.titles();
    inbox.press("<space><space><space>");
    inbox.shows("3 marked");
    assert_eq!(inbox.on(), titles[3]);
    inbox.press("d").shows("Decline 3 leads. Reason?").press("7");
    inbox.shows("Declined 3 leads (spam). Owed to Partner Center by").hides("marked");
    for title in &titles[..3] {
        let verdict = inbox.lead(title).seller.verdict.expect("declined");
        assert_eq!((verdict.kind, verdict.reason), (VerdictKind::Declined, Some(Reason::Spam)), "{title}");
    }
    inbox.press("u").shows("Undone: decline of 3 leads.");
    assert_eq!(inbox.titles(), titles);
    assert_eq!(inbox.on(), titles[0]);
}

#[test]
fn what_was_typed_for_marked_leads_is_kept_for_marked_leads() {
    let mut inbox = Inbox::demo();
    inbox.press("<space><space>a<tab>4711<esc>");
    assert_eq!(inbox.said(), "Nothing was stored. The draft is kept for the next time.");
    inbox.press("a").shows("[4711").press("<esc><esc>").hides("marked");
    inbox.press("a").shows("Accept · ").hides("[4711").press("<esc>");
    inbox.press("<space>a").shows("[4711").press("<enter>").shows("Accepted");
    inbox.press("<space>a").hides("[4711").press("<esc>");
    assert_eq!(inbox.said(), "Nothing was stored.");
}

#[test]
fn two_hundred_leads_are_one_step() {
    let mut inbox = Inbox::of(&hundred());
    inbox.press("A").shows("200 marked").press("d4");
    assert!(decided(&mut inbox).iter().all(|(_, verdict)| *verdict == Some(VerdictKind::Declined)));
    inbox.press("u");
    assert!(decided(&mut inbox).iter().all(|(_, verdict)| verdict.is_none()));
    inbox.press("<c-r>");
    assert!(decided(&mut inbox).iter().all(|(_, verdict)| *verdict == Some(VerdictKind::Declined)));
}

#[test]
fn the_question_counts_those_that_cannot_and_they_are_named_and_left() {
    let mut inbox = Inbox::demo();
    inbox.press("A").press("d");
    inbox.shows("cannot: ");
    let screen = inbox.screen();
    assert!(screen.contains("Decline 50 leads (") || screen.contains(" leads ("), "{screen}");
    inbox.press("<esc>").press("<esc>").go_to("Litware").press("<space>").go_to("Fabrikam").press("<space>d");
    inbox.shows("Decline 2 leads (1 cannot: informational). Reason?").press("2");
    inbox.shows("Declined Fabrikam (no response).").shows("1 left: Litware (informational).");
    assert!(inbox.lead("Litware").seller.verdict.is_none());
}

#[test]
fn leads_of_which_none_takes_it_are_not_asked_about() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Litware").press("<space>d");
    assert_eq!(inbox.said(), "Nothing was changed: of 1 lead (1 cannot: informational).");
    inbox.hides("Reason?").shows("1 marked");
}

#[test]
fn a_bulk_accept_names_each_deal_after_its_lead() {
    let mut inbox = Inbox::of(&hundred()[..3]);
    inbox.press("Aa").shows("Accept · 3 leads").shows("each its own: company – offer");
    inbox.press("<tab>500<enter>").shows("Accepted 3 leads. Owed to Partner Center by 4 Dec.");
    for lead in all_leads(inbox.desk.store()) {
        let deal = lead.seller.deal.expect("a deal");
        assert_eq!(deal.name, lead.record.deal_name());
        assert_eq!(deal.value.map(|value| value.to_string()).as_deref(), Some("500"));
    }
    inbox.press("Aw").shows("Won 3 leads").shows("Each keeps the value of its deal.").press("<enter>");
    assert!(decided(&mut inbox).iter().all(|(_, verdict)| *verdict == Some(VerdictKind::Won)));
    inbox.press("uu");
    assert!(decided(&mut inbox).iter().all(|(_, verdict)| verdict.is_none()));
}

#[test]
fn a_range_follows_the_cursor_until_it_is_ended() {
    let mut inbox = Inbox::of(&hundred());
    inbox.press("vjj").shows("3 marked").press("k").shows("2 marked").press("v").press("jj").shows("2 marked");
    inbox.press("*").shows("Favorite: 2 leads.");
    assert_eq!(all_leads(inbox.desk.store()).iter().filter(|lead| lead.seller.favorite).count(), 2);
    inbox.press("vj<esc>").hides("marked");
}

#[test]
fn a_favorite_of_many_is_taken_away_only_where_all_have_it() {
    let mut inbox = Inbox::of(&hundred()[..3]);
    inbox.press("*").press("A*");
    assert!(all_leads(inbox.desk.store()).iter().all(|lead| lead.seller.favorite));
    inbox.press("A*");
    assert!(all_leads(inbox.desk.store()).iter().all(|lead| !lead.seller.favorite));
}

#[test]
fn marks_stay_when_the_list_changes_and_say_what_is_not_shown() {
    let mut inbox = Inbox::of(&hundred());
    inbox.press("<space><space>/company 150<enter>").shows("2 marked (2 not shown)");
    inbox.press("<space>d").shows("Decline 3 leads. Reason?").press("<esc>");
    // Esc: the marks first, then the query.
    inbox.press("<esc>").hides("marked").shows("150").press("<esc>").shows("200");
}

#[test]
fn marked_leads_are_copied_in_one_line_and_exported() {
    let rows: Vec<Row> = (0..3).map(|n| hundred()[n].clone().with(Field::Email, &format!("p{n}@x.example"))).collect();
    let mut inbox = Inbox::of(&rows);
    inbox.press("Aye");
    let mut mails: Vec<&str> = inbox.host.copied[0].split(", ").collect();
    mails.sort_unstable();
    assert_eq!(mails, ["p0@x.example", "p1@x.example", "p2@x.example"]);
    inbox.press("ym");
    assert_eq!(inbox.said(), "None of these 3 leads has a message to copy; nothing was copied.");
    inbox
        .press("<esc>g<space><space>x")
        .shows("Export the 2 leads marked")
        .press("<enter>")
        .shows("2 leads written to");
}

#[test]
fn contacts_of_many_ask_again_where_one_wants_no_contact() {
    let dnc = hundred()[0].clone().with(Field::LeadSource, "AppSource-DNC|c.o").with(Field::Email, "a@x.example");
    let other = hundred()[1].clone().with(Field::Email, "b@x.example");
    let mut inbox = Inbox::of(&[dnc, other]);
    inbox.press("Aye");
    assert_eq!(inbox.said(), "e again copies: 1 of them asked not to be contacted.");
    assert!(inbox.host.copied.is_empty());
    inbox.press("p").shows("p again copies");
    inbox.press("e").shows("e again copies").press("e");
    assert_eq!(inbox.host.copied.len(), 1);
}
