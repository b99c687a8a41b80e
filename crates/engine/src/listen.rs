//! Listening to a resource: as long as somebody wants to know, its service is asked to tell of
//! changes.

mod follower;

use std::sync::Arc;
use std::time::Duration;

use attache_domain::{Account, AccountId, Problem, ProblemCode, UserId, Viewer};
use attache_upstream::{ResourceWatch, Session, WatchResource};
use futures_util::Stream;
use tokio::sync::watch;
use tokio::time::{Instant, interval_at, sleep};

use self::follower::{Follower, Heard};
use crate::feed::Delivery;
use crate::inquire::{PATIENCE, Unanswered};
use crate::slots::Room;
use crate::words;
use crate::{Engine, Error, Result};

/// How many resources one viewer may listen to, in one process.
pub(crate) const ROOM: Room = Room { running: 20, waiting: 0 };

/// How often a service is asked whether it still knows that we listen.
const TRUST: Duration = Duration::from_mins(1);

/// How often a service that stops telling is asked again, and the first pause before that.
const MAX_AGAIN: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// How long a service is told that nobody listens any more.
const FAREWELL: Duration = Duration::from_secs(2);

/// Who still listens when listening stops.
enum Over {
    /// Nobody.
    Unheard,
    /// Somebody, and the service does not tell any more.
    Untold,
}

impl Engine {
    /// Follows a resource of an account: [`CaughtUp`](crate::Event::CaughtUp) when the service has agreed to tell,
    /// then [`Resource`](crate::Event::Resource) for each change, until the account goes. Ends with an error when
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
        let uri = words::uri("uri", uri)?;
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
        match self.inquire_now(user, account, question, deadline).await {
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
