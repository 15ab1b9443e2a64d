//! Views: named queries over both tabs, with live counts, opened by a key, saved from what is shown (PRODUCT.md 3 and 4).

use crate::harness::Inbox;

fn shown(inbox: &Inbox) -> usize {
    inbox.app.listing.ids.len()
}

#[test]
fn a_key_opens_a_view_of_both_tabs_and_its_count_is_live() {
    let mut inbox = Inbox::demo();
    let hot = inbox.app.found.hot as usize;
    inbox.shows(&format!("5 Hot {hot}")).press("5").shows(&format!("┌ Hot · {hot} · ")).shows(" is:hot");
    inbox.hides("in Marketplace");
    assert_eq!(shown(&inbox), hot);
    inbox.press("d7").shows(&format!("5 Hot {}", hot - 1)).press("u").shows(&format!("5 Hot {hot}"));
}

#[test]
fn every_built_in_view_counts_what_it_shows() {
    let mut inbox = Inbox::demo();
    for (place, key) in ["4", "5", "6", "7", "8", "9"].into_iter().enumerate() {
        inbox.press(key);
        assert_eq!(shown(&inbox), inbox.app.found.views[place] as usize, "{key}\n{}", inbox.screen());
        assert!(shown(&inbox) > 0, "{key}");
    }
    assert!(inbox.screen().contains("Test leads"));
}

#[test]
fn a_view_is_left_by_a_tab_or_esc_with_its_query() {
    let mut inbox = Inbox::demo();
    let all = shown(&inbox);
    inbox.press("2").press("5").press("<esc>").shows("┌ Qualified");
    inbox.press("5").press("1").shows("┌ Marketplace");
    assert_eq!(shown(&inbox), all);
    // A query of the seller's own stays when the tab changes.
    inbox.press("5/a<enter>1").shows("┌ Marketplace").shows("is:hot");
}

#[test]
fn what_is_shown_is_saved_and_opened_again() {
    let mut inbox = Inbox::demo();
    inbox.press("/country:br<enter>").press("V").shows("┌ Views").press("s").shows("save what is shown as");
    let brazil = inbox.app.listing.hits[..2].iter().sum::<u32>();
    inbox.press("<enter>").shows("A view needs a name");
    inbox.press("Brazil<enter>").shows("The view is saved in the config.");
    assert_eq!(inbox.host.own_views, [("Brazil".to_owned(), "country:br".to_owned())]);
    inbox.shows("Brazil").press("G").press("jjjjjj<enter>").shows("┌ Brazil ");
    assert_eq!(shown(&inbox), brazil as usize);
    inbox.press("Vx").shows("The view is gone.");
    assert!(inbox.host.own_views.is_empty());
    inbox.press("kx").shows("This view is built in").press("<esc>").hides("┌ Views");
}

#[test]
fn nothing_asked_for_is_not_saved() {
    let mut inbox = Inbox::demo();
    inbox.press("Vs").shows("Nothing is asked for").press("V").hides("┌ Views");
}
