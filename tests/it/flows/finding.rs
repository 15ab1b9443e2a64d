//! Tabs, search, the filter pane and orders (PRODUCT.md 3 and 4).

use leadbox::app::filters::Line;
use leadbox::domain::filter::Dimension;
use leadbox::domain::record::Field;
use leadbox::domain::sort::Sort;

use crate::harness::Inbox;
use crate::samples::Row;

fn selected(inbox: &Inbox) -> usize {
    inbox.app.listing.ids.len()
}

#[test]
fn tabs_keep_the_query_and_remember_their_cursor() {
    let mut inbox = Inbox::demo();
    inbox.press("jj").press("2j");
    let in_qualified = inbox.on();
    inbox.press("1");
    assert_eq!(inbox.on(), "Northwind Traders");
    inbox.press("]");
    assert_eq!(inbox.on(), in_qualified);
    inbox.press("[").press("/lit<enter>2");
    assert_eq!(inbox.titles(), ["Litware Robotics"]);
    inbox.shows(" lit  +2 in Marketplace").press("1");
    assert_eq!(inbox.titles(), ["Litware", "Litware"]);
    inbox.press("[").shows("┌ Favorites").press("]").shows("┌ Marketplace");
}

#[test]
fn favorites_shows_the_hearts_of_both_tabs() {
    let mut inbox = Inbox::demo();
    inbox.press("3");
    let titles = inbox.titles();
    assert_eq!(titles.len(), 5);
    for company in ["Northwind Traders", "田中商事", "Bellows College", "Fourth Coffee", "Relecloud"] {
        assert!(titles.contains(&company.to_owned()), "{titles:?}");
    }
    let mut none = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z")]);
    none.press("3").shows("No favorites yet.");
}

#[test]
fn search_is_live_and_enter_keeps_it() {
    let mut inbox = Inbox::demo();
    inbox.press("/nor").shows("Northwind Traders").shows("+1 in Qualified");
    assert!(inbox.titles().iter().all(|title| title.contains("Northwind")), "{:?}", inbox.titles());
    inbox.press("<down><enter>").shows(" nor  +1").press("j");
    assert_eq!(inbox.app.list.cursor, 2);
    inbox.press("<esc>").hides(" nor  +1");
    assert_eq!(selected(&inbox), 53);
    assert_eq!(inbox.on(), "Northwind Traders");
}

#[test]
fn search_folds_case_and_accents_and_looks_at_names_mail_and_offer() {
    let mut inbox = Inbox::demo();
    for (typed, company) in [("LEFEVRE", "Wide World Importers"), ("tom@alpineski", "Alpine Ski"), ("花子", "田中商事")]
    {
        inbox.press("/").paste(typed);
        assert_eq!(inbox.titles(), [company], "{typed}");
        inbox.press("<esc>");
    }
    inbox.press("/margie@margietravel");
    assert!(inbox.titles().is_empty(), "contacts of an expired lead are not found");
    inbox.shows("No lead passes the filter.");
}

#[test]
fn esc_ends_a_search_on_the_lead_found() {
    let mut inbox = Inbox::demo();
    inbox.press("/lucerne<esc>");
    assert_eq!((inbox.on(), selected(&inbox)), ("Lucerne Publishing".to_owned(), 53));
    inbox.press("/<esc>");
    assert_eq!(inbox.on(), "Lucerne Publishing");
}

#[test]
fn a_suggested_value_is_taken_with_tab() {
    let mut inbox = Inbox::demo();
    inbox.press("/pol").shows("country:pl").shows("PL Poland · Tab takes it");
    inbox.press("<tab>").shows("country:pl").hides(" pol ");
    let titles = inbox.titles();
    assert!(titles.contains(&"Fabrikam".to_owned()) && titles.contains(&"Southridge Video".to_owned()), "{titles:?}");
    inbox.press("<esc>");
    assert_eq!(selected(&inbox), 53);
}

