//! A GraphQL response as JSON, on whatever carries it.

use async_graphql::{Response, ServerError, Value};
use attache_graphql::RequestError;
use serde::Serialize;

/// A response as the specification has it (October 2021, section 7.1): errors first,
/// and no `data` at all when nothing was executed.
#[derive(Serialize)]
pub(crate) struct Wire<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(response: &'a Response) -> Self {
        let was_executed = RequestError::of(response).is_none();
        Self { errors: &response.errors, data: was_executed.then_some(&response.data) }
    }
}
