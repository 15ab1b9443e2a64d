//! Hooks after a verb, and beside one that goes on: when they run, and where their failures are said. They change no exit code:
//! what the verb did is done. Must not know what happened: `shell::hooks` finds it in the journal.

use std::cell::OnceCell;
use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::exit;
use crate::cli::output::Output;
use crate::shell::ending::Ending;
use crate::shell::hooks::{Beside, Flames, Hooks, Wording};

/// From when on a person who waits for a hook is told so.
const SOON: Duration = Duration::from_millis(300);

/// Runs the hooks for what the verb did. ^C ends the one that runs and leaves the others, and says so.
pub fn settle(context: &Context, flames: Flames) {
    let Some(mut hooks) = context.hooks.take() else { return };
    // Signals are listened to from the first program on: until then ^C ends us as ever.
    let ending = OnceCell::new();
    let stop = || ending.get_or_init(|| Ending::listen().ok()).as_ref().is_some_and(|ending| ending.asked());
    let settled = hooks.settle(flames, context.now, &stop, &mut |sentence| Output::complain(&sentence));
    if let Err(error) = settled {
        let why = exit::sentence(&error.into());
        Output::complain(&format!("Hooks were not run, for the store could not be read again: {why}"));
    }
}

/// Runs the hooks from here on beside what goes on and is written to a log, until `finish`; `None` where no program is asked
/// for.
pub fn beside(context: &Context, tell: impl Fn(String) + Send + 'static) -> std::io::Result<Option<Beside>> {
    let start = |hooks: Hooks| Beside::start(hooks.worded(Wording::Anonymous), context.clock, tell);
    context.hooks.take().map(start).transpose()
}

/// Waits for the hooks beside to end, no longer than one run may take. ^C, once more where it was asked for before, ends the one
/// that runs and leaves the others.
pub fn finish(context: &Context, beside: Option<Beside>) {
    let Some(beside) = beside else { return };
    beside.ask_to_end();
    if !beside.wait(SOON) {
        let ending = Ending::listen();
        let before = ending.as_ref().map_or(0, |ending| ending.times());
        let _ = ending.as_ref().map(|ending| ending.bear(before + 1));
        let seconds = beside.patience().as_secs();
        context.output.say(&format!("A hook is still running; it has {seconds} s to end."));
        while !beside.wait(SOON) {
            if ending.as_ref().is_ok_and(|ending| ending.times() > before) {
                beside.hurry();
            }
        }
    }
    beside.finish().iter().for_each(|sentence| Output::complain(sentence));
}
