//! One session with one MCP server, for one account.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use attache_domain::{AccountId, Clock, ProtocolEra};
use rmcp::model::SubscriptionFilter;
use rmcp::service::{ClientInitializeError, Peer, RunningService, ServiceError};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::common::client_side_sse::ExponentialBackoff;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{ClientServiceExt, RoleClient};
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::client::Client;
use super::credential::{SessionCredential, Shown};
use super::eras::{Eras, lifecycle};
use super::error::McpError;
use super::handler::{Handler, ProgressRouter};
use super::logs::{self, Logs};
use super::questions::Questions;
use super::rejections::Rejections;
use super::stdio::{Overlong, Stdio};
use super::watched::Watched;
use crate::egress::Egress;
use crate::program::{Life, NotStarted, Programs};
use crate::provider::{McpServer, Provider};

/// How long a server may take to say hello, and how long a program may, which has to start first.
const HELLO: Duration = Duration::from_secs(10);
const START: Duration = Duration::from_secs(20);

/// The largest answer, in bytes.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// How often a broken stream is picked up again before it is given up.
const MAX_RECONNECTS: usize = 5;

/// What it takes to reach a server.
pub(super) struct Reach {
    pub(super) egress: Egress,
    /// Where there are none, none can be started.
    pub(super) programs: Option<Programs>,
    pub(super) clock: Clock,
    pub(super) eras: Eras,
}

/// Of a server that is a program.
struct Process {
    life: Life,
    overlong: Overlong,
    /// How long it is kept without being asked anything.
    idle: Duration,
}

/// A session with one MCP server, on behalf of one account.
///
/// It holds the account's credential, which may be replaced while the session goes on,
/// and is never shared with another account.
pub struct Session {
    service: RunningService<RoleClient, Handler>,
    shown: Shown,
    pub(super) rejections: Rejections,
    pub(super) logs: Logs,
    process: Option<Process>,
    pub(super) clock: Clock,
    born: Instant,
    used: AtomicU64,
    is_followed: AtomicBool,
    /// Held while the server is told what to tell of, so that it hears it in order.
    pub(super) subscribing: Mutex<()>,
    retired: CancellationToken,
}

impl Session {
    /// Says hello: in the words of the stateless revision first, and in those of the older ones
    /// to a server that does not know them; the other way round where the server is known to be
    /// older, and in one only where it is known which.
    pub(super) async fn open(
        reach: &Reach,
        provider: &Provider,
        account: Option<AccountId>,
        credential: SessionCredential,
    ) -> Result<Self, McpError> {
        let clock = reach.clock.clone();
        let shown = Shown::new(credential);
        let (rejections, logs) = (Rejections::default(), Logs::new(clock.clone()));
        // Each begins on a connection, or with a process, of its own.
        let hello = async |era: ProtocolEra| {
            let mode = lifecycle(era);
            let (rejections, logs) = (rejections.clone(), logs.clone());
            let handler = Handler::new(era == ProtocolEra::Modern && provider.program().is_none());
            let (said, process) = match &provider.server {
                McpServer::At(url) => {
                    let http = reach.egress.streaming(url)?;
                    let client = Client::new(http, shown.clone(), rejections, logs);
                    let transport = StreamableHttpClientTransport::with_client(client, config(url));
                    let serving = Box::pin(handler.serve_with_lifecycle(transport, mode));
                    (timeout(HELLO, serving).await, None)
                }
                McpServer::Program(program) => {
                    let programs = reach.programs.as_ref().ok_or(NotStarted::NotHere)?;
                    let process = programs.start(program, account, &shown.now()).await?;
                    let (life, overlong) = (process.life.clone(), Overlong::default());
                    let transport = Stdio::new(process, MAX_ANSWER, overlong.clone());
                    let known = Process { life, overlong, idle: program.idle };
                    let serving = Box::pin(handler.serve_with_lifecycle(transport, mode));
                    (timeout(START, serving).await, Some(known))
                }
            };
            let said = said.map_err(|_| McpError::TimedOut)?;
            said.map_err(|error| described(&error, &clock)).map(|service| (service, process))
        };
        let (first, then) = reach.eras.greetings(provider);
        let ((service, process), era) = match (hello(first).await, then) {
            (Ok(service), _) => (service, first),
            (Err(error), None) => return Err(error),
            (Err(error), _) if is_final(&error) => return Err(error),
            // A program that ends, or says nothing, may be one that does not know these words: on
            // the official library in Rust, those of the older revisions end at the first message
            // that is not `initialize`. One that answered in these words within the hour knows
            // them. It is not started once more, and what is known of it counts for others, too:
            // it may not like what this person entered.
            (Err(error @ (McpError::Lost | McpError::TimedOut)), Some(then))
                if provider.program().is_some() =>
            {
                if reach.eras.known(&provider.server) == Some(first) {
                    return Err(error);
                }
                (hello(then).await?, then)
            }
            // Whatever else it said, it did not say that it speaks that language.
            (Err(_), Some(then)) => {
                reach.eras.forget(&provider.server);
                (hello(then).await?, then)
            }
        };
        reach.eras.learn(&provider.server, era);
        if let Some(Process { life, .. }) = &process {
            life.greeted();
        }
        // The library's cache would answer for a server that is down.
        let disabled = rmcp::service::ClientCacheConfig::disabled();
        service.peer().set_response_cache_config(disabled).await;
        Ok(Self {
            service,
            shown,
            rejections,
            logs,
            process,
            clock,
            born: Instant::now(),
            used: AtomicU64::new(0),
            is_followed: AtomicBool::new(false),
            subscribing: Mutex::new(()),
            retired: CancellationToken::new(),
        })
    }

