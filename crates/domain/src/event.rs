//! What can happen to a viewer's data, and positions in the log of it.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One entry of a viewer's event log: a reference, never a payload.
///
/// The log says *that* something changed and which revision the change made; what
/// it looks like is read at delivery. So the log holds no personal data and no
/// secrets, and a reader who finds a newer revision knows that a later entry
/// will carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvent {
    /// The position. Gapless within one viewer's log.
    pub seq: i64,
    /// What happened.
    pub change: Change,
    /// When.
    pub at: DateTime<Utc>,
}

/// What happened to which entity, and the revision that made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: EventKind,
    /// To which entity.
    pub entity: Uuid,
    /// The entity's revision after it.
    pub revision: i32,
}

impl Change {
    /// A change of `entity` that left it at `revision`.
    pub fn new(kind: EventKind, entity: Uuid, revision: i32) -> Self {
        Self { kind, entity, revision }
    }
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventKind {
    /// The viewer chose other services.
    SelectionUpdated,
    /// The viewer decided something for all tools.
    SettingsUpdated,
    /// The viewer added a service.
    ServiceAdded,
    /// The viewer removed a service that they had added.
    ServiceRemoved,
    /// An attempt moved.
    ConnectAttemptUpdated,
    /// An account is new or changed.
    AccountUpdated,
    /// An account is gone.
    AccountRemoved,
    /// A catalog changed state, contents or both. The entity is the account.
    CatalogUpdated,
    /// The viewer's settings for a tool changed.
    ToolUpdated,
    /// An invocation is new or moved.
    InvocationUpdated,
    /// A service asked something in the middle of a call, or what it asked is settled.
    ElicitationUpdated,
    /// A service said something while it worked on a call. The entity is what it said.
    InvocationLogged,
    /// It is known what became of what an account was used with. The entity is the account.
    RevocationUpdated,
}

/// A position in a viewer's event log: everything up to and including it has been
/// seen. Opaque to clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventCursor(pub i64);

/// The text is not an event cursor.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("this is not an event cursor that this server handed out")]
pub struct NotAnEventCursor;

/// Marks event cursors, so that a page cursor is not taken for one.
const KIND: u8 = b'E';

impl fmt::Display for EventCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [KIND; 9];
        bytes[1..].copy_from_slice(&self.0.to_be_bytes());
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for EventCursor {
    type Err = NotAnEventCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAnEventCursor)?;
        let (&KIND, seq) = bytes.split_first().ok_or(NotAnEventCursor)? else {
            return Err(NotAnEventCursor);
        };
        let seq = i64::from_be_bytes(seq.try_into().map_err(|_| NotAnEventCursor)?);
        if seq < 0 { Err(NotAnEventCursor) } else { Ok(Self(seq)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_text_form(seq in 0..i64::MAX) {
            prop_assert_eq!(EventCursor(seq).to_string().parse(), Ok(EventCursor(seq)));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = text.parse::<EventCursor>();
        }
    }

    #[test]
    fn a_cursor_of_another_kind_is_refused() {
        let other = BASE64_URL_SAFE_NO_PAD.encode([b'P', 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(other.parse::<EventCursor>(), Err(NotAnEventCursor));
    }
}
