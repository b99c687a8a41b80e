#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod accesses;
mod approve;
mod ask;
mod background;
mod breakers;
mod catalog;
mod clients;
mod complete;
mod connect;
mod discard;
mod disconnect;
mod drill;
mod elicit;
mod erase;
mod error;
mod feed;
mod flights;
mod forget;
mod history;
mod hub;
mod inquire;
mod invoke;
mod key;
mod keys;
mod listen;
mod logging;
mod offers;
mod outbox;
mod own_services;
mod paces;
mod pages;
mod read;
mod reading;
mod refresh;
mod renewals;
mod run;
mod schemas;
mod scopes;
mod selection;
mod server_task;
mod services;
mod session;
mod shown;
mod slots;
mod step_up;
mod sweep;
mod targets;
mod tasks;
mod tool_changes;
mod toolset;
mod ways;
mod words;
mod work;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use attache_domain::{Clock, ReplicaId, ServiceCode, new_id};
use attache_store::Store;
use attache_upstream::{CallLimits, SessionKey};
use tokio::sync::Semaphore;
use url::Url;

pub use approve::ApproveInvocation;
pub use attache_store::{AccessKey, InvocationKey, ListedTool, Payload, ToolKey, Written};
pub use attache_upstream::Completable;
pub use complete::{CallbackInput, Completed};
pub use connect::{BeginConnect, ConnectTarget};
pub use disconnect::{DisconnectTarget, Disconnected};
pub use drill::Drill;
pub use elicit::AnswerElicitation;
pub use error::{Error, Fault, Result};
pub use feed::{Delivery, Event};
pub use history::RepeatInvocation;
pub use hub::Hub;
pub use invoke::{Invoke, Invoked, Unconfirmed};
pub use key::ConnectWithKey;
pub use offers::OfferPage;
pub use own_services::{AddService, BroughtClient, OwnServiceRules};
pub use reading::CompletionQuestion;
pub use services::{Offer, Services};
pub use slots::Room;
pub use tasks::Tasks;
pub use toolset::{InvokeFromModel, NamedTool, Toolset, model_reply};
pub use ways::Ways;

use crate::breakers::Breakers;
use crate::flights::Flights;
use crate::paces::Paces;
use crate::schemas::Schemas;
use crate::slots::Slots;
use crate::targets::Targets;
use crate::work::Work;

/// What the use cases need to know from the operator.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where callbacks land; the context of the client is appended to the path.
    pub callback_base: Url,
    /// Where frontends go on after consent, by name. The first is the default.
    pub returns: Vec<(String, Url)>,
    /// How long people have to come back from where they consent.
    pub time_to_return: Duration,
    /// The name that people see where we introduce ourselves.
    pub client_name: String,
    /// The URL of the document that says who we are, where there is one.
    pub client_document: Option<Url>,
    /// How long calls may take.
    pub call_limits: CallLimits,
    /// How many calls one viewer may have under way.
    pub call_room: Room,
    /// How long questions wait for an answer.
    pub questions: QuestionLimits,
    /// What viewers may add for themselves, where they may.
    pub own_services: Option<OwnServiceRules>,
    /// How long things are kept.
    pub retention: Retention,
    /// Whether tools that changed wait for their viewers to accept that.
    pub holds_changed_tools: bool,
}

/// How long questions in the middle of calls wait for an answer.
#[derive(Clone, Copy, Debug)]
pub struct QuestionLimits {
    /// While the service holds the call open. Most do not for long.
    pub held: Duration,
    /// Where nothing waits at the service. Calls wait as long for approval.
    pub ended: Duration,
}

impl Default for QuestionLimits {
    fn default() -> Self {
        Self { held: Duration::from_mins(5), ended: Duration::from_hours(24) }
    }
}

/// How long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// What calls sent and got back.
    pub payloads: Duration,
    /// That calls were made.
    pub history: Duration,
    /// The event log: how long a client may be away and still miss nothing.
    pub events: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            payloads: Duration::from_hours(30 * 24),
            history: Duration::from_hours(365 * 24),
            events: Duration::from_hours(7 * 24),
        }
    }
}

