//! Tools that a server lists and that are not offered, with the reason.

use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::{BadHeader, ParameterHeaders, RejectedTool};
use futures_util::StreamExt;
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, ServerJsonRpcMessage, ServerResult, Tool};
use rmcp::transport::streamable_http_client::StreamableHttpPostResponse;
use serde_json::Value;

/// What wants a header.
const KEYWORD: &str = "x-mcp-header";

/// The most that are kept until somebody asks.
const MAX_KEPT: usize = 100;

/// What the library leaves out of a list before anybody sees it: tools whose headers cannot be
/// sent. Shared by a session and the client under it.
#[derive(Clone, Default)]
pub(super) struct Rejections(Arc<Mutex<Vec<RejectedTool>>>);

impl Rejections {
    /// Takes what was left out since.
    pub(super) fn take(&self) -> Vec<RejectedTool> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, name: &str, error: BadHeader) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_KEPT {
            kept.push(RejectedTool::new(name, error.to_string()));
        }
    }

    /// Looks at the answer to a question for tools, as it comes.
    pub(super) fn watch(&self, response: StreamableHttpPostResponse) -> StreamableHttpPostResponse {
        match response {
            StreamableHttpPostResponse::Json(message, session) => {
                self.look_at(&message);
                StreamableHttpPostResponse::Json(message, session)
            }
            StreamableHttpPostResponse::Sse(stream, session) => {
                let rejections = self.clone();
                let watched = stream.inspect(move |event| {
                    let data = event.as_ref().ok().and_then(|event| event.data.as_deref());
                    // Most lists have no such thing, and are read once, by the library.
                    if let Some(data) = data.filter(|data| data.contains(KEYWORD))
                        && let Ok(message) = serde_json::from_str(data)
                    {
                        rejections.look_at(&message);
                    }
                });
                StreamableHttpPostResponse::Sse(watched.boxed(), session)
            }
            other => other,
        }
    }

    fn look_at(&self, message: &ServerJsonRpcMessage) {
        let ServerJsonRpcMessage::Response(response) = message else { return };
        let ServerResult::ListToolsResult(list) = &response.result else { return };
        for Tool { name, input_schema, .. } in &list.tools {
            let schema = Value::Object((**input_schema).clone());
            if let Err(error) = ParameterHeaders::read(&schema) {
                self.note(name, error);
            }
        }
    }
}

/// Whether a message asks for tools.
pub(super) fn asks_for_tools(message: &ClientJsonRpcMessage) -> bool {
    let ClientJsonRpcMessage::Request(request) = message else { return false };
    matches!(request.request, ClientRequest::ListToolsRequest(_))
}
