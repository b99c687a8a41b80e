//! Somebody who follows a resource.

use std::time::Duration;

use attache_domain::{AccountId, EventCursor, Problem};
use futures_util::Stream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::feed::{Delivery, Event};
use crate::{Engine, Result};

/// Changes that follow each other faster than this are told as one.
const CALM: Duration = Duration::from_millis(200);

/// What was heard so far.
#[derive(Default)]
pub(super) struct Heard {
    /// Whether the service has agreed to tell.
    pub(super) is_listening: bool,
    /// How many changes it told of.
    pub(super) changes: u64,
    /// Why it does not tell any more.
    pub(super) problem: Option<Problem>,
}

/// Somebody who follows a resource.
pub(super) struct Follower {
    pub(super) engine: Engine,
    pub(super) id: AccountId,
    pub(super) uri: String,
    /// Where the log stood when listening began: nothing that is told here is in it.
    pub(super) cursor: EventCursor,
    pub(super) hears: watch::Receiver<Heard>,
    /// How many changes were told; `None` before it was said that they will be.
    pub(super) told: Option<u64>,
    /// When the next change may be told.
    pub(super) calm: Instant,
    pub(super) is_over: bool,
}

impl Follower {
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Delivery>> + Send + use<> {
        futures_util::stream::unfold(self, |mut follower| async move {
            let next = follower.next().await?;
            Some((next, follower))
        })
    }

    async fn next(&mut self) -> Option<Result<Delivery>> {
        loop {
            if self.is_over {
                return None;
            }
            let (is_listening, changes, problem) = {
                let heard = self.hears.borrow_and_update();
                (heard.is_listening, heard.changes, heard.problem.clone())
            };
            if let Some(problem) = problem {
                self.is_over = true;
                return Some(Err(problem.into()));
            }
            if is_listening && self.told.is_none() {
                self.told = Some(0);
                return Some(Ok(self.delivery(Event::CaughtUp)));
            }
            if self.told.is_some_and(|told| told < changes) {
                if self.calm > Instant::now() {
                    sleep_until(self.calm).await;
                    continue;
                }
                self.calm = Instant::now() + CALM;
                self.told = Some(changes);
                let (account, uri) = (self.id, self.uri.clone());
                return Some(Ok(self.delivery(Event::Resource { account, uri })));
            }
            // Whoever listened has ended, with all it had to say.
            self.is_over = self.hears.changed().await.is_err();
        }
    }

    fn delivery(&self, event: Event) -> Delivery {
        Delivery { cursor: self.cursor, at: self.engine.clock().now(), event }
    }
}
