//! The query of `list`, `export` and others as bare words (PRODUCT.md 3): `leadbox list country:br is:hot -quality:low`.
//! A wrong one is answered with the wrong part underlined. Must not know what a query means: the domain reads it.

use std::ffi::OsString;

use clap::Command;

use crate::cli::exit::Fault;
use crate::domain::filter::Filter;
use crate::domain::query;

/// Stands for the minus of a word that clap would take for flags. No argument of a process can hold it.
const MINUS: char = '\0';

/// The words of a query, joined by blanks.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct QueryArgs {
    /// Which leads, as a query: country:br is:hot -quality:low 'age<72h' 'note:"a phrase"'
    #[arg(value_name = "QUERY")]
    query_words: Vec<String>,
}

impl QueryArgs {
    /// The filter the words ask for.
    pub fn filter(&self) -> Result<Filter, Fault> {
        let word = |word: &String| match word.strip_prefix(MINUS) {
            Some(rest) => format!("-{rest}"),
            None => word.clone(),
        };
        let text = self.query_words.iter().map(word).collect::<Vec<_>>().join(" ");
        query::parse(&text)
            .map_err(|errors| Fault::usage(format!("the query cannot be read.\n{}", query::explain(&text, &errors))))
    }
}

/// The arguments of a line, in which words such as `-quality:low` are kept from being taken for flags: where the verb takes
/// a query, a word with one minus and more than a letter is the query's, unless it is the value of a flag: a value glued to its flag
/// (`-oFILE`) would write a file where somebody meant a term.
pub fn shield_words(mut command: &Command, line: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let global: Vec<_> = command.get_arguments().filter(|argument| argument.is_global_set()).collect();
    let mut shielded = Vec::new();
    let (mut is_value, mut ended) = (true, false);
    for argument in line {
        let text = argument.to_str().filter(|_| !is_value && !ended).unwrap_or_default();
        is_value = false;
        ended |= text == "--";
        let takes_value = |name: &str| {
            let is = |argument: &&&clap::Arg| flag_of(argument, name);
            let own: Vec<_> = command.get_arguments().collect();
            own.iter().chain(&global).find(is).is_some_and(|argument| argument.get_action().takes_values())
        };
        if text.starts_with("--") {
            is_value = takes_value(text);
        } else if let Some(word) = text.strip_prefix('-').filter(|_| takes_query(command)) {
            let flag: String = text.chars().take(2).collect();
            if word.chars().count() == 1 {
                is_value = takes_value(&flag);
            } else {
                shielded.push(format!("{MINUS}{word}").into());
                continue;
            }
        } else if let Some(verb) = command.find_subcommand(text).filter(|_| !text.is_empty()) {
            command = verb;
        }
        shielded.push(argument);
    }
    shielded
}

fn flag_of(argument: &clap::Arg, name: &str) -> bool {
    let long = argument.get_long().is_some_and(|long| name.strip_prefix("--") == Some(long));
    long || argument.get_short().is_some_and(|short| name.strip_prefix('-') == Some(short.to_string().as_str()))
}

fn takes_query(command: &Command) -> bool {
    command.get_positionals().any(|argument| argument.get_id() == "query_words")
}
