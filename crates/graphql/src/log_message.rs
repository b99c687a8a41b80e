//! What services say while they work on calls.

use async_graphql::{Enum, SimpleObject};
use attache_domain as domain;

use crate::scalars::DateTime;

/// How much something matters that a service says.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::LogLevel")]
pub(crate) enum LogLevel {
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

/// Something that a service said while it worked on a call. Written by the service: untrusted.
#[derive(SimpleObject)]
pub(crate) struct LogMessage {
    /// How much it matters.
    level: LogLevel,
    /// Which part of the service said it, where it says so.
    logger: Option<String>,
    /// What it said, at most 4,000 characters. Structured data as JSON.
    text: String,
    /// When it arrived.
    logged_at: DateTime,
}

impl From<domain::LogMessage> for LogMessage {
    fn from(message: domain::LogMessage) -> Self {
        let domain::LogMessage { level, logger, text, at } = message;
        Self { level: level.into(), logger, text, logged_at: DateTime(at) }
    }
}
