//! The accept form, edit, won and lost (PRODUCT.md 2, Accept, and 4, Forms).

use leadbox::domain::change::Change;
use leadbox::domain::vocabulary::{Reason, VerdictKind};

use crate::harness::Inbox;
use crate::samples::deal;

#[test]
fn accept_and_enter_is_enough() {
    let mut inbox = Inbox::demo();
    inbox.press("ja").shows("Accept · Fabrikam · Jan Nowak").shows("[Fabrikam – sql-backup").press("<enter>");
    let lead = inbox.lead("Fabrikam");
    assert_eq!(lead.seller.verdict.as_ref().map(|verdict| verdict.kind), Some(VerdictKind::Accepted));
    let deal = lead.seller.deal.unwrap();
    assert_eq!(
        (deal.name.as_str(), deal.value, deal.currency, deal.close_on),
        ("Fabrikam – sql-backup", None, None, None)
    );
    assert_eq!(lead.owed.len(), 1);
    inbox.shows("Accepted Fabrikam. Owed to Partner Center by 4 Dec.");
    assert_eq!(inbox.on(), "Northwind Traders");
}

#[test]
fn every_field_is_stored() {
    let mut inbox = Inbox::demo();
    inbox.press("ja");
    inbox.press("<c-u>Warehouse<tab>18000,50<tab>usd<tab>+30d<tab>three servers<c-j>4 TB<tab>crm-1<tab>autumn");
    inbox
        .press("<tab>Jo Hill <lt>jo@contoso.example> +49 30 5550 0100<tab>kim@contoso.example<tab><tab><space><enter>");
    let lead = inbox.lead("Fabrikam");
    let deal = lead.seller.deal.unwrap();
    assert_eq!(deal.name, "Warehouse");
    assert_eq!(deal.value.unwrap().to_string(), "18000.50");
    assert_eq!(deal.currency.as_deref(), Some("USD"));
    assert_eq!(deal.close_on.unwrap().to_string(), "2026-12-20");
    assert_eq!(deal.notes.as_deref(), Some("three servers\n4 TB"));
    assert_eq!((deal.crm_id.as_deref(), deal.campaign_id.as_deref()), (Some("crm-1"), Some("autumn")));
    let team: Vec<String> = deal.team.iter().map(ToString::to_string).collect();
    assert_eq!(team, ["Jo Hill <jo@contoso.example> +49 30 5550 0100", "kim@contoso.example"]);
    assert!(lead.seller.verdict.unwrap().reported);
    assert!(lead.owed.is_empty(), "the box owes nothing");
    inbox.hides("Owed to Partner Center by");
}

#[test]
fn errors_stand_beside_their_fields_and_the_first_has_the_keys() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<tab>-5<tab>EURO<tab>30 nov 2025<tab><tab><tab><tab>nobody<enter>");
    inbox
        .shows("4 to correct")
        .shows("✗ EURO is no ISO 4217 currency.")
        .shows("✗ 30 Nov 2025 is past. Try +30d, 31 dec, eoq.");
    inbox.shows("✗ A team member needs an e-mail");
    assert_eq!(inbox.lead("Fabrikam").seller.verdict, None);
    let lines: Vec<String> = inbox.screen().lines().map(str::to_owned).collect();
    let currency = lines.iter().position(|line| line.contains("Currency")).unwrap();
    assert!(lines[currency + 1].contains("✗ EURO"), "{}", inbox.screen());
    inbox.press("<bs><bs>5<enter>").shows("3 to correct").shows("[5 ");
    inbox.press("<bs><enter>").shows("2 to correct");
    inbox.press("<c-u>eoq<enter>").shows("1 to correct");
    inbox.press("<c-u><enter>").shows("Accepted Fabrikam.");
    let deal = inbox.lead("Fabrikam").seller.deal.unwrap();
    assert_eq!((deal.currency.as_deref(), deal.close_on.unwrap().to_string().as_str()), (Some("EUR"), "2026-12-31"));
}

#[test]
fn an_empty_name_takes_the_default_and_a_value_the_currency_of_the_config() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<c-u><tab>100<enter>");
    let deal = inbox.lead("Fabrikam").seller.deal.unwrap();
    assert_eq!((deal.name.as_str(), deal.currency.as_deref()), ("Fabrikam – sql-backup", Some("EUR")));
}

