//! The server in a process of its own, to be killed.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use attache_domain::Clock;
use attache_playground::{Options, Playground, ToolSet};
use attache_server::auth::{self, Claims};
use chrono::TimeDelta;
use http::StatusCode;
use tempfile::TempDir;

use crate::app::{read, register};
use crate::client::Client;
use crate::database::Database;
use crate::eventually;
use crate::settings::{self, Secrets, TENANT};

/// The real program on a database of its own. Killed when dropped.
pub struct ServerProcess {
    program: PathBuf,
    directory: TempDir,
    child: Option<Child>,
    address: SocketAddr,
    /// The third party, which lives on when the server is killed.
    pub playground: Playground,
    /// The database.
    pub database: Database,
    secrets: Secrets,
}

impl ServerProcess {
    /// Starts `program`, and waits until it is ready.
    pub async fn start(program: impl AsRef<Path>) -> Self {
        let options = Options { tools: ToolSet::everything(), ..Options::default() };
        let playground = Playground::start(options).await.expect("the playground starts");
        let mut server = Self {
            program: program.as_ref().to_owned(),
            directory: tempfile::tempdir().expect("a temporary directory"),
            child: None,
            address: free_address(),
            playground,
            database: Database::create().await,
            secrets: Secrets::new(),
        };
        server.launch().await;
        server
    }

    fn toml(&self, listen: &str) -> String {
        let journal = self.directory.path().join("journal");
        settings::toml(listen, &self.playground, &journal, "")
    }

    /// Starts the program again.
    pub async fn launch(&mut self) {
        let toml = self.toml(&self.address.to_string());
        let variables = settings::variables(self.database.url(), &self.secrets);
        register(&self.playground, &read(&toml, &variables), &self.secrets.client);
        let config = self.directory.path().join("attache.toml");
        std::fs::write(&config, toml).expect("the configuration is written");
        let log = File::create(self.directory.path().join("log")).expect("a log file");
        let child = Command::new(&self.program)
            .arg("serve")
            .arg("--config")
            .arg(&config)
            .env_clear()
            .envs(variables)
            .stdin(Stdio::null())
            .stderr(log)
            .spawn();
        self.child = Some(child.expect("the program runs"));
        let client = self.viewer("nobody");
        eventually("a server that is ready", async || {
            let request = client.request(http::Method::GET, "/readyz").send().await;
            request.is_ok_and(|response| response.status() == StatusCode::OK).then_some(())
        })
        .await;
    }

    /// Kills it as the kernel does when memory is short: at once, with no chance to
    /// say good-bye.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the process is ours");
            child.wait().expect("the process ends");
        }
    }

    /// A person who signed in.
    pub fn viewer(&self, subject: &str) -> Client {
        let variables = settings::variables(self.database.url(), &self.secrets);
        let config = read(&self.toml("127.0.0.1:0"), &variables);
        let issued_at = Clock::system().now();
        let expires_at = issued_at + TimeDelta::hours(1);
        let claims = Claims { subject, tenant: Some(TENANT), issued_at, expires_at };
        let token = auth::issue(&config.auth, &self.secrets.jwt, claims).expect("a token");
        Client::new(self.address, Some(token), Arc::default())
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An address nobody listens on. Somebody else could take it before the server does,
/// which the server would say.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}
