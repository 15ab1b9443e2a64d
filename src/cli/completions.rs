//! `leadbox completions SHELL`: the script that makes a shell ask leadbox at every Tab. Needs neither store nor config.
//! Must not complete anything itself.

use std::io::Write;

use crate::cli::completion::Shell;
use crate::cli::exit::Exit;
use crate::cli::output::Output;

/// For which shell.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints it.
pub fn run(output: Output, args: CompletionsArgs) -> anyhow::Result<Exit> {
    let mut data = output.data();
    data.write_all(&args.shell.script())?;
    data.finish()?;
    Ok(Exit::DONE)
}
