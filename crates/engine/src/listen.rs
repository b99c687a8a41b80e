//! Listening to a resource: as long as somebody wants to know, its service is asked to tell of
//! changes.

use std::sync::Arc;
use std::time::Duration;

use attache_domain::{Account, AccountId, EventCursor, Problem, ProblemCode, UserId, Viewer};
use attache_upstream::{ResourceWatch, Session, WatchResource};
use futures_util::Stream;
use tokio::sync::watch;
use tokio::time::{Instant, interval_at, sleep, sleep_until};

use crate::ask::{PATIENCE, Unanswered};
use crate::feed::{Delivery, Event};
use crate::offers::resource_uri;
use crate::slots::Room;
use crate::{Engine, Error, Result};

/// How many resources one viewer may listen to, in one process.
pub(crate) const ROOM: Room = Room { running: 20, waiting: 0 };

/// Changes that follow each other faster than this are told as one.
const CALM: Duration = Duration::from_millis(200);

/// How often a service is asked whether it still knows that we listen.
const TRUST: Duration = Duration::from_mins(1);

/// How often a service that stops telling is asked again, and the first pause before that.
const MAX_AGAIN: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// How long a service is told that nobody listens any more.
const FAREWELL: Duration = Duration::from_secs(2);

/// What was heard so far.
#[derive(Default)]
struct Heard {
    is_listening: bool,
    changes: u64,
    problem: Option<Problem>,
}

/// Who still listens when listening stops.
enum Over {
    /// Nobody.
    Unheard,
    /// Somebody, and the service does not tell any more.
    Untold,
}

impl Engine {
    /// Follows a resource of an account: [`Event::CaughtUp`] when the service has agreed to tell,
    /// then [`Event::Resource`] for each change, until the account goes. Ends with an error when
    /// the service does not tell, or not any more.
    pub async fn resource_events(
        &self,
        viewer: &Viewer,
        id: AccountId,
        uri: String,
    ) -> Result<impl Stream<Item = Result<Delivery>> + Send + use<>> {
        let cursor = self.event_cursor(viewer).await?;
        let account = self.accounts_by_id(viewer.id, &[id]).await?.remove(&id);
        let account = account.ok_or_else(|| Problem::not_found("account"))?;
        let uri = resource_uri(uri)?;
        let slot = self.0.listeners.take(viewer.id).ok_or_else(|| {
            let message = "Too many resources are being listened to. Stop listening to another.";
            Problem::new(ProblemCode::LimitReached, message)
        })?;
        let (heard, hears) = watch::channel(Heard::default());
        let (engine, user, resource) = (self.clone(), viewer.id, uri.clone());
        self.0.tasks.spawn_until_drain(async move {
            let _slot = slot;
            if let Some(problem) = engine.listen_to(user, account, resource, &heard).await {
                heard.send_modify(|heard| heard.problem = Some(problem));
            }
        });
        let (engine, calm) = (self.clone(), Instant::now());
        let follower =
            Follower { engine, id, uri, cursor, hears, told: None, calm, is_over: false };
        Ok(follower.into_stream())
    }

    /// Listens until nobody hears it or the account is gone, which is no problem, or until the
    /// service does not tell any more, which is one.
    async fn listen_to(
        &self,
        user: UserId,
        mut account: Account,
        uri: String,
        heard: &watch::Sender<Heard>,
    ) -> Option<Problem> {
        let question = WatchResource(uri);
        let mut failures = 0;
        loop {
            let deadline = Instant::now() + PATIENCE;
            let began = Instant::now();
            // Not given up halfway: whoever asked has to say when nobody listens any more.
            match self.ask_to_tell(user, &account, &question, deadline).await {
                Ok((session, mut watch)) => {
                    heard.send_modify(|heard| {
                        // What happened in between was not told.
                        heard.changes += u64::from(heard.is_listening);
                        heard.is_listening = true;
                    });
                    let over = hear(&session, &mut watch, heard).await;
                    watch.stop(FAREWELL).await;
                    if matches!(over, Over::Unheard) {
                        return None;
                    }
                    if began.elapsed() > TRUST {
                        failures = 0;
                    }
                }
                Err(problem) if !heard.borrow().is_listening || failures == MAX_AGAIN => {
                    return Some(problem);
                }
                Err(_) => {}
            }
            if failures == MAX_AGAIN {
                return Some(Problem::service_unavailable(&self.services().name(&account.service)));
            }
            failures += 1;
            tokio::select! {
                () = sleep(PAUSE * 2_u32.pow(failures - 1)) => {}
                () = heard.closed() => return None,
            }
            // It may have been connected again, or be gone.
            account = match self.accounts_by_id(user, &[account.id]).await {
                Ok(mut found) => found.remove(&account.id)?,
                Err(error) => {
                    tracing::error!(account.id = %account.id, ?error, "an account could not be loaded");
                    continue;
                }
            };
        }
    }

    async fn ask_to_tell(
        &self,
        user: UserId,
        account: &Account,
        question: &WatchResource,
        deadline: Instant,
    ) -> Result<(Arc<Session>, ResourceWatch), Problem> {
        let name = &self.services().name(&account.service);
        match self.ask_now(user, account, question, deadline).await {
            Ok(watch) => Ok(watch),
            Err(Unanswered::NotOffered) => {
                let message = format!("{name} does not tell of changes of this resource.");
                Err(Problem::new(ProblemCode::ServiceRefused, message))
            }
            Err(Unanswered::NothingThere) => Err(Problem::not_found("resource")),
            Err(Unanswered::Because(Error::Refused(problem))) => Err(*problem),
            Err(Unanswered::Because(Error::Fault(error))) => {
                tracing::error!(?error, "a resource could not be listened to");
                Err(Problem::service_unavailable(name))
            }
        }
    }
}

/// Notes changes until there is nothing more to hear, or nobody who does.
async fn hear(session: &Session, watch: &mut ResourceWatch, heard: &watch::Sender<Heard>) -> Over {
    let mut look = interval_at(Instant::now() + TRUST, TRUST);
    loop {
        tokio::select! {
            changed = watch.changed() => {
                if changed.is_none() {
                    return Over::Untold;
                }
                heard.send_modify(|heard| heard.changes += 1);
            }
            _ = look.tick() => {
                if !watch.is_alive(PATIENCE).await {
                    return Over::Untold;
                }
            }
            () = session.retired() => return Over::Untold,
            () = heard.closed() => return Over::Unheard,
        }
    }
}

/// Somebody who follows a resource.
struct Follower {
    engine: Engine,
    id: AccountId,
    uri: String,
    /// Where the log stood when listening began: nothing that is told here is in it.
    cursor: EventCursor,
    hears: watch::Receiver<Heard>,
    /// How many changes were told; `None` before it was said that they will be.
    told: Option<u64>,
    /// When the next change may be told.
    calm: Instant,
    is_over: bool,
}

impl Follower {
    fn into_stream(self) -> impl Stream<Item = Result<Delivery>> + Send + use<> {
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
