//! The outbox: what Partner Center has not been told is copied over value by value and ticked off (PRODUCT.md 2, SCREENS.md).

use chrono::TimeDelta;
use leadbox::app::msg::Msg;
use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::lead::LeadId;
use leadbox::domain::record::Field;
use leadbox::domain::vocabulary::Reason;

use crate::harness::Inbox;
use crate::samples::{Row, all_leads, deal, put_all};

/// The line of the screen that holds a text.
fn line(inbox: &Inbox, text: &str) -> String {
    let screen = inbox.screen();
    let line = screen.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no “{text}”:\n{screen}"));
    line.to_owned()
}

/// The companies of the list, top to bottom.
fn companies(inbox: &Inbox) -> Vec<String> {
    let outbox = inbox.app.outbox().expect("the outbox is open");
    outbox.entries.iter().map(|entry| entry.title.clone()).collect()
}

#[test]
fn the_whole_errand_from_the_accept_to_the_tick_and_back() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Fabrikam").press("a<c-u>Warehouse<tab>18000,50<tab>usd<tab>+30d<tab>three servers<c-j>4 TB");
    inbox.press("<tab>crm-1<tab>autumn<tab>Jo Hill <lt>jo@contoso.example> 55500<tab>kim@contoso.example<enter>");
    inbox.shows("⇪ 5 owed").press("O");
    inbox.shows("Outbox · Partner Center has not heard of these 5").shows("first in 9h");
    assert_eq!(companies(&inbox), ["Adatum", "Contoso Media", "田中商事", "Fabrikam", "Graphic Design Institute"]);
    inbox.press("jjj").shows("Fabrikam · accept").shows("by 4 Dec 06:24");
    inbox.shows("open > Accept").shows("▸ 1  Find it by  Fabrikam");
    inbox.press("<enter>");
    assert_eq!(inbox.said(), "Copied “Fabrikam” (sent to the terminal). Paste it into the customer filter.");
    inbox.shows("✓ 1  Find it by").shows("▸ 2  Deal name   Warehouse").shows("Enter copies 2, Deal name.");
    inbox.press("<enter><enter><enter><enter><enter><enter><enter><enter><enter>");
    let copied = [
        "Fabrikam",
        "Warehouse",
        "18000.50",
        "USD",
        "12/20/2026",
        "three servers 4 TB",
        "crm-1",
        "autumn",
        "Jo Hill jo@contoso.example 55500",
        "kim@contoso.example",
    ];
    assert_eq!(inbox.host.copied, copied);
    inbox.shows("✓ 9  Team 2").shows("All of it was copied: Enter ticks this one off.").shows("Enter tick off");
    assert_eq!(inbox.lead("Fabrikam").owed.len(), 1, "not before the seller says so");
    inbox.press("<enter>");
    assert!(inbox.said().starts_with("Ticked off the accept of Fabrikam."), "{}", inbox.said());
    inbox.shows("u undoes").shows("not heard of these 4").shows("Graphic Design Institute · won");
    assert!(inbox.lead("Fabrikam").owed.is_empty());
    inbox.press("u").shows("Undone: tick-off of Fabrikam. ^R redoes.").shows("Fabrikam · accept");
    inbox.shows("✓ 9  Team 2");
    assert_eq!(inbox.lead("Fabrikam").owed.len(), 1);
    inbox.press("<c-r>").shows("Redone: tick-off of Fabrikam.").press("<esc>");
    inbox.shows("⇪ 4 owed").go_to("Fabrikam").press("<enter>G").shows("(ticked off)");
}

