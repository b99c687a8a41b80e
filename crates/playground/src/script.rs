//! Faults on demand: the next request to an endpoint can be answered otherwise, be
//! held, or be dropped. And a record of what was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};
use tokio::sync::watch;

/// The most requests to one endpoint that are remembered, for a playground that runs
/// for weeks.
const MAX_RECORDED: usize = 1_000;

/// What endless answers are made of.
const CHUNK: &[u8] = &[b' '; 16 * 1024];

/// How long a byte of a dripping answer takes.
const DRIP: Duration = Duration::from_secs(3);

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
    /// With this status, these headers and this body.
    Send(u16, &'static [(&'static str, &'static str)], Vec<u8>),
    /// With a body that never ends, as fast as it is read.
    Endless,
    /// With a body of which a byte comes every few seconds.
    Drip,
    /// As usual, but only after [`release`](crate::Playground::release), and the
    /// answer is made before the wait: what was asked has happened.
    HoldAnswer,
    /// As usual, but only after [`release`](crate::Playground::release), and nothing
    /// happens before.
    HoldRequest,
    /// As usual, and what was asked has happened, but the second half of the answer comes only
    /// after [`release`](crate::Playground::release).
    HoldHalfway,
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
    standing: Mutex<HashMap<Endpoint, Answer>>,
    streamed: Arc<AtomicUsize>,
    requests: Mutex<HashMap<Endpoint, VecDeque<Request>>>,
    releases: watch::Sender<u64>,
    pace: Mutex<HashMap<Endpoint, Duration>>,
    crowds: Mutex<HashMap<Endpoint, Crowd>>,
    holds: Arc<Mutex<HashMap<Endpoint, usize>>>,
    edits: Mutex<HashMap<Document, Map<String, Value>>>,
}

/// How many requests an endpoint is answering.
#[derive(Clone, Copy, Default)]
struct Crowd {
    now: usize,
    most: usize,
}

/// Counts a request for as long as it is being answered, also when its client is gone.
struct Guest<'a>(&'a Script, Endpoint);

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        if let Some(crowd) = lock(&self.0.crowds).get_mut(&self.1) {
            crowd.now -= 1;
        }
    }
}

impl Default for Script {
    fn default() -> Self {
        Self {
            answers: Mutex::default(),
            standing: Mutex::default(),
            streamed: Arc::default(),
            requests: Mutex::default(),
            releases: watch::Sender::new(0),
            pace: Mutex::default(),
            crowds: Mutex::default(),
            holds: Arc::default(),
            edits: Mutex::default(),
        }
    }
}

impl Script {
    pub(crate) fn answer_next(&self, endpoint: Endpoint, answer: Answer) {
        lock(&self.answers).entry(endpoint).or_default().push_back(answer);
    }

    /// Answers so from now on, until told otherwise.
    pub(crate) fn answer_always(&self, endpoint: Endpoint, answer: Option<Answer>) {
        let mut standing = lock(&self.standing);
        match answer {
            Some(answer) => standing.insert(endpoint, answer),
            None => standing.remove(&endpoint),
        };
    }

    /// How many bytes of endless answers were taken off so far.
    pub(crate) fn streamed(&self) -> usize {
        self.streamed.load(Ordering::SeqCst)
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

    /// Each answer takes so long from now on.
    pub(crate) fn slow_down(&self, endpoint: Endpoint, pace: Duration) {
        lock(&self.pace).insert(endpoint, pace);
    }

    /// Forgets how many requests were being answered at once.
    pub(crate) fn start_counting(&self, endpoint: Endpoint) {
        if let Some(crowd) = lock(&self.crowds).get_mut(&endpoint) {
            crowd.most = crowd.now;
        }
    }

    /// The most requests that were being answered at once.
    pub(crate) fn most_at_once(&self, endpoint: Endpoint) -> usize {
        lock(&self.crowds).get(&endpoint).map_or(0, |crowd| crowd.most)
    }

    /// How many requests have come to where they are held, so far.
    pub(crate) fn holds(&self, endpoint: Endpoint) -> usize {
        lock(&self.holds).get(&endpoint).copied().unwrap_or_default()
    }

    /// Says that a request has come to where it is held.
    fn hold(&self, endpoint: Endpoint) -> impl FnOnce() + Send + use<> {
        let holds = self.holds.clone();
        move || *lock(&holds).entry(endpoint).or_default() += 1
    }

    fn receive(&self, endpoint: Endpoint) -> Guest<'_> {
        let mut crowds = lock(&self.crowds);
        let crowd = crowds.entry(endpoint).or_default();
        crowd.now += 1;
        crowd.most = crowd.most.max(crowd.now);
        Guest(self, endpoint)
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
        let _guest = self.receive(endpoint);
        self.record(endpoint, request);
        let pace = lock(&self.pace).get(&endpoint).copied();
        if let Some(pace) = pace {
            tokio::time::sleep(pace).await;
        }
        let answer = lock(&self.answers).get_mut(&endpoint).and_then(VecDeque::pop_front);
        let answer = answer.or_else(|| lock(&self.standing).get(&endpoint).cloned());
        match answer {
            None => usual.await,
            Some(Answer::Say(status, content_type, body)) => {
                (status_of(status), [("content-type", content_type)], body).into_response()
            }
            Some(Answer::Send(status, headers, body)) => {
                let mut response = (status_of(status), body).into_response();
                for (name, value) in headers {
                    let value = HeaderValue::from_static(value);
                    response.headers_mut().insert(*name, value);
                }
                response
            }
            Some(Answer::Endless) => {
                let streamed = self.streamed.clone();
                let chunk = move || {
                    streamed.fetch_add(CHUNK.len(), Ordering::SeqCst);
                    Some(Ok::<_, std::io::Error>(CHUNK))
                };
                Body::from_stream(stream::iter(std::iter::from_fn(chunk))).into_response()
            }
            Some(Answer::Drip) => {
                let drop = |()| async {
                    tokio::time::sleep(DRIP).await;
                    Some((Ok::<_, std::io::Error>("{"), ()))
                };
                Body::from_stream(stream::unfold((), drop)).into_response()
            }
            Some(Answer::HoldAnswer) => {
                let response = usual.await;
                self.hold(endpoint)();
                held.await;
                response
            }
            Some(Answer::HoldRequest) => {
                self.hold(endpoint)();
                held.await;
                usual.await
            }
            Some(Answer::HoldHalfway) => {
                let hold = self.hold(endpoint);
                let held = async move {
                    hold();
                    held.await;
                };
                halfway(usual.await, held).await
            }
            Some(Answer::Break) => broken(),
            Some(Answer::LoseAnswer) => {
                drop(usual.await);
                broken()
            }
        }
    }
}

/// The status, the headers and half of the body now, and the rest later.
async fn halfway(usual: Response, held: impl Future<Output = ()> + Send + 'static) -> Response {
    let (head, body) = usual.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else { return broken() };
    let (first, rest) = (body.slice(..body.len() / 2), body.slice(body.len() / 2..));
    let later = async move {
        held.await;
        Ok::<_, std::io::Error>(rest)
    };
    let body = stream::iter([Ok(first)]).chain(stream::once(later));
    Response::from_parts(head, Body::from_stream(body))
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT)
}

fn broken() -> Response {
    let broken: Result<&str, _> = Err(std::io::Error::other("broken on request"));
    Body::from_stream(stream::iter([Ok("{"), broken])).into_response()
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
