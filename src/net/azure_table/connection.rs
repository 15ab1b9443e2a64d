//! How an account of Azure Storage is named and unlocked: a connection string as the portal shows it, or the address of a
//! table service with a shared access signature. Must not put a key or a signature into a sentence.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::net::address::{Place, unescaped};
use crate::net::secret::Secret;
use crate::net::wire_error::{WireError, WireKind};

/// The account of the emulator and its key, which its documentation publishes.
const EMULATOR: (&str, &str) =
    ("devstoreaccount1", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==");

/// Where the emulator's tables are.
const EMULATOR_ENDPOINT: &str = "http://127.0.0.1:10002/devstoreaccount1";

/// What unlocks an account.
#[derive(Clone, PartialEq, Eq)]
pub enum Lock {
    /// The account's key, which signs every request.
    Key(Vec<u8>),
    /// A signature that is sent with every request.
    Signature(Secret),
}

impl std::fmt::Debug for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key(..)",
            Self::Signature(_) => "Signature(..)",
        })
    }
}

/// An account, and what unlocks it.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// The account's name.
    pub account: String,
    /// Where its tables are, without a slash at the end.
    pub endpoint: String,
    /// What unlocks it.
    pub lock: Lock,
    /// The table that the address or the signature names.
    pub table: Option<String>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// The parts of a connection string that count here.
#[derive(Default)]
struct Parts<'a> {
    account: Option<&'a str>,
    key: Option<&'a str>,
    signature: Option<&'a str>,
    endpoint: Option<&'a str>,
    suffix: Option<&'a str>,
    protocol: Option<&'a str>,
    emulator: bool,
}

impl Connection {
    /// Reads a connection string, or an address with a signature.
    pub fn read(text: &Secret) -> Result<Self, WireError> {
        let text = text.reveal().trim();
        let address = ["https://", "http://"]
            .iter()
            .any(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
        let connection = if address { of_address(text)? } else { Parts::read(text)?.connection()? };
        place(&connection.endpoint)?.check()?;
        Ok(connection)
    }

    /// What the signature says of itself, such as `sp` (what it allows) or `se` (until when).
    pub fn signed(&self, name: &str) -> Option<String> {
        let Lock::Signature(signature) = &self.lock else { return None };
        query_value(signature.reveal(), name)
    }
}

fn fault(sentence: impl Into<String>) -> WireError {
    WireError::new(WireKind::Settings, sentence)
}

fn place(endpoint: &str) -> Result<Place, WireError> {
    Place::of(endpoint)
        .ok_or_else(|| fault("The address of the table service in the connection string cannot be read."))
}

fn query_value(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| unescaped(value))
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Result<Self, WireError> {
        let mut parts = Self::default();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                return Err(fault(
                    "The connection string cannot be read: each of its parts is a name, = and a value. Copy it whole \
                     from the storage account's page “Access keys”.",
                ));
            };
            let value = Some(value.trim()).filter(|value| !value.is_empty());
            match name.trim().to_ascii_lowercase().as_str() {
                "accountname" => parts.account = value,
                "accountkey" => parts.key = value,
                "sharedaccesssignature" => parts.signature = value,
                "tableendpoint" => parts.endpoint = value,
                "endpointsuffix" => parts.suffix = value,
                "defaultendpointsprotocol" => parts.protocol = value,
                "usedevelopmentstorage" => parts.emulator = value.is_some_and(|on| on.eq_ignore_ascii_case("true")),
                // The other services of the account.
                _ => {}
            }
        }
        Ok(parts)
    }

    fn connection(self) -> Result<Connection, WireError> {
        let (account, key) = match self {
            Self { emulator: true, .. } => (Some(EMULATOR.0), Some(EMULATOR.1)),
            Self { account, key, .. } => (account, key),
        };
        let endpoint = match (self.endpoint, account) {
            (Some(endpoint), _) => endpoint.trim_end_matches('/').to_owned(),
            (None, Some(_)) if self.emulator => EMULATOR_ENDPOINT.to_owned(),
            (None, Some(account)) => {
                let suffix = self.suffix.unwrap_or("core.windows.net");
                format!("{}://{account}.table.{suffix}", self.protocol.unwrap_or("https"))
            }
            (None, None) => return Err(fault("The connection string names no account: it lacks AccountName.")),
        };
        if endpoint.contains(['?', '#']) {
            return Err(fault(
                "The TableEndpoint of the connection string has a query; put it into SharedAccessSignature.",
            ));
        }
        let account = account.map_or_else(|| account_of(&endpoint), |account| Ok(account.to_owned()))?;
        let lock = match (key, self.signature) {
            (Some(key), _) => Lock::Key(STANDARD.decode(key).map_err(|_| {
                fault(
                    "The AccountKey of the connection string is no base64; it may have been cut. Copy it whole from the \
                     storage account's page “Access keys”.",
                )
            })?),
            (None, Some(signature)) => Lock::Signature(Secret::new(signature.trim_start_matches('?'))),
            (None, None) => {
                return Err(fault("The connection string holds neither AccountKey nor SharedAccessSignature."));
            }
        };
        let table = match &lock {
            Lock::Signature(signature) => query_value(signature.reveal(), "tn"),
            Lock::Key(_) => None,
        };
        Ok(Connection { account, endpoint, lock, table })
    }
}

