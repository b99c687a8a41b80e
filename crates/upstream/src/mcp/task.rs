//! Work that a server goes on with by itself (MCP 2026-07-28, extension
//! `io.modelcontextprotocol/tasks`): asked about, answered and stopped by its name.

use std::sync::Arc;
use std::time::Duration;

use attache_domain::{InvocationResult, cut};
use rmcp::model::{
    CancelTaskParams, CancelTaskRequest, ClientRequest, GetTaskParams, GetTaskRequest,
    UpdateTaskParams, UpdateTaskRequest,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ask::{AskError, Question};
use super::call::read_raw;
use super::error::McpError;
use super::round::InputRound;
use super::session::Session;

/// The longest name of a task, in bytes.
const MAX_ID: usize = 1024;

/// The longest message about how far it is, in characters.
const MAX_MESSAGE: usize = 500;

/// How often a server is asked about a task: at least, at most, and where it does not say.
const OFTEN: Duration = Duration::from_millis(500);
const SELDOM: Duration = Duration::from_mins(1);
const USUAL: Duration = Duration::from_secs(2);

/// What a server calls a task. Whoever knows it can ask about the task and stop it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskId(String);

impl std::fmt::Debug for TaskId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TaskId(..)")
    }
}

/// A task, as far as a server said something about it.
#[derive(Debug)]
pub struct Task {
    /// Its name.
    pub id: TaskId,
    /// When to ask about it again.
    pub pace: Duration,
    /// How far it is, in the server's words.
    pub message: Option<String>,
    /// Where it is.
    pub state: TaskState,
}

/// Where a task is.
#[derive(Debug)]
pub enum TaskState {
    /// Under way.
    Working,
    /// The server wants to know something before it goes on.
    Asks(InputRound),
    /// The server wants something before it goes on that was not offered.
    Unsupported,
    /// Done.
    Done(InvocationResult),
    /// It came to nothing, for the reason that the server gives.
    Failed(String),
    /// It was stopped.
    Cancelled,
}

impl Task {
    /// Reads what a server says about a task. What cannot be read is no task.
    pub(super) fn read(said: &Value) -> Option<Self> {
        let id = said["taskId"].as_str().filter(|id| !id.is_empty() && id.len() <= MAX_ID)?;
        let message = said["statusMessage"].as_str();
        let state = match said["status"].as_str()? {
            "working" => TaskState::Working,
            "input_required" => {
                InputRound::of_result(said).map_or(TaskState::Unsupported, TaskState::Asks)
            }
            "completed" => TaskState::Done(finished(&said["result"])?),
            "failed" => {
                let why = said["error"]["message"].as_str().or(message).unwrap_or_default();
                TaskState::Failed(cut(why, MAX_MESSAGE))
            }
            "cancelled" => TaskState::Cancelled,
            _ => return None,
        };
        let pace = said["pollIntervalMs"].as_u64().map_or(USUAL, Duration::from_millis);
        Some(Self {
            id: TaskId(id.to_owned()),
            pace: pace.clamp(OFTEN, SELDOM),
            message: message.map(|message| cut(message, MAX_MESSAGE)),
            state,
        })
    }
}

/// What a task came to. A tool may be done, or fail, and have nothing to say.
fn finished(result: &Value) -> Option<InvocationResult> {
    let is_silent = result.is_object()
        && result["content"].as_array().is_none_or(Vec::is_empty)
        && (result["content"].is_null() || result["content"].is_array())
        && result["structuredContent"].is_null();
    if is_silent {
        let is_tool_error = result["isError"] == true;
        return Some(InvocationResult { is_tool_error, ..InvocationResult::default() });
    }
    read_raw(result.clone())
}

/// Asks where a task is.
pub struct GetTask(pub TaskId);

impl Question for GetTask {
    type Answer = Task;

