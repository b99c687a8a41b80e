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
    /// The resources it wants to be told of, by URI, as they were when it began to.
    subscribed: HashMap<String, Option<Value>>,
}

impl Sessions {
    pub(crate) fn begin(&self, person: &str) -> String {
        let id = random::token("session_");
        let session = Session {
            person: person.to_owned(),
            calls: HashMap::new(),
            subscribed: HashMap::new(),
        };
        lock(&self.0).insert(id.clone(), session);
        id
    }

    /// Whether this caller has this session.
    pub(crate) fn is_open(&self, id: &str, person: &str) -> bool {
        lock(&self.0).get(id).is_some_and(|session| session.person == person)
    }

    /// Begins to tell a session of a resource, which is so now. Asking again changes nothing.
    pub(crate) fn subscribe(&self, id: &str, uri: &str, now: Option<Value>) {
        if let Some(session) = lock(&self.0).get_mut(id) {
            session.subscribed.entry(uri.to_owned()).or_insert(now);
        }
    }

    /// Tells a session of a resource no more.
    pub(crate) fn unsubscribe(&self, id: &str, uri: &str) {
        if let Some(session) = lock(&self.0).get_mut(id) {
            session.subscribed.remove(uri);
        }
    }

    /// What a session wants to be told of, as it was when it began to.
    pub(crate) fn subscribed(&self, id: &str) -> HashMap<String, Option<Value>> {
        lock(&self.0).get(id).map(|session| session.subscribed.clone()).unwrap_or_default()
    }

    /// How many sessions want to be told of a resource.
    pub(crate) fn subscribers(&self, uri: &str) -> usize {
        lock(&self.0).values().filter(|session| session.subscribed.contains_key(uri)).count()
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