/// An address: the account's, or that of one of its tables.
fn of_address(text: &str) -> Result<Connection, WireError> {
    let (address, query) = text.split_once('?').unwrap_or((text, ""));
    if query_value(query, "sig").is_none() {
        return Err(fault(
            "The address has no signature (sig=), so the service would refuse it. Copy the whole table service SAS URL, or \
             use a connection string.",
        ));
    }
    let place = place(address)?;
    let Some((scheme, rest)) = address.split_once("://") else { return Err(fault("The address cannot be read.")) };
    let mut segments = rest.split('/').filter(|segment| !segment.is_empty());
    let host = segments.next().unwrap_or_default();
    let mut endpoint = format!("{}://{host}", scheme.to_ascii_lowercase());
    // A service that is named by number, as the emulator is, has the account in its path.
    if place.is_loopback() || place.host.parse::<std::net::IpAddr>().is_ok() {
        let Some(account) = segments.next() else { return Err(fault("The address names no account.")) };
        endpoint = format!("{endpoint}/{account}");
    }
    let table = segments.next().map(|table| table.trim_end_matches("()").to_owned());
    if segments.next().is_some() {
        return Err(fault("The address names more than an account and a table."));
    }
    let table = table.or_else(|| query_value(query, "tn"));
    Ok(Connection { account: account_of(&endpoint)?, endpoint, lock: Lock::Signature(Secret::new(query)), table })
}

