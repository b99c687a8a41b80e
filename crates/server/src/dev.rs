//! The embedded default: everything a newcomer needs, with nothing configured.
//!
//! A private Postgres, the playground as two services, a signed-in viewer, and
//! GraphiQL. It goes through the same configuration and the same start as any other
//! deployment; only where the strings come from differs.

mod graphiql;
mod keys;
pub mod postgres;
mod settings;

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io, thread};

use attache_domain::Clock;
use attache_playground::{Client, Playground};
use attache_upstream::{Access, ClientSource};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use self::keys::Keys;
use self::postgres::{PostgresError, PrivatePostgres};
use crate::auth::{self, Claims};
use crate::config::{self, Config, Invalid, Variables};
use crate::programs;
use crate::serve::{Server, StartError};

/// The configuration, with places for what is known only at the start.
const CONFIG: &str = include_str!("dev/attache.toml");

/// The viewer who is signed in.
const SUBJECT: &str = "ada";

/// What they use, as the access log names it.
const CLIENT: &str = "attache-dev";

/// How long the token in the page and in `dev.json` is good for.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::days(30);

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where everything is kept.
    pub directory: PathBuf,
    /// The port on loopback. The playground takes the one after it.
    pub port: u16,
    /// Other web origins that may use the API, of the frontends that are developed beside it.
    /// The first is where people return to when `returnTo` is `frontend`.
    pub origins: Vec<String>,
    /// Settings that replace those of the development server, each as a line of TOML.
    pub settings: Vec<String>,
    /// A database to use instead of a private one.
    pub database_url: Option<SecretString>,
    /// `PATH`, to look for PostgreSQL's programs.
    pub path: Option<OsString>,
}

/// The runtime for all of it: half of the processors, for the database and the browser are on the
/// same machine. Threads that take turns on one processor with the database cost more than they
/// bring: on two processors, two of them made each call take a tenth longer than one.
pub fn runtime() -> io::Result<Runtime> {
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    Builder::new_multi_thread().worker_threads((processors / 2).max(1)).enable_all().build()
}

