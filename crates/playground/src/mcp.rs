//! An MCP server over streamable HTTP, of both eras, written from the specification
//! and not with the library the client uses.

mod questions;
pub(crate) mod streams;
mod tasks;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State as AxumState;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

pub(crate) use self::questions::Answers;
use self::questions::Questions;
use crate::authorization::bearer;
use crate::script::{Endpoint, Request, lock};
use crate::session::Sessions;
use crate::shelf;
use crate::tools::{self, Call, ToolSet};
use crate::{Era, State};

const MODERN: &str = "2026-07-28";
const LEGACY: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];
const PAGE: usize = 20;

pub(crate) struct Mcp {
    era: Era,
    tools: Mutex<ToolSet>,
    tools_changed: watch::Sender<u64>,
    sessions: Sessions,
    calls: Mutex<HashMap<String, usize>>,
    /// Which scope a call to a tool takes.
    scopes: Mutex<HashMap<String, String>>,
    /// What methods are answered with instead of the usual.
    pub(crate) scripted: Mutex<HashMap<String, Value>>,
    /// Which resources somebody listens to on a stream of the modern era.
    listening: Mutex<Vec<String>>,
    pub(crate) cancelled: AtomicUsize,
    pub(crate) questions: Questions,
    pub(crate) tasks: tasks::Tasks,
}

impl Mcp {
    pub(crate) fn new(era: Era, tools: ToolSet) -> Self {
        Self {
            era,
            tools: Mutex::new(tools),
            tools_changed: watch::Sender::new(0),
            sessions: Sessions::default(),
            calls: Mutex::default(),
            scopes: Mutex::new(tools::scopes()),
            scripted: Mutex::default(),
            listening: Mutex::default(),
            cancelled: AtomicUsize::new(0),
            questions: Questions::default(),
            tasks: tasks::Tasks::default(),
        }
    }

    pub(crate) fn offer(&self, tools: ToolSet) {
        *lock(&self.tools) = tools;
        self.tools_changed.send_modify(|revision| *revision += 1);
    }

    pub(crate) fn take_scope(&self, tool: &str, scope: &str) {
        lock(&self.scopes).insert(tool.to_owned(), scope.to_owned());
    }

    pub(crate) fn answer_method(&self, method: &str, result: Option<Value>) {
        let mut scripted = lock(&self.scripted);
        match result {
            Some(result) => scripted.insert(method.to_owned(), result),
            None => scripted.remove(method),
        };
    }

    pub(crate) fn listeners(&self, uri: &str) -> usize {
        let streams = lock(&self.listening).iter().filter(|it| *it == uri).count();
        streams + self.sessions.subscribers(uri)
    }

    /// The scope that a call takes and the token has not.
    fn missing_scope(&self, tool: &str, granted: &str) -> Option<String> {
        let wanted = lock(&self.scopes).get(tool).cloned()?;
        (!granted.split(' ').any(|scope| scope == wanted)).then_some(wanted)
    }

    pub(crate) fn calls(&self, tool: &str) -> usize {
        lock(&self.calls).get(tool).copied().unwrap_or_default()
    }

    pub(crate) fn cancelled(&self) -> usize {
        self.cancelled.load(Ordering::SeqCst)
    }

    pub(crate) fn forget_sessions(&self) {
        self.sessions.forget();
    }
}

/// What a caller has to bring.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Guarded,
    Keyed,
    Open,
}

pub(crate) fn router() -> Router<Arc<State>> {
    let mut router = Router::new();
    for (path, door) in
        [("/mcp", Door::Guarded), ("/keyed/mcp", Door::Keyed), ("/open/mcp", Door::Open)]
    {
        let post_handler = move |AxumState(state): AxumState<Arc<State>>,
                                 headers: HeaderMap,
                                 body: String| async move {
            let request = Request { headers: headers.clone(), body: body.clone() };
            let usual = Box::pin(receive(state.clone(), door, headers, body));
            state.script.answer(Endpoint::Mcp, request, usual).await
        };
        let get_handler = move |AxumState(state): AxumState<Arc<State>>, headers: HeaderMap| {
            std::future::ready(streams::follow(&state, door, &headers))
        };
        let delete_handler = move |AxumState(state): AxumState<Arc<State>>, headers: HeaderMap| {
            std::future::ready(hang_up(&state, &headers))
        };
        router = router.route(path, post(post_handler).get(get_handler).delete(delete_handler));
    }
    router
}

#[derive(Deserialize)]
struct Message {
    id: Option<Value>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
}

/// Which revision a message is of, by its own account (MCP 2026-07-28). Older ones do not say.
pub(crate) fn version(params: &Value) -> &Value {
    &params["_meta"]["io.modelcontextprotocol/protocolVersion"]
}

