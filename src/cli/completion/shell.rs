//! The shells: the script that makes each ask, the words as it hands them over, and candidates as it reads them. A value from
//! a lead is quoted where the shell does not quote it itself: whoever accepts a candidate must not run it.
//! Must not know what is completed.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::ValueEnum;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env;

use crate::cli::completion::VARIABLE;

/// A shell that completion is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash 4.4 or later completes best
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// PowerShell, also pwsh
    #[value(alias = "pwsh")]
    Powershell,
    /// Elvish
    Elvish,
}

/// The words of a line, as the program would be given them, and which of them is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The program's name first.
    pub words: Vec<OsString>,
    /// The place of the word at the cursor.
    pub at: usize,
    /// What of that word the shell keeps by itself, in bytes: bash breaks words at colons.
    kept: usize,
    /// The quote that the word stands in, still open.
    open: Option<char>,
}

const BASH: &str = include_str!("../../../assets/completion/leadbox.bash");
const ZSH: &str = include_str!("../../../assets/completion/leadbox.zsh");

impl Shell {
    /// The shell of a name or path, such as `$SHELL`.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_stem()?.to_str()?;
        let name = if name == "powershell_ise" { "powershell" } else { name };
        Self::from_str(name, false).ok()
    }

    /// What the shell is to read at its start. It finds the program by its path.
    pub fn script(self) -> Vec<u8> {
        let upstream: &dyn env::EnvCompleter = match self {
            Self::Bash => return BASH.as_bytes().to_vec(),
            Self::Zsh => return ZSH.as_bytes().to_vec(),
            Self::Fish => &env::Fish,
            Self::Powershell => &env::Powershell,
            Self::Elvish => &env::Elvish,
        };
        let mut script = Vec::new();
        // Writing into memory does not fail.
        let _ = upstream.write_registration(VARIABLE, "leadbox", "leadbox", "leadbox", &mut script);
        script
    }

    /// The line as the shell hands it over: its words, and where the cursor is.
    pub fn read(self, words: &[OsString]) -> Typed {
        let told = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok());
        let at = match self {
            Self::Bash | Self::Zsh | Self::Elvish => told.unwrap_or(words.len().saturating_sub(1)),
            Self::Fish | Self::Powershell => words.len().saturating_sub(1),
        };
        self.read_at(words, at)
    }

    fn read_at(self, words: &[OsString], at: usize) -> Typed {
        let mut words = words.to_vec();
        words.truncate(at + 1);
        // A word that is yet to begin.
        words.resize(at + 1, OsString::new());
        let mut line = Typed { words, at, kept: 0, open: None };
        if self == Self::Bash {
            line = line.glued();
        }
        if matches!(self, Self::Bash | Self::Zsh) {
            line = line.unquoted();
        }
        line
    }

    /// The candidates as the shell reads them.
    pub fn write(self, line: &Typed, found: &[CompletionCandidate]) -> Vec<u8> {
        let mut rows = Vec::with_capacity(found.len());
        for candidate in found {
            let value = candidate.get_value().to_string_lossy();
            let help = candidate.get_help().map(ToString::to_string);
            let help = help.as_deref().and_then(|help| help.lines().next()).unwrap_or_default();
            rows.push(match self {
                Self::Bash => {
                    let Some(rest) = value.get(line.kept..) else { continue };
                    quoted_for_bash(rest, line.open)
                }
                Self::Zsh => {
                    let value = value.replace('\\', "\\\\").replace(':', "\\:");
                    if help.is_empty() { value } else { format!("{value}:{}", help.replace('\\', "\\\\")) }
                }
                Self::Fish if help.is_empty() => value.into_owned(),
                Self::Fish => format!("{value}\t{help}"),
                Self::Powershell if help.is_empty() => quoted_for_powershell(&value),
                Self::Powershell => format!("{}\t{help}", quoted_for_powershell(&value)),
                Self::Elvish => value.into_owned(),
            });
        }
        let between = std::env::var("_CLAP_IFS").ok().filter(|_| self != Self::Fish && self != Self::Powershell);
        let between = between.as_deref().unwrap_or("\n");
        let mut text = rows.join(between);
        if matches!(self, Self::Fish | Self::Powershell) && !text.is_empty() {
            text.push('\n');
        }
        text.into_bytes()
    }
}

impl Typed {
    /// bash breaks words at `:` and `=`: they are put together again, and what stands before the last break is kept by bash.
    fn glued(self) -> Self {
        let is_break = |word: &OsStr| {
            let bytes = word.as_encoded_bytes();
            !bytes.is_empty() && bytes.iter().all(|byte| matches!(byte, b':' | b'='))
        };
        let mut glued: Vec<OsString> = Vec::new();
        let (mut joins, mut kept) = (false, 0);
        for (at, word) in self.words.iter().enumerate() {
            let breaks = at > 0 && is_break(word);
            if let Some(last) = glued.last_mut().filter(|_| at > 1 && (joins || breaks)) {
                kept = if breaks { last.len() + word.len() } else { last.len() };
                last.push(word);
            } else {
                kept = 0;
                glued.push(word.clone());
            }
            joins = breaks;
        }
        // An empty word behind a break is the break's own: the cursor stands right behind it.
        let at = glued.len().saturating_sub(1);
        Self { words: glued, at, kept, open: self.open }
    }

