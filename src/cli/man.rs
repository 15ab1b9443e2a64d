//! `leadbox man`: the manual pages, made of the arguments, the table of commands and the exit codes, so that none says what
//! the program does not. One page to stdout, or all of them as files. Needs neither store nor config.
//! Must not describe a flag itself: its help does.

use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::app::commands::COMMANDS;
use crate::cli::exit::{self, Exit, Fault};
use crate::cli::output::Output;
use crate::domain::term_text::TermText;
use crate::shell::files::{self, Overwrite};

/// Which page, where to.
#[derive(Clone, Debug, clap::Args)]
pub struct ManArgs {
    /// The page of a verb; leadbox's own where none is named
    #[arg(value_name = "VERB", conflicts_with = "output")]
    verb: Vec<String>,
    /// Write every page into this folder: leadbox.1, leadbox-VERB.1; private (0600) as all that leadbox writes
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace pages that stand there
    #[arg(long, requires = "output")]
    force: bool,
}

/// Prints or writes them. `command` is leadbox's whole.
pub fn run(output: Output, args: &ManArgs, command: Command) -> anyhow::Result<Exit> {
    let command = built(command);
    if let Some(folder) = &args.output {
        let overwrite = if args.force { Overwrite::Yes } else { Overwrite::No };
        let pages = pages(&command)?;
        write(folder, &pages, overwrite)?;
        output.say(&format!("{} pages written to {}.", pages.len(), folder.display()));
        return Ok(Exit::DONE);
    }
    let named = args.verb.iter().try_fold(&command, |command, word| {
        let known = command.get_subcommands().find(|verb| verb.get_name() == word && !verb.is_hide_set());
        known.ok_or_else(|| {
            let word = TermText::line(word).fit(40);
            Fault::usage(format!("There is no page of {word}: `{}` has no such verb.", command.get_name()))
        })
    })?;
    let text = page(named)?;
    let mut data = output.data();
    std::io::Write::write_all(&mut data, text.as_bytes())?;
    data.finish()?;
    Ok(Exit::DONE)
}

fn built(command: Command) -> Command {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    command
}

fn write(folder: &Path, pages: &[(String, String)], overwrite: Overwrite) -> anyhow::Result<()> {
    if !folder.is_dir() {
        files::create_private_dir(folder)?;
    }
    for (name, text) in pages {
        files::write_bytes(&folder.join(name), overwrite, text.as_bytes())?;
    }
    Ok(())
}

/// Every page with the name of its file: leadbox's own, then those of its verbs, and of theirs.
fn pages(command: &Command) -> std::io::Result<Vec<(String, String)>> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let mut all = vec![(format!("{name}.1"), page(command)?)];
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        all.extend(pages(verb)?);
    }
    Ok(all)
}

/// One page.
fn page(command: &Command) -> std::io::Result<String> {
    let man = Man::new(command.clone()).manual("leadbox").source(format!("leadbox {}", env!("CARGO_PKG_VERSION")));
    let mut bytes = Vec::new();
    man.render_title(&mut bytes)?;
    man.render_name_section(&mut bytes)?;
    man.render_synopsis_section(&mut bytes)?;
    man.render_description_section(&mut bytes)?;
    let whole = command.get_name() == "leadbox";
    if whole && let Some(after) = command.get_after_help() {
        section("", |roff| roff.text([roman(after.to_string())])).to_writer(&mut bytes)?;
    }
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut bytes)?;
    }
    if command.get_subcommands().any(|verb| !verb.is_hide_set()) {
        man.render_subcommands_section(&mut bytes)?;
    }
    let further = if whole { own_sections() } else { vec![see_also()] };
    further.iter().try_for_each(|roff| roff.to_writer(&mut bytes))?;
    let text = String::from_utf8(bytes).map_err(std::io::Error::other)?;
    Ok(text.chars().map(glyph).collect())
}

/// A character as every roff reads it, whatever encoding it takes a page for.
fn glyph(c: char) -> String {
    if c.is_ascii() { c.to_string() } else { format!("\\[u{:04X}]", u32::from(c)) }
}

fn section(title: &str, fill: impl FnOnce(&mut Roff) -> &mut Roff) -> Roff {
    let mut roff = Roff::default();
    if title.is_empty() {
        roff.control("PP", []);
    } else {
        roff.control("SH", [title]);
    }
    fill(&mut roff);
    roff
}

