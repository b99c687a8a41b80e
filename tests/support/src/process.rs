//! The server in a process of its own, to be killed.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use attache_domain::Clock;
use attache_playground::{Options, Playground, ToolSet};
use attache_server::auth::{self, Claims};
use attache_store::KeyRing;
use chrono::TimeDelta;
use http::StatusCode;
use secrecy::ExposeSecret;
use tempfile::TempDir;

use crate::app::{read, register};
use crate::client::Client;
use crate::database::Database;
use crate::eventually;
use crate::settings::{self, Secrets, TENANT};

/// The real program on a database of its own, in as many processes as a test wants. Killed
/// when dropped.
pub struct ServerProcess {
    program: PathBuf,
    directory: TempDir,
    processes: Vec<Process>,
    extra: String,
    has_one_machine: bool,
    /// The third party, which lives on when a server is killed.
    pub playground: Playground,
    /// The database.
    pub database: Database,
    secrets: Secrets,
}

struct Process {
    address: SocketAddr,
    child: Option<Child>,
}

impl ServerProcess {
    /// Starts `program`, and waits until it is ready.
    pub async fn start(program: impl AsRef<Path>) -> Self {
        Self::start_many(program, 1, Options::default(), "").await
    }

    /// Starts `program` so many times, and waits until all are ready. `extra` is more
    /// configuration, in TOML.
    pub async fn start_many(
        program: impl AsRef<Path>,
        processes: usize,
        options: Options,
        extra: &str,
    ) -> Self {
        Self::start_on(Database::create().await, program, processes, options, extra).await
    }

    /// The same on a database that is there already.
    pub async fn start_on(
        database: Database,
        program: impl AsRef<Path>,
        processes: usize,
        options: Options,
        extra: &str,
    ) -> Self {
        let mut server = Self::prepare(database, program, processes, options, extra).await;
        server.launch_all().await;
        server
    }

    /// The same, each as if on a machine of its own: with a journal that no other process sees.
    pub async fn start_on_machines(
        program: impl AsRef<Path>,
        processes: usize,
        options: Options,
        extra: &str,
    ) -> Self {
        let database = Database::create().await;
        let mut server = Self::prepare(database, program, processes, options, extra).await;
        server.has_one_machine = false;
        server.launch_all().await;
        server
    }

    async fn prepare(
        database: Database,
        program: impl AsRef<Path>,
        processes: usize,
        options: Options,
        extra: &str,
    ) -> Self {
        let options = Options { tools: ToolSet::everything(), ..options };
        let playground = Playground::start(options).await.expect("the playground starts");
        let processes =
            (0..processes).map(|_| Process { address: free_address(), child: None }).collect();
        Self {
            program: program.as_ref().to_owned(),
            directory: tempfile::tempdir().expect("a temporary directory"),
            processes,
            extra: extra.to_owned(),
            has_one_machine: true,
            playground,
            database,
            secrets: Secrets::new(),
        }
    }

    fn toml(&self, number: usize, listen: &str) -> String {
        let machine = if self.has_one_machine { 0 } else { number };
        let journal = self.directory.path().join("journals").join(machine.to_string());
        settings::toml(listen, &self.playground, &journal, &self.extra)
    }

    /// The program with this configuration and environment.
    fn command(&self, number: usize) -> Command {
        let address = self.processes.get(number).map(|process| process.address.to_string());
        let toml = self.toml(number, address.as_deref().unwrap_or("127.0.0.1:0"));
        let variables = settings::variables(self.database.url(), &self.secrets);
        register(&self.playground, &read(&toml, &variables));
        let config = self.directory.path().join(format!("attache-{number}.toml"));
        std::fs::write(&config, toml).expect("the configuration is written");
        let mut command = Command::new(&self.program);
        command.env_clear().envs(variables).env("ATTACHE_CONFIG", config).stdin(Stdio::null());
        // The ring is in a file, so that it can change while everything runs.
        let ring = self.key_ring();
        if !ring.exists() {
            std::fs::write(&ring, self.secrets.ring.expose_secret()).expect("the ring is written");
        }
        command.env_remove("ATTACHE_KEYS").env("ATTACHE_KEYS_FILE", ring);
        command
    }

    /// Starts the program again.
    pub async fn launch(&mut self) {
        self.launch_one(0).await;
    }

    /// Starts one of the processes again.
    pub async fn launch_one(&mut self, number: usize) {
        self.spawn_one(number);
        self.until_ready(number).await;
    }

    /// Starts all of the processes again, at once.
    pub async fn launch_all(&mut self) {
        for number in 0..self.processes.len() {
            self.spawn_one(number);
        }
        for number in 0..self.processes.len() {
            self.until_ready(number).await;
        }
    }

    fn spawn_one(&mut self, number: usize) {
        let log = File::create(self.log_of(number)).expect("a log file");
        let child = self.command(number).arg("serve").stderr(log).spawn();
        self.processes[number].child = Some(child.expect("the program runs"));
    }

