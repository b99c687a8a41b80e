//! Composing the server, and taking it apart again without losing anything.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use attache_domain::Clock;
use attache_engine::{Engine, Hub, Services, Settings, Ways};
use attache_graphql::Contract;
use attache_store::{Journal, KeyRing, RingError, Store};
use attache_upstream::{Egress, Policy, Programs, Upstream};
use axum::Router;
use axum::serve::ListenerExt;
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{App, Inner};
use crate::auth::Authenticator;
use crate::config::{Config, Invalid, Landing};
use crate::ring;
use crate::router::router;

/// How long calls that run may go on when the server is told to stop. Together with
/// what follows it stays under the 30 seconds that orchestrators wait.
const CALL_PATIENCE: Duration = Duration::from_secs(20);

/// How long requests and sockets may take to end after that.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(26);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The key ring.
    #[error("the key ring cannot be used")]
    Keys(#[source] RingError),
    /// The journal.
    #[error("the journal cannot be kept in {} (see `journal` in the configuration)", .0.display())]
    Journal(PathBuf, #[source] io::Error),
    /// The database.
    #[error("the database cannot be used")]
    Store(#[source] attache_store::Error),
    /// The background work.
    #[error("the engine cannot start")]
    Engine(#[source] attache_engine::Error),
    /// The port.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
}

/// A running server.
pub struct Server {
    address: SocketAddr,
    app: App,
    serving: JoinHandle<()>,
}

impl Server {
    /// Opens the database, begins the background work, and listens. `pages` are served
    /// beside the API.
    ///
    /// Boxed, as everything here that other crates wait for: what is behind it is then
    /// compiled here, once, and not again into each program and each test.
    pub fn start(
        config: Config,
        clock: Clock,
        pages: Router,
    ) -> BoxFuture<'static, Result<Self, StartError>> {
        Box::pin(Self::begin(config, clock, pages))
    }

    async fn begin(config: Config, clock: Clock, pages: Router) -> Result<Self, StartError> {
        let callback = (config.landing == Landing::Server).then(|| config.callback_base());
        // Elsewhere, somebody else serves it.
        let document = config.client_document.as_ref();
        let document = document.filter(|url| url.origin() == config.public_url.origin());
        let document = document.map(|url| url.path().to_owned());
        let journal = match &config.journal {
            None => Journal::none(),
            Some(directory) => Journal::open(directory, &clock)
                .map_err(|error| StartError::Journal(directory.clone(), error))?,
        };
        let hub = Hub::default();
        let store = open_store(&config, journal, &clock, &hub).await?;
        let settings = settings(&config);
        let ways = ways(&config, &clock);
        let egress = ways.offered.egress().clone();
        // Whoever connects while the engine starts waits a moment; a port that is taken
        // is found out before any work begins.
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|error| StartError::Listen(config.listen, error))?;
        let address =
            listener.local_addr().map_err(|error| StartError::Listen(config.listen, error))?;
        let services = Services::new(config.services);
        let engine = Engine::start(store, ways, hub, services, settings, clock.clone());
        let app = App::new(Inner {
            contract: Contract::default(),
            engine: engine.await.map_err(StartError::Engine)?,
            authenticator: Authenticator::new(config.auth, egress, clock),
            origins: config.allowed_origins,
            drain: CancellationToken::new(),
            sockets: TaskTracker::new(),
        });
        let keys = app.clone();
        app.engine.tasks().spawn_until_drain(async move { keys.authenticator.keep_fresh().await });
        let router = router(app.clone(), callback, document.as_deref(), pages);
        let serving = serve(listener, router, app.drain.clone());
        tracing::info!(%address, services = app.engine.services().iter().count(), "listening");
        Ok(Self { address, app, serving })
    }

    /// Loads the key ring again whenever the file changed that holds it. What cannot be used is
    /// logged, and the ring from before stays.
    pub fn follow_keys(
        &self,
        file: PathBuf,
        read: impl Fn() -> Result<SecretString, Invalid> + Send + Sync + 'static,
    ) {
        let app = self.app.clone();
        self.app.engine.tasks().spawn_until_drain(async move {
            ring::follow(&app.engine, &file, Arc::new(read)).await;
        });
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The use cases, for whoever wants to talk to them without HTTP.
    pub fn engine(&self) -> &Engine {
        &self.app.engine
    }

    /// Takes nothing new, lets what runs end, and stops: calls within 20 seconds,
    /// everything within 30.
    pub fn stop(self) -> BoxFuture<'static, ()> {
        Box::pin(self.end())
    }

    async fn end(self) {
        tracing::info!("draining");
        self.app.drain.cancel();
        self.app.sockets.close();
        let mut serving = self.serving;
        let connections = async {
            let ended = async {
                let _ = (&mut serving).await;
                self.app.sockets.wait().await;
            };
            if tokio::time::timeout(CONNECTION_PATIENCE, ended).await.is_err() {
                tracing::warn!("leaving connections that did not end");
                serving.abort();
            }
        };
        tokio::join!(self.app.engine.drain(CALL_PATIENCE), connections);
        tracing::info!("stopped");
    }
}

/// Opens the database.
pub(crate) async fn open_store(
    config: &Config,
    journal: Journal,
    clock: &Clock,
    hub: &Hub,
) -> Result<Store, StartError> {
    let ring = KeyRing::parse(&config.key_ring).map_err(StartError::Keys)?;
    let (url, connections) = (&config.database_url, config.database_connections);
    let store = Store::open(url, connections, ring, journal, clock.clone(), hub.listener());
    store.await.map_err(StartError::Store)
}

/// The ways out: where the operator sends people, and where people go by themselves.
pub(crate) fn ways(config: &Config, clock: &Clock) -> Ways {
    let egress = |policy: &Policy| Egress::new(policy.clone());
    let programs = Programs::new(config.programs.clone());
    Ways {
        offered: Upstream::with_programs(egress(&config.egress), programs, clock.clone()),
        // What viewers add is never a program of this machine.
        own: Upstream::new(egress(&config.own_services.egress), clock.clone()),
    }
}

/// What the use cases need to know.
pub(crate) fn settings(config: &Config) -> Settings {
    Settings {
        callback_base: config.callback_base(),
        returns: config.returns.clone(),
        time_to_return: config.time_to_return,
        client_name: config.client_name.clone(),
        client_document: config.client_document.clone(),
        call_limits: config.calls,
        call_room: config.call_room,
        questions: config.questions,
        own_services: config.own_services.rules.clone(),
        retention: config.retention,
        holds_changed_tools: config.holds_changed_tools,
    }
}

#[expect(clippy::disallowed_methods, reason = "the listener is what begins the drain")]
fn serve(listener: TcpListener, router: Router, drain: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        // Answers are small and written at once: waiting to fill a packet only costs time.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let server = axum::serve(listener, router).with_graceful_shutdown(drain.cancelled_owned());
        if let Err(error) = server.await {
            tracing::error!(%error, "the listener failed");
        }
    })
}
