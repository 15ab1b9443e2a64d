//! Copying, leaving, palette, import, export, the first screen, sizes and rebound keys (PRODUCT.md 3, 4, 6, 7).

use std::collections::BTreeMap;
use std::fs;

use chrono::TimeDelta;
use leadbox::app::commands::{COMMANDS, Command, Keymap, Spec};
use leadbox::app::exporting::Ways;
use leadbox::app::msg::{Effect, Msg};
use leadbox::app::palette::Offer;
use leadbox::app::{Popup, Settings};
use leadbox::domain::leaving::Census;
use leadbox::domain::record::Field;

use crate::harness::{Inbox, settings};
use crate::samples::{Row, all_leads, empty_store, now, put_all, read_csv};

const EXPORT: &str = include_str!("../../data/export-80.csv");
const MIXED: &str = include_str!("../../data/ugly/mixed-good-and-bad.csv");

#[test]
fn every_letter_copies_its_part() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Northwind Traders");
    for (letter, text) in [
        ("e", "ana@northwind.example"),
        ("p", "+551155500100"),
        ("n", "Ana Souza"),
        ("c", "Northwind Traders"),
        ("a", "Ana Souza <ana@northwind.example>"),
        ("i", "0fdf7440-1749-5aee-bc07-4cb71427a713"),
        ("y", "Ana Souza, CTO, Northwind Traders, ana@northwind.example, +551155500100, Brazil"),
    ] {
        inbox.press("y").shows("┌ Copy").press(letter).hides("┌ Copy");
        assert_eq!(inbox.host.copied.last().map(String::as_str), Some(text));
        assert!(inbox.said().starts_with("Copied"), "{}", inbox.said());
    }
    inbox.press("ym");
    assert!(inbox.host.copied.last().unwrap().starts_with("We need to move a warehouse"));
    let copied = inbox.host.copied.len();
    inbox.press("yz");
    assert_eq!(inbox.said(), "Nothing was copied: that letter copies nothing. y shows which do.");
    inbox.press("y<esc>").hides("┌ Copy");
    assert_eq!(inbox.host.copied.len(), copied);
}

#[test]
fn what_is_missing_or_hidden_is_said_and_not_copied() {
    let mut inbox = Inbox::demo();
    for (company, letter, says) in [
        ("Fabrikam", "p", "This lead has no phone; nothing was copied."),
        ("Fabrikam Residences", "e", "This lead has no e-mail; nothing was copied."),
        ("Margie Travel", "e", "The contacts of an expired lead are hidden; nothing was copied."),
        ("Margie Travel", "p", "The contacts of an expired lead are hidden; nothing was copied."),
        ("Margie Travel", "a", "The contacts of an expired lead are hidden; nothing was copied."),
    ] {
        inbox.go_to(company).press("y").press(letter);
        assert_eq!(inbox.said(), says);
    }
    assert!(inbox.host.copied.is_empty());
    inbox.press("yn");
    assert_eq!(inbox.host.copied, ["Margie Shaw"]);
    inbox.press("yy");
    assert!(
        !inbox.host.copied[1].contains('@'),
        "the card of an expired lead has no contacts: {:?}",
        inbox.host.copied
    );
}

#[test]
fn a_blank_contact_says_why_only_where_another_field_tells() {
    let blank = |id: &str, company: &str| {
        let row = Row::contact_me(id, "2026-11-20T10:00:00Z").with(Field::Company, company);
        row.with(Field::Email, "").with(Field::Phone, "")
    };
    let says = "Microsoft passes on no contact details of .edu customers; that this is one is inferred from";
    let mut inbox = Inbox::of(&[
        blank("a", "Bellows College (www.bellows.EDU)"),
        blank("b", "Fabrikam"),
        blank("c", "Educorp.education"),
        Row::contact_me("d", "2026-11-20T10:00:00Z").with(Field::Company, "contoso.edu").with(Field::Phone, ""),
    ]);
    inbox.resize(200, 50).go_to("Bellows College (www.bellows.EDU)").shows("no e-mail").shows("that this is one is");
    inbox.press("ye");
    assert_eq!(inbox.said(), format!("This lead has no e-mail; nothing was copied. {says} www.bellows.EDU."));
    inbox.press("R").shows("that this is one is").press("<esc>");
    for company in ["Fabrikam", "Educorp.education"] {
        inbox.go_to(company).shows("no e-mail").hides("that this is one is").press("ye");
        assert_eq!(inbox.said(), "This lead has no e-mail; nothing was copied.");
    }
    inbox.go_to("contoso.edu").shows("no phone").hides("that this is one is");
    inbox.go_to("Bellows College (www.bellows.EDU)").advance(TimeDelta::days(15));
    inbox.shows("hidden (expired)").hides("that this is one is");
}

