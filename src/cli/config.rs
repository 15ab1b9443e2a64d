//! `leadbox config show|path|check|init`.
//! Must not read a setting itself: `shell::config` does.

use clap::Subcommand;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::shell::config::first_file;
use crate::shell::files::{self, Overwrite};
use crate::shell::places::Places;

/// What to do with the config.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigVerb {
    /// Print every setting as it is in effect
    Show,
    /// Print where the config file is
    Path,
    /// Read the config file and say whether it is in order
    Check,
    /// Write a config file that explains every setting
    Init {
        /// Replace a file that stands there
        #[arg(long)]
        force: bool,
    },
}

impl ConfigVerb {
    /// True for the verbs that work without a readable config: one must be able to find or replace a broken one.
    pub fn needs_no_config(self) -> bool {
        matches!(self, Self::Path | Self::Init { .. })
    }
}

/// Runs a verb that has read the config.
pub fn run(context: &Context, verb: ConfigVerb) -> anyhow::Result<Exit> {
    match verb {
        ConfigVerb::Show => {
            let mut data = context.output.data();
            data.line(context.config.show().trim_end())?;
            data.finish()?;
        }
        ConfigVerb::Check if context.places.config.exists() => {
            context.output.say(&format!("{} is in order.", context.places.config.display()));
        }
        ConfigVerb::Check => context.output.say("There is no config file; every setting has its default."),
        ConfigVerb::Path | ConfigVerb::Init { .. } => return run_without(&context.places, context.output, verb),
    }
    Ok(Exit::DONE)
}

/// Runs a verb that needs no readable config.
pub fn run_without(places: &Places, output: Output, verb: ConfigVerb) -> anyhow::Result<Exit> {
    if let ConfigVerb::Init { force } = verb {
        places.prepare_config()?;
        let overwrite = if force { Overwrite::Yes } else { Overwrite::No };
        files::write_bytes(&places.config, overwrite, first_file().as_bytes())?;
        output.say(&format!("Wrote {}.", places.config.display()));
    } else {
        let mut data = output.data();
        data.line(&places.config.display().to_string())?;
        data.finish()?;
    }
    Ok(Exit::DONE)
}
