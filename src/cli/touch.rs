//! `leadbox touch ID…`: log a contact with the customer, or a try, and when to follow up.
//! Must not reckon a date: the cadence and `domain::change` do.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};
use crate::domain::entry;
use crate::domain::vocabulary::TouchKind;

/// Which leads, and what happened.
#[derive(Clone, Debug, clap::Args)]
pub struct TouchArgs {
    /// Numbers of leads; then, if you like, the kind and what came of it
    #[arg(required = true, value_name = "ID… [KIND] [TEXT]")]
    words: Vec<String>,
    /// called (where none is given), no-answer, voicemail, mail or meeting
    #[arg(long)]
    kind: Option<String>,
    /// What came of it
    #[arg(long, allow_hyphen_values = true)]
    text: Option<String>,
    /// When to follow up, such as 3h, 1d, mon, 24 nov; as the config's cadence says where it is not given
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    next: Option<String>,
    /// Set no follow-up date
    #[arg(long, conflicts_with = "next")]
    no_next: bool,
}

/// Logs it, for all leads or none.
pub fn run(context: &Context, args: &TouchArgs) -> anyhow::Result<Exit> {
    let (ids, rest) = words::ids_first(&args.words)?;
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &ids, Act::Touch)?;
    let (kind, text) = read(args, rest)?;
    let next = args.next.as_deref().map(|when| verdict::when("--next", when, context)).transpose()?;
    let cadence = &context.config.terms.cadence;
    let changes: Vec<_> = leads
        .iter()
        .map(|lead| {
            let proposed = if args.no_next { None } else { cadence.next(lead, context.now) };
            (lead.id, Change::Touch { kind, text: text.clone(), next: next.or(proposed) })
        })
        .collect();
    verdict::make(context, &mut store, &changes)
}

/// The kind and the text, each given by its flag or by the words behind the numbers.
fn read(args: &TouchArgs, rest: &[String]) -> Result<(TouchKind, Option<String>), Fault> {
    let named = rest.first().filter(|_| args.kind.is_none()).and_then(|word| TouchKind::from_word(word));
    let rest = if named.is_some() { rest.get(1..).unwrap_or_default() } else { rest };
    let kind = match &args.kind {
        Some(word) => TouchKind::from_word(word).ok_or_else(|| unknown_kind(word))?,
        None => named.unwrap_or(TouchKind::Called),
    };
    if args.text.is_some() && !rest.is_empty() {
        let word = rest.first().map(String::as_str).unwrap_or_default();
        return Err(if args.kind.is_none() { unknown_kind(word) } else { twice() });
    }
    let text = args.text.clone().unwrap_or_else(|| rest.join(" "));
    let text = entry::touch_text(&text).map_err(|error| Fault::usage(format!("--text: {error}")))?;
    Ok((kind, text))
}

fn unknown_kind(word: &str) -> Fault {
    Fault::usage(format!("--kind: {word} is none of called, no-answer, voicemail, mail, meeting. Nothing was changed."))
}

fn twice() -> Fault {
    Fault::usage("The text is given twice: by --text and behind the numbers. Nothing was changed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Option<&str>, text: Option<&str>, rest: &[&str]) -> Result<(TouchKind, Option<String>), Fault> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let args = TouchArgs { words: Vec::new(), kind: owned(kind), text: owned(text), next: None, no_next: false };
        read(&args, &rest.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn kind_and_text_by_flag_or_by_word() {
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(of(None, None, &[]), Ok((TouchKind::Called, None)));
        assert_eq!(of(None, None, &["voicemail"]), Ok((TouchKind::Voicemail, None)));
        assert_eq!(of(None, None, &["no-answer", "twice", "today"]), Ok((TouchKind::NoAnswer, said("twice today"))));
        assert_eq!(of(None, None, &["left a message"]), Ok((TouchKind::Called, said("left a message"))));
        assert_eq!(of(Some("mail"), None, &["meeting", "moved"]), Ok((TouchKind::Mail, said("meeting moved"))));
        assert_eq!(of(None, Some("sent it"), &["Mail"]), Ok((TouchKind::Mail, said("sent it"))));
        for wrong in [of(Some("fax"), None, &[]), of(None, Some("x"), &["fax"]), of(Some("mail"), Some("x"), &["y"])] {
            assert!(matches!(wrong, Err(Fault::Usage(_))), "{wrong:?}");
        }
    }
}
