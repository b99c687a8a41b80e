//! A person's account at a service.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::AccountId;
use crate::{ConnectMethod, Problem, ServiceCode};

/// A person's account at a service. Its credentials are in the vault and are
/// never part of this value.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Where it is.
    pub service: ServiceCode,
    /// Who it belongs to there, as far as the service said so.
    pub subject: Option<String>,
    /// How the service names it, for example a login.
    pub label: Option<String>,
    /// Whether it can be used.
    pub state: AccountState,
    /// Why it needs attention.
    pub problem: Option<Problem>,
    /// What the service granted.
    pub granted_scopes: Vec<String>,
    /// What was asked for.
    pub requested_scopes: Vec<String>,
    /// The name of the place that the person came back to when they connected it by a redirect.
    pub return_to: Option<String>,
    /// Counts connects and disconnects. Whatever was read under an older
    /// generation is stale and may not be acted on.
    pub generation: i64,
    /// When it was connected first.
    pub connected_at: DateTime<Utc>,
    /// Grows with every change.
    pub revision: i32,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountState {
    /// It can.
    Connected,
    /// The service no longer accepts the stored credentials.
    NeedsReauthorization,
    /// Credentials are being revoked and deleted.
    Disconnecting,
}

/// What a person may do with an account now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountAction {
    /// Give consent, or a key, again.
    Reauthorize,
    /// Ask the service for its tools again.
    RefreshCatalog,
    /// End the connection.
    Disconnect,
}

impl Account {
    /// What was asked for and not granted. `offline_access` asks for a refresh token and is about
    /// nothing that a token is good for, so servers need not list it as granted (OpenID Connect
    /// Core, section 11).
    pub fn missing_scopes(&self) -> impl Iterator<Item = &String> {
        let is_missing = |scope: &&String| {
            !self.granted_scopes.contains(scope) && scope.as_str() != "offline_access"
        };
        self.requested_scopes.iter().filter(is_missing)
    }

    /// What the viewer may do now, so that no client repeats the state machine.
    pub fn available_actions(&self, method: ConnectMethod) -> Vec<AccountAction> {
        let reauthorize = (method != ConnectMethod::None).then_some(AccountAction::Reauthorize);
        match self.state {
            AccountState::Connected => reauthorize
                .into_iter()
                .chain([AccountAction::RefreshCatalog, AccountAction::Disconnect])
                .collect(),
            AccountState::NeedsReauthorization => {
                reauthorize.into_iter().chain([AccountAction::Disconnect]).collect()
            }
            AccountState::Disconnecting => Vec::new(),
        }
    }
}

impl AccountState {
    /// Whether the machine has an edge to `next`. Removal is not a state: the
    /// account is gone then.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Connected => true,
            Self::NeedsReauthorization => next != self,
            Self::Disconnecting => false,
        }
    }
}