/// One POST: a request, a notification or a response.
pub(crate) async fn receive(
    state: Arc<State>,
    door: Door,
    headers: HeaderMap,
    body: String,
) -> Response {
    let person = match admit(&state, door, &headers) {
        Ok(person) => person,
        Err(refusal) => return *refusal,
    };
    let Ok(message) = serde_json::from_str::<Message>(&body) else {
        return error(StatusCode::BAD_REQUEST, &Value::Null, -32700, "not JSON-RPC");
    };
    let (Some(method), params) = (message.method, message.params) else {
        if let Some(id) = &message.id {
            state.mcp.questions.answer(id, message.result);
        }
        return StatusCode::ACCEPTED.into_response();
    };
    let session = headers.get("mcp-session-id").and_then(|value| value.to_str().ok());
    let Some(id) = message.id else {
        if let ("notifications/cancelled", Some(session)) = (method.as_str(), session) {
            state.mcp.sessions.cancel(session, &params["requestId"]);
        }
        return StatusCode::ACCEPTED.into_response();
    };
    let version = headers.get("mcp-protocol-version").and_then(|value| value.to_str().ok());
    let is_modern = version == Some(MODERN) && state.mcp.era != Era::Legacy;
    if method == "tools/call"
        && let Some(scope) = missing_scope(&state, &headers, &params)
    {
        return forbidden(&scope);
    }
    match method.as_str() {
        "initialize" if state.mcp.era != Era::Modern => initialize(&state, &person, &id, &params),
        _ if !is_modern && state.mcp.era == Era::Modern => {
            error(StatusCode::BAD_REQUEST, &id, -32022, "unsupported protocol version")
        }
        _ if !is_modern && session.is_none() => {
            error(StatusCode::BAD_REQUEST, &id, -32600, "no session; initialize first")
        }
        _ if !is_modern && !session.is_some_and(|it| state.mcp.sessions.is_open(it, &person)) => {
            StatusCode::NOT_FOUND.into_response()
        }
        "server/discover" if is_modern => reply(&id, &discovery(&state)),
        "ping" | "logging/setLevel" => reply(&id, &json!({})),
        "tools/list" => list(&state, door, is_modern, &id, &params),
        "tools/call" => call(state, door, person, session, &id, params).await,
        "tasks/get" | "tasks/update" | "tasks/cancel" if is_modern => {
            tasks::answer(&state, &person, &id, &method, &params)
        }
        "subscriptions/listen" if is_modern => streams::listen(&state, person, &id, &params),
        "resources/subscribe" | "resources/unsubscribe" if !is_modern => {
            streams::subscribe(&state, &person, session, &id, &method, &params)
        }
        _ => shelf::answer(&state, &person, is_modern, &id, &method, &params)
            .unwrap_or_else(|| error(StatusCode::NOT_FOUND, &id, -32601, "no such method")),
    }
}

fn missing_scope(state: &State, headers: &HeaderMap, params: &Value) -> Option<String> {
    let granted = state.ledger.authenticate(bearer(headers)?)?.scope;
    state.mcp.missing_scope(params["name"].as_str()?, &granted)
}

