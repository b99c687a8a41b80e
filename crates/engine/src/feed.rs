//! Following what happens to a viewer: replay, then live.

mod resolve;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use attache_domain::{
    Account, AccountId, Catalog, ConfirmationPolicy, ConnectAttempt, Elicitation, EventCursor,
    Invocation, InvocationId, LogMessage, Problem, Progress, RevocationState, Service, ServiceCode,
    ServiceId, Tool, ToolId, Viewer,
};
use chrono::{DateTime, Utc};
use futures_util::Stream;

use crate::hub::Mailbox;
use crate::{Engine, Result};

/// How many events are read at once. The most a slow reader ever has waiting.
const PAGE: i64 = 100;

/// How long a follower relies on signals before it looks by itself.
const TRUST: Duration = Duration::from_secs(30);

/// Something that happened, as it is delivered.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Everything up to here has been delivered. Short-lived events repeat it.
    pub cursor: EventCursor,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: Event,
}

/// What happened, with the things themselves as they are now.
#[derive(Clone, Debug)]
pub enum Event {
    /// The viewer chose other services.
    Selection(Vec<ServiceCode>),
    /// The viewer decided something for all tools.
    Settings(ConfirmationPolicy),
    /// The viewer added a service.
    ServiceAdded(Box<Service>),
    /// The viewer removed a service that they had added.
    ServiceRemoved(ServiceId),
    /// An attempt is new or moved.
    Attempt(ConnectAttempt),
    /// An account is new or changed.
    Account(Account),
    /// An account is gone.
    AccountRemoved(AccountId),
    /// A catalog changed state, contents or both.
    Catalog {
        /// Whose.
        account: AccountId,
        /// How it stands.
        catalog: Catalog,
        /// Tools that are new or changed.
        upserted: Vec<Tool>,
        /// Tools that are gone.
        removed: Vec<ToolId>,
    },
    /// The viewer's settings for a tool changed.
    Tool(Tool),
    /// An invocation is new or moved.
    Invocation(Invocation),
    /// A question is new or settled.
    Elicitation(Elicitation),
    /// It is known what became of what an account was used with.
    Revocation {
        /// Whose. It is gone, or about to go.
        account: AccountId,
        /// Where.
        service: ServiceCode,
        /// What is known.
        state: RevocationState,
    },
    /// A service said something while it worked on an invocation.
    Logged(InvocationId, LogMessage),
    /// A running invocation tells how far it is. Never replayed.
    Progress(InvocationId, Progress),
    /// A resource changed, at its service. Never replayed.
    Resource {
        /// Whose account it was listened to with.
        account: AccountId,
        /// Where it is.
        uri: String,
    },
    /// What follows is live.
    CaughtUp,
    /// The position is no longer in the log. Nothing follows.
    SnapshotRequired,
}

impl Engine {
    /// Follows everything that happens to the viewer: what happened after the given
    /// position, then [`Event::CaughtUp`], then what happens. Without a position,
    /// from now on.
    pub async fn viewer_events(
        &self,
        viewer: &Viewer,
        after: Option<EventCursor>,
    ) -> Result<impl Stream<Item = Result<Delivery>> + Send + use<>> {
        // The mailbox comes before the first look, so that nothing falls in between.
        let mailbox = self.0.hub.mailbox(viewer.id);
        let position = match after {
            Some(after) => after,
            None => self.event_cursor(viewer).await?,
        };
        Ok(Feed::new(self, viewer, mailbox, position, None).into_stream())
    }

    /// Follows one invocation, progress included, to its end. Without a position, from
    /// how it stands now.
    pub async fn invocation_events(
        &self,
        viewer: &Viewer,
        id: InvocationId,
        after: Option<EventCursor>,
    ) -> Result<impl Stream<Item = Result<Delivery>> + Send + use<>> {
        let mailbox = self.0.hub.mailbox(viewer.id);
        let now = self.event_cursor(viewer).await?;
        let invocation = self.invocations_by_id(viewer.id, &[id]).await?.remove(&id);
        let invocation =
            invocation.ok_or_else(|| Problem::not_found("invocation").at("invocationId"))?;
        let mut feed = Feed::new(self, viewer, mailbox, after.unwrap_or(now), Some(id));
        feed.was_final = invocation.state.is_final();
        if after.is_none() {
            let at = invocation.updated_at;
            feed.deliver(Delivery { cursor: now, at, event: Event::Invocation(invocation) });
        }
        Ok(feed.into_stream())
    }
}

