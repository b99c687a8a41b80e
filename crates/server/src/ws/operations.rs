//! The operations of one socket, each heard in turn.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use futures_util::stream::{AbortHandle, BoxStream, SelectAll, abortable, once};
use futures_util::{Stream, StreamExt};

use super::message::ToClient;

/// The most operations one socket may run at once.
const MAX_RUNNING: usize = 20;

/// What runs on one socket. Everything that is not here any more says nothing more.
#[derive(Default)]
pub(super) struct Operations {
    running: SelectAll<BoxStream<'static, ToClient>>,
    handles: HashMap<String, AbortHandle>,
}

impl Operations {
    pub(super) fn is_running(&self, id: &str) -> bool {
        self.handles.contains_key(id)
    }

    pub(super) fn is_full(&self) -> bool {
        self.handles.len() >= MAX_RUNNING
    }

    /// Runs an operation until it ends or is stopped.
    pub(super) fn start(
        &mut self,
        id: String,
        responses: impl Stream<Item = Response> + Send + 'static,
    ) {
        let name = id.clone();
        let said =
            AssertUnwindSafe(responses).catch_unwind().enumerate().map(move |(index, response)| {
                match response {
                    Ok(response) => say(name.clone(), index, response),
                    // A panic ends this operation and no other. It is already logged.
                    Err(_) => error(name.clone(), "INTERNAL", "Something went wrong on our side."),
                }
            });
        let complete = ToClient::Complete { id: id.clone() };
        let (said, handle) = abortable(said.chain(once(async move { complete })));
        self.running.push(said.boxed());
        self.handles.insert(id, handle);
    }

    /// Stops an operation. One that is not there was over before the client knew.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some(handle) = self.handles.remove(id) {
            handle.abort();
        }
    }

    /// What is said next. `None` while nothing runs.
    pub(super) async fn next(&mut self) -> Option<ToClient> {
        let said = self.running.next().await?;
        if let ToClient::Error { id, .. } | ToClient::Complete { id } = &said {
            let id = id.clone();
            self.stop(&id);
        }
        Some(said)
    }
}

/// An operation that comes to nothing from the start is an error of its own; whatever
/// comes later is one of its results.
fn say(id: String, index: usize, response: Response) -> ToClient {
    if index == 0 && response.data == Value::Null && !response.errors.is_empty() {
        ToClient::Error { id, payload: response.errors }
    } else {
        ToClient::Next { id, payload: response }
    }
}

/// The answer to one operation more than there may be.
pub(super) fn too_many(id: String) -> ToClient {
    error(id, "TOO_COMPLEX", "This connection runs 20 operations already.")
}

fn error(id: String, code: &str, message: &str) -> ToClient {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    ToClient::Error { id, payload: vec![error] }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::stream::repeat_with;

    use super::*;

    fn response(number: i32) -> Response {
        Response::new(async_graphql::Value::from(number))
    }

    fn id(said: Option<ToClient>) -> (String, bool) {
        match said.unwrap() {
            ToClient::Next { id, .. } => (id, false),
            ToClient::Complete { id } | ToClient::Error { id, .. } => (id, true),
            _ => panic!("not about an operation"),
        }
    }

    #[tokio::test]
    async fn an_operation_that_always_has_something_to_say_starves_nobody() {
        let mut operations = Operations::default();
        operations.start("loud".to_owned(), repeat_with(|| response(1)));
        operations.start("quiet".to_owned(), repeat_with(|| response(2)).take(10));
        let mut said = Vec::new();
        for _ in 0..30 {
            said.push(id(operations.next().await).0);
        }
        assert!(said.iter().filter(|id| *id == "quiet").count() >= 10, "{said:?}");
    }

    #[tokio::test]
    async fn a_stopped_operation_is_silent_and_its_name_is_free() {
        let mut operations = Operations::default();
        operations.start("a".to_owned(), repeat_with(|| response(1)));
        operations.next().await;
        operations.stop("a");
        assert!(!operations.is_running("a"));
        assert!(operations.next().now_or_never().flatten().is_none());
        operations.start("a".to_owned(), futures_util::stream::iter([response(2)]));
        assert_eq!(id(operations.next().await), ("a".to_owned(), false));
        assert_eq!(id(operations.next().await), ("a".to_owned(), true));
        assert!(operations.next().await.is_none());
    }

    #[tokio::test]
    async fn a_panic_ends_its_own_operation_only() {
        let mut operations = Operations::default();
        operations.start("bad".to_owned(), repeat_with(|| panic!("a planted panic")));
        assert_eq!(id(operations.next().await), ("bad".to_owned(), true));
        assert!(!operations.is_running("bad"));
        operations.start("good".to_owned(), futures_util::stream::iter([response(1)]));
        assert_eq!(id(operations.next().await), ("good".to_owned(), false));
    }
}
