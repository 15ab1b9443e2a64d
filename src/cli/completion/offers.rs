//! What completes which argument: one table over all verbs. Numbers of leads come with the company, never with a name, an
//! e-mail or a phone. Must not read a line: the shell's words and clap do.

use std::ffi::OsStr;

use clap::Command;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use crate::cli::completion::scene::Scene;
use crate::domain::change::Act;
use crate::domain::country::Country;
use crate::domain::filter::{Dimension, TabChoice, TextField};
use crate::domain::lead::{Lead, Moment};
use crate::domain::query::{self, FIELDS, Field};
use crate::domain::sort::SortKey;
use crate::domain::term_text::{TermText, is_invisible};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Outcome, Reason, TouchKind};
use crate::formats::fields::Kind;

/// What an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offer {
    /// The number of a lead that takes the act; of any lead.
    Lead(Option<Act>),
    /// Numbers of leads, then tags.
    LeadOrTag,
    /// A tag.
    Tag,
    /// A view.
    View,
    /// A field of an object.
    Field(Kind),
    /// A value of a filter.
    Value(Dimension),
    /// A tab.
    Tab,
    /// An order of the list.
    Sort,
    /// A term of a query.
    Term,
    /// A reason of a decline or loss.
    Reason,
    /// A kind of contact.
    Touch,
}

/// What completes an argument, by its verb and name; `None` where clap knows, or nobody.
fn offer(verb: &str, argument: &str) -> Option<Offer> {
    let dimension = |word: &str| Dimension::ALL.iter().copied().find(|dimension| dimension.word() == word);
    Some(match (verb, argument) {
        ("tag", "words") => Offer::LeadOrTag,
        ("tag", "add" | "remove") => Offer::Tag,
        ("touch", "kind") => Offer::Touch,
        ("outbox", "done") => Offer::Lead(Some(Act::TickOff)),
        (verb, "ids" | "id" | "words") => Offer::Lead(act(verb)),
        (_, "reason") => Offer::Reason,
        (_, "view") => Offer::View,
        (_, "tab") => Offer::Tab,
        (_, "sort") => Offer::Sort,
        (_, "query_words") => Offer::Term,
        (_, "fields") => Offer::Field(Kind::ALL.into_iter().find(|kind| kind.verb() == verb)?),
        (_, "email_validity") => Offer::Value(Dimension::EmailValidity),
        (_, "phone_validity") => Offer::Value(Dimension::PhoneValidity),
        (_, "lead_type") => Offer::Value(Dimension::Type),
        ("list" | "people" | "export" | "push", word) => Offer::Value(dimension(word)?),
        _ => return None,
    })
}

/// What a verb does to a lead; `None` where any lead will do.
fn act(verb: &str) -> Option<Act> {
    Some(match verb {
        "accept" => Act::Accept,
        "decline" => Act::Decline,
        "won" => Act::Won,
        "lost" => Act::Lost,
        "edit" => Act::Edit,
        "touch" => Act::Touch,
        "later" => Act::Later,
        "away" => Act::Away,
        _ => return None,
    })
}

/// The command with what completes its arguments.
pub fn with_offers(command: Command, scene: &Scene) -> Command {
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    verbs.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |verb| {
            verb.mut_args(|argument| match offer(name, argument.get_id().as_str()) {
                Some(offer) => argument.add(completer(offer, scene.clone())),
                None => argument,
            })
        })
    })
}

fn completer(offer: Offer, scene: Scene) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        let Some(typed) = typed.to_str() else { return Vec::new() };
        candidates(offer, &scene, typed)
            .into_iter()
            // A control in a text that a line takes over could do anything there.
            .filter(|(value, _)| !value.chars().any(is_invisible) && begins(value, typed))
            .map(|(value, help)| {
                let help = Some(TermText::line(&help).fit(HELP)).filter(|help| !help.is_empty());
                CompletionCandidate::new(value).help(help.map(Into::into))
            })
            .collect()
    })
}

/// Cells of what is said beside a candidate.
const HELP: usize = 60;

/// Whatever the case, and whether or not a value needs quotes: what is taken replaces what was typed.
fn begins(value: &str, typed: &str) -> bool {
    let bare = |text: &str| text.to_lowercase().replace('"', "");
    bare(value).starts_with(&bare(typed))
}

type Candidates = Vec<(String, String)>;

fn candidates(offer: Offer, scene: &Scene, typed: &str) -> Candidates {
    let plain = |word: &str| (word.to_owned(), String::new());
    match offer {
        Offer::Lead(act) => leads(scene, act, typed),
        Offer::LeadOrTag => leads(scene, None, typed).into_iter().chain(tags(scene)).collect(),
        Offer::Tag => tags(scene),
        Offer::View => scene.config().views.iter().map(|view| (view.word(), view.text())).collect(),
        Offer::Field(kind) => kind.choosable().into_iter().map(|field| (field.name, field.holds)).collect(),
        Offer::Value(Dimension::Country) => countries(),
        Offer::Value(dimension) => {
            let of = |value| (dimension.value_word(value), dimension.value_title(value));
            dimension.values().into_iter().map(of).collect()
        }
        Offer::Tab => ["marketplace", "qualified", "favorites", "all"]
            .into_iter()
            .filter_map(|word| Some((word.to_owned(), TabChoice::from_word(word)?.title().to_owned())))
            .collect(),
        Offer::Sort => {
            let minus = if typed.starts_with('-') { "-" } else { "" };
            SortKey::ALL.iter().map(|key| plain(&format!("{minus}{}", key.word()))).collect()
        }
        Offer::Term => terms(scene, typed),
        Offer::Reason => {
            Reason::ALL.iter().map(|reason| (reason.code().to_string(), reason.title().to_owned())).collect()
        }
        Offer::Touch => TouchKind::ALL.iter().map(|kind| plain(&kind.word().replace('_', "-"))).collect(),
    }
}