#[test]
fn contacts_of_who_asked_for_none_need_the_key_twice() {
    let mut inbox = Inbox::demo();
    for letter in ["e", "p", "a", "y"] {
        inbox.go_to("The Phone Company").press("y").press(letter);
        assert!(inbox.said().ends_with("this customer asked not to be contacted."), "{}", inbox.said());
        let copied = inbox.host.copied.len();
        inbox.press(if letter == "e" { "p" } else { "e" });
        assert_eq!(inbox.host.copied.len(), copied, "another letter asks again");
        inbox.press(letter).press(letter);
        assert_eq!(inbox.host.copied.len(), copied + 1);
    }
    inbox.press("yn");
    assert_eq!(inbox.host.copied.last().map(String::as_str), Some("Liam Byrne"), "a name is no contact");
    let before = inbox.host.copied.len();
    inbox.press("ye<esc>").press("ye");
    assert_eq!(inbox.host.copied.len(), before, "closing the menu forgets the first press");
}

#[test]
fn esc_undoes_one_level_at_a_time_and_never_quits() {
    let mut inbox = Inbox::demo();
    inbox.press("/lit<enter><enter>y").shows("┌ Copy");
    inbox.press("<esc>").hides("┌ Copy").press("j").press("<esc>").shows(" lit  +");
    inbox.press("j");
    assert_eq!(inbox.app.list.cursor, 1, "the second Esc left the detail");
    inbox.press("<esc>").hides(" lit  +");
    inbox.press("<esc><esc><esc><esc>");
    assert_eq!(inbox.ended, None);
    inbox.press("s<esc>?<esc>i<esc>x<esc>a<esc>");
    inbox.shows("┌ Marketplace");
    assert_eq!(inbox.ended, None);
}

#[test]
fn esc_goes_from_popup_to_prompt_to_pane_to_marks_to_query() {
    let mut inbox = Inbox::demo();
    inbox.press("/northwind<enter><space>k").shows("1 marked").press("<enter>d<tab>why").shows("Reason?");
    inbox.press("<esc>").shows("Reason?").press("<esc>").hides("Reason?");
    let at = inbox.app.list.cursor;
    inbox.press("j<esc>j").shows("1 marked");
    assert_eq!(inbox.app.list.cursor, at + 1, "the detail had the keys until Esc");
    inbox.press("<esc>").hides("1 marked").shows("northwind").shows("Esc clears");
    inbox.press("<esc>").hides("Esc clears").press("<esc>");
    assert_eq!(inbox.ended, None);
}

#[test]
fn q_closes_whatever_is_open_and_nothing_is_typed_into() {
    let mut inbox = Inbox::demo();
    inbox.write_file("Leads.csv", EXPORT);
    inbox.go_to("Northwind Traders");
    for (keys, shown) in [
        ("d", "Reason?"),
        ("y", "┌ Copy"),
        ("s", "┌ Order"),
        ("S", "Statistics"),
        ("p", "Timeline of all"),
        ("c", "┌ Log"),
        ("V", "┌ Views"),
        ("O", "Outbox"),
        ("f", "next group"),
    ] {
        let before = inbox.screen();
        inbox.press(keys);
        assert_ne!(inbox.screen(), before, "{keys} opens");
        inbox.press("q");
        assert_eq!((inbox.screen(), inbox.ended.clone()), (before, None), "q closes {shown}\n{}", inbox.screen());
    }
    inbox.press("i<enter>").shows("80 rows: 80 new.").press("q").shows("path: ").press("q").shows("path: q");
    inbox.press("<esc>x").press("q").shows("csvq").press("<esc>").press("a<c-u>q").shows("[q ").press("<esc>");
    inbox.press("/q").shows("/q").press("<esc>").press("?q").shows("Commands and help").press("<esc>");
    inbox.press("d<tab>q").shows("notes q").press("<esc>q").hides("Reason?");
    assert_eq!((inbox.ended, inbox.host.copied.len()), (None, 0));
}

#[test]
fn nothing_is_typed_while_a_file_is_read_and_esc_closes_at_once() {
    let mut inbox = Inbox::demo();
    inbox.write_file("Leads.csv", EXPORT);
    inbox.press("i<enter>").shows("80 rows: 80 new.");
    inbox.app.busy = true;
    inbox.press("x<enter>").shows("The file is being read…").press("<esc>").hides("The file is being read…");
    inbox.press("i").shows("The file is being read…").press("xyz").press("q").hides("The file is being read…");
    inbox.app.busy = false;
    inbox.press("i").hides("xyz");
    let mut inbox = Inbox::empty();
    inbox.app.busy = true;
    inbox.press("<enter>").shows("The file is being read…");
    assert!(inbox.app.busy, "a second file waits for the first");
}

#[test]
fn a_search_is_about_the_list_wherever_it_begins() {
    let mut inbox = Inbox::demo();
    inbox.resize(60, 20).press("<enter>").hides("┌ Marketplace").press("/litw").shows("┌ Marketplace");
    inbox.press("<enter>").shows("┌ Marketplace").press("<enter>").hides("┌ Marketplace");
    inbox.press("/").press("<esc>").shows("┌ Marketplace");
    let at = inbox.app.list.cursor;
    inbox.press("j");
    assert_eq!(inbox.app.list.cursor, at + 1, "the list has the keys");
}

