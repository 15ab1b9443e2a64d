//! The screens as pictures in text: what stands where, where the cursor is, and the styles in words, at four sizes and at one
//! that is too small. Renew them with `INSTA_UPDATE=always cargo test --test it screens` and read the difference.
//! Must not show anything of this machine: no path, no clock.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use leadbox::app::Settings;
use leadbox::app::exporting::{ExportFailure, Exported};
use leadbox::app::look::{Look, Symbols};
use leadbox::app::msg::Msg;
use leadbox::domain::leaving::{Census, LeftOut};
use leadbox::domain::record::Field;

use crate::harness::{Inbox, settings};
use crate::samples::{Row, empty_store};

type Size = (u16, u16);

const SIZES: [Size; 4] = [(120, 34), (84, 24), (60, 20), (200, 50)];
const TOO_SMALL: Size = (39, 9);

const EXPORT: &str = include_str!("../data/export-80.csv");
const MIXED: &str = include_str!("../data/ugly/mixed-good-and-bad.csv");

/// Takes the pictures of one scene and compares them.
fn compare(name: &str, scene: impl Fn(Size) -> Inbox) {
    let picture = |(width, height): Size, inbox: &Inbox| format!("== {width}x{height}\n{}", inbox.styled());
    let mut pictures: Vec<String> = SIZES.iter().map(|size| picture(*size, &scene(*size))).collect();
    pictures.push(picture(TOO_SMALL, scene(SIZES[0]).resize(TOO_SMALL.0, TOO_SMALL.1)));
    let pictures = pictures.concat();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots" }, {
        insta::assert_snapshot!(name, pictures);
    });
}

/// One test a scene, and the list of their names.
macro_rules! scenes {
    ($($name:ident: $scene:expr;)+) => {
        $(#[test]
        fn $name() {
            compare(stringify!($name), $scene);
        })+

        const SCENES: &[&str] = &[$(stringify!($name)),+];
    };
}

/// The demo's leads, and keys.
fn demo(keys: &'static str) -> impl Fn(Size) -> Inbox {
    move |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        inbox.press(keys);
        inbox
    }
}

/// The demo's leads, the cursor on one, and keys.
fn on(company: &'static str, keys: &'static str) -> impl Fn(Size) -> Inbox {
    move |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        inbox.go_to(company).press(keys);
        inbox
    }
}

fn looking(symbols: Symbols, colour: bool) -> impl Fn(Size) -> Inbox {
    move |size| Inbox::demo_with(Settings { look: Look { symbols, colour }, ..settings() }, size)
}

/// An empty store with lead files near, and keys.
fn first_run(files: &'static [(&'static str, &'static str)], ssh: bool, keys: &'static str) -> impl Fn(Size) -> Inbox {
    move |size| {
        let settings = Settings { ssh: ssh.then(|| "me@box".to_owned()), ..settings() };
        let mut inbox = Inbox::open_with_files(empty_store(), settings, size, files);
        inbox.press(keys);
        inbox
    }
}

/// The demo's leads with lead files near, and keys.
fn importing(keys: &'static str) -> impl Fn(Size) -> Inbox {
    move |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        for (name, text) in FILES {
            inbox.write_file(name, text);
        }
        inbox.press(keys);
        inbox
    }
}

/// What a machine answered that no test has.
fn told(keys: &'static str, msg: fn() -> Msg) -> impl Fn(Size) -> Inbox {
    move |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        inbox.press(keys).tell(msg());
        inbox
    }
}

const FILES: &[(&str, &str)] = &[("Leads_2026-11-20.csv", EXPORT), ("leads-oct.csv", MIXED)];

fn refused() -> Msg {
    let path = PathBuf::from("/home/me/Downloads/holiday.csv");
    let why =
        format!("{}: The header names none of the columns of a lead export. Nothing was imported.", path.display());
    Msg::Previewed(path, Err(why))
}