/// Why it does not start.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// Files.
    #[error("{} cannot be used", .0.display())]
    Directory(PathBuf, #[source] io::Error),
    /// Somebody else listens there.
    #[error("port {0} is taken; choose another one with --port")]
    Port(u16, #[source] io::Error),
    /// The private Postgres.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// The task that started it.
    #[error("the start of Postgres was given up")]
    Task(#[source] tokio::task::JoinError),
    /// The schema.
    #[error("the database cannot be migrated")]
    Migrate(#[source] attache_store::Error),
    /// The playground.
    #[error("the playground cannot start")]
    Playground(#[source] io::Error),
    /// An option is not what it must be.
    #[error(transparent)]
    Options(#[from] Invalid),
    /// Keeping this process from the programs it starts.
    #[error("this process cannot be kept from its programs")]
    Shield(#[source] io::Error),
    /// The token.
    #[error("the token cannot be signed")]
    Token(#[source] jsonwebtoken::errors::Error),
    /// The server.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// A development server that runs.
pub struct Dev {
    server: Server,
    playground: Playground,
    postgres: Option<PrivatePostgres>,
    origin: String,
    directory: PathBuf,
}

impl Dev {
    /// Starts everything.
    pub fn start(options: Options, clock: Clock) -> BoxFuture<'static, Result<Self, DevError>> {
        Box::pin(Self::begin(options, clock))
    }

    async fn begin(options: Options, clock: Clock) -> Result<Self, DevError> {
        let directory = options.directory.clone();
        let usable = |error| DevError::Directory(directory.clone(), error);
        prepare(&directory).map_err(usable)?;
        for port in [options.port, options.port + 1] {
            check_free(port).map_err(|error| DevError::Port(port, error))?;
        }
        let (database_url, postgres) = match &options.database_url {
            Some(url) => (url.clone(), None),
            None => {
                let postgres = start_postgres(&options, clock.clone()).await?;
                (postgres.url("postgres"), Some(postgres))
            }
        };
        attache_store::migrate(&database_url).await.map_err(DevError::Migrate)?;
        let keys = Keys::open(&directory.join("keys.json"), &clock).map_err(usable)?;
        let playground = Playground::start(attache_playground::Options {
            port: options.port + 1,
            state_file: Some(directory.join("playground.json")),
            ..attache_playground::Options::default()
        });
        let playground = playground.await.map_err(DevError::Playground)?;
        let config = configure(&options, &playground, &database_url, &keys)?;
        programs::shield(&config).map_err(DevError::Shield)?;
        register(&playground, &config, &keys);
        let now = clock.now();
        let claims = Claims {
            subject: SUBJECT,
            tenant: None,
            client: Some(CLIENT),
            issued_at: now,
            expires_at: now + TOKEN_LIFETIME,
        };
        let token = auth::issue(&config.auth, &keys.jwt, claims).map_err(DevError::Token)?;
        let origin = origin(options.port);
        let note = json!({ "url": format!("{origin}/graphql"), "token": token.expose_secret() });
        let file = directory.join("dev.json");
        keys::write_private(&file, &note.to_string()).map_err(usable)?;
        let hosts = ["127.0.0.1", "localhost", "[::1]"];
        let hosts = hosts.map(|host| format!("{host}:{}", options.port)).to_vec();
        let pages = graphiql::router(&token, hosts);
        let server = Server::start(config, clock, pages).await?;
        Ok(Self { server, playground, postgres, origin, directory })
    }

    /// Stops everything, Postgres last.
    pub fn stop(self) -> BoxFuture<'static, ()> {
        Box::pin(self.end())
    }

    async fn end(self) {
        self.server.stop().await;
        drop(self.playground);
        drop(self.postgres);
    }
}

/// What was started, and where.
impl fmt::Display for Dev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, directory, .. } = self;
        writeln!(f, "Attaché runs for development, on this machine only.\n")?;
        writeln!(f, "  GraphiQL     {origin}/  (signed in as {SUBJECT})")?;
        writeln!(f, "  GraphQL      {origin}/graphql  (POST, and WebSocket for subscriptions)")?;
        writeln!(f, "  Token        {}", directory.join("dev.json").display())?;
        writeln!(
            f,
            "  Playground   {}  (services NOTEBOOK and TOOLBOX)",
            self.playground.origin()
        )?;
        if let Some(postgres) = &self.postgres {
            let place = postgres.directory().display();
            writeln!(f, "  PostgreSQL   {} in {place}", postgres.version())?;
        }
        write!(f, "\nCtrl-C stops it. Remove {} to start afresh.", directory.display())
    }
}

fn origin(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Makes the directory, out of the sight of Git.
fn prepare(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(directory.join(".gitignore"), "*\n")
}

/// Finds out before anything is started. Starting finds out again.
fn check_free(port: u16) -> io::Result<()> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map(drop)
}

async fn start_postgres(options: &Options, clock: Clock) -> Result<PrivatePostgres, DevError> {
    let options = postgres::Options {
        directory: options.directory.join("postgres"),
        is_ephemeral: false,
        path: options.path.clone(),
    };
    let started = tokio::task::spawn_blocking(move || PrivatePostgres::start(options, &clock));
    Ok(started.await.map_err(DevError::Task)??)
}

fn configure(
    options: &Options,
    playground: &Playground,
    database_url: &SecretString,
    keys: &Keys,
) -> Result<Config, DevError> {
    let origin = origin(options.port);
    let local = [origin.clone(), format!("http://localhost:{}", options.port)];
    let origins = [local.as_slice(), &options.origins].concat();
    let toml = CONFIG
        .replace("{{listen}}", &format!("127.0.0.1:{}", options.port))
        .replace("{{origins}}", &json!(origins).to_string())
        .replace("{{origin}}", &origin)
        .replace("{{playground}}", playground.origin())
        .replace("{{journal}}", &json!(options.directory.join("journal")).to_string());
    let variables = [
        ("ATTACHE_DATABASE_URL", database_url.expose_secret()),
        ("ATTACHE_KEYS", keys.ring.expose_secret()),
        ("ATTACHE_JWT_SECRET", keys.jwt.expose_secret()),
        ("ATTACHE_NOTEBOOK_CLIENT_ID", "attache-dev"),
        ("ATTACHE_NOTEBOOK_CLIENT_SECRET", keys.client.expose_secret()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let no_files = |_: &str| Err(io::Error::other("no variable names a file"));
    let frontend = options.origins.first();
    let frontend = frontend.map(|it| format!("returns.frontend = {}", json!(format!("{it}/"))));
    let settings: Vec<String> = frontend.into_iter().chain(options.settings.clone()).collect();
    let toml = settings::replaced(&toml, &settings)?;
    Ok(Config::read(&toml, &Variables::new(variables, &no_files))?)
}

/// Makes this server known to the playground, as an operator would at a service.
fn register(playground: &Playground, config: &Config, keys: &Keys) {
    for offer in &config.services {
        let Access::OAuth(provider) = &offer.provider.access else { continue };
        let ClientSource::Registered(client) = &provider.client else { continue };
        let code = offer.service.code.as_str();
        let redirect_uri = config::redirect_uri(code, provider, &config.callback_base());
        playground.register(Client {
            id: client.id.clone(),
            secret: Some(keys.client.expose_secret().to_owned()),
            redirect_uris: redirect_uri.into_iter().collect(),
        });
    }
}