#[test]
fn q_closes_and_in_the_list_quits() {
    let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z")]);
    inbox.press("<enter>q");
    assert_eq!(inbox.ended, None, "q closes the detail");
    inbox.press("fq");
    assert_eq!(inbox.ended, None, "q closes the filters");
    inbox.press("q");
    assert_eq!(inbox.ended, Some(Effect::Quit));
}

#[test]
fn q_warns_while_a_hot_lead_is_nearly_cold() {
    let hot = Row::contact_me("a", "2026-11-17T16:00:00Z");
    let mut inbox = Inbox::of(std::slice::from_ref(&hot));
    inbox.press("q");
    assert_eq!(inbox.ended, Some(Effect::Quit), "4 h are not less than 4 h");
    let mut inbox = Inbox::of(std::slice::from_ref(&hot));
    inbox.advance(TimeDelta::seconds(1)).press("q");
    assert_eq!(inbox.ended, None);
    inbox.shows("q again quits: a hot lead is cold in less than 4 h and was not answered.");
    inbox.press("jq");
    assert_eq!(inbox.ended, None, "another key in between asks again");
    inbox.press("q");
    assert_eq!(inbox.ended, Some(Effect::Quit));
    let mut inbox = Inbox::of(&[hot]);
    inbox.advance(TimeDelta::hours(1)).press("d1").press("q");
    assert_eq!(inbox.ended, Some(Effect::Quit), "an answered lead is no reason to stay");
}

#[test]
fn ctrl_c_quits_and_ctrl_z_suspends_from_anywhere() {
    let mut inbox = Inbox::demo();
    inbox.press("a<c-z>");
    assert_eq!(inbox.host.suspended, 1);
    inbox.shows("Accept · Proseware GmbH").press("<c-c>");
    assert_eq!(inbox.ended, Some(Effect::Quit));
}

#[test]
fn exports_what_is_shown_and_asks_before_it_writes_over() {
    let mut inbox = Inbox::demo();
    inbox.press("/northwind<enter>x").shows("Export the 3 leads shown").shows("leads-2026-11-20.csv");
    inbox.press("<enter>").shows("3 leads written to");
    let written = fs::read(inbox.file("leads-2026-11-20.csv")).unwrap();
    assert_eq!(read_csv(&written, inbox.now).unwrap().0.len(), 3);
    inbox.press("<esc>x<enter>").shows("Enter again writes over it.").press("<esc>");
    assert_eq!(fs::read(inbox.file("leads-2026-11-20.csv")).unwrap(), written, "nothing was written over");
    inbox.press("x<enter><enter>").shows("53 leads written to");
    assert_ne!(fs::read(inbox.file("leads-2026-11-20.csv")).unwrap(), written);
    inbox.press("x<up>j").shows("‹ JSON ›").shows("leads-2026-11-20.json").press("j").shows("leads-2026-11-20.jsonl");
    inbox.press("<left><down><c-u>mine.json<enter>").shows("53 leads written to");
    let json: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(inbox.file("mine.json")).unwrap()).unwrap();
    assert_eq!(json.len(), 53);
    inbox.press("x<c-u><enter>").shows("Type where to write it.");
    inbox.press("nowhere/at/all.csv<enter>").shows("nowhere").shows("┌ Export").press("<esc>");
    inbox.press("/zzzz<enter>x").shows("There is nothing to export: no lead is shown.");
}

#[test]
fn an_export_counts_before_it_writes_what_goes_along_and_what_does_not() {
    let mut inbox = Inbox::demo();
    inbox.press("x").shows("53 leads are written.").hides("Left out").hides("also leads that asked not");
    inbox.press("<up>v").shows("‹ vCard ›").shows("leads-2026-11-20.vcf").shows("that asked not to be contacted.");
    inbox.press("<down><down> ").shows("[x] also leads that asked not to be contacted").hides("Left out");
    inbox
        .press("<down> ")
        .shows("[x] only leads with a valid e-mail or phone")
        .shows("without a valid e-mail or phone.");
    inbox.press("<up> ").shows("[ ] also leads").shows("that asked not to be contacted,");
    inbox.press("<up>x").shows("2026-11-20.vcfx").press("<esc>").hides("┌ Export");
}

#[test]
fn an_answer_to_what_an_export_asked_before_is_dropped() {
    let mut inbox = Inbox::demo();
    let old = |question| Msg::Taken(question, Ok(Census { leads: 999, ..Census::default() }));
    inbox.press("x<up>j").shows("53 leads are written.");
    inbox.tell(old(1));
    inbox.shows("53 leads are written.").press("<esc><space>x").shows("1 lead is written.");
    for question in 1..3 {
        inbox.tell(old(question));
        inbox.shows("1 lead is written.");
    }
    inbox.tell(old(3));
    inbox.shows("999 leads are written.");
    let ways = || Ways { common: "leads-of-old".to_owned(), count: 1, first: vec!["leads-of-old".to_owned()] };
    inbox.press("<c-u>le");
    inbox.tell(Msg::PathsFound("l".to_owned(), ways()));
    inbox.hides("leads-of-old").tell(Msg::PathsFound("le".to_owned(), ways()));
    inbox.shows("file   leads-of-old");
}

