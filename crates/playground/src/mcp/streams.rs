//! Streams of notifications: server-sent events that last.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Door, admit};
use crate::{Era, State};

/// The long stream of the modern era: acknowledges, then tells what changed.
pub(super) fn listen(state: &Arc<State>, id: &Value, params: &Value) -> Response {
    let meta = json!({ "io.modelcontextprotocol/subscriptionId": id });
    let wants_tools = params["notifications"]["toolsListChanged"] == true;
    let accepted = if wants_tools { json!({ "toolsListChanged": true }) } else { json!({}) };
    let (notify, notifications) = mpsc::channel(16);
    let acknowledged = json!({
        "jsonrpc": "2.0",
        "method": "notifications/subscriptions/acknowledged",
        "params": { "_meta": meta, "notifications": accepted },
    });
    tell_of_tools(state, notify, Some(acknowledged), json!({ "_meta": meta }));
    sse(notifications)
}

/// The long stream of the legacy era.
pub(super) fn follow(state: &Arc<State>, door: Door, headers: &HeaderMap) -> Response {
    let person = match admit(state, door, headers) {
        Ok(person) => person,
        Err(refusal) => return *refusal,
    };
    let session = headers.get("mcp-session-id").and_then(|value| value.to_str().ok());
    if state.mcp.era == Era::Modern {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if !session.is_some_and(|session| state.mcp.sessions.is_open(session, &person)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let (notify, notifications) = mpsc::channel(16);
    tell_of_tools(state, notify, None, json!({}));
    sse(notifications)
}

/// Sends `first`, then a notification for every change of the tools.
fn tell_of_tools(
    state: &Arc<State>,
    notify: mpsc::Sender<Value>,
    first: Option<Value>,
    params: Value,
) {
    let (mut changes, stop) = (state.mcp.tools_changed.subscribe(), state.stop.clone());
    #[expect(
        clippy::disallowed_methods,
        reason = "a third party is not part of the server that is drained"
    )]
    tokio::spawn(async move {
        if let Some(first) = first {
            let _ = notify.send(first).await;
        }
        let note = json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": params});
        loop {
            tokio::select! {
                changed = changes.changed() => {
                    if changed.is_err() || notify.send(note.clone()).await.is_err() {
                        return;
                    }
                }
                () = notify.closed() => return,
                () = stop.cancelled() => return,
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
