//! Connections to Postgres, with or without TLS.

use std::time::Duration;

use bb8::QueueStrategy;
use diesel::ConnectionError;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Error, Result};

pub(crate) type Connection<'a> = PooledConnection<'a, AsyncPgConnection>;

/// How long a request waits for a connection before it is told that the database
/// is not there.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a connection that nobody needs is kept.
const IDLE: Duration = Duration::from_mins(2);

/// No statement runs longer than a request may take, and no transaction waits longer
/// for a lock or for a process that is gone. What runs in the background is bounded by
/// itself.
const BOUNDS: &str = "SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
                      SET idle_in_transaction_session_timeout = '10s'";

/// Where the database is.
#[derive(Clone)]
pub(crate) struct Database {
    url: SecretString,
    tls: Option<MakeRustlsConnect>,
}

impl Database {
    /// Reads a URL as libpq writes them. `sslmode` may be `disable`, `prefer` (the
    /// default) or `require`; a certificate is always verified against the
    /// operating system's authorities.
    pub(crate) fn parse(url: &SecretString) -> Result<Self> {
        let config: tokio_postgres::Config = url.expose_secret().parse().map_err(Error::Url)?;
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            mode => match MakeRustlsConnect::with_native_certs() {
                Ok((tls, _)) => Some(tls),
                // Without authorities nothing can be verified. That is no reason to
                // give up on a database that was not asked for TLS.
                Err(_) if mode == SslMode::Prefer => None,
                Err(_) => return Err(Error::NoAuthorities),
            },
        };
        Ok(Self { url: url.clone(), tls })
    }

    /// A connection of one's own, outside the pool.
    pub(crate) async fn connect(&self) -> Result<AsyncPgConnection> {
        establish(self.url.expose_secret(), self.tls.clone())
            .await
            .map_err(|error| Error::Unavailable(Box::new(error)))
    }

    pub(crate) async fn pool(&self, size: u32) -> Result<Pool<AsyncPgConnection>> {
        let tls = self.tls.clone();
        let mut config = ManagerConfig::default();
        // tokio-postgres watches each socket, so a connection that the server closed
        // is known to be closed before it is used: asking is free, a ping is not.
        config.recycling_method =
            RecyclingMethod::CustomFunction(Box::new(|connection: &mut AsyncPgConnection| {
                let is_broken = connection.is_broken();
                let broken = diesel::result::Error::BrokenTransactionManager;
                async move { if is_broken { Err(broken) } else { Ok(()) } }.boxed()
            }));
        config.custom_setup = Box::new(move |url| {
            let (url, tls) = (url.to_owned(), tls.clone());
            async move {
                let mut connection = establish(&url, tls).await?;
                let bounded = connection.batch_execute(BOUNDS).await;
                bounded.map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(connection)
            }
            .boxed()
        });
        let url = self.url.expose_secret();
        Pool::builder()
            .max_size(size)
            .connection_timeout(PATIENCE)
            // A session that was just used has its plans and caches at hand. Those that
            // only a peak needs go, before something between here and the database
            // forgets that they are there.
            .queue_strategy(QueueStrategy::Lifo)
            .idle_timeout(IDLE)
            .build(AsyncDieselConnectionManager::new_with_config(url, config))
            .await
            .map_err(|error| Error::Unavailable(Box::new(error)))
    }
}

async fn establish(
    url: &str,
    tls: Option<MakeRustlsConnect>,
) -> Result<AsyncPgConnection, ConnectionError> {
    let bad = |error: tokio_postgres::Error| ConnectionError::BadConnection(error.to_string());
    if let Some(tls) = tls {
        let (client, connection) = tokio_postgres::connect(url, tls).await.map_err(bad)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    } else {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(bad)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
}
