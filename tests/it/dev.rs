//! `attache dev`: everything at once, with nothing configured, and nothing left behind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use attache_support::eventually;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The program, as a newcomer runs it.
struct Dev {
    child: Child,
    said: String,
    port: u16,
}

impl Dev {
    /// Starts it, and waits until it says that it runs.
    fn start(directory: &Path, port: u16) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_attache"))
            .args(["dev", "--port", &port.to_string(), "--directory"])
            .arg(directory)
            .env_remove("ATTACHE_DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(directory.with_extension("log")).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = String::new();
        while !said.contains("Ctrl-C") {
            let log = || fs::read_to_string(directory.with_extension("log")).unwrap_or_default();
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {}", log())).unwrap();
            said.push_str(&line);
            said.push('\n');
        }
        Self { child, said, port }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Tells it to stop, and waits until it did.
    fn stop(mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        self.child.wait().unwrap()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Two ports in a row on which nobody listens.
fn free_ports() -> u16 {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a client of ours, not a way out of ours")]
fn browser() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// Executes a document with the token that was left for programs.
async fn execute(directory: &Path, query: &str) -> Value {
    let note: Value =
        serde_json::from_str(&fs::read_to_string(directory.join("dev.json")).unwrap()).unwrap();
    let request = browser().post(note["url"].as_str().unwrap());
    let request = request.bearer_auth(note["token"].as_str().unwrap());
    let answer = request.json(&json!({ "query": query })).send().await.unwrap();
    answer.json().await.unwrap()
}

/// Whether the Postgres of this directory is there.
fn has_postgres(directory: &Path) -> bool {
    let data = fs::canonicalize(directory.join("postgres")).unwrap();
    walk(&data).iter().any(|path| path.ends_with("postmaster.pid"))
}

fn walk(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.path()) {
        // Two levels are enough: the directory, and the data in it.
        found.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|it| it.path()));
        found.push(path);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_everything_keeps_its_data_and_leaves_nothing_behind() {
    let temporary = TempDir::new().unwrap();
    let directory = temporary.path().join("attache");
    let port = free_ports();
    let dev = Dev::start(&directory, port);
    for part in ["GraphiQL", "Playground", "PostgreSQL", "dev.json"] {
        assert!(dev.said.contains(part), "{part} in {}", dev.said);
    }
    let page = browser().get(format!("http://127.0.0.1:{port}/")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    let elsewhere = page.replace(&format!("http://127.0.0.1:{}", dev.port), "");
    assert!(!elsewhere.contains("https://"), "the page asks nobody else");
    assert!(has_postgres(&directory));

    let connect = "mutation { connectWithKey(input: { serviceCode: \"TOOLBOX\" }) {
        account { id } } }";
    let connected = execute(&directory, connect).await;
    let account = &connected["data"]["connectWithKey"]["account"]["id"];
    assert!(account.is_string(), "{connected}");
    assert!(dev.stop("TERM").success());
    assert!(!has_postgres(&directory));
    assert!(TcpListener::bind(("127.0.0.1", port)).is_ok());

    let again = Dev::start(&directory, port);
    let accounts = execute(&directory, "{ viewer { accounts { id } } }").await;
    assert_eq!(accounts["data"]["viewer"]["accounts"], json!([{ "id": account }]));
    assert!(again.stop("INT").success());
    assert!(!has_postgres(&directory));
}

#[tokio::test(flavor = "multi_thread")]
async fn its_postgres_ends_with_it_however_it_ends() {
    let temporary = TempDir::new().unwrap();
    let directory = temporary.path().join("attache");
    let dev = Dev::start(&directory, free_ports());
    assert!(has_postgres(&directory));
    dev.stop("KILL");
    eventually("a Postgres that is gone", async || (!has_postgres(&directory)).then_some(())).await;
}

#[test]
fn a_port_that_is_taken_is_named() {
    let temporary = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_attache"));
    let output = command.args(["dev", "--port", &port, "--directory"]).arg(temporary.path());
    let output = output.output().unwrap();
    assert_eq!(output.status.code(), Some(69));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&port) && said.contains("--port"), "{said}");
}