#[test]
fn esc_keeps_the_draft_of_each_lead_for_the_next_time() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<tab>4711<esc>");
    assert_eq!(inbox.said(), "Nothing was stored. The draft is kept for the next time.");
    assert_eq!(inbox.lead("Fabrikam").seller.deal, None);
    inbox.press("ka").hides("4711").press("<esc>");
    inbox.press("ja").shows("[4711").press("<enter>");
    assert_eq!(inbox.lead("Fabrikam").seller.deal.unwrap().value.unwrap().to_string(), "4711");
    inbox.press("u").go_to("Fabrikam").press("a").hides("4711");
}

#[test]
fn a_form_closed_as_it_was_opened_hides_no_later_deal() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<tab><tab><esc>");
    assert_eq!(inbox.said(), "Nothing was stored.");
    inbox.press("a<tab>4711<esc>a<tab><c-u><esc>");
    assert_eq!(inbox.said(), "Nothing was stored.", "what was typed was taken out again");
    inbox.press("a<tab>100<enter>").go_to("Fabrikam").press("e<esc>");
    let id = inbox.id("Fabrikam");
    let mut deal = inbox.lead("Fabrikam").seller.deal.unwrap();
    deal.campaign_id = Some("winter".to_owned());
    let change = Change::Edit { deal };
    inbox.elsewhere(|store, now| drop(store.apply(&[id], &change, now).unwrap()));
    inbox.press("e").shows("[winter");
}

#[test]
fn what_was_typed_stands_over_a_deal_that_was_changed_elsewhere_and_hides_no_more_of_it() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<tab>100<enter>").go_to("Fabrikam");
    let id = inbox.id("Fabrikam");
    let change = |inbox: &mut Inbox, campaign: &str| {
        let mut deal = inbox.lead("Fabrikam").seller.deal.unwrap();
        deal.campaign_id = Some(campaign.to_owned());
        inbox.elsewhere(|store, now| drop(store.apply(&[id], &Change::Edit { deal }, now).unwrap()));
    };
    inbox.press("e<c-u>Warehouse<esc>");
    change(&mut inbox, "winter");
    inbox.press("e").shows("[Warehouse").shows("[winter").shows("[100");
    assert!(inbox.said().starts_with("The deal was changed since. What you typed stands;"), "{}", inbox.said());
    // While the form is open.
    inbox.press("<tab><c-u>777");
    change(&mut inbox, "spring");
    inbox.press("<enter>").shows("[Warehouse").shows("[777").shows("[spring");
    assert!(inbox.said().ends_with("Enter saves it."), "{}", inbox.said());
    inbox.press("<enter>").shows("Changed the deal of Fabrikam.");
    let deal = inbox.lead("Fabrikam").seller.deal.unwrap();
    assert_eq!((deal.name.as_str(), deal.campaign_id.as_deref()), ("Warehouse", Some("spring")));
    assert_eq!(deal.value.unwrap().to_string(), "777");
}

#[test]
fn accepting_and_editing_have_a_draft_each() {
    let mut inbox = Inbox::demo();
    let id = inbox.id("Fabrikam");
    inbox.press("ja<tab>4711<esc>");
    let accept = Change::Accept { deal: deal("Elsewhere"), reported: false };
    inbox.elsewhere(|store, now| drop(store.apply(&[id], &accept, now).unwrap()));
    inbox.go_to("Fabrikam").press("e").shows("[Elsewhere").hides("4711");
}

#[test]
fn undo_and_redo_of_a_deal_drop_what_was_typed_over_it() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<tab>100<enter>").go_to("Fabrikam").press("e<tab><c-u>777<esc>");
    assert_eq!(inbox.said(), "Nothing was stored. The draft is kept for the next time.");
    inbox.press("e").shows("[777").press("<esc>u").press("a").hides("777").hides("[100").press("<tab>55<esc>");
    inbox.press("<c-r>").go_to("Fabrikam").press("e").shows("[100").press("<esc>u").press("a").hides("[55");
}

#[test]
fn a_favorite_leaves_the_draft_alone() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<tab>4711<esc>*").go_to("Fabrikam").press("a").shows("[4711");
}

#[test]
fn the_draft_keeps_the_box() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<s-tab><space>").shows("[x] Already accepted").press("<esc>a").shows("[x] Already accepted");
}

#[test]
fn tab_and_arrows_walk_the_fields_round() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<s-tab>").shows("[ ] Already accepted").press("<space>").shows("[x] Already accepted");
    inbox.press("<space>").shows("[ ] Already accepted");
    inbox.press("<tab><down>7<down><down><up>usd<enter>");
    let deal = inbox.lead("Fabrikam").seller.deal.unwrap();
    assert_eq!((deal.value.unwrap().to_string().as_str(), deal.currency.as_deref()), ("7", Some("USD")));
}

