//! Completion of a line in the shell. The script of `leadbox completions` asks this program again at every Tab: with
//! `COMPLETE` set to the shell's name, and behind `--` the words so far. It answers with what may stand at the cursor, or
//! nothing: an error would be written over the line that somebody is typing. Must not make or change anything.

mod offers;
mod scene;
mod shell;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Command;
use clap_complete::engine::complete;

use crate::cli::output::{Color, Output};

pub use shell::Shell;

/// Set to the name of a shell, it asks for completion.
pub const VARIABLE: &str = "COMPLETE";

/// Answers a shell that asks to complete a line of this command; `None` where none does.
pub fn answer(command: Command, arguments: &[OsString]) -> Option<ExitCode> {
    let shell = Shell::of_path(Path::new(&std::env::var_os(VARIABLE)?))?;
    let text = match arguments {
        [] | [_] => shell.script(),
        [_, dashes, words @ ..] if dashes == "--" => offered(shell, command, words).unwrap_or_default(),
        _ => return None,
    };
    let mut data = Output::of_process(Color::Never, true).data();
    // A shell that has stopped listening is no matter.
    let _ = data.write_all(&text).and_then(|()| data.finish());
    Some(ExitCode::SUCCESS)
}

/// What may stand at the cursor, as the shell reads it.
fn offered(shell: Shell, command: Command, words: &[OsString]) -> io::Result<Vec<u8>> {
    let line = shell.read(words);
    let scene = scene::Scene::of(&line.words);
    let mut command = offers::with_offers(command, &scene);
    let here = std::env::current_dir().ok();
    let mut found = complete(&mut command, line.words.clone(), line.at, here.as_deref())?;
    found.retain(|candidate| !candidate.is_hide_set());
    let is_flag = |value: &std::ffi::OsStr| value.as_encoded_bytes().starts_with(b"-");
    let word = line.words.get(line.at).map(|word| word.as_encoded_bytes()).unwrap_or_default();
    // A word with one minus and more than a letter is a term of a query, no heap of flags.
    if word.len() > 2 && word.starts_with(b"-") && !word.starts_with(b"--") {
        found.retain(|candidate| candidate.get_id().is_none_or(|id| !id.starts_with("arg::")));
    }
    // Flags are in the way of what a verb takes, until somebody begins one.
    if !word.starts_with(b"-") && found.iter().any(|candidate| !is_flag(candidate.get_value())) {
        found.retain(|candidate| !is_flag(candidate.get_value()));
    }
    Ok(shell.write(&line, &found))
}
