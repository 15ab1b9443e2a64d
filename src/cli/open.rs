//! `leadbox open ID`: begins a mail to a customer, or dials them, with the program of this machine that does; `--print` prints the
//! address instead. Changes nothing. Must not hand out a contact past `domain::reaching`.

use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{verdict, words};
use crate::domain::lead::LeadId;
use crate::domain::reaching::{By, Unreached, first_way, reach};
use crate::domain::term_text::TermText;
use crate::shell::opening::{Opener, address};
use crate::shell::surroundings::Surroundings;

/// A program that fails so soon has not opened anything.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whom to reach, and how.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct OpenArgs {
    /// Number of a lead
    #[arg(value_name = "ID", value_parser = words::lead_id)]
    id: LeadId,
    /// Begin a mail, with the offer's template (the default where there is an e-mail)
    #[arg(long, conflicts_with = "phone")]
    mail: bool,
    /// Dial the phone
    #[arg(long)]
    phone: bool,
    /// Print the mailto: or tel: instead of opening it
    #[arg(long)]
    print: bool,
    /// Also if the customer asked not to be contacted
    #[arg(long)]
    include_dnc: bool,
}

/// Opens it.
pub fn run(context: &Context, args: OpenArgs) -> anyhow::Result<Exit> {
    let store = context.open_store()?;
    let lead = store.lead(args.id)?.ok_or_else(|| Fault::failed(verdict::unknown(args.id)))?;
    let terms = store.terms();
    let by = match (args.mail, args.phone) {
        (true, _) => By::Mail,
        (_, true) => By::Phone,
        _ => first_way(&lead, terms, context.now).map_err(Fault::failed)?,
    };
    let reached = reach(&lead, by, args.include_dnc, &context.config.mail, terms, context.now);
    let reach = reached.map_err(|unreached| match unreached {
        Unreached::Cannot(why) => Fault::failed(why),
        Unreached::AskedNotTo(_) => Fault::failed(
            "This customer asked not to be contacted; nothing was opened. --include-dnc does it all the same.",
        ),
    })?;
    let address = address(&reach.means);
    if address.cut {
        context.output.say("The draft is too long for a program to take: its end is left out.");
    }
    if args.print {
        let mut data = context.output.data();
        data.line(&address.uri)?;
        data.finish()?;
        return Ok(Exit::DONE);
    }
    let opener = Opener::new(&context.config.opener, Surroundings::of_process());
    let started = opener.start(&address.uri).and_then(|child| opener.wait(child, PATIENCE));
    started.map_err(|why| Fault::Unavailable(format!("{why} Nothing was opened; --print prints the address.")))?;
    let log = reach.log.map(|kind| format!(" leadbox touch {} {} logs it.", lead.id, kind.word().replace('_', "-")));
    let taken = TermText::line(&reach.taken(opener.program()));
    context.output.say(&format!("{taken}{}", log.unwrap_or_default()));
    Ok(Exit::DONE)
}
