//! A database per test, copied from a migrated template.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use attache_domain::Clock;
use attache_server::dev::postgres::{Options, PrivatePostgres};
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

use crate::process::signal;

/// The Postgres of this process. It ends with the process, which its watchdog sees to.
static CLUSTER: OnceCell<PrivatePostgres> = OnceCell::const_new();

static COUNT: AtomicU32 = AtomicU32::new(0);

const TEMPLATE: &str = "template_migrated";

/// A database of one's own, migrated. Dropped with the value.
#[derive(Debug)]
pub struct Database {
    name: String,
    url: SecretString,
    cluster: Option<OwnCluster>,
}

/// A Postgres with one database, which can be stopped without taking it away from others. It
/// writes as carefully as one in production: what it acknowledged survives.
#[derive(Debug)]
struct OwnCluster {
    // Stopped before its directory goes.
    running: Option<PrivatePostgres>,
    directory: TempDir,
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
        Self { url: cluster.url(&name), name, cluster: None }
    }

    /// A new one in a Postgres of its own.
    pub async fn create_apart() -> Self {
        let directory = tempfile::Builder::new().prefix("attache-apart-").tempdir();
        let directory = directory.expect("a temporary directory");
        let running = launch(directory.path().to_owned(), false).await;
        let name = "apart".to_owned();
        run(&running.url("postgres"), &format!("CREATE DATABASE {name}")).await;
        let url = running.url(&name);
        attache_store::migrate(&url).await.expect("the migrations run");
        Self { name, url, cluster: Some(OwnCluster { running: Some(running), directory }) }
    }

    /// Ends the Postgres of a database that is [apart](Self::create_apart), as `pg_ctl stop -m
    /// immediate` does: at once, so that it has to recover when it is started again.
    pub async fn crash(&mut self) {
        let cluster = self.cluster.as_mut().expect("a Postgres of its own");
        let running = cluster.running.take().expect("it runs");
        let file = running.directory().join("data/postmaster.pid");
        let file = std::fs::read_to_string(file).expect("the file with its process id");
        let postmaster = file.lines().next().expect("its process id").to_owned();
        signal(&postmaster, "QUIT");
        // Waits for the end of the process.
        tokio::task::spawn_blocking(|| drop(running)).await.expect("it ends");
    }

    /// Starts it again, which takes as long as its recovery.
    pub async fn recover(&mut self) {
        let cluster = self.cluster.as_mut().expect("a Postgres of its own");
        let directory = cluster.directory.path().to_owned();
        cluster.running = Some(launch(directory, false).await);
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
        if self.cluster.is_some() {
            return;
        }
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
    // Its watchdog removes it.
    let cluster = launch(directory.expect("a temporary directory").keep(), true).await;
    run(&cluster.url("postgres"), &format!("CREATE DATABASE {TEMPLATE}")).await;
    attache_store::migrate(&cluster.url(TEMPLATE)).await.expect("the migrations run");
    cluster
}

async fn launch(directory: PathBuf, is_ephemeral: bool) -> PrivatePostgres {
    let options = Options { directory, is_ephemeral, path: std::env::var_os("PATH") };
    let starting =
        tokio::task::spawn_blocking(|| PrivatePostgres::start(options, &Clock::system()));
    starting.await.expect("not cancelled").unwrap_or_else(|error| panic!("{error}"))
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
