//! The database under the server, from beside it.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, ensure};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::{AsyncMessage, Client, NoTls, Statement};

/// A connection to it.
pub(crate) struct Database {
    client: Client,
    update: Statement,
    announced: Arc<AtomicU64>,
}

/// What went on so far.
#[derive(Clone, Copy)]
pub(crate) struct Count {
    /// Transactions that wrote something, or announced that somebody did.
    pub(crate) transactions: u64,
    /// Those that announced, since [`Database::listen`].
    pub(crate) announced: u64,
}

impl Database {
    pub(crate) async fn open(url: &SecretString) -> Result<Self> {
        let (client, mut connection) = tokio_postgres::connect(url.expose_secret(), NoTls).await?;
        let announced = Arc::new(AtomicU64::new(0));
        let heard = announced.clone();
        #[expect(clippy::disallowed_methods, reason = "no part of the server that is drained")]
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await
            {
                if matches!(message, AsyncMessage::Notification(_)) {
                    heard.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        client.batch_execute("CREATE TABLE bench AS SELECT 0 AS commits").await?;
        let update = client.prepare("UPDATE bench SET commits = commits + 1").await?;
        Ok(Self { client, update, announced })
    }

    /// What Postgres promises, after making sure that it keeps what was committed.
    pub(crate) async fn durability(&self) -> Result<String> {
        let mut said = vec![format!("PostgreSQL {}", self.show("server_version").await?)];
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            ensure!(self.show(setting).await? == "on", "{setting} is not on");
            said.push(format!("{setting} on"));
        }
        said.push(format!("wal_sync_method {}", self.show("wal_sync_method").await?));
        Ok(said.join(", "))
    }

    async fn show(&self, setting: &str) -> Result<String> {
        Ok(self.client.query_one(&format!("SHOW {setting}"), &[]).await?.get(0))
    }

    /// Commits small transactions, one after the other.
    pub(crate) async fn commit(&self, times: u64) -> Result<()> {
        for _ in 0..times {
            self.client.execute(&self.update, &[]).await?;
        }
        Ok(())
    }

    /// Gives the viewer these accounts, each with so many tools.
    pub(crate) async fn add_accounts(&self, from: i32, to: i32, tools: i32) -> Result<()> {
        let add = include_str!("accounts.sql");
        self.client.execute(add, &[&from, &to, &tools]).await?;
        Ok(self.client.batch_execute("ANALYZE").await?)
    }

    /// Counts what is announced from now on. Being told costs the database time, so this
    /// is not for while it is measured.
    pub(crate) async fn listen(&self) -> Result<()> {
        Ok(self.client.batch_execute("LISTEN attache").await?)
    }

    /// Only transactions that write, or announce, get a number: reading does not count.
    pub(crate) async fn count(&self) -> Result<Count> {
        let next = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text";
        let next: String = self.client.query_one(next, &[]).await?.get(0);
        let announced = self.announced.load(Ordering::Relaxed);
        Ok(Count { transactions: next.parse()?, announced })
    }
}