#[test]
fn the_suggestion_tells_the_count_it_gives() {
    let mut inbox = Inbox::demo();
    for typed in ["pol", "brazil", "contact", "spam", "high"] {
        inbox.press("/").press(typed);
        let line = inbox.said();
        let count: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap_or_else(|_| panic!("{line}"));
        inbox.press("<tab>");
        assert_eq!(selected(&inbox), count, "{line}");
        inbox.press("<esc>");
    }
}

#[test]
fn every_count_of_the_filter_pane_is_what_the_list_then_shows() {
    let mut inbox = Inbox::demo();
    for tab in ["1", "2", "3"] {
        inbox.press(tab).press("f");
        inbox.app.filters.open = [true; 9];
        inbox.app.filters.all_countries = true;
        inbox.press("g");
        let lines = inbox.app.filter_lines();
        for (place, line) in lines.iter().enumerate() {
            inbox.app.filters.cursor = place;
            if let Line::Value(dimension, _, count) = line {
                inbox.press("<space>");
                assert_eq!(selected(&inbox), *count as usize, "tab {tab}: {dimension:?}\n{}", inbox.screen());
                inbox.press("<space>");
            }
        }
        assert!(inbox.app.query.filter.is_empty());
        inbox.press("f");
    }
}

#[test]
fn values_of_a_group_are_or_and_groups_are_and() {
    let mut inbox = Inbox::demo();
    let count = |inbox: &mut Inbox, values: &[(Dimension, &str)]| {
        inbox.press("f0");
        inbox.app.filters.open = [true; 9];
        inbox.app.filters.all_countries = true;
        for (dimension, word) in values {
            let wanted = dimension.parse(word).unwrap();
            let is = |line: &Line| matches!(line, Line::Value(of, value, _) if of == dimension && *value == wanted);
            inbox.app.filters.cursor = inbox.app.filter_lines().iter().position(is).unwrap();
            inbox.press("<enter>");
        }
        inbox.press("f");
        selected(inbox)
    };
    let poland = count(&mut inbox, &[(Dimension::Country, "PL")]);
    let brazil = count(&mut inbox, &[(Dimension::Country, "BR")]);
    let both = count(&mut inbox, &[(Dimension::Country, "PL"), (Dimension::Country, "BR")]);
    assert_eq!(poland + brazil, both);
    let contact = count(&mut inbox, &[(Dimension::Country, "PL"), (Dimension::CallToAction, "contact_me")]);
    assert!(contact > 0 && contact < poland);
    inbox.shows("country:pl").shows("cta:contact_me");
}

#[test]
fn the_cursor_stays_on_its_lead_when_a_filter_changes() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Lucerne Publishing").press("fj<space>");
    inbox.shows("[x] Contact me");
    assert_eq!(inbox.on(), "Lucerne Publishing");
    inbox.press("<space>").hides("[x]");
    assert_eq!(inbox.on(), "Lucerne Publishing");
}

#[test]
fn the_filter_pane_has_its_own_keys() {
    let mut inbox = Inbox::demo();
    inbox.press("fj<space><tab>j<space>").shows("cta:contact_me country:");
    inbox.press("<tab>").press("<tab><tab><tab><tab><tab><tab><tab>");
    assert_eq!(inbox.app.filters.cursor, 0, "Tab goes round the nine groups");
    inbox.press("0").hides("cta:contact_me").hides("[x]");
    inbox.press("<space>").hides("[ ] Contact me").press("<space>").shows("[ ] Contact me");
    let row = inbox.app.list.cursor;
    inbox.press("<esc>j");
    assert_eq!(inbox.app.list.cursor, row + 1, "Esc gives the keys back to the list");
    inbox.press("ff").press("j");
    assert_eq!(inbox.app.list.cursor, row + 2, "f gives them back too");
}

#[test]
fn every_country_can_be_reached() {
    let mut inbox = Inbox::demo();
    inbox.press("f<tab>jjjjjj").shows("more…").press("<enter>").hides("more…");
}

