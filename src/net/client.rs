//! A small blocking HTTP client: asks a service, again and again where that is right, within a budget; every status is an
//! answer. It follows no redirect, calls no service in the clear, and reads no more than a cap. Must not know what is
//! asked, and must not put an address, a header or a body into a sentence.

use std::io::ErrorKind;
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, http};

use crate::net::address::Place;
use crate::net::message::{Answer, Request};
use crate::net::pace::{Pace, Patience, spoken};
use crate::net::wire_error::{WireError, WireKind};

/// The most bytes of a body that are read.
pub const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// The most bytes of an answer's headers.
const MOST_HEADER_BYTES: usize = 64 * 1024;

/// What to say after a service that was not reached.
const ADVICE: &str = "Check the network and the address, then try again.";

/// A client of one or several services.
pub struct Client<'a> {
    agent: Agent,
    patience: Patience,
    pace: &'a dyn Pace,
}

/// What one try came to.
enum Tried {
    /// An answer with a status.
    Answered(Answer),
    /// No answer: why, in a few words, whether another try may bring one, and whether the request may have arrived.
    Failed { why: String, again: bool, arrived: bool },
}

impl<'a> Client<'a> {
    /// A client that tries as long as it is told.
    pub fn new(patience: Patience, pace: &'a dyn Pace) -> Self {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MOST_HEADER_BYTES)
            .timeout_resolve(seconds(10))
            .timeout_connect(seconds(10))
            .timeout_send_request(seconds(30))
            .timeout_send_body(seconds(30))
            .timeout_recv_response(seconds(60))
            .timeout_recv_body(seconds(60))
            .user_agent(concat!("leadbox/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        Self { agent: config.new_agent(), patience, pace }
    }

    /// What this client needs of the machine.
    pub fn pace(&self) -> &'a dyn Pace {
        self.pace
    }

    /// Sends a request until it is answered with a status that stands. Where the service stays too busy (408, 429, 500, 502
    /// to 504) until the budget ends, its last answer stands; where it is never reached, that is an error.
    pub fn send(&self, request: &Request) -> Result<Answer, WireError> {
        let place = Place::of(&request.address)
            .ok_or_else(|| WireError::new(WireKind::Settings, "The address of the service cannot be read."))?;
        place.check()?;
        let begun = self.pace.passed();
        for tries in 1.. {
            if self.pace.stopping() {
                return Err(WireError::stopped());
            }
            let tried = self.try_once(request, &place, tries);
            let (why, asked) = match &tried {
                Tried::Answered(answer) if !is_passing(answer.status, request.once) => return Ok(answer.clone()),
                Tried::Answered(answer) => {
                    (format!("answers {}", answer.status), answer.retry_after(self.pace.wire_now()))
                }
                Tried::Failed { why, again: false, arrived } => {
                    return Err(unreachable(&place, why, tries).perhaps_arrived(*arrived));
                }
                Tried::Failed { why, again: true, .. } => (why.clone(), None),
            };
            let pause = asked.unwrap_or_else(|| self.patience.pause(tries + 1, self.pace.random()));
            let spent = self.pace.passed().saturating_sub(begun);
            if tries >= self.patience.tries || spent.saturating_add(pause) > self.patience.budget {
                return match tried {
                    Tried::Answered(answer) => Ok(answer),
                    Tried::Failed { why, arrived, .. } => {
                        Err(unreachable(&place, &why, tries).perhaps_arrived(arrived))
                    }
                };
            }
            self.pace.tell(&format!("{} {why}. Trying again in {}.", place.name(), spoken(pause)));
            self.pace.wait(pause);
        }
        Err(WireError::stopped())
    }

    fn try_once(&self, request: &Request, place: &Place, tries: u32) -> Tried {
        let mut wire = http::Request::builder().method(request.method.word()).uri(&request.address);
        for (name, value) in &request.headers {
            wire = wire.header(*name, value);
        }
        let answer = match &request.body {
            Some(body) => wire.body(body.as_slice()).map(|wire| self.run(wire, place)),
            None => wire.body(()).map(|wire| self.run(wire, place)),
        };
        let refused = |why: &str| Tried::Failed { why: why.to_owned(), again: false, arrived: false };
        let Ok(answer) = answer else { return refused("cannot be asked this: a header or the address is malformed") };
        let read = answer.and_then(|mut answer| {
            let body = answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?;
            Ok((answer, body))
        });
        match read {
            Ok((answer, body)) => {
                let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
                let headers = answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
                let headers = headers.collect();
                Tried::Answered(Answer { status: answer.status().as_u16(), headers, body, tries })
            }
            Err(error) => {
                let (why, sent) = reason(&error);
                let again = sent.is_some_and(|sent| !(sent && request.once));
                Tried::Failed { why, again, arrived: sent.unwrap_or_else(|| is_answer(&error)) }
            }
        }
    }

    fn run<S: ureq::AsSendBody>(
        &self,
        wire: http::Request<S>,
        place: &Place,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        if place.is_loopback() {
            // A proxy of the network has no way to this machine.
            return self.agent.run(self.agent.configure_request(wire).proxy(None).build());
        }
        self.agent.run(wire)
    }
}

/// True for a status that may pass. A request that must not be done twice comes again only after those that say it was not
/// worked on.
fn is_passing(status: u16, once: bool) -> bool {
    matches!(status, 429 | 503) || (!once && matches!(status, 408 | 500 | 502 | 504))
}

fn unreachable(place: &Place, why: &str, tries: u32) -> WireError {
    let often = if tries > 1 { format!(" It was tried {tries} times.") } else { String::new() };
    WireError::new(WireKind::Unavailable, format!("{} {why}.{often} {ADVICE}", place.name()))
}

/// True where an answer came that is not read: then the request had arrived.
fn is_answer(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::BodyExceedsLimit(_) | ureq::Error::LargeResponseHeader(..))
}

