//! One page of a table: the question, signed, and the answer as entities and the mark that the next page begins at. Pages come
//! in the order of their keys, never of their time; a page may be empty and yet not the last.
//! Must not read what an entity says.

use serde::{Deserialize, Serialize};

use crate::domain::lead::Moment;
use crate::domain::moment::rfc3339;
use crate::formats::json_value::Json;
use crate::net::address::escaped;
use crate::net::azure_table::connection::{Connection, Lock};
use crate::net::azure_table::refusal::refusal;
use crate::net::azure_table::signing::shared_key;
use crate::net::client::Client;
use crate::net::message::{Answer, Method, Request, to_http_date};
use crate::net::wire_error::{WireError, WireKind};

/// The version of the service that is spoken. One of 2013 or later answers in JSON.
const VERSION: &str = "2019-02-02";

/// The most a service answers in one page.
const PAGE: u32 = 1000;

/// A table of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    connection: Connection,
    name: String,
}

/// Where the next page begins, as the service said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Of the first entity's partition.
    pub partition: String,
    /// Of its row, if it was named.
    pub row: Option<String>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its entities.
    pub entities: Vec<Json>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Mark>,
    /// The service's own time.
    pub date: Option<Moment>,
}

/// `Err`: why a table cannot be called so.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    let fits = (3..=63).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric());
    if fits { Ok(()) } else { Err("a table's name is 3 to 63 letters and digits, a letter first") }
}