#[test]
fn the_path_of_an_export_goes_on_as_far_as_the_folder_says() {
    let mut inbox = Inbox::demo();
    for name in ["leads-a.csv", "leads-b.csv", "other"] {
        inbox.write_file(name, "");
    }
    inbox.press("x<c-u>l<tab>").shows("file   leads-").shows("leads-a.csv").shows("leads-b.csv").hides("other");
    inbox.press("<esc>").hides("leads-b.csv").press("b<tab>").shows("file   leads-b.csv");
    inbox.press("<enter>").shows("Enter again writes over it.").press("<esc>");
    inbox.press("x<c-u>nothing-like<tab>-it").shows("file   nothing-like-it");
}

#[test]
fn an_export_over_ssh_says_how_to_fetch_it() {
    let mut inbox = Inbox::demo();
    inbox.app.settings.ssh = Some("me@box".to_owned());
    inbox.resize(200, 50).press("x<enter>").shows("scp 'me@box:");
}

#[test]
fn a_file_is_looked_at_before_it_is_imported() {
    let mut inbox = Inbox::demo();
    inbox.write_file("Leads.csv", EXPORT);
    inbox.write_file("holiday.csv", "name,mail\na,b\n");
    inbox.press("i").shows("Leads.csv").shows("80 rows").hides("holiday.csv");
    inbox.press("<enter>").shows("80 rows: 80 new.").shows("Nothing is stored yet.");
    inbox.shows("1 Marketplace 53").press("<esc>").shows("path: ").press("<enter><enter>");
    let (hot, expiring) = (inbox.app.found.hot, inbox.app.found.expiring);
    assert_eq!(inbox.said(), format!("80 rows: 80 new. {hot} hot, {expiring} expire soon. n starts."));
    inbox.hides("┌ Import").hides("1 Marketplace 53");
    inbox.press("i<enter><enter>").shows("80 rows: 80 unchanged.");
}

#[test]
fn a_refused_file_says_why_and_leaves_another_choice() {
    let mut inbox = Inbox::demo();
    inbox.write_file("holiday.csv", "name,mail\na,b\n");
    inbox.press("i").shows("no lead export in Downloads").press("holiday.csv<enter>").shows("holiday.csv: ");
    inbox.press("<enter>").shows("path: holiday.csv").press("<bs><bs><bs>txt<enter>").shows("holiday.txt");
    inbox.press("<esc><esc>").shows("1 Marketplace 53").hides("┌ Import");
}

#[test]
fn rejected_rows_are_named() {
    let mut inbox = Inbox::empty();
    inbox.write_file("mixed.csv", MIXED);
    inbox.press("i<enter>").shows("rejected (line").press("<enter>").shows("rejected (line").shows("┌ Marketplace");
}

#[test]
fn a_file_dropped_on_the_window_is_imported_by_its_path() {
    let mut inbox = Inbox::demo();
    inbox.write_file("My Leads.csv", EXPORT);
    let path = inbox.file("My Leads.csv").display().to_string();
    inbox.press("i").paste(&format!("'{path}' ")).press("<enter>").shows("80 rows: 80 new.");
    let mut inbox = Inbox::empty();
    inbox.write_file("Leads.csv", EXPORT);
    let path = inbox.file("Leads.csv").display().to_string();
    inbox.paste(&path).shows("path: ").press("<enter><enter>").shows("80 rows: 80 new.");
}

#[test]
fn the_first_screen_shows_the_ways_in() {
    let files = [("Leads_2026-11-20.csv", EXPORT), ("leads-oct.csv", MIXED)];
    let mut inbox = Inbox::open_with_files(empty_store(), settings(), (84, 24), &files);
    inbox
        .shows("No leads yet. Nothing leaves this machine.")
        .shows("▸ ~/Downloads/Leads_2026-11-20.csv")
        .shows("80 rows");
    inbox.hides("ssh ").press("y");
    assert!(inbox.host.copied.is_empty());
    inbox.press("r").shows("Receive leads as they come").shows("leadbox serve").press("j").shows("No leads yet.");
    inbox.press("?").shows("Commands and help").press("<esc>");
    inbox.press("<enter>").shows("80 rows: 80 new.").press("<enter>").shows("1 Marketplace");
    let mut inbox = Inbox::empty();
    inbox.shows("no lead export in Downloads").press("<enter>").shows("path: ").press("<esc>").press("d");
    assert_eq!(inbox.ended, Some(Effect::Demo));
    let mut inbox = Inbox::empty();
    inbox.press("q");
    assert_eq!(inbox.ended, Some(Effect::Quit));
}

#[test]
fn the_first_screen_walks_the_files_that_were_found() {
    let files = [("a.csv", EXPORT), ("b.csv", MIXED)];
    let mut inbox = Inbox::open_with_files(empty_store(), settings(), (84, 24), &files);
    inbox.press("<down>").shows("▸ ~/Downloads/b.csv").press("<down><enter>").shows("b.csv").shows("rejected (line");
    inbox.press("<esc>").shows("▸ ~/Downloads/b.csv");
}

