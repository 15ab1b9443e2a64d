//! `leadbox config show|path|check|init|mapping`.
//! Must not read a setting itself: `shell::config` does.

use clap::Subcommand;

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::output::Output;
use crate::cli::push::crm_parser;
use crate::formats::crm::Crm;
use crate::shell::config::first_file;
use crate::shell::crm_mapping;
use crate::shell::files::{self, Overwrite};
use crate::shell::hooks;
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
    /// Print the mapping of a CRM's import file, to begin one of your own with
    Mapping {
        /// The CRM
        #[arg(value_name = "CRM", value_parser = crm_parser())]
        crm: Crm,
    },
}

impl ConfigVerb {
    /// True for the verbs that work without a readable config: one must be able to find or replace a broken one.
    pub fn needs_no_config(self) -> bool {
        matches!(self, Self::Path | Self::Init { .. } | Self::Mapping { .. })
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
            for crm in Crm::ALL {
                crm_mapping::of_file(&context.config.crm, crm)?;
                crm_mapping::of_records(&context.config.crm, crm)?;
            }
            let missing = hooks::missing(&context.config.hooks);
            if !missing.is_empty() {
                let why = format!("{}: [hooks]: {}", context.places.config.display(), missing.join(" "));
                return Err(Fault::Config(why).into());
            }
            context.output.say(&format!("{} is in order.", context.places.config.display()));
        }
        ConfigVerb::Check => context.output.say("There is no config file; every setting has its default."),
        ConfigVerb::Path | ConfigVerb::Init { .. } | ConfigVerb::Mapping { .. } => {
            return run_without(&context.places, context.output, verb);
        }
    }
    Ok(Exit::DONE)
}

/// Runs a verb that needs no readable config.
pub fn run_without(places: &Places, output: Output, verb: ConfigVerb) -> anyhow::Result<Exit> {
    let text = match verb {
        ConfigVerb::Init { force } => {
            places.prepare_config()?;
            let overwrite = if force { Overwrite::Yes } else { Overwrite::No };
            files::write_bytes(&places.config, overwrite, first_file().as_bytes())?;
            output.say(&format!("Wrote {}.", places.config.display()));
            return Ok(Exit::DONE);
        }
        ConfigVerb::Mapping { crm } => crm.mapping_text().trim_end().to_owned(),
        _ => places.config.display().to_string(),
    };
    let mut data = output.data();
    data.line(&text)?;
    data.finish()?;
    Ok(Exit::DONE)
}