    async fn ask(&self, session: &Arc<Session>, patience: Duration) -> Result<Task, AskError> {
        let params = GetTaskParams::new(self.0.0.clone());
        let request = ClientRequest::GetTaskRequest(GetTaskRequest::new(params));
        let said = session.request(request, patience).await?;
        let task = Task::read(&said).filter(|task| task.id == self.0);
        task.ok_or_else(|| McpError::Unusable.into())
    }
}

/// Answers what a task asks. Answers that are there already change nothing.
pub struct AnswerTask {
    /// Which task.
    pub task: TaskId,
    /// The answers, by the server's names of the questions (MCP, `inputResponses`).
    pub given: Vec<(String, Value)>,
}

impl Question for AnswerTask {
    type Answer = ();

    async fn ask(&self, session: &Arc<Session>, patience: Duration) -> Result<(), AskError> {
        let params =
            UpdateTaskParams::new(self.task.0.clone(), self.given.iter().cloned().collect());
        let request = ClientRequest::UpdateTaskRequest(UpdateTaskRequest::new(params));
        session.request(request, patience).await.map(drop)
    }
}

/// Asks a server to stop a task, which it may or may not do.
pub struct CancelTask(pub TaskId);

impl Question for CancelTask {
    type Answer = ();

    async fn ask(&self, session: &Arc<Session>, patience: Duration) -> Result<(), AskError> {
        let params = CancelTaskParams::new(self.0.0.clone());
        let request = ClientRequest::CancelTaskRequest(CancelTaskRequest::new(params));
        session.request(request, patience).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(more: &Value) -> Option<Task> {
        let mut said = json!({ "taskId": "t1", "pollIntervalMs": 1000 });
        let more = more.as_object().unwrap().clone();
        said.as_object_mut().unwrap().extend(more);
        Task::read(&said)
    }

    #[test]
    fn each_state_of_a_task_is_read() {
        let working = said(&json!({ "status": "working", "statusMessage": "half" })).unwrap();
        assert_eq!((working.message.as_deref(), working.pace.as_secs()), (Some("half"), 1));
        let result = json!({ "content": [{ "type": "text", "text": "ok" }] });
        let done = said(&json!({ "status": "completed", "result": result })).unwrap().state;
        assert!(matches!(done, TaskState::Done(result) if result.content.len() == 1));
        let empty = said(&json!({ "status": "completed", "result": {} })).unwrap().state;
        assert!(matches!(empty, TaskState::Done(result) if result == InvocationResult::default()));
        let silent = json!({ "status": "completed", "result": { "isError": true, "content": [] } });
        let silent = said(&silent).unwrap().state;
        assert!(matches!(silent, TaskState::Done(result) if result.is_tool_error));
        let odd = json!({ "status": "completed", "result": { "content": 7 } });
        assert!(said(&odd).is_none());
        let empty = said(&json!({ "status": "input_required" })).unwrap().state;
        assert!(matches!(empty, TaskState::Unsupported));
        let failed = said(&json!({ "status": "failed", "error": { "message": "no" } })).unwrap();
        assert!(matches!(failed.state, TaskState::Failed(why) if why == "no"));
        let asked = json!({ "status": "input_required", "inputRequests": { "a": {
            "method": "elicitation/create",
            "params": { "message": "?", "requestedSchema": { "type": "object", "properties": {} } } } } });
        assert!(
            matches!(said(&asked).unwrap().state, TaskState::Asks(it) if it.questions.len() == 1)
        );
    }

    #[test]
    fn what_makes_no_sense_is_no_task() {
        for more in [
            json!({ "status": "dreaming" }),
            json!({ "status": "working", "taskId": "x".repeat(MAX_ID + 1) }),
            json!({ "status": "working", "taskId": 7 }),
            json!({ "status": "completed" }),
        ] {
            assert!(said(&more).is_none());
        }
    }

    #[test]
    fn no_server_is_asked_too_often_or_forgotten() {
        for (pace, kept) in [(0, OFTEN), (5_000, Duration::from_secs(5)), (u64::MAX, SELDOM)] {
            let said = said(&json!({ "status": "working", "pollIntervalMs": pace })).unwrap();
            assert_eq!(said.pace, kept);
        }
    }
}