#[test]
fn the_first_screen_over_ssh_gives_the_line_to_run() {
    let mut inbox = Inbox::empty();
    inbox.app.settings.ssh = Some("me@box".to_owned());
    inbox.resize(84, 24).shows("ssh me@box leadbox import - < Leads.csv").press("y");
    assert_eq!(inbox.host.copied, ["ssh me@box leadbox import - < Leads.csv"]);
}

#[test]
fn a_store_that_was_filled_elsewhere_leaves_the_first_screen() {
    let mut inbox = Inbox::empty();
    inbox.elsewhere(|store, now| leadbox::shell::demo::fill(store, now).unwrap());
    assert_eq!(inbox.on(), "Proseware GmbH");
}

#[test]
fn the_palette_runs_commands_by_name_and_by_key() {
    let mut inbox = Inbox::demo();
    inbox.press(":decline<enter>").shows("Decline Proseware GmbH. Reason?").press("<esc>");
    inbox.press("?w").press("<enter>").shows("is not accepted yet").press("<c-p>heart<enter>");
    assert!(inbox.lead("Proseware GmbH").seller.favorite);
    inbox.press(":nonsense").shows("No command matches.").press("<enter>").hides("Commands and help");
    inbox.press(":q<enter>").shows("q again quits").press(":q<enter>");
    assert_eq!(inbox.ended, Some(Effect::Quit));
}

/// The names of the commands that are offered, in their order.
fn offered(inbox: &Inbox) -> Vec<&'static str> {
    let Some(Popup::Palette(palette)) = &inbox.app.popup else { panic!("{}", inbox.screen()) };
    let name = |offer| match offer {
        Offer::Run(spec) => spec.name,
        Offer::Lead(_) => "lead",
    };
    inbox.app.offers(palette).into_iter().map(name).collect()
}

/// The last line of the screen.
fn footer(inbox: &Inbox) -> String {
    inbox.screen().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_footer_shows_what_matters_now_in_the_order_of_a_day() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Fabrikam");
    let order = |line: &str, keys: &[&str]| {
        let places: Vec<_> = keys.iter().map(|key| line.find(key).unwrap_or_else(|| panic!("{key}: {line}"))).collect();
        assert!(places.is_sorted(), "{keys:?}: {line}");
    };
    order(
        &footer(&inbox),
        &["n next", "a accept", "d decline", "y copy", "/ search", "R run", "O outbox", "? all keys"],
    );
    inbox.resize(84, 24);
    order(&footer(&inbox), &["n next", "a accept", "d decline", "y copy", "/ search", "O outbox", "? keys"]);
    assert!(!footer(&inbox).contains("R run"), "{}", footer(&inbox));
    inbox.resize(60, 20);
    order(&footer(&inbox), &["n next", "a accept", "d decline", "y copy", "? keys"]);
    inbox.resize(120, 34).go_to("Adatum");
    order(&footer(&inbox), &["n next", "e edit", "w won", "L lost", "y copy"]);
    inbox.go_to("Margie Travel");
    assert!(!footer(&inbox).contains("accept"), "{}", footer(&inbox));
}

#[test]
fn a_newcomer_sees_six_keys_at_every_width() {
    let files = [("Leads.csv", EXPORT)];
    let mut inbox = Inbox::open_with_files(empty_store(), settings(), (120, 34), &files);
    for (size, keys) in [
        ((120, 34), ["Enter import the marked file", "i type a path", "d demo", "r receive", "? all keys", "q quit"]),
        ((84, 24), ["Enter import the marked file", "i type a path", "d demo", "r receive", "? keys", "q quit"]),
        ((60, 20), ["Enter import", "i path", "d demo", "r receive", "? keys", "q quit"]),
    ] {
        inbox.resize(size.0, size.1);
        let line = footer(&inbox);
        let rest = keys.iter().fold(line.clone(), |rest, key| rest.replacen(key, "", 1));
        assert!(keys.iter().all(|key| line.contains(key)) && rest.trim().is_empty(), "six and no other: {line}");
    }
    let inbox = Inbox::empty();
    let line = footer(&inbox);
    assert!(line.contains("i import") && !line.contains("Enter"), "no file is marked: {line}");
}

#[test]
fn the_palette_offers_the_best_match_first() {
    let mut inbox = Inbox::demo();
    inbox.press(":");
    assert_eq!(offered(&inbox), COMMANDS.iter().map(|spec| spec.name).collect::<Vec<_>>(), "nothing typed: the table");
    for (typed, first) in [
        ("q", "quit"),
        ("L", "lost"),
        ("^R", "redo"),
        ("pa", "page-down"),
        ("pane", "next-pane"),
        ("WON", "won"),
        ("heart", "favorite"),
        ("people", "person"),
        ("--sort", "sort"),
    ] {
        inbox.press("<c-u>").paste(typed);
        assert_eq!(offered(&inbox)[0], first, "{typed}: {:?}", offered(&inbox));
    }
    inbox.press("<c-u>pa");
    let names = offered(&inbox);
    let place = |name: &str| names.iter().position(|other| *other == name).unwrap();
    assert!(place("palette") < place("next-pane"), "the beginning of a name first: {names:?}");
    assert!(place("next-pane") < place("import"), "a name before a help: {names:?}");
}

