//! What servers say while they work on a call (MCP, `notifications/message`), brought to the call
//! on whose stream it comes. What comes on no call's stream is about nothing in particular, and is
//! dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attache_domain::{Clock, LogMessage};
use futures_util::StreamExt;
use rmcp::RoleClient;
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, RequestId, RequestMetaObject};
#[expect(deprecated, reason = "servers that speak still do so for a year (SEP-2577)")]
use rmcp::model::{LoggingLevel, SetLevelRequestParams};
use rmcp::service::Peer;
use rmcp::transport::streamable_http_client::StreamableHttpPostResponse;
use serde_json::Value;
use tokio::sync::mpsc;

const METHOD: &str = "notifications/message";

/// How much of calls not yet known is kept. A call's id is known only after it was sent.
const MAX_EARLY: usize = 64;

/// Shared by a session and the client under it.
#[derive(Clone)]
pub(super) struct Logs {
    clock: Clock,
    calls: Arc<Mutex<HashMap<RequestId, Slot>>>,
}

enum Slot {
    Early(Vec<LogMessage>),
    Known(mpsc::Sender<LogMessage>),
}

impl Logs {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, calls: Arc::default() }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<RequestId, Slot>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings what is said of a call to `sink` until the returned guard is dropped. What does not
    /// fit there is dropped: nobody waits for who has too much to say.
    pub(super) fn route(&self, call: RequestId, sink: mpsc::Sender<LogMessage>) -> Logged {
        let mut calls = self.calls();
        if let Some(Slot::Early(messages)) = calls.remove(&call) {
            for message in messages {
                let _ = sink.try_send(message);
            }
        }
        calls.insert(call.clone(), Slot::Known(sink));
        drop(calls);
        Logged { logs: self.clone(), call }
    }

    fn deliver(&self, call: &RequestId, message: LogMessage) {
        let mut calls = self.calls();
        let early = |slot: &Slot| if let Slot::Early(kept) = slot { kept.len() } else { 0 };
        let has_room = calls.values().map(early).sum::<usize>() < MAX_EARLY;
        match calls.get_mut(call) {
            Some(Slot::Known(sink)) => drop(sink.try_send(message)),
            Some(Slot::Early(kept)) if has_room => kept.push(message),
            // Of a call that is over nobody wants to know.
            Some(Slot::Early(_)) | None => {}
        }
    }

    /// Listens to the stream on which a call is answered.
    pub(super) fn watch(
        &self,
        call: RequestId,
        response: StreamableHttpPostResponse,
    ) -> StreamableHttpPostResponse {
        let StreamableHttpPostResponse::Sse(stream, session) = response else { return response };
        let logs = self.clone();
        let listening = Listening::begin(self, call);
        let watched = stream.inspect(move |event| {
            let data = event.as_ref().ok().and_then(|event| event.data.as_deref());
            // Anything else is read once, by the library.
            let Some(data) = data.filter(|data| data.contains(METHOD)) else { return };
            let Ok(said) = serde_json::from_str::<Value>(data) else { return };
            if said["method"] == METHOD
                && let Some(message) = LogMessage::read(&said["params"], logs.clock.now())
            {
                logs.deliver(&listening.call, message);
            }
        });
        StreamableHttpPostResponse::Sse(watched.boxed(), session)
    }
}

/// A stream on which something may be said of a call that is not known yet, until dropped.
struct Listening {
    logs: Logs,
    call: RequestId,
}

impl Listening {
    fn begin(logs: &Logs, call: RequestId) -> Self {
        logs.calls().entry(call.clone()).or_insert_with(|| Slot::Early(Vec::new()));
        Self { logs: logs.clone(), call }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut calls = self.logs.calls();
        // A fast server may be done before its call is known; what it said is waited for.
        if matches!(calls.get(&self.call), Some(Slot::Early(kept)) if kept.is_empty()) {
            calls.remove(&self.call);
        }
    }
}

/// The id of a call, where a message is one.
pub(super) fn call_of(message: &ClientJsonRpcMessage) -> Option<RequestId> {
    let ClientJsonRpcMessage::Request(request) = message else { return None };
    let is_call = matches!(request.request, ClientRequest::CallToolRequest(_));
    is_call.then(|| request.id.clone())
}

/// Asks a server of the newest revision to say what matters about one call. Servers say nothing to
/// whoever does not ask. Programs are not asked: all that they say comes on one stream, and a
/// message does not name the call that it is about.
#[expect(deprecated, reason = "servers that speak still do so for a year (SEP-2577)")]
pub(super) fn listen_to(call: &mut RequestMetaObject) {
    call.set_log_level(LoggingLevel::Info);
}

/// Asks a server of the older revisions to say what matters from now on.
#[expect(deprecated, reason = "servers that speak still do so for a year (SEP-2577)")]
pub(super) async fn listen(peer: &Peer<RoleClient>) {
    // A server that says more than that, or nothing, is no worse for it.
    let _ = peer.set_level(SetLevelRequestParams::new(LoggingLevel::Info)).await;
}

/// A call of which something may be said, until dropped.
pub(super) struct Logged {
    logs: Logs,
    call: RequestId,
}

impl Drop for Logged {
    fn drop(&mut self) {
        self.logs.calls().remove(&self.call);
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::NumberOrString;
    use serde_json::json;

    use super::*;

    fn message(text: &str) -> LogMessage {
        LogMessage::read(&json!({ "data": text }), Clock::system().now()).unwrap()
    }

    #[test]
    fn what_is_said_before_its_call_is_known_is_not_lost() {
        let logs = Logs::new(Clock::system());
        let (one, other) = (NumberOrString::Number(1), NumberOrString::Number(2));
        let listening = Listening::begin(&logs, one.clone());
        logs.deliver(&one, message("early"));
        let (sink, mut said) = mpsc::channel(2);
        let route = logs.route(one.clone(), sink);
        logs.deliver(&one, message("later"));
        logs.deliver(&one, message("too much"));
        logs.deliver(&other, message("not mine"));
        assert_eq!(said.try_recv().unwrap().text, "early");
        assert_eq!(said.try_recv().unwrap().text, "later");
        assert!(said.try_recv().is_err());
        drop(route);
        logs.deliver(&one, message("after the end"));
        drop(listening);
        assert!(logs.calls().is_empty());
    }

    #[test]
    fn a_flood_about_unknown_calls_is_bounded() {
        let logs = Logs::new(Clock::system());
        let call = |n: i64| NumberOrString::Number(n % 100);
        let _listening: Vec<_> = (0..100).map(|n| Listening::begin(&logs, call(n))).collect();
        for n in 0..10_000 {
            logs.deliver(&call(n), message("?"));
        }
        let kept: usize = logs
            .calls()
            .values()
            .map(|slot| if let Slot::Early(kept) = slot { kept.len() } else { 0 })
            .sum();
        assert_eq!(kept, MAX_EARLY);
    }
}
