//! Payloads of mutations that take something away.

use async_graphql::{Enum, ID, SimpleObject};
use attache_domain::RevocationState as KnownState;

use crate::problem::Problem;
use crate::scalars::EventCursor;

/// What came of removing a service.
#[derive(SimpleObject)]
pub(crate) struct RemoveServicePayload {
    /// The service that is gone.
    pub(crate) removed_service_id: Option<ID>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of disconnecting.
#[derive(SimpleObject)]
pub(crate) struct DisconnectPayload {
    /// The accounts whose credentials are deleted here. At most 10.
    pub(crate) disconnected_account_ids: Vec<ID>,
    /// What is known of the credentials at the service itself. Null when there were
    /// none. Ask again with the same input to learn how it went on.
    pub(crate) revocation: Option<RevocationState>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of erasing the viewer.
#[derive(SimpleObject)]
pub(crate) struct EraseViewerPayload {
    /// That nothing is left.
    pub(crate) is_erased: Option<bool>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the viewer's event log ended. Followers are told `SnapshotRequired`.
    pub(crate) cursor: EventCursor,
}

/// What is known of credentials at their service.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum RevocationState {
    /// Queued; the server keeps trying.
    Pending,
    /// The service confirmed that the credentials no longer work.
    Done,
    /// The service offers no way to revoke; `Service.settingsUrl` is where a person can.
    Unsupported,
    /// They still work, because another account lives on the same grant of the service and
    /// would end with them. They end with the last such account.
    Spared,
    /// The server gave up after three days. The credentials may still work there;
    /// `Service.settingsUrl` is where a person can end them.
    Failed,
}

impl From<KnownState> for RevocationState {
    fn from(state: KnownState) -> Self {
        match state {
            KnownState::Pending | KnownState::Held => Self::Pending,
            KnownState::Dead => Self::Failed,
            KnownState::Done => Self::Done,
            KnownState::Unsupported => Self::Unsupported,
            KnownState::Spared => Self::Spared,
        }
    }
}
