//! What each request is answered, as the README says it, and that nothing is stored where it is no lead.

use leadbox::domain::quarantine::Room;
use leadbox::net::receiver::Limits;
use serde_json::json;

use crate::receiver::host::{Answer, Host, TOKEN, lead, post, request};
use crate::samples;

fn host() -> Host {
    Host::start(Limits::default())
}

#[test]
fn a_delivery_is_stored_before_it_is_answered_and_a_second_one_is_the_same_lead() {
    let host = host();
    let first = host.post(&lead("ana@x.example"));
    assert_eq!((first.status, first.json()), (200, json!({ "lead": 1, "new": true })));
    let stored = host.store().lead(leadbox::domain::lead::LeadId(1)).unwrap().unwrap();
    assert_eq!(stored.record.person.email.as_deref(), Some("ana@x.example"));
    assert_eq!(stored.record.created_at, samples::now(), "it was created when it was delivered");
    assert_eq!(host.store().last_delivery().unwrap(), Some(samples::now()));
    let again = host.post(&lead("ana@x.example"));
    assert_eq!((again.status, again.json()), (200, json!({ "lead": 1, "new": false })));
    let list = host.post(&format!("[{},{}]", lead("ana@x.example"), lead("bo@x.example")));
    assert_eq!(list.json(), json!({ "leads": [{ "lead": 1, "new": false }, { "lead": 2, "new": true }] }));
    assert_eq!((host.store().count().unwrap(), host.store().quarantine_count().unwrap()), (2, 0));
}

