//! Being told of changes of a resource.
#![expect(deprecated, reason = "the older revisions know no other way, and are spoken, too")]

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    ClientRequest, SubscribeRequest, SubscribeRequestParams, SubscriptionFilter,
    UnsubscribeRequest, UnsubscribeRequestParams,
};
use rmcp::service::Subscription;
use tokio::sync::watch;
use tokio::time::timeout;

use super::ask::{AskError, Question, unanswered};
use super::error::McpError;
use super::offers::has_resources;
use super::session::Session;

/// Asks to be told of changes of the resource with this URI.
pub struct WatchResource(pub String);

/// Hears of changes of a resource, until it is stopped.
pub struct ResourceWatch(Way);

enum Way {
    /// On a stream of its own, in the stateless revision.
    Stream(Box<Subscription>),
    /// On the stream of the session, in the older ones.
    Session { session: Arc<Session>, uri: String, changes: watch::Receiver<u64> },
}

impl Question for WatchResource {
    type Answer = (Arc<Session>, ResourceWatch);

    async fn ask(
        &self,
        session: &Arc<Session>,
        patience: Duration,
    ) -> Result<Self::Answer, AskError> {
        if !session.offers(has_resources) {
            return Err(AskError::NotOffered);
        }
        if session.speaks_modern() {
            let filter = SubscriptionFilter::builder().resource_subscription(&self.0).build();
            let asked = timeout(patience, session.peer().listen(filter)).await;
            let stream = asked.map_err(|_| McpError::TimedOut)?;
            let stream = stream.map_err(|error| unanswered(session.error_of(&error)))?;
            let accepted = stream.acknowledged().resource_subscriptions.as_ref();
            // What a server does not want to tell of, it leaves out.
            let is_accepted = accepted.is_some_and(|uris| uris.contains(&self.0));
            let watch = ResourceWatch(Way::Stream(Box::new(stream)));
            return is_accepted.then(|| (session.clone(), watch)).ok_or(AskError::NotOffered);
        }
        let tells = |it: &rmcp::model::ServerCapabilities| {
            it.resources.as_ref().is_some_and(|it| it.subscribe == Some(true))
        };
        if !session.offers(tells) {
            return Err(AskError::NotOffered);
        }
        let turn = timeout(patience, session.subscribing.lock()).await;
        let _turn = turn.map_err(|_| McpError::TimedOut)?;
        let changes = session.watched().watch(&self.0);
        let watch = Way::Session { session: session.clone(), uri: self.0.clone(), changes };
        if let Err(error) = subscribe(session, &self.0, patience).await {
            session.watched().let_go(&self.0);
            return Err(error);
        }
        Ok((session.clone(), ResourceWatch(watch)))
    }
}

async fn subscribe(session: &Session, uri: &str, patience: Duration) -> Result<(), AskError> {
    let params = SubscribeRequestParams::new(uri);
    let request = ClientRequest::SubscribeRequest(SubscribeRequest::new(params));
    session.request(request, patience).await.map(drop)
}

impl ResourceWatch {
    /// Waits for the next change. `None` when there is nothing more to hear.
    pub async fn changed(&mut self) -> Option<()> {
        match &mut self.0 {
            Way::Stream(stream) => stream.next().await.ok().flatten().map(drop),
            Way::Session { changes, .. } => changes.changed().await.ok(),
        }
    }

    /// Whether the server still knows that we want to hear. Older servers are asked again, which
    /// does no harm.
    pub async fn is_alive(&self, patience: Duration) -> bool {
        match &self.0 {
            Way::Stream(stream) => stream.end().is_none(),
            Way::Session { session, uri, .. } => {
                !session.is_closed() && subscribe(session, uri, patience).await.is_ok()
            }
        }
    }

    /// Says that nobody wants to hear any more.
    pub async fn stop(self, patience: Duration) {
        match self.0 {
            Way::Stream(mut stream) => {
                // The server is told as a courtesy; it may be gone.
                let _ = timeout(patience, stream.cancel()).await;
            }
            Way::Session { session, uri, .. } => {
                let _turn = session.subscribing.lock().await;
                if session.watched().let_go(&uri) && !session.is_closed() {
                    let params = UnsubscribeRequestParams::new(uri);
                    let request =
                        ClientRequest::UnsubscribeRequest(UnsubscribeRequest::new(params));
                    let _ = session.request(request, patience).await;
                }
            }
        }
    }
}
