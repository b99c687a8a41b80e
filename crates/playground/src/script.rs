//! Faults on demand: the next request to an endpoint can be answered otherwise, be
//! held, or be dropped. And a record of what was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Map, Value};
use tokio::sync::watch;

/// The most requests to one endpoint that are remembered, for a playground that runs
/// for weeks.
const MAX_RECORDED: usize = 1_000;

/// An endpoint that can be scripted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Exchanges codes and refresh tokens.
    Token,
    /// Revokes tokens (RFC 7009).
    Revoke,
    /// Says whose token it is.
    Userinfo,
    /// Takes clients that introduce themselves (RFC 7591).
    Register,
    /// Speaks MCP.
    Mcp,
}

/// A document that can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Document {
    /// What the authorization server says of itself (RFC 8414).
    Server,
    /// What the MCP server says of itself (RFC 9728).
    Resource,
}

/// How to answer instead of the usual.
#[derive(Clone, Debug)]
pub enum Answer {
    /// With this status, content type and body.
    Say(u16, &'static str, String),
    /// As usual, but only after [`release`](crate::Playground::release), and the
    /// answer is made before the wait: what was asked has happened.
    HoldAnswer,
    /// As usual, but only after [`release`](crate::Playground::release), and nothing
    /// happens before.
    HoldRequest,
    /// By breaking the connection in the middle of a response.
    Break,
    /// By breaking the connection after what was asked has happened.
    LoseAnswer,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

impl Request {
    /// A field of a form body.
    pub fn field(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

pub(crate) struct Script {
    answers: Mutex<HashMap<Endpoint, VecDeque<Answer>>>,
    requests: Mutex<HashMap<Endpoint, VecDeque<Request>>>,
    releases: watch::Sender<u64>,
    edits: Mutex<HashMap<Document, Map<String, Value>>>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            answers: Mutex::default(),
            requests: Mutex::default(),
            releases: watch::Sender::new(0),
            edits: Mutex::default(),
        }
    }
}

impl Script {
    pub(crate) fn answer_next(&self, endpoint: Endpoint, answer: Answer) {
        lock(&self.answers).entry(endpoint).or_default().push_back(answer);
    }

    /// Says these fields otherwise from now on; null leaves one out.
    pub(crate) fn edit(&self, document: Document, fields: Map<String, Value>) {
        lock(&self.edits).entry(document).or_default().extend(fields);
    }

    pub(crate) fn restore(&self, document: Document) {
        lock(&self.edits).remove(&document);
    }

    /// A document as it is said to be.
    pub(crate) fn edited(&self, document: Document, mut usual: Value) -> Value {
        for (name, value) in lock(&self.edits).get(&document).into_iter().flatten() {
            usual[name] = value.clone();
        }
        if let Value::Object(fields) = &mut usual {
            fields.retain(|_, value| !value.is_null());
        }
        usual
    }

    pub(crate) fn release(&self) {
        self.releases.send_modify(|count| *count += 1);
    }

    pub(crate) fn requests(&self, endpoint: Endpoint) -> Vec<Request> {
        lock(&self.requests)
            .get(&endpoint)
            .map(|all| all.iter().cloned().collect())
            .unwrap_or_default()
    }

    fn record(&self, endpoint: Endpoint, request: Request) {
        let mut requests = lock(&self.requests);
        let requests = requests.entry(endpoint).or_default();
        if requests.len() == MAX_RECORDED {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    /// Waits for the next release after this call.
    pub(crate) fn held(&self) -> impl Future<Output = ()> + use<> {
        let mut releases = self.releases.subscribe();
        async move {
            // The sender lives as long as the playground; without it nobody waits.
            let _ = releases.changed().await;
        }
    }

    /// Records a request and answers it: as scripted, or else as usual.
    pub(crate) async fn answer(
        &self,
        endpoint: Endpoint,
        request: Request,
        usual: impl Future<Output = Response>,
    ) -> Response {
        // Whoever sees the request may release it at once.
        let held = self.held();
        self.record(endpoint, request);
        let answer = lock(&self.answers).get_mut(&endpoint).and_then(VecDeque::pop_front);
        match answer {
            None => usual.await,
            Some(Answer::Say(status, content_type, body)) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
                (status, [("content-type", content_type)], body).into_response()
            }
            Some(Answer::HoldAnswer) => {
                let response = usual.await;
                held.await;
                response
            }
            Some(Answer::HoldRequest) => {
                held.await;
                usual.await
            }
            Some(Answer::Break) => broken(),
            Some(Answer::LoseAnswer) => {
                drop(usual.await);
                broken()
            }
        }
    }
}

fn broken() -> Response {
    let broken: Result<&str, _> = Err(std::io::Error::other("broken on request"));
    Body::from_stream(stream::iter([Ok("{"), broken])).into_response()
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
