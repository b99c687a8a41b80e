//! What a stream tells of.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::script::lock;
use crate::{State, shelf};

/// A stream, and what goes there.
pub(super) struct Stream {
    pub(super) person: String,
    pub(super) wants: Wants,
    pub(super) tells_of_tools: bool,
    /// What every notification carries.
    pub(super) meta: Option<Value>,
}

/// Which resources a stream tells of.
pub(super) enum Wants {
    These(HashSet<String>),
    OfSession(String),
}

impl Stream {
    pub(super) fn note(&self, method: &str, mut params: Value) -> Value {
        if let Some(meta) = &self.meta {
            params["_meta"] = meta.clone();
        }
        json!({ "jsonrpc": "2.0", "method": method, "params": params })
    }

    /// Its resources, as they were when somebody began to listen to them.
    pub(super) fn before(&self, state: &State) -> Contents {
        match &self.wants {
            Wants::These(uris) => self.contents(state, uris),
            Wants::OfSession(session) => state.mcp.sessions.subscribed(session),
        }
    }

    /// What these hold now.
    fn contents<'a>(&self, state: &State, uris: impl IntoIterator<Item = &'a String>) -> Contents {
        let now = |uri: &String| (uri.clone(), shelf::now(state, &self.person, uri));
        uris.into_iter().map(now).collect()
    }

    /// Notes on what is not as it was `known` to be.
    pub(super) fn news(&self, state: &State, known: &mut Contents) -> Vec<Value> {
        if let Wants::OfSession(_) = &self.wants {
            let mut before = self.before(state);
            known.retain(|uri, _| before.contains_key(uri));
            before.retain(|uri, _| !known.contains_key(uri));
            known.extend(before);
        }
        let now = self.contents(state, known.keys());
        let news = now.iter().filter(|(uri, it)| known.get(*uri) != Some(*it));
        let news = news
            .map(|(uri, _)| self.note("notifications/resources/updated", json!({ "uri": uri })))
            .collect();
        *known = now;
        news
    }
}

/// Resources by URI, and what they hold.
pub(super) type Contents = HashMap<String, Option<Value>>;

/// Counts a stream of the modern era for as long as it lasts.
pub(super) struct Listener(Arc<State>, HashSet<String>);

impl Listener {
    pub(super) fn new(state: &Arc<State>, stream: &Stream) -> Self {
        let uris = match &stream.wants {
            Wants::These(uris) => uris.clone(),
            Wants::OfSession(_) => HashSet::new(),
        };
        lock(&state.mcp.listening).extend(uris.iter().cloned());
        Self(state.clone(), uris)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut listening = lock(&self.0.mcp.listening);
        for uri in &self.1 {
            if let Some(place) = listening.iter().position(|it| it == uri) {
                listening.swap_remove(place);
            }
        }
    }
}
