//! The receiver itself: binds, takes connections, looks once a second for newer tokens and a newer certificate, and stops in
//! order: no new connections, what was begun is finished and committed. Must not look into a request.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use crate::domain::moment::rfc3339;
use crate::net::receiver::Machine;
use crate::net::receiver::connection::Connection;
use crate::net::receiver::conversation::Shared;
use crate::net::receiver::crowd::Crowd;
use crate::net::receiver::log::Log;
use crate::net::receiver::porter::Porter;
use crate::net::receiver::race::{First, first};
use crate::net::receiver::settings::ReceiverSettings;
use crate::net::receiver::tls::{Certificate, Tls};
use crate::net::receiver::token::{TokenHash, Tokens};
use crate::net::receiver::writer;
use crate::store::Store;

/// Connections that wait for us to take them: many may come at once.
const BACKLOG: u32 = 1024;
/// How often newer tokens and a newer certificate are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait where the system gives no more connections.
const BREATH: Duration = Duration::from_millis(20);
/// What a request may take beyond its own time: the store's patience with another process.
const STORE_PATIENCE: Duration = Duration::from_secs(15);

/// Why it does not receive. Nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiverError {
    /// The address cannot be had.
    #[error("{address} cannot be listened on: {cause}. Nothing was started; name another with --listen.")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        cause: io::Error,
    },
    /// The certificate or its key is of no use.
    #[error("{0} Nothing was started.")]
    Certificate(String),
    /// The system gives it no threads or no sockets.
    #[error("The receiver cannot run: {0}. Nothing was taken.")]
    System(#[from] io::Error),
    /// The thread with the store ended by a fault of ours.
    #[error("The receiver lost its store by a fault of leadbox. What was answered with 200 is stored; start it again.")]
    Lost,
}

/// A receiver that has its address and takes nothing yet.
pub struct Receiver {
    runtime: Runtime,
    listener: TcpListener,
    settings: ReceiverSettings,
    tokens: Vec<TokenHash>,
    tls: Option<Arc<Tls>>,
    machine: Arc<dyn Machine>,
    stop: Arc<watch::Sender<bool>>,
}

/// Stops a receiver from another thread.
#[derive(Clone)]
pub struct Stopper(Arc<watch::Sender<bool>>);

impl Stopper {
    /// Lets it finish what was begun, and end.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Receiver {
    /// Takes the address. From here on senders can connect, and wait for `run`.
    pub fn bind(
        settings: &ReceiverSettings,
        tokens: &[TokenHash],
        certificate: Option<&Certificate>,
        machine: Arc<dyn Machine>,
    ) -> Result<Self, ReceiverError> {
        let tls = certificate.map(Tls::new).transpose().map_err(ReceiverError::Certificate)?.map(Arc::new);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let address = settings.listen;
        let listener = {
            let _inside = runtime.enter();
            listen(address).map_err(|cause| ReceiverError::Bind { address, cause })?
        };
        let stop = Arc::new(watch::Sender::new(false));
        Ok(Self { runtime, listener, settings: settings.clone(), tokens: tokens.to_vec(), tls, machine, stop })
    }

    /// The address it has.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }

    /// Takes deliveries into the store until it is stopped; everything that was answered is stored then.
    pub fn run(self, store: Store) -> Result<(), ReceiverError> {
        let limits = self.settings.limits;
        let (orders, thread) = writer::start(store, self.machine.clone(), limits.room)?;
        let porter = Arc::new(Porter {
            machine: self.machine.clone(),
            limits,
            behind_proxy: self.settings.behind_proxy,
            tokens: Mutex::new(Tokens::new(&self.tokens, &limits)),
            crowd: Mutex::new(Crowd::new(limits)),
            orders,
            log: Log::new(self.machine.clone()),
        });
        let hall = Hall { porter, tls: self.tls, stop: self.stop.subscribe() };
        self.runtime.block_on(hall.serve(self.listener));
        // Whatever still runs goes, and with it the last sender of orders.
        drop(self.runtime);
        thread.join().map_err(|_| ReceiverError::Lost)
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart must not wait for connections of the last run that the system still remembers.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Where connections come in.
struct Hall {
    porter: Arc<Porter>,
    tls: Option<Arc<Tls>>,
    stop: watch::Receiver<bool>,
}

impl Hall {
    async fn serve(self, listener: TcpListener) {
        // Closed when the last connection has dropped its end.
        let (alive, mut gone) = mpsc::channel::<()>(1);
        let look = tokio::spawn(look(self.porter.clone(), self.tls.clone()));
        let mut stop = self.stop.clone();
        loop {
            // Without the thread that owns the store nothing can be taken: the end tells whoever starts it again.
            let end = first(stop.wait_for(|stop| *stop), self.porter.orders.closed());
            match first(end, listener.accept()).await {
                First::One(_) => break,
                First::Other(Ok((stream, peer))) => self.take(stream, peer.ip(), &alive),
                First::Other(Err(_)) => {
                    // Most likely there are no more files to be had: somebody who waits makes room.
                    self.porter.crowd().make_room();
                    sleep(BREATH).await;
                }
            }
        }
        drop(listener);
        look.abort();
        drop(alive);
        let patience = self.porter.limits.request + STORE_PATIENCE;
        let _ = tokio::time::timeout(patience, gone.recv()).await;
    }

    fn take(&self, stream: TcpStream, peer: IpAddr, alive: &mpsc::Sender<()>) {
        let porter = &self.porter;
        if !porter.crowd().make_room() {
            return;
        }
        let conversation = Shared::begin(porter.machine.clone(), porter.limits);
        let number = porter.crowd().number();
        let (leaving, alive) = (Leaving { porter: porter.clone(), number }, alive.clone());
        let connection =
            Connection { porter: porter.clone(), conversation: conversation.clone(), peer, stop: self.stop.clone() };
        let tls = self.tls.clone();
        let task = tokio::spawn(async move {
            connection.run(stream, tls).await;
            drop((leaving, alive));
        });
        let told_apart = Some(peer).filter(|peer| !porter.behind_proxy && !peer.is_loopback());
        porter.crowd().enter(number, told_apart, conversation, task.abort_handle());
    }
}

/// Takes a connection off the list however it ends.
struct Leaving {
    porter: Arc<Porter>,
    number: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.porter.crowd().leave(self.number);
    }
}

/// Puts newer tokens and a newer certificate in place as they appear.
async fn look(porter: Arc<Porter>, tls: Option<Arc<Tls>>) {
    loop {
        sleep(LOOK).await;
        let at = rfc3339(porter.machine.now());
        if let Some(tokens) = porter.machine.changed_tokens() {
            porter.tokens().replace(&tokens, &porter.limits);
            porter.machine.tell(&format!("{at} the tokens changed: {} are good now", tokens.len()));
        }
        let newer = tls.as_ref().and_then(|tls| Some((tls, porter.machine.changed_certificate()?)));
        if let Some((tls, certificate)) = newer {
            let told = match tls.replace(&certificate) {
                Ok(()) => "the certificate changed".to_owned(),
                Err(why) => format!("the certificate changed and cannot be used; the one before it stays. {why}"),
            };
            porter.machine.tell(&format!("{at} {told}"));
        }
    }
}
