//! Whatever is pressed, pasted, resized and waited for, in any order: nothing panics, cursor and scroll stay in range, and
//! the screen is drawn at every size.

use chrono::TimeDelta;
use leadbox::app::App;
use leadbox::app::msg::Effect;
use leadbox::domain::change::Change;
use leadbox::ui;
use proptest::prelude::*;
use proptest::sample::select;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::harness::Inbox;
use crate::samples::{all_leads, law};

#[derive(Clone, Debug)]
enum Step {
    Keys(&'static str),
    Paste(&'static str),
    Resize(u16, u16),
    Minutes(i64),
    /// Another process sets or clears the heart of the lead of this place.
    Elsewhere(usize, bool),
}

/// Keys that lead somewhere come often; any other key of a keyboard now and then.
const KEYS: &[&str] = &[
    "j", "k", "g", "G", "<c-d>", "<c-u>", "<pgdn>", "<pgup>", "<home>", "<end>", "h", "l", "<tab>", "<s-tab>",
    "<enter>", "<enter>", "<esc>", "<esc>", "/", "f", "s", "a", "d", "w", "L", "e", "*", "c", "c", "v", "z", "-", "t",
    ",", "R", "A", "u", "<c-r>", "y", "i", "x", ":", "?", "1", "2", "3", "[", "]", "0", "7", "<space>", "n", "o", "r",
    "p", "m", "<bs>", "<del>", "<left>", "<right>", "<up>", "<down>", "<c-j>", "<c-o>", "<c-a>", "<c-e>", "<c-w>",
    "<c-k>", "<f5>", "é", "田", "<lt>", "q",
];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        50 => select(KEYS).prop_map(Step::Keys),
        2 => select(&["northwind", "a\nb\tc", "+30d", "'/tmp/none.csv'", "\u{1b}[31m", "e\u{301}👩\u{200d}👧"][..]).prop_map(Step::Paste),
        4 => (1u16..=200, 1u16..=60).prop_map(|(width, height)| Step::Resize(width, height)),
        2 => select(&[(120, 34), (84, 24), (60, 20), (40, 10)][..]).prop_map(|(width, height)| Step::Resize(width, height)),
        3 => select(&[1, 59, 61, 60 * 24, 60 * 72, 60 * 24 * 14, 60 * 24 * 200][..]).prop_map(Step::Minutes),
        2 => (0..60usize, any::<bool>()).prop_map(|(place, on)| Step::Elsewhere(place, on)),
    ]
}

fn take(inbox: &mut Inbox, step: &Step) {
    match step {
        Step::Keys(keys) => drop(inbox.press(keys)),
        Step::Paste(text) => drop(inbox.paste(text)),
        Step::Resize(width, height) => drop(inbox.resize(*width, *height)),
        Step::Minutes(minutes) => drop(inbox.advance(TimeDelta::minutes(*minutes))),
        Step::Elsewhere(place, on) => {
            inbox.elsewhere(|store, now| {
                let leads = all_leads(store);
                let id = leads[place % leads.len()].id;
                drop(store.apply(&[id], &Change::Favorite(*on), now).unwrap());
            });
        }
    }
}

fn in_range(app: &App) -> bool {
    let count = app.listing.ids.len();
    let list = app.list.cursor < count.max(1) && app.list.top <= app.list.cursor;
    list && app.filters.cursor < app.filter_lines().len()
}

/// True where the row under the cursor is on the screen, if the list is.
fn cursor_is_seen(inbox: &Inbox) -> bool {
    let screen = inbox.screen();
    !screen.contains("company") || inbox.app.popup.is_some() || inbox.app.listing.ids.is_empty() || screen.contains('▌')
}

fn draw_at(app: &App, (width, height): (u16, u16)) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    // As between a resize and the message that tells of it, and after it.
    terminal.draw(|frame| _ = ui::view(app, frame)).unwrap();
    let mut told = app.clone();
    told.size = (width, height);
    terminal.draw(|frame| _ = ui::view(&told, frame)).unwrap();
}

proptest! {
    #![proptest_config(law(300))]
    #[test]
    fn any_keys_at_any_size_leave_a_whole_inbox(
        steps in proptest::collection::vec(step(), 60),
        sizes in proptest::collection::vec((1u16..=200, 1u16..=60), 6),
    ) {
        let mut inbox = Inbox::demo();
        for step in &steps {
            take(&mut inbox, step);
            prop_assert!(in_range(&inbox.app), "{step:?}\n{}", inbox.screen());
            prop_assert!(cursor_is_seen(&inbox), "{step:?}\n{}", inbox.screen());
            if inbox.ended == Some(Effect::Quit) {
                inbox.ended = None;
            }
        }
        for size in sizes.into_iter().chain([(1, 1), (200, 60), (40, 10)]) {
            draw_at(&inbox.app, size);
        }
    }
}

#[test]
fn every_size_can_be_drawn() {
    for keys in ["", "f", "<enter>", "ja<enter>", "d", "y", "s", "?", "i", "x", "/nor"] {
        let mut inbox = Inbox::demo();
        inbox.press(keys);
        for width in (1..=200).step_by(7) {
            for height in (1..=60).step_by(3) {
                draw_at(&inbox.app, (width, height));
            }
        }
        for edge in [39, 40, 83, 84, 119, 120] {
            for height in [9, 10, 11, 12, 60] {
                draw_at(&inbox.app, (edge, height));
            }
        }
    }
}
