//! What can go wrong between us and an MCP server, and what that says about whether
//! a request was processed.

use std::error::Error as StdError;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rmcp::service::{ClientInitializeError, ServiceError};
use rmcp::transport::streamable_http_client::{
    AuthRequiredError, HttpStatusError, InsufficientScopeError, StreamableHttpError,
};

use crate::egress::EgressError;
use crate::oauth::Challenge;
use crate::program::NotStarted;

/// Why a request did not bring an answer.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The guard did not let it out. It was not sent.
    #[error("the MCP server may not be reached")]
    Egress(#[from] EgressError),
    /// The program that it is was not started. It was not sent.
    #[error("the program of the MCP server does not run")]
    Program(#[from] NotStarted),
    /// Nothing could be connected to. It was not sent.
    #[error("the MCP server cannot be reached")]
    Unreachable,
    /// The server does not accept the credential. It did nothing.
    #[error("the MCP server does not accept the credential")]
    Unauthorized,
    /// The server wants more scopes. It did nothing.
    #[error("the MCP server wants more scopes")]
    Forbidden {
        /// Which, where it says so (RFC 6750, section 3).
        scopes: Vec<String>,
    },
    /// The server has forgotten the session. It did nothing.
    #[error("the MCP server has forgotten the session")]
    SessionGone,
    /// Too much, too soon. It did nothing.
    #[error("the MCP server limits the rate")]
    RateLimited {
        /// How long it wants to be left alone.
        after: Option<Duration>,
    },
    /// The server said with a status that it cannot, or will not.
    #[error("the MCP server answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The server answered with an error of its own (JSON-RPC).
    #[error("the MCP server answered with error {code}")]
    Server {
        /// The code of the error.
        code: i32,
        /// The server's own words. Untrusted.
        message: String,
    },
    /// The answer is larger than we can bear. The server did what was asked.
    #[error("the answer of the MCP server is too large")]
    TooLarge,
    /// The answer is not MCP.
    #[error("the MCP server gave an unusable answer")]
    Unusable,
    /// It was sent, and no answer came in time.
    #[error("the MCP server did not answer in time")]
    TimedOut,
    /// It was sent, and the connection broke.
    #[error("the connection to the MCP server broke")]
    Lost,
}

impl McpError {
    /// Whether the server may have done what was asked, for all we know.
    pub fn may_have_acted(&self) -> bool {
        match self {
            Self::Egress(EgressError::Refused(_) | EgressError::Connect(_))
            | Self::Program(_)
            | Self::Unreachable
            | Self::Unauthorized
            | Self::Forbidden { .. }
            | Self::SessionGone
            | Self::RateLimited { .. }
            | Self::Server { .. } => false,
            Self::Status { status } => *status >= 500 && *status != 503,
            Self::Egress(_) | Self::TooLarge | Self::Unusable | Self::TimedOut | Self::Lost => true,
        }
    }

    /// What a failed request says.
    pub(super) fn of_request(error: &ServiceError, now: DateTime<Utc>) -> Self {
        match error {
            ServiceError::McpError(error) => {
                Self::Server { code: error.code.0, message: error.message.to_string() }
            }
            ServiceError::TransportSend(error) => Self::of_transport(error.error.as_ref(), now),
            ServiceError::Timeout { .. } => Self::TimedOut,
            ServiceError::TransportClosed | ServiceError::Cancelled { .. } => Self::Lost,
            _ => Self::Unusable,
        }
    }

    /// What a failed handshake says.
    pub(super) fn of_handshake(error: &ClientInitializeError, now: DateTime<Utc>) -> Self {
        match error {
            ClientInitializeError::TransportError { error, .. } => {
                Self::of_transport(error.error.as_ref(), now)
            }
            ClientInitializeError::JsonRpcError(error) => {
                Self::Server { code: error.code.0, message: error.message.to_string() }
            }
            ClientInitializeError::ConnectionClosed(_) => Self::Lost,
            _ => Self::Unusable,
        }
    }

    fn of_transport(error: &(dyn StdError + 'static), now: DateTime<Utc>) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(known) = Self::known(error, now) {
                return known;
            }
            cause = error.source();
        }
        Self::Lost
    }

    fn of_status(error: &HttpStatusError, now: DateTime<Utc>) -> Self {
        let after = error.retry_after.as_deref().and_then(|value| retry_after(value, now));
        match error.status {
            429 => Self::RateLimited { after },
            status => Self::Status { status },
        }
    }

    fn known(error: &(dyn StdError + 'static), now: DateTime<Utc>) -> Option<Self> {
        if error.is::<AuthRequiredError>() {
            return Some(Self::Unauthorized);
        }
        if let Some(error) = error.downcast_ref::<InsufficientScopeError>() {
            let challenge = Challenge::parse(&error.www_authenticate_header);
            let scopes = challenge.and_then(|challenge| challenge.scopes).unwrap_or_default();
            return Some(Self::Forbidden { scopes });
        }
        if let Some(error) = error.downcast_ref::<reqwest::Error>() {
            if error.is_connect() {
                return Some(Self::Unreachable);
            }
            if let Some(status) = error.status() {
                return Some(Self::Status { status: status.as_u16() });
            }
        }
        match error.downcast_ref::<StreamableHttpError<reqwest::Error>>()? {
            // Transparent: it shows its cause's causes, and never its cause.
            StreamableHttpError::HttpStatus(status) => Some(Self::of_status(status, now)),
            StreamableHttpError::SessionExpired => Some(Self::SessionGone),
            StreamableHttpError::ResponseBodyTooLarge { .. } => Some(Self::TooLarge),
            StreamableHttpError::UnexpectedContentType(_) | StreamableHttpError::Deserialize(_) => {
                Some(Self::Unusable)
            }
            // The library reports the statuses it has no variant for as text.
            StreamableHttpError::UnexpectedServerResponse(text) => {
                let status = text.strip_prefix("HTTP ").and_then(|text| text.get(..3));
                Some(match status.and_then(|status| status.parse().ok()) {
                    Some(401) => Self::Unauthorized,
                    Some(403) => Self::Forbidden { scopes: Vec::new() },
                    Some(status) => Self::Status { status },
                    None => Self::Unusable,
                })
            }
            _ => None,
        }
    }
}

/// The most a server may ask to be left alone.
const MAX_PATIENCE: Duration = Duration::from_hours(24);

/// Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
pub(crate) fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let wait = if let Ok(seconds) = value.trim().parse() {
        Duration::from_secs(seconds)
    } else {
        let date = DateTime::parse_from_rfc2822(value.trim()).ok()?;
        (date.to_utc() - now).to_std().unwrap_or_default()
    };
    Some(wait.min(MAX_PATIENCE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_forever() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let after = |value| retry_after(value, now);
        assert_eq!(after("120"), Some(Duration::from_mins(2)));
        assert_eq!(after("Sun, 22 Nov 2026 12:01:00 GMT"), Some(Duration::from_mins(1)));
        assert_eq!(after("Sun, 22 Nov 2026 11:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(after("99999999"), Some(MAX_PATIENCE));
        assert_eq!(after("soon"), None);
    }

    #[test]
    fn statuses_are_found_wherever_the_library_puts_them() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let seen = |error: StreamableHttpError<reqwest::Error>| McpError::of_transport(&error, now);
        let limited = HttpStatusError::new(429, Some("5".to_owned()));
        let after = Some(Duration::from_secs(5));
        assert!(matches!(seen(limited.into()), McpError::RateLimited { after: it } if it == after));
        let down = HttpStatusError::new(503, None);
        assert!(matches!(seen(down.into()), McpError::Status { status: 503 }));
        let unknown = StreamableHttpError::UnexpectedServerResponse("HTTP 404 Not Found".into());
        assert!(matches!(seen(unknown), McpError::Status { status: 404 }));
    }

    #[test]
    fn only_a_clear_no_means_that_nothing_happened() {
        let answers = [(503, false), (404, false), (500, true), (502, true), (504, true)];
        for (status, acted) in answers {
            assert_eq!(McpError::Status { status }.may_have_acted(), acted, "{status}");
        }
        assert!(McpError::Lost.may_have_acted());
        assert!(McpError::TimedOut.may_have_acted());
        assert!(!McpError::Unreachable.may_have_acted());
    }
}
