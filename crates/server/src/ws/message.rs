//! The messages of `graphql-transport-ws`, and how a connection is closed.

use async_graphql::{Request, Response, ServerError};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::wire::Wire;

/// The longest name a client may give an operation, in bytes.
const MAX_ID: usize = 128;

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one at a time")]
pub(super) enum FromClient {
    ConnectionInit { payload: Option<Value> },
    Subscribe { id: String, payload: Request },
    Complete { id: String },
    Ping { payload: Option<Value> },
    Pong {},
}

/// What the server says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ToClient {
    ConnectionAck,
    Next {
        id: String,
        #[serde(serialize_with = "wire")]
        payload: Response,
    },
    Error {
        id: String,
        payload: Vec<ServerError>,
    },
    Complete {
        id: String,
    },
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Value>,
    },
}

fn wire<S: Serializer>(response: &Response, serializer: S) -> Result<S::Ok, S::Error> {
    Wire::new(response).serialize(serializer)
}

/// Reads one message.
pub(super) fn read(text: &str) -> Result<FromClient, Close> {
    let message: FromClient = serde_json::from_str(text).map_err(|_| Close::INVALID)?;
    match &message {
        FromClient::Subscribe { id, payload } if id.len() > MAX_ID || payload.query.is_empty() => {
            Err(Close::INVALID)
        }
        _ => Ok(message),
    }
}

/// The bearer token of a `connection_init`, as an `Authorization` header would have it.
pub(super) fn credentials(payload: &Value) -> Option<&str> {
    let object = payload.as_object()?;
    let found = object.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    found.and_then(|(_, value)| value.as_str())
}

/// The code and the reason of a close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: &'static str,
}

impl Close {
    pub(super) const GOING_AWAY: Self = Self { code: 1001, reason: "Going away" };
    pub(super) const INVALID: Self = Self { code: 4400, reason: "Invalid message" };
    pub(super) const UNAUTHORIZED: Self = Self { code: 4401, reason: "Unauthorized" };
    pub(super) const FORBIDDEN: Self = Self { code: 4403, reason: "Forbidden" };
    pub(super) const EXPIRED: Self = Self { code: 4403, reason: "Token expired" };
    pub(super) const SUBPROTOCOL: Self = Self { code: 4406, reason: "Subprotocol not acceptable" };
    pub(super) const INIT_TIMEOUT: Self =
        Self { code: 4408, reason: "Connection initialisation timeout" };
    pub(super) const DUPLICATE: Self = Self { code: 4409, reason: "Subscriber already exists" };
    pub(super) const SECOND_INIT: Self =
        Self { code: 4429, reason: "Too many initialisation requests" };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_a_message_of_the_protocol_is_refused() {
        for text in [
            "",
            "null",
            "[]",
            r#"{"type":"start","id":"1","payload":{"query":"{ __typename }"}}"#,
            r#"{"type":"subscribe","payload":{"query":"{ __typename }"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{ __typename }"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"complete"}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let long = "x".repeat(MAX_ID + 1);
        let long = json!({"type": "subscribe", "id": long, "payload": {"query": "{ __typename }"}});
        assert!(read(&long.to_string()).is_err());
    }

    #[test]
    fn the_token_is_found_however_the_client_spells_its_name() {
        for name in ["authorization", "Authorization"] {
            assert_eq!(credentials(&json!({name: "Bearer x"})), Some("Bearer x"));
        }
        assert_eq!(credentials(&json!({"token": "x"})), None);
        assert_eq!(credentials(&json!("Bearer x")), None);
    }

    #[test]
    fn messages_are_written_as_the_protocol_has_them() {
        let write = |message: &ToClient| serde_json::to_string(message).unwrap();
        assert_eq!(write(&ToClient::ConnectionAck), r#"{"type":"connection_ack"}"#);
        assert_eq!(write(&ToClient::Pong { payload: None }), r#"{"type":"pong"}"#);
        let payload = Response::new(async_graphql::value!({"a": 1}));
        assert_eq!(
            write(&ToClient::Next { id: "1".to_owned(), payload }),
            r#"{"type":"next","id":"1","payload":{"data":{"a":1}}}"#
        );
    }
}
