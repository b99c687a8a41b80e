//! Calling a tool, once.

use std::time::Duration;

use attache_domain::{InvocationResult, LogMessage, Progress};
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CancelledNotificationParam, ClientRequest, ServerResult,
};
use rmcp::service::{PeerRequestOptions, ServiceError};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::call_headers::CallHeaders;
use super::error::McpError;
use super::logs;
use super::patience::Patience;
use super::permit::Permit;
use super::questions::AskedInCall;
use super::round::{InputRound, NotOffered, URL_ELICITATION_REQUIRED};
use super::session::Session;
use super::task::Task;
use super::written::as_written;

/// How long it may take to tell a server that nobody waits any more.
pub(super) const COURTESY: Duration = Duration::from_secs(5);

/// One call to a tool.
pub struct Call<'a> {
    /// The tool's name on the wire.
    pub tool: &'a str,
    /// Whether it may be sent. Until it may, it is only prepared.
    pub permit: Permit,
    /// What to pass.
    pub arguments: Map<String, Value>,
    /// The schema of that, where it is known. Some servers want values repeated where it says.
    pub schema: Option<&'a Value>,
    /// What the person answered, where the call goes on that ended with questions.
    pub answers: Option<Answers>,
    /// Where its progress goes. Only the newest is kept.
    pub progress: watch::Sender<Option<Progress>>,
    /// Where questions go that the server asks while it holds the call open. A full channel
    /// declines them.
    pub questions: mpsc::Sender<AskedInCall>,
    /// Where goes what the server says while it works on it. What does not fit is dropped.
    pub said: mpsc::Sender<LogMessage>,
    /// Asks it to stop.
    pub stop: CancellationToken,
    /// How long it may take.
    pub limits: CallLimits,
}

/// What goes back to a server that asked.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// The answers, by the server's names of the questions (MCP, `inputResponses`).
    pub given: Vec<(String, Value)>,
    /// What the server wants back, byte for byte.
    pub state: Option<String>,
}

/// What a call came to.
#[derive(Debug)]
pub enum CallEnd {
    /// The tool answered.
    Answered(InvocationResult),
    /// The server wants to know something first. It waits for nothing.
    Asks(InputRound),
    /// The server goes on with it by itself.
    Task(Task),
}

/// How long a call may take. While a person is asked something, no time passes.
#[derive(Clone, Copy, Debug)]
pub struct CallLimits {
    /// Without an answer or progress.
    pub idle: Duration,
    /// In all.
    pub total: Duration,
    /// In all, where the server goes on with it by itself, as a task.
    pub task: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            idle: Duration::from_mins(1),
            total: Duration::from_mins(10),
            task: Duration::from_hours(24),
        }
    }
}

/// Why a call brought no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It was asked to stop. The server was told, and may have acted before.
    #[error("the call was stopped")]
    Stopped,
    /// The server wants something in between that was not offered. It waits for nothing.
    #[error("the server asked for something that was not offered")]
    Unsupported,
    /// There was no answer.
    #[error("there was no answer")]
    Failed(#[from] McpError),
}