/// RFC 6750, section 3.1.
fn forbidden(scope: &str) -> Response {
    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
    (StatusCode::FORBIDDEN, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}

/// Who is calling, or the answer to somebody who may not.
fn admit(state: &State, door: Door, headers: &HeaderMap) -> Result<String, Box<Response>> {
    let token = bearer(headers);
    let person = match door {
        Door::Open => Some("anybody".to_owned()),
        Door::Keyed => {
            let named = headers.get("x-notes-key").and_then(|key| key.to_str().ok());
            named.or(token).and_then(|key| key.strip_prefix("pk_")).map(str::to_owned)
        }
        Door::Guarded => {
            token.and_then(|token| state.ledger.authenticate(token)).map(|grant| grant.person)
        }
    };
    person.ok_or_else(|| {
        let challenge = format!(
            "Bearer error=\"invalid_token\", resource_metadata=\"{}/.well-known/oauth-protected-resource/mcp\"",
            state.origin
        );
        Box::new((StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response())
    })
}

fn capabilities(state: &State) -> Value {
    if let Some(scripted) = lock(&state.mcp.scripted).get("capabilities") {
        return scripted.clone();
    }
    let mut capabilities = shelf::capabilities();
    capabilities["tools"] = json!({ "listChanged": true });
    capabilities["logging"] = json!({});
    capabilities
}

fn server_info() -> Value {
    json!({ "name": "attache-playground", "title": "Playground", "version": "1" })
}

fn initialize(state: &State, person: &str, id: &Value, params: &Value) -> Response {
    let wanted = params["protocolVersion"].as_str().unwrap_or_default();
    let version = LEGACY.iter().find(|version| **version == wanted).unwrap_or(&LEGACY[0]);
    let session = state.mcp.sessions.begin(person);
    let result = json!({
        "protocolVersion": version,
        "capabilities": capabilities(state),
        "serverInfo": server_info(),
    });
    ([("mcp-session-id", session)], reply(id, &result)).into_response()
}

fn discovery(state: &State) -> Value {
    json!({
        "resultType": "complete",
        "supportedVersions": [MODERN],
        "capabilities": capabilities(state),
        "ttlMs": 0,
        "cacheScope": "private",
        "_meta": { "io.modelcontextprotocol/serverInfo": server_info() },
    })
}

fn list(state: &State, door: Door, is_modern: bool, id: &Value, params: &Value) -> Response {
    if let Some(scripted) = lock(&state.mcp.scripted).get("tools/list") {
        return reply(id, &complete(is_modern, scripted.clone()));
    }
    let tools = lock(&state.mcp.tools);
    let tools = tools.behind(door);
    let from: usize = match params["cursor"].as_str() {
        None => 0,
        Some(cursor) => match cursor.parse() {
            Ok(from) => from,
            Err(_) => return error(StatusCode::OK, id, -32602, "no such cursor"),
        },
    };
    let page: Vec<&Value> = tools.iter().skip(from).take(PAGE).collect();
    let mut result = json!({ "tools": page });
    if from + PAGE < tools.len() {
        result["nextCursor"] = (from + PAGE).to_string().into();
    }
    if is_modern {
        result["resultType"] = "complete".into();
        result["ttlMs"] = 0.into();
        result["cacheScope"] = "private".into();
    }
    reply(id, &result)
}

async fn call(
    state: Arc<State>,
    door: Door,
    person: String,
    session: Option<&str>,
    id: &Value,
    params: Value,
) -> Response {
    let name = params["name"].as_str().unwrap_or_default().to_owned();
    *lock(&state.mcp.calls).entry(name.clone()).or_default() += 1;
    if !lock(&state.mcp.tools).behind(door).iter().any(|tool| tool["name"] == name.as_str()) {
        return error(StatusCode::OK, id, -32602, &format!("no such tool: {name}"));
    }
    if name == "break" {
        let broken: Result<&str, _> = Err(std::io::Error::other("broken on request"));
        return Body::from_stream(stream::iter([Ok("{"), broken])).into_response();
    }
    if name == "report" && tasks::are_known(&params) {
        return tasks::begin(&state, &person, id, &params);
    }
    let cancelled = session.map(|session| state.mcp.sessions.enter(session, id));
    let (notify, notifications) = mpsc::channel(16);
    let call = Call {
        person,
        name: name.clone(),
        arguments: params["arguments"].clone(),
        progress_token: params["_meta"]["progressToken"].clone(),
        answers: Answers::of(session.is_none(), &params),
        notify: notify.clone(),
        // Sessions hear everything unless they ask for less.
        is_heard: session.is_some()
            || params["_meta"]["io.modelcontextprotocol/logLevel"].is_string(),
    };
    if !tools::streams(&name) {
        drop((notify, notifications));
        return reply(id, &complete(session.is_none(), tools::run(&state, call).await));
    }
    if let Some(first) = tools::wants_first(&state, &call) {
        return (StatusCode::OK, axum::Json(rpc(id, "error", &first))).into_response();
    }
    let (id, is_modern) = (id.clone(), session.is_none());
    #[expect(
        clippy::disallowed_methods,
        reason = "a third party is not part of the server that is drained"
    )]
    tokio::spawn(async move {
        // In the modern era, closing the stream is how a client cancels.
        let gone = async {
            match cancelled {
                Some(cancelled) => cancelled.cancelled().await,
                None => notify.closed().await,
            }
        };
        tokio::select! {
            result = tools::run(&state, call) => {
                let _ = notify.send(rpc(&id, "result", &complete(is_modern, result))).await;
            }
            () = gone => {
                state.mcp.cancelled.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    streams::sse(notifications)
}

/// The modern era marks every result.
pub(crate) fn complete(is_modern: bool, mut result: Value) -> Value {
    if is_modern && result["resultType"].is_null() {
        result["resultType"] = "complete".into();
    }
    result
}

fn hang_up(state: &State, headers: &HeaderMap) -> Response {
    if let Some(session) = headers.get("mcp-session-id").and_then(|value| value.to_str().ok()) {
        state.mcp.sessions.end(session);
    }
    StatusCode::OK.into_response()
}

fn rpc(id: &Value, key: &str, value: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, key: value })
}

pub(crate) fn reply(id: &Value, result: &Value) -> Response {
    axum::Json(rpc(id, "result", result)).into_response()
}

pub(crate) fn error(status: StatusCode, id: &Value, code: i32, message: &str) -> Response {
    let error = json!({ "code": code, "message": message });
    (status, axum::Json(rpc(id, "error", &error))).into_response()
}
