//! Requests that never reach GraphQL.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

/// Why a request never reached GraphQL. It is answered in the shape of a GraphQL
/// error, so that clients need one reader only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No token, or none that is taken.
    Unauthenticated,
    /// Neither POST nor a WebSocket.
    Method,
    /// Something else than JSON came in.
    MediaType,
    /// The client takes nothing that can be sent.
    NotAcceptable,
    /// The body is too large.
    TooLarge,
    /// The body is not a request.
    Malformed(&'static str),
    /// A page from elsewhere.
    Origin,
    /// Our own fault, already logged.
    Internal,
}

impl Refusal {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Unauthenticated => "Sign in first: send a bearer token.",
            Self::Method => "Use POST, or a WebSocket for subscriptions.",
            Self::MediaType => "Send application/json in UTF-8.",
            Self::NotAcceptable => {
                "Answers come as application/graphql-response+json or application/json."
            }
            Self::TooLarge => "The request is larger than 256 KiB.",
            Self::Malformed(message) => message,
            Self::Origin => "This web origin is not allowed to connect.",
            Self::Internal => "Something went wrong on our side.",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Internal => "INTERNAL",
            _ => "BAD_REQUEST",
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        match self {
            Self::Unauthenticated => {
                let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                headers.insert(WWW_AUTHENTICATE, challenge);
            }
            Self::Method => {
                headers.insert(ALLOW, HeaderValue::from_static("POST"));
            }
            _ => {}
        }
        let error = json!({"message": self.message(), "extensions": {"code": self.code()}});
        (self.status(), headers, Json(json!({"errors": [error]}))).into_response()
    }
}
