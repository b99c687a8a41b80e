//! Who used an account, for what, and when.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ServiceCode;
use crate::id::{AccountId, InvocationId};

/// The longest name of a client, in bytes.
const MAX_CLIENT: usize = 255;

/// The program that a person uses, as the token says that it was issued to (RFC 9068, section
/// 2.2).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClientId(Arc<str>);

impl ClientId {
    /// `None` where a text is too long, or empty: half a name could be another's.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty() && text.len() <= MAX_CLIENT).then(|| Self(text.into()))
    }

    /// The name, 1 to 255 bytes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// One use of an account. It says nothing of what was sent or came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// When.
    pub at: DateTime<Utc>,
    /// For what.
    pub kind: AccessKind,
    /// By which client, where its token named one.
    pub client: Option<String>,
    /// The account; it may be gone.
    pub account: AccountId,
    /// What the account was called then.
    pub account_label: Option<String>,
    /// Where the account is, or was.
    pub service: ServiceCode,
    /// The tool or the prompt, by its name on the wire.
    pub name: Option<String>,
    /// The call, where it was one; it may be gone.
    pub invocation: Option<InvocationId>,
}

/// What an account was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessKind {
    /// A call to a tool.
    Tool,
    /// Reading a resource.
    Resource,
    /// Filling in a prompt.
    Prompt,
}

/// Which uses to list. Empty matches all.
#[derive(Clone, Debug, Default)]
pub struct AccessFilter {
    /// Only of these accounts.
    pub accounts: Option<Vec<AccountId>>,
    /// Only by this client.
    pub client: Option<String>,
    /// Only for these.
    pub kinds: Option<Vec<AccessKind>>,
    /// Only after this instant.
    pub after: Option<DateTime<Utc>>,
    /// Only before this instant.
    pub before: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_cannot_be_named_in_full_is_not_named() {
        assert_eq!(ClientId::new("chat").unwrap().as_str(), "chat");
        assert!(ClientId::new(&"x".repeat(MAX_CLIENT)).is_some());
        assert_eq!(ClientId::new(&"x".repeat(MAX_CLIENT + 1)), None);
        assert_eq!(ClientId::new(""), None);
    }
}