#[test]
fn the_customer_is_a_text() {
    let mut inbox = Inbox::demo();
    inbox.press("f<tab><tab><enter>j<enter>nort").shows("customer:nort");
    assert_eq!(inbox.titles(), ["Northwind Traders", "Northwind Traders", "Northwind Traders"]);
    inbox.press("<enter><esc>").shows("customer:nort");
    assert_eq!(inbox.on(), "Northwind Traders");
    inbox.press("<esc>").hides("customer:nort");
    inbox.press("f<enter>q").shows("customer:q").press("<esc>").hides("customer:q");
    inbox.press("<enter>").paste("lit\n").shows("customer:lit");
}

#[test]
fn a_group_that_does_not_apply_says_so() {
    let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z").with(Field::LeadType, "Profile")]);
    inbox.shows("offers only");
    inbox.press("/zzz").hides("offers only");
}

#[test]
fn the_order_is_chosen_by_row_or_digit_and_the_cursor_stays() {
    let mut inbox = Inbox::demo();
    inbox.go_to("Fabrikam").press("sjjjj<enter>").shows("company A–Z");
    assert_eq!(inbox.on(), "Fabrikam");
    let open: Vec<String> = inbox.titles().into_iter().take(inbox.app.listing.archived_from).collect();
    assert!(open.iter().position(|title| title == "Adatum") < open.iter().position(|title| title == "Fabrikam"));
    inbox.press("s2").shows("newest first");
    assert_eq!(inbox.app.query.sort, Sort::OFFERED[1]);
    inbox.press("s").press("<esc>").shows("newest first");
    inbox.press("s").press("q").hides("┌ Order").shows("newest first");
    assert_eq!(inbox.ended, None);
}

#[test]
fn the_line_opens_with_the_whole_query_and_esc_keeps_the_panes_choices() {
    let mut inbox = Inbox::demo();
    inbox.press("fj<space><esc>").shows("cta:contact_me");
    let chosen = selected(&inbox);
    inbox.press("/").shows("/cta:contact_me ").press("is:hot").shows("and: is:hot");
    assert!(selected(&inbox) < chosen);
    inbox.press("<enter>").shows(" cta:contact_me is:hot ").press("/ age<lt>3h<esc>");
    inbox.hides("is:hot").shows("[x] Contact me");
    assert_eq!(selected(&inbox), chosen, "what was searched is gone, what the pane chose is not");
    inbox.press("/").press("<c-u>").hides("[x] Contact me").press("<enter>");
    assert_eq!(selected(&inbox), 53, "the line is the whole query");
}

#[test]
fn what_can_be_read_applies_and_a_wrong_term_keeps_the_line_open() {
    let mut inbox = Inbox::demo();
    inbox.press("/country:pl");
    let polish = inbox.titles();
    inbox.press(" contry:de").shows("contry is no field. Did you mean country?");
    assert_eq!(inbox.titles(), polish, "a wrong term changes nothing");
    inbox.press("<enter>").shows("Tab complete").shows("put it in quotes: \"contry:de\"");
    inbox.press("<tab>").shows("/country:pl country:de");
    assert!(inbox.titles().len() > polish.len(), "either country");
    inbox.press("<enter>").shows(" country:de,pl ").hides("Tab complete");
    inbox.press("/ \"open").shows("The quote is not closed.").press("<enter>").shows("Tab complete").press("<esc>");
    assert_eq!(inbox.app.popup, None);
    inbox.shows(" country:de,pl ");
}

#[test]
fn tab_completes_fields_values_and_marks_and_stays_in_the_line() {
    let mut inbox = Inbox::demo();
    inbox.press("/cou").shows("country:  such as country:br,pl · Tab takes it").press("<tab>");
    inbox.shows("/country:").press("po").shows("country:pl 3  PL Poland · Tab takes it").press("<tab>");
    inbox.shows("/country:pl ").press("hot").shows("is:hot 1 · Tab takes it").press("<tab><enter>");
    inbox.shows(" country:pl is:hot ");
    inbox.press("<esc>/-low").shows("-quality:low ").press("<tab><enter>").shows(" -quality:low ");
    assert!(selected(&inbox) < 53);
    inbox.press("<esc>/is:").shows("is:hot 3 · Tab takes it   is:expiring 2").press("<tab>has:d<tab><enter>");
    inbox.shows(" is:hot has:deal ");
    inbox.press("<esc>/quality:high,l<tab>").shows("/quality:high,low ").press("<esc>");
    assert_eq!(selected(&inbox), 53);
}