/// Why no answer came, as the rest of a sentence that begins with the service's name; and whether the request may have been
/// sent all the same, `None` where trying again is of no use.
fn reason(error: &ureq::Error) -> (String, Option<bool>) {
    use ureq::{Error, Timeout};
    let fixed = |words: &str, sent| (words.to_owned(), sent);
    match error {
        Error::HostNotFound => fixed("is a name that is not known, or the network is down", Some(false)),
        Error::ConnectionFailed => fixed("cannot be reached", Some(false)),
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => fixed("cannot be reached in time", Some(false)),
        Error::Timeout(_) => fixed("does not answer in time", Some(true)),
        Error::Io(cause) => of_io(cause),
        Error::BodyExceedsLimit(_) => {
            (format!("answers with more than {} MiB, which is not read", MOST_BYTES / 1024 / 1024), None)
        }
        Error::LargeResponseHeader(..) => fixed("answers with more headers than are read", None),
        Error::Protocol(_) => fixed("answers what is no HTTP", Some(true)),
        // Such as a machine that has no certificates to trust.
        Error::Tls(_) | Error::Rustls(_) | Error::TlsRequired => (format!("cannot be called over TLS ({error})"), None),
        Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => {
            fixed("cannot be reached by the proxy that HTTPS_PROXY or ALL_PROXY names", Some(false))
        }
        _ => fixed("cannot be asked", None),
    }
}