#[test]
fn a_digit_copies_its_value_and_of_a_team_the_next_member() {
    let mut inbox = Inbox::demo();
    let adatum = inbox.id("Adatum");
    let change = Change::Edit { deal: deal("Backup") };
    inbox.elsewhere(|store, now| drop(store.apply(&[adatum], &change, now).unwrap()));
    inbox.press("O5").shows("✓ 5  Close date  12/31/2026").shows("▸ 1  Find it by");
    assert_eq!(inbox.said(), "Copied “12/31/2026” (sent to the terminal). Paste it into the estimated close date.");
    inbox.press("9").shows("✓ 9  Team 1").press("9").shows("✓ 9  Team 2").press("9");
    let team = ["Jo Hill jo@contoso.example +49 30 5550 0100", "kim@contoso.example"];
    assert_eq!(inbox.host.copied, ["12/31/2026", team[0], team[1], team[0]]);
    inbox.press("j7");
    assert_eq!(inbox.said(), "There is nothing to copy under 7.");
    inbox.press("0<c-1>");
    assert_eq!(inbox.host.copied.len(), 4, "0 and control are no digits of a field");
    inbox.shows("Outbox · ");
}

#[test]
fn space_ticks_off_also_an_archived_lead_and_header_and_urgency_follow_at_once() {
    let mut inbox = Inbox::demo();
    inbox.shows("⇪ 4 owed, first in 9h").go_to("Adatum").shows("◆ OWED to Partner Center in 9 h").shows("◆ 2");
    inbox.press("O").shows("decline  Contoso Media").press("j<space>");
    assert!(inbox.lead("Contoso Media").owed.is_empty());
    assert_eq!(companies(&inbox), ["Adatum", "田中商事", "Graphic Design Institute"]);
    inbox.shows("田中商事 · accept").press("k<space>").press("q");
    inbox.shows("⇪ 2 owed, first in 10d").shows("◆ 1").hides("OWED");
    assert_eq!(inbox.on(), "Adatum");
    inbox.press("u").shows("⇪ 3 owed, first in 9h").shows("◆ 2").shows("OWED to Partner Center in 9 h");
}

#[test]
fn an_import_that_settles_an_entry_takes_it_away_and_the_cursor_stays_on_its_own() {
    let agreed = |inbox: &mut Inbox, company: &str| {
        let mut record = inbox.lead(company).record;
        record.status = leadbox::domain::vocabulary::Status::Accepted;
        inbox.elsewhere(|store, now| {
            put_all(store, &[crate::samples::arrival(record, now)], now);
        });
    };
    let mut inbox = Inbox::demo();
    inbox.press("Ojj").shows("田中商事 · accept");
    agreed(&mut inbox, "Adatum");
    assert_eq!(companies(&inbox), ["Contoso Media", "田中商事", "Graphic Design Institute"]);
    inbox.shows("田中商事 · accept").shows("of these 3");
    agreed(&mut inbox, "田中商事");
    inbox.shows("Graphic Design Institute · won");
    assert_eq!(inbox.said(), "The accept of 田中商事 is not owed any more: it was settled elsewhere.");
    inbox.press("<esc>").go_to("Adatum").press("<enter>G").shows("Center agrees:").shows("accept settled.");
}

#[test]
fn several_hundred_entries_scroll_and_none_is_lost() {
    let row = |n: usize| {
        Row::contact_me(&format!("id-{n:03}"), "2026-11-20T10:00:00Z").with(Field::Company, &format!("Company {n:03}"))
    };
    let rows: Vec<_> = (0..300).map(row).collect();
    let mut inbox = Inbox::of(&rows);
    let grounds = Grounds { reason: Reason::Budget, notes: None, reported: false };
    let ids: Vec<LeadId> = all_leads(inbox.desk.store()).iter().map(|lead| lead.id).collect();
    inbox.elsewhere(|store, now| drop(store.apply(&ids, &Change::Decline(grounds), now).unwrap()));
    inbox.shows("⇪ 300 owed").press("O").shows("of these 300").shows("Company 000 · decline").hides("Company 040");
    inbox.press("G").shows("Company 299 · decline").shows("decline  Company 299").hides("decline  Company 000");
    inbox.press("k").shows("Company 298 · decline").shows("decline  Company 299");
    inbox.press("g<pgdn>").shows("Company 024 · decline").press("<pgup>").shows("Company 000 · decline");
    inbox.press("<c-d><down><up><c-u>").shows("Company 000 · decline");
    inbox.press("G<space>").shows("Company 298 · decline").shows("of these 299");
    let mut seen = 0;
    inbox.press("g");
    for company in companies(&inbox) {
        assert!(line(&inbox, "▌").contains(&company), "{company}:\n{}", inbox.screen());
        inbox.press("j");
        seen += 1;
    }
    assert_eq!(seen, 299);
}