#[test]
fn arrows_walk_the_rows_of_a_long_note_as_they_are_shown() {
    let mut inbox = Inbox::demo();
    inbox.resize(84, 24).press("ja<tab><tab><tab><tab>");
    let words = "word ".repeat(20);
    inbox.paste(&words).press("<up>X<enter>");
    let notes = inbox.lead("Fabrikam").seller.deal.unwrap().notes.unwrap();
    let at = notes.find('X').unwrap();
    assert!(at > 0 && at < notes.len() - 1, "one row up, still in the note: {notes}");
}

#[test]
fn the_editor_gets_the_field_and_gives_it_back() {
    let mut inbox = Inbox::demo();
    inbox.host.editor = Ok("first\nsecond\n".to_owned());
    inbox.press("ja<tab><tab><tab><tab>draft<c-o>");
    assert_eq!(inbox.host.edited, ["draft"]);
    inbox.shows("[first").shows("[second").press("<enter>");
    assert_eq!(inbox.lead("Fabrikam").seller.deal.unwrap().notes.as_deref(), Some("first\nsecond"));
    inbox.host.editor = Err("The editor ended with 1. Your text is as it was.".to_owned());
    inbox.press("a<tab><tab><tab><tab>mine<c-o>").shows("The editor ended with 1.").shows("[mine");
    inbox.press("<s-tab><s-tab><s-tab><s-tab><s-tab><c-o>");
    assert_eq!(inbox.host.edited.len(), 2, "the box has no text");
}

#[test]
fn paste_goes_into_the_field_as_text() {
    let mut inbox = Inbox::demo();
    inbox.press("ja<c-u>").paste("Big\nDeal\u{1b}[31m\r\n").press("<enter>");
    assert_eq!(inbox.lead("Fabrikam").seller.deal.unwrap().name, "Big Deal[31m");
}

#[test]
fn the_deal_of_an_accepted_lead_is_edited_in_the_same_form() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Adatum").press("e");
    inbox.shows("Edit the deal · Adatum").shows("[18000").shows("[Jo Hill <jo@contoso.example> +49 30 5550 0100");
    inbox.hides("Already accepted in Partner Center");
    let owed = inbox.lead("Adatum").owed.len();
    inbox.press("<tab><c-u>20000<enter>").shows("Changed the deal of Adatum.");
    let lead = inbox.lead("Adatum");
    assert_eq!(lead.seller.deal.unwrap().value.unwrap().to_string(), "20000");
    assert_eq!(lead.owed.len(), owed);
    assert_eq!(inbox.on(), "Adatum");
    inbox.press("u");
    assert_eq!(inbox.lead("Adatum").seller.deal.unwrap().value.unwrap().to_string(), "18000");
}

#[test]
fn won_with_its_value() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Adatum").press("w").shows("Won Adatum").shows("18000");
    inbox.press("<c-u>x<enter>").shows("✗ ");
    assert_eq!(inbox.lead("Adatum").seller.verdict.unwrap().kind, VerdictKind::Accepted);
    inbox
        .press("<c-u>21500<tab>")
        .shows("[x] Already done in Partner Center")
        .press("<tab><enter>")
        .shows("Won Adatum.");
    let lead = inbox.lead("Adatum");
    let deal = lead.seller.deal.unwrap();
    assert_eq!(lead.seller.verdict.unwrap().kind, VerdictKind::Won);
    assert_eq!((deal.value.unwrap().to_string().as_str(), deal.currency.as_deref()), ("21500", Some("EUR")));
}

#[test]
fn won_without_a_value_keeps_the_deals() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Adatum").press("w<c-u><tab><enter>");
    let lead = inbox.lead("Adatum");
    assert_eq!(lead.seller.deal.unwrap().value.unwrap().to_string(), "18000");
    assert!(lead.seller.verdict.unwrap().reported);
}

#[test]
fn lost_with_a_reason() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Adatum").press("L").shows("Lost Adatum. Reason?").hides("choose another partner").press("1");
    let verdict = inbox.lead("Adatum").seller.verdict.unwrap();
    assert_eq!((verdict.kind, verdict.reason), (VerdictKind::Lost, Some(Reason::Budget)));
    inbox.shows("Lost Adatum (budget).");
}
