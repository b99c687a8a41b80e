//! Hearing what other processes announce, and announcing.

use std::sync::atomic::Ordering;

use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::{StreamExt, pin_mut};

use crate::Store;
use crate::error::{During, Error, Result};

const CHANNEL: &str = "attache";

/// What a process says when it comes. Whoever hears it is not alone any more.
const HELLO: &str = "hello";

/// One connection that listens, outside the pool.
pub struct Listener {
    store: Store,
    connection: AsyncPgConnection,
}

impl Store {
    /// Begins to listen.
    pub async fn listen(&self) -> Result<Listener> {
        let mut connection = self.0.database.connect().await?;
        connection.batch_execute(&format!("LISTEN {CHANNEL}")).await.during("listen")?;
        Ok(Listener { store: self.clone(), connection })
    }

    /// Lets other processes know that there is one more to tell things to.
    pub async fn greet(&self) -> Result<()> {
        self.notify(HELLO).await
    }

    /// Tells other processes what this one did, as it comes together, if there are any: each
    /// notification costs Postgres a commit. Returns when that fails; what was not told is lost,
    /// which costs the others a few seconds.
    pub async fn tell(&self) -> Result<()> {
        loop {
            for payload in self.0.signals.untold().await {
                if !self.0.is_alone.load(Ordering::Relaxed) {
                    self.notify(&payload).await?;
                }
            }
        }
    }

    async fn notify(&self, payload: &str) -> Result<()> {
        use diesel_async::RunQueryDsl as _;
        // A hint need not survive anything, and who commits next does not wait until it would.
        let notify = "SELECT pg_notify($1, $2) \
            FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried";
        diesel::sql_query(notify)
            .bind::<Text, _>(CHANNEL)
            .bind::<Text, _>(payload)
            .execute(&mut self.read().await?)
            .await
            .during("notify")?;
        Ok(())
    }
}

impl Listener {
    /// Passes on what is heard, until the connection breaks.
    pub async fn run(mut self) -> Error {
        let notifications = self.connection.notifications_stream();
        pin_mut!(notifications);
        while let Some(notification) = notifications.next().await {
            match notification {
                Ok(notification) if notification.payload == HELLO => {
                    self.store.0.is_alone.store(false, Ordering::Relaxed);
                }
                Ok(notification) => self.store.0.signals.receive(&notification.payload),
                Err(source) => {
                    return Error::Statement { operation: "listen", source };
                }
            }
        }
        Error::Unavailable("the listening connection was closed".into())
    }
}
