//! One try at connecting an account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ConnectAttemptId};
use crate::{Problem, ServiceCode};

/// One try at connecting an account: begun, then ended in exactly one way.
///
/// It exists so that "connecting" is a state with an end and a reason, and so
/// that an abandoned try leaves no account behind. The secrets of the try (its
/// `state`, its PKCE verifier, the code) are not here; they live in the vault
/// and are shredded with every ending.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectAttempt {
    /// Its id.
    pub id: ConnectAttemptId,
    /// Where the account is.
    pub service: ServiceCode,
    /// How far it got.
    pub state: AttemptState,
    /// The account being reauthorized or, after success, the account connected.
    pub account: Option<AccountId>,
    /// Why it did not succeed.
    pub problem: Option<Problem>,
    /// When it lapses if nobody comes back.
    pub expires_at: DateTime<Utc>,
    /// Grows with every change.
    pub revision: i32,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// How far an attempt got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttemptState {
    /// Waiting for the person to come back from the authorization server.
    Pending,
    /// The person came back; the code is being exchanged.
    Exchanging,
    /// An account came of it.
    Succeeded,
    /// The person or the authorization server said no.
    Denied,
    /// Nobody came back in time, or the viewer gave up.
    Abandoned,
    /// Something went wrong.
    Failed,
}

impl AttemptState {
    /// All states, for walks over the whole machine.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Exchanging,
        Self::Succeeded,
        Self::Denied,
        Self::Abandoned,
        Self::Failed,
    ];

    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Exchanging)
    }

    /// Whether the machine has an edge to `next`.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Pending => {
                matches!(next, Self::Exchanging | Self::Denied | Self::Abandoned | Self::Failed)
            }
            Self::Exchanging => matches!(next, Self::Succeeded | Self::Denied | Self::Failed),
            Self::Succeeded | Self::Denied | Self::Abandoned | Self::Failed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_follows_a_final_state_and_something_follows_every_other() {
        for state in AttemptState::ALL {
            let follows = AttemptState::ALL.iter().any(|next| state.may_become(*next));
            assert_eq!(state.is_final(), !follows, "{state:?}");
        }
    }

    #[test]
    fn no_account_comes_of_an_attempt_that_was_not_exchanged() {
        for state in AttemptState::ALL {
            let succeeds = state.may_become(AttemptState::Succeeded);
            assert_eq!(succeeds, state == AttemptState::Exchanging, "{state:?}");
        }
    }
}
