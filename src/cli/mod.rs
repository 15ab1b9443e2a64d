//! The command line: arguments, one file a verb, output and exit codes (PRODUCT.md 5). Everything the inbox does has a
//! verb, made of the same changes. Must not hold a rule about leads.

mod accept;
mod around;
mod away;
mod completion;
mod completions;
mod config;
mod context;
mod decline;
mod demo;
mod doctor;
mod edit;
mod exit;
mod export;
mod favorite;
mod fields;
mod filters;
mod grounds;
mod hold_clipboard;
mod hooks;
mod import;
mod inbox;
mod later;
mod list;
mod lost;
mod man;
mod note;
mod open;
mod outbox;
mod output;
mod paths;
mod people;
mod progress;
mod push;
mod query;
mod records;
mod redo;
mod serve;
mod show;
mod stats;
pub mod status;
mod sync;
mod table;
mod tag;
mod touch;
mod undo;
mod upload;
mod verdict;
mod views;
mod won;
mod words;

use std::cell::Cell;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory, Parser, Subcommand};

use crate::cli::config::ConfigVerb;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::output::{Color, Output};
use crate::cli::query::shield_words;
use crate::shell::clock::Clock;
use crate::shell::config::Config;
use crate::shell::files;
use crate::shell::hooks::Flames;
use crate::shell::places::Places;

/// Names the store where `--db` does not; empty counts as not set.
const DB_VARIABLE: &str = "LEADBOX_DB";

/// A terminal inbox for the leads that Microsoft's commercial marketplace sends a seller
#[derive(Debug, Parser)]
#[command(name = "leadbox", version, max_term_width = 100)]
#[command(after_help = "Without a command the inbox opens. Data goes to stdout, everything else to stderr.")]
struct Line {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, clap::Args)]
struct Global {
    #[arg(long, global = true, value_name = "PATH", help_heading = "Everywhere")]
    #[arg(help = "The store; LEADBOX_DB names it where the flag does not")]
    db: Option<PathBuf>,
    /// The config file
    #[arg(long, global = true, value_name = "PATH", help_heading = "Everywhere")]
    config: Option<PathBuf>,
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = "Everywhere")]
    #[arg(hide_possible_values = true, help = "Colour: auto (on a terminal, unless NO_COLOR is set), always, never")]
    color: Color,
    /// Say nothing but errors
    #[arg(long, global = true, help_heading = "Everywhere")]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Open the inbox on made-up leads in a throwaway store
    Demo,
    /// Bring leads in from files, Partner Center's or others
    Import(import::ImportArgs),
    /// Fetch leads from where they are kept
    #[command(subcommand)]
    Sync(sync::SyncVerb),
    /// Print leads
    List(list::ListArgs),
    /// Print leads grouped by person
    People(people::PeopleArgs),
    /// Print one lead with everything known about it
    Show(show::ShowArgs),
    /// Take leads; each becomes a deal
    Accept(accept::AcceptArgs),
    /// Turn leads down
    Decline(grounds::GroundsArgs),
    /// Mark accepted leads as won
    Won(won::WonArgs),
    /// Mark accepted leads as lost
    Lost(grounds::GroundsArgs),
    /// Change the deal of accepted leads
    Edit(edit::EditArgs),
    /// Set or take away the heart
    Favorite(favorite::FavoriteArgs),
    /// Log a contact with the customer, and when to follow up
    Touch(touch::TouchArgs),
    /// Set when leads come back
    Later(later::LaterArgs),
    /// Put informational leads away until their person sends another
    Away(away::AwayArgs),
    /// Add and remove tags
    Tag(tag::TagArgs),
    /// Write the note of leads
    Note(note::NoteArgs),
    /// Take the last change back
    Undo(undo::UndoArgs),
    /// Make the change that was undone again
    Redo,
    /// Begin a mail to a customer, or dial them
    Open(open::OpenArgs),
    /// Show what is owed to Partner Center, or tick it off
    Outbox(outbox::OutboxArgs),
    /// Write leads to a file or stdout
    Export(export::ExportArgs),
    /// Send leads straight into a CRM: Salesforce, Dynamics 365, Marketo, HubSpot
    Push(push::PushArgs),
    /// Print the figures of a month beside the month before, or of any span
    Stats(stats::StatsArgs),
    /// Print what asks for you now on one line, for a prompt; exit 3 when something was left too long
    Status(status::StatusArgs),
    /// Check the store and the config, or what accepted leads lack
    Doctor(doctor::DoctorArgs),
    /// Print the views: named queries, with how many leads each shows now
    Views(views::ViewsArgs),
    /// Receive leads that Partner Center posts to an HTTPS endpoint
    Serve(serve::ServeArgs),
    /// Print where the store and the config are, and what is kept beside them
    Paths,
    /// Print what a shell is to read to complete leadbox's verbs, flags, leads, views and tags
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write one a verb
    Man(man::ManArgs),
    /// Look at the config, or write a first one
    #[command(subcommand)]
    Config(ConfigVerb),
    #[command(name = "__hold-clipboard", hide = true)]
    HoldClipboard,
}

