//! Hearing what other processes announce, and announcing.

use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::{StreamExt, pin_mut};

use crate::Store;
use crate::error::{During, Error, Result};

const CHANNEL: &str = "attache";

/// One connection that listens, outside the pool.
pub struct Listener {
    store: Store,
    connection: AsyncPgConnection,
}

impl Store {
    /// Begins to listen.
    pub async fn listen(&self) -> Result<Listener> {
        let mut connection = self.0.target.connect().await?;
        connection.batch_execute(&format!("LISTEN {CHANNEL}")).await.during("listen")?;
        Ok(Listener { store: self.clone(), connection })
    }

    /// Tells other processes what this one did, as it comes together. Returns when
    /// that fails; what was not told is lost, which costs the others a few seconds.
    pub async fn tell(&self) -> Result<()> {
        loop {
            for payload in self.0.signals.untold().await {
                diesel::sql_query("SELECT pg_notify($1, $2)")
                    .bind::<diesel::sql_types::Text, _>(CHANNEL)
                    .bind::<diesel::sql_types::Text, _>(payload)
                    .execute(&mut self.read().await?)
                    .await
                    .during("notify")?;
            }
        }
    }
}

impl Listener {
    /// Passes on what is heard, until the connection breaks.
    pub async fn run(mut self) -> Error {
        let notifications = self.connection.notifications_stream();
        pin_mut!(notifications);
        while let Some(notification) = notifications.next().await {
            match notification {
                Ok(notification) => self.store.0.signals.receive(&notification.payload),
                Err(source) => {
                    return Error::Statement { operation: "listen", source };
                }
            }
        }
        Error::Unavailable("the listening connection was closed".into())
    }
}
