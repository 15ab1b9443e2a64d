//! Keys that say where a secret is, `..._env` and `..._file`: never the secret itself. Shared by every table that has one.
//! Must not read the secret.

use std::path::PathBuf;

use toml::Spanned;

use crate::shell::config::Fault;
use crate::shell::secret::SecretPlace;

/// Where the secret of `key` is, as two keys of a table say; `what` names it in sentences.
pub(super) fn place(
    key: &str,
    what: &str,
    env: Option<Spanned<String>>,
    file: Option<Spanned<String>>,
) -> Result<Option<SecretPlace>, Fault> {
    match (env, file) {
        (Some(_), Some(file)) => Err((file.span().start, format!("{key}_env and {key}_file are both set; keep one."))),
        (Some(name), None) => variable(key, what, &name).map(Some),
        (None, Some(path)) if path.get_ref().trim().is_empty() => {
            Err((path.span().start, format!("{key}_file is blank.")))
        }
        (None, Some(path)) => Ok(Some(SecretPlace::File(PathBuf::from(path.into_inner())))),
        (None, None) => Ok(None),
    }
}

/// The same as `config show` prints it; nothing where no key is set.
pub(super) fn show(key: &str, place: Option<&SecretPlace>) -> String {
    let line = |end: &str, text: &str| format!("{key}_{end} = {}\n", toml::Value::from(text));
    match place {
        Some(SecretPlace::Env(name)) => line("env", name),
        Some(SecretPlace::File(path)) => line("file", &path.to_string_lossy()),
        None => String::new(),
    }
}

/// A name of an environment variable. What holds more than a name is told without repeating it: it may be the secret itself.
fn variable(key: &str, what: &str, name: &Spanned<String>) -> Result<SecretPlace, Fault> {
    let text = name.get_ref();
    let fits = !text.is_empty()
        && text.len() <= 100
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if fits {
        return Ok(SecretPlace::Env(text.clone()));
    }
    let why = format!("{key}_env is the name of an environment variable that holds the {what}, not the {what} itself.");
    Err((name.span().start, why))
}
