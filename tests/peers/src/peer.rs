//! A peer in a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attache_support::eventually;
use serde_json::Value;

use crate::install::Program;

type Lines = Arc<Mutex<Vec<String>>>;

/// A script that runs a peer. It ends when dropped, and when this process ends.
#[derive(Debug)]
pub(crate) struct Peer {
    child: Child,
    said: Lines,
}

impl Peer {
    /// Runs a script of this package.
    pub(crate) fn start(program: &Program, script: &str) -> Self {
        let mut child = Command::new(&program.executable)
            .arg(script)
            .current_dir(program.directory)
            // One of the tools shows the environment to whoever asks.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let said = Lines::default();
        collect(child.stdout.take().expect("it is piped"), said.clone());
        collect(child.stderr.take().expect("it is piped"), said.clone());
        Self { child, said }
    }

    /// Tells it its settings.
    pub(crate) fn tell(&mut self, settings: &Value) {
        let stdin = self.child.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{settings}").expect("the peer listens");
    }

    /// The first fact with this name, once it is said.
    pub(crate) async fn hear(&mut self, name: &str) -> Value {
        let fact = eventually(&format!("{name} of a peer"), async || {
            let has_ended = self.child.try_wait().expect("the process is ours").is_some();
            let fact = self.facts().into_iter().find(|fact| !fact[name].is_null());
            assert!(fact.is_some() || !has_ended, "a peer ended before it said {name}");
            fact
        })
        .await;
        fact[name].clone()
    }

    /// Everything it said in our words. The packages have theirs, and use them.
    pub(crate) fn facts(&self) -> Vec<Value> {
        self.said().iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    fn said(&self) -> MutexGuard<'_, Vec<String>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            print(&self.said());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads until the peer ends; a pipe that nobody reads would stop it.
fn collect(pipe: impl Read + Send + 'static, into: Lines) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            into.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
}

#[expect(clippy::print_stderr, reason = "the harness shows it of a test that fails")]
fn print(lines: &[String]) {
    eprintln!("a peer said:\n{}", lines.join("\n"));
}