#[test]
fn the_palette_is_the_help_under_headings_with_keys_and_verbs() {
    let mut inbox = Inbox::demo();
    inbox.press("?").shows("│  The lead").shows("leadbox …").shows("list --limit 1 ").shows("–24 of ");
    let before = inbox.screen();
    inbox.press("<pgdn><pgdn>");
    assert_ne!(inbox.screen(), before);
    inbox.shows("│  Move").hides("│  The lead").press("<home>").shows("│  The lead").press("<end>").shows("fg returns");
    inbox.press("acc").hides("│  The lead").shows("accept the lead").press("<enter>").shows("Deal name");
    inbox.press("<esc>").resize(84, 24).press("?").shows("│  The lead").hides("list --limit 1 ");
    inbox.shows("Microsoft verifies neither");
    inbox.resize(40, 10).shows("The lead").hides("Microsoft verifies");
}

#[test]
fn what_is_typed_as_a_number_or_a_key_may_still_be_chosen_otherwise() {
    let mut inbox = Inbox::demo();
    inbox.press("2:1").shows("go to lead 1").press("<down><enter>").shows("┌ Marketplace");
    let names = {
        inbox.press(":q");
        offered(&inbox)
    };
    let steps = "<down>".repeat(names.iter().position(|name| *name == "qualified").unwrap());
    inbox.press(&steps).press("<enter>").shows("┌ Qualified");
    assert_eq!(inbox.ended, None);
}

#[test]
fn a_number_in_the_palette_goes_to_its_lead_wherever_it_is() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Margie Travel").shows("Margie Travel").go_to("Fabrikam");
    let qualified = inbox.id("Fourth Coffee");
    inbox.press(&format!(":{qualified}<enter>"));
    assert_eq!(inbox.on(), "Fourth Coffee", "{}", inbox.screen());
    inbox.press("/coffee<enter>");
    let hidden = inbox.id("Fabrikam");
    inbox.press(&format!(":#{hidden}<enter>"));
    assert_eq!(inbox.on(), "Fabrikam", "{}", inbox.screen());
    inbox.press(":9999<enter>").shows("There is no lead 9999.");
    let test = all_leads(inbox.desk.store()).into_iter().find(|lead| lead.record.test).unwrap().id;
    inbox.press(&format!(":{test}<enter>")).shows("is a test lead; the tabs leave it out.");
    assert_eq!(inbox.on(), "Fabrikam");
}

#[test]
fn paste_never_runs_as_keys() {
    let mut inbox = Inbox::demo();
    let before = inbox.lead("Proseware GmbH");
    for open in ["", "<enter>", "f", "s", "y", "d"] {
        inbox.press(open).paste("d7\na\n*qq").press("<esc><esc><esc>");
    }
    assert_eq!(inbox.lead("Proseware GmbH"), before);
    assert_eq!(inbox.ended, None);
    assert!(inbox.host.copied.is_empty());
}

#[test]
fn a_screen_too_small_says_so_and_only_leaving_works() {
    let mut inbox = Inbox::demo();
    for (width, height) in [(39, 10), (40, 9)] {
        inbox.resize(width, height);
        assert_eq!(inbox.screen().trim(), "leadbox needs 40x10. q quits.");
        inbox.press("jd7<c-z>");
    }
    assert_eq!(inbox.host.suspended, 2);
    assert_eq!((inbox.on(), inbox.lead("Proseware GmbH").seller.verdict), ("Proseware GmbH".to_owned(), None));
    inbox.resize(40, 10).shows("Proseware").resize(39, 9).press("q");
    assert_eq!(inbox.ended, Some(Effect::Quit));
}

#[test]
fn panes_come_and_go_with_the_width() {
    let mut inbox = Inbox::demo();
    inbox.shows("┌ Filters").shows("first touch").resize(119, 34).hides("┌ Filters").shows("first touch");
    inbox.press("f").shows("┌ Filters").shows("first touch").press("f");
    inbox.resize(83, 24).hides("first touch").press("<enter>").shows("first touch").hides("┌ Marketplace");
    inbox.press("<esc>").shows("┌ Marketplace");
    inbox.press("<tab>").shows("first touch").press("<s-tab>").shows("┌ Marketplace");
}

#[test]
fn the_detail_scrolls_and_the_list_stays() {
    let mut inbox = Inbox::demo();
    inbox.resize(84, 14).go_to("Adatum").press("<enter>").shows("OWED to Partner Center");
    inbox.press("jj").hides("OWED to Partner Center").press("G").shows("received");
    let (lines, height) = inbox.app.geometry.detail;
    assert_eq!(inbox.app.detail_top, lines - height);
    inbox.press("jjj<pgdn><c-d>");
    assert_eq!(inbox.app.detail_top, lines - height, "the end is the end");
    inbox.press("g").shows("OWED to Partner Center");
    assert_eq!(inbox.on(), "Adatum");
    inbox.press("G<esc>j").press("<enter>");
    assert_eq!(inbox.app.detail_top, 0, "another lead begins at its top");
}

