//! `leadbox status`: what asks for the seller now, on one line, for a prompt or tmux (PRODUCT.md 5). Ends with 3 where
//! something was left too long. Makes no store where there is none. Must not hold a rule: `domain::agenda` counts.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::domain::agenda::Agenda;
use crate::domain::lead::Moment;
use crate::domain::moment::rfc3339;
use crate::domain::term_text::TermText;
use crate::domain::vocabulary::Urgency;
use crate::formats::json_text::json;
use crate::ui::words::left;

/// The fields of a format and of the JSON object, and what each says; the README's table is made of it.
pub const FIELDS: &[(&str, &str)] = &[
    ("hot", "hot leads, untouched"),
    ("late", "of these, untouched for 24 hours"),
    ("expiring", "leads not archived that expire, or whose accept is owed to Partner Center, within 72 hours"),
    ("due", "leads to follow up now, or accepted and never contacted"),
    ("waiting", "*Contact me* leads that cooled and still wait for an answer"),
    ("owed", "entries of the outbox: verdicts that Partner Center has not been told"),
    ("overdue", "of these, past their deadline"),
    (
        "first_owed",
        "time left to the first deadline of what is owed, such as `9h`, or `late`; in JSON the moment, else null",
    ),
    ("unreadable", "deliveries that could not be read and wait to be mended"),
];

/// How it is written.
#[derive(Clone, Debug, clap::Args)]
pub struct StatusArgs {
    /// The line to print, with fields in braces: '{hot} {expiring} {owed}'; {{ is a brace
    #[arg(long, value_name = "TEXT")]
    format: Option<String>,
    /// Print one JSON object
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Serialize)]
struct StatusJson {
    hot: u32,
    late: u32,
    expiring: u32,
    due: u32,
    waiting: u32,
    owed: u32,
    overdue: u32,
    first_owed: Option<String>,
    unreadable: u32,
}

/// Prints it.
pub fn run(context: &Context, args: &StatusArgs) -> anyhow::Result<Exit> {
    let parts = args.format.as_deref().map(parts).transpose()?;
    let agenda = agenda(context)?;
    let line = match parts {
        Some(parts) => filled(&parts, &agenda, context.now),
        None if args.json => json(&object(&agenda))?,
        None => sentence(&agenda, context.now),
    };
    let mut data = context.output.data();
    data.line(&line)?;
    data.finish()?;
    Ok(if agenda.is_late() { Exit::LATE } else { Exit::DONE })
}

fn agenda(context: &Context) -> anyhow::Result<Agenda> {
    let mut agenda = Agenda::default();
    if context.places.store.exists() {
        let store = context.open_store()?;
        store.each_open(context.now, |vitals, owed| agenda.take(vitals, owed, context.now))?;
        agenda.unreadable = u32::try_from(store.quarantine_count()?).unwrap_or(u32::MAX);
    }
    Ok(agenda)
}

fn object(agenda: &Agenda) -> StatusJson {
    StatusJson {
        hot: agenda.hot,
        late: agenda.late,
        expiring: agenda.expiring,
        due: agenda.due,
        waiting: agenda.waiting,
        owed: agenda.owed,
        overdue: agenda.overdue,
        first_owed: agenda.first_owed.map(rfc3339),
        unreadable: agenda.unreadable,
    }
}

/// "3 hot (1 untouched for 24 h), 2 expire soon, 1 due, 4 waiting, 4 owed (first in 9h)"
fn sentence(agenda: &Agenda, now: Moment) -> String {
    let late = if agenda.late > 0 { format!(" ({} untouched for 24 h)", agenda.late) } else { String::new() };
    let first = match field("first_owed", agenda, now).as_deref() {
        None | Some("") => String::new(),
        Some("late") => format!(" ({} late)", agenda.overdue),
        Some(left) => format!(" (first in {left})"),
    };
    let unreadable = match agenda.unreadable {
        0 => String::new(),
        waiting => format!(", {waiting} unreadable"),
    };
    let Agenda { hot, expiring, due, waiting, owed, .. } = agenda;
    format!("{hot} hot{late}, {expiring} expiring, {due} due, {waiting} waiting, {owed} owed{first}{unreadable}")
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(String),
}

