//! Work that goes on by itself (the extension `io.modelcontextprotocol/tasks`).

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{complete, error, reply};
use crate::State;
use crate::random;
use crate::script::lock;
use crate::tools::structured;

const EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// Tasks by name.
#[derive(Default)]
pub(crate) struct Tasks(Mutex<HashMap<String, Task>>);

struct Task {
    person: String,
    arguments: Value,
    began: Instant,
    answer: Value,
    is_cancelled: bool,
}

impl Tasks {
    /// Forgets every task, as a service may that was restarted.
    pub(crate) fn forget(&self) {
        lock(&self.0).clear();
    }

    pub(crate) fn cancelled(&self) -> usize {
        lock(&self.0).values().filter(|task| task.is_cancelled).count()
    }
}

/// Whether a client that calls like this waits for tasks.
pub(super) fn are_known(params: &Value) -> bool {
    let declared = &params["_meta"]["io.modelcontextprotocol/clientCapabilities"];
    declared["extensions"][EXTENSION].is_object()
}

/// Begins a task of `steps` steps that take `pauseMs` each, `asks` something after the first, and
/// `fails` in the end.
pub(super) fn begin(state: &State, person: &str, id: &Value, params: &Value) -> Response {
    let name = random::token("task_");
    let task = Task {
        person: person.to_owned(),
        arguments: params["arguments"].clone(),
        began: Instant::now(),
        answer: Value::Null,
        is_cancelled: false,
    };
    let mut said = describe(&name, &task);
    said["resultType"] = "task".into();
    lock(&state.mcp.tasks.0).insert(name, task);
    reply(id, &said)
}

/// What is asked about a task.
pub(super) fn answer(
    state: &State,
    person: &str,
    id: &Value,
    method: &str,
    params: &Value,
) -> Response {
    let name = params["taskId"].as_str().unwrap_or_default();
    let mut tasks = lock(&state.mcp.tasks.0);
    let Some(task) = tasks.get_mut(name).filter(|task| task.person == person) else {
        return error(StatusCode::OK, id, -32602, "no such task");
    };
    match method {
        "tasks/get" => return reply(id, &complete(true, describe(name, task))),
        "tasks/update" if task.answer.is_null() => {
            task.answer = params["inputResponses"]["topic"].clone();
        }
        "tasks/cancel" => task.is_cancelled = true,
        _ => {}
    }
    reply(id, &json!({ "resultType": "complete" }))
}

fn describe(name: &str, task: &Task) -> Value {
    let steps = task.arguments["steps"].as_u64().unwrap_or(2);
    let pause = Duration::from_millis(task.arguments["pauseMs"].as_u64().unwrap_or(500).max(1));
    let done = u64::try_from(task.began.elapsed().as_millis() / pause.as_millis());
    let done = done.unwrap_or(u64::MAX);
    let mut said = json!({
        "taskId": name,
        "status": "working",
        "statusMessage": format!("Step {} of {steps}", done.min(steps)),
        "createdAt": "2026-11-26T00:00:00Z",
        "lastUpdatedAt": "2026-11-26T00:00:00Z",
        "ttlMs": null,
        "pollIntervalMs": 500,
    });
    let waits = task.arguments["asks"] == true && task.answer.is_null();
    if task.is_cancelled {
        said["status"] = "cancelled".into();
    } else if waits && done >= 1 {
        said["status"] = "input_required".into();
        let schema = json!({ "type": "object", "properties": { "topic": { "type": "string" } } });
        let params = json!({ "message": "What about?", "requestedSchema": schema });
        said["inputRequests"] =
            json!({ "topic": { "method": "elicitation/create", "params": params } });
    } else if done >= steps && task.arguments["fails"] == true {
        said["status"] = "failed".into();
        said["error"] = json!({ "code": -32603, "message": "The printer is on fire." });
    } else if done >= steps {
        said["status"] = "completed".into();
        said["result"] = structured(&json!({ "steps": steps, "answer": task.answer }));
    }
    said
}
