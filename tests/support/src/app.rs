//! The server in this process, on a socket of its own.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::Clock;
use attache_playground::{Client as OAuthClient, Endpoint, Era, Options, Playground, ToolSet};
use attache_server::auth::{self, Claims};
use attache_server::config::{self, Config, Variables};
use attache_server::serve::{Server, StartError};
use attache_store::KeyRing;
use attache_upstream::{Access, ClientSource, Proof};
use axum::Router;
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::Client;
use crate::database::Database;
use crate::logs::{self, Mark};
use crate::settings::{self, Secrets, TENANT};

/// What a test may choose before the server starts.
pub struct Setup {
    /// The time, and randomness.
    pub clock: Clock,
    /// Which revisions of MCP the playground speaks.
    pub era: Era,
    /// Which tools it offers.
    pub tools: ToolSet,
    /// More configuration, in TOML. `{playground}` stands for where that is.
    pub toml: String,
    /// More of the environment.
    pub variables: Vec<(String, String)>,
    /// The program that starts others, where services are programs.
    pub launcher: Option<PathBuf>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            era: Era::Both,
            tools: ToolSet::everything(),
            toml: String::new(),
            variables: Vec::new(),
            launcher: None,
        }
    }
}

impl Setup {
    /// Starts a playground, makes a database, and starts a server on it.
    pub async fn start(self) -> TestApp {
        let mark = logs::mark();
        let options = Options { era: self.era, tools: self.tools, ..Options::default() };
        let playground = Playground::start(options).await.expect("the playground starts");
        let database = Database::create().await;
        let secrets = Secrets::new();
        let directory = tempfile::tempdir().expect("a temporary directory");
        let journal = directory.path().join("journal");
        let toml = settings::toml("127.0.0.1:0", &playground, &journal, &self.toml);
        let mut variables = settings::variables(database.url(), &secrets);
        variables.extend(self.variables);
        let mut config = read(&toml, &variables);
        if let Some(launcher) = self.launcher {
            config.programs.launcher = launcher;
        }
        let mut app = TestApp {
            server: None,
            replicas: Vec::new(),
            config,
            _directory: directory,
            clock: self.clock,
            playground,
            database,
            secrets,
            planted: Mutex::default(),
            received: Arc::default(),
            mark,
        };
        register(&app.playground, &app.config);
        app.server = Some(app.start_server().await);
        app
    }
}

/// A server under test, with everything it stands on.
pub struct TestApp {
    server: Option<Server>,
    replicas: Vec<Server>,
    config: Config,
    _directory: TempDir,
    /// The time, and randomness.
    pub clock: Clock,
    /// The third party.
    pub playground: Playground,
    /// The database.
    pub database: Database,
    secrets: Secrets,
    planted: Mutex<BTreeSet<String>>,
    received: Arc<Mutex<String>>,
    mark: Mark,
}

impl TestApp {
    /// With nothing special.
    pub async fn start() -> Self {
        Setup::default().start().await
    }

    async fn start_server(&self) -> Server {
        let server = Server::start(self.config.clone(), self.clock.clone(), Router::new());
        server.await.expect("the server starts")
    }

    /// Tries to start another server on the same database, with keys that are not the
    /// database's.
    pub async fn start_with_another_ring(&self) -> Result<Server, StartError> {
        let config = Config { key_ring: KeyRing::generate(&self.clock), ..self.config.clone() };
        Server::start(config, self.clock.clone(), Router::new()).await
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("a server is running")
    }

    /// Everything that was logged since this began, by this test or another one.
    pub fn log(&self) -> String {
        logs::since(self.mark)
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.server().address()
    }