fn of_io(cause: &std::io::Error) -> (String, Option<bool>) {
    let (words, sent) = match cause.kind() {
        ErrorKind::ConnectionRefused => ("refuses the connection", Some(false)),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            ("cannot be reached: there is no way to it", Some(false))
        }
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            ("broke the connection off", Some(true))
        }
        ErrorKind::UnexpectedEof => ("closed the connection before its answer was whole", Some(true)),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => ("does not answer in time", Some(true)),
        // rustls tells a certificate that is not trusted in this way; its words name no secret.
        ErrorKind::InvalidData => return (format!("cannot be trusted or does not speak TLS ({cause})"), None),
        _ => return (format!("cannot be reached ({cause})"), Some(true)),
    };
    (words.to_owned(), sent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::message::Method;
    use crate::net::pace::still::Still;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    /// A service that gives each connection one of these answers, then ends; answers what it was asked.
    fn service(answers: &[&str]) -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/path?sig=canary", listener.local_addr().unwrap());
        let answers: Vec<_> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let served = std::thread::spawn(move || {
            let serve = |answer: String| {
                let (mut stream, _) = listener.accept().unwrap();
                let (mut asked, mut piece) = (Vec::new(), [0; 1024]);
                let end = |asked: &[u8]| if asked.starts_with(b"PATCH") { &b"the end"[..] } else { b"\r\n\r\n" };
                while !asked.ends_with(end(&asked)) {
                    let read = stream.read(&mut piece).unwrap();
                    asked.extend_from_slice(&piece[..read]);
                }
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8(asked).unwrap()
            };
            answers.into_iter().map(serve).collect()
        });
        (address, served)
    }

    fn said(status: &str, headers: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn get(pace: &Still, address: &str) -> Result<Answer, WireError> {
        Client::new(Patience::default(), pace).send(&Request::new(Method::Get, address).header("X-Own", "1"))
    }

    fn waited(pace: &Still) -> Vec<u64> {
        pace.waited.borrow().iter().map(Duration::as_secs).collect()
    }

    #[test]
    fn every_status_is_an_answer_and_a_redirect_is_not_followed() {
        let moved = said("302 Found", "Location: http://127.0.0.1:1/\r\nX-Ms-Note: a\r\n", "gone");
        let (address, served) = service(&[&moved]);
        let pace = Still::default();
        let answer = get(&pace, &address).unwrap();
        assert_eq!((answer.status, answer.header("x-MS-note"), answer.body.as_slice()), (302, Some("a"), &b"gone"[..]));
        assert!(!answer.is_done() && waited(&pace).is_empty());
        let asked = served.join().unwrap().remove(0).to_lowercase();
        assert!(
            asked.starts_with("get /path?sig=canary http/1.1\r\n") && asked.contains("\r\nx-own: 1\r\n"),
            "{asked}"
        );
        assert!(asked.contains("\r\nuser-agent: leadbox/"), "{asked}");
    }

    #[test]
    fn a_busy_service_is_asked_again_after_as_long_as_it_says() {
        let busy = said("503 Service Unavailable", "", "");
        let limited = said("429 Too Many Requests", "Retry-After: 17\r\n", "");
        let (address, served) = service(&[&busy, &limited, "", &said("200 OK", "", "done")]);
        let pace = Still::default();
        let answer = get(&pace, &address).unwrap();
        assert_eq!((answer.status, answer.tries, answer.body.as_slice()), (200, 4, &b"done"[..]));
        assert_eq!(waited(&pace), [1, 17, 4]);
        assert_eq!(served.join().unwrap().len(), 4);
        let told = pace.told.borrow();
        assert!(told[1].ends_with("answers 429. Trying again in 17 s."), "{told:?}");
        assert!(told[2].contains("closed the connection") && !told.concat().contains("canary"), "{told:?}");
    }

    #[test]
    fn a_service_that_asks_for_more_than_the_budget_is_left_alone() {
        let limited = said("429 Too Many Requests", "Retry-After: 18446744073709551615\r\n", "");
        let (address, _served) = service(&[&limited]);
        let pace = Still::default();
        assert_eq!(get(&pace, &address).unwrap().status, 429);
        assert!(waited(&pace).is_empty());
    }

    #[test]
    fn a_service_that_is_gone_is_told_without_its_address() {
        let address = {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            format!("http://{}/path?sig=canary", listener.local_addr().unwrap())
        };
        let pace = Still::default();
        let error = get(&pace, &address).unwrap_err();
        assert!(error.kind == WireKind::Unavailable && !error.may_have_arrived);
        assert!(error.sentence.contains("refuses the connection. It was tried 8 times."), "{error}");
        assert!(!format!("{error:?}{:?}", pace.told).contains("canary"));
        assert_eq!(waited(&pace), [1, 2, 4, 8, 16, 30, 30]);
        let short = Patience { budget: Duration::from_secs(4), ..Patience::default() };
        let pace = Still::default();
        Client::new(short, &pace).send(&Request::new(Method::Get, address)).unwrap_err();
        assert_eq!(waited(&pace), [1, 2]);
    }

    #[test]
    fn what_may_have_been_done_is_not_done_twice() {
        let failing = said("500 Oops", "", "");
        let (address, served) = service(&[&said("503 Busy", "", ""), &failing]);
        let pace = Still::default();
        let client = Client::new(Patience::default(), &pace);
        let request = Request::new(Method::Patch, &address).body("text/plain", "the end").once();
        assert_eq!(client.send(&request).unwrap().status, 500);
        let asked = served.join().unwrap();
        assert!(asked[1].starts_with("PATCH ") && asked[1].ends_with("the end"), "{asked:?}");
        let (address, _served) = service(&[""]);
        let request = Request { address, ..request };
        let error = client.send(&request).unwrap_err();
        assert!(error.kind == WireKind::Unavailable && error.may_have_arrived, "{error}");
        assert_eq!(waited(&pace), [1]);
    }

    #[test]
    fn an_answer_without_end_is_not_read() {
        let endless = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", MOST_BYTES + 1, "x".repeat(1024));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            let piece = "x".repeat(1024 * 1024);
            let mut sent = stream.write_all(endless.as_bytes());
            for _ in 0..MOST_BYTES / 1024 / 1024 {
                // The client hangs up when it has seen enough.
                sent = sent.and_then(|()| stream.write_all(piece.as_bytes()));
            }
        });
        let pace = Still::default();
        let error = get(&pace, &address).unwrap_err();
        assert!(error.sentence.contains("answers with more than 32 MiB") && waited(&pace).is_empty(), "{error}");
        serving.join().unwrap();
    }

    #[test]
    fn an_end_that_was_asked_for_ends_the_waiting() {
        let busy = said("503 Busy", "", "");
        let (address, _served) = service(&[&busy, &busy]);
        let pace = Still::default();
        pace.stop_at.set(Some(2));
        assert_eq!(get(&pace, &address).unwrap_err().kind, WireKind::Stopped);
        assert_eq!(waited(&pace).len(), 2);
    }

    #[test]
    fn nothing_is_sent_in_the_clear_or_to_no_address() {
        for (address, words) in
            [("http://10.0.0.1/?sig=canary", "in the clear"), ("gopher://a?canary", "cannot be read")]
        {
            let error = get(&Still::default(), address).unwrap_err();
            assert_eq!(error.kind, WireKind::Settings);
            assert!(error.sentence.contains(words) && !error.sentence.contains("canary"), "{error}");
        }
    }
}
