//! What goes on without anybody asking.

use std::time::Duration;

use attache_store::Signal;

use crate::{Engine, Result};

/// How often the lease is renewed. It holds for three times as long.
const HEARTBEAT: Duration = Duration::from_secs(3);
const SWEEP: Duration = Duration::from_secs(1);
const DELIVER: Duration = Duration::from_secs(2);
const RENEW: Duration = Duration::from_secs(1);
const RECOVER: Duration = Duration::from_secs(2);
const LET_GO: Duration = Duration::from_secs(15);
const REST: Duration = Duration::from_secs(5);
const FORGET: Duration = Duration::from_mins(10);

/// How often followers whose signals may have been lost are looked after.
const CATCH_UP: Duration = Duration::from_secs(5);

/// How long an MCP session is kept warm without a call.
const WARM: Duration = Duration::from_mins(5);

/// How long to wait before listening again after a broken connection.
const RECONNECT: Duration = Duration::from_secs(1);

impl Engine {
    pub(crate) fn begin_background(&self) {
        // The lease must hold for as long as calls are running, also during a drain.
        self.0.tasks.spawn_until_end(self.repeat(HEARTBEAT, "heartbeat", |engine| async move {
            let running = engine.0.hub.running();
            let heartbeat = engine.0.store.heartbeat(engine.0.replica, &running).await?;
            let stop = engine.0.hub.listener();
            for id in heartbeat.stops {
                stop(Signal::Stop(id));
            }
            Ok(())
        }));
        self.every(SWEEP, "sweep", |engine| async move { engine.sweep().await });
        self.every(DELIVER, "deliver", |engine| async move {
            engine.deliver_revocations().await;
            Ok(())
        });
        self.every(RENEW, "renew", |engine| async move { engine.renew_due().await });
        self.every(RECOVER, "recover", |engine| async move { engine.recover_pages().await });
        self.every(LET_GO, "let go", |engine| async move { engine.let_go().await });
        self.every(FORGET, "forget", |engine| async move { engine.forget().await });
        self.every(REST, "rest", |engine| async move {
            for upstream in engine.0.ways.both() {
                upstream.sessions().close_idle(WARM);
            }
            Ok(())
        });
        self.every(CATCH_UP, "catch up", |engine| async move {
            let followed = engine.0.hub.followed();
            if followed.is_empty() {
                return Ok(());
            }
            let wake = engine.0.hub.listener();
            let grown = engine.0.store.grown_logs(&followed).await?;
            for user in grown {
                wake(Signal::Changed(user));
            }
            Ok(())
        });
        let listening = self.clone();
        self.0.tasks.spawn_until_drain(async move { listening.listen().await });
        self.begin_telling();
    }

    /// Tells other processes what is done here.
    pub fn begin_telling(&self) {
        let telling = self.clone();
        self.0.tasks.spawn_until_end(async move {
            loop {
                if let Err(error) = telling.0.store.tell().await {
                    tracing::warn!(?error, "other processes could not be told");
                }
                tokio::time::sleep(RECONNECT).await;
            }
        });
    }

    async fn listen(&self) {
        loop {
            let error = match self.0.store.listen().await {
                Ok(listener) => listener.run().await,
                Err(error) => error,
            };
            tracing::warn!(?error, "listening for other processes was interrupted");
            tokio::time::sleep(RECONNECT).await;
        }
    }

    fn every<Work, Done>(&self, pause: Duration, name: &'static str, work: Work)
    where
        Work: Fn(Self) -> Done + Send + Sync + 'static,
        Done: Future<Output = Result<()>> + Send + 'static,
    {
        self.0.tasks.spawn_until_drain(self.repeat(pause, name, work));
    }

    /// Repeats `work`. What goes wrong is logged and tried again.
    fn repeat<Work, Done>(
        &self,
        pause: Duration,
        name: &'static str,
        work: Work,
    ) -> impl Future<Output = ()> + Send + use<Work, Done>
    where
        Work: Fn(Self) -> Done + Send + Sync + 'static,
        Done: Future<Output = Result<()>> + Send + 'static,
    {
        let engine = self.clone();
        async move {
            let mut ticks = tokio::time::interval(pause);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = work(engine.clone()).await {
                    tracing::error!(?error, work = name, "work in the background failed");
                }
            }
        }
    }
}