/// Reads the log in pages and waits in between. Holds at most one page.
struct Feed {
    engine: Engine,
    viewer: Viewer,
    mailbox: Arc<Mailbox>,
    position: EventCursor,
    /// Follow this invocation only.
    only: Option<InvocationId>,
    /// Whether that one was over before anything was read: then its end is in the log,
    /// and there is nothing to wait for. One that ends later brings an event of it.
    was_final: bool,
    /// How far each running invocation was when this follower was last told.
    told: HashMap<InvocationId, Progress>,
    ready: VecDeque<Delivery>,
    is_caught_up: bool,
    is_over: bool,
}

impl Feed {
    fn new(
        engine: &Engine,
        viewer: &Viewer,
        mailbox: Arc<Mailbox>,
        position: EventCursor,
        only: Option<InvocationId>,
    ) -> Self {
        mailbox.set_read_to(position);
        Self {
            engine: engine.clone(),
            viewer: *viewer,
            mailbox,
            position,
            only,
            was_final: false,
            told: HashMap::new(),
            ready: VecDeque::new(),
            is_caught_up: false,
            is_over: false,
        }
    }

    fn into_stream(self) -> impl Stream<Item = Result<Delivery>> + Send + use<> {
        futures_util::stream::unfold(self, |mut feed| async move {
            match feed.next().await {
                Ok(Some(delivery)) => Some((Ok(delivery), feed)),
                Ok(None) => None,
                Err(error) => {
                    feed.is_over = true;
                    feed.ready.clear();
                    Some((Err(error), feed))
                }
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Delivery>> {
        loop {
            if let Some(delivery) = self.ready.pop_front() {
                return Ok(Some(delivery));
            }
            if self.is_over {
                return Ok(None);
            }
            self.read_page().await?;
        }
    }

    /// Reads the next page of the log, or waits for there to be one.
    async fn read_page(&mut self) -> Result<()> {
        let store = &self.engine.0.store;
        let page = store.events_after(self.viewer.id, self.position, PAGE).await?;
        let Some(page) = page else {
            self.is_over = true;
            self.say(Event::SnapshotRequired);
            return Ok(());
        };
        let Some(last) = page.last() else {
            return self.at_the_end().await;
        };
        let last = EventCursor(last.seq);
        let deliveries = self.engine.resolve(&self.viewer, page, self.only).await?;
        self.position = last;
        self.mailbox.set_read_to(last);
        for delivery in deliveries {
            self.deliver(delivery);
        }
        Ok(())
    }

    /// Everything that happened was delivered.
    async fn at_the_end(&mut self) -> Result<()> {
        if !self.is_caught_up {
            self.is_caught_up = true;
            self.is_over = self.was_final;
            self.say(Event::CaughtUp);
            return Ok(());
        }
        // A signal that was lost costs this long, and nothing else.
        let _ = tokio::time::timeout(TRUST, self.mailbox.something()).await;
        self.read_progress().await
    }

    async fn read_progress(&mut self) -> Result<()> {
        let mut progressed = self.mailbox.progressed();
        progressed.retain(|id| self.only.is_none_or(|only| only == *id));
        if progressed.is_empty() {
            return Ok(());
        }
        let ids: Vec<InvocationId> = progressed.into_iter().collect();
        let found = self.engine.invocations_by_id(self.viewer.id, &ids).await?;
        for (id, invocation) in found {
            let Some(progress) = invocation.progress else { continue };
            // A process hears its own announcements too, so the same step may be
            // announced twice.
            let is_news = self.told.get(&id).is_none_or(|told| {
                progress.current > told.current
                    // Some tell in words only.
                    || (progress.current >= told.current && progress.message != told.message)
            });
            if is_news && !invocation.state.is_final() {
                self.told.insert(id, progress.clone());
                self.say(Event::Progress(id, progress));
            }
        }
        Ok(())
    }

    fn say(&mut self, event: Event) {
        let at = self.engine.0.clock.now();
        self.ready.push_back(Delivery { cursor: self.position, at, event });
    }

    fn deliver(&mut self, delivery: Delivery) {
        if let Event::Invocation(invocation) = &delivery.event
            && invocation.state.is_final()
        {
            self.told.remove(&invocation.id);
            self.is_over |= self.only.is_some();
        }
        self.ready.push_back(delivery);
    }
}
