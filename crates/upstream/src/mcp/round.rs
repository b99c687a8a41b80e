//! What a server of the newest revision wants to know before it goes on with a call (MCP
//! 2026-07-28, multi round-trip requests), and how older ones send people to a page first.

use attache_domain::Question;
use serde_json::Value;

/// The most questions of one round.
const MAX_QUESTIONS: usize = 10;

/// The longest name of a question, in bytes.
const MAX_NAME: usize = 256;

/// The largest state that a server wants back, in bytes.
const MAX_STATE: usize = 256 * 1024;

/// The error that sends a person to a page before the call is tried again (MCP 2025-11-25).
pub(super) const URL_ELICITATION_REQUIRED: i32 = -32042;

/// What has to be known before a call goes on. The call is over: nothing waits at the server.
#[derive(Debug, Default, PartialEq)]
pub struct InputRound {
    /// What to ask, by the server's names.
    pub questions: Vec<(String, Question)>,
    /// What could not be put to anybody, by the server's names; it counts as declined.
    pub declined: Vec<String>,
    /// What the server wants back, byte for byte.
    pub state: Option<String>,
    /// Whether the answers are sent when the call goes on. Otherwise the call is only sent anew.
    pub takes_answers: bool,
}

/// The server wants something that was not offered, or more than can be borne.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotOffered;

impl InputRound {
    /// Reads a result whose `resultType` is `input_required`.
    pub(super) fn of_result(result: &Value) -> Result<Self, NotOffered> {
        let mut round = Self { takes_answers: true, ..Self::default() };
        if let Some(state) = result["requestState"].as_str() {
            if state.len() > MAX_STATE {
                return Err(NotOffered);
            }
            round.state = Some(state.to_owned());
        }
        let requests = result["inputRequests"].as_object();
        if requests.map_or(0, serde_json::Map::len) > MAX_QUESTIONS {
            return Err(NotOffered);
        }
        for (name, request) in requests.into_iter().flatten() {
            // Sampling and roots were not declared, so no server may ask for them.
            if request["method"] != "elicitation/create" || name.len() > MAX_NAME {
                return Err(NotOffered);
            }
            round.add(name, &request["params"]);
        }
        let is_something = round.state.is_some() || requests.is_some_and(|all| !all.is_empty());
        if is_something { Ok(round) } else { Err(NotOffered) }
    }

    /// Reads the data of the error [`URL_ELICITATION_REQUIRED`].
    pub(super) fn of_error(data: Option<&Value>) -> Result<Self, NotOffered> {
        let pages = data.and_then(|data| data["elicitations"].as_array()).ok_or(NotOffered)?;
        let mut round = Self::default();
        for page in pages.iter().take(MAX_QUESTIONS) {
            let name = page["elicitationId"].as_str().unwrap_or_default();
            if page["mode"] == "url" && name.len() <= MAX_NAME {
                round.add(name, page);
            }
        }
        if round.questions.is_empty() { Err(NotOffered) } else { Ok(round) }
    }

    fn add(&mut self, name: &str, params: &Value) {
        match Question::read(params) {
            Ok(question) => self.questions.push((name.to_owned(), question)),
            Err(error) => {
                tracing::warn!(%error, "a question was declined");
                self.declined.push(name.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(name: &str) -> Value {
        let schema = json!({ "type": "object", "properties": { name: { "type": "string" } } });
        let params = json!({ "message": "?", "requestedSchema": schema });
        json!({ "method": "elicitation/create", "params": params })
    }

    #[test]
    fn questions_keep_their_names_and_secrets_are_not_asked_for() {
        let result = json!({ "requestState": "s", "inputRequests": { "a": form("city"), "b": form("password") } });
        let round = InputRound::of_result(&result).unwrap();
        assert_eq!(round.questions.len(), 1);
        assert_eq!(round.questions[0].0, "a");
        assert_eq!(round.declined, ["b"]);
        assert_eq!(round.state.as_deref(), Some("s"));
    }

    #[test]
    fn a_server_may_only_want_its_state_back() {
        let round = InputRound::of_result(&json!({ "requestState": "busy" })).unwrap();
        assert_eq!(
            round,
            InputRound {
                state: Some("busy".to_owned()),
                takes_answers: true,
                ..InputRound::default()
            }
        );
    }

    #[test]
    fn what_was_not_offered_is_refused() {
        let many: serde_json::Map<String, Value> =
            (0..11).map(|n| (n.to_string(), form("city"))).collect();
        for result in [
            json!({}),
            json!({ "inputRequests": {} }),
            json!({ "inputRequests": { "a": { "method": "sampling/createMessage" } } }),
            json!({ "inputRequests": many }),
            json!({ "requestState": "x".repeat(MAX_STATE + 1) }),
        ] {
            assert_eq!(InputRound::of_result(&result), Err(NotOffered));
        }
    }

    #[test]
    fn an_error_sends_people_to_pages_only() {
        let page = json!({ "mode": "url", "elicitationId": "7", "url": "https://notes.example/", "message": "Pay" });
        let form = json!({ "elicitationId": "8", "message": "?", "requestedSchema": {} });
        let round = InputRound::of_error(Some(&json!({ "elicitations": [page, form] }))).unwrap();
        assert_eq!((round.questions.len(), round.takes_answers), (1, false));
        assert_eq!(round.questions[0].0, "7");
        assert_eq!(InputRound::of_error(Some(&json!({ "elicitations": [] }))), Err(NotOffered));
        assert_eq!(InputRound::of_error(None), Err(NotOffered));
    }
}
