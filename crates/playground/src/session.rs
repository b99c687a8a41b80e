//! Sessions of the legacy revisions of MCP.

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::random;
use crate::script::lock;

/// Sessions by id. Each belongs to one caller and knows its calls in flight.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

struct Session {
    person: String,
    /// Calls in flight by the JSON text of their id.
    calls: HashMap<String, CancellationToken>,
}

impl Sessions {
    pub(crate) fn begin(&self, person: &str) -> String {
        let id = random::token("session_");
        let session = Session { person: person.to_owned(), calls: HashMap::new() };
        lock(&self.0).insert(id.clone(), session);
        id
    }

    /// Whether this caller has this session.
    pub(crate) fn is_open(&self, id: &str, person: &str) -> bool {
        lock(&self.0).get(id).is_some_and(|session| session.person == person)
    }

    pub(crate) fn end(&self, id: &str) {
        lock(&self.0).remove(id);
    }

    pub(crate) fn forget(&self) {
        lock(&self.0).clear();
    }

    /// Remembers a call, to cancel it by its id.
    pub(crate) fn enter(&self, id: &str, call: &Value) -> CancellationToken {
        let token = CancellationToken::new();
        if let Some(session) = lock(&self.0).get_mut(id) {
            session.calls.insert(call.to_string(), token.clone());
        }
        token
    }

    pub(crate) fn cancel(&self, id: &str, call: &Value) {
        if let Some(session) = lock(&self.0).get_mut(id)
            && let Some(token) = session.calls.remove(&call.to_string())
        {
            token.cancel();
        }
    }
}
