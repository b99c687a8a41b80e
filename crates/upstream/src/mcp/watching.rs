//! Being told of changes of a resource.
#![expect(deprecated, reason = "the older revisions know no other way, and are spoken, too")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rmcp::model::{
    ClientRequest, SubscribeRequest, SubscribeRequestParams, SubscriptionFilter,
    UnsubscribeRequest, UnsubscribeRequestParams,
};
use rmcp::service::Subscription;
use tokio::sync::watch;
use tokio::time::timeout;

use super::ask::{AskError, Question};
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
            let stream =
                stream.map_err(|error| McpError::of_request(&error, session.clock.now()))?;
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

/// Which resources somebody watches in a session of the older revisions.
#[derive(Default)]
pub(super) struct Watched(Mutex<HashMap<String, (usize, watch::Sender<u64>)>>);

impl Watched {
    fn watch(&self, uri: &str) -> watch::Receiver<u64> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, changes) =
            watched.entry(uri.to_owned()).or_insert_with(|| (0, watch::Sender::new(0)));
        *count += 1;
        changes.subscribe()
    }

    /// Whether that was the last who watched it.
    fn let_go(&self, uri: &str) -> bool {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((count, _)) = watched.get_mut(uri) else { return false };
        *count -= 1;
        let is_last = *count == 0;
        if is_last {
            watched.remove(uri);
        }
        is_last
    }

    /// Tells whoever watches a resource, or what it is a part of.
    pub(super) fn tell(&self, changed: &str) {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (uri, (_, changes)) in watched.iter() {
            let rest = changed.strip_prefix(uri.as_str());
            let is_part = rest.is_some_and(|it| it.starts_with(['/', '#']) || uri.ends_with('/'));
            if rest == Some("") || is_part {
                changes.send_modify(|count| *count += 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_watches_is_told_and_the_last_one_is_known() {
        let watched = Watched::default();
        let (mut one, other) = (watched.watch("note://a"), watched.watch("note://b"));
        let again = watched.watch("note://a");
        watched.tell("note://a");
        watched.tell("note://ab");
        watched.tell("note://a/part");
        assert_eq!((*one.borrow_and_update(), *other.borrow(), *again.borrow()), (2, 0, 2));
        assert!(!watched.let_go("note://a"));
        assert!(watched.let_go("note://a"));
        assert!(!watched.let_go("note://a"), "nobody is left");
        watched.tell("note://a");
        assert!(watched.0.lock().unwrap().contains_key("note://b"));
    }
}
