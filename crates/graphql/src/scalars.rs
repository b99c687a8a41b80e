//! Scalars.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{SecondsFormat, Utc};

/// An instant.
pub(crate) struct DateTime(pub(crate) chrono::DateTime<Utc>);

/// An instant, RFC 3339 with an offset, for example `2026-11-22T09:30:00Z`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let instant = chrono::DateTime::parse_from_rfc3339(text)
            .map_err(|_| InputValueError::custom("not an RFC 3339 instant"))?;
        Ok(Self(instant.to_utc()))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// An absolute URL.
pub(crate) struct Url(pub(crate) url::Url);

/// An absolute URL as parsed by the WHATWG URL standard.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        url::Url::parse(text).map(Self).map_err(|_| InputValueError::custom("not an absolute URL"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Any JSON value.
#[derive(Clone)]
pub(crate) struct Json(pub(crate) serde_json::Value);

/// Any JSON value. Used only where the shape belongs to a third party: tool
/// arguments, tool results, and the JSON Schemas that describe them; and for
/// `Viewer.mcpData`, the one map of our own.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

/// A position in the viewer's event log.
#[derive(Clone, Copy)]
pub(crate) struct EventCursor(pub(crate) attache_domain::EventCursor);

/// A position in the viewer's event log. Opaque: store it, send it back, never
/// parse or compare it. A different scalar from pagination cursors on purpose.
#[Scalar]
impl ScalarType for EventCursor {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        text.parse().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