impl Session {
    /// Sends the call, once, and waits for its result. Never sends it again: whoever
    /// gets an error decides by [`McpError::may_have_acted`] what it means.
    pub async fn call(&self, call: Call<'_>) -> Result<CallEnd, CallError> {
        let Call {
            tool,
            permit,
            arguments,
            schema,
            answers,
            progress,
            questions,
            said,
            stop,
            limits,
        } = call;
        let schema = schema.filter(|_| self.speaks_modern() && !self.is_program());
        let headers = schema.map(|schema| CallHeaders::of(schema, &arguments));
        let mut params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        if let Some(Answers { given, state }) = answers {
            if !given.is_empty() {
                params = params.with_input_responses(given.into_iter().collect());
            }
            if let Some(state) = state {
                params = params.with_request_state(state);
            }
        }
        if self.speaks_modern() && !self.is_program() {
            logs::listen_to(params.meta.get_or_insert_default());
        }
        let mut request = CallToolRequest::new(params);
        if let Some(headers) = headers {
            request.extensions.insert(headers);
        }
        // What is handed on for a program is written to it at once.
        if self.is_program() && !permit.is_given().await {
            return Err(CallError::Stopped);
        }
        request.extensions.insert(permit.clone());
        let request = ClientRequest::CallToolRequest(request);
        if stop.is_cancelled() {
            return Err(CallError::Stopped);
        }
        let sent = self.peer().send_request_with_option(request, PeerRequestOptions::no_options());
        let handle = Box::pin(sent).await.map_err(|error| self.failed(&error))?;
        let (peer, id, token) =
            (handle.peer.clone(), handle.id.clone(), handle.progress_token.clone());
        let mut response = Box::pin(handle.await_response());
        tokio::select! {
            biased;
            is_given = permit.is_given() => if !is_given {
                return Err(CallError::Stopped);
            },
            // What breaks off before that was not sent.
            _ = &mut response => return Err(CallError::Failed(McpError::Unreachable)),
        }
        let mut moves = progress.subscribe();
        let _route = self.progress().route(token, progress);
        let _logged = self.logs.route(id.clone(), said);
        let mut asked = self.questions().route(id.clone(), questions);
        let mut patience = Patience::new(limits, Instant::now());
        let (reason, error) = loop {
            tokio::select! {
                // A result that is here already wins over a wish to stop.
                biased;
                result = &mut response => return self.read(result),
                () = stop.cancelled() => {
                    break ("the person asked for it", CallError::Stopped);
                }
                Ok(()) = moves.changed() => patience.sign(Instant::now()),
                Ok(()) = asked.waiting.changed() => {
                    patience.people(*asked.waiting.borrow(), Instant::now());
                }
                () = patience.over() => {
                    break ("it takes too long", CallError::Failed(McpError::TimedOut));
                }
            }
        };
        let notice = CancelledNotificationParam::new(Some(id), Some(reason.to_owned()));
        // The server is told as a courtesy; it may be gone.
        let _ = timeout(COURTESY, Box::pin(peer.notify_cancelled(notice))).await;
        Err(error)
    }

    fn failed(&self, error: &ServiceError) -> CallError {
        CallError::Failed(self.error_of(error))
    }

    fn read(&self, result: Result<ServerResult, ServiceError>) -> Result<CallEnd, CallError> {
        let asks = |round: Result<InputRound, NotOffered>| {
            round.map(CallEnd::Asks).map_err(|NotOffered| CallError::Unsupported)
        };
        match result {
            Ok(ServerResult::CallToolResult(result)) => Ok(CallEnd::Answered(InvocationResult {
                is_tool_error: result.is_error == Some(true),
                content: result
                    .content
                    .iter()
                    .map(|block| as_written(block).unwrap_or_default())
                    .collect(),
                structured_content: result.structured_content,
                ..InvocationResult::default()
            })),
            Ok(ServerResult::InputRequiredResult(result)) => {
                asks(InputRound::of_result(&serde_json::to_value(result).unwrap_or_default()))
            }
            Ok(ServerResult::CreateTaskResult(task)) => {
                self.began(&serde_json::to_value(task).unwrap_or_default())
            }
            Ok(ServerResult::CustomResult(raw)) if raw.0["resultType"] == "task" => {
                self.began(&raw.0)
            }
            // A result with something in it that the library does not know.
            Ok(ServerResult::CustomResult(raw)) if raw.0["resultType"] == "input_required" => {
                asks(InputRound::of_result(&raw.0))
            }
            Ok(ServerResult::CustomResult(raw)) => {
                let result = read_raw(raw.0).ok_or(CallError::Failed(McpError::Unusable))?;
                Ok(CallEnd::Answered(result))
            }
            Ok(ServerResult::EmptyResult(_) | ServerResult::TaskAckResult(_)) => {
                Ok(CallEnd::Answered(InvocationResult::default()))
            }
            // Whatever that is, the work may be under way.
            Ok(_) => Err(CallError::Failed(McpError::Unusable)),
            Err(ServiceError::McpError(error)) if error.code.0 == URL_ELICITATION_REQUIRED => {
                asks(InputRound::of_error(error.data.as_ref()))
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn began(&self, said: &Value) -> Result<CallEnd, CallError> {
        // Programs are told that this is not understood.
        let task = Task::read(said).filter(|_| !self.is_program());
        task.map(CallEnd::Task).ok_or(CallError::Failed(McpError::Unusable))
    }
}

pub(super) fn read_raw(result: Value) -> Option<InvocationResult> {
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
        ..InvocationResult::default()
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
