//! The `[receiver]` table: where `leadbox serve` listens, how it is reached, and where its tokens are. A token never stands in
//! it, only its hash may. Must not read a secret: `shell::receiving` does.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use crate::net::receiver::{Limits, MOST_TOKENS, ReceiverSettings, TlsFiles, TokenHash, TokenSource};
use crate::shell::config::{Fault, OneOrMore};
use crate::shell::files::whole_path;

/// The table as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReceiverTable {
    listen: Option<Spanned<String>>,
    tls_cert: Option<Spanned<PathBuf>>,
    tls_key: Option<Spanned<PathBuf>>,
    behind_proxy: bool,
    token_file: Option<Spanned<PathBuf>>,
    token_env: Option<Spanned<String>>,
    token_hash: Option<Spanned<OneOrMore>>,
    requests_per_second: Option<Spanned<i64>>,
    burst: Option<Spanned<i64>>,
}

/// Its part of the file that `config init` writes.
pub(super) const DEFAULT: &str = r#"
# leadbox serve: where it listens; any other address than this machine's own needs a certificate and its key (PEM; the key is
# 0600), or a proxy that speaks TLS. The flags of the same names win.
#[receiver]
#listen = "127.0.0.1:8787"
#  tls_cert = "/etc/leadbox/cert.pem"
#  tls_key = "/etc/leadbox/key.pem"
#behind_proxy = false
# Where its tokens are, instead of the file that leadbox serve --new-token writes beside the store: a file (0600) or an
# environment variable with one or two tokens, or their SHA-256 hashes here.
#  token_file = "/etc/leadbox/token"
#  token_env = "LEADBOX_TOKEN"
#  token_hash = "sha256:…"
# How often one token may deliver, in the long run and at once.
#requests_per_second = 20
#burst = 200
"#;

/// An address to listen on; a name other than `localhost` is none, because it may mean several.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let whole = text
        .trim()
        .strip_prefix("localhost:")
        .map_or_else(|| text.trim().to_owned(), |port| format!("127.0.0.1:{port}"));
    whole.parse().map_err(|_| {
        let shown: String = text.chars().take(60).collect();
        format!("“{shown}” is no address to listen on; 127.0.0.1:8787 and [::1]:8787 are.")
    })
}

impl ReceiverTable {
    pub(super) fn check(self) -> Result<ReceiverSettings, Fault> {
        let mut settings = ReceiverSettings::default();
        if let Some(listen) = &self.listen {
            settings.listen =
                address(listen.get_ref()).map_err(|why| (listen.span().start, format!("receiver.listen: {why}")))?;
        }
        settings.tls = match (self.tls_cert, self.tls_key) {
            (Some(cert), Some(key)) => {
                let [cert, key] = [cert, key].map(|path| whole_path(path.get_ref()));
                Some(TlsFiles { cert, key })
            }
            (None, None) => None,
            (Some(alone), None) | (None, Some(alone)) => {
                let why = "receiver.tls_cert and receiver.tls_key go together.".to_owned();
                return Err((alone.span().start, why));
            }
        };
        settings.behind_proxy = self.behind_proxy;
        settings.tokens = tokens(self.token_file, self.token_env, self.token_hash)?;
        let rate = |name: &str, value: Option<Spanned<i64>>, default: u32| {
            let Some(value) = value else { return Ok(default) };
            u32::try_from(*value.get_ref()).ok().filter(|rate| (1..=1_000_000).contains(rate)).ok_or_else(|| {
                let why = format!("receiver.{name} is {}; it is a whole number from 1 to 1000000.", value.get_ref());
                (value.span().start, why)
            })
        };
        let Limits { per_second, burst, .. } = settings.limits;
        settings.limits.per_second = rate("requests_per_second", self.requests_per_second, per_second)?;
        settings.limits.burst = rate("burst", self.burst, burst)?;
        Ok(settings)
    }
}