#[test]
fn on_a_narrow_screen_list_and_steps_take_turns() {
    let mut inbox = Inbox::demo();
    inbox.resize(60, 20).press("O").shows("Owed · nearest deadline first").hides("Find it by").shows("Enter open");
    inbox.press("2");
    assert!(inbox.host.copied.is_empty(), "a digit copies only what is on the screen");
    inbox.press("j<enter>").shows("Contoso Media · decline").hides("nearest deadline").shows("▸ 1  Find it by");
    inbox.press("<enter>2").shows("✓ 2  Reason").shows("7 report as abuse, spam or phishing");
    inbox.press("j").shows("田中商事 · accept").press("k").shows("Contoso Media · decline").shows("Esc back");
    inbox.press("<esc>").shows("nearest deadline first").press("l").shows("Contoso Media · decline");
    inbox.press("h").shows("nearest deadline first").shows("Esc close").press("q").hides("Outbox · ");
    inbox.press("O<enter><esc><esc>").hides("Outbox · ");
    // The steps of another entry are never shown unasked.
    inbox.press("O<enter>").shows("Adatum · accept");
    let adatum = inbox.id("Adatum");
    inbox.elsewhere(|store, now| drop(store.apply(&[adatum], &Change::TickOff(None), now).unwrap()));
    inbox.shows("nearest deadline first").shows("The accept of Adatum is not owed any more");
}

#[test]
fn an_empty_outbox_says_so_kindly() {
    let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z")]);
    inbox.press("O").shows("Nothing is owed: Partner Center knows every").hides("not heard of");
    inbox.press("<enter><space>1jG<enter>");
    inbox.shows("Nothing is owed").press("O").hides("Nothing is owed");
    let mut empty = Inbox::empty();
    empty.press("O").shows("Nothing is owed").press("<esc>").shows("Welcome");
}

#[test]
fn keys_of_the_list_do_nothing_else_in_the_outbox() {
    let mut inbox = Inbox::demo();
    let before = all_leads(inbox.desk.store());
    inbox.press("O").press("adwLen*xyi/fsAv").shows("Outbox · ");
    inbox.paste("4\n");
    assert_eq!(all_leads(inbox.desk.store()), before);
    assert!(inbox.host.copied.is_empty() && inbox.ended.is_none());
    inbox.press("q");
    assert!(inbox.ended.is_none(), "q closes the outbox first");
    inbox.hides("Outbox · ").shows("┌ Marketplace");
}

#[test]
fn a_value_that_could_not_be_copied_is_not_marked() {
    let mut inbox = Inbox::demo();
    inbox.press("O<enter>").shows("✓ 1  Find it by");
    inbox.tell(Msg::Copied(Err("Not copied: the clipboard does not answer.".to_owned())));
    inbox.shows("▸ 1  Find it by").shows("the clipboard does not answer");
}

#[test]
fn a_value_that_changed_since_is_to_be_copied_again() {
    let mut inbox = Inbox::demo();
    inbox.press("O<enter>3").shows("✓ 3  Value").press("<esc>");
    let adatum = inbox.id("Adatum");
    let change = Change::Edit { deal: deal("Adatum – sql-backup") };
    inbox.elsewhere(|store, now| drop(store.apply(&[adatum], &change, now).unwrap()));
    inbox.press("O").shows("✓ 1  Find it by").shows("▸ 2  Deal name").shows("  3  Value       18000.50");
}