    /// The words without the quotes that the line is typed with.
    fn unquoted(mut self) -> Self {
        let mut kept = None;
        let words = std::mem::take(&mut self.words);
        let last = words.len().saturating_sub(1);
        for (at, word) in words.into_iter().enumerate() {
            let Some(text) = word.to_str() else {
                self.words.push(word);
                continue;
            };
            if at == last {
                kept = text.get(..self.kept).map(|before| unquote(before).0.len());
            }
            let (plain, open) = unquote(text);
            self.open = open;
            self.words.push(plain.into());
        }
        self.kept = kept.unwrap_or(self.kept);
        self
    }
}

/// A word as the shell would hand it to the program; the quote that is still open.
fn unquote(word: &str) -> (String, Option<char>) {
    let (mut plain, mut quote) = (String::new(), None);
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => plain.extend(chars.next()),
            (_, c) => plain.push(c),
        }
    }
    (plain, quote)
}

/// True for what no shell takes for more than a letter.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ',' | '/' | ':' | '=' | '+' | '%' | '@')
}

/// Within quotes that are open, what ends them or runs in them is quoted again.
fn quoted_for_bash(value: &str, open: Option<char>) -> String {
    let mut quoted = String::with_capacity(value.len());
    for c in value.chars() {
        let escaped = match open {
            None => !is_plain(c),
            Some('"') => matches!(c, '"' | '$' | '`' | '\\'),
            Some(_) => false,
        };
        if escaped {
            quoted.push('\\');
        }
        quoted.push_str(&if open == Some('\'') && c == '\'' { r"'\''".to_owned() } else { c.to_string() });
    }
    quoted
}

fn quoted_for_powershell(value: &str) -> String {
    let plain = value.chars().all(|c| is_plain(c) && !matches!(c, ',' | '@')) && !value.is_empty();
    if plain { value.to_owned() } else { format!("'{}'", value.replace('\'', "''").replace('’', "’’")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bash(words: &[&str]) -> (Vec<String>, usize, Option<char>) {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let line = Shell::Bash.read_at(&words, words.len() - 1);
        assert_eq!(line.at, line.words.len() - 1);
        (line.words.into_iter().map(|word| word.into_string().unwrap()).collect(), line.kept, line.open)
    }

    #[test]
    fn what_bash_breaks_at_colons_is_put_together() {
        for (words, last, kept) in [
            (&["leadbox", "list", "country", ":", "b"][..], "country:b", 8),
            (&["leadbox", "list", "country", ":"], "country:", 8),
            (&["leadbox", "list", "is", ":", "hot,ex"], "is:hot,ex", 3),
            (&["leadbox", "--db", "=", "/a/b"], "--db=/a/b", 5),
            (&["leadbox", "list", "is:hot", ""], "", 0),
            (&["leadbox", "list", "co"], "co", 0),
        ] {
            let (glued, at, _) = bash(words);
            assert_eq!((glued.last().map(String::as_str), at), (Some(last), kept), "{words:?}");
        }
        assert_eq!(bash(&["leadbox", "list", "is", ":", "hot", "cta", ":"]).0, ["leadbox", "list", "is:hot", "cta:"]);
    }

    #[test]
    fn quotes_of_the_line_are_taken_off() {
        assert_eq!(bash(&["leadbox", "--db", "'/my dir/x.db'", "High\\ q"]).0[2..], ["/my dir/x.db", "High q"]);
        assert_eq!(
            bash(&["leadbox", "--view", "'High q"]),
            (vec!["leadbox".into(), "--view".into(), "High q".into()], 0, Some('\''))
        );
    }

    #[test]
    fn a_shell_is_known_by_its_name_or_path() {
        for (path, shell) in [
            ("/usr/bin/zsh", Some(Shell::Zsh)),
            ("bash", Some(Shell::Bash)),
            ("/opt/pwsh", Some(Shell::Powershell)),
            ("powershell.exe", Some(Shell::Powershell)),
            ("1", None),
            ("", None),
            ("tcsh", None),
        ] {
            assert_eq!(Shell::of_path(Path::new(path)), shell, "{path}");
        }
    }

    #[test]
    fn no_value_can_run() {
        assert_eq!(quoted_for_bash("a b$(x)`;'é", None), "a\\ b\\$\\(x\\)\\`\\;\\'é");
        assert_eq!(quoted_for_powershell("it's $(x)"), "'it''s $(x)'");
        assert_eq!(quoted_for_powershell("is:hot"), "is:hot");
    }

    proptest! {
        #[test]
        fn bash_reads_back_what_is_quoted(text in "[a-zé '\"\\\\$;&|<>()*?#~`!-]{0,12}") {
            prop_assert_eq!(unquote(&quoted_for_bash(&text, None)), (text.clone(), None));
            prop_assert_eq!(unquote(&format!("'{}'", quoted_for_bash(&text, Some('\'')))), (text.clone(), None));
            prop_assert_eq!(unquote(&format!("\"{}\"", quoted_for_bash(&text, Some('"')))), (text, None));
        }
    }
}