fn exists() -> Msg {
    Msg::Exported(Err(ExportFailure::Exists("/home/me/leads-2026-11-20.csv".into())))
}

fn written() -> Msg {
    let files = vec!["/home/me/leads-2026-11-20.csv".into()];
    Msg::Exported(Ok(Exported { census: Census { leads: 53, ..Census::default() }, files, ..Exported::default() }))
}

fn written_in_parts() -> Msg {
    let left_out = vec![(LeftOut::DoNotContact, 3)];
    Msg::Exported(Ok(Exported {
        census: Census { leads: 120_000, left_out },
        notes: vec!["12 leads have no last name: [not provided] was written.".to_owned()],
        files: vec!["/home/me/leads-1.csv".into(), "/home/me/leads-2.csv".into()],
    }))
}

/// A lead whose texts carry what a terminal must not get, and too much of the rest.
fn hostile(size: Size) -> Inbox {
    let row = Row::contact_me("a", "2026-11-20T10:00:00Z")
        .with(
            Field::Company,
            "\u{1b}[31mRed\u{7} 田中商事 👩\u{200d}👩\u{200d}👧 e\u{301} a very long name of a company indeed",
        )
        .with(Field::FirstName, "\u{202e}gnp.exe")
        .with(Field::Description, "x\u{1b}]0;title\u{7}\nsecond line\tafter a tab\n\nلا أعرف");
    let mut inbox = Inbox::of(&[row]);
    inbox.resize(size.0, size.1).press("<enter>");
    inbox
}

/// A person whose every text is hostile, with many leads.
fn hostile_person(size: Size) -> Inbox {
    let row = |number: u32| {
        Row::contact_me(&format!("a{number}"), &format!("2026-11-{:02}T10:00:00Z", 20 - number % 20))
            .with(Field::FirstName, "\u{202e}gnp.exe")
            .with(Field::LastName, &format!("\u{1b}]0;title\u{7}{}", number % 3))
            .with(Field::JobTitle, "C\u{1b}[2JTO\u{200b}")
            .with(
                Field::Company,
                "\u{1b}[31mRed 田中商事 👩\u{200d}👩\u{200d}👧 e\u{301} a very long name of a company indeed",
            )
            .with(Field::Email, "ana\u{1b}[0m@northwind.example")
            .with(Field::LeadSource, "AppSource-X\u{1b}[5mYZ|contoso.sql\u{9b}backup\u{202e}")
            .with(Field::CallToAction, "")
    };
    let mut inbox = Inbox::of(&(0..250).map(row).collect::<Vec<_>>());
    inbox.resize(size.0, size.1).press("pjj");
    inbox
}

/// A lead whose contacts look like nothing to write to or to call, and keys.
fn doubted(keys: &'static str) -> impl Fn(Size) -> Inbox {
    move |size| {
        let row = Row::contact_me("a", "2026-11-20T10:00:00Z")
            .with(Field::Email, "ana.souza@mail.10minutemail.com")
            .with(Field::EmailValidity, "Valid")
            .with(Field::Phone, "call me");
        let mut inbox = Inbox::of(&[row]);
        inbox.resize(size.0, size.1).press(keys);
        inbox
    }
}

/// Three hundred leads to answer.
fn hundreds() -> Vec<Row> {
    let row = |n: usize| Row::contact_me(&format!("id-{n:03}"), "2026-11-20T10:00:00Z");
    (0..300).map(|n| row(n).with(Field::Company, &format!("Company {n:03}"))).collect()
}

