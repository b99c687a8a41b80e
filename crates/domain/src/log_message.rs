//! What a service says while it works on a call.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::described::cut;
use crate::id::{InvocationId, LogEntryId};

/// The longest text, and the longest name of who says it, in characters.
const MAX_TEXT: usize = 4000;
const MAX_LOGGER: usize = 200;

/// How much something matters that a service says (RFC 5424, section 6.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LogLevel {
    /// For whoever looks for a mistake.
    Debug,
    /// As expected.
    Info,
    /// As expected, and worth knowing.
    Notice,
    /// Not as it should be.
    Warning,
    /// Something failed.
    Error,
    /// A part does not work.
    Critical,
    /// Somebody has to act at once.
    Alert,
    /// Nothing works.
    Emergency,
}

/// Something that a service said while it worked on a call. Untrusted.
#[derive(Clone, Debug, PartialEq)]
pub struct LogMessage {
    /// How much it matters.
    pub level: LogLevel,
    /// Which part of the service said it.
    pub logger: Option<String>,
    /// What. Structured data as JSON.
    pub text: String,
    /// When it arrived.
    pub at: DateTime<Utc>,
}

/// The same, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry {
    /// Its id. Those of one call are in the order in which things were said.
    pub id: LogEntryId,
    /// Of which call.
    pub invocation: InvocationId,
    /// What was said.
    pub message: LogMessage,
}

impl LogMessage {
    /// Reads the parameters of `notifications/message` (MCP). A level that nobody knows is the
    /// one below which nothing was asked for.
    pub fn read(params: &Value, at: DateTime<Utc>) -> Option<Self> {
        let text = match &params["data"] {
            Value::Null => return None,
            Value::String(text) => cut(text, MAX_TEXT),
            data => cut(&data.to_string(), MAX_TEXT),
        };
        let level = match params["level"].as_str().unwrap_or_default() {
            "debug" => LogLevel::Debug,
            "notice" => LogLevel::Notice,
            "warning" => LogLevel::Warning,
            "error" => LogLevel::Error,
            "critical" => LogLevel::Critical,
            "alert" => LogLevel::Alert,
            "emergency" => LogLevel::Emergency,
            _ => LogLevel::Info,
        };
        let logger = params["logger"].as_str().map(|logger| cut(logger, MAX_LOGGER));
        Some(Self { level, logger, text, at })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_kept_and_data_is_written_down() {
        let read = |params: Value| LogMessage::read(&params, DateTime::UNIX_EPOCH);
        let said =
            read(json!({ "level": "warning", "logger": "db", "data": "slow\u{0}" })).unwrap();
        assert_eq!((said.level, said.text.as_str()), (LogLevel::Warning, "slow"));
        let said = read(json!({ "level": "dire", "data": { "rows": 7 } })).unwrap();
        assert_eq!((said.level, said.text.as_str()), (LogLevel::Info, "{\"rows\":7}"));
        let long = read(json!({ "data": "é".repeat(MAX_TEXT + 1) })).unwrap();
        assert_eq!(long.text.chars().count(), MAX_TEXT);
        assert_eq!(read(json!({ "level": "info" })), None);
    }
}
