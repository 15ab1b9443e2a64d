//! One connection from its first byte to its end: TLS if need be, hyper, the time of each phase, and a way out in which the
//! sender still gets its answer. Must not look into a request.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::net::receiver::conversation::{Phase, Shared};
use crate::net::receiver::log::{Entry, From};
use crate::net::receiver::porter::Porter;
use crate::net::receiver::tls::Tls;
use crate::net::receiver::wire::{Stream, Wire};

/// The smallest that hyper takes, and the most a head may have.
const MOST_HEAD: usize = 8192;
/// Lines of a head.
const MOST_LINES: usize = 64;
/// How long, and how much, a sender may go on sending what nobody reads: it could miss its answer otherwise.
const LINGER: Duration = Duration::from_secs(2);
const MOST_UNREAD: usize = 8 * 1024 * 1024;
const TIMED_OUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A connection with what it needs.
pub struct Connection {
    /// What all connections share.
    pub porter: Arc<Porter>,
    /// Where it stands.
    pub conversation: Shared,
    /// Who is at the other end.
    pub peer: IpAddr,
    /// Turns true when no more is to be taken.
    pub stop: watch::Receiver<bool>,
}

/// How the driving of hyper ended.
enum End {
    /// By itself; true where hyper met a fault.
    Done(bool),
    /// The time of a phase was up.
    Late,
    /// No more is to be taken, and nothing was under way.
    Stopped,
}

impl Connection {
    /// Serves it to its end.
    pub async fn run(self, stream: TcpStream, tls: Option<Arc<Tls>>) {
        // Small answers go out at once.
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else { return self.drive(stream).await };
        let patience = self.porter.limits.header;
        if let Ok(Ok(stream)) = timeout(patience, tls.acceptor().accept(stream)).await {
            self.drive(stream).await;
        }
    }

    async fn drive<S: Stream>(self, stream: S) {
        let wire = Wire { stream, conversation: self.conversation.clone() };
        let (porter, conversation) = (self.porter.clone(), self.conversation.clone());
        let service = Attend { porter: porter.clone(), conversation: conversation.clone(), peer: self.peer };
        let mut hyper = http1::Builder::new()
            .timer(TokioTimer::new())
            // A sender that closed its half still gets its answer, and nothing is read while one is made.
            .half_close(true)
            // The conversation is stricter; this one holds if it should ever forget.
            .header_read_timeout(porter.limits.keep_alive + porter.limits.header)
            .max_buf_size(MOST_HEAD)
            .max_headers(MOST_LINES)
            .auto_date_header(false)
            .serve_connection(TokioIo::new(wire), service);
        let mut stop = self.stop.clone();
        let mut stopped = Box::pin(async move { stop.wait_for(|stop| *stop).await.map(drop) });
        let mut stopping = false;
        let end = poll_fn(|context| {
            if !stopping && stopped.as_mut().poll(context).is_ready() {
                stopping = true;
                Pin::new(&mut hyper).graceful_shutdown();
            }
            if let Poll::Ready(done) = hyper.poll_without_shutdown(context) {
                return Poll::Ready(End::Done(done.is_err()));
            }
            if stopping && matches!(conversation.get().phase(), Phase::Fresh | Phase::Idle) {
                return Poll::Ready(End::Stopped);
            }
            conversation.get().poll_late(context).map(|()| End::Late)
        })
        .await;
        let stream = hyper.into_parts().io.into_inner().stream;
        self.end(stream, end).await;
    }

    /// Says what is still to be said, and closes.
    async fn end<S: Stream>(&self, mut stream: S, end: End) {
        let (phase, refused, unread) = {
            let mut conversation = self.conversation.get();
            let known = (conversation.phase(), conversation.refused(), conversation.has_unread());
            conversation.close();
            known
        };
        let late = matches!(end, End::Late) && phase == Phase::Head;
        let fault = matches!(end, End::Done(true));
        if let Some(status) = refused.filter(|_| fault).or_else(|| late.then_some(408)) {
            self.tell(status, if late { "head too slow" } else { "no request that can be read" });
        }
        let _ = timeout(LINGER, async {
            if late {
                stream.write_all(TIMED_OUT).await?;
            }
            stream.shutdown().await?;
            // Closing while bytes arrive would take the answer away from the sender.
            let (mut gone, mut buffer) = (0, vec![0; 4096]);
            while (late || unread) && gone < MOST_UNREAD {
                match stream.read(&mut buffer).await? {
                    0 => break,
                    read => gone += read,
                }
            }
            std::io::Result::Ok(())
        })
        .await;
    }

    fn tell(&self, status: u16, told: &str) {
        let took = self.porter.machine.uptime().saturating_sub(self.conversation.get().began());
        let from = From::of(self.peer, self.porter.behind_proxy);
        let told = told.to_owned();
        self.porter.log.tell(&Entry { status, told, took, bytes: 0, from, authentic: false });
    }
}

/// Hands requests to the porter.
struct Attend {
    porter: Arc<Porter>,
    conversation: Shared,
    peer: IpAddr,
}

impl Service<Request<Incoming>> for Attend {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        // Now, before hyper reads on: what comes from here is the body.
        let raw = self.conversation.get().take_head();
        let (porter, conversation, peer) = (self.porter.clone(), self.conversation.clone(), self.peer);
        Box::pin(async move { Ok(porter.serve(request, raw, peer, &conversation).await) })
    }
}