#[test]
fn what_is_to_be_corrected_stands_there_too() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Fabrikam").press("a<s-tab><space><enter>").shows("⇪ 4 owed").press("u");
    inbox.shows("Partner Center was told Accepted; correct it there.").shows("⇪ 5 owed").press("OG");
    inbox.shows("correct  Fabrikam").shows("Fabrikam · correct").shows("▸ 1  Find it by  Fabrikam");
    inbox.shows("was told Accepted").press("<enter>").shows("Enter ticks this one off").press("<enter>");
    assert!(inbox.lead("Fabrikam").owed.is_empty());
    inbox.shows("of these 4");
}

#[test]
fn a_lead_may_owe_twice_and_each_is_ticked_off_by_itself() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Adatum").press("w<enter>").shows("⇪ 5 owed").press("O").shows("of these 5");
    inbox.shows("accept   Adatum").shows("won      Adatum").press("<space>").hides("accept   Adatum");
    inbox.shows("won      Adatum").shows("of these 4");
    assert_eq!(inbox.lead("Adatum").owed.len(), 1);
}

#[test]
fn ticking_off_leaves_the_marks_of_the_list() {
    let mut inbox = Inbox::demo();
    inbox.press("<space><space>").shows("2 marked").press("O<space><esc>").shows("2 marked").shows("⇪ 3 owed");
}

#[test]
fn a_deadline_that_passes_is_told_and_the_entry_stays() {
    let mut inbox = Inbox::demo();
    inbox.press("O").shows("by 21:30").advance(TimeDelta::hours(10));
    inbox.shows("first is late").shows("was due 21:30").shows("The deadline has passed");
    assert!(line(&inbox, "▌").contains("late  accept   Adatum"), "{}", inbox.screen());
}

#[test]
fn an_old_tick_off_asks_before_it_is_undone_and_other_keys_forget_it() {
    let mut inbox = Inbox::demo();
    inbox.press("O<space>").advance(TimeDelta::minutes(61)).press("u");
    inbox.shows("The last change is the tick-off of Adatum").press("ju");
    assert!(inbox.lead("Adatum").owed.is_empty(), "another key in between asks again");
    inbox.press("u").shows("Adatum · accept");
    assert_eq!(inbox.lead("Adatum").owed.len(), 1);
}

#[test]
fn an_entry_settled_while_its_key_was_pressed_is_refused_with_a_sentence() {
    let mut inbox = Inbox::demo();
    inbox.press("O");
    // The store knows already, the screen does not yet.
    let adatum = inbox.id("Adatum");
    let now = inbox.now;
    inbox.desk.store().apply(&[adatum], &Change::TickOff(None), now).unwrap();
    inbox.press("<space>").shows("is not owed any more");
    assert_eq!(companies(&inbox).len(), 3);
    assert_eq!(inbox.desk.store().steps(1).unwrap()[0].title, "tick-off of Adatum");
}

#[test]
fn an_entry_is_due_when_the_lead_expires_and_urgent_three_days_before_to_the_second() {
    let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z")]);
    inbox.press("a<enter>").shows("◆ 0").shows("⇪ 1 owed, first in 13d").shows("DUE   accepted");
    // Created at 10:00 on the 20th, it expires at 10:00 on 4 December.
    inbox.advance(TimeDelta::hours(11 * 24 - 2) - TimeDelta::seconds(1)).shows("◆ 0");
    inbox.advance(TimeDelta::seconds(1)).shows("◆ 1").shows("OWED to Partner Center in 72 h");
    inbox.advance(TimeDelta::hours(72)).shows("OWED to Partner Center in 0");
    inbox.advance(TimeDelta::minutes(5)).shows("◆ 1").shows("first is late").shows("Center, 5 min");
    inbox.press("O<space>q").shows("◆ 0").hides("⇪").hides("OWED");
}
