//! Arguments of a call that are repeated as headers (MCP 2026-07-28, `Mcp-Param-*`).

use attache_domain::ParameterHeaders;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderName, HeaderValue};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest};
use serde_json::{Map, Value};

/// Travels with a call from where the tool is known to where the request is made.
#[derive(Clone)]
pub(super) struct CallHeaders(Vec<(HeaderName, HeaderValue)>);

impl CallHeaders {
    /// The headers that the schema of a call's arguments asks for.
    pub(super) fn of(schema: &Value, arguments: &Map<String, Value>) -> Self {
        // A tool whose headers cannot be read is not offered, and not called.
        let headers = ParameterHeaders::read(schema).unwrap_or_default();
        let written = headers.of(arguments).into_iter().filter_map(|(name, value)| {
            let name = HeaderName::try_from(format!("mcp-param-{name}")).ok()?;
            Some((name, HeaderValue::try_from(encoded(value)).ok()?))
        });
        Self(written.collect())
    }
}

/// The headers that a message is sent with, where it is such a call.
pub(super) fn of(message: &ClientJsonRpcMessage) -> Vec<(HeaderName, HeaderValue)> {
    let ClientJsonRpcMessage::Request(request) = message else { return Vec::new() };
    let ClientRequest::CallToolRequest(call) = &request.request else { return Vec::new() };
    call.extensions.get::<CallHeaders>().map(|headers| headers.0.clone()).unwrap_or_default()
}

/// A value as it is, or wrapped where it would not arrive like that.
fn encoded(value: String) -> String {
    let is_plain = value.chars().all(|c| matches!(c, ' '..='~'));
    let is_trimmed = value.trim_matches([' ', '\t']).len() == value.len();
    let looks_wrapped = value.starts_with("=?base64?") && value.ends_with("?=");
    if is_plain && is_trimmed && !looks_wrapped {
        return value;
    }
    format!("=?base64?{}?=", BASE64_STANDARD.encode(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_would_not_arrive_are_wrapped() {
        for plain in ["", "eu-west 1", "~"] {
            assert_eq!(encoded(plain.to_owned()), plain);
        }
        for odd in [" eu", "eu ", "Zürich", "a\nb", "=?base64?YQ==?="] {
            let wrapped = encoded(odd.to_owned());
            let inner = wrapped.strip_prefix("=?base64?").unwrap().strip_suffix("?=").unwrap();
            assert_eq!(BASE64_STANDARD.decode(inner).unwrap(), odd.as_bytes());
        }
    }
}