fn tokens(
    file: Option<Spanned<PathBuf>>,
    env: Option<Spanned<String>>,
    hash: Option<Spanned<OneOrMore>>,
) -> Result<TokenSource, Fault> {
    let mut sources = Vec::new();
    if let Some(file) = file {
        sources.push((file.span().start, TokenSource::File(whole_path(&file.into_inner()))));
    }
    if let Some(env) = env {
        sources.push((env.span().start, TokenSource::Env(env.into_inner())));
    }
    if let Some(hash) = hash {
        let at = hash.span().start;
        let words = match hash.into_inner() {
            OneOrMore::One(word) => vec![word],
            OneOrMore::More(words) => words,
        };
        let hashes: Option<Vec<_>> = words.iter().map(|word| TokenHash::parse(word)).collect();
        let hashes = hashes.filter(|hashes| (1..=MOST_TOKENS).contains(&hashes.len()));
        let why = || (at, "receiver.token_hash is one hash or two: sha256: and 64 hexadecimal digits.".to_owned());
        sources.push((at, TokenSource::Hashes(hashes.ok_or_else(why)?)));
    }
    match sources.len() {
        0 => Ok(TokenSource::Own),
        1 => Ok(sources.remove(0).1),
        _ => Err((
            sources[1].0,
            "receiver: the tokens are in one place: token_file, token_env or token_hash.".to_owned(),
        )),
    }
}

/// The effective table, as `config show` prints it.
pub(super) fn show(settings: &ReceiverSettings) -> String {
    let text = |text: &str| toml::Value::from(text).to_string();
    let path = |path: &PathBuf| text(&path.to_string_lossy());
    let mut lines = vec![("listen", text(&settings.listen.to_string()))];
    if let Some(tls) = &settings.tls {
        lines.extend([("tls_cert", path(&tls.cert)), ("tls_key", path(&tls.key))]);
    }
    lines.push(("behind_proxy", settings.behind_proxy.to_string()));
    match &settings.tokens {
        TokenSource::Own => {}
        TokenSource::File(file) => lines.push(("token_file", path(file))),
        TokenSource::Env(name) => lines.push(("token_env", text(name))),
        TokenSource::Hashes(hashes) => {
            let words: Vec<_> = hashes.iter().map(|hash| text(&hash.word())).collect();
            lines.push(("token_hash", format!("[{}]", words.join(", "))));
        }
    }
    lines.push(("requests_per_second", settings.limits.per_second.to_string()));
    lines.push(("burst", settings.limits.burst.to_string()));
    lines.iter().fold("\n[receiver]\n".to_owned(), |mut shown, (key, value)| {
        // Writing to a String cannot fail.
        let _ = writeln!(shown, "{key} = {value}");
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::config::Config;

    fn read(text: &str) -> Result<Config, String> {
        Config::parse(text.as_bytes(), "c.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn the_table_is_read_and_shown() {
        let hash = TokenHash::of("x").word();
        let text = format!(
            "[receiver]\nlisten = \"[::]:443\"\ntls_cert = \"c\"\ntls_key = \"k\"\nbehind_proxy = true\n\
             token_hash = \"{hash}\"\nrequests_per_second = 5\nburst = 7\n"
        );
        let config = read(&text).unwrap();
        let receiver = &config.receiver;
        assert_eq!(receiver.listen, "[::]:443".parse().unwrap());
        assert_eq!((receiver.limits.per_second, receiver.limits.burst, receiver.behind_proxy), (5, 7, true));
        assert_eq!(receiver.tokens, TokenSource::Hashes(vec![TokenHash::of("x")]));
        assert_eq!(read(&config.show()).unwrap(), config);
        for line in ["token_file = \"/t\"", "token_env = \"T\"", "listen = \"localhost:1\""] {
            let config = read(&format!("[receiver]\n{line}\n")).unwrap();
            assert_eq!(read(&config.show()).unwrap(), config, "{line}");
        }
    }

    #[test]
    fn a_slip_is_named_with_its_line() {
        for (text, says) in [
            ("listen = \"leads.example:80\"", "no address to listen on"),
            ("tls_key = \"k\"", "go together"),
            ("token_hash = \"abc\"", "64 hexadecimal digits"),
            ("token_env = \"T\"\ntoken_file = \"F\"", "in one place"),
            ("burst = 0", "from 1 to 1000000"),
            ("token = \"abc\"", "unknown field `token`"),
        ] {
            let error = read(&format!("[receiver]\n{text}\n")).unwrap_err();
            assert!(error.contains(says) && (error.contains("line 2") || error.contains("line 3")), "{error}");
        }
    }
}
