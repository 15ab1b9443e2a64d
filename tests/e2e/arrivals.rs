//! The inbox is open the whole time and shows each arrival (PRODUCT.md 3 and 8): leads of the receiver within a poll, the
//! header's pulse, what could not be read; the bell only where the config asks.

use crate::serving::{Serving, new_token, payload};
use crate::session::{Home, Session, write};

const ARRIVALS: usize = 12;

fn at_real_time_with_bell() -> Home {
    let home = Home::at_real_time();
    let folder = home.path("config/leadbox");
    std::fs::create_dir_all(&folder).unwrap();
    write(&folder.join("config.toml"), b"[notices]\nbell = true\n");
    home
}

#[test]
fn every_lead_that_is_delivered_shows_in_the_open_inbox() {
    let home = at_real_time_with_bell();
    let token = new_token(&home);
    let serving = Serving::start(&home, &[]);
    let mut sender = serving.sender(&token);
    assert_eq!(sender.post(&payload("first@one.example")).unwrap().0, 200);
    let mut seller = Session::inbox(&home, (200, 50));
    seller.see("Company of first@one.example");
    let bells = |seller: &Session| memchr::memchr_iter(7, &seller.raw()).count();
    assert_eq!(bells(&seller), 0, "what was there is no news");
    for number in 0..ARRIVALS {
        let (status, answer) = sender.post(&payload(&format!("a{number:02}@two.example"))).unwrap();
        assert_eq!((status, answer["new"].as_bool()), (200, Some(true)));
        // The twelve and the one before fit on the screen.
        seller.see(&format!("Company of a{number:02}"));
        let told = if number < 10 {
            format!("Contact me lead #{} came in", answer["lead"])
        } else {
            format!("{} Contact me leads came in today", number + 1)
        };
        seller.see(&told);
    }
    seller.see("last delivery just now");
    // One a lead up to the tenth, then the digest's.
    assert_eq!(bells(&seller), 11);
    assert_eq!(sender.post("{ \"UserDetails\": ").unwrap().0, 202);
    seller.see("1 unreadable delivery");
    seller.send("i");
    seller.see("a lead may be in each");
    seller.send("\x1b");
    seller.see_no("a lead may be in each");
    seller.quit();
    seller.check_restored();
    assert_eq!(serving.stop().0, Some(0));
}

#[test]
fn an_import_of_the_sellers_own_does_not_ring() {
    let home = at_real_time_with_bell();
    let now = an_hour_ago();
    let file = format!(
        "LeadId,LeadCreationDateTime,LeadType,CallToAction,CustomerName,Email\n\
         x,{now},Offer,Contact me,Fabrikam,jan@fabrikam.example\n"
    );
    home.put("Leads.csv", file);
    home.done(&["list"]);
    let mut seller = Session::inbox(&home, (120, 34));
    seller.see("Leads.csv");
    seller.send("\r");
    seller.see("Nothing is stored yet");
    seller.send("\r");
    seller.see("1 row: 1 new. 1 hot");
    // Another process changes something: the inbox looks again, and the import is no news by then either.
    home.done(&["favorite", "1"]);
    seller.see("♥");
    assert_eq!(memchr::memchr_iter(7, &seller.raw()).count(), 0);
    seller.quit();
}

#[expect(clippy::disallowed_methods, reason = "the test is about the real clock")]
fn an_hour_ago() -> String {
    (chrono::Utc::now() - chrono::TimeDelta::hours(1)).format("%FT%TZ").to_string()
}