#[test]
fn the_list_moves_by_row_half_and_page_and_stops_at_its_ends() {
    let mut inbox = Inbox::demo();
    let page = inbox.app.geometry.list_rows;
    for (keys, at) in [
        ("k", 0),
        ("<down>", 1),
        ("<c-d>", 1 + page / 2),
        ("<c-u>", 1),
        ("<pgdn>", page),
        ("<pgup>", 1),
        ("G", 52),
        ("j<pgdn><c-d>", 52),
        ("<home>", 0),
        ("<end>", 52),
        ("g<up><c-u>", 0),
    ] {
        inbox.press(keys);
        assert_eq!(inbox.app.list.cursor, at, "{keys}");
        inbox.shows("▌");
    }
}

#[test]
fn keys_can_be_rebound_and_are_shown_everywhere() {
    let own = BTreeMap::from([("accept".to_owned(), vec!["F5".to_owned()]), ("undo".to_owned(), vec!["U".to_owned()])]);
    let mut settings = settings();
    settings.keymap = Keymap::new(&own).unwrap();
    let mut inbox = Inbox::demo_with(settings, (120, 34));
    inbox
        .shows("F5 accept")
        .press("a")
        .hides("Accept · ")
        .press("<f5>")
        .shows("Accept · Proseware GmbH")
        .press("<enter>");
    inbox.shows("U undoes").press("u");
    assert!(inbox.lead("Proseware GmbH").seller.verdict.is_some());
    inbox.press("U").shows("Undone: accept of Proseware GmbH.").press("?accept").shows("F5");
}

/// Every command on a letter that no key of the table is.
fn all_rebound() -> Settings {
    let letter = |place: usize| char::from_u32(0x430 + place as u32).unwrap().to_string();
    let own = COMMANDS.iter().enumerate().map(|(place, spec)| (spec.name.to_owned(), vec![letter(place)])).collect();
    Settings { keymap: Keymap::new(&own).unwrap(), ..settings() }
}

#[test]
fn no_screen_names_a_key_that_was_rebound() {
    let settings = all_rebound();
    let key = |command| settings.keymap.key(command);
    let mut store = empty_store();
    let row = |n: u8| {
        let row = Row::contact_me(&format!("lead-{n}"), "2026-11-16T10:00:00Z").with(Field::EmailValidity, "Valid");
        row.with(Field::PhoneValidity, "Valid").arrival("2026-11-16T11:00:00Z")
    };
    put_all(&mut store, &[4, 5, 6, 7, 8, 9].map(row), now());
    let mut inbox = Inbox::open(store, settings.clone(), (120, 34));
    inbox.app.settings.ssh = Some("me@box".to_owned());
    let mut empty = Inbox::open(empty_store(), settings.clone(), (120, 34));
    empty.app.settings.ssh = Some("me@box".to_owned());
    empty.resize(110, 34);
    let mut screens = vec![inbox.screen(), empty.screen()];
    // An article, hours, a line of the shell, and the first screen's own keys.
    let fixed = ["a", "h", "-", "d", "r", "Enter"];
    for (keys, says) in [
        (format!("{}zzz<enter>", key(Command::Search)), format!("{} clears it.", key(Command::Back))),
        (key(Command::Back) + &key(Command::Qualified), format!("{} shows the", key(Command::Marketplace))),
        (key(Command::Favorites), format!("{} gives a lead the heart.", key(Command::Favorite))),
        (key(Command::Marketplace) + &key(Command::Copy) + "z", format!("{} shows which do.", key(Command::Copy))),
        (key(Command::Touch) + "z", format!("{} shows which do.", key(Command::Touch))),
        (key(Command::Accept), format!("may be added later with {}", key(Command::Edit))),
    ] {
        screens.push(inbox.press(&keys).shows(&says).screen());
    }
    inbox.press("<esc>");
    for page in [Command::Run, Command::Outbox, Command::Person, Command::Statistics] {
        // They count, and what lies over the panes has these keys whatever is bound.
        let counts = |word: &str| ["1", "2", "3", "Esc", "Tab", "Up", "Down", "Space"].contains(&word.trim());
        let screen = inbox.press(&key(page)).screen();
        screens.push(screen.split(' ').filter(|word| !counts(word)).collect::<Vec<_>>().join(" "));
        inbox.press(&key(Command::Quit));
    }
    inbox.press(&key(Command::Favorite)).shows(&format!("{} undoes", key(Command::Undo)));
    inbox.press(&key(Command::Undo)).shows(&format!("{} redoes", key(Command::Redo)));
    inbox.advance(TimeDelta::hours(25)).shows(&format!("{} imports", key(Command::Import)));
    screens.push(inbox.screen());
    screens.push(inbox.resize(30, 8).shows(&format!("{} quits", key(Command::Quit))).screen());
    for screen in screens {
        // A form numbers its team and has keys of its own.
        let lines = screen.lines().filter(|line| !line.contains("Team") && !line.contains("close, keeps draft"));
        let blank = |c: char| c.is_whitespace() || "│▌[].,:".contains(c);
        for word in lines.flat_map(|line| line.split(blank)) {
            // A count may be any number; the views' keys are shown in another test.
            let counts = |spec: &&Spec| spec.command.view().is_none();
            let old = COMMANDS.iter().filter(counts).find(|spec| spec.keys.contains(&word) && !fixed.contains(&word));
            let letter = ["e", "p"].contains(&word) && screen.contains(&format!("{} {word}", key(Command::Copy)));
            assert!(old.is_none() || letter, "{word} is a key of {}\n{screen}", old.unwrap().name);
        }
    }
}