    /// The configuration in effect.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Drains the server and starts it again on the same database.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.server = Some(self.start_server().await);
    }

    /// Drains the server.
    pub async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    /// Drains every server there is. For a test that starts another app after it: a server whose
    /// database is gone keeps the machine busy with looking for it.
    pub async fn end(mut self) {
        self.stop().await;
        for replica in std::mem::take(&mut self.replicas) {
            replica.stop().await;
        }
    }

    /// Starts another server on the same database, and says where it listens.
    pub async fn add_replica(&mut self) -> SocketAddr {
        let server = self.start_server().await;
        let address = server.address();
        self.replicas.push(server);
        address
    }

    /// A person who signed in.
    pub fn viewer(&self, name: &str) -> Client {
        self.client(Some(self.token(name, TimeDelta::hours(1))))
    }

    /// Somebody who did not.
    pub fn anonymous(&self) -> Client {
        self.client(None)
    }

    /// A bearer token for `subject`.
    pub fn token(&self, subject: &str, lifetime: TimeDelta) -> SecretString {
        self.token_of(TENANT, subject, lifetime)
    }

    /// A bearer token for `subject` of another tenant.
    pub fn token_of(&self, tenant: &str, subject: &str, lifetime: TimeDelta) -> SecretString {
        self.issue(tenant, subject, None, lifetime)
    }

    /// A person who uses this client.
    pub fn viewer_with(&self, name: &str, client: &str) -> Client {
        self.client(Some(self.issue(TENANT, name, Some(client), TimeDelta::hours(1))))
    }

    fn issue(
        &self,
        tenant: &str,
        subject: &str,
        client: Option<&str>,
        lifetime: TimeDelta,
    ) -> SecretString {
        let now = self.clock.now();
        // Issued a little earlier, so that one with a negative lifetime can be asked for.
        let issued_at = now.min(now + lifetime) - TimeDelta::minutes(1);
        let tenant = Some(tenant);
        let claims = Claims { subject, tenant, client, issued_at, expires_at: now + lifetime };
        auth::issue(&self.config.auth, &self.secrets.jwt, claims).expect("a token is signed")
    }

    /// A client with this token, or none.
    pub fn client(&self, token: Option<SecretString>) -> Client {
        if let Some(token) = &token {
            self.plant(token.expose_secret());
        }
        Client::new(self.address(), token, self.received.clone())
    }

    /// Makes `secret` one that must not turn up in a log or in an answer.
    pub fn plant(&self, secret: &str) {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.to_owned());
    }

    /// Every secret of this test: what was planted, what configuration holds, and what
    /// went between the server and the playground.
    pub fn secrets(&self) -> BTreeSet<String> {
        let mut secrets = self.planted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        secrets
            .extend([&self.secrets.jwt, &self.secrets.client].map(|it| it.expose_secret().into()));
        let ring: Value = serde_json::from_str(self.secrets.ring.expose_secret()).expect("JSON");
        let keys = ring["keys"].as_array().into_iter().flatten();
        secrets.extend(keys.filter_map(|key| Some(key["material"]["b64"].as_str()?.to_owned())));
        secrets.extend(self.playground.issued().into_iter().map(|issued| issued.token));
        secrets.extend(self.playground.clients().into_iter().filter_map(|client| client.secret));
        for request in self.playground.requests(Endpoint::Token) {
            secrets.extend(["code", "code_verifier"].iter().filter_map(|name| request.field(name)));
        }
        secrets
    }
}

/// Whoever let a secret out learns of it here, whatever else they were testing.
impl Drop for TestApp {
    fn drop(&mut self) {
        let log = logs::since(self.mark);
        if std::thread::panicking() {
            if std::env::var_os("SHOW_LOG").is_some() {
                #[expect(
                    clippy::print_stderr,
                    reason = "asked for by whoever looks into a failure"
                )]
                {
                    eprintln!("{log}");
                }
            }
            return;
        }
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in self.secrets() {
            assert!(!log.contains(&secret), "a secret is in the log: {}", line_of(&log, &secret));
            assert!(!received.contains(&secret), "a secret is in an answer");
        }
    }
}

fn line_of<'a>(log: &'a str, secret: &str) -> &'a str {
    log.lines().find(|line| line.contains(secret)).unwrap_or_default()
}

pub(crate) fn read(toml: &str, variables: &[(String, String)]) -> Config {
    let no_files = |_: &str| Err(io::Error::other("tests name no files"));
    Config::read(toml, &Variables::new(variables.to_vec(), &no_files))
        .unwrap_or_else(|invalid| panic!("{invalid}"))
}

/// Makes the server known to the playground, as an operator would at a service.
pub(crate) fn register(playground: &Playground, config: &Config) {
    for offer in &config.services {
        let Access::OAuth(provider) = &offer.provider.access else { continue };
        let ClientSource::Registered(client) = &provider.client else { continue };
        let code = offer.service.code.as_str();
        let redirect_uri = config::redirect_uri(code, provider, &config.callback_base());
        playground.register(OAuthClient {
            id: client.id.clone(),
            secret: match &client.proof {
                Proof::Secret(secret) => Some(secret.expose_secret().to_owned()),
                Proof::None | Proof::Key(_) => None,
            },
            redirect_uris: redirect_uri.into_iter().collect(),
        });
    }
}