    async fn until_ready(&mut self, number: usize) {
        let log = self.log_of(number);
        let client = self.viewer_at(number, "nobody");
        let child = self.processes[number].child.as_mut().expect("it was started");
        eventually("a server that is ready", async || {
            if let Ok(Some(status)) = child.try_wait() {
                panic!("{status}: {}", std::fs::read_to_string(&log).unwrap_or_default());
            }
            let request = client.request(http::Method::GET, "/readyz").send().await;
            request.is_ok_and(|response| response.status() == StatusCode::OK).then_some(())
        })
        .await;
    }

    /// Runs the program with other arguments, beside the servers, to its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(0);
        command.args(arguments);
        tokio::task::spawn_blocking(move || command.output().expect("the program runs"))
            .await
            .expect("the program ends")
    }

    /// Kills it as the kernel does when memory is short: at once, with no chance to
    /// say good-bye.
    pub fn kill(&mut self) {
        self.kill_one(0);
    }

    /// Kills one of the processes.
    pub fn kill_one(&mut self, number: usize) {
        if let Some(mut child) = self.processes[number].child.take() {
            child.kill().expect("the process is ours");
            child.wait().expect("the process ends");
        }
    }

    /// Kills one of the processes while others of this value's promises are waited for. Its end
    /// is waited for by [`kill_one`](Self::kill_one).
    pub fn strike_one(&self, number: usize) {
        self.signal_one(number, "KILL");
    }

    /// Stops one of the processes where it is, as if its machine had frozen.
    pub fn freeze_one(&self, number: usize) {
        self.signal_one(number, "STOP");
    }

    /// Lets a process go on that was frozen. It has no way to know that it was.
    pub fn thaw_one(&self, number: usize) {
        self.signal_one(number, "CONT");
    }

    fn signal_one(&self, number: usize, name: &str) {
        let child = self.processes[number].child.as_ref().expect("it runs");
        signal(&child.id().to_string(), name);
    }

    /// A person who signed in.
    pub fn viewer(&self, subject: &str) -> Client {
        self.viewer_at(0, subject)
    }

    /// A person who signed in, and talks to one of the processes.
    pub fn viewer_at(&self, number: usize, subject: &str) -> Client {
        let variables = settings::variables(self.database.url(), &self.secrets);
        let config = read(&self.toml(number, "127.0.0.1:0"), &variables);
        let issued_at = Clock::system().now();
        let expires_at = issued_at + TimeDelta::hours(1);
        let tenant = Some(TENANT);
        let claims = Claims { subject, tenant, client: None, issued_at, expires_at };
        let token = auth::issue(&config.auth, &self.secrets.jwt, claims).expect("a token");
        Client::new(self.processes[number].address, Some(token), Arc::default())
    }

    /// The file that holds the key ring.
    pub fn key_ring(&self) -> PathBuf {
        self.directory.path().join("keys.json")
    }

    /// The bytes of a key that is in no ring yet, in base64.
    pub fn new_key(&self) -> String {
        let ring: serde_json::Value =
            serde_json::from_str(KeyRing::generate(&Clock::system()).expose_secret())
                .expect("a ring is JSON");
        ring["keys"][0]["material"]["b64"].as_str().expect("a key").to_owned()
    }

    /// How many pages its processes have in their journals: answers of token endpoints that
    /// are asked for, or have not come home.
    pub fn pages(&self) -> usize {
        self.read_pages().len()
    }

    /// How many of them have the answer on them.
    pub fn answers(&self) -> usize {
        // Two fields, each after its length in four bytes: what is asked, and the answer.
        let is_answered = |page: &Vec<u8>| {
            let length = |at: usize| {
                let bytes = page.get(at..at + 4)?.try_into().ok()?;
                usize::try_from(u32::from_be_bytes(bytes)).ok()
            };
            length(0).and_then(|asked| length(4 + asked)).is_some_and(|answer| answer > 0)
        };
        self.read_pages().iter().filter(|page| is_answered(page)).count()
    }

    fn read_pages(&self) -> Vec<Vec<u8>> {
        // Folders and files may go at any time.
        let inside = |path: PathBuf| {
            std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path())
        };
        let machines = inside(self.directory.path().join("journals"));
        let files = machines.flat_map(inside).flat_map(inside);
        let pages = files.filter(|file| file.extension().is_some_and(|it| it == "page"));
        pages.filter_map(|file| std::fs::read(file).ok()).collect()
    }

    fn log_of(&self, number: usize) -> PathBuf {
        self.directory.path().join(format!("log-{number}"))
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_of(0)).unwrap_or_default()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        for number in 0..self.processes.len() {
            self.kill_one(number);
        }
    }
}

/// Sends a process of ours a signal.
pub(crate) fn signal(process: &str, name: &str) {
    let status = Command::new("kill").args(["-s", name, process]).status();
    assert!(status.expect("the program runs").success(), "{name} to {process}");
}

/// An address nobody listens on. Somebody else could take it before the server does, or while
/// the server is down, which the server would say. The ports that operating systems give to
/// whoever calls out are left alone: one of them would be taken soon.
fn free_address() -> SocketAddr {
    loop {
        let port = 10_000 + u16::from_le_bytes(Clock::system().random()) % 20_000;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