/// A row: what it is, then what it says.
fn row(roff: &mut Roff, name: Vec<Inline>, says: &str) {
    roff.control("TP", []);
    roff.text(name);
    roff.text([roman(says)]);
}

const FILES: &[(&str, &str)] = &[
    (
        "$XDG_DATA_HOME/leadbox/leads.db",
        "the store, where --db and LEADBOX_DB name no other; else below ~/.local/share",
    ),
    (
        "$XDG_CONFIG_HOME/leadbox/config.toml",
        "the config; else below ~/.config; `leadbox config init` writes a first one",
    ),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("LEADBOX_DB", "the store, where --db does not name one"),
    ("LEADBOX_NOW", "an RFC 3339 time: the clock stands still there"),
    (
        "LEADBOX_EVENT, LEADBOX_LEAD",
        "what a program of `[hooks]` in the config is told of; a leadbox that finds LEADBOX_EVENT runs no hooks itself",
    ),
    ("NO_COLOR", "no colour, unless --color always"),
    ("VISUAL, EDITOR", "the editor for notes and long texts"),
    ("TZ", "the zone that times are shown in"),
    ("COMPLETE", "the name of a shell: the program completes a line for it; see leadbox-completions(1)"),
];

fn own_sections() -> Vec<Roff> {
    let keys = section("KEYS", |roff| {
        roff.text([roman("Without a verb the inbox opens; ? shows these keys in it, and the config can give others.")]);
        let mut group = None;
        for spec in COMMANDS.iter().filter(|spec| !spec.keys.is_empty()) {
            if group.replace(spec.group) != Some(spec.group) {
                roff.control("SS", [spec.group.title()]);
            }
            let mut keys = Vec::new();
            for key in spec.keys {
                keys.extend([roman(if keys.is_empty() { "" } else { ", " }), bold(*key)]);
            }
            row(roff, keys, spec.help);
        }
        roff
    });
    let table = |title: &str, rows: &[(&str, &str)]| {
        section(title, |roff| {
            for (name, says) in rows {
                row(roff, vec![italic(*name)], says);
            }
            roff
        })
    };
    let exits = section("EXIT STATUS", |roff| {
        for (code, says) in exit::MEANINGS {
            row(roff, vec![bold(code.0.to_string())], says);
        }
        roff
    });
    vec![keys, exits, table("FILES", FILES), table("ENVIRONMENT", ENVIRONMENT)]
}

fn see_also() -> Roff {
    section("SEE ALSO", |roff| roff.text([bold("leadbox"), roman("(1)")]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn all() -> Vec<(String, String)> {
        pages(&built(crate::cli::Line::command())).unwrap()
    }

    #[test]
    fn there_is_a_page_a_verb_and_none_of_what_is_hidden() {
        let all = all();
        let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names[0], "leadbox.1");
        for name in ["leadbox-list.1", "leadbox-sync.1", "leadbox-sync-azure-table.1", "leadbox-man.1"] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
        assert!(
            all.iter()
                .all(|(name, text)| !name.contains("__") && !text.contains("clipboard\\-") && !text.contains("__")),
            "{names:?}"
        );
        assert!(all.iter().all(|(_, text)| text.is_ascii() && text.starts_with(".ie") || text.contains(".TH")));
    }

    #[test]
    fn leadboxs_own_page_has_every_key_and_exit_code() {
        let (_, text) = all().remove(0);
        for spec in COMMANDS.iter().filter(|spec| !spec.keys.is_empty()) {
            let help: String = spec.help.split('\'').next().unwrap().chars().take(24).map(glyph).collect();
            assert!(text.replace("\\-", "-").contains(&help), "{}: {help}", spec.name);
        }
        for part in [".SH KEYS", ".SH \"EXIT STATUS\"", ".SH FILES", ".SH ENVIRONMENT", "leadbox\\-list(1)"] {
            assert!(text.contains(part), "{part}");
        }
    }

    #[test]
    fn exit_codes_are_those_of_the_readme() {
        let readme = include_str!("../../README.md");
        let listed = readme.split_once("| exit code | means |").unwrap().1.lines().skip(2);
        let listed: Vec<_> = listed.take_while(|line| line.starts_with('|')).collect();
        let known: Vec<_> = exit::MEANINGS.iter().map(|(code, says)| format!("| {} | {says} |", code.0)).collect();
        assert_eq!(listed, known);
    }
}
