//! Streams of notifications: server-sent events that last.

mod told;

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use self::told::{Listener, Stream, Wants};
use super::{Door, admit, error, reply};
use crate::{Era, State, shelf};

/// The long stream of the modern era: acknowledges, then tells what changed.
pub(super) fn listen(state: &Arc<State>, person: String, id: &Value, params: &Value) -> Response {
    let meta = json!({ "io.modelcontextprotocol/subscriptionId": id });
    let wanted = &params["notifications"];
    let uris = wanted["resourceSubscriptions"].as_array().into_iter().flatten();
    let uris = uris.filter_map(Value::as_str).filter(|uri| shelf::has(state, &person, uri));
    let uris: HashSet<String> = uris.map(str::to_owned).collect();
    let mut accepted = json!({});
    if wanted["toolsListChanged"] == true {
        accepted["toolsListChanged"] = true.into();
    }
    if !uris.is_empty() {
        accepted["resourceSubscriptions"] = json!(uris);
    }
    let (notify, notifications) = mpsc::channel(16);
    let acknowledged = json!({
        "jsonrpc": "2.0",
        "method": "notifications/subscriptions/acknowledged",
        "params": { "_meta": meta, "notifications": accepted },
    });
    let tells_of_tools = wanted["toolsListChanged"] == true;
    let stream = Stream { person, wants: Wants::These(uris), tells_of_tools, meta: Some(meta) };
    tell(state, notify, Some(acknowledged), stream);
    sse(notifications)
}

/// The long stream of the legacy era.
pub(crate) fn follow(state: &Arc<State>, door: Door, headers: &HeaderMap) -> Response {
    let person = match admit(state, door, headers) {
        Ok(person) => person,
        Err(refusal) => return *refusal,
    };
    let session = headers.get("mcp-session-id").and_then(|value| value.to_str().ok());
    if state.mcp.era == Era::Modern {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let session = session.filter(|session| state.mcp.sessions.is_open(session, &person));
    let Some(session) = session else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (notify, notifications) = mpsc::channel(16);
    let wants = Wants::OfSession(session.to_owned());
    tell(state, notify, None, Stream { person, wants, tells_of_tools: true, meta: None });
    sse(notifications)
}

/// What a session of the legacy era wants to hear of on its stream.
pub(super) fn subscribe(
    state: &State,
    person: &str,
    session: Option<&str>,
    id: &Value,
    method: &str,
    params: &Value,
) -> Response {
    let uri = params["uri"].as_str().unwrap_or_default();
    if !shelf::has(state, person, uri) {
        return error(StatusCode::OK, id, -32002, "there is no such resource");
    }
    let (sessions, session) = (&state.mcp.sessions, session.unwrap_or_default());
    if method == "resources/subscribe" {
        sessions.subscribe(session, uri, shelf::now(state, person, uri));
    } else {
        sessions.unsubscribe(session, uri);
    }
    reply(id, &json!({}))
}

/// Sends `first`, then a notification for every change of the tools, and of the resources that
/// the stream is for.
fn tell(state: &Arc<State>, notify: mpsc::Sender<Value>, first: Option<Value>, stream: Stream) {
    let (mut tools, stop) = (state.mcp.tools_changed.subscribe(), state.stop.clone());
    let (mut notes, state) = (state.notebook.changed.subscribe(), state.clone());
    let (listener, known) = (Listener::new(&state, &stream), stream.before(&state));
    #[expect(
        clippy::disallowed_methods,
        reason = "a third party is not part of the server that is drained"
    )]
    tokio::spawn(async move {
        let _listener = listener;
        let mut known = known;
        if let Some(first) = first {
            let _ = notify.send(first).await;
        }
        loop {
            let told = tokio::select! {
                changed = tools.changed() => match changed {
                    Ok(()) if stream.tells_of_tools => {
                        vec![stream.note("notifications/tools/list_changed", json!({}))]
                    }
                    Ok(()) => vec![],
                    Err(_) => return,
                },
                changed = notes.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    stream.news(&state, &mut known)
                }
                () = notify.closed() => return,
                () = stop.cancelled() => return,
            };
            for note in told {
                if notify.send(note).await.is_err() {
                    return;
                }
            }
        }
    });
}

pub(super) fn sse(messages: mpsc::Receiver<Value>) -> Response {
    let events = stream::unfold(messages, |mut messages| async {
        let message = messages.recv().await?;
        Some((Ok::<_, Infallible>(format!("event: message\ndata: {message}\n\n")), messages))
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(events)).into_response()
}
