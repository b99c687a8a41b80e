//! Calling a tool, once.

use std::time::Duration;

use attache_domain::{InvocationResult, Progress};
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CancelledNotificationParam, ClientRequest, ServerResult,
};
use rmcp::service::PeerRequestOptions;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::error::McpError;
use super::session::Session;

/// One call to a tool.
pub struct Call<'a> {
    /// The tool's name on the wire.
    pub tool: &'a str,
    /// What to pass.
    pub arguments: Map<String, Value>,
    /// Where its progress goes. Only the newest is kept.
    pub progress: watch::Sender<Option<Progress>>,
    /// Asks it to stop.
    pub stop: CancellationToken,
    /// How long it may take.
    pub limits: CallLimits,
}

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
pub struct CallLimits {
    /// Without an answer or progress.
    pub idle: Duration,
    /// In all.
    pub total: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { idle: Duration::from_mins(1), total: Duration::from_mins(10) }
    }
}

/// Why a call brought no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It was asked to stop. The server was told, and may have acted before.
    #[error("the call was stopped")]
    Stopped,
    /// The tool wants input, which cannot be given yet.
    #[error("the tool asked for something that was not offered")]
    Unsupported,
    /// There was no answer.
    #[error("there was no answer")]
    Failed(#[from] McpError),
}

impl Session {
    /// Sends the call, once, and waits for its result. Never sends it again: whoever
    /// gets an error decides by [`McpError::may_have_acted`] what it means.
    pub async fn call(&self, call: Call<'_>) -> Result<InvocationResult, CallError> {
        let params =
            CallToolRequestParams::new(call.tool.to_owned()).with_arguments(call.arguments);
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
        let options = PeerRequestOptions::with_timeout(call.limits.idle)
            .reset_timeout_on_progress()
            .with_max_total_timeout(call.limits.total);
        let failed = |error| CallError::Failed(McpError::of_request(&error, self.clock.now()));
        if call.stop.is_cancelled() {
            return Err(CallError::Stopped);
        }
        let handle =
            self.peer().send_request_with_option(request, options).await.map_err(failed)?;
        let _route = self.progress().route(handle.progress_token.clone(), call.progress);
        let (peer, id) = (handle.peer.clone(), handle.id.clone());
        let result = tokio::select! {
            // A result that is here already wins over a wish to stop.
            biased;
            result = handle.await_response() => result.map_err(failed)?,
            () = call.stop.cancelled() => {
                let reason = Some("the person asked for it".to_owned());
                let notice = CancelledNotificationParam::new(Some(id), reason);
                // The server is told as a courtesy; it may be gone.
                let _ = peer.notify_cancelled(notice).await;
                return Err(CallError::Stopped);
            }
        };
        match result {
            ServerResult::CallToolResult(result) => Ok(InvocationResult {
                is_tool_error: result.is_error == Some(true),
                content: result
                    .content
                    .iter()
                    .map(|block| serde_json::to_value(block).unwrap_or_default())
                    .collect(),
                structured_content: result.structured_content,
                is_truncated: false,
            }),
            // A result with a kind of content the library does not know.
            ServerResult::CustomResult(raw) => {
                read_raw(raw.0).ok_or(CallError::Failed(McpError::Unusable))
            }
            ServerResult::EmptyResult(_) | ServerResult::TaskAckResult(_) => {
                Ok(InvocationResult::default())
            }
            ServerResult::InputRequiredResult(_) => Err(CallError::Unsupported),
            // Also a task, which nobody offered to wait for: the work may be under way.
            _ => Err(CallError::Failed(McpError::Unusable)),
        }
    }
}

fn read_raw(result: Value) -> Option<InvocationResult> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        #[serde(default)]
        content: Vec<Value>,
        structured_content: Option<Value>,
        #[serde(default)]
        is_error: bool,
        result_type: Option<String>,
    }
    let raw: Raw = serde_json::from_value(result).ok()?;
    let is_complete = raw.result_type.is_none_or(|kind| kind == "complete");
    let says_something = !raw.content.is_empty() || raw.structured_content.is_some();
    (is_complete && says_something).then_some(InvocationResult {
        is_tool_error: raw.is_error,
        content: raw.content,
        structured_content: raw.structured_content,
        is_truncated: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_result_with_content_of_an_unknown_kind_is_still_a_result() {
        let result = read_raw(json!({"content": [{"type": "hologram"}], "isError": true})).unwrap();
        assert_eq!(result.content, [json!({"type": "hologram"})]);
        assert!(result.is_tool_error);
    }

    #[test]
    fn something_else_is_not_taken_for_a_result() {
        for other in
            [json!({}), json!({"resultType": "task", "content": [1]}), json!([]), json!("x")]
        {
            assert!(read_raw(other).is_none());
        }
    }
}