fn leads(scene: &Scene, act: Option<Act>, typed: &str) -> Candidates {
    let leads = scene.leads(act, typed);
    leads.into_iter().map(|(lead, vitals, now)| (lead.id.to_string(), told(&lead, &vitals, now))).collect()
}

/// "Northwind, hot": whose lead it is and how it stands. A company is no contact detail.
fn told(lead: &Lead, vitals: &Vitals, now: Moment) -> String {
    let outcome = vitals.standing(now.timestamp()).1.map(Outcome::title);
    let stands = outcome.unwrap_or_else(|| vitals.urgency(now.timestamp()).title()).to_lowercase();
    let company = lead.record.person.company.as_deref().unwrap_or("no company given");
    format!("{}, {stands}", TermText::line(company).fit(40))
}

fn tags(scene: &Scene) -> Candidates {
    scene.texts(|lead| lead.seller.tags.clone()).into_iter().map(|tag| (tag, String::new())).collect()
}

fn countries() -> Candidates {
    Country::all().map(|country| (country.code().to_lowercase(), country.name().to_owned())).collect()
}

/// Fields with their colon, or behind one the values of a field. Fields that are compared need quotes in a shell.
fn terms(scene: &Scene, typed: &str) -> Candidates {
    let (minus, term) = typed.strip_prefix('-').map_or(("", typed), |rest| ("-", rest));
    let Some((name, values)) = term.split_once(':') else {
        let asked = FIELDS.iter().filter(|spec| !spec.field.is_compared());
        return asked.map(|spec| (format!("{minus}{}:", spec.field.word()), spec.finds.to_owned())).collect();
    };
    let Some(field) = Field::find(name) else { return Vec::new() };
    // Values before a comma stay as they are.
    let kept = values.rsplit_once(',').map(|(kept, _)| format!("{kept},")).unwrap_or_default();
    let known = match field {
        Field::Of(Dimension::Country) => countries(),
        Field::Text(TextField::Tag) => tags(scene),
        Field::Text(TextField::Offer) => scene
            .texts(|lead| lead.record.offer.clone().into_iter().collect())
            .into_iter()
            .map(|offer| (offer, String::new()))
            .collect(),
        field => field.values().into_iter().map(|word| (word, String::new())).collect(),
    };
    known.into_iter().map(|(word, title)| (format!("{minus}{name}:{kept}{}", query::value(&word)), title)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_number_and_filter_is_completed() {
        let command = crate::cli::Line::command();
        let mut lacking = Vec::new();
        // What serve counts are deliveries.
        for verb in command.get_subcommands().filter(|verb| verb.get_name() != "serve") {
            for argument in verb.get_arguments() {
                let names = argument.get_value_names().unwrap_or_default();
                let takes_lead = names.iter().any(|name| name.starts_with("ID"));
                let of_list = argument.get_help_heading() == Some("Which leads");
                let typed_freely = ["customer", "text", "favorite"].contains(&argument.get_id().as_str());
                if (takes_lead || (of_list && !typed_freely))
                    && offer(verb.get_name(), argument.get_id().as_str()).is_none()
                {
                    lacking.push(format!("{} {}", verb.get_name(), argument.get_id()));
                }
            }
        }
        assert!(lacking.is_empty(), "{lacking:?}");
    }

    #[test]
    fn a_term_is_completed_at_its_end() {
        let scene = Scene::of(&["leadbox".into(), "--db".into(), "/nowhere/at/all.db".into()]);
        let found = |typed: &str| -> Vec<String> {
            let all = candidates(Offer::Term, &scene, typed).into_iter().map(|(value, _)| value);
            all.filter(|value| begins(value, typed)).collect()
        };
        assert_eq!(found("qua"), ["quality:"]);
        assert_eq!(found("-qua"), ["-quality:"]);
        assert_eq!(found("is:exp"), ["is:expiring", "is:expired"]);
        assert_eq!(found("-is:hot,exp"), ["-is:hot,expiring", "-is:hot,expired"]);
        assert_eq!(found("country:P").len(), Country::all().filter(|country| country.code().starts_with('P')).count());
        assert_eq!(found("age"), Vec::<String>::new());
        assert_eq!(found("nothing:a"), Vec::<String>::new());
        assert!(candidates(Offer::Lead(None), &scene, "").is_empty());
        assert!(!std::path::Path::new("/nowhere").exists());
    }
}