/// Every request that brings no lead, with its answer.
fn refused() -> Vec<(&'static str, u16, Vec<u8>)> {
    let body = lead("never@x.example");
    let with =
        |fields: &[&str], body: &str| request(&format!("POST /leads/{TOKEN} HTTP/1.1"), fields, body).into_bytes();
    let raw = |line: &str, fields: &[&str]| {
        format!("{line}\r\nHost: x\r\n{}\r\n\r\n{body}", fields.join("\r\n")).into_bytes()
    };
    let length = format!("Content-Length: {}", body.len());
    let to = format!("POST /leads/{TOKEN} HTTP/1.1");
    let old = format!("POST /leads/{TOKEN} HTTP/1.0");
    let many: Vec<String> = (0..70).map(|n| format!("X-{n}: y")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let long = format!("X-Long: {}", "x".repeat(9000));
    vec![
        ("wrong token", 404, post(&"0".repeat(64), &body).into_bytes()),
        ("no token", 404, request("POST /leads HTTP/1.1", &[], &body).into_bytes()),
        ("unknown path", 404, request("POST /elsewhere HTTP/1.1", &[], &body).into_bytes()),
        ("token on another path", 404, request(&format!("POST /other/{TOKEN} HTTP/1.1"), &[], &body).into_bytes()),
        ("a good beginning", 404, post(TOKEN.split_at(31).0, &body).into_bytes()),
        ("GET", 405, request(&format!("GET /leads/{TOKEN} HTTP/1.1"), &[], "").into_bytes()),
        ("PUT elsewhere", 405, request("PUT / HTTP/1.1", &[], &body).into_bytes()),
        ("OPTIONS", 405, request(&format!("OPTIONS /leads/{TOKEN} HTTP/1.1"), &[], "").into_bytes()),
        ("plain text", 415, with(&["Content-Type: text/plain"], &body)),
        ("a form", 415, with(&["Content-Type: application/x-www-form-urlencoded"], &body)),
        ("compressed", 415, with(&["Content-Encoding: gzip"], &body)),
        ("one megabyte", 413, with(&[], &format!("\"{}\"", "x".repeat(1024 * 1024)))),
        ("nothing", 400, with(&[], " \r\n")),
        ("two lengths", 400, raw(&to, &[&length, &length])),
        ("two lengths that differ", 400, raw(&to, &[&length, "Content-Length: 7"])),
        ("length and chunks", 400, raw(&to, &[&length, "Transfer-Encoding: chunked"])),
        ("chunks and length", 400, raw(&to, &["Transfer-Encoding: chunked", &length])),
        ("another encoding", 400, raw(&to, &["Transfer-Encoding: gzip, chunked"])),
        ("HTTP/1.0 that goes on", 400, raw(&old, &[&length, "Connection: keep-alive"])),
        ("no HTTP", 400, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n".to_vec()),
        ("bare line breaks", 400, format!("{to}\nHost: x\n{length}\n\n{body}").into_bytes()),
        ("a folded line", 400, raw(&to, &["X: a\r\n b", &length])),
        ("many lines", 431, raw(&to, &[&many[..], &[&length]].concat())),
        ("a long line", 431, raw(&to, &[&long, &length])),
    ]
}

#[test]
fn what_is_no_delivery_gets_its_answer_and_nothing_is_stored() {
    let host = host();
    let mut not_found: Vec<Answer> = Vec::new();
    for (what, status, bytes) in refused() {
        let mut client = host.connect();
        client.send(&bytes);
        let answer = client.answer();
        assert_eq!(answer.status, status, "{what}: {answer:?}");
        assert!(client.rest().is_empty(), "{what}: the connection ends");
        assert!(!answer.body.contains("never@"), "{what}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{what}");
        if status == 405 {
            assert_eq!(answer.header("allow"), Some("POST"), "{what}");
        }
        not_found.extend(Some(answer).filter(|answer| answer.status == 404));
    }
    assert!(not_found.windows(2).all(|two| two[0] == two[1]), "nobody learns whether path or token was wrong");
    assert_eq!((host.store().count().unwrap(), host.store().quarantine_count().unwrap()), (0, 0));
    let lines = host.machine.lines.lock().unwrap().join("\n");
    for secret in [TOKEN, "elsewhere", "never@", "Northwind", "X-Long"] {
        assert!(!lines.contains(secret), "{secret} in {lines}");
    }
}

#[test]
fn json_in_any_dress_is_taken() {
    let host = host();
    let body = lead("a@x.example");
    for kind in ["application/json", "Application/JSON; charset=utf-8", "application/cloudevents+json", "text/json"] {
        let kind = format!("Content-Type: {kind}");
        let answer = host.exchange(request(&format!("POST /leads/{TOKEN}/ HTTP/1.1"), &[&kind], &body));
        assert_eq!(answer.status, 200, "{kind}");
    }
    let bare = host.exchange(request(&format!("POST /leads/{TOKEN}?x=y HTTP/1.1"), &[], &body));
    assert_eq!(bare.status, 200, "without a type, with a query");
    let chunks = format!(
        "POST /leads/{TOKEN} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    assert_eq!(host.exchange(chunks).status, 200);
    let old = format!("POST /leads/{TOKEN} HTTP/1.0\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    assert_eq!(host.exchange(old).status, 200, "as nginx speaks to those behind it");
    let bearer = format!("Authorization: Bearer {TOKEN}");
    assert_eq!(host.exchange(request("POST /leads HTTP/1.1", &[&bearer], &body)).status, 200);
    assert_eq!(host.exchange(request("POST /other HTTP/1.1", &[&bearer], &body)).status, 404);
    assert_eq!(host.store().count().unwrap(), 1);
}

#[test]
fn one_connection_carries_one_request_after_the_other() {
    let host = host();
    let mut client = host.connect();
    for place in 0..5 {
        client.send(post(TOKEN, &lead(&format!("{place}@x.example"))));
        assert_eq!(client.answer().json(), json!({ "lead": place + 1, "new": true }));
    }
    let two = [post(TOKEN, &lead("5@x.example")), post(TOKEN, &lead("6@x.example"))].concat();
    client.send(two);
    assert_eq!(client.answer().status, 200);
    assert_eq!(client.answer().status, 400, "the second came before the first was answered");
    assert!(client.rest().is_empty());
    assert_eq!(host.store().count().unwrap(), 6);
}

#[test]
fn what_cannot_be_read_waits_in_quarantine() {
    let host = Host::start(Limits { room: Room { bodies: 2, bytes: 1000 }, ..Limits::default() });
    let broken = "{\"UserDetails\": {\"Email\": \"a@x.example\"} \"LeadSource\": 1}";
    let answer = host.post(broken);
    assert_eq!((answer.status, answer.json()), (202, json!({ "quarantined": 1 })));
    assert_eq!(host.post(broken).json(), json!({ "quarantined": 1 }));
    let part = host.post(&format!("[{}, 7]", lead("b@x.example")));
    assert_eq!((part.status, part.json()), (202, json!({ "leads": [{ "lead": 1, "new": true }], "quarantined": 2 })));
    let full = host.post("{");
    assert_eq!((full.status, full.header("retry-after")), (507, Some("60")));
    let waiting = host.store().quarantine().unwrap();
    assert_eq!(waiting.iter().map(|one| (one.id, one.times)).collect::<Vec<_>>(), [(1, 2), (2, 1)]);
    assert!(waiting[0].reason.starts_with("It is no JSON: line 1, column 4"), "{}", waiting[0].reason);
    assert_eq!(host.store().quarantined_body(1).unwrap().unwrap(), broken.as_bytes());
    assert_eq!(host.store().count().unwrap(), 1);
}

#[test]
fn health_is_told_without_a_token_and_without_data() {
    let host = host();
    let get = host.exchange(request("GET /healthz HTTP/1.1", &["Connection: close"], ""));
    assert_eq!((get.status, get.body.as_str()), (200, "ok\n"));
    let head = host.exchange("HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_eq!((head.status, head.head.contains("200 OK")), (200, true));
    let post = host.exchange(request("POST /healthz HTTP/1.1", &[], "x"));
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));
}
