//! The `[hooks]` table: which programs of the seller's are told what happens to a lead, and for how long and how many at most.
//! Must not run or look for one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use crate::domain::hooks::Event;
use crate::shell::config::Fault;
use crate::shell::hooks::HookSettings;

/// A run may take an hour at most.
const MOST_SECONDS: i64 = 3600;

/// A program may be run for so many leads at once at most.
const MOST_LEADS: i64 = 100_000;

/// The table as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HooksTable {
    on_receive: Option<Spanned<Vec<String>>>,
    on_hot_4h: Option<Spanned<Vec<String>>>,
    on_accept: Option<Spanned<Vec<String>>>,
    on_decline: Option<Spanned<Vec<String>>>,
    on_won: Option<Spanned<Vec<String>>>,
    on_lost: Option<Spanned<Vec<String>>>,
    timeout_seconds: Option<Spanned<i64>>,
    most: Option<Spanned<i64>>,
}

/// Its part of the file that `config init` writes.
pub(super) const DEFAULT: &str = r#"
# Programs of yours that are told what happens to a lead, each with its arguments; no shell reads them. The lead is on stdin, as
# leadbox show --json prints it; LEADBOX_EVENT, LEADBOX_LEAD and LEADBOX_DB are in the environment. on_hot_4h: an untouched hot
# lead is cold in less than four hours. One run may take timeout_seconds; of many leads at once it is run for "most" of them.
# With a program here nobody else may be able to write or replace this file.
#[hooks]
#  on_receive = ["~/bin/lead-came"]
#  on_hot_4h = ["notify-send", "A lead goes cold"]
#  on_accept = ["~/bin/to-crm", "--open"]
#  on_decline = ["~/bin/to-crm", "--close"]
#  on_won = ["~/bin/to-crm", "--won"]
#  on_lost = ["~/bin/to-crm", "--lost"]
#timeout_seconds = 10
#most = 100
"#;

impl HooksTable {
    pub(super) fn check(self) -> Result<HookSettings, Fault> {
        let programs = [
            (Event::Receive, self.on_receive),
            (Event::Cooling, self.on_hot_4h),
            (Event::Accept, self.on_accept),
            (Event::Decline, self.on_decline),
            (Event::Won, self.on_won),
            (Event::Lost, self.on_lost),
        ];
        let mut settings = HookSettings { programs: BTreeMap::new(), ..HookSettings::default() };
        for (event, words) in programs {
            if let Some(words) = words {
                settings.programs.insert(event, program(event, words)?);
            }
        }
        if let Some(seconds) = self.timeout_seconds {
            settings.timeout = Duration::from_secs(within("timeout_seconds", &seconds, MOST_SECONDS)?);
        }
        if let Some(most) = self.most {
            settings.most = usize::try_from(within("most", &most, MOST_LEADS)?).unwrap_or(usize::MAX);
        }
        Ok(settings)
    }
}

fn program(event: Event, words: Spanned<Vec<String>>) -> Result<Vec<String>, Fault> {
    let key = event.word();
    let first = words.get_ref().first().map(|word| word.trim());
    if first.is_none_or(str::is_empty) || words.get_ref().iter().any(|word| word.contains('\0')) {
        let sentence = format!("{key}: write the program and its arguments, such as [\"notify-send\", \"A lead\"].");
        return Err((words.span().start, sentence));
    }
    if first.is_some_and(|first| first.contains('/') && !first.starts_with('/') && !first.starts_with("~/")) {
        // Which program that is would depend on where leadbox is started.
        let sentence = format!("{key}: write the whole path of the program, from / or ~/, or its bare name.");
        return Err((words.span().start, sentence));
    }
    Ok(words.into_inner())
}

fn within(key: &str, number: &Spanned<i64>, most: i64) -> Result<u64, Fault> {
    let fits = u64::try_from(*number.get_ref()).ok().filter(|_| (1..=most).contains(number.get_ref()));
    fits.ok_or_else(|| (number.span().start, format!("{key} is a whole number from 1 to {most}.")))
}

/// The effective table, as `config show` prints it.
pub(super) fn show(settings: &HookSettings) -> String {
    let mut text = "\n[hooks]\n".to_owned();
    for (event, words) in &settings.programs {
        let words: Vec<_> = words.iter().map(|word| toml::Value::from(word.as_str()).to_string()).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} = [{}]", event.word(), words.join(", "));
    }
    let _ = writeln!(text, "timeout_seconds = {}\nmost = {}", settings.timeout.as_secs(), settings.most);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::config::Config;

    fn read(text: &str) -> Result<HookSettings, String> {
        let config = Config::parse(format!("\n[hooks]\n{text}\n").as_bytes(), "c.toml");
        config.map(|config| (*config.hooks).clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_read_is_shown_and_reads_back() {
        let every = Event::ALL.map(|event| format!("{} = [\"~/b \\\" b\", \"\", \"-x\"]\n", event.word())).concat();
        let settings = read(&format!("{every}timeout_seconds = 3600\nmost = 1")).unwrap();
        assert_eq!(settings.programs.len(), Event::ALL.len());
        assert!(settings.programs.values().all(|words| *words == ["~/b \" b", "", "-x"]));
        assert_eq!((settings.timeout.as_secs(), settings.most), (3600, 1));
        for settings in [settings, HookSettings::default()] {
            assert_eq!(*Config::parse(show(&settings).as_bytes(), "c.toml").unwrap().hooks, settings);
        }
    }

    #[test]
    fn slips_are_named() {
        for (text, words) in [
            ("on_accept = []", "line 3: on_accept: write the program and its arguments"),
            ("on_won = [\" \", \"a\"]", "on_won: write the program"),
            ("on_lost = [\"a\\u0000b\"]", "on_lost: write the program"),
            ("on_won = [\"bin/a\"]", "line 3: on_won: write the whole path of the program"),
            ("on_won = [\"./a\"]", "on_won: write the whole path"),
            ("on_receive = \"sh -c x\"", "line 3: invalid type: string"),
            ("timeout_seconds = 0", "line 3: timeout_seconds is a whole number from 1 to 3600."),
            ("most = -1", "line 3: most is a whole number from 1 to 100000."),
            ("on_undo = [\"a\"]", "line 3: unknown field `on_undo`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