/// Runs the program with these arguments, the program's name first, and answers its exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(answered) = completion::answer(Line::command(), &arguments) {
        return answered;
    }
    let line = match Line::try_parse_from(shield_words(&Line::command(), arguments)) {
        Ok(line) => line,
        Err(refusal) => return ExitCode::from(answer(&refusal).0),
    };
    let exit = run(&line).unwrap_or_else(|error| {
        let exit = exit::of(&error);
        if exit != Exit::DONE {
            Output::complain(&exit::sentence(&error));
        }
        exit
    });
    ExitCode::from(exit.0)
}

/// Help and version go to stdout, a refusal of the arguments to stderr.
fn answer(refusal: &clap::Error) -> Exit {
    if refusal.use_stderr() {
        Output::complain(refusal.render().to_string().trim_end());
        return Exit::USAGE;
    }
    let output = Output::of_process(Color::Auto, false);
    let text = refusal.render();
    let text = if output.color { text.ansi().to_string() } else { text.to_string() };
    let mut data = output.data();
    let written = data.painted(text.trim_end()).and_then(|()| data.finish());
    written.map_or_else(|error| exit::of(&error.into()), |()| Exit::DONE)
}

fn run(line: &Line) -> anyhow::Result<Exit> {
    files::outlive_limits()?;
    let output = Output::of_process(line.global.color, line.global.quiet);
    // These need neither store nor config, nor a home.
    match &line.verb {
        Some(Verb::HoldClipboard) => return Ok(hold_clipboard::run()),
        Some(Verb::Completions(args)) => return completions::run(output, *args),
        Some(Verb::Man(args)) => return man::run(output, args, Line::command()),
        _ => {}
    }
    let db = line.global.db.clone().or_else(|| std::env::var_os(DB_VARIABLE).map(PathBuf::from));
    let places = Places::find(db.as_deref(), line.global.config.as_deref())?;
    if let Some(Verb::Config(verb)) = &line.verb
        && verb.needs_no_config()
    {
        return config::run_without(&places, output, *verb);
    }
    let given = (!places.config_is_default).then_some(places.config.as_path());
    let config = Config::load(given, &places.config);
    // The key table is checked here, by the room that knows the commands.
    let clock = Clock::from_env()?;
    let now = clock.now();
    let start = format!("{}-{}", std::process::id(), now.timestamp());
    match (config, &line.verb) {
        // The doctor looks at the store all the same, before it ends with what is wrong with the config.
        (Err(broken), Some(Verb::Doctor(args))) => {
            let (config, hooks) = (Config::default(), Cell::default());
            doctor::run(&Context { clock, now, places, config, output, start, hooks }, *args, Some(broken))
        }
        (config, verb) => {
            let (config, hooks) = (config?, Cell::default());
            let context = Context { clock, now, places, config, output, start, hooks };
            let acted = act(&context, verb.as_ref());
            let brought_leads = acted.is_ok()
                && match verb {
                    Some(Verb::Import(args)) => args.keeps(),
                    Some(Verb::Sync(verb)) => verb.keeps(),
                    _ => false,
                };
            hooks::settle(&context, if brought_leads { Flames::Watched } else { Flames::Passed });
            acted
        }
    }
}