impl Table {
    /// A table of an account; its name must have been checked.
    pub fn new(connection: Connection, name: String) -> Self {
        Self { connection, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is known by in the store: its address without any secret. Names of tables have no letter case.
    pub fn source(&self) -> String {
        format!("azure-table {}/{}", self.connection.endpoint, self.name.to_lowercase())
    }

    /// Asks for the page that begins at a mark: of all entities, or of those stored at `since` or later.
    pub fn page(&self, client: &Client<'_>, since: Option<Moment>, mark: Option<&Mark>) -> Result<Page, WireError> {
        let answer = client.send(&self.request(since, mark, client.pace().wire_now()))?;
        if answer.status != 200 {
            return Err(refusal(&answer, &self.connection, &self.name, client.pace().wire_now()));
        }
        self.read(&answer)
    }

    fn request(&self, since: Option<Moment>, mark: Option<&Mark>, now: Moment) -> Request {
        let connection = &self.connection;
        let mut query = vec![("$top", PAGE.to_string())];
        query.extend(since.map(|since| ("$filter", format!("Timestamp ge datetime'{}'", rfc3339(since)))));
        if let Some(mark) = mark {
            query.push(("NextPartitionKey", mark.partition.clone()));
            query.extend(mark.row.clone().map(|row| ("NextRowKey", row)));
        }
        let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let whole = format!("{}/{}()", connection.endpoint, self.name);
        let date = to_http_date(now);
        let mut address = format!("{whole}?{}", query.join("&"));
        let mut signed = None;
        match &connection.lock {
            Lock::Key(key) => signed = Some(shared_key(&connection.account, key, &date, path_of(&whole))),
            Lock::Signature(signature) => address = format!("{address}&{}", signature.reveal()),
        }
        let request = Request::new(Method::Get, address)
            .header("x-ms-date", date)
            .header("x-ms-version", VERSION)
            .header("Accept", "application/json;odata=nometadata")
            .header("DataServiceVersion", "3.0;NetFx");
        match signed {
            Some(signed) => request.header("Authorization", signed),
            None => request,
        }
    }

    fn read(&self, answer: &Answer) -> Result<Page, WireError> {
        let odd = |why: &str| {
            let sentence = format!(
                "{} answers {why}, so it may not be a table service. Check the address in the connection string.",
                self.connection.endpoint
            );
            WireError::new(WireKind::Refused, sentence)
        };
        let text = std::str::from_utf8(&answer.body).map_err(|_| odd("what is no text"))?;
        let whole = Json::parse(text).map_err(|_| odd("what is no JSON"))?;
        let Some(Json::List(entities)) = whole.get("value").cloned() else { return Err(odd("no list of entities")) };
        let header = |name| answer.header(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let row = header("x-ms-continuation-NextRowKey");
        let next = header("x-ms-continuation-NextPartitionKey").map(|partition| Mark { partition, row });
        Ok(Page { entities, next, date: answer.date() })
    }
}

/// The path of an address that has no query.
fn path_of(address: &str) -> &str {
    let authority = address.find("://").map_or(0, |at| at + 3);
    let path = address.get(authority..).and_then(|rest| rest.find('/')).map(|at| authority + at);
    path.and_then(|at| address.get(at..)).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::net::secret::Secret;

    fn table(connection: &str) -> Table {
        Table::new(Connection::read(&Secret::new(connection)).unwrap(), "marketplaceleads".to_owned())
    }

    fn answer(headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Answer { status: 200, headers, body: body.as_bytes().to_vec(), tries: 1 }
    }

    #[test]
    fn a_page_is_asked_for_with_a_key() {
        let table = table("UseDevelopmentStorage=true");
        let noon = parse("2026-11-20T12:00:00Z").unwrap();
        let mark = Mark { partition: "a b/ü".to_owned(), row: Some("r&1".to_owned()) };
        let request = table.request(Some(noon), Some(&mark), noon);
        assert_eq!(
            request.address,
            "http://127.0.0.1:10002/devstoreaccount1/marketplaceleads()?$top=1000\
             &$filter=Timestamp%20ge%20datetime%272026-11-20T12%3A00%3A00Z%27\
             &NextPartitionKey=a%20b%2F%C3%BC&NextRowKey=r%261"
        );
        let header =
            |name: &str| request.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        assert_eq!(header("x-ms-date"), Some("Fri, 20 Nov 2026 12:00:00 GMT"));
        // The query is no part of what is signed.
        let signed = "SharedKey devstoreaccount1:Vb2921UjgMPzZBLe1K/+bn2ZmHjx2oKjvJ5vfqHNTyE=";
        assert_eq!(header("Authorization"), Some(signed));
        assert_eq!(table.source(), "azure-table http://127.0.0.1:10002/devstoreaccount1/marketplaceleads");
    }

    #[test]
    fn a_page_is_asked_for_with_a_signature() {
        let table = table("https://contoso.table.core.windows.net/?sv=2019-02-02&sig=a%2Bb%3D");
        let request = table.request(None, None, Moment::default());
        assert_eq!(
            request.address,
            "https://contoso.table.core.windows.net/marketplaceleads()?$top=1000&sv=2019-02-02&sig=a%2Bb%3D"
        );
        assert!(request.headers.iter().all(|(name, _)| *name != "Authorization"));
        assert!(!table.source().contains("sig"), "{}", table.source());
    }

    #[test]
    fn a_page_tells_where_the_next_begins() {
        let table = table("UseDevelopmentStorage=true");
        let headers = [
            ("X-MS-Continuation-nextpartitionkey", "1!8!YQ--"),
            ("x-ms-continuation-NextRowKey", "1!4!cg--"),
            ("date", "Fri, 20 Nov 2026 12:00:00 GMT"),
        ];
        let page = table.read(&answer(&headers, "{\"value\":[{\"a\":1},{}]}")).unwrap();
        assert_eq!((page.entities.len(), page.date), (2, parse("2026-11-20T12:00:00Z")));
        assert_eq!(page.next, Some(Mark { partition: "1!8!YQ--".into(), row: Some("1!4!cg--".into()) }));
        let page = table.read(&answer(&headers[..1], "{\"odata.metadata\":\"x\",\"value\":[]}")).unwrap();
        assert_eq!(page.next, Some(Mark { partition: "1!8!YQ--".into(), row: None }), "empty and yet not the last");
        assert_eq!(table.read(&answer(&headers[1..], "{\"value\":[]}")).unwrap().next, None);
        for odd in ["", "<html>", "{}", "[]", "{\"value\":{}}"] {
            assert_eq!(table.read(&answer(&[], odd)).unwrap_err().kind, WireKind::Refused, "{odd}");
        }
    }

    #[test]
    fn names_of_tables() {
        for fine in ["abc", "marketplaceleads", "A23", &"a".repeat(63)] {
            assert!(check_name(fine).is_ok(), "{fine}");
        }
        for bad in ["", "ab", "1abc", "a-bc", "a/b/c", "äbc", "abc()", &"a".repeat(64)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