#[test]
fn the_filter_pane_moves_by_the_keys_of_the_list() {
    let settings = all_rebound();
    let key = |command| settings.keymap.key(command);
    let mut inbox = Inbox::demo_with(settings.clone(), (120, 34));
    let at = inbox.app.list.cursor;
    inbox.press(&key(Command::Filters));
    for (command, line) in [
        (Command::Down, 1),
        (Command::Down, 2),
        (Command::Up, 1),
        (Command::Last, inbox.app.filter_lines().len() - 1),
        (Command::PageUp, inbox.app.filter_lines().len().saturating_sub(inbox.app.geometry.filter_rows)),
        (Command::First, 0),
        (Command::HalfDown, (inbox.app.geometry.filter_rows / 2).min(inbox.app.filter_lines().len() - 1)),
    ] {
        inbox.press(&key(command));
        assert_eq!((inbox.app.filters.cursor, inbox.app.list.cursor), (line, at), "{command:?}");
    }
}

#[test]
fn the_place_of_the_store_is_shown_harmless() {
    let settings = Settings { store: "~/lea\u{202e}ds\u{1b}[2J.db".to_owned(), ..settings() };
    let inbox = Inbox::open(empty_store(), settings, (120, 34));
    let screen = inbox.screen();
    assert!(screen.contains("store: ~/lea"), "{screen}");
    assert!(!screen.chars().any(|c| c != '\n' && c.is_control() || c == '\u{202e}'), "{screen:?}");
}

#[test]
fn rebound_keys_leave_and_suspend_from_a_small_screen_too() {
    let own = BTreeMap::from([
        ("quit-now".to_owned(), vec!["F10".to_owned()]),
        ("suspend".to_owned(), vec!["F9".to_owned()]),
    ]);
    let mut settings = settings();
    settings.keymap = Keymap::new(&own).unwrap();
    let mut inbox = Inbox::demo_with(settings, (39, 9));
    inbox.press("<f9><f10>");
    assert_eq!((inbox.host.suspended, inbox.ended.clone()), (1, Some(Effect::Quit)));
}

#[test]
fn controls_of_a_hostile_lead_never_reach_the_screen() {
    let row = Row::contact_me("a", "2026-11-20T10:00:00Z")
        .with(Field::Company, "\u{1b}[31mRed\u{7}")
        .with(Field::Description, "x\u{202e}y\u{1b}]0;title\u{7}\nz");
    let mut inbox = Inbox::of(&[row]);
    for keys in ["", "<enter>", "a", "<esc>d", "<esc>?"] {
        inbox.press(keys);
        assert!(
            !inbox.screen().chars().any(|c| c != '\n' && c.is_control() || c == '\u{202e}'),
            "{:?}",
            inbox.screen()
        );
    }
}

#[test]
fn a_long_message_is_shown_to_its_end() {
    let mut inbox = Inbox::demo();
    inbox.resize(60, 20).press("q").shows("q again quits").shows("not answered.");
    inbox.press("jjd7").shows("another partner.").shows("u undoes").shows("▌");
    inbox.resize(40, 14).press("u").shows("redoes.").shows("▌").resize(40, 10).shows("▌");
}

#[test]
fn the_way_out_is_always_in_the_footer() {
    for keys in ["a", "d", "d<tab>", "y", "s", "?", "i", "x", "/"] {
        let mut inbox = Inbox::demo();
        inbox.resize(40, 12).press(keys);
        let screen = inbox.screen();
        assert!(screen.lines().last().is_some_and(|line| line.contains("Esc")), "{keys}\n{screen}");
    }
}

#[test]
fn a_list_that_was_covered_has_not_scrolled() {
    let mut inbox = Inbox::demo();
    let titles = inbox.titles();
    inbox.press("jja<esc>").shows("Proseware GmbH   Lena Vogt");
    assert_eq!((inbox.on(), inbox.app.list.top), (titles[2].clone(), 0));
    inbox.resize(60, 20).press("<enter><esc>").shows("Proseware GmbH");
    assert_eq!((inbox.on(), inbox.app.list.top), (titles[2].clone(), 0));
}