#[test]
fn numbers_beside_marks_are_those_the_list_then_shows() {
    let mut inbox = Inbox::demo();
    for tab in ["1", "2"] {
        for typed in ["is:h", "is:exp", "is:du", "is:wai", "is:fav", "is:ow", "is:dnc", "has:ph", "has:de", "outcome:w"]
        {
            inbox.press(tab).press("/country:de,pl,us,br,pt ").press(typed);
            let line = inbox.said();
            let Some(count) = line.split_whitespace().nth(1).and_then(|count| count.parse::<usize>().ok()) else {
                assert!(typed == "is:dnc", "{typed}: {line}");
                continue;
            };
            inbox.press("<tab>");
            assert_eq!(selected(&inbox), count, "{line}");
            inbox.press("<c-u><enter>");
        }
    }
}

#[test]
fn an_unwanted_value_is_shown_by_the_pane_and_taken_away_there() {
    let mut inbox = Inbox::demo();
    inbox.press("/-cta:contact_me -country:pl age<lt>9w is:due,waiting<enter>").shows("[-] Contact me");
    inbox.shows("and: is:due,waiting").shows("age<9w").shows("[-] PL Poland");
    inbox.press("fj<space>").hides("[-] Contact me").shows("[ ] Contact me").shows("[-] PL Poland");
    inbox.press("<space>").shows("[x] Contact me").shows(" cta:contact_me -country:pl is:due,waiting age<9w ");
    inbox.press("0").hides("and: ").hides("[-]");
}

#[test]
fn ages_go_on_while_the_inbox_is_open() {
    let rows = [Row::contact_me("a", "2026-11-20T11:30:00Z"), Row::contact_me("b", "2026-11-20T09:00:00Z")];
    let mut inbox = Inbox::of(&rows);
    inbox.press("/age<lt>1h<enter>");
    assert_eq!(selected(&inbox), 1);
    inbox.advance(chrono::TimeDelta::minutes(29));
    assert_eq!(selected(&inbox), 1);
    inbox.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(selected(&inbox), 0, "an hour is over");
}

#[test]
fn test_leads_are_shown_where_they_are_asked_for() {
    let rows = [
        Row::contact_me("a", "2026-11-20T11:30:00Z"),
        Row::contact_me("b", "2026-11-20T09:00:00Z").with(Field::Company, "MSFT_TEST_1"),
    ];
    let mut inbox = Inbox::of(&rows);
    assert_eq!(inbox.titles(), ["Northwind Traders"]);
    inbox.press("/is:test<enter>");
    assert_eq!(inbox.titles(), ["MSFT_TEST_1"]);
    inbox.shows("1 Marketplace 1 ");
    inbox.press("/<c-u>-is:test<enter>");
    assert_eq!(inbox.titles(), ["Northwind Traders"]);
}

#[test]
fn the_list_comes_back_as_it_was_scrolled_from_what_lay_over_it() {
    let mut inbox = Inbox::demo();
    inbox.resize(84, 24).press("jjjjjjjjjjjjjjjjjjjjjjjj").press("kkkkkkkkk");
    let (top, cursor) = (inbox.app.list.top, inbox.app.list.cursor);
    assert!(0 < top && top < cursor);
    for keys in ["e<esc>", "p<esc>", "O<esc>", "S<esc>", "?<esc>", "y<esc>"] {
        inbox.press(keys);
        assert_eq!((inbox.app.list.top, inbox.app.list.cursor), (top, cursor), "{keys}");
    }
}
