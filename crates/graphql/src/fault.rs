//! Between the engine's errors and what leaves the house.

use std::error::Error as StdError;

use async_graphql::{Error, ErrorExtensionValues, ErrorExtensions, Response, ServerError, Value};
use attache_domain::Problem;
use attache_engine::{Error as EngineError, Fault};
use uuid::Uuid;

use crate::caller::SharedError;

pub(crate) const PARSE_FAILED: &str = "GRAPHQL_PARSE_FAILED";
pub(crate) const VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";
pub(crate) const TOO_COMPLEX: &str = "TOO_COMPLEX";

/// The most errors in one response.
const MAX_ERRORS: usize = 5;

/// Turns an engine's error into a GraphQL error, where there is no payload to put a
/// problem into.
pub(crate) fn error(error: &EngineError) -> Error {
    match error {
        EngineError::Refused(problem) => refused(problem),
        EngineError::Fault(fault) => masked(fault),
    }
}

/// The same for the error of a batch.
#[expect(clippy::needless_pass_by_value, reason = "fits `map_err`")]
pub(crate) fn shared(error: SharedError) -> Error {
    self::error(&error)
}

fn refused(problem: &Problem) -> Error {
    let code = serde_json::to_value(problem.code).unwrap_or_default();
    let code = code.as_str().unwrap_or("REFUSED").to_owned();
    Error::new(&problem.message).extend_with(|_, extensions| extensions.set("code", code))
}

/// A fault is logged here, once, with all its causes. What leaves is a number to ask
/// the operator about.
pub(crate) fn masked(fault: &Fault) -> Error {
    let incident = Uuid::new_v4().simple().to_string();
    tracing::error!(%incident, error = fault as &dyn StdError, "a request failed");
    let message = if fault.is_temporary() {
        "The server is not available right now. Try again in a moment."
    } else {
        "Something went wrong on our side."
    };
    Error::new(message).extend_with(|_, extensions| {
        extensions.set("code", "INTERNAL");
        extensions.set("incident", incident.clone());
    })
}

/// Gives every error of a response a code, and limits how many there are.
///
/// Errors of resolvers have a code from above. What has none comes from the executor:
/// the document or its variables do not fit the schema.
pub(crate) fn coded(mut response: Response) -> Response {
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if extensions.get("code").is_none() {
            let code = if is_too_complex(&error.message) { TOO_COMPLEX } else { VALIDATION_FAILED };
            extensions.set("code", code);
        }
    }
    response
}

/// Why a request was not executed at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// The document is not GraphQL.
    Syntax,
    /// The document or its variables do not fit the schema.
    Validation,
    /// It would cost too much.
    Complexity,
}

impl RequestError {
    /// What became of a request; `None` when it was executed, with or without errors.
    pub fn of(response: &Response) -> Option<Self> {
        if response.data != Value::Null {
            return None;
        }
        let extensions = response.errors.first()?.extensions.as_ref()?;
        match extensions.get("code")? {
            Value::String(code) => match code.as_str() {
                PARSE_FAILED => Some(Self::Syntax),
                VALIDATION_FAILED => Some(Self::Validation),
                TOO_COMPLEX => Some(Self::Complexity),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The executor says so in words only.
fn is_too_complex(message: &str) -> bool {
    message.starts_with("Query is too complex") || message.starts_with("Query is nested too deep")
}

/// An error of the document as a whole.
pub(crate) fn document_error(code: &str, message: String) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}
