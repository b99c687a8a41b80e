//! Asking the person behind a client, in the way of either era.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::State;
use crate::script::lock;
use crate::tools::Call;

/// What a call brings of answers, and how it can be asked.
pub(crate) enum Answers {
    /// The call ends with the question and comes again with the answer.
    Modern { responses: Value, state: Value, can_be_asked: bool },
    /// The question goes to the client while the call waits.
    Legacy,
}

impl Answers {
    pub(super) fn of(is_modern: bool, params: &Value) -> Self {
        if !is_modern {
            return Self::Legacy;
        }
        let declared = &params["_meta"]["io.modelcontextprotocol/clientCapabilities"];
        Self::Modern {
            responses: params["inputResponses"].clone(),
            state: params["requestState"].clone(),
            can_be_asked: declared["elicitation"].is_object(),
        }
    }
}

/// Questions of the legacy era that wait for their answer, by the JSON text of their id.
#[derive(Default)]
pub(crate) struct Questions {
    waiting: Mutex<HashMap<String, oneshot::Sender<Value>>>,
    next: AtomicU64,
}

impl Questions {
    pub(super) fn answer(&self, id: &Value, answer: Value) {
        if let Some(waiting) = lock(&self.waiting).remove(&id.to_string()) {
            let _ = waiting.send(answer);
        }
    }
}

/// A request that asks for something.
fn elicitation(params: &Value) -> Value {
    json!({ "method": "elicitation/create", "params": params })
}

impl Call {
    /// Asks everything in `requests`, by name. The error is what the call ends with meanwhile.
    /// `round` is what has to come back, byte for byte.
    pub(crate) async fn ask(
        &self,
        state: &State,
        round: &str,
        requests: &[(&str, Value)],
    ) -> Result<HashMap<String, Value>, Value> {
        match &self.answers {
            Answers::Modern { can_be_asked: false, .. } => {
                Err(crate::tools::failure("This client cannot be asked."))
            }
            Answers::Modern { responses, state, .. } => {
                let names = || requests.iter().map(|(name, _)| *name);
                if *state == round && names().all(|name| responses[name].is_object()) {
                    let answer = |name: &str| (name.to_owned(), responses[name].clone());
                    return Ok(names().map(answer).collect());
                }
                let requests: serde_json::Map<String, Value> = requests
                    .iter()
                    .map(|(name, params)| ((*name).to_owned(), elicitation(params)))
                    .collect();
                Err(json!({
                    "resultType": "input_required",
                    "inputRequests": requests,
                    "requestState": round,
                }))
            }
            Answers::Legacy => {
                let mut answers = HashMap::new();
                for (name, params) in requests {
                    answers.insert((*name).to_owned(), self.ask_now(state, params).await);
                }
                Ok(answers)
            }
        }
    }

    async fn ask_now(&self, state: &State, params: &Value) -> Value {
        let questions = &state.mcp.questions;
        let id = json!(format!("question-{}", questions.next.fetch_add(1, Ordering::SeqCst)));
        let (reply, answer) = oneshot::channel();
        lock(&questions.waiting).insert(id.to_string(), reply);
        let mut request = elicitation(params);
        request["jsonrpc"] = "2.0".into();
        request["id"] = id;
        let _ = self.notify.send(request).await;
        answer.await.unwrap_or(Value::Null)
    }
}
