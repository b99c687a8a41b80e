//! The MCP server over standard input and output (MCP, stdio): each line is a message, and the end
//! of the input is the end of the server.

mod trials;

use std::collections::HashMap;
use std::io::{self, BufRead as _, Write as _};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use crate::ledger::Ledger;
use crate::mcp::{self, Door, Mcp, streams};
use crate::notebook::Notebook;
use crate::script::{Script, lock};
use crate::tools::ToolSet;
use crate::{Era, State};

/// The most of an answer, in bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// How to be a program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stdio {
    /// Which revisions of MCP to speak.
    pub era: Era,
    /// Whether to end at once, whatever is said.
    pub crashes: bool,
    /// Whether to go on when the input ends, and when asked to end.
    pub is_stubborn: bool,
}

/// What goes out: lines, and what is none.
type Out = mpsc::Sender<Vec<u8>>;

struct Server {
    state: Arc<State>,
    out: Out,
    /// The session of the older revisions, which over HTTP is a header.
    session: Mutex<Option<HeaderValue>>,
    /// What is being answered, by the JSON text of its id.
    answering: Mutex<HashMap<String, AbortHandle>>,
}

impl Stdio {
    /// Serves until the input ends.
    pub async fn serve(self) -> io::Result<()> {
        if self.crashes || trials::is_disliked() {
            std::process::exit(3);
        }
        // From here on, the signal does nothing.
        let _unheard = self.is_stubborn.then(|| signal(SignalKind::terminate())).transpose()?;
        let tools = [ToolSet::everything().definitions(), trials::definitions()].concat();
        let state = Arc::new(State {
            origin: "http://127.0.0.1".to_owned(),
            ledger: Ledger::new(Vec::new()),
            notebook: Notebook::new(HashMap::new()),
            script: Script::default(),
            mcp: Mcp::new(self.era, ToolSet::of(tools)),
            stop: CancellationToken::new(),
        });
        let (out, lines) = mpsc::channel(16);
        std::thread::spawn(move || write(lines));
        let (messages, mut inbox) = mpsc::channel(16);
        std::thread::spawn(move || read(&messages));
        let (session, answering) = (Mutex::default(), Mutex::default());
        let server = Arc::new(Server { state, out, session, answering });
        while let Some(message) = inbox.recv().await {
            server.take(message);
        }
        if self.is_stubborn {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

fn read(messages: &mpsc::Sender<Value>) {
    for line in io::stdin().lock().lines() {
        while trials::IS_DEAF.load(Ordering::SeqCst) {
            std::thread::park();
        }
        let Ok(line) = line else { return };
        // What is no JSON is nobody's question.
        let Ok(message) = serde_json::from_str(&line) else { continue };
        if messages.blocking_send(message).is_err() {
            return;
        }
    }
}

fn write(mut lines: mpsc::Receiver<Vec<u8>>) {
    let mut out = io::stdout().lock();
    while let Some(line) = lines.blocking_recv() {
        if out.write_all(&line).and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

impl Server {
    fn take(self: &Arc<Self>, message: Value) {
        if message["method"] == "notifications/cancelled" {
            let id = message["params"]["requestId"].to_string();
            if let Some(answering) = lock(&self.answering).remove(&id) {
                answering.abort();
            }
        }
        let (server, id) = (self.clone(), message["id"].clone());
        #[expect(
            clippy::disallowed_methods,
            reason = "a third party is not part of the server that is drained"
        )]
        let task = tokio::spawn(async move { server.answer(message).await });
        if !id.is_null() {
            lock(&self.answering).insert(id.to_string(), task.abort_handle());
        }
    }

    /// Answers as over HTTP, whose headers are in the message, or known.
    async fn answer(self: Arc<Self>, message: Value) {
        let params = &message["params"];
        if message["method"] == "tools/call"
            && let Some(result) = trials::run(params, &self.out).await
        {
            let is_modern = !mcp::version(params).is_null();
            let result = mcp::complete(is_modern, result);
            return self
                .say(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }))
                .await;
        }
        let mut headers = HeaderMap::new();
        if let Some(version) = mcp::version(params).as_str().and_then(|it| it.parse().ok()) {
            headers.insert("mcp-protocol-version", version);
        } else if let Some(session) = lock(&self.session).clone() {
            headers.insert("mcp-session-id", session);
        }
        let begins = message["method"] == "initialize";
        let text = message.to_string();
        let response = mcp::receive(self.state.clone(), Door::Open, headers, text).await;
        if begins && let Some(session) = response.headers().get("mcp-session-id").cloned() {
            let headers = HeaderMap::from_iter([(SESSION, session.clone())]);
            *lock(&self.session) = Some(session);
            self.forward(response).await;
            // What the server tells by itself has a stream of its own over HTTP.
            return self.forward(streams::follow(&self.state, Door::Open, &headers)).await;
        }
        self.forward(response).await;
    }

    async fn forward(&self, response: Response) {
        let kind = response.headers().get(header::CONTENT_TYPE).cloned();
        let body = response.into_body();
        if kind.is_none_or(|kind| kind != "text/event-stream") {
            return self.forward_whole(body).await;
        }
        let mut events = body.into_data_stream();
        while let Some(Ok(event)) = events.next().await {
            for line in event.split(|byte| *byte == b'\n') {
                if let Some(data) = line.strip_prefix(b"data: ") {
                    let _ = self.out.send([data, b"\n"].concat()).await;
                }
            }
        }
    }

    async fn forward_whole(&self, body: Body) {
        if let Ok(bytes) = to_bytes(body, MAX_ANSWER).await
            && let Ok(message) = serde_json::from_slice::<Value>(&bytes)
        {
            self.say(&message).await;
        }
    }

    async fn say(&self, message: &Value) {
        let _ = self.out.send(format!("{message}\n").into_bytes()).await;
    }
}

const SESSION: header::HeaderName = header::HeaderName::from_static("mcp-session-id");