scenes! {
    main: demo("");
    main_without_colour: looking(Symbols::Text, false);
    main_in_ascii: looking(Symbols::Ascii, true);
    main_with_emoji: looking(Symbols::Emoji, true);
    main_at_its_end: demo("G");
    main_after_a_verdict: demo("jd7");
    main_refusing: on("Alpine Ski", "a");
    main_of_qualified: demo("2");
    main_of_favorites: demo("3");
    main_by_company: demo("s5");
    main_of_hostile_texts: hostile;
    views: demo("V");
    view_open: demo("6");
    view_saving: demo("/country:br<enter>VsBrazil");
    since: |size| {
        let mut store = empty_store();
        leadbox::shell::demo::fill(&mut store, crate::samples::now()).unwrap();
        Inbox::returning(store, settings(), size)
    };
    run: demo("R");
    run_over: demo("Rd7nn<esc>");
    marks: demo("j<space><space>vjj");
    decline_marked: demo("jA<esc>j<space><space>G<space>d");
    next: demo("nn");
    quit_warning: demo("q");
    detail_hot: on("Northwind Traders", "<enter>");
    detail_expiring: on("Tailspin", "<enter>");
    detail_owed_with_deal: on("Adatum", "<enter>G");
    detail_due: on("田中商事", "<enter>");
    detail_expired: on("Margie Travel", "<enter>");
    detail_aged_out: on("Tailwind Traders", "<enter>");
    detail_do_not_contact: on("The Phone Company", "<enter>");
    detail_declined: on("Contoso Media", "<enter>");
    detail_won: on("Graphic Design Institute", "<enter>");
    detail_of_doubted_contacts: doubted("<enter>");
    run_of_doubted_contacts: doubted("R");
    person_of_doubted_contacts: doubted("p");
    person: on("Northwind Traders", "pj");
    person_on_the_timeline: on("Litware", "p<tab>");
    person_expired: on("Margie Travel", "p");
    person_of_hostile_texts: hostile_person;
    filters: demo("f");
    filters_chosen: demo("fj<space>jj<space><tab>j<space><tab><enter>j<enter>a");
    search: demo("/nor");
    search_suggesting: demo("/pol");
    query_offered: demo("/-quality:low country:p");
    query_wrong: demo("/country:pl is:hott age<lt>72h \"a b\" ");
    query_refused: demo("/country:pl contry:de<enter>");
    query_in_the_pane: demo("/-cta:contact_me is:due,waiting,informational age<lt>9w<enter>f");
    search_kept: demo("/nor<enter>");
    nothing_found: demo("/zzzz");
    accept: demo("ja");
    accept_with_errors: demo("ja<tab>-5<tab>EURO<tab>30 nov 2025<tab>servers<tab><tab><tab>nobody<enter>");
    accept_at_the_box: demo("ja<s-tab><space>");
    edit: on("Adatum", "e");
    decline: demo("d");
    decline_with_notes: demo("d<space><tab>asked for bank details");
    won: on("Adatum", "w");
    won_with_an_error: on("Adatum", "w<c-u>much<enter>");
    lost: on("Adatum", "L");
    log: demo("jc");
    log_touch: demo("jcvasked Jan to call back");
    log_touch_with_an_error: demo("jccreached him<tab><c-u>soon<enter>");
    log_many: demo("<space><space>cm<tab><c-u>2027-06-01");
    log_done: demo("jcvasked Jan to call back<enter>");
    later: demo("jz<tab><tab><tab>");
    later_moved: demo("jz1d<enter>z2027-06-01");
    later_with_an_error: demo("jz31 feb<enter>");
    away: on("Alpine Ski", "-");
    tags: on("Wide World Importers", "the");
    tags_of_many: demo("<space><space>t-ref");
    detail_touched: |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        inbox.host.editor = Ok("Calls on Mondays only, after ten.\n\nKnows Jo from the fair in Berlin; likes tables.\n".into());
        inbox.press("jcnno ring<enter>").go_to("Fabrikam").press("cvasked Jan to call back<enter>");
        inbox.go_to("Fabrikam").press("tBerlin, vip<enter>ce<enter>");
        inbox
    };
    copy: demo("y");
    copy_of_who_asked_for_none: on("The Phone Company", "ye");
    reach: on("Northwind Traders", "o");
    reach_who_asked_for_none: on("The Phone Company", "oe");
    copy_shown: |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        inbox.host.no_clipboard = Some("The config keeps the clipboard off.".to_owned());
        inbox.go_to("Northwind Traders").press("ym");
        inbox
    };
    outbox: demo("O");
    outbox_of_a_team: |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        inbox.go_to("Fabrikam").press("a<tab>18000<tab>eur<tab>31 dec<tab>three servers<c-j>4 TB<tab>crm-1<tab>autumn");
        inbox.press("<tab>Jo Hill <lt>jo@contoso.example><tab>kim@contoso.example<enter>Ojjj<enter>239");
        inbox
    };
    outbox_all_copied: demo("Oj<enter>123");
    outbox_late: |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        inbox.press("O<enter>").advance(TimeDelta::hours(34));
        inbox
    };
    outbox_to_correct: |size| {
        let mut inbox = Inbox::demo_with(settings(), size);
        inbox.go_to("Fabrikam").press("a<s-tab><space><enter>uOG<enter>");
        inbox
    };
    outbox_ticked_off: demo("O<space>");
    outbox_without_colour: |size| {
        let mut inbox = Inbox::demo_with(Settings { look: Look { symbols: Symbols::Text, colour: false }, ..settings() }, size);
        inbox.press("O<enter>3");
        inbox
    };
    outbox_in_ascii: |size| {
        let mut inbox = Inbox::demo_with(Settings { look: Look { symbols: Symbols::Ascii, colour: true }, ..settings() }, size);
        inbox.press("O<enter>3");
        inbox
    };
    outbox_empty: |size| {
        let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z")]);
        inbox.resize(size.0, size.1).press("O");
        inbox
    };
    outbox_of_hundreds: |size| {
        let mut inbox = Inbox::of(&hundreds());
        inbox.resize(size.0, size.1).press("Ad4OG");
        inbox
    };
    sort: demo("s");
    palette: demo("?");
    palette_filtered: demo(":acc");
    palette_further_down: demo("?<pgdn><pgdn>");
    palette_of_a_number: demo(":12");
    import_list: importing("i");
    import_preview: importing("i<enter>");
    import_with_rejects: importing("i<down><enter>");
    import_done: importing("i<enter><enter>");
    import_refused: told("i", refused);
    export: demo("x");
    export_over_a_file: told("x", exists);
    export_done: told("x", written);
    export_for_outreach: demo("x<up>v<down><down>");
    export_in_parts: told("x", written_in_parts);
    statistics: demo("S");
    statistics_without_colour: |size| {
        let look = Look { symbols: Symbols::Text, colour: false };
        let mut inbox = Inbox::demo_with(Settings { look, ..settings() }, size);
        inbox.press("S[");
        inbox
    };
    statistics_in_ascii: |size| {
        let look = Look { symbols: Symbols::Ascii, colour: true };
        let mut inbox = Inbox::demo_with(Settings { look, ..settings() }, size);
        inbox.press("SG");
        inbox
    };
    statistics_of_nothing: |size| {
        let mut inbox = Inbox::open(empty_store(), settings(), size);
        inbox.press("S");
        inbox
    };
    statistics_failed: told("S", || Msg::Statistics(Err("Reading the leads failed: the disk does not answer.".into())));
    first_run_with_files: first_run(FILES, false, "");
    first_run_without_files: first_run(&[], false, "");
    first_run_over_ssh: first_run(FILES, true, "");
    first_run_receive: first_run(&[], false, "r");
    empty_tab: |size| {
        let mut inbox = Inbox::of(&[Row::contact_me("a", "2026-11-20T10:00:00Z")]);
        inbox.resize(size.0, size.1).press("2");
        inbox
    };
}

#[test]
fn no_picture_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let kept: BTreeSet<String> = names.filter(|name| !name.ends_with(".snap.new")).collect();
    let wanted: BTreeSet<String> = SCENES.iter().map(|name| format!("{name}.snap")).collect();
    let left: Vec<_> = kept.difference(&wanted).collect();
    assert!(left.is_empty(), "no scene takes these: {left:?}");
}
