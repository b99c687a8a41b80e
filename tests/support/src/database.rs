//! A database per test, copied from a migrated template.

use std::sync::atomic::{AtomicU32, Ordering};

use attache_domain::Clock;
use attache_server::dev::postgres::{Options, PrivatePostgres};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

/// The Postgres of this process. It ends with the process, which its watchdog sees to.
static CLUSTER: OnceCell<PrivatePostgres> = OnceCell::const_new();

static COUNT: AtomicU32 = AtomicU32::new(0);

const TEMPLATE: &str = "template_migrated";

/// A database of one's own, migrated. Dropped with the value.
#[derive(Debug)]
pub struct Database {
    name: String,
    url: SecretString,
}

impl Database {
    /// A new one.
    pub async fn create() -> Self {
        Self::copy_of(TEMPLATE).await
    }

    /// A new one without anything in it, and not migrated.
    pub async fn create_empty() -> Self {
        Self::copy_of("template0").await
    }

    async fn copy_of(template: &str) -> Self {
        let cluster = CLUSTER.get_or_init(start).await;
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let statement = format!("CREATE DATABASE {name} TEMPLATE {template}");
        run(&cluster.url("postgres"), &statement).await;
        Self { url: cluster.url(&name), name }
    }

    /// Its URL.
    pub fn url(&self) -> &SecretString {
        &self.url
    }

    /// How many rows there are, for example in `accounts WHERE service = 'NOTES'`.
    pub async fn count(&self, from: &str) -> i64 {
        let client = self.connect().await;
        let row = client.query_one(&format!("SELECT count(*) FROM {from}"), &[]).await;
        row.expect("a query").get(0)
    }

    /// A connection, to look at what is really there.
    pub async fn connect(&self) -> Client {
        connect(&self.url).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(cluster) = CLUSTER.get() else { return };
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let url = cluster.url("postgres");
        // Dropping is not async, and this runtime is not ours to block.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(run(&url, &statement));
        });
        let _ = dropping.join();
    }
}

async fn start() -> PrivatePostgres {
    let directory = tempfile::Builder::new().prefix("attache-test-").tempdir();
    let options = Options {
        // Its watchdog removes it.
        directory: directory.expect("a temporary directory").keep(),
        is_ephemeral: true,
        path: std::env::var_os("PATH"),
    };
    let starting =
        tokio::task::spawn_blocking(|| PrivatePostgres::start(options, &Clock::system()));
    let cluster = starting.await.expect("not cancelled").unwrap_or_else(|error| panic!("{error}"));
    run(&cluster.url("postgres"), &format!("CREATE DATABASE {TEMPLATE}")).await;
    attache_store::migrate(&cluster.url(TEMPLATE)).await.expect("the migrations run");
    cluster
}

async fn run(url: &SecretString, statement: &str) {
    connect(url).await.batch_execute(statement).await.expect(statement);
}

#[expect(clippy::disallowed_methods, reason = "a test's own connection is nobody's to drain")]
async fn connect(url: &SecretString) -> Client {
    let (client, connection) =
        tokio_postgres::connect(url.expose_secret(), NoTls).await.expect("Postgres is there");
    tokio::spawn(connection);
    client
}