/// The account that an address of a table service names: the last part of its path, else the first label of its host.
fn account_of(endpoint: &str) -> Result<String, WireError> {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let account = match rest.split_once('/') {
        Some((_, path)) => path.rsplit('/').next().unwrap_or_default().to_owned(),
        None => place(endpoint)?.host.split('.').next().unwrap_or_default().to_owned(),
    };
    if account.is_empty() { Err(fault("The connection string names no account.")) } else { Ok(account) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "Y2FuYXJ5";

    fn read(text: &str) -> Result<Connection, WireError> {
        Connection::read(&Secret::new(text))
    }

    fn parts(text: &str) -> (String, String, Option<String>) {
        let connection = read(text).unwrap();
        (connection.account, connection.endpoint, connection.table)
    }

    fn named(account: &str, endpoint: &str, table: Option<&str>) -> (String, String, Option<String>) {
        (account.to_owned(), endpoint.to_owned(), table.map(str::to_owned))
    }

    #[test]
    fn connection_strings_as_the_portal_shows_them() {
        let portal = format!(
            "DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey={KEY};EndpointSuffix=core.windows.net"
        );
        assert_eq!(parts(&portal), named("contoso", "https://contoso.table.core.windows.net", None));
        assert_eq!(read(&portal).unwrap().lock, Lock::Key(b"canary".to_vec()));
        let china = format!(" accountname = contoso ; ACCOUNTKEY={KEY};EndpointSuffix=core.chinacloudapi.cn; ");
        assert_eq!(parts(&china).1, "https://contoso.table.core.chinacloudapi.cn");
        let own = format!(
            "AccountName=a;AccountKey={KEY};TableEndpoint=http://127.0.0.1:7/a/;BlobEndpoint=http://x.example/"
        );
        assert_eq!(parts(&own), named("a", "http://127.0.0.1:7/a", None));
        let emulator = read("UseDevelopmentStorage=true").unwrap();
        assert_eq!((emulator.account.as_str(), emulator.endpoint.as_str()), (EMULATOR.0, EMULATOR_ENDPOINT));
        assert!(matches!(emulator.lock, Lock::Key(key) if key.len() == 64));
    }

    #[test]
    fn signatures_alone() {
        let sas = "sv=2019-02-02&tn=MarketplaceLeads&sp=r&se=2027-01-01T00%3A00%3A00Z&sig=a%2Bb%3D";
        let string = format!("TableEndpoint=https://contoso.table.core.windows.net/;SharedAccessSignature=?{sas}");
        assert_eq!(
            parts(&string),
            named("contoso", "https://contoso.table.core.windows.net", Some("MarketplaceLeads"))
        );
        let connection = read(&string).unwrap();
        assert_eq!(connection.lock, Lock::Signature(Secret::new(sas)), "as it was given, its escapes too");
        assert_eq!(connection.signed("SE").as_deref(), Some("2027-01-01T00:00:00Z"));
        assert_eq!(connection.signed("st"), None);
        for (path, table) in
            [("", "MarketplaceLeads"), ("/", "MarketplaceLeads"), ("/leads", "leads"), ("/leads()", "leads")]
        {
            let address = format!("https://Contoso.table.core.windows.net{path}?{sas}");
            assert_eq!(parts(&address).2.as_deref(), Some(table), "{path}");
            assert_eq!(parts(&address).0, "contoso");
        }
        let emulator = parts("http://127.0.0.1:10002/devstoreaccount1/leads?sig=x");
        assert_eq!(emulator, named("devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1", Some("leads")));
    }

    #[test]
    fn what_cannot_be_used_is_told_without_its_secrets() {
        for (text, words) in [
            ("canary", "cannot be read"),
            ("AccountName=canary", "neither AccountKey nor"),
            ("AccountKey=Y2FuYXJ5", "names no account"),
            ("AccountName=a;AccountKey=canary!", "no base64"),
            ("AccountName=a;AccountKey=Y2FuYXJ5;DefaultEndpointsProtocol=http", "in the clear"),
            ("AccountName=a;AccountKey=Y2FuYXJ5;TableEndpoint=https://b.example?sig=canary", "has a query"),
            ("AccountName=a canary;AccountKey=Y2FuYXJ5", "cannot be read"),
            ("https://a.example/?sp=r", "has no signature"),
            ("http://a.example/?sig=canary", "in the clear"),
            ("https://a.example/b/canary?sig=canary", "more than an account and a table"),
            ("http://127.0.0.1:1/?sig=canary", "names no account"),
            ("https://u:canary@a.example/?sig=canary", "cannot be read"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.kind, WireKind::Settings);
            assert!(error.sentence.contains(words), "{text}: {error}");
            assert!(!error.sentence.contains("canary") && !error.sentence.contains(KEY), "{error}");
        }
        let debug = format!("{:?}", read("https://a.example/?sig=canary").unwrap());
        assert!(!debug.contains("canary"), "{debug}");
    }
}