/// The parts of a format.
fn parts(format: &str) -> Result<Vec<Part>, Fault> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once(['{', '}']) {
        let brace = if rest.as_bytes().get(before.len()) == Some(&b'{') { "{" } else { "}" };
        parts.push(Part::Text(before.to_owned()));
        if let Some(after) = after.strip_prefix(brace) {
            parts.push(Part::Text(brace.to_owned()));
            rest = after;
        } else if brace == "}" {
            parts.push(Part::Text("}".to_owned()));
            rest = after;
        } else {
            let (name, after) = after.split_once('}').ok_or_else(|| {
                Fault::usage("--format: a brace is opened and not closed; write {{ for a brace itself.")
            })?;
            if FIELDS.iter().all(|(known, _)| *known != name) {
                return Err(unknown(name));
            }
            parts.push(Part::Field(name.to_owned()));
            rest = after;
        }
    }
    parts.push(Part::Text(rest.to_owned()));
    Ok(parts)
}

fn unknown(name: &str) -> Fault {
    let names: Vec<_> = FIELDS.iter().map(|(name, _)| format!("{{{name}}}")).collect();
    let name = TermText::line(name).fit(40);
    Fault::usage(format!("--format: there is no field {{{name}}}; there are {}.", names.join(" ")))
}

fn filled(parts: &[Part], agenda: &Agenda, now: Moment) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Field(name) => field(name, agenda, now).unwrap_or_default(),
    };
    parts.iter().map(part).collect()
}

fn field(name: &str, agenda: &Agenda, now: Moment) -> Option<String> {
    let count = match name {
        "hot" => agenda.hot,
        "late" => agenda.late,
        "expiring" => agenda.expiring,
        "due" => agenda.due,
        "waiting" => agenda.waiting,
        "owed" => agenda.owed,
        "overdue" => agenda.overdue,
        "unreadable" => agenda.unreadable,
        "first_owed" => {
            let seconds = agenda.first_owed.map(|due| due.timestamp() - now.timestamp());
            // At the deadline itself nothing is left: it counts as overdue.
            return seconds.map(|seconds| left(seconds - i64::from(seconds == 0), Urgency::Expiring));
        }
        _ => return None,
    };
    Some(count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    fn now() -> Moment {
        parse("2026-11-20T12:00:00Z").unwrap()
    }

    fn said(format: &str, agenda: &Agenda) -> String {
        filled(&parts(format).unwrap(), agenda, now())
    }

    #[test]
    fn fields_are_filled_and_braces_doubled() {
        let agenda =
            Agenda { hot: 3, expiring: 2, owed: 4, first_owed: parse("2026-11-20T21:00:00Z"), ..Agenda::default() };
        assert_eq!(said("{hot} {expiring} {owed}", &agenda), "3 2 4");
        assert_eq!(said("#[fg=red]{{{hot}}} }", &agenda), "#[fg=red]{3} }");
        assert_eq!(said("{first_owed}|{{hot}}", &agenda), "9h|{hot}");
        assert_eq!(said("{first_owed}.", &Agenda::default()), ".");
        assert_eq!(said("", &agenda), "");
        assert_eq!(said("{first_owed}", &Agenda { first_owed: Some(now()), ..Agenda::default() }), "late");
        for (name, _) in FIELDS {
            assert!(!said(&format!("{{{name}}}"), &agenda).is_empty(), "{name}");
        }
    }

    #[test]
    fn an_unknown_field_is_answered_with_the_known_ones() {
        let fault = parts("{hot} {warm}").unwrap_err();
        assert!(
            matches!(&fault, Fault::Usage(_)) && fault.to_string().contains("{warm}; there are {hot} {late}"),
            "{fault}"
        );
        assert!(parts("{hot").unwrap_err().to_string().contains("not closed"));
        assert!(parts("{}").is_err());
    }

    #[test]
    fn the_object_has_the_fields_in_their_order() {
        let object = serde_json::to_value(object(&Agenda::default())).unwrap();
        let names: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, FIELDS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn people_get_a_line() {
        let agenda =
            Agenda { hot: 3, late: 1, owed: 4, first_owed: parse("2026-11-20T21:00:00Z"), ..Agenda::default() };
        let line = "3 hot (1 untouched for 24 h), 0 expiring, 0 due, 0 waiting, 4 owed (first in 9h)";
        assert_eq!(sentence(&agenda, now()), line);
        let late = Agenda { owed: 2, overdue: 1, first_owed: parse("2026-11-20T11:00:00Z"), ..Agenda::default() };
        assert!(sentence(&late, now()).ends_with("2 owed (1 late)"));
        assert!(sentence(&Agenda::default(), now()).ends_with("0 owed"));
        assert!(sentence(&Agenda { unreadable: 2, ..late }, now()).ends_with("(1 late), 2 unreadable"));
    }
}