    pub(super) fn peer(&self) -> &Peer<RoleClient> {
        self.touch();
        self.service.peer()
    }

    /// What it shows with each request at the moment.
    pub fn credential(&self) -> Arc<SessionCredential> {
        self.shown.now()
    }

    /// The newest version of the credential that the server did not accept, which need not be
    /// the one that is shown by now. 0 where it accepted all.
    pub fn refused(&self) -> i64 {
        self.shown.refused()
    }

    /// Shows another credential from the next request on, if it is newer.
    pub fn renew(&self, credential: SessionCredential) {
        self.shown.replace(credential);
    }

    pub(super) fn progress(&self) -> &Arc<ProgressRouter> {
        &self.service.service().progress
    }

    pub(super) fn questions(&self) -> &Arc<Questions> {
        &self.service.service().questions
    }

    pub(super) fn watched(&self) -> &Watched {
        &self.service.service().watched
    }

    /// Whether it is of the stateless revision.
    pub(super) fn speaks_modern(&self) -> bool {
        let info = self.service.peer().peer_info();
        info.is_some_and(|info| !info.protocol_version.has_initialize())
    }

    /// Tells whoever still holds it that nobody else will. A process ends with that: whoever
    /// speaks with it may wait for it, and it may read nothing.
    pub(super) fn retire(&self) {
        self.retired.cancel();
        if let Some(process) = &self.process {
            process.life.end();
        }
    }

    /// Waits until another session takes its place, or its account is gone.
    pub async fn retired(&self) {
        self.retired.cancelled().await;
    }

    /// Whether nothing can be asked any more.
    pub fn is_closed(&self) -> bool {
        self.service.is_closed()
            || self.service.peer().is_transport_closed()
            || self.process.as_ref().is_some_and(|process| process.life.is_over())
    }

    /// Whether the server is a program.
    pub(super) fn is_program(&self) -> bool {
        self.process.is_some()
    }

    /// How long it is kept when nothing is asked, where that is not as long as any other.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.process.as_ref().map(|process| process.idle)
    }

    /// What it means that a request failed.
    pub(super) fn error_of(&self, error: &ServiceError) -> McpError {
        match McpError::of_request(error, self.clock.now()) {
            // It was so long that nobody listens any more.
            McpError::Lost if self.process.as_ref().is_some_and(|it| it.overlong.was_answer()) => {
                McpError::TooLarge
            }
            error => error,
        }
    }

    /// How long nothing was asked.
    pub fn idle(&self) -> Duration {
        let used = Duration::from_millis(self.used.load(Ordering::Relaxed));
        self.born.elapsed().saturating_sub(used)
    }

    fn touch(&self) {
        let now = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.used.store(now, Ordering::Relaxed);
    }

    /// Grows whenever the server says that its tools changed, as long as
    /// [`follow`](Self::follow) runs or the server speaks an older revision.
    pub fn tools_changed(&self) -> watch::Receiver<u64> {
        self.service.service().tools_changed.subscribe()
    }

    /// Whether nobody follows this session yet. Whoever is told so has to.
    pub fn wants_follower(&self) -> bool {
        !self.is_followed.swap(true, Ordering::Relaxed)
    }

    /// Follows what the server announces, until it stops or the session ends. Does
    /// not keep the session open.
    pub fn follow(&self) -> impl Future<Output = ()> + Send + use<> {
        let peer = self.service.peer().clone();
        let changes = self.service.service().tools_changed.clone();
        let speaks_modern = self.speaks_modern();
        // What a program says comes on no stream of a call, so that nobody would hear it.
        let says_things =
            !self.is_program() && self.offers(|capabilities| capabilities.logging.is_some());
        async move {
            // Older revisions bring notifications on a stream of the session itself.
            if !speaks_modern {
                if says_things {
                    let _ = timeout(HELLO, logs::listen(&peer)).await;
                }
                return;
            }
            let filter = SubscriptionFilter::builder().tools_list_changed().build();
            let Ok(mut subscription) = peer.listen(filter).await else {
                return;
            };
            while let Ok(Some(_)) = subscription.next().await {
                changes.send_modify(|count| *count += 1);
            }
        }
    }
}

/// Whether trying the older revisions is pointless: the server was reached and knows
/// us well enough to say no, or cannot be reached at all.
fn is_final(error: &McpError) -> bool {
    matches!(
        error,
        McpError::Egress(_)
            | McpError::Program(_)
            | McpError::Unreachable
            | McpError::Unauthorized
            | McpError::Forbidden { .. }
            | McpError::RateLimited { .. }
    )
}

fn described(error: &ClientInitializeError, clock: &Clock) -> McpError {
    McpError::of_handshake(error, clock.now())
}

fn config(url: &Url) -> StreamableHttpClientTransportConfig {
    let mut retry = ExponentialBackoff::default();
    retry.max_times = Some(MAX_RECONNECTS);
    retry.max_delay = Some(Duration::from_secs(10));
    let mut config = StreamableHttpClientTransportConfig::with_uri(url.as_str())
        .max_json_response_size(MAX_ANSWER)
        .max_sse_event_size(MAX_ANSWER)
        // A session that the server forgot is replaced by us, who know which calls
        // were in flight, and not behind our back.
        .reinit_on_expired_session(false);
    config.retry_config = Arc::new(retry);
    config
}