fn act(context: &Context, verb: Option<&Verb>) -> anyhow::Result<Exit> {
    let Some(verb) = verb else { return inbox::run(context) };
    match verb {
        Verb::Demo => demo::run(context),
        Verb::Import(args) => import::run(context, args),
        Verb::Sync(verb) => sync::run(context, verb),
        Verb::List(args) => list::run(context, args).context("The leads could not be listed"),
        Verb::People(args) => people::run(context, args).context("The persons could not be listed"),
        Verb::Show(args) => show::run(context, args),
        Verb::Accept(args) => accept::run(context, args),
        Verb::Decline(args) => decline::run(context, args),
        Verb::Won(args) => won::run(context, args),
        Verb::Lost(args) => lost::run(context, args),
        Verb::Edit(args) => edit::run(context, args),
        Verb::Favorite(args) => favorite::run(context, args),
        Verb::Touch(args) => touch::run(context, args),
        Verb::Later(args) => later::run(context, args),
        Verb::Away(args) => away::run(context, args),
        Verb::Tag(args) => tag::run(context, args),
        Verb::Note(args) => note::run(context, args),
        Verb::Undo(args) => undo::run(context, *args),
        Verb::Redo => redo::run(context),
        Verb::Open(args) => open::run(context, *args),
        Verb::Outbox(args) => outbox::run(context, args),
        Verb::Export(args) => export::run(context, args).context("The export failed"),
        Verb::Push(args) => push::run(context, args),
        Verb::Stats(args) => stats::run(context, args),
        Verb::Status(args) => status::run(context, args),
        Verb::Doctor(args) => doctor::run(context, *args, None),
        Verb::Views(args) => views::run(context, *args),
        Verb::Serve(args) => serve::run(context, args),
        Verb::Paths => paths::run(context),
        Verb::Completions(args) => completions::run(context.output, *args),
        Verb::Man(args) => man::run(context.output, args, Line::command()),
        Verb::Config(verb) => config::run(context, *verb),
        Verb::HoldClipboard => Ok(hold_clipboard::run()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parses(words: &str) -> bool {
        Line::try_parse_from(words.split_whitespace()).is_ok()
    }

    #[test]
    fn the_table_of_arguments_is_sound() {
        Line::command().debug_assert();
    }

    /// Every verb and flag there is, in some company.
    const DOCUMENTED: &[&str] = &[
        "leadbox",
        "leadbox demo",
        "leadbox import a.csv b.csv - --dry-run --json",
        "leadbox sync azure-table",
        "leadbox sync azure-table --table Leads2 --connection-env A --full --json",
        "leadbox sync azure-table --connection-file a/b --dry-run",
        "leadbox sync azure-table --watch 5m",
        "leadbox list --json --limit 3 --sort -created --tab qualified --favorite --text a",
        "leadbox list --format ids",
        "leadbox list --fields id,deal.value --json",
        "leadbox people --fields name,leads --format csv",
        "leadbox outbox --format tsv --kind won",
        "leadbox stats --fields created --format jsonl",
        "leadbox show 12 --json",
        "leadbox people --json --limit 3 --min 2 --cta contact_me country:br is:hot",
        "leadbox accept 1 #2 --deal-name x --value -1 --currency EUR --close-on eoq --team a --team b --already-reported",
        "leadbox decline 1 --reason 7 --notes n --already-reported",
        "leadbox lost 1 --reason -1",
        "leadbox won 1 --value 5 --currency EUR --already-reported",
        "leadbox edit 1 --crm-id -7 --campaign-id c",
        "leadbox favorite --off 1 2",
        "leadbox touch 1 2 voicemail --text t --next mon",
        "leadbox touch 1 --kind no-answer --no-next",
        "leadbox later 1 2 3h",
        "leadbox later 1 --until -1d",
        "leadbox later 1 --off",
        "leadbox away 1 2 --off",
        "leadbox tag 1 2 vip warm --add a,b --remove -c",
        "leadbox note 1 2 some words",
        "leadbox note 1 -",
        "leadbox note 1 --text -5",
        "leadbox note 1 --off",
        "leadbox open 12",
        "leadbox open 12 --mail --print --include-dnc",
        "leadbox open 12 --phone",
        "leadbox undo --list",
        "leadbox redo",
        "leadbox outbox --json --kind accept",
        "leadbox sync partner-center --sign-in --full --push --watch 15m --json",
        "leadbox sync partner-center --push --dry-run --full",
        "leadbox sync partner-center --sign-out",
        "leadbox outbox --done 1 #2 --kind won",
        "leadbox export -o a.csv --force --format jsonl --cta contact_me",
        "leadbox push salesforce country:br is:hot --dry-run --include-dnc --only-valid --again",
        "leadbox push hubspot --json --cta contact_me --limit 3",
        "leadbox push marketo --print-mapping",
        "leadbox stats --since 2026-11-01 --until today --json",
        "leadbox status --json",
        "leadbox status --format {hot}",
        "leadbox doctor --leads --json",
        "leadbox serve --listen 127.0.0.1:0 --behind-proxy --quiet",
        "leadbox serve --tls-cert c --tls-key k",
        "leadbox serve --new-token",
        "leadbox serve --quarantine --json",
        "leadbox serve --mend 3 body.json",
        "leadbox serve --dismiss 3 4",
        "leadbox paths --db x --config y --color never --quiet",
        "leadbox config init --force",
        "leadbox __hold-clipboard",
        "leadbox completions bash",
        "leadbox man",
        "leadbox man sync azure-table",
        "leadbox man -o man --force",
        "leadbox completions pwsh",
        "leadbox list --view follow-up",
    ];

    #[test]
    fn verbs_and_flags_stand_as_documented() {
        for words in DOCUMENTED {
            assert!(parses(words), "{words}");
        }
    }

    #[test]
    fn opening_takes_one_lead_and_one_way() {
        for words in ["leadbox open 12 --mail --print --include-dnc", "leadbox open #12 --phone", "leadbox open 12"] {
            assert!(parses(words), "{words}");
        }
        for words in ["leadbox open", "leadbox open 12 --mail --phone", "leadbox open 12 13"] {
            assert!(!parses(words), "{words}");
        }
    }

    #[test]
    fn what_is_not_documented_is_refused() {
        for words in [
            "leadbox bogus",
            "leadbox import",
            "leadbox sync",
            "leadbox sync azure-table AccountName=a",
            "leadbox sync azure-table --watch 5",
            "leadbox sync azure-table --watch 5m --dry-run",
            "leadbox sync azure-table --connection-env A --connection-file b",
            "leadbox accept",
            "leadbox show abc",
            "leadbox show 0",
            "leadbox people --min -1",
            "leadbox list --limit -1",
            "leadbox list --json --format csv",
            "leadbox stats --format ids",
            "leadbox outbox --done 1 --fields id",
            "leadbox list --color bogus",
            "leadbox export --format bogus",
            "leadbox push",
            "leadbox push pipedrive",
            "leadbox push dynamics --dry-run --json",
            "leadbox won 1 --currency EUR",
            "leadbox touch",
            "leadbox touch 1 --next mon --no-next",
            "leadbox later 1 --until mon --off",
            "leadbox away vip",
            "leadbox note",
            "leadbox outbox --done",
            "leadbox outbox --done 1 --json",
            "leadbox outbox --kind accepted",
            "leadbox sync",
            "leadbox sync partner-center --watch soon",
            "leadbox sync partner-center --dry-run --watch 15m",
            "leadbox sync partner-center --sign-out --push",
            "leadbox status --json --format {hot}",
            "leadbox config",
            "leadbox completions",
            "leadbox man list -o man",
            "leadbox completions tcsh",
            "leadbox serve --tls-cert c",
            "leadbox serve --json",
            "leadbox serve --show 1 --dismiss 1",
        ] {
            assert!(!parses(words), "{words}");
        }
    }

    /// A run at a fixed moment in a folder of its own, with three leads: 1 to answer, 2 informational, 3 accepted.
    pub(super) fn context(folder: &std::path::Path) -> Context {
        let now = crate::domain::moment::parse("2026-11-20T12:00:00Z").unwrap();
        let (db, config) = (folder.join("leads.db"), folder.join("config.toml"));
        let context = Context {
            clock: Clock::fixed(now, chrono_tz::Tz::UTC),
            now,
            places: Places::find(Some(&db), Some(&config)).unwrap(),
            config: Config::default(),
            output: Output::of_process(Color::Never, true),
            start: "test".to_owned(),
            hooks: Cell::default(),
        };
        let sheet = b"LeadId,LeadCreationDateTime,CallToAction,Status,CustomerName,OfferId\n\
                      a,2026-11-20T09:00:00Z,Contact me,,Northwind,contoso.backup\n\
                      b,2026-11-20T09:00:00Z,Get it now,,Adatum,contoso.backup\n\
                      c,2026-11-20T09:00:00Z,Contact me,Accepted,Fabrikam,contoso.backup\n";
        let mut store = context.open_store().unwrap();
        let keep = crate::shell::intake::Mode::Keep;
        crate::shell::intake::import_bytes(&mut store, "a.csv", sheet, None, now, keep).unwrap();
        context
    }

    /// The exit code of a line, and what was complained about.
    fn go(context: &Context, words: &[&str]) -> (u8, String) {
        let words = [&["leadbox"], words].concat().into_iter().map(OsString::from);
        let line = Line::try_parse_from(shield_words(&Line::command(), words)).expect("a documented line");
        match act(context, line.verb.as_ref()) {
            Ok(exit) => (exit.0, String::new()),
            Err(error) => (exit::of(&error).0, exit::sentence(&error)),
        }
    }

    fn lead(context: &Context, id: i64) -> crate::domain::lead::Lead {
        let store = context.open_store().unwrap();
        store.lead(crate::domain::lead::LeadId(id)).unwrap().unwrap()
    }

    #[test]
    fn several_leads_are_changed_all_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        let (code, why) = go(&context, &["accept", "1", "2", "77"]);
        assert_eq!(code, 1);
        assert!(why.contains("Lead 2 (Adatum) is informational") && why.contains("There is no lead 77."), "{why}");
        assert!(lead(&context, 1).seller.verdict.is_none());
        assert_eq!(go(&context, &["favorite", "1", "2", "1"]).0, 0);
        assert!(lead(&context, 1).seller.favorite && lead(&context, 2).seller.favorite);
        assert_eq!(go(&context, &["undo"]).0, 0);
        assert!(!lead(&context, 1).seller.favorite && !lead(&context, 2).seller.favorite, "one step");
        assert_eq!(go(&context, &["undo"]).0, 1);
    }

    #[test]
    fn the_state_is_checked_before_the_fields() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        assert_eq!(go(&context, &["accept", "2", "--value", "abc"]).0, 1);
        assert_eq!(go(&context, &["decline", "3", "--reason", "9"]).0, 1);
        let (code, why) = go(&context, &["accept", "1", "--value", "abc", "--close-on", "whenever"]);
        assert_eq!(code, 2);
        assert!(why.contains("--value: abc is no value") && why.contains("--close-on: "), "{why}");
        assert_eq!(go(&context, &["decline", "1"]).0, 2);
        assert_eq!(go(&context, &["edit", "3"]).0, 2);
        assert!(lead(&context, 1).seller.verdict.is_none());
    }

    #[test]
    fn a_deal_is_made_edited_and_won() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        assert_eq!(go(&context, &["accept", "1", "--value", "5k", "--close-on", "+30d", "--notes", "n"]).0, 0);
        let deal = lead(&context, 1).seller.deal.unwrap();
        assert_eq!(deal.name, "Northwind – backup");
        assert_eq!(deal.close_on.unwrap().to_string(), "2026-12-20");
        assert_eq!(go(&context, &["edit", "1", "--notes", "", "--currency", "eur"]).0, 0);
        let edited = lead(&context, 1).seller.deal.unwrap();
        assert_eq!((edited.notes, edited.currency.as_deref(), edited.value), (None, Some("EUR"), deal.value));
        assert_eq!(go(&context, &["won", "1", "--value", "6000.50"]).0, 0);
        let won = lead(&context, 1).seller.deal.unwrap();
        assert_eq!((won.value.unwrap().to_string().as_str(), won.currency.as_deref()), ("6000.50", Some("EUR")));
        assert_eq!(go(&context, &["lost", "1", "--reason", "1"]).0, 1);
        assert_eq!(go(&context, &["lost", "3", "--reason", "1", "--already-reported"]).0, 0);
        assert!(lead(&context, 3).owed.is_empty() && !lead(&context, 1).owed.is_empty());
    }

    #[test]
    fn contacts_follow_ups_tags_and_notes() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        let moment = |text: &str| crate::domain::moment::parse(text);
        assert_eq!(go(&context, &["touch", "1", "3", "voicemail", "left", "word"]), (0, String::new()));
        let touched = lead(&context, 3).seller;
        let last = touched.touches.last.unwrap();
        assert_eq!(
            (last.kind.word(), last.text.as_deref(), touched.touches.count),
            ("voicemail", Some("left word"), 1)
        );
        assert_eq!(touched.later_until, moment("2026-11-21T12:00:00Z"), "the cadence's first step");
        assert_eq!(go(&context, &["touch", "1", "--kind", "mail", "--no-next"]).0, 0);
        let seller = lead(&context, 1).seller;
        assert_eq!((seller.touches.count, seller.later_until), (2, moment("2026-11-21T12:00:00Z")), "ahead: it stays");
        assert_eq!(go(&context, &["touch", "1", "--next", "2d"]).0, 0);
        assert_eq!(lead(&context, 1).seller.later_until, moment("2026-11-22T12:00:00Z"));
        assert_eq!(go(&context, &["later", "1", "2", "3", "2027-06-01"]).0, 0);
        let until = |id| lead(&context, id).seller.later_until;
        assert_eq!(until(1), moment("2026-12-03T09:00:00Z"), "a day before it expires");
        assert_eq!((until(2), until(3)), (moment("2027-06-01"), moment("2027-06-01")));
        assert_eq!(go(&context, &["later", "1", "--off"]).0, 0);
        assert_eq!(until(1), None);
        assert_eq!(go(&context, &["away", "2"]).0, 0);
        assert!(lead(&context, 2).seller.away);
        assert_eq!(go(&context, &["away", "2", "--off"]).0, 0);
        assert_eq!(go(&context, &["tag", "2", "3", "vip,warm", "Berlin"]).0, 0);
        assert_eq!(go(&context, &["tag", "2", "VIP", "--remove", "WARM"]).0, 0);
        assert_eq!(lead(&context, 2).seller.tags, ["Berlin", "vip"]);
        assert_eq!(lead(&context, 3).seller.tags, ["Berlin", "vip", "warm"]);
        assert_eq!(go(&context, &["note", "2", "calls on", "Mondays"]).0, 0);
        assert_eq!(lead(&context, 2).seller.note.as_deref(), Some("calls on Mondays"));
        assert_eq!(go(&context, &["note", "2", "--off"]).0, 0);
        assert_eq!(lead(&context, 2).seller.note, None);
        assert_eq!(go(&context, &["undo"]).0, 0);
        assert_eq!(lead(&context, 2).seller.note.as_deref(), Some("calls on Mondays"));
    }

    #[test]
    fn what_a_lead_or_a_field_does_not_take_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        for (words, code, says) in [
            (&["away", "1"][..], 1, "Lead 1 (Northwind) asks for an answer and is not put away; accept or decline it"),
            (&["away", "2", "3"], 1, "Lead 3 (Fabrikam) is accepted and is not put away; won or lost end it"),
            (&["later", "77", "soon"], 1, "There is no lead 77."),
            (&["later", "1", "soon"], 2, "WHEN: soon is no date. Try 3h, 1d, mon"),
            (&["later", "1", "2026-11-19"], 2, "WHEN: 2026-11-19 is past."),
            (&["later", "1"], 2, "WHEN: A date is needed."),
            (&["later", "1", "mon", "--off"], 2, "Say once when"),
            (&["touch", "1", "--kind", "fax"], 2, "--kind: fax is none of called"),
            (&["touch", "1", "--next", "0d"], 2, "--next: 0d is past."),
            (&["tag", "1"], 2, "Name a tag to add"),
            (&["tag", "1", "a\u{200b}b"], 2, "holds a character that nobody sees"),
            (&["tag", "vip", "1"], 2, "vip is no lead"),
            (&["note", "1"], 2, "A text is needed."),
            (&["note", "1", "a", "--off"], 2, "Say once what"),
        ] {
            let (exit, why) = go(&context, words);
            assert_eq!(exit, code, "{words:?}: {why}");
            assert!(why.contains(says), "{words:?}: {why}");
        }
        assert_eq!(go(&context, &["undo"]).0, 1, "nothing was changed");
        assert_eq!(go(&context, &["decline", "1", "--reason", "1"]).0, 0);
        for verb in [&["touch", "1"][..], &["later", "1", "1d"], &["away", "1"], &["away", "1", "--off"]] {
            let (exit, why) = go(&context, verb);
            assert!(exit == 1 && why.contains("is archived (declined)"), "{verb:?}: {why}");
        }
        assert_eq!(go(&context, &["tag", "1", "vip"]).0, 0);
        assert_eq!(go(&context, &["note", "1", "n"]).0, 0);
    }

    #[test]
    fn what_is_owed_is_ticked_off_as_one_step_all_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        assert_eq!(go(&context, &["accept", "1"]).0, 0);
        assert_eq!(go(&context, &["won", "3"]).0, 0);
        let (code, why) = go(&context, &["outbox", "--done", "1", "2", "77", "3"]);
        assert_eq!(code, 1);
        assert!(why.contains("Lead 2 (Adatum) owes Partner Center nothing.") && why.contains("no lead 77"), "{why}");
        let (code, why) = go(&context, &["outbox", "--done", "1", "3", "--kind", "won"]);
        assert_eq!(code, 1);
        assert!(why.contains("Lead 1 (Northwind) owes Partner Center no win. Nothing was changed."), "{why}");
        assert!(!lead(&context, 1).owed.is_empty() && !lead(&context, 3).owed.is_empty());
        assert_eq!(go(&context, &["outbox", "--done", "#1", "3", "1"]).0, 0);
        assert!(lead(&context, 1).owed.is_empty() && lead(&context, 3).owed.is_empty());
        assert_eq!(go(&context, &["outbox", "--done", "1"]).0, 1, "nothing is owed any more");
        assert_eq!(go(&context, &["undo"]).0, 0);
        assert!(!lead(&context, 1).owed.is_empty() && !lead(&context, 3).owed.is_empty(), "one step");
        assert_eq!(go(&context, &["redo"]).0, 0);
        assert_eq!(go(&context, &["outbox"]).0, 0);
    }

    #[test]
    fn an_export_never_replaces_a_file_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        let file = folder.path().join("out.csv");
        let name = file.to_str().unwrap();
        assert_eq!(go(&context, &["export", "-o", name, "--status", "accepted"]).0, 0);
        let written = std::fs::read_to_string(&file).unwrap();
        assert!(written.starts_with("\u{feff}LeadCreationDateTime,") && written.lines().count() == 2, "{written}");
        assert_eq!(go(&context, &["export", "-o", name]).0, 73);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
        assert_eq!(go(&context, &["export", "-o", name, "--force", "--format", "json"]).0, 0);
        let leads: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(leads.as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn only_words_of_a_query_are_kept_from_being_flags() {
        let shielded = |line: &str| {
            let words = shield_words(&Line::command(), line.split_whitespace().map(OsString::from));
            let shown = words.iter().map(|word| word.to_string_lossy().replace('\0', "!"));
            shown.collect::<Vec<_>>().join(" ")
        };
        for (line, kept) in [
            ("leadbox list -quality:low --json -acme", "leadbox list !quality:low --json !acme"),
            (
                "leadbox --db list export -ofile -offer:x -o -value>5",
                "leadbox --db list export !ofile !offer:x -o -value>5",
            ),
            ("leadbox list --sort -created -h", "leadbox list --sort -created -h"),
            ("leadbox list -- -quality:low", "leadbox list -- -quality:low"),
            ("leadbox decline 1 --notes -quality:low", "leadbox decline 1 --notes -quality:low"),
            ("leadbox show -quality:low", "leadbox show -quality:low"),
        ] {
            assert_eq!(shielded(line), kept);
        }
    }

    #[test]
    fn a_query_chooses_what_is_exported_and_a_wrong_one_is_usage() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        let file = folder.path().join("out.csv");
        let name = file.to_str().unwrap();
        assert_eq!(go(&context, &["export", "-status:accepted", "-o", name, "is:hot,informational"]).0, 0);
        let written = std::fs::read_to_string(&file).unwrap();
        assert!(
            written.contains("Northwind") && written.contains("Adatum") && !written.contains("Fabrikam"),
            "{written}"
        );
        let (code, why) = go(&context, &["list", "is:hott"]);
        assert_eq!(code, 2);
        assert!(why.contains("the query cannot be read.\n  is:hott\n     ^^^^\nis does not know hott."), "{why}");
    }
}
