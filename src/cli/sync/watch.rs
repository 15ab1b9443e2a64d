//! Rounds of a sync that go on until the person asks to end: what another round may not meet any more is told and waited out,
//! everything else ends it. Must not know what is fetched.

use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::exit::{self, Exit};
use crate::cli::hooks;
use crate::cli::output::Output;
use crate::net::pace::{Pace, spoken};
use crate::net::wire_error::{WireError, WireKind};
use crate::store::StoreError;

/// Does rounds, one so often, until the person asks to end. A service that asked for patience gets it. Hooks run beside.
pub fn watch(
    context: &Context,
    length: Duration,
    pace: &dyn Pace,
    round: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let hooks = hooks::beside(context, |sentence| Output::complain(&sentence))?;
    let ended = rounds(length, pace, round);
    hooks::finish(context, hooks);
    ended?;
    context.output.say("Ended as asked; what was taken stays.");
    Ok(Exit::DONE)
}

fn rounds(length: Duration, pace: &dyn Pace, mut round: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    loop {
        let mut pause = length;
        match round() {
            Ok(()) => {}
            Err(error) if passes(&error) => {
                let asked = error.downcast_ref::<WireError>().and_then(|error| error.retry_after);
                pause = asked.map_or(length, |asked| asked.max(length));
                Output::complain(&format!("{} The next round is in {}.", exit::sentence(&error), spoken(pause)));
            }
            Err(error) if is_end(&error) => {}
            Err(error) => return Err(error),
        }
        if !pace.stopping() {
            pace.wait(pause);
        }
        if pace.stopping() {
            return Ok(());
        }
    }
}

/// True for what another round may not meet any more.
fn passes(error: &anyhow::Error) -> bool {
    let wire = error.downcast_ref::<WireError>().is_some_and(|error| error.kind == WireKind::Unavailable);
    wire || matches!(error.downcast_ref(), Some(StoreError::Busy | StoreError::Conflict(_)))
}

fn is_end(error: &anyhow::Error) -> bool {
    error.downcast_ref::<WireError>().is_some_and(|error| error.kind == WireKind::Stopped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_waited_for() {
        let wire = |kind| anyhow::Error::from(WireError::new(kind, "no"));
        assert!(passes(&wire(WireKind::Unavailable)) && passes(&StoreError::Busy.into()));
        for kind in [WireKind::Denied, WireKind::Missing, WireKind::Refused, WireKind::Settings, WireKind::Stopped] {
            assert!(!passes(&wire(kind)), "{kind:?}");
        }
        assert!(!passes(&StoreError::Full.into()) && is_end(&wire(WireKind::Stopped)));
    }
}