/// The use cases. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Store,
    ways: Ways,
    services: Services,
    settings: Settings,
    clock: Clock,
    hub: Hub,
    tasks: Tasks,
    slots: Slots,
    /// For questions, which wait for nobody's calls.
    questions: Slots,
    /// For those who listen to resources.
    listeners: Slots,
    schemas: Schemas,
    targets: Targets,
    work: Work,
    flights: Flights,
    breakers: Breakers,
    renewal_permits: Mutex<HashMap<ServiceCode, Arc<Semaphore>>>,
    /// Services whose tokens this process is renewing in the background.
    renewing: Mutex<HashSet<ServiceCode>>,
    /// How often viewers try to add a service.
    adding: Paces,
    /// How often viewers try to connect without a page to sign in at.
    connecting: Paces,
    /// What keys are being shown to services for.
    shown: Mutex<HashSet<SessionKey>>,
    replica: ReplicaId,
}

impl Engine {
    /// Takes a lease, and begins to do what is done in the background. `hub` must be
    /// the one whose listener the store was opened with.
    pub async fn start(
        store: Store,
        ways: Ways,
        hub: Hub,
        services: Services,
        settings: Settings,
        clock: Clock,
    ) -> Result<Self> {
        let engine = Self::idle(store, ways, hub, services, settings, clock);
        engine.0.store.heartbeat(engine.0.replica, &[]).await?;
        engine.0.store.greet().await?;
        // Before anybody asks for new ones.
        engine.recover_pages().await?;
        engine.begin_background();
        Ok(engine)
    }

    /// The use cases without a lease and without anything that goes on by itself: for what an
    /// operator does, and is done with.
    pub fn idle(
        store: Store,
        ways: Ways,
        hub: Hub,
        services: Services,
        settings: Settings,
        clock: Clock,
    ) -> Self {
        let replica = new_id(&clock);
        Self(Arc::new(Inner {
            store,
            ways,
            services,
            slots: Slots::new(settings.call_room),
            questions: Slots::new(inquire::ROOM),
            listeners: Slots::new(listen::ROOM),
            settings,
            clock,
            hub,
            tasks: Tasks::default(),
            schemas: Schemas::default(),
            targets: Targets::default(),
            work: Work::default(),
            flights: Flights::default(),
            breakers: Breakers::default(),
            renewal_permits: Mutex::default(),
            renewing: Mutex::default(),
            adding: Paces::new(own_services::MAX_PER_MINUTE),
            connecting: Paces::new(connect::MAX_PER_MINUTE),
            shown: Mutex::default(),
            replica,
        }))
    }

    /// The services that the operator offers.
    pub fn services(&self) -> &Services {
        &self.0.services
    }

    /// Work that a drain waits for.
    pub fn tasks(&self) -> &Tasks {
        &self.0.tasks
    }

    /// The clock everything runs by.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        !self.0.tasks.is_draining() && self.0.store.ping().await.is_ok()
    }

    /// Lets running calls end, stops what is left at the deadline, and gives the lease
    /// up. No call is accepted after it began.
    pub async fn drain(&self, patience: Duration) {
        self.0.tasks.begin_drain();
        if tokio::time::timeout(patience, self.0.tasks.drained()).await.is_err() {
            tracing::warn!(running = self.0.hub.running().len(), "stopping calls that did not end");
            self.0.hub.stop_all();
            // They write down what became of them, which takes a moment.
            let moment = Duration::from_secs(5);
            let _ = tokio::time::timeout(moment, self.0.tasks.drained()).await;
        }
        self.0.tasks.end().await;
        self.0.ways.end().await;
        if let Err(error) = self.0.store.retire(self.0.replica).await {
            tracing::warn!(?error, "the lease will lapse by itself");
        }
    }
}
